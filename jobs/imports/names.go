package imports

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/words"
)

// Names finds competences by what they are called, in three languages. Safe for concurrent use.
type Names struct {
	byKey   map[string][]candidate // by words.Key, best first
	longest int                    // words of the longest name
}

// candidate is a competence that a name may stand for.
type candidate struct {
	id    domain.CompetenceID
	name  string
	order int // 0 for a label, then by place among the synonyms
	kind  domain.CompetenceKind
}

// Mention is a competence that words name.
type Mention struct {
	Competence domain.CompetenceID
	Name       string // the label or synonym by which it was found
	Start, End int    // bytes of the text
	Ambiguous  bool   // other competences have this name too
}

// NewNames reads the names of all competences that are in use.
func NewNames(c *domain.Catalogue) *Names {
	n := &Names{byKey: make(map[string][]candidate)}
	for _, k := range c.Competences() {
		if !k.InUse() {
			continue
		}
		for _, label := range []string{k.Label.EN, k.Label.RU, k.Label.KK} {
			n.learn(candidate{k.ID, label, 0, k.Kind})
		}
		for _, synonyms := range [][]string{k.Synonyms.EN, k.Synonyms.RU, k.Synonyms.KK} {
			for i, s := range synonyms {
				n.learn(candidate{k.ID, s, i + 1, k.Kind})
			}
		}
	}
	for key, list := range n.byKey {
		slices.SortStableFunc(list, better)
		n.byKey[key] = slices.CompactFunc(list, func(a, b candidate) bool { return a.id == b.id })
	}
	return n
}

// better orders what one name may stand for: a label before a synonym, an early synonym before a late one, knowledge
// before a skill (a bare name names a thing to know), then by id.
func better(a, b candidate) int {
	return cmp.Or(cmp.Compare(a.order, b.order), cmp.Compare(rank(a.kind), rank(b.kind)), cmp.Compare(a.id, b.id))
}

func rank(k domain.CompetenceKind) int {
	if k == domain.Skill {
		return 1
	}
	return 0
}

func (n *Names) learn(c candidate) {
	name := withoutNote(c.name)
	key := words.Key(name)
	if key == "" {
		return
	}
	c.name = name
	n.byKey[key] = append(n.byKey[key], c)
	n.longest = max(n.longest, len(words.Tokens(name)))
}

// withoutNote drops what a name explains in brackets: "Java (computer programming)" is called Java.
func withoutNote(name string) string {
	if before, _, found := strings.Cut(name, " ("); found {
		return before
	}
	return name
}

// Named returns the competence that a whole text is the name of.
func (n *Names) Named(text string) (Mention, bool) {
	for _, s := range []string{text, withoutNote(text)} {
		if list := n.byKey[words.Key(s)]; len(list) > 0 {
			return mention(list, 0, len(text)), true
		}
	}
	return Mention{}, false
}

func mention(list []candidate, start, end int) Mention {
	best := list[0]
	tied := len(list) > 1 && (best.order > 0 || list[1].order == 0)
	return Mention{Competence: best.id, Name: best.name, Start: start, End: end, Ambiguous: tied}
}

// In returns the competences that a text names, in the order of the text: the longest names first, none within
// another. Very short names count only as they are written ("Go", not "go").
func (n *Names) In(text string) []Mention {
	tokens := words.Tokens(text)
	var out []Mention
	for i := 0; i < len(tokens); {
		m, length := n.longestAt(text, tokens[i:])
		if length == 0 {
			i++
			continue
		}
		out = append(out, m)
		i += length
	}
	return out
}

func (n *Names) longestAt(text string, tokens []words.Token) (Mention, int) {
	for length := min(n.longest, len(tokens)); length > 0; length-- {
		start, end := tokens[0].Start, tokens[length-1].End
		piece := text[start:end]
		list := n.byKey[words.Key(piece)]
		if len(list) > 0 && looksLikeName(piece, list[0].name) && tight(text, tokens[:length]) {
			return mention(list, start, end), length
		}
	}
	return Mention{}, 0
}

// tight says that neither the first nor the last word can be left out: keys have no "to", so "go to" has that of "Go".
func tight(text string, tokens []words.Token) bool {
	if len(tokens) == 1 {
		return true
	}
	first, last := tokens[0], tokens[len(tokens)-1]
	key := words.Key(text[first.Start:last.End])
	return words.Key(text[tokens[1].Start:last.End]) != key && words.Key(text[first.Start:tokens[len(tokens)-2].End]) != key
}

// looksLikeName guards names of one or two letters, which running text is full of: they must be written as the
// catalogue writes them, capitals and all.
func looksLikeName(piece, name string) bool {
	if min(utf8.RuneCountInString(piece), utf8.RuneCountInString(name)) > 2 {
		return true
	}
	return piece == name && strings.ContainsFunc(piece, unicode.IsUpper)
}
