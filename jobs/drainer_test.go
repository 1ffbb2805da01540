package jobs_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"
	"kopir/store"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// tap is a database in which something happens, or goes wrong, before a drainer's call.
type tap struct {
	jobs.Source
	mu     sync.Mutex
	before map[string]func() error
	more   func([]domain.Change) []domain.Change
}

// on has something happen before every call of a name; nil ends that.
func (s *tap) on(name string, do func() error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before[name] = do
}

func (s *tap) run(name string) error {
	s.mu.Lock()
	do := s.before[name]
	s.mu.Unlock()
	if do == nil {
		return nil
	}
	return do()
}

func (s *tap) TakeLease(ctx context.Context, feed domain.FeedName, holder string, length time.Duration) (domain.Lease, bool, error) {
	if err := s.run("take"); err != nil {
		return domain.Lease{}, false, err
	}
	return s.Source.TakeLease(ctx, feed, holder, length)
}

func (s *tap) Changes(ctx context.Context, after domain.Position, limit int) ([]domain.Change, domain.Position, error) {
	if err := s.run("changes"); err != nil {
		return nil, "", err
	}
	changes, next, err := s.Source.Changes(ctx, after, limit)
	if s.more != nil {
		changes = s.more(changes)
	}
	return changes, next, err
}

func (s *tap) SaveProgress(ctx context.Context, lease domain.Lease, p domain.FeedProgress) error {
	if err := s.run("save"); err != nil {
		return err
	}
	return s.Source.SaveProgress(ctx, lease, p)
}

func (s *tap) Touch(ctx context.Context, subjects []domain.Subject) error {
	if err := s.run("touch"); err != nil {
		return err
	}
	return s.Source.Touch(ctx, subjects)
}

// replica is one process that may feed the engine.
type replica struct {
	*jobs.Drainer
	source *tap
	line   *line
	mu     sync.Mutex
	logs   bytes.Buffer
}

// Write takes what the replica logs.
func (r *replica) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logs.Write(p)
}

func (r *replica) logged() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.logs.String()
}

// fed is a town whose search engine outlives the processes.
type fed struct {
	*town
	engine   *server              // unless the engine is a real remote one
	connect  func() search.Remote // for a new process
	replicas int
}

func newFed(t *testing.T) *fed {
	t.Helper()
	w := newTown(t)
	f := &fed{town: w, engine: newServer(t)}
	f.connect = func() search.Remote { return &connection{server: f.engine, wants: "settings"} }
	return f
}

// replica starts a process that has not yet done anything.
func (f *fed) replica(change ...func(*jobs.DrainerConfig)) *replica {
	f.replicas++
	r := &replica{
		source: &tap{Source: f.store, before: map[string]func() error{}},
		line:   &line{Remote: f.connect(), refuses: map[uuid.UUID]string{}, panics: map[uuid.UUID]bool{}},
	}
	c := jobs.DrainerConfig{Holder: fmt.Sprint("replica ", f.replicas), Lease: 15 * time.Second, Clock: f.clock, Logger: slog.New(slog.NewTextHandler(r, nil))}
	for _, do := range change {
		do(&c)
	}
	r.Drainer = jobs.NewDrainer(r.source, r.line, c)
	return r
}

// feeding starts a process and lets it feed all there is.
func (f *fed) feeding(change ...func(*jobs.DrainerConfig)) *replica {
	f.t.Helper()
	r := f.replica(change...)
	f.settle(r)
	require.True(f.t, r.Snapshot().Holder)
	return r
}

// settle steps until there is no more, as the loop around it does.
func (f *fed) settle(r *replica) {
	f.t.Helper()
	for range 1000 {
		more, err := r.Step(f.t.Context())
		require.NoError(f.t, err)
		if !more {
			return
		}
	}
	require.Fail(f.t, "the drainer never ends")
}

// pass lets time pass.
func (f *fed) pass(d time.Duration) {
	f.timing.Lock()
	defer f.timing.Unlock()
	f.now = f.now.Add(d)
}

func (f *fed) requireFound(side domain.Side, words string, ids ...uuid.UUID) {
	f.t.Helper()
	require.ElementsMatch(f.t, ids, f.engine.found(f.town, side, words), "found by %q", words)
}

// requireEven requires that the engine holds all that is published, as it is, and nothing else.
func (f *fed) requireEven() {
	f.t.Helper()
	ctx := f.t.Context()
	demands, programmes := map[uuid.UUID]int64{}, map[uuid.UUID]int64{}
	require.NoError(f.t, f.store.PublishedDemands(ctx, 1000, func(list []*domain.Demand) error {
		for _, d := range list {
			demands[d.ID] = int64(d.Version)
		}
		return nil
	}))
	require.NoError(f.t, f.store.PublishedProgrammes(ctx, 1000, func(list []*domain.Programme) error {
		for _, p := range list {
			programmes[p.ID] = int64(p.Version)
		}
		return nil
	}))
	require.Equal(f.t, demands, f.engine.versions(domain.DemandSide))
	require.Equal(f.t, programmes, f.engine.versions(domain.ProgrammeSide))
}

func (f *fed) hide(d *domain.Demand) {
	f.t.Helper()
	_, err := f.market.CloseDemand(f.t.Context(), operator, d.ID, d.Version)
	require.NoError(f.t, err)
}

// reword gives a published demand another title.
func (f *fed) reword(d *domain.Demand, word string) *domain.Demand {
	f.t.Helper()
	d, err := f.market.ReviseDemand(f.t.Context(), operator, d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) {
		return domain.DemandForm{
			Title: domain.Text{EN: word}, Kind: "job", WorkMode: "remote", ValidThrough: "2027-03-01",
			Requirements: []domain.RequirementForm{{Competence: string(f.asked), Level: 4, Importance: "must"}},
		}, nil
	})
	require.NoError(f.t, err)
	return d
}

// publishedDemands publishes many at once.
func (f *fed) publishedDemands(n int) []uuid.UUID {
	f.t.Helper()
	var items []domain.DemandImport
	for i := range n {
		items = append(items, domain.DemandImport{Source: domain.Source{Name: "many", Reference: fmt.Sprint(i)}, Form: domain.DemandForm{
			Title: domain.Text{EN: fmt.Sprintf("shoal %d", i)}, Kind: "job", WorkMode: "remote", ValidThrough: "2027-03-01",
			Requirements: []domain.RequirementForm{{Competence: string(f.asked), Level: 4, Importance: "must"}},
		}})
	}
	out, err := f.market.ImportDemands(f.t.Context(), operator, f.employer.ID, items, true)
	require.NoError(f.t, err)
	var ids []uuid.UUID
	for _, o := range out {
		ids = append(ids, o.ID)
	}
	return ids
}

var _ jobs.Source = (*store.Store)(nil)

var errCrash = errors.New("the process ends here")

func TestAnEngineThatWasNeverFedIsFilled(t *testing.T) {
	f := newFed(t)
	d, p := f.publishedDemand("walrus"), f.publishedProgramme("octopus")
	f.demand("hedgehog")
	f.programme("badger")
	r := f.feeding()
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	f.requireFound(domain.ProgrammeSide, "octopus", p.ID)
	f.requireFound(domain.DemandSide, "hedgehog")
	f.requireEven()
	require.EqualValues(t, 1, r.Snapshot().Rebuilds)
}

func TestWhatChangesIsSentAsItIs(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d, p := f.publishedDemand("walrus"), f.publishedProgramme("octopus")
	f.requireFound(domain.DemandSide, "walrus") // not before a step
	f.settle(r)
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	f.requireFound(domain.ProgrammeSide, "octopus", p.ID)

	d = f.reword(d, "narwhal")
	f.settle(r)
	f.requireFound(domain.DemandSide, "walrus")
	f.requireFound(domain.DemandSide, "narwhal", d.ID)

	f.hide(d)
	require.NoError(t, f.market.DeleteProgramme(t.Context(), operator, p.ID, p.Version))
	f.settle(r)
	f.requireFound(domain.DemandSide, "narwhal")
	f.requireFound(domain.ProgrammeSide, "octopus")
	f.requireEven()
	require.EqualValues(t, 1, r.Snapshot().Rebuilds, "no more than the first")
}

func TestARenamedOrganisationsThingsAreSentAgain(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	f.settle(r)
	renamed := *f.employer
	renamed.Name, renamed.Version = domain.Text{EN: "Swallow"}, renamed.Version+1
	require.NoError(t, f.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.SaveOrganisation(ctx, &renamed) }))
	f.settle(r)
	f.requireFound(domain.DemandSide, "Swallow", d.ID)
}

func TestManyChangesOfOneThingAreSentOnce(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	for i := range 10 {
		d = f.reword(d, fmt.Sprint("walrus ", i))
	}
	f.settle(r)
	require.Equal(t, 1, r.line.documentsSent())
	f.requireEven()
}

func TestAnIdleHolderSendsNothing(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	calls := r.line.calls
	f.settle(r)
	f.settle(r)
	require.Equal(t, calls, r.line.calls)
}

func TestWhatCommitsWhileABatchIsUnderWayIsSentAfterwards(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	first := f.publishedDemand("walrus")
	var late *domain.Demand
	r.line.sending = func(search.Batch) {
		if late == nil {
			late = f.publishedDemand("late")
			first = f.reword(first, "narwhal")
		}
	}
	f.settle(r)
	f.requireFound(domain.DemandSide, "late", late.ID)
	f.requireFound(domain.DemandSide, "narwhal", first.ID)
	f.requireEven()
}

func TestStaleNewsNeverShowWhatIsHidden(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d, private := f.publishedDemand("walrus"), f.demand("canary")
	f.settle(r)
	f.hide(d)
	f.settle(r)
	f.publishedDemand("marmot")
	r.source.more = func(c []domain.Change) []domain.Change { // late, repeated, and of something private
		if len(c) == 0 {
			return nil
		}
		return append(c, domain.Change{Kind: domain.ChangedDemand, ID: d.ID}, domain.Change{Kind: domain.ChangedDemand, ID: private.ID}, c[0])
	}
	f.settle(r)
	f.requireFound(domain.DemandSide, "walrus")
	f.requireFound(domain.DemandSide, "canary")
	f.requireEven()
}

func TestAProcessThatEndsBeforeSendingLosesNothing(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	r.line.down = errCrash
	_, err := r.Step(t.Context())
	require.ErrorIs(t, err, errCrash)
	f.pass(16 * time.Second) // its lease ends
	other := f.feeding()
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	require.Zero(t, other.Snapshot().Rebuilds)
}

func TestAProcessThatEndsAfterSendingHasItSentTwice(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	r.source.on("save", func() error { return errCrash })
	_, err := r.Step(t.Context())
	require.ErrorIs(t, err, errCrash)
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	f.pass(16 * time.Second)
	other := f.feeding()
	require.Equal(t, 1, other.line.documentsSent())
	f.requireFound(domain.DemandSide, "walrus", d.ID)
	f.requireEven()
}

func TestOneFeedsAndTheOtherWaitsForItsTurn(t *testing.T) {
	f := newFed(t)
	one, two := f.feeding(), f.replica()
	f.settle(two)
	require.False(t, two.Snapshot().Holder)
	d := f.publishedDemand("walrus")
	f.settle(two)
	f.requireFound(domain.DemandSide, "walrus")
	require.Zero(t, two.line.calls, "not a word to the engine")
	f.settle(one)
	f.requireFound(domain.DemandSide, "walrus", d.ID)

	p := f.publishedProgramme("octopus")
	require.NoError(t, one.Close(t.Context())) // it stops in good order: no lease must run out
	f.settle(two)
	require.True(t, two.Snapshot().Holder)
	require.Zero(t, two.Snapshot().Rebuilds)
	require.Equal(t, 1, two.line.documentsSent(), "it goes on where the other ended")
	f.requireFound(domain.ProgrammeSide, "octopus", p.ID)
}

func TestALeaseIsRenewedWhileThereIsNothingToDo(t *testing.T) {
	f := newFed(t)
	one, two := f.feeding(), f.replica()
	for range 20 {
		f.pass(5 * time.Second)
		f.settle(one)
		f.settle(two)
	}
	require.True(t, one.Snapshot().Holder)
	require.False(t, two.Snapshot().Holder)
	f.pass(16 * time.Second)
	f.settle(two)
	require.True(t, two.Snapshot().Holder)
	f.settle(one)
	require.False(t, one.Snapshot().Holder)
}

// overtaken has a holder freeze with a batch in its hands, while another takes over and sends what came after.
func overtaken(t *testing.T, f *fed, one *replica) (two *replica) {
	d := f.publishedDemand("walrus")
	one.line.frozen = true
	one.line.sending = func(search.Batch) {
		one.line.sending = nil
		f.reword(d, "narwhal")
		f.pass(time.Minute)
		two = f.feeding()
	}
	more, err := one.Step(t.Context())
	require.NoError(t, err)
	require.True(t, more, "and then looks whose turn it is")
	return two
}

func TestAFrozenHolderThatWakesIsFencedOff(t *testing.T) {
	f := newFed(t)
	one := f.feeding()
	two := overtaken(t, f, one)
	require.Empty(t, f.engine.found(f.town, domain.DemandSide, "walrus"), "what it held back did not get through")
	f.requireEven()
	f.settle(one)
	require.False(t, one.Snapshot().Holder)
	require.Empty(t, one.Snapshot().Error, "nobody needs to be called")
	f.settle(two)
	f.requireEven()
	require.True(t, two.Snapshot().Holder)
}

func TestWhatAFrozenHolderSendsLateIsSentAgainByTheOther(t *testing.T) {
	f := newFed(t)
	f.engine.unfenced = true
	one := f.feeding()
	two := overtaken(t, f, one)
	require.Len(t, f.engine.found(f.town, domain.DemandSide, "walrus"), 1, "something old has come through")
	f.settle(one)
	require.False(t, one.Snapshot().Holder)
	require.EqualValues(t, 1, one.Snapshot().LeasesLost)
	f.settle(two)
	f.requireFound(domain.DemandSide, "walrus")
	f.requireEven()
}

// Without either guard something old stays: the two tests above would notice.
func TestWithoutAFenceAndWithoutSendingAgainSomethingOldStays(t *testing.T) {
	f := newFed(t)
	f.engine.unfenced = true
	one := f.feeding()
	one.source.on("touch", func() error { return errCrash })
	two := overtaken(t, f, one)
	_, err := one.Step(t.Context())
	require.ErrorIs(t, err, errCrash)
	f.settle(two)
	require.Len(t, f.engine.found(f.town, domain.DemandSide, "walrus"), 1)

	one.source.on("touch", nil)
	f.settle(one) // what it owes is not forgotten
	f.settle(two)
	f.requireEven()
}

func TestALeaseIsRenewedWhileTheEngineTakesItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFed(t)
		f.began = time.Now()
		one, two := f.feeding(), f.replica()
		d := f.publishedDemand("walrus")
		one.line.sending = func(search.Batch) {
			for range 60 {
				time.Sleep(time.Second)
				f.settle(two)
			}
		}
		f.settle(one)
		require.Zero(t, two.line.calls)
		require.Zero(t, one.Snapshot().LeasesLost)
		f.requireFound(domain.DemandSide, "walrus", d.ID)
	})
}

func TestWorkEndsBeforeALeaseThatCannotBeRenewed(t *testing.T) {
	for name, c := range map[string]struct {
		takes time.Duration // for the engine to answer; the lease is of 15 seconds
		lost  int64
	}{
		"in time":  {11 * time.Second, 0},
		"too late": {13 * time.Second, 1}, // nothing is on its way in the last three
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := newFed(t)
				f.began = time.Now()
				r := f.feeding()
				d := f.publishedDemand("walrus")
				time.Sleep(6 * time.Second) // so that the step begins with a new lease
				r.line.sending = func(search.Batch) {
					r.line.sending = nil
					r.source.on("take", func() error { return errors.New("no database") })
					time.Sleep(c.takes)
				}
				_, err := r.Step(t.Context())
				require.NoError(t, err)
				require.Equal(t, c.lost, r.Snapshot().LeasesLost)
				require.Equal(t, c.lost == 0, len(f.engine.found(f.town, domain.DemandSide, "walrus")) == 1)
				_, err = r.Step(t.Context())
				require.ErrorContains(t, err, "no database")

				r.source.on("take", nil)
				f.settle(r)
				f.requireFound(domain.DemandSide, "walrus", d.ID)
			})
		})
	}
}

func TestAnEngineThatWasFedUnderALaterLeaseIsAnError(t *testing.T) {
	f := newFed(t)
	f.engine.epoch = f.now.Unix() + 4 // the database is a copy from before
	r := f.replica()
	for range 4 {
		_, err := r.Step(t.Context())
		require.ErrorContains(t, err, "fed under a later lease")
	}
	f.settle(r)
	f.requireEven()
}
