package storetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

var errOnPurpose = errors.New("on purpose")

// testTransactions: all or nothing, and one after the other.
func testTransactions(t *testing.T, open Open) {
	t.Run("what is undone", func(t *testing.T) { testUndone(t, open(t)) })
	t.Run("joining", func(t *testing.T) { testJoining(t, open(t)) })
	t.Run("versions", func(t *testing.T) { testVersions(t, open(t)) })
	t.Run("holding", func(t *testing.T) { testHolding(t, open(t)) })
	t.Run("patience", func(t *testing.T) { testPatience(t, open(t)) })
	t.Run("thousands of things in one transaction are quick", func(t *testing.T) { testBulk(t, open(t)) })
}

func testUndone(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	keep(t, o, org)
	at := settled(t, o)
	gone := func(t *testing.T, d *domain.Demand) {
		_, err := o.Demand(ctx, d.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		require.Empty(t, changesAfter(t, o, at))
	}

	t.Run("an error undoes all, the change log included", func(t *testing.T) {
		d := fullDemand(org.ID)
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
			require.NoError(t, tx.CreateDemand(ctx, d))
			require.NoError(t, tx.RequestReindex(ctx))
			return errOnPurpose
		})
		require.ErrorIs(t, err, errOnPurpose)
		gone(t, d)
	})
	t.Run("a panic undoes all and goes on", func(t *testing.T) {
		d := fullDemand(org.ID)
		require.PanicsWithError(t, errOnPurpose.Error(), func() {
			_ = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
				require.NoError(t, tx.CreateDemand(ctx, d))
				panic(errOnPurpose)
			})
		})
		gone(t, d)
		keep(t, o, someAccount("after@example.kz")) // the writer is free again
	})
	t.Run("a failed statement undoes all, even if the work makes nothing of it", func(t *testing.T) {
		d := fullDemand(org.ID)
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
			require.NoError(t, tx.CreateDemand(ctx, d))
			failsAs(t, tx.CreateOrganisation(ctx, org), domain.Conflict, domain.CodeExists)
			return nil
		})
		failsAs(t, err, domain.Conflict, domain.CodeExists)
		gone(t, d)
	})
	t.Run("a child that is refused undoes its parent", func(t *testing.T) {
		d := fullDemand(org.ID)
		d.Requirements = append(d.Requirements, d.Requirements[0])
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateDemand(ctx, d) })
		failsAs(t, err, domain.Conflict, domain.CodeExists)
		gone(t, d)
	})
	t.Run("a caller who leaves undoes all", func(t *testing.T) {
		d := fullDemand(org.ID)
		ctx, leave := context.WithCancel(ctx)
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
			require.NoError(t, tx.CreateDemand(ctx, d))
			leave()
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
		gone(t, d)
	})
	t.Run("a caller whose time is up hears that it is unavailable", func(t *testing.T) {
		ctx, cancel := context.WithDeadline(ctx, time.Now().Add(-time.Second))
		defer cancel()
		_, err := o.Demand(ctx, newID())
		failsAs(t, err, domain.Unavailable, domain.CodeUnavailable)
		err = o.InTx(ctx, func(context.Context, domain.Tx) error { return nil })
		failsAs(t, err, domain.Unavailable, domain.CodeUnavailable)
	})
}

func testJoining(t *testing.T, o *Opened) {
	ctx := t.Context()
	org, d := fullOrganisation(1), fullDemand(uuid.Nil)
	d.OrganisationID = org.ID
	err := o.InTx(ctx, func(inner context.Context, tx domain.Tx) error {
		require.NoError(t, tx.CreateOrganisation(inner, org))
		require.NoError(t, o.InTx(inner, func(inner context.Context, tx domain.Tx) error { return tx.CreateDemand(inner, d) }))

		got, err := tx.Demand(inner, d.ID)
		require.NoError(t, err, "it reads what it has written")
		same(t, d, got)
		_, err = tx.Demand(ctx, d.ID)
		require.NoError(t, err, "also with a context that does not carry it")
		_, err = o.Demand(inner, d.ID)
		require.NoError(t, err, "and so does the store, with a context that does")
		_, err = o.Demand(ctx, d.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound) // nobody else does
		_, err = o.Catalogue(inner)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		return errOnPurpose
	})
	require.ErrorIs(t, err, errOnPurpose)
	_, err = o.Demand(ctx, d.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound) // what joined is undone with the rest
}

func testVersions(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	d, p := fullDemand(org.ID), fullProgramme(org.ID)
	keep(t, o, org, d, p)
	saves := map[string]func(ctx context.Context, tx domain.Tx, version int) error{
		"demand": func(ctx context.Context, tx domain.Tx, version int) error {
			next := *d
			next.Version = version
			return tx.SaveDemand(ctx, &next)
		},
		"programme": func(ctx context.Context, tx domain.Tx, version int) error {
			next := *p
			next.Version = version
			return tx.SaveProgramme(ctx, &next)
		},
		"organisation": func(ctx context.Context, tx domain.Tx, version int) error {
			next := *org
			next.Version = version
			return tx.SaveOrganisation(ctx, &next)
		},
	}
	for name, save := range saves {
		t.Run("of fifty who save a "+name+" at once one wins", func(t *testing.T) {
			won := inParallel(50, func() error {
				return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return save(ctx, tx, 2) })
			}, func(err error) { failsAs(t, err, domain.Stale, domain.CodeStale) })
			require.Equal(t, 1, won)
			for _, wrong := range []int{1, 2, 4} {
				err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return save(ctx, tx, wrong) })
				failsAs(t, err, domain.Stale, domain.CodeStale)
			}
		})
	}
	t.Run("what exists cannot be created", func(t *testing.T) {
		for _, create := range []func(ctx context.Context, tx domain.Tx) error{
			func(ctx context.Context, tx domain.Tx) error { return tx.CreateDemand(ctx, d) },
			func(ctx context.Context, tx domain.Tx) error { return tx.CreateProgramme(ctx, p) },
			func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, org) },
		} {
			failsAs(t, o.InTx(ctx, create), domain.Conflict, domain.CodeExists)
		}
	})
}

// inParallel runs work n times at once and returns how often it succeeded; failed is told of each error, one at a time.
func inParallel(n int, work func() error, failed func(error)) int {
	var all sync.WaitGroup
	errs := make([]error, n)
	for i := range n {
		all.Go(func() { errs[i] = work() })
	}
	all.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else {
			failed(err)
		}
	}
	return won
}

// testHolding: a read, a thought and a write are one step if the row is held.
func testHolding(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	d, p := emptyDemand(org.ID), emptyProgramme(org.ID)
	keep(t, o, org, d, p)
	const many = 20
	won := inParallel(many, func() error {
		return o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
			d, err := tx.DemandForUpdate(ctx, d.ID)
			if err != nil {
				return err
			}
			d.Version++
			d.Requirements = append(d.Requirements, domain.Requirement{
				Competence: domain.CompetenceID("esco:" + uuid.NewString()), Level: 1, Source: domain.Declared, Importance: domain.Must})
			if d.Version != len(d.Requirements)+1 {
				return errors.New("the demand is of one version, its requirements of another")
			}
			p, err := tx.ProgrammeForUpdate(ctx, p.ID)
			if err != nil {
				return err
			}
			p.Version++
			org, err := tx.OrganisationForUpdate(ctx, org.ID)
			if err != nil {
				return err
			}
			org.Version++
			return errors.Join(tx.SaveDemand(ctx, d), tx.SaveProgramme(ctx, p), tx.SaveOrganisation(ctx, org))
		})
	}, func(err error) { require.NoError(t, err) })
	require.Equal(t, many, won)
	got, err := o.Demand(ctx, d.ID)
	require.NoError(t, err)
	require.Equal(t, many+1, got.Version)
	require.Len(t, got.Requirements, many)
}

// testPatience: who finds no place waits a while, and hears that it is unavailable.
func testPatience(t *testing.T, o *Opened) {
	c := o.Config
	c.MaxConns, c.MaxWait = 1, 10*time.Millisecond
	narrow := reopen(t, c)
	nothing := func(context.Context, domain.Tx) error { return nil }
	entered, leave := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		_ = narrow.InTx(context.WithoutCancel(t.Context()), func(context.Context, domain.Tx) error {
			close(entered)
			<-leave
			return nil
		})
	})
	<-entered
	failsAs(t, narrow.InTx(t.Context(), nothing), domain.Unavailable, domain.CodeUnavailable)
	ctx, leaveEarly := context.WithCancel(t.Context())
	leaveEarly()
	require.ErrorIs(t, narrow.InTx(ctx, nothing), context.Canceled)
	close(leave)
	done.Wait()
	require.NoError(t, narrow.InTx(t.Context(), nothing))
}

func testBulk(t *testing.T, o *Opened) {
	org := fullOrganisation(1)
	keep(t, o, org)
	const many = 1000
	var things []any
	for range many {
		things = append(things, openDemand(org.ID, domain.DateOf(now)))
	}
	before := o.Statements()
	keep(t, o, things...)
	require.LessOrEqual(t, o.Statements()-before, 2*many+many/100, "two statements a demand, and a few for the log")
	var seen atomic.Int64
	require.NoError(t, o.PublishedDemands(t.Context(), 300, func(some []*domain.Demand) error {
		seen.Add(int64(len(some)))
		return nil
	}))
	require.EqualValues(t, many, seen.Load())
}

// looksLikeData says whether a statement's shape holds something that was a parameter.
func looksLikeData(shape string, data ...string) bool {
	for _, d := range data {
		if strings.Contains(shape, d) {
			return true
		}
	}
	return false
}
