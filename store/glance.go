package store

import (
	"context"
	"maps"

	"github.com/google/uuid"

	"kopir/domain"
)

// mostGlances is how often AtOnce begins anew before it asks for everything as it is read.
const mostGlances = 3

// AtOnce calls read with this reader: what it reads is read from the database.
func (r reader) AtOnce(_ context.Context, read func(domain.Reader) error) error { return read(r) }

// AtOnce lets read have what is kept without asking, and then asks whether anything of what was given out has changed. If so,
// read begins anew.
func (s *Shelf) AtOnce(ctx context.Context, read func(domain.Reader) error) error {
	if s.within(ctx) != nil {
		return read(s)
	}
	for range mostGlances {
		g := &glance{reader: s.reader}
		g.demands.from, g.programmes.from, g.organisations.from = s.demands, s.programmes, s.organisations
		since := s.news.now()
		err := read(g)
		if len(g.demands.out)+len(g.programmes.out)+len(g.organisations.out) == 0 {
			return err
		}
		if failed := s.news.hear(ctx); failed != nil {
			return failed
		}
		if len(s.news.outdated(since, g.all)) == 0 {
			return err
		}
	}
	return read(s)
}

// glance reads from a shelf what is kept there, current or not, and remembers what it gave out.
type glance struct {
	reader
	demands       given[domain.Demand]
	programmes    given[domain.Programme]
	organisations given[domain.Organisation]
}

var _ domain.Reader = (*glance)(nil)

// Demand returns a demand by its id, or NotFound.
func (g *glance) Demand(ctx context.Context, id uuid.UUID) (*domain.Demand, error) {
	return theOne(ctx, id, g.Demands)
}

// Programme returns a programme by its id, or NotFound.
func (g *glance) Programme(ctx context.Context, id uuid.UUID) (*domain.Programme, error) {
	return theOne(ctx, id, g.Programmes)
}

// Demands returns those of the ids that are kept, or there.
func (g *glance) Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error) {
	return g.demands.give(ctx, ids)
}

// Programmes returns those of the ids that are kept, or there.
func (g *glance) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return g.programmes.give(ctx, ids)
}

// Organisations returns those of the ids that are kept, or there.
func (g *glance) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return g.organisations.give(ctx, ids)
}

// AtOnce calls read with the glance itself: what is asked for in the end is asked for once.
func (g *glance) AtOnce(_ context.Context, read func(domain.Reader) error) error { return read(g) }

// all yields the ids of all that was given out.
func (g *glance) all(yield func(uuid.UUID) bool) {
	_ = yieldKeys(g.demands.out, yield) && yieldKeys(g.programmes.out, yield) && yieldKeys(g.organisations.out, yield)
}

func yieldKeys[T any](things map[uuid.UUID]*T, yield func(uuid.UUID) bool) bool {
	for id := range things {
		if !yield(id) {
			return false
		}
	}
	return true
}

// given is what a glance has taken from the shelf.
type given[T any] struct {
	from *kept[T]
	out  map[uuid.UUID]*T
}

// give returns what is kept or there. What it gave out once it gives out again. Of what it reads now, too, is asked in the end:
// all is to be of one moment.
func (v *given[T]) give(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*T, error) {
	found, missing := v.from.look(ids)
	err := v.from.fetch(ctx, missing, found)
	if v.out == nil {
		v.out = maps.Clone(found)
		return found, err
	}
	for id, one := range found {
		if before := v.out[id]; before != nil {
			found[id] = before
		} else {
			v.out[id] = one
		}
	}
	return found, err
}
