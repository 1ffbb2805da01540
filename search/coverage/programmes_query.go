package coverage

import (
	"context"
	"math"
	"math/bits"
	"slices"
	"sync"

	"kopir/domain"

	"github.com/google/uuid"
)

// ask is one requirement of a query, and the credit that own levels have there already.
type ask struct {
	competence uint32
	level      domain.Level
	importance domain.Importance
	base       domain.Credit
}

// programmeSearch is one query for programmes as it goes through the segments.
type programmeSearch struct {
	*world
	q     domain.ProgrammeQuery
	asks  []ask
	base  domain.Score // what own levels earn already
	musts int          // that a programme has to meet under all_musts

	scores           []score // by ordinal of the segment at hand; zero between segments
	filter           filter
	everywhere, here bitset // programmes, where regions and a start are asked for
	reach            reach
	top              top[domain.ProgrammeRank]
	total            int
}

var programmeSearches = sync.Pool{New: func() any { return new(programmeSearch) }}

// Programmes ranks all programmes that satisfy the constraints and meet requirements in any part, or, with own levels,
// more of them than those do. It returns Unavailable until the index is loaded, Invalid for more requirements than a
// demand may have, and the error of a context that ends first.
func (x *Index) Programmes(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	return x.now.Load().bestOf(ctx, q)
}

func (now *snapshot) bestOf(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	if !now.loaded {
		return nil, 0, domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
	}
	if len(q.Requirements) > domain.MaxRequirements {
		return nil, 0, domain.Fail(domain.Invalid, domain.CodeTooMany, domain.MaxRequirements)
	}
	s := programmeSearches.Get().(*programmeSearch)
	defer s.end()
	s.begin(now.world, q)
	for i := range now.programmes.views {
		if err := s.segment(ctx, i, &now.programmes.views[i]); err != nil {
			return nil, 0, err
		}
	}
	return s.top.ranks(), s.total, nil
}

// begin prepares what is the same for all segments.
func (s *programmeSearch) begin(w *world, q domain.ProgrammeQuery) {
	s.world, s.q, s.total, s.musts, s.base = w, q, 0, 0, domain.Score{}
	s.asks = s.asks[:0]
	s.top = top[domain.ProgrammeRank]{limit: q.Limit, after: q.After, heap: s.top.heap[:0]}
	s.reach.reset(w.names.len())
	for _, o := range q.Own {
		if n, ok := w.names.find(o.Competence); ok {
			s.reach.add(w.kin, held{n, heldTo(o.Level)})
		}
	}
	for _, r := range q.Requirements {
		s.ask(r)
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
		s.asks = append(s.asks, ask{n, level, r.Importance, base})
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

// segment scores the programmes of one segment, and offers the best of them.
func (s *programmeSearch) segment(ctx context.Context, number int, v *view[*programme, *programmes]) error {
	n := len(v.segment.docs)
	if cap(s.scores) < n {
		s.scores = make([]score, n)
	}
	s.scores = s.scores[:n]
	defer clear(s.scores)
	for i := range s.asks {
		if err := ctx.Err(); err != nil {
			return err
		}
		s.asks[i].addTo(s.scores, &v.segment.postings)
	}
	if i, ok := v.has(s.q.Without); ok && s.q.Without != uuid.Nil {
		s.scores[i] = 0
	}
	s.constrain(v)
	s.collect(number, v.segment)
	return nil
}

// addTo adds what a requirement gains to the scores.
func (a *ask) addTo(scores []score, lists *postings[levels]) {
	ordinals, held := lists.list(a.competence)
	held = held[:len(ordinals)]
	if a.base == 0 {
		gains := &gains()[a.level][rank(a.importance)]
		for i, o := range ordinals {
			scores[o] += gains[held[i]%packed]
		}
		return
	}
	credits := credits()
	for i, o := range ordinals {
		scores[o] += gain(a.importance, domain.Credit(credits[held[i]%packed][a.level]), a.base)
	}
}

// constrain sets the filter to what is alive and satisfies the constraints, all_musts apart.
func (s *programmeSearch) constrain(v *view[*programme, *programmes]) {
	f, c, seg := &s.filter, &s.q.Constraints, v.segment
	f.reset(len(seg.docs))
	f.and(v.live)
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
	if c.StartsFrom == 0 {
		anyOf(f, s.values, &seg.values, regions, c.Regions, value{modes, string(domain.Online)})
	} else {
		s.placeAndStart(seg)
	}
	if c.MaxPrice != nil {
		f.turnOn()
		f.bits.keep(func(i uint32) bool {
			return s.scores[i] != 0 && seg.prices[i] != unknownPrice && seg.prices[i] <= *c.MaxPrice
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
		f.bits.keep(func(i uint32) bool { return s.scores[i] != 0 && seg.starts[i] >= c.StartsFrom })
		return
	}
	asked := s.places(seg)
	f.and(f.union)
	f.bits.keep(func(i uint32) bool {
		switch {
		case s.scores[i] == 0 || seg.starts[i] < c.StartsFrom:
			return false
		case s.everywhere.has(i), s.here.has(i) && seg.placeless[i] >= c.StartsFrom:
			return true
		default:
			return slices.ContainsFunc(seg.docs[i].intakes, func(in intake) bool {
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

// collect counts the matches of a segment, and offers those that can be among the first. Who matches is as good as
// random, so counting has no branches: a score is below 1<<31, and the top bit of its negative says that it is not 0.
func (s *programmeSearch) collect(number int, seg *programmes) {
	if s.q.Constraints.AllMusts {
		s.demandMusts()
	}
	floor, ceiling := s.floor(number), s.ceiling()
	consider := func(i int, sc score) score {
		if sc > ceiling {
			return floor
		}
		s.top.offer(s.rank(seg.docs[i], sc), number)
		return s.floor(number)
	}
	var total score
	if s.filter.on {
		for w, word := range s.filter.bits {
			for rest := word; rest != 0; rest &= rest - 1 {
				i := w*64 + bits.TrailingZeros64(rest)
				sc := s.scores[i]
				total += -sc >> 31
				if sc > floor {
					floor = consider(i, sc)
				}
			}
		}
	} else {
		for i, sc := range s.scores {
			total += -sc >> 31
			if sc > floor {
				floor = consider(i, sc)
			}
		}
	}
	s.total += int(total)
}

// demandMusts takes the score from every programme that leaves a must unmet.
func (s *programmeSearch) demandMusts() {
	wanted := score(s.musts) //nolint:gosec // at most 200
	for i, sc := range s.scores {
		missing := sc&(1<<mustBits-1) ^ wanted
		s.scores[i] = sc &^ -(-missing >> 31) // all bits if any is missing
	}
}

// rank returns the rank of a programme with a score.
func (s *programmeSearch) rank(p *programme, sc score) domain.ProgrammeRank {
	return domain.ProgrammeRank{
		ID:       p.id,
		Points:   s.base.Points + int64(sc>>mustBits),
		MustsMet: s.base.MustsMet + int(sc&(1<<mustBits-1)),
		Weeks:    p.knownWeeks(),
	}
}

// floor returns the score above which a programme of a segment can still come in. It is the last one's score, for a tie
// within a segment goes to who came first; against another segment ties have to be looked at.
func (s *programmeSearch) floor(number int) score {
	if s.top.limit <= 0 {
		return math.MaxUint32
	}
	last, ok := s.top.last()
	if !ok {
		return 0
	}
	points, musts := last.rank.Points-s.base.Points, last.rank.MustsMet-s.base.MustsMet
	f := score(points)<<mustBits + score(musts) //nolint:gosec // what a score was made of
	if last.segment != number {
		f--
	}
	return f
}

// ceiling returns the highest score that can come after the rank to continue from.
func (s *programmeSearch) ceiling() score {
	if s.q.After == nil {
		return math.MaxUint32
	}
	points := s.q.After.Points - s.base.Points
	if points < 0 {
		return 0
	}
	return score(min(points, 1<<22))<<mustBits + (1<<mustBits - 1)
}
