package meili

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"

	"kopir/domain"
	"kopir/search"
	"kopir/search/words"

	"github.com/google/uuid"
)

// text is a domain.Text as Meilisearch has it.
type text struct {
	KK string `json:"kk,omitempty"`
	RU string `json:"ru,omitempty"`
	EN string `json:"en,omitempty"`
}

// texts are several by language.
type texts struct {
	KK []string `json:"kk,omitempty"`
	RU []string `json:"ru,omitempty"`
	EN []string `json:"en,omitempty"`
}

// fields are the fields of a document in one of its spellings: a string for each text, so that no phrase crosses from
// one into the other.
type fields struct {
	Title        []string `json:"title,omitempty"`
	Competences  []string `json:"competences,omitempty"`
	Organisation []string `json:"organisation,omitempty"`
	Description  []string `json:"description,omitempty"`
}

// document is a demand or a programme. What is not known is left out: it is not found by a bound, and sorted last.
type document struct {
	ID     string        `json:"id"`
	Digest search.Digest `json:"digest"`
	Words  fields        `json:"words"`
	Folded fields        `json:"folded"` // Kazakh texts

	Title            text  `json:"title"`
	Description      text  `json:"description"`
	Organisation     text  `json:"organisation"`
	CompetenceLabels texts `json:"competence_labels"`

	OwnCompetences []domain.CompetenceID `json:"own_competences"`
	Competences    []domain.CompetenceID `json:"competences"` // own ones and all that stand in a relation to them
	OrganisationID uuid.UUID             `json:"organisation_id"`
	Kind           string                `json:"kind"`
	Languages      []domain.Language     `json:"languages"`
	Regions        []domain.Region       `json:"regions"` // all of them where it is everywhere
	Everywhere     bool                  `json:"everywhere"`
	Sectors        []domain.Sector       `json:"sectors"`
	Published      int64                 `json:"published,omitempty"` // microseconds

	// Demands
	Occupation   domain.Occupation `json:"occupation,omitempty"`
	WorkMode     domain.WorkMode   `json:"work_mode,omitempty"`
	Openings     int               `json:"openings,omitempty"`
	Salary       int64             `json:"salary,omitempty"`        // the upper end, or the lower one, in tenge
	ValidThrough *domain.Date      `json:"valid_through,omitempty"` // days since 1970, as all dates here

	// Programmes
	Mode      domain.Mode                     `json:"mode,omitempty"`
	Funding   []domain.Funding                `json:"funding,omitempty"`
	Segments  []domain.Segment                `json:"segments,omitempty"`
	Weeks     int                             `json:"weeks,omitempty"`
	Price     *int64                          `json:"price,omitempty"` // in tenge
	Starts    []domain.Date                   `json:"starts,omitempty"`
	StartsIn  map[domain.Region][]domain.Date `json:"starts_in,omitempty"`
	NextStart domain.Date                     `json:"next_start,omitempty"` // the first from the day of indexing on
}

func (e *Engine) demandDocument(d *search.Demand) document {
	out := document{
		ID: d.ID.String(), Kind: string(d.Kind), OrganisationID: d.OrganisationID, Languages: d.Languages,
		Regions: given(d.Region), Everywhere: d.Region == "" || d.WorkMode == domain.RemoteWork, Sectors: given(d.Sector),
		Occupation: d.Occupation, WorkMode: d.WorkMode, Openings: d.Openings, Salary: search.Tenge(d.Salary), ValidThrough: &d.ValidThrough,
	}
	if !d.PublishedAt.IsZero() {
		out.Published = d.PublishedAt.UnixMicro()
	}
	own := make([]domain.CompetenceID, len(d.Requirements))
	for i, r := range d.Requirements {
		own[i] = r.Competence
	}
	e.complete(&out, own, body(d.Title, d.Description, d.Organisation, d.Competences))
	return out
}

func (e *Engine) programmeDocument(p *search.Programme) document {
	out := document{
		ID: p.ID.String(), Kind: string(p.Kind), OrganisationID: p.OrganisationID, Languages: p.Languages,
		Regions: slices.Clone(p.Regions), Everywhere: p.Mode == domain.Online, Sectors: p.Sectors,
		Mode: p.Mode, Funding: p.Funding, Segments: p.Segments, Weeks: p.Weeks,
	}
	if price, known := p.Tenge(); known {
		out.Price = &price
	}
	if !p.PublishedAt.IsZero() {
		out.Published = p.PublishedAt.UnixMicro()
	}
	today := e.today()
	for _, in := range p.Intakes {
		if in.StartsOn == 0 {
			continue
		}
		out.Starts = append(out.Starts, in.StartsOn)
		if in.StartsOn >= today && (out.NextStart == 0 || in.StartsOn < out.NextStart) {
			out.NextStart = in.StartsOn
		}
		regions := given(in.Region)
		if len(regions) == 0 {
			regions = p.Regions
		}
		for _, r := range regions {
			if out.StartsIn == nil {
				out.StartsIn = make(map[domain.Region][]domain.Date)
			}
			out.StartsIn[r] = append(out.StartsIn[r], in.StartsOn)
		}
	}
	own := make([]domain.CompetenceID, len(p.Outcomes))
	for i, o := range p.Outcomes {
		own[i] = o.Competence
	}
	e.complete(&out, own, body(p.Title, p.Description, p.Organisation, p.Competences))
	return out
}

// complete adds what both sides have alike, and last the digest of it all.
func (e *Engine) complete(out *document, own []domain.CompetenceID, b search.Body) {
	if out.Everywhere {
		for _, r := range domain.Regions() {
			if !slices.Contains(out.Regions, r) {
				out.Regions = append(out.Regions, r)
			}
		}
	}
	out.OwnCompetences, out.Competences = own, e.catalogue.Load().reading.Serving(own)
	slices.Sort(out.Competences)
	out.Title, out.Description, out.Organisation = text(b.Title), text(b.Description), text(b.Organisation)
	out.Words = fields{stems(b.Title), stems(b.Competences...), stems(b.Organisation), stems(b.Description)}
	out.Folded = fields{folds(b.Title), folds(b.Competences...), folds(b.Organisation), folds(b.Description)}
	for _, l := range b.Competences {
		out.CompetenceLabels.KK = append(out.CompetenceLabels.KK, l.KK)
		out.CompetenceLabels.RU = append(out.CompetenceLabels.RU, l.RU)
		out.CompetenceLabels.EN = append(out.CompetenceLabels.EN, l.EN)
	}
	out.Digest = digest(out)
}

// digest stands for all of a document, so that two can be compared without reading them.
func digest(d *document) search.Digest {
	written, err := json.Marshal(d)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(written)
	return search.Digest(base64.RawURLEncoding.EncodeToString(sum[:15]))
}

func body(title, description, organisation domain.Text, labels []search.Label) search.Body {
	b := search.Body{Title: title, Description: description, Organisation: organisation}
	for _, l := range labels {
		b.Competences = append(b.Competences, l.Label)
	}
	return b
}

// stems writes texts as the words that a query asks for.
func stems(list ...domain.Text) []string {
	var out []string
	for _, t := range list {
		for _, s := range []string{t.KK, t.RU, t.EN} {
			tokens := words.Tokens(s)
			if len(tokens) == 0 {
				continue
			}
			of := make([]string, len(tokens))
			for i, token := range tokens {
				of[i] = token.Stem
			}
			out = append(out, joined(of))
		}
	}
	return out
}

// folds writes Kazakh texts as people type them who have no Kazakh letters.
func folds(list ...domain.Text) []string {
	var out []string
	for _, t := range list {
		if t.KK != "" {
			out = append(out, words.Fold(t.KK))
		}
	}
	return out
}

// given returns a value as a list, unless it is none.
func given[T ~string](v T) []T {
	if v == "" {
		return nil
	}
	return []T{v}
}

// DemandDigest returns the digest of a demand as it would be indexed now.
func (e *Engine) DemandDigest(d *search.Demand) search.Digest { return e.demandDocument(d).Digest }

// ProgrammeDigest returns the digest of a programme as it would be indexed now.
func (e *Engine) ProgrammeDigest(p *search.Programme) search.Digest {
	return e.programmeDocument(p).Digest
}

// competence is a competence as a browser searches it.
type competence struct {
	ID         string              `json:"id"` // Meilisearch takes no colon in ids: so it is written in base64
	Code       string              `json:"code"`
	Competence domain.CompetenceID `json:"competence_id"`
	Framework  domain.FrameworkID  `json:"framework"`
	Kind       string              `json:"kind"`
	Label      text                `json:"label"`
	Synonyms   texts               `json:"synonyms"`
	Folded     struct {
		Label    string   `json:"label,omitempty"`
		Synonyms []string `json:"synonyms,omitempty"`
	} `json:"folded"`
}

func competenceDocuments(c *competences) []competence {
	var out []competence
	for _, k := range c.Competences() {
		if !k.InUse() {
			continue
		}
		doc := competence{
			ID: base64.RawURLEncoding.EncodeToString([]byte(k.ID)), Competence: k.ID, Code: k.Code, Framework: k.Framework, Kind: string(k.Kind),
			Label: text(k.Label), Synonyms: texts{k.Synonyms.KK, k.Synonyms.RU, k.Synonyms.EN},
		}
		doc.Folded.Label = words.Fold(k.Label.KK)
		for _, s := range k.Synonyms.KK {
			doc.Folded.Synonyms = append(doc.Folded.Synonyms, words.Fold(s))
		}
		out = append(out, doc)
	}
	return out
}
