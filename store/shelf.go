package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	lru "github.com/hashicorp/golang-lru/v2"
	"gorm.io/gorm"

	"kopir/domain"
)

// Shelf reads demands and programmes that are asked for again and again. It keeps those asked for last, and before it
// gives one out it asks the database whether that is still what is there: so what comes from the shelf is as current as
// what comes from the database, and costs a read of ids and versions in place of one of whole things with their lines.
// What it gives out belongs to several readers: nobody may change it.
type Shelf struct {
	store      *Store
	demands    *lru.Cache[uuid.UUID, *domain.Demand]
	programmes *lru.Cache[uuid.UUID, *domain.Programme]
}

// NewShelf returns a shelf that keeps at most so many demands, and as many programmes.
func NewShelf(s *Store, most int) (*Shelf, error) {
	demands, err := lru.New[uuid.UUID, *domain.Demand](most)
	if err != nil {
		return nil, err
	}
	programmes, err := lru.New[uuid.UUID, *domain.Programme](most)
	return &Shelf{s, demands, programmes}, err
}

// Demands returns those of the ids that are there.
func (s *Shelf) Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error) {
	return fromShelf(ctx, s.demands, ids, s.store.editions("demands"), s.store.Demands,
		func(d *domain.Demand) edition { return edition{d.Version, d.UpdatedAt} })
}

// Programmes returns those of the ids that are there.
func (s *Shelf) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return fromShelf(ctx, s.programmes, ids, s.store.editions("programmes"), s.store.Programmes,
		func(p *domain.Programme) edition { return edition{p.Version, p.UpdatedAt} })
}

// Organisations returns those of the ids that are there. None is kept: they are as quickly read as their versions.
func (s *Shelf) Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return s.store.Organisations(ctx, ids)
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

// editions returns what reads the editions of a table's things.
func (s *Store) editions(table string) func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]edition, error) {
	type row struct {
		ID      uuid.UUID `gorm:"column:id"`
		Version int       `gorm:"column:version"`
		Updated stamp     `gorm:"column:updated_at"`
	}
	return func(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]edition, error) {
		rows, err := byID(ids, func(some []uuid.UUID) (rows []row, err error) {
			err = s.query(ctx, func(db *gorm.DB) error { return db.Table(table).Where("id IN ?", some).Find(&rows).Error })
			return rows, err
		})
		found := make(map[uuid.UUID]edition, len(rows))
		for _, row := range rows {
			found[row.ID] = edition{row.Version, row.Updated.time()}
		}
		return found, err
	}
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
