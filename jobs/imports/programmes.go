package imports

import (
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"kopir/domain"
)

// readFreeCourses turns each course into a programme whose outcomes are found in its topics and its title.
func readFreeCourses(r io.Reader, o Options, names Namer, yield func(Item) error) error {
	return eachRecord(r, FreeCourses, func(rec record, broken error) error {
		if broken != nil {
			return yield(brokenItem(rec, broken))
		}
		return yield(freeCourse(rec, o, names))
	})
}

func freeCourse(rec record, o Options, names Namer) Item {
	title := rec.cells["title"]
	item := Item{Row: rec.row, Reference: rec.cells["url"] + " " + title}
	c := collector{row: rec.row}
	for _, topic := range []string{rec.cells["topic"], rec.cells["subtopic"]} {
		c.topic(names, topic)
	}
	c.search(names, title)
	text, ok := inLanguage(rec.cells["language"], c.cut(title, domain.MaxTitle))
	item.Notes = c.notes
	switch {
	case !ok || title == "":
		item.Notes = append(item.Notes, Note{rec.row, rec.cells["language"] + ": " + title, NoTitle})
		return item
	case len(c.found) == 0:
		item.Notes = append(item.Notes, Note{rec.row, title, NothingFound})
		return item
	}
	level := courseGrades.of(ofCourses, strings.ReplaceAll(rec.cells["levels"], "|", " "), title)
	item.Programme = &domain.ProgrammeImport{
		Source: domain.Source{Name: o.Source, Reference: item.Reference, URL: rec.cells["url"]},
		Form: domain.ProgrammeForm{
			Title: text, Kind: string(domain.ShortCourse), Mode: o.Mode, Languages: []string{rec.cells["language"]},
			Regions: places(o), Funding: []string{string(domain.Free)}, URL: rec.cells["url"], Outcomes: outcomes(c.found, level),
		},
	}
	return item
}

// readCurriculum turns each course of a curriculum into a programme. The topics are those of its whole subject: they
// count for a course only where its own title names no competence.
func readCurriculum(r io.Reader, o Options, names Namer, yield func(Item) error) error {
	return eachRecord(r, Curriculum, func(rec record, broken error) error {
		if broken != nil {
			return yield(brokenItem(rec, broken))
		}
		return yield(curriculumCourse(rec, o, names))
	})
}

func curriculumCourse(rec record, o Options, names Namer) Item {
	title := rec.cells["title"]
	item := Item{Row: rec.row, Reference: rec.cells["section"] + "/" + title}
	c := collector{row: rec.row}
	c.search(names, title)
	if len(c.found) == 0 {
		for topic := range strings.SplitSeq(rec.cells["subject_topics"], "|") {
			c.topic(names, topic)
		}
	}
	item.Notes = c.notes
	if len(c.found) == 0 {
		item.Notes = append(item.Notes, Note{rec.row, title, NothingFound})
		return item
	}
	url := rec.cells["url"]
	if !strings.HasPrefix(url, "https://") && !strings.HasPrefix(url, "http://") {
		url = "" // a path within the sender's own pages
	}
	weeks := weeksIn(rec.cells["duration"])
	item.Programme = &domain.ProgrammeImport{
		Source: domain.Source{Name: o.Source, Reference: item.Reference, URL: url},
		Form: domain.ProgrammeForm{
			Title: domain.Text{EN: c.cut(title, domain.MaxTitle)}, Kind: string(domain.ShortCourse), Mode: o.Mode, Languages: []string{"en"},
			Regions: places(o), Funding: []string{string(domain.Free)}, Weeks: weeks, Hours: weeks * hoursIn(rec.cells["effort"]),
			URL: url, Outcomes: outcomes(c.found, courseGrades.of(ofCourses, rec.cells["section"], title)),
		},
	}
	return item
}

// topic takes a heading: the name of one competence, or a text that names some; where it is neither, that is noted.
func (c *collector) topic(names Namer, topic string) {
	topic = strings.TrimSpace(strings.TrimLeft(strings.ReplaceAll(topic, `\`, ""), "# ")) // "# AngularJS", but C# stays
	if topic == "" {
		return
	}
	before := len(c.found)
	if m, ok := names.Named(topic); ok {
		if ambiguous(m) {
			c.note(topic, Ambiguous)
		}
		if !slices.Contains(c.found, m.Competence) {
			c.found = append(c.found, m.Competence)
		}
		return
	}
	c.search(names, topic)
	if len(c.found) == before && len(certain(names, topic)) == 0 {
		c.note(topic, NotUnderstood)
	}
}

// inLanguage puts a text where its language has its place.
func inLanguage(lang, text string) (domain.Text, bool) {
	switch domain.Language(lang) {
	case domain.Kazakh:
		return domain.Text{KK: text}, true
	case domain.Russian:
		return domain.Text{RU: text}, true
	case domain.English:
		return domain.Text{EN: text}, true
	default:
		return domain.Text{}, false
	}
}

func places(o Options) []string {
	if o.Region == "" {
		return nil
	}
	return []string{o.Region}
}

func outcomes(found []domain.CompetenceID, level graded) []domain.OutcomeForm {
	out := make([]domain.OutcomeForm, len(found))
	for i, id := range found {
		out[i] = domain.OutcomeForm{Competence: string(id), Level: level.level, LevelSource: string(level.source)}
	}
	return out
}

var (
	weeksForm  = regexp.MustCompile(`(\d+)(?:\s*[-–]\s*(\d+))?\s+weeks?`)
	monthsForm = regexp.MustCompile(`(\d+)(?:\s*[-–]\s*(\d+))?\s+months?`)
	hoursForm  = regexp.MustCompile(`(\d+)(?:\s*[-–]\s*(\d+))?\s+hours?/week`)
)

// weeksIn returns the upper end of "10-12 weeks" or "6 months" (of 13/3 weeks each, rounded up), or 0 where it does not
// say.
func weeksIn(duration string) int {
	if weeks := upperEnd(weeksForm, duration); weeks > 0 {
		return weeks
	}
	return (upperEnd(monthsForm, duration)*13 + 2) / 3
}

// hoursIn returns the upper end of "6-10 hours/week", or 0 where it does not say.
func hoursIn(effort string) int { return upperEnd(hoursForm, effort) }

func upperEnd(form *regexp.Regexp, s string) int {
	m := form.FindStringSubmatch(s)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if m[2] != "" {
		n, err = strconv.Atoi(m[2])
	}
	if err != nil {
		return 0
	}
	return n
}
