package reading

import (
	"cmp"
	"slices"
	"strings"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"
)

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

// Named returns the competences that a whole text is the name of: those that have it for a label, else for a synonym; of
// several that differ in what stands in brackets, the one that is written so.
func (c *Catalogue) Named(text string) []domain.CompetenceID {
	core, _, _ := strings.Cut(text, " (")
	var best []domain.CompetenceID
	rank := 3
	for _, i := range c.names.keys[words.Key(core)] {
		n := &c.names.all[i]
		r := 2
		switch {
		case strings.EqualFold(n.text, strings.TrimSpace(text)) && n.label:
			r = 0
		case n.label:
			r = 1
		}
		if r > rank {
			continue
		}
		if r < rank {
			best, rank = nil, r
		}
		if id := c.competences[n.of].ID; !slices.Contains(best, id) {
			best = append(best, id)
		}
	}
	return best
}

// Near returns competences whose names are near to a text, the nearest first: what as-you-type search finds for the whole of
// it, else for its longest word.
func (c *Catalogue) Near(text string) []domain.CompetenceID {
	longest := slices.MaxFunc(append(strings.Fields(text), ""), func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	for _, asked := range []string{text, longest} {
		if len(words.Tokens(asked)) == 0 {
			continue
		}
		hits, _ := c.Find(search.CompetenceQuery{Words: asked, Limit: 3})
		var ids []domain.CompetenceID
		for _, h := range hits {
			ids = append(ids, h.ID)
		}
		if len(ids) > 0 {
			return ids
		}
	}
	return nil
}
