package embedded

import (
	"slices"
	"strings"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"

	"github.com/google/uuid"
)

// document is a demand or a programme on its way into the index.
type document struct {
	id     uuid.UUID
	values map[search.Attribute][]string
	numbers
	text search.Body
}

// numbers bound and sort. Where 0 is no number, it means that it is not known.
type numbers struct {
	published    int64 // microseconds
	validThrough domain.Date
	openings     int
	salary       int64 // upper end, or lower one, in tenge
	weeks        int
	price        int64 // in tenge; -1 when not known
	online       bool
	regions      []domain.Region // of a programme
	intakes      []domain.Intake
}

func demandDocument(d *search.Demand) document {
	out := document{
		id: d.ID,
		values: map[search.Attribute][]string{
			search.Kind:         {string(d.Kind)},
			search.WorkMode:     {string(d.WorkMode)},
			search.Sector:       {string(d.Sector)},
			search.Occupation:   {string(d.Occupation)},
			search.Organisation: {d.OrganisationID.String()},
			search.Language:     plain(d.Languages),
			search.Region:       {string(d.Region)},
		},
		numbers: numbers{
			validThrough: d.ValidThrough, openings: d.Openings, salary: search.Tenge(d.Salary), price: -1,
		},
		text: search.Body{Title: d.Title, Description: d.Description, Organisation: d.Organisation, Competences: labels(d.Competences)},
	}
	if d.Region == "" || d.WorkMode == domain.RemoteWork {
		out.values[search.Region] = everyRegion(d.Region)
	}
	if !d.PublishedAt.IsZero() {
		out.published = d.PublishedAt.UnixMicro()
	}
	for _, r := range d.Requirements {
		out.values[search.Competence] = append(out.values[search.Competence], string(r.Competence))
	}
	return out
}

func programmeDocument(p *search.Programme) document {
	out := document{
		id: p.ID,
		values: map[search.Attribute][]string{
			search.Kind:         {string(p.Kind)},
			search.Mode:         {string(p.Mode)},
			search.Organisation: {p.OrganisationID.String()},
			search.Language:     plain(p.Languages),
			search.Region:       plain(p.Regions),
			search.Funding:      plain(p.Funding),
			search.Segment:      plain(p.Segments),
			search.Sector:       plain(p.Sectors),
		},
		numbers: numbers{
			weeks: p.Weeks, price: -1, online: p.Mode == domain.Online,
			regions: slices.Clone(p.Regions), intakes: slices.Clone(p.Intakes),
		},
		text: search.Body{Title: p.Title, Description: p.Description, Organisation: p.Organisation, Competences: labels(p.Competences)},
	}
	if price, known := p.Tenge(); known {
		out.price = price
	}
	if out.online {
		out.values[search.Region] = everyRegion(p.Regions...)
	}
	if !p.PublishedAt.IsZero() {
		out.published = p.PublishedAt.UnixMicro()
	}
	for _, o := range p.Outcomes {
		out.values[search.Competence] = append(out.values[search.Competence], string(o.Competence))
	}
	return out
}

// everywhere is the value of what every filter by region finds.
const everywhere = ""

func everyRegion(own ...domain.Region) []string {
	return append(plain(slices.Concat(domain.Regions(), own)), everywhere)
}

func plain[T ~string](list []T) []string {
	out := make([]string, 0, len(list)+1)
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

func labels(list []search.Label) []domain.Text {
	out := make([]domain.Text, len(list))
	for i, l := range list {
		out[i] = l.Label
	}
	return out
}

// analysis is a body as words: its stems, column by column, and its vocabulary.
type analysis struct {
	title, competences, organisation, description string
	folds                                         map[string]string // fold → stem
}

func analyse(b search.Body) analysis {
	a := analysis{folds: make(map[string]string)}
	a.title = a.column(b.Title)
	a.competences = a.column(b.Competences...)
	a.organisation = a.column(b.Organisation)
	a.description = a.column(b.Description)
	return a
}

// column returns the stems of texts in all languages, with a border between any two that no phrase crosses.
func (a *analysis) column(texts ...domain.Text) string {
	var out strings.Builder
	for _, t := range texts {
		for _, text := range []string{t.KK, t.RU, t.EN} {
			if text == "" {
				continue
			}
			if out.Len() > 0 {
				out.WriteString(border)
			}
			for _, token := range words.Tokens(text) {
				out.WriteString(encode(token.Stem))
				out.WriteByte(' ')
				a.folds[token.Fold] = token.Stem
			}
		}
	}
	return out.String()
}

// signs is where the ASCII signs go: into Unicode's private use area, which the tokenizer takes for letters.
const signs = 0xE000

// border is a word that no text has, even if it has this very character: no letter, it is in no token.
const border = "\uE100 "

// encode writes a stem so that FTS5's ascii tokenizer keeps it whole: that one splits at ASCII signs only.
func encode(stem string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x80 && (r < '0' || r > '9') && (r < 'a' || r > 'z') {
			return signs + r
		}
		return r
	}, stem)
}
