package coverage_test

import (
	"context"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func TestIndexAnswersUnavailableUntilItIsLoaded(t *testing.T) {
	x := coverage.New()
	x.Apply(nil, []*domain.Programme{course(1, "esco:go", 5)}, nil)
	require.False(t, x.Loaded())
	_, _, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
	_, _, err = x.Demands(t.Context(), domain.DemandQuery{Limit: 1})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))

	load(t, x)
	require.True(t, x.Loaded())
	_, total, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Zero(t, total, "a rebuild replaces everything")
}

func TestRebuildThatFailsLeavesTheOldIndex(t *testing.T) {
	x := coverage.New()
	load(t, x, course(1, "esco:go", 5))
	err := x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		require.NoError(t, apply(nil, []*domain.Programme{course(2, "esco:go", 5)}, nil))
		return context.DeadlineExceeded
	})
	require.ErrorIs(t, err, context.DeadlineExceeded)
	ranks, total, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, oracletest.ID(1), ranks[0].ID)
}

func TestRebuildKeepsTheLastOfEachThingThatFillApplies(t *testing.T) {
	x := coverage.New()
	require.NoError(t, x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		require.NoError(t, apply(nil, []*domain.Programme{course(1, "esco:go", 2), course(2, "esco:go", 2)}, nil))
		require.NoError(t, apply(nil, []*domain.Programme{course(1, "esco:go", 5)}, nil))
		return apply(nil, nil, []uuid.UUID{oracletest.ID(2)})
	}))
	ranks, total, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, []domain.ProgrammeRank{{ID: oracletest.ID(1), Points: 4 * 3360, MustsMet: 1}}, ranks)
}

func TestAnUpsertThatIsNotPublishedIsARemoval(t *testing.T) {
	x := coverage.New()
	load(t, x, course(1, "esco:go", 5))
	archived := course(1, "esco:go", 5)
	archived.Status = domain.ProgrammeArchived
	x.Apply(nil, []*domain.Programme{archived}, nil)
	_, total, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Zero(t, total)
}

func TestTheContextEndsAQuery(t *testing.T) {
	x := coverage.New()
	load(t, x, course(1, "esco:go", 5))
	d := &domain.Demand{ID: oracletest.ID(3), Status: domain.DemandPublished}
	d.Requirements = askFor("esco:go", 5).Requirements
	x.Apply([]*domain.Demand{d}, nil, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := x.Programmes(ctx, askFor("esco:go", 5))
	require.ErrorIs(t, err, context.Canceled)
	_, _, err = x.Demands(ctx, domain.DemandQuery{Outcomes: course(1, "esco:go", 5).Outcomes, Limit: 1})
	require.ErrorIs(t, err, context.Canceled)

	ranks, _, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Equal(t, int64(4*3360), ranks[0].Points, "nothing is left over of the query that was cut short")
}

func TestMoreRequirementsThanADemandMayHaveAreInvalid(t *testing.T) {
	x := coverage.New()
	load(t, x, course(1, "esco:go", 8))
	q := askFor("esco:go", 8)
	for len(q.Requirements) < domain.MaxRequirements {
		q.Requirements = append(q.Requirements, q.Requirements[0])
	}
	ranks, _, err := x.Programmes(t.Context(), q)
	require.NoError(t, err)
	require.Equal(t, int64(200*4*3360), ranks[0].Points)
	require.Equal(t, 200, ranks[0].MustsMet, "the largest score fits")

	q.Requirements = append(q.Requirements, q.Requirements[0])
	_, _, err = x.Programmes(t.Context(), q)
	require.Equal(t, domain.Invalid, domain.KindOf(err))
	_, _, err = x.Demands(t.Context(), domain.DemandQuery{Outcomes: make([]domain.Outcome, domain.MaxOutcomes+1)})
	require.Equal(t, domain.Invalid, domain.KindOf(err))
}

func TestMemoryIsBoundedUnderUpdates(t *testing.T) {
	x := coverage.New()
	load(t, x)
	programmes := make([]*domain.Programme, 200)
	for i := range programmes {
		programmes[i] = course(i, "esco:go", 5)
	}
	x.Apply(nil, programmes, nil)
	fresh := x.Stats()
	for range 5 {
		for _, p := range programmes {
			x.Apply(nil, []*domain.Programme{p}, nil)
		}
	}
	s := x.Stats()
	require.Equal(t, 200, s.Programmes)
	require.LessOrEqual(t, s.Dead, 100)
	require.LessOrEqual(t, s.Segments, 9)
	require.Less(t, s.Bytes, 2*fresh.Bytes)
}

func TestWhatChangesWhileSegmentsAreMergedStaysChanged(t *testing.T) {
	x := coverage.NewMeasured(64, 0, 0)
	x.TidyByHand()
	load(t, x)
	for i := 0; i < 6; i += 2 {
		x.Apply(nil, []*domain.Programme{course(i, "esco:go", 5), course(i+1, "esco:go", 5)}, nil)
	}
	before := x.Stats().Segments
	x.TidyWhile(func() {
		x.Apply(nil, []*domain.Programme{course(2, "esco:go", 2)}, []uuid.UUID{oracletest.ID(0)})
	})
	require.Equal(t, before, x.Stats().Segments, "two are one, and the change has one")
	ranks, total, err := x.Programmes(t.Context(), askFor("esco:go", 5))
	require.NoError(t, err)
	require.Equal(t, 5, total)
	require.Equal(t, oracletest.ID(2), ranks[4].ID)
	require.Equal(t, int64(4*3360*2/5), ranks[4].Points)
}

func TestAQueryAllocatesLittle(t *testing.T) {
	x := coverage.New()
	programmes := make([]*domain.Programme, 200)
	for i := range programmes {
		programmes[i] = course(i, "esco:go", 5)
	}
	load(t, x, programmes...)
	q := askFor("esco:go", 5)
	perQuery := testing.AllocsPerRun(100, func() { _, _, _ = x.Programmes(t.Context(), q) })
	require.Less(t, perQuery, 20.0, "and none of it for a posting")
}

// course returns a published programme with one outcome.
func course(n int, c domain.CompetenceID, l domain.Level) *domain.Programme {
	return &domain.Programme{ID: oracletest.ID(n), Status: domain.ProgrammePublished, ProgrammeTerms: domain.ProgrammeTerms{
		Outcomes: []domain.Outcome{{Competence: c, Level: l}},
	}}
}

// askFor returns a query with one requirement, a must.
func askFor(c domain.CompetenceID, l domain.Level) domain.ProgrammeQuery {
	return domain.ProgrammeQuery{
		Requirements: []domain.Requirement{{Competence: c, Level: l, Importance: domain.Must}}, Limit: 10,
	}
}

// load rebuilds the index with programmes.
func load(t require.TestingT, x *coverage.Index, programmes ...*domain.Programme) {
	require.NoError(t, x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(nil, programmes, nil)
	}))
}

// fresh returns an index that was built at once.
func fresh(t require.TestingT, m oracletest.Market) *coverage.Index {
	x := coverage.New()
	rebuild(t, x, m)
	return x
}

func rebuild(t require.TestingT, x *coverage.Index, m oracletest.Market) {
	x.UseCatalogue(m.Catalogue)
	require.NoError(t, x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(m.Demands, m.Programmes, nil)
	}))
}

// rapidSeeds is how many markets rapid draws by default.
const rapidSeeds = 100
