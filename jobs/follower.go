package jobs

import (
	"context"
	"sync"
	"sync/atomic"

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

// Batches of reading.
const (
	changesAtOnce = 500
	rowsAtOnce    = 1000
)

// Follower brings what is committed into the indexes of this process. It queues nothing: it learns which things
// changed, reads them as they are now, and indexes those that are published; so repeated, late and reordered news are
// harmless. Step and Load may be called by one goroutine at a time; they hold a lock to make sure.
type Follower struct {
	log      domain.ChangeLog
	store    domain.Reader
	coverage Coverage
	index    search.Index
	adopt    func(*domain.Catalogue)

	mu        sync.Mutex
	at        domain.Position
	catalogue *domain.Catalogue
	loaded    atomic.Bool // read without the lock: a probe does not wait for a load
}

// NewFollower returns a follower. adopt is told each catalogue before things are indexed by it.
func NewFollower(log domain.ChangeLog, store domain.Reader, coverage Coverage, index search.Index, adopt func(*domain.Catalogue)) *Follower {
	return &Follower{log: log, store: store, coverage: coverage, index: index, adopt: adopt}
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
	for _, c := range changes {
		if c.Kind == domain.ChangedCatalogue || c.Kind == domain.ChangedEverything {
			return len(changes), f.load(ctx)
		}
	}
	if err := f.bring(ctx, changes); err != nil {
		return 0, err
	}
	f.at = next
	return len(changes), nil
}

// load fills both indexes from the database, beside what they hold. The place in the log is taken first: what is
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
	if err := f.index.UseCatalogue(ctx, catalogue); err != nil {
		return err
	}
	err = f.coverage.Rebuild(func(apply cover) error {
		return f.index.Rebuild(ctx, func(index func(search.Batch) error) error {
			return f.fill(ctx, catalogue, apply, index)
		})
	})
	if err != nil {
		return err
	}
	f.at, f.catalogue = head, catalogue
	f.loaded.Store(true)
	return nil
}

func (f *Follower) fill(ctx context.Context, catalogue *domain.Catalogue, apply cover, index func(search.Batch) error) error {
	err := f.store.PublishedDemands(ctx, rowsAtOnce, func(list []*domain.Demand) error {
		docs, err := f.demandDocuments(ctx, catalogue, list)
		if err != nil {
			return err
		}
		if err := apply(list, nil, nil); err != nil {
			return err
		}
		return index(search.Batch{Demands: docs})
	})
	if err != nil {
		return err
	}
	return f.store.PublishedProgrammes(ctx, rowsAtOnce, func(list []*domain.Programme) error {
		docs, err := f.programmeDocuments(ctx, catalogue, list)
		if err != nil {
			return err
		}
		if err := apply(nil, list, nil); err != nil {
			return err
		}
		return index(search.Batch{Programmes: docs})
	})
}

// bring indexes what changed, as it is now.
func (f *Follower) bring(ctx context.Context, changes []domain.Change) error {
	demandIDs, programmeIDs, err := f.touched(ctx, changes)
	if err != nil {
		return err
	}
	demands, err := f.store.Demands(ctx, demandIDs)
	if err != nil {
		return err
	}
	programmes, err := f.store.Programmes(ctx, programmeIDs)
	if err != nil {
		return err
	}
	var gone []uuid.UUID
	openDemands := pick(demandIDs, demands, &gone, func(d *domain.Demand) bool { return d.Status == domain.DemandPublished })
	openProgrammes := pick(programmeIDs, programmes, &gone, func(p *domain.Programme) bool { return p.Status == domain.ProgrammePublished })
	batch := search.Batch{Gone: gone}
	if batch.Demands, err = f.demandDocuments(ctx, f.catalogue, openDemands); err != nil {
		return err
	}
	if batch.Programmes, err = f.programmeDocuments(ctx, f.catalogue, openProgrammes); err != nil {
		return err
	}
	if err := f.index.Apply(ctx, batch); err != nil {
		return err
	}
	f.coverage.Apply(openDemands, openProgrammes, gone)
	return nil
}

// touched lists the demands and programmes whose documents changes concern: an organisation's concern all it has
// published, because they carry its name.
func (f *Follower) touched(ctx context.Context, changes []domain.Change) (demands, programmes []uuid.UUID, err error) {
	seen := make(map[uuid.UUID]bool, len(changes))
	for _, c := range changes {
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		switch c.Kind {
		case domain.ChangedDemand:
			demands = append(demands, c.ID)
		case domain.ChangedProgramme:
			programmes = append(programmes, c.ID)
		case domain.ChangedOrganisation:
			d, p, err := f.published(ctx, c.ID)
			if err != nil {
				return nil, nil, err
			}
			demands, programmes = append(demands, d...), append(programmes, p...)
		}
	}
	return distinct(demands), distinct(programmes), nil
}

func (f *Follower) published(ctx context.Context, organisation uuid.UUID) (demands, programmes []uuid.UUID, err error) {
	demands, err = everyPage(func(after uuid.UUID) ([]*domain.Demand, int, error) {
		return f.store.ListDemands(ctx, domain.OwnList{
			Organisation: organisation, Status: string(domain.DemandPublished), After: after, Limit: rowsAtOnce})
	}, func(d *domain.Demand) uuid.UUID { return d.ID })
	if err != nil {
		return nil, nil, err
	}
	programmes, err = everyPage(func(after uuid.UUID) ([]*domain.Programme, int, error) {
		return f.store.ListProgrammes(ctx, domain.OwnList{
			Organisation: organisation, Status: string(domain.ProgrammePublished), After: after, Limit: rowsAtOnce})
	}, func(p *domain.Programme) uuid.UUID { return p.ID })
	return demands, programmes, err
}

// everyPage collects the ids of a list that comes in pages.
func everyPage[T any](read func(after uuid.UUID) ([]T, int, error), id func(T) uuid.UUID) ([]uuid.UUID, error) {
	var out []uuid.UUID
	for after := uuid.Nil; ; after = out[len(out)-1] {
		list, _, err := read(after)
		if err != nil {
			return nil, err
		}
		for _, v := range list {
			out = append(out, id(v))
		}
		if len(list) < rowsAtOnce {
			return out, nil
		}
	}
}

func (f *Follower) demandDocuments(ctx context.Context, c *domain.Catalogue, list []*domain.Demand) ([]search.Demand, error) {
	names, err := ownerNames(ctx, f.store, list, func(d *domain.Demand) uuid.UUID { return d.OrganisationID })
	if err != nil {
		return nil, err
	}
	docs := make([]search.Demand, 0, len(list))
	for _, d := range list {
		doc := search.Demand{Demand: *d, Organisation: names[d.OrganisationID]}
		for _, r := range d.Requirements {
			doc.Competences = append(doc.Competences, label(c, r.Competence))
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func (f *Follower) programmeDocuments(ctx context.Context, c *domain.Catalogue, list []*domain.Programme) ([]search.Programme, error) {
	names, err := ownerNames(ctx, f.store, list, func(p *domain.Programme) uuid.UUID { return p.OrganisationID })
	if err != nil {
		return nil, err
	}
	docs := make([]search.Programme, 0, len(list))
	for _, p := range list {
		doc := search.Programme{Programme: *p, Organisation: names[p.OrganisationID]}
		for _, o := range p.Outcomes {
			doc.Competences = append(doc.Competences, label(c, o.Competence))
		}
		docs = append(docs, doc)
	}
	return docs, nil
}

func label(c *domain.Catalogue, id domain.CompetenceID) search.Label {
	k, _ := c.Competence(id)
	return search.Label{ID: id, Label: k.Label}
}

// ownerNames reads the names of the owners of a list.
func ownerNames[T any](ctx context.Context, r domain.Reader, list []T, owner func(T) uuid.UUID) (map[uuid.UUID]domain.Text, error) {
	ids := make([]uuid.UUID, 0, len(list))
	for _, v := range list {
		ids = append(ids, owner(v))
	}
	found, err := r.Organisations(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	names := make(map[uuid.UUID]domain.Text, len(found))
	for id, o := range found {
		names[id] = o.Name
	}
	return names, nil
}

// pick returns those of ids that are there and public, and notes the others as gone.
func pick[T any](ids []uuid.UUID, found map[uuid.UUID]T, gone *[]uuid.UUID, public func(T) bool) []T {
	var out []T
	for _, id := range ids {
		if v, ok := found[id]; ok && public(v) {
			out = append(out, v)
		} else {
			*gone = append(*gone, id)
		}
	}
	return out
}

func distinct(ids []uuid.UUID) []uuid.UUID {
	seen := make(map[uuid.UUID]bool, len(ids))
	out := ids[:0:0]
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			out = append(out, id)
		}
	}
	return out
}
