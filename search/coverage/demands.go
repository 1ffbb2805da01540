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

// required is one requirement: the competence, and the level and importance in one byte.
type required struct {
	competence uint32
	load       load
}

// load is a level in bits 0 to 3 and the rank of an importance in bits 4 and 5.
type load uint8

const loads = 1 << 6

func (d *demand) key() uuid.UUID { return d.id }

func (d *demand) bytes() int64 {
	return 96 + 8 + int64(cap(d.required)*8+cap(d.values)*4)
}

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
		k.required[i] = required{w.names.number(r.Competence), load(heldTo(r.Level)) | load(rank(r.Importance))<<4}
	}
	k.values = make([]uint32, 0, 4+len(d.Languages))
	k.values = numbersOf(w.values, k.values, regions, d.Region)
	k.values = numbersOf(w.values, k.values, modes, d.WorkMode)
	k.values = numbersOf(w.values, k.values, kinds, d.Kind)
	k.values = numbersOf(w.values, k.values, sectors, d.Sector)
	k.values = numbersOf(w.values, k.values, languages, d.Languages...)
	return k
}

// demands is a segment of demands, in the order that breaks ties: what they ask in all, openings, then id.
type demands struct {
	shelf[*demand]
	postings postings[load] // by competence required
	values   catalogued
	runs     []run
	firstEnd domain.Date // the earliest of the last days
	today    atomic.Pointer[openOn]
}

// run is demands that ask equally much: the ordinals before end, from the end of the run before.
type run struct {
	of  int64
	end int
}

// openOn is which demands have not run out on a day.
type openOn struct {
	day  domain.Date
	open bitset
}

// demandSegment indexes demands. It keeps and sorts the slice.
func (w *world) demandSegment(docs []*demand) *demands {
	slices.SortFunc(docs, func(a, b *demand) int {
		return cmp.Or(descending(a.of, b.of), descending(a.openings, b.openings), compareIDs(a.id, b.id))
	})
	docs = slices.Clip(docs)
	s := &demands{
		shelf:    newShelf(docs),
		values:   catalogue(len(docs), func(i int) []uint32 { return docs[i].values }),
		firstEnd: math.MaxInt32,
	}
	for i, d := range docs {
		s.firstEnd = min(s.firstEnd, d.validThrough)
		if n := len(s.runs); n == 0 || s.runs[n-1].of != d.of {
			s.runs = append(s.runs, run{of: d.of})
		}
		s.runs[len(s.runs)-1].end = i + 1
	}
	s.postings = newPostings(len(docs), w.names.len(), func(i int, yield func(uint32, load)) {
		for _, r := range docs[i].required {
			yield(r.competence, r.load)
		}
	})
	return s
}

func (s *demands) size() (int64, int64) {
	return int64(len(s.postings.ordinals)), s.postings.bytes(1) + s.values.bytes() + int64(len(s.docs))/8
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
	open := newBitset(len(s.docs))
	for i, d := range s.docs {
		if d.validThrough >= day {
			open.set(uint32(i))
		}
	}
	s.today.Store(&openOn{day, open})
	return open
}
