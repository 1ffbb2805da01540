//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// watcher looks at the index, and notes what ever became older there.
type watcher struct {
	mu    sync.Mutex
	looks int
	older []string
}

// watch looks until ctx ends.
func (w *world) watch(ctx context.Context) (*watcher, func()) {
	x, done := new(watcher), make(chan struct{})
	go func() {
		defer close(done)
		seen := make(map[string]int)
		for ctx.Err() == nil {
			now, err := w.openings()
			if err != nil {
				continue // it is asked again
			}
			x.mu.Lock()
			x.looks++
			for id, n := range now {
				if n < seen[id] {
					x.older = append(x.older, fmt.Sprintf("%s went from %d back to %d", id, seen[id], n))
				}
				seen[id] = n
			}
			x.mu.Unlock()
			time.Sleep(5 * time.Millisecond)
		}
	}()
	return x, func() { <-done }
}

// check is an error if anything ever became older.
func (x *watcher) check() error {
	x.mu.Lock()
	defer x.mu.Unlock()
	return that(len(x.older) == 0, "in %d looks documents became older %d times: %v", x.looks, len(x.older), x.older[:min(1, len(x.older))])
}

// raising lets eight writers raise the openings of some demands until there have been so many operations of all.
func (w *world) raising(ids []uuid.UUID, operations int) (wait func()) {
	db := w.sql()
	db.SetMaxOpenConns(8)
	var all sync.WaitGroup
	var begun atomic.Int64
	for range 8 {
		all.Go(func() {
			for begun.Add(1) <= int64(operations) {
				if err := raise(w.Context(), db, ids[rand.IntN(len(ids))].String()); err != nil {
					w.Error(err)
					return
				}
			}
		})
	}
	return all.Wait
}

// Two, then four replicas feed one engine in turns, and the turn is taken from whoever has it every half second while the
// same demands change thousands of times. The index never shows an older version after a newer one.
//
// The control are feeders that take no turns and send what they read when they heard of it.
func TestF22ReplicasFeedTogether(t *testing.T) {
	const demands, operations = 200, 10_000
	together := func(x *trial, replicas int) error {
		w := newWorld(x, setting{env: []string{"KOPIR_LOG_LEVEL=warn"}})
		var all []*replica
		for range replicas {
			all = append(all, w.launch())
		}
		for _, r := range all {
			require.NoError(x, r.ready(2*time.Minute))
		}
		w.fresh()
		ids := w.publishMany(demands, rare)
		w.fresh()
		db := w.sql()
		epoch := w.number(db, "SELECT epoch FROM feeds")
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		watched, wait := w.watch(ctx)
		changing := make(chan struct{})
		go func() { defer close(changing); w.raising(ids, operations)() }()
		for going := true; going; {
			select {
			case <-changing:
				going = false
			case <-time.After(500 * time.Millisecond):
				w.must(db, "UPDATE feeds SET holder = '', until = NULL")
			}
		}
		w.sound(2 * time.Minute)
		stop()
		wait()
		name := fmt.Sprintf("%d_replicas_", replicas)
		x.note(name+"operations", operations)
		x.note(name+"turns", w.number(db, "SELECT epoch FROM feeds")-epoch)
		x.note(name+"looks", watched.looks)
		require.Greater(x, watched.looks, 20)
		for _, r := range all {
			require.False(x, r.ended())
		}
		return watched.check()
	}
	fault(t, 22, "replicas feed together", func(x *trial) {
		require.NoError(x, together(x, 2))
		require.NoError(x, together(x, 4))
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		ids := w.publishMany(demands, rare)
		w.fresh()
		require.NoError(x, r.stop(20*time.Second))
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		watched, _ := w.watch(ctx)
		feeding, enough := context.WithCancel(x.Context())
		var feeders sync.WaitGroup
		for range 2 {
			feeders.Go(func() { w.feedLate(feeding, ids) })
		}
		for until := time.Now().Add(30 * time.Second); watched.check() == nil && time.Now().Before(until); {
			w.raising(ids, 200)()
		}
		enough()
		feeders.Wait()
		return watched.check()
	})
}

// feedLate reads demands and sends them as they were, a little later, without asking who else does.
func (w *world) feedLate(ctx context.Context, ids []uuid.UUID) {
	db := w.sql()
	var sending sync.WaitGroup
	defer sending.Wait()
	for ctx.Err() == nil {
		var documents []map[string]any
		for range 50 {
			id := ids[rand.IntN(len(ids))]
			var n int
			if err := db.QueryRowContext(w.Context(), "SELECT openings FROM demands WHERE id = $1", id.String()).Scan(&n); err == nil {
				documents = append(documents, map[string]any{"id": id, "openings": n})
			}
		}
		sending.Go(func() {
			time.Sleep(rand.N(500 * time.Millisecond))
			_, _ = w.admin.Index(w.prefix+"demands").UpdateDocumentsWithContext(w.Context(), documents, nil)
		})
		time.Sleep(100 * time.Millisecond)
	}
}

// What has been closed stays hidden, whatever comes late: news of it that are repeated and in the wrong order, and the
// very request that published it, which was lost on its way and arrives when nobody waits for it any more.
//
// The control is a queue of what to send: a late entry shows what is closed.
func TestF23StalePublish(t *testing.T) {
	attempt := func(x *trial, queue bool) error {
		w := newWorld(x, setting{})
		r := w.start()
		w.fresh()
		r.employer()
		db := w.sql()
		// Of the first request that publishes it nobody hears again until later.
		caught, late := make(chan *exchange, 1), make(chan struct{})
		arrived := make(chan int, 1)
		w.wire.on(putsDocuments("demands"), 1, func(e *exchange) {
			caught <- e
			go func() {
				<-late
				if queue {
					e.Header.Set("Authorization", "Bearer "+w.setting.engine.key)
				}
				defer func() { _ = recover(); close(arrived) }()
				arrived <- e.forward().status
			}()
			e.abort()
		})
		d := w.publish(rare)
		<-caught
		require.NoError(x, eventually(30*time.Second, func() error { return r.finds(rare, 1) })) // it is sent again
		r.close(d)
		w.fresh()
		require.NoError(x, r.finds(rare, 0))
		for range 20 { // old news
			w.must(db, "INSERT INTO change_log (kind, subject, at) VALUES ('demand', '"+d.ID.String()+"', now() - interval '1 hour')")
		}
		ctx, stop := context.WithTimeout(x.Context(), 3*time.Second)
		defer stop()
		close(late)
		x.note("late_request_answered", <-arrived)
		var shown error
		for ctx.Err() == nil && shown == nil {
			_, there, err := w.shows(d.ID)
			found, _, _, _ := r.search(rare)
			shown = errors.Join(err, that(!there && found == 0, "what was closed is in the index again, and found %d times", found))
			time.Sleep(20 * time.Millisecond)
		}
		if !queue && shown == nil {
			w.sound(time.Minute)
		}
		return shown
	}
	fault(t, 23, "a stale publish after the closing", func(x *trial) { require.NoError(x, attempt(x, false)) },
		func(x *trial) error { return attempt(x, true) })
}

// The one who feeds is frozen when it has read a demand and before the engine gets it. Another takes over and sends what
// the demand has become. Then the old request arrives, and the frozen one wakes up: neither brings the old version back.
//
// The control is an engine whose keys are not taken away, and a frozen one that never wakes up to send again.
func TestF24HolderFrozen(t *testing.T) {
	attempt := func(x *trial, unfenced bool) error {
		w := newWorld(x, setting{})
		one, two := w.start(), w.start()
		w.fresh()
		d := w.publish("Canary old")
		w.fresh()
		holder := w.holder(one, two)
		if unfenced {
			w.wire.say(deletesKeys, 0, http.StatusNoContent, nil, "")
		}
		w.wire.forget()
		reached, release := w.wire.hold(putsDocuments("demands"))
		d = w.retitle(d, "Canary stale")
		<-reached
		holder.freeze()
		began := time.Now()
		d = w.retitle(d, "Canary new")
		other := one
		if holder == one {
			other = two
		}
		require.NoError(x, eventually(20*time.Second, func() error { return w.equal() }))
		x.note("taken_over_after", time.Since(began))
		require.Equal(x, other, w.holder(other))
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		if unfenced {
			holder.kill()
		}
		release()
		var answered int
		require.NoError(x, eventually(10*time.Second, func() error {
			for _, p := range w.wire.passages(passing(putsDocuments("demands"))) {
				if p.forwarded != 0 && p.at.Before(began) {
					answered = p.forwarded
				}
			}
			return that(answered != 0, "the old request has not arrived")
		}))
		x.note("late_request_answered", answered)
		if !unfenced {
			time.Sleep(300 * time.Millisecond)
			require.NoError(x, w.equal(), "the old request came through")
			require.Equal(x, http.StatusForbidden, answered)
			holder.thaw()
		}
		time.Sleep(2 * time.Second)
		end := w.equal()
		if !unfenced {
			w.sound(30 * time.Second)
			status, _, err := holder.ask(http.MethodGet, "/healthz", "", nil, nil)
			require.NoError(x, errors.Join(err, ctx.Err()))
			require.Equal(x, http.StatusOK, status)
		}
		return end
	}
	fault(t, 24, "the one who feeds is frozen", func(x *trial) { require.NoError(x, attempt(x, false)) },
		func(x *trial) error { return attempt(x, true) })
}
