package store

import (
	"context"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type accountRow struct {
	ID           uuid.UUID `gorm:"column:id;primaryKey"`
	Email        string    `gorm:"column:email"`
	Name         string    `gorm:"column:name"`
	Language     word      `gorm:"column:language"`
	PasswordHash string    `gorm:"column:password_hash"`
	Admin        bool      `gorm:"column:admin"`
	Analyst      bool      `gorm:"column:analyst"`
	Created      stamp     `gorm:"column:created_at"`
}

// TableName returns the table.
func (accountRow) TableName() string { return "accounts" }

func rowOfAccount(a *domain.Account) accountRow {
	return accountRow{
		ID: a.ID, Email: a.Email, Name: a.Name, Language: word(a.Language), PasswordHash: a.PasswordHash,
		Admin: a.Admin, Analyst: a.Analyst, Created: stamp(a.CreatedAt),
	}
}

func (r accountRow) noun() *domain.Account {
	return &domain.Account{
		ID: r.ID, Email: r.Email, Name: r.Name, Language: domain.Language(r.Language), PasswordHash: r.PasswordHash,
		Admin: r.Admin, Analyst: r.Analyst, CreatedAt: r.Created.time(),
	}
}

// Account returns an account by its id, or NotFound.
func (r reader) Account(ctx context.Context, id uuid.UUID) (*domain.Account, error) {
	return r.account(ctx, "id = ?", id)
}

// AccountByEmail returns the account with an address, as it is kept, or NotFound.
func (r reader) AccountByEmail(ctx context.Context, email string) (*domain.Account, error) {
	return r.account(ctx, "email = ?", email)
}

func (r reader) account(ctx context.Context, where string, values ...any) (*domain.Account, error) {
	var rows []accountRow
	err := r.query(ctx, func(db *gorm.DB) error { return db.Where(where, values...).Find(&rows).Error })
	if err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// Person returns an account with its memberships, by the organisations' ids, or NotFound.
func (r reader) Person(ctx context.Context, account uuid.UUID) (*domain.Person, error) {
	a, err := r.Account(ctx, account)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Organisation organisationRow `gorm:"embedded"`
		Role         string          `gorm:"column:role"`
	}
	err = r.query(ctx, func(db *gorm.DB) error {
		return db.Table("organisations").Select(r.store.columns.membership).
			Joins("JOIN memberships m ON m.organisation_id = organisations.id").Where("m.account_id = ?", account).Order("organisations.id").Find(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	person := &domain.Person{Account: *a}
	for _, row := range rows {
		person.Memberships = append(person.Memberships,
			domain.PersonMembership{Organisation: *row.Organisation.noun(), Role: domain.MemberRole(row.Role)})
	}
	return person, nil
}

// AccountForUpdate returns an account and holds it, or NotFound.
func (u *unit) AccountForUpdate(ctx context.Context, id uuid.UUID) (*domain.Account, error) {
	if err := u.in(ctx, func(db *gorm.DB) error { return u.lock(db, "accounts", id) }); err != nil {
		return nil, err
	}
	return u.Account(ctx, id)
}

// SavePassword keeps a new hash of a password in the place of another; Stale if that is no longer the one that is kept.
func (u *unit) SavePassword(ctx context.Context, account uuid.UUID, until, hash string) error {
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Model(&accountRow{}).Where("id = ? AND password_hash = ?", account, until).UpdateColumn("password_hash", hash)
		if done.Error == nil && done.RowsAffected == 0 {
			return stale()
		}
		return done.Error
	})
}

// CreateAccount keeps a new account. It returns Conflict if its id or its address is taken.
func (u *unit) CreateAccount(ctx context.Context, a *domain.Account) error {
	row := rowOfAccount(a)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}
