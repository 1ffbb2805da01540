package figures

import (
	"slices"
	"strconv"
	"time"
)

// Bound is what a figure is not to be above, or not to be below. The zero value is none.
type Bound struct {
	at   float64
	sign string // "" for none
}

const (
	most  = "≤"
	least = "≥"
)

// AtMost returns a bound that a figure is not to be above.
func AtMost(at float64) Bound { return Bound{at, most} }

// AtLeast returns a bound that a figure is not to be below.
func AtLeast(at float64) Bound { return Bound{at, least} }

// Misses says whether a value is beyond the bound, as one that is no number is, too.
func (b Bound) Misses(value float64) bool {
	return b.sign == most && !(value <= b.at) || b.sign == least && !(value >= b.at)
}

// Verdict says in a word whether a value keeps the bound; nothing where there is none.
func (b Bound) Verdict(value float64) string {
	switch {
	case b.sign == "":
		return ""
	case b.Misses(value):
		return "MISSED"
	}
	return "met"
}

// Text writes the bound with so many decimals, -1 for as many as it takes; "" where there is none.
func (b Bound) Text(decimals int) string {
	if b.sign == "" {
		return ""
	}
	return b.sign + " " + Decimal(b.at, decimals)
}

// Decimal writes a number with so many decimals, -1 for as many as it takes.
func Decimal(v float64, decimals int) string { return strconv.FormatFloat(v, 'f', decimals, 64) }

// Quantile returns the sample within which so many percent of all stayed: of 50 percent the lower median; 0 of none.
func Quantile[T ~int64 | ~float64](samples []T, percent int) T {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[max((len(sorted)*percent+99)/100, 1)-1]
}

// Milliseconds returns a time in milliseconds, to the microsecond.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
