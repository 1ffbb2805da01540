package api

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// A requirement of weight w (must 4, should 2, nice 1) earns w · r · min(P, L) · 840 / L, with r = 4 for the same
// competence, 3 for a narrower one and 2 for a broader one; W weights make 3360 · W the whole.

// TestProgrammesForADemand: must TypeScript 5, should SQL 4, nice browsing 3 weigh 7, so the whole is 23,520.
//
//	web     TypeScript 5, SQL 2:  4·4·5·840/5 + 2·4·2·840/4 = 13,440 + 3,360 = 16,800, that is 0.71428…
//	broad   programming 8:        4·2·5·840/5               =          6,720,          that is 0.28571…
//	narrow  SQL 4, browsing 3:    2·4·4·840/4 + 1·4·3·840/3 = 6,720 + 3,360  = 10,080, that is 0.42857…
//	apart   Python 8: beside TypeScript, not above or below it: nothing
func TestProgrammesForADemand(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	demand := dala.publishes("demands", dala.developer())
	teach := func(title string, outcomes ...m) string {
		return qadam.publishes("programmes", merged(qadam.course(), m{"title": m{"ru": title}, "outcomes": outcomes}))
	}
	web := teach("web", merged(teaches(typescript, 5), m{"level_source": "inferred"}), teaches(sqlLanguage, 2))
	broad := teach("broad", teaches(programming, 8))
	narrow := teach("narrow", teaches(sqlLanguage, 4), teaches(browsing, 3))
	teach("apart", teaches(python, 8))
	w.index()

	found := w.visitor().in("en").get("/v1/demands/"+demand+"/matches").expect(200).is("total", 3).is("exact", true).is("next_cursor", nil)
	require.Equal(t, []any{web, narrow, broad}, found.every("programme.id"))
	require.Equal(t, plain(t, []int{16800, 10080, 6720}), any(found.every("points")))
	require.Equal(t, plain(t, []int{23520, 23520, 23520}), any(found.every("points_of")))
	require.Equal(t, plain(t, []float64{0.7142, 0.4285, 0.2857}), any(found.every("coverage")))
	require.Equal(t, plain(t, []int{1, 0, 0}), any(found.every("musts_met")))
	require.Equal(t, plain(t, []int{1, 1, 1}), any(found.every("musts")))
	found.is("items.0.lines", []m{
		{"competence": m{"id": typescript, "label": "TypeScript"}, "importance": "must", "required_level": 5, "required_source": "declared",
			"offered_level": 5, "offered_source": "inferred", "via": m{"relation": "same", "competence": m{"id": typescript, "label": "TypeScript"}},
			"credit": 1, "points": 13440},
		{"competence": m{"id": sqlLanguage, "label": "SQL"}, "importance": "should", "required_level": 4, "required_source": "declared",
			"offered_level": 2, "offered_source": "declared", "via": m{"relation": "same", "competence": m{"id": sqlLanguage, "label": "SQL"}},
			"credit": 0.5, "points": 3360},
		{"competence": m{"id": browsing, "label": "Browsing, searching and filtering information"}, "importance": "nice",
			"required_level": 3, "required_source": "declared", "offered_level": nil, "offered_source": nil, "via": nil, "credit": 0, "points": 0},
	})
	found.is("items.2.lines.0.via", m{"relation": "broader", "competence": m{"id": programming, "label": "computer programming"}})
	found.is("items.2.lines.0.credit", 0.5).is("items.2.lines.0.points", 6720)
	require.False(t, found.has("items.0.entry"), "no own levels, no entry")
	found.is("items.0.sentence", "71 % of what is asked for is met, including the only must; “Browsing, searching and filtering information” is missing, and the level is too low in “SQL” (2 of 4).")
	found.is("items.2.sentence", "28 % of what is asked for is met; of the musts, “TypeScript” is met in part. A related competence counts for “TypeScript” (“computer programming”).")
	found.is("items.0.programme.organisation.name.display", "qadam LLP")

	w.visitor().get("/v1/demands/"+demand+"/matches?all_musts=true").expect(200).is("total", 1).is("items.0.programme.id", web)
	w.visitor().get("/v1/demands/"+demand+"/matches?region=KZ-10").expect(200).is("items", []any{}).is("total", 0)
	w.visitor().get("/v1/demands/"+demand+"/matches?max_weeks=11").expect(200).is("total", 0)
	w.visitor().get("/v1/demands/"+demand+"/matches?max_price=250000&funding=voucher&language=ru").expect(200).is("total", 3)
	require.Equal(t, []any{web, narrow, broad}, w.visitor().pages("/v1/demands/"+demand+"/matches?limit=1", "programme.id"))
}

// TestDemandsForAProgramme: the programme teaches TypeScript 5 and SQL 2.
//
//	all    must TypeScript 5:                  4·4·5·840/5 = 13,440 of 13,440
//	above  must programming 6, narrower:       4·3·5·840/6 =  8,400 of 13,440, that is 0.625
//	more   must TypeScript 8, should SQL 2:    4·4·5·840/8 + 2·4·2·840/2 = 8,400 + 6,720 = 15,120 of 20,160, that is 0.75
//	apart  must Python 3: nothing
func TestDemandsForAProgramme(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	programme := qadam.publishes("programmes", qadam.course())
	ask := func(requirements ...m) string {
		return dala.publishes("demands", merged(dala.developer(), m{"requirements": requirements}))
	}
	all := ask(asks("must", typescript, 5))
	above := ask(asks("must", programming, 6))
	more := ask(asks("must", typescript, 8), asks("should", sqlLanguage, 2))
	ask(asks("must", python, 3))
	w.index()
	path := "/v1/programmes/" + programme + "/matches"
	found := w.visitor().get(path).expect(200).is("total", 3)
	require.Equal(t, []any{all, more, above}, found.every("demand.id"))
	require.Equal(t, "Требования выполнены полностью.", found.at("items.0.sentence"))
	require.Equal(t, plain(t, []int{13440, 15120, 8400}), any(found.every("points")))
	require.Equal(t, plain(t, []int{13440, 20160, 13440}), any(found.every("points_of")))
	require.Equal(t, plain(t, []float64{1, 0.75, 0.625}), any(found.every("coverage")))
	found.is("items.2.lines.0.via.relation", "narrower").is("items.2.lines.0.credit", 0.625)
	found.is("items.0.demand.valid_through", "2027-03-01").is("items.0.demand.organisation.id", dala.org)

	require.Equal(t, []any{all, more, above}, w.visitor().pages(path+"?limit=1", "demand.id"))
	w.visitor().get(path+"?region=KZ-10").expect(200).is("total", 0)
	w.visitor().get(path+"?work_mode=hybrid&kind=job&language=kk&sector=J&min_openings=3&region=KZ-75").expect(200).is("total", 3)
	w.visitor().get(path+"?min_openings=4").expect(200).is("total", 0)
}

func TestMatchesOfDraftsAreTheirOwners(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	demand := dala.post("/v1/demands", dala.developer()).expect(201).id()
	programme := qadam.post("/v1/programmes", qadam.course()).expect(201).id()
	empty := dala.post("/v1/demands", m{"organisation_id": dala.org, "title": m{"ru": "Пусто"}}).expect(201).id()
	public := qadam.publishes("programmes", qadam.course())
	w.index()
	dala.get("/v1/demands/"+demand+"/matches").expect(200).is("total", 1).is("items.0.programme.id", public)
	dala.get("/v1/demands/"+empty+"/matches").expect(200).is("total", 0).is("items", []any{})
	qadam.get("/v1/demands/"+demand+"/matches").refused(404, "not-found")
	w.visitor().get("/v1/demands/"+demand+"/matches").refused(404, "not-found")
	qadam.get("/v1/programmes/"+programme+"/matches").expect(200).is("total", 0)
	dala.get("/v1/programmes/"+programme+"/matches").refused(404, "not-found")
	w.visitor().get("/v1/programmes/"+uuid.NewString()+"/matches").refused(404, "not-found")
}

func TestAVisitorMatchesWithoutSavingAnything(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	programme, demand := qadam.publishes("programmes", qadam.course()), dala.publishes("demands", dala.developer())
	w.index()
	body := m{"requirements": []m{asks("must", typescript, 5)}}
	found := w.visitor().in("kk").post("/v1/match/programmes", body).expect(200).is("total", 1).is("items.0.coverage", 1).is("items.0.programme.id", programme)
	found.is("items.0.programme.title.display", "Веб-әзірлеу негіздері").is("items.0.programme.organisation.name.display", "qadam ЖШС")
	narrowed := func(constraints m) *answer {
		return w.visitor().post("/v1/match/programmes", merged(body, m{"constraints": constraints})).expect(200)
	}
	narrowed(m{"regions": []string{"KZ-71"}}).is("total", 1)
	narrowed(m{"regions": []string{"KZ-71"}, "starts_from": "2027-01-01"}).is("total", 0) // the start is in KZ-75
	narrowed(m{"modes": []string{"online"}}).is("total", 0)
	narrowed(m{"max_price": 249999}).is("total", 0)
	w.visitor().post("/v1/match/programmes", merged(body, m{"q": "веб"})).expect(200).is("total", 1)
	w.visitor().post("/v1/match/programmes", merged(body, m{"q": "бухгалтерия"})).expect(200).is("total", 0)

	outcomes := m{"outcomes": []m{teaches(typescript, 5)}}
	w.visitor().post("/v1/match/demands", outcomes).expect(200).is("total", 1).is("items.0.demand.id", demand).is("items.0.points", 13440)
	w.visitor().post("/v1/match/demands", merged(outcomes, m{"constraints": m{"min_openings": 4}})).expect(200).is("total", 0)
	w.visitor().post("/v1/match/demands", merged(outcomes, m{"constraints": m{"regions": []string{"KZ-75"}, "sectors": []string{"J"}}, "q": "разработчик"})).
		expect(200).is("total", 1)
}

// TestALearnersOwnLevelsCount: must TypeScript 5 and should SQL 4 make 20,160. Own SQL 4 earns 6,720 of it alone; with
// the course's TypeScript 5 it is everything. A course of SQL 3 adds nothing to that and is no match.
func TestALearnersOwnLevelsCount(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	course := qadam.publishes("programmes", qadam.course())
	qadam.publishes("programmes", merged(qadam.course(), m{"outcomes": []m{teaches(sqlLanguage, 3)}}))
	w.index()
	body := m{"requirements": []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4)}}
	w.visitor().post("/v1/match/programmes", body).expect(200).is("total", 2).is("items.0.points", 13440+3360)

	found := w.visitor().in("ru").post("/v1/match/programmes", merged(body, m{"levels": []m{teaches(sqlLanguage, 4), teaches(browsing, 1)}})).expect(200)
	found.is("total", 1).is("items.0.programme.id", course).is("items.0.points", 20160).is("items.0.points_of", 20160).is("items.0.coverage", 1)
	found.is("items.0.lines.1.via", m{"relation": "own", "competence": m{"id": sqlLanguage, "label": "SQL"}}).is("items.0.lines.1.offered_level", 4)
	found.is("items.0.entry", m{"open": false, "missing": []m{
		{"competence": m{"id": browsing, "label": "Просмотр, поиск и фильтрация информации"}, "required_level": 2, "own_level": 1},
	}})
	found.is("items.0.sentence", "Требования выполнены полностью. Для поступления ещё требуется «Просмотр, поиск и фильтрация информации» (уровень 2).")
	ready := w.visitor().post("/v1/match/programmes", merged(body, m{"levels": []m{teaches(browsing, 2)}})).expect(200)
	ready.is("items.0.entry", m{"open": true, "missing": []any{}})
	none := w.visitor().post("/v1/match/programmes", merged(body, m{"levels": []m{}})).expect(200).is("total", 2)
	none.is("items.0.entry.open", false).is("items.0.entry.missing.0.own_level", nil)
}

func TestMatchingIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	match := func(body m) *answer { return w.visitor().post("/v1/match/programmes", body).refused(422, "invalid") }
	good := []m{asks("must", typescript, 5)}
	match(m{}).fault("/requirements", "required")
	require.Len(t, match(m{"requirements": []m{}}).places("pointer"), 1)
	match(m{"requirements": []m{asks("must", typescript, 9)}}).fault("/requirements/0/level", "out_of_range")
	match(m{"requirements": []m{asks("must", "esco:nothing", 5)}, "levels": []m{teaches("esco:never", 5)}}).faults(
		[2]string{"/requirements/0/competence_id", "unknown_competence"}, [2]string{"/levels/0/competence_id", "unknown_competence"})
	match(m{"requirements": append(good, good...)}).faults([2]string{"/requirements/1/competence_id", "duplicate"})
	match(m{"requirements": good, "constraints": m{"regions": []string{"KZ-99"}}}).fault("/constraints/regions/0", "unknown_value")
	match(m{"requirements": good, "constraints": m{"starts_from": "1999-01-01"}}).fault("/constraints/starts_from", "out_of_range")
	match(m{"requirements": good, "limit": 0}).fault("/limit", "out_of_range")
	match(m{"requirements": good, "wish": 1}).fault("/wish", "unknown_field")
	w.visitor().post("/v1/match/demands", m{"outcomes": []m{teaches("esco:nothing", 1)}}).refused(422, "invalid").
		faults([2]string{"/outcomes/0/competence_id", "unknown_competence"})
	w.visitor().post("/v1/match/demands", m{"outcomes": []m{}}).refused(422, "invalid")
	w.visitor().post("/v1/match/programmes", m{"requirements": good, "cursor": "tampered"}).refused(400, "unreadable").fault("/cursor", "bad_cursor")
}

func TestPagesOfMatchesDoNotOverlap(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	var demands, programmes []any
	for i := range 5 {
		demands = append(demands, dala.publishes("demands", merged(dala.developer(), m{"openings": 1 + i%2})))
		programmes = append(programmes, qadam.publishes("programmes", merged(qadam.course(), m{"weeks": 10 + i%2})))
	}
	w.index()
	require.ElementsMatch(t, programmes, w.visitor().pages("/v1/demands/"+demands[0].(string)+"/matches?limit=2", "programme.id"))
	require.ElementsMatch(t, demands, w.visitor().pages("/v1/programmes/"+programmes[0].(string)+"/matches?limit=2", "demand.id"))

	body, all := m{"requirements": []m{asks("must", typescript, 5)}, "limit": 2}, []any{}
	for next := any(nil); ; {
		page := w.visitor().post("/v1/match/programmes", merged(body, m{"cursor": next})).expect(200).is("total", 5)
		all = append(all, page.every("programme.id")...)
		if next = page.at("next_cursor"); next == nil {
			break
		}
		require.LessOrEqual(t, len(all), 10, "it does not end")
	}
	require.ElementsMatch(t, programmes, all)
}
