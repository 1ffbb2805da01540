package words

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// isLetter reports whether a word may begin with r.
func isLetter(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	case 0x400 <= r && r <= 0x481 || 0x48a <= r && r <= 0x52f:
		return true
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// isInner reports whether r continues a word: a letter, a mark on a letter, or a sign without width such as the
// soft hyphen.
func isInner(r rune) bool {
	return isLetter(r) || r >= 0x80 && (isWidthless(r) || unicode.IsMark(r))
}

func isWidthless(r rune) bool {
	return r == 0xad || 0x200b <= r && r <= 0x200d || r == 0x2060 || r == 0xfeff
}

// isStress tells the marks that are dropped: accents over Latin letters, stress marks over Cyrillic ones. What
// belongs to a letter, as in й, is one rune with it after normalisation.
func isStress(r rune) bool { return 0x300 <= r && r <= 0x36f }

// latinBase holds the letters of Latin-1 and Latin Extended A and B, in lower case, without diacritics.
var latinBase = func() (table [0x250]rune) {
	for r := range rune(len(table)) {
		base, _ := utf8.DecodeRuneInString(norm.NFKD.String(string(unicode.ToLower(r))))
		table[r] = unicode.ToLower(base)
	}
	for r, base := range map[rune]rune{'đ': 'd', 'ð': 'd', 'ø': 'o', 'ł': 'l', 'ı': 'i', 'ħ': 'h', 'ŧ': 't'} {
		table[r], table[unicode.ToUpper(r)] = base, base
	}
	table['I'] = 'i' // the upper case of ı, too
	return table
}()

// plain is r in lower case without its diacritics, a Kazakh letter as the Russian one typed for it.
func plain(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	case 0x400 <= r && r <= 0x4ff:
		return plainCyrillic(r)
	case int(r) < len(latinBase):
		if unicode.Is(unicode.Latin, r) {
			return latinBase[r]
		}
	case 0x1e00 <= r && r <= 0x1eff:
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
		return unicode.ToLower(base)
	}
	return unicode.ToLower(r)
}

func plainCyrillic(r rune) rune {
	switch {
	case 'а' <= r && r <= 'я':
		return r
	case 'А' <= r && r <= 'Я':
		return r + 'а' - 'А'
	}
	switch r = unicode.ToLower(r); r {
	case 'ё':
		return 'е'
	case 'ә':
		return 'а'
	case 'ғ':
		return 'г'
	case 'қ':
		return 'к'
	case 'ң':
		return 'н'
	case 'ө':
		return 'о'
	case 'ұ', 'ү':
		return 'у'
	case 'һ':
		return 'х'
	case 'і':
		return 'и'
	}
	return r
}

// ligature spells out the Latin letters that are two, those of Kazakh and of transliterated Russian among them.
func ligature(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'æ', 'Æ':
		return "ae"
	case 'œ', 'Œ':
		return "oe"
	case 'þ', 'Þ':
		return "th"
	case 'ş', 'Ş', 'ș', 'Ș', 'š', 'Š':
		return "sh"
	case 'č', 'Č':
		return "ch"
	case 'ž', 'Ž':
		return "zh"
	}
	return ""
}

func isCyrillic(r rune) bool { return 0x400 <= r && r <= 0x4ff }

// isConsonant is asked of folded Cyrillic letters.
func isConsonant(r rune) bool {
	switch r {
	case 'б', 'в', 'г', 'д', 'ж', 'з', 'к', 'л', 'м', 'н', 'п', 'р', 'с', 'т', 'ф', 'х', 'ц', 'ч', 'ш', 'щ':
		return true
	}
	return false
}

// likeLatin is the Latin letter that looks like a Cyrillic one, in either case; 0 if none does.
func likeLatin(r rune) rune {
	switch r {
	case 'а':
		return 'a'
	case 'в':
		return 'b'
	case 'с':
		return 'c'
	case 'е':
		return 'e'
	case 'н':
		return 'h'
	case 'и': // і, folded
		return 'i'
	case 'к':
		return 'k'
	case 'м':
		return 'm'
	case 'о':
		return 'o'
	case 'р':
		return 'p'
	case 'т':
		return 't'
	case 'х':
		return 'x'
	case 'у':
		return 'y'
	}
	return 0
}

// likeCyrillic is the other way.
func likeCyrillic(r rune) rune {
	switch r {
	case 'a':
		return 'а'
	case 'b':
		return 'в'
	case 'c':
		return 'с'
	case 'e':
		return 'е'
	case 'h':
		return 'н'
	case 'i':
		return 'и'
	case 'k':
		return 'к'
	case 'm':
		return 'м'
	case 'o':
		return 'о'
	case 'p':
		return 'р'
	case 't':
		return 'т'
	case 'x':
		return 'х'
	case 'y':
		return 'у'
	}
	return 0
}
