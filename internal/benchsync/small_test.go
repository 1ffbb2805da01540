//go:build bench

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain is the plain handler where a measurement starts this program to be it.
func TestMain(m *testing.M) {
	if len(os.Args) != 3 || os.Args[1] != "-plain" {
		os.Exit(m.Run())
	}
	if err := servePlain(context.Background(), os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "benchsync:", err)
		os.Exit(1)
	}
}

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
		lasting: 300 * time.Millisecond,
	}))
	measured := saved(t, out)
	for _, name := range []string{
		"first_fill", "backlog_fed", "rebuild", "rebuild_searches_failed", "committed_to_searchable_p99", "search ratio", "candidates_p50",
		"match_with_words_p50", "matches_throughput_share", "matches_at_half_p99",
	} {
		require.True(t, slices.ContainsFunc(measured, func(m measurement) bool { return m.Name == name && m.Seed == 7 }), name)
	}
}
