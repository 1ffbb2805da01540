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

// someImport is an import that an account has started.
func someImport(organisation, account uuid.UUID) *domain.Import {
	return &domain.Import{
		ID: newID(), Organisation: organisation, Starter: domain.Actor{AccountID: account}, Side: domain.DemandSide, Format: "csv",
		Status: domain.ImportRunning, Counts: map[domain.RowState]int{}, CreatedAt: now,
	}
}

// testImports: an import comes back with its rows as they were given, one at a time takes it, and it is forgotten some day.
func testImports(t *testing.T, open Open) {
	begun := func(t *testing.T, o *Opened) *domain.Import {
		t.Helper()
		org, a := fullOrganisation(1), someAccount("a@example.kz")
		keep(t, o, org, a)
		i := someImport(org.ID, a.ID)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.CreateImport(ctx, i, []domain.ImportRow{
				{Number: 2, Cells: domain.Cells{"external_id": "а", "title_ru": "Нуль\x00\nі"}, State: domain.RowWaiting},
				{Number: 3, Cells: domain.Cells{}, State: domain.RowFaulty, Faults: []domain.RowFault{{Column: "x", Item: 2, Reason: domain.Reason{Code: domain.CodeTooMany, Args: []any{"1000000000000"}}}}},
			}))
		})
		return i
	}
	t.Run("rows come back as they were given, and as they became", func(t *testing.T) {
		o := open(t)
		i := begun(t, o)
		got, err := o.Import(t.Context(), i.ID)
		require.NoError(t, err)
		require.Equal(t, map[domain.RowState]int{domain.RowWaiting: 1, domain.RowFaulty: 1}, got.Counts)
		rows, total, err := o.ImportRows(t.Context(), domain.ImportRowList{Import: i.ID, Reference: "а", Limit: 10})
		require.NoError(t, err)
		require.Equal(t, 1, total)
		require.Equal(t, "Нуль\x00\nі", rows[0].Cells["title_ru"])
		rows[0].State, rows[0].Thing = domain.RowCreated, newID()
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.SaveImportRows(ctx, i.ID, rows)) })
		one, err := o.ImportRow(t.Context(), i.ID, 2)
		require.NoError(t, err)
		require.Equal(t, rows[0], *one)
		faulty, err := o.ImportRow(t.Context(), i.ID, 3)
		require.NoError(t, err)
		require.Equal(t, "must have at most 1000000000000 items", faulty.Faults[0].Reason.In(domain.English))
		_, err = o.ImportRow(t.Context(), i.ID, 4)
		require.Equal(t, domain.NotFound, domain.KindOf(err))
	})
	t.Run("it ends once, and is forgotten with its rows", func(t *testing.T) {
		o := open(t)
		i := begun(t, o)
		i.Status, i.FinishedAt = domain.ImportStopped, now.Add(time.Hour)
		i.StoppedBecause = domain.Reason{Code: domain.CodeNotYours}
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			running, err := tx.ImportsRunning(ctx, i.Organisation)
			require.NoError(t, err)
			require.True(t, running)
			require.NoError(t, tx.SaveImport(ctx, i))
			_, err = tx.TakeImport(ctx)
			require.Equal(t, domain.NotFound, domain.KindOf(err))
		})
		n, err := o.ForgetImports(t.Context(), now.Add(time.Hour))
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = o.ForgetImports(t.Context(), now.Add(2*time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		_, total, err := o.ImportRows(t.Context(), domain.ImportRowList{Import: i.ID, Limit: 1})
		require.NoError(t, err)
		require.Zero(t, total)
	})
	t.Run("fifty that look for work at once: one has each row", func(t *testing.T) {
		o := open(t)
		i := begun(t, o)
		var mu sync.Mutex
		taken := 0
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				err := o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
					if _, err := tx.TakeImport(ctx); domain.KindOf(err) == domain.NotFound {
						return nil
					} else if err != nil {
						return err
					}
					rows, _, err := tx.ImportRows(ctx, domain.ImportRowList{Import: i.ID, State: domain.RowWaiting, Limit: 1})
					if err != nil || len(rows) == 0 {
						return err
					}
					rows[0].State = domain.RowCreated
					mu.Lock()
					taken++
					mu.Unlock()
					return tx.SaveImportRows(ctx, i.ID, rows)
				})
				if domain.KindOf(err) != domain.Unavailable { // it waited for its turn too long
					require.NoError(t, err)
				}
			})
		}
		wg.Wait()
		require.Equal(t, 1, taken)
	})
}
