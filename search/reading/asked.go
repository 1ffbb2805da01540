package reading

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"kopir/search/words"
)

// asked is a word that was typed, and what it may be: what costs least first.
type asked struct {
	token   words.Token
	choices []choice
}

// choice is a run of ranks that a word may stand for. The price of what was typed is 0; whole says that it is a word, not
// the beginning of one.
type choice struct {
	from, to int32
	price    int
	whole    bool
}

// choice returns the best one that has a rank.
func (a *asked) choice(rank int32) (choice, bool) {
	for _, c := range a.choices {
		if c.from <= rank && rank < c.to {
			return c, true
		}
	}
	return choice{}, false
}

// Prices of mending: what sounds alike costs less than an error, and an error in the first letter more.
const (
	priceOfSound = 1
	priceOfError = 2
	priceOfStart = 1
	priceOfRest  = 1 // where only the beginning of a word was typed
)

// maxChoices bounds what one word is mended to.
const maxChoices = 48

// plain reads words as they stand. A word that nobody has, has no choices.
func (x *names) plain(tokens []words.Token) []asked {
	list := make([]asked, 0, min(len(tokens), MaxWords))
	for _, token := range tokens[:min(len(tokens), MaxWords)] {
		a := asked{token: token}
		for _, rank := range x.stems[token.Stem] {
			a.choices = append(a.choices, choice{rank, rank + 1, 0, true})
		}
		if from, to := run(x.folds, token.Fold); from < to {
			a.choices = append(a.choices, choice{from, to, 0, false})
		}
		list = append(list, a)
	}
	return list
}

// run returns the words of a sorted list that begin with a prefix.
func run(sorted []string, prefix string) (from, to int32) {
	start, _ := slices.BinarySearch(sorted, prefix)
	return int32(start), int32(start + beyond(sorted[start:], prefix)) //nolint:gosec // a catalogue has no billions
}

// mended adds to each word that is no word of a name what it may have been meant to be.
func (x *names) mended(plain []asked) []asked {
	out := make([]asked, len(plain))
	for i, a := range plain {
		more := x.alike(a.token.Fold)
		if len(a.choices) > 0 && a.choices[0].whole {
			a.choices = slices.Concat(a.choices, whole(more)) // the same word in the other alphabet
		} else {
			if !slices.ContainsFunc(more, isWhole) {
				more = append(more, x.mistyped(a.token.Fold, len(more) == 0)...)
			}
			slices.SortStableFunc(more, func(a, b choice) int { return cmp.Compare(a.price, b.price) })
			a.choices = slices.Concat(a.choices, more[:min(len(more), maxChoices)])
		}
		out[i] = a
	}
	return out
}

// whole returns the choices that are words.
func whole(list []choice) []choice {
	return slices.DeleteFunc(list, func(c choice) bool { return !isWhole(c) })
}

func isWhole(c choice) bool { return c.whole }

// alike returns the words that sound as a word does, or begin so.
func (x *names) alike(fold string) (list []choice) {
	sound := words.Sound(fold)
	if len(sound) < leastTyped && len(fold) > leastTyped { // one letter again and again
		return nil
	}
	list = x.sounding(sound)
	if strings.Contains(fold, "x") { // which a standard has for х
		list = append(list, x.sounding(words.Sound(strings.ReplaceAll(fold, "x", "kh")))...)
	}
	return list
}

// sounding returns the words that have a sound or begin so.
func (x *names) sounding(sound string) (list []choice) {
	if len(sound) < leastTyped { // a letter is no beginning
		from, _ := slices.BinarySearch(x.sounds, sound)
		for at := from; at < len(x.sounds) && x.sounds[at] == sound && sound != ""; at++ {
			list = append(list, choice{x.heard[at], x.heard[at] + 1, priceOfSound, true})
		}
		return list
	}
	for n := len(sound); n >= leastTyped && n >= len(sound)-1 && len(list) == 0; n-- { // the last letter may be half of one
		from, to := run(x.sounds, sound[:n])
		for at := from; at < to; at++ {
			rank, whole := x.heard[at], x.sounds[at] == sound
			c := choice{rank, rank + 1, priceOfSound, whole}
			if !whole {
				c.price += priceOfRest
			}
			list = append(list, c)
		}
	}
	return list
}

// mistyped returns the words that a word is one or two typing errors away from, or the beginning of; and those that it
// sounds so, if it sounds like nothing else.
func (x *names) mistyped(fold string, bySound bool) (list []choice) {
	most := errorsAllowed(fold)
	if most == 0 {
		return nil
	}
	near(x.folds, fold, most, func(from, to, errors int, whole bool) {
		c := choice{int32(from), int32(to), priceOfError * errors, whole} //nolint:gosec // as above
		switch first := sameFirst(fold, x.folds[from]); {
		case !whole && (!first || errors > 1):
			return
		case !whole:
			c.price += priceOfRest
		case !first:
			c.price += priceOfStart
		}
		list = append(list, c)
	})
	sound := words.Sound(fold)
	if !bySound || errorsAllowed(sound) == 0 {
		return list
	}
	near(x.sounds, sound, 1, func(from, to, errors int, whole bool) {
		for at := from; at < to && sameFirst(sound, x.sounds[from]); at++ {
			c := choice{x.heard[at], x.heard[at] + 1, priceOfSound + priceOfError*errors, whole}
			if !whole {
				c.price += priceOfRest
			}
			list = append(list, c)
		}
	})
	return list
}

// candidates yields the names that may have all words but so many, some of them more than once: those of the rarest word,
// and of as many more as may be missing.
func (x *names) candidates(key string, list []asked, missing int) iter.Seq[int32] {
	rarest := slices.SortedStableFunc(slices.Values(list), func(a, b asked) int { return cmp.Compare(x.size(a), x.size(b)) })
	return func(yield func(int32) bool) {
		for _, i := range x.keys[key] {
			if !yield(i) {
				return
			}
		}
		for _, a := range rarest[:min(len(rarest), missing+1)] {
			for _, c := range a.choices {
				for _, i := range x.posts[x.starts[c.from]:x.starts[c.to]] {
					if !yield(i) {
						return
					}
				}
			}
		}
	}
}

// size returns how many names have a word.
func (x *names) size(a asked) int {
	n := 0
	for _, c := range a.choices {
		n += int(x.starts[c.to] - x.starts[c.from])
	}
	return n
}
