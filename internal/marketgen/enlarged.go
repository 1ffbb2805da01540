package marketgen

import (
	"fmt"
	"strings"
	"unicode"

	"kopir/domain"
)

// Enlarged is a catalogue with so many times as many competences: each again, with a letter of each longer word changed, so
// that its words are new and begin as the old ones.
func Enlarged(c *domain.Catalogue, times int) (*domain.Catalogue, error) {
	var out []domain.Competence
	for n := range times {
		turn := func(text string) string { return turned(text, n) }
		for _, k := range c.Competences() {
			if n > 0 {
				k.ID, k.Exact, k.Close, k.Broader, k.ReplacedBy = domain.CompetenceID(fmt.Sprintf("%s-%d", k.ID, n)), nil, nil, nil, ""
				k.Label = domain.Text{KK: turn(k.Label.KK), RU: turn(k.Label.RU), EN: turn(k.Label.EN)}
				k.Synonyms = domain.Synonyms{KK: each(k.Synonyms.KK, turn), RU: each(k.Synonyms.RU, turn), EN: each(k.Synonyms.EN, turn)}
			}
			out = append(out, k)
		}
	}
	return domain.NewCatalogue("enlarged", c.Frameworks(), out)
}

func each(list []string, change func(string) string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = change(s)
	}
	return out
}

// turned changes the fourth letter of each longer word to one that is n on.
func turned(text string, n int) string {
	words := strings.Split(text, " ")
	for i, word := range words {
		letters := []rune(word)
		if len(letters) > 4 && unicode.IsLetter(letters[3]) {
			first, size := 'a', rune(26)
			if unicode.Is(unicode.Cyrillic, letters[3]) {
				first, size = 'а', 32
			}
			letters[3] = first + (unicode.ToLower(letters[3])-first+rune(n)+size)%size //nolint:gosec // a few
			words[i] = string(letters)
		}
	}
	return strings.Join(words, " ")
}
