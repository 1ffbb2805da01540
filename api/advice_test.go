package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestWhatAProgrammeShouldTeach: the course teaches TypeScript 5 and SQL 2.
//
//	web   must TypeScript 5, should SQL 4, nice browsing 3; 3 openings:  SQL at 4 gains 3·(2·½)/7 = 3/7, browsing at 3 gains 3·1/7
//	bots  must TypeScript 5, must Python 6; 2 openings:                  Python at 6 gains 2·4/8 = 1, programming, broader, half of it
func TestWhatAProgrammeShouldTeach(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	programme := qadam.publishes("programmes", qadam.course())
	web := dala.publishes("demands", dala.developer())
	bots := dala.publishes("demands", merged(dala.developer(), m{
		"region": "KZ-71", "openings": 2, "requirements": []m{asks("must", typescript, 5), asks("must", python, 6)},
	}))
	w.index()

	path := "/v1/programmes/" + programme + "/advice"
	found := w.visitor().in("en").get(path).expect(200)
	found.is("items.0.competence.id", python).is("items.0.level", 6).is("items.0.current_level", nil).is("items.0.gain", 1)
	found.is("items.0.demands", 1).is("items.0.openings", 2).is("items.0.levels", []m{{"level": 6, "gain": 1}})
	found.is("items.0.examples.0.demand.id", bots).is("items.0.examples.0.gain", 1)
	found.is("items.0.examples.0.coverage_before", 0.5).is("items.0.examples.0.coverage_after", 1)
	found.is("items.0.examples.0.demand.organisation.name.display", "dala LLP")
	found.is("items.0.sentence", "Adding “Python (computer programming)” at level 6 would raise the coverage of 1 open demand (2 openings) by 50 percentage points.")
	w.visitor().in("kk").get(path).expect(200).
		is("items.0.sentence", "«Python» құзыреті 6-деңгейде қосылса, жұмыс берушілердің 1 ашық сұранысы (2 орын) 50 пайыздық тармаққа жақсырақ қамтылады.")

	there := w.visitor().get(path + "?region=KZ-75").expect(200)
	require.Equal(t, []any{sqlLanguage, browsing}, there.every("competence.id")[:2], "equal gains: fewer levels to go first")
	there.is("items.0.level", 4).is("items.0.current_level", 2).is("items.0.gain", 0.4285).is("items.1.level", 3).is("items.1.gain", 0.4285)
	there.is("items.0.examples.0.demand.id", web).is("items.0.examples.0.coverage_before", 0.7142).is("items.0.examples.0.coverage_after", 0.8571)
	there.is("items.0.sentence", "Если поднять «SQL» с уровня 2 до уровня 4, у 1 открытого запроса работодателей (3 места) покрытие вырастет на 14 процентных пунктов.")
	require.NotContains(t, there.every("competence.id"), any(python))

	all := w.visitor().get(path+"?limit=100").expect(200).is("next_cursor", nil).every("competence.id")
	found.is("total", len(all))
	for _, size := range []string{"1", "2", "3"} {
		require.Equal(t, all, w.visitor().pages(path+"?limit="+size, "competence.id"))
	}
	w.visitor().get(path+"?min_openings=4").expect(200).is("items", []any{}).is("total", 0)
	w.visitor().get(path+"?region=KZ-75&kind=job&work_mode=hybrid&language=ru&sector=J&min_openings=3").expect(200).is("total", there.at("total"))
	w.visitor().get(path+"?region=KZ-99").refused(422, "invalid").parameterFault("region", "unknown_value")
}

// What is advised is so: taught as well, coverage is what was promised.
func TestAdviceThatIsTakenKeepsItsPromise(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	dala.publishes("demands", dala.developer())
	draft := qadam.post("/v1/programmes", qadam.course()).expect(201)
	w.index()
	advice := qadam.get("/v1/programmes/" + draft.id() + "/advice").expect(200)
	id := advice.at("items.0.competence.id").(string)
	level := int(advice.at("items.0.level").(float64))
	outcomes := []m{teaches(typescript, 5), teaches(sqlLanguage, 2)}
	if id == sqlLanguage {
		outcomes = outcomes[:1]
	}
	qadam.ifMatch(draft.etag()).patch("/v1/programmes/"+draft.id(), m{"outcomes": append(outcomes, teaches(id, level))}).expect(200)
	after := qadam.get("/v1/programmes/" + draft.id() + "/matches").expect(200)
	after.is("items.0.coverage", advice.at("items.0.examples.0.coverage_after"))
}
