package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"sync"
	"time"

	"kopir/domain"
)

// fill publishes all but the backlog, starts two replicas and waits until the indexes are filled.
func (x *rig) fill(ctx context.Context) error {
	if err := x.write(ctx, "writing the market", max(x.cfg.things-x.cfg.backlog-x.report.things, 0)); err != nil {
		return err
	}
	began := time.Now()
	p := begin("filling the indexes", x.report.things)
	if _, err := x.start(ctx, x.meili); err != nil {
		return err
	}
	err := x.await(ctx, func(s domain.FeedStanding) bool {
		p.at(0)
		return s.Generation != "" && s.Waiting == 0
	})
	if err != nil {
		return err
	}
	x.report.add("first_fill", time.Since(began).Seconds(), "s", 0, x.report.things)
	p.at(x.report.things)
	if _, err = x.start(ctx, x.meili); err != nil {
		return err
	}
	x.people, err = signIn(ctx, x.replicas[0])
	return err
}

// feedBacklog makes changes while no replica runs, starts one and waits until nothing waits.
func (x *rig) feedBacklog(ctx context.Context) error {
	if err := x.stop(x.replicas...); err != nil {
		return err
	}
	if err := x.write(ctx, "writing the backlog", x.cfg.backlog); err != nil {
		return err
	}
	s, err := x.standing(ctx)
	if err != nil {
		return err
	}
	if s.Waiting < x.cfg.backlog {
		return fmt.Errorf("%d changes wait where %d were made", s.Waiting, x.cfg.backlog)
	}
	generation := s.Generation
	p := begin("feeding the backlog", x.cfg.backlog)
	began := time.Now()
	if _, err := x.launch(x.meili); err != nil {
		return err
	}
	if err := x.await(ctx, func(s domain.FeedStanding) bool {
		p.at(x.cfg.backlog - s.Waiting)
		return s.Waiting == 0
	}); err != nil {
		return err
	}
	x.report.add("backlog_fed", time.Since(began).Seconds(), "s", 60, x.cfg.backlog)
	if s, err = x.standing(ctx); err != nil {
		return err
	}
	if s.Generation != generation {
		return fmt.Errorf("the indexes were rebuilt, where the backlog was to be fed")
	}
	if err := x.ready(ctx, x.replicas[0]); err != nil {
		return err
	}
	_, err = x.start(ctx, x.meili)
	return err
}

// rebuild asks for a rebuild, while searches go on at a steady rate.
func (x *rig) rebuild(ctx context.Context) error {
	before, err := x.standing(ctx)
	if err != nil {
		return err
	}
	searches := x.searchSteadily(ctx)
	p := begin("rebuilding the indexes", x.report.things)
	began := time.Now()
	_, err = x.replicas[0].ask(ctx, http.MethodPost, "/v1/admin/search-index/rebuild", x.people.admin, nil, nil)
	if err == nil {
		err = x.await(ctx, func(s domain.FeedStanding) bool {
			p.at(0)
			return s.Generation != before.Generation && s.Waiting == 0
		})
	}
	took := time.Since(began)
	times, failed := searches()
	if err != nil {
		return err
	}
	p.at(x.report.things)
	x.report.add("rebuild", took.Seconds(), "s", 300, x.report.things)
	x.report.add("rebuild_searches_failed", float64(failed), "failed", 0, len(times)+failed)
	x.report.quantiles("rebuild_search", times, 0)
	return nil
}

// searchSteadily searches at a steady rate, whether earlier searches have been answered or not, each replica in turn. It
// returns what ends that and says how long those took that were answered, and how many were not.
func (x *rig) searchSteadily(ctx context.Context) (end func() (times []time.Duration, failed int)) {
	ctx, cancel := context.WithCancel(ctx)
	var mu sync.Mutex
	var times []time.Duration
	failed, start := 0, time.Now()
	search := func(r *replica, query string) {
		began := time.Now()
		_, err := r.ask(context.WithoutCancel(ctx), http.MethodGet, query, "", nil, nil)
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			times = append(times, time.Since(began))
		} else if failed++; failed <= 10 {
			fmt.Fprintf(os.Stderr, "a search failed %.1f s after the beginning, within %.1f s: %v\n",
				began.Sub(start).Seconds(), time.Since(began).Seconds(), err)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(time.Second / time.Duration(x.cfg.searches))
		defer tick.Stop()
		order := rand.New(rand.NewPCG(x.cfg.seed, 3)) //nolint:gosec // not a secret: it has to repeat
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			query, r := queries[order.IntN(len(queries))].path, x.replicas[n%len(x.replicas)]
			wg.Go(func() { search(r, query) })
		}
	})
	return func() ([]time.Duration, int) {
		cancel()
		wg.Wait()
		return times, failed
	}
}
