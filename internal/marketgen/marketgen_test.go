package marketgen_test

import (
	"slices"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"

	"github.com/stretchr/testify/require"
)

// The figures on the right were counted in the job ads of skill2vec.
func TestAMarketHasTheShapesOfRealAds(t *testing.T) {
	const things = 20_000
	g := marketgen.New(1)
	var lengths []int
	named := make(map[domain.CompetenceID]int)
	mentions := 0
	for range things {
		outcomes := g.Outcomes()
		lengths = append(lengths, len(outcomes))
		for _, o := range outcomes {
			named[o.Competence]++
			mentions++
		}
	}
	most := 0
	for _, n := range named {
		most = max(most, n)
	}
	slices.Sort(lengths)
	require.Equal(t, 10, lengths[things/2])
	require.Equal(t, 22, lengths[things*95/100])
	require.InDelta(t, 10.8, float64(mentions)/things, 0.3) // of ads no longer than 37
	require.InDelta(t, 0.295, float64(most)/things, 0.04)
}
