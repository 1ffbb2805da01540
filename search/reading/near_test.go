package reading

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"kopir/search/words"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// near finds what looking at every word finds: the words within the errors, and those that have a beginning within them.
func TestNearFindsWhatLookingAtEveryWordFinds(t *testing.T) {
	word := rapid.StringOfN(rapid.RuneFrom([]rune("абвc")), 1, 7, -1)
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(word, 0, 40).Draw(rt, "words")
		slices.Sort(list)
		list = slices.Compact(list)
		typed, most := word.Draw(rt, "typed"), rapid.IntRange(0, 2).Draw(rt, "most")
		whole, begins := make(map[string]int), make(map[string]int)
		near(list, typed, most, func(from, to, errors int, all bool) {
			for _, w := range list[from:to] {
				if all {
					require.NotContains(rt, whole, w)
					whole[w] = errors
				} else {
					begins[w] = errors
				}
			}
		})
		for _, w := range list {
			d := words.Distance(w, typed, most)
			errors, found := whole[w]
			require.Equal(rt, d <= most, found, "%s for %s", w, typed)
			require.True(rt, !found || errors == d)
			least := most + 1
			for i := range w + " " {
				if i > 0 {
					least = min(least, words.Distance(w[:i], typed, most))
				}
			}
			if utf8.RuneCountInString(typed) > most { // else no beginning at all would be near enough
				errors, found = begins[w]
				require.Equal(rt, least <= most, found, "%s for the beginning %s", w, typed)
				require.True(rt, !found || errors == least)
			}
		}
	})
}

func BenchmarkNear(b *testing.B) {
	list := largeNames(b).folds
	for name, typed := range map[string]string{"one error": "прграмм", "two errors": strings.Repeat("прогрмамирвоание", 1)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				near(list, typed, errorsAllowed(typed), func(int, int, int, bool) {})
			}
		})
	}
}
