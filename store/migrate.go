package store

import (
	"context"
	"fmt"

	"github.com/pressly/goose/v3"
)

// Migrate brings the schema up to date and says how many migrations it applied. On Postgres several replicas may call
// it at once: one works, the others wait. A migration that fails leaves nothing of itself.
func (s *Store) Migrate(ctx context.Context) (applied int, err error) {
	err = s.migrating(ctx, func(p *goose.Provider) error {
		done, err := p.Up(ctx)
		applied = len(done)
		return err
	})
	return applied, err
}

// Pending says whether there are migrations that Migrate would apply.
func (s *Store) Pending(ctx context.Context) (pending bool, err error) {
	err = s.migrating(ctx, func(p *goose.Provider) error {
		pending, err = p.HasPending(ctx)
		return err
	})
	return pending, err
}

func (s *Store) migrating(ctx context.Context, work func(*goose.Provider) error) error {
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true), goose.WithSlog(s.log)}
	db := s.engine.write
	if s.engine.migrator != nil {
		own, locked, err := s.engine.migrator()
		if err != nil {
			return err
		}
		defer own.Close() //nolint:errcheck // nothing is written by closing
		db, options = own, append(options, locked)
	}
	p, err := goose.NewProvider(s.engine.goose, db, s.engine.migrations, options...)
	if err != nil {
		return fmt.Errorf("reading the migrations: %w", err)
	}
	if err := work(p); err != nil {
		return fmt.Errorf("migrating: %w", translate(ctx, err))
	}
	return nil
}
