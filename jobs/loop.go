package jobs

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"kopir/domain"
)

// Loop runs a step at once, then whenever it is woken or an interval has passed, until its context ends. A step says
// whether there is more to do right away. A step that fails is logged and tried again after a pause that doubles up to
// a minute; an error that asks for a longer pause gets it (RetryAfter). A step that panics counts as failed.
type Loop struct {
	Name   string
	Every  time.Duration
	Wake   <-chan struct{} // may be nil
	Step   func(ctx context.Context) (more bool, err error)
	Logger *slog.Logger
}

// Run blocks until ctx ends.
func (l Loop) Run(ctx context.Context) {
	pause := time.Duration(0)
	for ctx.Err() == nil {
		more, err := l.try(ctx)
		switch {
		case err != nil && ctx.Err() == nil:
			pause = min(max(2*pause, 100*time.Millisecond), time.Minute)
			rest := max(pause, retryAfter(err))
			l.Logger.ErrorContext(ctx, "job failed", "job", l.Name, "error", err, "again_in", rest)
			wait(ctx, rest, nil)
			continue
		case more:
			pause = 0
			continue
		}
		pause = 0
		wait(ctx, l.Every, l.Wake)
	}
}

// longestPause bounds what an error may ask for.
const longestPause = 10 * time.Minute

// retryAfter returns how long an error asks to be left alone.
func retryAfter(err error) time.Duration {
	var asks interface{ RetryAfter() time.Duration }
	if errors.As(err, &asks) {
		return min(asks.RetryAfter(), longestPause)
	}
	return 0
}

// postponed is an error after which one should wait.
type postponed struct {
	error
	after time.Duration
}

func (p postponed) Unwrap() error             { return p.error }
func (p postponed) RetryAfter() time.Duration { return p.after }

// wait waits for a while, until it is woken or ctx ends.
func wait(ctx context.Context, d time.Duration, wake <-chan struct{}) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-wake:
	case <-t.C:
	}
}

// restFrom rests from work that began at some time, three times as long as it took: it has a quarter of a processor then.
func restFrom(ctx context.Context, began time.Time) { wait(ctx, 3*time.Since(began), nil) }

func (l Loop) try(ctx context.Context) (more bool, err error) {
	defer func() {
		if r := recover(); r != nil {
			l.Logger.ErrorContext(ctx, "job panicked", "job", l.Name, "panic", r)
			err = errors.New("panic in job " + l.Name)
		}
	}()
	return l.Step(ctx)
}

// expireAtOnce is how many demands one step closes.
const expireAtOnce = 200

// Expiry is the step that closes demands whose last day has passed.
func Expiry(market *domain.Market) func(ctx context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		n, err := market.ExpireDemands(ctx, expireAtOnce)
		return n == expireAtOnce, err
	}
}

// warnAtOnce is of how many keys one step warns.
const warnAtOnce = 200

// KeyWarnings is the step that tells owners of API keys that are about to expire.
func KeyWarnings(keys *domain.Keys) func(ctx context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		n, err := keys.WarnOfExpiry(ctx, warnAtOnce)
		return n == warnAtOnce, err
	}
}

// Retention is how long what is kept for a while is kept.
type Retention struct {
	Answers  time.Duration // of idempotent requests
	Changes  time.Duration // in the change log; a follower that is further behind rebuilds
	Accounts time.Duration // whose address was never proven
	// Sessions is how long refresh tokens stay after they have run out.
	Sessions time.Duration
	// Tickets is how long used ones stay after they have run out: clocks differ.
	Tickets time.Duration
	// Deeds is how long the audit is kept: a year at least, which the database sees to.
	Deeds time.Duration
	// Imports is how long an import and its rows are kept after it has ended.
	Imports time.Duration
}

// budgetsStay is how long a budget is kept when it is full again: replicas' clocks differ.
const budgetsStay = time.Minute

// Keeper drops what is older than a time; of invitations those that ran out before it.
type Keeper interface {
	ForgetAnswers(ctx context.Context, before time.Time) (int, error)
	TrimChanges(ctx context.Context, before time.Time) (int, error)
	ForgetSessions(ctx context.Context, before time.Time) (int, error)
	ForgetTickets(ctx context.Context, before time.Time) (int, error)
	ForgetAccounts(ctx context.Context, before time.Time) (int, error)
	// ForgetProofs drops those that ran out before a time.
	ForgetProofs(ctx context.Context, before time.Time) (int, error)
	ForgetDeeds(ctx context.Context, before time.Time) (int, error)
	ForgetInvitations(ctx context.Context, before time.Time) (int, error)
	ForgetBudgets(ctx context.Context, before time.Time) (int, error)
	// ForgetImports drops those that ended before a time.
	ForgetImports(ctx context.Context, before time.Time) (int, error)
}

// Forgetting is the step that drops what has been kept long enough.
func Forgetting(keeper Keeper, keep Retention, clock func() time.Time) func(ctx context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		var errs []error
		for _, one := range []struct {
			forget func(context.Context, time.Time) (int, error)
			after  time.Duration
		}{
			{keeper.ForgetAnswers, keep.Answers}, {keeper.TrimChanges, keep.Changes}, {keeper.ForgetSessions, keep.Sessions},
			{keeper.ForgetTickets, keep.Tickets}, {keeper.ForgetInvitations, 0},
			{keeper.ForgetAccounts, keep.Accounts}, {keeper.ForgetProofs, 0},
			{keeper.ForgetDeeds, keep.Deeds}, {keeper.ForgetBudgets, budgetsStay}, {keeper.ForgetImports, keep.Imports},
		} {
			_, err := one.forget(ctx, clock().Add(-one.after))
			errs = append(errs, err)
		}
		return false, errors.Join(errs...) // one that fails does not keep the others
	}
}
