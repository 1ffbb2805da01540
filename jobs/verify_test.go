package jobs_test

import (
	"testing"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// drift is what a report says beside when.
func drift(r jobs.Report) jobs.Report {
	r.At, r.Took = time.Time{}, 0
	return r
}

func TestVerifyingFindsAndMendsEveryKindOfDrift(t *testing.T) {
	// as returns a demand under another id, as an engine might hold it by mistake.
	as := func(d *domain.Demand, id uuid.UUID) search.Demand {
		other := *d
		other.ID = id
		return search.Demand{Demand: other}
	}
	for name, c := range map[string]struct {
		drift    func(d, draft *domain.Demand, p *domain.Programme) search.Batch
		expected jobs.Report
	}{
		"none": {func(_, _ *domain.Demand, _ *domain.Programme) search.Batch {
			return search.Batch{}
		}, jobs.Report{Compared: 2}},
		"a demand is missing": {func(d, _ *domain.Demand, _ *domain.Programme) search.Batch {
			return search.Batch{Gone: []uuid.UUID{d.ID}}
		}, jobs.Report{Compared: 2, Missing: 1}},
		"a programme says something else": {func(_, _ *domain.Demand, p *domain.Programme) search.Batch {
			return search.Batch{Programmes: []search.Programme{{Programme: *p}}}
		}, jobs.Report{Compared: 2, Different: 1}},
		"a ghost": {func(d, _ *domain.Demand, _ *domain.Programme) search.Batch {
			return search.Batch{Demands: []search.Demand{as(d, uuid.New())}}
		}, jobs.Report{Compared: 2, Unwanted: 1}},
		"something private shows": {func(d, draft *domain.Demand, _ *domain.Programme) search.Batch {
			return search.Batch{Demands: []search.Demand{as(d, draft.ID)}}
		}, jobs.Report{Compared: 2, Unwanted: 1}},
		"all of it": {func(d, draft *domain.Demand, p *domain.Programme) search.Batch {
			return search.Batch{Gone: []uuid.UUID{d.ID}, Demands: []search.Demand{as(d, draft.ID)}, Programmes: []search.Programme{{Programme: *p}}}
		}, jobs.Report{Compared: 2, Missing: 1, Different: 1, Unwanted: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			d, p, draft := f.publishedDemand("walrus"), f.publishedProgramme("octopus"), f.demand("canary")
			r := f.feeding()
			f.engine.meddle(c.drift(d, draft, p))
			f.settle(r)
			report, err := r.Verify(t.Context())
			require.NoError(t, err)
			require.Equal(t, c.expected, drift(report))
			require.Equal(t, report, r.Snapshot().Verified)
			f.settle(r)
			f.requireEven()
			report, err = r.Verify(t.Context())
			require.NoError(t, err)
			require.Zero(t, report.Drift())
			require.EqualValues(t, 1, r.Snapshot().Rebuilds, "nothing was rebuilt for it")
		})
	}
}

// A command in another process may verify while a server feeds.
func TestWhoDoesNotFeedMayVerifyToo(t *testing.T) {
	f := newFed(t)
	d := f.publishedDemand("walrus")
	r, other := f.feeding(), f.replica()
	f.engine.meddle(search.Batch{Gone: []uuid.UUID{d.ID}})
	report, err := other.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, report.Missing)
	require.Zero(t, other.line.documentsSent())
	f.settle(r)
	f.requireEven()
}

func TestWhatWaitsToBeSentIsNoDrift(t *testing.T) {
	f := newFed(t)
	hidden, changed := f.publishedDemand("walrus"), f.publishedDemand("herring")
	r := f.feeding()
	f.publishedProgramme("octopus")
	f.hide(hidden)
	f.reword(changed, "sardine")
	report, err := r.Verify(t.Context())
	require.NoError(t, err)
	require.Zero(t, report.Drift())
	f.settle(r)
	f.requireEven()
}

func TestWhatChangesWhileItIsVerifiedIsNoDrift(t *testing.T) {
	for name, meanwhile := range map[string]func(f *fed, r *replica, d *domain.Demand){
		"sent":    func(f *fed, r *replica, d *domain.Demand) { f.reword(d, "sardine"); f.settle(r) },
		"waiting": func(f *fed, _ *replica, d *domain.Demand) { f.reword(d, "sardine") },
		"rebuilt": func(f *fed, r *replica, d *domain.Demand) { f.engine.wipe(); f.askRebuild(); f.settle(r) },
		"rebuild waiting": func(f *fed, _ *replica, d *domain.Demand) {
			f.engine.meddle(search.Batch{Gone: []uuid.UUID{d.ID}})
			f.askRebuild()
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFed(t)
			d := f.publishedDemand("herring")
			r := f.feeding()
			other := f.replica()
			digests := &betweenDigests{Remote: other.line.Remote, do: func() { meanwhile(f, r, d) }}
			other.line.Remote = digests
			report, err := other.Verify(t.Context())
			require.NoError(t, err)
			require.Nil(t, digests.do)
			require.Zero(t, report.Drift())
			f.settle(r)
			f.requireEven()
		})
	}
}

// betweenDigests has something happen once the engine has been asked what it holds.
type betweenDigests struct {
	search.Remote
	do func()
}

func (c *betweenDigests) DemandDigest(d *search.Demand) search.Digest {
	if do := c.do; do != nil {
		c.do = nil
		do()
	}
	return c.Remote.DemandDigest(d)
}

func TestWhatIsRefusedIsNoDrift(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	r.line.refuses[d.ID] = "no room"
	f.settle(r)
	report, err := r.Verify(t.Context())
	require.NoError(t, err)
	require.Zero(t, report.Drift())
	f.settle(r)
	require.Equal(t, 1, f.refused().Attempts)
}

func TestOtherNumbersTwiceInARowAreLookedInto(t *testing.T) {
	f := newFed(t)
	d := f.publishedDemand("walrus")
	r := f.feeding()
	looks := func() {
		f.pass(30 * time.Second)
		f.settle(r)
		more, err := r.Nightly(t.Context())
		require.NoError(t, err)
		require.False(t, more)
	}
	f.engine.meddle(search.Batch{Gone: []uuid.UUID{d.ID}})
	looks()
	require.Zero(t, r.Snapshot().Verified.At, "once may be chance")
	looks()
	require.Equal(t, 1, r.Snapshot().Verified.Missing)
	f.settle(r)
	f.requireEven()
	require.EqualValues(t, 1, r.Snapshot().Rebuilds)

	at := r.Snapshot().Verified.At
	for range 10 {
		looks()
	}
	require.Equal(t, at, r.Snapshot().Verified.At, "equal numbers are no reason")
}

func TestNumbersThatARefusalExplainsAreNoReasonToVerify(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	d := f.publishedDemand("walrus")
	r.line.refuses[d.ID] = "no room"
	for range 10 {
		f.pass(30 * time.Second)
		f.settle(r)
		_, err := r.Nightly(t.Context())
		require.NoError(t, err)
	}
	require.Zero(t, r.Snapshot().Verified.At)
}

func TestContentsAreVerifiedEveryNightAtThree(t *testing.T) {
	f := newFed(t)
	f.publishedDemand("walrus")
	r, standby := f.feeding(), f.replica()
	nightly := func(r *replica) time.Time {
		f.settle(r)
		_, err := r.Nightly(t.Context())
		require.NoError(t, err)
		return r.Snapshot().Verified.At
	}
	night := time.Date(2026, 12, 1, 22, 0, 0, 0, time.UTC) // 03:00 on the 2nd in Kazakhstan
	f.now = night.Add(-time.Second)
	require.Zero(t, nightly(r))
	f.now = night
	require.Equal(t, night, nightly(r))
	require.Zero(t, nightly(standby), "who does not feed sleeps")
	f.now = night.Add(time.Hour)
	require.Equal(t, night, nightly(r), "once a night")
	f.now = night.AddDate(0, 0, 1).Add(time.Minute)
	require.Equal(t, f.now, nightly(r))

	f.now = f.now.Add(time.Hour)
	other := f.feeding()
	require.Zero(t, nightly(other), "a new holder waits for the next night")
}

func TestAVerificationThatFailsIsTriedAgain(t *testing.T) {
	f := newFed(t)
	r := f.feeding()
	f.now = noon.Add(24 * time.Hour)
	f.settle(r)
	r.line.down = domain.Fail(domain.Forbidden, domain.CodeNotYours)
	_, err := r.Nightly(t.Context())
	var asks interface{ RetryAfter() time.Duration }
	require.ErrorAs(t, err, &asks)
	require.Equal(t, time.Minute, asks.RetryAfter())
	r.line.down = nil
	_, err = r.Nightly(t.Context())
	require.NoError(t, err)
	require.Equal(t, f.now, r.Snapshot().Verified.At)
}

func TestWhatANewDayMakesOldIsSentAgain(t *testing.T) {
	f := newFed(t)
	ids := f.publishedDemands(1200)
	hidden := f.publishedDemand("walrus")
	r := f.feeding()
	tomorrow := func() {
		for _, id := range append(ids, hidden.ID) {
			f.engine.outdated[domain.Subject{Side: domain.DemandSide, ID: id}] = true
		}
	}
	tomorrow()
	f.settle(r)
	require.Zero(t, r.line.documentsSent(), "not today: it was asked for today already")

	f.now = time.Date(2026, 12, 1, 19, 0, 0, 0, time.UTC) // midnight
	r.line.refuses[ids[0]] = "no room"
	f.hide(hidden)
	delete(f.engine.outdated, domain.Subject{Side: domain.DemandSide, ID: hidden.ID})
	f.settle(r)
	require.Equal(t, 1200, r.line.documentsSent(), "all but one, and the one that is hidden")
	require.Len(t, f.engine.outdated, 1)
	require.Equal(t, 1, f.refused().Attempts)
	f.settle(r)
	require.Equal(t, 1200, r.line.documentsSent())
}

// An engine that never has enough must not keep its feeder busy for ever.
func TestWhatStaysOldThoughItIsSentIsLeftAlone(t *testing.T) {
	f := newFed(t)
	p := f.publishedProgramme("octopus")
	r := f.feeding()
	f.now = f.now.Add(24 * time.Hour)
	f.engine.outdated[domain.Subject{Side: domain.ProgrammeSide, ID: p.ID}] = true // and no sending changes that
	f.settle(r)
	require.Equal(t, 1, r.line.documentsSent())
	require.Contains(t, r.logged(), "still outdated")
}
