package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/search"
)

// street is a marketplace with three demands and three programmes, by name.
func street(t *testing.T) (w *marketplace, dala, qadam *person, id map[string]string) {
	t.Helper()
	w = openMarketplace(t)
	dala, qadam = w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	id = map[string]string{}
	for _, d := range []m{
		{"name": "almaty", "region": "KZ-75", "openings": 3, "title": m{"ru": "Веб-разработчик", "kk": "Веб-әзірлеуші"}},
		{"name": "astana", "region": "KZ-71", "openings": 9, "kind": "internship", "work_mode": "onsite", "occupation": "2513", "sector": "K",
			"title": m{"ru": "Аналитик данных"}, "languages": []string{"en"}, "valid_through": "2026-12-01", "requirements": []m{asks("must", sqlLanguage, 4)}},
		{"name": "remote", "region": "KZ-71", "openings": 1, "work_mode": "remote", "title": m{"ru": "Инженер Python", "en": "Python engineer"},
			"requirements": []m{asks("must", python, 6)}},
	} {
		w.wait(time.Minute)
		name := d["name"].(string)
		delete(d, "name")
		id[name] = dala.publishes("demands", merged(dala.developer(), d))
	}
	for _, p := range []m{
		{"name": "web", "title": m{"ru": "Основы веб-разработки", "kk": "Веб-әзірлеу негіздері"}},
		{"name": "data", "mode": "online", "kind": "micro_credential", "weeks": 4, "price": m{"amount": 90000, "currency": "KZT"}, "funding": []string{"paid"},
			"title": m{"ru": "Анализ данных на SQL"}, "outcomes": []m{teaches(sqlLanguage, 4)}, "intakes": []m{}, "segments": []string{"youth"}, "languages": []string{"kk"}},
		{"name": "python", "mode": "onsite", "kind": "bootcamp", "regions": []string{"KZ-71"}, "weeks": 20, "funding": []string{"free"}, "price": nil,
			"title": m{"ru": "Python с нуля"}, "outcomes": []m{teaches(python, 4)}, "intakes": []m{{"starts_on": "2027-06-01"}}},
	} {
		w.wait(time.Minute)
		name := p["name"].(string)
		delete(p, "name")
		id[name] = qadam.publishes("programmes", merged(qadam.course(), p))
	}
	w.index()
	return w, dala, qadam, id
}

func TestSearchFindsWordsInThreeLanguages(t *testing.T) {
	w, _, _, id := street(t)
	for words, name := range map[string]string{"разработчик": "almaty", "әзірлеуші": "almaty", "engineer": "remote", "аналитика": "astana"} {
		found := w.visitor().get("/v1/demands?q=" + words).expect(200)
		require.Equal(t, []any{id[name]}, found.every("demand.id"), words)
	}
	found := w.visitor().in("kk").get("/v1/demands?q=разработчик").expect(200).is("total", 1).is("exact", true).is("facets", m{})
	found.is("items.0.demand.title.display", "Веб-әзірлеуші").is("items.0.demand.organisation.name.display", "dala ЖШС")
	found.is("items.0.highlights.0", m{"field": "title", "language": "ru",
		"fragments": []m{{"text": "Веб-", "match": false}, {"text": "разработчик", "match": true}}})
	w.visitor().get("/v1/programmes?q=SQL").expect(200).is("items.0.programme.id", id["data"])
	w.visitor().get("/v1/demands?q=zzzzzzzz").expect(200).is("items", []any{}).is("total", 0).is("next_cursor", nil)
	w.visitor().get("/v1/demands").expect(200).is("items.0.highlights", []any{})
}

func TestSearchFiltersDemands(t *testing.T) {
	w, dala, qadam, id := street(t)
	for query, names := range map[string][]string{
		"":                                  {"almaty", "astana", "remote"},
		"region=KZ-75":                      {"almaty", "remote"}, // remote work is everywhere
		"region=KZ-75&region=KZ-71":         {"almaty", "astana", "remote"},
		"kind=internship":                   {"astana"},
		"kind=job&kind=internship":          {"almaty", "astana", "remote"},
		"kind=internship&region=KZ-75":      {},
		"language=en":                       {"astana"},
		"work_mode=remote&work_mode=onsite": {"astana", "remote"},
		"sector=K":                          {"astana"},
		"occupation=2513":                   {"astana"},
		"min_openings=3":                    {"almaty", "astana"},
		"competence=" + sqlLanguage:         {"almaty", "astana"},
		"competence=" + programming:         {"almaty", "remote"}, // by what stands below
		"organisation=" + dala.org:          {"almaty", "astana", "remote"},
		"organisation=" + qadam.org:         {},
		"q=python&region=KZ-10":             {"remote"},
	} {
		found := w.visitor().get("/v1/demands?"+query).expect(200).is("total", len(names))
		require.ElementsMatch(t, among(id, names), found.every("demand.id"), query)
	}
}

func TestSearchFiltersProgrammes(t *testing.T) {
	w, _, qadam, id := street(t)
	for query, names := range map[string][]string{
		"":                                        {"web", "data", "python"},
		"region=KZ-75":                            {"web", "data"}, // what is online is everywhere
		"region=KZ-75&mode=blended":               {"web"},
		"kind=bootcamp":                           {"python"},
		"language=kk":                             {"data"},
		"funding=voucher&funding=free":            {"web", "python"},
		"segment=youth":                           {"data"},
		"max_weeks=12":                            {"web", "data"},
		"max_price=100000":                        {"data", "python"}, // free costs nothing
		"starts_from=2027-02-01":                  {"python"},
		"starts_from=2027-01-01&region=KZ-75":     {"web"},
		"starts_from=2027-01-01&region=KZ-71":     {"python"}, // the other course starts in KZ-75
		"competence=" + typescript:                {"web"},
		"organisation=" + qadam.org + "&q=Python": {"python"},
	} {
		found := w.visitor().get("/v1/programmes?"+query).expect(200).is("total", len(names))
		require.ElementsMatch(t, among(id, names), found.every("programme.id"), query)
	}
}

func among(id map[string]string, names []string) []any {
	out := []any{}
	for _, name := range names {
		out = append(out, id[name])
	}
	return out
}

func TestFacetsCountWithoutTheirOwnFilterAndSpeakTheReadersLanguage(t *testing.T) {
	w, dala, qadam, _ := street(t)
	all := "/v1/demands?kind=job&facets=kind&facets=region&facets=language&facets=competence&facets=organisation&facets=work_mode&facets=sector&facets=occupation"
	found := w.visitor().in("kk").get(all).expect(200).is("total", 2)
	found.is("facets.kind", []m{{"value": "job", "label": "Жұмыс", "count": 2}, {"value": "internship", "label": "Тағылымдама", "count": 1}})
	found.is("facets.work_mode", []m{{"value": "hybrid", "label": "Аралас", "count": 1}, {"value": "remote", "label": "Қашықтан", "count": 1}})
	found.is("facets.sector", []m{{"value": "J", "label": "Ақпарат және байланыс", "count": 2}})
	found.is("facets.occupation", []m{{"value": "2512", "label": "2512", "count": 2}})
	found.is("facets.organisation", []m{{"value": dala.org, "label": "dala ЖШС", "count": 2}})
	found.is("facets.language.0", m{"value": "kk", "label": "Қазақ тілі", "count": 2})
	found.is("facets.region.0", m{"value": "KZ-75", "label": "Алматы", "count": 2})
	require.Contains(t, found.at("facets.competence"), plain(t, m{"value": browsing, "label": "Ақпаратты шолу, іздеу және сүзгілеу", "count": 1}))

	found = w.visitor().in("en").get("/v1/programmes?mode=online&facets=mode&facets=funding&facets=segment&facets=kind&facets=organisation").expect(200)
	require.ElementsMatch(t, plain(t, []m{{"value": "blended", "label": "Blended", "count": 1}, {"value": "online", "label": "Online", "count": 1},
		{"value": "onsite", "label": "On site", "count": 1}}), found.at("facets.mode"))
	found.is("facets.funding", []m{{"value": "paid", "label": "Paid", "count": 1}})
	found.is("facets.segment", []m{{"value": "youth", "label": "Young people", "count": 1}})
	found.is("facets.kind", []m{{"value": "micro_credential", "label": "Micro-credential", "count": 1}})
	found.is("facets.organisation", []m{{"value": qadam.org, "label": "qadam LLP", "count": 1}})
	w.visitor().get("/v1/programmes?q=zzzzzzzz&facets=mode").expect(200).is("facets", m{"mode": []any{}})
}

func TestSearchSorts(t *testing.T) {
	w, _, _, id := street(t)
	for query, names := range map[string][]string{
		"":              {"remote", "astana", "almaty"}, // newest first
		"sort=newest":   {"remote", "astana", "almaty"},
		"sort=openings": {"astana", "almaty", "remote"},
	} {
		require.Equal(t, among(id, names), w.visitor().get("/v1/demands?"+query).expect(200).every("demand.id"), query)
	}
	w.visitor().get("/v1/demands?sort=deadline").expect(200).is("items.0.demand.id", id["astana"])
	require.Equal(t, among(id, []string{"data", "web", "python"}), w.visitor().get("/v1/programmes?sort=weeks").expect(200).every("programme.id"))
	require.Equal(t, among(id, []string{"python", "data", "web"}), w.visitor().get("/v1/programmes?sort=price").expect(200).every("programme.id"))
}

func TestPagesOfASearchDoNotOverlap(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	var ids []any
	for i := range 7 {
		ids = append(ids, dala.publishes("demands", merged(dala.developer(), m{"openings": 1 + i%2})))
	}
	w.index()
	for _, sort := range []string{"newest", "deadline", "openings", "relevance&q=веб-разработчик"} {
		path := "/v1/demands?limit=2&sort=" + sort
		require.ElementsMatch(t, ids, w.visitor().pages(path, "demand.id"), sort)
	}
	first := w.visitor().get("/v1/demands?limit=2&sort=newest").expect(200)
	cursor := first.at("next_cursor").(string)
	w.visitor().get("/v1/demands?limit=2&sort=openings&cursor="+cursor).refused(400, "unreadable").parameterFault("cursor", "bad_cursor")
	w.visitor().get("/v1/demands?limit=2&sort=newest&cursor=A"+cursor[1:]).refused(400, "unreadable")
	w.visitor().get("/v1/demands?limit=5&sort=newest&cursor="+cursor).expect(200).is("next_cursor", nil) // another page size is fine
}

func TestASearchIsRefusedWithEveryParameter(t *testing.T) {
	w := openMarketplace(t)
	for query, fault := range map[string][2]string{
		"region=KZ-99": {"region", "unknown_value"}, "kind=gig": {"kind", "unknown_value"}, "limit=0": {"limit", "out_of_range"},
		"limit=101": {"limit", "out_of_range"}, "sort=salary": {"sort", "unknown_value"}, "facets=title": {"facets", "unknown_value"},
		"organisation=none": {"organisation", "malformed"}, "wish=1": {"wish", "unknown_parameter"}, "competence=none": {"competence", "malformed"},
	} {
		w.visitor().get("/v1/demands?"+query).refused(422, "invalid").parameterFault(fault[0], fault[1])
	}
	w.visitor().get("/v1/programmes?starts_from=1999-12-31").refused(422, "invalid").parameterFault("starts_from", "out_of_range")
	w.visitor().get("/v1/programmes?starts_from=2027-02-30").refused(422, "invalid").parameterFault("starts_from", "malformed")
}

func TestWhatIsNotPublicAnyMoreIsNotFound(t *testing.T) {
	w, dala, qadam, id := street(t)
	demands := func() []any { return w.visitor().get("/v1/demands?sort=newest").expect(200).every("demand.id") }
	programmes := func() []any { return w.visitor().get("/v1/programmes?sort=newest").expect(200).every("programme.id") }
	gone := func(list []any, names ...string) {
		t.Helper()
		for _, name := range names {
			require.NotContains(t, list, any(id[name]), name)
		}
	}
	draft := dala.post("/v1/demands", dala.developer()).expect(201).id()
	w.index()
	require.NotContains(t, demands(), any(draft))

	// At once, though the index has not heard of it; and afterwards.
	dala.ifMatch(`"2"`).post("/v1/demands/"+id["almaty"]+"/close", nil).expect(200)
	dala.ifMatch(`"2"`).delete("/v1/demands/" + id["remote"]).expect(204)
	qadam.ifMatch(`"2"`).post("/v1/programmes/"+id["web"]+"/archive", nil).expect(200)
	for range 2 {
		gone(demands(), "almaty", "remote")
		gone(programmes(), "web")
		gone(w.visitor().post("/v1/match/demands", m{"outcomes": []m{teaches(typescript, 8), teaches(python, 8)}}).expect(200).every("demand.id"), "almaty", "remote")
		gone(w.visitor().post("/v1/match/programmes", m{"requirements": []m{asks("must", typescript, 8)}}).expect(200).every("programme.id"), "web")
		w.index()
	}
	w.visitor().get("/v1/demands").expect(200).is("total", 1)

	require.Contains(t, demands(), any(id["astana"]))
	w.wait(8 * 24 * time.Hour) // its last day was the first of December
	require.Contains(t, demands(), any(id["astana"]), "on its last day it stands")
	w.wait(24 * time.Hour)
	gone(demands(), "astana")

	again := qadam.publishes("programmes", qadam.course())
	w.index()
	require.Contains(t, programmes(), any(again), "no restart is needed to be found")
}

func TestADeadlineBroughtForwardCountsBeforeTheIndexHearsOfIt(t *testing.T) {
	w, dala, _, id := street(t)
	dala.ifMatch(`"2"`).patch("/v1/demands/"+id["almaty"], m{"valid_through": "2026-11-24"}).expect(200)
	found := func() []any { return w.visitor().get("/v1/demands?sort=newest").expect(200).every("demand.id") }
	require.Contains(t, found(), any(id["almaty"]))
	w.wait(48 * time.Hour)
	require.NotContains(t, found(), any(id["almaty"]))
}

func TestWhatIsChangedIsFoundAsItIsNow(t *testing.T) {
	w, dala, _, id := street(t)
	dala.ifMatch(`"2"`).patch("/v1/demands/"+id["almaty"], m{"title": m{"ru": "Архитектор"}}).expect(200)
	w.index()
	found := w.visitor().get("/v1/demands?q=архитектор").expect(200)
	require.Equal(t, []any{id["almaty"]}, found.every("demand.id"))
	found.is("items.0.demand.title.ru", "Архитектор").is("items.0.demand.version", 3)
}

// Between a change and the index, a word finds what it was in; nobody is shown what the owner took away.
func TestTheWordsAreShownInWhatAThingSaysNow(t *testing.T) {
	w, dala, _, id := street(t)
	shown := func() any { return w.visitor().get("/v1/demands?q=веб").expect(200).every("highlights")[0] }
	require.Contains(t, fmt.Sprint(shown()), "field:title")
	dala.ifMatch(`"2"`).patch("/v1/demands/"+id["almaty"], m{"title": m{"ru": "Архитектор", "kk": "Сәулетші", "en": nil}}).expect(200)
	w.visitor().get("/v1/demands?q=веб").expect(200).is("items.0.demand.title.ru", "Архитектор")
	require.NotContains(t, fmt.Sprint(shown()), "field:title")
}

func TestEveryNamedValueHasItsNameInThreeLanguages(t *testing.T) {
	for attribute, values := range labels {
		for value, text := range values {
			where := fmt.Sprintf("%s %s", attribute, value)
			require.NotEmpty(t, text.KK, where)
			require.NotEmpty(t, text.RU, where)
			require.NotEmpty(t, text.EN, where)
		}
	}
	for schema, attribute := range map[string]search.Attribute{
		"DemandKind": search.Kind, "ProgrammeKind": search.Kind, "WorkMode": search.WorkMode, "ProgrammeMode": search.Mode,
		"Funding": search.Funding, "Segment": search.Segment, "ReaderLanguage": search.Language, "Region": search.Region,
	} {
		for _, value := range enumOf(t, schema) {
			require.NotEqual(t, value, view{lang: domain.Kazakh}.label(attribute, value), "%s has no name", value)
		}
	}
	for letter := 'A'; letter <= 'U'; letter++ {
		require.Contains(t, sectors, string(letter))
	}
}

// tripping is an engine whose hits cannot be shown.
type tripping struct{ search.Index }

func (x tripping) Search(ctx context.Context, q search.Query) (search.Result, error) {
	r, err := x.Index.Search(ctx, q)
	for i := range r.Hits {
		r.Hits[i].Show = func(search.Body) []search.Highlight { panic("cannot be shown") }
	}
	return r, err
}

func TestAPanicOverWhereTheWordsAreIsOneRequestsFault(t *testing.T) {
	w := openMarketplace(t, func(x *setting) { x.index = tripping{x.index} })
	owner := w.owner("employer", "owner")
	owner.publishes("demands", owner.developer())
	w.index()
	w.visitor().get("/v1/demands").refused(500, "internal")
	w.visitor().get("/v1/programmes").expect(200)
}
