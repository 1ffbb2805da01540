package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (f *fed) askRebuild() {
	f.t.Helper()
	require.NoError(f.t, f.store.InTx(f.t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) }))
}

func TestWhatMakesItRebuild(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(f *fed, r *replica)
		within  time.Duration
	}{
		"the engine is wiped":          {func(f *fed, _ *replica) { f.engine.wipe() }, 30 * time.Second},
		"it is another's":              {func(f *fed, _ *replica) { f.engine.generation = "of another database" }, 30 * time.Second},
		"its settings are lost":        {func(f *fed, _ *replica) { f.engine.settings = "" }, 30 * time.Second},
		"it is asked for":              {func(f *fed, _ *replica) { f.askRebuild() }, 0},
		"there is a new catalogue":     {func(f *fed, _ *replica) { f.nextCatalogue() }, 0},
		"the log was begun anew":       {func(f *fed, _ *replica) { require.NoError(f.t, f.store.RestartChanges(f.t.Context())) }, 0},
		"the log was trimmed too soon": {func(f *fed, _ *replica) { f.trimmed() }, 0},
		"an index is missing when something is sent": {func(f *fed, r *replica) {
			f.engine.wipe()
			f.publishedProgramme("octopus")
			f.engine.epoch = r.Snapshot().Epoch // its keys are still there
			_, err := r.Step(f.t.Context())
			require.Equal(f.t, domain.Unavailable, domain.KindOf(err))
		}, 0},
		"it is wiped with its keys, and something is sent": {func(f *fed, _ *replica) {
			f.engine.wipe()
			f.publishedProgramme("octopus")
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			d := f.publishedDemand("walrus")
			r := f.feeding()
			c.happens(f, r)
			if c.within > 0 {
				f.settle(r)
				require.EqualValues(t, 1, r.Snapshot().Rebuilds, "not yet")
			}
			f.pass(c.within)
			f.settle(r)
			require.EqualValues(t, 2, r.Snapshot().Rebuilds)
			f.requireFound(domain.DemandSide, "walrus", d.ID)
			f.requireEven()
			f.pass(time.Minute)
			f.settle(r)
			require.EqualValues(t, 2, r.Snapshot().Rebuilds, "once")
		})
	}
}

func (f *fed) nextCatalogue() {
	next := domain.Shipped{Number: 2, Edition: "next", Content: domain.CatalogueContent{
		Frameworks: f.catalogue.Frameworks(), Competences: f.catalogue.Competences()}}
	installed, err := domain.InstallCatalogue(f.t.Context(), f.store, next, noon)
	require.NoError(f.t, err)
	require.True(f.t, installed)
}

// trimmed has the log lose what has not been sent.
func (f *fed) trimmed() {
	f.publishedProgramme("octopus")
	forget := jobs.Forgetting(f.store, jobs.Retention{Answers: time.Hour, Changes: time.Hour}, func() time.Time { return f.now.Add(2 * time.Hour) })
	_, err := forget(f.t.Context())
	require.NoError(f.t, err)
}

func TestARebuildThatFailsLeavesTheOldAndIsBegunAgain(t *testing.T) {
	for name, at := range map[string]int{"at its beginning": 0, "half way": 1, "before the swap": 2} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			r := f.feeding()
			d, p := f.publishedDemand("walrus"), f.publishedProgramme("octopus")
			f.settle(r)
			f.askRebuild()
			r.line.fills = make([]func() error, at+1)
			for i := range r.line.fills {
				r.line.fills[i] = func() error { return nil }
			}
			r.line.fills[at] = func() error { return errCrash }
			_, err := r.Step(t.Context())
			require.ErrorIs(t, err, errCrash)
			f.requireFound(domain.DemandSide, "walrus", d.ID)
			f.requireFound(domain.ProgrammeSide, "octopus", p.ID)
			require.Zero(t, r.Snapshot().Rebuild)

			f.pass(16 * time.Second) // and this process is no more
			other := f.feeding()
			require.EqualValues(t, 1, other.Snapshot().Rebuilds)
			f.requireEven()
		})
	}
}

func TestAProcessThatEndsBetweenTheSwapAndItsNoteIsFollowedByOneThatRebuilds(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	r := f.replica()
	r.source.on("save", func() error { return errCrash })
	_, err := r.Step(t.Context())
	require.ErrorIs(t, err, errCrash)
	f.pass(16 * time.Second)
	other := f.feeding()
	require.EqualValues(t, 1, other.Snapshot().Rebuilds)
	f.requireEven()
}

// What happens in each phase of a rebuild is in the new indexes when they are swapped in, and the old ones go on
// being fed meanwhile.
func TestWhatChangesDuringARebuildIsNeitherLostNorLate(t *testing.T) {
	for name, phase := range map[string]int{"before anything is read": 0, "between demands and programmes": 1, "before the swap": 2} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			r := f.feeding()
			hidden, deleted, changed := f.publishedDemand("walrus"), f.publishedProgramme("octopus"), f.publishedDemand("herring")
			f.publishedProgramme("shrimp")
			f.settle(r)
			old := f.engine.index
			f.askRebuild()
			var published *domain.Demand
			r.line.fills = []func() error{nil, nil, nil}
			for i := range r.line.fills {
				r.line.fills[i] = func() error {
					if i == phase {
						f.hide(hidden)
						require.NoError(t, f.market.DeleteProgramme(t.Context(), operator, deleted.ID, deleted.Version))
						changed = f.reword(changed, "sardine")
						published = f.publishedDemand("narwhal")
					}
					return nil
				}
			}
			more, err := r.Step(t.Context())
			require.NoError(t, err)
			require.True(t, more)
			require.NotSame(t, old, f.engine.index)
			if phase < 2 { // in the last phase the log is drained already, and one more step is needed
				f.requireEven()
				for _, index := range []search.Index{old, f.engine.index} {
					require.Empty(t, wordsIn(f, index, "walrus"), "hidden")
					require.Empty(t, wordsIn(f, index, "herring"))
					require.Equal(t, []uuid.UUID{changed.ID}, wordsIn(f, index, "sardine"))
					require.Equal(t, []uuid.UUID{published.ID}, wordsIn(f, index, "narwhal"))
				}
			}
			f.settle(r)
			f.requireEven()
			require.EqualValues(t, 2, r.Snapshot().Rebuilds)
		})
	}
}

func wordsIn(f *fed, index search.Index, words string) (ids []uuid.UUID) {
	result, err := index.Search(f.t.Context(), search.Query{Side: domain.DemandSide, Words: words, Today: domain.DateOf(f.clock()), Limit: 10})
	require.NoError(f.t, err)
	for _, h := range result.Hits {
		ids = append(ids, h.ID)
	}
	return ids
}

// The old indexes are fed from where they were, though the entry that asks for the rebuild stands in the way.
func TestTheOldIndexesAreFedPastTheEntryThatAsksForTheRebuild(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	r := f.feeding()
	old := f.engine.index
	f.askRebuild()
	var d *domain.Demand
	r.line.fills = []func() error{func() error { d = f.publishedDemand("narwhal"); return nil }, func() error { return errCrash }}
	_, err := r.Step(t.Context())
	require.ErrorIs(t, err, errCrash)
	require.Same(t, old, f.engine.index)
	require.Equal(t, []uuid.UUID{d.ID}, wordsIn(f, old, "narwhal"))
	r.line.fills = nil
	f.settle(r)
	require.EqualValues(t, 2, r.Snapshot().Rebuilds, "and it is not forgotten")
	f.requireEven()
}

func TestARebuildAskedForDuringARebuildIsDoneAfterwards(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	r := f.feeding()
	f.askRebuild()
	hidden := f.publishedDemand("octopus")
	r.line.fills = []func() error{func() error { f.askRebuild(); f.hide(hidden); return nil }}
	_, err := r.Step(t.Context())
	require.NoError(t, err)
	f.requireFound(domain.DemandSide, "octopus")
	require.EqualValues(t, 2, r.Snapshot().Rebuilds)
	f.settle(r)
	require.EqualValues(t, 3, r.Snapshot().Rebuilds)
	f.requireEven()
}

func TestARebuildGoesOnWhenTheOldIndexesTakeNothing(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	r := f.feeding()
	f.askRebuild()
	r.line.fills = []func() error{func() error {
		f.publishedDemand("narwhal")
		f.engine.wipe()
		return nil
	}}
	f.settle(r)
	require.Contains(t, r.logged(), "the old indexes are fed no more")
	f.requireEven()
}

func TestALeaseLostDuringARebuildEndsIt(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	one := f.feeding()
	f.askRebuild()
	var two *replica
	one.line.fills = []func() error{func() error {
		f.pass(time.Minute)
		two = f.feeding()
		return nil
	}}
	f.settle(one)
	require.False(t, one.Snapshot().Holder)
	require.EqualValues(t, 1, one.Snapshot().Rebuilds, "the first")
	f.settle(two)
	f.requireEven()
	require.EqualValues(t, 1, two.Snapshot().Rebuilds)
}

func TestHowFarARebuildHasComeIsKnown(t *testing.T) {
	f := newFed(t)
	f.publishedDemands(5500)
	r := f.replica(func(c *jobs.DrainerConfig) { c.Documents, c.UnderWay = 5000, 1 })
	var seen []jobs.Progress
	look := func() error { seen = append(seen, r.Snapshot().Rebuild); f.pass(6 * time.Second); return nil }
	r.line.fills = []func() error{look, look}
	f.settle(r)
	require.Equal(t, []jobs.Progress{
		{Why: "no indexes", Since: noon, Done: 0, Total: 5500},
		{Why: "no indexes", Since: noon, Done: 5000, Total: 5500},
	}, seen)
	require.Contains(t, r.logged(), "done=5000 of=5500")
	require.Zero(t, r.Snapshot().Rebuild)
}

func TestIndexesThatAreNotCompleteAfterARebuildAreAnError(t *testing.T) {
	f := newFed(t)
	r := f.replica()
	r.line.Remote = incomplete{r.line.Remote}
	_, err := r.Step(t.Context())
	require.ErrorContains(t, err, "something is always missing")
}

type incomplete struct{ search.Remote }

func (c incomplete) Standing(ctx context.Context) (search.Standing, error) {
	s, err := c.Remote.Standing(ctx)
	s.Complete, s.Why = false, "something is always missing"
	return s, errors.Join(err)
}
