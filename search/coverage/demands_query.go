package coverage

import (
	"context"
	"math"
	"math/bits"
	"sync"

	"kopir/domain"
)

// demandSearch is one query for demands as it goes through the segments.
type demandSearch struct {
	*world
	q domain.DemandQuery

	points []uint32 // by ordinal of the segment at hand; zero between segments
	filter filter
	reach  reach // what the outcomes serve
	top    top[domain.DemandRank]
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
	s.begin(now.world, q)
	for i := range now.demands.views {
		if err := s.segment(ctx, i, &now.demands.views[i]); err != nil {
			return nil, 0, err
		}
	}
	return s.top.ranks(), s.total, nil
}

// begin prepares what is the same for all segments.
func (s *demandSearch) begin(w *world, q domain.DemandQuery) {
	s.world, s.q, s.total = w, q, 0
	s.top = top[domain.DemandRank]{limit: q.Limit, after: q.After, heap: s.top.heap[:0]}
	s.reach.reset(w.names.len())
	for _, o := range q.Outcomes {
		if n, ok := w.names.find(o.Competence); ok {
			s.reach.add(w.kin, held{n, heldTo(o.Level)})
		}
	}
}

// end gives the room back, without what was looked at.
func (s *demandSearch) end() {
	s.world, s.q = nil, domain.DemandQuery{}
	demandSearches.Put(s)
}

// segment scores the demands of one segment, and offers the best of them.
func (s *demandSearch) segment(ctx context.Context, number int, v *view[*demand, *demands]) error {
	n := len(v.segment.docs)
	if cap(s.points) < n {
		s.points = make([]uint32, n)
	}
	s.points = s.points[:n]
	defer clear(s.points)
	for _, asked := range s.reach.touched {
		ordinals, held := v.segment.postings.list(asked)
		if len(ordinals) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		addTo(s.points, ordinals, held, s.reach.levels[asked])
	}
	s.constrain(v)
	s.collect(number, v.segment)
	return nil
}

// addTo adds what levels earn of each requirement for one competence.
func addTo(points, ordinals []uint32, held []load, l levels) {
	var earns [loads]uint32
	for asked := range domain.MaxLevel + 1 {
		credit := uint32(credits()[l%packed][asked])
		for i := range importances {
			earns[load(asked)|load(i)<<4] = credit * uint32(importances[i].Weight()) //nolint:gosec // at most 4
		}
	}
	held = held[:len(ordinals)]
	for i, o := range ordinals {
		points[o] += earns[held[i]%loads]
	}
}

// constrain sets the filter to what is alive, open and satisfies the constraints.
func (s *demandSearch) constrain(v *view[*demand, *demands]) {
	f, c, seg := &s.filter, &s.q.Constraints, v.segment
	f.reset(len(seg.docs))
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
		f.bits.keep(func(i uint32) bool { return s.points[i] != 0 && seg.docs[i].openings >= c.MinOpenings })
	}
}

// collect counts the matches of a segment, and offers those that can be among the first. As with programmes, counting
// has no branches: points are below 1<<31.
func (s *demandSearch) collect(number int, seg *demands) {
	begin := 0
	for _, r := range seg.runs {
		if s.filter.on {
			s.collectFiltered(number, seg, r, begin)
		} else {
			s.collectRun(number, seg, r, begin)
		}
		begin = r.end
	}
}

func (s *demandSearch) collectRun(number int, seg *demands, r run, begin int) {
	floor, ceiling := s.bounds(number, r)
	var total uint32
	for i, p := range s.points[begin:r.end] {
		total += -p >> 31
		if p > floor {
			floor = s.offer(number, seg.docs[begin+i], r, p, floor, ceiling)
		}
	}
	s.total += int(total)
}

func (s *demandSearch) collectFiltered(number int, seg *demands, r run, begin int) {
	floor, ceiling := s.bounds(number, r)
	var total uint32
	for w := begin / 64; w < wordsFor(r.end); w++ {
		for rest := s.filter.bits[w] & between(w, begin, r.end); rest != 0; rest &= rest - 1 {
			i := w*64 + bits.TrailingZeros64(rest)
			p := s.points[i]
			total += -p >> 31
			if p > floor {
				floor = s.offer(number, seg.docs[i], r, p, floor, ceiling)
			}
		}
	}
	s.total += int(total)
}

// offer shows a demand, and returns the floor after that.
func (s *demandSearch) offer(number int, d *demand, r run, points, floor, ceiling uint32) uint32 {
	if points > ceiling {
		return floor
	}
	s.top.offer(domain.DemandRank{ID: d.id, Points: int64(points), Of: d.of, Openings: d.openings}, number)
	return s.floor(number, r)
}

// between returns the bits of word w that are from begin to before end.
func between(w, begin, end int) uint64 {
	m := ^uint64(0)
	if d := begin - w*64; d > 0 {
		m &^= 1<<d - 1
	}
	if d := end - w*64; d < 64 {
		m &= 1<<d - 1
	}
	return m
}

// bounds returns between which points a demand of a run can come in: above floor, not above ceiling.
func (s *demandSearch) bounds(number int, r run) (floor, ceiling uint32) {
	return s.floor(number, r), s.ceiling(r)
}

// floor is the points of the last one's coverage, rounded down, for a tie within a segment goes to who came first;
// against another segment ties have to be looked at.
func (s *demandSearch) floor(number int, r run) uint32 {
	if s.top.limit <= 0 {
		return math.MaxUint32
	}
	last, ok := s.top.last()
	if !ok {
		return 0
	}
	points := last.rank.Points * r.of
	if last.segment != number {
		points-- // rounded up, less one
	}
	return uint32(points / last.rank.Of) //nolint:gosec // at most r.of
}

// ceiling is the points of the coverage to continue from, rounded down.
func (s *demandSearch) ceiling(r run) uint32 {
	after := s.q.After
	if after == nil || after.Of <= 0 || after.Points < 0 || after.Points > after.Of || after.Of > maxOf {
		return math.MaxUint32 // the ranks themselves decide
	}
	return uint32(after.Points * r.of / after.Of) //nolint:gosec // at most r.of
}

// maxOf is the most that a demand can ask.
const maxOf = domain.MaxRequirements * 4 * int64(domain.Whole)
