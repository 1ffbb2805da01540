package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// config says what is measured, and how large.
type config struct {
	program      string
	out          string
	seed         uint64
	only         []string // parts, or all of them
	things       int      // published in all, when the backlog has been fed
	backlog      int
	publications int
	perSecond    int // of them
	searches     int // while a rebuild goes on, a second
	rounds       int // each query is asked so often, both ways
	matches      int
	lasting      time.Duration // of each round of requests
}

// part is one thing that is measured.
type part struct {
	name    string
	measure func(*rig, context.Context) error
	alone   bool // needs no indexes that are filled
}

// parts are what is measured, in order.
var parts = []part{
	{"fill", (*rig).fill, false}, {"backlog", (*rig).feedBacklog, false}, {"rebuild", (*rig).rebuild, false}, {"fresh", (*rig).fresh, false},
	{"overhead", (*rig).overhead, false}, {"match", (*rig).match, false}, {"served", (*rig).served, true},
}

func main() {
	c, only, plain := config{}, "", ""
	flag.StringVar(&c.program, "program", "bin/kopir", "the program to measure")
	flag.StringVar(&c.out, "out", "", "file to append JSON lines to; none if empty")
	flag.Uint64Var(&c.seed, "seed", 1, "makes the market")
	flag.StringVar(&only, "only", "", "which parts, with commas: fill, backlog, rebuild, fresh, overhead, match, served; all if empty. The indexes are filled for all but the last")
	flag.IntVar(&c.things, "things", 100_000, "demands and programmes together, half of each, the backlog among them")
	flag.IntVar(&c.backlog, "backlog", 30_000, "changes that are made while nobody feeds")
	flag.IntVar(&c.publications, "publications", 300, "things published through the API")
	flag.IntVar(&c.perSecond, "per-second", 4, "of them in a second")
	flag.IntVar(&c.searches, "searches", 20, "searches a second while the indexes are rebuilt")
	flag.IntVar(&c.rounds, "rounds", 50, "how often each query is asked, through the API and of Meilisearch itself")
	flag.IntVar(&c.matches, "matches", 50, "matches with words, and namings of all that a word finds")
	flag.DurationVar(&c.lasting, "lasting", 8*time.Second, "how long each round of requests lasts")
	flag.StringVar(&plain, "plain", "", "serve the pages of a file, for this program itself")
	flag.Parse()
	if only != "" {
		c.only = strings.Split(only, ",")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	work := func() error { return run(ctx, c) }
	if plain != "" {
		work = func() error { return servePlain(ctx, plain) }
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "benchsync:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func run(ctx context.Context, c config) (err error) {
	for _, name := range c.only {
		if !slices.ContainsFunc(parts, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("only: there is no part %q", name)
		}
	}
	r := &report{seed: c.seed, machine: machine{Cores: runtime.NumCPU(), Go: runtime.Version(), Load: load()}}
	x, err := setUp(ctx, c, r)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.tearDown(ctx)) }()
	err = x.measure(ctx)
	if printed := r.table(os.Stdout); printed != nil { // also what was measured before a fault
		return errors.Join(err, printed)
	}
	if err != nil || c.out == "" {
		return err
	}
	return r.save(c.out)
}

// measure runs the parts that are asked for.
func (x *rig) measure(ctx context.Context) error {
	asked := func(p part) bool { return len(x.cfg.only) == 0 || slices.Contains(x.cfg.only, p.name) }
	filled := slices.ContainsFunc(parts, func(p part) bool { return asked(p) && !p.alone })
	for _, p := range parts {
		if !asked(p) && (p.name != "fill" || !filled) {
			continue
		}
		if err := p.measure(x, ctx); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	return nil
}

// load returns the machine's load of the last minute, where it says so.
func load() string {
	all, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(all), " ")
	return one
}
