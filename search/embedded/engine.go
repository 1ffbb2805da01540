package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"
)

// DefaultCandidates bounds what Candidates returns unless Options say otherwise.
const DefaultCandidates = 50_000

// Options say where and how large. The zero value is fine.
type Options struct {
	// Dir is where index files live, for this engine alone: what an earlier one left there is removed. It is made if
	// it is not there. Defaults to a new directory for temporary files, which Close removes.
	Dir string
	// MaxCandidates bounds what Candidates returns. Defaults to DefaultCandidates.
	MaxCandidates int
	// Logger is told about rebuilds. Defaults to silence.
	Logger *slog.Logger
}

// Engine is a search.Index inside the process.
type Engine struct {
	options   Options
	temporary bool
	files     int           // how many index files there have been; writer's
	writer    chan struct{} // holds a token while nobody writes
	current   atomic.Pointer[generation]
	catalogue atomic.Pointer[reading.Catalogue]
}

var _ search.Index = (*Engine)(nil)

// Open returns an empty engine.
func Open(o Options) (*Engine, error) {
	ctx := context.Background()
	if o.MaxCandidates <= 0 {
		o.MaxCandidates = DefaultCandidates
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	e := &Engine{options: o, temporary: o.Dir == "", writer: make(chan struct{}, 1)}
	if err := e.prepareDir(); err != nil {
		return nil, fmt.Errorf("embedded search: %w", err)
	}
	g, err := e.newGeneration(ctx)
	if err != nil {
		return nil, errors.Join(err, e.removeDir())
	}
	e.current.Store(g)
	e.catalogue.Store(&reading.Catalogue{})
	e.writer <- struct{}{}
	return e, nil
}

const filePattern = "words-*.db*"

func (e *Engine) prepareDir() (err error) {
	if e.temporary {
		e.options.Dir, err = os.MkdirTemp("", "kopir-search-")
		return err
	}
	if err = os.MkdirAll(e.options.Dir, 0o700); err != nil {
		return err
	}
	return removeFiles(e.options.Dir, filePattern)
}

func (e *Engine) removeDir() error {
	if !e.temporary {
		return nil
	}
	return os.RemoveAll(e.options.Dir)
}

// removeFiles removes the files of a directory whose names have a pattern; the directory's own name is no pattern.
func removeFiles(dir, pattern string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if ok, _ := filepath.Match(pattern, entry.Name()); ok {
			err = errors.Join(err, os.Remove(filepath.Join(dir, entry.Name())))
		}
	}
	return err
}

// UseCatalogue tells the engine the competences: Competences and filters by competence use it from now on.
func (e *Engine) UseCatalogue(_ context.Context, c *domain.Catalogue) error {
	e.catalogue.Store(reading.NewCatalogue(c))
	return nil
}

// Apply makes a batch searchable before it returns. It waits while a rebuild is under way, until ctx ends.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	if err := e.startWriting(ctx); err != nil {
		return err
	}
	defer e.stopWriting()
	return e.current.Load().apply(ctx, b)
}

// Rebuild replaces everything by what fill applies. If fill fails, or ctx ends, everything stays as it was. fill
// must not call Apply or Rebuild, which wait for it.
func (e *Engine) Rebuild(ctx context.Context, fill func(apply func(search.Batch) error) error) error {
	if err := e.startWriting(ctx); err != nil {
		return err
	}
	defer e.stopWriting()
	next, err := e.newGeneration(ctx)
	if err != nil {
		return err
	}
	if err := fill(func(b search.Batch) error { return next.apply(ctx, b) }); err != nil {
		return errors.Join(err, next.close())
	}
	if err := ctx.Err(); err != nil {
		return errors.Join(err, next.close())
	}
	old := e.current.Swap(next)
	e.options.Logger.InfoContext(ctx, "search index rebuilt", "demands", len(next.demands.at), "programmes", len(next.programmes.at))
	if err := old.close(); err != nil {
		e.options.Logger.WarnContext(ctx, "old search index not removed", "error", err)
	}
	return nil
}

// Close waits for searches under way, and removes the index. Using the engine afterwards returns Unavailable.
func (e *Engine) Close() error {
	if _, open := <-e.writer; !open {
		return nil
	}
	close(e.writer) // the token is never given back: nobody writes any more
	return errors.Join(e.current.Load().close(), e.removeDir())
}

func (e *Engine) startWriting(ctx context.Context) error {
	select {
	case _, open := <-e.writer:
		if !open {
			return errClosed()
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (e *Engine) stopWriting() { e.writer <- struct{}{} }

// hold returns the current generation, which stays as it is until release is called.
func (e *Engine) hold() (g *generation, release func(), err error) {
	for {
		g = e.current.Load()
		g.mu.RLock()
		if !g.closed {
			return g, g.mu.RUnlock, nil
		}
		g.mu.RUnlock()
		if g == e.current.Load() {
			return nil, nil, errClosed()
		}
	}
}

func errClosed() error { return domain.Fail(domain.Unavailable, domain.CodeUnavailable) }

// failure translates an error of the index: what ended with its context is Unavailable, and carries the cause.
func failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if cause := ctx.Err(); cause != nil {
		return errors.Join(errClosed(), cause)
	}
	return fmt.Errorf("embedded search: %w", err)
}
