package reading

import (
	"kopir/domain"
	"kopir/search"
)

// Occupations finds occupations. It does not change.
type Occupations struct {
	list  []domain.NamedOccupation
	at    map[string]int // by URI
	names *names
}

// NewOccupations prepares occupations.
func NewOccupations(list []domain.NamedOccupation) *Occupations {
	things, at := make([]thing, len(list)), make(map[string]int, len(list))
	for i, o := range list {
		at[o.URI] = i
		things[i] = thing{label: o.Label, synonyms: o.Synonyms}
	}
	return &Occupations{list: list, at: at, names: newNames(things)}
}

// Named returns the occupation with a URI, and whether there is one.
func (o *Occupations) Named(uri string) (domain.NamedOccupation, bool) {
	i, ok := o.at[uri]
	if !ok {
		return domain.NamedOccupation{}, false
	}
	return o.list[i], true
}

// Find finds occupations as somebody types: see names.find.
func (o *Occupations) Find(q search.OccupationQuery) ([]domain.NamedOccupation, int) {
	page, total := o.names.find(question{
		words: q.Words, language: q.Language, offset: q.Offset, limit: q.Limit, admits: func(int) bool { return true },
	})
	hits := make([]domain.NamedOccupation, len(page))
	for i, f := range page {
		hits[i] = o.list[f.of]
	}
	return hits, total
}
