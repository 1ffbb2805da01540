package meili

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// Standing says what is there: which rebuild made it, whether all of it has the settings that it should have, how many
// documents there are.
func (e *Engine) Standing(ctx context.Context) (search.Standing, error) {
	known := e.catalogue.Load()
	s := search.Standing{Complete: true, Count: make(map[domain.Side]int)}
	lacks := func(why string) {
		if s.Complete {
			s.Complete, s.Why = false, why
		}
	}
	var a about
	switch err := e.admin.Index(e.live(aboutIndex)).GetDocumentWithContext(ctx, aboutID, nil, &a); {
	case code(err) == http.StatusNotFound:
		lacks("it is not known what made the indexes")
	case err != nil:
		return search.Standing{}, translate(ctx, err)
	}
	if s.Generation = a.Generation; a.Catalogue != known.Edition() {
		lacks("the catalogue is another one")
	}
	for _, index := range indexes[:3] {
		is, err := e.admin.Index(e.live(index)).GetSettingsWithContext(ctx)
		switch {
		case code(err) == http.StatusNotFound:
			lacks("index " + index + " is not there")
			continue
		case err != nil:
			return search.Standing{}, translate(ctx, err)
		}
		if different := sameSettings(settings(index, known), is); different != "" {
			lacks("index " + index + " has other settings: " + different)
		}
	}
	for _, side := range sides {
		stats, err := e.admin.Index(e.live(indexOf(side))).GetStatsWithContext(ctx, nil)
		switch {
		case code(err) == http.StatusNotFound:
			continue
		case err != nil:
			return search.Standing{}, translate(ctx, err)
		}
		s.Count[side] = int(stats.NumberOfDocuments)
	}
	return s, nil
}

// Ping says whether Meilisearch answers.
func (e *Engine) Ping(ctx context.Context) error {
	_, err := e.admin.HealthWithContext(ctx)
	return translate(ctx, err)
}

// fetchAtOnce is how many documents are read at once to compare them.
const fetchAtOnce = 10_000

// Digests returns what is indexed on a side.
func (e *Engine) Digests(ctx context.Context, side domain.Side) (map[uuid.UUID]search.Digest, error) {
	out := make(map[uuid.UUID]search.Digest)
	err := e.fetch(ctx, side, &meilisearch.DocumentsQuery{Fields: []string{"id", "digest"}, Limit: fetchAtOnce}, func(id uuid.UUID, h meilisearch.Hit) (bool, error) {
		var digest search.Digest
		if raw, ok := h["digest"]; ok {
			if err := json.Unmarshal(raw, &digest); err != nil {
				return false, fmt.Errorf("meilisearch: a document's digest: %w", err)
			}
		}
		out[id] = digest
		return true, nil
	})
	return out, err
}

// fetch reads documents page by page, until yield says that it is enough.
func (e *Engine) fetch(ctx context.Context, side domain.Side, q *meilisearch.DocumentsQuery, yield func(uuid.UUID, meilisearch.Hit) (more bool, err error)) error {
	for ; ; q.Offset += q.Limit {
		var page meilisearch.DocumentsResult
		err := e.admin.Index(e.live(indexOf(side))).GetDocumentsWithContext(ctx, q, &page)
		if err != nil {
			return translate(ctx, err)
		}
		for _, h := range page.Results {
			id, err := idOf(h)
			if err != nil {
				continue // nobody's; a rebuild will not make it again
			}
			more, err := yield(id, h)
			if err != nil || !more {
				return err
			}
		}
		if int64(len(page.Results)) < q.Limit {
			return nil
		}
	}
}

// Outdated lists programmes whose next start has passed: they are ordered by it.
func (e *Engine) Outdated(ctx context.Context, today domain.Date, limit int) ([]domain.Subject, error) {
	var out []domain.Subject
	q := &meilisearch.DocumentsQuery{Fields: []string{"id"}, Filter: string(atMost("next_start", int64(today)-1)), Limit: int64(limit)}
	err := e.fetch(ctx, domain.ProgrammeSide, q, func(id uuid.UUID, _ meilisearch.Hit) (bool, error) {
		out = append(out, domain.Subject{Side: domain.ProgrammeSide, ID: id})
		return len(out) < limit, nil
	})
	return out, err
}
