package domain_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"kopir/domain"
	"kopir/internal/marketgen"

	"github.com/stretchr/testify/require"
)

// BenchmarkPath plans paths over large markets of which a third of the programmes need something; ms-p99 is the time that
// one plan of a hundred takes longer than.
func BenchmarkPath(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		g := marketgen.New(1)
		programmes := g.Programmes(n)
		for i := 0; i < n; i += 3 {
			programmes[i].Prerequisites = g.Levels(2)
			for j := range programmes[i].Prerequisites {
				programmes[i].Prerequisites[j].Level /= 2
			}
		}
		matching := matchingOn(b, g.Catalogue(), programmes, marketgen.Today)
		price := int64(600_000)
		for name, constraints := range map[string]domain.ProgrammeConstraints{
			"free": {}, "largest": {}, "bounded": {MaxWeeks: 40, MaxPrice: &price}, "dated": {MaxWeeks: 80, StartsFrom: marketgen.Today, Languages: []domain.Language{"ru"}},
		} {
			var asks []domain.PathAsk
			for i := range 200 {
				asks = append(asks, domain.PathAsk{
					Goal: domain.Goal{Requirements: g.Requirements()}, Own: g.Levels(6), Constraints: constraints, MaxSteps: 2 + i%5,
					Prefer: []domain.Preference{domain.PreferCoverage, domain.PreferShortest, domain.PreferCheapest}[i%3],
				})
			}
			if name == "largest" {
				for i := range asks {
					asks[i].Goal.Requirements, asks[i].Own, asks[i].MaxSteps = nil, g.Levels(200), domain.MaxPathSteps
					for _, o := range g.Levels(200) {
						asks[i].Goal.Requirements = append(asks[i].Goal.Requirements, domain.Requirement{Competence: o.Competence, Level: o.Level, Source: o.Source, Importance: domain.Must})
					}
				}
			}
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				var took []time.Duration
				exact := 0
				for i := 0; b.Loop(); i++ {
					start := time.Now()
					path, err := matching.Path(b.Context(), domain.Visitor, asks[i%len(asks)])
					require.NoError(b, err)
					took = append(took, time.Since(start))
					if path.Exact {
						exact++
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
				b.ReportMetric(100*float64(exact)/float64(len(took)), "%exact")
			})
		}
	}
}
