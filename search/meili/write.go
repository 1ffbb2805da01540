package meili

import (
	"context"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// Apply makes a batch searchable before it returns: it waits until Meilisearch, which only promises at first, has done
// it. Sent twice, or by two, a batch does no harm.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	return e.send(ctx, b, e.live)
}

// send brings a batch into the living indexes, or into those being made.
func (e *Engine) send(ctx context.Context, b search.Batch, name func(index string) string) error {
	demands, programmes := e.documents(b)
	client := e.feeder().documents
	var tasks []*meilisearch.TaskInfo
	for _, part := range []struct {
		index string
		docs  []document
		gone  []string
	}{{demandIndex, demands.put, demands.gone}, {programmeIndex, programmes.put, programmes.gone}} {
		index := client.Index(name(part.index))
		if len(part.docs) > 0 {
			task, err := index.AddDocumentsWithContext(ctx, part.docs, &meilisearch.DocumentOptions{PrimaryKey: &primaryKey})
			if err != nil {
				return translate(ctx, err)
			}
			tasks = append(tasks, task)
		}
		if len(part.gone) > 0 {
			task, err := index.DeleteDocumentsWithContext(ctx, part.gone, nil)
			if err != nil {
				return translate(ctx, err)
			}
			tasks = append(tasks, task)
		}
	}
	return e.await(ctx, tasks...)
}

var primaryKey = "id"

// change is what becomes of one side.
type change struct {
	put  []document
	gone []string
}

// documents sorts a batch by side; the last word on each thing counts.
func (e *Engine) documents(b search.Batch) (demands, programmes change) {
	gone := make(map[uuid.UUID]bool, len(b.Gone))
	for _, id := range b.Gone {
		gone[id] = true
		demands.gone, programmes.gone = append(demands.gone, id.String()), append(programmes.gone, id.String())
	}
	for i := range b.Demands {
		switch d := &b.Demands[i]; {
		case gone[d.ID]:
		case d.Status == domain.DemandPublished:
			demands.put = append(demands.put, e.demandDocument(d))
		default:
			demands.gone = append(demands.gone, d.ID.String())
		}
	}
	for i := range b.Programmes {
		switch p := &b.Programmes[i]; {
		case gone[p.ID]:
		case p.Status == domain.ProgrammePublished:
			programmes.put = append(programmes.put, e.programmeDocument(p))
		default:
			programmes.gone = append(programmes.gone, p.ID.String())
		}
	}
	return demands, programmes
}

// How often a task is looked at: soon at first, since most are short.
const (
	lookAgain     = 5 * time.Millisecond
	lookAgainMost = 250 * time.Millisecond
)

// await waits until tasks are done. It returns the first failure, once all have ended. It looks with the key that was
// given: one for some indexes does not see a task that swaps them.
func (e *Engine) await(ctx context.Context, tasks ...*meilisearch.TaskInfo) error {
	var failed error
	for _, t := range tasks {
		done, err := e.awaitOne(ctx, t.TaskUID)
		switch {
		case err != nil:
			return translate(ctx, err)
		case done.Status != meilisearch.TaskStatusSucceeded && failed == nil:
			failed = ofTask(done)
		}
	}
	return failed
}

func (e *Engine) awaitOne(ctx context.Context, uid int64) (*meilisearch.Task, error) {
	for pause := lookAgain; ; pause = min(2*pause, lookAgainMost) {
		t, err := e.admin.GetTaskWithContext(ctx, uid)
		if err != nil {
			return nil, err
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded, meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return t, nil
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-timer.C:
		}
	}
}
