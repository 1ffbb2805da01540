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
// first that has them. What the catalogue has of labels is not read anew.
func (r *Reading) Highlights(b search.Body, lang domain.Language, c *Catalogue) []search.Highlight {
	var out []search.Highlight
	order := readingOrder(lang)
	for _, field := range []struct {
		name string
		text domain.Text
		most int
	}{
		{"title", b.Title, 0},
		{"description", b.Description, window},
		{"organisation", b.Organisation, 0},
	} {
		if h, ok := r.highlight(field.name, field.text, order, field.most, words.Tokens); ok {
			out = append(out, h)
		}
	}
	shown := 0
	for _, label := range b.Competences {
		if shown == maxLabels {
			break
		}
		if h, ok := r.highlight("competences", label, order, 0, c.tokens); ok {
			out = append(out, h)
			shown++
		}
	}
	return out
}

// highlight shows one field, whole or the window of it where most is to be seen.
func (r *Reading) highlight(
	field string, text domain.Text, order []domain.Language, most int, read func(string) []words.Token,
) (search.Highlight, bool) {
	for _, l := range order {
		s := text.Exactly(l)
		if s == "" {
			continue
		}
		tokens := read(s)
		marked := r.mark(tokens)
		if !slices.Contains(marked, true) {
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

// mark says of each word of a text whether it was asked for.
func (r *Reading) mark(tokens []words.Token) []bool {
	marked := make([]bool, len(tokens))
	for _, t := range r.Terms {
		if len(t.Phrase) > 0 {
			markPhrase(tokens, t.Phrase, marked)
			continue
		}
		for _, label := range t.Labels {
			markPhrase(tokens, label, marked)
		}
		if run := (Reading{Terms: t.Run}); len(t.Run) > 0 {
			for i, m := range run.mark(tokens) {
				marked[i] = marked[i] || m
			}
		}
		for i, token := range tokens {
			marked[i] = marked[i] || t.matches(token)
		}
	}
	return marked
}

func (t *Term) matches(token words.Token) bool {
	return slices.Contains(t.Stems, token.Stem) || slices.ContainsFunc(t.Prefixes, func(prefix string) bool {
		return strings.HasPrefix(token.Stem, prefix) || strings.HasPrefix(token.Fold, prefix)
	})
}

func markPhrase(tokens []words.Token, phrase []string, marked []bool) {
	for i := range max(0, len(tokens)-len(phrase)+1) {
		same := true
		for j, stem := range phrase {
			same = same && tokens[i+j].Stem == stem
		}
		for j := range phrase {
			marked[i+j] = marked[i+j] || same
		}
	}
}

// bestWindow returns the stretch of about most characters with the most different words that were asked for, then the
// most of them, then the earliest; it begins and ends with a word, or where the text does.
func bestWindow(s string, tokens []words.Token, marked []bool, most int) (start, end int) {
	first, last, best := 0, 0, -1
	for i := range tokens {
		if !marked[i] {
			continue
		}
		distinct := make(map[string]bool)
		score, j := 0, i
		for ; j < len(tokens) && utf8.RuneCountInString(s[tokens[i].Start:tokens[j].End]) <= most*3/4; j++ {
			if marked[j] {
				score++
				distinct[tokens[j].Stem] = true
			}
		}
		if score += 1000 * len(distinct); score > best {
			first, last, best = i, max(j-1, i), score
		}
	}
	return around(s, tokens, first, last, most)
}

// around widens a stretch of words by a lead of a quarter of most characters, and by what follows up to most.
func around(s string, tokens []words.Token, first, last, most int) (start, end int) {
	from := first
	for from > 0 && utf8.RuneCountInString(s[tokens[from-1].Start:tokens[first].Start]) <= most/4 {
		from--
	}
	to := last
	for to+1 < len(tokens) && utf8.RuneCountInString(s[tokens[from].Start:tokens[to+1].End]) <= most {
		to++
	}
	start, end = tokens[from].Start, tokens[to].End
	if from == 0 && utf8.RuneCountInString(s[:start]) <= most/4 {
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
