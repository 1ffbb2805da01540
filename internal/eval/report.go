package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"text/tabwriter"
)

// report collects figures.
type report struct {
	folder  string // of the files that do not ship
	list    []figure
	skipped []string // parts, with the reason
}

// figure is one line of the file.
type figure struct {
	Name    string   `json:"name"`
	Value   float64  `json:"value"`
	Unit    string   `json:"unit"`
	Bound   *float64 `json:"bound,omitempty"` // none: for information
	AtLeast bool     `json:"at_least,omitempty"`
	AtMost  bool     `json:"at_most,omitempty"`
	N       int      `json:"n"` // how many questions
}

// add reports a figure for information.
func (r *report) add(name string, value float64, unit string, n int) {
	r.list = append(r.list, figure{Name: name, Value: value, Unit: unit, N: n})
}

// atLeast reports a figure that must not be below its bound.
func (r *report) atLeast(bound float64, name string, value float64, unit string, n int) {
	r.list = append(r.list, figure{Name: name, Value: value, Unit: unit, Bound: &bound, AtLeast: true, N: n})
}

// atMost reports a figure that must not be above its bound.
func (r *report) atMost(bound float64, name string, value float64, unit string, n int) {
	r.list = append(r.list, figure{Name: name, Value: value, Unit: unit, Bound: &bound, AtMost: true, N: n})
}

// misses says whether a figure is beyond its bound, as one that is no number is, too.
func (f *figure) misses() bool {
	return f.AtLeast && !(f.Value >= *f.Bound) || f.AtMost && !(f.Value <= *f.Bound)
}

// missed names the figures that miss their bounds.
func (r *report) missed() error {
	var all []error
	for _, f := range r.list {
		if f.misses() {
			all = append(all, fmt.Errorf("%s is %s, which must be %s", f.Name, decimal(f.Value), f.bound()))
		}
	}
	return errors.Join(all...)
}

func (f *figure) bound() string {
	switch {
	case f.AtLeast:
		return "≥ " + decimal(*f.Bound)
	case f.AtMost:
		return "≤ " + decimal(*f.Bound)
	default:
		return ""
	}
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }

// table prints what was measured, aligned, and what was not.
func (r *report) table(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "measured\tvalue\tunit\tmust be\tquestions\t")
	for _, f := range r.list {
		note := ""
		if f.misses() {
			note = "MISSED"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", f.Name, decimal(f.Value), f.Unit, f.bound(), f.N, note)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, s := range r.skipped {
		fmt.Fprintln(to, s)
	}
	return nil
}

// save appends one JSON object per figure to a file, whose folder it makes.
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
	for _, l := range r.list {
		if err := lines.Encode(l); err != nil {
			return err
		}
	}
	return nil
}
