package searchtest

import (
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// testGenerated holds an engine to the domain's own rules, over a market and constraints that nobody thought of.
func testGenerated(t *testing.T, open func(t *testing.T) search.Index) {
	b := Generate(7, 150)
	m := &market{open(t), make(map[uuid.UUID]string), Bodies(b)}
	require.NoError(t, m.UseCatalogue(t.Context(), Catalogue()))
	require.NoError(t, m.Apply(t.Context(), b))
	t.Run("filters admit what the domain admits", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
				f := anyFilters(rt)
				r := m.search(t, search.Query{Side: side, Filters: f, Limit: 1000})
				var got []uuid.UUID
				for _, h := range r.Hits {
					got = append(got, h.ID)
				}
				require.ElementsMatch(t, admitted(b, side, f), got, "%s %+v", side, f)
				require.Equal(t, len(got), r.Total)
			}
		})
	})
	t.Run("a facet's count is the total with that value as the filter", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			side := rapid.SampledFrom([]domain.Side{domain.DemandSide, domain.ProgrammeSide}).Draw(rt, "side")
			attribute := rapid.SampledFrom(search.Attributes(side)).Draw(rt, "attribute")
			q := search.Query{Side: side, Filters: anyFilters(rt), Words: rapid.SampledFrom([]string{"", "", CommonWord}).Draw(rt, "words"),
				Facets: list(attribute), Limit: 1}
			requireCounts(t, m, q, attribute)
		})
	})
	t.Run("pages together are the whole", func(t *testing.T) {
		for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
			for _, by := range sorts(side) {
				for _, text := range []string{"", CommonWord} {
					requirePages(t, m, search.Query{Side: side, Sort: by, Words: text}, 7, 50)
				}
			}
		}
	})
}

// requireCounts asks for each value that a facet counts, and for the others it might have.
func requireCounts(t *testing.T, m *market, q search.Query, attribute search.Attribute) {
	t.Helper()
	counts := m.search(t, q).Facets[attribute]
	if attribute == search.Competence {
		return // counts own ones, finds related ones
	}
	counted := make(map[string]bool)
	for i, c := range counts {
		counted[c.Value] = true
		require.Positive(t, c.Count)
		if i > 0 {
			require.GreaterOrEqual(t, counts[i-1].Count, c.Count)
		}
		require.Equal(t, m.search(t, only(q, attribute, c.Value)).Total, c.Count, "%s %s of %+v", attribute, c.Value, q)
	}
	if attribute != search.Region {
		return
	}
	for _, r := range domain.Regions() {
		if !counted[string(r)] {
			require.Zero(t, m.search(t, only(q, attribute, string(r))).Total, "%s of %+v", r, q)
		}
	}
}

// only replaces the filter on an attribute by one value.
func only(q search.Query, attribute search.Attribute, v string) search.Query {
	q.Facets = nil
	f := &q.Filters
	switch attribute {
	case search.Region:
		f.Demands.Regions, f.Programmes.Regions = list(domain.Region(v)), list(domain.Region(v))
	case search.Kind:
		f.Demands.Kinds, f.Programmes.Kinds = list(domain.DemandKind(v)), list(domain.ProgrammeKind(v))
	case search.Language:
		f.Demands.Languages, f.Programmes.Languages = list(domain.Language(v)), list(domain.Language(v))
	case search.Organisation:
		f.Organisations = list(uuid.MustParse(v))
	case search.Mode:
		f.Programmes.Modes = list(domain.Mode(v))
	case search.Funding:
		f.Programmes.Funding = list(domain.Funding(v))
	case search.Segment:
		f.Programmes.Segments = list(domain.Segment(v))
	case search.WorkMode:
		f.Demands.WorkModes = list(domain.WorkMode(v))
	case search.Sector:
		f.Demands.Sectors, f.Sectors = list(domain.Sector(v)), list(domain.Sector(v))
	case search.Occupation:
		f.Occupations = list(domain.Occupation(v))
	}
	return q
}

func anyFilters(rt *rapid.T) search.Filters {
	var f search.Filters
	f.Competences = draw(rt, "competences", 1, "esco:programming", "esco:java", "esco:sql", "ecf:B.1", domain.CompetenceID("esco:none"))
	f.Occupations = draw[domain.Occupation](rt, "occupations", 1, "2512", "2514")
	f.Sectors = draw[domain.Sector](rt, "sectors", 2, "C", "J", "Z")
	regions := draw(rt, "regions", 2, append(domain.Regions()[:6:6], domain.Regions()[19])...)
	languages := draw(rt, "languages", 2, domain.Kazakh, domain.English)
	f.Demands = domain.DemandConstraints{
		Regions: regions, Languages: languages, Kinds: draw(rt, "kinds", 2, domain.Job, domain.Internship, domain.Upskilling),
		WorkModes: draw(rt, "work modes", 2, domain.RemoteWork, domain.OnsiteWork), Sectors: f.Sectors,
		MinOpenings: rapid.IntRange(0, 4).Draw(rt, "openings"),
	}
	f.Programmes = domain.ProgrammeConstraints{
		Regions: regions, Languages: languages, Modes: draw(rt, "modes", 2, domain.Online, domain.Onsite),
		Kinds: draw(rt, "programme kinds", 2, domain.Bootcamp, domain.Bachelor), Funding: draw(rt, "funding", 1, domain.Free, domain.Grant),
		Segments: draw[domain.Segment](rt, "segments", 1, "youth", "rural"),
		MaxWeeks: rapid.SampledFrom([]int{0, 0, 10, 30}).Draw(rt, "weeks"),
	}
	if rapid.Bool().Draw(rt, "bound price") {
		price := rapid.SampledFrom([]int64{0, 100_000, 250_000}).Draw(rt, "price")
		f.Programmes.MaxPrice = &price
	}
	if rapid.Bool().Draw(rt, "bound start") {
		f.Programmes.StartsFrom = today.AddDays(rapid.IntRange(-30, 90).Draw(rt, "start"))
	}
	return f
}

// draw leaves a filter out most of the time, or little would be found.
func draw[T comparable](rt *rapid.T, name string, most int, from ...T) []T {
	if rapid.IntRange(0, 2).Draw(rt, name+" at all") > 0 {
		return nil
	}
	return rapid.SliceOfNDistinct(rapid.SampledFrom(from), 1, most, rapid.ID).Draw(rt, name)
}

// admitted is the domain's answer, one thing after the other.
func admitted(b search.Batch, side domain.Side, f search.Filters) []uuid.UUID {
	var out []uuid.UUID
	relations := Catalogue().Relations()
	serves := func(offered domain.CompetenceID) bool {
		return slices.ContainsFunc(f.Competences, func(asked domain.CompetenceID) bool {
			_, ok := relations.Between(asked, offered)
			return ok
		})
	}
	if side == domain.DemandSide {
		for i := range b.Demands {
			d := &b.Demands[i]
			if d.Open(today) && f.Demands.Admits(&d.DemandTerms) && (f.Occupations == nil || slices.Contains(f.Occupations, d.Occupation)) &&
				(f.Competences == nil || slices.ContainsFunc(d.Requirements, func(r domain.Requirement) bool { return serves(r.Competence) })) {
				out = append(out, d.ID)
			}
		}
		return out
	}
	for i := range b.Programmes {
		p := &b.Programmes[i]
		if f.Programmes.Admits(&p.ProgrammeTerms) &&
			(f.Sectors == nil || slices.ContainsFunc(p.Sectors, func(s domain.Sector) bool { return slices.Contains(f.Sectors, s) })) &&
			(f.Competences == nil || slices.ContainsFunc(p.Outcomes, func(o domain.Outcome) bool { return serves(o.Competence) })) {
			out = append(out, p.ID)
		}
	}
	return out
}
