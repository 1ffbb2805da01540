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
// the others earn once for all of them. Codes that few documents have share a run. A list has the same runs in every block,
// be they empty, so that where they are is known before a block is looked at.
type postings struct {
	keys     []uint32     // sorted
	kinds    ragged[kind] // by list: first those with a run of their own, in the order of the runs
	rows     []row        // by list
	present  []bitset     // by list: the documents that have it; nil where they are few
	perBlock int          // documents
	blocks   int
	bounds   []uint32 // where a run begins; it ends where the next one does
	ordinals []uint16 // from the beginning of the block, rising within a run
	sample   []uint32 // documents that are likely to be among the best; their ordinals in lists are places here
	total    int64
}

// kind is how many documents of a list have a code.
type kind struct {
	code  code
	count uint32
}

// row is where among bounds those of a list are: of each block, and after the blocks of the sample, a run for each of its
// own codes, and behind them one of the documents with other codes, if there are any. There each ordinal has its code behind
// it, and a posting takes four bytes; a run of its own takes four for each block and two for each posting.
type row struct {
	first     uint32
	own, runs uint16
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

// addTo adds the documents of a list that earn anything by their codes.
func (p *postings) addTo(b bitset, list int, earns *[codes]uint32) {
	if list == none {
		return
	}
	own, kinds := int(p.rows[list].own), p.kinds.of(list)
	for i := range p.blocks {
		part, bounds := b[i*p.perBlock/64:], p.of(list, i)
		for run, k := range kinds[:own] {
			if earns[k.code%codes] > 0 {
				part.add(p.ordinals[bounds[run]:bounds[run+1]])
			}
		}
		if own < len(kinds) {
			part.addPairs(p.ordinals[bounds[own]:bounds[own+1]], earns)
		}
	}
}

// of returns where the runs of a list in a block begin, and where the last one ends.
func (p *postings) of(list, block int) []uint32 {
	r := &p.rows[list]
	first := int(r.first) + block*int(r.runs)
	return p.bounds[first : first+int(r.runs)+1]
}

func (p *postings) bytes() int64 {
	n := size(p.keys) + p.kinds.bytes() + size(p.rows) + size(p.present) + size(p.bounds) + size(p.ordinals) + size(p.sample)
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
	w := writer{at: make([]uint32, most)}
	var parts []part
	for begin := 0; begin < n; begin += p.perBlock {
		parts = append(parts, w.part(min(p.perBlock, n-begin), func(i int, yield func(uint32, code)) { each(begin+i, yield) }))
	}
	p.blocks = len(parts)
	if p.blocks > 1 {
		p.sample = worthiest(n, min(p.perBlock, sampleOf(n)), worth)
	}
	parts = append(parts, w.part(len(p.sample), func(i int, yield func(uint32, code)) { each(int(p.sample[i]), yield) }))
	p.join(parts, most, m.alike)
	p.findPresent(n)
	enlarge(p.ordinals)
	enlarge(p.bounds)
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

// join makes one piece of each list of parts, of which the last one is the sample. A code that so many documents of a block
// have, on average, gets a run of its own.
func (p *postings) join(parts []part, most, alike int) {
	ordinals, bounds := 0, 1
	for key := range most {
		if found, others := p.addKey(parts[:p.blocks], key, alike); found > 0 {
			ordinals += found + others + 2*len(parts[p.blocks].of(key))
			bounds += len(parts) * int(p.rows[len(p.rows)-1].runs)
			p.total += int64(found)
		}
	}
	p.keys, p.rows = slices.Clip(p.keys), slices.Clip(p.rows)
	p.kinds.finish()
	p.ordinals, p.bounds = make([]uint16, 0, ordinals), make([]uint32, 0, bounds)
	for list, key := range p.keys {
		p.rows[list].first = uint32(len(p.bounds)) //nolint:gosec // memory ends before
		for i := range parts {
			p.addPart(list, parts[i].of(int(key)))
		}
	}
	p.bounds = append(p.bounds, uint32(len(p.ordinals))) //nolint:gosec // memory ends before
}

// addKey makes a list of a key that has postings, and returns how many it has, and how many of them have no run of their code.
func (p *postings) addKey(parts []part, key, alike int) (found, others int) {
	var counts [codes]int
	for i := range parts {
		for _, e := range parts[i].of(key) {
			counts[e.code%codes]++
			found++
		}
	}
	if found == 0 {
		return 0, 0
	}
	var r row
	var rare []kind
	for c, count := range counts {
		k := kind{code(c), uint32(count)} //nolint:gosec // memory ends before
		if count >= alike*len(parts) {
			p.kinds.items = append(p.kinds.items, k)
			r.own++
		} else if count > 0 {
			rare = append(rare, k)
			others += count
		}
	}
	r.runs = r.own
	if others > 0 {
		r.runs++
	}
	p.kinds.add(rare)
	p.keys, p.rows = append(p.keys, uint32(key)), append(p.rows, r) //nolint:gosec // a number of a dictionary
	return found, others
}

// addPart adds a part's documents to a list.
func (p *postings) addPart(list int, entries []entry) {
	var at [codes]uint32 // how many of a code, and then where the next one goes
	for _, e := range entries {
		at[e.code%codes]++
	}
	r, kinds := p.rows[list], p.kinds.of(list)
	next := uint32(len(p.ordinals)) //nolint:gosec // memory ends before
	for _, k := range kinds[:r.own] {
		p.bounds = append(p.bounds, next)
		at[k.code], next = next, next+at[k.code]
	}
	if r.runs > r.own {
		p.bounds = append(p.bounds, next)
		for _, k := range kinds[r.own:] {
			at[k.code] = unsorted
		}
	}
	p.ordinals = p.ordinals[:next]
	for _, e := range entries {
		if place := &at[e.code%codes]; *place == unsorted {
			p.ordinals = append(p.ordinals, e.ordinal, uint16(e.code))
		} else {
			p.ordinals[*place] = e.ordinal
			*place++
		}
	}
}

// unsorted is in the place of where a code's next posting goes, if it has no run of its own.
const unsorted = math.MaxUint32

// findPresent sets the bitsets of the lists that are not short, of n documents. They lie in one piece.
func (p *postings) findPresent(n int) {
	var long []int
	for list := range p.keys {
		count := 0
		for _, k := range p.kinds.of(list) {
			count += int(k.count)
		}
		if common(count, n) {
			long = append(long, list)
		}
	}
	var every [codes]uint32
	for c := range every {
		every[c] = 1
	}
	words := wordsFor(n)
	all := make(bitset, words*len(long))
	p.present = make([]bitset, len(p.keys))
	for i, list := range long {
		p.present[list] = all[i*words : (i+1)*words : (i+1)*words]
		p.addTo(p.present[list], list, &every)
	}
	enlarge(all)
}

// writer builds the lists of one block after the other.
type writer struct {
	at      []uint32 // by key: how many postings, and then where the next one goes
	entries []entry
}

type entry struct {
	key     uint32
	ordinal uint16
	code    code
}

// part is the postings of a block by key.
type part struct {
	ends    []uint32 // by key
	entries []entry
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
	next := uint32(0)
	for key, count := range w.at {
		w.at[key] = next
		next += count
	}
	sorted := make([]entry, len(w.entries))
	for _, e := range w.entries {
		sorted[w.at[e.key]] = e
		w.at[e.key]++
	}
	return part{slices.Clone(w.at), sorted}
}

// of returns the postings of a key, their ordinals rising.
func (b *part) of(key int) []entry {
	begin := uint32(0)
	if key > 0 {
		begin = b.ends[key-1]
	}
	return b.entries[begin:b.ends[key]]
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

// finish says that no list will follow.
func (r *ragged[T]) finish() {
	r.ends, r.items = slices.Clip(r.ends), slices.Clip(r.items)
	enlarge(r.ends)
	enlarge(r.items)
}

func (r *ragged[T]) bytes() int64 { return size(r.ends) + size(r.items) }

// size returns how many bytes a slice takes.
func size[T any](s []T) int64 {
	var one T
	return int64(cap(s)) * int64(unsafe.Sizeof(one)) //nolint:gosec // a size of few bytes
}
