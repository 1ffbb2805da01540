package coverage

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"testing"
	"time"
	"slices"
	"runtime"

	"kopir/domain"
	"kopir/internal/marketgen"
	"github.com/google/uuid"
)

func TestSeed(t *testing.T) {
	runtime.GOMAXPROCS(1)
	const n = 1_000_000
	g := marketgen.New(1)
	x := New()
	x.UseCatalogue(g.Catalogue())
	ps, ds := g.Programmes(n), g.Demands(n)
	_ = x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error { return apply(ds, ps, nil) })
	runtime.GC()
	now := x.now.Load()
	ctx := context.Background()
	for _, v := range now.programmes.views { fmt.Println("programmes", len(v.segment.ids), v.segment.postings.perBlock, len(v.segment.postings.keys)) }
	var t1, t2 []time.Duration
	var e1, e2 effort
	s := new(programmeSearch)
	f, _ := os.Create("/tmp/p.prof"); pprof.StartCPUProfile(f)
	for range 1500 {
		q := g.ProgrammeQuery()
		b := time.Now()
		s.run(ctx, now, q)
		t1 = append(t1, time.Since(b))
		e := s.sieve.effort
		e1.Postings += e.Postings; e1.Walked += e.Walked; e1.Weighed += e.Weighed
		b = time.Now()
		s.run(ctx, now, q)
		t2 = append(t2, time.Since(b))
		e = s.sieve.effort
		e2.Postings += e.Postings; e2.Walked += e.Walked; e2.Weighed += e.Weighed
	}
	pprof.StopCPUProfile(); f.Close()
	say("programmes", t1, e1); say("programmes again", t2, e2)
	t1, t2, e1, e2 = nil, nil, effort{}, effort{}
	d := new(demandSearch)
	f, _ = os.Create("/tmp/d.prof"); pprof.StartCPUProfile(f)
	for range 1500 {
		q := g.DemandQuery()
		b := time.Now()
		d.run(ctx, now, q)
		t1 = append(t1, time.Since(b))
		e := d.sieve.effort
		e1.Postings += e.Postings; e1.Walked += e.Walked; e1.Weighed += e.Weighed
		b = time.Now()
		d.run(ctx, now, q)
		t2 = append(t2, time.Since(b))
		e = d.sieve.effort
		e2.Postings += e.Postings; e2.Walked += e.Walked; e2.Weighed += e.Weighed
	}
	pprof.StopCPUProfile(); f.Close()
	say("demands", t1, e1); say("demands again", t2, e2)
}

func say(name string, t []time.Duration, e effort) {
	slices.Sort(t)
	n := len(t)
	fmt.Println(name, "p50", t[n/2], "p99", t[n*99/100], "postings", e.Postings/n, "walked", e.Walked/n, "weighed", e.Weighed/n)
}
