package imports

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"kopir/domain"
)

// Format names a kind of file.
type Format string

// The formats that are read.
const (
	EscoOccupations Format = "esco-occupations" // occupation–skill relations as ESCO publishes them: demands
	JobAds          Format = "job-ads"          // ad_id and skill names separated by |: demands
	FreeCourses     Format = "free-courses"     // language, topic, title, URL: programmes
	Curriculum      Format = "curriculum"       // section, subject, title, duration, topics: programmes
)

// Formats lists the formats that are read.
func Formats() []Format { return []Format{EscoOccupations, JobAds, FreeCourses, Curriculum} }

// Side returns what files of the format hold.
func (f Format) Side() domain.Side {
	if f == EscoOccupations || f == JobAds {
		return domain.DemandSide
	}
	return domain.ProgrammeSide
}

// Options say what the files do not.
type Options struct {
	Catalogue    *domain.Catalogue
	Namer        Namer                  // of the catalogue; must be set
	Occupations  map[string]domain.Text // names of occupations by URI
	Source       string                 // the sender's name for the collection; defaults to the format's
	Region       string                 // of demands; "" is the whole country. Of programmes: where they take place
	WorkMode     string                 // of demands
	Mode         string                 // of programmes
	ValidThrough string                 // of demands
}

// Item is one thing read from a file, with what was not understood of it. Exactly one of Demand and Programme is set,
// or neither where the thing could not be read at all; then Notes say why.
type Item struct {
	Row       int // the first row of it, counted from 1 at the heading
	Reference string
	Demand    *domain.DemandImport
	Programme *domain.ProgrammeImport
	Notes     []Note
}

// Note is something that was not understood, or was decided by a rule that a reader may want to know of.
type Note struct {
	Row    int
	Words  string // as they stand in the file
	Reason Reason
}

// Reason says why words were not taken as they stand.
type Reason string

// The reasons of notes.
const (
	NotUnderstood Reason = "no competence has this name"
	Ambiguous     Reason = "several competences have this name; the closest was taken"
	SaidTwice     Reason = "the same competence is named twice; it counts once"
	NotInScope    Reason = "outside the digital catalogue"
	NothingFound  Reason = "no competence was found in it"
	NoTitle       Reason = "it has no title in Kazakh, Russian or English"
	BrokenRow     Reason = "the row cannot be read"
	TitleCut      Reason = "the title is too long; it was cut"
	TooMany       Reason = "more competences than one demand may ask for; the first ones count"
	SameReference Reason = "the file has it already, further up; the first one counts"
)

// Read reads a file of a format and yields its things in order. It returns an error if the file is not of the format,
// or what yield returned.
func Read(format Format, r io.Reader, o Options, yield func(Item) error) error {
	if o.Source == "" {
		o.Source = string(format)
	}
	yield = once(yield)
	switch format {
	case EscoOccupations:
		return readOccupations(r, o, yield)
	case JobAds:
		return readJobAds(r, o, o.Namer, yield)
	case FreeCourses:
		return readFreeCourses(r, o, o.Namer, yield)
	case Curriculum:
		return readCurriculum(r, o, o.Namer, yield)
	default:
		return fmt.Errorf("format %q is none of %v", format, Formats())
	}
}

// once passes on only the first thing of each reference: of two, each import would revise the one by the other.
func once(yield func(Item) error) func(Item) error {
	seen := make(map[string]bool)
	return func(item Item) error {
		if item.Demand == nil && item.Programme == nil {
			return yield(item)
		}
		if seen[item.Reference] {
			item.Demand, item.Programme = nil, nil
			item.Notes = append(item.Notes, Note{item.Row, item.Reference, SameReference})
		}
		seen[item.Reference] = true
		return yield(item)
	}
}

// Detect returns the format whose columns a heading has.
func Detect(heading []string) (Format, error) {
	for _, f := range Formats() {
		if !slices.ContainsFunc(columns[f], func(c string) bool { return !slices.Contains(heading, c) }) {
			return f, nil
		}
	}
	return "", fmt.Errorf("the heading %q belongs to no format that is read: %v", strings.Join(heading, ","), Formats())
}

// columns lists what each format must have.
var columns = map[Format][]string{
	EscoOccupations: {"occupationUri", "relationType", "skillUri", "occupationLabel", "iscoGroup", "skillLabel"},
	JobAds:          {"ad_id", "skills"},
	FreeCourses:     {"language", "topic", "subtopic", "title", "url", "levels"},
	Curriculum:      {"section", "subject", "title", "url", "duration", "effort", "prerequisites", "subject_topics"},
}

// collector gathers distinct competences and what was not understood on the way.
type collector struct {
	row   int
	found []domain.CompetenceID
	notes []Note
}

func (c *collector) note(words string, reason Reason) {
	c.notes = append(c.notes, Note{c.row, words, reason})
}

// add takes a name that stands for one competence.
func (c *collector) add(names Namer, words string) {
	m, ok := names.Named(words)
	if !ok {
		c.note(words, NotUnderstood)
		return
	}
	if ambiguous(m) {
		c.note(words, Ambiguous)
	}
	if slices.Contains(c.found, m.Competence) {
		c.note(words, SaidTwice)
		return
	}
	c.found = append(c.found, m.Competence)
}

// search takes every competence that a text names; finding one again is nothing to tell.
func (c *collector) search(names Namer, text string) {
	for _, m := range certain(names, text) {
		if !slices.Contains(c.found, m.Competence) {
			c.found = append(c.found, m.Competence)
		}
	}
}

// cut shortens a text to what fits, and notes it.
func (c *collector) cut(text string, most int) string {
	r := []rune(text)
	if len(r) <= most {
		return text
	}
	c.note(text, TitleCut)
	return string(r[:most-1]) + "…"
}
