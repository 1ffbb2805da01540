package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

// part measures one thing.
type part struct {
	name string
	run  func(ctx context.Context, r *report) error
}

// parts lists what is measured, in this order.
func parts() []part {
	return append([]part{
		{"typing", typing},
		{"naming", naming},
		{"speed", speed},
	}, extraction()...)
}

// verbose says that each wrong answer is printed.
var verbose bool

func main() {
	out := flag.String("out", "", "file to append JSON lines to; none if empty")
	shared := flag.String("shared", "../shared/data", "folder of the files that do not ship")
	only := flag.String("parts", "", "names of parts, with commas; all if empty")
	flag.BoolVar(&verbose, "wrong", false, "print each wrong answer")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, parts(), *out, *shared, *only); err != nil {
		fmt.Fprintln(os.Stderr, "eval:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

// run measures the parts that are asked for, all if only is empty. It returns an error if a part fails or a figure misses
// its bound; what was measured is printed and saved all the same.
func run(ctx context.Context, to io.Writer, parts []part, out, shared, only string) error {
	r := &report{folder: shared}
	asked := strings.FieldsFunc(only, func(r rune) bool { return r == ',' })
	for _, name := range asked {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("no part is called %q", name)
		}
	}
	var failed []error
	for _, p := range parts {
		if len(asked) > 0 && !slices.Contains(asked, p.name) {
			continue
		}
		switch err := p.run(ctx, r); {
		case errors.Is(err, errAbsent):
			r.skipped = append(r.skipped, fmt.Sprintf("%s: %v", p.name, err))
		case err != nil:
			failed = append(failed, fmt.Errorf("%s: %w", p.name, err))
		}
	}
	if err := r.table(to); err != nil {
		return err
	}
	if out != "" {
		failed = append(failed, r.save(out))
	}
	return errors.Join(append(failed, r.missed())...)
}

// errAbsent is why a part is skipped.
var errAbsent = errors.New("skipped, since it does not ship and is not there")

// shared returns the path of a file that does not ship. A part returns the error as it is: it is then skipped.
func (r *report) shared(name string) (string, error) {
	path := filepath.Join(r.folder, filepath.FromSlash(name))
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%s: %w", path, errAbsent)
	}
	return path, nil
}
