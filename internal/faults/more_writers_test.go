//go:build faults

package faults

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

// ledger is what clients were told of the demands they made. The number of openings is a version of their own: every
// change raises it, so that it is seen in the database and in the index alike.
type ledger struct {
	acknowledged atomic.Int64 // writes that were answered with success
	doubtful     atomic.Int64 // whose answer never came
	answers      [600]atomic.Int64

	mu     sync.Mutex
	things map[string]*told
	keys   map[string]string // which demand an Idempotency-Key made
	faults []string          // what no client should ever be told
}

// told is what its client last knew of a demand.
type told struct {
	id       string
	version  int
	openings int
	status   string
	doubts   int // writes after version whose answer never came
}

func newLedger() *ledger {
	return &ledger{things: make(map[string]*told), keys: make(map[string]string)}
}

func (l *ledger) fault(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.faults) < 20 {
		l.faults = append(l.faults, fmt.Sprintf(format, args...))
	}
}

// demand is what the API says of one.
type demand struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Openings int    `json:"openings"`
	Status   string `json:"status"`
	Title    struct {
		EN string `json:"en"`
	} `json:"title"`
}

// writer is how clients write: each makes a demand, publishes it, changes it, closes it or not, and makes the next.
type writer struct {
	ledger       *ledger
	client       *http.Client
	addresses    func() []string // where the API may be
	token        string
	organisation string
	changes      int           // of each demand
	keep         int           // of so many demands one is not closed in the end; 1 keeps all
	pause        time.Duration // after a request that got no answer
}

// run lets several clients work until ctx ends; wait returns when they have all come to rest.
func (w *writer) run(ctx context.Context, clients int) (wait func()) {
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for made := 0; ctx.Err() == nil; made++ {
				w.life(ctx, made)
			}
		})
	}
	return all.Wait
}

// life is that of one demand.
func (w *writer) life(ctx context.Context, made int) {
	d := w.create(ctx)
	if d == nil {
		return
	}
	w.change(ctx, d, http.MethodPost, "/publish", nil)
	for range w.changes {
		if ctx.Err() != nil {
			return
		}
		w.change(ctx, d, http.MethodPatch, "", map[string]any{"openings": d.openings + 1})
	}
	if w.keep > 1 && made%w.keep != 0 {
		w.change(ctx, d, http.MethodPost, "/close", nil)
	}
}

// create asks with one key until it is answered: however often that is, one demand is made.
func (w *writer) create(ctx context.Context) *told {
	key := uuid.NewString()
	for ctx.Err() == nil {
		var d demand
		status, err := w.ask(http.MethodPost, "/v1/demands", newDemand(w.organisation, key), &d, "Idempotency-Key", key)
		if status != http.StatusCreated {
			if err != nil {
				w.ledger.doubtful.Add(1)
			}
			w.rest(ctx, status, err)
			continue
		}
		t := &told{id: d.ID, version: d.Version, openings: d.Openings, status: d.Status}
		w.ledger.acknowledged.Add(1)
		w.ledger.mu.Lock()
		w.ledger.things[d.ID], w.ledger.keys[key] = t, d.ID
		w.ledger.mu.Unlock()
		return t
	}
	return nil
}

func newDemand(organisation, title string) map[string]any {
	return map[string]any{
		"organisation_id": organisation, "title": map[string]string{"en": title}, "kind": "job", "work_mode": "remote", "openings": 1,
		"valid_through": "2198-01-01",
		"requirements":  []map[string]any{{"competence_id": "digcomp:1.1", "level": 4, "importance": "must"}},
	}
}

// change sends one write; where no answer comes it reads what has become of it.
func (w *writer) change(ctx context.Context, t *told, method, path string, body any) {
	for ctx.Err() == nil {
		var d demand
		status, err := w.ask(method, "/v1/demands/"+t.id+path, body, &d, "If-Match", fmt.Sprintf(`"%d"`, t.version))
		switch {
		case status == http.StatusOK:
			w.ledger.acknowledged.Add(1)
			if d.Version != t.version+1 {
				w.ledger.fault("a write of version %d answered version %d", t.version, d.Version)
			}
			w.know(t, d, 0)
			return
		case err == nil && status == http.StatusNotFound:
			return // the comparison in the end will say so
		case err == nil && status == http.StatusPreconditionFailed, err == nil && status == http.StatusConflict:
			if t.doubts == 0 {
				w.ledger.fault("version %d is answered %d though nobody else writes: %s", t.version, status, t.id)
				return
			}
			if w.read(ctx, t) {
				return
			}
		case err != nil:
			w.ledger.doubtful.Add(1)
			w.ledger.mu.Lock()
			t.doubts++
			w.ledger.mu.Unlock()
			w.rest(ctx, status, err)
			if w.read(ctx, t) {
				return
			}
		default:
			if status >= http.StatusInternalServerError { // it may have happened all the same
				w.ledger.mu.Lock()
				t.doubts++
				w.ledger.mu.Unlock()
			}
			w.rest(ctx, status, err)
		}
	}
}

// read learns how a demand is, and says whether it has gone on.
func (w *writer) read(ctx context.Context, t *told) (moved bool) {
	for ctx.Err() == nil {
		var d demand
		status, err := w.ask(http.MethodGet, "/v1/demands/"+t.id, nil, &d)
		if status == http.StatusOK {
			if d.Version < t.version {
				return true // likewise
			}
			moved = d.Version > t.version
			w.know(t, d, t.doubts) // what was in doubt may still come
			return moved
		}
		if status == http.StatusNotFound {
			return true // likewise
		}
		w.rest(ctx, status, err)
	}
	return true
}

func (w *writer) know(t *told, d demand, doubts int) {
	w.ledger.mu.Lock()
	defer w.ledger.mu.Unlock()
	t.version, t.openings, t.status, t.doubts = d.Version, d.Openings, d.Status, doubts
}

func (w *writer) rest(ctx context.Context, status int, err error) {
	if err == nil && status == http.StatusTooManyRequests {
		w.ledger.fault("refused for asking too often: the test's limits are too low")
	}
	select {
	case <-ctx.Done():
	case <-time.After(w.pause + rand.N(w.pause+time.Millisecond)):
	}
}

// ask sends a request to one of the addresses. A request that was sent is not taken back when the writing ends: its
// answer counts. What is not a success must be a problem that gives nothing away.
func (w *writer) ask(method, path string, body, out any, headers ...string) (int, error) {
	addresses := w.addresses()
	status, content, err := ask(w.client, addresses[rand.IntN(len(addresses))], method, path, w.token, body, headers...)
	if err != nil {
		return 0, err
	}
	w.ledger.answers[min(status, 599)].Add(1)
	if status >= http.StatusBadRequest {
		if said := badProblem(status, content); said != "" {
			w.ledger.fault("%s %s: %s", method, path, said)
		}
		return status, nil
	}
	return status, json.Unmarshal(content, out)
}

// badProblem says what is wrong with a refusal as an answer to somebody outside; "" if nothing is.
func badProblem(status int, content []byte) string {
	var problem struct {
		Type   string
		Status int
	}
	if err := json.Unmarshal(content, &problem); err != nil || problem.Status != status || problem.Type == "" {
		return fmt.Sprintf("%d is no problem: %.200s", status, content)
	}
	for _, secret := range []string{"SQLSTATE", "pgx", "postgres", "meilisearch", "127.0.0.1", "goroutine", "deadlock", "serializ", "marked"} {
		if strings.Contains(strings.ToLower(string(content)), strings.ToLower(secret)) {
			return fmt.Sprintf("%d says too much: %.300s", status, content)
		}
	}
	return ""
}

// ask sends one request. Its answer is read to the end: half an answer is none.
func ask(client *http.Client, address, method, path, token string, body any, headers ...string) (int, []byte, error) {
	var sent io.Reader
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		sent = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(context.Background(), method, "http://"+address+path, sent)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	answer, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer answer.Body.Close() //nolint:errcheck // only read
	content, err := io.ReadAll(answer.Body)
	return answer.StatusCode, content, err
}

// lost compares with the database and lists every demand that is not as its client was told: gone, older, or changed by
// nobody; and every key that made more or other than one demand.
func (l *ledger) lost(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT id::text, title_en, version, openings, status FROM demands")
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // only read
	stored := make(map[string]told)
	byKey := make(map[string][]string)
	for rows.Next() {
		var t told
		var title string
		if err := rows.Scan(&t.id, &title, &t.version, &t.openings, &t.status); err != nil {
			return nil, err
		}
		stored[t.id] = t
		byKey[title] = append(byKey[title], t.id)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	out := append([]string(nil), l.faults...)
	for id, t := range l.things {
		is, there := stored[id]
		switch {
		case !there:
			out = append(out, fmt.Sprintf("%s is gone", id))
		case is.version < t.version:
			out = append(out, fmt.Sprintf("%s is at version %d, %d was acknowledged", id, is.version, t.version))
		case is.version > t.version+t.doubts:
			out = append(out, fmt.Sprintf("%s is at version %d, only %d was ever asked for", id, is.version, t.version+t.doubts))
		case is.version == t.version && (is.openings != t.openings || is.status != t.status):
			out = append(out, fmt.Sprintf("%s is %d %s, %d %s was acknowledged", id, is.openings, is.status, t.openings, t.status))
		}
	}
	for key, id := range l.keys {
		if ids := byKey[key]; len(ids) != 1 || ids[0] != id {
			out = append(out, fmt.Sprintf("key %s was to make %s and made %v", key, id, ids))
		}
	}
	return out, rows.Err()
}

// count says how many answers had a status from one to another.
func (l *ledger) count(from, to int) (n int64) {
	for status := from; status <= to; status++ {
		n += l.answers[status].Load()
	}
	return n
}
