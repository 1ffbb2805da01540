package meili

import (
	"context"
	"errors"
	"net/http"

	"kopir/search"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// about is the one document of its index: what made the indexes beside it.
type about struct {
	ID         string `json:"id"`
	Generation string `json:"generation"`
	Catalogue  string `json:"catalogue"`
}

const aboutID = "indexes"

// Rebuild makes all indexes anew beside the living ones, with the settings that they should have, and swaps them in at
// once when fill is done. If it ends early, the living ones stay, and what was begun is cleared away by the next one.
func (e *Engine) Rebuild(ctx context.Context, fill func(apply func(search.Batch) error) error) error {
	known := e.catalogue.Load()
	client := e.feeder().build
	generation := uuid.NewString()
	if err := e.clear(ctx, client); err != nil {
		return err
	}
	if err := e.create(ctx, client, e.next, known); err != nil {
		return err
	}
	task, err := client.Index(e.next(competenceIndex)).AddDocumentsWithContext(ctx, competenceDocuments(known), nil)
	if err := e.settled(ctx, task, err); err != nil {
		return err
	}
	if err := fill(func(b search.Batch) error { return e.send(ctx, b, e.next) }); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return translate(ctx, err)
	}
	mark := []about{{aboutID, generation, known.Edition()}}
	task, err = client.Index(e.next(aboutIndex)).AddDocumentsWithContext(ctx, mark, nil)
	if err := e.settled(ctx, task, err); err != nil {
		return err
	}
	if err := e.swap(ctx, client); err != nil {
		return err
	}
	e.options.Logger.InfoContext(ctx, "search indexes rebuilt", "generation", generation, "catalogue", known.Edition())
	return e.clear(ctx, client)
}

// settled waits for a task that was sent.
func (e *Engine) settled(ctx context.Context, task *meilisearch.TaskInfo, err error) error {
	if err != nil {
		return translate(ctx, err)
	}
	return e.await(ctx, task)
}

// clear deletes what a rebuild left.
func (e *Engine) clear(ctx context.Context, client meilisearch.ServiceManager) error {
	var tasks []*meilisearch.TaskInfo
	for _, index := range indexes {
		if _, err := client.GetIndexWithContext(ctx, e.next(index)); code(err) == http.StatusNotFound {
			continue
		} else if err != nil {
			return translate(ctx, err)
		}
		task, err := client.DeleteIndexWithContext(ctx, e.next(index))
		if err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
	}
	return e.await(ctx, tasks...)
}

// create makes all indexes, with their settings before the first document.
func (e *Engine) create(ctx context.Context, client meilisearch.ServiceManager, name func(string) string, known *competences) error {
	var tasks []*meilisearch.TaskInfo
	for _, index := range indexes {
		task, err := client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: name(index), PrimaryKey: primaryKey})
		if err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
		if index == aboutIndex {
			continue
		}
		on := client.Index(name(index))
		if task, err = on.UpdateSettingsWithContext(ctx, settings(index, known)); err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
		if task, err = on.UpdateFacetSearchWithContext(ctx, false); err != nil { // nobody searches among values
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
		if index == competenceIndex {
			continue
		}
		if task, err = acquaint(ctx, on); err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
	}
	if err := e.await(ctx, tasks...); err != nil { // before it is taken out: both at once would be nothing
		return err
	}
	tasks = nil
	for _, index := range []string{demandIndex, programmeIndex} {
		task, err := client.Index(name(index)).DeleteDocumentsWithContext(ctx, []string{acquaintance}, nil)
		if err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
	}
	return e.await(ctx, tasks...)
}

// acquaintance is the id of a document that has every text.
const acquaintance = "fields"

// acquaint brings a document with every text into an index, for a moment: fields that no document ever had cannot be
// searched, not even in vain.
func acquaint(ctx context.Context, index meilisearch.IndexManager) (*meilisearch.TaskInfo, error) {
	word := []string{"."}
	all := fields{word, word, word, word}
	each := text{".", ".", "."}
	return index.AddDocumentsWithContext(ctx, []document{{
		ID: acquaintance, Words: all, Folded: all, Title: each, Description: each, Organisation: each,
		CompetenceLabels: texts{word, word, word},
	}}, nil)
}

// swap puts the new indexes in the place of the living ones, all in one task. Those that are not there yet are made
// first, empty: only what is there can be swapped.
func (e *Engine) swap(ctx context.Context, client meilisearch.ServiceManager) error {
	var tasks []*meilisearch.TaskInfo
	var pairs []*meilisearch.SwapIndexesParams
	for _, index := range indexes {
		pairs = append(pairs, &meilisearch.SwapIndexesParams{Indexes: []string{e.live(index), e.next(index)}})
		_, err := client.GetIndexWithContext(ctx, e.live(index))
		if err == nil {
			continue
		}
		if code(err) != http.StatusNotFound {
			return translate(ctx, err)
		}
		task, err := client.CreateIndexWithContext(ctx, &meilisearch.IndexConfig{Uid: e.live(index), PrimaryKey: primaryKey})
		if err != nil {
			return translate(ctx, err)
		}
		tasks = append(tasks, task)
	}
	if err := e.await(ctx, tasks...); err != nil {
		if refusal := (*search.Refusal)(nil); !errors.As(err, &refusal) { // made by somebody meanwhile: all the better
			return err
		}
	}
	task, err := client.SwapIndexesWithContext(ctx, pairs)
	return e.settled(ctx, task, err)
}
