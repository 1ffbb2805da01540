package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
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

// quantile returns the time within which so many percent of the samples stayed.
func quantile[T int64 | float64 | time.Duration](samples []T, percent int) T {
	if len(samples) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(samples))
	return sorted[max((len(sorted)*percent+99)/100, 1)-1]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// table prints what was measured, aligned.
func (r *report) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "things\tmeasured\tvalue\tunit\tsamples\ttarget\t\t")
	for _, m := range r.list {
		target, verdict := "", ""
		if m.Target > 0 || m.Unit == "failed" {
			sign := "≤ "
			if m.AtLeast {
				sign = "≥ "
			}
			target, verdict = sign+strconv.FormatFloat(m.Target, 'f', -1, 64), "met"
			if m.Value > m.Target && !m.AtLeast || m.Value < m.Target && m.AtLeast {
				verdict = "MISSED"
			}
		}
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%d\t%s\t%s\t\n", m.Things, m.Name, strconv.FormatFloat(m.Value, 'f', 2, 64), m.Unit, m.Samples, target, verdict)
	}
	return w.Flush()
}

// save appends one JSON object per measurement to a file, whose folder it makes.
func (r *report) save(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the path is the caller's own
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	lines := json.NewEncoder(f)
	for _, m := range r.list {
		if err := lines.Encode(m); err != nil {
			return err
		}
	}
	return nil
}

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
