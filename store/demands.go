package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type demandRow struct {
	ID             uuid.UUID             `gorm:"column:id;primaryKey"`
	OrganisationID uuid.UUID             `gorm:"column:organisation_id"`
	Title          text                  `gorm:"embedded;embeddedPrefix:title_"`
	Description    text                  `gorm:"embedded;embeddedPrefix:description_"`
	Kind           word                  `gorm:"column:kind"`
	Occupation     word                  `gorm:"column:occupation"`
	Sector         word                  `gorm:"column:sector"`
	Region         word                  `gorm:"column:region"`
	WorkMode       word                  `gorm:"column:work_mode"`
	Openings       int                   `gorm:"column:openings"`
	Languages      list[domain.Language] `gorm:"column:languages;type:text"`
	SalaryMin      *int64                `gorm:"column:salary_min"`
	SalaryMax      *int64                `gorm:"column:salary_max"`
	SalaryCurrency word                  `gorm:"column:salary_currency"`
	ValidThrough   day                   `gorm:"column:valid_through"`
	Source         source                `gorm:"embedded;embeddedPrefix:source_"`
	Status         string                `gorm:"column:status"`
	ClosedBecause  word                  `gorm:"column:closed_because"`
	Published      stamp                 `gorm:"column:published_at"`
	Closed         stamp                 `gorm:"column:closed_at"`
	Created        stamp                 `gorm:"column:created_at"`
	Updated        stamp                 `gorm:"column:updated_at"`
	Version        int                   `gorm:"column:version"`
	Hidden         hiding                `gorm:"embedded;embeddedPrefix:hidden_"`
}

// TableName returns the table.
func (demandRow) TableName() string { return "demands" }

type requirementRow struct {
	DemandID    uuid.UUID `gorm:"column:demand_id"`
	Position    int       `gorm:"column:position"`
	Competence  string    `gorm:"column:competence_id"`
	Level       int       `gorm:"column:level"`
	LevelSource string    `gorm:"column:level_source"`
	Importance  string    `gorm:"column:importance"`
}

// TableName returns the table.
func (requirementRow) TableName() string { return "demand_requirements" }

// wholeDemand is a demand as it is read: in one statement with its requirements.
type wholeDemand struct {
	Row          demandRow                `gorm:"embedded"`
	Requirements folded[requirementCells] `gorm:"column:requirements;type:text"`
}

type requirementCells domain.Requirement

// UnmarshalJSON reads the cells in the order in which they were folded.
func (c *requirementCells) UnmarshalJSON(b []byte) error {
	return unfold(b, &c.Competence, &c.Level, &c.Source, &c.Importance)
}

func rowOfDemand(d *domain.Demand) demandRow {
	row := demandRow{
		ID: d.ID, OrganisationID: d.OrganisationID, Title: text(d.Title), Description: text(d.Description),
		Kind: word(d.Kind), Occupation: word(d.Occupation), Sector: word(d.Sector), Region: word(d.Region),
		WorkMode: word(d.WorkMode), Openings: d.Openings, Languages: d.Languages, ValidThrough: day(d.ValidThrough),
		Source: rowOfSource(d.Source), Status: string(d.Status), ClosedBecause: word(d.ClosedBecause),
		Published: stamp(d.PublishedAt), Closed: stamp(d.ClosedAt),
		Created: stamp(d.CreatedAt), Updated: stamp(d.UpdatedAt), Version: d.Version, Hidden: rowOfHiding(d.Hidden),
	}
	if s := d.Salary; s != nil {
		row.SalaryMin, row.SalaryMax, row.SalaryCurrency = &s.Min, &s.Max, word(s.Currency)
	}
	return row
}

func rowsOfRequirements(d *domain.Demand) []requirementRow {
	rows := make([]requirementRow, 0, len(d.Requirements))
	for i, r := range d.Requirements {
		rows = append(rows, requirementRow{
			DemandID: d.ID, Position: i, Competence: string(r.Competence), Level: int(r.Level),
			LevelSource: string(r.Source), Importance: string(r.Importance),
		})
	}
	return rows
}

func (w wholeDemand) noun() *domain.Demand {
	row := w.Row
	d := &domain.Demand{
		ID: row.ID, OrganisationID: row.OrganisationID,
		DemandTerms: domain.DemandTerms{
			Title: domain.Text(row.Title), Description: domain.Text(row.Description), Kind: domain.DemandKind(row.Kind),
			Occupation: domain.Occupation(row.Occupation), Sector: domain.Sector(row.Sector), Region: domain.Region(row.Region),
			WorkMode: domain.WorkMode(row.WorkMode), Openings: row.Openings, Languages: row.Languages,
			ValidThrough: domain.Date(row.ValidThrough),
			Requirements: nouns(w.Requirements, func(c requirementCells) domain.Requirement { return domain.Requirement(c) }),
		},
		Source: row.Source.noun(), Status: domain.DemandStatus(row.Status), ClosedBecause: domain.ClosedBecause(row.ClosedBecause),
		PublishedAt: row.Published.time(), ClosedAt: row.Closed.time(),
		CreatedAt: row.Created.time(), UpdatedAt: row.Updated.time(), Version: row.Version, Hidden: row.Hidden.noun(),
	}
	if row.SalaryCurrency != "" && row.SalaryMin != nil && row.SalaryMax != nil {
		d.Salary = &domain.Salary{Min: *row.SalaryMin, Max: *row.SalaryMax, Currency: domain.Currency(row.SalaryCurrency)}
	}
	return d
}

// demands reads whole demands, in one statement.
func (r reader) demands(ctx context.Context, narrow func(*gorm.DB) *gorm.DB) (rows []wholeDemand, err error) {
	err = r.query(ctx, func(db *gorm.DB) error {
		return narrow(db.Table("demands").Select(r.store.columns.demand)).Find(&rows).Error
	})
	return rows, err
}

// Demand returns a demand by its id, or NotFound.
func (r reader) Demand(ctx context.Context, id uuid.UUID) (*domain.Demand, error) {
	rows, err := r.demands(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", id) })
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// Demands returns those of the ids that are there.
func (r reader) Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error) {
	rows, err := byID(ids, func(some []uuid.UUID) ([]wholeDemand, error) {
		return r.demands(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id IN ?", some) })
	})
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*domain.Demand, len(rows))
	for _, row := range rows {
		found[row.Row.ID] = row.noun()
	}
	return found, nil
}

// ListDemands returns a page of what an organisation has, newest first, and how much there is on all pages. It returns
// Invalid with CodeBadCursor if q.After is not there and does not tell when it was made.
func (r reader) ListDemands(ctx context.Context, q domain.OwnList) ([]*domain.Demand, int, error) {
	var rows []wholeDemand
	total, err := r.listOwn(ctx, "demands", r.store.columns.demand, q, &rows)
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, wholeDemand.noun), total, nil
}

// listOwn reads a page of one organisation's rows, newest first, and counts them all.
func (r reader) listOwn(ctx context.Context, table, columns string, q domain.OwnList, rows any) (int, error) {
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		own := func() *gorm.DB {
			own := db.Table(table).Where("organisation_id = ?", q.Organisation)
			if q.Status != "" {
				own = own.Where("status = ?", q.Status)
			}
			return own
		}
		if err := own().Count(&total).Error; err != nil {
			return err
		}
		page, err := after(own(), table, q.After)
		if err != nil {
			return err
		}
		return page.Select(columns).Order("created_at DESC, id DESC").Limit(q.Limit).Find(rows).Error
	})
	return int(total), err
}

// PublishedDemands yields all listed demands in batches, by id. What is published, hidden or closed meanwhile may be among
// them or not; nothing comes twice. It ends with the first error that yield returns.
func (r reader) PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error {
	return stream(batch, yield, wholeDemand.noun, func(after uuid.UUID) ([]wholeDemand, error) {
		return r.demands(ctx, func(db *gorm.DB) *gorm.DB { return publishedAfter(db, after, batch) })
	}, func(w wholeDemand) uuid.UUID { return w.Row.ID })
}

// listed is what domain.Demand.Listed and domain.Programme.Listed say, of a row.
const listed = "status = 'published' AND hidden_at IS NULL"

func publishedAfter(db *gorm.DB, after uuid.UUID, batch int) *gorm.DB {
	return db.Where(listed+" AND id > ?", after).Order("id").Limit(batch)
}

// stream yields batch after batch, until one is not full. No connection is held while yield works.
func stream[R, N any](batch int, yield func([]N) error, noun func(R) N,
	next func(after uuid.UUID) ([]R, error), id func(R) uuid.UUID,
) error {
	var after uuid.UUID
	for {
		rows, err := next(after)
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			if err := yield(nouns(rows, noun)); err != nil {
				return err
			}
		}
		if len(rows) < batch {
			return nil
		}
		after = id(rows[len(rows)-1])
	}
}

// ExpiredDemands returns the ids of published demands that ran out before a day, those that ran out first before the
// others, at most limit.
func (r reader) ExpiredDemands(ctx context.Context, today domain.Date, limit int) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Model(&demandRow{}).Where("status = 'published' AND valid_through < ?", day(today)).
			Order("valid_through, id").Limit(limit).Pluck("id", &ids).Error
	})
	return ids, err
}

// DemandForUpdate returns a demand and holds it, or NotFound.
func (u *unit) DemandForUpdate(ctx context.Context, id uuid.UUID) (*domain.Demand, error) {
	if err := u.in(ctx, func(db *gorm.DB) error { return u.lock(db, "demands", id) }); err != nil {
		return nil, err
	}
	return u.Demand(ctx, id)
}

// CreateDemand keeps a new demand and logs it. It returns Conflict if its id is taken, NotFound if its organisation is
// not there.
func (u *unit) CreateDemand(ctx context.Context, d *domain.Demand) error {
	row := rowOfDemand(d)
	return u.change(ctx, domain.ChangedDemand, d.ID, func(db *gorm.DB) error {
		if err := db.Create(&row).Error; err != nil {
			return err
		}
		return insert(db, u.store.engine, rowsOfRequirements(d), 6)
	})
}

// SaveDemand keeps a demand as it is now and logs it. It returns Stale if its version does not follow the stored one.
func (u *unit) SaveDemand(ctx context.Context, d *domain.Demand) error {
	row := rowOfDemand(d)
	return u.change(ctx, domain.ChangedDemand, d.ID, func(db *gorm.DB) error {
		if err := update(db, &row, d.ID, d.Version); err != nil {
			return err
		}
		if err := db.Where("demand_id = ?", d.ID).Delete(&requirementRow{}).Error; err != nil {
			return err
		}
		return insert(db, u.store.engine, rowsOfRequirements(d), 6)
	})
}

// DeleteDemand removes a demand with its requirements and logs it. It returns NotFound if it is not there.
func (u *unit) DeleteDemand(ctx context.Context, id uuid.UUID) error {
	return u.change(ctx, domain.ChangedDemand, id, func(db *gorm.DB) error { return remove(db, &demandRow{}, id) })
}

// remove deletes a row by its id, or returns NotFound.
func remove(db *gorm.DB, row any, id uuid.UUID) error {
	done := db.Where("id = ?", id).Delete(row)
	if done.Error == nil && done.RowsAffected == 0 {
		return notFound()
	}
	return done.Error
}
