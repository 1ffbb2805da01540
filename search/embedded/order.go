package embedded

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// unknown is the key of what comes last.
const unknown = math.MaxInt64

// key returns what to order by, smallest first.
func (s *side) key(by search.Sort, today domain.Date) func(*entry) int64 {
	switch by {
	case search.ByDeadline:
		return func(e *entry) int64 { return rising(int64(e.validThrough)) }
	case search.ByOpenings:
		return func(e *entry) int64 { return falling(int64(e.openings)) }
	case search.BySalary:
		return func(e *entry) int64 { return falling(e.salary) }
	case search.ByWeeks:
		return func(e *entry) int64 { return rising(int64(e.weeks)) }
	case search.ByPrice:
		return func(e *entry) int64 {
			if e.price < 0 {
				return unknown
			}
			return e.price
		}
	case search.ByStart:
		return func(e *entry) int64 { return e.nextStart(today) }
	default:
		return func(e *entry) int64 { return falling(e.published) }
	}
}

func rising(n int64) int64 {
	if n == 0 {
		return unknown
	}
	return n
}

func falling(n int64) int64 {
	if n == 0 {
		return unknown
	}
	return -n
}

func (e *entry) nextStart(today domain.Date) int64 {
	next := int64(unknown)
	for _, in := range e.intakes {
		if in.StartsOn != 0 && in.StartsOn >= today {
			next = min(next, int64(in.StartsOn))
		}
	}
	return next
}

// place is where something stands in an order.
type place struct {
	key     int64
	id      uuid.UUID
	ordinal uint32
}

func (p place) compare(other place) int {
	return cmp.Or(cmp.Compare(p.key, other.key), bytes.Compare(p.id[:], other.id[:]))
}

// mark writes the place down: the order, the key, the id.
func (p place) mark(by search.Sort) search.Mark {
	b := binary.BigEndian.AppendUint64(nil, uint64(p.key)) //nolint:gosec // the bits as they are
	b = append(append(b, p.id[:]...), by...)
	return search.Mark(base64.RawURLEncoding.EncodeToString(b))
}

// parseMark returns the place that a mark of an order names; nil for no mark.
func parseMark(m search.Mark, by search.Sort) (*place, error) {
	if m == "" {
		return nil, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(string(m))
	if err != nil || len(b) < 24 || string(b[24:]) != string(by) {
		return nil, domain.Fail(domain.Invalid, domain.CodeBadCursor)
	}
	return &place{key: int64(binary.BigEndian.Uint64(b)), id: uuid.UUID(b[8:24])}, nil //nolint:gosec // the bits as they are
}

// page keeps the first limit places after a place, of all that it is offered, and whether there are more.
type page struct {
	after *place
	limit int
	best  []place
	bar   *place // what is not better has no place here
}

func newPage(after *place, limit int) *page { return &page{after: after, limit: max(limit, 0)} }

func (p *page) offer(at place) {
	if p.after != nil && at.compare(*p.after) <= 0 || p.bar != nil && at.compare(*p.bar) >= 0 {
		return
	}
	p.best = append(p.best, at)
	if len(p.best) > 4*p.limit+1024 {
		p.trim()
	}
}

func (p *page) trim() {
	slices.SortFunc(p.best, place.compare)
	if p.best = p.best[:min(len(p.best), p.limit+1)]; len(p.best) > p.limit {
		bar := p.best[p.limit]
		p.bar = &bar
	}
}

// full says whether there is nothing to gain from places behind all those that were offered.
func (p *page) full() bool { return len(p.best) > p.limit }

func (p *page) done() (places []place, more bool) {
	p.trim()
	more = len(p.best) > p.limit && p.limit > 0
	return p.best[:min(len(p.best), p.limit)], more
}
