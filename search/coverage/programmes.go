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
		list[i] = newHeld(w.names.number(o.Competence), heldTo(o.Level))
	}
	return list
}

// programmes is a segment of programmes by ordinal, in the order that breaks ties: weeks, then id.
type programmes struct {
	shelf
	weeks     []int32
	prices    []int64
	starts    []domain.Date // of the last intake
	placeless []domain.Date // of the last intake in all the programme's regions
	outcomes  ragged[held]
	intakes   ragged[intake]
	values    catalogued
	postings  postings // by competence asked for
}

// programmeSegment indexes programmes. It sorts the slice.
func (w *world) programmeSegment(docs []*programme) *programmes {
	slices.SortFunc(docs, func(a, b *programme) int {
		return cmp.Or(cmp.Compare(a.weeks, b.weeks), compareIDs(a.id, b.id))
	})
	n := len(docs)
	s := &programmes{
		shelf:     newShelf(n, func(i int) uuid.UUID { return docs[i].id }),
		weeks:     make([]int32, n),
		prices:    make([]int64, n),
		starts:    make([]domain.Date, n),
		placeless: make([]domain.Date, n),
		values:    catalogue(n, func(i int) []uint32 { return docs[i].values }),
	}
	for i, d := range docs {
		s.weeks[i], s.prices[i] = d.weeks, d.price
		s.starts[i], s.placeless[i] = d.lastStarts()
		s.outcomes.add(d.outcomes)
		s.intakes.add(d.intakes)
	}
	s.outcomes.finish()
	s.intakes.finish()
	known := w.names.len()
	var r reach
	codeOf := &book().of
	s.postings = newPostings(n, known, w.measures, func(i int, yield func(uint32, code)) {
		r.reset(known)
		for _, h := range docs[i].outcomes {
			r.add(w.kin, h)
		}
		for _, asked := range r.touched {
			yield(asked, codeOf[r.levels[asked]%packed])
		}
	}, func(i int) int64 {
		sum := int64(0)
		for _, h := range docs[i].outcomes {
			sum += int64(h.level())
		}
		return sum
	})
	return s
}

// documents returns them as they were when the segment was made, but for the values, which are all of them.
func (s *programmes) documents() []*programme {
	docs, values := make([]programme, len(s.ids)), s.values.transposed(len(s.ids))
	list := make([]*programme, len(docs))
	for i := range docs {
		docs[i] = programme{s.ids[i], s.prices[i], s.weeks[i], s.outcomes.of(i), values.of(i), s.intakes.of(i)}
		list[i] = &docs[i]
	}
	return list
}

func (s *programmes) size() (int64, int64) {
	return s.postings.total, s.bytes() + size(s.weeks) + size(s.prices) + size(s.starts) + size(s.placeless) +
		s.outcomes.bytes() + s.intakes.bytes() + s.values.bytes() + s.postings.bytes()
}

// rank returns the rank of a programme that adds a score to a base.
func (s *programmes) rank(i int, base domain.Score, sc score) domain.ProgrammeRank {
	r := domain.ProgrammeRank{
		ID:       s.ids[i],
		Points:   base.Points + int64(sc>>mustBits),
		MustsMet: base.MustsMet + int(sc&(1<<mustBits-1)),
	}
	if s.weeks[i] != unknownWeeks {
		r.Weeks = int(s.weeks[i])
	}
	return r
}

// within returns how many programmes, the first ones, take at most so many weeks.
func (s *programmes) within(weeks int) int {
	i, _ := slices.BinarySearchFunc(s.weeks, weeks, func(have int32, weeks int) int {
		if have != unknownWeeks && int(have) <= weeks {
			return -1
		}
		return 1
	})
	return i
}
