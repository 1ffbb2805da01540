package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/words"
)

// Engine finds competences in texts. Safe for concurrent use.
type Engine struct {
	names dictionary[name]
}

// New makes an engine of the competences in use.
func New(c *domain.Catalogue) *Engine {
	e := &Engine{names: newDictionary[name](func(t token) string { return t.root })}
	for _, k := range c.Competences() {
		if k.InUse() {
			e.learn(&k)
		}
	}
	e.settle()
	return e
}

// maxOthers bounds the competences that are named beside the likeliest.
const maxOthers = 3

// found is a name where it stands in a text.
type found struct {
	from, to   int // tokens
	names      []name
	confidence float64
}

// Find returns the competences that a text names, in the order of the text: the longest names first, none within another.
// What is said not to be asked for, and what is told of the company, is left out.
func (e *Engine) Find(text string) []domain.Mention {
	tokens := scan(text)
	r := reading{text: text, tokens: tokens}
	r.find(&e.names)
	r.listen()
	at := places{text: text}
	out := make([]domain.Mention, 0, len(r.found))
	for i, f := range r.found {
		said := r.said[i]
		if said.refused {
			continue
		}
		start, end := tokens[f.from].Start, tokens[f.to-1].End
		out = append(out, domain.Mention{
			Start: at.of(start), End: at.of(end), Words: text[start:end], Key: words.Key(text[start:end]),
			Competence: f.names[0].of, Others: others(f.names), Confidence: f.confidence,
			Level: said.level, Importance: said.importance,
		})
	}
	return out
}

// Named returns the competence that a whole text is the name of, whatever it explains in brackets. In a list of names even
// a word that is said of much else is one. It reports whether there is such a competence.
func (e *Engine) Named(text string) (domain.Mention, bool) {
	text = core(text)
	run := rootsOf(text)
	entry := e.names.runs[strings.Join(run, " ")]
	if len(run) == 0 || entry == nil || len(entry.values) == 0 {
		return domain.Mention{}, false
	}
	names := entry.values
	tokens := scan(text)
	if len(tokens) == 1 {
		if names = slices.DeleteFunc(slices.Clone(names), func(n name) bool { return !n.written(tokens[0]) }); len(names) == 0 {
			return domain.Mention{}, false
		}
	}
	return domain.Mention{
		End: utf8.RuneCountInString(text), Words: text, Key: words.Key(text), Competence: names[0].of, Others: others(names), Confidence: byRivals(names),
	}, true
}

func others(names []name) []domain.CompetenceID {
	var out []domain.CompetenceID
	for _, n := range names[1:] {
		if len(out) < maxOthers && !slices.Contains(out, n.of) {
			out = append(out, n.of)
		}
	}
	return out
}

// places turns bytes of a text into characters, asked in order.
type places struct {
	text         string
	bytes, runes int
}

func (p *places) of(at int) int {
	p.runes += utf8.RuneCountInString(p.text[p.bytes:at])
	p.bytes = at
	return p.runes
}

// reading is a text while it is read.
type reading struct {
	text   string
	tokens []token
	found  []found
	cues   []heard
	said   []said // about each name
}

// find marks the names: from each word on the longest, then on behind it.
func (r *reading) find(names *dictionary[name]) {
	var buf [128]byte
	for i := 0; i < len(r.tokens); {
		values, length := names.longest(r.tokens[i:], buf[:])
		if length == 0 || r.tokens[i].hangs && length == 1 {
			i++
			continue
		}
		r.found = append(r.found, found{from: i, to: i + length, names: values})
		i += length
	}
	for i := range r.found {
		r.found[i].confidence = r.trust(i)
	}
	r.found = slices.DeleteFunc(r.found, func(f found) bool { return f.confidence < domain.ShownFrom })
}
