package embedded

import (
	"context"
	"math"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/google/uuid"
)

// Search answers a query; see the package's comment for what its words find.
func (e *Engine) Search(ctx context.Context, q search.Query) (search.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, search.Timeout)
	defer cancel()
	g, release, err := e.hold()
	if err != nil {
		return search.Result{}, err
	}
	defer release()
	s, err := g.side(q.Side)
	if err != nil {
		return search.Result{}, err
	}
	result, err := g.search(ctx, s, q, e.catalogue.Load())
	if err != nil {
		return search.Result{}, failure(ctx, err)
	}
	return result, nil
}

func (g *generation) search(ctx context.Context, s *side, q search.Query, c *reading.Catalogue) (search.Result, error) {
	r := s.vocabulary.Read(q.Words, c)
	after, err := parseMark(q.After, q.Sort.On(s.which))
	if err != nil {
		return search.Result{}, err
	}
	found, err := g.found(ctx, s, r)
	if err != nil {
		return search.Result{}, err
	}
	n := s.narrow(found, q, c)
	if err := ctx.Err(); err != nil {
		return search.Result{}, err
	}
	result := search.Result{Total: count(n.all), Exact: true, Facets: s.facets(n, q)}
	p := newPage(after, q.Limit)
	if err := g.fill(ctx, s, q, r, n.all, p); err != nil {
		return search.Result{}, err
	}
	places, more := p.done()
	if more {
		result.Next = places[len(places)-1].mark(q.Sort.On(s.which))
	}
	result.Hits = make([]search.Hit, len(places))
	for i, p := range places {
		result.Hits[i] = hit(p, r, q.Language, c)
	}
	return result, nil
}

func count(b *roaring.Bitmap) int {
	return int(b.GetCardinality()) //nolint:gosec // ordinals are 32 bits wide
}

// found returns what the words find, everything without any. Not to be changed.
func (g *generation) found(ctx context.Context, s *side, r reading.Reading) (*roaring.Bitmap, error) {
	switch {
	case r.Lost:
		return roaring.New(), nil
	case len(r.Terms) == 0:
		return s.live, nil
	default:
		return g.matching(ctx, s, expression(r, true))
	}
}

// fill offers everything found to a page, in the query's order.
func (g *generation) fill(ctx context.Context, s *side, q search.Query, r reading.Reading, all *roaring.Bitmap, p *page) error {
	if p.limit <= 0 || all.IsEmpty() {
		return nil
	}
	by := q.Sort.On(s.which)
	if by == search.ByRelevance && len(r.Terms) > 0 {
		return g.fillByRelevance(ctx, s, r, all, p)
	}
	key := s.key(by, q.Today)
	for it := all.Iterator(); it.HasNext(); {
		ordinal := it.Next()
		entry := &s.entries[ordinal]
		p.offer(place{key(entry), entry.id, ordinal})
	}
	return nil
}

// inTitle is what a title with all the words is better by than any bm25, which stays far below it; what is left of a
// float's precision tells apart what bm25 tells apart.
const inTitle = 1 << 20

// fillByRelevance ranks what has all the words in its title, and the rest only if the page has room for it: bm25 costs
// two microseconds a document, and a common word finds most of them.
func (g *generation) fillByRelevance(ctx context.Context, s *side, r reading.Reading, all *roaring.Bitmap, p *page) error {
	expression := expression(r, false)
	titled := roaring.New()
	err := g.ranked(ctx, s, "{title} : ("+expression+")", func(ordinal uint32, score float64) {
		if all.Contains(ordinal) {
			titled.Add(ordinal)
			p.offer(place{sortable(score - inTitle), s.entries[ordinal].id, ordinal})
		}
	})
	if err != nil || p.full() || titled.GetCardinality() == all.GetCardinality() {
		return err
	}
	return g.ranked(ctx, s, expression, func(ordinal uint32, score float64) {
		if all.Contains(ordinal) && !titled.Contains(ordinal) {
			p.offer(place{sortable(score), s.entries[ordinal].id, ordinal})
		}
	})
}

// sortable returns an integer that is ordered as the number is.
func sortable(f float64) int64 {
	bits := int64(math.Float64bits(f)) //nolint:gosec // the bits as they are
	if bits < 0 {
		return math.MinInt64 - bits // both signs' zero becomes 0
	}
	return bits
}

func hit(p place, r reading.Reading, lang domain.Language, c *reading.Catalogue) search.Hit {
	h := search.Hit{ID: p.id}
	if len(r.Terms) > 0 {
		h.Show = func(b search.Body) []search.Highlight { return r.Highlights(b, lang, c) }
	}
	return h
}

// Candidates returns the ids of all that a query finds: what has all its words in the title first when there are more
// than MaxCandidates.
func (e *Engine) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	ctx, cancel := context.WithTimeout(ctx, search.Timeout)
	defer cancel()
	g, release, err := e.hold()
	if err != nil {
		return domain.Candidates{}, err
	}
	defer release()
	s, err := g.side(q.Side)
	if err != nil {
		return domain.Candidates{}, err
	}
	out, err := g.candidates(ctx, s, q, e.catalogue.Load(), e.options.MaxCandidates)
	return out, failure(ctx, err)
}

func (g *generation) candidates(ctx context.Context, s *side, q domain.CandidateQuery, c *reading.Catalogue, most int) (domain.Candidates, error) {
	r := s.vocabulary.Read(q.Words, c)
	found, err := g.found(ctx, s, r)
	if err != nil {
		return domain.Candidates{}, err
	}
	all := s.narrow(found, search.CandidatesOf(q), c).all
	out := domain.Candidates{Exact: count(all) <= most}
	sets := []*roaring.Bitmap{all}
	if !out.Exact && len(r.Terms) > 0 {
		titled, err := g.matching(ctx, s, "{title} : ("+expression(r, true)+")")
		if err != nil {
			return domain.Candidates{}, err
		}
		sets = []*roaring.Bitmap{roaring.And(all, titled), roaring.AndNot(all, titled)}
	}
	out.IDs = make([]uuid.UUID, 0, min(count(all), most))
	for _, set := range sets {
		for it := set.Iterator(); it.HasNext() && len(out.IDs) < most; {
			out.IDs = append(out.IDs, s.entries[it.Next()].id)
		}
	}
	return out, nil
}

// Competences finds competences in use as somebody types: see reading.Catalogue.Find.
func (e *Engine) Competences(ctx context.Context, q search.CompetenceQuery) ([]search.CompetenceHit, int, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, failure(ctx, err)
	}
	hits, total := e.catalogue.Load().Find(q)
	return hits, total, nil
}
