package coverage

import (
	"bytes"
	"hash/maphash"
	"slices"

	"github.com/google/uuid"
)

// document is what a segment keeps of a thing: enough to index it again without the thing. It never changes.
type document interface {
	key() uuid.UUID
	bytes() int64
}

// shelf is the documents of a segment by ordinal, and the way from an id to an ordinal.
type shelf[D document] struct {
	docs  []D
	slots []uint32 // an open hash table of ordinal+1
}

var hashSeed = maphash.MakeSeed()

func newShelf[D document](docs []D) shelf[D] {
	size := 4
	for size < 2*len(docs) {
		size *= 2
	}
	s := shelf[D]{docs: docs, slots: make([]uint32, size)}
	for i, d := range docs {
		at := s.slot(d.key())
		for s.slots[at] != 0 {
			at = (at + 1) % uint64(size)
		}
		s.slots[at] = uint32(i) + 1
	}
	return s
}

func (s *shelf[D]) slot(id uuid.UUID) uint64 {
	return maphash.Comparable(hashSeed, id) % uint64(len(s.slots))
}

// find returns the ordinal of a document.
func (s *shelf[D]) find(id uuid.UUID) (uint32, bool) {
	for at := s.slot(id); s.slots[at] != 0; at = (at + 1) % uint64(len(s.slots)) {
		if i := s.slots[at] - 1; s.docs[i].key() == id {
			return i, true
		}
	}
	return 0, false
}

func (s *shelf[D]) shelved() *shelf[D] { return s }

// segment is documents and whatever finds them.
type segment[D document] interface {
	shelved() *shelf[D]
	// size returns how many postings it has, and an estimate of its bytes without documents and slots.
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
	return i, ok && (v.live == nil || v.live.has(i))
}

// survivors appends the documents that are alive.
func (v *view[D, S]) survivors(docs []D) []D {
	for i, d := range v.segment.shelved().docs {
		if v.live == nil || v.live.has(uint32(i)) {
			docs = append(docs, d)
		}
	}
	return docs
}

// side is one side of the market: views from the largest to the smallest. It never changes.
type side[D document, S segment[D]] struct {
	views []view[D, S]
}

// survivors lists all documents that are alive.
func (s side[D, S]) survivors() []D {
	var docs []D
	for i := range s.views {
		docs = s.views[i].survivors(docs)
	}
	return docs
}

// replaced returns the side without what is gone, and with documents that replace those of the same id. Build makes a
// segment of documents.
func (s side[D, S]) replaced(docs []D, gone []uuid.UUID, build func([]D) S) side[D, S] {
	views := slices.Clone(s.views)
	for i := range views {
		views[i] = views[i].without(docs, gone)
	}
	views = slices.DeleteFunc(views, func(v view[D, S]) bool {
		if !v.rotten() {
			return false
		}
		docs = v.survivors(docs)
		return true
	})
	if len(docs) == 0 {
		return side[D, S]{views}
	}
	// Taking in what is not more than twice as large leaves sizes that fall geometrically.
	for n := len(views); n > 0 && views[n-1].alive <= 2*len(docs); n = len(views) {
		docs = views[n-1].survivors(docs)
		views = views[:n-1]
	}
	views = append(views, view[D, S]{segment: build(docs), alive: len(docs)})
	slices.SortStableFunc(views, func(a, b view[D, S]) int { return b.alive - a.alive })
	return side[D, S]{views}
}

// without returns the view with the documents of the same ids, and what is gone, buried.
func (v view[D, S]) without(docs []D, gone []uuid.UUID) view[D, S] {
	copied := false
	bury := func(id uuid.UUID) {
		i, ok := v.has(id)
		if !ok {
			return
		}
		if !copied {
			copied = true
			n := len(v.segment.shelved().docs)
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
	for _, d := range docs {
		bury(d.key())
	}
	for _, id := range gone {
		bury(id)
	}
	return v
}

// rotten says that a third of the documents is dead: time to make a new segment of the rest.
func (v *view[D, S]) rotten() bool {
	return 3*v.alive < 2*len(v.segment.shelved().docs)
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
