package coverage

import (
	"cmp"
	"math"
	"slices"

	"kopir/domain"

	"github.com/google/uuid"
)

const (
	unknownWeeks       = 1 << 30       // sorts last
	unknownPrice int64 = math.MaxInt64 // satisfies no bound
	neverStarts        = math.MinInt32
	everyRegion        = math.MaxUint32
)

// programme is what the index keeps of a programme.
type programme struct {
	id       uuid.UUID
	price    int64
	weeks    int32
	outcomes []held
	values   []uint32
	intakes  []intake
}

// intake is one start: everyRegion stands for all the programme's regions.
type intake struct {
	starts domain.Date
	region uint32
}

func (p *programme) key() uuid.UUID { return p.id }

func (p *programme) bytes() int64 {
	return 112 + 8 + int64(cap(p.outcomes)*8+cap(p.values)*4+cap(p.intakes)*8)
}

// knownWeeks returns the weeks as domain.ProgrammeRank has them: 0 when not known.
func (p *programme) knownWeeks() int {
	if p.weeks == unknownWeeks {
		return 0
	}
	return int(p.weeks)
}

// lastStarts returns the last start of all intakes, and of those that take place in all the programme's regions.
func (p *programme) lastStarts() (last, everywhere domain.Date) {
	last, everywhere = neverStarts, neverStarts
	for _, in := range p.intakes {
		last = max(last, in.starts)
		if in.region == everyRegion {
			everywhere = max(everywhere, in.starts)
		}
	}
	return last, everywhere
}

// programme takes from a programme what the index keeps.
func (w *world) programme(p *domain.Programme) *programme {
	d := &programme{id: p.ID, price: unknownPrice, weeks: unknownWeeks}
	if price, known := p.Tenge(); known {
		d.price = price
	}
	if p.Weeks != 0 {
		d.weeks = int32(p.Weeks) //nolint:gosec // at most domain.MaxWeeks
	}
	d.outcomes = w.held(p.Outcomes)
	d.values = make([]uint32, 0, 2+len(p.Languages)+len(p.Regions)+len(p.Funding)+len(p.Segments))
	d.values = numbersOf(w.values, d.values, modes, p.Mode)
	d.values = numbersOf(w.values, d.values, kinds, p.Kind)
	d.values = numbersOf(w.values, d.values, languages, p.Languages...)
	d.values = numbersOf(w.values, d.values, regions, p.Regions...)
	d.values = numbersOf(w.values, d.values, funding, p.Funding...)
	d.values = numbersOf(w.values, d.values, segmentsOf, p.Segments...)
	d.intakes = make([]intake, len(p.Intakes))
	for i, in := range p.Intakes {
		d.intakes[i] = intake{in.StartsOn, everyRegion}
		if in.Region != "" {
			d.intakes[i].region = w.values.number(value{intakeRegions, string(in.Region)})
			d.values = append(d.values, d.intakes[i].region)
		}
	}
	return d
}

// held numbers the competences of outcomes.
func (w *world) held(outcomes []domain.Outcome) []held {
	list := make([]held, len(outcomes))
	for i, o := range outcomes {
		list[i] = held{w.names.number(o.Competence), heldTo(o.Level)}
	}
	return list
}

// programmes is a segment of programmes, in the order that breaks ties: weeks, then id.
type programmes struct {
	shelf[*programme]
	postings  postings[levels] // by competence asked for
	values    catalogued
	prices    []int64
	starts    []domain.Date // of the last intake
	placeless []domain.Date // of the last intake in all the programme's regions
}

// programmeSegment indexes programmes. It keeps and sorts the slice.
func (w *world) programmeSegment(docs []*programme) *programmes {
	slices.SortFunc(docs, func(a, b *programme) int {
		return cmp.Or(cmp.Compare(a.weeks, b.weeks), compareIDs(a.id, b.id))
	})
	docs = slices.Clip(docs)
	s := &programmes{
		shelf:     newShelf(docs),
		values:    catalogue(len(docs), func(i int) []uint32 { return docs[i].values }),
		prices:    make([]int64, len(docs)),
		starts:    make([]domain.Date, len(docs)),
		placeless: make([]domain.Date, len(docs)),
	}
	for i, d := range docs {
		s.prices[i] = d.price
		s.starts[i], s.placeless[i] = d.lastStarts()
	}
	known := w.names.len()
	var r reach
	s.postings = newPostings(len(docs), known, func(i int, yield func(uint32, levels)) {
		r.reset(known)
		for _, h := range docs[i].outcomes {
			r.add(w.kin, h)
		}
		for _, asked := range r.touched {
			yield(asked, r.levels[asked])
		}
	})
	return s
}

func (s *programmes) size() (int64, int64) {
	n := int64(len(s.docs))
	return int64(len(s.postings.ordinals)), s.postings.bytes(2) + s.values.bytes() + n*16
}

// within returns how many programmes, the first ones, take at most so many weeks.
func (s *programmes) within(weeks int) int {
	i, _ := slices.BinarySearchFunc(s.docs, weeks, func(p *programme, weeks int) int {
		if p.weeks != unknownWeeks && int(p.weeks) <= weeks {
			return -1
		}
		return 1
	})
	return i
}
