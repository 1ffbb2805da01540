package api

import (
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir"
)

// keyed sends with an Idempotency-Key.
func (p *person) keyed(key string) *person { return p.with("Idempotency-Key", key) }

// demands counts what somebody's organisation has.
func (p *person) demands() any {
	return p.get("/v1/organisations/" + p.org + "/demands").expect(200).at("total")
}

func TestACreationThatIsRepeatedHasOneEffectAndOneAnswer(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	first := p.keyed("k-1").post("/v1/demands", p.developer()).expect(201)
	require.Empty(t, first.header.Get("Idempotency-Replayed"))

	again := p.keyed("k-1").post("/v1/demands", p.developer()).expect(201)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, string(first.body), string(again.body))
	for _, name := range []string{"ETag", "Location", "Content-Type"} {
		require.Equal(t, first.header.Get(name), again.header.Get(name), name)
	}
	require.NotEqual(t, first.header.Get("X-Request-Id"), again.header.Get("X-Request-Id"), "this is of the request")
	require.EqualValues(t, 1, p.demands())

	p.post("/v1/demands", p.developer()).expect(201) // negative control: without a key
	p.keyed("k-2").post("/v1/demands", p.developer()).expect(201)
	require.EqualValues(t, 3, p.demands())
}

func TestAKeyIsForOneRequestOfOneAccount(t *testing.T) {
	w := openMarketplace(t)
	p, q := w.owner("employer", "dala"), w.owner("employer", "kaspi")
	p.keyed("k").post("/v1/demands", p.developer()).expect(201)
	refused := p.keyed("k").post("/v1/demands", merged(p.developer(), m{"openings": 7})).refused(422, "invalid")
	require.Contains(t, string(refused.body), "Idempotency-Key")
	require.EqualValues(t, 1, p.demands())

	q.keyed("k").post("/v1/demands", q.developer()).expect(201)
	require.EqualValues(t, 1, q.demands(), "another account has keys of its own")
	p.keyed("k").enter("employer", "dala two") // and another operation too
}

// atOnce sends fifty requests side by side.
func atOnce(send func(i int) *answer) []*answer {
	out := make([]*answer, 50)
	var wg sync.WaitGroup
	for i := range out {
		wg.Go(func() { out[i] = send(i) })
	}
	wg.Wait()
	return out
}

// added is how many rows there are now beyond those that were.
func (w *marketplace) added(before []string) int { return len(w.rows()) - len(before) }

// Whatever creates something takes a key, and has one effect however often it is sent.
func TestFiftyRepeatsAtOnceHaveOneEffect(t *testing.T) {
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openWhole(t, on)
		creating := 0
		for route, r := range byRoute() {
			o := contract.operations[route]
			require.True(t, o.once || o.route.Operation.Responses.Status(201) == nil, "%s creates and takes no Idempotency-Key", route)
			if !o.once {
				continue
			}
			creating++
			mine := w.circle()
			s := scene{mine, mine.actorOf(r), true}
			thing, body := r.thing(s), r.with(s)
			keyed := func(key string) scene { return scene{mine, s.actor.keyed(key), true} }
			before := w.rows()
			fresh, text := 0, ""
			for _, a := range atOnce(func(int) *answer { return r.askWith(keyed("k"), thing, body) }) {
				if a.status == 409 {
					a.refused(409, "conflict") // while the first is under way
					continue
				}
				a.expect(r.ok)
				if a.header.Get("Idempotency-Replayed") == "" {
					fresh++
				}
				if text == "" {
					text = string(a.body)
				}
				require.Equal(t, text, string(a.body), route)
			}
			require.Equal(t, 1, fresh, route)
			effect := w.added(before)
			require.Equal(t, text, string(r.askWith(keyed("k"), thing, body).expect(r.ok).body), route)
			require.Equal(t, effect, w.added(before), route)

			other, otherThing := r.with(s), r.thing(s) // what one has by itself
			before = w.rows()
			r.askWith(keyed("k-2"), otherThing, other).expect(r.ok)
			require.Equal(t, effect, w.added(before), route)
		}
		require.GreaterOrEqual(t, creating, 4)
	})
}

func TestFiftyAtOnceWithKeysOfTheirOwnHaveFiftyEffects(t *testing.T) { // negative control of the test above
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openMarketplace(t, on)
		p := w.owner("employer", "dala")
		body := p.developer()
		for _, a := range atOnce(func(i int) *answer { return p.keyed("k-"+strconv.Itoa(i)).post("/v1/demands", body) }) {
			a.expect(201)
			require.Empty(t, a.header.Get("Idempotency-Replayed"))
		}
		require.EqualValues(t, 50, p.demands())
	})
}

// Tabs that refresh with one token get one and the same successor, and nobody is logged out.
func TestFiftyRefreshesAtOnceHaveOneSuccessor(t *testing.T) {
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openMarketplace(t, on)
		d := w.registers("aigerim@example.kz")()
		before := w.rows()
		successors := map[any]bool{}
		for _, a := range atOnce(func(int) *answer { return d.refresh() }) {
			successors[a.expect(200).at("refresh_token")] = true
		}
		require.Len(t, successors, 1)
		require.Equal(t, 1, w.added(before))
		for successor := range successors {
			w.visitor().post("/v1/auth/refresh", m{"refresh_token": successor}).expect(200)
		}
		w.wait(time.Minute) // negative control: later it is a stolen one, and ends the session
		d.refresh().refused(401, "unauthenticated")
	})
}

func TestARefusalIsNotKept(t *testing.T) {
	w := openMarketplace(t)
	p, q := w.owner("employer", "dala"), w.owner("employer", "kaspi")
	theirs := merged(p.developer(), m{"organisation_id": q.org})
	refused := p.keyed("k").post("/v1/demands", theirs)
	require.GreaterOrEqual(t, refused.status, 400)
	p.keyed("k").post("/v1/demands", p.developer()).expect(201)
	require.EqualValues(t, 1, p.demands())
}

func TestRegisteringTakesAKeyAndLoggingInDoesNot(t *testing.T) {
	w := openMarketplace(t)
	form := m{"email": "aigerim@example.kz", "password": "bridge-between-both-banks", "name": "Айгерім"}
	w.visitor().keyed("k").post("/v1/auth/register", form).expect(202)
	again := w.visitor().keyed("k").post("/v1/auth/register", form).expect(202)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	w.visitor().keyed("k").post("/v1/auth/register", merged(form, m{"password": "another-phrase-of-mine"})).refused(422, "invalid")

	login := m{"email": "aigerim@example.kz", "password": "bridge-between-both-banks"}
	one := w.visitor().keyed("k").post("/v1/auth/login", login).expect(200)
	two := w.visitor().keyed("k").post("/v1/auth/login", login).expect(200)
	require.NotEqual(t, one.at("refresh_token"), two.at("refresh_token"))
	require.Empty(t, two.header.Get("Idempotency-Replayed"))
}

func TestTheFingerprintOfARequestNeedsTheSecret(t *testing.T) {
	d := openDoor(t)
	r, err := d.request("POST", "/v1/auth/register")
	require.NoError(t, err)
	body := []byte(loginBody)
	ours, theirs := &edge{fingerprints: []byte("ours")}, &edge{fingerprints: []byte("theirs")}
	require.Equal(t, ours.fingerprint(r, body), ours.fingerprint(r, body))
	require.NotEqual(t, ours.fingerprint(r, body), theirs.fingerprint(r, body), "who has the database cannot guess passwords by it")
	require.NotEqual(t, ours.fingerprint(r, body), ours.fingerprint(r, body[1:]))
	require.NotZero(t, ours.fingerprint(r, body))
}
