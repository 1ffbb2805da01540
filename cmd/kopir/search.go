package main

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"kopir/api"
	"kopir/domain"
	"kopir/jobs"
	"kopir/search"
	"kopir/search/coverage"
	"kopir/search/embedded"
	"kopir/search/meili"

	"github.com/prometheus/client_golang/prometheus"
)

// indexes are what searching and matching need besides the database.
type indexes struct {
	coverage *coverage.Index
	words    search.Index   // what answers searches
	remote   *remote        // nil where this process searches by itself
	follower *jobs.Follower // feeds what is in this process
	matching *domain.Matching
	engine   domain.SearchEngine
}

// remote is a search engine that outlives the process, and who feeds it.
type remote struct {
	*meili.Engine
	drainer *jobs.Drainer
	down    atomic.Bool
}

// openIndexes makes the indexes of this process, still empty, and who feeds what.
func (a *app) openIndexes(ctx context.Context) (*indexes, error) {
	x := &indexes{coverage: coverage.New()}
	var local *embedded.Engine
	if a.cfg.MeiliURL == "" || a.cfg.SearchFallback == fallbackEmbedded {
		var err error
		if local, err = a.openEmbedded(); err != nil { //nolint:contextcheck // opening it waits for nothing
			return nil, err
		}
		x.words = search.WhenLoaded(local, func() bool { return x.follower.Loaded() })
		x.engine = ownEngine{x}
	}
	if a.cfg.MeiliURL != "" {
		if err := a.openRemote(ctx, x); err != nil {
			return nil, err
		}
	}
	x.follower = jobs.NewFollower(a.store, a.store, x.coverage, index(local), a.adopter(ctx, x))
	x.matching = domain.NewMatching(a.shelf, a.catalogue.Load, x.coverage, x.words, a.market.Today)
	return x, nil
}

// index returns an engine as what the follower feeds, or nothing.
func index(e *embedded.Engine) search.Index {
	if e == nil {
		return nil
	}
	return e
}

func (a *app) openEmbedded() (*embedded.Engine, error) {
	e, err := embedded.Open(embedded.Options{
		Dir: filepath.Join(a.cfg.DataDir, "index"), MaxCandidates: a.cfg.CandidatesAtMost, Logger: a.log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the search index: %w", err)
	}
	a.closers = append(a.closers, e)
	return e, nil
}

// openRemote puts Meilisearch in front; what is there already answers when it cannot.
func (a *app) openRemote(ctx context.Context, x *indexes) error {
	r, err := a.openMeili(ctx)
	if err != nil {
		return err
	}
	x.remote, x.engine = r, fedEngine{r}
	if x.words == nil {
		x.words = r
	} else {
		x.words = search.WithFallback(r, x.words)
	}
	return nil
}

// openMeili opens Meilisearch and its drainer; neither asks anything of it yet.
func (a *app) openMeili(ctx context.Context) (*remote, error) {
	e, err := meili.Open(meili.Options{
		URL: a.cfg.MeiliURL, Key: a.cfg.MeiliKey, Prefix: a.cfg.MeiliPrefix, PublicURL: a.cfg.MeiliPublicURL,
		MaxCandidates: a.cfg.CandidatesAtMost, Logger: a.log,
	})
	if err != nil {
		return nil, fmt.Errorf("open the search engine: %w", err)
	}
	a.closers = append(a.closers, e)
	if err := e.UseCatalogue(ctx, a.catalogue.Load()); err != nil {
		return nil, fmt.Errorf("open the search engine: %w", err)
	}
	return &remote{Engine: e, drainer: jobs.NewDrainer(a.store, e, jobs.DrainerConfig{Logger: a.log})}, nil
}

// adopter hands a new catalogue to all that use one.
func (a *app) adopter(ctx context.Context, x *indexes) func(*domain.Catalogue) {
	return func(c *domain.Catalogue) {
		a.catalogue.Store(c)
		if x.remote == nil {
			return
		}
		if err := x.remote.UseCatalogue(ctx, c); err != nil {
			a.log.ErrorContext(ctx, "the search engine did not take the catalogue", "error", err)
		}
	}
}

// ownEngine is the engine inside of this process, for those who ask how it is.
type ownEngine struct{ *indexes }

// State says whether it is filled.
func (e ownEngine) State(context.Context) (domain.EngineState, error) {
	s := domain.EngineState{Kind: "embedded", Complete: e.follower.Loaded()}
	if !s.Complete {
		s.Why = "it is being filled from the database"
	}
	return s, nil
}

// fedEngine is Meilisearch, for those who ask how it is.
type fedEngine struct{ *remote }

// State asks it.
func (e fedEngine) State(ctx context.Context) (domain.EngineState, error) {
	s, err := e.Standing(ctx)
	return domain.EngineState{Kind: "meilisearch", Complete: s.Complete, Why: s.Why, Generation: s.Generation}, err
}

// direct returns what gives browsers access, or nothing where they have none.
func (a *app) direct(x *indexes) api.Direct {
	if x.remote == nil || a.cfg.MeiliPublicURL == "" {
		return nil
	}
	return x.remote
}

// feeds returns who keeps how far the engine has been fed, or nothing where nobody feeds one.
func (a *app) feeds(x *indexes) domain.Feeds {
	if x.remote == nil {
		return nil
	}
	return a.store
}

// searchPart says how searching is: "ok", or why it is worse than it should be.
func (x *indexes) searchPart(now time.Time) string {
	switch {
	case x.remote == nil && x.follower.Loaded():
		return "ok"
	case x.remote == nil:
		return "loading"
	case x.remote.down.Load():
		return "down"
	}
	s := x.remote.drainer.Snapshot()
	switch {
	case !s.AsOf.IsZero() && !s.Fed:
		return "building"
	case !s.Oldest.IsZero() && now.Sub(s.Oldest) > domain.FreshFor:
		return "behind"
	}
	return "ok"
}

// How often the engine is asked whether it is there, and how long it may take to say so.
const (
	probeEvery  = 2 * time.Second
	probeWithin = time.Second
)

// probe notes whether the engine is there, and says so when that changes.
func (a *app) probe(r *remote) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		asked, cancel := context.WithTimeout(ctx, probeWithin)
		defer cancel()
		err := r.Ping(asked)
		if ctx.Err() != nil {
			return false, nil
		}
		if down := err != nil; r.down.Swap(down) != down {
			if down {
				a.log.WarnContext(ctx, "the search engine is down: writing and matching go on", "error", err)
			} else {
				a.log.InfoContext(ctx, "the search engine is back")
			}
		}
		return false, nil
	}
}

// remoteLoops are the background services of an engine that outlives the process.
func (a *app) remoteLoops(r *remote, committed <-chan struct{}) []jobs.Loop {
	return []jobs.Loop{
		{Name: "probe", Every: probeEvery, Logger: a.log, Step: a.probe(r)},
		{Name: "feed", Every: followEvery / 2, Wake: committed, Logger: a.log, Step: r.drainer.Step},
		{Name: "verify", Every: expireEvery, Logger: a.log, Step: r.drainer.Nightly},
	}
}

// gauges are what the operator watches of an engine that is fed.
func (r *remote) gauges() []prometheus.Collector {
	gauge := func(name, help string, value func(jobs.Snapshot) float64) prometheus.Collector {
		return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(r.drainer.Snapshot()) })
	}
	counter := func(name, help string, value func(jobs.Snapshot) int64) prometheus.Collector {
		return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value(r.drainer.Snapshot())) })
	}
	truth := func(b bool) float64 {
		if b {
			return 1
		}
		return 0
	}
	return []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "kopir_search_engine_up", Help: "Whether the search engine answers."},
			func() float64 { return truth(!r.down.Load()) }),
		gauge("kopir_feed_holder", "Whether this process feeds the search engine.", func(s jobs.Snapshot) float64 { return truth(s.Holder) }),
		gauge("kopir_feed_waiting", "Changes that the search engine has not got.", func(s jobs.Snapshot) float64 { return float64(s.Waiting) }),
		gauge("kopir_feed_oldest_seconds", "Age of the oldest of them.", func(s jobs.Snapshot) float64 {
			if s.Oldest.IsZero() {
				return 0
			}
			return time.Since(s.Oldest).Seconds()
		}),
		gauge("kopir_feed_retrying", "Refused documents that are tried again.", func(s jobs.Snapshot) float64 { return float64(s.Retrying) }),
		gauge("kopir_feed_quarantined", "Refused documents that wait for somebody to look at them.", func(s jobs.Snapshot) float64 { return float64(s.Quarantined) }),
		gauge("kopir_feed_verified_drift", "Documents that differed when contents were last compared by this process.", func(s jobs.Snapshot) float64 { return float64(s.Verified.Drift()) }),
		counter("kopir_feed_delivered_total", "Documents sent by this process.", func(s jobs.Snapshot) int64 { return s.Delivered }),
		counter("kopir_feed_refused_total", "Refusals met by this process.", func(s jobs.Snapshot) int64 { return s.Refused }),
		counter("kopir_feed_rebuilds_total", "Rebuilds finished by this process.", func(s jobs.Snapshot) int64 { return s.Rebuilds }),
		counter("kopir_feed_leases_lost_total", "Leases lost while this process was sending.", func(s jobs.Snapshot) int64 { return s.LeasesLost }),
	}
}
