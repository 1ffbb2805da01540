package coverage_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search/coverage"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	things    = 3_000 // on each side
	questions = 12    // of each shape
)

// large is a market of many blocks and a few segments, some of it dead.
type large struct {
	*marketgen.Generator
	programmes []*domain.Programme
	demands    []*domain.Demand
	index      *coverage.Index
}

func newLarge(t *testing.T) *large {
	g := marketgen.New(7)
	m := &large{Generator: g, index: coverage.NewMeasured(128, 64, 32)}
	m.index.UseCatalogue(g.Catalogue())
	load(t, m.index)
	for _, n := range []int{things * 3 / 4, things / 5, things / 25, 3} {
		programmes, demands := g.Programmes(n), g.Demands(n)
		for i := range n {
			if i%3 > 0 { // so that many tie
				programmes[i].Weeks = 4
				demands[i].Openings = 1
			}
		}
		m.programmes, m.demands = append(m.programmes, programmes...), append(m.demands, demands...)
		m.index.Apply(demands, programmes, nil)
	}
	m.index.Settle()
	var gone []uuid.UUID
	for i := range 100 {
		gone = append(gone, m.programmes[i].ID, m.demands[i].ID)
	}
	m.index.Apply(nil, nil, gone)
	m.programmes, m.demands = m.programmes[100:], m.demands[100:]
	require.Greater(t, m.index.Stats().Segments, 4)
	return m
}

func (m *large) programmesByHand(q domain.ProgrammeQuery) []domain.ProgrammeRank {
	rel := m.Catalogue().Relations()
	before := domain.Explain(rel, q.Requirements, nil, q.Own).Points
	ranks := []domain.ProgrammeRank{}
	for _, p := range m.programmes {
		e := domain.Explain(rel, q.Requirements, p.Outcomes, q.Own)
		if e.Points > before && q.Constraints.Admits(&p.ProgrammeTerms) && p.ID != q.Without &&
			(!q.Narrowed || slices.Contains(q.Among, p.ID)) && (!q.Constraints.AllMusts || e.MustsMet == e.Musts) {
			ranks = append(ranks, domain.ProgrammeRank{ID: p.ID, Points: e.Points, MustsMet: e.MustsMet, Weeks: p.Weeks})
		}
	}
	slices.SortFunc(ranks, domain.ProgrammeRank.Compare)
	return ranks
}

func (m *large) demandsByHand(q domain.DemandQuery) []domain.DemandRank {
	rel := m.Catalogue().Relations()
	ranks := []domain.DemandRank{}
	for _, d := range m.demands {
		e := domain.Explain(rel, d.Requirements, q.Outcomes, nil)
		if e.Points > 0 && d.Open(q.Today) && q.Constraints.Admits(&d.DemandTerms) &&
			(!q.Narrowed || slices.Contains(q.Among, d.ID)) {
			ranks = append(ranks, domain.DemandRank{ID: d.ID, Points: e.Points, Of: e.Of, Openings: d.Openings})
		}
	}
	slices.SortFunc(ranks, domain.DemandRank.Compare)
	return ranks
}

func TestProgrammesThatAreSkippedAreNotMissed(t *testing.T) {
	m := newLarge(t)
	price := int64(500_000)
	for name, shape := range map[string]func(q *domain.ProgrammeQuery){
		"plain":     func(*domain.ProgrammeQuery) {},
		"learner":   func(q *domain.ProgrammeQuery) { q.Own = m.Levels(6) },
		"all musts": func(q *domain.ProgrammeQuery) { q.Requirements = q.Requirements[:2]; q.Constraints.AllMusts = true },
		"learner's musts": func(q *domain.ProgrammeQuery) {
			q.Own, q.Constraints.AllMusts = m.Levels(20), true
		},
		"regions":     func(q *domain.ProgrammeQuery) { q.Constraints.Regions = domain.Regions()[:2] },
		"modes":       func(q *domain.ProgrammeQuery) { q.Constraints.Modes = []domain.Mode{domain.Onsite} },
		"languages":   func(q *domain.ProgrammeQuery) { q.Constraints.Languages = []domain.Language{domain.Kazakh} },
		"kinds":       func(q *domain.ProgrammeQuery) { q.Constraints.Kinds = []domain.ProgrammeKind{domain.ShortCourse} },
		"funding":     func(q *domain.ProgrammeQuery) { q.Constraints.Funding = []domain.Funding{domain.Grant} },
		"segments":    func(q *domain.ProgrammeQuery) { q.Constraints.Segments = []domain.Segment{"youth"} },
		"weeks":       func(q *domain.ProgrammeQuery) { q.Constraints.MaxWeeks = 26 },
		"price":       func(q *domain.ProgrammeQuery) { q.Constraints.MaxPrice = &price },
		"start":       func(q *domain.ProgrammeQuery) { q.Constraints.StartsFrom = marketgen.Today },
		"many things": func(q *domain.ProgrammeQuery) { q.Constraints = m.ProgrammeConstraints() },
		"among":       func(q *domain.ProgrammeQuery) { q.Among, q.Narrowed = m.someProgrammes(q), true },
		"without":     func(q *domain.ProgrammeQuery) { q.Without = m.programmesByHand(*q)[0].ID },
	} {
		t.Run(name, func(t *testing.T) {
			for range questions {
				q := m.ProgrammeQuery()
				shape(&q)
				want := m.programmesByHand(q)
				for range 3 { // pages
					ranks, total, _, err := m.index.ProgrammesAtWork(t.Context(), q)
					require.NoError(t, err)
					require.Equal(t, len(want), total)
					require.Equal(t, pageAfter(want, q.After, q.Limit), ranks)
					if len(ranks) < q.Limit {
						break
					}
					q.After = &ranks[len(ranks)-1]
				}
			}
		})
	}
}

func TestDemandsThatAreSkippedAreNotMissed(t *testing.T) {
	m := newLarge(t)
	for name, shape := range map[string]func(q *domain.DemandQuery){
		"plain":       func(*domain.DemandQuery) {},
		"another day": func(q *domain.DemandQuery) { q.Today += 90 },
		"regions":     func(q *domain.DemandQuery) { q.Constraints.Regions = domain.Regions()[:2] },
		"kinds":       func(q *domain.DemandQuery) { q.Constraints.Kinds = []domain.DemandKind{domain.Job} },
		"work modes":  func(q *domain.DemandQuery) { q.Constraints.WorkModes = []domain.WorkMode{domain.HybridWork} },
		"languages":   func(q *domain.DemandQuery) { q.Constraints.Languages = []domain.Language{domain.Kazakh} },
		"sectors":     func(q *domain.DemandQuery) { q.Constraints.Sectors = []domain.Sector{"J", "K"} },
		"openings":    func(q *domain.DemandQuery) { q.Constraints.MinOpenings = 2 },
		"many things": func(q *domain.DemandQuery) { q.Constraints = m.DemandConstraints() },
		"among":       func(q *domain.DemandQuery) { q.Among, q.Narrowed = m.someDemands(), true },
	} {
		t.Run(name, func(t *testing.T) {
			for range questions {
				q := m.DemandQuery()
				shape(&q)
				want := m.demandsByHand(q)
				for range 3 { // pages
					ranks, total, _, err := m.index.DemandsAtWork(t.Context(), q)
					require.NoError(t, err)
					require.Equal(t, len(want), total)
					require.Equal(t, pageAfter(want, q.After, q.Limit), ranks)
					if len(ranks) < q.Limit {
						break
					}
					q.After = &ranks[len(ranks)-1]
				}
			}
		})
	}
}

// Both kinds of sparing are taken on markets of this size: else the tests above would show nothing.
func TestMostIsSkipped(t *testing.T) {
	m := newLarge(t)
	var programmes, demands coverage.Effort
	for range questions {
		_, total, e, err := m.index.ProgrammesAtWork(t.Context(), m.ProgrammeQuery())
		require.NoError(t, err)
		require.Less(t, e.Weighed, total)
		programmes = sum(programmes, e)
		_, total, e, err = m.index.DemandsAtWork(t.Context(), m.DemandQuery())
		require.NoError(t, err)
		require.Less(t, e.Weighed, total)
		demands = sum(demands, e)
	}
	t.Logf("programmes: %+v, demands: %+v", programmes, demands)
	require.Less(t, programmes.Walked, programmes.Postings*2/3)
	require.Less(t, demands.Walked, demands.Postings*4/5) // runs of mixed codes are walked as a whole
	require.Less(t, programmes.Weighed, 600, "the sample says what has to be beaten: without it there are 800")
	require.Less(t, demands.Weighed, 600, "without it there are 650")
}

// Sums have little room, and what is met of a demand that asks a hundred times as much as its neighbours has to find it.
func TestADemandThatAsksFarMoreThanOthersIsNotMissed(t *testing.T) {
	competence := func(i int) domain.CompetenceID { return domain.CompetenceID(fmt.Sprintf("esco:%d", i)) }
	m := &large{Generator: marketgen.New(7), index: coverage.NewMeasured(128, 64, 32)}
	load(t, m.index)
	model := m.Demands(1)[0]
	publish := func(requirements ...domain.Requirement) {
		d := *model
		d.ID, d.Requirements = uuid.New(), requirements
		m.demands = append(m.demands, &d)
	}
	must := func(i int) domain.Requirement {
		return domain.Requirement{Competence: competence(i), Level: 3, Importance: domain.Must}
	}
	for i := range 1_000 { // half of it is met
		publish(must(i%domain.MaxOutcomes), must(domain.MaxOutcomes+i%7))
	}
	for _, n := range []int{30, 100, domain.MaxRequirements} { // all but one is met
		var requirements []domain.Requirement
		for i := range n {
			requirements = append(requirements, must(i+1))
		}
		publish(requirements...)
	}
	m.index.Apply(m.demands, nil, nil)
	m.index.Settle()
	q := domain.DemandQuery{Limit: 10, Today: model.ValidThrough}
	for i := range domain.MaxOutcomes {
		q.Outcomes = append(q.Outcomes, domain.Outcome{Competence: competence(i), Level: 3})
	}
	ranks, total, err := m.index.Demands(t.Context(), q)
	require.NoError(t, err)
	want := m.demandsByHand(q)
	require.Len(t, want, total)
	require.Equal(t, pageAfter(want, nil, q.Limit), ranks)
}

// What is likely to be among the best lies in lists a second time, and is counted once.
func TestASampleIsNotCounted(t *testing.T) {
	g := marketgen.New(7)
	x := coverage.NewMeasured(128, 64, 32)
	x.UseCatalogue(g.Catalogue())
	load(t, x)
	demands := g.Demands(things)
	x.Apply(demands, nil, nil)
	x.Settle()
	asked := 0
	for _, d := range demands {
		asked += len(d.Requirements)
	}
	require.EqualValues(t, asked, x.Stats().Postings)
}

func sum(a, b coverage.Effort) coverage.Effort {
	return coverage.Effort{Postings: a.Postings + b.Postings, Walked: a.Walked + b.Walked, Weighed: a.Weighed + b.Weighed}
}

// pageAfter is a page of a whole answer.
func pageAfter[R interface{ Compare(R) int }](all []R, after *R, limit int) []R {
	if after != nil {
		i, found := slices.BinarySearchFunc(all, *after, func(a, b R) int { return cmp.Compare(a.Compare(b), 0) })
		if found {
			i++
		}
		all = all[i:]
	}
	return all[:min(limit, len(all))]
}

// someProgrammes names half of the market, and some that are not there.
func (m *large) someProgrammes(*domain.ProgrammeQuery) []uuid.UUID {
	list := []uuid.UUID{uuid.New()}
	for i := 0; i < len(m.programmes); i += 2 {
		list = append(list, m.programmes[i].ID)
	}
	return list
}

func (m *large) someDemands() []uuid.UUID {
	list := []uuid.UUID{uuid.New()}
	for i := 0; i < len(m.demands); i += 2 {
		list = append(list, m.demands[i].ID)
	}
	return list
}
