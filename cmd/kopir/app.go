package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"kopir/auth"
	"kopir/data"
	"kopir/domain"
	"kopir/internal/files"
	"kopir/search/reading"
	"kopir/store"
)

// operator acts for whoever sits at the machine's own terminal.
var operator = domain.Actor{Operator: true}

// app is the program put together, as far as every command needs it.
type app struct {
	cfg       *config
	log       *slog.Logger
	store     *store.Store
	shelf     *store.Shelf // over the store, for results
	catalogue atomic.Pointer[domain.Catalogue]
	market    *domain.Market
	imports   *domain.Imports
	passwords *auth.Passwords // one for all, since it bounds how many are hashed at once
	keys      *domain.Keys
	closers   []io.Closer
}

// shelved is how many demands, and how many programmes and organisations, are kept for results that show them again: some
// 3 KB each.
const shelved = 10_000

// open opens the database, brings it up to date and reads the catalogue.
func open(ctx context.Context, cfg *config, log *slog.Logger) (*app, error) {
	passwords, err := hashElsewhere(log)
	if err != nil {
		return nil, fmt.Errorf("where this program is: %w", err)
	}
	a := &app{cfg: cfg, log: log, passwords: passwords, closers: []io.Closer{passwords}}
	if err := os.MkdirAll(cfg.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("KOPIR_DATA_DIR: %w", err)
	}
	settings := store.Config{PostgresURL: cfg.DatabaseURL, MaxConns: cfg.DatabaseConns, Logger: log, Clock: time.Now}
	if cfg.DatabaseURL == "" {
		settings.SQLitePath = filepath.Join(cfg.DataDir, "kopir.db")
	}
	if a.store, err = store.Open(ctx, settings); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	a.closers = append(a.closers, a.store)
	if err := a.prepare(ctx); err != nil {
		return nil, errors.Join(err, a.close())
	}
	if a.shelf, err = store.NewShelf(ctx, a.store, shelved); err != nil {
		return nil, errors.Join(err, a.close())
	}
	a.market = domain.NewMarket(a.store, a.catalogue.Load, time.Now)
	a.imports = domain.NewImports(a.market, files.NewReader(func(c *domain.Catalogue) files.Names { return reading.NewCatalogue(c) }))
	a.keys = domain.NewKeys(a.store, auth.APIKeys{}, time.Now)
	return a, nil
}

// prepare migrates and installs the catalogue that ships.
func (a *app) prepare(ctx context.Context) error {
	applied, err := a.store.Migrate(ctx)
	if err != nil {
		return fmt.Errorf("migrate the database: %w", err)
	}
	shipped, err := data.Shipped()
	if err != nil {
		return fmt.Errorf("read the catalogue that ships: %w", err)
	}
	installed, err := domain.InstallCatalogue(ctx, a.store, shipped, time.Now())
	if err != nil {
		return fmt.Errorf("install the catalogue: %w", err)
	}
	current, err := a.store.Catalogue(ctx)
	if err != nil {
		return fmt.Errorf("read the catalogue: %w", err)
	}
	if applied > 0 || installed {
		a.log.InfoContext(ctx, "database brought up to date", "migrations", applied, "catalogue", current.Edition())
	}
	a.catalogue.Store(current)
	return nil
}

// close releases what was opened, last first.
func (a *app) close() error {
	var errs []error
	for i := len(a.closers) - 1; i >= 0; i-- {
		errs = append(errs, a.closers[i].Close())
	}
	a.closers = nil
	return errors.Join(errs...)
}

// external returns the verbs of signing in through a provider; nil where none is configured.
func (a *app) external(accounts *domain.Accounts, secret []byte) (*domain.External, error) {
	if a.cfg.OIDCIssuer == "" {
		return nil, nil
	}
	provider, err := auth.NewProvider(auth.ProviderConfig{
		Issuer: a.cfg.OIDCIssuer, Name: a.cfg.OIDCName, ClientID: a.cfg.OIDCClientID, ClientSecret: a.cfg.OIDCClientSecret,
		RedirectURLs: a.cfg.OIDCRedirectURLs, Scopes: a.cfg.OIDCScopes,
	}, secret, a.log)
	if err != nil {
		return nil, err
	}
	return domain.NewExternal(accounts, provider), nil
}

// accounts returns the verbs of signing up and in, and what checks tokens.
func (a *app) accounts(ctx context.Context) (*domain.Accounts, *auth.Tokens, error) {
	secret, err := a.cfg.secret()
	if err != nil {
		return nil, nil, fmt.Errorf("the secret: %w", err)
	}
	tokens, err := auth.NewTokens(ctx, a.store, secret, a.cfg.PublicURL, a.cfg.PublicURL, time.Now)
	if err != nil {
		return nil, nil, fmt.Errorf("signing keys: %w", err)
	}
	codes, err := auth.NewCodes(secret)
	if err != nil {
		return nil, nil, fmt.Errorf("codes in letters: %w", err)
	}
	oneTime, err := auth.NewOneTime(secret)
	if err != nil {
		return nil, nil, fmt.Errorf("one-time passwords: %w", err)
	}
	return domain.NewAccounts(a.store, a.passwords, tokens, codes, oneTime, time.Now), tokens, nil
}
