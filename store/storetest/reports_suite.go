package storetest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testReports: reports come back whole, an account has one open report on a thing, and closing closes once.
func testReports(t *testing.T, open Open) {
	report := func(by *domain.Account, on domain.Subject) *domain.Report {
		return &domain.Report{ID: newID(), Subject: on, Reporter: by.ID, Kind: domain.ReportWrongFacts, Text: "Ақша\nсұрайды", CreatedAt: now}
	}
	thing := func(side domain.Side) domain.Subject { return domain.Subject{Side: side, ID: newID()} }
	create := func(t *testing.T, o *Opened, reports ...*domain.Report) {
		t.Helper()
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			for _, r := range reports {
				require.NoError(t, tx.CreateReport(ctx, r))
			}
		})
	}
	closing := domain.Closing{Outcome: domain.OutcomeNoAction, Reason: "Олай емес", ClosedAt: now.Add(time.Hour)}
	t.Run("a report comes back whole, open or closed", func(t *testing.T) {
		o := open(t)
		a, b := someAccount("a@example.kz"), someAccount("b@example.kz")
		d := thing(domain.DemandSide)
		first, second, other := report(a, d), report(b, d), report(a, thing(domain.ProgrammeSide))
		second.Text = ""
		keep(t, o, a, b)
		create(t, o, first, second, other)
		got, err := o.Report(t.Context(), second.ID)
		require.NoError(t, err)
		same(t, second, got)
		_, err = o.Report(t.Context(), newID())
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)

		within(t, o, func(ctx context.Context, tx domain.Tx) {
			none, err := tx.CloseReports(ctx, domain.Subject{Side: domain.ProgrammeSide, ID: d.ID}, uuid.Nil, closing)
			require.NoError(t, err)
			require.Empty(t, none, "of the other side")
			closed, err := tx.CloseReports(ctx, d, first.ID, closing)
			require.NoError(t, err)
			first.Closing = closing
			same(t, []*domain.Report{first}, closed)
			closed, err = tx.CloseReports(ctx, d, uuid.Nil, domain.Closing{Outcome: domain.OutcomeDeleted, ClosedAt: now})
			require.NoError(t, err)
			second.Closing = domain.Closing{Outcome: domain.OutcomeDeleted, ClosedAt: now}
			same(t, []*domain.Report{second}, closed)
		})
		for _, want := range []*domain.Report{first, second, other} {
			got, err := o.Report(t.Context(), want.ID)
			require.NoError(t, err)
			same(t, want, got)
		}
		counts, err := o.CountReports(t.Context(), []uuid.UUID{d.ID, other.Subject.ID, newID()})
		require.NoError(t, err)
		require.Equal(t, map[uuid.UUID]int{d.ID: 2, other.Subject.ID: 1}, counts)
		accounts, err := o.Accounts(t.Context(), []uuid.UUID{a.ID, newID()})
		require.NoError(t, err)
		same(t, map[uuid.UUID]*domain.Account{a.ID: a}, accounts)
		for since, want := range map[time.Time]int{now: 0, now.Add(-time.Microsecond): 2} {
			n, err := o.ReportsSince(t.Context(), a.ID, since)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
	})
	t.Run("one's own come newest first, everybody's oldest first", func(t *testing.T) {
		o := open(t)
		a, b := someAccount("a@example.kz"), someAccount("b@example.kz")
		keep(t, o, a, b)
		var ids []uuid.UUID
		for range 3 {
			mine, others := report(a, thing(domain.DemandSide)), report(b, thing(domain.DemandSide))
			create(t, o, mine, others)
			ids = append(ids, mine.ID, others.ID)
		}
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			r, err := tx.Report(ctx, ids[2])
			require.NoError(t, err)
			_, err = tx.CloseReports(ctx, r.Subject, uuid.Nil, closing)
			require.NoError(t, err)
		})
		for _, c := range []struct {
			q    domain.ReportList
			want []uuid.UUID
			all  int
		}{
			{domain.ReportList{Limit: 9}, ids, 6},
			{domain.ReportList{Limit: 2, After: ids[1]}, ids[2:4], 6},
			{domain.ReportList{Reporter: a.ID, Limit: 9}, []uuid.UUID{ids[4], ids[2], ids[0]}, 3},
			{domain.ReportList{Reporter: a.ID, Limit: 9, After: ids[4]}, []uuid.UUID{ids[2], ids[0]}, 3},
			{domain.ReportList{Status: domain.ReportOpen, Limit: 9}, []uuid.UUID{ids[0], ids[1], ids[3], ids[4], ids[5]}, 5},
			{domain.ReportList{Status: domain.ReportClosed, Limit: 9}, ids[2:3], 1},
		} {
			list, total, err := o.ListReports(t.Context(), c.q)
			require.NoError(t, err)
			require.Equal(t, c.all, total)
			got := make([]uuid.UUID, 0, len(list))
			for _, r := range list {
				got = append(got, r.ID)
			}
			require.Equal(t, c.want, got, c.q)
		}
	})
	t.Run("of fifty reports of one account on one thing one is kept, and after it is closed another", func(t *testing.T) {
		o := open(t)
		a, d := someAccount("a@example.kz"), thing(domain.DemandSide)
		keep(t, o, a)
		require.Equal(t, 1, o.together(t, 50, func(ctx context.Context, tx domain.Tx) error { return tx.CreateReport(ctx, report(a, d)) }))
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			closed, err := tx.CloseReports(ctx, d, uuid.Nil, closing)
			require.NoError(t, err)
			require.Len(t, closed, 1)
		})
		create(t, o, report(a, d))
	})
	t.Run("who holds an account counts its reports alone", func(t *testing.T) {
		o := open(t)
		a := someAccount("a@example.kz")
		keep(t, o, a)
		kept := o.together(t, 50, func(ctx context.Context, tx domain.Tx) error {
			if _, err := tx.AccountForUpdate(ctx, a.ID); err != nil {
				return err
			}
			if n, err := tx.ReportsSince(ctx, a.ID, now.Add(-time.Hour)); err != nil || n >= 20 {
				return domain.Fail(domain.Conflict, domain.CodeTooManyReports)
			}
			return tx.CreateReport(ctx, report(a, thing(domain.DemandSide)))
		})
		require.Equal(t, 20, kept)
	})
}

// together does work so many times at once, each in a transaction of its own, and says how often it succeeded. What else
// it returns is a conflict.
func (o *Opened) together(t *testing.T, times int, work func(context.Context, domain.Tx) error) int {
	t.Helper()
	var done atomic.Int64
	var all sync.WaitGroup
	faults := make(chan error, times)
	for range times {
		all.Go(func() {
			err := o.InTx(t.Context(), work)
			switch domain.KindOf(err) {
			case 0:
				if err != nil {
					faults <- err
					return
				}
				done.Add(1)
			case domain.Conflict:
			default:
				faults <- err
			}
		})
	}
	all.Wait()
	close(faults)
	for err := range faults {
		require.NoError(t, err)
	}
	return int(done.Load())
}
