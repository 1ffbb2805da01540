package embedded

import (
	"cmp"
	"context"
	"slices"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"
)

// sides are both sides, in the order of what is equal in all else.
var sides = []domain.Side{domain.DemandSide, domain.ProgrammeSide}

// sided is a place on one of the sides.
type sided struct {
	place
	side    *side
	reading reading.Reading
}

// SearchBoth answers a query for both sides: by how well the words fit, titles first, as Search does on each.
func (e *Engine) SearchBoth(ctx context.Context, q search.FederatedQuery) (search.FederatedResult, error) {
	ctx, cancel := context.WithTimeout(ctx, search.Timeout)
	defer cancel()
	g, release, err := e.hold()
	if err != nil {
		return search.FederatedResult{}, err
	}
	defer release()
	result, err := g.searchBoth(ctx, q, e.catalogue.Load())
	if err != nil {
		return search.FederatedResult{}, failure(ctx, err)
	}
	return result, nil
}

// bothOrder names the order of both sides in marks: one for each way of ranking.
func bothOrder(q search.FederatedQuery) search.Sort {
	return "both:" + q.OfSide(domain.DemandSide).Sort
}

func (g *generation) searchBoth(ctx context.Context, q search.FederatedQuery, c *reading.Catalogue) (search.FederatedResult, error) {
	after, err := parseMark(q.After, bothOrder(q))
	if err != nil {
		return search.FederatedResult{}, err
	}
	result := search.FederatedResult{Totals: make(map[domain.Side]int, len(sides))}
	var found []sided
	more := false
	for _, which := range sides {
		s, err := g.side(which)
		if err != nil {
			return result, err
		}
		r := s.vocabulary.Read(q.Words, c)
		all, err := g.found(ctx, s, r)
		if err != nil {
			return result, err
		}
		n := s.narrow(all, q.OfSide(which), c)
		result.Totals[which] = count(n.all)
		p := newPage(after, q.Limit)
		if err := g.fill(ctx, s, q.OfSide(which), r, n.all, p); err != nil {
			return result, err
		}
		places, further := p.done()
		more = more || further
		for _, at := range places {
			found = append(found, sided{at, s, r})
		}
	}
	slices.SortFunc(found, func(a, b sided) int { return cmp.Or(a.compare(b.place), cmp.Compare(a.side.which, b.side.which)) })
	more = more || len(found) > q.Limit
	found = found[:min(len(found), max(q.Limit, 0))]
	if more && len(found) > 0 {
		result.Next = found[len(found)-1].mark(bothOrder(q))
	}
	for _, f := range found {
		result.Hits = append(result.Hits, search.FederatedHit{Side: f.side.which, Hit: hit(f.place, f.reading, q.Language, c)})
	}
	return result, nil
}
