package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type refreshRow struct {
	ID        uuid.UUID `gorm:"column:id;primaryKey"`
	AccountID uuid.UUID `gorm:"column:account_id"`
	Family    uuid.UUID `gorm:"column:family"`
	Hash      []byte    `gorm:"column:hash"`
	Created   stamp     `gorm:"column:created_at"`
	Expires   stamp     `gorm:"column:expires_at"`
	Used      stamp     `gorm:"column:used_at"`
	Revoked   stamp     `gorm:"column:revoked_at"`
	Successor []byte    `gorm:"column:successor"`
}

// TableName returns the table.
func (refreshRow) TableName() string { return "refresh_tokens" }

func rowOfRefresh(t domain.RefreshToken) refreshRow {
	return refreshRow{
		ID: t.ID, AccountID: t.AccountID, Family: t.Family, Hash: t.Hash, Created: stamp(t.CreatedAt),
		Expires: stamp(t.ExpiresAt), Used: stamp(t.UsedAt), Revoked: stamp(t.RevokedAt), Successor: t.Successor,
	}
}

func (r refreshRow) noun() *domain.RefreshToken {
	return &domain.RefreshToken{
		ID: r.ID, AccountID: r.AccountID, Family: r.Family, Hash: r.Hash, CreatedAt: r.Created.time(),
		ExpiresAt: r.Expires.time(), UsedAt: r.Used.time(), RevokedAt: r.Revoked.time(), Successor: r.Successor,
	}
}

// CreateRefreshToken keeps a new token. It returns Conflict if its id or its hash is taken, NotFound if its account is
// not there.
func (u *unit) CreateRefreshToken(ctx context.Context, t domain.RefreshToken) error {
	row := rowOfRefresh(t)
	return u.in(ctx, func(db *gorm.DB) error { return db.Create(&row).Error })
}

// RefreshTokenForUpdate returns the token with a hash and holds it, or NotFound.
func (u *unit) RefreshTokenForUpdate(ctx context.Context, hash []byte) (*domain.RefreshToken, error) {
	var rows []refreshRow
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).Where("hash = ?", hash).Find(&rows).Error
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

// SaveRefreshToken keeps when a token was used or revoked, and its successor. It returns NotFound if it is not there.
func (u *unit) SaveRefreshToken(ctx context.Context, t domain.RefreshToken) error {
	row := rowOfRefresh(t)
	return u.in(ctx, func(db *gorm.DB) error {
		done := db.Where("id = ?", t.ID).Select("used_at", "revoked_at", "successor").Updates(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return notFound()
		}
		return done.Error
	})
}

// RevokeFamily revokes every token of a family that is not revoked yet. It looks again until there is none: the first look
// waits for whoever exchanges a token at the same moment, and does not see the one that comes of it.
func (u *unit) RevokeFamily(ctx context.Context, family uuid.UUID, now time.Time) error {
	return u.in(ctx, func(db *gorm.DB) error {
		for {
			done := db.Model(&refreshRow{}).Where("family = ? AND revoked_at IS NULL", family).UpdateColumn("revoked_at", stamp(now))
			if done.Error != nil || done.RowsAffected == 0 {
				return done.Error
			}
		}
	})
}

// Sessions lists the sessions of an account that can get new tokens, the one used last first.
func (r reader) Sessions(ctx context.Context, account uuid.UUID, now time.Time) ([]domain.LoginSession, error) {
	var rows []struct {
		Family   uuid.UUID `gorm:"column:family"`
		Since    stamp     `gorm:"column:since"`
		LastUsed stamp     `gorm:"column:last_used"`
		Until    stamp     `gorm:"column:until"`
	}
	err := r.query(ctx, func(db *gorm.DB) error {
		return db.Raw(`SELECT family, min(created_at) AS since, max(created_at) AS last_used, max(expires_at) AS until
			FROM refresh_tokens WHERE account_id = ? GROUP BY family
			HAVING max(expires_at) > ? AND count(revoked_at) < count(*) ORDER BY last_used DESC, family DESC`, account, stamp(now)).Scan(&rows).Error
	})
	out := make([]domain.LoginSession, 0, len(rows))
	for _, row := range rows {
		out = append(out, domain.LoginSession{ID: row.Family, Since: row.Since.time(), LastUsed: row.LastUsed.time(), Until: row.Until.time()})
	}
	return out, err
}

type keyRow struct {
	ID      string `gorm:"column:id;primaryKey"`
	Sealed  []byte `gorm:"column:sealed"`
	Created stamp  `gorm:"column:created_at"`
	Retired stamp  `gorm:"column:retired_at"`
}

// TableName returns the table.
func (keyRow) TableName() string { return "signing_keys" }

// SigningKeys returns all signing keys, newest first.
func (s *Store) SigningKeys(ctx context.Context) ([]domain.SealedKey, error) {
	var rows []keyRow
	err := s.query(ctx, func(db *gorm.DB) error { return db.Order("created_at DESC, id DESC").Find(&rows).Error })
	if err != nil {
		return nil, err
	}
	return nouns(rows, func(r keyRow) domain.SealedKey {
		return domain.SealedKey{ID: r.ID, Sealed: r.Sealed, CreatedAt: r.Created.time(), RetiredAt: r.Retired.time()}
	}), nil
}

// RotateSigningKeys keeps a key, has all others retire at a time unless they did or will before, and drops those that have
// retired before another. It returns Conflict, and changes nothing, if the key's id is taken.
func (s *Store) RotateSigningKeys(ctx context.Context, k domain.SealedKey, retire, drop time.Time) error {
	row := keyRow{ID: k.ID, Sealed: k.Sealed, Created: stamp(k.CreatedAt), Retired: stamp(k.RetiredAt)}
	return s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			if err := db.Create(&row).Error; err != nil {
				return err
			}
			others := db.Model(&keyRow{}).Where("id <> ? AND (retired_at IS NULL OR retired_at > ?)", k.ID, stamp(retire))
			if err := others.UpdateColumn("retired_at", stamp(retire)).Error; err != nil {
				return err
			}
			return db.Where("id <> ? AND retired_at < ?", k.ID, stamp(drop)).Delete(&keyRow{}).Error
		})
	})
}
