package domain_test

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// way is a path as it is compared: what is not known is math.MaxInt64.
type way struct {
	points, core, weeks, price, steps, ends int64
	ids                                     []uuid.UUID // in the order of the steps
}

// better says whether one way is better than another, as PlanPath has it.
func (w way) better(v way, by domain.Preference) bool {
	core, points, weeks, price := cmp.Compare(v.core, w.core), cmp.Compare(v.points, w.points), cmp.Compare(w.weeks, v.weeks), cmp.Compare(w.price, v.price)
	first := map[domain.Preference]int{
		domain.PreferCoverage: cmp.Or(points, weeks, price), domain.PreferShortest: cmp.Or(core, weeks, points, price),
		domain.PreferCheapest: cmp.Or(core, price, points, weeks),
	}[by]
	ids := func(w way) []uuid.UUID {
		return slices.SortedFunc(slices.Values(w.ids), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	}
	return cmp.Or(first, cmp.Compare(w.steps, v.steps), cmp.Compare(w.ends, v.ends),
		slices.CompareFunc(ids(w), ids(v), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })) < 0
}

// walker tries every order of every choice of programmes, by the words of the contract.
type walker struct {
	rel   *domain.Relations
	terms domain.PathTerms
	all   []*domain.Programme
	best  way
}

const noSum = math.MaxInt64

func add(a, b int64) int64 {
	if a == noSum || b == noSum {
		return noSum
	}
	return a + b
}

// after is the day so many weeks after another one.
func after(day, weeks int64) int64 {
	if day == noSum || weeks == noSum {
		return noSum
	}
	return day + 7*weeks
}

// best returns the best of all ways.
func best(rel *domain.Relations, t domain.PathTerms, all []*domain.Programme) way {
	w := walker{rel, t, all, way{}}
	start := way{ends: int64(t.From)}
	start.points, start.core = w.worth(t.Own)
	w.best = start
	w.walk(start, t.Own)
	return w.best
}

func (w *walker) worth(held []domain.Outcome) (points, core int64) {
	e := domain.Explain(w.rel, w.terms.Requirements, nil, held)
	for _, l := range e.Lines {
		if e.Musts == 0 || l.Requirement.Importance == domain.Must {
			core += l.Points
		}
	}
	return e.Points, core
}

func (w *walker) walk(at way, held []domain.Outcome) {
	if at.better(w.best, w.terms.Prefer) {
		w.best = at
	}
	if int(at.steps) == w.terms.MaxSteps {
		return
	}
	for _, p := range w.all {
		if next, ok := w.step(at, held, p); ok {
			w.walk(next, append(slices.Clone(held), p.Outcomes...))
		}
	}
}

// step takes a programme, if it can be taken.
func (w *walker) step(at way, held []domain.Outcome, p *domain.Programme) (way, bool) {
	c := w.terms.Constraints
	if slices.Contains(at.ids, p.ID) || !c.Admits(&p.ProgrammeTerms) || !domain.EntryFor(w.rel, p.Prerequisites, held).Open {
		return way{}, false
	}
	weeks, price := int64(noSum), int64(noSum)
	if p.Weeks > 0 {
		weeks = int64(p.Weeks)
	}
	if tenge, known := p.Tenge(); known {
		price = tenge
	}
	next := way{weeks: add(at.weeks, weeks), price: add(at.price, price), steps: at.steps + 1, ids: append(slices.Clone(at.ids), p.ID)}
	if c.MaxWeeks != 0 && next.weeks > int64(c.MaxWeeks) || c.MaxPrice != nil && next.price > *c.MaxPrice {
		return way{}, false
	}
	next.points, next.core = w.worth(append(slices.Clone(held), p.Outcomes...))
	coming := func(in domain.Intake) bool {
		return in.StartsOn >= w.terms.Today && (in.ApplyBy == 0 || in.ApplyBy >= w.terms.Today)
	}
	if !slices.ContainsFunc(p.Intakes, coming) {
		next.ends = after(at.ends, weeks)
		return next, c.StartsFrom == 0
	}
	next.ends = -1
	for _, in := range p.Intakes {
		only := *p
		only.Intakes = []domain.Intake{in}
		here := c
		here.StartsFrom = w.terms.From
		if int64(in.StartsOn) < at.ends || !coming(in) || !here.Admits(&only.ProgrammeTerms) {
			continue
		}
		ends := int64(in.EndsOn)
		if ends == 0 {
			ends = after(int64(in.StartsOn), weeks)
		}
		if next.ends == -1 || ends < next.ends {
			next.ends = ends
		}
	}
	return next, next.ends != -1
}

// wayOf values a plan, and requires that each of its steps can be taken after the ones before.
func wayOf(t require.TestingT, rel *domain.Relations, terms domain.PathTerms, plan domain.PathPlan) way {
	w := walker{rel: rel, terms: terms}
	at, held := way{ends: int64(terms.From)}, slices.Clone(terms.Own)
	at.points, at.core = w.worth(held)
	for _, s := range plan.Steps {
		next, ok := w.step(at, held, s.Programme)
		require.True(t, ok, "a step that cannot be taken")
		if s.Intake.StartsOn != 0 {
			require.GreaterOrEqual(t, int64(s.Intake.StartsOn), at.ends, "it starts before the step before ends")
		}
		if next.ends == noSum {
			require.Zero(t, s.Ends)
		} else {
			require.Equal(t, next.ends, int64(s.Ends))
		}
		at, held = next, append(held, s.Programme.Outcomes...)
	}
	return at
}

// learners draws a goal, own levels, and programmes that each teach little of the goal, of which some need what others
// teach.
func learners(most int) *rapid.Generator[learner] {
	return rapid.Custom(func(t *rapid.T) learner {
		l := learner{catalogue: oracletest.Catalogue("path").Draw(t, "catalogue")}
		l.terms = domain.PathTerms{
			Requirements: oracletest.Requirements().Draw(t, "requirements"), Own: oracletest.Outcomes(0, 1).Draw(t, "own"),
			Prefer:   rapid.SampledFrom([]domain.Preference{domain.PreferCoverage, domain.PreferShortest, domain.PreferCheapest}).Draw(t, "prefer"),
			MaxSteps: rapid.SampledFrom([]int{4, 3, 2, 1}).Draw(t, "steps"), Today: oracletest.Today,
		}
		for i := range rapid.IntRange(min(most, 4), most).Draw(t, "programmes") {
			l.programmes = append(l.programmes, l.programme(t, i))
		}
		c := &l.terms.Constraints
		if rapid.Bool().Draw(t, "weeks bounded") {
			c.MaxWeeks = rapid.IntRange(3, 20).Draw(t, "max weeks")
		}
		if rapid.Bool().Draw(t, "price bounded") {
			price := int64(rapid.IntRange(1, 9).Draw(t, "max price")) * 100
			c.MaxPrice = &price
		}
		if rapid.IntRange(0, 6).Draw(t, "start bounded") == 6 {
			c.StartsFrom = oracletest.Today + domain.Date(rapid.IntRange(-20, 20).Draw(t, "from"))
		}
		if rapid.IntRange(0, 6).Draw(t, "regions bounded") == 6 {
			c.Regions = []domain.Region{"KZ-75"}
		}
		l.terms.From = max(l.terms.Today, c.StartsFrom)
		return l
	})
}

// programme draws one that teaches part of the goal, and may need what one drawn before teaches.
func (l learner) programme(t *rapid.T, n int) *domain.Programme {
	p := oracletest.Programme(oracletest.ID(n)).Draw(t, "programme")
	p.Outcomes = oracletest.Outcomes(1, 1).Draw(t, "outcomes")
	if rapid.IntRange(0, 4).Draw(t, "teaches something else") < 4 {
		r := rapid.SampledFrom(l.terms.Requirements).Draw(t, "of the goal")
		p.Outcomes[0].Competence, p.Outcomes[0].Level = r.Competence, max(p.Outcomes[0].Level, r.Level-1)
	}
	if n > 0 && rapid.IntRange(0, 2).Draw(t, "needs") == 2 {
		taught := rapid.SampledFrom(l.programmes).Draw(t, "what it needs").Outcomes[0]
		p.Prerequisites = []domain.Outcome{{Competence: taught.Competence, Level: (taught.Level + 1) / 2, Source: domain.Declared}}
	}
	p.Weeks = rapid.SampledFrom([]int{1, 2, 4, 8, 0}).Draw(t, "weeks")
	p.Price = &domain.Money{Amount: int64(rapid.IntRange(0, 4).Draw(t, "price")) * 100, Currency: domain.KZT}
	if rapid.IntRange(0, 4).Draw(t, "does not say what it costs") == 4 {
		p.Price = nil
	}
	if rapid.IntRange(0, 2).Draw(t, "dated") < 2 {
		p.Intakes = nil
	}
	for j := range p.Intakes {
		in := &p.Intakes[j]
		in.StartsOn = oracletest.Today + domain.Date(rapid.IntRange(-10, 90).Draw(t, "starts"))
		if rapid.Bool().Draw(t, "says when it ends") {
			in.EndsOn = in.StartsOn + domain.Date(rapid.IntRange(0, 60).Draw(t, "length"))
		}
		if rapid.IntRange(0, 3).Draw(t, "apply") == 3 {
			in.ApplyBy = in.StartsOn - domain.Date(rapid.IntRange(0, 30).Draw(t, "before"))
		}
	}
	return p
}

type learner struct {
	catalogue  *domain.Catalogue
	programmes []*domain.Programme
	terms      domain.PathTerms
}

func (l learner) plan(t *rapid.T) domain.PathPlan {
	plan, err := domain.PlanPath(t.Context(), l.catalogue.Relations(), l.terms, l.programmes)
	require.NoError(t, err)
	return plan
}

func TestAPathIsTheBestOfAllThatThereAre(t *testing.T) {
	lengths := map[int]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := learners(8).Draw(t, "learner")
		plan := l.plan(t)
		require.True(t, plan.Exact)
		got, want := wayOf(t, l.catalogue.Relations(), l.terms, plan), best(l.catalogue.Relations(), l.terms, l.programmes)
		lengths[len(plan.Steps)]++
		require.False(t, want.better(got, l.terms.Prefer), "%v\n%v", want, got)
		require.False(t, got.better(want, l.terms.Prefer), "%v\n%v", want, got)

		slices.Reverse(l.programmes)
		require.Equal(t, plan, l.plan(t), "the order of the candidates means nothing")
	})
	require.Positive(t, lengths[2]+lengths[3]+lengths[4], "no long path was ever the best: %v", lengths)
	t.Log(lengths)
}

// Whoever lets few paths go on may miss the best one, but not by much.
func TestANarrowSearchComesNear(t *testing.T) {
	cases, equal := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		l := learners(8).Draw(t, "learner")
		l.terms.Prefer = domain.PreferCoverage
		rel := l.catalogue.Relations()
		plan, err := domain.PlanPathWithin(t.Context(), 3, rel, l.terms, l.programmes)
		require.NoError(t, err)
		got, want := wayOf(t, rel, l.terms, plan), best(rel, l.terms, l.programmes)
		own := domain.Explain(rel, l.terms.Requirements, nil, l.terms.Own).Points
		require.GreaterOrEqual(t, 100*(got.points-own), 63*(want.points-own))
		if plan.Exact {
			require.False(t, want.better(got, l.terms.Prefer), "it says that it is the best")
		}
		if cases++; got.points == want.points {
			equal++
		}
	})
	t.Logf("equal in %d of %d cases", equal, cases)
	require.GreaterOrEqual(t, 10*equal, 9*cases)
}

func TestACancelledPlanEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := learners(8).Example(1)
	_, err := domain.PlanPath(ctx, l.catalogue.Relations(), l.terms, l.programmes)
	require.ErrorIs(t, err, context.Canceled)
}
