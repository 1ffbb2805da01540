package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type deedRow struct {
	ID           uuid.UUID  `gorm:"column:id;primaryKey"`
	At           stamp      `gorm:"column:at"`
	AccountID    *uuid.UUID `gorm:"column:account_id"`
	KeyID        *uuid.UUID `gorm:"column:key_id"`
	Operator     bool       `gorm:"column:operator"`
	Deed         string     `gorm:"column:deed"`
	SubjectKind  string     `gorm:"column:subject_kind"`
	Subject      uuid.UUID  `gorm:"column:subject"`
	Organisation *uuid.UUID `gorm:"column:organisation"`
	Note         string     `gorm:"column:note"`
}

// TableName returns the table.
func (deedRow) TableName() string { return "audit" }

// Record adds a deed to the audit.
func (u *unit) Record(ctx context.Context, d domain.Deed) error {
	row := deedRow{
		ID: d.ID, At: stamp(d.At), AccountID: orNull(d.Account), KeyID: orNull(d.Key), Operator: d.Operator, Deed: string(d.Kind),
		SubjectKind: string(d.SubjectKind), Subject: d.Subject, Organisation: orNull(d.Organisation), Note: d.Note,
	}
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

func (r deedRow) noun() *domain.Deed {
	return &domain.Deed{
		ID: r.ID, At: r.At.time(), Account: orNil(r.AccountID), Key: orNil(r.KeyID), Operator: r.Operator, Kind: domain.DeedKind(r.Deed),
		SubjectKind: domain.SubjectKind(r.SubjectKind), Subject: r.Subject, Organisation: orNil(r.Organisation), Note: r.Note,
	}
}

// ListDeeds returns a page of the audit, by id descending, and how many entries there are on all pages.
func (r reader) ListDeeds(ctx context.Context, q domain.DeedList) ([]*domain.Deed, int, error) {
	narrow := func(db *gorm.DB) *gorm.DB {
		db = db.Model(&deedRow{})
		for column, id := range map[string]uuid.UUID{"account_id": q.Account, "organisation": q.Organisation, "subject": q.Subject} {
			if id != uuid.Nil {
				db = db.Where(column+" = ?", id)
			}
		}
		if q.Kind != "" {
			db = db.Where("deed = ?", string(q.Kind))
		}
		if !q.From.IsZero() {
			db = db.Where("at >= ?", stamp(q.From))
		}
		if !q.To.IsZero() {
			db = db.Where("at < ?", stamp(q.To))
		}
		return db
	}
	var rows []deedRow
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		if err := narrow(db).Count(&total).Error; err != nil {
			return err
		}
		page := narrow(db).Order("id DESC").Limit(q.Limit)
		if q.After != uuid.Nil {
			page = page.Where("id < ?", q.After)
		}
		return page.Find(&rows).Error
	})
	if err != nil {
		return nil, 0, err
	}
	return nouns(rows, deedRow.noun), int(total), nil
}

// ForgetDeeds drops entries of the audit that are older than a time, and says how many. What is younger than a year the
// database keeps, whatever the time.
func (s *Store) ForgetDeeds(ctx context.Context, before time.Time) (int, error) {
	forgotten := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			done := db.Where("at < ? AND at < "+s.engine.yearAgo, stamp(before)).Delete(&deedRow{})
			forgotten = int(done.RowsAffected)
			return done.Error
		})
	})
	return forgotten, err
}

// orNull returns an id as a column that is NULL for none.
func orNull(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}

// orNil is the way back.
func orNil(id *uuid.UUID) uuid.UUID {
	if id == nil {
		return uuid.Nil
	}
	return *id
}
