package main

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"kopir/internal/figures"
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

// bound returns what a figure must keep.
func (f *figure) bound() figures.Bound {
	switch {
	case f.AtLeast:
		return figures.AtLeast(*f.Bound)
	case f.AtMost:
		return figures.AtMost(*f.Bound)
	default:
		return figures.Bound{}
	}
}

// missed names the figures that miss their bounds.
func (r *report) missed() error {
	var all []error
	for _, f := range r.list {
		if f.bound().Misses(f.Value) {
			all = append(all, fmt.Errorf("%s is %s, which must be %s", f.Name, figures.Decimal(f.Value, 3), f.bound().Text(3)))
		}
	}
	return errors.Join(all...)
}

// table prints what was measured, and what was not.
func (r *report) table(to io.Writer) error {
	var rows [][]string
	for _, f := range r.list {
		rows = append(rows, []string{
			f.Name, figures.Decimal(f.Value, 3), f.Unit, f.bound().Text(3), strconv.Itoa(f.N), f.bound().Verdict(f.Value),
		})
	}
	if err := figures.Table(to, []string{"measured", "value", "unit", "must be", "questions", ""}, rows); err != nil {
		return err
	}
	for _, s := range r.skipped {
		fmt.Fprintln(to, s)
	}
	return nil
}

// save appends one JSON object per figure to a file.
func (r *report) save(path string) error { return figures.Append(path, r.list) }
