// Package marketgen makes large markets for measuring: a framework of about 1,300 competences, and programmes and
// demands that name them as unevenly as people do. Equal seeds make equal markets.
package marketgen

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"kopir/domain"

	"github.com/google/uuid"
)

// Today is the day on which the market is looked at: a twentieth of the demands have run out.
const Today domain.Date = 20_800

// Generator makes a market. Not safe for concurrent use.
type Generator struct {
	rng        *rand.Rand
	catalogue  *domain.Catalogue
	byRank     []domain.CompetenceID // from the most named to the least
	cumulative []float64
}

// New returns a generator with its own framework.
func New(seed uint64) *Generator {
	g := &Generator{rng: rand.New(rand.NewPCG(seed, 0x6b6f706972))} //nolint:gosec // not a secret: it has to repeat
	competences := g.competences()
	c, err := domain.NewCatalogue(fmt.Sprintf("generated-%d", seed),
		[]domain.Framework{{ID: "esco"}, {ID: "ecf"}, {ID: "digcomp"}}, competences)
	if err != nil {
		panic(err) // the generator made it
	}
	g.catalogue = c
	g.rankCompetences(competences)
	return g
}

// Catalogue returns the framework.
func (g *Generator) Catalogue() *domain.Catalogue { return g.catalogue }

// competences makes a tree of five levels with a few second parents, and two small frameworks beside it that are
// equivalent to some of its nodes.
func (g *Generator) competences() []domain.Competence {
	var list []domain.Competence
	add := func(framework domain.FrameworkID, broader ...domain.CompetenceID) domain.CompetenceID {
		id := domain.CompetenceID(fmt.Sprintf("%s:%04d", framework, len(list)))
		list = append(list, domain.Competence{ID: id, Framework: framework, Broader: broader})
		return id
	}
	var level []domain.CompetenceID
	for range 8 {
		level = append(level, add("esco"))
	}
	tree := slices.Clone(level)
	for _, children := range []int{4, 4, 4, 2} {
		var next []domain.CompetenceID
		for _, parent := range level {
			for range g.rng.IntN(2*children-1) + 1 {
				broader := []domain.CompetenceID{parent}
				if other := level[g.rng.IntN(len(level))]; other != parent && g.rng.IntN(20) == 0 {
					broader = append(broader, other)
				}
				if len(tree) < 1_200 {
					next = append(next, add("esco", broader...))
					tree = append(tree, next[len(next)-1])
				}
			}
		}
		level = next
	}
	for _, f := range []domain.FrameworkID{"ecf", "digcomp"} {
		for range 40 {
			add(f)
			c := &list[len(list)-1]
			c.Close = append(c.Close, tree[g.rng.IntN(len(tree))])
			if g.rng.IntN(3) == 0 {
				c.Exact = append(c.Exact, tree[g.rng.IntN(len(tree))])
			}
		}
	}
	return list
}

// rankCompetences says how often each competence is named: about as 1 over its rank (Zipf). The eight at the top of the
// tree are last, for nobody teaches "information technology".
func (g *Generator) rankCompetences(list []domain.Competence) {
	for _, i := range g.rng.Perm(len(list) - 8) {
		g.byRank = append(g.byRank, list[8+i].ID)
	}
	for i := range 8 {
		g.byRank = append(g.byRank, list[i].ID)
	}
	sum := 0.0
	for i := range g.byRank {
		sum += 1 / math.Pow(float64(i)+3, 1.0)
		g.cumulative = append(g.cumulative, sum)
	}
}

// named returns a few distinct competences.
func (g *Generator) named(least, most int) []domain.CompetenceID {
	n := least + g.rng.IntN(most-least+1)
	var list []domain.CompetenceID
	for len(list) < n {
		x := g.rng.Float64() * g.cumulative[len(g.cumulative)-1]
		c := g.byRank[sort.SearchFloat64s(g.cumulative, x)]
		if !slices.Contains(list, c) {
			list = append(list, c)
		}
	}
	return list
}

func (g *Generator) level() domain.Level {
	return domain.Level(2 + g.rng.IntN(4) + g.rng.IntN(4)) //nolint:gosec // 2 to 8
}

// Outcomes makes so many outcomes.
func (g *Generator) Outcomes(least, most int) []domain.Outcome {
	names := g.named(least, most)
	list := make([]domain.Outcome, len(names))
	for i, c := range names {
		list[i] = domain.Outcome{Competence: c, Level: g.level(), Source: domain.Declared}
	}
	return list
}

// Requirements makes so many requirements, half of them musts.
func (g *Generator) Requirements(least, most int) []domain.Requirement {
	importances := []domain.Importance{domain.Must, domain.Must, domain.Should, domain.Nice}
	names := g.named(least, most)
	list := make([]domain.Requirement, len(names))
	for i, c := range names {
		list[i] = domain.Requirement{
			Competence: c, Level: g.level(), Source: domain.Declared, Importance: importances[g.rng.IntN(len(importances))],
		}
	}
	return list
}

func (g *Generator) id() uuid.UUID {
	var id uuid.UUID
	binary.BigEndian.PutUint64(id[:8], g.rng.Uint64())
	binary.BigEndian.PutUint64(id[8:], g.rng.Uint64())
	id[6], id[8] = id[6]&0x0f|0x70, id[8]&0x3f|0x80
	return id
}

func pick[T any](g *Generator, of ...T) T { return of[g.rng.IntN(len(of))] }

// several returns one to most distinct values.
func several[T comparable](g *Generator, most int, of ...T) []T {
	var list []T
	for range 1 + g.rng.IntN(most) {
		if v := pick(g, of...); !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	return list
}

// Programme makes a published programme with 5 to 12 outcomes.
func (g *Generator) Programme() *domain.Programme {
	p := &domain.Programme{ID: g.id(), Status: domain.ProgrammePublished, Version: 1}
	p.Kind = pick(g, domain.Bachelor, domain.Master, domain.CollegeProgramme, domain.ShortCourse, domain.MicroCredential, domain.Bootcamp)
	p.Mode = pick(g, domain.Onsite, domain.Onsite, domain.Blended, domain.Online)
	p.Languages = several(g, 2, domain.Kazakh, domain.Russian, domain.English)
	p.Regions = several(g, 2, domain.Regions()...)
	p.Weeks = pick(g, 0, 1, 2, 4, 8, 12, 26, 36, 52, 104, 208)
	p.Funding = several(g, 2, domain.Paid, domain.Grant, domain.Voucher)
	p.Segments = several(g, 2, domain.Segment("youth"), "students", "teachers", "civil_servants", "small_business", "unemployed")
	if g.rng.IntN(5) > 0 {
		p.Price = &domain.Money{Amount: int64(g.rng.IntN(100)) * 10_000, Currency: domain.KZT}
	}
	for range g.rng.IntN(4) {
		p.Intakes = append(p.Intakes, domain.Intake{StartsOn: Today.AddDays(g.rng.IntN(400) - 100), Seats: 25})
	}
	p.Outcomes = g.Outcomes(5, 12)
	return p
}

// Demand makes a published demand with 4 to 12 requirements.
func (g *Generator) Demand() *domain.Demand {
	d := &domain.Demand{ID: g.id(), Status: domain.DemandPublished, Version: 1}
	d.Kind = pick(g, domain.Job, domain.Job, domain.Internship, domain.Apprenticeship, domain.Upskilling)
	d.WorkMode = pick(g, domain.OnsiteWork, domain.HybridWork, domain.RemoteWork)
	d.Languages = several(g, 2, domain.Kazakh, domain.Russian, domain.English)
	d.Region = pick(g, domain.Regions()...)
	d.Sector = pick(g, domain.Sector("J"), "K", "C", "P", "Q")
	d.Openings = 1 + g.rng.IntN(10)
	d.ValidThrough = Today.AddDays(g.rng.IntN(200) - 10)
	d.Requirements = g.Requirements(4, 12)
	return d
}

// Programmes makes n programmes.
func (g *Generator) Programmes(n int) []*domain.Programme {
	list := make([]*domain.Programme, n)
	for i := range list {
		list[i] = g.Programme()
	}
	return list
}

// Demands makes n demands.
func (g *Generator) Demands(n int) []*domain.Demand {
	list := make([]*domain.Demand, n)
	for i := range list {
		list[i] = g.Demand()
	}
	return list
}

// ProgrammeQuery makes a query for the first ten, with 4 to 12 requirements.
func (g *Generator) ProgrammeQuery() domain.ProgrammeQuery {
	return domain.ProgrammeQuery{Requirements: g.Requirements(4, 12), Limit: 10}
}

// DemandQuery makes a query for the first ten, with 5 to 12 outcomes.
func (g *Generator) DemandQuery() domain.DemandQuery {
	return domain.DemandQuery{Outcomes: g.Outcomes(5, 12), Today: Today, Limit: 10}
}

// ProgrammeConstraints makes what a job-seeker might ask: a region or two, a language, a price, a start.
func (g *Generator) ProgrammeConstraints() domain.ProgrammeConstraints {
	price := int64(500_000)
	return domain.ProgrammeConstraints{
		Regions: several(g, 2, domain.Regions()...), Languages: []domain.Language{pick(g, domain.Kazakh, domain.Russian)},
		MaxPrice: &price, MaxWeeks: 52, StartsFrom: Today,
	}
}

// DemandConstraints makes what an institution might ask: a region or two and a language.
func (g *Generator) DemandConstraints() domain.DemandConstraints {
	return domain.DemandConstraints{
		Regions: several(g, 2, domain.Regions()...), Languages: []domain.Language{pick(g, domain.Kazakh, domain.Russian)},
	}
}
