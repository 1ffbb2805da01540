package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type identityRow struct {
	ID        uuid.UUID `gorm:"column:id;primaryKey"`
	AccountID uuid.UUID `gorm:"column:account_id"`
	Issuer    string    `gorm:"column:issuer"`
	Subject   string    `gorm:"column:subject"`
	Created   stamp     `gorm:"column:created_at"`
}

// TableName returns the table.
func (identityRow) TableName() string { return "identities" }

func (r identityRow) noun() domain.Identity {
	return domain.Identity{ID: r.ID, AccountID: r.AccountID, Issuer: r.Issuer, Subject: r.Subject, CreatedAt: r.Created.time()}
}

// AccountByIdentity returns the account that is a subject at an issuer, or NotFound.
func (r reader) AccountByIdentity(ctx context.Context, issuer, subject string) (*domain.Account, error) {
	return r.account(ctx, "id = (SELECT account_id FROM identities WHERE issuer = ? AND subject = ?)", issuer, subject)
}

// Identities lists who an account is elsewhere, the one linked first first.
func (r reader) Identities(ctx context.Context, account uuid.UUID) ([]domain.Identity, error) {
	var rows []identityRow
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Where("account_id = ?", account).Order("created_at, id").Find(&rows).Error
	})
	return nouns(rows, identityRow.noun), err
}

// CreateIdentity keeps who an account is elsewhere. It returns Conflict if its id or the subject is taken or the account has
// one at the issuer, NotFound if the account is not there.
func (u *unit) CreateIdentity(ctx context.Context, i domain.Identity) error {
	row := identityRow{ID: i.ID, AccountID: i.AccountID, Issuer: i.Issuer, Subject: i.Subject, Created: stamp(i.CreatedAt)}
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// DeleteIdentity takes an identity from its account. It returns NotFound if it is not there.
func (u *unit) DeleteIdentity(ctx context.Context, id uuid.UUID) error {
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Where("id = ?", id).Delete(&identityRow{})
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

type ticketRow struct {
	ID      uuid.UUID `gorm:"column:id;primaryKey"`
	ValidTo stamp     `gorm:"column:valid_to"`
}

// TableName returns the table.
func (ticketRow) TableName() string { return "used_tickets" }

// UseTicket notes that a ticket is used, and says whether it was not before. Postgres waits for whoever uses it at the same
// moment.
func (u *unit) UseTicket(ctx context.Context, ticket uuid.UUID, until time.Time) (fresh bool, err error) {
	row := ticketRow{ID: ticket, ValidTo: stamp(until)}
	err = u.in(ctx, func(db *gorm.DB) error {
		done := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		fresh = done.RowsAffected == 1
		return done.Error
	})
	return fresh, err
}

// ForgetTickets drops used tickets that were valid until before a time, and says how many.
func (s *Store) ForgetTickets(ctx context.Context, before time.Time) (int, error) {
	forgotten := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			done := db.Where("valid_to < ?", stamp(before)).Delete(&ticketRow{})
			forgotten = int(done.RowsAffected)
			return done.Error
		})
	})
	return forgotten, err
}
