package reading

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"
)

const (
	// window is about how many characters of a description are shown.
	window = 200
	// maxLabels bounds the competences that are shown.
	maxLabels = 3
)

// Highlights shows where a reading's words are in a document: in the reader's language if they are there, else in the
// first that has them.
func (r *Reading) Highlights(b search.Body, lang domain.Language, c *Catalogue) []search.Highlight {
	var out []search.Highlight
	asked, order := r.heads(), readingOrder(lang)
	show := func(field string, text domain.Text, most int) bool {
		h, ok := r.highlight(field, text, order, most, func(s string) ([]words.Token, bool) {
			cut := c.cut(s)
			return cut.tokens, cut.heads.meet(&asked)
		})
		if ok {
			out = append(out, h)
		}
		return ok
	}
	show("title", b.Title, 0)
	show("description", b.Description, window)
	show("organisation", b.Organisation, 0)
	shown := 0
	for _, label := range b.Competences {
		if show("competences", label, 0) {
			if shown++; shown == maxLabels {
				break
			}
		}
	}
	return out
}

// highlight shows one field, whole or the window of it where most is to be seen. read returns a text's words, and whether
// any of those that were asked for can be among them.
func (r *Reading) highlight(
	field string, text domain.Text, order []domain.Language, most int, read func(string) ([]words.Token, bool),
) (search.Highlight, bool) {
	for _, l := range order {
		s := text.Exactly(l)
		if s == "" {
			continue
		}
		tokens, maybe := read(s)
		if !maybe {
			continue
		}
		marked := r.mark(tokens)
		if marked == nil {
			continue
		}
		start, end := 0, len(s)
		if most > 0 && utf8.RuneCountInString(s) > most {
			start, end = bestWindow(s, tokens, marked, most)
		}
		return search.Highlight{Field: field, Language: l, Fragments: fragments(s, start, end, tokens, marked)}, true
	}
	return search.Highlight{}, false
}

func readingOrder(lang domain.Language) []domain.Language {
	out := []domain.Language{lang.Base()}
	for _, l := range domain.Spoken() {
		if l != lang.Base() {
			out = append(out, l)
		}
	}
	return out
}

// mark says of each word of a text whether it was asked for; nil if none was.
func (r *Reading) mark(tokens []words.Token) []bool {
	m := marks{of: len(tokens)}
	for i := range r.Terms {
		m.term(tokens, &r.Terms[i])
	}
	return m.list
}

// marks is which words of a text were asked for: a list of so many once there is one.
type marks struct {
	of   int
	list []bool
}

func (m *marks) set(i int) {
	if m.list == nil {
		m.list = make([]bool, m.of)
	}
	m.list[i] = true
}

func (m *marks) term(tokens []words.Token, t *Term) {
	if len(t.Phrase) > 0 {
		m.phrase(tokens, t.Phrase)
		return
	}
	for _, label := range t.Labels {
		m.phrase(tokens, label)
	}
	for i := range t.Run {
		m.term(tokens, &t.Run[i])
	}
	if len(t.Stems) == 0 && len(t.Prefixes) == 0 {
		return
	}
	for i := range tokens {
		if t.matches(&tokens[i]) {
			m.set(i)
		}
	}
}

func (t *Term) matches(token *words.Token) bool {
	for _, stem := range t.Stems {
		if token.Stem == stem {
			return true
		}
	}
	for _, prefix := range t.Prefixes {
		if strings.HasPrefix(token.Stem, prefix) || strings.HasPrefix(token.Fold, prefix) {
			return true
		}
	}
	return false
}

func (m *marks) phrase(tokens []words.Token, phrase []string) {
	for i := range max(0, len(tokens)-len(phrase)+1) {
		same := true
		for j := 0; same && j < len(phrase); j++ {
			same = tokens[i+j].Stem == phrase[j]
		}
		for j := 0; same && j < len(phrase); j++ {
			m.set(i + j)
		}
	}
}

// span is where a word begins and ends, in characters.
type span struct{ start, end int }

func spans(s string, tokens []words.Token) []span {
	out := make([]span, len(tokens))
	at, n := 0, 0
	for i, t := range tokens {
		n += utf8.RuneCountInString(s[at:t.Start])
		out[i].start = n
		n += utf8.RuneCountInString(s[t.Start:t.End])
		out[i].end, at = n, t.End
	}
	return out
}

// bestWindow returns the stretch of about most characters with the most different words that were asked for, then the
// most of them, then the earliest; it begins and ends with a word, or where the text does.
func bestWindow(s string, tokens []words.Token, marked []bool, most int) (start, end int) {
	at := spans(s, tokens)
	first, last, best := 0, 0, -1
	var distinct []string
	for i := range tokens {
		if !marked[i] {
			continue
		}
		distinct = distinct[:0]
		score, j := 0, i
		for ; j < len(tokens) && at[j].end-at[i].start <= most*3/4; j++ {
			if !marked[j] {
				continue
			}
			score++
			if !slices.Contains(distinct, tokens[j].Stem) {
				distinct = append(distinct, tokens[j].Stem)
			}
		}
		if score += 1000 * len(distinct); score > best {
			first, last, best = i, max(j-1, i), score
		}
	}
	return around(s, tokens, at, first, last, most)
}

// around widens a stretch of words by a lead of a quarter of most characters, and by what follows up to most.
func around(s string, tokens []words.Token, at []span, first, last, most int) (start, end int) {
	from := first
	for from > 0 && at[first].start-at[from-1].start <= most/4 {
		from--
	}
	to := last
	for to+1 < len(tokens) && at[to+1].end-at[from].start <= most {
		to++
	}
	start, end = tokens[from].Start, tokens[to].End
	if from == 0 && at[0].start <= most/4 {
		start = 0
	}
	if to == len(tokens)-1 && utf8.RuneCountInString(s[end:]) <= most/4 {
		end = len(s)
	}
	return start, end
}

// fragments cuts a stretch of a text where what was asked for begins and ends.
func fragments(s string, start, end int, tokens []words.Token, marked []bool) []search.Fragment {
	var out []search.Fragment
	add := func(from, to int, match bool) {
		if from < to {
			out = append(out, search.Fragment{Text: s[from:to], Match: match})
		}
	}
	at := start
	for i, t := range tokens {
		if marked[i] && t.Start >= at && t.End <= end {
			add(at, t.Start, false)
			add(t.Start, t.End, true)
			at = t.End
		}
	}
	add(at, end, false)
	return out
}
