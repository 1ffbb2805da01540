package coverage

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"kopir/domain"
)

// demandSearch is one query for demands as it goes through the segments.
type demandSearch struct {
	*world
	q domain.DemandQuery

	sieve  sieve    // a term for each competence that the outcomes serve
	terms  []uint32 // by competence: its term, and one more; 0 is none
	filter filter
	reach  reach // what the outcomes serve
	top    top[domain.DemandRank]
	likely least[covered] // of samples
	total  int
}

var demandSearches = sync.Pool{New: func() any { return new(demandSearch) }}

// Demands ranks all demands that are open on q.Today, satisfy the constraints and are met in any part by the outcomes.
// It returns Unavailable until the index is loaded, Invalid for more outcomes than a programme may have, and the error
// of a context that ends first.
func (x *Index) Demands(ctx context.Context, q domain.DemandQuery) ([]domain.DemandRank, int, error) {
	now := x.now.Load()
	if !now.loaded {
		return nil, 0, domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
	}
	if len(q.Outcomes) > domain.MaxOutcomes {
		return nil, 0, domain.Fail(domain.Invalid, domain.CodeTooMany, domain.MaxOutcomes)
	}
	s := demandSearches.Get().(*demandSearch)
	defer s.end()
	return s.run(ctx, now, q)
}

func (s *demandSearch) run(ctx context.Context, now *snapshot, q domain.DemandQuery) ([]domain.DemandRank, int, error) {
	s.begin(now.world, q)
	for i := range now.demands.views {
		if err := s.segment(ctx, i, &now.demands.views[i]); err != nil {
			return nil, 0, err
		}
	}
	if s.q.Uncounted {
		s.total = 0
	}
	return s.top.ranks(), s.total, nil
}

// begin prepares what is the same for all segments.
func (s *demandSearch) begin(w *world, q domain.DemandQuery) {
	s.world, s.q, s.total = w, q, 0
	s.top = top[domain.DemandRank]{limit: q.Limit, after: q.After, heap: s.top.heap[:0]}
	s.likely = least[covered]{q.Limit, covered.compare, s.likely.list[:0]}
	for _, asked := range s.reach.touched {
		s.terms[asked] = 0
	}
	s.reach.reset(w.names.len())
	for _, o := range q.Outcomes {
		if n, ok := w.names.find(o.Competence); ok {
			s.reach.add(w.kin, newHeld(n, heldTo(o.Level)))
		}
	}
	if n := len(s.reach.levels); n > len(s.terms) {
		s.terms = append(s.terms, make([]uint32, n-len(s.terms))...)
	}
	touched := s.reach.touched
	s.sieve.effort = effort{}
	s.sieve.terms = slices.Grow(s.sieve.terms[:0], len(touched))[:len(touched)]
	for i, asked := range touched {
		s.terms[asked] = uint32(i) + 1
		s.sieve.terms[i].earn(s.reach.levels[asked])
	}
}

// earn sets what levels earn by a requirement of each load.
func (t *term) earn(l levels) {
	earns := &book().earns[book().of[l%packed]]
	for asked, credit := range earns {
		for _, i := range importances {
			t.earns[load(domain.Level(asked), i)] = uint32(int64(credit) * i.Weight()) //nolint:gosec // at most 4·3360
		}
	}
}

// end gives the room back, without what was looked at.
func (s *demandSearch) end() {
	s.world, s.q = nil, domain.DemandQuery{}
	demandSearches.Put(s)
}

// segment offers the best demands of one segment, and counts all that match.
func (s *demandSearch) segment(ctx context.Context, number int, v *view[*demand, *demands]) error {
	if len(s.reach.touched) == 0 {
		return ctx.Err()
	}
	seg := v.segment
	for i, asked := range s.reach.touched {
		s.sieve.terms[i].list = seg.postings.list(asked)
	}
	s.constrain(v)
	if s.filter.narrowed(s.few) {
		return s.each(ctx, number, seg)
	}
	if !s.q.Uncounted {
		s.sieve.union(&seg.postings, s.filter.union)
		s.total += s.filter.common(s.filter.union)
	}
	s.sieve.begin(&seg.postings)
	s.guess(seg)
	// The last ones ask the least, and of them most is met.
	for i := seg.postings.blocks - 1; i >= 0; i-- {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.block(number, seg, i)
	}
	return nil
}

// each offers all demands that pass, and counts those that match.
func (s *demandSearch) each(ctx context.Context, number int, seg *demands) error {
	s.filter.bits.each(func(i int) {
		if points := s.weigh(seg.required.of(i)); points > 0 {
			s.total++
			s.top.offer(seg.rank(i, points), number, i)
		}
	})
	return ctx.Err()
}

// covered is so many points of so many.
type covered struct{ points, of int64 }

func (s covered) compare(t covered) int { return cmp.Compare(s.points*t.of, t.points*s.of) }

// guess notes how much of the best demands of a segment's sample is met: who has less than the last of so many of them as are
// asked for is not among the first of all. Of those that have what the last page ended with it is not known whether they come
// after.
func (s *demandSearch) guess(seg *demands) {
	if s.top.limit <= 0 {
		return
	}
	s.sieve.likely(s.filter.passing(), func(i int, points uint32) uint32 {
		of := int64(seg.of[i])
		found := covered{int64(points), of}
		if after := s.top.after; after == nil || found.compare(covered{after.Points, after.Of}) < 0 {
			s.likely.offer(found)
		}
		last, ok := s.likely.last()
		if !ok {
			return 0
		}
		return uint32(last.points * of / last.of) //nolint:gosec // at most what it asks; who follows asks as much or more
	})
}

// block offers the best demands of a block.
func (s *demandSearch) block(number int, seg *demands, i int) {
	begin := i * seg.postings.perBlock
	end := min(begin+seg.postings.perBlock, len(seg.ids))
	if s.top.limit <= 0 {
		return
	}
	most, least := seg.of[begin], seg.of[end-1] // that any of them asks
	floor := s.floor(number, begin, least)
	s.sieve.sift(i, floor, most, domain.MaxRequirements)
	hopes := s.sieve.above(begin, s.filter.passing(), floor)
	fetch(&s.sieve, &seg.required, hopes)
	for _, h := range hopes {
		own := s.floor(number, h.ordinal, seg.of[h.ordinal]) // who asks more has more to beat
		if h.most <= own {
			continue
		}
		s.sieve.effort.Weighed++
		if points := s.weigh(seg.required.of(h.ordinal)); points > own {
			s.top.offer(seg.rank(h.ordinal, points), number, h.ordinal)
		}
	}
	s.sieve.rest(end - begin)
}

// weigh returns the points of a demand.
func (s *demandSearch) weigh(requirements []required) uint32 {
	var sum uint32
	for _, r := range requirements {
		c := r.competence()
		if int(c) >= len(s.terms) || s.terms[c] == 0 { // numbered since begin, or not served
			continue
		}
		sum += s.sieve.terms[s.terms[c]-1].earns[r.load()%codes]
	}
	return sum
}

// constrain sets the filter to what is alive, open and satisfies the constraints.
func (s *demandSearch) constrain(v *view[*demand, *demands]) {
	f, c, seg := &s.filter, &s.q.Constraints, v.segment
	f.reset(len(seg.ids))
	f.and(v.live)
	f.and(seg.open(s.q.Today))
	if s.q.Narrowed {
		v.among(s.q.Among, f.union)
		f.and(f.union)
	}
	anyOf(f, s.values, &seg.values, regions, c.Regions, wholeCountry, remote)
	anyOf(f, s.values, &seg.values, kinds, c.Kinds)
	anyOf(f, s.values, &seg.values, modes, c.WorkModes)
	anyOf(f, s.values, &seg.values, languages, c.Languages)
	anyOf(f, s.values, &seg.values, sectors, c.Sectors)
	if c.MinOpenings > 0 {
		f.turnOn()
		f.bits.keep(func(i uint32) bool { return int(seg.openings[i]) >= c.MinOpenings })
	}
}

// floor returns the points above which a demand of a segment, from an ordinal on, that asks so much can still come in:
// those of the last one's coverage, rounded down, for a tie within a segment goes to who comes first; other ties have to
// be looked at.
func (s *demandSearch) floor(number, from int, of uint32) uint32 {
	var floor int64
	if last, ok := s.likely.last(); ok {
		floor = (last.points*int64(of) - 1) / last.of // rounded up, less one
	}
	if last, ok := s.top.last(); ok {
		points := last.rank.Points * int64(of)
		if last.segment != number || last.ordinal >= from {
			points--
		}
		floor = max(floor, points/last.rank.Of)
	}
	return uint32(floor)
}
