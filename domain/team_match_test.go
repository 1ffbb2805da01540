package domain_test

import (
	"context"
	"fmt"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// demands are shelves with a demand on them.
type demands struct {
	shelves
	demand *domain.Demand
}

func (d demands) Demand(context.Context, uuid.UUID) (*domain.Demand, error) { return d.demand, nil }

// matchingOf returns the verbs of matching over some programmes and a demand.
func matchingOf(t require.TestingT, c *domain.Catalogue, d *domain.Demand, programmes ...*domain.Programme) *domain.Matching {
	kept := demands{shelves{programmes: map[uuid.UUID]*domain.Programme{}}, d}
	for _, p := range programmes {
		kept.programmes[p.ID] = p
	}
	index := coverage.New()
	require.NoError(t, index.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(nil, programmes, nil)
	}))
	index.UseCatalogue(c)
	today := func() domain.Date { return oracletest.Today }
	return domain.NewMatching(kept, func() *domain.Catalogue { return c }, index, nil, today)
}

// one is a team of one person, who holds something and is asked for something.
func one(levels []domain.Outcome, asks ...domain.Requirement) domain.TeamAsk {
	return domain.TeamAsk{Team: domain.Team{
		Roles: []domain.TeamRole{{Name: "one", Headcount: 1, Requirements: asks}},
		Staff: []domain.Employee{{Key: "x", Role: domain.Unplaced, Levels: levels}},
	}}
}

// A team's plan keeps to what is listed and to the constraints, and finds in small markets what looking at every programme finds.
func TestATeamIsPlannedFromWhatIsPublished(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		market := oracletest.Markets().Draw(t, "market")
		ask := domain.TeamAsk{Team: teams(4).Draw(t, "team"), Limits: domain.TeamLimits{Shortest: rapid.Bool().Draw(t, "shortest")}}
		if rapid.Bool().Draw(t, "online") {
			ask.Constraints.Modes = []domain.Mode{domain.Online}
		}
		match, err := matchingOf(t, market.Catalogue, nil, market.Programmes...).Team(t.Context(), domain.Visitor, ask)
		require.NoError(t, err)
		var all []domain.Offer
		for _, p := range market.Programmes {
			if p.Listed() && ask.Constraints.Admits(&p.ProgrammeTerms) {
				all = append(all, domain.OfferOf(p, ask.Constraints, oracletest.Today))
			}
		}
		want, err := domain.PlanTeam(t.Context(), market.Catalogue.Relations(), ask.Team, match.Placed, all, ask.Limits)
		require.NoError(t, err)
		require.Equal(t, want.After, match.After)
		require.Equal(t, want.Cost, match.Cost)
		for _, c := range match.Courses {
			require.True(t, c.Programme.Listed() && ask.Constraints.Admits(&c.Programme.ProgrammeTerms))
		}
	})
}

// TestTheCheapestIsFoundAmongMany: of a hundred programmes that teach it, the longer are the cheaper.
func TestTheCheapestIsFoundAmongMany(t *testing.T) {
	var programmes []*domain.Programme
	for i := range 100 {
		programmes = append(programmes, course(byte(i), int64(100-i)*10_000, i+1, outcomes("esco:a", 4), nil))
	}
	ask := one(nil, must("esco:a", 4))
	m := matchingOf(t, frameworks(t), nil, programmes...)
	match, err := m.Team(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, domain.TeamCost{Price: 10_000, Seats: 1, Weeks: 100}, match.Cost)
	require.True(t, match.Exact)
	ask.Limits.Shortest = true
	match, err = m.Team(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, domain.TeamCost{Price: 1_000_000, Seats: 1, Weeks: 1}, match.Cost)
}

func TestWhatTeachesAPrerequisiteIsFound(t *testing.T) {
	advanced, basic := course(1, 0, 4, outcomes("esco:a", 8), outcomes("esco:c", 3)), course(2, 0, 4, outcomes("esco:c", 3), nil)
	match, err := matchingOf(t, frameworks(t), nil, advanced, basic).Team(t.Context(), domain.Visitor, one(nil, must("esco:a", 8)))
	require.NoError(t, err)
	require.Equal(t, []*domain.Programme{basic, advanced}, match.Takes[0])
	require.True(t, match.Closed())
}

func TestWhatWasHiddenMeanwhileIsInNoPlan(t *testing.T) {
	p := course(1, 0, 4, outcomes("esco:a", 4), nil)
	m := matchingOf(t, frameworks(t), nil, p)
	p.Status = domain.ProgrammeArchived // the index does not know yet
	match, err := m.Team(t.Context(), domain.Visitor, one(nil, must("esco:a", 4)))
	require.NoError(t, err)
	require.Empty(t, match.Courses)
}

func TestWhatABudgetForbidsIsKnown(t *testing.T) {
	price := int64(100)
	ask := one(nil, must("esco:a", 4), must("esco:c", 4), must("esco:other", 4))
	ask.Limits = domain.TeamLimits{MaxPrice: &price, MaxWeeks: 10}
	match, err := matchingOf(t, frameworks(t), nil, course(1, 101, 4, outcomes("esco:a", 4), nil), course(2, 0, 11, outcomes("esco:c", 4), nil)).
		Team(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, []domain.StillOpen{{domain.OpenTooDear, 1}}, match.Gaps[0][0].Open)
	require.Equal(t, []domain.StillOpen{{domain.OpenTooLong, 1}}, match.Gaps[0][1].Open)
	require.Equal(t, []domain.StillOpen{{domain.OpenNotTaught, 1}}, match.Gaps[0][2].Open)
}

func TestARoleAsksWhatADemandAsks(t *testing.T) {
	d := &domain.Demand{ID: uuid.UUID{1}, Status: domain.DemandPublished}
	d.Requirements = []domain.Requirement{must("esco:a", 4)}
	m, ask := matchingOf(t, frameworks(t), d, course(1, 0, 4, outcomes("esco:a", 4), nil)), one(nil)
	ask.Roles[0].Demand = d.ID
	match, err := m.Team(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, d.Requirements, match.Roles[0].Requirements)
	require.True(t, match.Closed())
	require.Nil(t, ask.Roles[0].Requirements, "what was asked stays as it was")

	d.Status = domain.DemandDraft
	_, err = m.Team(t.Context(), domain.Visitor, ask)
	require.Equal(t, domain.NotFound, domain.KindOf(err))
	d.Status = domain.DemandPublished
	for i := range domain.MaxRoleRequirements {
		d.Requirements = append(d.Requirements, must(domain.CompetenceID(fmt.Sprintf("esco:%d", i)), 1))
	}
	_, err = m.Team(t.Context(), domain.Visitor, ask)
	require.ErrorContains(t, err, "/roles/0/demand_id")
}

// BenchmarkTeam plans 100 people in 5 roles over 100,000 programmes in memory, with and without limits that bind.
func BenchmarkTeam(b *testing.B) {
	g := marketgen.New(1)
	m := matchingOf(b, g.Catalogue(), nil, g.Programmes(100_000)...)
	var ask domain.TeamAsk
	for i := range 5 {
		ask.Roles = append(ask.Roles, domain.TeamRole{Name: fmt.Sprint(i), Headcount: 20, Requirements: g.Requirements()})
	}
	for i := range 100 {
		ask.Staff = append(ask.Staff, domain.Employee{Key: fmt.Sprint(i), Role: domain.Unplaced, Levels: g.Levels(5 + i%11)})
	}
	price := int64(3_000_000)
	for name, limits := range map[string]domain.TeamLimits{
		"cheapest": {}, "shortest": {Shortest: true}, "limited": {MaxPrice: &price, MaxWeeks: 26},
	} {
		b.Run(name, func(b *testing.B) {
			ask.Limits = limits
			for b.Loop() {
				match, err := m.Team(b.Context(), domain.Visitor, ask)
				require.NoError(b, err)
				require.Positive(b, match.Cost.Seats)
				b.ReportMetric(float64(match.Considered), "programmes")
			}
		})
	}
}
