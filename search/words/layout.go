package words

import (
	"maps"
	"slices"
	"strings"
)

// The keys of a keyboard, row by row, as they write in each layout, without and with shift. The letters that Kazakh has
// and Russian has not stand on the keys of digits and signs, ө on that of the hyphen; the others are where Russian has
// them.
const (
	latinKeys   = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./" + `~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?@#$^&`
	russianKeys = "ёйцукенгшщзхъфывапролджэячсмитьбю." + `ЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,"№;:?`
	digitKeys   = "23458967" + "0=" + "@#$%*()_+"
	kazakhKeys  = "әіңғүұ,." + "қһ" + "ӘІҢҒҮҰҚӨҺ"
)

// layout is a way to have had the wrong layout on: what to make of Latin words, and of Cyrillic ones. What is a word ends
// at a hyphen, except in the one reading in which its key is the Kazakh ө.
type layout struct {
	latin, cyrillic map[rune]rune
	ends            string
}

var layouts = func() []layout {
	toRussian, toLatin := keys(latinKeys, russianKeys), keys(kazakhKeys+"ө"+russianKeys, digitKeys+"-"+latinKeys)
	digits := keys(digitKeys, kazakhKeys)
	digitsAndO := keys(digitKeys+"-", kazakhKeys+"ө")
	return []layout{
		{toRussian, toLatin, " -"}, {joined(toRussian, digits), toLatin, " -"}, {joined(toRussian, digitsAndO), toLatin, " "},
		{nil, digits, " -"}, {nil, digitsAndO, " "},
	}
}()

func joined(a, b map[rune]rune) map[rune]rune {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

func keys(from, to string) map[rune]rune {
	out, written := make(map[rune]rune), []rune(to)
	for i, r := range []rune(from) {
		out[r] = written[i]
	}
	return out
}

// Layouts returns what the keys that wrote a text write while another layout is on: Cyrillic letters for Latin ones and
// the other way, with the Russian layout and with the Kazakh one; and Kazakh letters for the digits among Cyrillic ones.
// Words that keep is true of stay. A reading that changes nothing is left out.
func Layouts(text string, keep func(word string) bool) []string {
	var out []string
	for _, l := range layouts {
		if turned := l.turn(text, keep); turned != text && !slices.Contains(out, turned) {
			out = append(out, turned)
		}
	}
	return out
}

func (l *layout) turn(text string, keep func(word string) bool) string {
	var b strings.Builder
	for len(text) > 0 {
		end := strings.IndexAny(text, l.ends)
		if end < 0 {
			end = len(text)
		}
		word := text[:end]
		of := l.latin
		if strings.ContainsFunc(word, isCyrillic) {
			of = l.cyrillic
		}
		if keep(word) {
			of = nil
		}
		for _, r := range word {
			if turned, ok := of[r]; ok {
				r = turned
			}
			b.WriteRune(r)
		}
		b.WriteString(text[end:min(end+1, len(text))])
		text = text[min(end+1, len(text)):]
	}
	return b.String()
}
