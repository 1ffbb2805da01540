package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// asksTheEngine are the requests that the search engine answers.
func asksTheEngine(p *person) map[string]func() *answer {
	return map[string]func() *answer{
		"demands":    func() *answer { return p.get("/v1/demands?q=веб") },
		"programmes": func() *answer { return p.get("/v1/programmes?q=веб") },
		"both":       func() *answer { return p.get("/v1/search?q=веб") },
		"match of programmes with words": func() *answer {
			return p.post("/v1/match/programmes", m{"requirements": []m{asks("must", typescript, 5)}, "q": "веб"})
		},
		"match of demands with words": func() *answer {
			return p.post("/v1/match/demands", m{"outcomes": []m{teaches(typescript, 5)}, "q": "веб"})
		},
	}
}

// asksTheDatabase are requests that the search engine has nothing to do with.
func asksTheDatabase(p *person, demand, programme string) map[string]func() *answer {
	return map[string]func() *answer{
		"a demand":                  func() *answer { return p.get("/v1/demands/" + demand) },
		"a demand's programmes":     func() *answer { return p.get("/v1/demands/" + demand + "/matches") },
		"a programme's demands":     func() *answer { return p.get("/v1/programmes/" + programme + "/matches") },
		"similar programmes":        func() *answer { return p.get("/v1/programmes/" + programme + "/similar") },
		"advice":                    func() *answer { return p.get("/v1/programmes/" + programme + "/advice") },
		"match without words":       func() *answer { return p.post("/v1/match/demands", m{"outcomes": []m{teaches(typescript, 5)}}) },
		"organisations":             func() *answer { return p.get("/v1/organisations") },
		"what an organisation has":  func() *answer { return p.get("/v1/organisations/" + p.org + "/demands") },
		"a demand that is written":  func() *answer { return p.post("/v1/demands", p.developer()) },
		"whether it is alive":       func() *answer { return p.get("/healthz") },
		"whether it may be sent to": func() *answer { return p.get("/readyz") },
	}
}

func TestWhileTheEngineIsDownOnlySearchIsUnavailable(t *testing.T) {
	w := openMarketplace(t, func(s *setting) { s.index = silent{s.index, 7 * time.Second} })
	dala, qadam := w.owner("employer", "dala"), w.owner("college", "qadam")
	demand, programme := dala.publishes("demands", dala.developer()), qadam.publishes("programmes", qadam.course())
	w.index()
	for what, ask := range asksTheEngine(dala.in("en")) {
		a := ask().refused(503, "unavailable").is("code", "engine_down").is("detail", "The search engine does not answer")
		require.Equal(t, "7", a.header.Get("Retry-After"), what)
	}
	dala.get("/v1/competences?q=sql").refused(503, "unavailable")
	for what, ask := range asksTheDatabase(dala, demand, programme) {
		require.Less(t, ask().status, 300, what)
	}
}

func TestWhatALesserEngineFoundIsMarked(t *testing.T) {
	w := openMarketplace(t, func(s *setting) { s.index = lesser{s.index} })
	dala, qadam := w.owner("employer", "dala"), w.owner("college", "qadam")
	demand, programme := dala.publishes("demands", dala.developer()), qadam.publishes("programmes", qadam.course())
	w.index()
	for what, ask := range asksTheEngine(dala) {
		require.NotEmpty(t, ask().expect(200).is("fallback", true).at("items"), what)
	}
	for what, ask := range asksTheDatabase(dala, demand, programme) {
		require.False(t, ask().has("fallback"), what)
	}
}

func TestWhatTheUsualEngineFoundIsNotMarked(t *testing.T) {
	w := openMarketplace(t)
	for what, ask := range asksTheEngine(w.visitor()) {
		require.False(t, ask().expect(200).has("fallback"), what)
	}
}

func TestClientsAreAskedToWaitAsLongAsIsKnown(t *testing.T) {
	d, n := openDoor(t), 0
	wait := func(err error) string {
		n++
		path := fmt.Sprintf("/test/%d", n)
		d.fails(path, err)
		return d.get(path).header.Get("Retry-After")
	}
	for length, want := range map[time.Duration]string{
		0: retryAfter, -time.Second: retryAfter, time.Millisecond: "1", time.Second: "1", 1001 * time.Millisecond: "2", 90 * time.Second: "90", 48 * time.Hour: "86400",
	} {
		require.Equal(t, want, wait(outageOf(length)), length)
		require.Equal(t, want, wait(fmt.Errorf("search: %w", outageOf(length))), length)
	}
	require.Equal(t, retryAfter, wait(domain.Fail(domain.Unavailable, domain.CodeIndexLoading)), "nothing is known")
	require.Empty(t, wait(outage{domain.Fail(domain.NotFound, domain.CodeNotFound), time.Second}), "waiting does not help")
}
