package searchtest

import (
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// today is the day on which the suite asks.
var today = day("2026-11-23")

func day(s string) domain.Date {
	d, err := domain.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// id returns the same id for a name, always.
func id(name string) uuid.UUID { return uuid.NewSHA1(uuid.NameSpaceURL, []byte(name)) }

func published(daysAgo int) time.Time {
	return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC).AddDate(0, 0, -daysAgo)
}

// Catalogue returns the competences of the suite: three frameworks, a broader one with narrower ones below it, an
// equivalent, a replaced one.
func Catalogue() *domain.Catalogue {
	c, err := domain.NewCatalogue("searchtest", []domain.Framework{{ID: "esco"}, {ID: "ecf"}, {ID: "digcomp"}}, competences)
	if err != nil {
		panic(err)
	}
	return c
}

var competences = []domain.Competence{
	{ID: "esco:programming", Framework: "esco", Kind: domain.Skill,
		Label:    domain.Text{KK: "бағдарламалау", RU: "программирование", EN: "computer programming"},
		Synonyms: domain.Synonyms{RU: []string{"кодинг", "написание кода"}, EN: []string{"coding"}}},
	{ID: "esco:java", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:programming"},
		Label: domain.Text{KK: "Java", RU: "Java", EN: "Java (computer programming)"}},
	{ID: "esco:javascript", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:programming"},
		Label:    domain.Text{KK: "JavaScript", RU: "JavaScript", EN: "JavaScript"},
		Synonyms: domain.Synonyms{EN: []string{"JS", "client-side JavaScript"}}},
	{ID: "esco:javascript-framework", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:javascript"},
		Label: domain.Text{KK: "JavaScript фреймворкі", RU: "фреймворк JavaScript", EN: "JavaScript Framework"}},
	{ID: "esco:python", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:programming"},
		Label: domain.Text{KK: "Python", RU: "Python", EN: "Python (computer programming)"}},
	{ID: "esco:cpp", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:programming"},
		Label: domain.Text{KK: "C++", RU: "C++", EN: "C++"}},
	{ID: "esco:csharp", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:programming"},
		Label: domain.Text{KK: "C#", RU: "C#", EN: "C#"}},
	{ID: "esco:databases", Framework: "esco", Kind: domain.Knowledge,
		Label:    domain.Text{KK: "дерекқорлар", RU: "базы данных", EN: "databases"},
		Synonyms: domain.Synonyms{KK: []string{"деректер қоры"}, RU: []string{"БД", "СУБД"}}},
	{ID: "esco:sql", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:databases"},
		Label: domain.Text{KK: "SQL", RU: "SQL", EN: "SQL"}},
	{ID: "esco:mysql", Framework: "esco", Kind: domain.Tool, Broader: []domain.CompetenceID{"esco:databases"},
		Label: domain.Text{KK: "MySQL", RU: "MySQL", EN: "MySQL"}},
	{ID: "esco:security", Framework: "esco", Kind: domain.Knowledge,
		Label:    domain.Text{KK: "ақпараттық қауіпсіздік", RU: "информационная безопасность", EN: "information security"},
		Synonyms: domain.Synonyms{RU: []string{"кибербезопасность"}, EN: []string{"cybersecurity"}}},
	{ID: "esco:learning", Framework: "esco", Kind: domain.Knowledge,
		Label: domain.Text{KK: "машиналық оқыту", RU: "машинное обучение", EN: "machine learning"}},
	{ID: "ecf:B.1", Framework: "ecf", Kind: domain.Skill, Close: []domain.CompetenceID{"esco:programming"},
		Label: domain.Text{KK: "қолданбалар әзірлеу", RU: "разработка приложений", EN: "application development"}},
	{ID: "digcomp:1.1", Framework: "digcomp", Kind: domain.Skill,
		Label: domain.Text{KK: "ақпаратты іздеу", RU: "поиск информации", EN: "browsing and searching information"}},
	{ID: "esco:old-coding", Framework: "esco", Kind: domain.Skill, ReplacedBy: "esco:programming",
		Label: domain.Text{EN: "coding of old"}},
}

func labels(ids ...domain.CompetenceID) []search.Label {
	var out []search.Label
	for _, id := range ids {
		for _, c := range competences {
			if c.ID == id {
				out = append(out, search.Label{ID: id, Label: c.Label})
			}
		}
	}
	return out
}

var (
	beles   = domain.Text{KK: "Белес Софт", RU: "Белес Софт", EN: "Beles Soft"}
	samruk  = domain.Text{KK: "Дала банкі", RU: "Дала Банк", EN: "Dala Bank"}
	college = domain.Text{KK: "Алматы политехникалық колледжі", RU: "Алматинский политехнический колледж"}
	satpaev = domain.Text{KK: "Сәтбаев университеті", RU: "Университет Сатпаева", EN: "Satbayev University"}
)

func demand(name string, organisation domain.Text, daysAgo int, terms domain.DemandTerms) search.Demand {
	var ids []domain.CompetenceID
	for _, r := range terms.Requirements {
		ids = append(ids, r.Competence)
	}
	return search.Demand{
		Demand: domain.Demand{ID: id(name), OrganisationID: id(organisation.RU), DemandTerms: terms,
			Status: domain.DemandPublished, PublishedAt: published(daysAgo), Version: 1},
		Organisation: organisation,
		Competences:  labels(ids...),
	}
}

func musts(ids ...domain.CompetenceID) []domain.Requirement {
	var out []domain.Requirement
	for _, id := range ids {
		out = append(out, domain.Requirement{Competence: id, Level: 5, Source: domain.Declared, Importance: domain.Must})
	}
	return out
}

func programme(name string, organisation domain.Text, daysAgo int, terms domain.ProgrammeTerms) search.Programme {
	var ids []domain.CompetenceID
	for _, o := range terms.Outcomes {
		ids = append(ids, o.Competence)
	}
	return search.Programme{
		Programme: domain.Programme{ID: id(name), OrganisationID: id(organisation.RU), ProgrammeTerms: terms,
			Status: domain.ProgrammePublished, PublishedAt: published(daysAgo), Version: 1},
		Organisation: organisation,
		Competences:  labels(ids...),
	}
}

func outcomes(ids ...domain.CompetenceID) []domain.Outcome {
	var out []domain.Outcome
	for _, id := range ids {
		out = append(out, domain.Outcome{Competence: id, Level: 4, Source: domain.Declared})
	}
	return out
}

func tenge(n int64) *domain.Money { return &domain.Money{Amount: n, Currency: domain.KZT} }

func list[T any](v ...T) []T { return v }

// Today is the day on which the suite asks; an engine whose documents depend on the day must be told.
func Today() domain.Date { return today }

// Market returns both sides of the suite's market, under its Catalogue.
func Market() search.Batch { return search.Batch{Demands: demands(), Programmes: programmes()} }

// ID returns the id of a thing of the Market by its name.
func ID(name string) uuid.UUID { return id(name) }
