package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"kopir/internal/figures"
)

// report collects measurements.
type report struct {
	seed    uint64
	machine machine
	things  int // that are published at the time
	list    []measurement
}

type machine struct {
	Cores int    `json:"cores"`
	Go    string `json:"go"`
	Load  string `json:"load,omitempty"` // of the machine, when it began: others may use it too
}

// measurement is one line of the file.
type measurement struct {
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	Target  float64 `json:"target,omitempty"` // at most, or at least
	AtLeast bool    `json:"at_least,omitempty"`
	Things  int     `json:"things"` // demands and programmes together
	Samples int     `json:"samples"`
	Machine machine `json:"machine"`
	Seed    uint64  `json:"seed"`
}

// add adds a measurement; a target of 0 is none.
func (r *report) add(name string, value float64, unit string, target float64, samples int) {
	r.list = append(r.list, measurement{name, value, unit, target, false, r.things, samples, r.machine, r.seed})
}

// addAtLeast adds a measurement that is to reach a target.
func (r *report) addAtLeast(name string, value float64, unit string, target float64, samples int) {
	r.list = append(r.list, measurement{name, value, unit, target, true, r.things, samples, r.machine, r.seed})
}

// quantiles adds the median and the 99th percentile, of which the latter may have a target.
func (r *report) quantiles(name string, times []time.Duration, target float64) {
	r.add(name+"_p50", ms(quantile(times, 50)), "ms", 0, len(times))
	r.add(name+"_p99", ms(quantile(times, 99)), "ms", target, len(times))
}

func quantile[T int64 | float64 | time.Duration](samples []T, percent int) T {
	return figures.Quantile(samples, percent)
}

func ms(d time.Duration) float64 { return figures.Milliseconds(d) }

// bound returns a measurement's target; of searches that failed 0 is one, too.
func (m *measurement) bound() figures.Bound {
	switch {
	case m.Target == 0 && m.Unit != "failed":
		return figures.Bound{}
	case m.AtLeast:
		return figures.AtLeast(m.Target)
	}
	return figures.AtMost(m.Target)
}

// table prints what was measured.
func (r *report) table(to io.Writer) error {
	var rows [][]string
	for _, m := range r.list {
		rows = append(rows, []string{
			strconv.Itoa(m.Things), m.Name, figures.Decimal(m.Value, 2), m.Unit, strconv.Itoa(m.Samples),
			m.bound().Text(-1), m.bound().Verdict(m.Value),
		})
	}
	return figures.Table(to, []string{"things", "measured", "value", "unit", "samples", "target", ""}, rows)
}

// save appends one JSON object per measurement to a file.
func (r *report) save(path string) error { return figures.Append(path, r.list) }

// progress tells people how far something long has come: every few seconds, and at its end.
type progress struct {
	what string
	of   int
	from time.Time
	told time.Time
}

const tellEvery = 5 * time.Second

func begin(what string, of int) *progress {
	fmt.Fprintf(os.Stderr, "%s …\n", what)
	now := time.Now()
	return &progress{what, of, now, now}
}

// at says that n are done.
func (p *progress) at(n int) {
	now := time.Now()
	if n < p.of && now.Sub(p.told) < tellEvery {
		return
	}
	p.told = now
	fmt.Fprintf(os.Stderr, "%s: %d of %d after %.0f s\n", p.what, n, p.of, now.Sub(p.from).Seconds())
}
