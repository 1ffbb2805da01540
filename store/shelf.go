package store

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"gorm.io/gorm"

	"kopir/domain"
)

// Shelf reads demands, programmes and organisations that are asked for by their ids again and again. It keeps those asked for
// last, and before it gives one out it asks the database whether that is still what is there: so what comes from the shelf
// is as current as what comes from the database, and costs a read of ids and versions in place of one of whole things with
// their lines. What it gives out belongs to several readers: nobody may change it. Whatever else there is to read it reads
// as the store does.
type Shelf struct {
	reader
	demands       *kept[domain.Demand]
	programmes    *kept[domain.Programme]
	organisations *kept[domain.Organisation]
}

var _ domain.Reader = (*Shelf)(nil)

// NewShelf returns a shelf that keeps at most so many demands, and as many programmes and organisations.
func NewShelf(s *Store, most int) (*Shelf, error) {
	demands, err := newKept("demands", most, s.Demands, func(d *domain.Demand) edition { return edition{d.Version, d.UpdatedAt} })
	if err != nil {
		return nil, err
	}
	programmes, err := newKept("programmes", most, s.Programmes, func(p *domain.Programme) edition { return edition{p.Version, p.UpdatedAt} })
	if err != nil {
		return nil, err
	}
	organisations, err := newKept("organisations", most, s.Organisations, func(o *domain.Organisation) edition { return edition{o.Version, o.UpdatedAt} })
	return &Shelf{s.reader, demands, programmes, organisations}, err
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
	return s.demands.current(ctx, s.reader, ids)
}

// Programmes returns those of the ids that are there.
func (s *Shelf) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return s.programmes.current(ctx, s.reader, ids)
}

// Organisations returns those of the ids that are there.
func (s *Shelf) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return s.organisations.current(ctx, s.reader, ids)
}

// PublishedDemands yields all listed demands in batches, by id. None is kept.
func (s *Shelf) PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error {
	return s.store.PublishedDemands(ctx, batch, yield)
}

// PublishedProgrammes yields all listed programmes in batches, by id. None is kept.
func (s *Shelf) PublishedProgrammes(ctx context.Context, batch int, yield func([]*domain.Programme) error) error {
	return s.store.PublishedProgrammes(ctx, batch, yield)
}

// edition tells one state of a thing from any other. A version alone does not: an import may bring back, as version 1,
// what was deleted.
type edition struct {
	version int
	updated time.Time
}

// kept are things of one table, those asked for last.
type kept[T any] struct {
	table     string
	things    *lru.Cache[uuid.UUID, *T]
	read      func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error)
	editionOf func(*T) edition
}

func newKept[T any](
	table string, most int, read func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error), editionOf func(*T) edition,
) (*kept[T], error) {
	things, err := lru.New[uuid.UUID, *T](most)
	return &kept[T]{table, things, read, editionOf}, err
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

// fetch reads what is missing, and keeps it.
func (k *kept[T]) fetch(ctx context.Context, missing []uuid.UUID, found map[uuid.UUID]*T) error {
	if len(missing) == 0 {
		return nil
	}
	read, err := k.read(ctx, missing)
	for id, one := range read {
		k.things.Add(id, one)
		found[id] = one
	}
	return err
}

// current returns things by their ids: kept ones that are still current, and the rest as it is read now.
func (k *kept[T]) current(ctx context.Context, r reader, ids []uuid.UUID) (map[uuid.UUID]*T, error) {
	found, missing := k.look(ids)
	if len(found) > 0 {
		g := k.shown(len(found))
		for id, one := range found {
			g.editions = append(g.editions, numbered{id, k.editionOf(one)})
		}
		if err := r.outdate(ctx, g); err != nil {
			return nil, err
		}
		for _, id := range g.outdated {
			delete(found, id)
			g.forget(id)
			missing = append(missing, id)
		}
	}
	return found, k.fetch(ctx, missing, found)
}

// shown makes room for so many things that are given out.
func (k *kept[T]) shown(count int) *shown {
	return &shown{table: k.table, editions: make([]numbered, 0, count), forget: func(id uuid.UUID) { k.things.Remove(id) }}
}

// shown are things of a table as they are given out.
type shown struct {
	table    string
	editions []numbered
	outdated []uuid.UUID // of those that the database has otherwise, or not any more
	forget   func(uuid.UUID)
}

// numbered is the edition of one thing.
type numbered struct {
	id uuid.UUID
	edition
}

// outdate asks in one statement what is not current any more. As a rule that is nothing, so that no rows come back: it is most
// of what a page of matches costs. A question for each is answered by its key; for a join Postgres makes a plan each time.
func (r reader) outdate(ctx context.Context, of ...*shown) error {
	var statement []byte
	var arguments []any
	for i, s := range of {
		if i > 0 {
			statement = append(statement, " UNION ALL "...)
		}
		given, those := r.store.engine.given(s.editions)
		statement = append(statement, "SELECT "+strconv.Itoa(i)+", g.id FROM "+given+" WHERE (SELECT 1 FROM "+s.table+
			" t WHERE t.id = g.id AND t.version = g.version AND t.updated_at = g.updated_at) IS NULL"...)
		arguments = append(arguments, those...)
	}
	return r.query(ctx, func(db *gorm.DB) error {
		rows, err := db.Raw(string(statement), arguments...).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err tells
		for rows.Next() {
			var in int
			var id uuid.UUID
			if err := rows.Scan(&in, &id); err != nil {
				return err
			}
			of[in].outdated = append(of[in].outdated, id)
		}
		return rows.Err()
	})
}
