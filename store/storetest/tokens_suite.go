package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testTokens: chains of refresh tokens, and keys that replicas share.
func testTokens(t *testing.T, open Open) {
	t.Run("refresh tokens", func(t *testing.T) { testRefresh(t, open(t)) })
	t.Run("sessions", func(t *testing.T) { testSessions(t, open(t)) })
	t.Run("a session ends while it gets new tokens", func(t *testing.T) { testEndWhileRefreshing(t, open(t)) })
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

func testSessions(t *testing.T, o *Opened) {
	ctx := t.Context()
	mine, theirs := someAccount("mine@example.kz"), someAccount("theirs@example.kz")
	keep(t, o, mine, theirs)
	token := func(of *domain.Account, family uuid.UUID, made, lives time.Duration) domain.RefreshToken {
		id := newID()
		return domain.RefreshToken{
			ID: id, AccountID: of.ID, Family: family, Hash: id[:], CreatedAt: now.Add(made), ExpiresAt: now.Add(made + lives)}
	}
	phone, browser, expired, revoked, alien := newID(), newID(), newID(), newID(), newID()
	spent := token(mine, phone, 0, time.Hour)
	spent.UsedAt = now.Add(time.Minute)
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, tok := range []domain.RefreshToken{
			spent, token(mine, phone, time.Minute, time.Hour), token(mine, browser, 30*time.Second, time.Hour),
			token(mine, expired, 0, time.Minute), token(mine, revoked, 0, time.Hour), token(theirs, alien, 0, time.Hour),
		} {
			require.NoError(t, tx.CreateRefreshToken(ctx, tok))
		}
		require.NoError(t, tx.RevokeFamily(ctx, revoked, now))
	})
	list, err := o.Sessions(ctx, mine.ID, now.Add(time.Minute))
	require.NoError(t, err)
	same(t, []domain.LoginSession{
		{ID: phone, Since: now, LastUsed: now.Add(time.Minute), Until: now.Add(61 * time.Minute)},
		{ID: browser, Since: now.Add(30 * time.Second), LastUsed: now.Add(30 * time.Second), Until: now.Add(30*time.Second + time.Hour)},
	}, list)
	list, err = o.Sessions(ctx, newID(), now)
	require.NoError(t, err)
	require.Empty(t, list)

	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.SavePassword(ctx, mine.ID, mine.PasswordHash, "another"))
	})
	kept, err := o.Account(ctx, mine.ID)
	require.NoError(t, err)
	require.Equal(t, "another", kept.PasswordHash)
	require.NoError(t, o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		failsAs(t, tx.SavePassword(ctx, mine.ID, mine.PasswordHash, "a third"), domain.Stale, domain.CodeStale)
		failsAs(t, tx.SavePassword(ctx, newID(), "", "a third"), domain.Stale, domain.CodeStale)
		return nil
	}))
	other, err := o.Account(ctx, theirs.ID)
	require.NoError(t, err)
	same(t, theirs, other)
}

// testEndWhileRefreshing ends a session again and again at the moment in which its token is exchanged for the next.
func testEndWhileRefreshing(t *testing.T, o *Opened) {
	ctx := t.Context()
	a := someAccount("t@example.kz")
	keep(t, o, a)
	for range 20 {
		first := domain.RefreshToken{ID: newID(), AccountID: a.ID, Family: newID(), CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
		first.Hash = first.ID[:]
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.CreateRefreshToken(ctx, first)) })
		made := make(chan struct{})
		var once sync.Once
		refreshed := make(chan error, 1)
		go func() {
			refreshed <- o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
				held, err := tx.RefreshTokenForUpdate(ctx, first.Hash)
				if err != nil || !held.RevokedAt.IsZero() {
					return err
				}
				next := first
				next.ID = newID()
				next.Hash = next.ID[:]
				if err := tx.CreateRefreshToken(ctx, next); err != nil {
					return err
				}
				once.Do(func() { close(made) })
				for range 20 { // so that the other waits for this one
					if _, err := tx.Account(ctx, a.ID); err != nil {
						return err
					}
				}
				held.UsedAt = now
				return tx.SaveRefreshToken(ctx, *held)
			})
		}()
		<-made
		require.NoError(t, o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.RevokeFamily(ctx, first.Family, now) }))
		require.NoError(t, <-refreshed)
		list, err := o.Sessions(ctx, a.ID, now)
		require.NoError(t, err)
		require.Empty(t, list, "no token has got away")
	}
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
