package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"kopir/domain"

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
	engines := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m measurement
		require.NoError(t, json.Unmarshal(lines.Bytes(), &m))
		require.NotEmpty(t, m.Name)
		require.NotEmpty(t, m.Unit)
		require.Positive(t, m.Samples)
		require.Equal(t, uint64(7), m.Seed)
		engines[m.Engine] = true
	}
	require.Equal(t, map[string]bool{"index": true, "brute": true, "sql": true, "vectors": true}, engines)
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
