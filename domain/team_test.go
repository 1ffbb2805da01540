package domain_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEverybodyIsPlacedWhereTheyEarnTheMostTogether(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rel := oracletest.Catalogue("any").Draw(t, "catalogue").Relations()
		team := teams(5).Draw(t, "team")
		got := domain.Place(rel, team)
		points := func(roles []int) int64 {
			var sum int64
			for e, r := range roles {
				if r != domain.Unplaced {
					sum += domain.Explain(rel, team.Roles[r].Requirements, nil, team.Staff[e].Levels).Points
				}
			}
			return sum
		}
		var best []int
		for _, roles := range placings(team) { // in the order of who comes first
			if best == nil || placed(roles) > placed(best) || placed(roles) == placed(best) && points(roles) > points(best) {
				best = roles
			}
		}
		require.Equal(t, best, got, "%d points of %d", points(got), points(best))
	})
}

// placings lists every way to place the staff, those that give the first an earlier role first; no position is last.
func placings(team domain.Team) [][]int {
	list := [][]int{nil}
	for _, e := range team.Staff {
		var longer [][]int
		for _, roles := range list {
			for r := range len(team.Roles) + 1 {
				if r == len(team.Roles) {
					r = domain.Unplaced
				}
				if e.Role == domain.Unplaced || e.Role == r {
					longer = append(longer, append(slices.Clone(roles), r))
				}
			}
		}
		list = longer
	}
	return slices.DeleteFunc(list, func(roles []int) bool {
		for r, role := range team.Roles {
			if n := len(slices.DeleteFunc(slices.Clone(roles), func(x int) bool { return x != r })); n > role.Headcount {
				return true
			}
		}
		return false
	})
}

func placed(roles []int) int {
	return len(slices.DeleteFunc(slices.Clone(roles), func(r int) bool { return r == domain.Unplaced }))
}

// teams draws roles and staff, some of them in a role that has a position for them.
func teams(most int) *rapid.Generator[domain.Team] {
	return rapid.Custom(func(t *rapid.T) domain.Team {
		var team domain.Team
		for i := range rapid.IntRange(1, 3).Draw(t, "roles") {
			team.Roles = append(team.Roles, domain.TeamRole{
				Name: fmt.Sprint(i), Headcount: rapid.IntRange(1, 2).Draw(t, "headcount"),
				Requirements: oracletest.Requirements().Draw(t, "requirements"),
			})
		}
		free := make([]int, len(team.Roles))
		for i, r := range team.Roles {
			free[i] = r.Headcount
		}
		for i := range rapid.IntRange(most/2, most).Draw(t, "staff") {
			e := domain.Employee{Key: fmt.Sprint(i), Role: domain.Unplaced, Levels: oracletest.Outcomes(0, 4).Draw(t, "levels")}
			if r := rapid.IntRange(-3, len(team.Roles)-1).Draw(t, "role"); r >= 0 && free[r] > 0 {
				free[r]--
				e.Role = r
			}
			team.Staff = append(team.Staff, e)
		}
		return team
	})
}

// courses is what plans are drawn from: few programmes, prices, weeks and seats, so that much ties.
type courses struct {
	rel    *domain.Relations
	team   domain.Team
	roles  []int
	offers []domain.Offer
	limits domain.TeamLimits
}

func coursesOf(t *rapid.T, people, programmes int) courses {
	c := courses{rel: oracletest.Catalogue("any").Draw(t, "catalogue").Relations(), team: teams(people).Draw(t, "team")}
	c.roles = domain.Place(c.rel, c.team)
	for i := range rapid.IntRange(programmes/2, programmes).Draw(t, "programmes") {
		p := &domain.Programme{ID: oracletest.ID(i), Status: domain.ProgrammePublished}
		p.Outcomes = oracletest.Outcomes(1, 4).Draw(t, "outcomes")
		if rapid.IntRange(0, 2).Draw(t, "has prerequisites") == 0 {
			p.Prerequisites = oracletest.Outcomes(1, 1).Draw(t, "prerequisites")
		}
		p.Weeks = rapid.SampledFrom([]int{0, 2, 4, 4, 8}).Draw(t, "weeks")
		if price := rapid.SampledFrom([]int64{-1, 0, 100, 200, 300}).Draw(t, "price"); price >= 0 {
			p.Price = &domain.Money{Amount: price, Currency: domain.KZT}
		}
		c.offers = append(c.offers, domain.Offer{Programme: p, Seats: rapid.SampledFrom([]int{1, 1, 2, 25}).Draw(t, "seats")})
	}
	c.limits.Shortest = rapid.Bool().Draw(t, "shortest")
	if rapid.Bool().Draw(t, "has a price") {
		price := rapid.SampledFrom([]int64{0, 200, 300, 500}).Draw(t, "max price")
		c.limits.MaxPrice = &price
	}
	if rapid.Bool().Draw(t, "has weeks") {
		c.limits.MaxWeeks = rapid.SampledFrom([]int{4, 8}).Draw(t, "max weeks")
	}
	return c
}

// result is what a choice comes to: points gained and what they cost, by everybody's own.
type result struct {
	gain int64
	cost domain.TeamCost
}

// judge says what programmes come to that everybody takes, in their order, or why they cannot be taken.
func (c courses) judge(takes map[int][]*domain.Programme) (result, string) {
	var out result
	seats := make(map[uuid.UUID]int)
	for e := range c.team.Staff {
		weeks, levels := 0, slices.Clone(c.team.Staff[e].Levels)
		for _, p := range takes[e] {
			if !domain.EntryFor(c.rel, p.Prerequisites, levels).Open {
				return out, "somebody cannot enter"
			}
			price, known := p.Tenge()
			if c.limits.MaxPrice != nil && !known || c.limits.MaxWeeks != 0 && p.Weeks == 0 {
				return out, "what is not known is within a limit"
			}
			if !known {
				out.cost.Unpriced++
			}
			if p.Weeks == 0 {
				out.cost.Untimed++
			}
			out.cost.Price += price
			out.cost.Seats++
			weeks += p.Weeks
			seats[p.ID]++
			levels = append(levels, p.Outcomes...)
		}
		out.cost.Weeks = max(out.cost.Weeks, weeks)
		if c.limits.MaxWeeks != 0 && weeks > c.limits.MaxWeeks {
			return out, "too many weeks"
		}
		if r := c.roles[e]; r != domain.Unplaced {
			asked := c.team.Roles[r].Requirements
			out.gain += domain.Explain(c.rel, asked, nil, levels).Points - domain.Explain(c.rel, asked, nil, c.team.Staff[e].Levels).Points
		} else if len(takes[e]) > 0 {
			return out, "somebody without a role takes something"
		}
	}
	for _, o := range c.offers {
		if seats[o.Programme.ID] > o.Seats {
			return out, "more people than seats"
		}
	}
	if c.limits.MaxPrice != nil && out.cost.Price > *c.limits.MaxPrice {
		return out, "too dear"
	}
	return out, ""
}

// compare orders results, the better first.
func (c courses) compare(a, b result) int {
	price := cmp.Or(cmp.Compare(a.cost.Unpriced, b.cost.Unpriced), cmp.Compare(a.cost.Price, b.cost.Price), cmp.Compare(a.cost.Seats, b.cost.Seats))
	weeks := cmp.Or(cmp.Compare(a.cost.Untimed, b.cost.Untimed), cmp.Compare(a.cost.Weeks, b.cost.Weeks))
	if c.limits.Shortest {
		price, weeks = weeks, price
	}
	return cmp.Or(cmp.Compare(b.gain, a.gain), price, weeks)
}

// exhaust looks at everything that everybody could take.
func (c courses) exhaust() result {
	var best result
	takes := make(map[int][]*domain.Programme)
	var from func(e int)
	from = func(e int) {
		if e == len(c.team.Staff) {
			if r, why := c.judge(takes); why == "" && c.compare(r, best) < 0 {
				best = r
			}
			return
		}
		for set := range 1 << len(c.offers) {
			if c.roles[e] == domain.Unplaced && set > 0 {
				break
			}
			takes[e] = c.inOrder(e, set)
			if takes[e] != nil || set == 0 {
				from(e + 1)
			}
		}
	}
	from(0)
	return best
}

// inOrder returns a set of offers in an order in which somebody can enter them; nil if there is none.
func (c courses) inOrder(e, set int) []*domain.Programme {
	levels := slices.Clone(c.team.Staff[e].Levels)
	var order []*domain.Programme
	for set > 0 {
		i := slices.IndexFunc(c.offers, func(o domain.Offer) bool {
			return set&(1<<slices.Index(c.offers, o)) != 0 && domain.EntryFor(c.rel, o.Programme.Prerequisites, levels).Open
		})
		if i < 0 {
			return nil
		}
		set &^= 1 << i
		order = append(order, c.offers[i].Programme)
		levels = append(levels, c.offers[i].Programme.Outcomes...)
	}
	return order
}

func (c courses) plan(t *rapid.T, plan planning) (*domain.TeamPlan, result) {
	p, err := plan(t.Context(), c.rel, c.team, c.roles, c.offers, c.limits)
	require.NoError(t, err)
	r, why := c.judge(p.Takes)
	require.Empty(t, why)
	require.Equal(t, r.cost, p.Cost)
	return p, r
}

type planning func(context.Context, *domain.Relations, domain.Team, []int, []domain.Offer, domain.TeamLimits) (*domain.TeamPlan, error)

func TestASmallPlanIsTheBestThereIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := coursesOf(t, 3, 4)
		best := c.exhaust()
		p, got := c.plan(t, domain.PlanTeam)
		require.True(t, p.Exact)
		require.Nil(t, p.Bound)
		require.Equal(t, best, got)
	})
}

// What one person takes is found among many that each teach a part, at prices of which hardly two are the same.
func TestWhatOnePersonTakesIsTheBestThereIs(t *testing.T) {
	catalogue, err := domain.NewCatalogue("nine", []domain.Framework{{ID: "esco"}}, nine())
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		c := courses{rel: catalogue.Relations(), roles: []int{0}, limits: domain.TeamLimits{Shortest: rapid.Bool().Draw(t, "shortest")}}
		role := domain.TeamRole{Name: "one", Headcount: 1}
		for _, k := range nine()[:6] {
			role.Requirements = append(role.Requirements, must(k.ID, 4))
		}
		c.team = domain.Team{Roles: []domain.TeamRole{role}, Staff: []domain.Employee{{Key: "x"}}}
		for i := range 9 {
			var teaches []domain.Outcome
			for _, k := range rapid.SliceOfNDistinct(rapid.IntRange(0, 5), 1, 3, rapid.ID).Draw(t, "teaches") {
				teaches = append(teaches, domain.Outcome{Competence: nine()[k].ID, Level: 4})
			}
			p := course(byte(i), int64(rapid.IntRange(1, 99).Draw(t, "price")), rapid.IntRange(1, 30).Draw(t, "weeks"), teaches, nil)
			c.offers = append(c.offers, domain.Offer{Programme: p, Seats: 1})
		}
		if rapid.Bool().Draw(t, "has weeks") {
			c.limits.MaxWeeks = 40
		}
		p, got := c.plan(t, domain.PlanTeam)
		require.True(t, p.Exact)
		require.Equal(t, c.exhaust(), got)
	})
}

// Three of four rough plans of small cases are the best; none is better than its bound says, and none closes less than half.
func TestARoughPlanIsWithinItsBound(t *testing.T) {
	rough, same := 0, 0
	drawn := func(t *rapid.T) {
		c := coursesOf(t, 3, 4)
		best := c.exhaust()
		p, got := c.plan(t, domain.PlanTeamRoughly)
		if p.Exact {
			require.Equal(t, best, got)
			return
		}
		var before int64
		for _, s := range p.Before {
			before += s.Points
		}
		rough++
		if got == best {
			same++
		}
		require.GreaterOrEqual(t, 2*got.gain, best.gain)
		require.LessOrEqual(t, before+best.gain, p.Bound.Points)
		if before+best.gain == p.Bound.Points {
			require.LessOrEqual(t, c.compare(result{cost: p.Bound.Cost}, result{cost: best.cost}), 0)
		}
	}
	for round := 0; rough < 10 && round < 100; round++ { // most plans are exact
		rapid.Check(t, drawn)
	}
	require.Positive(t, rough, "some have to share seats or money")
	require.GreaterOrEqual(t, 4*same, 3*rough, "%d of %d", same, rough)
}

func TestAPlanDoesNotDependOnTheOrderOfProgrammes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := coursesOf(t, 6, 8)
		p, _ := c.plan(t, domain.PlanTeam)
		c.offers = rapid.Permutation(c.offers).Draw(t, "in another order")
		again, _ := c.plan(t, domain.PlanTeam)
		require.Equal(t, p, again)
	})
}

func TestAPlanEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	team := domain.Team{
		Roles: []domain.TeamRole{{Name: "one", Headcount: 1, Requirements: []domain.Requirement{must("esco:a", 4)}}},
		Staff: []domain.Employee{{Key: "x", Role: 0}},
	}
	_, err := domain.PlanTeam(ctx, frameworks(t).Relations(), team, []int{0}, nil, domain.TeamLimits{})
	require.ErrorIs(t, err, context.Canceled)
}

func must(id domain.CompetenceID, l domain.Level) domain.Requirement {
	return domain.Requirement{Competence: id, Level: l, Source: domain.Declared, Importance: domain.Must}
}

// course is a programme that teaches something at a price, and takes some weeks and something to enter.
func course(n byte, price int64, weeks int, teaches, takes []domain.Outcome) *domain.Programme {
	p := &domain.Programme{ID: uuid.UUID{15: n}, Status: domain.ProgrammePublished}
	p.Outcomes, p.Prerequisites, p.Weeks = teaches, takes, weeks
	if price >= 0 {
		p.Price = &domain.Money{Amount: price, Currency: domain.KZT}
	}
	return p
}

// TestWhatIsShortIsCountedInLevels: for level 8 of esco:a, what is narrower earns three quarters and what is broader half.
func TestWhatIsShortIsCountedInLevels(t *testing.T) {
	team := domain.Team{Roles: []domain.TeamRole{{Name: "one", Headcount: 9, Requirements: []domain.Requirement{must("esco:a", 8)}}}}
	for _, levels := range [][]domain.Outcome{
		outcomes("esco:a", 8), outcomes("ecf:a", 8), outcomes("esco:a", 7), outcomes("esco:narrow", 8), outcomes("esco:narrow", 7),
		outcomes("esco:broad", 8), outcomes("esco:c", 8), nil,
	} {
		team.Staff = append(team.Staff, domain.Employee{Key: fmt.Sprint(len(team.Staff)), Role: domain.Unplaced, Levels: levels})
	}
	rel := frameworks(t).Relations()
	p, err := domain.PlanTeam(t.Context(), rel, team, domain.Place(rel, team), nil, domain.TeamLimits{})
	require.NoError(t, err)
	gap := p.Gaps[0][0]
	require.Equal(t, 2, gap.Met)
	require.Equal(t, 6, gap.Short())
	require.Equal(t, []domain.Shortfall{{1, 1}, {2, 1}, {3, 1}, {4, 1}, {8, 2}}, gap.Shortfalls, "narrower 7 is 5¼ of 8")
	require.Equal(t, []domain.StillOpen{{Reason: domain.OpenNotTaught, People: 6}}, gap.Open)
	require.False(t, p.Closed())
	require.Equal(t, "Role “one”, “A” at level 8: 2 people meet it, 6 do not. Levels missing: 1 (people: 1), 2 (people: 1), 3 (people: 1), 4 (people: 1), 8 (people: 2). "+
		"It stays open for 6: no programme was found that teaches it further.", gap.Sentence(domain.English, "one", "A"))
}

func TestWhatStaysOpenSaysWhy(t *testing.T) {
	price := int64(100)
	for _, c := range []struct {
		name   string
		offers []domain.Offer
		limits domain.TeamLimits
		want   []domain.StillOpen
	}{
		{"nothing teaches it", nil, domain.TeamLimits{}, []domain.StillOpen{{domain.OpenNotTaught, 2}}},
		{"it is closed", []domain.Offer{{course(1, 0, 4, outcomes("esco:a", 4), nil), 2, false}}, domain.TeamLimits{}, nil},
		{"there is one seat", []domain.Offer{{course(1, 0, 4, outcomes("esco:a", 4), nil), 1, false}}, domain.TeamLimits{},
			[]domain.StillOpen{{domain.OpenNoSeats, 1}}},
		{"nobody can enter", []domain.Offer{{course(1, 0, 4, outcomes("esco:a", 4), outcomes("esco:c", 1)), 2, false}}, domain.TeamLimits{},
			[]domain.StillOpen{{domain.OpenEntry, 2}}},
		{"another one opens the way", []domain.Offer{
			{course(1, 0, 4, outcomes("esco:a", 4), outcomes("esco:c", 1)), 2, false}, {course(2, 0, 4, outcomes("esco:c", 1), nil), 1, false},
		}, domain.TeamLimits{}, []domain.StillOpen{{domain.OpenEntry, 1}}},
		{"the money is for one", []domain.Offer{{course(1, 100, 4, outcomes("esco:a", 4), nil), 2, false}}, domain.TeamLimits{MaxPrice: &price},
			[]domain.StillOpen{{domain.OpenTooDear, 1}}},
		{"a price that is not known is in no budget", []domain.Offer{{course(1, -1, 4, outcomes("esco:a", 4), nil), 2, false}}, domain.TeamLimits{MaxPrice: &price},
			[]domain.StillOpen{{domain.OpenTooDear, 2}}},
		{"it takes too long", []domain.Offer{{course(1, 0, 5, outcomes("esco:a", 4), nil), 2, false}}, domain.TeamLimits{MaxWeeks: 4},
			[]domain.StillOpen{{domain.OpenTooLong, 2}}},
		{"weeks that are not known are in no limit", []domain.Offer{{course(1, 0, 0, outcomes("esco:a", 4), nil), 2, false}}, domain.TeamLimits{MaxWeeks: 4},
			[]domain.StillOpen{{domain.OpenTooLong, 2}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rel := frameworks(t).Relations()
			team := domain.Team{
				Roles: []domain.TeamRole{{Name: "one", Headcount: 2, Requirements: []domain.Requirement{must("esco:a", 4)}}},
				Staff: []domain.Employee{{Key: "x", Role: domain.Unplaced}, {Key: "y", Role: domain.Unplaced}},
			}
			p, err := domain.PlanTeam(t.Context(), rel, team, domain.Place(rel, team), c.offers, c.limits)
			require.NoError(t, err)
			require.True(t, p.Exact)
			require.Equal(t, c.want, p.Gaps[0][0].Open)
			require.Equal(t, c.want == nil, p.Closed())
		})
	}
}

func TestNobodyTakesMoreThanEightProgrammes(t *testing.T) {
	c, err := domain.NewCatalogue("nine", []domain.Framework{{ID: "esco"}}, nine())
	require.NoError(t, err)
	role := domain.TeamRole{Name: "one", Headcount: 1}
	var offers []domain.Offer
	for i, k := range c.Competences() {
		role.Requirements = append(role.Requirements, must(k.ID, 4))
		offers = append(offers, domain.Offer{Programme: course(byte(i), 100, 1, outcomes(string(k.ID), 4), nil), Seats: 1})
	}
	team := domain.Team{Roles: []domain.TeamRole{role}, Staff: []domain.Employee{{Key: "x"}}}
	p, err := domain.PlanTeam(t.Context(), c.Relations(), team, []int{0}, offers, domain.TeamLimits{})
	require.NoError(t, err)
	require.Equal(t, domain.TeamCost{Price: 800, Seats: 8, Weeks: 8}, p.Cost)
	open := 0
	for _, g := range p.Gaps[0] {
		if g.Open != nil {
			require.Equal(t, []domain.StillOpen{{domain.OpenTooManyEach, 1}}, g.Open)
			open++
		}
	}
	require.Equal(t, 1, open)
}

func nine() []domain.Competence {
	list := make([]domain.Competence, 9)
	for i := range list {
		list[i] = domain.Competence{ID: domain.CompetenceID(fmt.Sprintf("esco:%d", i)), Framework: "esco"}
	}
	return list
}

// TestTheCheapestAndTheShortest: one programme teaches both for 500 in 4 weeks; two teach one each, for 100 in 10 weeks.
func TestTheCheapestAndTheShortest(t *testing.T) {
	rel := frameworks(t).Relations()
	team := domain.Team{
		Roles: []domain.TeamRole{{Name: "one", Headcount: 1, Requirements: []domain.Requirement{must("esco:a", 4), must("esco:c", 4)}}},
		Staff: []domain.Employee{{Key: "x"}},
	}
	offers := []domain.Offer{
		{course(1, 500, 4, outcomes("esco:a", 4, "esco:c", 4), nil), 25, true},
		{course(2, 100, 10, outcomes("esco:a", 4), nil), 25, false}, {course(3, 100, 10, outcomes("esco:c", 4), nil), 25, false},
	}
	cheap, err := domain.PlanTeam(t.Context(), rel, team, []int{0}, offers, domain.TeamLimits{})
	require.NoError(t, err)
	require.Equal(t, domain.TeamCost{Price: 200, Seats: 2, Weeks: 20}, cheap.Cost)
	require.Equal(t, "Разрыв закрывается полностью. Программ: 2, мест: 2, цена всех: 200 тенге, тому, кто учится дольше всех: 20 нед.", cheap.Sentence(domain.Russian))
	short, err := domain.PlanTeam(t.Context(), rel, team, []int{0}, offers, domain.TeamLimits{Shortest: true})
	require.NoError(t, err)
	require.Equal(t, domain.TeamCost{Price: 500, Seats: 1, Weeks: 4}, short.Cost)
	require.Equal(t, "Олқылық толық жабылады. Бағдарлама: 1, орын: 1, барлығының бағасы: 500 теңге, ең ұзақ оқитын адамға: 4 апта. "+
		"Орын санын көрсетпеген бағдарлама: 1, олардың әрқайсысында бір топ бар деп алынды (25 орын).", short.Sentence(domain.Kazakh))
	require.Equal(t, []domain.Lift{{"esco:a", 4, 1, 1}, {"esco:c", 4, 1, 1}}, short.Courses[0].Lifts)
}

func TestHowManySeatsAProgrammeHas(t *testing.T) {
	in := func(starts, applyBy domain.Date, seats int, region domain.Region) domain.Intake {
		return domain.Intake{StartsOn: starts, ApplyBy: applyBy, Seats: seats, Region: region}
	}
	here := domain.ProgrammeConstraints{Regions: []domain.Region{"KZ-75"}}
	for _, c := range []struct {
		name    string
		intakes []domain.Intake
		seats   int
		assumed bool
	}{
		{"none is named", nil, 25, true},
		{"all that are to come", []domain.Intake{in(100, 0, 10, ""), in(300, 200, 5, "KZ-75")}, 15, false},
		{"but for what is over", []domain.Intake{in(99, 0, 10, ""), in(300, 99, 7, ""), in(100, 100, 1, "")}, 1, false},
		{"only over", []domain.Intake{in(99, 0, 10, "")}, 25, true},
		{"elsewhere", []domain.Intake{in(100, 0, 10, "KZ-10"), in(100, 0, 4, "KZ-75")}, 4, false},
		{"two that do not tell are one group", []domain.Intake{in(100, 0, 0, ""), in(200, 0, 0, ""), in(300, 0, 3, "")}, 28, true},
	} {
		p := &domain.Programme{}
		p.Intakes = c.intakes
		require.Equal(t, domain.Offer{Programme: p, Seats: c.seats, Assumed: c.assumed}, domain.OfferOf(p, here, 100), c.name)
	}
	online := &domain.Programme{}
	online.Mode, online.Intakes = domain.Online, []domain.Intake{in(100, 0, 10, "KZ-10")}
	require.Equal(t, 10, domain.OfferOf(online, here, 100).Seats, "what is online is everywhere")
	later := &domain.Programme{}
	later.Intakes = []domain.Intake{in(200, 150, 10, ""), in(199, 0, 5, "")}
	require.Equal(t, 10, domain.OfferOf(later, domain.ProgrammeConstraints{StartsFrom: 200}, 100).Seats, "one can apply before that")
}

func TestATeamIsReadWithEveryFault(t *testing.T) {
	c := frameworks(t)
	form := domain.TeamForm{
		Roles: []domain.TeamRoleForm{
			{Name: "one", Headcount: 1, Requirements: []domain.RequirementForm{{Competence: "esco:a", Level: 4, Importance: "must"}}},
			{Name: " one ", Headcount: 0, Demand: uuid.UUID{1}, Requirements: []domain.RequirementForm{{Competence: "esco:a", Level: 4, Importance: "must"}}},
			{Name: "two", Headcount: 501},
		},
		Staff: []domain.EmployeeForm{
			{Key: "a", Role: "one"}, {Key: "a"}, {Key: "Әйгерім"}, {Key: "a@b.kz"}, {Key: "870107450123"}, {Key: "8-701-074-50-12"}, {Key: "b", Role: "three"},
			{Key: "c", Levels: []domain.OutcomeForm{{Competence: "esco:never", Level: 9}}},
			{Key: "0198c1d5-9e3c-7b08-a2f7-1d5c3e8b7a03"}, {Key: "123456789"},
		},
	}
	var f domain.Faults
	form.Parse(&f, c)
	var failed *domain.Error
	require.ErrorAs(t, f.Err(), &failed)
	var got [][2]string
	for _, fault := range failed.Faults {
		got = append(got, [2]string{fault.Pointer, string(fault.Reason.Code)})
	}
	require.Equal(t, [][2]string{
		{"/roles/1/name", "duplicate"}, {"/roles/1/headcount", "out_of_range"}, {"/roles/1/demand_id", "demand_or_requirements"},
		{"/roles/2/headcount", "out_of_range"}, {"/roles/2/requirements", "required"},
		{"/staff/1/key", "duplicate"}, {"/staff/2/key", "malformed"}, {"/staff/3/key", "malformed"}, {"/staff/4/key", "looks_personal"}, {"/staff/5/key", "looks_personal"},
		{"/staff/6/role", "unknown_value"}, {"/staff/7/levels/0/competence_id", "unknown_competence"}, {"/staff/7/levels/0/level", "out_of_range"},
	}, got)
	form.Roles, form.Staff = form.Roles[:1], form.Staff[:2]
	form.Staff[1] = domain.EmployeeForm{Key: "b", Role: "one"}
	f = domain.Faults{}
	form.Parse(&f, c)
	require.ErrorContains(t, f.Err(), "/staff/1/role")
}
