package main

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// saved reads what was measured, line by line.
func saved(t *testing.T, path string) []measurement {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	var list []measurement
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var m measurement
		require.NoError(t, json.Unmarshal(lines.Bytes(), &m))
		require.NotEmpty(t, m.Name)
		require.NotEmpty(t, m.Unit)
		list = append(list, m)
	}
	return list
}

func TestFiguresAreAdded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "bench.jsonl")
	r := &report{seed: 7}
	r.add("one", 1, "s", 0, 1)
	require.NoError(t, r.save(path))
	require.NoError(t, r.save(path))
	require.Len(t, saved(t, path), 2)
}

func TestAPartThatIsNotThereFailsTheRun(t *testing.T) {
	require.ErrorContains(t, run(t.Context(), config{only: []string{"fill", "tea"}}), `"tea"`)
}
