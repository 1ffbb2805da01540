package words

import (
	"hash/maphash"
	"strings"
	"sync/atomic"
)

// Stem takes the endings off a folded word. It is a function of the fold alone: a word typed with and without
// Kazakh letters has one stem.
//
//   - Latin letters: English number, -ed and -ing; British spelling (-ise, -our) for the American. What derives
//     another word stays: developer, development and develop are three.
//   - Cyrillic letters: Kazakh endings that no Russian word has, or all of them if the word can only be Kazakh;
//     what is left has its Russian endings taken off (see kazakh.go).
//   - A version behind a name is an ending: HTML5, Python 3.12. So is ".js" where the bare name is as common and
//     means nothing else: React.js. Other words with digits or signs are their own stem.
//   - A technology has one stem under all its names: докер and Docker, cpp and C++, k8s and Kubernetes.
func Stem(fold string) string {
	if len(fold) > longestKept {
		return stem(fold)
	}
	place := &lately[maphash.String(latelySeed, fold)%uint64(len(lately))]
	if known := place.Load(); known != nil && known.fold == fold {
		return known.stem
	}
	known := &stemmed{fold: strings.Clone(fold)} // fold may be a part of a long text
	known.stem = stem(known.fold)
	place.Store(known)
	return known.stem
}

// longestKept bounds the words whose stems are kept, in bytes.
const longestKept = 64

// lately are stems of words that came by: most words of a text are common ones. A place keeps the last word of those that
// share it, so that there are never more than places.
var (
	lately     [1 << 15]atomic.Pointer[stemmed]
	latelySeed = maphash.MakeSeed()
)

type stemmed struct{ fold, stem string }

func stem(fold string) string {
	s := withoutEndings(fold)
	if name, ok := aliases[s]; ok {
		return name
	}
	return s
}

func withoutEndings(fold string) string {
	allLatin, allCyrillic := true, true
	for i := range len(fold) {
		switch c := fold[i]; {
		case 'a' <= c && c <= 'z':
			allCyrillic = false
		case c == 0xd0 || c == 0xd1 || 0x80 <= c && c < 0xc0:
			allLatin = false
		default:
			allLatin, allCyrillic = false, false
		}
	}
	switch {
	case allLatin:
		return english(fold)
	case allCyrillic:
		return cyrillicStem(fold)
	}
	return unversioned(fold)
}

// unversioned cuts the version off "html5", and the naughts off "2.0".
func unversioned(fold string) string {
	name := strings.TrimRight(fold, "0123456789.")
	if name == "" {
		if whole, ok := strings.CutSuffix(fold, ".0"); ok {
			return whole
		}
		return fold
	}
	if _, ok := versioned[name]; ok {
		return name
	}
	return fold
}

// cyrillicStem repeats the Kazakh step, since Kazakh endings follow each other, and ends with the Russian one if
// the rest may be Russian.
func cyrillicStem(fold string) string {
	for range 3 {
		shorter := withoutKazakh(fold)
		if shorter == fold {
			break
		}
		fold = shorter
	}
	if looksKazakh(fold) {
		return withoutVowel(fold)
	}
	return russian(fold)
}

// dropped are the words that names of the same thing have or lack.
var dropped = set("a an and for in of on the to with using и в во на для с со по из о об при к от жане мен бен пен ушин туралы")

// Key is what names of one thing have in common: the stems of the words, in order, joined by a space. Words like
// "of" and "для" are left out unless nothing else remains. Key of a text without words is "".
func Key(text string) string {
	tokens := Tokens(text)
	key := make([]byte, 0, len(text))
	for _, all := range [...]bool{false, true} {
		for _, t := range tokens {
			if _, drop := dropped[t.Fold]; drop && !all {
				continue
			}
			if len(key) > 0 {
				key = append(key, ' ')
			}
			key = append(key, t.Stem...)
		}
		if len(key) > 0 {
			break
		}
	}
	return string(key)
}
