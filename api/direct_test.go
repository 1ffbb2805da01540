package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestATokenForTheSearchEngine(t *testing.T) {
	w := openMarketplace(t, wellFed().behind)
	for _, p := range []*person{w.visitor(), w.admin} {
		a := p.post("/v1/search/token", nil).expect(200)
		require.Equal(t, m{
			"token": "header.claims.signature", "expires_at": "2026-11-23T06:05:00Z", "url": "https://search.example.kz",
			"indexes": map[string]any{"demands": "d", "programmes": "p", "competences": "c"},
		}, a.object())
		require.Equal(t, "no-store", a.header.Get("Cache-Control"))
		require.Contains(t, a.header.Get("RateLimit"), `"writes"`)
	}
	w.visitor().post("/v1/search/token", m{}).refused(400, "unreadable")
	w.visitor().with("Authorization", "Bearer none").post("/v1/search/token", nil).refused(401, "unauthenticated")
}

func TestDirectSearchThatIsNotOfferedSaysSo(t *testing.T) {
	for name, engine := range map[string]func(*setting){
		"there is none":         func(*setting) {},
		"it is not for clients": (&fed{standing: wellFed().standing, down: domain.Fail(domain.NotFound, domain.CodeNotFound)}).behind,
	} {
		t.Run(name, func(t *testing.T) {
			w := openMarketplace(t, engine)
			for language, text := range map[string]string{
				"kk": "Мұнда іздеу жүйесіне тікелей жүгінуге болмайды", "ru": "Здесь нельзя обращаться к поисковой системе напрямую",
				"en": "Direct search is not offered here",
			} {
				w.visitor().in(language).post("/v1/search/token", nil).refused(404, "not-found").is("code", "direct_search_not_offered").is("detail", text)
			}
		})
	}
}

func TestThereIsNoTokenWhileTheEngineIsBehind(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	ask := func() *answer { return w.visitor().post("/v1/search/token", nil) }
	engine.standing.Waiting, engine.standing.Oldest = 3, opening
	ask().expect(200)
	w.wait(time.Minute)
	ask().expect(200) // a minute old, and not over
	w.wait(time.Microsecond)
	require.Equal(t, "2", ask().refused(503, "unavailable").is("code", "engine_behind").header.Get("Retry-After"))
	for language, text := range map[string]string{
		"kk": "Іздеу жүйесі соңғы өзгерістерді әлі алған жоқ, сәл кейінірек қайталаңыз",
		"ru": "Поисковая система ещё не получила последних изменений, повторите чуть позже",
		"en": "The search engine has not got the latest changes yet; try again shortly",
	} {
		w.visitor().in(language).post("/v1/search/token", nil).refused(503, "unavailable").is("detail", text)
	}
	engine.standing.Waiting, engine.standing.Oldest = 0, time.Time{}
	ask().expect(200)
	engine.standing.Generation = ""
	ask().refused(503, "unavailable").is("code", "engine_behind") // nothing was ever built
}

func TestThereIsNoTokenWhileTheEngineIsDown(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	engine.down = outageOf(10 * time.Second)
	a := w.visitor().in("en").post("/v1/search/token", nil).refused(503, "unavailable").is("code", "engine_down")
	a.is("detail", "The search engine does not answer")
	require.Equal(t, "10", a.header.Get("Retry-After"))
	require.False(t, a.has("token"))
}
