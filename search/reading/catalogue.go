package reading

import (
	"slices"

	"kopir/domain"
	"kopir/search/words"
)

// Catalogue is the competences as filters and Competences need them. It says the same always.
type Catalogue struct {
	relations   *domain.Relations
	competences []domain.Competence // those in use
	names       names               // of them
	labels      map[string]cut
	texts       *texts           // that were shown lately
	synonyms    map[string][]int // competences that have a synonym, by its key
	longest     int              // words of the longest synonym
}

// NewCatalogue prepares a catalogue.
func NewCatalogue(of *domain.Catalogue) *Catalogue {
	c := &Catalogue{relations: of.Relations(), labels: make(map[string]cut), texts: newTexts(mostKept), synonyms: make(map[string][]int)}
	for _, k := range of.Competences() {
		if k.InUse() {
			c.competences = append(c.competences, k)
		}
	}
	c.names = *newNames(c.things())
	for i := range c.names.all {
		n := &c.names.all[i]
		if n.label {
			c.labels[n.text] = cutOf(slices.Clone(n.tokens))
		} else if of := int(n.of); !slices.Contains(c.synonyms[n.key], of) {
			c.synonyms[n.key] = append(c.synonyms[n.key], of)
			c.longest = max(c.longest, n.core)
		}
	}
	return c
}

// things returns the competences as things with names, each with how many others it comprises.
func (c *Catalogue) things() []thing {
	at := make(map[domain.CompetenceID]int, len(c.competences))
	list := make([]thing, len(c.competences))
	for i := range c.competences {
		k := &c.competences[i]
		at[k.ID], list[i] = i, thing{label: k.Label, synonyms: k.Synonyms}
	}
	for i := range c.competences {
		seen := map[domain.CompetenceID]bool{c.competences[i].ID: true}
		for next := c.competences[i].Broader; len(next) > 0; next = next[1:] {
			if above, known := at[next[0]]; known && !seen[next[0]] {
				seen[next[0]] = true
				list[above].above++
				next = slices.Concat(next, c.competences[above].Broader)
			}
		}
	}
	return list
}

// cut cuts a text into its words; those of a label are known already, and so are those of what was shown lately.
func (c *Catalogue) cut(text string) cut {
	if known, ok := c.labels[text]; ok {
		return known
	}
	if c.texts == nil { // an empty catalogue
		return cutUp(text)
	}
	return c.texts.cut(text)
}

// maxNamesakes bounds the competences that one name stands for.
const maxNamesakes = 8

// named returns the length of the longest run at the beginning of a text's words that is a synonym of competences, and
// their labels, as stems, so far as they are known; 1 and none where it is no synonym.
func (c *Catalogue) named(text string, tokens []words.Token, known func(stem string) bool) (length int, labels [][]string) {
	for length = min(c.longest, len(tokens)); length > 0; length-- {
		key := words.Key(text[tokens[0].Start:tokens[length-1].End])
		namesakes := c.synonyms[key]
		for _, of := range namesakes[:min(maxNamesakes, len(namesakes))] {
			for _, lang := range domain.Spoken() {
				labels = c.appendLabel(labels, known, c.competences[of].Label.Exactly(lang))
			}
		}
		if len(labels) > 0 {
			return length, labels
		}
	}
	return 1, nil
}

// appendLabel adds the stems of a label before its bracket, if they are all known.
func (c *Catalogue) appendLabel(labels [][]string, known func(stem string) bool, label string) [][]string {
	var stems []string
	for _, t := range c.cut(withoutBracket(label)).tokens {
		if known != nil && !known(t.Stem) {
			return labels
		}
		stems = append(stems, t.Stem)
	}
	same := func(other []string) bool { return slices.Equal(other, stems) }
	if len(stems) == 0 || slices.ContainsFunc(labels, same) {
		return labels
	}
	return append(labels, stems)
}

// Serving returns some competences and all that serve them.
func (c *Catalogue) Serving(asked []domain.CompetenceID) []domain.CompetenceID {
	if c.relations == nil {
		return asked
	}
	var out []domain.CompetenceID
	seen := make(map[domain.CompetenceID]bool)
	for _, id := range asked {
		for _, kin := range c.relations.Serving(id) {
			if !seen[kin.ID] {
				seen[kin.ID] = true
				out = append(out, kin.ID)
			}
		}
	}
	return out
}
