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
	"strconv"
	"strings"
	"time"

	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search/coverage"

	"github.com/google/uuid"
)

func main() {
	out := flag.String("out", "", "file to write JSON lines to; none if empty")
	sizes := flag.String("sizes", "10000,100000,1000000", "how many programmes, and as many demands; several, with commas")
	seed := flag.Uint64("seed", 1, "makes the market and the queries")
	quick := flag.Bool("quick", false, "few queries: to see that it works, not to measure")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *sizes, *seed, *quick); err != nil {
		fmt.Fprintln(os.Stderr, "benchmatch:", err)
		os.Exit(1) //nolint:gocritic // nothing is left to stop
	}
}

func run(ctx context.Context, out, sizes string, seed uint64, quick bool) error {
	cores := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(cores)
	r := &report{seed: seed, machine: machine{Cores: runtime.NumCPU(), Go: runtime.Version()}}
	var markets []int
	for size := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(size))
		if err != nil || n < 1 {
			return fmt.Errorf("sizes: %q is not a number of programmes", size)
		}
		markets = append(markets, n)
	}
	for _, n := range markets {
		if err := measure(ctx, r, n, seed, quick); err != nil {
			return err
		}
	}
	if err := r.table(os.Stdout); err != nil {
		return err
	}
	if slices.Max(markets) > mostVectors {
		fmt.Printf("\nvectors: not measured in markets of more than %d programmes, which take too long to fill\n", mostVectors)
	}
	if out == "" {
		return nil
	}
	return r.save(out)
}

// plan is how many queries each engine answers.
type plan struct{ index, sql, brute, updates, bulk int }

func planFor(quick bool, programmes int) plan {
	switch {
	case quick:
		return plan{index: 50, sql: 5, brute: 2, updates: 50, bulk: 100}
	case programmes > 100_000: // of which SQL and looking at each take seconds for a query
		return plan{index: 2_000, sql: 15, brute: 2, updates: 2_000, bulk: 10_000}
	}
	return plan{index: 2_000, sql: 50, brute: 7, updates: 2_000, bulk: 10_000}
}

// measure measures everything on one market.
func measure(ctx context.Context, r *report, n int, seed uint64, quick bool) (err error) {
	r.programmes = n
	r.tell("making the market")
	g := marketgen.New(seed)
	m := &market{catalogue: g.Catalogue(), programmes: g.Programmes(n), demands: g.Demands(n)}
	p := planFor(quick, n)
	x := r.build(m)
	r.tell("filling Postgres")
	db, err := openSQL(ctx, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.close(ctx)) }()
	programmes, demands := queries(g, p.index)
	for _, k := range kinds(r, x, m, db, p) {
		if err := k(ctx, programmes, demands); err != nil {
			return err
		}
	}
	if err := r.nearest(ctx, x, m, programmes["plain"][:p.sql], seed); err != nil {
		return err
	}
	r.updates(x, g, m, p.updates)
	return r.bulk(ctx, x, m, p.bulk)
}

// mostVectors is up to how many programmes vectors are measured: beyond, filling alone takes a quarter of an hour.
const mostVectors = 100_000

// nearest measures the search engine's own vectors against the index.
func (r *report) nearest(ctx context.Context, x *coverage.Index, m *market, qs []domain.ProgrammeQuery, seed uint64) (err error) {
	if len(m.programmes) > mostVectors {
		return nil
	}
	r.tell("filling the search engine with vectors")
	e, err := openVectors(ctx, m, seed)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, e.close(ctx)) }()
	return r.vectors(ctx, e, x.Programmes, qs)
}

// bulk measures the best ten programmes of many demands, on all cores.
func (r *report) bulk(ctx context.Context, x *coverage.Index, m *market, n int) error {
	one := runtime.GOMAXPROCS(runtime.NumCPU())
	defer runtime.GOMAXPROCS(one)
	asked := func(yield func(domain.ProgrammeQuery) bool) {
		for _, d := range m.demands[:min(n, len(m.demands))] {
			if !yield(domain.ProgrammeQuery{Requirements: d.Requirements, Limit: 10}) {
				return
			}
		}
	}
	start := time.Now()
	answers := 0
	err := x.BestProgrammes(ctx, 0, asked, func(int, []domain.ProgrammeRank) error { answers++; return nil })
	r.add("best_in_bulk", "index", "5-37", time.Since(start).Seconds(), "s", answers)
	return err
}

// market is what all engines look at.
type market struct {
	catalogue  *domain.Catalogue
	programmes []*domain.Programme
	demands    []*domain.Demand
}

// queries makes the queries in the shapes that are measured. The plain ones want the first ten alone; total wants how many
// there are, and counted both, of the same.
func queries(g *marketgen.Generator, n int) (map[string][]domain.ProgrammeQuery, map[string][]domain.DemandQuery) {
	programmes, demands := make(map[string][]domain.ProgrammeQuery), make(map[string][]domain.DemandQuery)
	for range n {
		p, d := g.ProgrammeQuery(), g.DemandQuery()
		programmes["counted"], demands["counted"] = append(programmes["counted"], p), append(demands["counted"], d)
		first, firstDemands := p, d
		first.Uncounted, firstDemands.Uncounted = true, true
		programmes["plain"], demands["plain"] = append(programmes["plain"], first), append(demands["plain"], firstDemands)
		none, noDemands := p, d
		none.Limit, noDemands.Limit = 0, 0
		programmes["total"], demands["total"] = append(programmes["total"], none), append(demands["total"], noDemands)
		p.Constraints, d.Constraints = g.ProgrammeConstraints(), g.DemandConstraints()
		programmes["filtered"], demands["filtered"] = append(programmes["filtered"], p), append(demands["filtered"], d)
		p = g.ProgrammeQuery()
		p.Own = g.Levels(5)
		programmes["learner"] = append(programmes["learner"], p)
	}
	return programmes, demands
}

type kind func(ctx context.Context, p map[string][]domain.ProgrammeQuery, d map[string][]domain.DemandQuery) error

// kinds lists what is measured: every shape of query in the engines that know it. SQL is asked the plain ones only, and counts,
// so the index is compared with it where it counts, too.
func kinds(r *report, x *coverage.Index, m *market, db *sqlEngine, p plan) []kind {
	var list []kind
	for _, shape := range []string{"plain", "total", "counted", "filtered", "learner"} {
		list = append(list, func(ctx context.Context, qs map[string][]domain.ProgrammeQuery, _ map[string][]domain.DemandQuery) error {
			engines := []engine[domain.ProgrammeQuery, domain.ProgrammeRank]{
				{"index", p.index, x.Programmes}, {bruteForce, p.brute, m.Programmes},
			}
			if shape == "counted" {
				engines = append(engines, engine[domain.ProgrammeQuery, domain.ProgrammeRank]{"sql", p.sql, db.Programmes})
			}
			return compare(ctx, r, "programmes_"+shape, "5-37", qs[shape], engines)
		})
	}
	for _, shape := range []string{"plain", "total", "counted", "filtered"} {
		list = append(list, func(ctx context.Context, _ map[string][]domain.ProgrammeQuery, qs map[string][]domain.DemandQuery) error {
			engines := []engine[domain.DemandQuery, domain.DemandRank]{
				{"index", p.index, x.Demands}, {bruteForce, p.brute, m.Demands},
			}
			if shape == "counted" {
				engines = append(engines, engine[domain.DemandQuery, domain.DemandRank]{"sql", p.sql, db.Demands})
			}
			return compare(ctx, r, "demands_"+shape, "5-37", qs[shape], engines)
		})
	}
	return list
}

// engine answers queries.
type engine[Q, R any] struct {
	name    string
	queries int
	answer  func(context.Context, Q) ([]R, int, error)
}

// compare lets engines answer the same queries, and fails where they differ from the first one.
func compare[Q any, R comparable](ctx context.Context, r *report, name, requirements string, qs []Q, engines []engine[Q, R]) error {
	type answer struct {
		ranks []R
		total int
	}
	var want []answer
	for _, e := range engines {
		if err := ctx.Err(); err != nil {
			return err
		}
		if e.name != bruteForce { // nothing that would have to warm up
			if _, _, err := e.answer(ctx, qs[0]); err != nil {
				return fmt.Errorf("%s, %s: %w", name, e.name, err)
			}
		}
		runtime.GC()
		var times []time.Duration
		for i, q := range qs[:e.queries] {
			start := time.Now()
			ranks, total, err := e.answer(ctx, q)
			times = append(times, time.Since(start))
			if err != nil {
				return fmt.Errorf("%s, %s: %w", name, e.name, err)
			}
			if e.name == engines[0].name {
				want = append(want, answer{ranks, total})
			} else if total != want[i].total || !slices.Equal(ranks, want[i].ranks) {
				return fmt.Errorf("%s, query %d: %s answers %d in all, %v\n%s answers %d in all, %v",
					name, i, e.name, total, ranks, engines[0].name, want[i].total, want[i].ranks)
			}
		}
		r.quantiles(name, e.name, requirements, times)
		if e.name != engines[0].name {
			r.times(name, e.name)
		}
	}
	return nil
}

// build measures building the index: the programmes alone, for time and memory, and then all.
func (r *report) build(m *market) *coverage.Index {
	before := heap()
	x := coverage.New()
	x.UseCatalogue(m.catalogue)
	start := time.Now()
	load(x, nil, m.programmes)
	r.add("build_programmes", "index", "", float64(time.Since(start).Milliseconds()), "ms", 1)
	held := float64(heap() - before)
	bytes := held / float64(len(m.programmes))
	r.add("memory_per_programme", "index", "", bytes, "bytes", len(m.programmes))
	r.add("heap", "index", "", held/(1<<20), "MiB", 1)
	r.add("postings_per_programme", "index", "", float64(x.Stats().Postings)/float64(len(m.programmes)), "postings", len(m.programmes))
	start = time.Now()
	load(x, m.demands, m.programmes)
	r.add("build_both_sides", "index", "", float64(time.Since(start).Milliseconds()), "ms", 1)
	return x
}

func load(x *coverage.Index, demands []*domain.Demand, programmes []*domain.Programme) {
	err := x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
		return apply(demands, programmes, nil)
	})
	if err != nil {
		panic(err) // fill returns none
	}
}

// heap returns how many bytes are in use once all garbage is gone.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc) //nolint:gosec // a heap fits
}

// updates measures how long one changed programme takes until every reader sees it.
func (r *report) updates(x *coverage.Index, g *marketgen.Generator, m *market, n int) {
	var times []time.Duration
	for i := range n {
		p := *m.programmes[(i*7919)%len(m.programmes)]
		p.Outcomes = g.Outcomes()
		start := time.Now()
		x.Apply(nil, []*domain.Programme{&p}, nil)
		times = append(times, time.Since(start))
	}
	r.quantiles("update_visible", "index", "", times)
}
