package auth

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// A password is refused as common if somebody who guesses in the usual order comes to it soon. With at least 15
// characters the lists of leaked passwords hardly apply as they are; what people do to reach 15 does: they repeat, they
// walk along the keyboard, they put well-known words, names, phrases and years together. So the password is cut into as
// few guessable pieces as possible, each other character counting as a piece of its own, and few pieces are too few.
const enoughPieces = 6

// enoughCharacters is how many different characters a password must have.
const enoughCharacters = 5

//go:embed common.txt
var commonText string

// guessable returns what is guessed as a whole, as folded text: the list above, and every stretch of a walk of at least
// four keys.
var guessable = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			set[fold(line)] = true
		}
	}
	for _, row := range walks {
		r := []rune(row)
		for start := range r {
			for end := start + 4; end <= len(r); end++ {
				set[string(r[start:end])] = true
			}
		}
	}
	return set
})

// Bounds of the search for pieces, in characters: no piece is longer, and what comes after so many is not looked at.
const (
	longestPiece = 64
	longestText  = 256
)

// walks are rows, columns and zigzags of the keyboards in use, and the alphabets; their reverses are added below.
var walks = withReverses(
	"1234567890", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertyuiopasdfghjklzxcvbnm", "йцукенгшщзхъ",
	"фывапролджэ", "ячсмитьбю", "йцукенгшщзхъфывапролджэячсмитьбю", "әіңғүұқөһ", "abcdefghijklmnopqrstuvwxyz",
	"абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "абвгдежзийклмнопрстуфхцчшщъыьэюя", "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя",
	"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0",
	"1й2ц3у4к5е6н7г8ш9щ0з", "й1ц2у3к4е5н6г7ш8щ9з0", "йфяцычувскамепинртгоь", "qweasdzxc", "йцуфывячс",
)

func withReverses(rows ...string) []string {
	for _, row := range rows {
		r := []rune(row)
		for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
			r[i], r[j] = r[j], r[i]
		}
		rows = append(rows, string(r))
	}
	return rows
}

// leet undoes the usual replacements of letters by digits.
var leet = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b")

// TooCommon says whether a password would be guessed early: a repetition, a walk along the keyboard, or a few well-known
// words, phrases and years put together, whatever the case and the punctuation, in Kazakh, Russian and English.
func (p *Passwords) TooCommon(password string) bool {
	if distinct(strings.ToLower(norm.NFKC.String(password))) < enoughCharacters {
		return true
	}
	text := clip(fold(password))
	if repeats(text) {
		return true
	}
	variants := []string{text, squeeze(text), leet.Replace(text), leet.Replace(strings.ReplaceAll(text, "1", "l"))}
	for _, v := range variants {
		if pieces([]rune(v)) < enoughPieces {
			return true
		}
	}
	return false
}

// fold reduces a text to its letters and digits, in lower case, with the signs that stand for letters read as letters.
func fold(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKC.String(s)) {
		switch {
		case r == '@':
			b.WriteRune('a')
		case r == '$':
			b.WriteRune('s')
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(r)
		}
	}
	return b.String()
}

// clip returns the part of a folded text that is looked at: a single sign can unfold to 18 letters.
func clip(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), longestText)])
}

func distinct(s string) int {
	set := map[rune]bool{}
	for _, r := range s {
		set[r] = true
	}
	return len(set)
}

// squeeze writes each run of one character once: 112233 becomes 123.
func squeeze(s string) string {
	var b strings.Builder
	last := rune(-1)
	for _, r := range s {
		if r != last {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}

// repeats says whether a text is one block, again and again; up to four characters at its end may be other ones.
func repeats(s string) bool {
	r := []rune(s)
	for size := len(r); size >= len(r)-4 && size > 1; size-- {
		for block := 1; 2*block <= size; block++ {
			if periodic(r[:size], block) {
				return true
			}
		}
	}
	return false
}

func periodic(r []rune, block int) bool {
	for i := block; i < len(r); i++ {
		if r[i] != r[i-block] {
			return false
		}
	}
	return true
}

// pieces returns into how few guessable pieces and single characters a text can be cut.
func pieces(r []rune) int {
	least := make([]int, len(r)+1)
	for end := 1; end <= len(r); end++ {
		least[end] = least[end-1] + 1
		for start := end - 2; start >= max(0, end-longestPiece); start-- {
			if least[start]+1 < least[end] && isPiece(r[start:end]) {
				least[end] = least[start] + 1
			}
		}
	}
	return least[len(r)]
}

// isPiece says whether a text of two characters or more is guessed as a whole.
func isPiece(r []rune) bool {
	text := string(r)
	return guessable()[text] || len(r) >= 3 && periodic(r, 1) || isYear(text)
}

// isYear says whether a text is a year that people are born in or live in.
func isYear(s string) bool {
	return len(s) == 4 && s >= "1930" && s <= "2039"
}
