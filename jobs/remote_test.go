package jobs_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"
	"kopir/search/meili"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// newRemote is a town whose search engine is a real one, on the server that tests are given.
func newRemote(t *testing.T) (*fed, meili.Options) {
	t.Helper()
	url := os.Getenv("KOPIR_TEST_MEILI_URL")
	if url == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("KOPIR_TEST_MEILI_URL is not set: Meilisearch must be tested here")
		}
		t.Skip("NOT TESTED ON MEILISEARCH: KOPIR_TEST_MEILI_URL is not set")
	}
	f := newFed(t)
	o := meili.Options{
		URL: url, Key: os.Getenv("KOPIR_TEST_MEILI_KEY"), Clock: f.clock,
		Prefix: fmt.Sprintf("j%s_", strings.ReplaceAll(uuid.NewString(), "-", "")[:12]),
	}
	f.connect = func() search.Remote {
		e, err := meili.Open(o)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, e.Close()) })
		require.NoError(t, e.UseCatalogue(t.Context(), f.catalogue))
		return e
	}
	t.Cleanup(func() { wipeRemote(t, o) })
	return f, o
}

// wipeRemote deletes all that was made on the server, the keys too, as if its folder had been emptied.
func wipeRemote(t *testing.T, o meili.Options) {
	client := meilisearch.New(o.URL, meilisearch.WithAPIKey(o.Key))
	list, err := client.ListIndexes(&meilisearch.IndexesQuery{Limit: 1000})
	require.NoError(t, err)
	for _, i := range list.Results {
		if strings.HasPrefix(i.UID, o.Prefix) {
			task, err := client.DeleteIndex(i.UID)
			require.NoError(t, err)
			_, err = client.WaitForTask(task.TaskUID, 5*time.Millisecond)
			require.NoError(t, err)
		}
	}
	keys, err := client.GetKeys(&meilisearch.KeysQuery{Limit: 1000})
	require.NoError(t, err)
	for _, k := range keys.Results {
		if strings.Contains(k.Name, o.Prefix) {
			_, err := client.DeleteKey(k.UID)
			require.NoError(t, err)
		}
	}
}

// requireAgreed requires that the engine says what the database says, document by document.
func (f *fed) requireAgreed() {
	f.t.Helper()
	report, err := f.replica().Verify(f.t.Context())
	require.NoError(f.t, err)
	require.Zero(f.t, report.Drift(), "%+v", report)
	published, err := f.store.PublishedCounts(f.t.Context())
	require.NoError(f.t, err)
	for side, n := range published {
		require.Equal(f.t, n, f.remoteTotal(f.connect(), side))
	}
}

func (f *fed) remoteTotal(e search.Remote, side domain.Side) int {
	result, err := e.Search(f.t.Context(), search.Query{Side: side, Today: domain.DateOf(f.clock()), Limit: 1})
	require.NoError(f.t, err)
	return result.Total
}

func TestARemoteEngineIsFilledAndFed(t *testing.T) {
	f, _ := newRemote(t)
	d := f.publishedDemand("walrus")
	f.demand("canary")
	r := f.feeding()
	f.requireAgreed()
	f.publishedProgramme("octopus")
	d = f.reword(d, "narwhal")
	f.settle(r)
	f.requireAgreed()
	f.hide(d)
	f.pass(time.Minute)
	f.settle(r)
	f.requireAgreed()
	require.EqualValues(t, 1, r.Snapshot().Rebuilds)

	require.NoError(t, r.Close(t.Context()))
	other := f.feeding()
	require.Zero(t, other.Snapshot().Rebuilds, "another goes on with what it finds")
}

func TestARemoteEngineTakesNineHundredAndNinetyNineOfAThousand(t *testing.T) {
	f, _ := newRemote(t)
	r := f.feeding()
	f.publishedDemands(999)
	p := f.publishedProgramme("octopus")
	r.line.alter = func(b *search.Batch) { // the engine itself refuses more fields than a document may have
		for i := range b.Programmes {
			for n := range 70_000 {
				b.Programmes[i].Intakes = append(b.Programmes[i].Intakes, domain.Intake{StartsOn: domain.DateOf(noon), Region: domain.Region(fmt.Sprint("r", n))})
			}
		}
	}
	f.settle(r)
	require.Equal(t, domain.Subject{Side: domain.ProgrammeSide, ID: p.ID}, f.refused().Subject)
	require.Contains(t, f.refused().Reason, "fields")
	require.Equal(t, 999, f.remoteTotal(f.connect(), domain.DemandSide))
	r.line.alter = nil
	f.pass(time.Second)
	f.settle(r)
	f.requireNoFailures()
	f.requireAgreed()
}

func TestARemoteEngineThatIsWipedIsRebuilt(t *testing.T) {
	for name, c := range map[string]struct {
		write  bool
		within time.Duration
	}{"noticed by itself": {false, 30 * time.Second}, "noticed when something is sent": {true, 0}} {
		t.Run(name, func(t *testing.T) {
			f, o := newRemote(t)
			f.publishedDemand("walrus")
			r := f.feeding()
			wipeRemote(t, o)
			if c.write {
				f.publishedDemand("octopus")
			}
			f.pass(c.within)
			f.settle(r)
			require.EqualValues(t, 2, r.Snapshot().Rebuilds)
			f.requireAgreed()
		})
	}
}

func TestARemoteEngineKeepsOutAHolderThatWasOvertaken(t *testing.T) {
	f, _ := newRemote(t)
	one := f.feeding()
	two := overtaken(t, f, one)
	f.requireAgreed()
	f.settle(one)
	require.False(t, one.Snapshot().Holder)
	f.settle(two)
	f.requireAgreed()
}

func TestARemoteEngineAnswersAllThroughARebuild(t *testing.T) {
	f, _ := newRemote(t)
	f.publishedDemands(1500)
	hidden := f.publishedDemand("walrus")
	r := f.feeding()
	f.askRebuild()
	seeker := f.connect()
	asked := 0
	asks := func() error {
		if asked++; asked == 1 {
			f.hide(hidden)
			f.publishedProgramme("octopus")
			require.Equal(t, 1501, f.remoteTotal(seeker, domain.DemandSide))
			return nil
		}
		require.Equal(t, 1500, f.remoteTotal(seeker, domain.DemandSide), "what was hidden meanwhile is gone from the old indexes")
		return nil
	}
	r.line.fills = []func() error{asks, asks, asks, asks, asks}
	more, err := r.Step(t.Context())
	require.NoError(t, err)
	require.True(t, more)
	require.GreaterOrEqual(t, asked, 3)
	f.requireAgreed()
	require.EqualValues(t, 2, r.Snapshot().Rebuilds)
}

func TestARemoteEnginesDriftIsFoundAndMended(t *testing.T) {
	f, _ := newRemote(t)
	d, p := f.publishedDemand("walrus"), f.publishedProgramme("octopus")
	r := f.feeding()
	ghost := *d
	ghost.ID = uuid.New()
	require.NoError(t, f.connect().Apply(t.Context(), search.Batch{
		Gone: []uuid.UUID{d.ID}, Demands: []search.Demand{{Demand: ghost}}, Programmes: []search.Programme{{Programme: *p}}}))
	report, err := r.Verify(t.Context())
	require.NoError(t, err)
	require.Equal(t, jobs.Report{Compared: 2, Missing: 1, Different: 1, Unwanted: 1}, drift(report))
	f.settle(r)
	f.requireAgreed()
}
