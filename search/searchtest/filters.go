package searchtest

import (
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func testFilters(t *testing.T, m *market) {
	t.Run("demands", func(t *testing.T) { testDemandFilters(t, m) })
	t.Run("programmes", func(t *testing.T) { testProgrammeFilters(t, m) })
	t.Run("competence", func(t *testing.T) { testCompetenceFilter(t, m) })
	t.Run("with words", func(t *testing.T) {
		q := search.Query{Side: domain.DemandSide, Words: "программист"}
		require.ElementsMatch(t, []string{"python-intern", "cpp"}, m.found(t, q))
		q.Filters.Demands.Kinds = list(domain.Internship)
		require.Equal(t, []string{"python-intern"}, m.found(t, q))
		q.Filters.Demands.Regions = list[domain.Region]("KZ-10")
		require.Empty(t, m.found(t, q))
	})
}

func testDemandFilters(t *testing.T, m *market) {
	for _, c := range []struct {
		name string
		f    search.Filters
		want []string
	}{
		{"region: the whole country and remote work are everywhere",
			search.Filters{Demands: domain.DemandConstraints{Regions: list[domain.Region]("KZ-71")}}, []string{"python-intern", "security", "databases"}},
		{"region where nobody is", search.Filters{Demands: domain.DemandConstraints{Regions: list[domain.Region]("KZ-10")}}, []string{"security", "databases"}},
		{"two regions", search.Filters{Demands: domain.DemandConstraints{Regions: list[domain.Region]("KZ-71", "KZ-35")}},
			[]string{"python-intern", "security", "databases", "cpp"}},
		{"kind", search.Filters{Demands: domain.DemandConstraints{Kinds: list(domain.Internship)}}, []string{"python-intern"}},
		{"kind that nobody has", search.Filters{Demands: domain.DemandConstraints{Kinds: list(domain.Upskilling)}}, nil},
		{"work mode", search.Filters{Demands: domain.DemandConstraints{WorkModes: list(domain.RemoteWork, domain.HybridWork)}}, []string{"java", "security"}},
		{"language", search.Filters{Demands: domain.DemandConstraints{Languages: list(domain.Kazakh)}}, []string{"java", "python-intern", "databases"}},
		{"sector", search.Filters{Demands: domain.DemandConstraints{Sectors: list[domain.Sector]("C", "K")}}, []string{"python-intern", "cpp", "databases"}},
		{"openings", search.Filters{Demands: domain.DemandConstraints{MinOpenings: 3}}, []string{"java", "python-intern", "databases"}},
		{"organisation", search.Filters{Organisations: list(id(beles.RU))}, []string{"java", "security"}},
		{"two organisations", search.Filters{Organisations: list(id(beles.RU), id(samruk.RU))}, open},
		{"organisation that is not there", search.Filters{Organisations: list(uuid.UUID{})}, nil},
		{"occupation", search.Filters{Occupations: list[domain.Occupation]("2514")}, []string{"python-intern", "cpp"}},
		{"all together", search.Filters{Organisations: list(id(samruk.RU)), Occupations: list[domain.Occupation]("2514"),
			Demands: domain.DemandConstraints{Regions: list[domain.Region]("KZ-35"), Languages: list(domain.Russian), MinOpenings: 2}}, []string{"cpp"}},
		{"programmes' constraints mean nothing", search.Filters{Programmes: domain.ProgrammeConstraints{MaxWeeks: 1}}, open},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.ElementsMatch(t, c.want, m.found(t, search.Query{Side: domain.DemandSide, Filters: c.f}))
		})
	}
}

func testProgrammeFilters(t *testing.T, m *market) {
	price := func(n int64) *int64 { return &n }
	for _, c := range []struct {
		name string
		f    domain.ProgrammeConstraints
		want []string
	}{
		{"region: online is everywhere", domain.ProgrammeConstraints{Regions: list[domain.Region]("KZ-35")}, []string{"seniors", "java-course", "dotnet"}},
		{"region without online", domain.ProgrammeConstraints{Regions: list[domain.Region]("KZ-35"), Modes: list(domain.Onsite, domain.Blended)}, []string{"seniors"}},
		{"mode", domain.ProgrammeConstraints{Modes: list(domain.Blended)}, []string{"python-bootcamp"}},
		{"kind", domain.ProgrammeConstraints{Kinds: list(domain.ShortCourse)}, []string{"java-course", "seniors"}},
		{"language", domain.ProgrammeConstraints{Languages: list(domain.Kazakh)}, []string{"basics", "seniors"}},
		{"funding", domain.ProgrammeConstraints{Funding: list(domain.Grant, domain.Voucher)}, []string{"java-course", "basics", "security-master"}},
		{"segment", domain.ProgrammeConstraints{Segments: list[domain.Segment]("unemployed")}, []string{"java-course", "python-bootcamp"}},
		{"weeks: unknown is not within", domain.ProgrammeConstraints{MaxWeeks: 12}, []string{"java-course", "seniors", "dotnet"}},
		{"price: free is 0, another currency is unknown", domain.ProgrammeConstraints{MaxPrice: price(100_000)}, []string{"basics", "seniors", "dotnet"}},
		{"price: nothing", domain.ProgrammeConstraints{MaxPrice: price(0)}, []string{"basics", "seniors"}},
		{"start", domain.ProgrammeConstraints{StartsFrom: day("2027-02-01")}, []string{"basics", "security-master", "python-bootcamp"}},
		{"start and region by one intake", domain.ProgrammeConstraints{StartsFrom: day("2027-02-01"), Regions: list[domain.Region]("KZ-75")}, []string{"security-master"}},
		{"start and region by the other intake", domain.ProgrammeConstraints{StartsFrom: day("2027-02-01"), Regions: list[domain.Region]("KZ-71")},
			[]string{"basics", "python-bootcamp"}},
		{"start anywhere, online", domain.ProgrammeConstraints{StartsFrom: day("2027-01-10"), Regions: list[domain.Region]("KZ-10")}, []string{"java-course"}},
		{"all musts is about the match", domain.ProgrammeConstraints{AllMusts: true}, all},
	} {
		t.Run(c.name, func(t *testing.T) {
			q := search.Query{Side: domain.ProgrammeSide, Filters: search.Filters{Programmes: c.f}}
			require.ElementsMatch(t, c.want, m.found(t, q))
		})
	}
	t.Run("sector", func(t *testing.T) {
		q := search.Query{Side: domain.ProgrammeSide, Filters: search.Filters{Sectors: list[domain.Sector]("K", "Q")}}
		require.Equal(t, []string{"dotnet"}, m.found(t, q))
	})
}

func testCompetenceFilter(t *testing.T, m *market) {
	having := func(ids ...domain.CompetenceID) []string {
		return m.found(t, search.Query{Side: domain.ProgrammeSide, Filters: search.Filters{Competences: ids}})
	}
	require.ElementsMatch(t, []string{"basics", "java-course", "python-bootcamp", "dotnet"}, having("esco:programming"), "narrower ones serve")
	require.ElementsMatch(t, []string{"java-course", "basics"}, having("esco:java"), "a broader one serves, a sister does not")
	require.Contains(t, having("ecf:B.1"), "basics", "a close one serves")
	require.ElementsMatch(t, []string{"security-master", "seniors"}, having("esco:security", "digcomp:1.1"), "either will do")
	require.Empty(t, having("esco:nowhere"))
}

func testFacets(t *testing.T, m *market) {
	ask := func(side domain.Side, f search.Filters, attributes ...search.Attribute) map[search.Attribute][]search.Count {
		r := m.search(t, search.Query{Side: side, Filters: f, Facets: attributes})
		require.True(t, r.Exact)
		return r.Facets
	}
	t.Run("count values, most first, then by value", func(t *testing.T) {
		counts := ask(domain.DemandSide, search.Filters{}, search.Sector)
		require.Equal(t, []search.Count{{Value: "J", Count: 2}, {Value: "K", Count: 2}, {Value: "C", Count: 1}}, counts[search.Sector])
	})
	t.Run("leave out the filter on their own attribute, and no other", func(t *testing.T) {
		f := search.Filters{Demands: domain.DemandConstraints{Sectors: list[domain.Sector]("J"), Languages: list(domain.Russian)}}
		counts := ask(domain.DemandSide, f, search.Sector, search.Language)
		require.Equal(t, []search.Count{{Value: "C", Count: 1}, {Value: "J", Count: 1}, {Value: "K", Count: 1}}, counts[search.Sector])
		require.Equal(t, []search.Count{{Value: "en", Count: 1}, {Value: "kk", Count: 1}, {Value: "ru", Count: 1}}, counts[search.Language])
	})
	t.Run("count what is everywhere in every region", func(t *testing.T) {
		counts := ask(domain.ProgrammeSide, search.Filters{}, search.Region)[search.Region]
		require.Len(t, counts, len(domain.Regions()))
		require.Equal(t, []search.Count{{Value: "KZ-71", Count: 4}, {Value: "KZ-75", Count: 4}, {Value: "KZ-35", Count: 3}, {Value: "KZ-10", Count: 2}}, counts[:4])
	})
	t.Run("count a region by the intakes there", func(t *testing.T) {
		f := search.Filters{Programmes: domain.ProgrammeConstraints{StartsFrom: day("2027-02-01"), Regions: list[domain.Region]("KZ-75")}}
		require.Equal(t, []search.Count{{Value: "KZ-71", Count: 2}, {Value: "KZ-75", Count: 1}}, ask(domain.ProgrammeSide, f, search.Region)[search.Region])
	})
	t.Run("count own competences only", func(t *testing.T) {
		counts := ask(domain.DemandSide, search.Filters{}, search.Competence)[search.Competence]
		require.Equal(t, search.Count{Value: "esco:sql", Count: 2}, counts[0])
		require.NotContains(t, counts, search.Count{Value: "esco:programming", Count: 3})
		require.Len(t, counts, 6)
	})
	t.Run("follow the words", func(t *testing.T) {
		r := m.search(t, search.Query{Side: domain.DemandSide, Words: "программист", Facets: list(search.Occupation)})
		require.Equal(t, []search.Count{{Value: "2514", Count: 2}}, r.Facets[search.Occupation])
	})
	t.Run("are empty where nothing is found", func(t *testing.T) {
		r := m.search(t, search.Query{Side: domain.DemandSide, Words: "гидропоника", Facets: list(search.Kind)})
		require.Empty(t, r.Facets[search.Kind])
	})
	t.Run("that the side does not have are left out", func(t *testing.T) {
		require.NotContains(t, ask(domain.DemandSide, search.Filters{}, search.Mode), search.Mode)
	})
	t.Run("are not there unasked", func(t *testing.T) {
		require.Empty(t, ask(domain.DemandSide, search.Filters{}))
	})
}
