package oracletest

import (
	"fmt"
	"slices"

	"kopir/domain"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Market is two catalogues to choose between, and what is indexed under one of them.
type Market struct {
	Catalogue   *domain.Catalogue
	Competences []domain.Competence
	Programmes  []*domain.Programme
	Demands     []*domain.Demand
}

// Today is the middle of all dates that are drawn.
const Today domain.Date = 20_000

// names has one more competence than a catalogue can have: the last one nobody knows.
var names = func() []domain.CompetenceID {
	var list []domain.CompetenceID
	for i := range 11 {
		list = append(list, domain.CompetenceID(fmt.Sprintf("%s:%c", []string{"esco", "ecf"}[i%2], 'a'+(i*7)%11)))
	}
	return list
}()

// Catalogue draws a framework: competences with several parents, exact and close equivalents that may run in circles.
func Catalogue(edition string) *rapid.Generator[*domain.Catalogue] {
	return rapid.Custom(func(t *rapid.T) *domain.Catalogue {
		known := names[:rapid.IntRange(2, len(names)-1).Draw(t, "competences")]
		list := make([]domain.Competence, len(known))
		for i, id := range known {
			list[i] = domain.Competence{ID: id, Framework: "all"}
			if i > 0 {
				above := rapid.SampledFrom(known[:i])
				list[i].Broader = rapid.SliceOfNDistinct(above, 0, min(i, 2), rapid.ID).Draw(t, "broader")
			}
			if rapid.IntRange(0, 4).Draw(t, "has exact") == 0 {
				list[i].Exact = []domain.CompetenceID{rapid.SampledFrom(known).Draw(t, "exact")}
			}
			if rapid.IntRange(0, 3).Draw(t, "has close") == 0 {
				list[i].Close = []domain.CompetenceID{rapid.SampledFrom(known).Draw(t, "close")}
			}
		}
		c, err := domain.NewCatalogue(edition, []domain.Framework{{ID: "all"}}, list)
		if err != nil {
			t.Fatal(err)
		}
		return c
	})
}

// Markets draws a market. Everything is drawn from so few values that most things tie.
func Markets() *rapid.Generator[Market] {
	return rapid.Custom(func(t *rapid.T) Market {
		m := Market{Catalogue: Catalogue("first").Draw(t, "catalogue")}
		m.Competences = m.Catalogue.Competences()
		for i := range rapid.IntRange(0, 24).Draw(t, "programmes") {
			m.Programmes = append(m.Programmes, Programme(ID(i)).Draw(t, "programme"))
		}
		for i := range rapid.IntRange(0, 24).Draw(t, "demands") {
			m.Demands = append(m.Demands, Demand(ID(100+i)).Draw(t, "demand"))
		}
		return m
	})
}

// ID returns the id of the thing number n; ids do not follow numbers.
func ID(n int) uuid.UUID { return uuid.UUID{byte(n * 37), 15: byte(n)} }

// Outcomes draws what is offered, or held: no competence twice.
func Outcomes(least, most int) *rapid.Generator[[]domain.Outcome] {
	one := rapid.Custom(func(t *rapid.T) domain.Outcome {
		return domain.Outcome{Competence: rapid.SampledFrom(names).Draw(t, "competence"), Level: level(t), Source: domain.Declared}
	})
	return rapid.SliceOfNDistinct(one, least, most, func(o domain.Outcome) domain.CompetenceID { return o.Competence })
}

// Requirements draws what is asked: no competence twice, and often one level throughout, so that one must weighs as much
// as two shoulds.
func Requirements() *rapid.Generator[[]domain.Requirement] {
	one := rapid.Custom(func(t *rapid.T) domain.Requirement {
		return domain.Requirement{
			Competence: rapid.SampledFrom(names).Draw(t, "competence"), Level: level(t), Source: domain.Declared,
			Importance: rapid.SampledFrom(importances).Draw(t, "importance"),
		}
	})
	return rapid.Custom(func(t *rapid.T) []domain.Requirement {
		list := rapid.SliceOfNDistinct(one, 1, 6, func(r domain.Requirement) domain.CompetenceID { return r.Competence }).
			Draw(t, "requirements")
		if rapid.Bool().Draw(t, "flat") {
			for i := range list {
				list[i].Level = 4
			}
		}
		return list
	})
}

// level draws mostly from few levels, so that much ties.
func level(t *rapid.T) domain.Level {
	return rapid.SampledFrom([]domain.Level{4, 4, 2, 3, 4, 6, 8, 1, 5, 7}).Draw(t, "level")
}

// Programme draws a programme, mostly published.
func Programme(id uuid.UUID) *rapid.Generator[*domain.Programme] {
	return rapid.Custom(func(t *rapid.T) *domain.Programme {
		p := &domain.Programme{ID: id, Status: domain.ProgrammePublished}
		if rapid.IntRange(0, 7).Draw(t, "hidden") == 0 {
			p.Status = rapid.SampledFrom([]domain.ProgrammeStatus{domain.ProgrammeDraft, domain.ProgrammeArchived, domain.ProgrammePublished}).Draw(t, "status")
			if p.Status == domain.ProgrammePublished {
				p.Hidden = &domain.Hiding{Reason: "why"}
			}
		}
		p.Kind = rapid.SampledFrom(programmeKinds).Draw(t, "kind")
		p.Mode = rapid.SampledFrom(modes).Draw(t, "mode")
		p.Languages = some(t, "languages", languages, 1)
		p.Regions = some(t, "regions", regions, 0)
		p.Funding = some(t, "funding", funding, 0)
		p.Segments = some(t, "segments", segments, 0)
		p.Weeks = rapid.SampledFrom([]int{4, 4, 0, 12}).Draw(t, "weeks")
		p.Price = rapid.SampledFrom(prices).Draw(t, "price")
		p.Outcomes = Outcomes(1, 7).Draw(t, "outcomes")
		for range rapid.IntRange(0, 3).Draw(t, "intakes") {
			p.Intakes = append(p.Intakes, domain.Intake{
				StartsOn: Today + domain.Date(rapid.IntRange(-1, 1).Draw(t, "starts")),
				Region:   rapid.SampledFrom(append([]domain.Region{""}, regions...)).Draw(t, "intake region"),
			})
		}
		return p
	})
}

// Demand draws a demand, mostly published.
func Demand(id uuid.UUID) *rapid.Generator[*domain.Demand] {
	return rapid.Custom(func(t *rapid.T) *domain.Demand {
		d := &domain.Demand{ID: id, Status: domain.DemandPublished}
		if rapid.IntRange(0, 7).Draw(t, "hidden") == 0 {
			d.Status = rapid.SampledFrom([]domain.DemandStatus{domain.DemandDraft, domain.DemandClosed, domain.DemandPublished}).Draw(t, "status")
			if d.Status == domain.DemandPublished {
				d.Hidden = &domain.Hiding{Reason: "why"}
			}
		}
		d.Kind = rapid.SampledFrom(demandKinds).Draw(t, "kind")
		d.WorkMode = rapid.SampledFrom(workModes).Draw(t, "work mode")
		d.Languages = some(t, "languages", languages, 0)
		d.Region = rapid.SampledFrom(append([]domain.Region{""}, regions...)).Draw(t, "region")
		d.Sector = rapid.SampledFrom(sectors).Draw(t, "sector")
		d.Openings = rapid.IntRange(0, 2).Draw(t, "openings")
		d.ValidThrough = Today + domain.Date(rapid.IntRange(-1, 2).Draw(t, "valid through"))
		d.Requirements = Requirements().Draw(t, "requirements")
		return d
	})
}

var (
	importances    = []domain.Importance{domain.Must, domain.Should, domain.Should, domain.Nice, domain.Must}
	programmeKinds = []domain.ProgrammeKind{domain.ShortCourse, domain.Bachelor}
	demandKinds    = []domain.DemandKind{domain.Job, domain.Internship}
	modes          = []domain.Mode{domain.Onsite, domain.Blended, domain.Online}
	workModes      = []domain.WorkMode{domain.OnsiteWork, domain.HybridWork, domain.RemoteWork}
	languages      = []domain.Language{"kk", "ru", "en"}
	regions        = []domain.Region{"KZ-75", "KZ-71", "KZ-10"}
	funding        = []domain.Funding{domain.Paid, domain.Grant, domain.Free}
	segments       = []domain.Segment{"youth", "teachers"}
	sectors        = []domain.Sector{"J", "P", ""}
	prices         = []*domain.Money{
		nil,
		{Amount: 0, Currency: "KZT"}, {Amount: 100, Currency: "KZT"}, {Amount: 200, Currency: "KZT"},
		{Amount: 100, Currency: "USD"}, {Amount: 0, Currency: "USD"},
	}
)

// some draws a few distinct values.
func some[T comparable](t *rapid.T, what string, from []T, least int) []T {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), least, 2, rapid.ID).Draw(t, what)
}

// among draws candidates: some that are there and some that are not.
func among(t *rapid.T, first int) []uuid.UUID {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) uuid.UUID {
		return ID(first + rapid.IntRange(0, 26).Draw(t, "candidate"))
	}), 0, 20).Draw(t, "among")
}

// ProgrammeQuery draws a query: with no constraint, one, or several at once.
func ProgrammeQuery() *rapid.Generator[domain.ProgrammeQuery] {
	return rapid.Custom(func(t *rapid.T) domain.ProgrammeQuery {
		q := domain.ProgrammeQuery{Requirements: Requirements().Draw(t, "requirements"), Limit: 1000}
		if rapid.IntRange(0, 2).Draw(t, "learner") == 0 {
			q.Own = Outcomes(0, 3).Draw(t, "own")
		}
		c := &q.Constraints
		price := rapid.SampledFrom([]int64{0, 100, 150, 1000}).Draw(t, "price")
		constrain(t, []func(){
			func() { c.Regions = some(t, "regions", regions, 1) },
			func() { c.StartsFrom = Today + domain.Date(rapid.IntRange(0, 1).Draw(t, "from")) },
			func() { c.MaxPrice = &price },
			func() { c.MaxWeeks = rapid.SampledFrom([]int{4, 3, 5, 12}).Draw(t, "weeks") },
			func() { c.AllMusts = true },
			func() { q.Among, q.Narrowed = among(t, 0), true },
			func() { q.Without = ID(rapid.IntRange(1, 26).Draw(t, "without")) },
			func() { c.Modes = some(t, "modes", modes, 1) },
			func() { c.Languages = some(t, "languages", append(slices.Clone(languages), "tr"), 1) },
			func() { c.Kinds = some(t, "kinds", programmeKinds, 1) },
			func() { c.Funding = some(t, "funding", funding, 1) },
			func() { c.Segments = some(t, "segments", segments, 1) },
		})
		return q
	})
}

// DemandQuery draws a query: with no constraint, one, or several at once.
func DemandQuery() *rapid.Generator[domain.DemandQuery] {
	return rapid.Custom(func(t *rapid.T) domain.DemandQuery {
		q := domain.DemandQuery{Outcomes: Outcomes(1, 4).Draw(t, "outcomes"), Today: Today, Limit: 1000}
		if rapid.IntRange(0, 3).Draw(t, "another day") == 0 {
			q.Today += domain.Date(rapid.IntRange(-1, 3).Draw(t, "day"))
		}
		c := &q.Constraints
		constrain(t, []func(){
			func() { c.Regions = some(t, "regions", regions, 1) },
			func() { c.MinOpenings = rapid.IntRange(1, 2).Draw(t, "openings") },
			func() { q.Among, q.Narrowed = among(t, 100), true },
			func() { c.WorkModes = some(t, "work modes", workModes, 1) },
			func() { c.Languages = some(t, "languages", append(slices.Clone(languages), "tr"), 1) },
			func() { c.Kinds = some(t, "kinds", demandKinds, 1) },
			func() { c.Sectors = some(t, "sectors", sectors, 1) },
		})
		return q
	})
}

// constrain sets none, one or up to three of the constraints; region and start, the first two, often together.
func constrain(t *rapid.T, all []func()) {
	if rapid.IntRange(0, 5).Draw(t, "first two") == 0 {
		all[0]()
		all[1]()
		return
	}
	for range rapid.SampledFrom([]int{0, 1, 1, 0, 2, 3}).Draw(t, "constraints") {
		rapid.SampledFrom(all).Draw(t, "constraint")()
	}
}
