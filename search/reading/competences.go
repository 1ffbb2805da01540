package reading

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"
)

// grade is how well a name fits what was typed; the smaller, the better.
type grade int

const (
	labelIs grade = iota
	synonymIs
	labelBegins
	labelHas
	synonymBegins
	synonymHas
	unfit
)

// fitting is the best that one competence has to offer.
type fitting struct {
	of     int
	grade  grade
	length int // of its shortest name of that grade
	shown  int // a name of that grade: in the reader's language, then the shortest
}

// Find finds competences in use as somebody types. All words must be in one name, each as it stands or as the beginning
// of a word; a word that no name has is read in the other alphabet, then with a typing error mended. What is the name
// comes first, then labels that begin so, labels that have the words, synonyms; then the shorter name; then as in a
// list.
func (c *Catalogue) Find(q search.CompetenceQuery) ([]search.CompetenceHit, int) {
	terms, lost := c.terms(q.Words)
	switch {
	case lost:
		return nil, 0
	case len(terms) == 0:
		return c.list(q)
	}
	found := c.fitting(q, terms)
	total := len(found)
	found = cutPage(found, q.Offset, q.Limit)
	hits := make([]search.CompetenceHit, len(found))
	r := Reading{Terms: terms}
	for i, f := range found {
		n := &c.names[f.shown]
		hits[i] = search.CompetenceHit{
			ID: c.competences[f.of].ID, Matched: n.text,
			Fragment: fragments(n.text, 0, len(n.text), n.tokens, r.mark(n.tokens)),
		}
	}
	return hits, total
}

// terms makes out the words that were typed; lost says that one of them is nowhere.
func (c *Catalogue) terms(text string) (terms []Term, lost bool) {
	tokens := words.Tokens(text)
	for _, token := range tokens[:min(len(tokens), MaxWords)] {
		t := c.vocabulary.word(token, 1)
		lost = lost || !t.found()
		terms = append(terms, t)
	}
	return terms, lost
}

// list lists everything by label.
func (c *Catalogue) list(q search.CompetenceQuery) ([]search.CompetenceHit, int) {
	var found []int
	for _, i := range c.byLabel[spoken(q.Language)] {
		if c.admits(q, i) {
			found = append(found, i)
		}
	}
	total := len(found)
	found = cutPage(found, q.Offset, q.Limit)
	hits := make([]search.CompetenceHit, len(found))
	for i, at := range found {
		k := &c.competences[at]
		label := k.Label.In(q.Language)
		hits[i] = search.CompetenceHit{ID: k.ID, Matched: label, Fragment: []search.Fragment{{Text: label}}}
	}
	return hits, total
}

func (c *Catalogue) admits(q search.CompetenceQuery, i int) bool {
	k := &c.competences[i]
	return (q.Framework == "" || k.Framework == q.Framework) && (q.Kind == "" || k.Kind == q.Kind)
}

func cutPage[T any](list []T, offset, limit int) []T {
	offset = min(max(offset, 0), len(list))
	return list[offset:min(len(list), offset+min(max(limit, 0), len(list)))]
}

// fitting returns the competences that fit, best first.
func (c *Catalogue) fitting(q search.CompetenceQuery, terms []Term) []fitting {
	key := words.Key(q.Words)
	var found []fitting
	for i := range c.names { // the names of one competence follow each other
		n := &c.names[i]
		g, length := n.grade(key, terms)
		if g == unfit || !c.admits(q, n.of) {
			continue
		}
		f := fitting{n.of, g, length, i}
		if last := len(found) - 1; last < 0 || found[last].of != n.of {
			found = append(found, f)
		} else {
			found[last] = c.better(found[last], f, q.Language)
		}
	}
	positions := c.positions[spoken(q.Language)]
	slices.SortFunc(found, func(a, b fitting) int {
		return cmp.Or(cmp.Compare(a.grade, b.grade), cmp.Compare(a.length, b.length), cmp.Compare(positions[a.of], positions[b.of]))
	})
	return found
}

// better joins what two names of one competence have to offer.
func (c *Catalogue) better(a, b fitting, lang domain.Language) fitting {
	switch {
	case a.grade < b.grade:
		return a
	case b.grade < a.grade:
		return b
	}
	length := min(a.length, b.length)
	x, y := &c.names[a.shown], &c.names[b.shown]
	mine, other := x.language == lang.Base(), y.language == lang.Base()
	if other && !mine || mine == other && b.length < a.length {
		a = b
	}
	a.length = length
	return a
}

// grade says how well the name fits, and how long it is: up to the bracket, unless the words are behind it, too.
func (n *name) grade(key string, terms []Term) (g grade, length int) {
	is, begins, has := labelIs, labelBegins, labelHas
	if !n.label {
		is, begins, has = synonymIs, synonymBegins, synonymHas
	}
	if n.key == key {
		return is, n.length
	}
	inOrder, whole, core := len(terms) <= len(n.tokens), len(terms) == n.core, true
	for i := range terms {
		t := &terms[i]
		if inOrder && t.matches(n.tokens[i]) {
			whole = whole && slices.Contains(t.Stems, n.tokens[i].Stem)
			core = core && i < n.core
			continue
		}
		inOrder = false
		at := slices.IndexFunc(n.tokens, t.matches)
		if at < 0 {
			return unfit, 0
		}
		core = core && at < n.core
	}
	length = n.length
	if !core {
		length = utf8.RuneCountInString(n.text)
	}
	switch {
	case inOrder && whole:
		return is, length
	case inOrder:
		return begins, length
	default:
		return has, length
	}
}

// Named returns the competences that a whole text is the name of: those that have it for a label, else for a synonym; of
// several that differ in what stands in brackets, the one that is written so.
func (c *Catalogue) Named(text string) []domain.CompetenceID {
	core, _, _ := strings.Cut(text, " (")
	var best []domain.CompetenceID
	rank := 3
	for _, i := range c.keyed[words.Key(core)] {
		n := &c.names[i]
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
