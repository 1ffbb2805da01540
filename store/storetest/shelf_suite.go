package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
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
	shelf, err := store.NewShelf(t.Context(), o.Store, 100)
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
	t.Run("what nobody asked for is read, and of what is asked for again the log is asked", func(t *testing.T) {
		require.Equal(t, 6, get(t, shelf), "the log is asked then, too, so that it tells nothing old of what is kept")
		require.Equal(t, 4, get(t, shelf), "once for each of the three, and the one that is not there")
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
		small, err := store.NewShelf(t.Context(), o.Store, 1)
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
	t.Run("within a transaction it gives out what that has, and keeps nothing of it", func(t *testing.T) {
		title := d.Title.EN
		undone := errors.New("undone")
		require.ErrorIs(t, o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
			changed := *d
			changed.Title.EN, changed.Version = "Never", d.Version+1
			require.NoError(t, tx.SaveDemand(ctx, &changed))
			for range 2 {
				one, err := shelf.Demand(ctx, d.ID)
				require.NoError(t, err)
				require.Equal(t, "Never", one.Title.EN)
			}
			return undone
		}), undone)
		one, err := shelf.Demand(ctx, d.ID)
		require.NoError(t, err)
		require.Equal(t, title, one.Title.EN)
	})
	t.Run("what the log cannot tell is read again", func(t *testing.T) { testUntold(t, o, shelf, d) })
	t.Run("at once", func(t *testing.T) { testAtOnce(t, o, shelf, d, p, owner) })
	t.Run("many readers and a writer", func(t *testing.T) { testFreshness(t, open(t)) })
	t.Run("what is merged into another's is the other's", func(t *testing.T) { testMergedOnTheShelf(t, open(t)) })
}

// testUntold: whatever happens to the log, what has changed is not given out as it was.
func testUntold(t *testing.T, o *Opened, shelf *store.Shelf, d *domain.Demand) {
	for name, happens := range map[string]func(t *testing.T){
		"it was begun anew": func(t *testing.T) { require.NoError(t, o.RestartChanges(t.Context())) },
		"it was trimmed": func(t *testing.T) {
			for began := time.Now(); ; { // somebody else's transaction on the server may hold it up for a moment
				_, err := o.TrimChanges(t.Context(), time.Now().Add(time.Hour))
				require.NoError(t, err)
				if changes, _, err := o.Changes(t.Context(), "", 1); domain.KindOf(err) == domain.Stale {
					return
				} else if require.NoError(t, err); len(changes) == 0 {
					return
				}
				require.Less(t, time.Since(began), patience)
			}
		},
		"more has changed than is told one by one": func(t *testing.T) {
			many := make([]domain.Subject, 1200)
			for i := range many {
				many[i] = domain.Subject{Side: domain.DemandSide, ID: newID()}
			}
			require.NoError(t, o.Touch(t.Context(), many))
		},
		"more has changed than is remembered": func(t *testing.T) {
			for range 12 {
				many := make([]domain.Subject, 900)
				for i := range many {
					many[i] = domain.Subject{Side: domain.DemandSide, ID: newID()}
				}
				require.NoError(t, o.Touch(t.Context(), many))
				_, err := shelf.Demand(t.Context(), d.ID)
				require.NoError(t, err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := shelf.Demand(t.Context(), d.ID)
			require.NoError(t, err)
			readings := 0
			require.NoError(t, shelf.AtOnce(t.Context(), func(r domain.Reader) error {
				one, err := r.Demand(t.Context(), d.ID)
				require.NoError(t, err)
				if readings++; readings > 1 {
					require.Equal(t, name, one.Title.EN)
					return nil
				}
				happens(t) // before, too: what comes last is told last
				within(t, o, func(ctx context.Context, tx domain.Tx) {
					d.Title.EN, d.Version, d.UpdatedAt = name, d.Version+1, d.UpdatedAt.Add(time.Hour)
					require.NoError(t, tx.SaveDemand(ctx, d))
				})
				happens(t)
				return nil
			}))
			require.Equal(t, 2, readings, "it began anew once")
			one, err := shelf.Demand(t.Context(), d.ID)
			require.NoError(t, err)
			require.Equal(t, name, one.Title.EN)
		})
	}
}

// testFreshness: while one writes, by another store, each of many who read is given what was committed before they asked, or
// something newer.
func testFreshness(t *testing.T, o *Opened) {
	const readers, writes = 8, 150
	writer := reopen(t, o.Config)
	shelf, err := store.NewShelf(t.Context(), o.Store, 100)
	require.NoError(t, err)
	owner := fullOrganisation(1)
	d, still := fullDemand(owner.ID), fullDemand(owner.ID)
	keep(t, o, owner, d, still)
	var committed atomic.Int64
	committed.Store(int64(d.Version))
	ask := func(ctx context.Context) (version int, err error) {
		err = shelf.AtOnce(ctx, func(r domain.Reader) error {
			found, err := r.Demands(ctx, []uuid.UUID{d.ID, still.ID})
			if err == nil {
				version = found[d.ID].Version
			}
			return err
		})
		return version, err
	}
	alone := func(ctx context.Context) (version int, err error) {
		one, err := shelf.Demand(ctx, d.ID)
		if err != nil {
			return 0, err
		}
		return one.Version, nil
	}
	ctx := t.Context()
	failed := make([]error, readers)
	var reading sync.WaitGroup
	for i := range readers {
		reading.Go(func() {
			for failed[i] == nil {
				before := committed.Load()
				version, err := []func(context.Context) (int, error){ask, alone}[i%2](ctx)
				if err == nil && int64(version) < before {
					err = fmt.Errorf("version %d was given out after version %d had been committed", version, before)
				}
				failed[i] = err
				if before == writes {
					return
				}
			}
		})
	}
	for d.Version < writes {
		d.Version, d.UpdatedAt = d.Version+1, d.UpdatedAt.Add(time.Second)
		within(t, writer, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.SaveDemand(ctx, d)) })
		committed.Store(int64(d.Version))
	}
	reading.Wait()
	require.NoError(t, errors.Join(failed...))
}

func testMergedOnTheShelf(t *testing.T, o *Opened) {
	from, into := under(1, domain.Pending), under(1, domain.Verified)
	d, p := fullDemand(from.ID), fullProgramme(from.ID)
	keep(t, o, from, into, d, p)
	shelf, err := store.NewShelf(t.Context(), o.Store, 100)
	require.NoError(t, err)
	owners := func() (ofDemand, ofProgramme uuid.UUID, there int) {
		demand, err := shelf.Demand(t.Context(), d.ID)
		require.NoError(t, err)
		programme, err := shelf.Programme(t.Context(), p.ID)
		require.NoError(t, err)
		organisations, err := shelf.Organisations(t.Context(), []uuid.UUID{from.ID, into.ID})
		require.NoError(t, err)
		return demand.OrganisationID, programme.OrganisationID, len(organisations)
	}
	for range 2 {
		ofDemand, ofProgramme, there := owners()
		require.Equal(t, []any{from.ID, from.ID, 2}, []any{ofDemand, ofProgramme, there})
	}
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.MergeOrganisation(ctx, from.ID, into.ID))
	})
	ofDemand, ofProgramme, there := owners()
	require.Equal(t, []any{into.ID, into.ID, 1}, []any{ofDemand, ofProgramme, there})
}

// testAtOnce: what is read at once was all so at one time after the reading began, and costs one statement where it is kept.
func testAtOnce(t *testing.T, o *Opened, shelf *store.Shelf, d *domain.Demand, p *domain.Programme, owner *domain.Organisation) {
	ctx := t.Context()
	retitle := func(title string) {
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			d.Title.EN, d.Version, d.UpdatedAt = title, d.Version+1, d.UpdatedAt.Add(time.Hour)
			require.NoError(t, tx.SaveDemand(ctx, d))
		})
	}
	// titles reads all three at once, and returns what the demand was called each time that the reading began anew.
	titles := func(t *testing.T, meanwhile func(reading int)) (seen []string, err error) {
		t.Helper()
		err = shelf.AtOnce(ctx, func(r domain.Reader) error {
			one, err := r.Demand(ctx, d.ID)
			if err != nil {
				return err
			}
			seen = append(seen, one.Title.EN)
			_, err = r.Programmes(ctx, []uuid.UUID{p.ID, newID()})
			require.NoError(t, err)
			meanwhile(len(seen))
			organisations, err := r.Organisations(ctx, []uuid.UUID{owner.ID})
			require.NoError(t, err)
			require.Len(t, organisations, 1)
			return nil
		})
		return seen, err
	}
	nothing := func(int) {}
	_, err := titles(t, nothing)
	require.NoError(t, err)
	t.Run("what is kept costs one statement, and what is not there one more", func(t *testing.T) {
		before := o.Statements()
		seen, err := titles(t, nothing)
		require.NoError(t, err)
		require.Equal(t, []string{d.Title.EN}, seen)
		require.Equal(t, 2, o.Statements()-before)
	})
	t.Run("where nothing is given out nothing is asked", func(t *testing.T) {
		before := o.Statements()
		require.NoError(t, shelf.AtOnce(ctx, func(r domain.Reader) error {
			_, err := r.Programmes(ctx, nil)
			return err
		}))
		require.Zero(t, o.Statements()-before)
	})
	t.Run("what was changed before is read anew", func(t *testing.T) {
		before := d.Title.EN
		retitle("Changed before")
		seen, err := titles(t, nothing)
		require.NoError(t, err)
		require.Equal(t, []string{before, "Changed before"}, seen)
	})
	t.Run("what is changed meanwhile, too", func(t *testing.T) {
		seen, err := titles(t, func(reading int) {
			if reading == 1 {
				retitle("Changed meanwhile")
			}
		})
		require.NoError(t, err)
		require.Equal(t, []string{"Changed before", "Changed meanwhile"}, seen)
	})
	t.Run("what is read for the first time and changed meanwhile, too", func(t *testing.T) {
		fresh, err := store.NewShelf(ctx, o.Store, 100)
		require.NoError(t, err)
		var versions []int
		require.NoError(t, fresh.AtOnce(ctx, func(r domain.Reader) error {
			found, err := r.Programmes(ctx, []uuid.UUID{p.ID})
			require.NoError(t, err)
			if versions = append(versions, found[p.ID].Version); len(versions) == 1 {
				within(t, o, func(ctx context.Context, tx domain.Tx) {
					p.Version, p.UpdatedAt = p.Version+1, p.UpdatedAt.Add(time.Hour)
					require.NoError(t, tx.SaveProgramme(ctx, p))
				})
			}
			return nil
		}))
		require.Equal(t, []int{p.Version - 1, p.Version}, versions)
		_, err = shelf.Programme(ctx, p.ID)
		require.NoError(t, err)
	})
	t.Run("when one thing after the other changes, each is asked of as it is read", func(t *testing.T) {
		seen, err := titles(t, func(reading int) {
			within(t, o, func(ctx context.Context, tx domain.Tx) {
				switch reading {
				case 1:
					d.Title.EN, d.Version, d.UpdatedAt = "Changed again", d.Version+1, d.UpdatedAt.Add(time.Hour)
					require.NoError(t, tx.SaveDemand(ctx, d))
				case 2:
					p.Version, p.UpdatedAt = p.Version+1, p.UpdatedAt.Add(time.Hour)
					require.NoError(t, tx.SaveProgramme(ctx, p))
				case 3:
					owner.Version, owner.UpdatedAt = owner.Version+1, owner.UpdatedAt.Add(time.Hour)
					require.NoError(t, tx.SaveOrganisation(ctx, owner))
				}
			})
		})
		require.NoError(t, err)
		require.Equal(t, []string{"Changed meanwhile", "Changed again", "Changed again", "Changed again"}, seen)
	})
	t.Run("what was given out once is what is asked of, though another reader has kept a newer one", func(t *testing.T) {
		var seen []string
		require.NoError(t, shelf.AtOnce(ctx, func(r domain.Reader) error {
			first, err := r.Demand(ctx, d.ID)
			require.NoError(t, err)
			if len(seen) == 0 {
				retitle("Newer")
				_, err := shelf.Demand(ctx, d.ID)
				require.NoError(t, err)
			}
			second, err := r.Demand(ctx, d.ID)
			require.NoError(t, err)
			require.Same(t, first, second)
			seen = append(seen, first.Title.EN)
			return nil
		}))
		require.Equal(t, "Newer", seen[len(seen)-1])
		require.Len(t, seen, 2)
	})
	t.Run("an error that comes of what is not current is none", func(t *testing.T) {
		retitle("Right")
		readings := 0
		require.NoError(t, shelf.AtOnce(ctx, func(r domain.Reader) error {
			readings++
			one, err := r.Demand(ctx, d.ID)
			require.NoError(t, err)
			if one.Title.EN != "Right" {
				return errors.New("wrong")
			}
			return nil
		}))
		require.Equal(t, 2, readings)
	})
	t.Run("an error of its own is returned", func(t *testing.T) {
		own := errors.New("own")
		require.ErrorIs(t, shelf.AtOnce(ctx, func(domain.Reader) error { return own }), own)
	})
	t.Run("what was deleted is not found", func(t *testing.T) {
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.DeleteDemand(ctx, d.ID)) })
		_, err := titles(t, nothing)
		require.Equal(t, domain.NotFound, domain.KindOf(err))
	})
	t.Run("a database that is away is an error, not what was kept", func(t *testing.T) {
		ended, end := context.WithCancel(ctx)
		end()
		require.Error(t, shelf.AtOnce(ended, func(r domain.Reader) error {
			_, err := r.Programmes(ended, []uuid.UUID{p.ID})
			require.NoError(t, err, "it is kept")
			return nil
		}))
	})
}
