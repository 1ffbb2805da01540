package extract

import (
	"strings"
	"unicode"

	"kopir/domain"
)

// Language returns the language that most of a text is written in: Kazakh where its own letters are among the Cyrillic
// ones, as they are in any Kazakh sentence; "" for a text without letters.
func Language(text string) domain.Language {
	var latin, cyrillic, kazakh int
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Latin, r):
			latin++
		case unicode.Is(unicode.Cyrillic, r):
			cyrillic++
			if strings.ContainsRune("әғқңөұүһіӘҒҚҢӨҰҮҺІ", r) {
				kazakh++
			}
		}
	}
	switch {
	case latin+cyrillic == 0:
		return ""
	case cyrillic*3 < latin: // names of technologies are Latin in every language
		return domain.English
	case kazakh*25 > cyrillic:
		return domain.Kazakh
	default:
		return domain.Russian
	}
}
