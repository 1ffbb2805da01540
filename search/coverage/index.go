package coverage

import (
	"sync"
	"sync/atomic"

	"kopir/domain"

	"github.com/google/uuid"
)

// Index ranks what is published by coverage. All methods are safe for concurrent use: readers wait for nobody and see a
// change whole or not at all, writers wait for each other.
type Index struct {
	measures
	writing    sync.Mutex
	now        atomic.Pointer[snapshot]
	tidying    bool           // under writing
	background sync.WaitGroup // of what tidies
}

// measures are where one way of doing things ends and the other one begins.
type measures struct {
	perBlock int // documents in a block of a segment at most, a multiple of 64 up to blockSize
	small    int // documents that a writer takes from segments that there are into a new one, while other writers wait
	alike    int // documents of a block with one code, on average, from which on they have a run of their own
	few      int // documents that a query works out one by one, without a look at posting lists
}

var _ domain.Matcher = (*Index)(nil)

// snapshot is everything at one moment. It never changes.
type snapshot struct {
	*world
	loaded     bool
	catalogue  *domain.Catalogue
	programmes side[*programme, *programmes]
	demands    side[*demand, *demands]
}

// world is what documents are numbered by. The dictionaries grow; numbers stay.
type world struct {
	measures
	names  *dictionary[domain.CompetenceID]
	values *dictionary[value]
	kin    *kinship
}

func (m measures) newWorld(c *domain.Catalogue) *world {
	names := newDictionary[domain.CompetenceID]()
	return &world{m, names, newDictionary[value](), newKinship(c, names)}
}

// New returns an empty index. It knows no catalogue, so that every competence serves itself alone, and answers
// Unavailable until Rebuild has loaded it.
func New() *Index {
	return newIndex(measures{perBlock: blockSize, small: 4_096, alike: 16, few: 1_000})
}

func newIndex(m measures) *Index {
	x := &Index{measures: m}
	x.now.Store(&snapshot{world: x.newWorld(nil)})
	return x
}

// Loaded says whether Rebuild has succeeded once: queries are answered.
func (x *Index) Loaded() bool { return x.now.Load().loaded }

// UseCatalogue tells the index how competences stand to each other. Everything is expanded again if this is another
// edition than before.
func (x *Index) UseCatalogue(c *domain.Catalogue) {
	x.writing.Lock()
	defer x.writing.Unlock()
	next := *x.now.Load()
	if next.kin.known && next.kin.edition == c.Edition() {
		return
	}
	next.catalogue = c
	next.world = &world{x.measures, next.names, next.values, newKinship(c, next.names)}
	next.programmes = side[*programme, *programmes]{}.
		replaced(x.now.Load().programmes.survivors(), nil, 0, next.programmeSegment)
	next.demands = side[*demand, *demands]{}.
		replaced(x.now.Load().demands.survivors(), nil, 0, next.demandSegment)
	x.now.Store(&next)
}

// Apply makes changes visible before it returns: what was created or changed, and the ids of what is gone from either
// side. A thing that is not published is gone too. Applying anything twice, or late, is harmless.
func (x *Index) Apply(demands []*domain.Demand, programmes []*domain.Programme, gone []uuid.UUID) {
	x.writing.Lock()
	defer x.writing.Unlock()
	next := *x.now.Load()
	b := newBatch(next.world)
	b.add(demands, programmes, gone)
	next.programmes = next.programmes.replaced(values(b.programmes), b.gone, x.small, next.programmeSegment)
	next.demands = next.demands.replaced(values(b.demands), b.gone, x.small, next.demandSegment)
	x.now.Store(&next)
	if !x.tidying && next.untidy(x.small) {
		x.tidying = true
		x.background.Go(x.tidy)
	}
}

// untidy says whether segments that are not small should be one.
func (s *snapshot) untidy(small int) bool {
	return s.programmes.untidy(small) != nil || s.demands.untidy(small) != nil
}

// tidy makes one segment of several, or of one that is half dead, until all is well. Neither readers nor writers wait for
// what takes long of it.
func (x *Index) tidy() {
	for now := x.now.Load(); now != nil; now = x.take(now.tidier(x.small)) {
	}
}

// tidier is segments in the place of what a snapshot had instead; nothing, where all was well.
type tidier struct {
	was          *snapshot
	ofProgrammes []view[*programme, *programmes]
	ofDemands    []view[*demand, *demands]
	programmes   *programmes
	demands      *demands
}

func (s *snapshot) tidier(small int) tidier {
	t := tidier{was: s, ofProgrammes: s.programmes.untidy(small), ofDemands: s.demands.untidy(small)}
	if t.ofProgrammes != nil {
		t.programmes = s.programmeSegment(survivors(t.ofProgrammes))
	}
	if t.ofDemands != nil {
		t.demands = s.demandSegment(survivors(t.ofDemands))
	}
	return t
}

// take makes visible what is tidier, with all that has changed meanwhile, and returns what there is then, or nil when
// nothing is left to do.
func (x *Index) take(t tidier) *snapshot {
	x.writing.Lock()
	defer x.writing.Unlock()
	next := *x.now.Load()
	if next.world == t.was.world { // else all of it is new
		next.programmes = next.programmes.tidied(t.ofProgrammes, t.programmes)
		next.demands = next.demands.tidied(t.ofDemands, t.demands)
		x.now.Store(&next)
	}
	x.tidying = next.untidy(x.small)
	if !x.tidying {
		return nil
	}
	return &next
}

// Rebuild replaces everything by what fill applies, and the index is loaded. Readers go on seeing the old until the new
// is complete; if fill fails, they keep it, and Rebuild returns fill's error. Other writers wait meanwhile, so fill must
// not call the index itself.
func (x *Index) Rebuild(fill func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error) error {
	x.writing.Lock()
	defer x.writing.Unlock()
	c := x.now.Load().catalogue
	next := snapshot{world: x.newWorld(c), catalogue: c, loaded: true}
	b := newBatch(next.world)
	err := fill(func(demands []*domain.Demand, programmes []*domain.Programme, gone []uuid.UUID) error {
		b.add(demands, programmes, gone)
		b.gone = b.gone[:0] // nothing older to bury
		return nil
	})
	if err != nil {
		return err
	}
	next.programmes = next.programmes.replaced(values(b.programmes), nil, 0, next.programmeSegment)
	next.demands = next.demands.replaced(values(b.demands), nil, 0, next.demandSegment)
	x.now.Store(&next)
	return nil
}

// batch is changes, the last one of each thing.
type batch struct {
	*world
	demands    map[uuid.UUID]*demand
	programmes map[uuid.UUID]*programme
	gone       []uuid.UUID
}

func newBatch(w *world) *batch {
	return &batch{world: w, demands: make(map[uuid.UUID]*demand), programmes: make(map[uuid.UUID]*programme)}
}

func (b *batch) add(demands []*domain.Demand, programmes []*domain.Programme, gone []uuid.UUID) {
	for _, d := range demands {
		if d.Listed() {
			b.demands[d.ID] = b.demand(d)
		} else {
			b.remove(d.ID)
		}
	}
	for _, p := range programmes {
		if p.Listed() {
			b.programmes[p.ID] = b.programme(p)
		} else {
			b.remove(p.ID)
		}
	}
	for _, id := range gone {
		b.remove(id)
	}
}

func (b *batch) remove(id uuid.UUID) {
	delete(b.demands, id)
	delete(b.programmes, id)
	b.gone = append(b.gone, id)
}

func values[D any](m map[uuid.UUID]D) []D {
	list := make([]D, 0, len(m))
	for _, d := range m {
		list = append(list, d)
	}
	return list
}

// Stats says how large the index is. Bytes is what its segments hold, without what the garbage collector adds.
type Stats struct {
	Programmes int
	Demands    int
	Dead       int // documents that are buried and not yet cleared away
	Segments   int
	Postings   int64
	Bytes      int64
}

// Stats returns how large the index is now.
func (x *Index) Stats() Stats {
	now := x.now.Load()
	var s Stats
	s.Programmes = tally(&s, now.programmes)
	s.Demands = tally(&s, now.demands)
	return s
}

// tally adds one side's size to s and returns how many documents it has alive.
func tally[D document, S segment[D]](s *Stats, of side[D, S]) int {
	alive := 0
	for _, v := range of.views {
		alive += v.alive
		s.Dead += len(v.segment.shelved().ids) - v.alive
		s.Segments++
		postings, bytes := v.segment.size()
		s.Postings += postings
		s.Bytes += bytes + size(v.live)
	}
	return alive
}
