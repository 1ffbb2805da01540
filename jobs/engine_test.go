package jobs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"sync"
	"testing"

	"kopir/domain"
	"kopir/search"
	"kopir/search/embedded"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// server is an engine that outlives the processes that use it: an embedded one, and what a remote one knows besides.
type server struct {
	t        *testing.T
	unfenced bool // it lets anybody write: not every engine can tell

	mu         sync.Mutex
	index      *embedded.Engine
	holds      documents
	settings   string
	edition    string
	generation string
	epoch      int64
	made       int
	outdated   map[domain.Subject]bool
}

// documents are what an engine says, each as text.
type documents map[domain.Side]map[uuid.UUID]string

func newDocuments() documents { return documents{domain.DemandSide: {}, domain.ProgrammeSide: {}} }

func (h documents) apply(b search.Batch) {
	for i := range b.Demands {
		h[domain.DemandSide][b.Demands[i].ID] = text(b.Demands[i])
	}
	for i := range b.Programmes {
		h[domain.ProgrammeSide][b.Programmes[i].ID] = text(b.Programmes[i])
	}
	for _, id := range b.Gone {
		delete(h[domain.DemandSide], id)
		delete(h[domain.ProgrammeSide], id)
	}
}

func text(doc any) string {
	b, err := json.Marshal(doc)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func newServer(t *testing.T) *server {
	s := &server{t: t, outdated: make(map[domain.Subject]bool)}
	s.wipe()
	return s
}

func (s *server) emptyIndex() *embedded.Engine {
	s.made++
	e, err := embedded.Open(embedded.Options{Dir: filepath.Join(s.t.TempDir(), "engine")})
	require.NoError(s.t, err)
	s.t.Cleanup(func() { require.NoError(s.t, e.Close()) })
	return e
}

// wipe takes all that it has, as if its folder had been emptied.
func (s *server) wipe() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.index, s.holds, s.generation, s.settings, s.edition, s.epoch = s.emptyIndex(), newDocuments(), "", "", "", 0
}

// meddle changes its documents behind everybody's back.
func (s *server) meddle(b search.Batch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	require.NoError(s.t, s.index.Apply(s.t.Context(), b))
	s.holds.apply(b)
}

// found says which things of a side it finds by words.
func (s *server) found(w *town, side domain.Side, words string) []uuid.UUID {
	s.mu.Lock()
	index := s.index
	s.mu.Unlock()
	result, err := index.Search(s.t.Context(), search.Query{Side: side, Words: words, Sort: search.ByRelevance, Today: domain.DateOf(w.clock()), Limit: 100})
	require.NoError(s.t, err)
	ids := []uuid.UUID{}
	for _, h := range result.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// versions says which version of each thing it holds.
func (s *server) versions(side domain.Side) map[uuid.UUID]int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[uuid.UUID]int64)
	for id, doc := range s.holds[side] {
		var of struct{ Version int64 }
		require.NoError(s.t, json.Unmarshal([]byte(doc), &of))
		out[id] = of.Version
	}
	return out
}

// connection is one process's way to the server.
type connection struct {
	*server
	wants     string // settings
	edition   string
	catalogue *domain.Catalogue
	epoch     int64
}

var _ search.Remote = (*connection)(nil)

func (c *connection) UseCatalogue(ctx context.Context, k *domain.Catalogue) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.edition, c.catalogue = k.Edition(), k
	return c.index.UseCatalogue(ctx, k)
}

// allowed says whether it may write: what it may do so with is taken away by whoever fences it off, or with the data.
func (c *connection) allowed() error {
	if !c.unfenced && c.epoch != c.server.epoch {
		return domain.Fail(domain.Forbidden, domain.CodeNotYours)
	}
	return nil
}

func (c *connection) Fence(_ context.Context, epoch int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if epoch < c.server.epoch {
		return domain.Fail(domain.Stale, domain.CodeStale)
	}
	c.epoch, c.server.epoch = epoch, epoch
	return nil
}

func (c *connection) Apply(ctx context.Context, b search.Batch) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.allowed(); err != nil {
		return err
	}
	if c.generation == "" {
		return domain.Fail(domain.Unavailable, domain.CodeUnavailable)
	}
	if err := c.index.Apply(ctx, b); err != nil {
		return err
	}
	c.holds.apply(b)
	for _, d := range b.Demands {
		delete(c.outdated, domain.Subject{Side: domain.DemandSide, ID: d.ID})
	}
	return nil
}

func (c *connection) Rebuild(ctx context.Context, fill func(apply func(search.Batch) error) error) error {
	c.mu.Lock()
	next, holds := c.emptyIndex(), newDocuments()
	generation := fmt.Sprint("rebuild ", c.made)
	if err := next.UseCatalogue(ctx, c.catalogue); err != nil {
		return err
	}
	c.mu.Unlock()
	var applying sync.Mutex
	err := fill(func(b search.Batch) error {
		applying.Lock()
		defer applying.Unlock()
		holds.apply(b)
		return next.Apply(ctx, b)
	})
	if err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := errOr(ctx.Err(), c.allowed()); err != nil {
		return err
	}
	c.index, c.holds, c.generation, c.settings, c.server.edition = next, holds, generation, c.wants, c.edition
	return nil
}

func errOr(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *connection) Standing(context.Context) (search.Standing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := search.Standing{Complete: true, Generation: c.generation, Count: map[domain.Side]int{}}
	for side, held := range c.holds {
		s.Count[side] = len(held)
	}
	switch {
	case c.generation == "":
		s.Complete, s.Why = false, "no indexes"
	case c.settings != c.wants:
		s.Complete, s.Why = false, "other settings"
	case c.server.edition != c.edition:
		s.Complete, s.Why = false, "another catalogue"
	}
	return s, nil
}

func (c *connection) Digests(_ context.Context, side domain.Side) (map[uuid.UUID]search.Digest, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[uuid.UUID]search.Digest)
	for id, doc := range c.holds[side] {
		out[id] = search.Digest(doc)
	}
	return out, nil
}

func (c *connection) DemandDigest(d *search.Demand) search.Digest { return search.Digest(text(*d)) }

func (c *connection) ProgrammeDigest(p *search.Programme) search.Digest {
	return search.Digest(text(*p))
}

func (c *connection) Outdated(_ context.Context, _ domain.Date, limit int) ([]domain.Subject, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []domain.Subject
	for s := range maps.Keys(c.outdated) {
		if len(out) < limit {
			out = append(out, s)
		}
	}
	return out, nil
}

func (c *connection) current() *embedded.Engine {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.index
}

func (c *connection) Search(ctx context.Context, q search.Query) (search.Result, error) {
	return c.current().Search(ctx, q)
}

func (c *connection) SearchBoth(ctx context.Context, q search.FederatedQuery) (search.FederatedResult, error) {
	return c.current().SearchBoth(ctx, q)
}

func (c *connection) Competences(ctx context.Context, q search.CompetenceQuery) ([]search.CompetenceHit, int, error) {
	return c.current().Competences(ctx, q)
}

func (c *connection) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	return c.current().Candidates(ctx, q)
}

func (c *connection) Close() error { return nil }

// line is what lies between a process and an engine: faults happen on it.
type line struct {
	search.Remote

	mu      sync.Mutex
	refuses map[uuid.UUID]string // documents and why
	panics  map[uuid.UUID]bool   // documents that cannot be converted
	down    error                // what every call returns
	calls   int                  // that reached the other end, or would have
	sent    []search.Batch       // that the engine took
	frozen  bool                 // what is on its way arrives whatever becomes of who sent it

	sending func(b search.Batch)  // before a batch arrives
	alter   func(b *search.Batch) // on its way
	fills   []func() error        // one before each batch of a rebuild, and one before its end
}

func (l *line) call() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	return l.down
}

// judge refuses what cannot be taken.
func (l *line) judge(b search.Batch) error {
	ids := []uuid.UUID{}
	for _, d := range b.Demands {
		ids = append(ids, d.ID)
	}
	for _, p := range b.Programmes {
		ids = append(ids, p.ID)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		if l.panics[id] {
			panic("poison")
		}
		if why, refused := l.refuses[id]; refused {
			return fmt.Errorf("apply: %w", &search.Refusal{Reason: why})
		}
	}
	return nil
}

func (l *line) Apply(ctx context.Context, b search.Batch) error {
	if err := errOr(l.call(), l.judge(b)); err != nil {
		return err
	}
	if l.sending != nil {
		l.sending(b)
	}
	if l.alter != nil {
		l.alter(&b)
	}
	if l.frozen {
		ctx = context.WithoutCancel(ctx)
	}
	if err := l.Remote.Apply(ctx, b); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent = append(l.sent, b)
	return nil
}

func (l *line) Rebuild(ctx context.Context, fill func(apply func(search.Batch) error) error) error {
	if err := l.call(); err != nil {
		return err
	}
	var filling sync.Mutex
	next := func() error {
		filling.Lock()
		defer filling.Unlock()
		if len(l.fills) == 0 {
			return nil
		}
		do := l.fills[0]
		l.fills = l.fills[1:]
		if do == nil {
			return nil
		}
		return do()
	}
	return l.Remote.Rebuild(ctx, func(apply func(search.Batch) error) error {
		err := fill(func(b search.Batch) error {
			if err := errOr(next(), l.judge(b), ctx.Err()); err != nil {
				return err
			}
			return apply(b)
		})
		return errOr(err, next())
	})
}

func (l *line) Fence(ctx context.Context, epoch int64) error {
	if err := l.call(); err != nil {
		return err
	}
	return l.Remote.Fence(ctx, epoch)
}

func (l *line) Standing(ctx context.Context) (search.Standing, error) {
	if err := l.call(); err != nil {
		return search.Standing{}, err
	}
	return l.Remote.Standing(ctx)
}

func (l *line) Digests(ctx context.Context, side domain.Side) (map[uuid.UUID]search.Digest, error) {
	if err := l.call(); err != nil {
		return nil, err
	}
	return l.Remote.Digests(ctx, side)
}

// documentsSent is how many documents and removals the engine took, rebuilds apart.
func (l *line) documentsSent() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, b := range l.sent {
		n += len(b.Demands) + len(b.Programmes) + len(b.Gone)
	}
	return n
}
