// Command exchange takes the real files of ../shared/data through running servers: sends them to the API of one as an
// organisation would, takes everything away again in every format, checks each document against its shapes, sends what it has
// taken to another server that is empty, and compares the two, thing by thing and field by field. It does so on SQLite with the
// embedded engine and on Postgres with Meilisearch, and fails where anything differs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// config is what is to be done.
type config struct {
	program string // the one to run, bin/kopir
	shared  string // folder of the real files
	pairs   []string
}

// The pairs of engines.
const (
	embedded = "embedded" // SQLite and the engine of our own
	servers  = "servers"  // Postgres and Meilisearch
)

func main() {
	c := config{pairs: []string{embedded, servers}}
	pairs := flag.String("pairs", strings.Join(c.pairs, ","), "pairs of engines, with commas")
	flag.StringVar(&c.program, "program", "bin/kopir", "the program")
	flag.StringVar(&c.shared, "shared", "../shared/data", "folder of the files that do not ship")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	for _, name := range strings.Split(*pairs, ",") {
		if !slices.Contains(c.pairs, name) {
			fmt.Fprintf(os.Stderr, "exchange: no pair of engines is called %q\n", name)
			os.Exit(2) //nolint:gocritic // nothing is left to stop
		}
	}
	c.pairs = strings.Split(*pairs, ",")
	if err := run(ctx, c, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "exchange:", err)
		os.Exit(1)
	}
}

// run exchanges on each pair of engines, and says at the end what was wrong with any.
func run(ctx context.Context, c config, to io.Writer) error {
	real, err := readReal(c.shared)
	if err != nil {
		return err
	}
	var failed []error
	for _, name := range c.pairs {
		began := time.Now()
		say := func(format string, args ...any) {
			fmt.Fprintf(to, "%-9s %6.1fs  %s\n", name, time.Since(began).Seconds(), fmt.Sprintf(format, args...))
		}
		t := &trial{config: c, real: real, say: say}
		if err := t.run(ctx, name); err != nil {
			failed = append(failed, fmt.Errorf("%s: %w", name, err))
		}
	}
	if len(failed) == 0 {
		fmt.Fprintln(to, "Nothing differs.")
	}
	return errors.Join(failed...)
}
