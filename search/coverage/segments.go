package coverage

import (
	"bytes"
	"hash/maphash"
	"slices"

	"github.com/google/uuid"
)

// document is what a segment is made of: enough to index a thing without the thing. It never changes.
type document interface{ key() uuid.UUID }

// shelf is the ids of a segment's documents by ordinal, and the way from an id to an ordinal.
type shelf struct {
	ids   []uuid.UUID
	slots []uint32 // an open hash table of ordinal+1
}

var hashSeed = maphash.MakeSeed()

func newShelf(n int, id func(i int) uuid.UUID) shelf {
	size := 4
	for 2*size < 3*n {
		size *= 2
	}
	s := shelf{ids: make([]uuid.UUID, n), slots: make([]uint32, size)}
	for i := range n {
		s.ids[i] = id(i)
		at := s.slot(s.ids[i])
		for s.slots[at] != 0 {
			at = (at + 1) % uint64(size)
		}
		s.slots[at] = uint32(i) + 1
	}
	return s
}

func (s *shelf) slot(id uuid.UUID) uint64 {
	return maphash.Comparable(hashSeed, id) % uint64(len(s.slots))
}

// find returns the ordinal of a document.
func (s *shelf) find(id uuid.UUID) (uint32, bool) {
	for at := s.slot(id); s.slots[at] != 0; at = (at + 1) % uint64(len(s.slots)) {
		if i := s.slots[at] - 1; s.ids[i] == id {
			return i, true
		}
	}
	return 0, false
}

func (s *shelf) shelved() *shelf { return s }

func (s *shelf) bytes() int64 { return size(s.ids) + size(s.slots) }

// segment is documents and whatever finds them.
type segment[D document] interface {
	comparable
	shelved() *shelf
	// documents returns all of them, so that a segment can be made of them again.
	documents() []D
	// size returns how many postings it has, and how many bytes it takes.
	size() (postings, bytes int64)
}

// view is a segment and which of its documents are alive.
type view[D document, S segment[D]] struct {
	segment S
	live    bitset // nil when all are
	alive   int
}

func (v *view[D, S]) has(id uuid.UUID) (uint32, bool) {
	i, ok := v.segment.shelved().find(id)
	return i, ok && v.lives(i)
}

func (v *view[D, S]) lives(i uint32) bool { return v.live == nil || v.live.has(i) }

// survivors appends the documents that are alive.
func (v *view[D, S]) survivors(docs []D) []D {
	for i, d := range v.segment.documents() {
		if v.lives(uint32(i)) {
			docs = append(docs, d)
		}
	}
	return docs
}

// side is one side of the market: views from the largest to the smallest. It never changes.
type side[D document, S segment[D]] struct {
	views []view[D, S]
}

func newSide[D document, S segment[D]](views []view[D, S]) side[D, S] {
	slices.SortStableFunc(views, func(a, b view[D, S]) int { return b.alive - a.alive })
	return side[D, S]{views}
}

// survivors lists all documents that are alive.
func (s side[D, S]) survivors() []D { return survivors(s.views) }

func survivors[D document, S segment[D]](views []view[D, S]) []D {
	var docs []D
	for i := range views {
		docs = views[i].survivors(docs)
	}
	return docs
}

// replaced returns the side without what is gone, and with documents that replace those of the same id. Build makes a
// segment of documents, of which it does not take in more than small from segments that there are.
func (s side[D, S]) replaced(docs []D, gone []uuid.UUID, small int, build func([]D) S) side[D, S] {
	views := slices.Clone(s.views)
	ids := make([]uuid.UUID, 0, len(docs)+len(gone))
	for _, d := range docs {
		ids = append(ids, d.key())
	}
	ids = append(ids, gone...)
	for i := range views {
		views[i] = views[i].without(ids)
	}
	room := small
	views = slices.DeleteFunc(views, func(v view[D, S]) bool {
		if v.alive == 0 {
			return true
		}
		if v.alive > room || !v.rotten() {
			return false
		}
		room -= v.alive
		docs = v.survivors(docs)
		return true
	})
	if len(docs) == 0 {
		return side[D, S]{views}
	}
	// Taking in what is not more than twice as large leaves sizes that fall geometrically.
	for n := len(views); n > 0 && views[n-1].alive <= min(room, 2*len(docs)); n = len(views) {
		room -= views[n-1].alive
		docs = views[n-1].survivors(docs)
		views = views[:n-1]
	}
	return newSide(append(views, view[D, S]{segment: build(docs), alive: len(docs)}))
}

// untidy returns views whose sizes do not fall geometrically, or one that is rotten, which are to become one and are
// more than replaced takes in. There are none if all is well.
func (s side[D, S]) untidy(small int) []view[D, S] {
	for n := range s.views {
		sum, from := s.views[n].alive, n
		for from > 0 && s.views[from-1].alive <= 2*sum {
			from--
			sum += s.views[from].alive
		}
		if sum > small && (from < n || s.views[n].rotten()) {
			return s.views[from : n+1]
		}
	}
	return nil
}

// tidied returns the side with a segment in the place of views that it was made of. What has died of them since is buried
// in it. If they are not all there any more, it changes nothing.
func (s side[D, S]) tidied(of []view[D, S], made S) side[D, S] {
	var views []view[D, S]
	var dead []uuid.UUID
	for _, v := range s.views {
		i := slices.IndexFunc(of, func(o view[D, S]) bool { return o.segment == v.segment })
		if i < 0 {
			views = append(views, v)
			continue
		}
		for k, id := range v.segment.shelved().ids {
			if of[i].lives(uint32(k)) && !v.lives(uint32(k)) {
				dead = append(dead, id)
			}
		}
	}
	if len(of) == 0 || len(views)+len(of) > len(s.views) {
		return s
	}
	v := view[D, S]{segment: made, alive: len(made.shelved().ids)}
	return newSide(append(views, v.without(dead)))
}

// without returns the view with documents buried.
func (v view[D, S]) without(ids []uuid.UUID) view[D, S] {
	copied := false
	for _, id := range ids {
		i, ok := v.has(id)
		if !ok {
			continue
		}
		if !copied {
			copied = true
			n := len(v.segment.shelved().ids)
			live := newBitset(n)
			live.fill(n)
			if v.live != nil {
				copy(live, v.live)
			}
			v.live = live
		}
		v.live.unset(i)
		v.alive--
	}
	return v
}

// rotten says that a third of the documents is dead: time to make a new segment of the rest.
func (v *view[D, S]) rotten() bool {
	return 3*v.alive < 2*len(v.segment.shelved().ids)
}

// among makes the set of those of the ids that are alive here, in b.
func (v *view[D, S]) among(ids []uuid.UUID, b bitset) {
	clear(b)
	for _, id := range ids {
		if i, ok := v.has(id); ok {
			b.set(i)
		}
	}
}

func compareIDs(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) }
