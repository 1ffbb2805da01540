package imports

import (
	"slices"

	"kopir/domain"
)

// Namer knows what competences are called.
type Namer interface {
	Named(text string) (domain.Mention, bool) // what a whole text is the name of
	Find(text string) []domain.Mention        // what a text names, in its order, none within another
}

// certain returns the competences that a text names with some certainty.
func certain(names Namer, text string) []domain.Mention {
	return slices.DeleteFunc(names.Find(text), func(m domain.Mention) bool { return m.Certainty() == domain.Low })
}

// ambiguous says that a name is that of other competences too, and not more clearly this one's.
func ambiguous(m domain.Mention) bool { return len(m.Others) > 0 && m.Certainty() != domain.High }
