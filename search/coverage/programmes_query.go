package coverage

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"

	"kopir/domain"

	"github.com/google/uuid"
)

// ask is one requirement of a query, and what levels gain there above the credit that own levels have already.
type ask struct {
	competence uint32
	level      domain.Level
	importance domain.Importance
	base       domain.Credit
	gains      [3][domain.MaxLevel + 1]score // by place and level held
}

// programmeSearch is one query for programmes as it goes through the segments.
type programmeSearch struct {
	*world
	q     domain.ProgrammeQuery
	asks  []ask
	base  domain.Score // what own levels earn already
	musts int          // that a programme has to meet under all_musts

	sieve            sieve // a term for each of the asks
	weigher          weigher
	filter           filter
	everywhere, here bitset // programmes, where regions and a start are asked for
	reach            reach
	top              top[domain.ProgrammeRank]
	likely           least[score] // what the best of samples gain
	total            int
}

var programmeSearches = sync.Pool{New: func() any { return new(programmeSearch) }}

// Programmes ranks all programmes that satisfy the constraints and meet requirements in any part, or, with own levels,
// more of them than those do. It returns Unavailable until the index is loaded, Invalid for more requirements than a
// demand may have, and the error of a context that ends first.
func (x *Index) Programmes(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	return x.now.Load().bestOf(ctx, q)
}

// bestOf answers a query.
func (now *snapshot) bestOf(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	if !now.loaded {
		return nil, 0, domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
	}
	if len(q.Requirements) > domain.MaxRequirements {
		return nil, 0, domain.Fail(domain.Invalid, domain.CodeTooMany, domain.MaxRequirements)
	}
	s := programmeSearches.Get().(*programmeSearch)
	defer s.end()
	return s.run(ctx, now, q)
}

func (s *programmeSearch) run(ctx context.Context, now *snapshot, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	s.begin(now.world, q)
	for i := range now.programmes.views {
		if err := s.segment(ctx, i, &now.programmes.views[i]); err != nil {
			return nil, 0, err
		}
	}
	if s.q.Uncounted {
		s.total = 0
	}
	return s.top.ranks(), s.total, nil
}

// begin prepares what is the same for all segments.
func (s *programmeSearch) begin(w *world, q domain.ProgrammeQuery) {
	s.world, s.q, s.total, s.musts, s.base = w, q, 0, 0, domain.Score{}
	s.asks = s.asks[:0]
	s.top = top[domain.ProgrammeRank]{limit: q.Limit, after: q.After, heap: s.top.heap[:0]}
	s.likely = least[score]{q.Limit, cmp.Compare[score], s.likely.list[:0]}
	s.reach.reset(w.names.len())
	for _, o := range q.Own {
		if n, ok := w.names.find(o.Competence); ok {
			s.reach.add(w.kin, newHeld(n, heldTo(o.Level)))
		}
	}
	for _, r := range q.Requirements {
		s.ask(r)
	}
	s.sieve.effort = effort{}
	s.weigher.begin(w, s.asks)
	s.sieve.terms = slices.Grow(s.sieve.terms[:0], len(s.asks))[:len(s.asks)]
	earns := book().earns
	for i := range s.asks {
		a := &s.asks[i]
		for c := range earns {
			s.sieve.terms[i].earns[c] = gain(a.importance, earns[c][a.level], a.base)
		}
	}
}

// end gives the room back, without what was looked at.
func (s *programmeSearch) end() {
	s.world, s.q = nil, domain.ProgrammeQuery{}
	programmeSearches.Put(s)
}

// ask adds a requirement. What own levels meet in full no programme can add to.
func (s *programmeSearch) ask(r domain.Requirement) {
	level := heldTo(r.Level)
	base := s.same(r.Competence, level)
	n, known := s.names.find(r.Competence)
	if known {
		base = max(base, s.reach.of(n).credit(level))
	}
	s.base.Points += r.Importance.Weight() * int64(base)
	if r.Importance == domain.Must {
		if base == domain.Whole {
			s.base.MustsMet++
		} else {
			s.musts++
		}
	}
	if known && base < domain.Whole {
		s.asks = append(s.asks, ask{competence: n, level: level, importance: r.Importance, base: base})
	}
}

// same returns the credit of own levels in the competence itself, which may be one that neither the catalogue nor any
// document names.
func (s *programmeSearch) same(c domain.CompetenceID, asked domain.Level) domain.Credit {
	var best domain.Credit
	for _, o := range s.q.Own {
		if o.Competence == c {
			best = max(best, domain.CreditOf(4, heldTo(o.Level), asked))
		}
	}
	return best
}

// segment offers the best programmes of one segment, and counts all that match.
func (s *programmeSearch) segment(ctx context.Context, number int, v *view[*programme, *programmes]) error {
	if len(s.asks) == 0 {
		return ctx.Err()
	}
	seg := v.segment
	for i := range s.asks {
		s.sieve.terms[i].list = seg.postings.list(s.asks[i].competence)
	}
	s.constrain(v)
	if s.filter.narrowed(s.few) {
		return s.each(ctx, number, seg)
	}
	if !s.q.Uncounted {
		s.count(seg)
	}
	s.sieve.begin(&seg.postings)
	s.guess()
	for i := range seg.postings.blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.block(number, seg, i)
	}
	return nil
}

// each offers all programmes that pass, and counts those that match.
func (s *programmeSearch) each(ctx context.Context, number int, seg *programmes) error {
	s.filter.bits.each(func(i int) {
		if sc := s.weigher.weigh(seg.outcomes.of(i)); sc > 0 {
			s.total++
			s.top.offer(seg.rank(i, s.base, sc), number, i)
		}
	})
	return ctx.Err()
}

// guess notes what the best programmes of a sample gain: who gains less than the last of so many of them as are asked
// for is not among the first of all. Of those that gain what the last page ended with it is not known whether they come after.
func (s *programmeSearch) guess() {
	if s.top.limit <= 0 {
		return
	}
	below := score(math.MaxUint32)
	if s.top.after != nil {
		below = s.above(*s.top.after)
	}
	s.sieve.likely(s.filter.passing(), func(_ int, sc score) score {
		if sc < below {
			s.likely.offer(sc)
		}
		floor, _ := s.likely.last()
		return floor
	})
}

// block offers the best programmes of a block.
func (s *programmeSearch) block(number int, seg *programmes, i int) {
	begin := i * seg.postings.perBlock
	floor := s.floor(number, begin)
	if floor == math.MaxUint32 {
		return
	}
	s.sieve.sift(i, floor, math.MaxUint32, domain.MaxRequirements)
	hopes := s.sieve.above(begin, s.filter.passing(), floor)
	fetch(&s.sieve, &seg.outcomes, hopes)
	for _, h := range hopes {
		if h.most <= floor {
			continue
		}
		s.sieve.effort.Weighed++
		if sc := s.weigher.weigh(seg.outcomes.of(h.ordinal)); sc > floor {
			s.top.offer(seg.rank(h.ordinal, s.base, sc), number, h.ordinal)
			floor = s.floor(number, h.ordinal+1)
		}
	}
	s.sieve.rest(min(seg.postings.perBlock, len(seg.ids)-begin))
}

// count counts who matches: who passes and gains anything, which under all_musts is who passes, if there are any.
func (s *programmeSearch) count(seg *programmes) {
	if s.q.Constraints.AllMusts && s.musts > 0 {
		s.total += s.filter.bits.count()
		return
	}
	s.sieve.union(&seg.postings, s.filter.union)
	s.total += s.filter.common(s.filter.union)
}

// constrain sets the filter to what is alive and satisfies the constraints.
func (s *programmeSearch) constrain(v *view[*programme, *programmes]) {
	f, c, seg := &s.filter, &s.q.Constraints, v.segment
	f.reset(len(seg.ids))
	f.and(v.live)
	if i, ok := v.has(s.q.Without); ok && s.q.Without != uuid.Nil {
		f.turnOn()
		f.bits.unset(i)
	}
	if s.q.Narrowed {
		v.among(s.q.Among, f.union)
		f.and(f.union)
	}
	if c.MaxWeeks != 0 {
		f.turnOn()
		f.bits.cut(seg.within(c.MaxWeeks))
	}
	anyOf(f, s.values, &seg.values, modes, c.Modes)
	anyOf(f, s.values, &seg.values, languages, c.Languages)
	anyOf(f, s.values, &seg.values, kinds, c.Kinds)
	anyOf(f, s.values, &seg.values, funding, c.Funding)
	anyOf(f, s.values, &seg.values, segmentsOf, c.Segments)
	if c.AllMusts && s.musts > 0 {
		s.demandMusts(&seg.postings)
	}
	if c.StartsFrom == 0 {
		anyOf(f, s.values, &seg.values, regions, c.Regions, value{modes, string(domain.Online)})
	} else {
		s.placeAndStart(seg)
	}
	if c.MaxPrice != nil {
		f.turnOn()
		f.bits.keep(func(i uint32) bool {
			return seg.prices[i] != unknownPrice && seg.prices[i] <= *c.MaxPrice
		})
	}
}

// placeAndStart demands that one and the same intake satisfies the regions and the start. Few programmes need a look at
// their intakes: those that are everywhere satisfy it by their last start, and those that are in the regions themselves
// by their last start without a region of its own.
func (s *programmeSearch) placeAndStart(seg *programmes) {
	f, c := &s.filter, &s.q.Constraints
	f.turnOn()
	if len(c.Regions) == 0 {
		f.bits.keep(func(i uint32) bool { return seg.starts[i] >= c.StartsFrom })
		return
	}
	asked := s.places(seg)
	f.and(f.union)
	f.bits.keep(func(i uint32) bool {
		switch {
		case seg.starts[i] < c.StartsFrom:
			return false
		case s.everywhere.has(i), s.here.has(i) && seg.placeless[i] >= c.StartsFrom:
			return true
		default:
			return slices.ContainsFunc(seg.intakes.of(int(i)), func(in intake) bool {
				return in.starts >= c.StartsFrom && slices.Contains(asked, in.region)
			})
		}
	})
}

// places sets which programmes of a segment are everywhere, which are in the regions themselves, and, in the filter's
// union, which have anything to do with them. It returns the regions as intakes name them.
func (s *programmeSearch) places(seg *programmes) []uint32 {
	f := &s.filter
	fill := func(into *bitset, values ...value) {
		clear(f.union)
		for _, v := range values {
			f.join(s.values, &seg.values, v)
		}
		*into = append((*into)[:0], f.union...)
	}
	var own, ofIntakes []value
	var asked []uint32
	for _, r := range s.q.Constraints.Regions {
		own = append(own, value{regions, string(r)})
		ofIntakes = append(ofIntakes, value{intakeRegions, string(r)})
		if n, ok := s.values.find(value{intakeRegions, string(r)}); ok {
			asked = append(asked, n)
		}
	}
	fill(&s.everywhere, value{modes, string(domain.Online)})
	fill(&s.here, own...)
	for _, v := range ofIntakes {
		f.join(s.values, &seg.values, v)
	}
	f.union.or(s.everywhere)
	return asked
}

// demandMusts lets only those pass who meet every must in full.
func (s *programmeSearch) demandMusts(lists *postings) {
	known := 0
	s.filter.turnOn()
	for i := range s.asks {
		if a := &s.asks[i]; a.importance == domain.Must {
			known++
			clear(s.filter.union)
			var whole [codes]uint32
			for c := range book().earns {
				if book().earns[c][a.level] == domain.Whole {
					whole[c] = 1
				}
			}
			lists.addTo(s.filter.union, s.sieve.terms[i].list, &whole)
			s.filter.and(s.filter.union)
		}
	}
	if known < s.musts {
		clear(s.filter.bits) // one that nobody can meet
	}
}

// floor returns the score above which a programme of a segment, from an ordinal on, can still come in. It is the last
// one's score, for a tie within a segment goes to who comes first; other ties have to be looked at.
func (s *programmeSearch) floor(number, from int) score {
	if s.top.limit <= 0 {
		return math.MaxUint32
	}
	floor, _ := s.likely.last()
	floor -= min(floor, 1) // who gains as much may come before
	last, ok := s.top.last()
	if !ok {
		return floor
	}
	f := s.above(last.rank)
	if last.segment != number || last.ordinal >= from {
		f--
	}
	return max(f, floor)
}

func (s *programmeSearch) above(r domain.ProgrammeRank) score {
	points, musts := r.Points-s.base.Points, r.MustsMet-s.base.MustsMet
	return score(points)<<mustBits + score(musts) //nolint:gosec // what a score was made of
}

// weigher works out scores exactly, from what a programme teaches.
type weigher struct {
	asks    []ask
	heads   []uint32 // by offered competence: its first service; 0 is none
	touched []uint32
	chain   []service
	best    []score // by ask, of the programme at hand
}

// service says that a competence serves an ask, and where the next such one is.
type service struct {
	next  uint32
	ask   uint8
	place uint8
}

// begin prepares for asks.
func (g *weigher) begin(w *world, asks []ask) {
	for _, c := range g.touched {
		g.heads[c] = 0
	}
	g.asks, g.touched, g.chain = asks, g.touched[:0], append(g.chain[:0], service{})
	if n := w.names.len(); n > len(g.heads) {
		g.heads = append(g.heads, make([]uint32, n-len(g.heads))...)
	}
	g.best = slices.Grow(g.best[:0], len(asks))[:len(asks)]
	clear(g.best)
	for i := range asks {
		a := &asks[i]
		for p := range a.gains {
			for l := range a.gains[p] {
				a.gains[p][l] = gain(a.importance, domain.CreditOf(p+2, domain.Level(l), a.level), a.base)
			}
		}
		w.kin.serving(a.competence, func(s served) {
			if g.heads[s.offered] == 0 {
				g.touched = append(g.touched, s.offered)
			}
			g.chain = append(g.chain, service{g.heads[s.offered], uint8(i), s.place / 4}) //nolint:gosec // requirements are fewer
			g.heads[s.offered] = uint32(len(g.chain) - 1)                                 //nolint:gosec // memory ends before
		})
	}
}

// weigh returns the score of outcomes.
func (g *weigher) weigh(outcomes []held) score {
	var sum score
	for _, h := range outcomes {
		c := h.competence()
		if int(c) >= len(g.heads) { // numbered since begin, so it serves no ask
			continue
		}
		for at := g.heads[c]; at != 0; at = g.chain[at].next {
			s := &g.chain[at]
			if earns := g.asks[s.ask].gains[s.place][h.level()]; earns > g.best[s.ask] {
				sum += earns - g.best[s.ask]
				g.best[s.ask] = earns
			}
		}
	}
	clear(g.best)
	return sum
}
