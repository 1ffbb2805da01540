package main

import (
	"io"
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
	Bound        *bound  `json:"bound,omitempty"`
	Programmes   int     `json:"programmes"`
	Requirements string  `json:"requirements,omitempty"`
	Samples      int     `json:"samples"`
	Machine      machine `json:"machine"`
	Seed         uint64  `json:"seed"`
}

// bound is what a value is to stay below, or to reach.
type bound struct {
	AtMost  float64 `json:"at_most,omitempty"`
	AtLeast float64 `json:"at_least,omitempty"`
}

// of returns the bound; none of nil.
func (b *bound) of() figures.Bound {
	switch {
	case b == nil:
		return figures.Bound{}
	case b.AtLeast > 0:
		return figures.AtLeast(b.AtLeast)
	}
	return figures.AtMost(b.AtMost)
}

// bounds are what the index is to keep, by how many programmes there are.
var bounds = map[int]map[string]bound{
	100_000: {"best_in_bulk": {AtMost: 3}},
	1_000_000: {
		"programmes_plain_p50": {AtMost: 0.5}, "programmes_plain_p99": {AtMost: 3}, "demands_plain_p50": {AtMost: 0.5}, "demands_plain_p99": {AtMost: 3},
		"programmes_plain_times_sql": {AtLeast: 200}, "demands_plain_times_sql": {AtLeast: 200}, "heap": {AtMost: 400}, "update_visible_p99": {AtMost: 50},
	},
}

func (r *report) add(name, engine, requirements string, value float64, unit string, samples int) {
	m := measurement{name, value, unit, engine, nil, r.programmes, requirements, samples, r.machine, r.seed}
	if b, ok := bounds[r.programmes][name]; ok && engine == "index" {
		m.Bound = &b
	}
	r.list = append(r.list, m)
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
	r.add(name+"_p50", engine, requirements, figures.Milliseconds(figures.Quantile(times, 50)), "ms", len(times))
	r.add(name+"_p99", engine, requirements, figures.Milliseconds(figures.Quantile(times, 99)), "ms", len(times))
}

// table prints what was measured.
func (r *report) table(to io.Writer) error {
	var rows [][]string
	for _, m := range r.list {
		rows = append(rows, []string{
			strconv.Itoa(m.Programmes), m.Name, m.Engine, figures.Decimal(m.Value, 3), m.Unit, strconv.Itoa(m.Samples),
			m.Bound.of().Text(-1), m.Bound.of().Verdict(m.Value),
		})
	}
	return figures.Table(to, []string{"programmes", "measured", "engine", "value", "unit", "samples", "bound", ""}, rows)
}

// save writes one JSON object per measurement to a file.
func (r *report) save(path string) error { return figures.Replace(path, r.list) }
