package searchtest

import (
	"testing"

	"kopir/domain"
	"kopir/search"
	"kopir/search/coverage"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// testMatched holds an engine to the coverage index: without words, the candidates of a match are what matches.
func testMatched(t *testing.T, open func(t *testing.T) search.Index) {
	b := Generate(23, 120)
	engine, exact := open(t), coverage.New()
	require.NoError(t, engine.UseCatalogue(t.Context(), Catalogue()))
	require.NoError(t, engine.Apply(t.Context(), b))
	exact.UseCatalogue(Catalogue())
	var demands []*domain.Demand
	var programmes []*domain.Programme
	for i := range b.Demands {
		demands, programmes = append(demands, &b.Demands[i].Demand), append(programmes, &b.Programmes[i].Programme)
	}
	type cover = func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error
	require.NoError(t, exact.Rebuild(func(apply cover) error { return apply(demands, programmes, nil) }))
	ids := func(rt *rapid.T) []domain.CompetenceID {
		return rapid.SliceOfNDistinct(rapid.SampledFrom([]domain.CompetenceID{
			"esco:programming", "esco:java", "esco:sql", "esco:learning", "ecf:B.1", "digcomp:1.1", "esco:none",
		}), 1, 3, rapid.ID).Draw(rt, "competences")
	}
	candidates := func(rt *rapid.T, q domain.CandidateQuery) []uuid.UUID {
		found, err := engine.Candidates(t.Context(), q)
		require.NoError(rt, err)
		require.True(rt, found.Exact)
		return found.IDs
	}
	t.Run("programmes for requirements", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			of, c := ids(rt), anyFilters(rt).Programmes
			ranks, total, err := exact.Programmes(t.Context(), domain.ProgrammeQuery{Requirements: musts(of...), Constraints: c, Limit: 1000})
			require.NoError(rt, err)
			want := make([]uuid.UUID, len(ranks))
			for i, r := range ranks {
				want[i] = r.ID
			}
			require.Len(rt, want, total)
			require.ElementsMatch(rt, want, candidates(rt, domain.CandidateQuery{Side: domain.ProgrammeSide, Competences: of, Programmes: c, Today: today}))
		})
	})
	t.Run("demands for outcomes", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			of, c := ids(rt), anyFilters(rt).Demands
			ranks, _, err := exact.Demands(t.Context(), domain.DemandQuery{Outcomes: outcomes(of...), Constraints: c, Today: today, Limit: 1000})
			require.NoError(rt, err)
			want := make([]uuid.UUID, len(ranks))
			for i, r := range ranks {
				want[i] = r.ID
			}
			require.ElementsMatch(rt, want, candidates(rt, domain.CandidateQuery{Side: domain.DemandSide, Competences: of, Demands: c, Today: today}))
		})
	})
	t.Run("with words, those of them that have the words", func(t *testing.T) {
		rapid.Check(t, func(rt *rapid.T) {
			q := domain.CandidateQuery{Side: domain.ProgrammeSide, Competences: ids(rt), Programmes: anyFilters(rt).Programmes, Today: today}
			without := candidates(rt, q)
			q.Words = CommonWord
			with := candidates(rt, q)
			require.Subset(rt, without, with)
			r, err := engine.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Words: CommonWord, Today: today, Limit: 1000})
			require.NoError(rt, err)
			var common []uuid.UUID
			for _, h := range r.Hits {
				for _, id := range without {
					if id == h.ID {
						common = append(common, id)
					}
				}
			}
			require.ElementsMatch(rt, common, with)
		})
	})
}

func testBoth(t *testing.T, m *market) {
	ask := func(q search.FederatedQuery) search.FederatedResult {
		if q.Limit == 0 {
			q.Limit = 100
		}
		q.Today, q.Language = today, domain.Russian
		r, err := m.SearchBoth(t.Context(), q)
		require.NoError(t, err)
		return r
	}
	named := func(r search.FederatedResult) []string {
		var out []string
		for _, h := range r.Hits {
			out = append(out, string(h.Side)+" "+m.names[h.ID])
		}
		return out
	}
	t.Run("finds what either side finds", func(t *testing.T) {
		for _, text := range []string{"java", "СУБД", "Сатпаева", "программист", "гидропоника", "develoepr", "magistratura", `"чистый код"`, "java phishing"} {
			r := ask(search.FederatedQuery{Words: text})
			var want []string
			for side, list := range map[domain.Side][]string{domain.DemandSide: m.demands(t, text), domain.ProgrammeSide: m.programmes(t, text)} {
				require.Equal(t, len(list), r.Totals[side], "%s %s", text, side)
				for _, name := range list {
					want = append(want, string(side)+" "+name)
				}
			}
			require.ElementsMatch(t, want, named(r), text)
			require.Empty(t, r.Next)
		}
	})
	t.Run("a title before a description, of whichever side", func(t *testing.T) {
		require.Equal(t, "demands databases", named(ask(search.FederatedQuery{Words: "баз данных"}))[0])
	})
	t.Run("without words, the newest of both first", func(t *testing.T) {
		r := ask(search.FederatedQuery{})
		require.Equal(t, len(open)+len(all), len(r.Hits))
		require.Equal(t, []string{"demands python-intern", "programmes seniors", "programmes java-course"}, named(r)[:3])
	})
	t.Run("each side takes its own filters", func(t *testing.T) {
		f := search.Filters{Demands: domain.DemandConstraints{Kinds: list(domain.Internship)}, Programmes: domain.ProgrammeConstraints{Kinds: list(domain.Bootcamp)}}
		require.ElementsMatch(t, []string{"demands python-intern", "programmes python-bootcamp"}, named(ask(search.FederatedQuery{Filters: f})))
	})
	t.Run("shows where the words are", func(t *testing.T) {
		for _, h := range ask(search.FederatedQuery{Words: "java"}).Hits {
			require.NotEmpty(t, m.highlights(h.Hit), m.names[h.ID])
		}
	})
	t.Run("pages together are the whole", func(t *testing.T) {
		for _, text := range []string{"", "java", "программирование"} {
			whole := ask(search.FederatedQuery{Words: text})
			for _, size := range []int{1, 2, 3} {
				var pages []string
				q := search.FederatedQuery{Words: text, Limit: size}
				for {
					r := ask(q)
					require.LessOrEqual(t, len(r.Hits), size)
					pages = append(pages, named(r)...)
					if r.Next == "" {
						break
					}
					require.NotEqual(t, q.After, r.Next)
					q.After = r.Next
				}
				require.Equal(t, named(whole), pages, "%q by %d", text, size)
			}
		}
	})
	t.Run("a mark of another making is refused", func(t *testing.T) {
		one := m.search(t, search.Query{Side: domain.DemandSide, Limit: 1})
		for _, mark := range []search.Mark{"x", one.Next} {
			_, err := m.SearchBoth(t.Context(), search.FederatedQuery{After: mark, Limit: 1})
			require.Equal(t, domain.Invalid, domain.KindOf(err), mark)
		}
	})
}
