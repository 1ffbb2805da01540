//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"kopir/domain"
	"kopir/search"
	"kopir/search/meili"

	"github.com/google/uuid"
	meilisearchgo "github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// While the engine is down all but searching goes on, searching says so at once, and what was written is found as soon
// as the engine is back. Without the change log, whatever is published meanwhile is never found.
func TestF01EngineDown(t *testing.T) {
	fault(t, 1, "the engine is down", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.begin()
		other := w.publish("The one that is read").ID
		reads := func() []time.Duration {
			var took []time.Duration
			for range 300 {
				began := time.Now()
				status, _, err := r.ask(http.MethodGet, "/v1/demands/"+other.String(), "", nil, nil)
				require.NoError(x, err)
				require.Equal(x, http.StatusOK, status)
				took = append(took, time.Since(began))
			}
			return took
		}
		before := percentile(reads(), .99)

		w.wire.cut()
		y := w.write(300, rare, to(r))
		var took []time.Duration
		for range 20 {
			d, err := r.refusesSearch()
			require.NoError(x, err)
			took = append(took, d)
		}
		y.wait()
		require.Equal(x, 600, y.acked, "writing goes on: %v", y.statuses)
		require.NoError(x, r.matchWithoutWords())
		require.NoError(x, eventually(20*time.Second, func() error {
			ready, err := r.health()
			return errors.Join(err, that(ready == "degraded", "/readyz says %q", ready))
		}))
		require.LessOrEqual(x, percentile(took, .5), 300*time.Millisecond)
		x.note("search_refused_p50", percentile(took, .5))
		x.note("search_refused_max", percentile(took, 1))
		x.note("read_p99_before", before)
		x.note("read_p99_while_down", percentile(reads(), .99))
		x.note("write_p99_while_down", percentile(y.took, .99))
		waiting := w.standing().Waiting
		require.GreaterOrEqual(x, waiting, 300, "what the engine lacks waits")
		x.note("waiting", waiting)

		w.wire.mend()
		w.sound(90 * time.Second)
		require.NoError(x, eventually(20*time.Second, func() error { return r.finds(rare, 300) }))
		require.Zero(x, w.standing().Waiting)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		n := w.feedNaively()
		w.wire.cut()
		for i := range 5 {
			require.Error(x, n.send(w.publish(fmt.Sprint(rare, " ", i))))
		}
		w.wire.mend()
		require.NoError(x, eventually(10*time.Second, func() error { return n.send(w.publish(rare)) }))
		return eventually(3*time.Second, w.equal)
	})
}

// answersInTime asks one search after the other: none may take longer than its deadline, which is patient with an engine
// that answered the last one, and after five that failed the answer must come without asking the engine.
func answersInTime(ask func() (found bool)) error {
	failures := 0
	for i := range 12 {
		began := time.Now()
		found := ask()
		took := time.Since(began)
		deadline := search.Timeout
		if failures == 0 {
			deadline = search.Patience
		}
		if took > deadline+500*time.Millisecond {
			return fmt.Errorf("search %d took %v", i, took)
		}
		if failures >= 5 && !found && took > 400*time.Millisecond {
			return fmt.Errorf("search %d took %v after %d that failed", i, took, failures)
		}
		if failures++; found {
			failures = 0
		}
	}
	return nil
}

// A slow engine makes searching fail at its deadline, then at once; nothing else becomes slow, and nothing piles up.
// Without a deadline, a search waits as long as the engine likes.
func TestF02EngineSlow(t *testing.T) {
	fault(t, 2, "the engine is slow: 700 ms, 10 s, a byte at a time", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.begin()
		w.publishMany(20, rare)
		load := func() (most float64) { // sixteen searches at once, and eight clients that write
			stop := watch(20*time.Millisecond, func() error {
				m, err := r.metrics()
				most = max(most, m["go_goroutines"])
				return err
			})
			y := w.write(32, "Not slow", to(r))
			var wg sync.WaitGroup
			for range 16 {
				wg.Go(func() { _, _, _, _ = r.search(rare) })
			}
			wg.Wait()
			y.wait()
			require.Equal(x, 64, y.acked, "writing goes on, with connections to the database: %v", y.statuses)
			require.NoError(x, r.matchWithoutWords())
			_, err := stop()
			require.NoError(x, err)
			return most
		}
		back := func() error { return r.finds(rare, 20) }
		base, most := load(), 0.0
		for _, slow := range []struct {
			name string
			make func() (remove func())
		}{
			{"700ms", func() func() { return w.wire.slow(searches, 700*time.Millisecond) }},
			{"10s", func() func() { return w.wire.slow(searches, 10*time.Second) }},
			{"trickle", func() func() { return w.wire.trickle(searches, 50*time.Millisecond) }},
		} {
			require.NoError(x, eventually(30*time.Second, back), "before %s", slow.name)
			remove := slow.make()
			w.wire.forget()
			require.NoError(x, answersInTime(func() bool {
				_, status, _, err := r.search(rare)
				require.NoError(x, err)
				return status == http.StatusOK
			}), slow.name)
			asked := len(w.wire.passages(passing(searches)))
			x.note("engine_asked_"+slow.name, asked)
			require.LessOrEqual(x, asked, 24, slow.name)
			remove()
			require.NoError(x, eventually(30*time.Second, back), "between two of %s", slow.name)
			remove = slow.make()
			began := time.Now()
			most = max(most, load())
			x.note("load_"+slow.name, time.Since(began))
			remove()
		}
		x.note("goroutines_base", base)
		x.note("goroutines_most", most)
		require.LessOrEqual(x, most, base+50)
		require.Positive(x, r.log.count("the breaker moved", `"to":"open"`))
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		w.feedNaively()
		patient := w.openEngine(func(o *meili.Options) { o.Patience, o.Timeout = time.Minute, time.Minute })
		ask := func() bool {
			_, err := patient.Search(x.Context(), search.Query{Side: domain.DemandSide, Words: rare, Limit: 1})
			return err == nil
		}
		require.True(x, ask())
		w.wire.slow(searches, 10*time.Second)
		return answersInTime(ask)
	})
}

// An engine that asks to be left alone is left alone, and what waits is then sent once. The library's own way of trying
// again does not listen.
func TestF03EngineAsksToWait(t *testing.T) {
	const wait = 5 * time.Second
	overload := func(w *world) {
		w.wire.forget()
		w.wire.say(writesDocuments, 3, http.StatusServiceUnavailable, http.Header{"Retry-After": {"5"}}, "busy")
	}
	patient := func(w *world) error {
		sent := w.wire.passages(passing(writesDocuments))
		accepted := 0
		for i, p := range sent {
			if p.status < 300 {
				accepted++
			}
			if i > 0 && sent[i-1].status == http.StatusServiceUnavailable && p.at.Sub(sent[i-1].at) < wait {
				return fmt.Errorf("sent again after %v, which should be %v", p.at.Sub(sent[i-1].at), wait)
			}
		}
		return errors.Join(that(len(sent) >= 4, "sent %d times", len(sent)), that(len(sent) <= 6, "sent %d times", len(sent)),
			that(accepted <= 3, "accepted %d times", accepted))
	}
	fault(t, 3, "the engine answers 503 with Retry-After", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.begin()
		overload(w)
		w.publishMany(50, rare)
		require.NoError(x, eventually(time.Minute, func() error { return r.finds(rare, 50) }))
		require.NoError(x, patient(w))
		x.note("requests", len(w.wire.passages(passing(writesDocuments))))
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		w.feedNaively()
		library := meilisearchgo.New(w.wire.url(), meilisearchgo.WithAPIKey(w.setting.engine.key))
		overload(w)
		_, _ = library.Index(w.prefix+"demands").AddDocumentsWithContext(x.Context(), []map[string]any{{"id": uuid.NewString()}}, nil)
		require.Greater(x, len(w.wire.passages(passing(writesDocuments))), 1)
		return patient(w)
	})
}

// The engine accepts what it is sent, and whoever sent it is told that it failed. It is sent again, which changes
// nothing, and never as it was before. A queue of what was to be sent brings back what is long out of date.
func TestF08AcceptedButReportedAsFailed(t *testing.T) {
	lie := func(w *world) {
		w.wire.on(putsDocuments("demands"), 3, func(x *exchange) {
			got := x.forward()
			require.Equal(w, http.StatusAccepted, got.status)
			x.reply(&answer{http.StatusServiceUnavailable, http.Header{"Content-Type": {"text/plain"}}, []byte("lost on the way")})
		})
	}
	// forwards sees that the serial number in a demand's title only ever grows in the engine; seen is the last it saw.
	forwards := func(w *world, id uuid.UUID) (seen *atomic.Int64, stop func() (int, error)) {
		seen = new(atomic.Int64)
		most := 0
		return seen, watch(10*time.Millisecond, func() error {
			n, err := w.serial(id)
			seen.Store(int64(n))
			if err == nil && n < most {
				err = fmt.Errorf("the engine has version %d after %d", n, most)
			}
			most = max(most, n)
			return err
		})
	}
	fault(t, 8, "accepted by the engine, reported as failed", func(x *trial) {
		w := newWorld(x, setting{})
		w.begin()
		d := w.publish("Serial 0")
		require.NoError(x, w.converges(time.Minute))
		_, stop := forwards(w, d.ID)
		for i := range 30 {
			if i%10 == 5 {
				lie(w)
			}
			d = w.retitle(d, fmt.Sprint("Serial ", i+1))
			require.NoError(x, eventually(30*time.Second, func() error { // half of them one by one
				n, err := w.serial(d.ID)
				return errors.Join(err, that(n > i || i%2 == 0, "the engine has version %d of %d", n, i+1))
			}))
		}
		require.NoError(x, eventually(time.Minute, func() error {
			n, err := w.serial(d.ID)
			return errors.Join(err, that(n == 30, "the engine has version %d of 30", n))
		}))
		looks, err := stop()
		require.NoError(x, err)
		x.note("looks", looks)
		w.wire.mu.Lock()
		require.Empty(x, w.wire.rules, "all lies were told")
		w.wire.mu.Unlock()
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		n := w.feedNaively()
		one := w.publish("Serial 1")
		require.NoError(x, n.send(one))
		seen, stop := forwards(w, one.ID)
		look := func(want int64) { // the watch must not blink
			require.NoError(x, eventually(10*time.Second, func() error { return that(seen.Load() == want, "version %d was not seen", want) }))
		}
		lie(w)
		queue := []*domain.Demand{w.retitle(one, "Serial 2")}
		for range 3 {
			require.Error(x, n.send(queue[0]))
		}
		require.NoError(x, n.send(w.retitle(queue[0], "Serial 3")))
		look(3)
		require.NoError(x, n.send(queue[0])) // what is still in the queue
		look(2)
		_, err := stop()
		return err
	})
}

// serial reads the number in a demand's title in the engine.
func (w *world) serial(id uuid.UUID) (n int, err error) {
	var doc struct {
		Title struct{ EN string } `json:"title"`
	}
	ctx, cancel := context.WithTimeout(w.Context(), 10*time.Second)
	defer cancel()
	err = w.admin.Index(w.prefix+"demands").GetDocumentWithContext(ctx, id.String(), &meilisearchgo.DocumentQuery{Fields: []string{"title"}}, &doc)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscanf(doc.Title.EN, "Serial %d", &n)
	return n, err
}
