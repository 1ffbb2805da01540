// Package marketgen makes large markets for measuring: a framework of 1,280 competences, and programmes and demands that
// name them as unevenly as people do. Equal seeds make equal markets.
//
// Its constants were measured. How many competences a thing names, and how often each is named, on the 7,389 job ads of
// skill2vec: the most named one stands in 30 of a hundred there, in 26 here. How competences stand to each other, on the
// 1,284 digital ones of ESCO: a name serves, counting itself, 4.0 of them in the ads and 2.8 in ESCO's ICT occupations; here
// the eleven names of a programme serve 31 different ones. Levels are in none of the data. What stands together in an ad is
// more alike than here, where each name is drawn by itself: so the best matches are worse here, and harder to tell from the
// others.
package marketgen

import (
	"cmp"
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
	competences, famous := g.competences()
	c, err := domain.NewCatalogue(fmt.Sprintf("generated-%d", seed),
		[]domain.Framework{{ID: "esco"}, {ID: "ecf"}, {ID: "digcomp"}}, competences)
	if err != nil {
		panic(err) // the generator made it
	}
	g.catalogue = c
	g.rankCompetences(competences, famous)
	return g
}

// Catalogue returns the framework.
func (g *Generator) Catalogue() *domain.Catalogue { return g.catalogue }

// families says how many of ESCO's digital competences have so many narrower ones.
var families = []struct{ narrower, times int }{
	{35, 1}, {18, 1}, {16, 1}, {15, 1}, {13, 2}, {12, 1}, {10, 2}, {8, 3}, {7, 5}, {6, 2}, {5, 2}, {4, 8}, {3, 16}, {2, 26}, {1, 75},
}

// known is how large a family is whose members are named more than others, as programming languages and databases are,
// and by how much.
const (
	known     = 10
	knownness = 6
)

// competences makes families, a quarter of them within another one, and as many competences without any; and two small
// frameworks beside it that are equivalent to some of them. Known are those whose family is.
func (g *Generator) competences() (list []domain.Competence, famous []bool) {
	add := func(framework domain.FrameworkID, famed bool, broader ...domain.CompetenceID) domain.CompetenceID {
		id := domain.CompetenceID(fmt.Sprintf("%s:%04d", framework, len(list)))
		list = append(list, domain.Competence{ID: id, Framework: framework, Broader: broader})
		famous = append(famous, famed)
		return id
	}
	var heads []domain.CompetenceID
	for _, f := range families {
		for range f.times {
			var above []domain.CompetenceID
			if len(heads) > 0 && g.rng.IntN(4) == 0 {
				above = append(above, heads[g.rng.IntN(len(heads))])
			}
			head := add("esco", f.narrower >= known, above...)
			heads = append(heads, head)
			for range f.narrower {
				add("esco", f.narrower >= known, head)
			}
		}
	}
	for len(list) < 1_200 {
		add("esco", false)
	}
	for _, f := range []domain.FrameworkID{"ecf", "digcomp"} {
		for range 40 {
			add(f, false)
			c := &list[len(list)-1]
			c.Close = append(c.Close, list[g.rng.IntN(1_200)].ID)
			if g.rng.IntN(3) == 0 {
				c.Exact = append(c.Exact, list[g.rng.IntN(1_200)].ID)
			}
		}
	}
	return list, famous
}

// rankCompetences says how often each competence is named: as 1/(rank + 8)^1.1, from the first rank, 1. Those of known
// families stand before most others.
func (g *Generator) rankCompetences(list []domain.Competence, famous []bool) {
	place := make(map[domain.CompetenceID]float64)
	for i, c := range list {
		place[c.ID] = g.rng.Float64()
		if famous[i] {
			place[c.ID] /= knownness
		}
		g.byRank = append(g.byRank, c.ID)
	}
	slices.SortFunc(g.byRank, func(a, b domain.CompetenceID) int { return cmp.Compare(place[a], place[b]) })
	sum := 0.0
	for i := range g.byRank {
		sum += 1 / math.Pow(float64(i+1)+8, 1.1)
		g.cumulative = append(g.cumulative, sum)
	}
}

// lengths are how many names the shortest ad has, the one longer than a twentieth of the ads, and so on, to the longest
// but a hundredth.
var lengths = []struct {
	of    float64
	names int
}{{0, 5}, {0.05, 5}, {0.1, 6}, {0.25, 8}, {0.5, 10}, {0.75, 11}, {0.9, 16}, {0.95, 22}, {0.99, 37}, {1, 37}}

// length returns how many names a thing has.
func (g *Generator) length() int {
	x := g.rng.Float64()
	i := 1
	for lengths[i].of < x {
		i++
	}
	from, to := lengths[i-1], lengths[i]
	return from.names + int(math.Round((x-from.of)/(to.of-from.of)*float64(to.names-from.names)))
}

// named returns so many distinct competences.
func (g *Generator) named(n int) []domain.CompetenceID {
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

// Outcomes makes as many outcomes as an ad has names.
func (g *Generator) Outcomes() []domain.Outcome { return g.Levels(g.length()) }

// Levels makes n levels, in as many competences.
func (g *Generator) Levels(n int) []domain.Outcome {
	names := g.named(n)
	list := make([]domain.Outcome, len(names))
	for i, c := range names {
		list[i] = domain.Outcome{Competence: c, Level: g.level(), Source: domain.Declared}
	}
	return list
}

// Requirements makes as many requirements as an ad has names, half of them musts.
func (g *Generator) Requirements() []domain.Requirement {
	importances := []domain.Importance{domain.Must, domain.Must, domain.Should, domain.Nice}
	names := g.named(g.length())
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

// Programme makes a published programme.
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
	p.Outcomes = g.Outcomes()
	return p
}

// Demand makes a published demand.
func (g *Generator) Demand() *domain.Demand {
	d := &domain.Demand{ID: g.id(), Status: domain.DemandPublished, Version: 1}
	d.Kind = pick(g, domain.Job, domain.Job, domain.Internship, domain.Apprenticeship, domain.Upskilling)
	d.WorkMode = pick(g, domain.OnsiteWork, domain.HybridWork, domain.RemoteWork)
	d.Languages = several(g, 2, domain.Kazakh, domain.Russian, domain.English)
	d.Region = pick(g, domain.Regions()...)
	d.Sector = pick(g, domain.Sector("J"), "K", "C", "P", "Q")
	d.Openings = 1 + g.rng.IntN(10)
	d.ValidThrough = Today.AddDays(g.rng.IntN(200) - 10)
	d.Requirements = g.Requirements()
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

// ProgrammeQuery makes a query for the first ten,.
func (g *Generator) ProgrammeQuery() domain.ProgrammeQuery {
	return domain.ProgrammeQuery{Requirements: g.Requirements(), Limit: 10}
}

// DemandQuery makes a query for the first ten,.
func (g *Generator) DemandQuery() domain.DemandQuery {
	return domain.DemandQuery{Outcomes: g.Outcomes(), Today: Today, Limit: 10}
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
