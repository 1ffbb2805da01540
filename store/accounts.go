package store

import (
	"context"
	"database/sql/driver"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

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
	Confirmed    stamp     `gorm:"column:confirmed_at"`
	Factor       factor    `gorm:"column:second_factor"`
}

// factor is a second factor as a document in a column; NULL is none.
type factor struct{ noun *domain.SecondFactor }

// Value writes the document.
func (f factor) Value() (driver.Value, error) {
	if f.noun == nil {
		return nil, nil
	}
	return document(factorDocument(*f.noun))
}

// Scan reads the document.
func (f *factor) Scan(v any) error {
	if v == nil {
		f.noun = nil
		return nil
	}
	var d factorDocument
	err := undocument(v, &d)
	noun := domain.SecondFactor(d)
	f.noun = &noun
	return err
}

type factorDocument struct {
	Sealed   []byte    `json:"sealed"`
	Begun    time.Time `json:"begun"`
	OnSince  time.Time `json:"on_since,omitzero"`
	Step     int64     `json:"step,omitempty"`
	Recovery [][]byte  `json:"recovery,omitempty"`
	Wrong    int       `json:"wrong,omitempty"`
	WrongAt  time.Time `json:"wrong_at,omitzero"`
}

// TableName returns the table.
func (accountRow) TableName() string { return "accounts" }

func rowOfAccount(a *domain.Account) accountRow {
	return accountRow{
		ID: a.ID, Email: a.Email, Name: a.Name, Language: word(a.Language), PasswordHash: a.PasswordHash,
		Admin: a.Admin, Analyst: a.Analyst, Created: stamp(a.CreatedAt), Confirmed: stamp(a.ConfirmedAt), Factor: factor{a.Factor},
	}
}

func (r accountRow) noun() *domain.Account {
	return &domain.Account{
		ID: r.ID, Email: r.Email, Name: r.Name, Language: domain.Language(r.Language), PasswordHash: r.PasswordHash,
		Admin: r.Admin, Analyst: r.Analyst, CreatedAt: r.Created.time(), ConfirmedAt: r.Confirmed.time(), Factor: r.Factor.noun,
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

// AccountForUpdate returns an account and holds it, or NotFound. What refers to the account can be written meanwhile, as
// the next token of a session, which whoever holds the account may be about to end.
func (u *unit) AccountForUpdate(ctx context.Context, id uuid.UUID) (*domain.Account, error) {
	var rows []accountRow
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Where("id = ?", id).Find(&rows).Error
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

// Accounts returns those of the ids that are there.
func (r reader) Accounts(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Account, error) {
	rows, err := byID(ids, func(some []uuid.UUID) (rows []accountRow, err error) {
		err = r.query(ctx, func(db *gorm.DB) error { return db.Where("id IN ?", some).Find(&rows).Error })
		return rows, err
	})
	if err != nil {
		return nil, err
	}
	found := make(map[uuid.UUID]*domain.Account, len(rows))
	for _, row := range rows {
		found[row.ID] = row.noun()
	}
	return found, nil
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

// RegisterAccount keeps a new account, or nothing if its address is taken.
func (u *unit) RegisterAccount(ctx context.Context, a *domain.Account) error {
	row := rowOfAccount(a)
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "email"}}, DoNothing: true}).Create(&row).Error
	})
}

// ConfirmAccount keeps when the address of an account was proven. It returns NotFound if the account is not there.
func (u *unit) ConfirmAccount(ctx context.Context, account uuid.UUID, at time.Time) error {
	return u.setOfAccount(ctx, account, "confirmed_at", stamp(at))
}

// SaveSecondFactor keeps the second factor of an account; nil for none. It returns NotFound if the account is not there.
func (u *unit) SaveSecondFactor(ctx context.Context, account uuid.UUID, f *domain.SecondFactor) error {
	return u.setOfAccount(ctx, account, "second_factor", factor{f})
}

func (u *unit) setOfAccount(ctx context.Context, account uuid.UUID, column string, value any) error {
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Model(&accountRow{}).Where("id = ?", account).UpdateColumn(column, value)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

// DropAccount drops an account with all that is its own.
func (u *unit) DropAccount(ctx context.Context, account uuid.UUID) error {
	return u.in(ctx, func(db *gorm.DB) error { return db.Where("id = ?", account).Delete(&accountRow{}).Error })
}

// ForgetAccounts drops accounts whose address was not proven and that were made before a time, unless they are members
// of an organisation, and says how many.
func (s *Store) ForgetAccounts(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, &accountRow{},
		"confirmed_at IS NULL AND created_at < ? AND NOT EXISTS (SELECT 1 FROM memberships m WHERE m.account_id = accounts.id)", before)
}
