package reading

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/search/words"
)

// MaxWords is how many words of a query count; the others are not looked at. Meilisearch takes no more.
const MaxWords = 10

// leastTyped is from how many letters on the last word of a query may be the beginning of another: a letter alone is a
// name, as C or R.
const leastTyped = 2

// maxForms bounds the stems that one word stands for beside its prefix.
const maxForms = 64

// Reading is what a query's words mean in a vocabulary: every term must be found.
type Reading struct {
	Terms []Term
	Lost  bool // a word is in no document, nor anything near it
}

// Term is a phrase, or a word: any of its stems, or any word that begins with one of its prefixes; or a run of words,
// all of which must be found. Where it is a synonym of a competence, the labels of that do as well.
type Term struct {
	Phrase   []string
	Stems    []string
	Prefixes []string
	Run      []Term
	Labels   [][]string
}

func (t *Term) found() bool {
	return len(t.Stems) > 0 || len(t.Prefixes) > 0 || len(t.Phrase) > 0 || len(t.Run) > 0 || len(t.Labels) > 0
}

// Unit is a part of what was typed that must be found: a phrase in quotes, a word, or a run of words that is a synonym
// of competences, in place of which one of their labels will do.
type Unit struct {
	Tokens []words.Token
	Quoted bool
	Labels [][]string // stems
	Key    string     // of the synonym, as words.Key; "" without labels
	Typing bool       // the last word may be the beginning of a longer one
}

// Units makes out what a text asks for. Of the labels those count whose stems are all known; known may be nil if any is.
func (c *Catalogue) Units(text string, known func(stem string) bool) []Unit {
	var units []Unit
	left := MaxWords
	for _, p := range parts(text) {
		tokens := words.Tokens(p.text)
		tokens = tokens[:min(len(tokens), left)]
		left -= len(tokens)
		if p.quoted && len(tokens) > 0 {
			units = append(units, Unit{Tokens: tokens, Quoted: true})
			continue
		}
		for len(tokens) > 0 {
			length, labels := c.named(p.text, tokens, known)
			last := tokens[length-1]
			u := Unit{
				Tokens: tokens[:length], Labels: labels,
				Typing: p.last && last.End == len(p.text) && utf8.RuneCountInString(last.Fold) >= leastTyped,
			}
			if len(labels) > 0 {
				u.Key = words.Key(p.text[tokens[0].Start:last.End])
			}
			units = append(units, u)
			tokens = tokens[length:]
		}
	}
	return units
}

// Turned returns what a text may have been meant to be, if another layout of the keyboard was on: those words of it turned
// that are not known, or all of them.
func Turned(text string, known func(word string) bool) []string {
	var out []string
	for _, keep := range []func(string) bool{known, func(string) bool { return false }} {
		for _, turned := range words.Layouts(text, keep) {
			if !slices.Contains(out, turned) && len(words.Tokens(turned)) > 0 {
				out = append(out, turned)
			}
		}
	}
	return out
}

// Read makes out what a text asks for. A synonym of a competence also finds its labels. A text with unknown words that has
// none when its keys are pressed in another layout is read so.
func (v *Vocabulary) Read(text string, c *Catalogue) Reading {
	if knows := func(text string) bool { return v.knows(text, c) }; !knows(text) {
		for _, turned := range Turned(text, knows) {
			if knows(turned) {
				text = turned
				break
			}
		}
	}
	var r Reading
	for _, u := range c.Units(text, v.has) {
		if u.Quoted {
			r.addPhrase(v, u.Stems())
			continue
		}
		found := v.unit(u)
		r.Lost = r.Lost || !found.found()
		r.Terms = append(r.Terms, found)
	}
	return r
}

// knows says whether a text has words, and all of them are found as they stand.
func (v *Vocabulary) knows(text string, c *Catalogue) bool {
	units := c.Units(text, v.has)
	for _, u := range units {
		switch {
		case u.Quoted:
			if slices.ContainsFunc(u.Stems(), func(stem string) bool { return !v.has(stem) }) {
				return false
			}
		case len(u.Labels) == 0:
			if t := v.known(u.Tokens[0].Fold, u.Tokens[0].Stem, u.beginning()); !t.found() {
				return false
			}
		}
	}
	return len(units) > 0
}

// Plain makes out what units ask for where all of them are known to be found as they stand.
func Plain(units []Unit) Reading {
	var r Reading
	for _, u := range units {
		r.Terms = append(r.Terms, u.plain())
	}
	return r
}

func (u *Unit) plain() Term {
	if u.Quoted {
		return Term{Phrase: u.Stems()}
	}
	run := make([]Term, len(u.Tokens))
	for i, token := range u.Tokens {
		run[i].Stems = []string{token.Stem}
		if u.Typing && i == len(u.Tokens)-1 {
			run[i].Prefixes = []string{token.Fold}
		}
	}
	if len(run) > 1 {
		return Term{Run: run, Labels: u.Labels}
	}
	run[0].Labels = u.Labels
	return run[0]
}

// Stems returns the stems of its words.
func (u *Unit) Stems() []string {
	out := make([]string, len(u.Tokens))
	for i, t := range u.Tokens {
		out[i] = t.Stem
	}
	return out
}

// unit makes out a word, or a run of words that is a synonym of a competence: such a word is not taken for a mistyped
// other one.
func (v *Vocabulary) unit(u Unit) Term {
	beginning, first := u.beginning(), u.Tokens[0]
	switch {
	case len(u.Labels) == 0:
		return v.word(first, beginning)
	case len(u.Tokens) == 1:
		t := v.known(first.Fold, first.Stem, beginning)
		t.Labels = u.Labels
		return t
	}
	t := Term{Labels: u.Labels}
	for i, token := range u.Tokens {
		typed := 0
		if i == len(u.Tokens)-1 {
			typed = beginning
		}
		part := v.known(token.Fold, token.Stem, typed)
		if !part.found() {
			return Term{Labels: u.Labels}
		}
		t.Run = append(t.Run, part)
	}
	return t
}

// beginning is from how many letters on its last word may be the beginning of another; 0 if it may not.
func (u *Unit) beginning() int {
	if u.Typing {
		return leastTyped
	}
	return 0
}

func (r *Reading) addPhrase(v *Vocabulary, phrase []string) {
	for _, stem := range phrase {
		r.Lost = r.Lost || !v.has(stem)
	}
	r.Terms = append(r.Terms, Term{Phrase: phrase})
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
func (v *Vocabulary) word(token words.Token, beginning int) Term {
	t := v.known(token.Fold, token.Stem, beginning)
	if t.found() {
		return t
	}
	others := words.Transliterate(token.Fold)
	for _, fold := range others {
		other := v.known(fold, words.Stem(fold), beginning)
		t.Prefixes = append(t.Prefixes, other.Prefixes...)
		t.addStems(other.Stems...)
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
func (v *Vocabulary) known(fold, stem string, beginning int) Term {
	var t Term
	if v.stems[stem] > 0 {
		t.Stems = append(t.Stems, stem)
	}
	if beginning == 0 || utf8.RuneCountInString(fold) < beginning {
		return t
	}
	for _, longer := range v.from(fold) {
		s := v.words[longer].stem
		if strings.HasPrefix(s, fold) {
			t.Prefixes = []string{fold}
		} else {
			t.addStems(s)
		}
	}
	return t
}

func (t *Term) addStems(stems ...string) {
	for _, s := range stems {
		if len(t.Stems) < maxForms && !slices.Contains(t.Stems, s) {
			t.Stems = append(t.Stems, s)
		}
	}
}
