package storetest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testFeeds: one at a time feeds an engine, and what it has achieved is kept.
func testFeeds(t *testing.T, open Open) {
	t.Run("one holder at a time", func(t *testing.T) { testLease(t, open(t)) })
	t.Run("many ask at once", func(t *testing.T) { testManyHolders(t, open(t)) })
	t.Run("progress is the holder's to keep", func(t *testing.T) { testProgress(t, open(t)) })
	t.Run("what was refused", func(t *testing.T) { testFailures(t, open(t)) })
	t.Run("what waits", func(t *testing.T) { testWaiting(t, open(t)) })
	t.Run("touching tells followers to look again", func(t *testing.T) { testTouch(t, open(t)) })
	t.Run("what is published is counted", func(t *testing.T) { testPublishedCounts(t, open(t)) })
}

const feed = domain.SearchFeed

func take(t testing.TB, o *Opened, holder string, length time.Duration) (domain.Lease, bool) {
	t.Helper()
	l, held, err := o.TakeLease(t.Context(), feed, holder, length)
	require.NoError(t, err)
	return l, held
}

// ended is a length that has passed when the lease is taken.
const ended = -time.Second

func testLease(t *testing.T, o *Opened) {
	one, held := take(t, o, "one", time.Hour)
	require.True(t, held)
	require.Equal(t, "one", one.Holder)
	require.WithinDuration(t, time.Now().Add(time.Hour), one.Until, time.Minute)
	again, held := take(t, o, "one", 2*time.Hour)
	require.True(t, held)
	require.Equal(t, one.Epoch, again.Epoch, "renewing is not beginning anew")
	require.True(t, again.Until.After(one.Until))

	other, held := take(t, o, "two", time.Hour)
	require.False(t, held)
	require.Equal(t, again, other, "who asks in vain learns who holds it")
	elsewhere, held, err := o.TakeLease(t.Context(), "another feed", "two", time.Hour)
	require.NoError(t, err)
	require.True(t, held, "%+v", elsewhere)

	take(t, o, "one", ended)
	back, held := take(t, o, "one", ended)
	require.True(t, held)
	require.Equal(t, one.Epoch, back.Epoch, "it had ended, but nobody took it")
	two, held := take(t, o, "two", time.Hour)
	require.True(t, held)
	require.Greater(t, two.Epoch, one.Epoch)

	require.NoError(t, o.EndLease(t.Context(), one), "what is lost is no error")
	_, held = take(t, o, "one", time.Hour)
	require.False(t, held, "nor does it end the other's")
	require.NoError(t, o.EndLease(t.Context(), two))
	three, held := take(t, o, "three", time.Hour)
	require.True(t, held)
	require.Greater(t, three.Epoch, two.Epoch)
}

func testManyHolders(t *testing.T, o *Opened) {
	for range 5 {
		var wg sync.WaitGroup
		var mu sync.Mutex
		holders := make(map[string]int64)
		for _, name := range strings.Fields("a b c d e f g h") {
			wg.Go(func() {
				l, held, err := o.TakeLease(t.Context(), feed, name, time.Hour)
				if err == nil && held {
					mu.Lock()
					holders[name] = l.Epoch
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		require.Len(t, holders, 1)
		for name, epoch := range holders {
			require.NoError(t, o.EndLease(t.Context(), domain.Lease{Feed: feed, Holder: name, Epoch: epoch}))
		}
	}
}

func testProgress(t *testing.T, o *Opened) {
	f, err := o.Feed(t.Context(), feed)
	require.NoError(t, err)
	require.Zero(t, f, "before it ever was fed")
	one, _ := take(t, o, "one", ended)
	want := domain.Feed{Position: "log.1.2", Generation: "g"}
	before := head(t, o)
	require.NoError(t, o.SaveProgress(t.Context(), one, domain.FeedProgress{Feed: want}), "its lease has ended, but it is still its")
	f, err = o.Feed(t.Context(), feed)
	require.NoError(t, err)
	require.Equal(t, want, f)
	require.Empty(t, changesAfter(t, o, before), "nobody need look at anything for it")

	two, held := take(t, o, "two", time.Hour)
	require.True(t, held)
	late := domain.FeedProgress{Feed: domain.Feed{Position: "late"}, Failed: []domain.Failure{failure(1)}}
	require.Equal(t, domain.Stale, domain.KindOf(o.SaveProgress(t.Context(), one, late)))
	f, err = o.Feed(t.Context(), feed)
	require.NoError(t, err)
	require.Equal(t, want, f)
	list, err := o.Failures(t.Context(), feed, 10)
	require.NoError(t, err)
	require.Empty(t, list)
	require.NoError(t, o.SaveProgress(t.Context(), two, late))
}

func failure(n byte) domain.Failure {
	at := time.Date(2026, 11, 23, 9, 0, int(n), 0, time.UTC)
	return domain.Failure{
		Subject:  domain.Subject{Side: domain.ProgrammeSide, ID: uuid.UUID{15: n}},
		Attempts: int(n), Reason: "too long", Since: at, NextTry: at.Add(time.Minute),
	}
}

func testFailures(t *testing.T, o *Opened) {
	lease, _ := take(t, o, "one", time.Hour)
	save := func(p domain.FeedProgress) { require.NoError(t, o.SaveProgress(t.Context(), lease, p)) }
	a, b, c := failure(1), failure(2), failure(3)
	b.Quarantined = b.NextTry
	c.NextTry = time.Now().UTC().Add(time.Hour).Truncate(time.Microsecond)
	save(domain.FeedProgress{Failed: []domain.Failure{a, b, c}})
	list := func() []domain.Failure {
		out, err := o.Failures(t.Context(), feed, 10)
		require.NoError(t, err)
		return out
	}
	due := func() []domain.Failure {
		out, err := o.DueFailures(t.Context(), feed, 10)
		require.NoError(t, err)
		return out
	}
	require.Equal(t, []domain.Failure{b, a, c}, list(), "quarantined first, then the oldest")
	require.Equal(t, []domain.Failure{a}, due(), "not what is in quarantine, nor what must wait")

	early := a
	early.Reason = "said first, with a \x00 in it"
	a.Attempts, a.Reason = 2, strings.Repeat("ұ", 3000)
	save(domain.FeedProgress{Failed: []domain.Failure{early}})
	save(domain.FeedProgress{Failed: []domain.Failure{early, a}, Delivered: []domain.Subject{c.Subject, {Side: domain.DemandSide, ID: b.ID}}})
	kept := list()
	require.Len(t, kept, 2, "what was delivered is forgotten, and nothing of the other side")
	require.Equal(t, 2, kept[1].Attempts)
	require.Equal(t, strings.Repeat("ұ", 2000), kept[1].Reason)

	standing, err := o.FeedStanding(t.Context(), feed)
	require.NoError(t, err)
	require.Equal(t, []int{1, 1}, []int{standing.Retrying, standing.Failed})
	retry := func(subjects ...domain.Subject) int {
		n, err := o.RetryFailures(t.Context(), feed, subjects)
		require.NoError(t, err)
		return n
	}
	require.Zero(t, retry(a.Subject), "which is still tried")
	require.Zero(t, retry(domain.Subject{Side: domain.DemandSide, ID: b.ID}))
	require.Equal(t, 1, retry(b.Subject))
	require.Zero(t, retry(), "nothing is left in quarantine")
	again := due()
	require.Len(t, again, 2)
	require.Equal(t, b.ID, again[1].ID)
	require.Zero(t, again[1].Attempts)
}

func testWaiting(t *testing.T, o *Opened) {
	standing := func() domain.FeedStanding {
		s, err := o.FeedStanding(t.Context(), feed)
		require.NoError(t, err)
		return s
	}
	require.Equal(t, domain.FeedStanding{Lease: domain.Lease{Feed: feed}}, standing())
	touch := func(n byte) {
		require.NoError(t, o.Touch(t.Context(), []domain.Subject{{Side: domain.DemandSide, ID: uuid.UUID{15: n}}}))
	}
	touch(1)
	touch(2)
	first := standing()
	require.Equal(t, 2, first.Waiting)
	require.WithinDuration(t, time.Now(), first.Oldest, time.Minute)

	lease, _ := take(t, o, "one", time.Hour)
	follow(t, o, "", 2) // both can be read
	_, at, err := o.Changes(t.Context(), "", 1)
	require.NoError(t, err)
	require.NoError(t, o.SaveProgress(t.Context(), lease, domain.FeedProgress{Feed: domain.Feed{Position: at, Generation: "g"}}))
	then := standing()
	require.Equal(t, 1, then.Waiting)
	require.Equal(t, lease, then.Lease)
	require.Equal(t, "g", then.Generation)
	require.False(t, then.Oldest.Before(first.Oldest))

	require.NoError(t, o.InTx(t.Context(), func(ctx context.Context, _ domain.Tx) error {
		return o.Touch(ctx, []domain.Subject{{Side: domain.DemandSide, ID: uuid.UUID{15: 3}}})
	}))
	require.Equal(t, 2, standing().Waiting)
	require.NoError(t, o.RestartChanges(t.Context()))
	touch(4)
	require.Equal(t, 1, standing().Waiting, "of another log everything")
	take(t, o, "one", ended)
	require.Empty(t, standing().Lease.Holder, "nobody feeds")
}

func testTouch(t *testing.T, o *Opened) {
	at := head(t, o)
	d, p := domain.Subject{Side: domain.DemandSide, ID: uuid.UUID{15: 1}}, domain.Subject{Side: domain.ProgrammeSide, ID: uuid.UUID{15: 2}}
	require.NoError(t, o.Touch(t.Context(), []domain.Subject{d, p}))
	got, _ := follow(t, o, at, 2)
	require.Equal(t, []domain.ChangeKind{domain.ChangedDemand, domain.ChangedProgramme}, []domain.ChangeKind{got[0].Kind, got[1].Kind})
	require.Equal(t, []uuid.UUID{d.ID, p.ID}, []uuid.UUID{got[0].ID, got[1].ID})
}

func testPublishedCounts(t *testing.T, o *Opened) {
	org := fullOrganisation(1)
	d, p := openDemand(org.ID, domain.DateOf(now)), openProgramme(org.ID)
	draft, hidden := emptyDemand(org.ID), openDemand(org.ID, domain.DateOf(now))
	hidden.Hidden = fullDemand(org.ID).Hidden
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.CreateOrganisation(ctx, org))
		require.NoError(t, tx.CreateDemand(ctx, d))
		require.NoError(t, tx.CreateDemand(ctx, draft))
		require.NoError(t, tx.CreateDemand(ctx, hidden))
		require.NoError(t, tx.CreateProgramme(ctx, p))
	})
	counts, err := o.PublishedCounts(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[domain.Side]int{domain.DemandSide: 1, domain.ProgrammeSide: 1}, counts)
}
