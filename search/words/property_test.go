package words_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kopir/search/words"
)

// text draws strings that look like ours, with all that goes wrong in them.
func text() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringOfN(rapid.RuneFrom([]rune("aCjsnetJ.+#-/_& 159;АаСсіқәөйЁэшылардыңтер\u0301\u0306\u00ad\u200bÅßﬁ™½Ⅷ&amp;")), 0, 40, -1),
		rapid.String(),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes")) }),
	)
}

func TestFoldIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once := words.Fold(text().Draw(t, "text"))
		require.Equal(t, once, words.Fold(once))
		require.True(t, utf8.ValidString(once))
	})
}

func TestSpansLieInTheTextInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkTokens(t, text().Draw(t, "text")) })
}

func checkTokens(t require.TestingT, s string) {
	end := 0
	for _, token := range words.Tokens(s) {
		require.GreaterOrEqual(t, token.Start, end)
		require.Greater(t, token.End, token.Start)
		require.LessOrEqual(t, token.End, len(s))
		require.NotEmpty(t, token.Fold)
		require.NotEmpty(t, token.Stem)
		require.Equal(t, token.Stem, words.Stem(token.Fold))
		end = token.End
	}
	words.Key(s)
	words.Transliterate(s)
}

func TestFoldOfAPlainWordIsItsToken(t *testing.T) {
	letters := rapid.OneOf(
		rapid.StringMatching(`[A-Za-z]{2,12}`), rapid.StringMatching(`[А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі]{2,12}`),
		rapid.StringMatching(`[A-Za-zА-Яа-яәі0-9éü]{2,8}`))
	rapid.Check(t, func(t *rapid.T) {
		word := letters.Draw(t, "word")
		tokens := words.Tokens(word)
		if len(tokens) == 2 {
			t.Skip("two words written as one")
		}
		require.Len(t, tokens, 1)
		require.Equal(t, words.Fold(word), tokens[0].Fold)
		require.Equal(t, word, word[tokens[0].Start:tokens[0].End])
	})
}

func TestAStemIsNotLongerThanItsWordByMoreThanALetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fold := words.Fold(rapid.StringMatching(`[а-яәғқңөұүһі]{1,24}|[a-z]{1,16}`).Draw(t, "word"))
		stem := words.Stem(fold)
		require.LessOrEqual(t, utf8.RuneCountInString(stem), utf8.RuneCountInString(fold)+1)
		require.True(t, utf8.ValidString(stem))
	})
}

func TestDistanceEqualsTheDefinition(t *testing.T) {
	short := rapid.StringOfN(rapid.RuneFrom([]rune("абвc")), 0, 8, -1)
	rapid.Check(t, func(t *rapid.T) {
		a, b := short.Draw(t, "a"), short.Draw(t, "b")
		most := rapid.IntRange(0, 9).Draw(t, "most")
		want := alignment([]rune(a), []rune(b))
		got := words.Distance(a, b, most)
		require.Equal(t, min(want, most+1), got)
		require.Equal(t, got, words.Distance(b, a, most))
		require.Equal(t, a == b, got == 0)
	})
}

// alignment is the recursive definition of optimal string alignment.
func alignment(a, b []rune) int {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return n + m
	}
	change := 1
	if a[n-1] == b[m-1] {
		change = 0
	}
	if change == 0 {
		return alignment(a[:n-1], b[:m-1])
	}
	best := 1 + min(alignment(a[:n-1], b), alignment(a, b[:m-1]), alignment(a[:n-1], b[:m-1]))
	if n > 1 && m > 1 && a[n-1] == b[m-2] && a[n-2] == b[m-1] {
		best = min(best, 1+alignment(a[:n-2], b[:m-2]))
	}
	return best
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{"C++ / C#, .NET, asp .net", "Бағдарламалау тілдері", "R&amp;D &amp;amp;", "С++ 1С Node.JS", "\xff\u0301и\u0306", "1.2.3 h.264", "ﷺ ㎒ ½"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkTokens(t, s)
		once := words.Fold(s)
		require.Equal(t, once, words.Fold(once))
		checkTokens(t, once)
	})
}
