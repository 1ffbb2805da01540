package coverage

import (
	"cmp"
	"math/bits"
	"slices"
)

// bitset is a set of ordinals.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, wordsFor(n)) }

func wordsFor(n int) int { return (n + 63) / 64 }

func (b bitset) has(i uint32) bool { return b[i/64]&(1<<(i%64)) != 0 }
func (b bitset) set(i uint32)      { b[i/64] |= 1 << (i % 64) }
func (b bitset) unset(i uint32)    { b[i/64] &^= 1 << (i % 64) }

// fill makes b hold 0 to n-1.
func (b bitset) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if tail := n % 64; tail != 0 {
		b[len(b)-1] = 1<<tail - 1
	}
}

// cut leaves only what is below n.
func (b bitset) cut(n int) {
	if w := n / 64; w < len(b) {
		b[w] &= 1<<(n%64) - 1
		clear(b[w+1:])
	}
}

func (b bitset) and(c bitset) {
	c = c[:len(b)]
	for i := range b {
		b[i] &= c[i]
	}
}

func (b bitset) or(c bitset) {
	c = c[:len(b)]
	for i := range b {
		b[i] |= c[i]
	}
}

// add adds the ordinals of a block, whose first document b begins with.
func (b bitset) add(ordinals []uint16) {
	for _, o := range ordinals {
		b[o/64] |= 1 << (o % 64)
	}
}

// addPairs adds the ordinals of a mixed run that earn anything by their codes.
func (b bitset) addPairs(pairs []uint16, earns *[codes]uint32) {
	for ; len(pairs) >= 2; pairs = pairs[2:] {
		if earns[pairs[1]%codes] > 0 {
			b[pairs[0]/64] |= 1 << (pairs[0] % 64)
		}
	}
}

// count returns how many there are.
func (b bitset) count() int {
	n := 0
	for _, word := range b {
		n += bits.OnesCount64(word)
	}
	return n
}

// each yields all of them, in order.
func (b bitset) each(yield func(i int)) {
	for w, word := range b {
		for ; word != 0; word &= word - 1 {
			yield(w*64 + bits.TrailingZeros64(word))
		}
	}
}

// orAll adds what is in any of the sets, four of them in one walk.
func (b bitset) orAll(sets []bitset) {
	for ; len(sets) >= 4; sets = sets[4:] {
		c, d, e, f := sets[0][:len(b)], sets[1][:len(b)], sets[2][:len(b)], sets[3][:len(b)]
		for i := range b {
			b[i] |= c[i] | d[i] | e[i] | f[i]
		}
	}
	for _, c := range sets {
		b.or(c)
	}
}

// keep leaves what passes.
func (b bitset) keep(passes func(i uint32) bool) {
	for w, word := range b {
		left := word
		for rest := word; rest != 0; rest &= rest - 1 {
			bit := bits.TrailingZeros64(rest)
			if !passes(uint32(w*64 + bit)) { //nolint:gosec // an ordinal
				left &^= 1 << bit
			}
		}
		b[w] = left
	}
}

// set is the set of documents that have a value: a bitset, or the list of them where that is smaller. So the rarest
// values cost what their documents do, however many values there are.
type set struct {
	bits bitset
	list []uint32
}

func (s set) addTo(b bitset) {
	if s.bits != nil {
		b.or(s.bits)
		return
	}
	for _, i := range s.list {
		b.set(i)
	}
}

func (s set) each(yield func(i int)) {
	s.bits.each(yield)
	for _, i := range s.list {
		yield(int(i))
	}
}

// attribute is a property that documents have values of.
type attribute uint8

const (
	regions attribute = iota
	intakeRegions
	modes
	languages
	kinds
	funding
	segmentsOf
	sectors
)

// value is one value of an attribute.
type value struct {
	of   attribute
	name string
}

// values numbers what a document has of an attribute, after those in list.
func numbersOf[T ~string](d *dictionary[value], list []uint32, of attribute, names ...T) []uint32 {
	for _, name := range names {
		list = append(list, d.number(value{of, string(name)}))
	}
	return list
}

// catalogued is which documents of a segment have which value.
type catalogued struct {
	numbers []uint32 // sorted
	sets    []set
}

// catalogue builds the sets of n documents.
func catalogue(n int, valuesOf func(i int) []uint32) catalogued {
	lists := make(map[uint32][]uint32)
	for i := range n {
		for _, v := range valuesOf(i) {
			if l := lists[v]; len(l) == 0 || l[len(l)-1] != uint32(i) {
				lists[v] = append(l, uint32(i))
			}
		}
	}
	var c catalogued
	for v := range lists {
		c.numbers = append(c.numbers, v)
	}
	slices.Sort(c.numbers)
	for _, v := range c.numbers {
		c.sets = append(c.sets, newSet(n, lists[v]))
	}
	return c
}

func newSet(n int, list []uint32) set {
	if len(list)*32 < n {
		return set{list: slices.Clip(list)}
	}
	b := newBitset(n)
	for _, i := range list {
		b.set(i)
	}
	return set{bits: b}
}

// find returns the documents that have a value; none if no document does.
func (c *catalogued) find(number uint32) set {
	if i, ok := slices.BinarySearch(c.numbers, number); ok {
		return c.sets[i]
	}
	return set{}
}

// transposed returns the values of each of n documents.
func (c *catalogued) transposed(n int) *ragged[uint32] {
	r := ragged[uint32]{ends: make([]uint32, n)}
	for _, s := range c.sets {
		s.each(func(i int) { r.ends[i]++ })
	}
	total := uint32(0)
	for i, count := range r.ends {
		r.ends[i] = total // where the next one goes
		total += count
	}
	r.items = make([]uint32, total)
	for k, s := range c.sets {
		s.each(func(i int) {
			r.items[r.ends[i]] = c.numbers[k]
			r.ends[i]++
		})
	}
	return &r
}

func (c *catalogued) bytes() int64 {
	n := size(c.numbers) + size(c.sets)
	for _, s := range c.sets {
		n += size(s.bits) + size(s.list)
	}
	return n
}

// filter narrows the documents of one segment, one constraint after the other. While it is off, all of them pass.
type filter struct {
	n     int
	on    bool
	bits  bitset // what passes, when on
	union bitset // of the values of one constraint
}

// reset lets n documents pass.
func (f *filter) reset(n int) {
	f.n, f.on = n, false
	if w := wordsFor(n); cap(f.bits) < w {
		f.bits, f.union = newBitset(n), newBitset(n)
	} else {
		f.bits, f.union = f.bits[:w], f.union[:w]
	}
}

// turnOn makes bits say what passes.
func (f *filter) turnOn() {
	if !f.on {
		f.on = true
		f.bits.fill(f.n)
	}
}

// and lets pass only what is in b; nil is everything.
func (f *filter) and(b bitset) {
	if b == nil {
		return
	}
	if !f.on {
		f.on = true
		copy(f.bits, b)
		return
	}
	f.bits.and(b)
}

// passing returns what passes; nil is everything.
func (f *filter) passing() bitset {
	if !f.on {
		return nil
	}
	return f.bits
}

// narrowed says whether only a few pass, which bits then name.
func (f *filter) narrowed(few int) bool {
	if f.n <= few {
		f.turnOn()
	}
	return f.on && f.bits.count() <= few
}

// common returns how many of a set pass.
func (f *filter) common(b bitset) int {
	if !f.on {
		return b.count()
	}
	n := 0
	for i, word := range f.bits {
		n += bits.OnesCount64(word & b[i])
	}
	return n
}

// anyOf lets pass what has any of the values; none asked is no constraint. Also names other values that will do.
func anyOf[T ~string](f *filter, d *dictionary[value], c *catalogued, of attribute, asked []T, also ...value) {
	if len(asked) == 0 {
		return
	}
	clear(f.union)
	for _, name := range asked {
		f.join(d, c, value{of, string(name)})
	}
	for _, v := range also {
		f.join(d, c, v)
	}
	f.and(f.union)
}

// join adds what has a value to the union.
func (f *filter) join(d *dictionary[value], c *catalogued, v value) {
	if number, ok := d.find(v); ok {
		c.find(number).addTo(f.union)
	}
}

// descending compares for falling order.
func descending[T cmp.Ordered](a, b T) int { return cmp.Compare(b, a) }
