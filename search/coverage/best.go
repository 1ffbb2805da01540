package coverage

import (
	"context"
	"iter"
	"runtime"
	"sync"

	"kopir/domain"
)

// ahead is how many queries a worker of BestProgrammes may be ahead of the answer that is handed out.
const ahead = 16

// answer is one query of many, on its way through the workers.
type answer struct {
	query domain.ProgrammeQuery
	ranks []domain.ProgrammeRank
	err   error
	ready chan struct{}
}

// BestProgrammes answers many queries; domain.Matcher says how. It returns what Programmes returns.
func (x *Index) BestProgrammes(
	ctx context.Context, workers int, queries iter.Seq[domain.ProgrammeQuery], yield func(int, []domain.ProgrammeRank) error,
) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	now, todo := x.now.Load(), make(chan *answer, ahead*workers)
	var working sync.WaitGroup
	for range workers {
		working.Go(func() {
			for a := range todo {
				a.ranks, _, a.err = now.bestOf(ctx, a.query)
				close(a.ready)
			}
		})
	}
	defer working.Wait()
	defer close(todo)
	defer cancel()

	given := 0
	var waiting []*answer // in the order of the queries
	give := func() error {
		a := waiting[0]
		waiting = waiting[1:]
		<-a.ready
		if a.err != nil {
			return a.err
		}
		given++
		return yield(given-1, a.ranks)
	}
	for q := range queries {
		if len(waiting) == cap(todo) {
			if err := give(); err != nil {
				return err
			}
		}
		q.Uncounted = true
		a := &answer{query: q, ready: make(chan struct{})}
		todo <- a
		waiting = append(waiting, a)
	}
	for len(waiting) > 0 {
		if err := give(); err != nil {
			return err
		}
	}
	return ctx.Err()
}
