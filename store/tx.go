package store

import (
	"context"
	"math/rand/v2"
	"time"

	"gorm.io/gorm"

	"kopir/domain"
)

// Limits of trying a transaction again.
const (
	maxRetries  = 3
	retryPause  = 20 * time.Millisecond // doubled each time, and jittered
	retryBudget = 2 * time.Second       // what took longer already is not tried again where somebody waits for an answer
)

// unit is one transaction: the domain's Tx.
type unit struct {
	reader
	db      *gorm.DB
	failed  error                  // of the first statement that failed
	changes []domain.Change        // to append to the log before the commit, in order
	seen    map[domain.Change]bool // what changes has already
}

// unitKey finds the transaction of a store in a context.
type unitKey struct{ store *Store }

func (s *Store) current(ctx context.Context) *unit {
	u, _ := ctx.Value(unitKey{s}).(*unit)
	return u
}

// InTx runs work in one transaction: all of it is kept, or nothing, also if work panics. Where ctx already carries a
// transaction of this store, the work joins it. If a statement fails, nothing is kept even if work returns nil.
// Deadlocks, failed serialisations and a busy file are tried again, up to three times, for as long as two seconds where ctx
// has an end; then, and if there is no way to the database, it returns Unavailable.
func (s *Store) InTx(ctx context.Context, work func(ctx context.Context, tx domain.Tx) error) error {
	if u := s.current(ctx); u != nil {
		return work(ctx, u)
	}
	_, waitedFor := ctx.Deadline()
	began := time.Now()
	for try := 0; ; try++ {
		before := time.Now()
		err := s.attempt(ctx, work)
		if err == nil || !passing(err) || try == maxRetries || waitedFor && time.Since(began) > retryBudget {
			return err
		}
		rest := retryPause << try
		if !waitedFor { // long work, perhaps: whoever was in its way needs about as long to be done
			rest = max(rest, 2*time.Since(before))
		}
		if err := pause(ctx, rest); err != nil {
			return err
		}
	}
}

// pause waits for half to the whole of d, or returns what ended ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2)) //nolint:gosec // jitter is no secret
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return translate(ctx, ctx.Err())
	}
}

// attempt runs work in a transaction once.
func (s *Store) attempt(ctx context.Context, work func(context.Context, domain.Tx) error) error {
	leave, err := s.engine.writeGate.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	db := s.write.WithContext(ctx).Begin()
	if db.Error != nil {
		return translate(ctx, db.Error)
	}
	u := &unit{db: db, seen: make(map[domain.Change]bool)}
	u.reader = reader{store: s, unit: u}
	committed := false
	defer func() { // also when work panics
		if !committed {
			db.Rollback()
		}
	}()
	if err := u.run(ctx, work); err != nil {
		return err
	}
	if err := db.Commit().Error; err != nil {
		return translate(ctx, err)
	}
	committed = true
	if len(u.changes) > 0 {
		s.wake()
	}
	return nil
}

// run does the work and appends what it changed to the log. An error that a statement met goes before what work made of
// it if trying again may help.
func (u *unit) run(ctx context.Context, work func(context.Context, domain.Tx) error) error {
	ctx = context.WithValue(ctx, unitKey{u.store}, u)
	err := work(ctx, u)
	if u.failed != nil && (err == nil || passing(u.failed)) {
		return u.failed
	}
	if err != nil {
		return err
	}
	return u.appendChanges(ctx)
}

// spoilOnFailure makes a failed statement spoil the transaction it was in, on either engine.
func spoilOnFailure(g *gorm.DB) error {
	spoil := func(db *gorm.DB) {
		u, ok := db.Statement.Context.Value(spoiledKey{}).(*unit)
		if ok && db.Error != nil && u.failed == nil {
			u.failed = translate(db.Statement.Context, db.Error)
		}
	}
	const name = "kopir:spoil"
	c := g.Callback()
	for _, register := range []func(string, func(*gorm.DB)) error{
		c.Create().After("gorm:after_create").Register, c.Query().After("gorm:after_query").Register,
		c.Update().After("gorm:after_update").Register, c.Delete().After("gorm:after_delete").Register,
		c.Row().After("gorm:row").Register, c.Raw().After("gorm:raw").Register,
	} {
		if err := register(name, spoil); err != nil {
			return err
		}
	}
	return nil
}

// spoiledKey finds, in a statement's context, the transaction it runs in.
type spoiledKey struct{}

// in runs statements in the transaction, whatever ctx carries.
func (u *unit) in(ctx context.Context, statements func(db *gorm.DB) error) error {
	return translate(ctx, statements(u.db.WithContext(context.WithValue(ctx, spoiledKey{}, u))))
}

// reader answers the domain's Reader: in its transaction, in the one that ctx carries, or in none.
type reader struct {
	store *Store
	unit  *unit
}

// query runs statements that only read. What fn does outside of a transaction should be one statement, or need not be of
// one moment.
func (r reader) query(ctx context.Context, statements func(db *gorm.DB) error) error {
	if u := r.within(ctx); u != nil {
		return u.in(ctx, statements)
	}
	return r.outside(ctx, statements)
}

// snapshot is query for statements that must all see one moment.
func (r reader) snapshot(ctx context.Context, statements func(db *gorm.DB) error) error {
	if u := r.within(ctx); u != nil {
		return u.in(ctx, statements)
	}
	return r.outside(ctx, func(db *gorm.DB) error {
		return db.Transaction(statements, &r.store.engine.snapshot)
	})
}

// outside is query without regard to a transaction that ctx may carry.
func (r reader) outside(ctx context.Context, statements func(db *gorm.DB) error) error {
	leave, err := r.store.engine.readGate.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return translate(ctx, statements(r.store.read.WithContext(ctx)))
}

func (r reader) within(ctx context.Context) *unit {
	if r.unit != nil {
		return r.unit
	}
	return r.store.current(ctx)
}
