package embedded

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/search/words"
)

// MaxWords is how many words of a query count; the others are not looked at.
const MaxWords = 16

// leastTyped is from how many letters on the last word of a query may be the beginning of another: a letter alone is a
// name, as C or R.
const leastTyped = 2

// maxForms bounds the stems that one word stands for beside its prefix.
const maxForms = 64

// reading is what a query's words mean in a vocabulary: every term must be found.
type reading struct {
	terms []term
	lost  bool // a word is in no document, nor anything near it
}

// term is a phrase, or a word: any of its stems, or any word that begins with one of its prefixes; or a run of words,
// all of which must be found. Where it is a synonym of a competence, the labels of that do as well.
type term struct {
	phrase   []string
	stems    []string
	prefixes []string
	run      []term
	labels   [][]string
}

func (t *term) found() bool {
	return len(t.stems) > 0 || len(t.prefixes) > 0 || len(t.phrase) > 0 || len(t.run) > 0 || len(t.labels) > 0
}

// read makes out what a text asks for. A synonym of a competence also finds its labels.
func (v *vocabulary) read(text string, c *catalogue) reading {
	var r reading
	left := MaxWords
	for _, p := range parts(text) {
		tokens := words.Tokens(p.text)
		tokens = tokens[:min(len(tokens), left)]
		left -= len(tokens)
		if p.quoted {
			r.addPhrase(v, tokens)
			continue
		}
		beginning := func(t words.Token) int {
			if p.last && t.End == len(p.text) {
				return leastTyped
			}
			return 0
		}
		for len(tokens) > 0 {
			length, labels := c.named(v, p.text, tokens)
			found := v.term(tokens[:length], labels, beginning)
			r.lost = r.lost || !found.found()
			r.terms = append(r.terms, found)
			tokens = tokens[length:]
		}
	}
	return r
}

// term makes out a word, or a run of words that is a synonym of a competence with these labels: such a word is not
// taken for a mistyped other one.
func (v *vocabulary) term(tokens []words.Token, labels [][]string, beginning func(words.Token) int) term {
	first := tokens[0]
	switch {
	case len(labels) == 0:
		return v.word(first, beginning(first))
	case len(tokens) == 1:
		t := v.known(first.Fold, first.Stem, beginning(first))
		t.labels = labels
		return t
	}
	t := term{labels: labels}
	for _, token := range tokens {
		part := v.known(token.Fold, token.Stem, beginning(token))
		if !part.found() {
			return term{labels: labels}
		}
		t.run = append(t.run, part)
	}
	return t
}

func (r *reading) addPhrase(v *vocabulary, tokens []words.Token) {
	if len(tokens) == 0 {
		return
	}
	var t term
	for _, token := range tokens {
		r.lost = r.lost || v.stems[token.Stem] == 0
		t.phrase = append(t.phrase, token.Stem)
	}
	r.terms = append(r.terms, t)
}

type part struct {
	text         string
	quoted, last bool
}

// parts cuts a text at its quotation marks; one without its pair means nothing.
func parts(text string) []part {
	var out []part
	rest := text
	for {
		before, inside, after, ok := cutQuoted(rest)
		if !ok {
			return append(out, part{text: rest, last: true})
		}
		out = append(out, part{text: before}, part{text: inside, quoted: true})
		rest = after
	}
}

const quotes = "\"«»“”„‟″"

func cutQuoted(s string) (before, inside, after string, ok bool) {
	open := strings.IndexAny(s, quotes)
	if open < 0 {
		return "", "", "", false
	}
	_, size := utf8.DecodeRuneInString(s[open:])
	inside = s[open+size:]
	end := strings.IndexAny(inside, quotes)
	if end < 0 {
		return "", "", "", false
	}
	_, size = utf8.DecodeRuneInString(inside[end:])
	return s[:open], inside[:end], inside[end+size:], true
}

// word makes out one word: as it stands, else in the other alphabet, else what is nearest. From so many letters on, it
// may be the beginning of a word; 0 means that it may not.
func (v *vocabulary) word(token words.Token, beginning int) term {
	t := v.known(token.Fold, token.Stem, beginning)
	if t.found() {
		return t
	}
	others := words.Transliterate(token.Fold)
	for _, fold := range others {
		other := v.known(fold, words.Stem(fold), beginning)
		t.prefixes = append(t.prefixes, other.prefixes...)
		t.addStems(other.stems...)
	}
	if t.found() {
		return t
	}
	for _, near := range [][]string{{token.Fold}, others} {
		if t.found() {
			break
		}
		for _, fold := range v.nearest(near, false) {
			t.addStems(v.words[fold].stem)
		}
		if t.found() || beginning == 0 {
			continue
		}
		for _, fold := range v.nearest(near, true) {
			t.addStems(v.words[fold].stem)
		}
	}
	return t
}

// known returns what the vocabulary has of a word. The index knows a prefix among stems only: of words that are longer
// than it and whose stems are shorter, the stems are named.
func (v *vocabulary) known(fold, stem string, beginning int) term {
	var t term
	if v.stems[stem] > 0 {
		t.stems = append(t.stems, stem)
	}
	if beginning == 0 || utf8.RuneCountInString(fold) < beginning {
		return t
	}
	for _, longer := range v.from(fold) {
		s := v.words[longer].stem
		if strings.HasPrefix(s, fold) {
			t.prefixes = []string{fold}
		} else {
			t.addStems(s)
		}
	}
	return t
}

func (t *term) addStems(stems ...string) {
	for _, s := range stems {
		if len(t.stems) < maxForms && !slices.Contains(t.stems, s) {
			t.stems = append(t.stems, s)
		}
	}
}

// expression writes the reading in FTS5's language, every word between quotes. With lean, stems that a prefix covers
// are left out: they change the rank of what is found, not what is found.
func (r *reading) expression(lean bool) string {
	var b strings.Builder
	for i, t := range r.terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		b.WriteString(strings.Join(t.alternatives(lean), " OR "))
		b.WriteByte(')')
	}
	return b.String()
}

func (t *term) alternatives(lean bool) []string {
	if len(t.phrase) > 0 {
		return []string{quote(t.phrase...)}
	}
	var out []string
	for _, label := range t.labels {
		out = append(out, quote(label...))
	}
	if len(t.run) > 0 {
		run := reading{terms: t.run}
		out = append(out, "("+run.expression(lean)+")")
	}
	for _, s := range t.stems {
		covered := func(prefix string) bool { return strings.HasPrefix(s, prefix) }
		if !lean || !slices.ContainsFunc(t.prefixes, covered) {
			out = append(out, quote(s))
		}
	}
	for _, p := range t.prefixes {
		out = append(out, quote(p)+"*")
	}
	return out
}

// quote writes stems as a string of FTS5. Encoded, they have no quotation marks.
func quote(stems ...string) string {
	encoded := make([]string, len(stems))
	for i, s := range stems {
		encoded[i] = encode(s)
	}
	return `"` + strings.Join(encoded, " ") + `"`
}
