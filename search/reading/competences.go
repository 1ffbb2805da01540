package reading

import "kopir/search"

// Find finds competences in use as somebody types: see names.find.
func (c *Catalogue) Find(q search.CompetenceQuery) ([]search.CompetenceHit, int) {
	page, total := c.names.find(question{
		words: q.Words, language: q.Language, offset: q.Offset, limit: q.Limit,
		admits: func(of int) bool {
			k := &c.competences[of]
			return (q.Framework == "" || k.Framework == q.Framework) && (q.Kind == "" || k.Kind == q.Kind)
		},
	})
	hits := make([]search.CompetenceHit, len(page))
	for i, f := range page {
		hits[i] = search.CompetenceHit{ID: c.competences[f.of].ID, Matched: f.name, Fragment: f.fragment}
	}
	return hits, total
}
