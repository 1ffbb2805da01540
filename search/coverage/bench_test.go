package coverage_test

import (
	"flag"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/stretchr/testify/require"
)

// sizes are how many programmes, and as many demands, there are: -sizes=1000000 takes some 3 GB and a minute to begin.
var sizes = flag.String("sizes", "10000,100000", "how many programmes, and demands, benchmarks have; several, with commas")

const queries = 500

// BenchmarkProgrammes answers queries on one core. A total is what a query for nothing but it takes.
func BenchmarkProgrammes(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		g := marketgen.New(2)
		for _, shape := range []struct {
			name string
			of   func(*domain.ProgrammeQuery)
		}{
			{"plain", func(q *domain.ProgrammeQuery) { q.Uncounted = true }},
			{"counted", func(*domain.ProgrammeQuery) {}},
			{"total", func(q *domain.ProgrammeQuery) { q.Limit = 0 }},
			{"musts", func(q *domain.ProgrammeQuery) { q.Constraints.AllMusts = true }},
			{"filtered", func(q *domain.ProgrammeQuery) { q.Constraints = g.ProgrammeConstraints() }},
			{"learner", func(q *domain.ProgrammeQuery) { q.Own = g.Levels(5) }},
		} {
			list := make([]domain.ProgrammeQuery, queries)
			for i := range list {
				list[i] = m.ProgrammeQuery()
				shape.of(&list[i])
			}
			b.Run(shape.name, func(b *testing.B) {
				timed(b, func(i int) error {
					_, _, err := m.index.Programmes(b.Context(), list[i%queries])
					return err
				})
			})
		}
	})
}

// BenchmarkDemands answers queries on one core.
func BenchmarkDemands(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		g := marketgen.New(2)
		for _, shape := range []struct {
			name string
			of   func(*domain.DemandQuery)
		}{
			{"plain", func(q *domain.DemandQuery) { q.Uncounted = true }},
			{"counted", func(*domain.DemandQuery) {}},
			{"total", func(q *domain.DemandQuery) { q.Limit = 0 }},
			{"filtered", func(q *domain.DemandQuery) { q.Constraints = g.DemandConstraints() }},
		} {
			list := make([]domain.DemandQuery, queries)
			for i := range list {
				list[i] = m.DemandQuery()
				shape.of(&list[i])
			}
			b.Run(shape.name, func(b *testing.B) {
				timed(b, func(i int) error {
					_, _, err := m.index.Demands(b.Context(), list[i%queries])
					return err
				})
			})
		}
	})
}

// BenchmarkApply changes one programme at a time, until every reader sees it.
func BenchmarkApply(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		x := fresh(b, oracletest.Market{Catalogue: m.Catalogue(), Programmes: m.programmes})
		timed(b, func(i int) error {
			p := *m.programmes[i*7919%len(m.programmes)]
			p.Outcomes = m.Outcomes()
			x.Apply(nil, []*domain.Programme{&p}, nil)
			return nil
		})
	})
}

// BenchmarkBuild builds an index of programmes alone, and says what it holds in the end.
func BenchmarkBuild(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		var bytes, postings float64
		for b.Loop() {
			before := heap()
			x := fresh(b, oracletest.Market{Catalogue: m.Catalogue(), Programmes: m.programmes})
			bytes, postings = float64(heap()-before), float64(x.Stats().Postings)
			runtime.KeepAlive(x)
		}
		n := float64(len(m.programmes))
		b.ReportMetric(bytes/n, "B/programme")
		b.ReportMetric(postings/n, "postings/programme")
	})
}

func heap() int64 {
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// market is an index and what it was made of.
type market struct {
	*marketgen.Generator
	programmes []*domain.Programme
	index      *coverage.Index
}

var markets = map[int]*market{}

func eachSize(b *testing.B, run func(b *testing.B, m *market)) {
	for size := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(size)
		require.NoError(b, err)
		b.Run(fmt.Sprintf("of=%d", n), func(b *testing.B) {
			if markets[n] == nil {
				g := marketgen.New(1)
				m := &market{Generator: g, programmes: g.Programmes(n)}
				m.index = fresh(b, oracletest.Market{Catalogue: g.Catalogue(), Programmes: m.programmes, Demands: g.Demands(n)})
				markets[n] = m
				runtime.GC()
			}
			run(b, markets[n])
		})
	}
}

// timed measures on one core, and reports quantiles in microseconds.
func timed(b *testing.B, work func(i int) error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b.ReportAllocs()
	var times []time.Duration
	for i := 0; b.Loop(); i++ {
		start := time.Now()
		err := work(i)
		times = append(times, time.Since(start))
		require.NoError(b, err)
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Nanoseconds())/1e3, "p50-µs")
	b.ReportMetric(float64(times[len(times)*99/100].Nanoseconds())/1e3, "p99-µs")
}
