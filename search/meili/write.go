package meili

import (
	"context"
	"time"

	"kopir/search"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// Apply makes a batch searchable before it returns: it waits until Meilisearch, which only promises at first, has done
// it. Sent twice, or by two, a batch does no harm.
func (e *Engine) Apply(ctx context.Context, b search.Batch) error {
	return e.send(ctx, b, e.live)
}

// send brings a batch into the living indexes, or into those being made. Several may wait at Meilisearch, but only one at
// a time is made and sent, and there is a rest behind it: that takes a processor, which those who search are not to miss.
// Meilisearch takes far longer over what waits there.
func (e *Engine) send(ctx context.Context, b search.Batch, name func(index string) string) error {
	tasks, err := e.enqueue(ctx, b, name)
	if err != nil {
		return err
	}
	return e.await(ctx, tasks...)
}

func (e *Engine) enqueue(ctx context.Context, b search.Batch, name func(index string) string) ([]*meilisearch.TaskInfo, error) {
	e.sending.Lock()
	defer e.sending.Unlock()
	began := time.Now()
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
				return nil, translate(ctx, err)
			}
			tasks = append(tasks, task)
		}
		if len(part.gone) > 0 {
			task, err := index.DeleteDocumentsWithContext(ctx, part.gone, nil)
			if err != nil {
				return nil, translate(ctx, err)
			}
			tasks = append(tasks, task)
		}
	}
	if len(b.Demands)+len(b.Programmes) >= manyDocuments {
		pause(ctx, time.Since(began))
	}
	return tasks, nil
}

// manyDocuments take so long to make that there is a rest afterwards.
const manyDocuments = 1000

// pause waits for a while, or until ctx ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
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
		case d.Listed():
			demands.put = append(demands.put, e.demandDocument(d))
		default:
			demands.gone = append(demands.gone, d.ID.String())
		}
	}
	for i := range b.Programmes {
		switch p := &b.Programmes[i]; {
		case gone[p.ID]:
		case p.Listed():
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
	for wait := lookAgain; ; wait = min(2*wait, lookAgainMost) {
		t, err := e.admin.GetTaskWithContext(ctx, uid)
		if err != nil {
			return nil, err
		}
		switch t.Status {
		case meilisearch.TaskStatusSucceeded, meilisearch.TaskStatusFailed, meilisearch.TaskStatusCanceled:
			return t, nil
		}
		if pause(ctx, wait); ctx.Err() != nil {
			return nil, ctx.Err()
		}
	}
}
