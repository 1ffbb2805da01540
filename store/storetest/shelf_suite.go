package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
)

// testShelf: what the shelf gives out is what the database has at that moment.
func testShelf(t *testing.T, open Open) {
	o := open(t)
	ctx := t.Context()
	owner := fullOrganisation(1)
	d, other, p := fullDemand(owner.ID), fullDemand(owner.ID), fullProgramme(owner.ID)
	keep(t, o, owner, d, other, p)
	shelf, err := store.NewShelf(o.Store, 100)
	require.NoError(t, err)
	// get asks for both demands, the programme and something that is not there, and returns how many statements it took.
	get := func(t *testing.T, s *store.Shelf) int {
		t.Helper()
		before := o.Statements()
		demands, err := s.Demands(ctx, []uuid.UUID{d.ID, newID(), other.ID})
		require.NoError(t, err)
		programmes, err := s.Programmes(ctx, []uuid.UUID{p.ID})
		require.NoError(t, err)
		organisations, err := s.Organisations(ctx, []uuid.UUID{owner.ID})
		require.NoError(t, err)
		took := o.Statements() - before
		inDatabase, err := o.Demands(ctx, []uuid.UUID{d.ID, other.ID})
		require.NoError(t, err)
		same(t, inDatabase, demands)
		programmesThere, err := o.Programmes(ctx, []uuid.UUID{p.ID})
		require.NoError(t, err)
		same(t, programmesThere, programmes)
		organisationsThere, err := o.Organisations(ctx, []uuid.UUID{owner.ID})
		require.NoError(t, err)
		same(t, organisationsThere, organisations)
		return took
	}
	t.Run("what nobody asked for is read, and what is asked for again only looked at", func(t *testing.T) {
		require.Equal(t, 3, get(t, shelf))
		require.Equal(t, 4, get(t, shelf), "the editions of all three, and the one that is not there")
	})
	t.Run("what was changed is read again", func(t *testing.T) {
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			d.Title.EN, d.Version, d.UpdatedAt = "Another", 2, now.Add(time.Hour)
			require.NoError(t, tx.SaveDemand(ctx, d))
			p.Title.EN, p.Version, p.UpdatedAt = "Another", 2, now.Add(time.Hour)
			require.NoError(t, tx.SaveProgramme(ctx, p))
			owner.Name.EN, owner.Version, owner.UpdatedAt = "Another", 2, now.Add(time.Hour)
			require.NoError(t, tx.SaveOrganisation(ctx, owner))
		})
		get(t, shelf)
	})
	t.Run("what was deleted is gone, and what comes back with its id and version is the new one", func(t *testing.T) {
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.DeleteDemand(ctx, other.ID)) })
		get(t, shelf)
		keep(t, o, other)
		get(t, shelf)
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.DeleteDemand(ctx, other.ID)) })
		again := emptyDemand(owner.ID)
		again.ID, again.UpdatedAt = other.ID, other.UpdatedAt.Add(time.Microsecond)
		keep(t, o, again)
		get(t, shelf)
	})
	t.Run("a small shelf gives out the same", func(t *testing.T) {
		small, err := store.NewShelf(o.Store, 1)
		require.NoError(t, err)
		get(t, small)
		get(t, small)
	})
	t.Run("one alone is the same, and what is not there is not found", func(t *testing.T) {
		one, err := shelf.Demand(ctx, d.ID)
		require.NoError(t, err)
		there, err := o.Demand(ctx, d.ID)
		require.NoError(t, err)
		same(t, there, one)
		_, err = shelf.Demand(ctx, newID())
		require.Equal(t, domain.NotFound, domain.KindOf(err))
		_, err = shelf.Programme(ctx, newID())
		require.Equal(t, domain.NotFound, domain.KindOf(err))
	})
	t.Run("a database that is away is an error, not what was kept", func(t *testing.T) {
		ended, end := context.WithCancel(ctx)
		end()
		_, err := shelf.Demands(ended, []uuid.UUID{d.ID})
		require.Error(t, err)
	})
}
