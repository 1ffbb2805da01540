package searchtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"kopir/domain"
	"kopir/internal/naughty"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func testCandidates(t *testing.T, m *market) {
	candidates := func(side domain.Side, text string) []string {
		found, err := m.Candidates(t.Context(), domain.CandidateQuery{Side: side, Words: text, Today: today})
		require.NoError(t, err)
		require.True(t, found.Exact)
		var names []string
		for _, id := range found.IDs {
			names = append(names, m.names[id])
		}
		return names
	}
	require.ElementsMatch(t, m.programmes(t, "java"), candidates(domain.ProgrammeSide, "java"))
	require.ElementsMatch(t, all, candidates(domain.ProgrammeSide, ""))
	require.Empty(t, candidates(domain.ProgrammeSide, "гидропоника"))
	require.Subset(t, candidates(domain.DemandSide, "программист"), []string{"python-intern", "cpp"})
	require.NotContains(t, candidates(domain.DemandSide, "программист"), "security")
	of, err := m.Candidates(t.Context(), domain.CandidateQuery{Side: domain.DemandSide, Occupations: list[domain.Occupation]("2514"), Today: today})
	require.NoError(t, err)
	require.True(t, of.Exact)
	require.ElementsMatch(t, []string{"python-intern", "cpp"}, []string{m.names[of.IDs[0]], m.names[of.IDs[1]]})
	require.Len(t, of.IDs, 2)
}

// hostile are texts that mean something in some language of queries, and nothing here.
var hostile = []string{
	`"`, `""`, `'`, `\`, `\"`, `"\"`, `*`, `java*`, `^java`, `java AND`, `AND`, `OR`, `NOT`, `NOT java`, `NEAR(java sql, 2)`,
	`title:java`, `{title} : java`, `- java`, `+java`, `(java`, `java)`, `java; DROP TABLE demands_words; --`, `' OR '1'='1`,
	`_geoRadius(1,2,3)`, `kind = "job"`, "java\x00sql", "\xff\xfe", "<script>alert(1)</script>", "java \u202e sql", `%`, `_`, `%%%`, `${7*7}`,
	`"java`, `«java`, strings.Repeat(`"`, 99), strings.Repeat("я", 5000), strings.Repeat("a ", 5000), "\ue000\ue100",
}

func testInjection(t *testing.T, m *market) {
	t.Run("as words, it is only words", func(t *testing.T) {
		for _, text := range hostile {
			for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
				r := m.search(t, search.Query{Side: side, Words: text})
				require.Equal(t, r.Total, len(r.Hits), text)
				_, err := m.Candidates(t.Context(), domain.CandidateQuery{Side: side, Words: text, Today: today})
				require.NoError(t, err, text)
			}
			_, _, err := m.Competences(t.Context(), search.CompetenceQuery{Words: text, Language: domain.Russian, Limit: 10})
			require.NoError(t, err, text)
		}
		require.ElementsMatch(t, open, m.demands(t, ""), "and everything is still there")
	})
	t.Run("as the value of a filter, it is a value that nobody has", func(t *testing.T) {
		for _, text := range hostile {
			for _, f := range filtersOf(text) {
				require.Empty(t, m.found(t, search.Query{Side: domain.DemandSide, Filters: f}), "%q", text)
			}
			f := search.Filters{Demands: domain.DemandConstraints{Regions: list(domain.Region(text))}}
			require.ElementsMatch(t, []string{"security", "databases"}, m.found(t, search.Query{Side: domain.DemandSide, Filters: f}), "%q", text)
		}
	})
	t.Run("and so is whatever else people write", func(t *testing.T) {
		for _, text := range []string{"日本語", "中文", "한국어", "ไทย"} { // for the first of these an engine reads a dictionary, longer than it may take
			_, _ = m.Search(t.Context(), search.Query{Side: domain.DemandSide, Words: text, Today: today, Limit: 1})
		}
		for i, text := range naughty.Strings() {
			if len(text) > 512 { // the edge takes no more
				continue
			}
			side := []domain.Side{domain.DemandSide, domain.ProgrammeSide}[i%2]
			r := m.search(t, search.Query{Side: side, Words: text})
			require.Equal(t, r.Total, len(r.Hits), "%q", text)
			f := filtersOf(text)
			require.Empty(t, m.found(t, search.Query{Side: domain.DemandSide, Filters: f[i%len(f)]}), "%q", text)
		}
	})
}

// filtersOf has a text as the value of each filter of demands that takes any.
func filtersOf(text string) []search.Filters {
	return []search.Filters{
		{Demands: domain.DemandConstraints{Kinds: list(domain.DemandKind(text))}},
		{Demands: domain.DemandConstraints{WorkModes: list(domain.WorkMode(text))}},
		{Demands: domain.DemandConstraints{Languages: list(domain.Language(text))}},
		{Demands: domain.DemandConstraints{Sectors: list(domain.Sector(text))}},
		{Occupations: list(domain.Occupation(text))},
		{Competences: list(domain.CompetenceID(text))},
	}
}

func testChanges(t *testing.T, open func(t *testing.T) search.Index) {
	t.Run("an empty engine finds nothing", func(t *testing.T) {
		require.Empty(t, everything(t, open(t), domain.DemandSide))
	})
	t.Run("an upsert replaces words, values and numbers", func(t *testing.T) {
		m := fill(t, open(t))
		p := programmes()[0]
		p.Title, p.Description = domain.Text{RU: "Сварочное дело"}, domain.Text{}
		p.Competences, p.Outcomes = labels("esco:sql"), outcomes("esco:sql")
		p.Kind, p.Weeks = domain.Bootcamp, 1
		require.NoError(t, m.Apply(t.Context(), search.Batch{Programmes: list(p)}))
		require.Equal(t, []string{"java-course"}, m.programmes(t, "сварочное"))
		require.Empty(t, m.programmes(t, "переменных"))
		require.Len(t, m.programmes(t, ""), len(all), "it is there once")
		q := search.Query{Side: domain.ProgrammeSide, Sort: search.ByWeeks,
			Filters: search.Filters{Programmes: domain.ProgrammeConstraints{Kinds: list(domain.Bootcamp)}}}
		require.Equal(t, []string{"java-course", "python-bootcamp"}, m.found(t, q))
	})
	t.Run("what is gone is not found, the rest is", func(t *testing.T) {
		m := fill(t, open(t))
		require.NoError(t, m.Apply(t.Context(), search.Batch{Gone: list(id("java"), id("java-course"), uuid.UUID{})}))
		require.Empty(t, m.demands(t, "разработчик"))
		require.NotContains(t, m.programmes(t, ""), "java-course")
		require.Len(t, m.programmes(t, ""), len(all)-1)
		require.Equal(t, []string{"cpp"}, m.demands(t, "C++"))
	})
	t.Run("what is no longer published is removed", func(t *testing.T) {
		m := fill(t, open(t))
		d, p := demands()[0], programmes()[0]
		d.Status, p.Status = domain.DemandClosed, domain.ProgrammeArchived
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: list(d), Programmes: list(p)}))
		require.NotContains(t, m.demands(t, ""), "java")
		require.NotContains(t, m.programmes(t, ""), "java-course")
	})
	t.Run("what is hidden is removed, and comes back", func(t *testing.T) {
		m := fill(t, open(t))
		d, p := demands()[0], programmes()[0]
		d.Hidden, p.Hidden = &domain.Hiding{Reason: "why"}, &domain.Hiding{Reason: "why"}
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: list(d), Programmes: list(p)}))
		require.NotContains(t, m.demands(t, ""), "java")
		require.NotContains(t, m.programmes(t, ""), "java-course")
		d.Hidden, p.Hidden = nil, nil
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: list(d), Programmes: list(p)}))
		require.Contains(t, m.demands(t, ""), "java")
		require.Contains(t, m.programmes(t, ""), "java-course")
	})
	t.Run("a draft never shows", func(t *testing.T) {
		m := fill(t, open(t))
		d := demands()[0]
		d.ID, d.Status = id("draft"), domain.DemandDraft
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: list(d)}))
		require.Equal(t, []string{"java"}, m.demands(t, "разработчик"))
	})
	t.Run("a batch twice is a batch once", func(t *testing.T) {
		m := fill(t, open(t))
		batch := search.Batch{Demands: demands(), Programmes: programmes(), Gone: list(id("cpp"))}
		for range 2 {
			require.NoError(t, m.Apply(t.Context(), search.Batch{Gone: list(id("cpp"))}))
			require.NoError(t, m.Apply(t.Context(), batch))
		}
		require.Len(t, m.demands(t, ""), len(demands())-2, "one has run out, one is gone")
		require.Empty(t, m.demands(t, "C++"))
	})
	t.Run("gone things come back", func(t *testing.T) {
		m := fill(t, open(t))
		require.NoError(t, m.Apply(t.Context(), search.Batch{Gone: list(id("cpp"))}))
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: demands()}))
		require.Equal(t, []string{"cpp"}, m.demands(t, "C++"))
	})
	t.Run("an empty batch is nothing", func(t *testing.T) {
		require.NoError(t, fill(t, open(t)).Apply(t.Context(), search.Batch{}))
	})
	t.Run("a new catalogue changes what a filter finds", func(t *testing.T) {
		m := fill(t, open(t))
		flat := append([]domain.Competence(nil), competences...)
		for i := range flat {
			flat[i].Broader, flat[i].Close = nil, nil
		}
		c, err := domain.NewCatalogue("flat", Catalogue().Frameworks(), flat)
		require.NoError(t, err)
		require.NoError(t, m.UseCatalogue(t.Context(), c))
		q := search.Query{Side: domain.ProgrammeSide, Filters: search.Filters{Competences: list[domain.CompetenceID]("esco:programming")}}
		require.Equal(t, []string{"basics"}, m.found(t, q))
	})
}

func testRebuild(t *testing.T, open func(t *testing.T) search.Index) {
	t.Run("replaces everything", func(t *testing.T) {
		m := fill(t, open(t))
		require.NoError(t, m.Rebuild(t.Context(), func(apply func(search.Batch) error) error {
			if err := apply(search.Batch{Demands: demands()[1:3]}); err != nil {
				return err
			}
			return apply(search.Batch{Demands: demands()[3:4], Programmes: programmes()[:1]})
		}))
		require.ElementsMatch(t, []string{"python-intern", "security", "cpp"}, m.demands(t, ""))
		require.Equal(t, []string{"java-course"}, m.programmes(t, ""))
		require.Empty(t, m.demands(t, "разработчик"))
		require.NoError(t, m.Apply(t.Context(), search.Batch{Demands: demands()[:1]}))
		require.Equal(t, []string{"java"}, m.demands(t, "разработчик"), "and goes on from there")
	})
	t.Run("that fails changes nothing", func(t *testing.T) {
		m := fill(t, open(t))
		broken := errors.New("the database went away")
		err := m.Rebuild(t.Context(), func(apply func(search.Batch) error) error {
			if err := apply(search.Batch{Demands: demands()[:1]}); err != nil {
				return err
			}
			return broken
		})
		require.ErrorIs(t, err, broken)
		require.ElementsMatch(t, all, m.programmes(t, ""))
		require.NoError(t, m.Apply(t.Context(), search.Batch{Gone: list(id("java"))}), "and the next change is welcome")
	})
	t.Run("shows the old until the new is complete", func(t *testing.T) {
		m := fill(t, open(t))
		require.NoError(t, m.Rebuild(t.Context(), func(apply func(search.Batch) error) error {
			if err := apply(search.Batch{Programmes: programmes()[:1]}); err != nil {
				return err
			}
			require.ElementsMatch(t, all, m.programmes(t, ""))
			return nil
		}))
		require.Equal(t, []string{"java-course"}, m.programmes(t, ""))
	})
	t.Run("fails no search", func(t *testing.T) { testSearchesDuringRebuild(t, fill(t, open(t))) })
}

// testSearchesDuringRebuild searches all the time: every answer must be that of a whole market.
func testSearchesDuringRebuild(t *testing.T, m *market) {
	stop := make(chan struct{})
	answers := make(chan error, 2)
	var wg sync.WaitGroup
	for range cap(answers) {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				r, err := m.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Words: "java", Today: today, Limit: 10})
				if errors.Is(err, context.DeadlineExceeded) {
					continue // a busy machine, not a rebuild
				}
				if err == nil && r.Total != 1 {
					err = errors.New("a market by halves")
				}
				if err != nil {
					answers <- err
					return
				}
			}
		})
	}
	for range 3 {
		require.NoError(t, m.Rebuild(t.Context(), func(apply func(search.Batch) error) error {
			for _, p := range programmes() {
				if err := apply(search.Batch{Programmes: list(p)}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	close(stop)
	wg.Wait()
	select {
	case err := <-answers:
		require.NoError(t, err)
	default:
	}
}
