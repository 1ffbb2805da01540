package meili

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"kopir/domain"
	"kopir/search"

	"github.com/meilisearch/meilisearch-go"
)

// facets counts the attributes that a query asks for. A facet leaves the filter on its own attribute out; those without
// such a filter are counted with the page itself, each of the others in a search of its own. Regions with a start must
// be met by one intake, which no facet knows: each region is a search.
type facets struct {
	plain   []search.Attribute
	alone   []search.Attribute
	regions bool
	c       conditions
}

func newFacets(q search.Query, c conditions) *facets {
	f := &facets{c: c}
	for _, a := range q.Facets {
		switch {
		case !slices.Contains(search.Attributes(q.Side), a):
		case a == search.Region && q.Side == domain.ProgrammeSide && q.Filters.Programmes.StartsFrom != 0:
			f.regions = true
		case len(c[a]) > 0:
			f.alone = append(f.alone, a)
		default:
			f.plain = append(f.plain, a)
		}
	}
	return f
}

// queries adds the plain facets to the page's own search and returns what else must be asked.
func (f *facets) queries(e *Engine, q search.Query, a asked, page *meilisearch.SearchRequest) []*meilisearch.SearchRequest {
	for _, attribute := range f.plain {
		page.Facets = append(page.Facets, attributes[attribute])
	}
	var out []*meilisearch.SearchRequest
	for _, attribute := range f.alone {
		r := e.request(q.Side, a, f.c.except(attribute))
		r.Facets = []string{attributes[attribute]}
		out = append(out, r)
	}
	if f.regions {
		for _, region := range domain.Regions() {
			own := inRegions([]domain.Region{region}, q.Filters.Programmes.StartsFrom)
			out = append(out, e.request(q.Side, a, append(f.c.except(search.Region), string(own))))
		}
	}
	return out
}

// counts reads the answers to queries.
func (f *facets) counts(page meilisearch.SearchResponse, others []meilisearch.SearchResponse) (map[search.Attribute][]search.Count, error) {
	out := make(map[search.Attribute][]search.Count)
	var err error
	read := func(r meilisearch.SearchResponse, a search.Attribute) {
		counts, failed := facetCounts(r, attributes[a])
		err = cmp.Or(err, failed)
		out[a] = search.Top(counts)
	}
	for _, a := range f.plain {
		read(page, a)
	}
	for i, a := range f.alone {
		read(others[i], a)
	}
	if f.regions {
		counts := make(map[string]int)
		for i, r := range domain.Regions() {
			counts[string(r)] = int(others[len(f.alone)+i].TotalHits)
		}
		out[search.Region] = search.Top(counts)
	}
	return out, err
}

func facetCounts(r meilisearch.SearchResponse, field string) (map[string]int, error) {
	var all map[string]map[string]int
	if len(r.FacetDistribution) > 0 {
		if err := json.Unmarshal(r.FacetDistribution, &all); err != nil {
			return nil, fmt.Errorf("meilisearch: facets: %w", err)
		}
	}
	return all[field], nil
}
