package reading

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
	from, to := run(v.sorted, prefix)
	return v.sorted[from:to]
}

// maxNearest bounds the words that stand in for one.
const maxNearest = 6

// nearest returns the words of least distance to any of some spellings; of those, the ones that most documents have. A
// first letter that differs makes a word a little more distant. With typing, it is the beginnings of words that are
// near: they have the same first letter and at most one error.
func (v *Vocabulary) nearest(spellings []string, typing bool) []string {
	type candidate struct {
		fold      string
		documents int
	}
	var best []candidate
	least := 1 << 10
	for _, typed := range spellings {
		most := errorsAllowed(typed)
		if typing {
			most = min(most, 1)
		}
		if most == 0 {
			continue
		}
		near(v.sorted, typed, most, func(from, to, errors int, whole bool) {
			for _, fold := range v.sorted[from:to] {
				distance := 2 * errors
				if !sameFirst(typed, fold) {
					distance++
				}
				if whole == typing || typing && distance > 2 || distance > least {
					continue
				}
				if distance < least {
					best, least = best[:0], distance
				}
				best = append(best, candidate{fold, v.words[fold].documents})
			}
		})
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

func sameFirst(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return x == y
}
