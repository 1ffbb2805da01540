package store

import (
	"context"
	"errors"
	"maps"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"

	"kopir/domain"
)

// Shelf reads demands, programmes and organisations that are asked for by their ids again and again. It keeps those asked for
// last, and before it gives one out it asks the change log whether it has changed: so what comes from the shelf
// is as current as what comes from the database, and costs a look at the end of the log in place of a read of whole things with
// their lines. What it gives out belongs to several readers: nobody may change it. Whatever else there is to read it reads
// as the store does. Within a transaction it reads from that, and keeps nothing.
type Shelf struct {
	reader
	news          *news
	demands       *kept[domain.Demand]
	programmes    *kept[domain.Programme]
	organisations *kept[domain.Organisation]
}

var _ domain.Reader = (*Shelf)(nil)

// NewShelf returns a shelf that keeps at most so many demands, and as many programmes and organisations. It asks the change log
// once, so the database must have been migrated.
func NewShelf(ctx context.Context, s *Store, most int) (*Shelf, error) {
	shelf := &Shelf{reader: s.reader}
	shelf.news = newNews(s, shelf.forget, shelf.purge)
	var failed [3]error
	shelf.demands, failed[0] = newKept(shelf.news, most, s.Demands)
	shelf.programmes, failed[1] = newKept(shelf.news, most, s.Programmes)
	shelf.organisations, failed[2] = newKept(shelf.news, most, s.Organisations)
	if err := errors.Join(failed[:]...); err != nil {
		return nil, err
	}
	return shelf, shelf.news.hear(ctx)
}

// forget drops what is kept of a thing; its id tells nothing of what it is.
func (s *Shelf) forget(id uuid.UUID) {
	s.demands.things.Remove(id)
	s.programmes.things.Remove(id)
	s.organisations.things.Remove(id)
}

func (s *Shelf) purge() {
	s.demands.things.Purge()
	s.programmes.things.Purge()
	s.organisations.things.Purge()
}

// Demand returns a demand by its id, or NotFound.
func (s *Shelf) Demand(ctx context.Context, id uuid.UUID) (*domain.Demand, error) {
	return theOne(ctx, id, s.Demands)
}

// Programme returns a programme by its id, or NotFound.
func (s *Shelf) Programme(ctx context.Context, id uuid.UUID) (*domain.Programme, error) {
	return theOne(ctx, id, s.Programmes)
}

func theOne[T any](ctx context.Context, id uuid.UUID, read func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)) (*T, error) {
	found, err := read(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, err
	}
	if one := found[id]; one != nil {
		return one, nil
	}
	return nil, notFound()
}

// Demands returns those of the ids that are there.
func (s *Shelf) Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error) {
	return s.demands.current(ctx, ids)
}

// Programmes returns those of the ids that are there.
func (s *Shelf) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return s.programmes.current(ctx, ids)
}

// Organisations returns those of the ids that are there.
func (s *Shelf) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return s.organisations.current(ctx, ids)
}

// PublishedDemands yields all listed demands in batches, by id. None is kept.
func (s *Shelf) PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error {
	return s.store.PublishedDemands(ctx, batch, yield)
}

// PublishedProgrammes yields all listed programmes in batches, by id. None is kept.
func (s *Shelf) PublishedProgrammes(ctx context.Context, batch int, yield func([]*domain.Programme) error) error {
	return s.store.PublishedProgrammes(ctx, batch, yield)
}

// kept are things of one kind, those asked for last.
type kept[T any] struct {
	news   *news
	things *lru.Cache[uuid.UUID, *T]
	read   func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)
}

func newKept[T any](n *news, most int, read func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)) (*kept[T], error) {
	things, err := lru.New[uuid.UUID, *T](most)
	return &kept[T]{n, things, read}, err
}

// look returns what is kept of the ids, current or not, and the ids of the rest.
func (k *kept[T]) look(ids []uuid.UUID) (found map[uuid.UUID]*T, missing []uuid.UUID) {
	found = make(map[uuid.UUID]*T, len(ids))
	for _, id := range ids {
		if one, ok := k.things.Get(id); ok {
			found[id] = one
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing
}

// fetch reads what is missing, and keeps what has not been heard to have changed meanwhile.
func (k *kept[T]) fetch(ctx context.Context, missing []uuid.UUID, found map[uuid.UUID]*T) error {
	if len(missing) == 0 {
		return nil
	}
	since := k.news.now()
	read, err := k.read(ctx, missing)
	k.news.keep(since, maps.Keys(read), func(id uuid.UUID) { k.things.Add(id, read[id]) })
	maps.Copy(found, read)
	return err
}

// current returns things by their ids: what is still kept once everything has been heard, and the rest as it is read now. It
// hears also where nothing is kept, or else what is read now would be dropped on hearing of what was changed before.
func (k *kept[T]) current(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*T, error) {
	if len(ids) == 0 {
		return map[uuid.UUID]*T{}, nil
	}
	if k.news.store.within(ctx) != nil {
		return k.read(ctx, ids)
	}
	if err := k.news.hear(ctx); err != nil {
		return nil, err
	}
	found, missing := k.look(ids)
	return found, k.fetch(ctx, missing, found)
}
