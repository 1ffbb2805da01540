package jobs_test

import (
	"errors"
	"sync"
	"testing"

	"kopir/domain"
	"kopir/jobs"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// inTens sends ten documents at once, and three such batches side by side.
func inTens(c *jobs.DrainerConfig) { c.Documents, c.UnderWay = 10, 3 }

// tower counts batches that are under way.
type tower struct {
	mu             sync.Mutex
	now, most, all int
	full           chan struct{} // closed when as many are there as are waited for
}

// waitsFor has batches wait at the engine until so many are there.
func (r *replica) waitsFor(n int) *tower {
	w := &tower{full: make(chan struct{})}
	r.line.sending = func(search.Batch) {
		w.mu.Lock()
		w.now, w.all = w.now+1, w.all+1
		if w.most = max(w.most, w.now); w.most == n && w.all == n {
			close(w.full)
		}
		w.mu.Unlock()
		<-w.full
		w.mu.Lock()
		w.now--
		w.mu.Unlock()
	}
	return w
}

func TestSeveralBatchesAreUnderWayAtOnceAndNoMore(t *testing.T) {
	f := newFed(t)
	r := f.feeding(inTens)
	f.publishedDemands(95)
	w := r.waitsFor(3) // fewer, and this would wait for ever
	f.settle(r)
	require.Equal(t, 3, w.most)
	require.Equal(t, 10, w.all)
	f.requireEven()
}

func TestARefusedDocumentIsFoundAmongBatchesUnderWay(t *testing.T) {
	f := newFed(t)
	r := f.feeding(inTens)
	ids := f.publishedDemands(95)
	r.line.refuses[ids[38]], r.line.refuses[ids[71]] = "no room", "no room"
	r.line.panics[ids[39]] = true
	f.settle(r)
	held := f.engine.versions(domain.DemandSide)
	require.Len(t, held, 92)
	list, err := f.store.Failures(t.Context(), domain.SearchFeed, 10)
	require.NoError(t, err)
	var refused []uuid.UUID
	for _, one := range list {
		refused = append(refused, one.ID)
	}
	require.ElementsMatch(t, []uuid.UUID{ids[38], ids[39], ids[71]}, refused)
}

func TestARebuildFindsARefusedDocumentAmongBatchesUnderWay(t *testing.T) {
	f := newFed(t)
	ids := f.publishedDemands(95)
	r := f.replica(inTens)
	r.line.refuses[ids[38]] = "no room"
	f.settle(r)
	require.Len(t, f.engine.versions(domain.DemandSide), 94)
	require.Equal(t, ids[38], f.refused().ID)
}

func TestWhenOneBatchFailsAllAreGivenUpAndSentAgain(t *testing.T) {
	f := newFed(t)
	r := f.feeding(inTens)
	f.publishedDemands(95)
	r.line.sending = func(search.Batch) {
		r.line.mu.Lock()
		defer r.line.mu.Unlock()
		r.line.down = errors.New("out of order")
	}
	before, calls := f.fedTo(), r.line.calls
	_, err := r.Step(t.Context())
	require.ErrorContains(t, err, "out of order")
	require.Equal(t, before, f.fedTo(), "nothing counts as sent")
	require.Less(t, r.line.calls-calls, 10, "the others were not begun")

	r.line.down, r.line.sending = nil, nil // unguarded: nobody works on them any more
	f.settle(r)
	f.requireEven()
}

// fedTo returns how far the engine has been fed, as the database knows it.
func (f *fed) fedTo() domain.Position {
	f.t.Helper()
	feed, err := f.store.Feed(f.t.Context(), domain.SearchFeed)
	require.NoError(f.t, err)
	return feed.Position
}
