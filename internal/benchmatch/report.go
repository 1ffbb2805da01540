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

func (b *bound) String() string {
	switch {
	case b == nil:
		return ""
	case b.AtLeast > 0:
		return "≥ " + strconv.FormatFloat(b.AtLeast, 'f', -1, 64)
	}
	return "≤ " + strconv.FormatFloat(b.AtMost, 'f', -1, 64)
}

// verdict says whether a value keeps it; nothing where there is no bound.
func (b *bound) verdict(value float64) string {
	switch {
	case b == nil:
		return ""
	case b.AtMost > 0 && value > b.AtMost, value < b.AtLeast:
		return "MISSED"
	}
	return "met"
}

// bounds are what the index is to keep, by how many programmes there are.
var bounds = map[int]map[string]bound{
	100_000: {"best_in_bulk": {AtMost: 3}},
	1_000_000: {
		"programmes_plain_p50": {AtMost: 0.5}, "programmes_plain_p99": {AtMost: 3}, "demands_plain_p50": {AtMost: 0.5}, "demands_plain_p99": {AtMost: 3},
		"programmes_counted_times_sql": {AtLeast: 200}, "demands_counted_times_sql": {AtLeast: 200}, "heap": {AtMost: 400}, "update_visible_p99": {AtMost: 50},
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
	slices.Sort(times)
	at := func(percent int) float64 {
		i := (len(times)*percent + 99) / 100
		return float64(times[max(i, 1)-1].Microseconds()) / 1000
	}
	r.add(name+"_p50", engine, requirements, at(50), "ms", len(times))
	r.add(name+"_p99", engine, requirements, at(99), "ms", len(times))
}

// table prints what was measured, aligned.
func (r *report) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "programmes\tmeasured\tengine\tvalue\tunit\tsamples\tbound\t\t")
	for _, m := range r.list {
		value := strconv.FormatFloat(m.Value, 'f', 3, 64)
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%d\t%v\t%s\t\n", m.Programmes, m.Name, m.Engine, value, m.Unit, m.Samples, m.Bound, m.Bound.verdict(m.Value))
	}
	return w.Flush()
}

// save writes one JSON object per measurement to a file, whose folder it makes.
func (r *report) save(path string) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.Create(path) //nolint:gosec // the path is the caller's own
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
