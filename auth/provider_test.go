package auth

import (
	"bytes"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/auth/providertest"
	"kopir/domain"
)

const (
	discoveryPath = "/.well-known/openid-configuration"
	redirectPage  = "https://kopir.example/signed-in"
)

var ourSecret = []byte("a secret that is long enough to be one")

func atNoon() time.Time { return noon }

func configOf(idp *providertest.Provider) ProviderConfig {
	return ProviderConfig{
		Issuer: idp.URL, Name: "eGov", ClientID: providertest.ClientID, ClientSecret: providertest.ClientSecret,
		RedirectURLs: []string{redirectPage}, Scopes: []string{"openid", "email"},
	}
}

func openProvider(t *testing.T, cfg ProviderConfig, secret []byte) *Provider {
	t.Helper()
	p, err := NewProvider(cfg, secret, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return p
}

// leave goes to the provider and returns with what it takes to finish.
func leave(t *testing.T, p *Provider, idp *providertest.Provider) domain.Return {
	t.Helper()
	d, err := p.Begin(t.Context(), redirectPage, uuid.Nil, noon)
	require.NoError(t, err)
	require.Equal(t, noon.Add(10*time.Minute), d.Until)
	back := idp.Visit(d.URL)
	return domain.Return{Code: back.Get("code"), State: back.Get("state"), Issuer: back.Get("iss"), Ticket: d.Ticket}
}

func isDown(t *testing.T, err error) {
	t.Helper()
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	var told interface{ RetryAfter() time.Duration }
	require.ErrorAs(t, err, &told)
	require.Equal(t, providerRest, told.RetryAfter())
}

func isRefused(t *testing.T, err error) {
	t.Helper()
	require.Equal(t, domain.Fail(domain.Unauthenticated, domain.CodeExternalRefused), err)
}

func TestSomebodyComesBackAsWhomTheProviderKnows(t *testing.T) {
	for name, change := range map[string]func(*providertest.Provider){
		"the ID token tells all":       func(*providertest.Provider) {},
		"the rest is told by UserInfo": func(idp *providertest.Provider) { idp.Lean = true },
		"it takes the secret in the body": func(idp *providertest.Provider) {
			idp.Says["token_endpoint_auth_methods_supported"] = []string{"client_secret_post"}
		},
		"it says in what it sends whose it is": func(idp *providertest.Provider) { idp.Says["authorization_response_iss_parameter_supported"] = true },
		"it says that we are who asked": func(idp *providertest.Provider) {
			idp.Alter = func(c providertest.Claims) {
				c["aud"], c["azp"] = []string{"another", providertest.ClientID}, providertest.ClientID
			}
		},
		"it verified the address in text": func(idp *providertest.Provider) { idp.Person["email_verified"] = "true" },
	} {
		t.Run(name, func(t *testing.T) {
			idp := providertest.New(t, atNoon)
			change(idp)
			p := openProvider(t, configOf(idp), ourSecret)
			who, err := p.Finish(t.Context(), leave(t, p, idp), uuid.Nil, noon.Add(time.Minute))
			require.NoError(t, err)
			require.NotEqual(t, uuid.Nil, who.Ticket)
			require.Equal(t, domain.ExternalPerson{
				Issuer: idp.URL, Subject: "person-1", Email: "aigerim@example.kz", EmailVerified: true, Name: "Әйгерім", Language: "kk-KZ",
				Ticket: who.Ticket, Until: noon.Add(10 * time.Minute),
			}, who)
			require.Equal(t, "eGov", p.Name())
		})
	}
}

func TestATicketOpensOnlyWhatItWasSealedFor(t *testing.T) {
	idp := providertest.New(t, atNoon)
	p := openProvider(t, configOf(idp), ourSecret)
	back := leave(t, p, idp)
	open := func(p *Provider, ticket string) bool {
		changed := back
		changed.Ticket = ticket
		_, ok := p.open(changed, uuid.Nil, noon)
		return ok
	}
	require.True(t, open(p, back.Ticket))
	raw, err := base64.RawURLEncoding.DecodeString(back.Ticket)
	require.NoError(t, err)
	for bit := range len(raw) * 8 {
		flipped := append([]byte(nil), raw...)
		flipped[bit/8] ^= 1 << (bit % 8)
		require.False(t, open(p, base64.RawURLEncoding.EncodeToString(flipped)), bit)
	}
	for _, bad := range []string{"", "x", back.Ticket + "A", back.Ticket + "=", back.Ticket[:20]} {
		require.False(t, open(p, bad), bad)
	}
	for _, secret := range []string{back.State, back.Code, "person-1", redirectPage} {
		require.NotContains(t, string(raw), secret)
	}
	elsewhere, anotherClient := configOf(idp), configOf(idp)
	elsewhere.Issuer, anotherClient.ClientID = "https://other.example", "another"
	require.False(t, open(openProvider(t, elsewhere, ourSecret), back.Ticket))
	require.False(t, open(openProvider(t, anotherClient, ourSecret), back.Ticket))
	require.False(t, open(openProvider(t, configOf(idp), []byte("another secret")), back.Ticket))
	for _, c := range []struct {
		account uuid.UUID
		after   time.Duration
		ok      bool
	}{{uuid.Nil, 10*time.Minute - time.Microsecond, true}, {uuid.Nil, 10 * time.Minute, false}, {uuid.Max, 0, false}} {
		_, ok := p.open(back, c.account, noon.Add(c.after))
		require.Equal(t, c.ok, ok, c)
	}
}

func TestAnUnlikelyAnswerIsNoAnswer(t *testing.T) {
	var trapped atomic.Int64
	trap := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { trapped.Add(1) }))
	t.Cleanup(trap.Close)
	says := func(name string, value any) func(*providertest.Provider) {
		return func(idp *providertest.Provider) { idp.Says[name] = value }
	}
	answers := func(path string, how http.HandlerFunc) func(*providertest.Provider) {
		return func(idp *providertest.Provider) { idp.Answers(path, how) }
	}
	away := func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, trap.URL, http.StatusTemporaryRedirect)
	}
	huge := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"keys": [], "access_token": "a", "id_token": "`)) // the client goes away half way
		for range 64 {
			if _, err := w.Write(bytes.Repeat([]byte("a"), 64<<10)); err != nil {
				return
			}
		}
		_, _ = w.Write([]byte(`"}`))
	}
	long := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Long", strings.Repeat("a", maxAnswerHeader))
	}
	silent := func(w http.ResponseWriter, _ *http.Request) { panic(http.ErrAbortHandler) }
	for name, change := range map[string]func(*providertest.Provider){
		"it is another issuer":        says("issuer", "https://other.example"),
		"its keys are not on https":   says("jwks_uri", "http://192.0.2.1/keys"),
		"its keys are in a file":      says("jwks_uri", "file:///etc/passwd"),
		"its tokens are not on https": says("token_endpoint", "http://169.254.169.254/token"),
		"its tokens are nowhere":      says("token_endpoint", ""),
		"people are sent to a script": says("authorization_endpoint", "javascript:alert(1)"),
		"it sends us elsewhere":       answers(discoveryPath, away),
		"its tokens are elsewhere":    answers("/token", away),
		"its keys are elsewhere":      answers("/keys", away),
		"it says too much of itself":  answers(discoveryPath, huge),
		"its token is too long":       answers("/token", huge),
		"its keys are too many":       answers("/keys", huge),
		"its headers are too long":    answers("/keys", long),
		"it hangs up":                 answers(discoveryPath, silent),
		"it hangs up on a code":       answers("/token", silent),
		"it has no keys there":        answers("/keys", http.NotFound),
		"it does not know us": answers("/token", func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"error": "invalid_client"}`, http.StatusUnauthorized)
		}),
		"it has too much to do":             answers("/token", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }),
		"it does not know its own UserInfo": func(idp *providertest.Provider) { idp.Lean = true; idp.Answers("/userinfo", http.NotFound) },
	} {
		t.Run(name, func(t *testing.T) {
			idp := providertest.New(t, atNoon)
			change(idp)
			p := openProvider(t, configOf(idp), ourSecret)
			d, err := p.Begin(t.Context(), redirectPage, uuid.Nil, noon)
			if err == nil {
				back := idp.Visit(d.URL)
				_, err = p.Finish(t.Context(), domain.Return{Code: back.Get("code"), State: d.State, Ticket: d.Ticket}, uuid.Nil, noon)
			}
			isDown(t, err)
			require.Less(t, len(err.Error()), 500, "nobody's page is put into the log")
			require.Zero(t, trapped.Load())
		})
	}
}

func TestOnlyWhatTheProviderMeansForUsIsTaken(t *testing.T) {
	idp := providertest.New(t, atNoon)
	p := openProvider(t, configOf(idp), ourSecret)
	for _, answer := range []string{"", "null", "[]", `{"access_token": "a"}`, `{"access_token": "a", "id_token": 1}`, `{"id_token": "a"}`, "<html>"} {
		back := leave(t, p, idp)
		mended := idp.Answers("/token", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(answer)) })
		_, err := p.Finish(t.Context(), back, uuid.Nil, noon)
		isRefused(t, err)
		mended()
	}
}

func TestTheProviderIsAskedOnceAnHourAndRemembered(t *testing.T) {
	idp := providertest.New(t, atNoon)
	p := openProvider(t, configOf(idp), ourSecret)
	begin := func(after time.Duration) error {
		_, err := p.Begin(t.Context(), redirectPage, uuid.Nil, noon.Add(after))
		return err
	}
	require.NoError(t, begin(0))
	require.NoError(t, begin(time.Hour-time.Second))
	require.Equal(t, 1, idp.Asked(discoveryPath))
	require.NoError(t, begin(time.Hour))
	require.Equal(t, 2, idp.Asked(discoveryPath))

	mended := idp.Answers(discoveryPath, http.NotFound)
	require.NoError(t, begin(2*time.Hour), "what it said before goes on")
	require.NoError(t, begin(2*time.Hour+providerRest-time.Second))
	require.Equal(t, 3, idp.Asked(discoveryPath), "and it is not run down")
	mended()
	require.NoError(t, begin(2*time.Hour+providerRest))
	require.Equal(t, 4, idp.Asked(discoveryPath))
}

func TestAnAddressIsHTTPSOrOnThisMachine(t *testing.T) {
	for _, good := range []string{"https://idp.example.kz", "https://idp.example.kz/realms/kopir", "http://localhost:8180", "http://127.0.0.1:1/x", "http://[::1]/"} {
		require.NoError(t, CheckAddress(good), good)
	}
	for _, bad := range []string{
		"", "idp.example.kz", "http://idp.example.kz", "http://192.168.1.1", "ftp://localhost", "file:///etc/passwd", "javascript:alert(1)",
		"https://", "https://user@idp.example.kz", "https://idp.example.kz/#x", "http://localhost.example.kz", "http://0.0.0.0", "://",
	} {
		require.Error(t, CheckAddress(bad), bad)
	}
}

func TestTheLogTellsWhyAndNothingOfThePerson(t *testing.T) {
	var log bytes.Buffer
	idp := providertest.New(t, atNoon)
	p, err := NewProvider(configOf(idp), ourSecret, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	back := leave(t, p, idp)
	back.Code = "another"
	_, err = p.Finish(t.Context(), back, uuid.Nil, noon)
	isRefused(t, err)
	require.Contains(t, log.String(), "invalid_grant")
	require.NotContains(t, log.String(), "aigerim", "what the provider writes of people stays out")
	idp.Alter = func(c providertest.Claims) { c["aud"] = "another" }
	_, err = p.Finish(t.Context(), leave(t, p, idp), uuid.Nil, noon)
	isRefused(t, err)
	require.Contains(t, log.String(), "audience")
	require.NotContains(t, log.String(), "person-1")
}
