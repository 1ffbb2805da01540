package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/auth"
	"kopir/domain"
)

// testAPIKeys: keys of machines, which are bounded in number, revoked at once and warned of once.
func testAPIKeys(t *testing.T, open Open) {
	t.Run("kept and listed", func(t *testing.T) { testKeysKept(t, open(t)) })
	t.Run("what is noted of a key", func(t *testing.T) { testKeysNoted(t, open(t)) })
	t.Run("which expire", func(t *testing.T) { testKeysExpiring(t, open(t)) })
	t.Run("fifty owners at once make no more than there may be", func(t *testing.T) { testKeysAtOnce(t, open(t)) })
}

// someKey is one with every field filled in.
func someKey(organisation, creator uuid.UUID) *domain.APIKey {
	id := newID()
	return &domain.APIKey{
		ID: id, Organisation: organisation, Name: "1С: «Кадрлар» \\ 100%", Scopes: []domain.Scope{domain.ProgrammesWrite, domain.DemandsRead},
		Hash: append(id[:], id[:]...), CreatedBy: creator, CreatedAt: now, ExpiresAt: now.Add(time.Hour),
		WarnedAt: now.Add(time.Minute), LastUsedAt: now.Add(2 * time.Minute), RevokedAt: now.Add(3 * time.Minute),
	}
}

// bareKey is one with nothing that can be left out.
func bareKey(organisation uuid.UUID, expires time.Time) *domain.APIKey {
	id := newID()
	return &domain.APIKey{ID: id, Organisation: organisation, Name: "k", Scopes: []domain.Scope{}, Hash: append(id[:], id[:]...), CreatedAt: now, ExpiresAt: expires}
}

func testKeysKept(t *testing.T, o *Opened) {
	ctx := t.Context()
	mine, theirs, a := fullOrganisation(1), fullOrganisation(2), someAccount("a@example.kz")
	keep(t, o, mine, theirs, a)
	full, bare, alien := someKey(mine.ID, a.ID), bareKey(mine.ID, now.Add(time.Hour)), bareKey(theirs.ID, now.Add(time.Hour))
	keep(t, o, full, bare, alien)
	got, err := o.APIKey(ctx, full.ID)
	require.NoError(t, err)
	same(t, full, got)
	_, err = o.APIKey(ctx, newID())
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAPIKey(ctx, full) })
	failsAs(t, err, domain.Conflict, domain.CodeExists)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAPIKey(ctx, bareKey(newID(), now)) })
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)

	full.CreatorName = a.Name
	list := func(after uuid.UUID, limit int) []*domain.APIKey {
		t.Helper()
		keys, total, err := o.ListAPIKeys(ctx, domain.APIKeyList{Organisation: mine.ID, After: after, Limit: limit})
		require.NoError(t, err)
		require.Equal(t, 2, total)
		return keys
	}
	same(t, []*domain.APIKey{bare, full}, list(uuid.Nil, 10))
	same(t, []*domain.APIKey{bare}, list(uuid.Nil, 1))
	same(t, []*domain.APIKey{full}, list(bare.ID, 10))

	within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.EraseAccount(ctx, a.ID, a.Email)) })
	full.CreatedBy, full.CreatorName = uuid.Nil, ""
	same(t, []*domain.APIKey{bare, full}, list(uuid.Nil, 10)) // the key outlives who made it
}

func testKeysNoted(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	k, other := bareKey(org.ID, now.Add(time.Hour)), bareKey(org.ID, now.Add(time.Hour))
	keep(t, o, org, k, other)
	tell := func(verb func(ctx context.Context, tx domain.Tx) (bool, error)) int {
		return inParallel(20, func() error {
			return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
				done, err := verb(ctx, tx)
				if err == nil && !done {
					return errOnPurpose
				}
				return err
			})
		}, func(err error) { require.ErrorIs(t, err, errOnPurpose) })
	}
	warn := func(ctx context.Context, tx domain.Tx) (bool, error) {
		return tx.SaveKeyWarning(ctx, k.ID, now.Add(time.Second))
	}
	revoke := func(ctx context.Context, tx domain.Tx) (bool, error) {
		return tx.RevokeAPIKey(ctx, k.ID, now.Add(time.Minute))
	}
	require.Equal(t, 1, tell(warn), "of twenty replicas one warns")
	require.Equal(t, 1, tell(revoke), "of twenty owners one revokes")
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		done, err := tx.RevokeAPIKey(ctx, other.ID, now)
		require.NoError(t, err)
		require.True(t, done)
		done, err = tx.SaveKeyWarning(ctx, other.ID, now)
		require.NoError(t, err)
		require.False(t, done, "nobody is warned of what was revoked")
		for _, at := range []time.Duration{2 * time.Minute, time.Minute, 3 * time.Minute, 3 * time.Minute} {
			require.NoError(t, tx.SaveKeyUse(ctx, k.ID, now.Add(at)))
		}
		require.NoError(t, tx.SaveKeyUse(ctx, newID(), now))
	})
	k.WarnedAt, k.RevokedAt, k.LastUsedAt = now.Add(time.Second), now.Add(time.Minute), now.Add(3*time.Minute)
	got, err := o.APIKey(ctx, k.ID)
	require.NoError(t, err)
	same(t, k, got)
}

func testKeysExpiring(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	over, later, last, beyond := bareKey(org.ID, now), bareKey(org.ID, now.Add(2*time.Hour)), bareKey(org.ID, now.Add(3*time.Hour)), bareKey(org.ID, now.Add(3*time.Hour+time.Microsecond))
	first, warned, revoked := bareKey(org.ID, now.Add(time.Microsecond)), bareKey(org.ID, now.Add(time.Hour)), bareKey(org.ID, now.Add(time.Hour))
	warned.WarnedAt, revoked.RevokedAt = now, now
	keep(t, o, org, over, later, last, beyond, first, warned, revoked)
	expiring := func(limit int) []*domain.APIKey {
		keys, err := o.ExpiringKeys(ctx, now, now.Add(3*time.Hour), limit)
		require.NoError(t, err)
		return keys
	}
	same(t, []*domain.APIKey{first, later, last}, expiring(10))
	same(t, []*domain.APIKey{first, later}, expiring(2))
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		living, err := tx.CountLivingKeys(ctx, org.ID, now)
		require.NoError(t, err)
		require.Equal(t, 5, living) // warned of or not
	})
}

// testKeysAtOnce has fifty owners make a key each, over two replicas, and looks at who is said to have done so.
func testKeysAtOnce(t *testing.T, o *Opened) {
	ctx := t.Context()
	org, a := fullOrganisation(1), someAccount("a@example.kz")
	keep(t, o, org, a)
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: org.ID, AccountID: a.ID, Role: domain.Owner}))
	})

	clock := func() time.Time { return now }
	replicas := []*domain.Keys{domain.NewKeys(o.Store, auth.APIKeys{}, clock), domain.NewKeys(reopen(t, o.Config).Store, auth.APIKeys{}, clock)}
	turn := make(chan *domain.Keys, 50)
	for n := range 50 {
		turn <- replicas[n%2]
	}
	won := inParallel(50, func() error {
		_, _, err := (<-turn).Make(ctx, domain.Actor{AccountID: a.ID}, org.ID, domain.APIKeyForm{Name: "k", Scopes: []string{"demands:read"}, ExpiresAt: now.Add(time.Hour)})
		return err
	}, func(err error) { failsAs(t, err, domain.Conflict, domain.CodeTooManyKeys) })
	require.Equal(t, domain.MaxKeys, won)
	keys, total, err := o.ListAPIKeys(ctx, domain.APIKeyList{Organisation: org.ID, Limit: 100})
	require.NoError(t, err)
	require.Equal(t, domain.MaxKeys, total)

	require.NoError(t, replicas[0].Revoke(ctx, domain.Actor{AccountID: a.ID}, org.ID, keys[0].ID))
	require.NoError(t, replicas[1].Revoke(ctx, domain.Actor{AccountID: a.ID}, org.ID, keys[0].ID))
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.Record(ctx, domain.Deed{ID: newID(), At: now, Key: keys[1].ID, Kind: "of.a_key", SubjectKind: domain.SubjectKey, Subject: keys[1].ID}))
	})
	var made, revoked, ofKey int
	require.NoError(t, rawSQL(t, o).QueryRowContext(ctx, `SELECT count(CASE WHEN deed = 'organisation.key_made' THEN 1 END),
		count(CASE WHEN deed = 'organisation.key_revoked' THEN 1 END), count(CASE WHEN deed = 'of.a_key' AND account_id IS NULL THEN key_id END)
		FROM audit WHERE subject_kind = 'api_key'`).Scan(&made, &revoked, &ofKey))
	require.Equal(t, [3]int{domain.MaxKeys, 1, 1}, [3]int{made, revoked, ofKey}, "each deed once")
	_, _, err = replicas[0].Make(ctx, domain.Actor{AccountID: a.ID}, org.ID, domain.APIKeyForm{Name: "k", Scopes: []string{"demands:read"}, ExpiresAt: now.Add(time.Hour)})
	require.NoError(t, err, "one that was revoked makes room")
}
