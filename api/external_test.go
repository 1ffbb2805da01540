package api

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/auth"
	"kopir/auth/providertest"
	"kopir/domain"
)

// page is where the provider sends people back to.
const page = "https://kopir.example/signed-in"

// openAbroad opens a marketplace to which a provider sends people.
func openAbroad(t *testing.T) (*marketplace, *providertest.Provider) {
	t.Helper()
	var idp *providertest.Provider
	w := openMarketplace(t, func(s *setting) {
		s.provider = func(clock func() time.Time, secret []byte) domain.IdentityProvider {
			idp = providertest.New(t, clock)
			return providerAt(t, idp, secret)
		}
	})
	return w, idp
}

func providerAt(t *testing.T, idp *providertest.Provider, secret []byte) *auth.Provider {
	t.Helper()
	p, err := auth.NewProvider(auth.ProviderConfig{
		Issuer: idp.URL, Name: "eGov", ClientID: providertest.ClientID, ClientSecret: providertest.ClientSecret,
		RedirectURLs: []string{page, "http://localhost:5173/"}, Scopes: []string{"openid", "email", "profile"},
	}, secret, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return p
}

// visits goes to the provider and returns with what it takes to finish.
func (p *person) visits(idp *providertest.Provider) m {
	p.w.t.Helper()
	begun := p.post("/v1/auth/external/begin", m{"redirect_url": page}).expect(200)
	require.Equal(p.w.t, "no-store", begun.header.Get("Cache-Control"))
	came := idp.Visit(begun.at("authorization_url").(string))
	require.Equal(p.w.t, begun.at("state"), came.Get("state"))
	back := m{"code": came.Get("code"), "state": came.Get("state"), "ticket": begun.at("ticket")}
	if came.Has("iss") {
		back["iss"] = came.Get("iss")
	}
	return back
}

func (p *person) finishes(back m) *answer { return p.post("/v1/auth/external/finish", back) }

// comesIn is somebody who has signed in through the provider.
func (w *marketplace) comesIn(back m) device {
	w.t.Helper()
	session := w.visitor().finishes(back).expect(200)
	return device{w.visitor().with("Authorization", "Bearer "+session.at("access_token").(string)), session}
}

func TestSomebodyNewSignsInThroughTheProviderAndIsKnownTheNextTime(t *testing.T) {
	w, idp := openAbroad(t)
	w.visitor().get("/v1/auth/external").expect(200).is("name", "eGov").is("issuer", idp.URL)
	first := w.comesIn(w.visitor().visits(idp))
	require.Equal(t, "no-store", first.session.header.Get("Cache-Control"))
	me := first.get("/v1/me").expect(200).is("email", "aigerim@example.kz").is("name", "Әйгерім").is("language", "kk").is("roles", []string{"jobseeker"})
	first.refresh().expect(200)

	idp.Person = providertest.Claims{"sub": "person-1", "email": "another@example.kz", "email_verified": false, "name": "Another name"}
	again := w.comesIn(w.visitor().visits(idp))
	again.get("/v1/me").expect(200).is("id", me.at("id")).is("email", "aigerim@example.kz").is("name", "Әйгерім")
	require.Len(t, again.sessions(), 2)
	identities := again.get("/v1/me/identities").expect(200).is("total", 1).is("next_cursor", nil).is("items.0.issuer", idp.URL)
	require.Equal(t, "no-store", identities.header.Get("Cache-Control"))
	require.NotContains(t, string(identities.body), "person-1", "who they are there is nobody's business")
	require.Empty(t, w.letters())

	for _, password := range []string{" ", "-", "Әйгерім"} {
		w.visitor().post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": password}).refused(401, "unauthenticated")
	}
	idp.Person = providertest.Claims{"sub": "person-2", "email": "Болат@example.kz", "email_verified": "true", "name": "bad \u202e name", "locale": "de"}
	other := w.comesIn(w.visitor().visits(idp))
	other.get("/v1/me").expect(200).is("email", "болат@example.kz").is("name", "болат").is("language", "ru")
}

func TestWhereNoProviderIsConfiguredItsRoutesSaySo(t *testing.T) {
	w := openMarketplace(t)
	somebody := w.signIn("somebody", domain.Powers{})
	back := m{"code": "c", "state": "s", "ticket": "t"}
	for language, text := range map[string]string{
		"kk": "Мұнда провайдер арқылы кіру қарастырылмаған", "ru": "Здесь нельзя войти через провайдера", "en": "Signing in through a provider is not offered here",
	} {
		who := somebody.in(language)
		for _, a := range []*answer{
			w.visitor().in(language).get("/v1/auth/external"), w.visitor().in(language).finishes(back),
			who.post("/v1/auth/external/begin", m{"redirect_url": page}), who.get("/v1/me/identities"),
			who.post("/v1/me/identities", back), who.delete("/v1/me/identities/" + uuid.NewString()),
		} {
			a.refused(404, "not-found").is("code", "external_not_offered").is("detail", text)
		}
	}
	for _, a := range []*answer{
		w.visitor().get("/v1/me/identities"), w.visitor().post("/v1/me/identities", back), w.visitor().delete("/v1/me/identities/" + uuid.NewString()),
	} {
		a.refused(401, "unauthenticated")
	}
}

func TestAnAccountIsNotTakenOverButLinkedByItsOwner(t *testing.T) {
	w, idp := openAbroad(t)
	owner := w.proven("aigerim@example.kz")()
	w.visitor().in("en").finishes(w.visitor().visits(idp)).refused(409, "conflict").is("code", "account_exists")
	require.Len(t, owner.sessions(), 1)

	linked := owner.post("/v1/me/identities", owner.visits(idp)).expect(200).is("issuer", idp.URL)
	letters := w.letters()
	require.Len(t, letters, 1)
	require.Equal(t, []any{domain.LetterIdentityLinked, "aigerim@example.kz", []string{"eGov"}}, []any{letters[0].Kind, letters[0].To, letters[0].Facts})
	owner.get("/v1/me/identities").expect(200).is("items.0.id", linked.id())
	me := owner.get("/v1/me").at("id")
	w.comesIn(w.visitor().visits(idp)).get("/v1/me").expect(200).is("id", me)

	stranger := w.signIn("stranger", domain.Powers{})
	stranger.get("/v1/me/identities").expect(200).is("total", 0)
	stranger.delete("/v1/me/identities/"+linked.id()).refused(404, "not-found")
	owner.delete("/v1/me/identities/" + linked.id()).expect(204)
	owner.delete("/v1/me/identities/"+linked.id()).refused(404, "not-found")
	w.visitor().finishes(w.visitor().visits(idp)).refused(409, "conflict").is("code", "account_exists")
}

func TestAnIdentityIsLinkedWithOneAccountAndAnAccountWithOne(t *testing.T) {
	w, idp := openAbroad(t)
	first, second := w.signIn("first", domain.Powers{}), w.signIn("second", domain.Powers{})
	link := func(who *person) *answer { return who.post("/v1/me/identities", who.visits(idp)) }
	link(first).expect(200)
	link(first).refused(409, "conflict").is("code", "identity_linked")
	link(second).refused(409, "conflict").is("code", "identity_taken")
	idp.Person = providertest.Claims{"sub": "person-2"}
	link(first).refused(409, "conflict").is("code", "identity_linked")
	link(second).expect(200) // whatever the provider knows of an address
	require.Len(t, w.letters(), 2)
}

func TestTheLastWayInStays(t *testing.T) {
	w, idp := openAbroad(t)
	in := w.comesIn(w.visitor().visits(idp))
	path := "/v1/me/identities/" + in.get("/v1/me/identities").at("items.0.id").(string)
	in.in("en").delete(path).refused(409, "conflict").is("code", "last_way_in")
	in.get("/v1/me/identities").expect(200).is("total", 1)
}

// forgery is a return from the provider with one thing wrong, and what is answered.
type forgery struct {
	name   string
	status int
	code   string
	// wrong changes what comes back, or what the provider does.
	wrong func(w *marketplace, idp *providertest.Provider, back m)
}

func refusedBecause(name string, wrong func(w *marketplace, idp *providertest.Provider, back m)) forgery {
	return forgery{name, 401, "external_refused", wrong}
}

// claims is a forgery of the ID token's claims.
func claims(name string, alter func(idp *providertest.Provider, c providertest.Claims)) forgery {
	return refusedBecause(name, func(_ *marketplace, idp *providertest.Provider, _ m) {
		idp.Alter = func(c providertest.Claims) { alter(idp, c) }
	})
}

// signs is a forgery of the ID token's signature.
func signs(name string, sign func(t testing.TB, idp *providertest.Provider, c providertest.Claims) string) forgery {
	return refusedBecause(name, func(w *marketplace, idp *providertest.Provider, _ m) {
		idp.Sign = func(c providertest.Claims) string { return sign(w.t, idp, c) }
	})
}

func unsigned(c providertest.Claims) string {
	payload, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload) + "."
}

func forgeries() []forgery {
	return append(forgedReturns(), append(forgedTokens(), unvouched()...)...)
}

func forgedReturns() []forgery {
	return []forgery{
		refusedBecause("another state", func(_ *marketplace, _ *providertest.Provider, back m) { back["state"] = "AAAAAAAAAAAAAAAAAAAAAAAAAA" }),
		refusedBecause("the state of another begin", func(w *marketplace, idp *providertest.Provider, back m) {
			back["state"] = w.visitor().visits(idp)["state"]
		}),
		refusedBecause("the ticket of another begin", func(w *marketplace, idp *providertest.Provider, back m) {
			back["ticket"] = w.visitor().visits(idp)["ticket"]
		}),
		refusedBecause("ticket and state of another begin", func(w *marketplace, idp *providertest.Provider, back m) {
			other := w.visitor().visits(idp)
			back["ticket"], back["state"] = other["ticket"], other["state"] // PKCE: the code is not theirs
		}),
		refusedBecause("the code of another begin", func(w *marketplace, idp *providertest.Provider, back m) {
			back["code"] = w.visitor().visits(idp)["code"]
		}),
		refusedBecause("a ticket to link an account", func(w *marketplace, idp *providertest.Provider, back m) {
			maps.Copy(back, w.signIn("somebody", domain.Powers{}).visits(idp))
		}),
		refusedBecause("no ticket of ours", func(_ *marketplace, _ *providertest.Provider, back m) { back["ticket"] = "ticket" }),
		refusedBecause("an expired ticket", func(w *marketplace, _ *providertest.Provider, _ m) { w.wait(domain.TicketLifetime) }),
		refusedBecause("a code that nobody gave", func(_ *marketplace, _ *providertest.Provider, back m) { back["code"] = "code" }),
		refusedBecause("a code that was used", func(w *marketplace, idp *providertest.Provider, back m) {
			idp.Alter = func(c providertest.Claims) { delete(c, "nonce") } // so that the ticket is not
			w.visitor().finishes(back).expect(401)
			idp.Alter = nil
		}),
		refusedBecause("mixed up with another issuer", func(_ *marketplace, _ *providertest.Provider, back m) { back["iss"] = "https://other.example" }),
		refusedBecause("without the issuer that the provider promises", func(w *marketplace, idp *providertest.Provider, back m) {
			w.wait(2 * time.Hour) // so that it is asked anew
			idp.Says["authorization_response_iss_parameter_supported"] = true
			maps.Copy(back, w.visitor().visits(idp))
			delete(back, "iss")
		}),
	}
}

func forgedTokens() []forgery {
	return []forgery{
		claims("another nonce", func(_ *providertest.Provider, c providertest.Claims) { c["nonce"] = "another" }),
		claims("no nonce", func(_ *providertest.Provider, c providertest.Claims) { delete(c, "nonce") }),
		claims("another audience", func(_ *providertest.Provider, c providertest.Claims) { c["aud"] = "another client" }),
		claims("no audience", func(_ *providertest.Provider, c providertest.Claims) { delete(c, "aud") }),
		claims("two audiences and nobody who asked", func(_ *providertest.Provider, c providertest.Claims) {
			c["aud"] = []string{providertest.ClientID, "another client"}
		}),
		claims("somebody else asked", func(_ *providertest.Provider, c providertest.Claims) { c["azp"] = "another client" }),
		claims("another issuer", func(_ *providertest.Provider, c providertest.Claims) { c["iss"] = "https://other.example" }),
		claims("the issuer with a slash", func(idp *providertest.Provider, c providertest.Claims) { c["iss"] = idp.URL + "/" }),
		claims("no issuer", func(_ *providertest.Provider, c providertest.Claims) { delete(c, "iss") }),
		claims("expired", func(_ *providertest.Provider, c providertest.Claims) { c["exp"] = c["iat"].(int64) - 1 }),
		claims("never expires", func(_ *providertest.Provider, c providertest.Claims) { delete(c, "exp") }),
		claims("not valid yet", func(_ *providertest.Provider, c providertest.Claims) { c["nbf"] = c["iat"].(int64) + 3600 }),
		claims("no subject", func(_ *providertest.Provider, c providertest.Claims) { delete(c, "sub") }),
		claims("an endless subject", func(_ *providertest.Provider, c providertest.Claims) { c["sub"] = strings.Repeat("s", 256) }),
		claims("a subject with a zero byte", func(_ *providertest.Provider, c providertest.Claims) { c["sub"] = "person\x00" }),
		signs("no algorithm", func(_ testing.TB, _ *providertest.Provider, c providertest.Claims) string { return unsigned(c) }),
		signs("our own secret as a key", func(t testing.TB, _ *providertest.Provider, c providertest.Claims) string {
			return providertest.SignWith(t, []byte(strings.Repeat(providertest.ClientSecret, 2)), jose.HS256, c)
		}),
		signs("the public key as a secret", func(t testing.TB, idp *providertest.Provider, c providertest.Claims) string {
			public, err := json.Marshal(idp.PublicKeys()[0])
			require.NoError(t, err)
			return providertest.SignWith(t, public, jose.HS256, c)
		}),
		signs("somebody else's key", func(t testing.TB, idp *providertest.Provider, c providertest.Claims) string {
			return providertest.SignWith(t, providertest.NewKey(t, idp.PublicKeys()[0].KeyID), jose.ES256, c)
		}),
		signs("a key that the token brings along", func(t testing.TB, _ *providertest.Provider, c providertest.Claims) string {
			return providertest.SignEmbedded(t, providertest.NewKey(t, "").Key, c)
		}),
		signs("no signature", func(t testing.TB, idp *providertest.Provider, c providertest.Claims) string {
			token := idp.SignNow(c)
			return token[:strings.LastIndex(token, ".")+1]
		}),
		signs("no token", func(testing.TB, *providertest.Provider, providertest.Claims) string { return "" }),
		signs("dots", func(testing.TB, *providertest.Provider, providertest.Claims) string {
			return strings.Repeat(".", 100_000)
		}),
		refusedBecause("the UserInfo of another", func(_ *marketplace, idp *providertest.Provider, _ m) {
			idp.Lean = true
			idp.Answers("/userinfo", func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"sub": "person-2", "email": "aigerim@example.kz", "email_verified": true}`)
			})
		}),
	}
}

// unvouched are people whose address the provider does not vouch for.
func unvouched() []forgery {
	var out []forgery
	for name, alter := range map[string]func(c providertest.Claims){
		"an address that is not verified":          func(c providertest.Claims) { c["email_verified"] = false },
		"an address that nothing is said of":       func(c providertest.Claims) { delete(c, "email_verified") },
		"an address that is not verified, as text": func(c providertest.Claims) { c["email_verified"] = "false" },
		"no address":                        func(c providertest.Claims) { delete(c, "email") },
		"an address that is none":           func(c providertest.Claims) { c["email"] = "Aigerim <aigerim@example.kz>" },
		"an address with a line break":      func(c providertest.Claims) { c["email"] = "aigerim@example.kz\nx" },
		"an address verified by a number 1": func(c providertest.Claims) { c["email_verified"] = 1 },
	} {
		out = append(out, forgery{name, 422, "email_not_verified", func(w *marketplace, idp *providertest.Provider, back m) {
			alter(idp.Person)
			maps.Copy(back, w.visitor().visits(idp))
		}})
	}
	return out
}

func TestNoForgedReturnSignsAnybodyIn(t *testing.T) {
	list := forgeries()
	require.Greater(t, len(list), 40)
	for _, f := range list {
		t.Run(f.name, func(t *testing.T) {
			w, idp := openAbroad(t)
			back := w.visitor().visits(idp)
			f.wrong(w, idp, back)
			a := w.visitor().finishes(back).expect(f.status).is("code", f.code)
			require.NotContains(t, string(a.body), "token", "what exactly is wrong is nobody's business")
			_, err := w.store.AccountByEmail(t.Context(), "aigerim@example.kz")
			require.Equal(t, domain.NotFound, domain.KindOf(err))
		})
	}
}

func TestAForgeryIsToldAlsoWhereSomebodyLinks(t *testing.T) {
	w, idp := openAbroad(t)
	somebody, other := w.signIn("somebody", domain.Powers{}), w.signIn("other", domain.Powers{})
	for _, back := range []m{w.visitor().visits(idp), other.visits(idp), merged(somebody.visits(idp), m{"state": "another"})} {
		somebody.post("/v1/me/identities", back).refused(422, "invalid").is("code", "external_refused")
	}
	idp.Alter = func(c providertest.Claims) { c["nonce"] = "another" }
	somebody.post("/v1/me/identities", somebody.visits(idp)).refused(422, "invalid").is("code", "external_refused")
	idp.Alter = nil
	back := somebody.visits(idp)
	w.visitor().finishes(back).refused(401, "unauthenticated").is("code", "external_refused")
	somebody.post("/v1/me/identities", back).expect(200)
}

func TestNobodyIsSentToAPageThatIsNotListed(t *testing.T) {
	w, idp := openAbroad(t)
	for _, other := range []string{page + "/", page + "?x=1", "https://kopir.example.attacker.example/signed-in", "http://kopir.example/signed-in", "javascript:alert(1)"} {
		w.visitor().post("/v1/auth/external/begin", m{"redirect_url": other}).refused(422, "invalid").fault("/redirect_url", "redirect_not_listed")
	}
	require.Zero(t, idp.Asked("/.well-known/openid-configuration"))
	w.visitor().post("/v1/auth/external/begin", m{"redirect_url": "http://localhost:5173/"}).expect(200)
}

func TestATicketSignsInOnceEvenWhereTheProviderTakesACodeTwice(t *testing.T) {
	w, idp := openAbroad(t)
	idp.Sloppy = true
	back := w.visitor().visits(idp)
	in := w.comesIn(back)
	w.visitor().finishes(back).refused(401, "unauthenticated").is("code", "external_refused")
	require.Len(t, in.sessions(), 1)
	somebody := w.signIn("somebody", domain.Powers{})
	idp.Person = providertest.Claims{"sub": "person-2"}
	back = somebody.visits(idp)
	linked := somebody.post("/v1/me/identities", back).expect(200)
	somebody.delete("/v1/me/identities/" + linked.id()).expect(204)
	somebody.post("/v1/me/identities", back).refused(422, "invalid").is("code", "external_refused")
}

func TestOfFiftyWhoFinishWithOneTicketAtOnceOneSignsIn(t *testing.T) {
	for _, sloppy := range []bool{false, true} {
		t.Run(fmt.Sprintf("a provider that takes a code twice: %t", sloppy), func(t *testing.T) {
			w, idp := openAbroad(t)
			idp.Sloppy = sloppy
			back := w.visitor().visits(idp)
			var mu sync.Mutex
			statuses := map[int]int{}
			var all sync.WaitGroup
			for range 50 {
				all.Go(func() {
					a := w.visitor().finishes(back)
					mu.Lock()
					defer mu.Unlock()
					statuses[a.status]++
				})
			}
			all.Wait()
			require.Equal(t, map[int]int{200: 1, 401: 49}, statuses)
			require.Len(t, w.comesIn(w.visitor().visits(idp)).sessions(), 2)
		})
	}
}

func TestWhoBeginsAtOneReplicaFinishesAtAnother(t *testing.T) {
	w, idp := openAbroad(t)
	deps := w.deps
	deps.External = domain.NewExternal(w.accounts, providerAt(t, idp, deps.Secret))
	second := w.replica(deps)
	idp.Sloppy = true
	back := w.visitor().visits(idp)
	w.visitor().asking(second).finishes(back).expect(200)
	w.visitor().finishes(back).refused(401, "unauthenticated")

	deps.External = domain.NewExternal(w.accounts, providerAt(t, idp, []byte("another secret of 32 bytes, also")))
	alien := w.replica(deps)
	w.visitor().asking(alien).finishes(w.visitor().visits(idp)).refused(401, "unauthenticated")
}

func TestTheProvidersKeysMayChange(t *testing.T) {
	w, idp := openAbroad(t)
	w.comesIn(w.visitor().visits(idp))
	w.comesIn(w.visitor().visits(idp))
	require.Equal(t, 1, idp.Asked("/keys"))
	before := idp.Key()
	idp.Rotate()
	w.comesIn(w.visitor().visits(idp))
	require.Equal(t, 2, idp.Asked("/keys"))
	idp.Sign = func(c providertest.Claims) string { return providertest.SignWith(t, before, jose.ES256, c) }
	w.visitor().finishes(w.visitor().visits(idp)).refused(401, "unauthenticated")
}

func TestWhileTheProviderIsAwayPeopleSignInByPassword(t *testing.T) {
	w, idp := openAbroad(t)
	login := w.proven("bolat@example.kz")
	back := w.visitor().visits(idp)
	for _, path := range []string{"/token", "/keys"} {
		mended := idp.Answers(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
		idp.Sloppy = true // it takes the code and does not say so
		a := w.visitor().in("en").finishes(back).refused(503, "unavailable").is("code", "provider_down")
		require.Equal(t, "5", a.header.Get("Retry-After"))
		login()
		mended()
	}
	w.comesIn(back) // what could not be answered may be sent again

	idp.Stop()
	back = w.visitor().post("/v1/auth/external/begin", m{"redirect_url": page}).expect(200).object() // for an hour it is known
	w.visitor().finishes(m{"code": "c", "state": back["state"], "ticket": back["ticket"]}).refused(503, "unavailable")
	login()
}

func TestAProviderThatIsNotThereAtTheStartIsFoundLater(t *testing.T) {
	w, idp := openAbroad(t)
	back := idp.Answers("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	begin := func() *answer { return w.visitor().post("/v1/auth/external/begin", m{"redirect_url": page}) }
	for range 3 {
		a := begin().refused(503, "unavailable").is("code", "provider_down")
		require.Equal(t, "5", a.header.Get("Retry-After"))
	}
	require.Equal(t, 1, idp.Asked("/.well-known/openid-configuration"), "it is not run down")
	back()
	w.proven("bolat@example.kz")()
	w.wait(5 * time.Second)
	begin().expect(200)
}
