package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testTokens: chains of refresh tokens, and keys that replicas share.
func testTokens(t *testing.T, open Open) {
	t.Run("refresh tokens", func(t *testing.T) { testRefresh(t, open(t)) })
	t.Run("signing keys", func(t *testing.T) { testKeys(t, open(t)) })
}

func testRefresh(t *testing.T, o *Opened) {
	ctx := t.Context()
	a := someAccount("t@example.kz")
	keep(t, o, a)
	family, elsewhere := newID(), newID()
	token := func(hash byte) domain.RefreshToken {
		return domain.RefreshToken{
			ID: newID(), AccountID: a.ID, Family: family, Hash: []byte{hash, 0, 0xff}, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	}
	first, second, alien := token(1), token(2), token(3)
	alien.Family = elsewhere
	find := func(t *testing.T, hash []byte) (got domain.RefreshToken) {
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			found, err := tx.RefreshTokenForUpdate(ctx, hash)
			require.NoError(t, err)
			got = *found
		})
		return got
	}
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, tok := range []domain.RefreshToken{first, second, alien} {
			require.NoError(t, tx.CreateRefreshToken(ctx, tok))
		}
	})
	same(t, first, find(t, first.Hash))

	t.Run("use and successor are kept", func(t *testing.T) {
		first.UsedAt, first.Successor = now.Add(time.Minute), []byte{0, 1, 2}
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.SaveRefreshToken(ctx, first)) })
		same(t, first, find(t, first.Hash))
	})
	t.Run("a family is revoked as a whole, what was revoked before stays so", func(t *testing.T) {
		first.RevokedAt = now.Add(2 * time.Minute)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveRefreshToken(ctx, first))
			require.NoError(t, tx.RevokeFamily(ctx, family, now.Add(3*time.Minute)))
		})
		require.Equal(t, first.RevokedAt, find(t, first.Hash).RevokedAt)
		require.Equal(t, now.Add(3*time.Minute), find(t, second.Hash).RevokedAt)
		require.Zero(t, find(t, alien.Hash).RevokedAt)
	})
	t.Run("a hash is taken once, and an account must be there", func(t *testing.T) {
		twin := token(1)
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateRefreshToken(ctx, twin) })
		failsAs(t, err, domain.Conflict, domain.CodeExists)
		orphan := token(9)
		orphan.AccountID = newID()
		err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateRefreshToken(ctx, orphan) })
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	})
	t.Run("of twenty who exchange one token at once one finds it unused", func(t *testing.T) {
		tok := token(7)
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.CreateRefreshToken(ctx, tok)) })
		won := inParallel(20, func() error {
			return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
				got, err := tx.RefreshTokenForUpdate(ctx, tok.Hash)
				if err != nil {
					return err
				}
				if !got.UsedAt.IsZero() {
					return errOnPurpose
				}
				got.UsedAt = now
				return tx.SaveRefreshToken(ctx, *got)
			})
		}, func(err error) { require.ErrorIs(t, err, errOnPurpose) })
		require.Equal(t, 1, won)
	})
}

func testKeys(t *testing.T, o *Opened) {
	ctx := t.Context()
	held := func(want ...domain.SealedKey) {
		t.Helper()
		keys, err := o.SigningKeys(ctx)
		require.NoError(t, err)
		same(t, want, keys)
	}
	rotate := func(k domain.SealedKey, retire time.Time) error {
		return o.RotateSigningKeys(ctx, k, retire, k.CreatedAt.Add(-time.Hour))
	}
	key := func(id string, after time.Duration) domain.SealedKey {
		return domain.SealedKey{ID: id, Sealed: []byte{0, 1, 0xff, id[1]}, CreatedAt: now.Add(after)}
	}
	keys, err := o.SigningKeys(ctx)
	require.NoError(t, err)
	require.Empty(t, keys)

	first, second, third := key("k1", 0), key("k2", time.Minute), key("k3", 2*time.Minute)
	require.NoError(t, rotate(first, now))
	held(first)
	failsAs(t, rotate(first, now.Add(time.Hour)), domain.Conflict, domain.CodeExists)
	held(first)

	require.NoError(t, rotate(second, now.Add(5*time.Minute)))
	first.RetiredAt = now.Add(5 * time.Minute)
	held(second, first)

	require.NoError(t, rotate(third, now.Add(10*time.Minute)))
	second.RetiredAt = now.Add(10 * time.Minute)
	held(third, second, first) // the first retires when it was to

	fourth := key("k4", 70*time.Minute)
	require.NoError(t, rotate(fourth, now.Add(20*time.Minute)))
	third.RetiredAt = now.Add(20 * time.Minute)
	held(fourth, third, second) // the first is dropped, the second retired an hour before to the moment

	failsAs(t, rotate(key("k4", 90*time.Minute), now), domain.Conflict, domain.CodeExists)
	held(fourth, third, second)
}
