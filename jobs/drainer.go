package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// Source is the database that a drainer feeds an engine from.
type Source interface {
	domain.Reader
	domain.ChangeLog
	domain.Feeds
	// Touch appends to the change log that subjects changed, so that whoever feeds sends them as they are.
	Touch(ctx context.Context, subjects []domain.Subject) error
	// PublishedCounts says how much is published on each side.
	PublishedCounts(ctx context.Context) (map[domain.Side]int, error)
}

// DrainerConfig says how an engine is fed. The zero value is fine.
type DrainerConfig struct {
	// Holder names this process among those that take turns. Defaults to a random name.
	Holder string
	// Lease is how long a turn lasts unless it is renewed: nothing is fed for so long after a process dies. It is renewed
	// while a step works, however long that takes; a database that cannot be asked for so long costs the turn, and what was
	// sent in that step is sent again. Defaults to 4 s.
	Lease time.Duration
	// Look is how often the engine is asked what it has. Defaults to 30 s.
	Look time.Duration
	// Batch is how many changes are read at once. Defaults to 30,000.
	Batch int
	// Documents is how many documents are sent in one request: an engine merges each batch into what it has, so that few
	// large ones take it less time than many small ones. Defaults to 2,500.
	Documents int
	// UnderWay is how many such requests wait at the engine at once: it merges those that wait, and need not wait for the
	// next one to be made. Defaults to 12.
	UnderWay int
	// Attempts is how often a document that is refused is sent before it is quarantined. Defaults to 5.
	Attempts int
	// Retry is the pause before a refused document is sent again; it doubles each time. Defaults to 1 s.
	Retry time.Duration
	// VerifyAt is the time of day in Kazakhstan when contents are compared. Defaults to 3 h, which is 03:00.
	VerifyAt time.Duration
	// Clock defaults to time.Now.
	Clock func() time.Time
	// Logger defaults to slog.Default.
	Logger *slog.Logger
}

func (c DrainerConfig) withDefaults() DrainerConfig {
	c.Holder = cmp.Or(c.Holder, uuid.NewString())
	c.Lease = cmp.Or(c.Lease, 4*time.Second)
	c.Look = cmp.Or(c.Look, 30*time.Second)
	c.Batch = cmp.Or(c.Batch, 30_000)
	c.Documents = cmp.Or(c.Documents, 2500)
	c.UnderWay = cmp.Or(c.UnderWay, 12)
	c.Attempts = cmp.Or(c.Attempts, 5)
	c.Retry = cmp.Or(c.Retry, time.Second)
	c.VerifyAt = cmp.Or(c.VerifyAt, 3*time.Hour)
	c.Logger = cmp.Or(c.Logger, slog.Default())
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Drainer feeds an engine that outlives the process with what is committed. Every replica runs one, and they take turns
// by a lease. Like a Follower it sends things as they are when they are sent, so that repeated, late and reordered news
// are harmless; what it has sent and what was refused is kept in the database, so that another can go on from there.
type Drainer struct {
	source Source
	remote search.Remote
	docs   documents
	cfg    DrainerConfig
	log    *slog.Logger

	mu    sync.Mutex   // one step at a time; holds what follows
	lease domain.Lease // zero while it is another's
	ends  time.Time    // of the lease, by this process's clock and never later than by the database's

	// what the holder knows, from the beginning of its lease
	fenced     int64 // the epoch under which it knows it
	uncertain  bool  // something failed under it: what was sent may still arrive, when nobody expects it any more
	feed       domain.Feed
	catalogue  *domain.Catalogue
	failures   map[domain.Subject]domain.Failure
	looked     time.Time        // when the engine was last asked what it has
	suspect    bool             // ask it at the next step
	strikes    int              // how often in a row it had another number of documents than it should
	refreshed  domain.Date      // the day whose coming the engine knows of
	refreshing []domain.Subject // sent last because of it

	readmitted bool // it has been barred, and has begun its lease once more

	unsaved []domain.Subject // sent in this step, and not yet kept as sent
	owed    []domain.Subject // sent when the lease was lost: they may have come late

	telling sync.Mutex
	state   state
}

// NewDrainer returns a drainer; nothing happens before its first Step.
func NewDrainer(source Source, remote search.Remote, c DrainerConfig) *Drainer {
	c = c.withDefaults()
	return &Drainer{source: source, remote: remote, docs: documents{source, c.Documents}, cfg: c, log: c.Logger}
}

// Step sends what has changed, at most a batch, if it is this process's turn; it says whether there may be more. It
// rebuilds the engine's indexes when they are not what they should be. An engine that cannot be reached or does not let
// this process in is an error, and nothing is lost by it; a document that is refused is not.
func (d *Drainer) Step(ctx context.Context) (more bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.reckon(ctx)
	held, err := d.take(ctx)
	if err != nil || !held {
		d.state.stepped(d.lease, err, d.cfg.Clock())
		return false, err
	}
	more, err = d.turn(ctx)
	if ctx.Err() == nil {
		d.state.stepped(d.lease, err, d.cfg.Clock())
	}
	return more, err
}

// Close gives the lease back, so that another need not wait for its end. No step may follow.
func (d *Drainer) Close(ctx context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.giveBack(ctx)
}

// turn does a step's work while the lease is held, and looks at how it ended.
func (d *Drainer) turn(ctx context.Context) (more bool, err error) {
	d.unsaved = nil
	work, release := d.keep(ctx)
	defer func() {
		release()
		if ctx.Err() == nil && (errors.Is(err, errLost) || context.Cause(work) == errLost) { //nolint:errorlint // the cause is never wrapped
			d.lose(ctx)
			more, err = true, nil // the next step learns whose turn it is
		}
	}()
	if more, err = d.work(work); err == nil {
		d.readmitted = false
	}
	if err == nil || work.Err() != nil {
		return more, err
	}
	d.suspect, d.uncertain = true, true
	switch domain.KindOf(err) {
	case domain.Forbidden, domain.Unauthenticated, domain.Stale:
		return d.barred(work, err)
	}
	return false, err
}

// barred is for a holder that the engine does not let write: because the lease is another's by now; because what it may
// write with was lost with the engine's data, and can be made anew once; or because its key is wrong, while another
// process may have the right one.
func (d *Drainer) barred(ctx context.Context, err error) (more bool, _ error) {
	lease, held, took := d.source.TakeLease(ctx, domain.SearchFeed, d.cfg.Holder, d.cfg.Lease)
	if took != nil {
		return false, errors.Join(err, took)
	}
	if !held || lease.Epoch != d.lease.Epoch {
		return false, errLost
	}
	if domain.KindOf(err) == domain.Stale {
		return false, errors.Join(fmt.Errorf("the search engine has been fed under a later lease: %w", err), d.giveBack(ctx))
	}
	if !d.readmitted {
		d.readmitted, d.fenced = true, 0
		return true, nil
	}
	err = fmt.Errorf("the search engine does not let us in: is its key the right one? %w", err)
	return false, errors.Join(postponed{err, barredRest}, d.giveBack(ctx))
}

// barredRest is how long a holder rests that the engine does not let in: twice it may have asked by then, and it is to be
// refused no more than once a minute.
const barredRest = 2 * time.Minute

// work is one step of the holder.
func (d *Drainer) work(ctx context.Context) (more bool, err error) {
	if d.fenced != d.lease.Epoch {
		if err := d.begin(ctx); err != nil {
			return false, err
		}
	}
	if d.uncertain {
		if err := d.remote.Fence(ctx, d.fenced); err != nil { // against our own requests, which nobody waits for any more
			return false, err
		}
		d.uncertain = false
	}
	var seen *search.Standing
	if now := d.cfg.Clock(); d.suspect || now.Sub(d.looked) >= d.cfg.Look {
		standing, why, err := d.look(ctx)
		if err != nil {
			return false, err
		}
		if why != "" {
			return true, d.rebuild(ctx, why)
		}
		d.looked, d.suspect, seen = now, false, &standing
	}
	if n, err := d.refresh(ctx); err != nil || n > 0 {
		return n > 0, err
	}
	n, err := d.drain(ctx)
	if err == nil && n == 0 && seen != nil {
		err = d.count(ctx, *seen)
	}
	return n > 0, err
}

// begin is what a new holder does first: whoever held the lease before must write no more.
func (d *Drainer) begin(ctx context.Context) error {
	if err := d.remote.Fence(ctx, d.lease.Epoch); err != nil {
		return err
	}
	feed, err := d.source.Feed(ctx, domain.SearchFeed)
	if err != nil {
		return err
	}
	failures, err := d.source.Failures(ctx, domain.SearchFeed, failuresKnown)
	if err != nil {
		return err
	}
	if err := d.useCatalogue(ctx); err != nil {
		return err
	}
	d.feed, d.failures = feed, make(map[domain.Subject]domain.Failure, len(failures))
	for _, f := range failures {
		d.failures[f.Subject] = f
	}
	d.suspect, d.strikes, d.refreshed, d.refreshing = true, 0, 0, nil
	d.fenced, d.uncertain = d.lease.Epoch, false
	now := d.cfg.Clock()
	d.state.began(d.lease.Epoch, nextNight(now, d.cfg.VerifyAt))
	d.log.InfoContext(ctx, "feeding the search engine", "epoch", d.lease.Epoch, "refused", len(failures))
	return nil
}

func (d *Drainer) useCatalogue(ctx context.Context) (err error) {
	d.catalogue, err = d.newCatalogue(ctx)
	return err
}

// newCatalogue reads the catalogue and tells the engine: what documents say depends on it. Steps and verifications may
// do so at once; the one that reads later tells later.
func (d *Drainer) newCatalogue(ctx context.Context) (*domain.Catalogue, error) {
	d.telling.Lock()
	defer d.telling.Unlock()
	c, err := d.source.Catalogue(ctx)
	if err != nil {
		return nil, err
	}
	return c, d.remote.UseCatalogue(ctx, c)
}

// look asks the engine what it has, and says why it must be rebuilt, if it must.
func (d *Drainer) look(ctx context.Context) (s search.Standing, why string, err error) {
	s, err = d.remote.Standing(ctx)
	switch {
	case err != nil:
		return s, "", err
	case !s.Complete:
		return s, cmp.Or(s.Why, "its indexes are not complete"), nil
	case d.feed.Generation == "":
		return s, "it has never been fed from this database", nil
	case s.Generation != d.feed.Generation:
		return s, "its indexes are of another rebuild", nil
	}
	return s, "", nil
}

// count compares how many documents there are with how many there should be, when nothing waits to be sent. Different
// numbers twice in a row are a reason to compare what the documents say.
func (d *Drainer) count(ctx context.Context, s search.Standing) error {
	published, err := d.source.PublishedCounts(ctx)
	if err != nil {
		return err
	}
	refused := make(map[domain.Side]int)
	for f := range d.failures {
		refused[f.Side]++
	}
	for _, side := range sides {
		if n := s.Count[side]; n > published[side] || n < published[side]-refused[side] {
			d.log.WarnContext(ctx, "the search engine has another number of documents", "side", side, "has", n, "should_have", published[side])
			if d.strikes++; d.strikes >= 2 {
				d.strikes = 0
				d.state.askVerify(d.cfg.Clock())
			}
			return nil
		}
	}
	d.strikes = 0
	return nil
}
