package domain

import (
	"cmp"
	"regexp"
	"slices"
)

// FrameworkID names a framework: "esco", "digcomp", "ecf".
type FrameworkID string

// Framework is a versioned set of competences.
type Framework struct {
	ID          FrameworkID
	Version     string
	Name        Text
	URL         string
	Attribution Text // where identifiers and names come from, and that they were changed
	Levels      []FrameworkLevel
	Imported    []Language // in which its names came from a file of its own; none while it is as it ships
}

// Official says whether the framework is kept elsewhere, Kopir's own with its program: its competences come from its
// versions only.
func (f FrameworkID) Official() bool {
	return slices.Contains([]FrameworkID{"esco", "digcomp", "ecf", "kopir"}, f)
}

var frameworkForm = regexp.MustCompile(`^[a-z][a-z0-9]{1,15}$`)

// ParseFrameworkID returns s as the id of a framework, or malformed. Whether the catalogue has it is another question.
func ParseFrameworkID(s string) (FrameworkID, error) {
	if !frameworkForm.MatchString(s) {
		return "", Because(CodeMalformed)
	}
	return FrameworkID(s), nil
}

// FrameworkLevel says, by convention and never as an equality, where a step of a framework stands on Kopir's ladder.
type FrameworkLevel struct {
	Code  string // "e-3", "Advanced"
	Name  Text
	Level Level
}

// CompetenceID is stable and readable: the framework, a colon, the code in it.
type CompetenceID string

var competenceIDForm = regexp.MustCompile(`^[a-z][a-z0-9]{1,15}:[A-Za-z0-9][A-Za-z0-9.-]{0,79}$`)

// ParseCompetenceID returns s as a competence id, or malformed. Whether the catalogue has it is another question.
func ParseCompetenceID(s string) (CompetenceID, error) {
	if !competenceIDForm.MatchString(s) {
		return "", Because(CodeMalformed)
	}
	return CompetenceID(s), nil
}

// Limits of what people say of a competence.
const (
	MaxSynonyms = 50 // in one language
	MaxBroader  = 20
)

// parseSynonyms trims the names in each language; one that is given twice counts once.
func parseSynonyms(f *Faults, at string, s Synonyms) Synonyms {
	var out Synonyms
	for _, l := range Spoken() {
		list := *s.at(l)
		place := at + "/" + string(l)
		if len(list) > MaxSynonyms {
			f.Add(place, CodeTooMany, MaxSynonyms)
			continue
		}
		for i, name := range list {
			*out.at(l) = joined(*out.at(l), []string{requiredText(f, pointer(place, i), name, MaxName, false)})
		}
	}
	return out
}

// CompetenceKind says what sort of thing a competence is.
type CompetenceKind string

// The kinds of competence.
const (
	Knowledge CompetenceKind = "knowledge"
	Skill     CompetenceKind = "skill"
	Tool      CompetenceKind = "tool"
)

// ParseCompetenceKind returns s as a kind of competence, or unknown_value.
func ParseCompetenceKind(s string) (CompetenceKind, error) {
	return parseOne(s, []CompetenceKind{Knowledge, Skill, Tool})
}

// Synonyms are other names of a competence, by language.
type Synonyms struct{ KK, RU, EN []string }

// at returns where the synonyms in one of the spoken languages stand.
func (s *Synonyms) at(lang Language) *[]string {
	switch lang.Base() {
	case Kazakh:
		return &s.KK
	case Russian:
		return &s.RU
	default:
		return &s.EN
	}
}

// In returns the synonyms in one of the spoken languages.
func (s Synonyms) In(lang Language) []string { return *s.at(lang) }

// Competence is one thing a person can know or do.
type Competence struct {
	ID         CompetenceID
	Framework  FrameworkID
	Code       string
	URI        string
	Kind       CompetenceKind
	Label      Text
	Synonyms   Synonyms
	Area       Text           // the framework's heading above it, if it has one; headings are not matched
	Broader    []CompetenceID // within the framework, or in another one
	Exact      []CompetenceID // equivalents in other frameworks
	Close      []CompetenceID
	Deprecated bool         // no longer in its framework: it is kept for those who refer to it
	ReplacedBy CompetenceID // what to use in its place; then it counts as deprecated
	Added      bool         // by an administrator, to no version of the framework
}

// InUse says whether something new may refer to the competence.
func (k Competence) InUse() bool { return !k.Deprecated && k.ReplacedBy == "" }

// Catalogue is an immutable snapshot of all frameworks and competences, with the relations between them. Safe for
// concurrent use.
type Catalogue struct {
	edition     string
	frameworks  []Framework
	competences []Competence
	at          map[CompetenceID]int
	narrower    map[CompetenceID][]CompetenceID
	relations   *Relations
}

// NewCatalogue returns a snapshot of frameworks and competences under a name for its content: the edition. It returns
// an Invalid error that names every competence with an unknown neighbour, an unknown framework or an id given twice.
func NewCatalogue(edition string, frameworks []Framework, competences []Competence) (*Catalogue, error) {
	c := &Catalogue{
		edition:     edition,
		frameworks:  slices.Clone(frameworks),
		competences: slices.Clone(competences),
		at:          make(map[CompetenceID]int, len(competences)),
		narrower:    make(map[CompetenceID][]CompetenceID),
	}
	slices.SortFunc(c.frameworks, func(a, b Framework) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(c.competences, func(a, b Competence) int { return cmp.Compare(a.ID, b.ID) })
	var f Faults
	known := make(map[FrameworkID]bool)
	for _, w := range c.frameworks {
		known[w.ID] = true
	}
	for i, k := range c.competences {
		if _, twice := c.at[k.ID]; twice {
			f.Add("/"+string(k.ID), CodeDuplicate, k.ID)
		}
		if !known[k.Framework] {
			f.Add("/"+string(k.ID)+"/framework", CodeUnknownValue, k.Framework)
		}
		c.at[k.ID] = i
	}
	for _, k := range c.competences {
		near := slices.Concat(k.Broader, k.Exact, k.Close)
		if k.ReplacedBy != "" {
			near = append(near, k.ReplacedBy)
		}
		for _, other := range near {
			if _, ok := c.at[other]; !ok {
				f.Add("/"+string(k.ID), CodeUnknownCompetence, other)
			}
		}
		for _, b := range k.Broader {
			c.narrower[b] = append(c.narrower[b], k.ID)
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	c.relations = newRelations(c.competences)
	return c, nil
}

// Edition returns the name of the content: two catalogues of one edition are equal.
func (c *Catalogue) Edition() string { return c.edition }

// Frameworks returns all frameworks by id. Not to be changed.
func (c *Catalogue) Frameworks() []Framework { return c.frameworks }

// Competences returns all competences by id. Not to be changed.
func (c *Catalogue) Competences() []Competence { return c.competences }

// Competence returns a competence by its id, and whether there is one.
func (c *Catalogue) Competence(id CompetenceID) (Competence, bool) {
	i, ok := c.at[id]
	if !ok {
		return Competence{}, false
	}
	return c.competences[i], true
}

// Label returns the name of a competence in a language, or its id if the catalogue does not have it.
func (c *Catalogue) Label(id CompetenceID, lang Language) string {
	if i, ok := c.at[id]; ok {
		return c.competences[i].Label.In(lang)
	}
	return string(id)
}

// Narrower returns the competences directly below one, by id.
func (c *Catalogue) Narrower(id CompetenceID) []CompetenceID { return c.narrower[id] }

// Relations returns how the catalogue's competences stand to each other.
func (c *Catalogue) Relations() *Relations { return c.relations }

// inUse returns the id to write down for one that somebody names, as resolve does, of a competence that is in use.
func (c *Catalogue) inUse(s string) (CompetenceID, error) {
	id, err := c.resolve(s)
	if err != nil {
		return "", err
	}
	if k, _ := c.Competence(id); !k.InUse() {
		return "", Because(CodeUnknownCompetence, s)
	}
	return id, nil
}

// successor returns the competence in use that somebody names as what replaces another one.
func (c *Catalogue) successor(of CompetenceID, s string) (CompetenceID, error) {
	id, err := c.inUse(s)
	if err == nil && id == of {
		err = Because(CodeNoSuccessor, s)
	}
	return id, err
}

// openFramework returns the framework that somebody names, if competences may be added to it.
func (c *Catalogue) openFramework(s string) (FrameworkID, error) {
	id := FrameworkID(s)
	if !slices.ContainsFunc(c.frameworks, func(f Framework) bool { return f.ID == id }) {
		return "", Because(CodeUnknownValue, s)
	}
	if id.Official() {
		return "", Because(CodeOfficialFramework, s)
	}
	return id, nil
}

// followable returns an Invalid error that names those of some competences whose replacements lead nowhere.
func (c *Catalogue) followable(some []Competence) error {
	var f Faults
	for _, k := range some {
		if _, err := c.resolve(string(k.ID)); k.ReplacedBy != "" && err != nil {
			f.Add("/"+string(k.ID), CodeNoSuccessor, k.ReplacedBy)
		}
	}
	return f.Err()
}

// resolve returns the id to keep for one that was written down: itself, or what replaced it.
func (c *Catalogue) resolve(s string) (CompetenceID, error) {
	id, err := ParseCompetenceID(s)
	if err != nil {
		return "", err
	}
	for range 8 { // a chain of replacements longer than this is a fault of the catalogue
		k, ok := c.Competence(id)
		if !ok {
			return "", Because(CodeUnknownCompetence, s)
		}
		if k.ReplacedBy == "" {
			return id, nil
		}
		id = k.ReplacedBy
	}
	return "", Because(CodeUnknownCompetence, s)
}
