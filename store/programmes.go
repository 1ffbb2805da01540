package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type programmeRow struct {
	ID             uuid.UUID             `gorm:"column:id;primaryKey"`
	OrganisationID uuid.UUID             `gorm:"column:organisation_id"`
	Title          text                  `gorm:"embedded;embeddedPrefix:title_"`
	Description    text                  `gorm:"embedded;embeddedPrefix:description_"`
	Kind           word                  `gorm:"column:kind"`
	Mode           word                  `gorm:"column:mode"`
	Languages      list[domain.Language] `gorm:"column:languages;type:text"`
	Regions        list[domain.Region]   `gorm:"column:regions;type:text"`
	Weeks          number                `gorm:"column:weeks"`
	Hours          number                `gorm:"column:hours"`
	ECTS           number                `gorm:"column:ects"`
	PriceAmount    *int64                `gorm:"column:price_amount"`
	PriceCurrency  word                  `gorm:"column:price_currency"`
	Funding        list[domain.Funding]  `gorm:"column:funding;type:text"`
	NQFLevel       number                `gorm:"column:nqf_level"`
	Segments       list[domain.Segment]  `gorm:"column:segments;type:text"`
	Sectors        list[domain.Sector]   `gorm:"column:sectors;type:text"`
	URL            word                  `gorm:"column:url"`
	Source         source                `gorm:"embedded;embeddedPrefix:source_"`
	Status         string                `gorm:"column:status"`
	Published      stamp                 `gorm:"column:published_at"`
	Archived       stamp                 `gorm:"column:archived_at"`
	Created        stamp                 `gorm:"column:created_at"`
	Updated        stamp                 `gorm:"column:updated_at"`
	Version        int                   `gorm:"column:version"`
	Hidden         hiding                `gorm:"embedded;embeddedPrefix:hidden_"`
}

// TableName returns the table.
func (programmeRow) TableName() string { return "programmes" }

// outcomeRow is a row of programme_outcomes or of programme_prerequisites.
type outcomeRow struct {
	ProgrammeID uuid.UUID `gorm:"column:programme_id"`
	Position    int       `gorm:"column:position"`
	Competence  string    `gorm:"column:competence_id"`
	Level       int       `gorm:"column:level"`
	LevelSource string    `gorm:"column:level_source"`
}

type intakeRow struct {
	ProgrammeID uuid.UUID `gorm:"column:programme_id"`
	Position    int       `gorm:"column:position"`
	StartsOn    day       `gorm:"column:starts_on"`
	EndsOn      day       `gorm:"column:ends_on"`
	ApplyBy     day       `gorm:"column:apply_by"`
	Seats       number    `gorm:"column:seats"`
	Region      word      `gorm:"column:region"`
}

// wholeProgramme is a programme as it is read: in one statement with all that belongs to it.
type wholeProgramme struct {
	Row           programmeRow         `gorm:"embedded"`
	Outcomes      folded[outcomeCells] `gorm:"column:outcomes;type:text"`
	Prerequisites folded[outcomeCells] `gorm:"column:prerequisites;type:text"`
	Intakes       folded[intakeCells]  `gorm:"column:intakes;type:text"`
}

type outcomeCells domain.Outcome

// UnmarshalJSON reads the cells in the order in which they were folded.
func (c *outcomeCells) UnmarshalJSON(b []byte) error {
	return unfold(b, &c.Competence, &c.Level, &c.Source)
}

type intakeCells domain.Intake

// UnmarshalJSON reads the cells in the order in which they were folded.
func (c *intakeCells) UnmarshalJSON(b []byte) error {
	var starts, ends, apply day
	err := unfold(b, &starts, &ends, &apply, &c.Seats, &c.Region) // null leaves a field as it is
	c.StartsOn, c.EndsOn, c.ApplyBy = domain.Date(starts), domain.Date(ends), domain.Date(apply)
	return err
}

func rowOfProgramme(p *domain.Programme) programmeRow {
	row := programmeRow{
		ID: p.ID, OrganisationID: p.OrganisationID, Title: text(p.Title), Description: text(p.Description),
		Kind: word(p.Kind), Mode: word(p.Mode), Languages: p.Languages, Regions: p.Regions,
		Weeks: number(p.Weeks), Hours: number(p.Hours), ECTS: number(p.ECTS),
		Funding: p.Funding, NQFLevel: number(p.NQFLevel), Segments: p.Segments, Sectors: p.Sectors, URL: word(p.URL),
		Source: rowOfSource(p.Source), Status: string(p.Status),
		Published: stamp(p.PublishedAt), Archived: stamp(p.ArchivedAt),
		Created: stamp(p.CreatedAt), Updated: stamp(p.UpdatedAt), Version: p.Version, Hidden: rowOfHiding(p.Hidden),
	}
	if p.Price != nil {
		row.PriceAmount, row.PriceCurrency = &p.Price.Amount, word(p.Price.Currency)
	}
	return row
}

func rowsOfOutcomes(programme uuid.UUID, outcomes []domain.Outcome) []outcomeRow {
	rows := make([]outcomeRow, 0, len(outcomes))
	for i, o := range outcomes {
		rows = append(rows, outcomeRow{
			ProgrammeID: programme, Position: i, Competence: string(o.Competence), Level: int(o.Level), LevelSource: string(o.Source),
		})
	}
	return rows
}

func rowsOfIntakes(p *domain.Programme) []intakeRow {
	rows := make([]intakeRow, 0, len(p.Intakes))
	for i, in := range p.Intakes {
		rows = append(rows, intakeRow{
			ProgrammeID: p.ID, Position: i, StartsOn: day(in.StartsOn), EndsOn: day(in.EndsOn), ApplyBy: day(in.ApplyBy),
			Seats: number(in.Seats), Region: word(in.Region),
		})
	}
	return rows
}

func (w wholeProgramme) noun() *domain.Programme {
	row := w.Row
	outcome := func(c outcomeCells) domain.Outcome { return domain.Outcome(c) }
	p := &domain.Programme{
		ID: row.ID, OrganisationID: row.OrganisationID,
		ProgrammeTerms: domain.ProgrammeTerms{
			Title: domain.Text(row.Title), Description: domain.Text(row.Description),
			Kind: domain.ProgrammeKind(row.Kind), Mode: domain.Mode(row.Mode), Languages: row.Languages, Regions: row.Regions,
			Weeks: int(row.Weeks), Hours: int(row.Hours), ECTS: int(row.ECTS), Funding: row.Funding,
			NQFLevel: domain.Level(row.NQFLevel), Segments: row.Segments, Sectors: row.Sectors, URL: string(row.URL), //nolint:gosec // 0 to 8
			Outcomes: nouns(w.Outcomes, outcome), Prerequisites: nouns(w.Prerequisites, outcome),
			Intakes: nouns(w.Intakes, func(c intakeCells) domain.Intake { return domain.Intake(c) }),
		},
		Source: row.Source.noun(), Status: domain.ProgrammeStatus(row.Status),
		PublishedAt: row.Published.time(), ArchivedAt: row.Archived.time(),
		CreatedAt: row.Created.time(), UpdatedAt: row.Updated.time(), Version: row.Version, Hidden: row.Hidden.noun(),
	}
	if row.PriceAmount != nil {
		p.Price = &domain.Money{Amount: *row.PriceAmount, Currency: domain.Currency(row.PriceCurrency)}
	}
	return p
}

// programmes reads whole programmes, in one statement.
func (r reader) programmes(ctx context.Context, narrow func(*gorm.DB) *gorm.DB) (rows []wholeProgramme, err error) {
	err = r.query(ctx, func(db *gorm.DB) error {
		return narrow(db.Table("programmes").Select(r.store.columns.programme)).Find(&rows).Error
	})
	return rows, err
}

// Programme returns a programme by its id, or NotFound.
func (r reader) Programme(ctx context.Context, id uuid.UUID) (*domain.Programme, error) {
	rows, err := r.programmes(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", id) })
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// Programmes returns those of the ids that are there.
func (r reader) Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	rows, err := byID(ids, func(some []uuid.UUID) ([]wholeProgramme, error) {
		return r.programmes(ctx, func(db *gorm.DB) *gorm.DB { return db.Where("id IN ?", some) })
	})
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*domain.Programme, len(rows))
	for _, row := range rows {
		found[row.Row.ID] = row.noun()
	}
	return found, nil
}

// ListProgrammes returns a page of what an organisation has, newest first, and how much there is on all pages. It
// returns Invalid with CodeBadCursor if q.After is not there and does not tell when it was made.
func (r reader) ListProgrammes(ctx context.Context, q domain.OwnList) ([]*domain.Programme, int, error) {
	var rows []wholeProgramme
	total, err := r.listOwn(ctx, "programmes", r.store.columns.programme, q, &rows)
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, wholeProgramme.noun), total, nil
}

// PublishedProgrammes yields all listed programmes as PublishedDemands does demands.
func (r reader) PublishedProgrammes(ctx context.Context, batch int, yield func([]*domain.Programme) error) error {
	return stream(batch, yield, wholeProgramme.noun, func(after uuid.UUID) ([]wholeProgramme, error) {
		return r.programmes(ctx, func(db *gorm.DB) *gorm.DB { return publishedAfter(db, after, batch) })
	}, func(w wholeProgramme) uuid.UUID { return w.Row.ID })
}

// ProgrammeForUpdate returns a programme and holds it, or NotFound.
func (u *unit) ProgrammeForUpdate(ctx context.Context, id uuid.UUID) (*domain.Programme, error) {
	if err := u.in(ctx, func(db *gorm.DB) error { return u.lock(db, "programmes", id) }); err != nil {
		return nil, err
	}
	return u.Programme(ctx, id)
}

// CreateProgramme keeps a new programme and logs it. It returns Conflict if its id is taken, NotFound if its
// organisation is not there.
func (u *unit) CreateProgramme(ctx context.Context, p *domain.Programme) error {
	row := rowOfProgramme(p)
	return u.change(ctx, domain.ChangedProgramme, p.ID, func(db *gorm.DB) error {
		if err := db.Create(&row).Error; err != nil {
			return err
		}
		return u.insertParts(db, p)
	})
}

// SaveProgramme keeps a programme as it is now and logs it. It returns Stale if its version does not follow the stored
// one.
func (u *unit) SaveProgramme(ctx context.Context, p *domain.Programme) error {
	row := rowOfProgramme(p)
	return u.change(ctx, domain.ChangedProgramme, p.ID, func(db *gorm.DB) error {
		if err := update(db, &row, p.ID, p.Version); err != nil {
			return err
		}
		for _, table := range []string{"programme_outcomes", "programme_prerequisites", "programme_intakes"} {
			if err := db.Exec("DELETE FROM "+table+" WHERE programme_id = ?", p.ID).Error; err != nil {
				return err
			}
		}
		return u.insertParts(db, p)
	})
}

// insertParts inserts what belongs to a programme.
func (u *unit) insertParts(db *gorm.DB, p *domain.Programme) error {
	if err := insert(db.Table("programme_outcomes"), u.store.engine, rowsOfOutcomes(p.ID, p.Outcomes), 5); err != nil {
		return err
	}
	if err := insert(db.Table("programme_prerequisites"), u.store.engine, rowsOfOutcomes(p.ID, p.Prerequisites), 5); err != nil {
		return err
	}
	return insert(db.Table("programme_intakes"), u.store.engine, rowsOfIntakes(p), 7)
}

// DeleteProgramme removes a programme with all that belongs to it and logs it. It returns NotFound if it is not there.
func (u *unit) DeleteProgramme(ctx context.Context, id uuid.UUID) error {
	return u.change(ctx, domain.ChangedProgramme, id, func(db *gorm.DB) error { return remove(db, &programmeRow{}, id) })
}
