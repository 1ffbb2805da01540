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
	Programmes   int     `json:"programmes"`
	Requirements string  `json:"requirements,omitempty"`
	Samples      int     `json:"samples"`
	Machine      machine `json:"machine"`
	Seed         uint64  `json:"seed"`
}

func (r *report) add(name, engine, requirements string, value float64, unit string, samples int) {
	r.list = append(r.list, measurement{name, value, unit, engine, r.programmes, requirements, samples, r.machine, r.seed})
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
	fmt.Fprintln(w, "programmes\tmeasured\tengine\tvalue\tunit\tsamples\t")
	for _, m := range r.list {
		value := strconv.FormatFloat(m.Value, 'f', 3, 64)
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%d\t\n", m.Programmes, m.Name, m.Engine, value, m.Unit, m.Samples)
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
