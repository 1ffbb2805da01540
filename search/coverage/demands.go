package coverage

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

	"kopir/domain"

	"github.com/google/uuid"
)

// demand is what the index keeps of a demand.
type demand struct {
	id           uuid.UUID
	of           int64
	openings     int
	validThrough domain.Date
	required     []required
	values       []uint32
}

// required is one requirement: its load in bits 0 to 6, and above it the number of the competence.
type required uint32

func (r required) competence() uint32 { return uint32(r) / codes }
func (r required) load() code         { return code(r % codes) }

// load packs a level in bits 0 to 3 and the rank of an importance in bits 4 and 5.
func load(l domain.Level, i domain.Importance) code { return code(heldTo(l)) | code(rank(i))<<4 }

func (d *demand) key() uuid.UUID { return d.id }

// The values of a demand that is in every region.
var (
	wholeCountry = value{regions, ""}
	remote       = value{modes, string(domain.RemoteWork)}
)

// demand takes from a demand what the index keeps.
func (w *world) demand(d *domain.Demand) *demand {
	k := &demand{id: d.ID, openings: d.Openings, validThrough: d.ValidThrough}
	k.required = make([]required, len(d.Requirements))
	for i, r := range d.Requirements {
		k.of += r.Importance.Weight() * int64(domain.Whole)
		k.required[i] = required(w.names.number(r.Competence)*codes + uint32(load(r.Level, r.Importance)))
	}
	k.values = make([]uint32, 0, 4+len(d.Languages))
	k.values = numbersOf(w.values, k.values, regions, d.Region)
	k.values = numbersOf(w.values, k.values, modes, d.WorkMode)
	k.values = numbersOf(w.values, k.values, kinds, d.Kind)
	k.values = numbersOf(w.values, k.values, sectors, d.Sector)
	k.values = numbersOf(w.values, k.values, languages, d.Languages...)
	return k
}

// demands is a segment of demands by ordinal, in the order that breaks ties: what they ask in all, openings, then id.
type demands struct {
	shelf
	of           []uint32
	openings     []int32
	validThrough []domain.Date
	required     ragged[required]
	values       catalogued
	postings     postings    // by competence required
	firstEnd     domain.Date // the earliest of the last days
	today        atomic.Pointer[openOn]
}

// openOn is which demands have not run out on a day.
type openOn struct {
	day  domain.Date
	open bitset
}

// demandSegment indexes demands. It sorts the slice.
func (w *world) demandSegment(docs []*demand) *demands {
	slices.SortFunc(docs, func(a, b *demand) int {
		return cmp.Or(descending(a.of, b.of), descending(a.openings, b.openings), compareIDs(a.id, b.id))
	})
	n := len(docs)
	s := &demands{
		shelf:        newShelf(n, func(i int) uuid.UUID { return docs[i].id }),
		of:           make([]uint32, n),
		openings:     make([]int32, n),
		validThrough: make([]domain.Date, n),
		values:       catalogue(n, func(i int) []uint32 { return docs[i].values }),
		firstEnd:     math.MaxInt32,
	}
	for i, d := range docs {
		s.of[i], s.openings[i] = uint32(d.of), int32(d.openings) //nolint:gosec // maxOf, and a count of people
		s.validThrough[i] = d.validThrough
		s.firstEnd = min(s.firstEnd, d.validThrough)
		s.required.add(d.required)
	}
	s.required.finish()
	s.postings = newPostings(n, w.names.len(), w.measures, func(i int, yield func(uint32, code)) {
		for _, r := range docs[i].required {
			yield(r.competence(), r.load())
		}
	}, expected(docs, w.names.len()))
	return s
}

// expected says how well demands are likely to be met, as if what is asked often was taught as often.
func expected(docs []*demand, names int) func(i int) int64 {
	often := make([]int64, names)
	for _, d := range docs {
		for _, r := range d.required {
			often[r.competence()]++
		}
	}
	return func(i int) int64 {
		sum := int64(0)
		for _, r := range docs[i].required {
			sum += often[r.competence()] * importances[r.load()>>4].Weight()
		}
		return sum * int64(domain.Whole) / max(docs[i].of, 1)
	}
}

// documents returns them as they were when the segment was made.
func (s *demands) documents() []*demand {
	docs, values := make([]demand, len(s.ids)), s.values.transposed(len(s.ids))
	list := make([]*demand, len(docs))
	for i := range docs {
		docs[i] = demand{
			s.ids[i], int64(s.of[i]), int(s.openings[i]), s.validThrough[i], s.required.of(i), values.of(i),
		}
		list[i] = &docs[i]
	}
	return list
}

func (s *demands) size() (int64, int64) {
	n := s.bytes() + size(s.of) + size(s.openings) + size(s.validThrough) + s.required.bytes() + s.values.bytes() +
		s.postings.bytes()
	if known := s.today.Load(); known != nil {
		n += size(known.open)
	}
	return s.postings.total, n
}

// rank returns the rank of a demand with points.
func (s *demands) rank(i int, points uint32) domain.DemandRank {
	return domain.DemandRank{ID: s.ids[i], Points: int64(points), Of: int64(s.of[i]), Openings: int(s.openings[i])}
}

// open returns the demands that have not run out on a day; nil if none has. A day's answer is kept until another day
// is asked for.
func (s *demands) open(day domain.Date) bitset {
	if day <= s.firstEnd {
		return nil
	}
	if known := s.today.Load(); known != nil && known.day == day {
		return known.open
	}
	open := newBitset(len(s.ids))
	for i, end := range s.validThrough {
		if end >= day {
			open.set(uint32(i))
		}
	}
	s.today.Store(&openOn{day, open})
	return open
}
