package reading

import (
	"math"
	"strings"
	"sync"
	"unicode/utf8"
	"unsafe"

	"kopir/search/words"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// mostKept bounds the texts whose words are kept, with their words, in bytes.
const mostKept = 32 << 20

// texts keeps the words of the texts that were shown last: the same titles and descriptions are shown again and again, and
// cutting them into words is most of what showing costs. A text has the same words always, so nothing here gets old. It is
// safe for concurrent use.
type texts struct {
	most int // bytes

	mu   sync.Mutex
	kept *simplelru.LRU[string, cut]
	size int // bytes of what is kept
}

// newTexts returns one that keeps at most so many bytes.
func newTexts(most int) *texts {
	t := &texts{most: most}
	kept, err := simplelru.NewLRU(most, func(text string, c cut) { t.size -= weight(text, c) })
	if err != nil {
		panic(err) // it wants at least one
	}
	t.kept = kept
	return t
}

// cut cuts a text into its words.
func (t *texts) cut(text string) cut {
	t.mu.Lock()
	c, ok := t.kept.Get(text)
	t.mu.Unlock()
	if ok {
		return c
	}
	c = cutUp(text)
	cost := weight(text, c)
	if cost > t.most/16 { // it would drive out too many others
		return c
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.kept.Contains(text) { // another search was quicker
		return c
	}
	t.kept.Add(text, c)
	for t.size += cost; t.size > t.most; {
		t.kept.RemoveOldest()
	}
	return c
}

// cut is a text cut into its words, which are not to be changed.
type cut struct {
	tokens []words.Token
	heads  heads // of their stems and folds
}

func cutUp(text string) cut { return cutOf(words.Tokens(text)) }

func cutOf(tokens []words.Token) cut {
	c := cut{tokens: together(tokens)}
	for _, t := range c.tokens {
		c.heads.add(t.Stem)
		c.heads.add(t.Fold)
	}
	return c
}

// heads is how some words begin: a set of their first two letters, in which others may seem to be as well, but none that
// is there seems not to be (B. H. Bloom, 1970). Most texts of a page have none of the words that were asked for, which
// is seen without reading them.
type heads [4]uint64

func (h *heads) add(word string) {
	at := headOf(word)
	h[at>>6] |= 1 << (at & 63)
}

// meet says whether two sets may have a word in common.
func (h *heads) meet(other *heads) bool {
	return h[0]&other[0]|h[1]&other[1]|h[2]&other[2]|h[3]&other[3] != 0
}

// headOf returns the place of a word's first two letters (FNV-1a).
func headOf(word string) uint8 {
	_, first := utf8.DecodeRuneInString(word)
	_, second := utf8.DecodeRuneInString(word[first:])
	hash := uint32(2166136261)
	for i := range first + second {
		hash = (hash ^ uint32(word[i])) * 16777619
	}
	return uint8(hash>>24 ^ hash>>8) //nolint:gosec // the lower bits
}

// heads returns how the words of a reading begin; all there are, if one of them may begin in any way.
func (r *Reading) heads() (h heads) {
	for i := range r.Terms {
		r.Terms[i].headsInto(&h)
	}
	return h
}

func (t *Term) headsInto(h *heads) {
	if len(t.Phrase) > 0 {
		h.add(t.Phrase[0])
	}
	for _, label := range t.Labels {
		h.add(label[0])
	}
	for _, stem := range t.Stems {
		h.add(stem)
	}
	for _, prefix := range t.Prefixes {
		if h.add(prefix); utf8.RuneCountInString(prefix) < 2 {
			*h = heads{math.MaxUint64, math.MaxUint64, math.MaxUint64, math.MaxUint64}
		}
	}
	for i := range t.Run {
		t.Run[i].headsInto(h)
	}
}

// perText is what keeping a text costs beside the text and its words: an entry of a map and one of a list.
const perText = 160

func weight(text string, c cut) int {
	n := perText + len(text) + len(c.tokens)*int(unsafe.Sizeof(words.Token{}))
	for _, t := range c.tokens {
		n += len(t.Fold) + len(t.Stem)
	}
	return n
}

// together lays the spellings of words side by side in memory: those of a page's texts are read in one go, hundreds of
// times faster than the processor finds scattered ones.
func together(tokens []words.Token) []words.Token {
	n := 0
	for _, t := range tokens {
		n += len(t.Fold) + len(t.Stem)
	}
	var b strings.Builder
	b.Grow(n)
	for _, t := range tokens {
		b.WriteString(t.Stem)
		b.WriteString(t.Fold)
	}
	all := b.String()
	for i, t := range tokens {
		tokens[i].Stem, all = all[:len(t.Stem)], all[len(t.Stem):]
		tokens[i].Fold, all = all[:len(t.Fold)], all[len(t.Fold):]
	}
	return tokens
}
