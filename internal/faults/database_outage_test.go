//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"kopir/domain"
	"kopir/store"

	"github.com/stretchr/testify/require"
)

// Postgres goes away without a word while clients write. They get problems, not lies; they are served again as soon as it
// is back; and what they were told is there.
//
// The control is the same against a Postgres that says "committed" before it is.
func TestF11PostgresRestarted(t *testing.T) {
	crash := func(x *trial, how func(p *postgres), times int, settings ...string) error {
		p := ownPostgres(x, settings...)
		w := newWorld(x, setting{postgres: p})
		r := w.start()
		w.fresh()
		db := w.sql()
		clients := w.clients(func() []*replica { return []*replica{r} })
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		wait := clients.run(ctx, 8)
		var longest time.Duration
		for range times {
			before := clients.ledger.acknowledged.Load()
			require.NoError(x, eventually(20*time.Second, func() error {
				return that(clients.ledger.acknowledged.Load() > before+200, "nothing is written")
			}))
			how(p)
			time.Sleep(500 * time.Millisecond)
			p.start(x)
			back, acked := time.Now(), clients.ledger.acknowledged.Load()
			require.NoError(x, eventually(20*time.Second, func() error {
				return that(clients.ledger.acknowledged.Load() > acked, "nobody is served again")
			}))
			longest = max(longest, time.Since(back))
		}
		stop()
		wait()
		lost, err := clients.ledger.lost(x.Context(), db)
		require.NoError(x, err)
		x.note("acknowledged", clients.ledger.acknowledged.Load())
		x.note("lost", len(lost))
		x.note("reconnected_within", longest)
		x.note("refused_5xx", clients.ledger.count(500, 599))
		if len(lost) > 0 {
			return fmt.Errorf("%d of %d acknowledged writes are lost: %s", len(lost), clients.ledger.acknowledged.Load(), lost[0])
		}
		if x.control {
			return nil
		}
		require.LessOrEqual(x, longest, 3*time.Second, "reconnecting took too long")
		require.Positive(x, clients.ledger.count(500, 503), "nobody was hit by the outage")
		require.Zero(x, clients.ledger.count(504, 599))
		w.soundly(clients.ledger, db, time.Minute)
		return nil
	}
	fault(t, 11, "Postgres restarted while transactions run", func(x *trial) {
		require.NoError(x, crash(x, (*postgres).immediate, 3))
	}, func(x *trial) error {
		return crash(x, (*postgres).murder, 3, "synchronous_commit = off", "wal_writer_delay = 10s", "wal_writer_flush_after = 1GB", "wal_buffers = 64MB")
	})
}

// murder kills the server and everything that it has started.
func (p *postgres) murder() {
	children, _ := exec.Command("pgrep", "-P", strconv.Itoa(p.process.cmd.Process.Pid)).Output()
	args := []string{"-KILL", strconv.Itoa(p.process.cmd.Process.Pid)}
	for _, pid := range strings.Fields(string(children)) {
		args = append(args, pid)
	}
	_ = exec.Command("kill", args...).Run()
	<-p.process.done
}

// Every connection is taken: once by others, who use up what the server gives, once by ourselves, because all of them wait
// for one row. Who waits for a connection is told within a second; probes answer; and service goes on while that row is
// still held, because nobody waits for it for longer than two.
//
// The control is a server whose connections may wait for a lock as long as they like.
func TestF12ConnectionsExhausted(t *testing.T) {
	held := func(x *trial, settings ...string) error {
		w := newWorld(x, setting{})
		r := w.start(w.through(w.database, settings...), "KOPIR_DATABASE_CONNS=16")
		d := w.publish(rare)
		token, path := r.employer(), "/v1/demands/"+d.ID.String()
		letGo := w.session(w.sql(), "SELECT 1 FROM demands WHERE id = '"+d.ID.String()+"' FOR UPDATE")
		for n := range 16 {
			go func() {
				_, _, _ = r.ask(http.MethodPatch, path, token, map[string]any{"openings": n + 1}, nil, ifMatch(d.Version)...)
			}()
		}
		time.Sleep(300 * time.Millisecond)
		began := time.Now()
		status, _, err := r.ask(http.MethodGet, path, token, nil, nil)
		waited := time.Since(began)
		require.NoError(x, err)
		began = time.Now()
		alive, _, err := r.ask(http.MethodGet, "/healthz", "", nil, nil)
		require.NoError(x, errors.Join(err, that(alive == http.StatusOK, "/healthz answers %d", alive)))
		x.note("refused_after", waited)
		x.note("health_answered_after", time.Since(began))
		refusal := that(status == http.StatusServiceUnavailable && waited < 1500*time.Millisecond, "who waits for a connection is answered %d after %v", status, waited)
		again := time.Now()
		served := eventually(2500*time.Millisecond, func() error { // the row is still held
			status, _, err := r.ask(http.MethodGet, path, token, nil, nil)
			return errors.Join(err, that(status == http.StatusOK, "answers %d though nothing but one row is held", status))
		})
		x.note("served_again_after", time.Since(again))
		letGo()
		if err := errors.Join(refusal, served); err != nil {
			return err
		}
		return eventually(2*time.Second, func() error {
			status, _, err := r.ask(http.MethodPatch, path, token, map[string]any{"openings": 99}, nil, ifMatch(d.Version)...)
			return errors.Join(err, that(status == http.StatusOK || status == http.StatusPreconditionFailed, "changing the row answers %d", status))
		})
	}
	fault(t, 12, "connections exhausted", func(x *trial) {
		require.NoError(x, held(x))
		takenByOthers(x)
	}, func(x *trial) error {
		return errors.Join(held(x, "lock_timeout=0", "statement_timeout=0"), unboundedWait(x))
	})
}

// takenByOthers uses up the connections that the server gives.
func takenByOthers(x *trial) {
	p := ownPostgres(x, "max_connections = 30")
	w := newWorld(x, setting{postgres: p})
	r := w.start()
	w.fresh()
	d := w.publish(rare)
	token, path := r.employer(), "/v1/demands/"+d.ID.String()
	require.NoError(x, w.store.Close())
	db := w.sql()
	greedy := func() (taken []func()) {
		for {
			c, err := db.Conn(x.Context())
			if err != nil {
				return taken
			}
			taken = append(taken, func() { _ = c.Close() })
			// whoever has lost a connection to us cannot have it back
			if _, err := c.ExecContext(x.Context(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'kopir'"); err != nil {
				return taken
			}
		}
	}
	taken := greedy()
	require.NoError(x, eventually(5*time.Second, func() error {
		began := time.Now()
		status, _, err := r.ask(http.MethodGet, path, token, nil, nil)
		waited := time.Since(began)
		x.note("refused_after_without_connections", waited)
		return errors.Join(err, that(status == http.StatusServiceUnavailable && waited < 1500*time.Millisecond, "answers %d after %v", status, waited))
	}))
	status, _, err := r.ask(http.MethodGet, "/healthz", "", nil, nil)
	require.NoError(x, err)
	require.Equal(x, http.StatusOK, status)
	ready, _, err := r.ask(http.MethodGet, "/readyz", "", nil, nil)
	require.NoError(x, err)
	require.Equal(x, http.StatusServiceUnavailable, ready)
	x.note("connections_taken", len(taken))
	for _, c := range taken {
		c()
	}
	require.NoError(x, db.Close())
	back := time.Now()
	require.NoError(x, eventually(2*time.Second, func() error {
		status, _, err := r.ask(http.MethodGet, path, token, nil, nil)
		return errors.Join(err, that(status == http.StatusOK, "answers %d", status))
	}))
	x.note("recovered_after", time.Since(back))
}

// unboundedWait asks a store whose callers may wait for their turn as long as they like.
func unboundedWait(x *trial) error {
	w := newWorld(x, setting{})
	s, err := store.Open(x.Context(), store.Config{PostgresURL: w.database, MaxConns: 1, MaxWait: time.Hour})
	require.NoError(x, err)
	defer s.Close() //nolint:errcheck // the test's own
	inside, out := make(chan struct{}), make(chan struct{})
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = s.InTx(x.Context(), func(context.Context, domain.Tx) error { close(inside); <-out; return nil })
	}()
	<-inside
	defer func() { close(out); <-ended }()
	ctx, cancel := context.WithTimeout(x.Context(), 3*time.Second)
	defer cancel()
	began := time.Now()
	err = s.Ping(ctx)
	return that(time.Since(began) < 1500*time.Millisecond, "who waits for a connection is answered after %v: %v", time.Since(began), err)
}

// Somebody holds a whole table. Requests that need it are refused within two seconds, those that do not are served.
//
// The control is a server whose connections may wait for a lock as long as they like.
func TestF15TableLocked(t *testing.T) {
	locked := func(x *trial, settings ...string) error {
		w := newWorld(x, setting{})
		r := w.start(w.through(w.database, settings...))
		d := w.publish(rare)
		token, path := r.employer(), "/v1/demands/"+d.ID.String()
		letGo := w.session(w.sql(), "LOCK TABLE demands IN ACCESS EXCLUSIVE MODE")
		const within = 2500 * time.Millisecond // two seconds, and some for a machine that others use as well
		type result struct {
			what   string
			status int
			took   time.Duration
			err    error
		}
		results := make(chan result)
		for what, ask := range map[string]func() (int, error){
			"reading": func() (int, error) {
				status, _, err := r.ask(http.MethodGet, path, token, nil, nil)
				return status, err
			},
			"creating": func() (int, error) {
				status, _, err := r.ask(http.MethodPost, "/v1/demands", token, w.body(rare), nil)
				return status, err
			},
			"changing": func() (int, error) {
				status, _, err := r.ask(http.MethodPatch, path, token, map[string]any{"openings": 3}, nil, ifMatch(d.Version)...)
				return status, err
			},
			"listing": func() (int, error) {
				status, _, err := r.ask(http.MethodGet, "/v1/organisations/"+w.employer.String()+"/demands", token, nil, nil)
				return status, err
			},
		} {
			go func() {
				began := time.Now()
				status, err := ask()
				results <- result{what, status, time.Since(began), err}
			}()
		}
		var faults []error
		for range 4 {
			got := <-results
			x.note(got.what+"_refused_after", got.took)
			faults = append(faults, got.err, that(got.status == http.StatusServiceUnavailable && got.took <= within, "%s answers %d after %v", got.what, got.status, got.took))
		}
		status, _, err := r.ask(http.MethodGet, "/v1/me", token, nil, nil)
		faults = append(faults, err, that(status == http.StatusOK, "what needs another table answers %d", status))
		letGo()
		back := time.Now()
		faults = append(faults, eventually(2*time.Second, func() error {
			status, _, err := r.ask(http.MethodPatch, path, token, map[string]any{"openings": 4}, nil, ifMatch(d.Version)...)
			return errors.Join(err, that(status == http.StatusOK, "changing answers %d when the table is free", status))
		}))
		x.note("recovered_after", time.Since(back))
		if !x.control {
			w.sound(time.Minute)
		}
		return errors.Join(faults...)
	}
	fault(t, 15, "a table locked by somebody else", func(x *trial) { require.NoError(x, locked(x)) },
		func(x *trial) error { return locked(x, "lock_timeout=0") })
}
