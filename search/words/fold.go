package words

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is the whole text in comparable spelling: compatibility forms unified (NFKC), lower case, ё as е, э after
// a consonant as е (кэш, кеш), Kazakh letters as the Russian ones typed for them, diacritics of Latin and stress
// marks removed, look-alike letters of the other alphabet set right, one dash, one quotation mark, one space
// between words and none around. HTML's named signs (&amp;) become the signs. It never fails: bytes that are not
// UTF-8 count as a space. Fold(Fold(s)) == Fold(s).
func Fold(s string) string {
	out, common := foldText(s)
	// One pass suffices for the alphabets of our languages. In others a dropped sign can bring two letters
	// together that normalisation then joins.
	for range 8 {
		if common {
			break
		}
		next, _ := foldText(out)
		if next == out {
			break
		}
		out = next
	}
	return out
}

// foldText is one pass of Fold; common says that the text held only letters of our languages.
func foldText(s string) (out string, common bool) {
	common = isCommon(s)
	if !common {
		s = normal(s)
	}
	buf := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if isLetter(r) {
			end := wordEnd(s, i)
			buf = appendWord(buf, s[i:end], end < len(s) && (s[end] == '#' || strings.HasPrefix(s[end:], "++")))
			i = end
			continue
		}
		if text, n := entity(s[i:]); n > 0 {
			buf, i = append(buf, text...), i+n
			continue
		}
		buf = appendSign(buf, r)
		i += size
	}
	return strings.TrimRight(string(buf), " "), common
}

// isCommon reports whether s is written in ASCII and Cyrillic letters alone, which NFKC leaves as they are, and has no
// HTML sign.
func isCommon(s string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && !isCyrillic(r) || r == '&' {
			return false
		}
	}
	return true
}

func normal(s string) string {
	if norm.NFKC.IsNormalString(s) {
		return s
	}
	return norm.NFKC.String(strings.Map(unmarked, s))
}

// unmarked drops signs that say nothing about a word, before NFKC makes letters of them (™).
func unmarked(r rune) rune {
	switch {
	case r == '™' || r == '℠' || isWidthless(r):
		return -1
	case r == '…':
		return '.'
	}
	return r
}

// appendSign adds what stands between words.
func appendSign(buf []byte, r rune) []byte {
	switch {
	case r == utf8.RuneError || unicode.IsSpace(r) || unicode.IsControl(r):
		if len(buf) == 0 || buf[len(buf)-1] == ' ' {
			return buf
		}
		return append(buf, ' ')
	case isWidthless(r) || isStress(r) || r == '®' || r == '©':
		return buf
	case isDash(r):
		return append(buf, '-')
	}
	switch r {
	case '«', '»', '“', '”', '„', '‟', '″':
		return append(buf, '"')
	case '‘', '’', '‚', '‛', '′', '`', '´':
		return append(buf, '\'')
	}
	return utf8.AppendRune(buf, unicode.ToLower(r))
}

func isDash(r rune) bool { return r == '-' || r >= 0x80 && (unicode.Is(unicode.Pd, r) || r == '−') }

// wordEnd is the end of the word that begins at i.
func wordEnd(s string, i int) int {
	for i < len(s) {
		if c := s[i]; c < utf8.RuneSelf {
			if !isLetter(rune(c)) {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !isInner(r) {
			return i
		}
		i += size
	}
	return i
}

// entity reads one of HTML's named signs at the beginning of s, escaped once or more: &amp; &amp;amp;. n is 0 if
// there is none.
func entity(s string) (sign string, n int) {
	if len(s) < 4 || s[0] != '&' {
		return "", 0
	}
	n = 1
	for hasFold(s[n:], "amp;") {
		n += len("amp;")
	}
	for _, e := range [...][2]string{{"lt;", "<"}, {"gt;", ">"}, {"quot;", `"`}, {"apos;", "'"}, {"#39;", "'"}, {"nbsp;", " "}} {
		if hasFold(s[n:], e[0]) {
			return e[1], n + len(e[0])
		}
	}
	if n == 1 {
		return "", 0
	}
	return "&", n
}

// hasFold reports whether s begins with prefix, which is in lower case, whatever the case in s.
func hasFold(s, prefix string) bool {
	return len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix)
}

// appendWord adds the fold of one word. symbol says that ++ or # follows, which makes a Cyrillic С the Latin one.
func appendWord(buf []byte, word string, symbol bool) []byte {
	from := len(buf)
	for i := range len(word) {
		if word[i] >= utf8.RuneSelf {
			return appendLetters(buf[:from], word, symbol)
		}
		buf = append(buf, byte(plain(rune(word[i])))) //nolint:gosec // plain keeps ASCII ASCII
	}
	return buf
}

// appendLetters is appendWord for a word beyond ASCII.
func appendLetters(buf []byte, word string, symbol bool) []byte {
	if !isCommon(word) {
		word = normal(word)
	}
	meant := asWritten
	if symbol || mixed(word) {
		meant = meantAlphabet(word, symbol)
	}
	var last rune
	for _, r := range word {
		if pair := ligature(r); pair != "" {
			buf = append(buf, pair...)
			last = 0
			continue
		}
		if isStress(r) || isWidthless(r) || !isInner(r) {
			continue
		}
		r = plain(r)
		if twin := likeCyrillic(r); meant == cyrillic && twin != 0 {
			r = twin
		}
		r, last = soften(r, last), r
		if twin := likeLatin(r); meant == latin && twin != 0 {
			r = twin
		}
		buf = utf8.AppendRune(buf, r)
	}
	return buf
}

// soften writes э behind a consonant, or its Latin twin, as е.
func soften(r, last rune) rune {
	if r == 'э' && (isConsonant(last) || isConsonant(likeCyrillic(last))) {
		return 'е'
	}
	return r
}

// mixed reports whether anything in a word is not Cyrillic.
func mixed(word string) bool {
	for _, r := range word {
		if !isCyrillic(r) {
			return true
		}
	}
	return false
}

// alphabet is what a word was meant to be written in.
type alphabet int

const (
	asWritten alphabet = iota
	latin
	cyrillic
)

// meantAlphabet decides whether a word mixes alphabets by accident: "Рython", "базaлық", "С++", "1С". The letters of
// the one not meant are then to be replaced by their twins; a word of which some have none stays as it is written.
func meantAlphabet(word string, symbol bool) alphabet {
	var nLatin, nCyrillic, nDigit int
	var last rune
	toLatin, toCyrillic := true, true
	for _, r := range word {
		if isStress(r) || isWidthless(r) {
			continue
		}
		r = plain(r)
		r, last = soften(r, last), r
		switch {
		case isCyrillic(r):
			nCyrillic++
			toLatin = toLatin && likeLatin(r) != 0
		case '0' <= r && r <= '9':
			nDigit++
		case unicode.Is(unicode.Latin, r):
			nLatin++
			toCyrillic = toCyrillic && likeCyrillic(r) != 0
		}
	}
	short := nDigit > 0 && nLatin+nCyrillic <= 3 || symbol && nLatin+nCyrillic == 1
	switch {
	case nCyrillic > 0 && short && toLatin:
		return latin
	case nCyrillic == 0 || nLatin == 0:
		return asWritten
	case toCyrillic && (nCyrillic >= nLatin || !toLatin):
		return cyrillic
	case toLatin:
		return latin
	}
	return asWritten
}
