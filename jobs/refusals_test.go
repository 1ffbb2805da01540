package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"kopir/domain"
	"kopir/jobs"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// refused returns the one failure that is kept.
func (f *fed) refused() domain.Failure {
	f.t.Helper()
	list, err := f.store.Failures(f.t.Context(), domain.SearchFeed, 10)
	require.NoError(f.t, err)
	require.Len(f.t, list, 1)
	return list[0]
}

func (f *fed) requireNoFailures() {
	f.t.Helper()
	list, err := f.store.Failures(f.t.Context(), domain.SearchFeed, 10)
	require.NoError(f.t, err)
	require.Empty(f.t, list)
}

func TestOneRefusedDocumentDoesNotHoldUpItsNeighbours(t *testing.T) {
	for name, poison := range map[string]func(r *replica, id uuid.UUID){
		"refused":  func(r *replica, id uuid.UUID) { r.line.refuses[id] = "a value is too long" },
		"panicked": func(r *replica, id uuid.UUID) { r.line.panics[id] = true },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			r := f.feeding()
			ids := f.publishedDemands(1000)
			poison(r, ids[617])
			_, err := r.Step(t.Context())
			require.NoError(t, err)
			held := f.engine.versions(domain.DemandSide)
			require.Len(t, held, 999)
			require.NotContains(t, held, ids[617])
			failure := f.refused()
			require.Equal(t, domain.Subject{Side: domain.DemandSide, ID: ids[617]}, failure.Subject)
			require.Equal(t, 1, failure.Attempts)
			require.Contains(t, map[string]string{"refused": "a value is too long", "panicked": "panic: poison"}[name], failure.Reason)
			require.Less(t, r.line.calls, 40, "halves, not one by one")

			f.publishedDemand("walrus")
			f.settle(r)
			require.Len(t, f.engine.versions(domain.DemandSide), 1000, "and life goes on")
		})
	}
}

func TestARefusedDocumentIsTriedFiveTimesAndThenQuarantined(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	r.line.refuses[d.ID] = "no room"
	f.settle(r)
	pauses := []time.Duration{1, 2, 4, 8}
	for i, p := range pauses {
		require.Equal(t, i+1, f.refused().Attempts)
		require.Equal(t, f.now.Add(p*time.Second), f.refused().NextTry)
		f.pass(p*time.Second - 1)
		f.settle(r)
		require.Equal(t, i+1, f.refused().Attempts, "not before its time")
		require.NotContains(t, r.logged(), "level=ERROR")
		f.pass(1)
		f.settle(r)
	}
	require.Equal(t, 5, f.refused().Attempts)
	require.Equal(t, f.now, f.refused().Quarantined)
	require.Equal(t, "no room", f.refused().Reason)
	require.Contains(t, r.logged(), "level=ERROR")
	require.Contains(t, r.logged(), d.ID.String())
	f.pass(5 * time.Second)
	f.settle(r)
	require.Equal(t, 1, r.Snapshot().Quarantined)
	require.EqualValues(t, 5, r.Snapshot().Refused)

	f.pass(time.Hour)
	f.settle(r)
	require.Equal(t, 5, f.refused().Attempts, "left alone until somebody looks")

	delete(r.line.refuses, d.ID)
	n, err := f.store.RetryFailures(t.Context(), domain.SearchFeed, nil)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	f.settle(r)
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	f.requireNoFailures()
}

func TestARefusalIsForgottenWhenItIsOver(t *testing.T) {
	for name, c := range map[string]struct {
		over  func(f *fed, r *replica, d *domain.Demand)
		there bool
	}{
		"taken at another try": {func(f *fed, r *replica, d *domain.Demand) { delete(r.line.refuses, d.ID); f.pass(time.Second) }, true},
		"changed":              {func(f *fed, r *replica, d *domain.Demand) { delete(r.line.refuses, d.ID); f.reword(d, "walrus two") }, true},
		"hidden":               {func(f *fed, _ *replica, d *domain.Demand) { f.hide(d) }, false},
		"deleted": {func(f *fed, _ *replica, d *domain.Demand) {
			require.NoError(f.t, f.market.DeleteDemand(f.t.Context(), operator, d.ID, d.Version))
		}, false},
		"rebuilt": {func(f *fed, r *replica, d *domain.Demand) { delete(r.line.refuses, d.ID); f.askRebuild() }, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			r := f.feeding()
			d := f.publishedDemand("walrus")
			r.line.refuses[d.ID] = "no room"
			f.settle(r)
			f.refused()
			c.over(f, r, d)
			f.settle(r)
			f.requireNoFailures()
			f.requireEven()
			require.Equal(t, c.there, len(f.engine.found(f.town, domain.DemandSide, "walrus")) == 1)
		})
	}
}

func TestARebuildIsNotStoppedByRefusedDocuments(t *testing.T) {
	f := newFed(t)
	ids := f.publishedDemands(300)
	known := f.publishedProgramme("octopus")
	r := f.replica()
	r.line.refuses[ids[7]], r.line.refuses[known.ID] = "no room", "no room"
	r.line.panics[ids[8]] = true
	f.settle(r)
	require.Len(t, f.engine.versions(domain.DemandSide), 298)
	list, err := f.store.Failures(t.Context(), domain.SearchFeed, 10)
	require.NoError(t, err)
	require.Len(t, list, 3)

	clear(r.line.refuses)
	f.askRebuild()
	f.settle(r)
	require.Equal(t, ids[8], f.refused().ID, "the others have been taken")
	require.Equal(t, 2, f.refused().Attempts)
	f.requireFound(domain.ProgrammeSide, "octopus", known.ID)
}

func TestAnOutageIsNoRefusal(t *testing.T) {
	for name, down := range map[string]error{
		"unavailable": domain.Fail(domain.Unavailable, domain.CodeUnavailable),
		"unknown":     errors.New("connection reset"),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			r := f.feeding()
			d := f.publishedDemand("walrus")
			r.line.down = down
			for range 10 {
				_, err := r.Step(t.Context())
				require.ErrorIs(t, err, down)
			}
			f.requireNoFailures()
			f.pass(5 * time.Second)
			_, err := r.Step(t.Context())
			require.ErrorIs(t, err, down)
			s := r.Snapshot()
			require.Equal(t, 2, s.Waiting, "made, published")
			require.Equal(t, noon, s.Oldest)
			require.Equal(t, down.Error(), s.Error)
			require.Equal(t, f.now, s.Failed)

			r.line.down = nil
			f.pass(5 * time.Second)
			f.settle(r)
			f.requireFound(domain.DemandSide, "walrus", d.ID)
			require.Empty(t, r.Snapshot().Error)
			f.pass(5 * time.Second)
			f.settle(r)
			require.Zero(t, r.Snapshot().Waiting)
		})
	}
}

// runs runs a replica's step in a loop that looks every second, as a server does.
func (f *fed) runs(r *replica) (stop func()) {
	ctx, cancel := context.WithCancel(f.t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		jobs.Loop{Name: "drain", Every: time.Second, Step: r.Step, Logger: slog.New(slog.NewTextHandler(r, nil))}.Run(ctx)
	}()
	return func() { cancel(); <-ended }
}

// breaks has every call to the engine fail, or none with nil.
func (l *line) breaks(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = err
}

// counted says how many calls there were since it was last asked.
func (l *line) counted() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.calls
	l.calls = 0
	return n
}

func TestAnEngineThatComesBackIsFedAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFed(t)
		f.began = time.Now()
		r := f.replica()
		defer f.runs(r)()
		time.Sleep(time.Second)
		r.line.breaks(domain.Fail(domain.Unavailable, domain.CodeUnavailable))
		d := f.publishedDemand("walrus")
		time.Sleep(10 * time.Second)
		require.LessOrEqual(t, r.line.counted(), 20, "it does not hammer")
		r.line.breaks(nil)
		time.Sleep(13 * time.Second)
		f.requireFound(domain.DemandSide, "walrus", d.ID)
	})
}

func TestAWrongKeyIsTriedOnceAMinute(t *testing.T) {
	for _, kind := range []domain.Kind{domain.Forbidden, domain.Unauthenticated} {
		synctest.Test(t, func(t *testing.T) {
			f := newFed(t)
			f.began = time.Now()
			r := f.replica()
			defer f.runs(r)()
			time.Sleep(time.Second)
			synctest.Wait()
			r.line.counted()
			f.publishedDemand("walrus")
			r.line.breaks(domain.Fail(kind, domain.CodeNotYours))
			time.Sleep(5 * time.Second)
			require.Equal(t, 2, r.line.counted(), "what it may write with is asked for once more")
			time.Sleep(10*time.Minute - 10*time.Second)
			require.LessOrEqual(t, r.line.counted(), 10)
			require.Contains(t, r.logged(), "does not let us in")
			r.line.breaks(nil)
			time.Sleep(time.Minute + 5*time.Second)
			f.requireEven()
		})
	}
}

func TestAReplicaWithTheRightKeyTakesOver(t *testing.T) {
	f := newFed(t)
	one, two := f.feeding(), f.replica()
	d := f.publishedDemand("walrus")
	one.line.down = domain.Fail(domain.Forbidden, domain.CodeNotYours)
	more, err := one.Step(t.Context())
	require.NoError(t, err)
	require.True(t, more)
	_, err = one.Step(t.Context())
	require.Error(t, err)
	f.settle(two)
	f.requireFound(domain.DemandSide, "walrus", d.ID)
}

func TestAnEngineThatSaysWhenIsAskedNotBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFed(t)
		f.began = time.Now()
		r := f.replica()
		r.line.down = busy{45 * time.Second}
		defer f.runs(r)()
		time.Sleep(46 * time.Second)
		require.Equal(t, 2, r.line.counted())
		time.Sleep(43 * time.Second)
		require.Zero(t, r.line.counted())
	})
}
