package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// TestATeamLearnsWhatItLacks: the role wants must TypeScript 5 and should SQL 4, which is 20,160 points a position, 60,480 in all.
//
//	a1  TypeScript 5, SQL 4: everything, 20,160
//	b2  TypeScript 2:        4·4·2·840/5 = 5,376
//	c3  nothing, but cannot enter the course, which takes browsing 2
//
// The course (TypeScript 5 and SQL 2) brings b2 to 4·3,360 + 2·4·2·840/4 = 16,800 points for 250,000 tenge.
func TestATeamLearnsWhatItLacks(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	id := qadam.publishes("programmes", qadam.course())
	w.index()
	body := m{
		"roles": []m{{"name": "Веб", "headcount": 3, "requirements": []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4)}}},
		"staff": []m{
			{"key": "a1", "levels": []m{teaches(typescript, 5), teaches(sqlLanguage, 4)}},
			{"key": "b2", "role": "Веб", "levels": []m{teaches(typescript, 2), teaches(browsing, 2)}},
			{"key": "c3", "levels": []m{}}, {"key": "d4", "levels": []m{}},
		},
	}
	found := w.visitor().in("en").post("/v1/match/team", body).expect(200)
	found.is("roles.0.name", "Веб").is("roles.0.headcount", 3).is("roles.0.vacant", 0).is("roles.0.demand_id", nil)
	found.is("roles.0.gaps.0", m{
		"competence": m{"id": typescript, "label": "TypeScript"}, "importance": "must", "required_level": 5, "required_source": "declared",
		"met": 1, "short": 2, "shortfalls": []m{{"levels": 3, "people": 1}, {"levels": 5, "people": 1}}, "open": []m{{"reason": "entry", "people": 1}},
		"sentence": "Role “Веб”, “TypeScript” at level 5: 1 people meet it, 2 do not. Levels missing: 3 (people: 1), 5 (people: 1). " +
			"It stays open for 1: what the programmes ask for to enter is missing.",
	})
	found.is("roles.0.gaps.1.shortfalls", []m{{"levels": 4, "people": 2}})
	found.is("roles.0.gaps.1.open", []m{{"reason": "not_taught", "people": 1}, {"reason": "entry", "people": 1}})

	require.Equal(t, []any{"Веб", "Веб", "Веб", nil}, each(found, "staff", "role"))
	require.Equal(t, []any{false, true, false, false}, each(found, "staff", "role_given"))
	require.Equal(t, []any{1.0, 0.2666, 0.0, 0.0}, each(found, "staff", "coverage"))
	require.Equal(t, []any{1.0, 0.8333, 0.0, 0.0}, each(found, "staff", "coverage_after"))
	found.is("staff.1.programme_ids", []any{id}).is("staff.1.weeks", 12).is("staff.1.musts_met", 0).is("staff.1.musts_met_after", 1).is("staff.2.programme_ids", []any{})

	found.is("plan.points", 20160+5376).is("plan.points_after", 20160+16800).is("plan.points_of", 60480).is("plan.coverage", 0.4222).is("plan.coverage_after", 0.6111)
	found.is("plan.price", 250000).is("plan.seats", 1).is("plan.weeks", 12).is("plan.unknown_prices", 0).is("plan.unknown_weeks", 0)
	found.is("plan.closed", false).is("plan.exact", true).is("plan.bound", nil).is("plan.considered", 1)
	found.is("plan.programmes.0.programme.id", id).is("plan.programmes.0.keys", []any{"b2"}).is("plan.programmes.0.seats", 25).is("plan.programmes.0.seats_source", "declared")
	found.is("plan.programmes.0.seat_price", 250000).is("plan.programmes.0.programme.organisation.name.display", "qadam LLP")
	found.is("plan.programmes.0.lifts", []m{
		{"competence": m{"id": sqlLanguage, "label": "SQL"}, "required_level": 4, "people": 1, "met": 0},
		{"competence": m{"id": typescript, "label": "TypeScript"}, "required_level": 5, "people": 1, "met": 1},
	})
	found.is("plan.sentence", "32% of the gap is closed. Programmes: 1, seats: 1, price of all: 250000 tenge, weeks of whoever takes longest: 12.")

	none := func(changes m) { // nothing is left within these
		got := w.visitor().post("/v1/match/team", merged(body, changes)).expect(200)
		got.is("plan.programmes", []any{}).is("plan.price", 0).is("plan.points_after", 20160+5376)
	}
	none(m{"budget": m{"max_price": 249999}})
	none(m{"budget": m{"max_weeks": 11}})
	none(m{"constraints": m{"modes": []string{"online"}}})
	none(m{"constraints": m{"starts_from": "2027-01-16"}})
}

func TestARoleOfATeamIsADemand(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	draft := dala.post("/v1/demands", dala.developer()).expect(201).id()
	open := dala.publishes("demands", dala.developer())
	w.index()
	team := func(demand string) m {
		return m{"roles": []m{{"name": "dev", "headcount": 2, "demand_id": demand}}, "staff": []m{{"key": "a1", "levels": []m{}}}}
	}
	found := w.visitor().post("/v1/match/team", team(open)).expect(200).is("roles.0.demand_id", open).is("roles.0.vacant", 1)
	require.Len(t, found.at("roles.0.gaps"), 3)
	dala.post("/v1/match/team", team(draft)).expect(200).is("roles.0.demand_id", draft)
	for _, by := range []*person{qadam, w.visitor()} {
		hidden := by.post("/v1/match/team", team(draft)).refused(404, "not-found")
		require.Equal(t, by.post("/v1/match/team", team(uuid.NewString())).refused(404, "not-found").at("detail"), hidden.at("detail"))
	}
}

func TestATeamIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	role := m{"name": "dev", "headcount": 1, "requirements": []m{asks("must", typescript, 5)}}
	employee := m{"key": "a1", "levels": []m{}}
	match := func(roles, staff []m) *answer {
		return w.visitor().post("/v1/match/team", m{"roles": roles, "staff": staff}).refused(422, "invalid")
	}
	for _, field := range []string{"name", "email", "iin", "phone"} {
		match([]m{role}, []m{merged(employee, m{field: "x"})}).fault("/staff/0/"+field, "unknown_field")
	}
	match([]m{role}, []m{merged(employee, m{"key": "870107450123"})}).faults([2]string{"/staff/0/key", "looks_personal"})
	match([]m{role}, []m{merged(employee, m{"key": strings.Repeat("k", 65)})}).fault("/staff/0/key", "too_long")
	match([]m{role}, []m{employee, employee}).faults([2]string{"/staff/1/key", "duplicate"})
	match([]m{role}, []m{merged(employee, m{"role": "dev"}), merged(employee, m{"key": "b2", "role": "dev"})}).faults([2]string{"/staff/1/role", "role_full"})
	match([]m{merged(role, m{"demand_id": uuid.NewString()})}, []m{employee}).faults([2]string{"/roles/0/demand_id", "demand_or_requirements"})
	match([]m{role}, []m{}).fault("/staff", "too_few")
	match([]m{}, []m{employee}).fault("/roles", "too_few")
	w.visitor().post("/v1/match/team", m{"roles": []m{role}, "staff": []m{employee}, "constraints": m{"all_musts": true}}).refused(422, "invalid").
		fault("/constraints/all_musts", "unknown_field")
}

func TestKeysOfStaffAreInNoLog(t *testing.T) {
	w := openMarketplace(t)
	w.index()
	body := m{
		"roles": []m{{"name": "canary-role", "headcount": 1, "requirements": []m{asks("must", typescript, 5)}}},
		"staff": []m{{"key": "canary-key", "levels": []m{teaches(typescript, 1)}}},
	}
	w.visitor().post("/v1/match/team", body).expect(200).is("staff.0.key", "canary-key")
	w.visitor().post("/v1/match/team", merged(body, m{"staff": []m{{"key": "canary-key", "role": "canary-none", "levels": []m{}}}})).refused(422, "invalid")
	require.NotContains(t, string(w.log.read()), "canary")
}

// TestATeamAsksTheDatabaseAsOftenWhateverItsSize: once for the programmes, once for those who teach them.
func TestATeamAsksTheDatabaseAsOftenWhateverItsSize(t *testing.T) {
	w, _, _, demand, _ := crowd(t)
	ask := func(role m) (five, fifty int64) {
		return w.statementsOf(func(people int) {
			var staff []m
			for i := range people {
				staff = append(staff, m{"key": fmt.Sprint("k", i), "levels": []m{teaches(browsing, 2), teaches(sqlLanguage, 1+i%4)}})
			}
			w.visitor().post("/v1/match/team", m{"roles": []m{merged(role, m{"name": "dev", "headcount": 50})}, "staff": staff}).expect(200).is("plan.seats", people)
		})
	}
	five, fifty := ask(m{"requirements": []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4)}})
	require.Equal(t, []int64{2, 2}, []int64{five, fifty})
	five, fifty = ask(m{"demand_id": demand})
	require.Equal(t, []int64{3, 3}, []int64{five, fifty})
}
