package meili

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"kopir/domain"
	"kopir/search"

	"github.com/meilisearch/meilisearch-go"
)

var sides = []domain.Side{domain.DemandSide, domain.ProgrammeSide}

// SearchBoth answers a query for both sides: Meilisearch merges them by how well the words fit.
func (e *Engine) SearchBoth(ctx context.Context, q search.FederatedQuery) (search.FederatedResult, error) {
	name := "both:" + string(q.OfSide(domain.DemandSide).Sort)
	from, err := parseMark(q.After, name)
	if err != nil {
		return search.FederatedResult{}, err
	}
	return guarded(ctx, e, func(ctx context.Context) (search.FederatedResult, error) {
		readings := make(map[domain.Side]asked)
		result := search.FederatedResult{Totals: make(map[domain.Side]int)}
		known := e.catalogue.Load()
		for _, side := range sides {
			result.Totals[side] = 0
			err := e.read(ctx, side, q.Words, known, func(a asked) (int, error) {
				answers, err := e.ask(ctx, []*meilisearch.SearchRequest{e.request(side, a, narrow(q.OfSide(side), known).all())})
				if err != nil {
					return 0, err
				}
				readings[side], result.Totals[side] = a, int(answers[0].TotalHits)
				return result.Totals[side], nil
			})
			if err != nil {
				return result, err
			}
		}
		if err := e.merge(ctx, q, from, readings, &result); err != nil {
			return result, err
		}
		total := result.Totals[domain.DemandSide] + result.Totals[domain.ProgrammeSide]
		if end := from + len(result.Hits); len(result.Hits) > 0 && end < total {
			result.Next = mark(end, name)
		}
		return result, nil
	})
}

// merge asks for a page of both sides at once.
func (e *Engine) merge(ctx context.Context, q search.FederatedQuery, from int, readings map[domain.Side]asked, result *search.FederatedResult) error {
	if q.Limit <= 0 {
		return nil
	}
	known := e.catalogue.Load()
	var queries []*meilisearch.SearchRequest
	var as asked
	for _, side := range sides {
		a := readings[side]
		as.words, as.mended, as.units = as.words || a.words, as.mended || a.mended, a.units
		if result.Totals[side] == 0 {
			continue
		}
		r := e.request(side, a, narrow(q.OfSide(side), known).all())
		r.Page, r.HitsPerPage = 0, nil
		r.Sort = sorting(q.OfSide(side).Sort, a.words)
		queries = append(queries, r)
	}
	if len(queries) == 0 {
		return nil
	}
	client, err := e.searcher(ctx)
	if err != nil {
		return err
	}
	answer, err := client.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{
		Federation: &meilisearch.MultiSearchFederation{Offset: int64(from), Limit: int64(q.Limit)}, Queries: queries,
	})
	if err != nil {
		return e.disown(err)
	}
	hits, err := e.hits(answer.Hits, q.Words, q.Language, as)
	if err != nil {
		return err
	}
	for i, h := range hits {
		side, err := e.sideOf(answer.Hits[i])
		if err != nil {
			return err
		}
		result.Hits = append(result.Hits, search.FederatedHit{Side: side, Hit: h})
	}
	return nil
}

// sideOf returns the side of a merged hit.
func (e *Engine) sideOf(h meilisearch.Hit) (domain.Side, error) {
	var from struct {
		Index string `json:"indexUid"`
	}
	if err := json.Unmarshal(h["_federation"], &from); err != nil {
		return "", fmt.Errorf("meilisearch: a merged hit: %w", err)
	}
	for _, side := range sides {
		if from.Index == e.live(indexOf(side)) {
			return side, nil
		}
	}
	return "", errors.New("meilisearch: a hit of no side")
}
