package reading

import (
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/words"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// A window is a piece of the text, about as long as it may be, with something to see in it.
func TestWindows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.SampledFrom([]string{"сети", "серверы", "и", "C++", "қауіпсіздік", "—", "…", "a", "\n"})
		var text string
		for _, w := range rapid.SliceOfN(word, 1, 200).Draw(rt, "words") {
			text += w + " "
		}
		tokens := words.Tokens(text)
		r := Reading{Terms: []Term{{Stems: []string{words.Stem("сети")}}, {Phrase: []string{words.Stem("серверы"), "c++"}}}}
		h, ok := r.highlight("description", domain.Text{RU: text}, readingOrder(domain.Kazakh), window, func(s string) ([]words.Token, bool) { return words.Tokens(s), true })
		if !slices.Contains(r.mark(tokens), true) {
			require.False(rt, ok)
			return
		}
		require.True(rt, ok)
		shown, match := "", false
		for _, f := range h.Fragments {
			shown += f.Text
			match = match || f.Match
		}
		require.Contains(rt, text, shown)
		require.True(rt, match)
		require.LessOrEqual(rt, len([]rune(shown)), window*3/2)
	})
}
