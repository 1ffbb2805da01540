package files

import (
	"strings"
	"time"

	"github.com/google/uuid"

	"kopir/domain"
)

// say returns the text in the language of the reader, and in no other.
func (v View) say(kk, ru, en string) domain.Text {
	switch v.Language.Base() {
	case domain.Kazakh:
		return domain.Text{KK: kk}
	case domain.English:
		return domain.Text{EN: en}
	default:
		return domain.Text{RU: ru}
	}
}

// some returns so many competences of the catalogue.
func (v View) some(n int) []domain.CompetenceID {
	var out []domain.CompetenceID
	for _, k := range v.Catalogue.Competences() {
		if k.InUse() && len(out) < n && strings.HasPrefix(string(k.ID), "digcomp:") {
			out = append(out, k.ID)
		}
	}
	return out
}

// ExampleDemand is a demand that has everything, for whoever looks how one is written.
func ExampleDemand(v View) *domain.Demand {
	d := &domain.Demand{ID: uuid.MustParse("0198c1d5-02b4-7f6a-8d11-64c7b0a9e302"), DemandTerms: domain.DemandTerms{
		Title:       v.say("Веб-әзірлеуші", "Веб-разработчик", "Web developer"),
		Description: v.say("Төлем жүйесінің жеке кабинетін әзірлеу.", "Разработка личного кабинета платёжной системы.", "Development of the customer area of a payment system."),
		Kind:        domain.Job, Occupation: "2513", Sector: "J", Region: "KZ-75", WorkMode: domain.HybridWork, Openings: 3,
		Languages: []domain.Language{domain.Kazakh, domain.Russian}, Salary: &domain.Salary{Min: 600_000, Max: 900_000, Currency: domain.KZT},
		ValidThrough: domain.DateOf(time.Date(2030, 3, 1, 0, 0, 0, 0, time.UTC)),
	}}
	for i, id := range v.some(2) {
		d.Requirements = append(d.Requirements, domain.Requirement{
			Competence: id, Level: 5, Source: domain.Declared, Importance: []domain.Importance{domain.Must, domain.Nice}[i]})
	}
	return d
}

// ExampleProgramme is a programme that has everything.
func ExampleProgramme(v View) *domain.Programme {
	starts := domain.DateOf(time.Date(2030, 1, 15, 0, 0, 0, 0, time.UTC))
	p := &domain.Programme{ID: uuid.MustParse("0198c1d5-9e3c-7b08-a2f7-1d5c3e8b7a03"), ProgrammeTerms: domain.ProgrammeTerms{
		Title:       v.say("Веб-әзірлеу", "Веб-разработка", "Web development"),
		Description: v.say("Нөлден бастап он екі аптада.", "За двенадцать недель с нуля.", "From scratch in twelve weeks."),
		Kind:        domain.ShortCourse, Mode: domain.Blended, Languages: []domain.Language{domain.Russian}, Regions: []domain.Region{"KZ-75"},
		Weeks: 12, Hours: 120, ECTS: 4, Price: &domain.Money{Amount: 250_000, Currency: domain.KZT}, Funding: []domain.Funding{domain.Paid, domain.Voucher},
		NQFLevel: 5, Segments: []domain.Segment{"unemployed"}, Sectors: []domain.Sector{"J"}, URL: "https://example.kz/courses/web",
		Intakes: []domain.Intake{{StartsOn: starts, EndsOn: starts.AddDays(84), ApplyBy: starts.AddDays(-7), Seats: 25, Region: "KZ-75"}},
	}}
	for _, id := range v.some(2) {
		p.Outcomes = append(p.Outcomes, domain.Outcome{Competence: id, Level: 5, Source: domain.Declared})
	}
	p.Prerequisites = []domain.Outcome{{Competence: p.Outcomes[0].Competence, Level: 2, Source: domain.Declared}}
	return p
}
