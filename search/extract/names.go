package extract

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/words"
)

// name is one name of a competence.
type name struct {
	of     domain.CompetenceID
	kind   domain.CompetenceKind
	text   string // up to its bracket: "Java (computer programming)" is called Java
	fold   string // of its first word
	stem   string
	rank   int // the smaller, the likelier it is what the words stand for
	length int // words of the shortest label: the more of it is said, the likelier
	ground ground
}

// ground is why words are taken for a name.
type ground int

const (
	byLabel   ground = iota // a label of several words, or one that is no word of any language
	byProper                // the name of a product or an abbreviation, among the synonyms
	byPhrase                // a synonym of several words
	byWord                  // a label that is an ordinary word
	byVariant               // a label said with other grammar, or in part
	bySaying                // a synonym that is an ordinary word
)

// central is the rank of a synonym that says what a label of the competence says, a label's being 0; other synonyms
// follow by their place, which tells how near they are.
const central = 1

func (n name) certain() bool { return n.rank <= central }

// naming gathers the names of one competence.
type naming struct {
	to     *dictionary[name]
	of     *domain.Competence
	labels []string // cores
	runs   []string // the roots of the labels, joined
	length int      // of the shortest
}

func (e *Engine) learn(k *domain.Competence) {
	n := naming{to: &e.names, of: k}
	all := []struct {
		label    string
		synonyms []string
	}{{k.Label.EN, k.Synonyms.EN}, {k.Label.RU, k.Synonyms.RU}, {k.Label.KK, k.Synonyms.KK}}
	for _, in := range all {
		run := rootsOf(core(in.label))
		n.labels = append(n.labels, core(in.label))
		n.runs = append(n.runs, " "+strings.Join(run, " ")+" ")
		if len(run) > 0 && (n.length == 0 || len(run) < n.length) {
			n.length = len(run)
		}
	}
	for i, in := range all {
		if strings.TrimSpace(n.runs[i]) != "" { // what was imported may have no label in a language
			n.label(i)
		}
		for place, s := range in.synonyms {
			n.synonym(core(s), central+1+place)
		}
	}
}

// core is a name without what it explains in brackets.
func core(name string) string {
	before, _, _ := strings.Cut(name, " (")
	return strings.TrimSpace(before)
}

// label learns a label. One word that is alike in two languages is the name of something; else it is a word.
func (n *naming) label(i int) {
	text, g := n.labels[i], byLabel
	alike := slices.Index(n.labels, text) != i || slices.Contains(n.labels[i+1:], text)
	if !alike && oneWord(text) {
		g = byWord
	}
	run := rootsOf(text)
	n.add(run, text, 0, g)
	for _, variant := range variants(run) {
		n.add(variant, text, central, byVariant)
	}
}

func (n *naming) synonym(text string, rank int) {
	run := rootsOf(text)
	if len(run) == 0 {
		return
	}
	said := " " + strings.Join(run, " ") + " "
	if slices.ContainsFunc(n.runs, func(label string) bool { return strings.Contains(label, said) }) {
		rank = central
	}
	switch {
	case oneWord(text) && !startsUpper(text):
		n.add(run, text, rank, bySaying)
	case proper(text):
		n.add(run, text, rank, byProper)
	default:
		n.add(run, text, rank, byPhrase)
	}
	if len(run) > 1 && verbs[run[0]] {
		n.add(turned(run), text, rank, byVariant)
	}
}

func (n *naming) add(run []string, text string, rank int, g ground) {
	tokens := words.Tokens(text)
	if len(tokens) == 0 {
		return
	}
	n.to.learn(run, name{
		of: n.of.ID, kind: n.of.Kind, text: text, fold: tokens[0].Fold, stem: tokens[0].Stem, rank: rank, length: n.length, ground: g,
	})
}

// oneWord says that a name is one word without a sign, a digit or a capital inside: such may be a word of a language.
func oneWord(text string) bool {
	if strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		return false
	}
	_, first := utf8.DecodeRuneInString(text)
	return !strings.ContainsFunc(text[first:], unicode.IsUpper)
}

// proper says that a name is written as products and abbreviations are.
func proper(text string) bool {
	return strings.ContainsFunc(text, unicode.IsUpper) && len(words.Tokens(text)) <= 3
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || unicode.IsTitle(r)
}

// settle orders what each run may stand for, likeliest first, each competence once.
func (e *Engine) settle() {
	for _, run := range e.names.runs {
		slices.SortStableFunc(run.values, func(a, b name) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(deed(a.kind), deed(b.kind)), cmp.Compare(a.length, b.length), cmp.Compare(a.ground, b.ground),
				cmp.Compare(a.of, b.of))
		})
		var kept []name
		for _, n := range run.values {
			if !slices.ContainsFunc(kept, func(k name) bool { return k.of == n.of }) {
				kept = append(kept, n)
			}
		}
		run.values = kept
	}
}

// deed puts skills behind knowledge: a bare name names a thing to know.
func deed(k domain.CompetenceKind) int {
	if k == domain.Skill {
		return 1
	}
	return 0
}
