package api

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestProgrammesThatTeachTheSame: the course teaches TypeScript 5 and SQL 2, each weighing 2, so the whole is 13,440.
//
//	twin    the same:                       2·3360 + 2·3360                  = 13,440
//	degree  TypeScript 8, SQL 8, Python 8:  as much, and longer              = 13,440
//	narrow  SQL 1:                          2·4·1·840/2                      =  3,360, that is 0.25
//	broad   programming 5:                  2·2·5·840/5                      =  3,360, and longer than narrow
//	apart   Python 8: beside TypeScript, not above or below it: nothing
func TestProgrammesThatTeachTheSame(t *testing.T) {
	w := openMarketplace(t)
	qadam, other := w.owner("training_provider", "qadam"), w.owner("university", "other")
	course := qadam.publishes("programmes", qadam.course())
	teach := func(weeks int, outcomes ...m) string {
		return other.publishes("programmes", merged(other.course(), m{"weeks": weeks, "outcomes": outcomes}))
	}
	twin := teach(12, teaches(typescript, 5), teaches(sqlLanguage, 2))
	degree := teach(200, teaches(typescript, 8), teaches(sqlLanguage, 8), teaches(python, 8))
	broad := teach(3, teaches(programming, 5))
	narrow := teach(2, teaches(sqlLanguage, 1))
	teach(12, teaches(python, 8))
	w.index()

	path := "/v1/programmes/" + course + "/similar"
	found := w.visitor().in("kk").get(path).expect(200).is("total", 4).is("exact", true).is("next_cursor", nil)
	require.Equal(t, []any{twin, degree, narrow, broad}, found.every("programme.id"))
	require.Equal(t, plain(t, []int{13440, 13440, 3360, 3360}), any(found.every("points")))
	require.Equal(t, plain(t, []float64{1, 1, 0.25, 0.25}), any(found.every("coverage")))
	require.Equal(t, plain(t, []int{0, 0, 0, 0}), any(found.every("musts")), "nobody said what matters more")
	found.is("items.2.lines", []m{
		{"competence": m{"id": typescript, "label": "TypeScript"}, "importance": "should", "required_level": 5, "required_source": "declared",
			"offered_level": nil, "offered_source": nil, "via": nil, "credit": 0, "points": 0},
		{"competence": m{"id": sqlLanguage, "label": "SQL"}, "importance": "should", "required_level": 2, "required_source": "declared",
			"offered_level": 1, "offered_source": "declared", "via": m{"relation": "same", "competence": m{"id": sqlLanguage, "label": "SQL"}},
			"credit": 0.5, "points": 3360},
	})
	found.is("items.0.programme.organisation.name.display", "other ЖШС").is("items.0.sentence", "Бағдарламаның мазмұны толық сәйкес келеді.")
	found.is("items.2.sentence", "Бағдарламаның мазмұны 25 пайызға сәйкес келеді; «TypeScript» жетіспейді, «SQL» (2-деңгейдің орнына 1-деңгей) бойынша деңгей жеткіліксіз.")
	require.False(t, found.has("items.0.entry"))

	for _, size := range []string{"1", "2", "3"} {
		require.Equal(t, []any{twin, degree, narrow, broad}, w.visitor().pages(path+"?limit="+size, "programme.id"))
	}
	w.visitor().get(path+"?max_weeks=12").expect(200).is("total", 3)
	w.visitor().get(path+"?region=KZ-10").expect(200).is("total", 0)
	w.visitor().get(path+"?region=KZ-75&mode=blended&language=ru&kind=short_course&funding=voucher&segment=unemployed&max_price=250000&starts_from=2027-01-01").
		expect(200).is("total", 4)
	w.visitor().get(path+"?region=KZ-99").refused(422, "invalid").parameterFault("region", "unknown_value")
	w.visitor().get(path+"?all_musts=true").refused(422, "invalid").parameterFault("all_musts", "unknown_parameter")

	back := w.visitor().get("/v1/programmes/"+degree+"/similar").expect(200).is("total", 5)
	require.NotContains(t, back.every("programme.id"), any(degree), "nothing is similar to itself")
	back.is("items.1.programme.id", course).is("items.1.coverage", 0.2916) // the degree covers the course, and not the other way round
}

func TestWhatIsSimilarToADraftIsItsOwners(t *testing.T) {
	w := openMarketplace(t)
	qadam, other := w.owner("training_provider", "qadam"), w.owner("university", "other")
	draft := qadam.post("/v1/programmes", qadam.course()).expect(201).id()
	empty := qadam.post("/v1/programmes", m{"organisation_id": qadam.org, "title": m{"ru": "Пусто"}}).expect(201).id()
	public := other.publishes("programmes", other.course())
	w.index()
	qadam.get("/v1/programmes/"+draft+"/similar").expect(200).is("total", 1).is("items.0.programme.id", public)
	w.admin.get("/v1/programmes/"+draft+"/similar").expect(200).is("total", 1)
	qadam.get("/v1/programmes/"+empty+"/similar").expect(200).is("total", 0).is("items", []any{})
	w.visitor().get("/v1/programmes/"+public+"/similar").expect(200).is("total", 0) // the draft is not there for anybody else

	hidden := other.get("/v1/programmes/"+draft+"/similar").refused(404, "not-found")
	w.visitor().get("/v1/programmes/"+draft+"/similar").refused(404, "not-found")
	nothing := other.get("/v1/programmes/"+uuid.NewString()+"/similar").refused(404, "not-found")
	nothing.is("detail", hidden.at("detail")).is("code", hidden.at("code"))

	qadam.ifMatch(`"1"`).post("/v1/programmes/"+draft+"/publish", nil).expect(200)
	qadam.ifMatch(`"2"`).post("/v1/programmes/"+draft+"/archive", nil).expect(200)
	w.index()
	w.visitor().get("/v1/programmes/"+draft+"/similar").expect(200).is("total", 1) // it was public
}
