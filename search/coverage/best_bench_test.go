package coverage_test

import (
	"slices"
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// BenchmarkBestProgrammes answers 10,000 queries on all cores, without totals.
func BenchmarkBestProgrammes(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		list := make([]domain.ProgrammeQuery, 10_000)
		for i := range list {
			list[i] = m.ProgrammeQuery()
		}
		for b.Loop() {
			err := m.index.BestProgrammes(b.Context(), 0, slices.Values(list), func(int, []domain.ProgrammeRank) error { return nil })
			require.NoError(b, err)
		}
	})
}
