package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type linkRow struct {
	ID       uuid.UUID `gorm:"column:id;primaryKey"`
	From     string    `gorm:"column:from_id"`
	Relation word      `gorm:"column:relation"`
	To       string    `gorm:"column:to_id"`
	Reason   string    `gorm:"column:reason"`
	Curated  bool      `gorm:"column:curated"`
	At       stamp     `gorm:"column:at"`
}

// TableName returns the table.
func (linkRow) TableName() string { return "catalogue_links" }

func rowOfLink(l domain.Link) linkRow {
	return linkRow{
		ID: l.ID(), From: string(l.From), Relation: word(l.Relation), To: string(l.To), Reason: l.Reason, Curated: l.Curated, At: stamp(l.At),
	}
}

func (r linkRow) noun() domain.Link {
	return domain.Link{
		From: domain.CompetenceID(r.From), Relation: domain.Relation(r.Relation), To: domain.CompetenceID(r.To),
		Reason: r.Reason, Curated: r.Curated, At: r.At.time(),
	}
}

type amendmentRow struct {
	Competence string   `gorm:"column:competence_id;primaryKey"`
	Label      text     `gorm:"embedded;embeddedPrefix:label_"`
	Synonyms   synonyms `gorm:"column:synonyms"`
	Deprecated *bool    `gorm:"column:deprecated"`
	ReplacedBy word     `gorm:"column:replaced_by"`
}

// TableName returns the table.
func (amendmentRow) TableName() string { return "catalogue_amendments" }

func rowOfAmendment(a domain.Amendment) amendmentRow {
	return amendmentRow{
		Competence: string(a.Competence), Label: text(a.Label), Synonyms: synonyms(a.Synonyms), Deprecated: a.Deprecated, ReplacedBy: word(a.ReplacedBy),
	}
}

func (r amendmentRow) noun() domain.Amendment {
	return domain.Amendment{
		Competence: domain.CompetenceID(r.Competence), Label: domain.Text(r.Label), Synonyms: domain.Synonyms(r.Synonyms),
		Deprecated: r.Deprecated, ReplacedBy: domain.CompetenceID(r.ReplacedBy),
	}
}

// Link returns how two competences stand to each other beyond what their frameworks say, by its id, or NotFound.
func (r reader) Link(ctx context.Context, id uuid.UUID) (domain.Link, error) {
	var rows []linkRow
	if err := r.query(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Find(&rows).Error }); err != nil {
		return domain.Link{}, err
	}
	row, err := one(rows)
	if err != nil {
		return domain.Link{}, err
	}
	return row.noun(), nil
}

// ListLinks returns a page of links, by id, and how many there are on all pages.
func (r reader) ListLinks(ctx context.Context, q domain.LinkList) ([]domain.Link, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&linkRow{})
		if q.Competence != "" {
			db = db.Where("(from_id = ? OR to_id = ?)", string(q.Competence), string(q.Competence))
		}
		if q.Relation != nil && *q.Relation == "" {
			db = db.Where("relation IS NULL")
		} else if q.Relation != nil {
			db = db.Where("relation = ?", string(*q.Relation))
		}
		if q.Curated != nil {
			db = db.Where("curated = ?", *q.Curated)
		}
		return db
	}
	var rows []linkRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		page := narrow(db).Order("id").Limit(q.Limit)
		if q.After != uuid.Nil {
			page = page.Where("id > ?", q.After)
		}
		return page.Find(&rows).Error
	})
	return nouns(rows, linkRow.noun), int(total), err
}

// insertShipped inserts the links that ship.
func (u *unit) insertShipped(db *gorm.DB, links []domain.Link) error {
	var rows []linkRow
	for _, l := range links {
		if !l.Curated {
			row := rowOfLink(l)
			row.At = stamp(u.store.clock())
			rows = append(rows, row)
		}
	}
	return insert(db, u.store.engine, rows, 7)
}

// SaveCuration keeps what administrators decided, in place of what was decided on the same, and logs that the catalogue is
// of another edition now. It returns Conflict if a competence is there already.
func (u *unit) SaveCuration(ctx context.Context, e domain.CatalogueEdition, c domain.Curation) error {
	return u.change(ctx, domain.ChangedCatalogue, uuid.Nil, func(db *gorm.DB) error {
		if err := u.insertCompetences(db, c.Competences); err != nil {
			return err
		}
		for _, l := range c.Links {
			row := rowOfLink(l)
			if err := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
				return err
			}
		}
		for _, a := range c.Amendments {
			row := rowOfAmendment(a)
			if err := db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "competence_id"}}, UpdateAll: true}).Create(&row).Error; err != nil {
				return err
			}
		}
		return u.saveEdition(db, e)
	})
}
