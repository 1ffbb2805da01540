package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type apiKeyRow struct {
	ID           uuid.UUID          `gorm:"column:id;primaryKey"`
	Organisation uuid.UUID          `gorm:"column:organisation_id"`
	Name         string             `gorm:"column:name"`
	Scopes       list[domain.Scope] `gorm:"column:scopes"`
	Hash         []byte             `gorm:"column:hash"`
	CreatedBy    *uuid.UUID         `gorm:"column:created_by"`
	Created      stamp              `gorm:"column:created_at"`
	Expires      stamp              `gorm:"column:expires_at"`
	Warned       stamp              `gorm:"column:warned_at"`
	LastUsed     stamp              `gorm:"column:last_used_at"`
	Revoked      stamp              `gorm:"column:revoked_at"`
}

// TableName returns the table.
func (apiKeyRow) TableName() string { return "api_keys" }

func (r apiKeyRow) noun() *domain.APIKey {
	return &domain.APIKey{
		ID: r.ID, Organisation: r.Organisation, Name: r.Name, Scopes: r.Scopes, Hash: r.Hash, CreatedBy: orNil(r.CreatedBy),
		CreatedAt: r.Created.time(), ExpiresAt: r.Expires.time(), WarnedAt: r.Warned.time(), LastUsedAt: r.LastUsed.time(), RevokedAt: r.Revoked.time(),
	}
}

// APIKey returns a key by its id, or NotFound. It does not read its creator's name.
func (r reader) APIKey(ctx context.Context, id uuid.UUID) (*domain.APIKey, error) {
	var rows []apiKeyRow
	if err := r.query(ctx, func(db *gorm.DB) error { return db.Where("id = ?", id).Find(&rows).Error }); err != nil {
		return nil, err
	}
	row, err := one(rows)
	if err != nil {
		return nil, err
	}
	return row.noun(), nil
}

// ListAPIKeys returns a page of an organisation's keys, by id descending, and how many there are on all pages.
func (r reader) ListAPIKeys(ctx context.Context, q domain.APIKeyList) ([]*domain.APIKey, int, error) {
	var rows []struct {
		Key         apiKeyRow `gorm:"embedded"`
		CreatorName word      `gorm:"column:creator_name"`
	}
	var total int64
	err := r.query(ctx, func(db *gorm.DB) error {
		all := func() *gorm.DB { return db.Model(&apiKeyRow{}).Where("organisation_id = ?", q.Organisation) }
		if err := all().Count(&total).Error; err != nil {
			return err
		}
		page := all().Select("api_keys.*, accounts.name AS creator_name").Joins("LEFT JOIN accounts ON accounts.id = api_keys.created_by").
			Order("api_keys.id DESC").Limit(q.Limit)
		if q.After != uuid.Nil {
			page = page.Where("api_keys.id < ?", q.After)
		}
		return page.Find(&rows).Error
	})
	if err != nil {
		return nil, 0, err
	}
	keys := make([]*domain.APIKey, 0, len(rows))
	for _, row := range rows {
		k := row.Key.noun()
		k.CreatorName = string(row.CreatorName)
		keys = append(keys, k)
	}
	return keys, int(total), nil
}

// ExpiringKeys lists keys that live at a time, expire until another and have not been warned of, the first to expire
// first, at most limit.
func (r reader) ExpiringKeys(ctx context.Context, now, until time.Time, limit int) ([]*domain.APIKey, error) {
	var rows []apiKeyRow
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Where("warned_at IS NULL AND revoked_at IS NULL AND expires_at > ? AND expires_at <= ?", stamp(now), stamp(until)).
			Order("expires_at, id").Limit(limit).Find(&rows).Error
	})
	return nouns(rows, apiKeyRow.noun), err
}

// CreateAPIKey keeps a new key. It returns Conflict if its id is taken, NotFound if its organisation or its creator is not
// there.
func (u *unit) CreateAPIKey(ctx context.Context, k *domain.APIKey) error {
	row := apiKeyRow{
		ID: k.ID, Organisation: k.Organisation, Name: k.Name, Scopes: k.Scopes, Hash: k.Hash, CreatedBy: orNull(k.CreatedBy),
		Created: stamp(k.CreatedAt), Expires: stamp(k.ExpiresAt), Warned: stamp(k.WarnedAt), LastUsed: stamp(k.LastUsedAt), Revoked: stamp(k.RevokedAt),
	}
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// CountLivingKeys says how many keys of an organisation are neither revoked nor expired.
func (u *unit) CountLivingKeys(ctx context.Context, organisation uuid.UUID, now time.Time) (int, error) {
	var n int64
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&apiKeyRow{}).Where("organisation_id = ? AND revoked_at IS NULL AND expires_at > ?", organisation, stamp(now)).Count(&n).Error
	})
	return int(n), err
}

// RevokeAPIKey ends a key, and says whether it did: false if it was revoked before.
func (u *unit) RevokeAPIKey(ctx context.Context, key uuid.UUID, now time.Time) (bool, error) {
	return u.setOnKey(ctx, key, "revoked_at IS NULL", "revoked_at", now)
}

// RevokeAPIKeys ends all keys of an organisation.
func (u *unit) RevokeAPIKeys(ctx context.Context, organisation uuid.UUID, now time.Time) error {
	return u.in(ctx, func(db *gorm.DB) error {
		return db.Model(&apiKeyRow{}).Where("organisation_id = ? AND revoked_at IS NULL", organisation).UpdateColumn("revoked_at", stamp(now)).Error
	})
}

// SaveKeyUse notes when a key was used, unless it was used later. One that is gone is no error.
func (u *unit) SaveKeyUse(ctx context.Context, key uuid.UUID, at time.Time) error {
	_, err := u.setOnKey(ctx, key, "(last_used_at IS NULL OR last_used_at < ?)", "last_used_at", at, stamp(at))
	return err
}

// SaveKeyWarning notes that owners were told that a key expires, and says whether it did: false if they were told before or
// the key was revoked.
func (u *unit) SaveKeyWarning(ctx context.Context, key uuid.UUID, now time.Time) (bool, error) {
	return u.setOnKey(ctx, key, "warned_at IS NULL AND revoked_at IS NULL", "warned_at", now)
}

// setOnKey sets a time of a key where a condition holds, and says whether it did.
func (u *unit) setOnKey(ctx context.Context, key uuid.UUID, where, column string, at time.Time, args ...any) (set bool, err error) {
	err = u.in(ctx, func(db *gorm.DB) error {
		done := db.Model(&apiKeyRow{}).Where("id = ?", key).Where(where, args...).UpdateColumn(column, stamp(at))
		set = done.RowsAffected > 0
		return done.Error
	})
	return set, err
}
