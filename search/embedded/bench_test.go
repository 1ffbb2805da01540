package embedded_test

import (
	"fmt"
	"testing"

	"kopir/domain"
	"kopir/search"
	"kopir/search/embedded"
	"kopir/search/searchtest"

	"github.com/stretchr/testify/require"
)

// size is how many programmes the benchmarks are about.
const size = 50_000

func build(b *testing.B, market []search.Programme) *embedded.Engine {
	b.Helper()
	e := open(b, embedded.Options{Dir: b.TempDir()})
	require.NoError(b, e.UseCatalogue(b.Context(), searchtest.Catalogue()))
	require.NoError(b, e.Rebuild(b.Context(), func(apply func(search.Batch) error) error {
		for at := 0; at < len(market); at += 500 {
			if err := apply(search.Batch{Programmes: market[at:min(at+500, len(market))]}); err != nil {
				return err
			}
		}
		return nil
	}))
	return e
}

func BenchmarkRebuild(b *testing.B) {
	market := searchtest.Generate(1, size).Programmes
	for b.Loop() {
		build(b, market)
	}
}

func BenchmarkSearch(b *testing.B) {
	e := build(b, searchtest.Generate(1, size).Programmes)
	facets := search.Attributes(domain.ProgrammeSide)
	for _, c := range []struct {
		name string
		q    search.Query
	}{
		{"everything", search.Query{}},
		{"everything, all facets", search.Query{Facets: facets}},
		{"rare word", search.Query{Words: searchtest.RareWord + " "}},
		{"rare word, all facets", search.Query{Words: searchtest.RareWord, Facets: facets}},
		{"common word", search.Query{Words: searchtest.CommonWord + " "}},
		{"common word by price", search.Query{Words: searchtest.CommonWord, Sort: search.ByPrice}},
		{"common and rare word", search.Query{Words: searchtest.CommonWord + " " + searchtest.RareWord}},
		{"prefix of two letters", search.Query{Words: searchtest.CommonWord[:4]}},
		{"typing error", search.Query{Words: searchtest.RareWord[2:]}},
		{"filters and start", search.Query{Filters: search.Filters{Programmes: domain.ProgrammeConstraints{
			Regions: []domain.Region{"KZ-10"}, StartsFrom: 20_800, MaxWeeks: 30}}, Facets: facets}},
	} {
		c.q.Side, c.q.Limit, c.q.Language = domain.ProgrammeSide, 20, domain.Russian
		b.Run(c.name, func(b *testing.B) {
			found := 0
			for b.Loop() {
				r, err := e.Search(b.Context(), c.q)
				require.NoError(b, err)
				found = r.Total
			}
			b.ReportMetric(float64(found), "found")
		})
	}
	b.Run("candidates of a common word", func(b *testing.B) {
		for b.Loop() {
			_, err := e.Candidates(b.Context(), domain.CandidateQuery{Side: domain.ProgrammeSide, Words: searchtest.CommonWord})
			require.NoError(b, err)
		}
	})
	b.Run("apply one", func(b *testing.B) {
		one := searchtest.Generate(1, 1)
		for b.Loop() {
			require.NoError(b, e.Apply(b.Context(), search.Batch{Programmes: one.Programmes}))
		}
	})
}

func BenchmarkCompetences(b *testing.B) {
	var competences []domain.Competence
	for i := range 1300 {
		name := func(lang string, k int) string {
			return fmt.Sprintf("%s %s %d", searchtest.Word(uint64(i*7+k)), searchtest.Word(uint64(k*31+i%90)), i%17) + lang
		}
		competences = append(competences, domain.Competence{
			ID: domain.CompetenceID(fmt.Sprintf("esco:%d", i)), Framework: "esco", Label: domain.Text{KK: name("к", 1), RU: name("р", 2), EN: name("e", 3)},
			Synonyms: domain.Synonyms{KK: []string{name("к", 4)}, RU: []string{name("р", 5), name("р", 6)}, EN: []string{name("e", 7)}},
		})
	}
	c, err := domain.NewCatalogue("many", []domain.Framework{{ID: "esco"}}, competences)
	require.NoError(b, err)
	e := open(b, embedded.Options{Dir: b.TempDir()})
	require.NoError(b, e.UseCatalogue(b.Context(), c))
	word := searchtest.Word(70)
	for name, typed := range map[string]string{"beginning": word[:6], "one letter": word[:2], "mistyped": "щ" + word[2:], "other alphabet": "programmirovanie", "nothing typed": ""} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				_, _, err := e.Competences(b.Context(), search.CompetenceQuery{Words: typed, Language: domain.Russian, Limit: 20})
				require.NoError(b, err)
			}
		})
	}
}
