package jobs

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// Coverage is the index of competences that a follower feeds.
type Coverage interface {
	UseCatalogue(c *domain.Catalogue)
	Apply(demands []*domain.Demand, programmes []*domain.Programme, gone []uuid.UUID)
	Rebuild(fill func(apply cover) error) error
}

// cover brings some things into a Coverage that is being rebuilt.
type cover = func(demands []*domain.Demand, programmes []*domain.Programme, gone []uuid.UUID) error

const (
	changesAtOnce = 500 // brought in by one step
	loadedAtOnce  = 500 // things that are read at once to load everything
)

// Follower brings what is committed into the indexes of this process. It queues nothing: it learns which things
// changed, reads them as they are now, and indexes those that are published; so repeated, late and reordered news are
// harmless. Step may be called by one goroutine at a time; it holds a lock to make sure.
type Follower struct {
	log      domain.ChangeLog
	store    domain.Reader
	docs     documents
	coverage Coverage
	index    search.Index
	adopt    func(*domain.Catalogue)

	mu        sync.Mutex
	at        domain.Position
	catalogue *domain.Catalogue
	loaded    atomic.Bool // read without the lock: a probe does not wait for a load
}

// NewFollower returns a follower. index may be nil: then words are searched elsewhere. adopt is told each catalogue
// before things are indexed by it.
func NewFollower(log domain.ChangeLog, store domain.Reader, coverage Coverage, index search.Index, adopt func(*domain.Catalogue)) *Follower {
	return &Follower{log: log, store: store, docs: documents{store, loadedAtOnce}, coverage: coverage, index: index, adopt: adopt}
}

// Loaded says whether the indexes have been filled once.
func (f *Follower) Loaded() bool { return f.loaded.Load() }

// Step brings in the next changes, at most a batch, and says how many there were. The first step loads everything; so
// does one that finds the log trimmed behind it, a new catalogue, or the request for a rebuild.
func (f *Follower) Step(ctx context.Context) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.loaded.Load() {
		return 0, f.load(ctx)
	}
	changes, next, err := f.log.Changes(ctx, f.at, changesAtOnce)
	if domain.KindOf(err) == domain.Stale {
		return 0, f.load(ctx)
	}
	if err != nil || len(changes) == 0 {
		return 0, err
	}
	if everything(changes) {
		return len(changes), f.load(ctx)
	}
	if err := f.bring(ctx, changes); err != nil {
		return 0, err
	}
	f.at = next
	return len(changes), nil
}

// load fills the indexes from the database, beside what they hold. The place in the log is taken first: what is
// committed meanwhile is brought in afterwards.
func (f *Follower) load(ctx context.Context) error {
	head, err := f.log.Head(ctx)
	if err != nil {
		return err
	}
	catalogue, err := f.store.Catalogue(ctx)
	if err != nil {
		return err
	}
	f.adopt(catalogue)
	f.coverage.UseCatalogue(catalogue)
	if err := f.coverage.Rebuild(func(apply cover) error { return f.fill(ctx, catalogue, apply) }); err != nil {
		return err
	}
	f.at, f.catalogue = head, catalogue
	f.loaded.Store(true)
	return nil
}

func (f *Follower) fill(ctx context.Context, catalogue *domain.Catalogue, apply cover) error {
	if f.index == nil {
		return f.all(ctx, func(now things) error { return apply(now.demands, now.programmes, nil) })
	}
	if err := f.index.UseCatalogue(ctx, catalogue); err != nil {
		return err
	}
	return f.index.Rebuild(ctx, func(index func(search.Batch) error) error {
		return f.all(ctx, func(now things) error {
			batch, err := f.docs.batch(ctx, catalogue, now)
			if err != nil {
				return err
			}
			if err := apply(now.demands, now.programmes, nil); err != nil {
				return err
			}
			return index(batch)
		})
	})
}

// all yields everything that is published. Once the indexes serve, it rests after each batch: all replicas load anew at the
// same time, and whoever searches meanwhile is to have the processors too.
func (f *Follower) all(ctx context.Context, yield func(things) error) error {
	began := time.Now()
	return f.docs.all(ctx, func(now things) error {
		if err := yield(now); err != nil {
			return err
		}
		if f.loaded.Load() {
			restFrom(ctx, began)
		}
		began = time.Now()
		return nil
	})
}

// bring indexes what changed, as it is now.
func (f *Follower) bring(ctx context.Context, changes []domain.Change) error {
	touched, err := f.docs.touched(ctx, changes)
	if err != nil {
		return err
	}
	now, err := f.docs.things(ctx, touched)
	if err != nil {
		return err
	}
	if f.index != nil {
		batch, err := f.docs.batch(ctx, f.catalogue, now)
		if err != nil {
			return err
		}
		if err := f.index.Apply(ctx, batch); err != nil {
			return err
		}
	}
	f.coverage.Apply(now.demands, now.programmes, now.gone)
	return nil
}
