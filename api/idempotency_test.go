package api

import (
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
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

func TestFiftyRepeatsAtOnceHaveOneEffect(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	body := p.developer()
	answers := make([]*answer, 50)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() { answers[i] = p.keyed("k").post("/v1/demands", body) })
	}
	wg.Wait()
	fresh, text := 0, ""
	for _, a := range answers {
		if a.status == 409 {
			a.refused(409, "conflict") // while the first is under way
			continue
		}
		a.expect(201)
		if a.header.Get("Idempotency-Replayed") == "" {
			fresh++
		}
		if text == "" {
			text = string(a.body)
		}
		require.Equal(t, text, string(a.body))
	}
	require.Equal(t, 1, fresh)
	require.EqualValues(t, 1, p.demands())
	require.Equal(t, text, string(p.keyed("k").post("/v1/demands", body).expect(201).body))

	for i := range answers { // negative control: with a key of its own each has an effect
		wg.Go(func() { answers[i] = p.keyed("k-"+strconv.Itoa(i)).post("/v1/demands", body) })
	}
	wg.Wait()
	for _, a := range answers {
		a.expect(201)
		require.Empty(t, a.header.Get("Idempotency-Replayed"))
	}
	require.EqualValues(t, 51, p.demands())
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
