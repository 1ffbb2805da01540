//go:build bench

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// This one starts two replicas and fills indexes: it is asked for with -tags=bench, on a machine with time for it.
func TestEverythingIsMeasuredOnASmallMarket(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers' worth of work")
	}
	for _, name := range []string{"KOPIR_TEST_POSTGRES_URL", "KOPIR_TEST_MEILI_URL"} {
		if os.Getenv(name) == "" {
			if os.Getenv("CI") == "true" {
				t.Fatalf("%s is not set: this must be tested here", name)
			}
			t.Skipf("%s is not set", name)
		}
	}
	program := filepath.Join(t.TempDir(), "kopir")
	built, err := exec.Command("go", "build", "-o", program, "kopir/cmd/kopir").CombinedOutput()
	require.NoError(t, err, "%s", built)
	out := filepath.Join(t.TempDir(), "out", "bench.jsonl")
	require.NoError(t, run(t.Context(), config{
		program: program, out: out, seed: 7, things: 700, backlog: 40, publications: 4, perSecond: 4, searches: 2, rounds: 1, matches: 1,
	}))
	measured := saved(t, out)
	for _, name := range []string{
		"first_fill", "backlog_fed", "rebuild", "rebuild_searches_failed", "committed_to_searchable_p99", "search ratio", "candidates_p50",
		"match_with_words_p50",
	} {
		require.True(t, slices.ContainsFunc(measured, func(m measurement) bool { return m.Name == name && m.Seed == 7 }), name)
	}
}
