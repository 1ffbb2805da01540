package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type proofRow struct {
	ID        uuid.UUID  `gorm:"column:id;primaryKey"`
	Kind      string     `gorm:"column:kind"`
	Email     string     `gorm:"column:email"`
	AccountID *uuid.UUID `gorm:"column:account_id"`
	Created   stamp      `gorm:"column:created_at"`
	Expires   stamp      `gorm:"column:expires_at"`
	Used      stamp      `gorm:"column:used_at"`
	ClaimID   *uuid.UUID `gorm:"column:claim_id"`
	Name      word       `gorm:"column:claim_name"`
	Language  word       `gorm:"column:claim_language"`
	Hash      word       `gorm:"column:claim_hash"`
}

// TableName returns the table.
func (proofRow) TableName() string { return "proofs" }

func rowOfProof(p domain.Proof) proofRow {
	row := proofRow{
		ID: p.ID, Kind: string(p.Kind), Email: p.Email, AccountID: orNull(p.Account),
		Created: stamp(p.CreatedAt), Expires: stamp(p.ExpiresAt), Used: stamp(p.UsedAt),
	}
	if c := p.Claim; c != nil {
		row.ClaimID, row.Name, row.Language, row.Hash = orNull(c.ID), word(c.Name), word(c.Language), word(c.PasswordHash)
	}
	return row
}

func (r proofRow) noun() *domain.Proof {
	p := &domain.Proof{
		ID: r.ID, Kind: domain.LetterKind(r.Kind), Email: r.Email, Account: orNil(r.AccountID),
		CreatedAt: r.Created.time(), ExpiresAt: r.Expires.time(), UsedAt: r.Used.time(),
	}
	if r.ClaimID != nil {
		p.Claim = &domain.Account{
			ID: *r.ClaimID, Email: r.Email, Name: string(r.Name), Language: domain.Language(r.Language), PasswordHash: string(r.Hash), CreatedAt: p.CreatedAt,
		}
	}
	return p
}

// CreateProof keeps a proof; its account may come later in the transaction.
func (u *unit) CreateProof(ctx context.Context, p domain.Proof) error {
	row := rowOfProof(p)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// ProofForUpdate returns a proof and holds it, or NotFound.
func (u *unit) ProofForUpdate(ctx context.Context, id uuid.UUID) (*domain.Proof, error) {
	var rows []proofRow
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("id = ?", id).Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// SaveProof keeps whose proof it is and when it was used. It returns NotFound if it is not there.
func (u *unit) SaveProof(ctx context.Context, p domain.Proof) error {
	row := rowOfProof(p)
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Where("id = ?", p.ID).Select("account_id", "used_at").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

// CountProofs counts the proofs of a kind to an address that were made after a time.
func (u *unit) CountProofs(ctx context.Context, kind domain.LetterKind, email string, after time.Time) (int, error) {
	var n int64
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&proofRow{}).Where("email = ? AND kind = ? AND created_at > ?", email, string(kind), stamp(after)).Count(&n).Error
	})
	return int(n), err
}

// DropProofs drops the proofs of a kind that an account has.
func (u *unit) DropProofs(ctx context.Context, account uuid.UUID, kind domain.LetterKind) error {
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Where("account_id = ? AND kind = ?", account, string(kind)).Delete(&proofRow{}).Error
	})
}

// ForgetProofs drops proofs that ran out before a time, and says how many.
func (s *Store) ForgetProofs(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, &proofRow{}, "expires_at < ?", before)
}
