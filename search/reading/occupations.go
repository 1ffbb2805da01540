package reading

import (
	"kopir/domain"
	"kopir/search"
)

// Occupations finds occupations. It does not change.
type Occupations struct {
	list  []domain.NamedOccupation
	names *names
}

// NewOccupations prepares occupations.
func NewOccupations(list []domain.NamedOccupation) *Occupations {
	things := make([]thing, len(list))
	for i, o := range list {
		things[i] = thing{label: o.Label, synonyms: o.Synonyms}
	}
	return &Occupations{list: list, names: newNames(things)}
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
