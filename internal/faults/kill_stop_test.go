//go:build faults

package faults

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// A process is asked to stop under load. What it has begun it answers, even what waits for somebody else's lock; what
// comes later finds nobody; nothing that was answered is lost; and it leaves without a fault.
//
// The control is a process that gives requests no time to finish.
func TestF21AskedToStopUnderLoad(t *testing.T) {
	attempt := func(x *trial, env ...string) error {
		w := newWorld(x, setting{})
		r := w.start(env...)
		w.fresh()
		db := w.sql()
		clients := w.clients(func() []*replica { return []*replica{r} })
		clients.client.Transport = &http.Transport{DisableKeepAlives: true}
		ctx, stop := context.WithCancel(x.Context())
		defer stop()
		const slow = 4
		var demands []*domain.Demand
		for n := range slow {
			demands = append(demands, w.publish(fmt.Sprintf("Slow %d", n)))
		}
		wait := clients.run(ctx, 8)
		require.NoError(x, eventually(20*time.Second, func() error {
			return that(clients.ledger.acknowledged.Load() > 100, "nothing is written")
		}))
		letGo := w.session(db, "SELECT 1 FROM demands WHERE title_en LIKE 'Slow %' FOR UPDATE")
		ends := make(chan error, slow)
		for _, d := range demands {
			go func() {
				status, _, err := ask(clients.client, r.address, http.MethodPatch, "/v1/demands/"+d.ID.String(), clients.token, map[string]any{"openings": 7}, ifMatch(d.Version)...)
				ends <- errors.Join(err, that(status == http.StatusOK, "a request that was under way is answered %d", status))
			}()
		}
		waiting := "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
		require.NoError(x, eventually(time.Second, func() error { return that(w.number(db, waiting) >= slow, "nobody waits") }))
		asked, refused := time.Now(), clients.ledger.doubtful.Load()
		ended := make(chan error, 1)
		go func() { ended <- r.stop(15 * time.Second) }()
		require.NoError(x, eventually(time.Second, func() error { return that(clients.ledger.doubtful.Load() > refused, "it still takes requests") }))
		letGo()
		var faults []error
		for range slow {
			faults = append(faults, <-ends)
		}
		if err := <-ended; err != nil {
			faults = append(faults, fmt.Errorf("it left with a fault: %w: %s", err, r.log.end(3)))
		}
		x.note("stopped_after", time.Since(asked))
		stop()
		wait()
		faults = append(faults, that(clients.ledger.count(500, 599) == 0, "%d answers of 5xx", clients.ledger.count(500, 599)))
		if x.control {
			return errors.Join(faults...)
		}
		w.start()
		w.soundly(clients.ledger, db, time.Minute)
		return errors.Join(faults...)
	}
	fault(t, 21, "asked to stop under load", func(x *trial) { require.NoError(x, attempt(x)) },
		func(x *trial) error { return attempt(x, "KOPIR_STOP_WITHIN=10ms") })
}
