package domain_test

import (
	"context"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// matchingOver are the verbs of matching over programmes that are indexed.
func matchingOver(t require.TestingT, c *domain.Catalogue, programmes []*domain.Programme) *domain.Matching {
	return matchingOn(t, c, programmes, oracletest.Today)
}

// matchingOn is matchingOver on a day.
func matchingOn(t require.TestingT, c *domain.Catalogue, programmes []*domain.Programme, today domain.Date) *domain.Matching {
	kept := shelves{programmes: map[uuid.UUID]*domain.Programme{}}
	for _, p := range programmes {
		kept.programmes[p.ID] = p
	}
	index := coverage.New()
	require.NoError(t, index.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(nil, programmes, nil)
	}))
	index.UseCatalogue(c)
	return domain.NewMatching(kept, func() *domain.Catalogue { return c }, index, nil, func() domain.Date { return today })
}

// ask is what a learner asks of the market.
func (l learner) ask() domain.PathAsk {
	return domain.PathAsk{
		Goal: domain.Goal{Requirements: l.terms.Requirements}, Own: l.terms.Own, Constraints: l.terms.Constraints, Prefer: l.terms.Prefer, MaxSteps: l.terms.MaxSteps,
	}
}

func listed(all []*domain.Programme) []*domain.Programme {
	return slices.DeleteFunc(slices.Clone(all), func(p *domain.Programme) bool { return !p.Listed() })
}

func TestAPathOverTheMarketIsTheBestOfAllThatThereAre(t *testing.T) {
	reasons := map[domain.ObstacleReason]int{}
	rapid.Check(t, func(t *rapid.T) {
		l := learners(5).Draw(t, "learner")
		rel := l.catalogue.Relations()
		path, err := matchingOver(t, l.catalogue, l.programmes).Path(t.Context(), domain.Visitor, l.ask())
		require.NoError(t, err)
		require.True(t, path.Exact)
		plan := domain.PathPlan{}
		for _, s := range path.Steps {
			plan.Steps = append(plan.Steps, s.PlannedStep)
			require.True(t, len(s.Lines) > 0 || len(s.Opens) > 0, "a step for nothing")
			require.Equal(t, len(s.Lines) > 0, s.After.Points > s.Before.Points)
		}
		got, want := wayOf(t, rel, l.terms, plan), best(rel, l.terms, listed(l.programmes))
		require.False(t, want.better(got, l.terms.Prefer), "%v\n%v", want, got)
		require.Equal(t, got.points, path.After.Points)
		require.Equal(t, got.weeks == noSum, path.Weeks == nil)
		require.Equal(t, got.price == noSum, path.Price == nil)
		for _, o := range path.Obstacles {
			reasons[o.Reason]++
			require.Less(t, o.Line.Credit, domain.Whole)
			require.Equal(t, o.Reason == domain.NoProgramme, o.Nearest == nil)
			require.Equal(t, o.Reason == domain.NoProgramme, !raises(rel, o.Line, listed(l.programmes)))
			require.NotEqual(t, domain.NotLookedAt, o.Reason, "all of so few are looked at")
		}
		require.Equal(t, path.Reached(), len(path.Obstacles) == 0)
	})
	require.GreaterOrEqual(t, len(reasons), 5, "nearly all requirements are kept back by the same: %v", reasons)
}

// raises says whether some programme brings a requirement further than a line tells.
func raises(rel *domain.Relations, l domain.Line, all []*domain.Programme) bool {
	return slices.ContainsFunc(all, func(p *domain.Programme) bool {
		return domain.Explain(rel, []domain.Requirement{*l.Requirement}, p.Outcomes, nil).Lines[0].Credit > l.Credit
	})
}

// lesson is a published programme that teaches something and needs something.
func lesson(n int, weeks int, price int64, teaches, needs []domain.Outcome) *domain.Programme {
	return &domain.Programme{ID: oracletest.ID(n), Status: domain.ProgrammePublished, ProgrammeTerms: domain.ProgrammeTerms{
		Title: domain.Text{KK: "Курс " + string(rune('A'+n)), RU: "Курс " + string(rune('A'+n)), EN: "Course " + string(rune('A'+n))}, Mode: domain.Online, Languages: []domain.Language{"ru"},
		Weeks: weeks, Price: &domain.Money{Amount: price, Currency: domain.KZT}, Outcomes: teaches, Prerequisites: needs,
	}}
}

// steps lists the ids of a path's programmes.
func stepsOf(p domain.Path) []uuid.UUID {
	var ids []uuid.UUID
	for _, s := range p.Steps {
		ids = append(ids, s.Programme.ID)
	}
	return ids
}

// A chain: what is asked is taught by the third of three, and each needs the one before.
func TestAPathUnlocksWhatItNeeds(t *testing.T) {
	c := frameworks(t)
	matching := matchingOver(t, c, []*domain.Programme{
		lesson(1, 4, 100, outcomes("esco:b", 2), nil), lesson(2, 4, 100, outcomes("esco:c", 3), outcomes("esco:b", 2)),
		lesson(3, 4, 100, outcomes("esco:a", 5), outcomes("esco:c", 3)),
	})
	ask := domain.PathAsk{Goal: domain.Goal{Requirements: []domain.Requirement{requires("esco:a", 5, domain.Must)}}, MaxSteps: 3}
	path, err := matching.Path(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{oracletest.ID(1), oracletest.ID(2), oracletest.ID(3)}, stepsOf(path))
	require.True(t, path.Reached())
	require.Equal(t, 12, *path.Weeks)
	require.Equal(t, int64(300), *path.Price)
	require.Empty(t, path.Steps[0].Lines)
	require.Equal(t, oracletest.ID(2), path.Steps[0].Opens[0].ID)

	ask.MaxSteps = 2
	path, err = matching.Path(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Empty(t, path.Steps)
	require.Equal(t, domain.NoWayIn, path.Obstacles[0].Reason)
	require.Equal(t, oracletest.ID(3), path.Obstacles[0].Nearest.ID)

	ask.Own = outcomes("esco:c", 3)
	path, err = matching.Path(t.Context(), domain.Visitor, ask)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{oracletest.ID(3)}, stepsOf(path))
}

func TestAPreferenceChoosesAmongPaths(t *testing.T) {
	matching := matchingOver(t, frameworks(t), []*domain.Programme{
		lesson(1, 20, 900, outcomes("esco:a", 4, "esco:b", 4), nil), lesson(2, 2, 500, outcomes("esco:a", 4), nil), lesson(3, 9, 0, outcomes("esco:a", 4), nil),
	})
	for prefer, want := range map[domain.Preference]uuid.UUID{
		"": oracletest.ID(1), domain.PreferCoverage: oracletest.ID(1), domain.PreferShortest: oracletest.ID(2), domain.PreferCheapest: oracletest.ID(3),
	} {
		path, err := matching.Path(t.Context(), domain.Visitor, domain.PathAsk{MaxSteps: 1, Prefer: prefer, Goal: domain.Goal{
			Requirements: []domain.Requirement{requires("esco:a", 4, domain.Must), requires("esco:b", 4, domain.Should)}}})
		require.NoError(t, err)
		require.Equal(t, []uuid.UUID{want}, stepsOf(path), prefer)
	}
	cheap := domain.PathAsk{MaxSteps: 2, Prefer: domain.PreferCheapest, Goal: domain.Goal{
		Requirements: []domain.Requirement{requires("esco:a", 4, domain.Must), requires("esco:b", 4, domain.Should)}}}
	path, err := matching.Path(t.Context(), domain.Visitor, cheap)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{oracletest.ID(3)}, stepsOf(path))
	require.Equal(t, domain.NotPreferred, path.Obstacles[0].Reason)
	require.Equal(t, oracletest.ID(1), path.Obstacles[0].Nearest.ID)
}

func TestACancelledPathEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	l := learners(5).Example(3)
	_, err := matchingOver(t, l.catalogue, l.programmes).Path(ctx, domain.Visitor, l.ask())
	require.Error(t, err)
}
