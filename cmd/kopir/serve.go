package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"kopir"
	"kopir/api"
	"kopir/auth"
	"kopir/data"
	"kopir/domain"
	"kopir/jobs"
	"kopir/search/extract"
	"kopir/search/reading"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// serveCommand serves the API.
type serveCommand struct {
	Demo bool `help:"Seed the demo marketplace first, if the database is empty, and say how to try it."`
}

// Run serves until ctx ends, then lets what is under way finish.
func (s *serveCommand) Run(ctx context.Context, cfg *config, t *terminal) (err error) {
	log := cfg.logger(t)
	a, err := open(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	if s.Demo {
		if err := seedIfEmpty(ctx, a, t); err != nil {
			return err
		}
	}
	x, err := a.openIndexes(ctx)
	if err != nil {
		return err
	}
	accounts, tokens, err := a.accounts(ctx)
	if err != nil {
		return err
	}
	handler, err := a.handler(x, accounts, tokens) //nolint:contextcheck // each request brings its own
	if err != nil {
		return err
	}
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return fmt.Errorf("KOPIR_ADDR: %w", err)
	}
	post, err := a.mailLoop(ctx)
	if err != nil {
		return err
	}
	stopJobs := a.startJobs(ctx, x, tokens, post)
	defer stopJobs()
	demo, err := hasDemo(ctx, a)
	if err != nil {
		return err
	}
	if demo {
		log.WarnContext(ctx, "DEMO ACCOUNTS EXIST HERE with a public password, an administrator among them: never expose this server", "password", data.DemoPassword)
	}
	log.InfoContext(ctx, "serving", "address", "http://"+listener.Addr().String(), "database", databaseKind(cfg), "search", searchKind(cfg))
	if s.Demo {
		if err := welcome(ctx, a, x, t, "http://"+listener.Addr().String()); err != nil {
			return err
		}
	}
	return a.serve(ctx, listener, handler)
}

func databaseKind(cfg *config) string {
	if cfg.DatabaseURL != "" {
		return "postgres"
	}
	return "sqlite"
}

func searchKind(cfg *config) string {
	switch {
	case cfg.MeiliURL == "":
		return "embedded"
	case cfg.SearchFallback == fallbackEmbedded:
		return "meilisearch, else embedded"
	}
	return "meilisearch"
}

// handler puts the edge together.
func (a *app) handler(x *indexes, accounts *domain.Accounts, tokens *auth.Tokens) (http.Handler, error) {
	secret, err := a.cfg.secret()
	if err != nil {
		return nil, err
	}
	documents, err := a.cfg.consents()
	if err != nil {
		return nil, err
	}
	privacy := domain.NewPrivacy(a.store, a.passwords, documents, time.Now)
	external, err := a.external(accounts, secret)
	if err != nil {
		return nil, err
	}
	codes, err := a.codes()
	if err != nil {
		return nil, err
	}
	occupations, err := data.Occupations()
	if err != nil {
		return nil, err
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if x.remote != nil {
		registry.MustRegister(x.remote.gauges()...)
	}
	return api.New(a.edge(), api.Deps{
		Market: a.market, Matching: x.matching, Accounts: accounts, External: external, Keys: a.keys, Privacy: privacy, Lookup: a.shelf, Index: x.words, Once: a.store, Budgets: a.budgets(),
		Occupations: reading.NewOccupations(occupations),
		SearchIndex: domain.NewSearchIndex(a.store, x.engine, a.feeds(x), time.Now), Direct: a.direct(x),
		Extraction: domain.NewExtraction(a.store, a.catalogue.Load, extract.Follow(a.catalogue.Load), time.Now),
		Members:    domain.NewMembers(a.store, codes, time.Now), Verifier: tokens, Ready: a.readiness(x), Clock: time.Now, Logger: a.log, Registry: registry,
		Contract: kopir.Contract, Secret: secret, Imports: a.imports, Changes: a.store, PublicURL: a.cfg.PublicURL,
	})
}

// budgets are shared where there may be other replicas: over Postgres. One process over one file writes nothing of them.
func (a *app) budgets() domain.Budgets {
	if a.cfg.DatabaseURL == "" {
		return nil
	}
	return a.store
}

// edge turns the settings into those of the edge.
func (a *app) edge() api.Config {
	c := api.DefaultConfig()
	c.CORSOrigins = a.cfg.CORSOrigins
	c.TrustedProxies = a.cfg.TrustedProxies
	c.VisitorReads, c.VisitorWrites = a.cfg.ReadsPerMinute, a.cfg.WritesPerMinute
	c.AccountReads, c.AccountWrites = 2*a.cfg.ReadsPerMinute, 5*a.cfg.WritesPerMinute
	return c
}

// readiness: without the database, or before the coverage index is loaded, nobody should send requests here. Without a
// search engine all but searching goes on.
func (a *app) readiness(x *indexes) func(context.Context) api.Readiness {
	return func(ctx context.Context) api.Readiness {
		r := api.Readiness{Ready: true, Parts: map[string]string{"database": "ok", "coverage": "ok", "search": x.searchPart(time.Now())}}
		r.Degraded = r.Parts["search"] != "ok"
		if err := a.store.Ping(ctx); err != nil {
			r.Ready, r.Parts["database"] = false, "down"
		}
		if !x.follower.Loaded() {
			r.Ready, r.Parts["coverage"] = false, "loading"
		}
		return r
	}
}

// How often the background services look by themselves.
const (
	followEvery = time.Second
	expireEvery = time.Minute
	forgetEvery = time.Hour
	rereadEvery = 30 * time.Second // the signing keys
	usesEvery   = time.Minute      // when API keys were used
	warnEvery   = time.Hour        // of API keys that expire
	importEvery = time.Second
)

// startJobs starts the background services and returns what stops them and waits.
func (a *app) startJobs(ctx context.Context, x *indexes, tokens *auth.Tokens, post jobs.Loop) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	committed, unsubscribe := a.store.Subscribe()
	a.log.InfoContext(ctx, "loading the indexes: /readyz answers 200 when they are there")
	loops := []jobs.Loop{
		{Name: "follow", Every: followEvery, Wake: committed, Logger: a.log, Step: func(ctx context.Context) (bool, error) {
			n, err := x.follower.Step(ctx)
			return n > 0, err
		}},
		{Name: "expire", Every: expireEvery, Logger: a.log, Step: jobs.Expiry(a.market)},
		{Name: "forget", Every: forgetEvery, Logger: a.log, Step: jobs.Forgetting(a.store, a.keep(), time.Now)},
		{Name: "keys", Every: rereadEvery, Logger: a.log, Step: func(ctx context.Context) (bool, error) { return false, tokens.Reread(ctx) }},
		{Name: "key uses", Every: usesEvery, Logger: a.log, Step: func(ctx context.Context) (bool, error) { return false, a.keys.SaveUses(ctx) }},
		{Name: "key warnings", Every: warnEvery, Logger: a.log, Step: jobs.KeyWarnings(a.keys)},
		{Name: "import", Every: importEvery, Logger: a.log, Step: a.imports.Step},
		post,
	}
	unsubscribeFeed := func() {}
	if x.remote != nil {
		var changed <-chan struct{}
		changed, unsubscribeFeed = a.store.Subscribe()
		loops = append(loops, a.remoteLoops(x.remote, changed)...)
	}
	var wg sync.WaitGroup
	for _, l := range loops {
		wg.Go(func() { l.Run(ctx) })
	}
	return func() {
		cancel()
		unsubscribe()
		unsubscribeFeed()
		wg.Wait()
		a.saveKeyUses(ctx)
		if x.remote != nil {
			a.giveBack(ctx, x.remote)
		}
	}
}

// saveKeyUses keeps when API keys were used in the last minute of this process.
func (a *app) saveKeyUses(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := a.keys.SaveUses(ctx); err != nil {
		a.log.WarnContext(ctx, "the last uses of API keys were not kept", "error", err)
	}
}

// giveBack lets another replica feed the search engine at once.
func (a *app) giveBack(ctx context.Context, r *remote) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := r.drainer.Close(ctx); err != nil {
		a.log.WarnContext(ctx, "the lease of the search engine's feed was not given back: it ends by itself", "error", err)
	}
}

// keep says how long what is kept for a while is kept.
func (a *app) keep() jobs.Retention {
	return jobs.Retention{
		Answers: a.cfg.KeepAnswers, Changes: a.cfg.KeepChanges, Sessions: a.cfg.KeepSessions, Accounts: keepUnproven,
		Tickets: time.Hour, Deeds: time.Duration(a.cfg.AuditDays) * 24 * time.Hour,
		Imports: keepImports,
	}
}

// keepImports is how long imports are kept after their end: the contract says so.
const keepImports = 30 * 24 * time.Hour

// keepUnproven is how long an account waits for its address to be proven: letters say so.
const keepUnproven = 7 * 24 * time.Hour

// serve answers requests until ctx ends, then waits for those under way.
func (a *app) serve(ctx context.Context, l net.Listener, h http.Handler) error {
	server := api.HTTPServer(a.cfg.Addr, h)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(api.Listen(l)) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), a.cfg.StopWithin)
	defer cancel()
	a.log.InfoContext(ctx, "stopping: requests under way may finish", "within", a.cfg.StopWithin)
	return server.Shutdown(ctx)
}

// migrateCommand brings the database up to date.
type migrateCommand struct{}

// Run migrates and says so.
func (*migrateCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	t.say("The database is up to date; catalogue %s with %d competences.", a.catalogue.Load().Edition(), len(a.catalogue.Load().Competences()))
	return a.close()
}
