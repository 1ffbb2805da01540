package reading

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// thing is something with names, as competences and occupations are.
type thing struct {
	label    domain.Text
	synonyms domain.Synonyms
	above    int // how many things it comprises
}

// names finds things by their names as somebody types. It does not change, and the zero value is of no things.
//
// The words of all names stand in one sorted list, in which a word's place is its rank: what begins alike is a run of
// ranks, and so is a run of posts, the names that have the words. What a word sounds like stands in a second list.
type names struct {
	things []thing
	all    []name
	folds  []string           // sorted
	stems  map[string][]int32 // ranks, by stem
	posts  []int32            // names that have a word, by rank
	starts []int32            // where the posts of a rank start; one more than there are ranks
	sounds []string           // sorted
	heard  []int32            // the rank behind each sound
	keys   map[string][]int32 // names by the key of their core
	listed map[domain.Language][]int32
	places map[domain.Language][]int32 // of each thing in that list
}

// name is one name of a thing.
type name struct {
	of       int32
	text     string
	language domain.Language
	label    bool // else a synonym
	tokens   []words.Token
	ranks    []int32 // of the tokens
	core     int     // how many tokens stand before a bracket: "Java (computer programming)" is Java
	length   int     // characters before it
	key      string  // of the core
}

func newNames(things []thing) *names {
	x := &names{
		things: things, stems: make(map[string][]int32), keys: make(map[string][]int32),
		listed: make(map[domain.Language][]int32), places: make(map[domain.Language][]int32),
	}
	for i := range things {
		t := &things[i]
		x.add(i, domain.Kazakh, t.label.KK, t.synonyms.KK)
		x.add(i, domain.Russian, t.label.RU, t.synonyms.RU)
		x.add(i, domain.English, t.label.EN, t.synonyms.EN)
	}
	x.rank()
	x.listen()
	for _, lang := range domain.Spoken() {
		x.sort(lang)
	}
	return x
}

func (x *names) add(of int, lang domain.Language, label string, synonyms []string) {
	for i, text := range slices.Concat([]string{label}, synonyms) {
		n := name{of: int32(of), text: text, language: lang, label: i == 0} //nolint:gosec // a catalogue has no billions
		if n.tokens = words.Tokens(text); len(n.tokens) == 0 {
			continue
		}
		core := withoutBracket(text)
		for n.core < len(n.tokens) && n.tokens[n.core].End <= len(core) {
			n.core++
		}
		n.length, n.key = utf8.RuneCountInString(core), words.Key(core)
		x.keys[n.key] = append(x.keys[n.key], int32(len(x.all))) //nolint:gosec // as above
		x.all = append(x.all, n)
	}
}

func withoutBracket(text string) string {
	if bracket := strings.Index(text, " ("); bracket > 0 {
		return text[:bracket]
	}
	return text
}

// rank sorts the words, and lists for each the names that have it.
func (x *names) rank() {
	stems := make(map[string]string)
	for i := range x.all {
		for _, t := range x.all[i].tokens {
			stems[t.Fold] = t.Stem
		}
	}
	ranks := make(map[string]int32, len(stems))
	for fold := range stems {
		x.folds = append(x.folds, fold)
	}
	slices.Sort(x.folds)
	for i, fold := range x.folds {
		rank := int32(i)
		ranks[fold], x.stems[stems[fold]] = rank, append(x.stems[stems[fold]], rank)
	}
	having := make([][]int32, len(x.folds))
	for i := range x.all {
		n := &x.all[i]
		for _, t := range n.tokens {
			rank := ranks[t.Fold]
			if !slices.Contains(n.ranks, rank) {
				having[rank] = append(having[rank], int32(i))
			}
			n.ranks = append(n.ranks, rank)
		}
	}
	for _, list := range having {
		x.starts = append(x.starts, int32(len(x.posts))) //nolint:gosec // as above
		x.posts = append(x.posts, list...)
	}
	x.starts = append(x.starts, int32(len(x.posts))) //nolint:gosec // as above
}

// listen sorts what the words sound like.
func (x *names) listen() {
	sounds := make([]string, len(x.folds))
	x.heard = make([]int32, len(x.folds))
	for i, fold := range x.folds {
		sounds[i], x.heard[i] = words.Sound(fold), int32(i)
	}
	slices.SortStableFunc(x.heard, func(a, b int32) int { return strings.Compare(sounds[a], sounds[b]) })
	for _, rank := range x.heard {
		x.sounds = append(x.sounds, sounds[rank])
	}
}

// sort lists the things by their labels in a language, as its dictionaries do.
func (x *names) sort(lang domain.Language) {
	collator := collate.New(language.Make(string(lang)), collate.IgnoreCase)
	var buf collate.Buffer
	keys := make([][]byte, len(x.things))
	order, places := make([]int32, len(x.things)), make([]int32, len(x.things))
	for i := range x.things {
		keys[i] = collator.KeyFromString(&buf, x.things[i].label.In(lang))
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return slices.Compare(keys[a], keys[b]) }) // equals as they came
	for at, i := range order {
		places[i] = int32(at)
	}
	x.listed[lang], x.places[lang] = order, places
}

// spoken returns the language whose labels a reader sees when there are all three.
func spoken(lang domain.Language) domain.Language {
	if slices.Contains(domain.Spoken(), lang.Base()) {
		return lang.Base()
	}
	return domain.Spoken()[0]
}

// question asks for things by name.
type question struct {
	words         string
	language      domain.Language // the reader's
	admits        func(of int) bool
	offset, limit int
}

// found is a thing, the name it was found by, and where.
type found struct {
	of       int
	name     string
	fragment []search.Fragment
}

// find finds things as somebody types. All words must be in one name, each as it stands or as the beginning of a word.
// Where no name has them, the text is read as keys pressed in another layout, if all of it is then found; else words that
// nobody has are read by their sound and with typing errors mended; else one word may be missing.
//
// What is the name comes first, then labels that begin so, labels that have the words, synonyms; then the shorter name,
// the more comprising thing, as in a list. What is mended least comes before all that.
func (x *names) find(q question) (page []found, total int) {
	tokens := words.Tokens(q.words)
	if len(tokens) == 0 {
		return x.list(q)
	}
	asked, a := x.understand(q, tokens)
	for _, f := range a.page {
		n := &x.all[f.shown]
		page = append(page, found{int(n.of), n.text, fragments(n.text, 0, len(n.text), n.tokens, n.marked(asked))})
	}
	return page, a.total
}

// list lists everything by label.
func (x *names) list(q question) (page []found, total int) {
	var all []int
	for _, i := range x.listed[spoken(q.language)] {
		if q.admits(int(i)) {
			all = append(all, int(i))
		}
	}
	for _, i := range cutPage(all, q.offset, q.limit) {
		label := x.things[i].label.In(q.language)
		page = append(page, found{i, label, []search.Fragment{{Text: label}}})
	}
	return page, len(all)
}

func cutPage[T any](list []T, offset, limit int) []T {
	offset = min(max(offset, 0), len(list))
	return list[offset:min(len(list), offset+min(max(limit, 0), len(list)))]
}

// understand returns the reading that finds something with the least mended, and what it finds, best first.
func (x *names) understand(q question, tokens []words.Token) ([]asked, answer) {
	plain := x.plain(tokens)
	if a := x.fitting(q, words.Key(q.words), plain, 0); a.some {
		return plain, a
	}
	known := func(word string) bool {
		tokens := words.Tokens(word)
		return len(tokens) > 0 && complete(x.plain(tokens))
	}
	for _, turned := range Turned(q.words, known) {
		read := x.plain(words.Tokens(turned))
		if a := x.fitting(q, words.Key(turned), read, 0); a.some {
			return read, a
		}
	}
	mended := x.mended(x.plain(words.Tokens(unsigned.Replace(q.words))))
	a := x.fitting(q, "", mended, 0)
	if !a.some && len(mended) >= leastMissing {
		a = x.fitting(q, "", mended, 1)
	}
	return mended, a
}

// unsigned takes away the signs that stand for ъ and ь, and behind ы and э, in transliterated words.
var unsigned = strings.NewReplacer("'", "", "’", "", "`", "", "ʹ", "", "ʼ", "", "\"", "", "”", "")

// leastMissing is from how many words on one may be missing.
const leastMissing = 3

// complete says that none of some words is unknown.
func complete(list []asked) bool {
	return !slices.ContainsFunc(list, func(a asked) bool { return len(a.choices) == 0 })
}

// grade is how well a name fits what was typed; the smaller, the better.
type grade int

const (
	labelIs grade = iota
	synonymIs
	labelBegins
	labelHas
	synonymBegins
	synonymHas
)

// fitting is the best that one thing has to offer.
type fitting struct {
	price  int // of what was mended
	grade  grade
	length int   // of its shortest name of that price and grade
	shown  int32 // a name of them: in the reader's language, then the shortest
}

func (f fitting) compare(other fitting) int {
	return cmp.Or(cmp.Compare(f.price, other.price), cmp.Compare(f.grade, other.grade))
}

// answer is a page of what fits, best first; some says that something fits, admitted or not.
type answer struct {
	page  []fitting
	total int
	some  bool
}

// fitting returns the things that fit.
func (x *names) fitting(q question, key string, list []asked, missing int) answer {
	var fits, page []fitting
	some := false
	best := make([]int32, len(x.things)) // one more than its place in fits
	for i := range x.candidates(key, list, missing) {
		n := &x.all[i]
		f, ok := n.fit(key, list, missing)
		if !ok {
			continue
		}
		some = true
		if !q.admits(int(n.of)) {
			continue
		}
		f.shown = i
		if at := best[n.of]; at > 0 {
			fits[at-1] = x.better(fits[at-1], f, q.language)
			continue
		}
		fits = append(fits, f)
		best[n.of] = int32(len(fits)) //nolint:gosec // as above
	}
	places := x.places[spoken(q.language)]
	ranked := make([]uint64, len(fits))
	for i, f := range fits {
		ranked[i] = x.worth(f)<<32 | uint64(places[x.all[f.shown].of]) //nolint:gosec // not negative
	}
	slices.Sort(ranked)
	for _, r := range cutPage(ranked, q.offset, q.limit) {
		page = append(page, fits[best[x.listed[spoken(q.language)][uint32(r)]]-1]) //nolint:gosec // the lower half
	}
	return answer{page, len(fits), some}
}

// worth is what comes first: the smaller, the better, in 32 bits. What is found by a part of its name is the shorter the
// more it comprises.
func (x *names) worth(f fitting) uint64 {
	length := f.length
	if f.grade > synonymIs {
		length -= 2 * bits.Len(uint(x.things[x.all[f.shown].of].above))
	}
	return uint64(min(f.price, 1<<10-1))<<20 | uint64(f.grade)<<16 | uint64(min(max(length, 0), 1<<16-1)) //nolint:gosec // not negative
}

// better joins what two names of one thing have to offer.
func (x *names) better(a, b fitting, lang domain.Language) fitting {
	switch c := a.compare(b); {
	case c < 0:
		return a
	case c > 0:
		return b
	}
	length := min(a.length, b.length)
	m, n := &x.all[a.shown], &x.all[b.shown]
	mine, other := m.language == lang.Base(), n.language == lang.Base()
	if other && !mine || mine == other && b.length < a.length {
		a = b
	}
	a.length = length
	return a
}

// priceOfMissing is above that of all words mended.
const priceOfMissing = 100

// fit says how well the name fits, and how long it is: up to the bracket, unless the words are behind it, too. So many
// words may be missing.
func (n *name) fit(key string, list []asked, missing int) (f fitting, ok bool) {
	is, begins, has := labelIs, labelBegins, labelHas
	if !n.label {
		is, begins, has = synonymIs, synonymBegins, synonymHas
	}
	if n.key == key {
		return fitting{grade: is, length: n.length}, true
	}
	inOrder, whole, core := len(list) <= len(n.tokens), len(list) == n.core, true
	for i := range list {
		if inOrder {
			if c, ok := list[i].choice(n.ranks[i]); ok {
				f.price += c.price
				whole, core = whole && c.whole, core && i < n.core
				continue
			}
		}
		inOrder = false
		at, price := n.find(&list[i])
		if at < 0 {
			if missing--; missing < 0 {
				return f, false
			}
			price = priceOfMissing
		}
		f.price += price
		core = core && at < n.core
	}
	if f.length = n.length; !core {
		f.length = utf8.RuneCountInString(n.text)
	}
	switch {
	case inOrder && whole:
		f.grade = is
	case inOrder:
		f.grade = begins
	default:
		f.grade = has
	}
	return f, true
}

// find returns the token that does best for a word, and at what price; -1 if none does.
func (n *name) find(a *asked) (at, price int) {
	at = -1
	for i, rank := range n.ranks {
		if c, ok := a.choice(rank); ok && (at < 0 || c.price < price) {
			at, price = i, c.price
		}
	}
	return at, price
}

// marked says of each word of the name whether it was asked for.
func (n *name) marked(list []asked) []bool {
	out := make([]bool, len(n.tokens))
	for i := range list {
		for j, rank := range n.ranks {
			_, ok := list[i].choice(rank)
			out[j] = out[j] || ok
		}
	}
	return out
}
