package figures

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBoundsAreKeptOrMissed(t *testing.T) {
	for _, c := range []struct {
		bound   Bound
		value   float64
		verdict string
	}{
		{AtMost(1.3), 1.3, "met"}, {AtMost(1.3), 1.2, "met"}, {AtMost(1.3), 1.31, "MISSED"}, {AtMost(0), 0, "met"}, {AtMost(0), 1, "MISSED"},
		{AtLeast(0.5), 0.5, "met"}, {AtLeast(0.5), 0.6, "met"}, {AtLeast(0.5), 0.49, "MISSED"}, {AtLeast(0), -1, "MISSED"},
		{AtMost(1), math.NaN(), "MISSED"}, {AtLeast(1), math.NaN(), "MISSED"},
		{Bound{}, 7, ""}, {Bound{}, math.NaN(), ""},
	} {
		require.Equal(t, c.verdict, c.bound.Verdict(c.value), "%v of %s", c.value, c.bound.Text(-1))
		require.Equal(t, c.verdict == "MISSED", c.bound.Misses(c.value))
	}
}

func TestBoundsAreWritten(t *testing.T) {
	require.Equal(t, "≤ 1.3", AtMost(1.3).Text(-1))
	require.Equal(t, "≥ 0.500", AtLeast(0.5).Text(3))
	require.Equal(t, "≤ 0", AtMost(0).Text(-1))
	require.Empty(t, Bound{}.Text(3))
}

func TestQuantilesAreOfSamples(t *testing.T) {
	hundred := make([]float64, 0, 100)
	for i := range 100 {
		hundred = append(hundred, float64(100-i))
	}
	require.InDelta(t, 50, Quantile(hundred, 50), 0)
	require.InDelta(t, 99, Quantile(hundred, 99), 0)
	require.InDelta(t, 100, Quantile(hundred, 100), 0)
	require.InDelta(t, 100, hundred[0], 0, "the samples stay in their order")
	require.Equal(t, 2*time.Second, Quantile([]time.Duration{3e9, 2e9, 1e9}, 50))
	require.Equal(t, int64(1), Quantile([]int64{1, 2}, 50))
	require.Equal(t, int64(1), Quantile([]int64{1, 2}, 0))
	require.Zero(t, Quantile([]int64(nil), 99))
	require.InDelta(t, 1.234, Milliseconds(1_234_567), 0)
}

func TestTablesAreAligned(t *testing.T) {
	var b strings.Builder
	require.NoError(t, Table(&b, []string{"measured", "value"}, [][]string{{"search ratio", "1.2"}, {"a", "10.25"}}))
	require.Equal(t, "      measured  value\n  search ratio    1.2\n             a  10.25\n", b.String())
}

func TestLinesAreAppendedOrReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out", "of", "bench.jsonl")
	type line struct {
		Name string `json:"name"`
	}
	read := func() string {
		all, err := os.ReadFile(path)
		require.NoError(t, err)
		return string(all)
	}
	require.NoError(t, Append(path, []line{{"a"}, {"b"}}))
	require.NoError(t, Append(path, []line{{"c"}}))
	require.Equal(t, "{\"name\":\"a\"}\n{\"name\":\"b\"}\n{\"name\":\"c\"}\n", read())
	require.NoError(t, Replace(path, []line{{"d"}}))
	require.Equal(t, "{\"name\":\"d\"}\n", read())
	require.Error(t, Append(path, []float64{math.NaN()}), "what cannot be written is no line")
	require.Error(t, Append(filepath.Dir(path), []line{{"a"}}), "a folder is no file")
}
