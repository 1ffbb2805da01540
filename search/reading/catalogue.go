package reading

import (
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/words"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Catalogue is the competences as filters and Competences need them. It does not change.
type Catalogue struct {
	relations   *domain.Relations
	competences []domain.Competence // those in use
	names       []name
	labels      map[string][]words.Token
	synonyms    map[string][]int // competences that have a synonym, by its key
	keyed       map[string][]int // names, by their keys
	longest     int              // words of the longest synonym
	vocabulary  Vocabulary
	byLabel     map[domain.Language][]int // competences as a reader expects them in a list
	positions   map[domain.Language][]int // of each competence there
}

// name is one name of a competence.
type name struct {
	of       int // in competences
	text     string
	language domain.Language
	label    bool // else a synonym
	tokens   []words.Token
	core     int    // how many tokens stand before a bracket: "Java (computer programming)" is Java
	length   int    // characters before it
	key      string // of the core
}

// NewCatalogue prepares a catalogue.
func NewCatalogue(of *domain.Catalogue) *Catalogue {
	c := &Catalogue{
		relations:  of.Relations(),
		labels:     make(map[string][]words.Token),
		synonyms:   make(map[string][]int),
		keyed:      make(map[string][]int),
		vocabulary: NewVocabulary(),
		byLabel:    make(map[domain.Language][]int),
		positions:  make(map[domain.Language][]int),
	}
	var documents []map[string]string
	for _, k := range of.Competences() {
		if k.ReplacedBy != "" {
			continue
		}
		c.competences = append(c.competences, k)
		first := len(c.names)
		c.addNames(len(c.competences)-1, &k)
		document := make(map[string]string)
		for _, n := range c.names[first:] {
			for _, t := range n.tokens {
				document[t.Fold] = t.Stem
			}
		}
		documents = append(documents, document)
	}
	c.vocabulary.Change(documents, nil)
	for _, lang := range domain.Spoken() {
		c.sort(lang)
	}
	return c
}

func (c *Catalogue) addNames(of int, k *domain.Competence) {
	for _, n := range []struct {
		language domain.Language
		label    string
		synonyms []string
	}{
		{domain.Kazakh, k.Label.KK, k.Synonyms.KK},
		{domain.Russian, k.Label.RU, k.Synonyms.RU},
		{domain.English, k.Label.EN, k.Synonyms.EN},
	} {
		c.addName(name{of: of, text: n.label, language: n.language, label: true})
		for _, s := range n.synonyms {
			c.addName(name{of: of, text: s, language: n.language})
		}
	}
}

func (c *Catalogue) addName(n name) {
	if n.tokens = words.Tokens(n.text); len(n.tokens) == 0 {
		return
	}
	if n.label {
		c.labels[n.text] = n.tokens
	}
	core := n.text
	if bracket := strings.Index(n.text, " ("); bracket > 0 {
		core = n.text[:bracket]
	}
	for n.core < len(n.tokens) && n.tokens[n.core].End <= len(core) {
		n.core++
	}
	n.length, n.key = utf8.RuneCountInString(core), words.Key(core)
	c.names = append(c.names, n)
	c.keyed[n.key] = append(c.keyed[n.key], len(c.names)-1)
	if !n.label && !slices.Contains(c.synonyms[n.key], n.of) {
		c.synonyms[n.key] = append(c.synonyms[n.key], n.of)
		c.longest = max(c.longest, n.core)
	}
}

// tokens cuts a text into its words; a label is known already. They are not to be changed.
func (c *Catalogue) tokens(text string) []words.Token {
	if known, ok := c.labels[text]; ok {
		return known
	}
	return words.Tokens(text)
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
				labels = appendLabel(labels, known, c.competences[of].Label.Exactly(lang))
			}
		}
		if len(labels) > 0 {
			return length, labels
		}
	}
	return 1, nil
}

// appendLabel adds the stems of a label before its bracket, if they are all known.
func appendLabel(labels [][]string, known func(stem string) bool, label string) [][]string {
	if bracket := strings.Index(label, " ("); bracket > 0 {
		label = label[:bracket]
	}
	var stems []string
	for _, t := range words.Tokens(label) {
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

// sort lists the competences by their labels in a language, as its dictionaries do.
func (c *Catalogue) sort(lang domain.Language) {
	collator := collate.New(language.Make(string(lang)), collate.IgnoreCase)
	var buf collate.Buffer
	keys := make([][]byte, len(c.competences))
	order := make([]int, len(c.competences))
	for i, k := range c.competences {
		keys[i] = collator.KeyFromString(&buf, k.Label.In(lang))
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return slices.Compare(keys[a], keys[b]) }) // equals by id
	positions := make([]int, len(order))
	for at, i := range order {
		positions[i] = at
	}
	c.byLabel[lang], c.positions[lang] = order, positions
}

// spoken returns the language whose labels a reader sees when there are all three.
func spoken(lang domain.Language) domain.Language {
	if slices.Contains(domain.Spoken(), lang.Base()) {
		return lang.Base()
	}
	return domain.Spoken()[0]
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
