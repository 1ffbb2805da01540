package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFiguresAreAppendedOneALine(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out", "eval.jsonl")
	list := []part{{"a", func(_ context.Context, r *report) error {
		r.add("information", 3, "ms", 10)
		r.atLeast(0.95, "good enough", 0.95, "share", 20)
		r.atMost(5, "fast enough", 5, "ms", 30)
		return nil
	}}}
	var printed bytes.Buffer
	for range 2 {
		require.NoError(t, run(t.Context(), &printed, list, out, "", ""))
	}
	content, err := os.ReadFile(out)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	require.Len(t, lines, 6)
	bound := 0.95
	var f figure
	require.NoError(t, json.Unmarshal([]byte(lines[1]), &f))
	require.Equal(t, figure{Name: "good enough", Value: 0.95, Unit: "share", Bound: &bound, AtLeast: true, N: 20}, f)
	require.NotContains(t, lines[0], "bound")
	require.Contains(t, printed.String(), "≤ 5.000")
}

func TestABoundThatIsMissedFailsTheRun(t *testing.T) {
	for name, measure := range map[string]func(r *report){
		"too little":  func(r *report) { r.atLeast(0.95, "bad", 0.9499, "share", 1) },
		"too much":    func(r *report) { r.atMost(5, "bad", 5.1, "ms", 1) },
		"no number":   func(r *report) { r.atLeast(0, "bad", math.NaN(), "share", 0) },
		"not the one": func(r *report) { r.atMost(1, "bad", 2, "ms", 1); r.atMost(1, "good", 0, "ms", 1) },
	} {
		t.Run(name, func(t *testing.T) {
			list := []part{{"a", func(_ context.Context, r *report) error { measure(r); return nil }}}
			var printed bytes.Buffer
			require.ErrorContains(t, run(t.Context(), &printed, list, "", "", ""), "bad is")
			require.Contains(t, printed.String(), "MISSED")
		})
	}
}

func TestAPartThatFailsKeepsNoOtherFromRunning(t *testing.T) {
	list := []part{
		{"a", func(context.Context, *report) error { return errors.New("broken") }},
		{"b", func(_ context.Context, r *report) error { r.add("information", 1, "ms", 1); return nil }},
	}
	var printed bytes.Buffer
	require.ErrorContains(t, run(t.Context(), &printed, list, "", "", ""), "a: broken")
	require.Contains(t, printed.String(), "information")
}

func TestAPartWhoseFilesAreNotThereIsSkippedAndSaysSo(t *testing.T) {
	folder := t.TempDir()
	list := []part{{"a", func(_ context.Context, r *report) error {
		path, err := r.shared("text/some.csv")
		if err != nil {
			return err
		}
		r.add("read "+filepath.Base(path), 1, "file", 1)
		return nil
	}}}
	var printed bytes.Buffer
	require.NoError(t, run(t.Context(), &printed, list, "", folder, ""))
	require.Contains(t, printed.String(), "a: "+filepath.Join(folder, "text", "some.csv")+": skipped")

	require.NoError(t, os.MkdirAll(filepath.Join(folder, "text"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "text", "some.csv"), nil, 0o600))
	printed.Reset()
	require.NoError(t, run(t.Context(), &printed, list, "", folder, ""))
	require.Contains(t, printed.String(), "read some.csv")
	require.NotContains(t, printed.String(), "skipped")
}

func TestPartsAreChosenByName(t *testing.T) {
	measured := map[string]bool{}
	list := []part{}
	for _, name := range []string{"a", "b", "c"} {
		list = append(list, part{name, func(context.Context, *report) error { measured[name] = true; return nil }})
	}
	require.NoError(t, run(t.Context(), &bytes.Buffer{}, list, "", "", "a,c"))
	require.Equal(t, map[string]bool{"a": true, "c": true}, measured)
	require.ErrorContains(t, run(t.Context(), &bytes.Buffer{}, list, "", "", "a,d"), `"d"`)
}
