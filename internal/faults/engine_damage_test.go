//go:build faults

package faults

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"
	"kopir/search/meili"

	"github.com/google/uuid"
	meilisearchgo "github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// done waits for a task of the engine that a test has sent itself.
func (w *world) done(task *meilisearchgo.TaskInfo, err error) {
	w.Helper()
	require.NoError(w, err)
	is, err := w.admin.WaitForTaskWithContext(w.Context(), task.TaskUID, 20*time.Millisecond)
	require.NoError(w, err)
	require.Equal(w, meilisearchgo.TaskStatusSucceeded, is.Status, is.Error.Message)
}

// One document in a thousand is refused by the engine, after it was accepted. The others are indexed, that one is tried
// again, then quarantined with the engine's reason; once it is mended, somebody has it sent again. Sent as a whole, the
// thousand are refused as a whole.
func TestF04DocumentRefusedInTask(t *testing.T) {
	const venom = "Venomfruit"
	// poison makes the engine refuse the documents of one title: these are no vectors.
	poison := func(w *world) (remove func()) {
		return w.wire.rewrite(putsDocuments("demands"), func(body []byte) []byte {
			var list []map[string]any
			if !strings.Contains(string(body), venom) || json.Unmarshal(body, &list) != nil {
				return body
			}
			for _, doc := range list {
				if text, _ := json.Marshal(doc["title"]); strings.Contains(string(text), venom) {
					doc["_vectors"] = map[string]any{"a": "b"}
				}
			}
			changed, err := json.Marshal(list)
			require.NoError(w, err)
			return changed
		})
	}
	neighbours := func(w *world, bad uuid.UUID) error {
		indexed, err := w.indexed()
		if err != nil {
			return err
		}
		wanted, err := w.wanted()
		if err != nil {
			return err
		}
		_, there := indexed[domain.Subject{Side: domain.DemandSide, ID: bad}]
		return errors.Join(that(!there, "the poisoned one is indexed"), that(len(indexed) == len(wanted)-1, "%d documents are indexed of %d", len(indexed), len(wanted)))
	}
	fault(t, 4, "a task fails for one document of a thousand", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.begin()
		mend := poison(w)
		began := time.Now()
		ids := w.publishMany(999, rare, venom)
		bad := ids[999]
		require.NoError(x, eventually(2*time.Minute, func() error { return neighbours(w, bad) }))
		x.note("neighbours_indexed_after", time.Since(began))
		require.NoError(x, eventually(2*time.Minute, func() error {
			s := w.standing()
			return that(s.Failed == 1 && s.Retrying == 0 && s.Waiting == 0, "%d in quarantine, %d tried again, %d waiting", s.Failed, s.Retrying, s.Waiting)
		}))
		x.note("quarantined_after", time.Since(began))
		refused, err := w.store.Failures(x.Context(), domain.SearchFeed, 10)
		require.NoError(x, err)
		require.Len(x, refused, 1)
		require.Equal(x, bad, refused[0].ID)
		require.Equal(x, 5, refused[0].Attempts)
		require.Contains(x, refused[0].Reason, "_vectors")
		require.Equal(x, 1, r.log.count(`"ERROR"`, "quarantined", bad.String()), "somebody is told")
		require.NoError(x, eventually(20*time.Second, func() error {
			m, err := r.metrics()
			return errors.Join(err, that(m["kopir_feed_quarantined"] == 1, "the metric says %v", m["kopir_feed_quarantined"]))
		}))
		require.NoError(x, neighbours(w, bad))
		w.publish(rare)
		require.NoError(x, eventually(20*time.Second, func() error { return r.finds(rare, 1000) }), "and what comes after it")

		mend()
		said, err := w.run("index", "retry", bad.String())
		require.NoError(x, err, said)
		w.sound(time.Minute)
		require.Zero(x, w.standing().Failed)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		n := w.feedNaively()
		poison(w)
		ids := w.publishMany(999, rare, venom)
		found, err := w.store.Demands(x.Context(), ids)
		require.NoError(x, err)
		var list []*domain.Demand
		for _, id := range ids {
			list = append(list, found[id])
		}
		for range 5 {
			var refused *search.Refusal
			require.ErrorAs(x, n.send(list...), &refused)
		}
		return neighbours(w, ids[999])
	})
}

// stale makes the wire answer what the engine is asked about its indexes as it answered before, from the moment on that
// freeze is called.
func (w *world) stale() (freeze func()) {
	var mu sync.Mutex
	known, frozen := make(map[string]*answer), false
	w.wire.on(func(r *http.Request) bool {
		return r.Method == http.MethodGet && (strings.HasSuffix(r.URL.Path, "/settings") || strings.HasSuffix(r.URL.Path, "/stats") ||
			strings.HasSuffix(r.URL.Path, "about/documents/indexes"))
	}, 0, func(x *exchange) {
		mu.Lock()
		got, is := known[x.URL.Path], frozen
		mu.Unlock()
		if !is || got == nil {
			got = x.forward()
			mu.Lock()
			known[x.URL.Path] = got
			mu.Unlock()
		}
		x.reply(got)
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		frozen = true
	}
}

// rebuilds is an error until one more rebuild has begun than there were.
func (r *replica) rebuilds(before int) error {
	n := r.log.count("rebuilding the search engine's indexes", `"why"`)
	return that(n > before, "there have been %d rebuilds, as before", n)
}

// The engine comes back with nothing in it. That is noticed within a minute though nobody writes, and all is built anew.
// Whoever believes what it knew of the engine never notices.
func TestF05EngineLosesItsData(t *testing.T) {
	t.Parallel()
	lose := func(w *world, r *replica) error {
		before := r.log.count("rebuilding the search engine's indexes", `"why"`)
		w.setting.engine.kill()
		w.setting.engine.wipe(w)
		w.setting.engine.start(w)
		began := time.Now()
		err := eventually(time.Minute, func() error { return r.rebuilds(before) })
		w.note("noticed_after", time.Since(began))
		return err
	}
	fault(t, 5, "the engine comes back without its data", func(x *trial) {
		w := newWorld(x, setting{engine: ownMeilisearch(x, "")})
		r := w.begin()
		w.publishMany(100, rare)
		require.NoError(x, eventually(time.Minute, func() error { return r.finds(rare, 100) }))
		require.NoError(x, lose(w, r))
		w.sound(2 * time.Minute)
		require.NoError(x, eventually(20*time.Second, func() error { return r.finds(rare, 100) }))
	}, func(x *trial) error {
		w := newWorld(x, setting{engine: ownMeilisearch(x, "")})
		freeze := w.stale()
		r := w.begin()
		freeze()
		return lose(w, r)
	})
}

// An index is deleted, another loses its settings. Both are noticed within a minute and built anew, with their settings
// before their documents, so that filters find. Documents sent to an index that is not there make one without settings.
func TestF06IndexDeletedOrWithoutSettings(t *testing.T) {
	t.Parallel()
	damage := func(w *world) {
		w.done(w.admin.DeleteIndexWithContext(w.Context(), w.prefix+"demands"))
		w.done(w.admin.Index(w.prefix + "programmes").ResetSettingsWithContext(w.Context()))
	}
	fault(t, 6, "an index is deleted, another loses its settings", func(x *trial) {
		w := newWorld(x, setting{})
		r := w.begin()
		filters := func() error {
			for _, path := range []string{"/v1/demands?work_mode=remote&limit=1", "/v1/programmes?mode=online&limit=1"} {
				var list struct{ Total int }
				status, _, err := r.ask(http.MethodGet, path, "", nil, &list)
				if err := errors.Join(err, that(status == http.StatusOK && list.Total > 0, "%s answers %d with %d", path, status, list.Total)); err != nil {
					return err
				}
			}
			return nil
		}
		w.publishMany(20, rare)
		require.NoError(x, eventually(time.Minute, func() error { return errors.Join(filters(), r.finds(rare, 20)) }))
		w.wire.forget()
		damage(w)
		require.Error(x, filters())
		began := time.Now()
		require.NoError(x, eventually(time.Minute+30*time.Second, filters))
		x.note("filters_again_after", time.Since(began))
		var order []string
		for _, p := range w.wire.passages(nil) {
			name := strings.TrimPrefix(p.path, "/indexes/"+w.prefix)
			if p.method != http.MethodGet && (name == "demands_next/settings" || name == "demands_next/documents") && (len(order) == 0 || order[len(order)-1] != name) {
				order = append(order, name)
			}
		}
		require.Equal(x, []string{"demands_next/settings", "demands_next/documents"}, order)
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		n := w.feedNaively()
		filters := func() error {
			_, err := n.Search(x.Context(), search.Query{Side: domain.DemandSide, Filters: search.Filters{Demands: domain.DemandConstraints{WorkModes: []domain.WorkMode{domain.RemoteWork}}}, Limit: 1})
			return err
		}
		require.NoError(x, filters())
		damage(w)
		b, err := w.documents()
		require.NoError(x, err)
		require.NoError(x, n.Apply(x.Context(), b)) // with a key that may make indexes
		return filters()
	})
}

// tinyDisk mounts a disk in memory, if this process may.
func tinyDisk(t *testing.T) (dir string, ok bool) {
	dir, err := os.MkdirTemp(scratch, "disk")
	require.NoError(t, err)
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=512m"); err != nil {
		t.Logf("no disk could be mounted (%v): the wire speaks for a full one", err)
		return "", false
	}
	t.Cleanup(func() {
		require.NoError(t, eventually(10*time.Second, func() error { return syscall.Unmount(dir, 0) }))
	})
	return dir, true
}

// fillDisk writes until there is no room left; free takes that away again.
func fillDisk(t *testing.T, dir string) (free func()) {
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	require.NoError(t, err)
	for block := make([]byte, 1<<20); ; {
		n, err := f.Write(block)
		if err == nil {
			continue
		}
		require.ErrorIs(t, err, syscall.ENOSPC)
		if block = block[:len(block)/2]; n == 0 && len(block) == 0 {
			break
		}
	}
	require.NoError(t, f.Close())
	return func() { require.NoError(t, os.Remove(path)) }
}

// failsForRoom makes the wire say that whatever is written has failed for want of room.
func (w *world) failsForRoom() (free func()) {
	task := `{"uid":4000000000,"taskUid":4000000000,"status":"failed","type":"documentAdditionOrUpdate","enqueuedAt":"2026-01-01T00:00:00Z",` +
		`"error":{"code":"no_space_left_on_device","type":"system","message":"No space left on device (os error 28)"}}`
	header := http.Header{"Content-Type": {"application/json"}}
	one := w.wire.say(writesDocuments, 0, http.StatusAccepted, header, task)
	two := w.wire.say(func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/tasks/4000000000") }, 0, http.StatusOK, header, task)
	return func() {
		one()
		two()
	}
}

// The engine's disk is full: its tasks fail for want of room; then there is no room even for what it is sent, which it
// calls malformed. Kopir asks less and less, complains in its log, and keeps what waits until there is room. Whoever
// takes "sent" for "done" loses it.
func TestF07EngineDiskFull(t *testing.T) {
	fault(t, 7, "the engine's disk is full", func(x *trial) {
		dir, real := tinyDisk(x.T)
		w := newWorld(x, setting{engine: ownMeilisearch(x, engineData(dir))})
		r := w.begin()
		ways := []struct {
			name string
			full func() (free func())
		}{{"task", w.failsForRoom}, {"disk", func() func() { return fillDisk(x.T, dir) }}}
		if x.note("really_full", real); !real {
			ways = ways[:1]
		}
		for i, way := range ways {
			free := way.full()
			w.wire.forget()
			failed := r.log.count(`"ERROR"`, "job failed", `"feed"`)
			y := w.write(100, rare, to(r)).wait()
			require.Equal(x, 200, y.acked, "writing goes on: %v", y.statuses)
			require.NoError(x, eventually(time.Minute, func() error {
				n := r.log.count(`"ERROR"`, "job failed", `"feed"`)
				return that(n >= failed+5, "%d complaints", n-failed)
			}))
			refused := w.wire.passages(passing(writesDocuments))
			x.note("requests_while_full_"+way.name, len(refused))
			x.note("over_"+way.name, time.Since(refused[0].at))
			require.LessOrEqual(x, len(refused), 20, "it does not ask again and again")
			require.GreaterOrEqual(x, w.standing().Waiting, 100, "what was written waits")
			free()
			require.NoError(x, w.converges(2*time.Minute))
			require.NoError(x, eventually(20*time.Second, func() error { return r.finds(rare, 100*(i+1)) }))
		}
		require.Positive(x, r.log.count(`"ERROR"`, "job failed", "no_space_left_on_device"))
		require.Zero(x, r.log.count("quarantined"), "nothing was the documents' fault")
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		n := w.feedNaively()
		free := w.failsForRoom()
		for i := range 5 {
			require.Error(x, n.send(w.publish(fmt.Sprint(rare, " ", i))))
		}
		free()
		require.NoError(x, n.send(w.publish(rare)))
		return eventually(3*time.Second, w.equal)
	})
}

func engineData(dir string) string {
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "data.ms")
}

// The engine's key is changed under a running replica. It is refused a write, asks at once for what it may write with, and
// then rests, so that it is refused no more than once a minute, with a line in its log that says why; it gives way to one
// that has the new key. The usual loop alone would ask ten times in that minute.
func TestF09KeyRotated(t *testing.T) {
	t.Parallel()
	// calm watches for more than a minute, or until there is something to complain of.
	calm := func(w *world) error {
		for until := time.Now().Add(65 * time.Second); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
			refused := w.wire.passages(func(p passage) bool { return p.status == http.StatusForbidden || p.status == http.StatusUnauthorized })
			if len(refused) > 2 {
				return fmt.Errorf("the engine has refused %d requests within %v: %v",
					len(refused), time.Since(refused[0].at).Round(time.Second), refused)
			}
		}
		return nil
	}
	fault(t, 9, "the engine's key is rotated", func(x *trial) {
		m := ownMeilisearch(x, "")
		w := newWorld(x, setting{engine: m})
		r := w.begin()
		m.kill()
		m.key = "another-master-key-of-these-tests"
		m.start(x)
		w.wire.forget()
		w.publishMany(10, rare)
		require.NoError(x, calm(w))
		require.Positive(x, r.log.count(`"ERROR"`, "does not let us in"))
		x.note("refused_in_65s", len(w.wire.passages(func(p passage) bool { return p.status == http.StatusForbidden })))
		require.NoError(x, r.matchWithoutWords())
		ready, err := r.health()
		require.NoError(x, err)
		x.note("readiness", ready)

		began := time.Now()
		next := w.start() // with the new key
		w.reopenEngine()
		require.NoError(x, eventually(time.Minute, func() error { return next.finds(rare, 10) }))
		x.note("found_by_another_after", time.Since(began))
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		wrong := w.openEngine(func(o *meili.Options) { o.Key = "wrong" })
		drainer := jobs.NewDrainer(w.store, wrong, jobs.DrainerConfig{Logger: slog.New(slog.DiscardHandler)})
		loop := jobs.Loop{Name: "feed", Every: time.Second, Logger: slog.New(slog.DiscardHandler), Step: func(ctx context.Context) (bool, error) {
			more, err := drainer.Step(ctx)
			if err != nil {
				err = errors.New(err.Error()) // which asks for nothing
			}
			return more, err
		}}
		ctx, stop := context.WithCancel(x.Context())
		var wg sync.WaitGroup
		wg.Go(func() { loop.Run(ctx) })
		defer wg.Wait()
		defer stop()
		return calm(w)
	})
}

// steady judges searches that go on during a rebuild: each must find all. One that is out of time is counted by itself:
// how fast a machine can search while it indexes is measured, and says nothing of what is in the indexes.
type steady struct {
	mu          sync.Mutex
	asked, late int
}

// judge is an error unless a search found what it should, or was out of time.
func (y *steady) judge(n, want int, err error) error {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.asked++
	if outOfTime(err) {
		y.late++
		return nil
	}
	return errors.Join(err, that(err != nil || n == want, "%d are found of %d", n, want))
}

// outOfTime says whether an answer was not waited for any longer, or not even asked for because of such.
func outOfTime(err error) bool {
	return err != nil && (strings.Contains(err.Error(), "deadline exceeded") || strings.Contains(err.Error(), "breaker is open"))
}

// cause returns why a replica could not answer, which its log says.
func (r *replica) cause(status int, header http.Header) (why error) {
	if status == http.StatusOK {
		return nil
	}
	id := header.Get("X-Request-Id")
	why = fmt.Errorf("searching answers %d, request %q, and the log does not say why", status, id)
	_ = eventually(5*time.Second, func() error { // the log may come after the answer
		for line := range strings.Lines(r.log.String()) {
			if id != "" && strings.Contains(line, id) && strings.Contains(line, "cannot be answered now") {
				why = fmt.Errorf("searching answers %d: %s", status, line)
				return nil
			}
		}
		return why
	})
	return why
}

// A replica is killed before the swap of a rebuild, or just after it; another replica serves all the time and rebuilds in
// its turn. No search fails or finds less. Emptying an index and filling it again, and being killed meanwhile, is seen.
func TestF10SwapInterrupted(t *testing.T) {
	const many = 300
	fault(t, 10, "a rebuild is killed at its swap", func(x *trial) {
		w := newWorld(x, setting{})
		holder := w.begin()
		w.publishMany(many, rare)
		require.NoError(x, eventually(time.Minute, func() error { return holder.finds(rare, many) }))
		searching := func(y *steady, r *replica) func() error {
			return func() error {
				n, status, header, err := r.search(rare)
				if err != nil {
					return err
				}
				return y.judge(n, many, r.cause(status, header))
			}
		}
		var base, during steady
		for range 50 {
			require.NoError(x, searching(&base, holder)())
		}
		x.note("out_of_time_before", fmt.Sprintf("%d of %d", base.late, base.asked))
		for _, moment := range []struct {
			name string
			kill func(match, func()) func()
		}{
			{"before", func(m match, do func()) func() {
				return w.wire.on(m, 1, func(x *exchange) { // the swap never comes
					do()
					x.abort()
				})
			}},
			{"after", w.wire.after},
		} {
			other := w.start()
			require.NoError(x, eventually(20*time.Second, func() error { return other.finds(rare, many) }))
			killed := make(chan struct{})
			moment.kill(swapsIndexes, func() {
				holder.kill()
				close(killed)
			})
			stop := watch(20*time.Millisecond, searching(&during, other))
			said, err := w.run("index", "rebuild")
			require.NoError(x, err, said)
			select {
			case <-killed:
			case <-time.After(2 * time.Minute):
				require.Fail(x, "nobody swaps", holder.log.end(20))
			}
			began := time.Now()
			require.NoError(x, eventually(2*time.Minute, func() error {
				m, err := other.metrics()
				return errors.Join(err, that(m["kopir_feed_holder"] == 1 && w.standing().Waiting == 0, "nobody has gone on, %v", w.standing()))
			}), "%s", other.log.end(20))
			x.note("completed_after_"+moment.name, time.Since(began))
			_, wrong := stop()
			require.NoError(x, wrong, moment.name)
			standing, err := w.engine.Standing(x.Context())
			require.NoError(x, err)
			require.True(x, standing.Complete, standing.Why)
			holder = other
		}
		x.note("out_of_time_during", fmt.Sprintf("%d of %d", during.late, during.asked))
		w.sound(2 * time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		w.publishMany(many, rare)
		n := w.feedNaively()
		var y steady
		stop := watch(20*time.Millisecond, func() error {
			r, err := n.Search(x.Context(), search.Query{Side: domain.DemandSide, Words: rare, Limit: 1})
			return y.judge(r.Total, many, err)
		})
		w.done(w.admin.Index(w.prefix+"demands").DeleteAllDocumentsWithContext(x.Context(), nil))
		b, err := w.documents()
		require.NoError(x, err)
		b.Demands = b.Demands[:len(b.Demands)/2] // killed here
		require.NoError(x, n.Apply(x.Context(), b))
		_, wrong := stop()
		return wrong
	})
}
