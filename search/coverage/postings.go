package coverage

import (
	"slices"
	"unsafe"
)

// blockSize is how many documents lie in a block at most: an ordinal within it takes two bytes, and what is added up for
// all of them stays near the processor.
const blockSize = 1 << 15

// blocksOf returns how many documents lie in a block of n of them, at most so many: a sixteenth, for the first block that a
// query looks at has to be walked as a whole.
func blocksOf(n, most int) int { return min(most, wordsFor((n+15)/16)*64) }

// postings are posting lists by key. A block holds the part of every list that falls on its documents, and in it the
// documents of a list lie in groups of equal code, so that a query skips those that earn too little, and works out what
// the others earn once for all of them.
type postings struct {
	keys     []uint32 // sorted
	kinds    ragged[kind]
	present  []bitset // by list: the documents that have it; nil where they are few
	perBlock int      // documents
	blocks   []block
	total    int64
}

// kind is how many documents of a list have a code.
type kind struct {
	code  code
	count uint32
}

// block is blockSize documents, or the last ones.
type block struct {
	starts   []uint32 // by list, and one more: where its groups begin
	groups   []group
	ordinals []uint16 // from the beginning of the block, rising within a group
}

// group is the documents of one list with one code. They begin where those of the group before end.
type group struct {
	end  uint32
	code code
}

// common says of how many documents a list is kept as a bitset, too: one in 256 of them, which are found as fast by looking
// at 64 at a time as one by one.
func common(count, of int) bool { return count*256 >= of }

// list returns the place of a key's list, or none.
func (p *postings) list(key uint32) int {
	if i, ok := slices.BinarySearch(p.keys, key); ok {
		return i
	}
	return none
}

// none is the place of a list that is not there.
const none = -1

// addTo adds the documents of a list whose codes count.
func (p *postings) addTo(b bitset, list int, counts func(code) bool) {
	if list == none {
		return
	}
	for i := range p.blocks {
		part := b[i*p.perBlock/64:]
		p.blocks[i].each(list, func(c code, ordinals []uint16) {
			if counts(c) {
				part.add(ordinals)
			}
		})
	}
}

// each yields the groups of a list in a block.
func (b *block) each(list int, yield func(code, []uint16)) {
	from, to := b.starts[list], b.starts[list+1]
	if from == to {
		return
	}
	var begin uint32
	if from > 0 {
		begin = b.groups[from-1].end
	}
	for _, g := range b.groups[from:to] {
		yield(g.code, b.ordinals[begin:g.end])
		begin = g.end
	}
}

func (p *postings) bytes() int64 {
	n := size(p.keys) + p.kinds.bytes() + size(p.present)
	for _, b := range p.present {
		n += size(b)
	}
	for _, b := range p.blocks {
		n += size(b.starts) + size(b.groups) + size(b.ordinals)
	}
	return n
}

// newPostings builds the lists of n documents, in blocks of so many at most, over keys below most. Each yields the postings
// of a document, no key twice.
func newPostings(n, most, perBlock int, each func(i int, yield func(key uint32, c code))) postings {
	p := postings{perBlock: blocksOf(n, perBlock)}
	w := writer{at: make([]uint32, most)}
	for begin := 0; begin < n; begin += p.perBlock {
		p.blocks = append(p.blocks, w.block(begin, min(begin+p.perBlock, n), each))
	}
	for key := range most {
		p.addKey(key)
	}
	p.keys = slices.Clip(p.keys)
	p.kinds.clip()
	for i := range p.blocks {
		p.blocks[i].keep(p.keys)
	}
	p.present = make([]bitset, len(p.keys))
	for list := range p.keys {
		p.present[list] = p.bitset(list, n)
	}
	return p
}

// addKey makes a list of a key that has postings.
func (p *postings) addKey(key int) {
	var counts [codes]uint32
	found := false
	for i := range p.blocks {
		p.blocks[i].each(key, func(c code, ordinals []uint16) {
			counts[c] += uint32(len(ordinals)) //nolint:gosec // at most blockSize
			found = true
		})
	}
	if !found {
		return
	}
	p.keys = append(p.keys, uint32(key)) //nolint:gosec // a number of a dictionary
	for c, count := range counts {
		if count > 0 {
			p.kinds.items = append(p.kinds.items, kind{code(c), count})
			p.total += int64(count)
		}
	}
	p.kinds.close()
}

// bitset returns the documents of a list, if they are not few.
func (p *postings) bitset(list, n int) bitset {
	count := 0
	for _, k := range p.kinds.of(list) {
		count += int(k.count)
	}
	if !common(count, n) {
		return nil
	}
	b := newBitset(n)
	p.addTo(b, list, func(code) bool { return true })
	return b
}

// writer builds blocks.
type writer struct {
	at              []uint32 // by key: how many postings, and then where the next one goes
	entries, sorted []entry
}

type entry struct {
	key     uint32
	ordinal uint16
	code    code
}

// block builds the block of some documents. Its lists are all keys, those too that are not there.
func (w *writer) block(begin, end int, each func(i int, yield func(key uint32, c code))) block {
	clear(w.at)
	w.entries = w.entries[:0]
	for i := begin; i < end; i++ {
		each(i, func(key uint32, c code) {
			w.at[key]++
			w.entries = append(w.entries, entry{key, uint16(i - begin), c}) //nolint:gosec // below blockSize
		})
	}
	w.sorted = slices.Grow(w.sorted[:0], len(w.entries))[:len(w.entries)]
	next := uint32(0)
	for key, count := range w.at {
		w.at[key] = next
		next += count
	}
	for _, e := range w.entries {
		w.sorted[w.at[e.key]] = e
		w.at[e.key]++
	}
	b := block{starts: make([]uint32, 1, len(w.at)+1), ordinals: make([]uint16, 0, len(w.entries))}
	begun := uint32(0)
	for _, end := range w.at {
		b.addList(w.sorted[begun:end])
		begun = end
	}
	b.groups = slices.Clip(b.groups)
	return b
}

// addList groups the postings of a list by their codes.
func (b *block) addList(entries []entry) {
	if len(entries) > 0 {
		b.addGroups(entries)
	}
	b.starts = append(b.starts, uint32(len(b.groups))) //nolint:gosec // at most as many as postings
}

func (b *block) addGroups(entries []entry) {
	var at [codes]uint32 // how many of a code, and then where the next one goes
	for _, e := range entries {
		at[e.code%codes]++
	}
	next := uint32(len(b.ordinals)) //nolint:gosec // memory ends before
	b.ordinals = b.ordinals[:len(b.ordinals)+len(entries)]
	for c, count := range at {
		at[c] = next
		if count > 0 {
			next += count
			b.groups = append(b.groups, group{next, code(c)})
		}
	}
	for _, e := range entries {
		b.ordinals[at[e.code%codes]] = e.ordinal
		at[e.code%codes]++
	}
}

// keep leaves the lists of the keys that there are.
func (b *block) keep(keys []uint32) {
	starts := make([]uint32, 0, len(keys)+1)
	for _, key := range keys {
		starts = append(starts, b.starts[key])
	}
	starts = append(starts, b.starts[len(b.starts)-1])
	b.starts = starts
}

// ragged is lists in one piece.
type ragged[T any] struct {
	ends  []uint32
	items []T
}

// of returns a list.
func (r *ragged[T]) of(i int) []T {
	begin := uint32(0)
	if i > 0 {
		begin = r.ends[i-1]
	}
	return r.items[begin:r.ends[i]:r.ends[i]]
}

// add adds a list.
func (r *ragged[T]) add(list []T) {
	r.items = append(r.items, list...)
	r.close()
}

// close ends a list.
func (r *ragged[T]) close() { r.ends = append(r.ends, uint32(len(r.items))) } //nolint:gosec // memory ends before

func (r *ragged[T]) clip() { r.ends, r.items = slices.Clip(r.ends), slices.Clip(r.items) }

func (r *ragged[T]) bytes() int64 { return size(r.ends) + size(r.items) }

// size returns how many bytes a slice takes.
func size[T any](s []T) int64 {
	var one T
	return int64(cap(s)) * int64(unsafe.Sizeof(one)) //nolint:gosec // a size of few bytes
}
