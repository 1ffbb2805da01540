package domain_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// engine is what answers searches, and what is known of how it is fed.
type engine struct {
	domain.Feeds
	standing domain.FeedStanding
	failures []domain.Failure
	err      error // of asking the engine
	lost     error // of asking the database
	retried  []domain.Subject
}

func (e *engine) State(context.Context) (domain.EngineState, error) {
	return domain.EngineState{Kind: "other", Complete: true, Generation: "second"}, e.err
}

func (e *engine) FeedStanding(_ context.Context, feed domain.FeedName) (domain.FeedStanding, error) {
	if feed != domain.SearchFeed {
		return domain.FeedStanding{}, errors.New("another feed")
	}
	return e.standing, e.lost
}

func (e *engine) Failures(_ context.Context, _ domain.FeedName, limit int) ([]domain.Failure, error) {
	return e.failures[:min(limit, len(e.failures))], e.lost
}

func (e *engine) RetryFailures(_ context.Context, _ domain.FeedName, subjects []domain.Subject) (int, error) {
	e.retried = append(e.retried, subjects...)
	return 2, e.lost
}

func TestOnlyAdministratorsRunTheSearchIndex(t *testing.T) {
	w := newWorld(t)
	e := &engine{}
	x := domain.NewSearchIndex(w.store, e, e, w.clock.now)
	own := domain.NewSearchIndex(w.store, e, nil, w.clock.now)
	administer := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "admin": done, "operator": done})
	one := []domain.Subject{{Side: domain.DemandSide, ID: uuid.New()}}
	for name, verb := range map[string]func(context.Context, domain.Actor, []domain.Subject) error{
		"state": func(ctx context.Context, a domain.Actor, _ []domain.Subject) error {
			state, err := x.State(ctx, a)
			if err != nil {
				require.Empty(t, state)
			}
			return err
		},
		"state of an engine that nobody feeds": func(ctx context.Context, a domain.Actor, _ []domain.Subject) error {
			_, err := own.State(ctx, a)
			return err
		},
		"retry": func(ctx context.Context, a domain.Actor, of []domain.Subject) error {
			e.retried = nil
			n, err := x.Retry(ctx, a, of)
			if err == nil {
				require.Equal(t, 2, n)
				require.Equal(t, of, e.retried)
			} else {
				require.Empty(t, e.retried)
			}
			return err
		},
		"retry where nobody feeds": func(ctx context.Context, a domain.Actor, of []domain.Subject) error {
			n, err := own.Retry(ctx, a, of)
			require.Zero(t, n)
			return err
		},
		"rebuild": func(ctx context.Context, a domain.Actor, _ []domain.Subject) error {
			before := w.changes(t)
			err := x.Rebuild(ctx, a)
			if err == nil {
				require.Equal(t, before+1, w.changes(t))
			}
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			hold(t, w, administer, func() []domain.Subject { return one }, verb)
		})
	}
}

func TestTheStateOfTheSearchIndex(t *testing.T) {
	w := newWorld(t)
	e := &engine{standing: domain.FeedStanding{Waiting: 3, Failed: 1}}
	x := domain.NewSearchIndex(w.store, e, e, w.clock.now)
	quarantined := domain.Failure{Subject: domain.Subject{ID: uuid.New()}, Quarantined: noon}
	e.failures = []domain.Failure{quarantined, {Subject: domain.Subject{ID: uuid.New()}}}
	state, err := x.State(t.Context(), w.people["admin"])
	require.NoError(t, err)
	require.Equal(t, domain.SearchIndexState{
		Engine: domain.EngineState{Kind: "other", Complete: true, Generation: "second"}, Feed: e.standing,
		Quarantined: []domain.Failure{quarantined},
	}, state)

	e.failures = make([]domain.Failure, domain.MaxQuarantined+1)
	for i := range e.failures {
		e.failures[i] = quarantined
	}
	state, err = x.State(t.Context(), w.people["admin"])
	require.NoError(t, err)
	require.Len(t, state.Quarantined, domain.MaxQuarantined)

	for kind, trouble := range map[domain.Kind]domain.Code{domain.Unavailable: domain.CodeEngineDown, domain.Forbidden: domain.CodeEngineKey} {
		e.err = fmt.Errorf("the engine: %w", domain.Fail(kind, domain.CodeUnavailable))
		state, err = x.State(t.Context(), w.people["admin"])
		require.NoError(t, err)
		require.Equal(t, trouble, state.Trouble)
		require.Equal(t, domain.EngineState{Kind: "other"}, state.Engine, "what an engine that is down says does not count")
		require.Equal(t, e.standing, state.Feed)
	}

	e.err = errors.New("a defect")
	_, err = x.State(t.Context(), w.people["admin"])
	require.ErrorIs(t, err, e.err)
	e.err, e.lost = nil, errors.New("the database")
	_, err = x.State(t.Context(), w.people["admin"])
	require.ErrorIs(t, err, e.lost)
}

func TestAnEngineIsFreshUntilAChangeIsMoreThanAMinuteOld(t *testing.T) {
	e := &engine{}
	w := &timer{at: noon}
	x := domain.NewSearchIndex(nil, e, e, w.now)
	for name, c := range map[string]struct {
		generation string
		oldest     time.Time
		fresh      bool
	}{
		"nothing waits":              {"first", time.Time{}, true},
		"a change of this moment":    {"first", noon, true},
		"of a clock that goes ahead": {"first", noon.Add(time.Hour), true},
		"exactly a minute old":       {"first", noon.Add(-time.Minute), true},
		"a little older":             {"first", noon.Add(-time.Minute - time.Nanosecond), false},
		"a day old":                  {"first", noon.Add(-24 * time.Hour), false},
		"nothing was ever built":     {"", time.Time{}, false},
	} {
		e.standing = domain.FeedStanding{Feed: domain.Feed{Generation: c.generation}, Oldest: c.oldest}
		require.Equal(t, c.fresh, e.standing.Fresh(noon), name)
		if err := x.Fresh(t.Context()); c.fresh {
			require.NoError(t, err, name)
		} else {
			failsAs(t, err, domain.Unavailable, domain.CodeEngineBehind)
		}
	}
	e.standing = domain.FeedStanding{Feed: domain.Feed{Generation: "first"}, Oldest: noon}
	require.NoError(t, x.Fresh(t.Context()))
	w.pass(time.Minute + time.Nanosecond)
	failsAs(t, x.Fresh(t.Context()), domain.Unavailable, domain.CodeEngineBehind)
	e.lost = errors.New("the database")
	require.ErrorIs(t, x.Fresh(t.Context()), e.lost)
	require.NoError(t, domain.NewSearchIndex(nil, e, nil, w.now).Fresh(t.Context()), "nobody feeds it: nobody is behind")
}
