package meili

import (
	"context"
	"encoding/json"
	"fmt"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"
	"kopir/search/words"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
)

// Search answers a query; see the package's comment for what its words find.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if q.Side != domain.DemandSide && q.Side != domain.ProgrammeSide {
		return search.Result{}, fmt.Errorf("meilisearch: no side %q", q.Side)
	}
	by := q.Sort.On(q.Side)
	from, err := parseMark(q.After, string(by))
	if err != nil {
		return search.Result{}, err
	}
	return guarded(ctx, e, func(ctx context.Context) (search.Result, error) {
		known := e.catalogue.Load()
		var result search.Result
		err := e.read(ctx, q.Side, q.Words, known, func(a asked) (int, error) {
			var err error
			result, err = e.find(ctx, q, by, from, a, narrow(q, known))
			return result.Total, err
		})
		return result, err
	})
}

// find asks for a page and its facets in one request.
func (e *Engine) find(ctx context.Context, q search.Query, by search.Sort, from int, a asked, c conditions) (search.Result, error) {
	var queries []*meilisearch.SearchRequest
	for _, page := range pages(from, q.Limit) {
		r := onPage(e.request(q.Side, a, c.all()), page, int64(max(q.Limit, 0)))
		r.Sort = sorting(by, a.words)
		queries = append(queries, r)
	}
	count := len(queries)
	facets := newFacets(q, c)
	queries = append(queries, facets.queries(e, q, a, queries[0])...)
	answers, err := e.ask(ctx, queries)
	if err != nil {
		return search.Result{}, err
	}
	result := search.Result{Total: int(answers[0].TotalHits), Exact: true}
	if result.Facets, err = facets.counts(answers[0], answers[count:]); err != nil {
		return search.Result{}, err
	}
	hits := between(answers[:count], from, q.Limit)
	if result.Hits, err = e.hits(hits, q.Words, q.Language, a); err != nil {
		return search.Result{}, err
	}
	if end := from + len(hits); len(hits) > 0 && end < result.Total {
		result.Next = mark(end, string(by))
	}
	return result, nil
}

// pages returns the pages of a size that hold what comes from a place on: one, or two if the place is inside of one.
func pages(from, size int) []int64 {
	if size <= 0 {
		return []int64{1}
	}
	first := int64(from/size) + 1
	if from%size == 0 {
		return []int64{first}
	}
	return []int64{first, first + 1}
}

// between joins pages and cuts what was asked for out of them.
func between(answers []meilisearch.SearchResponse, from, size int) meilisearch.Hits {
	if size <= 0 {
		return nil
	}
	var all meilisearch.Hits
	for _, a := range answers {
		all = append(all, a.Hits...)
	}
	skip := min(from%size, len(all))
	return all[skip:min(skip+size, len(all))]
}

// hits turns documents into hits. Meilisearch gives nothing but their ids: what a thing says is in the database, whoever
// shows it has read it there, and Show finds the words in that. Where the words were mended each thing is read as the
// only document there is, which finds what a typing error meant.
func (e *Engine) hits(found meilisearch.Hits, text string, lang domain.Language, a asked) ([]search.Hit, error) {
	known := e.catalogue.Load().reading
	show := show(text, lang, a, known)
	hits := make([]search.Hit, len(found))
	for i, h := range found {
		id, err := idOf(h)
		if err != nil {
			return nil, err
		}
		hits[i] = search.Hit{ID: id, Show: show}
	}
	return hits, nil
}

// idOf returns a document's id.
func idOf(h meilisearch.Hit) (id uuid.UUID, err error) {
	if err := json.Unmarshal(h["id"], &id); err != nil {
		return uuid.Nil, fmt.Errorf("meilisearch: a document with the id %s", h["id"])
	}
	return id, nil
}

// show returns what finds a query's words; nil without words.
func show(text string, lang domain.Language, a asked, known *reading.Catalogue) func(search.Body) []search.Highlight {
	switch {
	case !a.words:
		return nil
	case a.mended:
		return func(b search.Body) []search.Highlight {
			v := vocabulary(b)
			r := v.Read(text, known)
			return r.Highlights(b, lang, known)
		}
	}
	r := reading.Plain(a.units)
	return func(b search.Body) []search.Highlight { return r.Highlights(b, lang, known) }
}

// vocabulary returns the words of one document.
func vocabulary(b search.Body) reading.Vocabulary {
	all := make(map[string]string)
	for _, t := range append([]domain.Text{b.Title, b.Description, b.Organisation}, b.Competences...) {
		for _, s := range []string{t.KK, t.RU, t.EN} {
			for _, token := range words.Tokens(s) {
				all[token.Fold] = token.Stem
			}
		}
	}
	v := reading.NewVocabulary()
	v.Change([]map[string]string{all}, nil)
	return v
}

// Candidates returns the ids of all that a query finds: what has all its words in the title first when there are more
// than MaxCandidates.
func (e *Engine) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	return guarded(ctx, e, func(ctx context.Context) (domain.Candidates, error) {
		known := e.catalogue.Load()
		filters := narrow(search.CandidatesOf(q), known).all()
		var out domain.Candidates
		err := e.read(ctx, q.Side, q.Words, known, func(a asked) (found int, err error) {
			out, found, err = e.candidates(ctx, q.Side, a, filters)
			return found, err
		})
		return out, err
	})
}

// candidates asks for ids as a facet: ten times as fast as asking for documents.
func (e *Engine) candidates(ctx context.Context, side domain.Side, a asked, filters []string) (domain.Candidates, int, error) {
	all := e.request(side, a, filters)
	all.Facets = []string{"id"}
	answers, err := e.ask(ctx, []*meilisearch.SearchRequest{all})
	if err != nil {
		return domain.Candidates{}, 0, err
	}
	total := int(answers[0].TotalHits)
	out := domain.Candidates{Exact: total <= e.options.MaxCandidates}
	if out.IDs, err = facetIDs(answers[0]); err != nil || out.Exact {
		return out, total, err
	}
	if a.words {
		titled := a
		titled.fields = []string{"words.title"}
		r := e.request(side, titled, filters)
		r.Facets = []string{"id"}
		if answers, err = e.ask(ctx, []*meilisearch.SearchRequest{r}); err != nil {
			return domain.Candidates{}, 0, err
		}
		best, err := facetIDs(answers[0])
		if err != nil {
			return domain.Candidates{}, 0, err
		}
		out.IDs = before(best, out.IDs)
	}
	out.IDs = out.IDs[:min(len(out.IDs), e.options.MaxCandidates)]
	return out, total, nil
}

func facetIDs(r meilisearch.SearchResponse) ([]uuid.UUID, error) {
	counts, err := facetCounts(r, "id")
	ids := make([]uuid.UUID, 0, len(counts))
	for value := range counts {
		id, parsed := uuid.Parse(value)
		if parsed != nil {
			return nil, fmt.Errorf("meilisearch: a document with the id %q", value)
		}
		ids = append(ids, id)
	}
	return ids, err
}

// before returns a list with some of its ids in front.
func before(first, list []uuid.UUID) []uuid.UUID {
	seen := make(map[uuid.UUID]bool, len(first))
	for _, id := range first {
		seen[id] = true
	}
	for _, id := range list {
		if !seen[id] {
			first = append(first, id)
		}
	}
	return first
}
