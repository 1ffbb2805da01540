package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"

	"github.com/stretchr/testify/require"
)

func TestTheEnginesAgreeOnASmallMarket(t *testing.T) {
	for _, name := range []string{"KOPIR_TEST_POSTGRES_URL", "KOPIR_TEST_MEILI_URL"} {
		if os.Getenv(name) == "" {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not set: this must be tested here", name)
			}
			t.Skipf("%s is not set", name)
		}
	}
	out := filepath.Join(t.TempDir(), "out", "bench.jsonl")
	require.NoError(t, run(t.Context(), out, "300, 500", 7, true))
	f, err := os.Open(out)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	engines, values := map[string]bool{}, map[string]float64{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m measurement
		require.NoError(t, json.Unmarshal(lines.Bytes(), &m))
		require.NotEmpty(t, m.Name)
		require.NotEmpty(t, m.Unit)
		require.Positive(t, m.Samples)
		require.Equal(t, uint64(7), m.Seed)
		engines[m.Engine] = true
		values[m.Engine+" "+m.Name] = m.Value
	}
	require.Equal(t, map[string]bool{"index": true, "brute": true, "sql": true, "vectors": true}, engines)
	for _, side := range []string{"programmes", "demands"} {
		for _, shape := range []string{"plain", "total", "counted", "filtered"} {
			require.Contains(t, values, "index "+side+"_"+shape+"_p50")
		}
		require.Contains(t, values, "index "+side+"_counted_times_sql")
		require.NotContains(t, values, "index "+side+"_plain_times_sql", "SQL counts, too")
	}
	require.Positive(t, values["vectors recall_of_nearest_10"])
	require.InDelta(t, 1, values["vectors recall_of_nearest_1000"], 0, "which are all that there are")
}

// Among many programmes the nearest vectors are far better than any: a tenth of them has most of the best.
func TestTheNearestVectorsCoverMuch(t *testing.T) {
	g := marketgen.New(7)
	p := newProjection(g.Catalogue(), 7)
	programmes := g.Programmes(2_000)
	vectors := p.offered(programmes)
	for _, v := range vectors {
		require.InEpsilon(t, product(vectors[0], vectors[0]), product(v, v), 1e-4, "all are equally long")
	}
	right := 0
	for range 20 {
		q := g.ProgrammeQuery()
		asked := p.asked(q.Requirements)
		points := func(i int) int64 {
			return domain.Explain(g.Catalogue().Relations(), q.Requirements, programmes[i].Outcomes, nil).Points
		}
		near, best := make([]int, len(programmes)), make([]int64, len(programmes))
		for i := range programmes {
			near[i], best[i] = i, points(i)
		}
		slices.SortFunc(near, func(a, b int) int { return cmp.Compare(product(asked, vectors[b]), product(asked, vectors[a])) })
		slices.SortFunc(best, func(a, b int64) int { return cmp.Compare(b, a) })
		for _, i := range near[:len(near)/10] {
			if points(i) >= best[9] {
				right++
			}
		}
	}
	t.Logf("%d of 200", right)
	require.Greater(t, right, 170)
}

func TestAsGoodAsTheLastOfTheBestIsRight(t *testing.T) {
	best := []domain.ProgrammeRank{{Points: 9}, {Points: 7}, {Points: 7}}
	require.Equal(t, 3, asGood([]int64{9, 7, 7, 7}, best))
	require.Equal(t, 2, asGood([]int64{9, 7, 6}, best))
	require.Zero(t, asGood(nil, best))
}

func TestADifferentAnswerFailsTheRun(t *testing.T) {
	right := func(context.Context, domain.DemandQuery) ([]int, int, error) { return []int{1, 2}, 2, nil }
	for name, wrong := range map[string]func(context.Context, domain.DemandQuery) ([]int, int, error){
		"order": func(context.Context, domain.DemandQuery) ([]int, int, error) { return []int{2, 1}, 2, nil },
		"total": func(context.Context, domain.DemandQuery) ([]int, int, error) { return []int{1, 2}, 3, nil },
		"short": func(context.Context, domain.DemandQuery) ([]int, int, error) { return []int{1}, 2, nil },
	} {
		t.Run(name, func(t *testing.T) {
			err := compare(t.Context(), &report{}, "test", "", make([]domain.DemandQuery, 1),
				[]engine[domain.DemandQuery, int]{{"index", 1, right}, {"other", 1, wrong}})
			require.ErrorContains(t, err, "other answers")
		})
	}
}

func TestSizesThatAreNoNumbersFailTheRun(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), "", "10,many", 1, true), `"many"`)
}
