//go:build faults

package faults

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// How much the run over kill points does at least.
const (
	killPoints  = 50
	mustBeAcked = 20_000
)

// Replicas are killed outright at moments that nobody chooses, one after the other, while eight clients write; and every
// fifth time Postgres with them. Everything that a client was told is there in the end, each key made one demand, and the
// index is equal to the database.
//
// Killing replicas alone could not be a control: what they were told is committed, or they would not say it. So the
// control kills a Postgres that says "committed" before it is, and the same comparison must find something missing.
func TestKillPoints(t *testing.T) {
	run := func(x *trial, kills, acked int, settings ...string) error {
		p := ownPostgres(x, settings...)
		w := newWorld(x, setting{postgres: p, env: []string{"KOPIR_LOG_LEVEL=warn"}})
		var mu sync.Mutex
		replicas := []*replica{w.start(), w.start()}
		some := func() []*replica {
			mu.Lock()
			defer mu.Unlock()
			return slices.Clone(replicas)
		}
		w.fresh()
		db := w.sql()
		clients := w.clients(some)
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		wait := clients.run(ctx, 8)
		done, databases := 0, 0
		began := time.Now()
		for ; done < kills || clients.ledger.acknowledged.Load() < int64(acked); done++ {
			before := clients.ledger.acknowledged.Load()
			left := max(int64(acked)-before, 0) / int64(max(kills-done, 1))
			enough := left/2 + rand.N(left+20) // somewhere within the next writes
			require.NoError(x, eventually(2*time.Minute, func() error {
				return that(clients.ledger.acknowledged.Load() >= before+enough, "nothing is written any more")
			}))
			time.Sleep(rand.N(20 * time.Millisecond))
			if done%5 == 4 {
				p.murder()
				p.start(x)
				databases++
				continue
			}
			n := rand.IntN(2)
			some()[n].kill()
			again := w.launch()
			mu.Lock()
			replicas[n] = again
			mu.Unlock()
			require.NoError(x, again.ready(time.Minute), "%s", again.log.end(20))
		}
		stop()
		wait()
		lost, err := clients.ledger.lost(x.Context(), db)
		require.NoError(x, err)
		x.note("kill_points", done)
		x.note("of_them_postgres", databases)
		x.note("demands", len(clients.ledger.things))
		x.note("writes_per_second", float64(clients.ledger.acknowledged.Load())/time.Since(began).Seconds())
		if x.control {
			x.note("acknowledged", clients.ledger.acknowledged.Load())
			x.note("lost", len(lost))
			return that(len(lost) == 0, "%d demands are not as %d acknowledged writes left them: %v", len(lost), clients.ledger.acknowledged.Load(), lost[:min(1, len(lost))])
		}
		w.soundly(clients.ledger, db, 2*time.Minute)
		out, err := w.run("index", "verify")
		require.NoError(x, err, out)
		require.Contains(x, out, "0 missing, 0 different, 0 that should not be there", fmt.Sprint(out))
		return nil
	}
	fault(t, 0, "killed at fifty moments under eight writers", func(x *trial) { require.NoError(x, run(x, killPoints, mustBeAcked)) },
		func(x *trial) error {
			return run(x, 5, 2000, "synchronous_commit = off", "wal_writer_delay = 10s", "wal_writer_flush_after = 1GB", "wal_buffers = 64MB")
		})
}
