package searchtest

import (
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/stretchr/testify/require"
)

func testCompetences(t *testing.T, m *market) {
	ask := func(q search.CompetenceQuery) []search.CompetenceHit {
		if q.Limit == 0 {
			q.Limit = 100
		}
		if q.Language == "" {
			q.Language = domain.Russian
		}
		hits, total, err := m.Competences(t.Context(), q)
		require.NoError(t, err)
		if q.Offset == 0 && q.Limit == 100 {
			require.Equal(t, total, len(hits))
		}
		return hits
	}
	first := func(typed string, lang domain.Language) domain.CompetenceID {
		hits := ask(search.CompetenceQuery{Words: typed, Language: lang})
		require.NotEmpty(t, hits, typed)
		return hits[0].ID
	}
	t.Run("as they are typed, in any language", func(t *testing.T) {
		for typed, want := range map[string]domain.CompetenceID{
			"прог": "esco:programming", "computer prog": "esco:programming", "бағдарл": "esco:programming", "машинное об": "esco:learning",
			"безопасность": "esco:security", "қауіпсіз": "esco:security", "data": "esco:databases", "поиск": "digcomp:1.1",
		} {
			for _, lang := range domain.Spoken() {
				require.Equal(t, want, first(typed, lang), typed)
			}
		}
	})
	t.Run("short popular names first", func(t *testing.T) {
		for typed, want := range map[string]domain.CompetenceID{
			"jav": "esco:java", "java": "esco:java", "Java": "esco:java", "c++": "esco:cpp", "C#": "esco:csharp", "sql": "esco:sql", "javasc": "esco:javascript",
		} {
			for _, lang := range domain.Spoken() {
				require.Equal(t, want, first(typed, lang), typed)
			}
		}
	})
	t.Run("a label before a synonym", func(t *testing.T) {
		hits := ask(search.CompetenceQuery{Words: "cod", Language: domain.English})
		require.Equal(t, domain.CompetenceID("esco:programming"), hits[0].ID)
		require.Equal(t, "coding", hits[0].Matched)
	})
	t.Run("by a synonym, which is then shown", func(t *testing.T) {
		hits := ask(search.CompetenceQuery{Words: "БД"})
		require.Equal(t, domain.CompetenceID("esco:databases"), hits[0].ID)
		require.Equal(t, "БД", hits[0].Matched)
	})
	t.Run("Kazakh without Kazakh letters", func(t *testing.T) {
		require.Equal(t, domain.CompetenceID("esco:security"), first("акпараттык кауип", domain.Kazakh))
	})
	t.Run("in the other alphabet", func(t *testing.T) {
		require.Equal(t, domain.CompetenceID("esco:programming"), first("bagdarlamalau", domain.Kazakh))
		require.Equal(t, domain.CompetenceID("esco:programming"), first("programmirovanie", domain.Russian))
	})
	t.Run("mistyped", func(t *testing.T) {
		require.Equal(t, domain.CompetenceID("esco:programming"), first("програмирование", domain.Russian))
		require.Equal(t, domain.CompetenceID("esco:python"), first("pyhton", domain.English))
		require.Equal(t, domain.CompetenceID("esco:databases"), first("databses", domain.English))
	})
	t.Run("nothing is like it", func(t *testing.T) {
		require.Empty(t, ask(search.CompetenceQuery{Words: "гидропоника"}))
	})
	t.Run("what was replaced is not proposed", func(t *testing.T) {
		require.Empty(t, ask(search.CompetenceQuery{Words: "coding of old"}))
	})
	t.Run("of one framework, of one kind", func(t *testing.T) {
		require.Len(t, ask(search.CompetenceQuery{Framework: "ecf"}), 1)
		require.Empty(t, ask(search.CompetenceQuery{Framework: "ecf", Words: "java"}))
		require.Len(t, ask(search.CompetenceQuery{Framework: "esco", Kind: domain.Knowledge}), 3)
	})
	t.Run("without words, by label in the reader's language", func(t *testing.T) {
		var got []string
		for _, h := range ask(search.CompetenceQuery{Kind: domain.Knowledge, Language: domain.Russian}) {
			got = append(got, h.Matched)
		}
		require.Equal(t, []string{"базы данных", "информационная безопасность", "машинное обучение"}, got)
	})
	t.Run("the fragments are the name", func(t *testing.T) {
		for _, h := range ask(search.CompetenceQuery{Words: "prog"}) {
			text, match := "", false
			for _, f := range h.Fragment {
				text += f.Text
				match = match || f.Match
			}
			require.Equal(t, h.Matched, text)
			require.True(t, match, text)
		}
	})
	t.Run("pages together are the whole", func(t *testing.T) {
		for _, typed := range []string{"", "prog", "j"} {
			whole := ask(search.CompetenceQuery{Words: typed})
			var pages []search.CompetenceHit
			for len(pages) < len(whole) {
				page := ask(search.CompetenceQuery{Words: typed, Offset: len(pages), Limit: 2})
				require.NotEmpty(t, page)
				pages = append(pages, page...)
			}
			require.Equal(t, whole, pages)
			require.Empty(t, ask(search.CompetenceQuery{Words: typed, Offset: len(whole), Limit: 2}))
		}
	})
}
