package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// both reads a search of both sides to its end, and gives ids in their order. Each item says by its kind which it is.
func (p *person) both(query string) []any {
	p.w.t.Helper()
	path := "/v1/search?" + query
	kinds, demands, programmes := p.pages(path, "kind"), p.pages(path, "demand.demand.id"), p.pages(path, "programme.programme.id")
	ids := []any{}
	for i, kind := range kinds {
		if kind == "demand" {
			require.Nil(p.w.t, programmes[i])
			ids = append(ids, demands[i])
			continue
		}
		require.Equal(p.w.t, "programme", kind)
		require.Nil(p.w.t, demands[i])
		ids = append(ids, programmes[i])
	}
	return ids
}

func TestBothSidesAreSearchedAtOnce(t *testing.T) {
	w, _, _, id := street(t)
	found := w.visitor().in("kk").get("/v1/search?q=веб").expect(200).is("total", 2).is("totals", m{"demands": 1, "programmes": 1}).is("next_cursor", nil)
	require.ElementsMatch(t, among(id, []string{"almaty", "web"}), w.visitor().both("q=веб"))
	for i, kind := range found.every("kind") {
		at := map[any]string{"demand": ".demand.demand", "programme": ".programme.programme"}[kind]
		require.Equal(t, map[any]any{"demand": "Веб-әзірлеуші", "programme": "Веб-әзірлеу негіздері"}[kind], found.every(at[1:] + ".title.display")[i])
		require.NotEmpty(t, found.every(string(kind.(string)) + ".highlights")[i], "where the word was found")
	}
	require.False(t, found.has("fallback"), "the usual engine answered")

	require.Equal(t, among(id, []string{"python", "data", "web", "remote", "astana", "almaty"}), w.visitor().both(""), "without words the newest first")
	require.Equal(t, w.visitor().both(""), w.visitor().both("q=%20"))
	w.visitor().get("/v1/search?q=zzzzzzzz").expect(200).is("items", []any{}).is("total", 0).is("totals", m{"demands": 0, "programmes": 0})
}

func TestFiltersNarrowBothSides(t *testing.T) {
	w, dala, qadam, id := street(t)
	for query, names := range map[string][]string{
		"region=KZ-75":                      {"almaty", "remote", "web", "data"}, // remote work and what is online are everywhere
		"region=KZ-71&language=en":          {"astana"},
		"language=kk":                       {"almaty", "remote", "data"},
		"language=kk&language=en":           {"almaty", "astana", "remote", "data"},
		"competence=" + sqlLanguage:         {"almaty", "astana", "web", "data"},
		"competence=" + programming:         {"almaty", "remote", "web", "python"}, // by what stands below
		"organisation=" + dala.org:          {"almaty", "astana", "remote"},
		"organisation=" + qadam.org:         {"web", "data", "python"},
		"q=python&region=KZ-10":             {"remote"},
		"q=python&organisation=" + dala.org: {"remote"},
	} {
		require.ElementsMatch(t, among(id, names), w.visitor().both(query), query)
		require.ElementsMatch(t, among(id, names), w.visitor().both(query+"&limit=1"), query)
		w.visitor().get("/v1/search?"+query).expect(200).is("total", len(names))
	}
	for query, fault := range map[string][2]string{
		"region=KZ-99": {"region", "unknown_value"}, "limit=101": {"limit", "out_of_range"}, "kind=job": {"kind", "unknown_parameter"},
		"organisation=none": {"organisation", "malformed"}, "competence=%22+OR+1": {"competence", "malformed"}, "language=1": {"language", "too_short"},
		"sort=newest": {"sort", "unknown_parameter"}, "facets=region": {"facets", "unknown_parameter"},
	} {
		w.visitor().get("/v1/search?"+query).refused(422, "invalid").parameterFault(fault[0], fault[1])
	}
}

func TestPagesOfBothSidesDoNotOverlap(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("college", "qadam")
	var ids []any
	for range 4 {
		ids = append(ids, dala.publishes("demands", dala.developer()), qadam.publishes("programmes", qadam.course()))
	}
	w.index()
	for _, query := range []string{"limit=1", "limit=3", "limit=3&q=веб", "limit=100"} {
		require.ElementsMatch(t, ids, w.visitor().both(query), query)
	}
	cursor := w.visitor().get("/v1/search?limit=2").expect(200).at("next_cursor").(string)
	w.visitor().get("/v1/search?limit=5&cursor="+cursor).expect(200).is("total", 8) // another page size is fine
	w.visitor().get("/v1/search?limit=2&q=веб&cursor="+cursor).refused(400, "unreadable").parameterFault("cursor", "bad_cursor")
	w.visitor().get("/v1/demands?limit=2&cursor="+cursor).refused(400, "unreadable")
	dala.get("/v1/search?limit=2&cursor="+cursor).refused(400, "unreadable")
}

func TestWhatIsHiddenIsNotFoundOnEitherSide(t *testing.T) {
	w, dala, qadam, id := street(t)
	dala.post("/v1/demands", dala.developer()).expect(201) // a draft
	dala.ifMatch(`"2"`).post("/v1/demands/"+id["almaty"]+"/close", nil).expect(200)
	qadam.ifMatch(`"2"`).post("/v1/programmes/"+id["web"]+"/archive", nil).expect(200)
	left := among(id, []string{"python", "data", "remote", "astana"})
	require.Equal(t, left, w.visitor().both(""), "at once, though the index has not heard of it")
	w.index()
	require.Equal(t, left, w.visitor().both(""))
	w.visitor().get("/v1/search").expect(200).is("totals", m{"demands": 2, "programmes": 2})
}
