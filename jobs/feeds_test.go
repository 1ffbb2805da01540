package jobs_test

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"sync"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/store"

	"github.com/stretchr/testify/require"
)

// ledger is the town's database with what a drainer asks of it besides.
type ledger struct {
	*store.Store
	*book
	db *sql.DB
	w  *town
}

var _ jobs.Source = (*ledger)(nil)

func (w *town) ledger() *ledger {
	db, err := sql.Open("sqlite", "file:"+w.path+"?_pragma=busy_timeout(5000)")
	require.NoError(w.t, err)
	w.t.Cleanup(func() { require.NoError(w.t, db.Close()) })
	return &ledger{Store: w.store, book: &book{w: w, failures: map[domain.Subject]domain.Failure{}}, db: db, w: w}
}

func (l *ledger) Touch(ctx context.Context, subjects []domain.Subject) error {
	kinds := map[domain.Side]domain.ChangeKind{domain.DemandSide: domain.ChangedDemand, domain.ProgrammeSide: domain.ChangedProgramme}
	for _, s := range subjects {
		_, err := l.db.ExecContext(ctx, "INSERT INTO change_log (kind, subject, at) VALUES (?, ?, ?)",
			kinds[s.Side], s.ID.String(), l.w.clock().UTC().Format("2006-01-02T15:04:05.000000Z"))
		if err != nil {
			return err
		}
	}
	return nil
}

func (l *ledger) PublishedCounts(ctx context.Context) (map[domain.Side]int, error) {
	out := make(map[domain.Side]int)
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		var n int
		err := l.db.QueryRowContext(ctx, "SELECT count(*) FROM "+string(side)+" WHERE status = 'published'").Scan(&n)
		if err != nil {
			return nil, err
		}
		out[side] = n
	}
	return out, nil
}

// book keeps one feed in memory.
type book struct {
	w        *town
	mu       sync.Mutex
	lease    domain.Lease
	feed     domain.Feed
	failures map[domain.Subject]domain.Failure
}

func (b *book) TakeLease(_ context.Context, feed domain.FeedName, holder string, length time.Duration) (domain.Lease, bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.w.clock()
	if b.lease.Holder != holder && now.Before(b.lease.Until) {
		return b.lease, false, nil
	}
	if b.lease.Holder != holder {
		b.lease = domain.Lease{Feed: feed, Holder: holder, Epoch: b.lease.Epoch + 1}
	}
	b.lease.Until = now.Add(length)
	return b.lease, true, nil
}

func (b *book) EndLease(_ context.Context, lease domain.Lease) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.lease.Epoch == lease.Epoch {
		b.lease = domain.Lease{Epoch: lease.Epoch}
	}
	return nil
}

func (b *book) Feed(context.Context, domain.FeedName) (domain.Feed, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.feed, nil
}

func (b *book) SaveProgress(_ context.Context, lease domain.Lease, p domain.FeedProgress) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if lease.Epoch != b.lease.Epoch {
		return domain.Fail(domain.Stale, domain.CodeStale)
	}
	b.feed = p.Feed
	for _, s := range p.Delivered {
		delete(b.failures, s)
	}
	for _, f := range p.Failed {
		b.failures[f.Subject] = f
	}
	return nil
}

func (b *book) DueFailures(_ context.Context, _ domain.FeedName, limit int) ([]domain.Failure, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var due []domain.Failure
	for _, f := range b.failures {
		if f.Quarantined.IsZero() && !f.NextTry.After(b.w.clock()) {
			due = append(due, f)
		}
	}
	slices.SortFunc(due, func(x, y domain.Failure) int { return x.NextTry.Compare(y.NextTry) })
	return due[:min(limit, len(due))], nil
}

func (b *book) Failures(context.Context, domain.FeedName, int) ([]domain.Failure, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Values(b.failures)), nil
}

func (b *book) RetryFailures(_ context.Context, _ domain.FeedName, subjects []domain.Subject) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for s, f := range b.failures {
		if !f.Quarantined.IsZero() && (len(subjects) == 0 || slices.Contains(subjects, s)) {
			f.Quarantined, f.Attempts, f.NextTry = time.Time{}, 0, b.w.clock()
			b.failures[s] = f
			n++
		}
	}
	return n, nil
}

func (b *book) FeedStanding(ctx context.Context, _ domain.FeedName) (domain.FeedStanding, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := domain.FeedStanding{Feed: b.feed, Lease: b.lease}
	for _, f := range b.failures {
		if f.Quarantined.IsZero() {
			s.Retrying++
		} else {
			s.Failed++
		}
	}
	changes, _, err := b.w.store.Changes(ctx, b.feed.Position, 100_000)
	if domain.KindOf(err) == domain.Stale {
		err = nil
	}
	if s.Waiting = len(changes); s.Waiting > 0 {
		s.Oldest = changes[0].At
	}
	return s, err
}
