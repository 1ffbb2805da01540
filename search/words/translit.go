package words

import (
	"slices"
	"strings"
)

// Transliterate is a folded word in the other alphabet, likeliest first: Cyrillic for "bagdarlamalau", Latin for
// "докер". Where a letter has two usual equivalents there are up to four candidates. It is nil for a word that has
// letters of both alphabets, of another, or none.
func Transliterate(fold string) []string {
	var hasLatin, hasCyrillic bool
	for _, r := range fold {
		switch {
		case 'a' <= r && r <= 'z':
			hasLatin = true
		case isCyrillic(r):
			hasCyrillic = true
		case r > 0x7f:
			return nil
		}
	}
	var tables [][]*strings.Replacer
	switch {
	case hasLatin && !hasCyrillic:
		tables = [][]*strings.Replacer{{plainC, softC}, {plainY, softY}, {toCyrillic}}
	case hasCyrillic && !hasLatin:
		tables = [][]*strings.Replacer{{plainX, joinedX}, {toLatin, toEnglish}}
	default:
		return nil
	}
	candidates := []string{fold}
	for _, readings := range tables {
		var next []string
		for _, reading := range readings {
			for _, c := range candidates {
				if written := reading.Replace(c); !slices.Contains(next, written) {
					next = append(next, written)
				}
			}
		}
		candidates = next
	}
	return candidates
}

var (
	// c is к in Russian ears, but ц before e and i; sh, ch and kh are letters of their own.
	plainC = strings.NewReplacer("shch", "щ", "sch", "щ", "sh", "ш", "ch", "ч", "ck", "к", "c", "к")
	softC  = strings.NewReplacer("shch", "щ", "sch", "щ", "sh", "ш", "ch", "ч", "ck", "к", "ce", "це", "ci", "ци", "cy", "ци", "c", "к")

	// y is a part of я, ю and ё, й behind a vowel, and otherwise ы or и. Where it is ы, as in the Kazakh alphabet of 2021,
	// й is an i.
	plainY = yReplacer("ы", "ai", "ай", "ei", "ей", "oi", "ой", "ui", "уй")
	softY  = yReplacer("и")

	toCyrillic = strings.NewReplacer("zh", "ж", "kh", "х", "gh", "г", "ph", "ф", "th", "т", "ts", "ц", "dzh", "дж", "ee", "и", "oo", "у",
		"a", "а", "b", "б", "d", "д", "e", "е", "f", "ф", "g", "г", "h", "х", "i", "и", "j", "ж", "k", "к", "l", "л", "m", "м",
		"n", "н", "o", "о", "p", "п", "q", "к", "r", "р", "s", "с", "t", "т", "u", "у", "v", "в", "w", "в", "x", "кс", "z", "з")

	// кс is x in most names; дж is j.
	joinedX = strings.NewReplacer("кс", "x", "дж", "j")
	plainX  = strings.NewReplacer("дж", "dzh")

	toLatin   = latinReplacer("k", "kh", "v")
	toEnglish = latinReplacer("c", "h", "w")
)

func yReplacer(alone string, more ...string) *strings.Replacer {
	return strings.NewReplacer(append(more, "ya", "я", "yu", "ю", "yo", "е", "ye", "е", "ay", "ай", "ey", "ей", "oy", "ой", "uy", "уй",
		"iy", "ий", "y", alone)...)
}

func latinReplacer(k, kh, v string) *strings.Replacer {
	return strings.NewReplacer("а", "a", "б", "b", "в", v, "г", "g", "д", "d", "е", "e", "ж", "zh", "з", "z", "и", "i", "й", "y",
		"к", k, "л", "l", "м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", kh,
		"ц", "ts", "ч", "ch", "ш", "sh", "щ", "shch", "ъ", "", "ы", "y", "ь", "", "э", "e", "ю", "yu", "я", "ya")
}
