package coverage

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// A sieve finds the documents of a segment that can still be among the first of a query, without adding up what all the
// others earn. It is MaxScore over the runs of the posting lists: the sum over all terms of what a document earns cannot be
// above
//
//	Σ cut + Σ over the runs that earn more than their term's cut of (what the run earns - cut)
//
// whatever the cuts. So runs that earn at most the cut need not be walked. The cuts are chosen so that they spare the
// most postings and yet their sum leaves enough below the floor: what the last of the first few earns. Who stays above is
// looked up in the bitmaps of terms that have been cut, and then worked out exactly.
type sieve struct {
	lists *postings
	terms []term
	steps []step

	kinds   [codes]kind     // room
	corners [codes + 1]step // room

	cuts      uint32 // the sum of the terms' cuts
	planned   uint32 // the floor for which they were chosen
	beyond    uint32 // what all terms earn at most above their cuts
	earning   int    // how many terms earn more than their cuts
	unit      uint32 // of sums; 0 before there is one
	ways      []way
	absent    []absence           // terms with a cut whose documents a bitmap tells, the largest cut first
	stretches []stretch           // of the block at hand
	read      uint32              // keeps a look at memory from being left out
	acc       [places]uint8       // what was added up, in units, rounded up; zero between blocks
	open      [places / 64]uint64 // who may stay above
	hopes     []hopeful           // room
	sums      []uint32            // of the sample
	sets      []bitset            // room
	effort    effort
}

// places is how many an ordinal within a block can name, so that it needs no look before it is used as one. Those from
// blockSize on stay unused.
const places = 1 << 16

// effort is what queries cost; tests look whether anything was spared.
type effort struct {
	Postings int // of all terms in the segments that were sifted
	Walked   int // of them, to add up what they earn
	Weighed  int // documents whose exact score was worked out
}

// term is a list that documents earn by.
type term struct {
	list  int // in the segment at hand, or none
	earns [codes]uint32
	most  uint32 // of those that there are
	cut   uint32
	done  bool         // while cuts are chosen
	adds  [codes]uint8 // what of it is above the cut, in units, rounded up; of codes that there are
}

// absence is a term that a document without it cannot earn the cut of.
type absence struct {
	cut uint32
	has bitset
}

// way is neighbouring runs of a term that add the same above its cut, by where they begin and end in the first block, and how
// much further in the next one.
type way struct {
	term, from, to, further uint32
	adds                    uint8 // units, rounded up; 0 where each ordinal has its code behind it
}

// stretch is a way in the block at hand.
type stretch struct {
	begin, end, term uint32
	adds             uint8
}

// hopeful is a document and what it may earn at most.
type hopeful struct {
	ordinal int
	most    uint32
}

// step raises the cut of a term.
type step struct {
	term  int
	to    uint32
	cost  uint32
	spare int // postings
}

// cutShare is how much of the floor the cuts may take, of 8: the more, the fewer postings are walked, the less, the fewer
// documents are weighed.
const cutShare = 4

// begin prepares for a segment's lists, whose places the terms already have.
func (s *sieve) begin(lists *postings) {
	s.lists = lists
	for i := range s.terms {
		if list := s.terms[i].list; list != none {
			for _, k := range lists.kinds.of(list) {
				s.effort.Postings += int(k.count)
			}
		}
	}
	s.cuts, s.planned, s.unit = 0, 0, 0
	s.steps, s.absent = s.steps[:0], s.absent[:0]
	for i := range s.terms {
		t := &s.terms[i]
		t.cut, t.most = 0, 0
		if t.list != none {
			s.addSteps(i)
		}
	}
	slices.SortStableFunc(s.steps, func(a, b step) int {
		return cmp.Compare(uint64(b.spare)*uint64(a.cost), uint64(a.spare)*uint64(b.cost)) //nolint:gosec // counts
	})
}

// addSteps adds the corners of the convex hull of what a cut spares of a term, so that each next step is worth less.
func (s *sieve) addSteps(i int) {
	t := &s.terms[i]
	kinds := append(s.kinds[:0], s.lists.kinds.of(t.list)...)
	slices.SortFunc(kinds, func(a, b kind) int { return cmp.Compare(t.earns[a.code%codes], t.earns[b.code%codes]) })
	t.most = t.earns[kinds[len(kinds)-1].code%codes]
	if s.lists.blocks == 1 {
		return // walking is sooner done than planning
	}
	corners := append(s.corners[:0], step{}) // no cut, which spares nothing
	for k, spared := 0, 0; k < len(kinds); {
		earns := t.earns[kinds[k].code%codes]
		for ; k < len(kinds) && t.earns[kinds[k].code%codes] == earns; k++ {
			spared += int(kinds[k].count)
		}
		if earns == 0 { // not walked anyway
			spared = 0
			continue
		}
		c := step{term: i, to: earns, spare: spared}
		for n := len(corners); n > 1 && flatter(corners[n-2], corners[n-1], c); n = len(corners) {
			corners = corners[:n-1]
		}
		corners = append(corners, c)
	}
	for k := 1; k < len(corners); k++ {
		c := corners[k]
		c.cost, c.spare = c.to-corners[k-1].to, c.spare-corners[k-1].spare
		s.steps = append(s.steps, c)
	}
}

// flatter says that the way from a to b spares no more for its cost than the one from b to c.
func flatter(a, b, c step) bool {
	return uint64(b.spare-a.spare)*uint64(c.to-b.to) <= uint64(c.spare-b.spare)*uint64(b.to-a.to) //nolint:gosec // rising
}

// plan chooses the cuts for a floor, and says whether it did: those for one that is hardly lower will do.
func (s *sieve) plan(floor uint32) bool {
	if s.unit > 0 && floor >= s.planned && floor-s.planned <= s.planned/16 {
		return false
	}
	s.planned, s.cuts = floor, 0
	for i := range s.terms {
		s.terms[i].cut, s.terms[i].done = 0, false
	}
	left := uint32(uint64(floor) * cutShare / 8) //nolint:gosec // below floor
	for _, st := range s.steps {
		t := &s.terms[st.term]
		if t.done || st.cost > left {
			t.done = true
			continue
		}
		left -= st.cost
		s.cuts += st.cost
		t.cut = st.to
	}
	s.absent, s.beyond, s.earning = s.absent[:0], 0, 0
	for i := range s.terms {
		t := &s.terms[i]
		if t.cut > 0 && s.lists.present[t.list] != nil {
			s.absent = append(s.absent, absence{t.cut, s.lists.present[t.list]})
		}
		if t.most > t.cut {
			s.beyond += t.most - t.cut
			s.earning++
		}
	}
	slices.SortFunc(s.absent, func(a, b absence) int { return descending(a.cut, b.cut) })
	return true
}

// scale chooses a unit in which no sum is above what acc has room for, if a document earns at most so much by at most so
// many terms, of which each is rounded up; and finds the ways, if the cuts or the unit are other ones than before.
func (s *sieve) scale(most uint32, terms int, planned bool) {
	room := math.MaxUint8 - uint32(min(terms, s.earning)) //nolint:gosec // requirements of one thing, and below MaxUint8
	unit := min(most, s.beyond)/room + 1
	if !planned && unit <= s.unit && s.unit <= unit+unit/4 {
		return
	}
	if most < s.beyond {
		unit += unit / 8 // it will do for the next block, too, where the most is more
	}
	s.unit, s.ways = unit, s.ways[:0]
	for i := range s.terms {
		if s.terms[i].most > s.terms[i].cut {
			s.addWays(i)
		}
	}
}

// addWays adds the ways of a term.
func (s *sieve) addWays(i int) {
	t := &s.terms[i]
	r, kinds := s.lists.rows[t.list], s.lists.kinds.of(t.list)
	for _, k := range kinds {
		c := k.code % codes
		t.adds[c] = uint8((max(t.earns[c], t.cut) - t.cut + s.unit - 1) / s.unit) //nolint:gosec // there is room
	}
	w := way{term: uint32(i), further: uint32(r.runs), to: r.first} //nolint:gosec // requirements, or what outcomes serve
	for run := 0; run < int(r.own); {
		w.from, w.adds = w.to, t.adds[kinds[run].code%codes]
		for ; run < int(r.own) && t.adds[kinds[run].code%codes] == w.adds; run++ {
			w.to++
		}
		if w.adds > 0 {
			s.ways = append(s.ways, w)
		}
	}
	if r.runs > r.own {
		s.ways = append(s.ways, way{w.term, w.to, w.to + 1, w.further, 0})
	}
}

// sift adds up a block for a floor; above then yields who may be above it. A document of the block earns at most so much,
// by at most so many terms.
func (s *sieve) sift(block int, floor, most uint32, terms int) {
	s.scale(most, terms, s.plan(floor))
	s.collect(block)
	bound := uint8(min((floor-s.cuts)/s.unit, math.MaxUint8))
	var here []stretch
	for next := range slices.Chunk(s.stretches, touched) {
		s.touch(next)
		s.walkAll(here, bound)
		here = next
	}
	s.walkAll(here, bound)
}

// touched is how many stretches are touched before those before them are walked: while the one work waits for memory, the
// processor gets on with the other.
const touched = 32

// line is how many ordinals come from memory at once, on most processors.
const line = 32

// touch has the processor fetch all stretches at the same time.
func (s *sieve) touch(stretches []stretch) {
	read := uint32(0)
	for _, st := range stretches {
		for at := st.begin; at < st.end; at += line {
			read += uint32(s.lists.ordinals[at])
		}
	}
	s.read = read
}

// walkAll adds up stretches.
func (s *sieve) walkAll(stretches []stretch, bound uint8) {
	for _, st := range stretches {
		some := s.lists.ordinals[st.begin:st.end]
		if st.adds == 0 {
			s.effort.Walked += len(some) / 2
			s.walkPairs(some, &s.terms[st.term].adds, bound)
			continue
		}
		s.effort.Walked += len(some)
		s.walk(some, st.adds, bound)
	}
}

// collect finds what is to be walked of a block.
func (s *sieve) collect(block int) {
	s.stretches = s.stretches[:0]
	for _, w := range s.ways {
		at := uint32(block) * w.further //nolint:gosec // far fewer than documents
		begin, end := s.lists.bounds[w.from+at], s.lists.bounds[w.to+at]
		if begin < end {
			s.stretches = append(s.stretches, stretch{begin, end, w.term, w.adds})
		}
	}
}

// walk adds what documents of a run earn above the cut, and notes who comes above the bound.
func (s *sieve) walk(ordinals []uint16, adds, bound uint8) {
	for _, o := range ordinals {
		sum := s.acc[o] + adds
		s.acc[o] = sum
		if sum > bound {
			s.open[o/64] |= 1 << (o % 64)
		}
	}
}

// walkPairs does so for a mixed run. What is below the cut adds nothing.
func (s *sieve) walkPairs(pairs []uint16, adds *[codes]uint8, bound uint8) {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		o := pairs[0]
		sum := s.acc[o] + adds[pairs[1]%codes]
		s.acc[o] = sum
		if sum > bound {
			s.open[o/64] |= 1 << (o % 64)
		}
	}
}

// likely adds up the sample exactly and yields, from the last one on, those of it that earn more than a floor, from 0 on, which
// yield returns anew.
func (s *sieve) likely(passing bitset, yield func(ordinal int, earns uint32) uint32) {
	sample := s.lists.sample
	s.sums = slices.Grow(s.sums[:0], len(sample))[:len(sample)]
	clear(s.sums)
	for i := range s.terms {
		if s.terms[i].list != none {
			s.sum(&s.terms[i])
		}
	}
	floor := uint32(0)
	for place, sum := range slices.Backward(s.sums) {
		if sum <= floor {
			continue
		}
		if i := sample[place]; passing == nil || passing.has(i) {
			floor = yield(int(i), sum)
		}
	}
}

// sum adds what the sample earns by a term.
func (s *sieve) sum(t *term) {
	own, bounds := s.lists.rows[t.list].own, s.lists.of(t.list, s.lists.blocks)
	for run, k := range s.lists.kinds.of(t.list)[:own] {
		for _, o := range s.lists.ordinals[bounds[run]:bounds[run+1]] {
			s.sums[o] += t.earns[k.code%codes]
		}
	}
	pairs := s.lists.ordinals[bounds[own]:bounds[len(bounds)-1]]
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		s.sums[pairs[0]] += t.earns[pairs[1]%codes]
	}
}

// above returns, in order, the documents of the block that begins at an ordinal, among those that pass (nil is all), that may
// earn more than the floor. They hold until the next call.
func (s *sieve) above(begin int, passing bitset, floor uint32) []hopeful {
	s.hopes = s.hopes[:0]
	for w := range s.open[:blockSize/64] {
		word := s.open[w]
		if word == 0 {
			continue
		}
		s.open[w] = 0
		if passing != nil {
			word &= passing[begin/64+w]
		}
		for ; word != 0; word &= word - 1 {
			o := w*64 + bits.TrailingZeros64(word)
			if most := s.atMost(begin+o, uint32(s.acc[o])*s.unit+s.cuts, floor); most > floor {
				s.hopes = append(s.hopes, hopeful{begin + o, most})
			}
		}
	}
	return s.hopes
}

// atMost returns what a document may earn of which a bound is known, or something that is not above the floor.
func (s *sieve) atMost(ordinal int, bound, floor uint32) uint32 {
	for i := range s.absent {
		if bound <= floor {
			break
		}
		if !s.absent[i].has.has(uint32(ordinal)) { //nolint:gosec // an ordinal
			bound -= s.absent[i].cut
		}
	}
	return bound
}

// fetch has the processor fetch at the same time what hopeful documents are worked out from.
func fetch[T ~uint32](s *sieve, lists *ragged[T], hopes []hopeful) {
	read := T(0)
	for _, h := range hopes {
		if list := lists.of(h.ordinal); len(list) > 0 {
			read += list[0]
		}
	}
	s.read = uint32(read)
}

// union sets b to the documents of a segment that earn anything.
func (s *sieve) union(lists *postings, b bitset) {
	clear(b)
	sets := s.sets[:0]
	for i := range s.terms {
		t := &s.terms[i]
		if t.list != none && lists.present[t.list] != nil && !t.barren(lists) {
			sets = append(sets, lists.present[t.list])
			continue
		}
		lists.addTo(b, t.list, &t.earns)
	}
	b.orAll(sets)
	clear(sets)
	s.sets = sets
}

// barren says that some of a term's documents earn nothing by it.
func (t *term) barren(lists *postings) bool {
	return slices.ContainsFunc(lists.kinds.of(t.list), func(k kind) bool { return t.earns[k.code%codes] == 0 })
}

// rest makes ready for the next block.
func (s *sieve) rest(n int) { clear(s.acc[:n]) }
