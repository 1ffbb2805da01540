package store

import (
	"context"
	"slices"
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
		now := make(map[uuid.UUID]edition, len(found))
		known := slices.DeleteFunc(slices.Clone(ids), func(id uuid.UUID) bool { return found[id] == nil })
		for some := range slices.Chunk(known, maxIDs) {
			if err := r.editions(ctx, asked{k.table, some, now}); err != nil {
				return nil, err
			}
		}
		for id, one := range found {
			if is, there := now[id]; !there || is != k.editionOf(one) {
				delete(found, id)
				k.things.Remove(id)
				if there {
					missing = append(missing, id)
				}
			}
		}
	}
	return found, k.fetch(ctx, missing, found)
}

// asked are ids of a table whose editions are asked for, and where those go of what is there.
type asked struct {
	table    string
	ids      []uuid.UUID
	editions map[uuid.UUID]edition
}

// editions reads editions in one statement. It is most of what a page of matches costs, so rows are scanned by hand.
func (r reader) editions(ctx context.Context, of ...asked) error {
	var statement []byte
	ids := make([]any, len(of))
	for i, a := range of {
		if i > 0 {
			statement = append(statement, " UNION ALL "...)
		}
		statement = append(statement, "SELECT "+strconv.Itoa(i)+", id, version, updated_at FROM "+a.table+" WHERE id "+r.store.engine.among...)
		ids[i] = r.store.engine.ids(a.ids)
	}
	return r.query(ctx, func(db *gorm.DB) error {
		rows, err := db.Raw(string(statement), ids...).Rows()
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }() // rows.Err tells
		for rows.Next() {
			var in int
			var id uuid.UUID
			var e edition
			var updated stamp
			if err := rows.Scan(&in, &id, &e.version, &updated); err != nil {
				return err
			}
			e.updated = updated.time()
			of[in].editions[id] = e
		}
		return rows.Err()
	})
}
