package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"kopir/domain"
	"kopir/store"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver
)

// rig is all that is measured: a database and indexes of its own on the servers that the environment names, and the
// replicas over both.
type rig struct {
	cfg      config
	report   *report
	market   *market
	store    *store.Store
	replicas []*replica
	people   *people
	failures atomic.Int64 // of searches, while things were published

	name     string // of the database, and before the names of the indexes
	postgres string // the server's own address
	database string // the address of the database
	meili    string
	key      string
	folder   string
	cleanup  []func(context.Context) error
}

// setUp makes the rig's own database and folder and publishes nothing yet.
func setUp(ctx context.Context, cfg config, r *report) (*rig, error) {
	x := &rig{
		cfg: cfg, report: r, name: "bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12],
		postgres: os.Getenv("KOPIR_TEST_POSTGRES_URL"), meili: strings.TrimSuffix(os.Getenv("KOPIR_TEST_MEILI_URL"), "/"), key: os.Getenv("KOPIR_TEST_MEILI_KEY"),
	}
	if x.postgres == "" || x.meili == "" {
		return nil, errors.New("KOPIR_TEST_POSTGRES_URL and KOPIR_TEST_MEILI_URL must name servers, see scripts/testenv.sh")
	}
	var err error
	if x.folder, err = os.MkdirTemp("", "benchsync"); err != nil {
		return nil, err
	}
	x.cleanup = append(x.cleanup, func(context.Context) error { return os.RemoveAll(x.folder) })
	if err := x.create(ctx); err != nil {
		return nil, errors.Join(err, x.tearDown(ctx))
	}
	return x, nil
}

func (x *rig) create(ctx context.Context) error {
	u, err := url.Parse(x.postgres)
	if err != nil {
		return errors.New("KOPIR_TEST_POSTGRES_URL is not an address")
	}
	if err := x.administer(ctx, "CREATE DATABASE "+x.name); err != nil {
		return err
	}
	x.cleanup = append(x.cleanup,
		func(ctx context.Context) error { return x.administer(ctx, "DROP DATABASE "+x.name+" WITH (FORCE)") },
		x.wipe)
	u.Path = "/" + x.name
	x.database = u.String()
	if err := x.kopir(ctx, "seed"); err != nil {
		return err
	}
	x.store, err = store.Open(ctx, store.Config{PostgresURL: x.database, MaxConns: 8, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	x.cleanup = append(x.cleanup, func(context.Context) error { return x.store.Close() })
	published, err := x.store.PublishedCounts(ctx)
	if err != nil {
		return err
	}
	x.report.things = published[domain.DemandSide] + published[domain.ProgrammeSide]
	if x.market, err = newMarket(x.cfg.seed, time.Now()); err != nil {
		return err
	}
	var all []any
	for i := range organisations {
		all = append(all, x.market.organisation(i))
	}
	return keep(ctx, x.store, all)
}

// administer runs a statement on the server.
func (x *rig) administer(ctx context.Context, statement string) error {
	db, err := sql.Open("pgx", x.postgres)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statement)
	return err
}

// tearDown ends and deletes whatever setUp and the measurements have made, last first, also when ctx has ended.
func (x *rig) tearDown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	errs := []error{x.stop(x.replicas...)}
	for i := len(x.cleanup) - 1; i >= 0; i-- {
		errs = append(errs, x.cleanup[i](ctx))
	}
	return errors.Join(errs...)
}

// wipe deletes our indexes and keys from Meilisearch. It does not wait until that is done.
func (x *rig) wipe(ctx context.Context) error {
	var indexes, keys struct {
		Results []struct{ UID, Name string }
	}
	errs := []error{
		x.askMeili(ctx, http.MethodGet, "/indexes?limit=1000", &indexes), x.askMeili(ctx, http.MethodGet, "/keys?limit=1000", &keys),
	}
	for _, i := range indexes.Results {
		if strings.HasPrefix(i.UID, x.prefix()) {
			errs = append(errs, x.askMeili(ctx, http.MethodDelete, "/indexes/"+i.UID, nil))
		}
	}
	for _, k := range keys.Results {
		if strings.Contains(k.Name, x.prefix()) {
			errs = append(errs, x.askMeili(ctx, http.MethodDelete, "/keys/"+k.UID, nil))
		}
	}
	return errors.Join(errs...)
}

func (x *rig) prefix() string { return x.name + "_" }

func (x *rig) askMeili(ctx context.Context, method, path string, out any) error {
	request, err := http.NewRequestWithContext(ctx, method, x.meili+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+x.key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500)) // for the message only
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(out)
}

// standing asks the database how the feed stands.
func (x *rig) standing(ctx context.Context) (domain.FeedStanding, error) {
	s, err := x.store.FeedStanding(ctx, domain.SearchFeed)
	if err == nil && s.Retrying+s.Failed > 0 {
		err = fmt.Errorf("%d documents were refused", s.Retrying+s.Failed)
	}
	return s, err
}

// await asks every now and then how the feed stands, until done says that it is enough.
func (x *rig) await(ctx context.Context, done func(domain.FeedStanding) bool) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		s, err := x.standing(ctx)
		if err != nil || done(s) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}
