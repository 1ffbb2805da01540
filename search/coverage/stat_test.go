package coverage

import (
	"context"
	"fmt"
	"testing"

	"kopir/domain"
	"kopir/internal/marketgen"
	"github.com/google/uuid"
)

func TestStat(t *testing.T) {
	const n = 1_000_000
	g := marketgen.New(1)
	x := New()
	x.UseCatalogue(g.Catalogue())
	ps, ds := g.Programmes(n), g.Demands(n)
	_ = x.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error { return apply(ds, ps, nil) })
	now := x.now.Load()
	ctx := context.Background()
	stat := func(name string, si *sieve, lists *postings) {
		var terms, walkedTerms, groups, walked, small, smallp, dense, common, mid int
		for i := range si.terms {
			tm := &si.terms[i]
			if tm.list == none { continue }
			terms++
			if lists.present[tm.list] != nil { common++ }
			if tm.most <= tm.cut { continue }
			walkedTerms++
			for b := range lists.blocks {
				lists.blocks[b].each(tm.list, func(c code, o []uint16) {
					if tm.net[c%codes] > tm.cut {
						groups++; walked += len(o)
						if len(o) <= 8 { small++; smallp += len(o) } else if len(o) <= 64 { mid += len(o) } else { dense += len(o) }
					}
				})
			}
		}
		fmt.Println(name, "terms", terms, "common", common, "walkedTerms", walkedTerms, "groups", groups, "walked", walked, "small groups", small, "postings in small", smallp, "mid", mid, "dense", dense, "cuts", si.cuts, "floor", si.planned)
	}
	for range 12 {
		s := new(programmeSearch)
		s.run(ctx, now, g.ProgrammeQuery())
		stat("P", &s.sieve, &now.programmes.views[0].segment.postings)
	}
	for range 12 {
		s := new(demandSearch)
		q := g.DemandQuery()
		s.run(ctx, now, q)
		stat(fmt.Sprint("D", len(q.Outcomes)), &s.sieve, &now.demands.views[0].segment.postings)
	}
}
