package store

import (
	"context"
	"slices"
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
	demands       *lru.Cache[uuid.UUID, *domain.Demand]
	programmes    *lru.Cache[uuid.UUID, *domain.Programme]
	organisations *lru.Cache[uuid.UUID, *domain.Organisation]
}

var _ domain.Reader = (*Shelf)(nil)

// NewShelf returns a shelf that keeps at most so many demands, and as many programmes and organisations.
func NewShelf(s *Store, most int) (*Shelf, error) {
	demands, err := lru.New[uuid.UUID, *domain.Demand](most)
	if err != nil {
		return nil, err
	}
	programmes, err := lru.New[uuid.UUID, *domain.Programme](most)
	if err != nil {
		return nil, err
	}
	organisations, err := lru.New[uuid.UUID, *domain.Organisation](most)
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
	return fromShelf(ctx, s.demands, ids, s.editions("demands"), s.reader.Demands,
		func(d *domain.Demand) edition { return edition{d.Version, d.UpdatedAt} })
}

// Programmes returns those of the ids that are there.
func (s *Shelf) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return fromShelf(ctx, s.programmes, ids, s.editions("programmes"), s.reader.Programmes,
		func(p *domain.Programme) edition { return edition{p.Version, p.UpdatedAt} })
}

// Organisations returns those of the ids that are there.
func (s *Shelf) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return fromShelf(ctx, s.organisations, ids, s.editions("organisations"), s.reader.Organisations,
		func(o *domain.Organisation) edition { return edition{o.Version, o.UpdatedAt} })
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

// editions returns what reads the editions of a table's things. It is most of what a page of matches costs, so rows are
// scanned by hand.
func (s *Shelf) editions(table string) func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]edition, error) {
	statement := "SELECT id, version, updated_at FROM " + table + " WHERE id IN ?"
	return func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]edition, error) {
		found := make(map[uuid.UUID]edition, len(ids))
		for some := range slices.Chunk(ids, maxIDs) {
			err := s.query(ctx, func(db *gorm.DB) error { return readEditions(db.Raw(statement, some), found) })
			if err != nil {
				return nil, err
			}
		}
		return found, nil
	}
}

func readEditions(db *gorm.DB, into map[uuid.UUID]edition) error {
	rows, err := db.Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells
	for rows.Next() {
		var id uuid.UUID
		var e edition
		var updated stamp
		if err := rows.Scan(&id, &e.version, &updated); err != nil {
			return err
		}
		e.updated = updated.time()
		into[id] = e
	}
	return rows.Err()
}

// fromShelf returns things by their ids: kept ones that are still current, and the rest as it is read now.
func fromShelf[T any](
	ctx context.Context, kept *lru.Cache[uuid.UUID, *T], ids []uuid.UUID,
	editions func(context.Context, []uuid.UUID) (map[uuid.UUID]edition, error),
	read func(context.Context, []uuid.UUID) (map[uuid.UUID]*T, error), editionOf func(*T) edition,
) (map[uuid.UUID]*T, error) {
	out := make(map[uuid.UUID]*T, len(ids))
	var known, missing []uuid.UUID
	for _, id := range ids {
		if one, ok := kept.Get(id); ok {
			out[id] = one
			known = append(known, id)
		} else {
			missing = append(missing, id)
		}
	}
	if len(known) > 0 {
		now, err := editions(ctx, known)
		if err != nil {
			return nil, err
		}
		for _, id := range known {
			if is, there := now[id]; !there || is != editionOf(out[id]) {
				delete(out, id)
				kept.Remove(id)
				if there {
					missing = append(missing, id)
				}
			}
		}
	}
	if len(missing) == 0 {
		return out, nil
	}
	found, err := read(ctx, missing)
	if err != nil {
		return nil, err
	}
	for id, one := range found {
		kept.Add(id, one)
		out[id] = one
	}
	return out, nil
}
