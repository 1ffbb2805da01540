package meili

import (
	"context"
	"slices"
	"strings"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"
	"kopir/search/words"

	"github.com/meilisearch/meilisearch-go"
)

// asked is what a query's words come to on one side: the text to send, and the fields to look at.
type asked struct {
	text   string
	fields []string
	words  bool           // there are some
	units  []reading.Unit // the words as they were typed; none where they are mended
	mended bool           // some are not what was typed
	lost   bool           // one of them is nowhere, nor anything near it
}

// strictly asks for every unit as it stands.
func strictly(units []reading.Unit) asked {
	parts := make([]string, len(units))
	for i, u := range units {
		parts[i] = exactly(u, i == len(units)-1)
	}
	return asked{text: strings.Join(parts, " "), fields: wordFields, words: len(units) > 0, units: units}
}

// exactly writes a unit so that Meilisearch forgives nothing: a word in quotes is that word. Only the last word of all,
// while it is typed, may begin a longer one; a synonym must stand without quotes, and a space behind it says that it is
// whole.
func exactly(u reading.Unit, last bool) string {
	switch {
	case u.Quoted:
		return quoted(u)
	case len(u.Labels) > 0 && last && !u.Typing:
		return encode(u.Key) + " "
	case len(u.Labels) > 0:
		return encode(u.Key)
	case last && u.Typing:
		return encode(u.Tokens[0].Stem)
	default:
		return quoted(u)
	}
}

func quoted(u reading.Unit) string { return `"` + joined(u.Stems()) + `"` }

// request is a search of one index for what was asked, with filters.
func (e *Engine) request(side domain.Side, a asked, filters []string) *meilisearch.SearchRequest {
	r := &meilisearch.SearchRequest{
		IndexUID: e.live(indexOf(side)), Query: a.text, MatchingStrategy: meilisearch.All, AttributesToRetrieve: []string{"id"},
		Locales: []string{"eng", "rus"},
	}
	if a.words {
		r.AttributesToSearchOn = a.fields
	}
	if len(filters) > 0 {
		r.Filter = filters
	}
	return onPage(r, 1, 0)
}

// onPage asks for a page, which also makes the total exact.
func onPage(r *meilisearch.SearchRequest, page, size int64) *meilisearch.SearchRequest {
	r.Page, r.HitsPerPage = page, &size
	return r
}

// totals counts what some readings of words find on a side, without filters.
func (e *Engine) totals(ctx context.Context, side domain.Side, list []asked) ([]int, error) {
	queries := make([]*meilisearch.SearchRequest, len(list))
	for i, a := range list {
		queries[i] = e.request(side, a, nil)
	}
	results, err := e.ask(ctx, queries)
	counts := make([]int, len(results))
	for i, r := range results {
		counts[i] = int(r.TotalHits)
	}
	return counts, err
}

// turn reads a text as keys pressed in another layout: the first such reading that a side has. It is asked for when the
// strict reading finds nothing; nil means that there is none, or that all words are there as they were typed.
func (e *Engine) turn(ctx context.Context, side domain.Side, text string, known *competences) ([]reading.Unit, error) {
	var typed []string
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '-' }) {
		if len(typed) < reading.MaxWords && len(words.Tokens(word)) > 0 {
			typed = append(typed, word)
		}
	}
	counts, err := e.totals(ctx, side, readings(typed, known))
	if err != nil || !slices.Contains(counts, 0) {
		return nil, err
	}
	turned := reading.Turned(text, func(word string) bool {
		at := slices.Index(typed, word)
		return at >= 0 && counts[at] > 0
	})
	list := readings(turned, known)
	if counts, err = e.totals(ctx, side, list); err != nil {
		return nil, err
	}
	for i, n := range counts {
		if n > 0 {
			return known.reading.Units(turned[i], nil), nil
		}
	}
	return nil, nil
}

// readings reads texts strictly.
func readings(texts []string, known *competences) []asked {
	list := make([]asked, len(texts))
	for i, text := range texts {
		list[i] = strictly(known.reading.Units(text, nil))
	}
	return list
}

// mend finds out which units are nowhere on a side, and what was meant: the word in the other alphabet, else, with typing
// errors forgiven, the word as it is, else in the other alphabet. It is asked for when the strict reading finds nothing;
// mended says whether there is now another one.
func (e *Engine) mend(ctx context.Context, side domain.Side, units []reading.Unit) (a asked, mended bool, err error) {
	alone := make([]asked, len(units))
	for i, u := range units {
		alone[i] = asked{text: exactly(u, i == len(units)-1), fields: wordFields, words: true}
	}
	counts, err := e.totals(ctx, side, alone)
	if err != nil {
		return asked{}, false, err
	}
	parts, fields := make([]string, len(units)), wordFields
	for i, u := range units {
		if parts[i] = alone[i].text; counts[i] > 0 {
			continue
		}
		if u.Quoted || len(u.Labels) > 0 { // these are never mended
			return asked{words: true, lost: true}, true, nil
		}
		meant, err := e.meant(ctx, side, u, i == len(units)-1)
		if err != nil || meant.lost {
			return meant, true, err
		}
		parts[i], mended = meant.text, true
		if len(meant.fields) > len(fields) {
			fields = meant.fields
		}
	}
	return asked{text: strings.Join(parts, " "), fields: fields, words: true}, mended, nil
}

// forgiving are the fields in which a word may have typing errors, beside those in which it may not.
var forgiving = slices.Concat(wordFields, textFields)

// meant returns the best reading of a word that no document has.
func (e *Engine) meant(ctx context.Context, side domain.Side, u reading.Unit, last bool) (asked, error) {
	var list []asked
	others := words.Transliterate(u.Tokens[0].Fold)
	for _, fold := range others {
		other := reading.Unit{Tokens: []words.Token{{Fold: fold, Stem: words.Stem(fold)}}, Typing: u.Typing}
		list = append(list, asked{text: exactly(other, last), fields: wordFields, words: true})
	}
	for _, fold := range append([]string{u.Tokens[0].Fold}, others...) {
		text := fold
		if !last || !u.Typing {
			text += " " // a whole word
		}
		list = append(list, asked{text: text, fields: forgiving, words: true})
	}
	counts, err := e.totals(ctx, side, list)
	if err != nil {
		return asked{}, err
	}
	best, exact := -1, len(others)
	for i, n := range counts {
		switch {
		case n == 0:
		case i < exact && (best < 0 || n > counts[best]):
			best = i
		case i >= exact && best < 0:
			best = i
		}
	}
	if best < 0 {
		return asked{words: true, lost: true}, nil
	}
	return list[best], nil
}

// ask sends several searches at once and returns their results in order.
func (e *Engine) ask(ctx context.Context, queries []*meilisearch.SearchRequest) ([]meilisearch.SearchResponse, error) {
	if len(queries) == 0 {
		return nil, nil
	}
	client, err := e.searcher(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := client.MultiSearchWithContext(ctx, &meilisearch.MultiSearchRequest{Queries: queries})
	if err != nil {
		return nil, e.disown(err)
	}
	return answer.Results, nil
}

// read makes out what a query's words come to: strictly, or, if that finds nothing, in another layout of the keyboard, or
// mended. first is asked with the
// strict reading, so that most searches are one request; it is asked again if the words were mended.
func (e *Engine) read(ctx context.Context, side domain.Side, text string, known *competences, first func(asked) (found int, err error)) error {
	units := known.reading.Units(text, nil)
	a := strictly(units)
	found, err := first(a)
	if err != nil || found > 0 || len(units) == 0 {
		return err
	}
	if turned, err := e.turn(ctx, side, text, known); err != nil || turned != nil {
		a = strictly(turned)
		a.mended = true
		if err == nil {
			_, err = first(a)
		}
		return err
	}
	meant, mended, err := e.mend(ctx, side, units)
	if err != nil || !mended || meant.lost {
		return err
	}
	meant.mended = true
	_, err = first(meant)
	return err
}

var _ search.Index = (*Engine)(nil)
