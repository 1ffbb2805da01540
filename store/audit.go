package store

import (
	"context"

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
