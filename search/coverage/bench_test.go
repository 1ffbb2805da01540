package coverage_test

import (
	"fmt"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/stretchr/testify/require"
)

// sizes are how many programmes, and as many demands, there are.
var sizes = []int{10_000, 100_000}

const queries = 500

func BenchmarkProgrammes(b *testing.B) {
	for _, n := range sizes {
		g, x := generated(b, n)
		var plain, filtered, learner []domain.ProgrammeQuery
		for range queries {
			q := g.ProgrammeQuery()
			plain = append(plain, q)
			q.Constraints = g.ProgrammeConstraints()
			filtered = append(filtered, q)
			q = g.ProgrammeQuery()
			q.Own = g.Outcomes(3, 8)
			learner = append(learner, q)
		}
		for name, list := range map[string][]domain.ProgrammeQuery{"plain": plain, "filtered": filtered, "learner": learner} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					_, _, err := x.Programmes(b.Context(), list[i%queries])
					require.NoError(b, err)
				}
			})
		}
	}
}

func BenchmarkDemands(b *testing.B) {
	for _, n := range sizes {
		g, x := generated(b, n)
		var plain, filtered []domain.DemandQuery
		for range queries {
			q := g.DemandQuery()
			plain = append(plain, q)
			q.Constraints = g.DemandConstraints()
			filtered = append(filtered, q)
		}
		for name, list := range map[string][]domain.DemandQuery{"plain": plain, "filtered": filtered} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					_, _, err := x.Demands(b.Context(), list[i%queries])
					require.NoError(b, err)
				}
			})
		}
	}
}

func BenchmarkApply(b *testing.B) {
	g, x := generated(b, 10_000)
	b.ReportAllocs()
	for b.Loop() {
		x.Apply(nil, []*domain.Programme{g.Programme()}, nil)
	}
}

func generated(b *testing.B, n int) (*marketgen.Generator, *coverage.Index) {
	g := marketgen.New(1)
	return g, fresh(b, oracletest.Market{Catalogue: g.Catalogue(), Programmes: g.Programmes(n), Demands: g.Demands(n)})
}
