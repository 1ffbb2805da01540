//go:build faults

package faults

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	meilisearchgo "github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// sql opens the world's database for statements that the program would never send.
func (w *world) sql() *sql.DB {
	w.Helper()
	db, err := sql.Open("pgx", w.database)
	require.NoError(w, err)
	db.SetMaxIdleConns(16)
	w.Cleanup(func() { _ = db.Close() })
	return db
}

// must runs statements, one after the other.
func (w *world) must(db *sql.DB, statements ...string) {
	w.Helper()
	for _, s := range statements {
		_, err := db.ExecContext(w.Context(), s)
		require.NoError(w, err, s)
	}
}

// number reads one.
func (w *world) number(db *sql.DB, query string, args ...any) int {
	w.Helper()
	var n int
	require.NoError(w, db.QueryRowContext(w.Context(), query, args...).Scan(&n))
	return n
}

// session is one connection of its own, whose transaction holds something until it is let go.
func (w *world) session(db *sql.DB, statements ...string) (letGo func()) {
	w.Helper()
	c, err := db.Conn(w.Context())
	require.NoError(w, err)
	for _, s := range append([]string{"BEGIN"}, statements...) {
		_, err := c.ExecContext(w.Context(), s)
		require.NoError(w, err, s)
	}
	let := func() {
		_, _ = c.ExecContext(context.Background(), "ROLLBACK")
		_ = c.Close()
	}
	var once atomic.Bool
	letOnce := func() {
		if once.CompareAndSwap(false, true) {
			let()
		}
	}
	w.Cleanup(letOnce)
	return letOnce
}

// through returns an address of the world's database with other settings of connections.
func (w *world) through(database string, settings ...string) string {
	for _, s := range settings {
		database += "&" + s
	}
	return "KOPIR_DATABASE_URL=" + database
}

// clients returns how clients write to some replicas. They reconnect for each request to those that may be killed.
func (w *world) clients(replicas func() []*replica) *writer {
	w.Helper()
	return &writer{
		ledger: newLedger(), token: replicas()[0].employer(), organisation: w.employer.String(), changes: 5, keep: 2, pause: 20 * time.Millisecond,
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		addresses: func() []string {
			var out []string
			for _, r := range replicas() {
				out = append(out, r.address)
			}
			return out
		},
	}
}

// soundly is sound for what clients wrote: nothing of it is lost, and the index becomes equal to the database.
func (w *world) soundly(l *ledger, db *sql.DB, within time.Duration) {
	w.Helper()
	lost, err := l.lost(w.Context(), db)
	require.NoError(w, err)
	began := time.Now()
	err = w.converges(within)
	if !w.control {
		results.writes(int(l.acknowledged.Load()), len(lost))
		results.compared(err)
		w.note("acknowledged", l.acknowledged.Load())
		w.note("without_answer", l.doubtful.Load())
		w.note("lost", len(lost))
		w.note("equal_after", time.Since(began))
	}
	require.Empty(w, lost)
	require.NoError(w, err)
}

// fresh waits until a replica feeds the engine and nothing waits.
func (w *world) fresh() {
	w.Helper()
	require.NoError(w, w.converges(time.Minute))
}

// shows says how a demand is in the index: its openings, and whether it is there.
func (w *world) shows(id uuid.UUID) (openings int, there bool, err error) {
	all, err := w.openings()
	openings, there = all[id.String()]
	return openings, there, err
}

// openings reads the openings of all demands in the index: they are the versions of these tests.
func (w *world) openings() (map[string]int, error) {
	out := make(map[string]int)
	q := &meilisearchgo.DocumentsQuery{Fields: []string{"id", "openings"}, Limit: 10_000}
	var page meilisearchgo.DocumentsResult
	if err := w.admin.Index(w.prefix+"demands").GetDocumentsWithContext(w.Context(), q, &page); err != nil {
		return nil, err
	}
	for _, hit := range page.Results {
		var id string
		var n int
		if err := json.Unmarshal(hit["id"], &id); err != nil {
			return nil, err
		}
		if raw, ok := hit["openings"]; ok {
			if err := json.Unmarshal(raw, &n); err != nil {
				return nil, err
			}
		}
		out[id] = n
	}
	return out, nil
}

// raise gives a demand a number of openings, in one transaction with its entry in the change log, as the store does.
func raise(ctx context.Context, db *sql.DB, id string) error {
	_, err := db.ExecContext(ctx, `WITH raised AS (UPDATE demands SET openings = openings + 1, version = version + 1, updated_at = clock_timestamp()
		WHERE id = $1 RETURNING id) INSERT INTO change_log (kind, subject, at) SELECT 'demand', id, clock_timestamp() FROM raised`, id)
	return err
}

// holder returns which replica feeds the engine.
func (w *world) holder(among ...*replica) *replica {
	w.Helper()
	var found *replica
	require.NoError(w, eventually(30*time.Second, func() error {
		for _, r := range among {
			if m, err := r.metrics(); err == nil && m["kopir_feed_holder"] == 1 {
				found = r
				return nil
			}
		}
		return fmt.Errorf("nobody feeds the engine")
	}))
	return found
}

// carries means requests that bring or take away a demand.
func carries(id uuid.UUID, x *exchange) bool { return strings.Contains(string(x.body), id.String()) }

// ifMatch is the header that names a version.
func ifMatch(version int) []string { return []string{"If-Match", `"` + strconv.Itoa(version) + `"`} }

// close closes a published demand through a replica.
func (r *replica) close(d *domain.Demand) {
	r.w.Helper()
	status, _, err := r.ask(http.MethodPost, "/v1/demands/"+d.ID.String()+"/close", r.employer(), nil, nil, ifMatch(d.Version)...)
	require.NoError(r.w, err)
	require.Equal(r.w, http.StatusOK, status)
}

// logger writes to a tail.
func (l *tail) logger() *slog.Logger { return slog.New(slog.NewJSONHandler(l, nil)) }
