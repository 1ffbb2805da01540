package api

import (
	"strconv"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// teachesA publishes a course that has no intake and needs nothing, unless more says otherwise.
func (p *person) teachesA(title string, more m, outcomes ...m) string {
	p.w.t.Helper()
	plain := merged(p.course(), m{"title": m{"ru": title}, "intakes": []m{}, "prerequisites": []m{}, "outcomes": outcomes})
	return p.publishes("programmes", merged(plain, more))
}

// programmes lists the ids of the programmes in a list of an answer.
func (a *answer) programmes(list string) []any {
	a.t.Helper()
	ids := []any{}
	for i := range a.at(list).([]any) {
		ids = append(ids, a.at(list+"."+strconv.Itoa(i)+".programme.id"))
	}
	return ids
}

// TestTheGapToAGoal: must TypeScript 5 and should SQL 4 make 20,160. Own TypeScript 3 earns 4·3·3,360/5 = 8,064 of it; level 4
// would add 2,688, and level 5 as much.
func TestTheGapToAGoal(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	locked := qadam.publishes("programmes", merged(qadam.course(), m{"outcomes": []m{teaches(typescript, 5), teaches(sqlLanguage, 4)}}))
	enterable := qadam.teachesA("SQL", m{}, teaches(sqlLanguage, 2))
	w.index()
	gap := w.visitor().in("en").post("/v1/match/gap", m{
		"goal":   m{"requirements": []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4)}},
		"levels": []m{teaches(typescript, 3)},
	}).expect(200)
	gap.is("goal.basis", "requirements").is("goal.demand_id", nil).is("goal.occupation", nil).is("goal.demands", nil)
	gap.is("score", m{"coverage": 0.4, "points": 8064, "points_of": 20160, "musts_met": 0, "musts": 1})
	gap.is("lines.0.held.via", m{"relation": "own", "competence": m{"id": typescript, "label": "TypeScript"}}).is("lines.0.held.offered_level", 3)
	gap.is("lines.0.missing", []m{{"level": 4, "points": 2688}, {"level": 5, "points": 2688}})
	gap.is("lines.1.held.via", nil).is("lines.1.missing", []m{
		{"level": 1, "points": 1680}, {"level": 2, "points": 1680}, {"level": 3, "points": 1680}, {"level": 4, "points": 1680}})
	require.Equal(t, []any{locked, enterable}, gap.is("total", 2).programmes("programmes"))
	gap.is("programmes.0.coverage", 1).is("programmes.0.entry.open", false)
	gap.is("enterable.0.programme.id", enterable).is("enterable.0.entry.open", true)

	none := w.visitor().post("/v1/match/gap", m{"goal": m{"requirements": []m{asks("must", python, 5)}}}).expect(200)
	none.is("score.points", 0).is("total", 0).is("programmes", []any{}).is("enterable", []any{})
}

// TestAGoalIsADemandOrAnOccupation: of three open demands with the unit group two ask TypeScript as a must, at 3 and 5.
func TestAGoalIsADemandOrAnOccupation(t *testing.T) {
	w := openMarketplace(t)
	dala, other := w.owner("employer", "dala"), w.owner("employer", "other")
	wants := func(requirements ...m) string {
		return dala.publishes("demands", merged(dala.developer(), m{"occupation": "2513", "requirements": requirements}))
	}
	demand := wants(asks("must", typescript, 5), asks("nice", browsing, 2))
	wants(asks("must", typescript, 3), asks("should", sqlLanguage, 4))
	wants(asks("must", python, 6))
	draft := dala.post("/v1/demands", dala.developer()).expect(201).id()
	empty := dala.post("/v1/demands", m{"organisation_id": dala.org, "title": m{"ru": "Пусто"}}).expect(201).id()
	w.index()
	for _, path := range []string{"/v1/match/gap", "/v1/match/path"} {
		to := func(p *person, goal m) *answer { return p.in("en").post(path, m{"goal": goal}) }
		of := to(w.visitor(), m{"demand_id": demand}).expect(200).is("goal.basis", "demand").is("goal.demand_id", demand)
		of.is("goal.requirements.0.competence.id", typescript).is("goal.requirements.0.level", 5)
		to(dala, m{"demand_id": draft}).expect(200)
		to(other, m{"demand_id": draft}).refused(404, "not-found")
		to(w.visitor(), m{"demand_id": draft}).refused(404, "not-found")
		to(w.visitor(), m{"demand_id": uuid.NewString()}).refused(404, "not-found")
		to(dala, m{"demand_id": empty}).refused(422, "invalid").fault("/goal/demand_id", "asks_nothing")

		group := to(w.visitor(), m{"occupation": "2513"}).expect(200).is("goal.basis", "occupation_group").is("goal.demands", 3)
		group.is("goal.occupation", m{"isco": "2513", "uri": nil, "label": nil})
		group.is("goal.requirements", []m{
			{"competence": m{"id": typescript, "label": "TypeScript"}, "level": 3, "level_source": "assumed", "importance": "must"},
			{"competence": m{"id": browsing, "label": "Browsing, searching and filtering information"}, "level": 2, "level_source": "assumed", "importance": "nice"},
			{"competence": m{"id": sqlLanguage, "label": "SQL"}, "level": 4, "level_source": "assumed", "importance": "nice"},
			{"competence": m{"id": python, "label": "Python (computer programming)"}, "level": 6, "level_source": "assumed", "importance": "nice"},
		})
		to(w.visitor(), m{"occupation": webDeveloper}).expect(200).is("goal.basis", "occupation_group").
			is("goal.occupation", m{"isco": "2513", "uri": webDeveloper, "label": "web developer"})
		to(w.visitor(), m{"occupation": "2514"}).refused(422, "invalid").fault("/goal/occupation", "asks_nothing")
	}
	w.visitor().post("/v1/match/gap", m{"goal": m{"occupation": "http://data.europa.eu/esco/occupation/00000000-0000-0000-0000-000000000000"}}).
		refused(422, "invalid").fault("/goal/occupation", "unknown_value")
}

// TestAPathToAGoal: must TypeScript 5, should SQL 4, nice Python 3 make 23,520. SQL 4 costs 8 weeks and 100,000, TypeScript 5 12
// weeks and 250,000, needs SQL 3 and starts on 1 March 2027; nobody teaches Python.
func TestAPathToAGoal(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	sql := qadam.teachesA("Основы SQL", m{"weeks": 8, "price": m{"amount": 100000, "currency": "KZT"}}, teaches(sqlLanguage, 4))
	web := qadam.teachesA("Веб", m{"prerequisites": []m{teaches(sqlLanguage, 3)}, "intakes": []m{
		{"starts_on": "2027-01-10", "ends_on": "2027-02-20"}, {"starts_on": "2027-03-01", "apply_by": "2027-02-20", "region": "KZ-75"},
	}}, teaches(typescript, 5))
	w.index()
	goal := m{"requirements": []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4), asks("nice", python, 3)}}
	plan := func(more m) *answer {
		return w.visitor().in("ru").post("/v1/match/path", merged(m{"goal": goal}, more)).expect(200)
	}
	path := plan(m{})
	require.Equal(t, []any{sql, web}, path.programmes("steps"))
	path.is("before.points", 0).is("after", m{"coverage": 0.8571, "points": 20160, "points_of": 23520, "musts_met": 1, "musts": 1})
	path.is("weeks", 20).is("price", m{"amount": 350000, "currency": "KZT"}).is("reached", false).is("exact", true)
	path.is("starts_on", nil).is("ends_on", "2027-05-24")
	path.is("steps.0.starts_on", nil).is("steps.0.ends_on", "2027-01-18").is("steps.0.points", 6720).is("steps.0.opens", []any{web})
	path.is("steps.1.starts_on", "2027-03-01").is("steps.1.apply_by", "2027-02-20").is("steps.1.region", "KZ-75").is("steps.1.points", 13440)
	path.is("steps.1.lines.0.via.relation", "same").is("steps.1.after.coverage", 0.8571)
	path.is("steps.0.sentence", "С этой программой покрытие цели вырастет с 0 до 28 %: SQL (до уровня 4). Открывает дорогу дальше: «Веб».")
	path.is("obstacles.0.line.competence.id", python).is("obstacles.0.reason", "no_programme").is("obstacles.0.sentence", "Python: ни одна опубликованная программа не даёт больше.")
	require.False(t, path.has("obstacles.0.nearest"))
	path.is("sentence", "Цель достигается не полностью: ближайший план покрывает 85 % (2 шага, 20 недель, 350\u00a0000 тенге).")

	// Who has SQL 3 can take the first intake.
	early := plan(m{"levels": []m{teaches(sqlLanguage, 3)}, "max_steps": 1})
	require.Equal(t, []any{web}, early.programmes("steps"))
	early.is("starts_on", "2027-01-10").is("ends_on", "2027-02-20").is("obstacles.1.line.competence.id", sqlLanguage).is("obstacles.1.reason", "max_steps")

	// Budgets hold for the sum, and what forbids is told with what would have been nearest.
	for _, constraints := range []m{{"max_weeks": 19}, {"max_price": 349999}} {
		within := plan(m{"constraints": constraints})
		require.Equal(t, []any{sql}, within.programmes("steps"), constraints)
		within.is("obstacles.0.line.competence.id", typescript).is("obstacles.0.nearest.id", web)
	}
	plan(m{"constraints": m{"max_weeks": 19}}).is("obstacles.0.reason", "max_weeks")
	plan(m{"constraints": m{"max_price": 349999}}).is("obstacles.0.reason", "max_price")
	plan(m{"constraints": m{"languages": []string{"kk"}}}).is("steps", []any{}).is("weeks", 0).is("price.amount", 0).is("obstacles.0.reason", "constraints").
		is("sentence", "При этих условиях ни один план не приближает к цели; сейчас она покрыта на 0 %.")
	plan(m{"constraints": m{"starts_from": "2027-03-02"}}).is("steps", []any{}).is("obstacles.0.reason", "starts_from")
	plan(m{"max_steps": 1}).is("steps.0.programme.id", sql).is("obstacles.0.reason", "max_steps")
}

func TestAGapAndAPathAreRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	good := []m{asks("must", typescript, 5)}
	for _, path := range []string{"/v1/match/gap", "/v1/match/path"} {
		ask := func(body m) *answer { return w.visitor().post(path, body).refused(422, "invalid") }
		ask(m{}).fault("/goal", "required")
		ask(m{"goal": m{}}).fault("/goal", "one_goal")
		ask(m{"goal": m{"requirements": good, "occupation": "2512"}}).fault("/goal", "one_goal")
		ask(m{"goal": m{"requirements": []m{}}}).fault("/goal/requirements", "too_few")
		ask(m{"goal": m{"occupation": "programmer"}}).fault("/goal/occupation", "malformed")
		ask(m{"goal": m{"demand_id": uuid.Nil.String()}}).fault("/goal/demand_id", "unknown_value")
		ask(m{"goal": m{"requirements": []m{asks("must", "esco:nothing", 5)}}, "levels": []m{teaches("esco:never", 5)}}).faults(
			[2]string{"/goal/requirements/0/competence_id", "unknown_competence"}, [2]string{"/levels/0/competence_id", "unknown_competence"})
		ask(m{"goal": m{"requirements": good}, "constraints": m{"starts_from": "1999-01-01"}}).fault("/constraints/starts_from", "out_of_range")
	}
	w.visitor().post("/v1/match/path", m{"goal": m{"requirements": good}, "max_steps": 7}).refused(422, "invalid").fault("/max_steps", "out_of_range")
	w.visitor().post("/v1/match/path", m{"goal": m{"requirements": good}, "prefer": "dearest"}).refused(422, "invalid").fault("/prefer", "unknown_value")
	w.visitor().post("/v1/match/path", m{"goal": m{"requirements": good}, "constraints": m{"all_musts": true}}).refused(422, "invalid").fault("/constraints/all_musts", "unknown_field")
}
