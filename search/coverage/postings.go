package coverage

import (
	"cmp"
	"math"
	"slices"
	"unsafe"
)

// blockSize is how many documents lie in a block at most: an ordinal within it takes two bytes, and what is added up for
// all of them stays near the processor.
const blockSize = 1 << 15

// blocksOf returns how many documents lie in a block of n of them, at most so many: a sixteenth, for the first block that a
// query looks at has to be walked as a whole.
func blocksOf(n, most int) int { return min(most, wordsFor((n+15)/16)*64) }

// postings are posting lists by key. A list lies in one piece, block by block, for a query reads few lists and all of each.
// In a block its documents lie in runs of equal code, so that a query skips those that earn too little, and works out what
// the others earn once for all of them. Codes that few documents have share a run.
type postings struct {
	keys     []uint32 // sorted
	kinds    ragged[kind]
	present  []bitset // by list: the documents that have it; nil where they are few
	perBlock int      // documents
	blocks   int
	ends     []uint32 // by list and block, and after its blocks the sample: where its runs end
	runs     []run
	ordinals []uint16 // from the beginning of the block, rising within a run
	sample   []uint32 // documents that are likely to be among the best; their ordinals in lists are places here
	total    int64
}

// kind is how many documents of a list have a code.
type kind struct {
	code  code
	count uint32
}

// run is the documents of one list in a block with one code; or those with codes that few have, each ordinal with its code
// behind it. They begin where those of the run before end.
type run struct {
	end  uint32
	code code
}

// mixed is the code of a run whose documents have a code each. There a posting takes four bytes, and a run of its own takes
// eight and two for each.
const mixed code = codes

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

// addTo adds the documents of a list that earn anything by their codes.
func (p *postings) addTo(b bitset, list int, earns *[codes]uint32) {
	if list == none {
		return
	}
	for i := range p.blocks {
		part := b[i*p.perBlock/64:]
		runs, begin := p.of(list, i)
		for _, r := range runs {
			if r.code == mixed {
				part.addPairs(p.ordinals[begin:r.end], earns)
			} else if earns[r.code%codes] > 0 {
				part.add(p.ordinals[begin:r.end])
			}
			begin = r.end
		}
	}
}

// of returns the runs of a list in a block, and where the first one begins.
func (p *postings) of(list, block int) ([]run, uint32) {
	at := list*(p.blocks+1) + block
	from, to := uint32(0), p.ends[at]
	if at > 0 {
		from = p.ends[at-1]
	}
	if from == 0 {
		return p.runs[:to], 0
	}
	return p.runs[from:to], p.runs[from-1].end
}

func (p *postings) bytes() int64 {
	n := size(p.keys) + p.kinds.bytes() + size(p.present) + size(p.ends) + size(p.runs) + size(p.ordinals) + size(p.sample)
	for _, b := range p.present {
		n += size(b)
	}
	return n
}

// newPostings builds the lists of n documents, over keys below most. Each yields the postings
// of a document, no key twice. Worth says of which ones there is to be a sample, if there is more than one block: those of
// which it is the largest.
func newPostings(n, most int, m measures, each func(i int, yield func(key uint32, c code)), worth func(i int) int64) postings {
	p := postings{perBlock: blocksOf(n, m.perBlock)}
	w := writer{at: make([]uint32, most), alike: uint32(m.alike)} //nolint:gosec // a few
	var parts []part
	for begin := 0; begin < n; begin += p.perBlock {
		parts = append(parts, w.part(min(p.perBlock, n-begin), func(i int, yield func(uint32, code)) { each(begin+i, yield) }))
	}
	p.blocks = len(parts)
	if p.blocks > 1 {
		p.sample = worthiest(n, min(p.perBlock, sampleOf(n)), worth)
	}
	parts = append(parts, w.part(len(p.sample), func(i int, yield func(uint32, code)) { each(int(p.sample[i]), yield) }))
	p.join(parts, most)
	p.present = make([]bitset, len(p.keys))
	for list := range p.keys {
		p.present[list] = p.bitset(list, n)
	}
	return p
}

// sampleOf returns how many of n documents make a sample: the more, the higher is what they let one expect, and the longer
// takes it to look at them.
func sampleOf(n int) int { return min(n, max(512, n/128)) }

// worthiest returns the ordinals, rising, of so many of n documents of which the worth is the largest.
func worthiest(n, count int, worth func(i int) int64) []uint32 {
	type valued struct {
		worth   int64
		ordinal uint32
	}
	all := make([]valued, n)
	for i := range all {
		all[i] = valued{worth(i), uint32(i)}
	}
	slices.SortFunc(all, func(a, b valued) int {
		return cmp.Or(descending(a.worth, b.worth), cmp.Compare(a.ordinal, b.ordinal))
	})
	list := make([]uint32, count)
	for i := range list {
		list[i] = all[i].ordinal
	}
	slices.Sort(list)
	return list
}

// join makes one piece of each list of parts, of which the last one is the sample.
func (p *postings) join(parts []part, most int) {
	runs, ordinals := 0, 0
	for i := range parts {
		runs, ordinals = runs+len(parts[i].runs), ordinals+len(parts[i].ordinals)
	}
	p.runs, p.ordinals = make([]run, 0, runs), make([]uint16, 0, ordinals)
	for key := range most {
		if !p.addKey(parts[:p.blocks], key) {
			continue
		}
		for i := range parts {
			p.addPart(&parts[i], key)
		}
	}
	p.keys, p.ends = slices.Clip(p.keys), slices.Clip(p.ends)
	p.kinds.clip()
}

// addKey makes a list of a key that has postings.
func (p *postings) addKey(parts []part, key int) bool {
	var counts [codes]uint32
	found := false
	for i := range parts {
		runs, begin := parts[i].of(key)
		for _, r := range runs {
			parts[i].count(r, begin, &counts)
			begin, found = r.end, true
		}
	}
	if !found {
		return false
	}
	p.keys = append(p.keys, uint32(key)) //nolint:gosec // a number of a dictionary
	for c, count := range counts {
		if count > 0 {
			p.kinds.items = append(p.kinds.items, kind{code(c), count})
			p.total += int64(count)
		}
	}
	p.kinds.close()
	return true
}

// addPart adds a part's documents to the last list.
func (p *postings) addPart(b *part, key int) {
	runs, begin := b.of(key)
	for _, r := range runs {
		p.ordinals = append(p.ordinals, b.ordinals[begin:r.end]...)
		p.runs = append(p.runs, run{uint32(len(p.ordinals)), r.code}) //nolint:gosec // memory ends before
		begin = r.end
	}
	p.ends = append(p.ends, uint32(len(p.runs))) //nolint:gosec // memory ends before
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
	var all [codes]uint32
	for c := range all {
		all[c] = 1
	}
	p.addTo(b, list, &all)
	return b
}

// writer builds the lists of one block after the other.
type writer struct {
	at              []uint32 // by key: how many postings, and then where the next one goes
	entries, sorted []entry
	alike           uint32
}

type entry struct {
	key     uint32
	ordinal uint16
	code    code
}

// part is the lists of a block, by key, those too that are not there.
type part struct {
	ends     []uint32 // by key: where its runs end
	runs     []run
	ordinals []uint16
}

// part builds the lists of n documents.
func (w *writer) part(n int, each func(i int, yield func(key uint32, c code))) part {
	clear(w.at)
	w.entries = w.entries[:0]
	for i := range n {
		each(i, func(key uint32, c code) {
			w.at[key]++
			w.entries = append(w.entries, entry{key, uint16(i), c}) //nolint:gosec // below blockSize
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
	b := part{ends: make([]uint32, 0, len(w.at)), ordinals: make([]uint16, 0, len(w.entries))}
	begun := uint32(0)
	for _, end := range w.at {
		if begun < end {
			b.addList(w.sorted[begun:end], w.alike)
		}
		b.ends = append(b.ends, uint32(len(b.runs))) //nolint:gosec // at most as many as postings
		begun = end
	}
	return b
}

// of returns the runs of a key, and where the first one begins.
func (b *part) of(key int) ([]run, uint32) {
	from := uint32(0)
	if key > 0 {
		from = b.ends[key-1]
	}
	if from == 0 {
		return b.runs[:b.ends[key]], 0
	}
	return b.runs[from:b.ends[key]], b.runs[from-1].end
}

// addList puts the postings of a list into runs by their codes: their own, if so many have it, or the mixed one.
func (b *part) addList(entries []entry, alike uint32) {
	var at [codes]uint32 // how many of a code, and then where the next one goes
	for _, e := range entries {
		at[e.code%codes]++
	}
	begin := len(b.ordinals)
	next := uint32(begin) //nolint:gosec // memory ends before
	for c, count := range at {
		if at[c] = next; count >= alike {
			next += count
			b.runs = append(b.runs, run{next, code(c)})
		} else if count > 0 {
			at[c] = inMixed
		}
	}
	b.ordinals = slices.Grow(b.ordinals, 2*len(entries))[:next]
	for _, e := range entries {
		if place := &at[e.code%codes]; *place == inMixed {
			b.ordinals = append(b.ordinals, e.ordinal, uint16(e.code))
		} else {
			b.ordinals[*place] = e.ordinal
			*place++
		}
	}
	if end := uint32(len(b.ordinals)); end > next { //nolint:gosec // memory ends before
		b.runs = append(b.runs, run{end, mixed})
	}
}

// inMixed is in the place of where a code's next posting goes, if that is the mixed run.
const inMixed = math.MaxUint32

// count adds how many documents of a run have which code.
func (b *part) count(r run, begin uint32, counts *[codes]uint32) {
	if r.code != mixed {
		counts[r.code%codes] += r.end - begin
		return
	}
	for at := begin; at < r.end; at += 2 {
		counts[b.ordinals[at+1]%codes]++
	}
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
