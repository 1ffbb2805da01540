package api

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// spend sends requests until one is refused, and returns how many were not.
func spend(t *testing.T, most int, send func() *reply) int {
	t.Helper()
	for n := range most {
		if r := send(); r.status == 429 {
			return n
		}
	}
	return most
}

func TestHowManyRequestsAMinuteHas(t *testing.T) {
	member := uuid.NewString()
	for name, c := range map[string]struct {
		k    knock
		want int
	}{
		"a visitor reads":             {knock{method: "GET", target: "/v1/demands?limit=0"}, 600},
		"a visitor writes":            {knock{method: "POST", target: "/v1/auth/register"}, 60},
		"an account reads":            {knock{method: "GET", target: "/v1/demands?limit=0", header: bearerOf(member)}, 1200},
		"an account writes":           {knock{method: "POST", target: "/v1/demands", header: bearerOf(member)}, 300},
		"matching is reading":         {knock{method: "POST", target: "/v1/match/programmes"}, 600},
		"addresses that lead nowhere": {knock{method: "GET", target: "/nowhere"}, 600},
		"a bad token is a visitor's":  {knock{method: "GET", target: "/v1/me", header: map[string]string{"Authorization": "Bearer bad"}}, 600},
	} {
		d := openDoor(t)
		require.Equal(t, c.want, spend(t, 2000, func() *reply { return d.knock(c.k) }), name)
		r := d.knock(c.k).is(rateLimited)
		d.now = d.now.Add(time.Minute)
		require.NotEqual(t, 429, d.knock(c.k).status, "a minute later %s again", name)
		require.Equal(t, strconv.Itoa(max(1, 60/c.want)), r.header.Get("Retry-After"), name)
	}
}

func TestAClientCanSeeWhatIsLeft(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.VisitorReads = 6 })
	for left := 5; left >= 0; left-- {
		r := d.get("/v1/demands?limit=0")
		require.Equal(t, fmt.Sprintf(`"reads";r=%d;t=%d`, left, (6-left)*10), r.header.Get("RateLimit"))
		require.Equal(t, `"reads";q=6;w=60`, r.header.Get("RateLimit-Policy"))
	}
	d.now = d.now.Add(3 * time.Second)
	r := d.get("/v1/demands?limit=0").is(rateLimited)
	require.Equal(t, "7", r.header.Get("Retry-After"))
	require.Equal(t, "Wait 7 s", r.problem.Detail)
	d.now = d.now.Add(7 * time.Second)
	require.Equal(t, 422, d.get("/v1/demands?limit=0").status, "whoever waits as long as told gets through")
}

func TestThoseWhoWatchOverTheServerAlwaysGetThrough(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.VisitorReads = 1 })
	for _, target := range []string{"/healthz", "/readyz", "/metrics", "/openapi.yaml", "/docs"} {
		require.Equal(t, 20, spend(t, 20, func() *reply { return d.get(target) }), target)
	}
	require.Equal(t, 1, spend(t, 20, func() *reply { return d.get("/v1/demands?limit=0") }), "negative control")
}

func TestOneDoesNotSpendAnothersBudget(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.VisitorReads, c.AccountReads = 3, 3 })
	read := func(from string, header map[string]string) func() *reply {
		return func() *reply {
			return d.knock(knock{method: "GET", target: "/v1/demands?limit=0", from: from, header: header})
		}
	}
	require.Equal(t, 3, spend(t, 9, read("192.0.2.1:1", nil)))
	require.Equal(t, 0, spend(t, 9, read("192.0.2.1:2", nil)), "another port is the same address")
	require.Equal(t, 0, spend(t, 9, read("[::ffff:192.0.2.1]:2", nil)), "so is its form in IPv6")
	require.Equal(t, 3, spend(t, 9, read("192.0.2.2:1", nil)))
	require.Equal(t, 3, spend(t, 9, read("192.0.2.1:1", bearerOf(somebody))), "an account has its own")
	require.Equal(t, 0, spend(t, 9, read("192.0.2.3:1", bearerOf(somebody))), "wherever it is")
	require.Equal(t, 3, spend(t, 9, read("192.0.2.1:1", bearerOf(somebodyElse))))
	require.Equal(t, 3, spend(t, 9, read("[2001:db8:0:1::1]:1", nil)))
	require.Equal(t, 0, spend(t, 9, read("[2001:db8:0:1:ffff::9]:1", nil)), "a /64 is one address")
	require.Equal(t, 3, spend(t, 9, read("[2001:db8:0:2::1]:1", nil)))
}

func TestAForgedAddressIsNotBelieved(t *testing.T) {
	forged := func(d *door) int {
		n := 0
		return spend(d.t, 20, func() *reply {
			n++
			return d.knock(knock{method: "GET", target: "/v1/demands?limit=0", from: "10.0.0.1:1", header: map[string]string{
				"X-Forwarded-For": fmt.Sprintf("203.0.113.%d", n), "X-Real-IP": fmt.Sprintf("203.0.113.%d", n),
			}})
		})
	}
	require.Equal(t, 2, forged(openDoor(t, func(c *Config) { c.VisitorReads = 2 })))
	trusting := func(c *Config) { c.VisitorReads, c.TrustedProxies = 2, []string{"10.0.0.0/8"} }
	require.Equal(t, 20, forged(openDoor(t, trusting)), "negative control: a proxy that is trusted is believed")
	otherwise := func(c *Config) { c.VisitorReads, c.TrustedProxies = 2, []string{"172.16.0.0/12"} }
	require.Equal(t, 2, forged(openDoor(t, otherwise)))
}

func TestLoginsAreCountedByAccountAndByAddress(t *testing.T) {
	login := func(d *door, email, from string) *reply {
		return d.knock(knock{
			method: "POST", target: "/v1/auth/login", from: from, header: map[string]string{"Content-Type": "application/json"},
			body: strings.NewReader(strings.Replace(loginBody, "aigerim@example.kz", email, 1)),
		})
	}
	d := openDoor(t)
	n := 0
	require.Equal(t, 5, spend(t, 30, func() *reply {
		n++ // each from another address, and written otherwise
		return login(d, []string{"aigerim@example.kz", "Aigerim@Example.KZ"}[n%2], fmt.Sprintf("192.0.2.%d:1", n))
	}))
	r := login(d, "aigerim@example.kz", "192.0.2.99:1").is(rateLimited)
	require.Equal(t, `"logins";q=5;w=60`, r.header.Get("RateLimit-Policy"))
	require.Equal(t, "12", r.header.Get("Retry-After"))
	login(d, "marat@example.kz", "192.0.2.99:1").is(unauthenticated)

	d = openDoor(t)
	require.Equal(t, 20, spend(t, 30, func() *reply {
		n++ // each for another account
		return login(d, fmt.Sprintf("a%d@example.kz", n), "192.0.2.1:1")
	}))
	require.Equal(t, `"logins";q=20;w=60`, login(d, "x@example.kz", "192.0.2.1:1").header.Get("RateLimit-Policy"))

	d = openDoor(t, func(c *Config) { c.LoginsPerAccount, c.LoginsPerAddress = 50, 50 })
	require.Equal(t, 30, spend(t, 30, func() *reply { return login(d, "aigerim@example.kz", "") }), "negative control")
}

func TestLoginsAreCountedByNetwork(t *testing.T) {
	login := func(d *door, from string) func() *reply {
		n := 0
		return func() *reply {
			n++ // each for another account, from another address
			return d.knock(knock{
				method: "POST", target: "/v1/auth/login", from: fmt.Sprintf(from, n), header: map[string]string{"Content-Type": "application/json"},
				body: strings.NewReader(strings.Replace(loginBody, "aigerim", fmt.Sprint("a", n), 1)),
			})
		}
	}
	for _, network := range [][2]string{{"192.0.2.%d:1", "192.0.3.%d:1"}, {"[2001:db8:1:%x::1]:1", "[2001:db8:2:%x::1]:1"}} {
		d := openDoor(t, func(c *Config) { c.LoginsPerNetwork = 30 })
		require.Equal(t, 30, spend(t, 40, login(d, network[0])), network[0])
		require.Equal(t, 30, spend(t, 40, login(d, network[1])), "negative control: another network")
	}
}

func TestWhenTooManyLoginsFailOnlyKnownDevicesMayTry(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.FailedLogins = 30 })
	n := 0
	try := func(email, device string) *reply {
		n++ // each from another network
		body := strings.Replace(loginBody, "aigerim@example.kz", email, 1)
		body = strings.Replace(body, "{", `{"device_token": "`+device+`", `, 1)
		return d.knock(knock{
			method: "POST", target: "/v1/auth/login", from: fmt.Sprintf("192.%d.%d.1:1", n/250, n%250), header: map[string]string{"Content-Type": "application/json"},
			body: strings.NewReader(body),
		})
	}
	require.Equal(t, 30, spend(t, 40, func() *reply { return try(fmt.Sprintf("a%d@example.kz", n), "none") }))
	known, err := newDevices(doorSecret)
	require.NoError(t, err)
	device := known.token("", "marat@example.kz")
	try("marat@example.kz", "none").is(rateLimited)
	try("aigerim@example.kz", device).is(rateLimited)
	require.Equal(t, 5, spend(t, 10, func() *reply { return try("Marat@example.kz", device) }), "as many tries as an account has")
	try("marat@example.kz", known.token("", "marat@example.kz")).is(unauthenticated)
}

// Without the device's token its owner is refused like everybody else, which is the negative control.
func TestWhoSpendsTheTriesOfAnAccountDoesNotLockItsOwnerOut(t *testing.T) {
	w := openMarketplace(t)
	w.url = w.replica(w.deps, func(c *Config) { c.LoginsPerAccount = 5 })
	aigerim := w.signIn("aigerim", domain.Powers{})
	email, password := aigerim.credentials()
	mine := w.visitor().post("/v1/auth/login", m{"email": email, "password": password}).expect(200).at("device_token")
	require.NotEmpty(t, mine)
	for range 4 {
		w.visitor().post("/v1/auth/login", m{"email": email, "password": "a guess, and a long one"}).refused(401, "unauthenticated")
	}
	w.visitor().post("/v1/auth/login", m{"email": email, "password": password}).refused(429, "rate-limited")
	again := w.visitor().post("/v1/auth/login", m{"email": email, "password": password, "device_token": mine}).expect(200)
	require.Equal(t, mine, again.at("device_token"), "it stays known under the same token")
	w.visitor().post("/v1/auth/login", m{"email": email, "password": "not hers at all", "device_token": mine}).refused(401, "unauthenticated")

	marat := w.signIn("marat", domain.Powers{})
	email, password = marat.credentials()
	other := w.visitor().post("/v1/auth/login", m{"email": email, "password": password, "device_token": mine}).expect(200).at("device_token")
	require.NotEqual(t, mine, other, "a token is of one account")
}

// Who has got hold of an access token cannot try passwords with it.
func TestAChangeOfThePasswordCountsAsATryToLogIn(t *testing.T) {
	change := func(d *door, account, from string) *reply {
		return d.knock(knock{
			method: "POST", target: "/v1/me/password", from: from,
			header: map[string]string{"Content-Type": "application/json", "Authorization": "Bearer good-" + account},
			body:   strings.NewReader(`{"current": "a guess and another one", "new": "correct horse battery staple"}`),
		})
	}
	mine, other := uuid.NewString(), uuid.NewString()
	d := openDoor(t)
	n := 0
	require.Equal(t, 5, spend(t, 30, func() *reply {
		n++ // each from another address
		return change(d, mine, fmt.Sprintf("192.0.2.%d:1", n))
	}))
	change(d, mine, "192.0.2.99:1").is(rateLimited)
	change(d, other, "192.0.2.99:1").is(unauthenticated)

	d = openDoor(t, func(c *Config) { c.LoginsPerAccount, c.LoginsPerAddress = 50, 50 })
	require.Equal(t, 30, spend(t, 30, func() *reply { return change(d, mine, "") }), "negative control")
}

func TestAskingForAnotherPasswordCountsAsATryToLogIn(t *testing.T) {
	d := openDoor(t)
	ask := func(email string) func() *reply {
		return func() *reply { return d.post("/v1/auth/reset-password", `{"email": "`+email+`"}`) }
	}
	require.Equal(t, 5, spend(t, 30, ask("aigerim@example.kz")))
	d.post("/v1/auth/login", loginBody).is(rateLimited)
	require.Equal(t, 5, spend(t, 30, ask("marat@example.kz")), "negative control: another account")
}

func TestTheTableOfBudgetsIsBounded(t *testing.T) {
	b := newBudgets(100, nil)
	of := budget{"reads", "visitor reads", 2}
	busy := []byte("busy")
	for i := range 10_000 {
		b.take(t.Context(), of, []byte(strconv.Itoa(i)), doorTime)
		b.take(t.Context(), of, busy, doorTime)
	}
	require.Len(t, b.held, 100)
	require.Equal(t, 100, b.order.Len())
	require.False(t, b.take(t.Context(), of, busy, doorTime).ok, "who goes on asking is not forgotten")
}

func TestABudgetHoldsAgainstManyAtOnce(t *testing.T) {
	b := newBudgets(10, nil)
	var allowed atomic.Int64
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 20 {
				if b.take(t.Context(), budget{"reads", "s", 100}, []byte("one"), doorTime).ok {
					allowed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 100, allowed.Load())
}

func TestWhoComesBackFromAProviderIsCountedByAddressAlone(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.LoginsPerAccount, c.LoginsPerAddress = 2, 7 })
	finish := func(from string) func() *reply {
		return func() *reply {
			return d.knock(knock{
				method: "POST", target: "/v1/auth/external/finish", from: from, header: map[string]string{"Content-Type": "application/json"},
				body: strings.NewReader(`{"code": "c", "state": "s", "ticket": "t"}`),
			})
		}
	}
	require.Equal(t, 7, spend(t, 20, finish("192.0.2.1:1")))
	require.Equal(t, `"logins";q=7;w=60`, finish("192.0.2.1:1")().header.Get("RateLimit-Policy"))
	require.Equal(t, 7, spend(t, 20, finish("192.0.2.2:1")), "others come back meanwhile")
}
