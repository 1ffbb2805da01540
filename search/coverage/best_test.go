package coverage_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestInBulkIsAsOneByOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := oracletest.Markets().Draw(t, "market")
		oracle := oracletest.New(m.Competences, oracletest.Right)
		x := grown(t, m)
		queries := rapid.SliceOfN(oracletest.ProgrammeQuery(), 0, 100).Draw(t, "queries")
		var want, got [][]domain.ProgrammeRank
		for i := range queries {
			queries[i].Limit = rapid.IntRange(0, 3).Draw(t, "limit")
			want = append(want, oracletest.Page(oracle.Programmes(m.Programmes, queries[i]), nil, queries[i].Limit))
		}
		err := x.BestProgrammes(t.Context(), rapid.IntRange(0, 3).Draw(t, "workers"), slices.Values(queries),
			func(i int, ranks []domain.ProgrammeRank) error {
				require.Len(t, got, i, "in order")
				got = append(got, ranks)
				return nil
			})
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}

func TestInBulkIsOneMomentOfTheIndex(t *testing.T) {
	x := coverage.New()
	load(t, x, course(1, "esco:go", 5))
	queries := func(yield func(domain.ProgrammeQuery) bool) {
		for range 500 {
			if !yield(askFor("esco:go", 5)) {
				return
			}
		}
	}
	err := x.BestProgrammes(t.Context(), 2, queries, func(_ int, ranks []domain.ProgrammeRank) error {
		require.Len(t, ranks, 1)
		x.Apply(nil, nil, []uuid.UUID{oracletest.ID(1)})
		return nil
	})
	require.NoError(t, err)
}

func TestInBulkTheFirstErrorEndsIt(t *testing.T) {
	x := coverage.New()
	every := func(yield func(domain.ProgrammeQuery) bool) {
		for yield(askFor("esco:go", 5)) {
		}
	}
	err := x.BestProgrammes(t.Context(), 2, every, nil)
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "it is not loaded")

	load(t, x, course(1, "esco:go", 5))
	enough := errors.New("enough")
	err = x.BestProgrammes(t.Context(), 2, every, func(i int, _ []domain.ProgrammeRank) error {
		if i == 100 {
			return enough
		}
		return nil
	})
	require.ErrorIs(t, err, enough)

	ctx, cancel := context.WithCancel(t.Context())
	err = x.BestProgrammes(ctx, 2, every, func(i int, _ []domain.ProgrammeRank) error {
		if i == 100 {
			cancel()
		}
		return nil
	})
	require.ErrorIs(t, err, context.Canceled)
}
