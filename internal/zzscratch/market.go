package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/internal/marketgen"

	"github.com/google/uuid"
)

const (
	organisations = 300
	// commonWord is in the description of every other programme and nowhere else.
	commonWord = "стажировка"
)

// market makes things to publish: the terms of a generated market, with the competences of the catalogue that ships and
// texts made of their labels, in three languages, common words and rare ones as in any language. The same seed makes
// the same terms and texts; ids are new each time.
type market struct {
	terms       *marketgen.Generator
	rng         *rand.Rand
	zipf        *rand.Zipf
	catalogue   *domain.Catalogue
	competences []domain.Competence
	real        map[domain.CompetenceID]domain.CompetenceID // of generated ones
	vocabulary  map[domain.Language][]string
	owners      []uuid.UUID
	later       int // days from the generated market's today to ours
	now         time.Time
}

func newMarket(seed uint64, now time.Time) (*market, error) {
	c, err := data.Catalogue()
	if err != nil {
		return nil, err
	}
	source := rand.New(rand.NewPCG(seed, 0x62656e6368)) //nolint:gosec // not a secret: it has to repeat
	m := &market{
		terms: marketgen.New(seed), rng: source, catalogue: c, competences: c.Competences(),
		real: make(map[domain.CompetenceID]domain.CompetenceID), vocabulary: make(map[domain.Language][]string),
		later: int(domain.DateOf(now) - marketgen.Today), now: now,
	}
	seen := make(map[string]bool)
	for _, k := range m.competences {
		for _, l := range []domain.Language{domain.Kazakh, domain.Russian, domain.English} {
			for word := range strings.FieldsSeq(k.Label.Exactly(l)) {
				if key := string(l) + word; !seen[key] {
					seen[key] = true
					m.vocabulary[l] = append(m.vocabulary[l], word)
				}
			}
		}
	}
	m.zipf = rand.NewZipf(source, 1.1, 8, 1<<20)
	return m, nil
}

// organisation makes the i-th organisation, verified.
func (m *market) organisation(i int) *domain.Organisation {
	kinds := []domain.OrganisationKind{domain.Employer, domain.University, domain.College, domain.TrainingProvider}
	o := &domain.Organisation{
		ID: uuid.Must(uuid.NewV7()), Kind: kinds[i%len(kinds)], Verification: domain.Verified, Version: 1, CreatedAt: m.now, UpdatedAt: m.now,
		Registration: domain.Registration{Scheme: domain.Foreign, Country: "NO", Number: fmt.Sprintf("BENCH%d", i)},
		Name:         domain.Text{RU: fmt.Sprintf("ТОО «%s %d»", m.word(domain.Russian), i), KK: fmt.Sprintf("«%s %d» ЖШС", m.word(domain.Kazakh), i)},
	}
	m.owners = append(m.owners, o.ID)
	return o
}

// competence returns the one of ours that stands for a generated one: each has its own.
func (m *market) competence(generated domain.CompetenceID) domain.CompetenceID {
	if _, known := m.real[generated]; !known {
		m.real[generated] = m.competences[len(m.real)%len(m.competences)].ID
	}
	return m.real[generated]
}

// demand makes a published demand.
func (m *market) demand() *domain.Demand {
	d := m.terms.Demand()
	d.ID, d.OrganisationID = uuid.Must(uuid.NewV7()), m.owners[m.rng.IntN(len(m.owners))]
	d.ValidThrough = d.ValidThrough.AddDays(m.later + 30) // none of them ends while we measure
	for i, r := range d.Requirements {
		d.Requirements[i].Competence = m.competence(r.Competence)
	}
	d.Title, d.Description = m.texts(d.Requirements[0].Competence, d.Languages)
	d.PublishedAt = m.now.Add(-time.Duration(m.rng.IntN(300*24)) * time.Hour)
	d.CreatedAt, d.UpdatedAt = d.PublishedAt, d.PublishedAt
	return d
}

// programme makes a published programme.
func (m *market) programme() *domain.Programme {
	p := m.terms.Programme()
	p.ID, p.OrganisationID = uuid.Must(uuid.NewV7()), m.owners[m.rng.IntN(len(m.owners))]
	for i, o := range p.Outcomes {
		p.Outcomes[i].Competence = m.competence(o.Competence)
	}
	for i := range p.Intakes {
		p.Intakes[i].StartsOn = p.Intakes[i].StartsOn.AddDays(m.later)
	}
	p.Title, p.Description = m.texts(p.Outcomes[0].Competence, p.Languages)
	if m.rng.IntN(2) == 0 {
		p.Description.RU = strings.TrimSpace(p.Description.RU + " " + commonWord)
	}
	p.PublishedAt = m.now.Add(-time.Duration(m.rng.IntN(300*24)) * time.Hour)
	p.CreatedAt, p.UpdatedAt = p.PublishedAt, p.PublishedAt
	return p
}

// texts makes a title, which names a competence, and a description, in some languages.
func (m *market) texts(of domain.CompetenceID, languages []domain.Language) (title, description domain.Text) {
	k, _ := m.catalogue.Competence(of)
	for _, l := range languages {
		about := strings.Join([]string{k.Label.In(l), m.word(l), m.word(l)}, " ")
		var words []string
		for range 25 + m.rng.IntN(25) {
			words = append(words, m.word(l))
		}
		switch l {
		case domain.Kazakh:
			title.KK, description.KK = about, strings.Join(words, " ")
		case domain.Russian:
			title.RU, description.RU = about, strings.Join(words, " ")
		default:
			title.EN, description.EN = about, strings.Join(words, " ")
		}
	}
	return title, description
}

// word returns a word of a language, the first ones of its vocabulary most often.
func (m *market) word(l domain.Language) string {
	of := m.vocabulary[l]
	return of[m.zipf.Uint64()%uint64(len(of))]
}
