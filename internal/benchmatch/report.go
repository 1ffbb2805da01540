package main

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"time"

	"kopir/internal/figures"
)

// report collects measurements.
type report struct {
	seed       uint64
	machine    machine
	programmes int // of the market at hand
	list       []measurement
	began      time.Time
}

type machine struct {
	Cores int    `json:"cores"` // one of which is used
	Go    string `json:"go"`
}

// measurement is one line of the file.
type measurement struct {
	Name         string  `json:"name"`
	Value        float64 `json:"value"`
	Unit         string  `json:"unit"`
	Engine       string  `json:"engine"`
	Target       float64 `json:"target,omitempty"` // at most, or at least
	AtLeast      bool    `json:"at_least,omitempty"`
	Programmes   int     `json:"programmes"`
	Requirements string  `json:"requirements,omitempty"`
	Samples      int     `json:"samples"`
	Machine      machine `json:"machine"`
	Seed         uint64  `json:"seed"`
}

// bound returns a measurement's target.
func (m *measurement) bound() figures.Bound {
	switch {
	case m.Target == 0:
		return figures.Bound{}
	case m.AtLeast:
		return figures.AtLeast(m.Target)
	}
	return figures.AtMost(m.Target)
}

// target is what the index is not to be above, or is to reach.
type target struct {
	at      float64
	atLeast bool
}

// targets are what the index is to keep, by how many programmes there are.
var targets = map[int]map[string]target{
	100_000: {"best_in_bulk": {at: 3}},
	1_000_000: {
		"programmes_plain_p50": {at: 0.5}, "programmes_plain_p99": {at: 3}, "demands_plain_p50": {at: 0.5}, "demands_plain_p99": {at: 3},
		"programmes_counted_times_sql": {200, true}, "demands_counted_times_sql": {200, true}, "heap": {at: 400}, "update_visible_p99": {at: 50},
	},
}

// add adds a measurement, and shows it at once, for it takes long until there is a table.
func (r *report) add(name, engine, requirements string, value float64, unit string, samples int) {
	m := measurement{
		Name: name, Value: value, Unit: unit, Engine: engine, Programmes: r.programmes, Requirements: requirements,
		Samples: samples, Machine: r.machine, Seed: r.seed,
	}
	if engine == "index" {
		t := targets[r.programmes][name]
		m.Target, m.AtLeast = t.at, t.atLeast
	}
	r.list = append(r.list, m)
	r.tell("%s, %s: %s %s %s", name, engine, figures.Decimal(value, 3), unit, m.bound().Verdict(value))
}

// tell tells people how far it has come, after how long.
func (r *report) tell(what string, args ...any) {
	if r.began.IsZero() {
		r.began = time.Now()
	}
	fmt.Fprintf(os.Stderr, "%4.0f s  %d programmes: %s\n", time.Since(r.began).Seconds(), r.programmes, fmt.Sprintf(what, args...))
}

// times adds how many times faster the index is than another engine, by their medians.
func (r *report) times(name, engine string) {
	median := func(of string) float64 {
		for _, m := range slices.Backward(r.list) {
			if m.Name == name+"_p50" && m.Engine == of && m.Programmes == r.programmes {
				return m.Value
			}
		}
		return 0
	}
	if index := median("index"); index > 0 {
		r.add(name+"_times_"+engine, "index", "", median(engine)/index, "×", 1)
	}
}

// quantiles adds the median and the 99th percentile: the time within which so many samples stayed.
func (r *report) quantiles(name, engine, requirements string, times []time.Duration) {
	for _, percent := range []int{50, 99} {
		r.add(fmt.Sprintf("%s_p%d", name, percent), engine, requirements, figures.Milliseconds(figures.Quantile(times, percent)), "ms", len(times))
	}
}

// table prints what was measured, aligned.
func (r *report) table(to io.Writer) error {
	var rows [][]string
	for _, m := range r.list {
		rows = append(rows, []string{
			strconv.Itoa(m.Programmes), m.Name, m.Engine, figures.Decimal(m.Value, 3), m.Unit, strconv.Itoa(m.Samples),
			m.bound().Text(-1), m.bound().Verdict(m.Value),
		})
	}
	return figures.Table(to, []string{"programmes", "measured", "engine", "value", "unit", "samples", "target", ""}, rows)
}

// save writes one JSON object per measurement to a file, whose folder it makes.
func (r *report) save(path string) error { return figures.Replace(path, r.list) }
