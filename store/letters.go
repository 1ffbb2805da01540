package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type letterRow struct {
	ID        uuid.UUID  `gorm:"column:id;primaryKey"`
	Kind      string     `gorm:"column:kind"`
	Recipient string     `gorm:"column:recipient"`
	Language  word       `gorm:"column:language"`
	Facts     string     `gorm:"column:facts"`
	Code      *uuid.UUID `gorm:"column:code"`
	ValidTo   stamp      `gorm:"column:valid_to"`
	Created   stamp      `gorm:"column:created_at"`
	Attempts  int        `gorm:"column:attempts"`
	NextTry   stamp      `gorm:"column:next_try"`
}

// TableName returns the table.
func (letterRow) TableName() string { return "letters" }

func (r letterRow) noun() (domain.Letter, error) {
	l := domain.Letter{
		ID: r.ID, Kind: domain.LetterKind(r.Kind), To: r.Recipient, Language: domain.Language(r.Language),
		Code: orNil(r.Code), ValidTo: r.ValidTo.time(), CreatedAt: r.Created.time(), Attempts: r.Attempts + 1,
	}
	return l, undocument(r.Facts, &l.Facts)
}

// SendLetter puts a letter into the letterbox, which is emptied after the transaction.
func (u *unit) SendLetter(ctx context.Context, l domain.Letter) error {
	facts, err := document(l.Facts)
	if err != nil {
		return err
	}
	row := letterRow{
		ID: l.ID, Kind: string(l.Kind), Recipient: l.To, Language: word(l.Language), Facts: facts.(string),
		Code: orNull(l.Code), ValidTo: stamp(l.ValidTo), Created: stamp(l.CreatedAt), NextTry: stamp(l.CreatedAt),
	}
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// TakeLetters returns letters that are due, the one that waits longest first, and keeps them from others until a time.
// It writes nothing when none is.
func (s *Store) TakeLetters(ctx context.Context, now, until time.Time, limit int) ([]domain.Letter, error) {
	var waiting []letterRow
	err := s.outside(ctx, func(db *gorm.DB) error { return due(db, now).Limit(1).Find(&waiting).Error })
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	var out []domain.Letter
	err = s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		out = out[:0]
		var rows []letterRow
		err := s.current(ctx).in(ctx, func(db *gorm.DB) error {
			taken := due(db, now).Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate, Options: clause.LockingOptionsSkipLocked}).Limit(limit)
			if err := taken.Find(&rows).Error; err != nil || len(rows) == 0 {
				return err
			}
			ids := make([]uuid.UUID, 0, len(rows))
			for _, row := range rows {
				ids = append(ids, row.ID)
			}
			return db.Model(&letterRow{}).Where("id IN ?", ids).
				UpdateColumns(map[string]any{"next_try": stamp(until), "attempts": gorm.Expr("attempts + 1")}).Error
		})
		for _, row := range rows {
			l, err := row.noun()
			if err != nil {
				return err
			}
			out = append(out, l)
		}
		return err
	})
	return out, err
}

// due narrows to letters whose time has come, in the order in which they are sent.
func due(db *gorm.DB, now time.Time) *gorm.DB {
	return db.Where("next_try <= ?", stamp(now)).Order("next_try, id")
}

// PutOff has a letter tried again at a time.
func (s *Store) PutOff(ctx context.Context, letter uuid.UUID, until time.Time) error {
	return s.letter(ctx, letter, func(db *gorm.DB) error { return db.UpdateColumn("next_try", stamp(until)).Error })
}

// DropLetter takes a letter out of the letterbox: it has been sent, or will never be.
func (s *Store) DropLetter(ctx context.Context, letter uuid.UUID) error {
	return s.letter(ctx, letter, func(db *gorm.DB) error { return db.Delete(&letterRow{}).Error })
}

func (s *Store) letter(ctx context.Context, letter uuid.UUID, change func(*gorm.DB) error) error {
	return s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error { return change(db.Model(&letterRow{}).Where("id = ?", letter)) })
	})
}
