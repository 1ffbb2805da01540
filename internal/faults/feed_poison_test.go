//go:build faults

package faults

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// haunted is an engine that panics over one demand.
type haunted struct {
	search.Remote
	over   uuid.UUID
	panics atomic.Int32
}

// Apply panics over its demand.
func (h *haunted) Apply(ctx context.Context, b search.Batch) error {
	for i := range b.Demands {
		if b.Demands[i].ID == h.over {
			h.panics.Add(1)
			panic("a document that nobody expected")
		}
	}
	return h.Remote.Apply(ctx, b)
}

// The feed meets news of things that never were or are something else, a document that the engine will not have, and one
// over which the program panics. Each harms nobody but itself: its neighbours are in the index, it is put aside with the
// reason, and the worker goes on.
//
// The control is a worker that sends a batch as it is or not at all, and goes on to the next when it has failed.
func TestF25PoisonedNews(t *testing.T) {
	const neighbours = 200
	fault(t, 25, "poisoned news", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		r.employer()
		db := w.sql()
		ids := w.publishMany(neighbours, rare)
		bad := ids[neighbours/2]
		require.NoError(x, w.converges(time.Minute))
		for _, nonsense := range []string{uuid.NewString(), uuid.Nil.String(), bad.String()} {
			for _, kind := range []string{"demand", "programme", "organisation"} {
				w.must(db, fmt.Sprintf("INSERT INTO change_log (kind, subject, at) VALUES ('%s', '%s', now())", kind, nonsense))
			}
		}
		w.fresh()
		heal := w.wire.rewrite(putsDocuments("demands"), func(body []byte) []byte {
			return bytes.ReplaceAll(body, []byte(`"id":"`+bad.String()+`"`), []byte(`"id":"not an id!"`))
		})
		for _, id := range ids {
			require.NoError(x, raise(x.Context(), db, id.String()))
		}
		require.NoError(x, eventually(30*time.Second, func() error { return w.equalBut(bad) }), "%s", r.log.end(5))
		require.NoError(x, eventually(time.Minute, func() error {
			s := w.standing()
			return that(s.Failed == 1 && s.Waiting == 0, "%d are in quarantine, %d wait", s.Failed, s.Waiting)
		}))
		heal()
		out, err := w.run("index", "retry")
		require.NoError(x, err, out)
		w.sound(time.Minute)
		panicking(x)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		require.NoError(x, r.stop(20*time.Second))
		ids := w.publishMany(neighbours, rare)
		ghost := &haunted{Remote: w.engine, over: ids[neighbours/2]}
		b, err := w.documents()
		require.NoError(x, err)
		func() {
			defer func() { _ = recover() }()
			_ = ghost.Apply(x.Context(), b)
		}()
		return w.equalBut(ghost.over)
	})
}

// panicking lets a worker in this process feed an engine that panics over one demand.
func panicking(x *trial) {
	w := newWorld(x, setting{})
	r := w.start()
	w.fresh()
	require.NoError(x, r.stop(20*time.Second))
	ids := w.publishMany(100, rare)
	ghost := &haunted{Remote: w.engine, over: ids[50]}
	log := new(tail)
	drainer := jobs.NewDrainer(w.store, ghost, jobs.DrainerConfig{Retry: 50 * time.Millisecond, Logger: log.logger()})
	ctx, stop := context.WithCancel(x.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		jobs.Loop{Name: "feed", Every: 50 * time.Millisecond, Logger: log.logger(), Step: drainer.Step}.Run(ctx)
	}()
	defer func() { stop(); <-ended; _ = drainer.Close(context.WithoutCancel(ctx)) }()
	require.NoError(x, eventually(time.Minute, func() error {
		s := w.standing()
		return errors.Join(w.equalBut(ghost.over), that(s.Failed == 1 && s.Waiting == 0, "%d are in quarantine, %d wait", s.Failed, s.Waiting))
	}), log.end(5))
	failures, err := w.store.Failures(x.Context(), domain.SearchFeed, 10)
	require.NoError(x, err)
	require.Equal(x, ghost.over, failures[0].ID)
	require.Contains(x, failures[0].Reason, "a document that nobody expected")
	x.note("panics", ghost.panics.Load())
	after := w.publish(rare) // the worker lives
	require.NoError(x, eventually(20*time.Second, func() error {
		_, there, err := w.shows(after.ID)
		return errors.Join(err, that(there, "what came after the panic is not in the index"))
	}))
}

// equalBut is equal without regard to one demand.
func (w *world) equalBut(id uuid.UUID) error {
	wanted, err := w.wanted()
	if err != nil {
		return err
	}
	indexed, err := w.indexed()
	if err != nil {
		return err
	}
	but := domain.Subject{Side: domain.DemandSide, ID: id}
	delete(wanted, but)
	delete(indexed, but)
	differ := 0
	for s, digest := range wanted {
		if indexed[s] != digest {
			differ++
		}
	}
	return that(differ == 0 && len(indexed) == len(wanted), "%d of %d neighbours are not in the index as they are", differ, len(wanted))
}
