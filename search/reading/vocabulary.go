package reading

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"kopir/search/words"
)

// Vocabulary is every word that a side's documents have.
type Vocabulary struct {
	words  map[string]*spelling // by fold
	stems  map[string]int       // how many folds have it
	sorted []string             // folds
}

type spelling struct {
	stem      string
	documents int
}

// NewVocabulary returns an empty one.
func NewVocabulary() Vocabulary {
	return Vocabulary{words: make(map[string]*spelling), stems: make(map[string]int), sorted: []string{}}
}

// Change counts the words (fold → stem) of documents that came and of documents that went.
func (v *Vocabulary) Change(added, removed []map[string]string) {
	var fresh []string
	gone := false
	for _, document := range added {
		for fold, stem := range document {
			w := v.words[fold]
			if w == nil {
				w = &spelling{stem: stem}
				v.words[fold] = w
				v.stems[stem]++
				fresh = append(fresh, fold)
			}
			w.documents++
		}
	}
	for _, document := range removed {
		for fold := range document {
			w := v.words[fold]
			if w.documents--; w.documents > 0 {
				continue
			}
			gone = true
			delete(v.words, fold)
			if v.stems[w.stem]--; v.stems[w.stem] == 0 {
				delete(v.stems, w.stem)
			}
		}
	}
	if gone || len(fresh) > 0 {
		v.merge(fresh)
	}
}

// merge brings the sorted list up to date.
func (v *Vocabulary) merge(fresh []string) {
	slices.Sort(fresh)
	merged := make([]string, 0, len(v.words))
	keep := func(fold string) {
		if v.words[fold] != nil && (len(merged) == 0 || merged[len(merged)-1] != fold) {
			merged = append(merged, fold)
		}
	}
	at := 0
	for _, fold := range v.sorted {
		for ; at < len(fresh) && fresh[at] < fold; at++ {
			keep(fresh[at])
		}
		keep(fold)
	}
	for _, fold := range fresh[at:] {
		keep(fold)
	}
	v.sorted = merged
}

// Folds returns all words, in order. Not to be changed.
func (v *Vocabulary) Folds() []string { return v.sorted }

// has says whether some word has a stem.
func (v *Vocabulary) has(stem string) bool { return v.stems[stem] > 0 }

// from returns the words that begin with a prefix.
func (v *Vocabulary) from(prefix string) []string {
	start, _ := slices.BinarySearch(v.sorted, prefix)
	rest := v.sorted[start:]
	end, _ := slices.BinarySearchFunc(rest, prefix, func(fold, prefix string) int {
		if strings.HasPrefix(fold, prefix) {
			return -1
		}
		return 1
	})
	return rest[:end]
}

// maxNearest bounds the words that stand in for one.
const maxNearest = 6

// nearest returns the words of least distance to any of some spellings; of those, the ones that most documents have. A
// first letter that differs makes a word a little more distant. With typing, it is the beginnings of words that are
// near.
func (v *Vocabulary) nearest(spellings []string, typing bool) []string {
	type candidate struct {
		fold      string
		documents int
	}
	var best []candidate
	least := 1 << 10
	for _, typed := range spellings {
		most := errorsAllowed(typed)
		if most == 0 {
			continue
		}
		for _, fold := range v.sorted {
			d := typingCost(typed, fold, most)
			if typing {
				d = beginningCost(typed, fold)
			}
			switch {
			case d > least || d < 0:
				continue
			case d < least:
				best, least = best[:0], d
			}
			best = append(best, candidate{fold, v.words[fold].documents})
		}
	}
	slices.SortFunc(best, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.documents, a.documents), strings.Compare(a.fold, b.fold))
	})
	out := make([]string, 0, maxNearest)
	for _, c := range best {
		if len(out) < maxNearest && !slices.Contains(out, c.fold) {
			out = append(out, c.fold)
		}
	}
	return out
}

// errorsAllowed returns how many typing errors a word may have: none under five letters or with a digit, where one
// letter is another thing; one under nine; else two.
func errorsAllowed(fold string) int {
	switch n := utf8.RuneCountInString(fold); {
	case n < 5 || strings.ContainsFunc(fold, unicode.IsDigit):
		return 0
	case n < 9:
		return 1
	default:
		return 2
	}
}

// typingCost returns twice the distance between two words, and one more if they begin differently; -1 above most.
func typingCost(typed, fold string, most int) int {
	if d := len(fold) - len(typed); d > 2*most || d < -2*most {
		return -1 // a letter takes two bytes at most in the alphabets that we mend
	}
	d := words.Distance(typed, fold, most)
	if d > most {
		return -1
	}
	if sameFirst(typed, fold) {
		return 2 * d
	}
	return 2*d + 1
}

// beginningCost returns the same for the beginning of a word, which must have the same first letter and at most one
// error.
func beginningCost(typed, fold string) int {
	if len(fold) <= len(typed) || !sameFirst(typed, fold) {
		return -1
	}
	n, at := utf8.RuneCountInString(typed), 0
	for i := range fold { // as long as what was typed, then one longer, as if a letter had been left out
		if at == n || at == n+1 {
			if d := words.Distance(typed, fold[:i], 1); d <= 1 {
				return 2 * d
			}
		}
		if at++; at > n+1 {
			break
		}
	}
	return -1
}

func sameFirst(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y
}
