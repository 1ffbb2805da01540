package imports_test

import (
	"strings"
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/jobs/imports"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAWholeTextNamesACompetence(t *testing.T) {
	names := imports.NewNames(own(t))
	for text, want := range map[string]domain.CompetenceID{
		"Go": "esco:go", "go": "esco:go", " SQL ": "esco:sql", "javascript": "esco:javascript", "Java Script": "esco:javascript", "js": "esco:javascript",
		"C": "esco:c", "C#": "esco:csharp", "c sharp": "esco:csharp", "R": "esco:r",
		"Java": "esco:java", "Java (version 8)": "esco:java", "Java (computer programming)": "esco:java",
		"базы данных": "esco:databases", "баз данных": "esco:databases", "Дерекқорлар": "esco:databases", "дереккорлар": "esco:databases",
		"use databases": "esco:use-databases", "machine-learning": "esco:machine-learning",
	} {
		m, ok := names.Named(text)
		require.True(t, ok, text)
		require.Equal(t, want, m.Competence, text)
		require.False(t, m.Ambiguous, text)
	}
	for _, text := range []string{"", " ", "()", "( )", "Knitting", "SQL and Go", "Golang language", "++", "\xff"} {
		_, ok := names.Named(text)
		require.False(t, ok, "%q", text)
	}
}

func TestANameOfSeveralIsAmbiguousUnlessOneIsCalledSo(t *testing.T) {
	k := func(id, label string, kind domain.CompetenceKind, synonyms ...string) domain.Competence {
		return domain.Competence{ID: domain.CompetenceID(id), Framework: "house", Kind: kind, Label: domain.Text{EN: label}, Synonyms: domain.Synonyms{EN: synonyms}}
	}
	for _, c := range []struct {
		name string
		list []domain.Competence
		want domain.CompetenceID
		tied bool
	}{
		{"one label", []domain.Competence{k("house:a", "thing", "skill")}, "house:a", false},
		{"a label before a synonym", []domain.Competence{k("house:a", "other", "knowledge", "thing"), k("house:b", "thing", "skill")}, "house:b", false},
		{"two labels: knowledge before a skill", []domain.Competence{k("house:a", "thing", "skill"), k("house:b", "thing", "knowledge")}, "house:b", true},
		{"two labels: a tool before a skill", []domain.Competence{k("house:a", "thing", "skill"), k("house:b", "thing", "tool")}, "house:b", true},
		{"two labels: by id", []domain.Competence{k("house:b", "thing", "skill"), k("house:a", "thing", "skill")}, "house:a", true},
		{"two synonyms: the earlier", []domain.Competence{k("house:a", "x", "knowledge", "y", "thing"), k("house:b", "z", "skill", "thing")}, "house:b", true},
		{"its own synonym, too", []domain.Competence{k("house:a", "thing", "skill", "Thing", "things")}, "house:a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			catalogue, err := domain.NewCatalogue("x", []domain.Framework{{ID: "house"}}, c.list)
			require.NoError(t, err)
			m, ok := imports.NewNames(catalogue).Named("Thing")
			require.True(t, ok)
			require.Equal(t, c.want, m.Competence)
			require.Equal(t, c.tied, m.Ambiguous)
		})
	}
}

func TestARunningTextNamesCompetences(t *testing.T) {
	names := imports.NewNames(own(t))
	for text, want := range map[string][]domain.CompetenceID{
		"We go to the river, c'est la vie, r u ok": nil, // short names are not ordinary letters
		"Go and C, R or C#":                        {"esco:go", "esco:c", "esco:r", "esco:csharp"},
		"GO TO MARKET":                             nil,
		"машинное обучение":                        {"esco:machine-learning"},
		"обучение":                                 {"esco:learning"},
		"Курс по машинному обучению и базам данных": {"esco:machine-learning", "esco:databases"},
		"Deep machine learning, learning by doing":  {"esco:machine-learning", "esco:learning"},
		"how to use databases and other databases":  {"esco:use-databases", "esco:databases"},
		"SQL, sql & SQL":      {"esco:sql", "esco:sql", "esco:sql"},
		"Java or JavaScript?": {"esco:java", "esco:javascript"},
		"it goes in r to c":   nil, "the databases of the": {"esco:databases"},
		"nothing of the kind": nil,
		"":                    nil,
	} {
		var got []domain.CompetenceID
		for _, m := range names.In(text) {
			got = append(got, m.Competence)
			require.NotEmpty(t, strings.TrimSpace(text[m.Start:m.End]))
		}
		require.Equal(t, want, got, text)
	}
}

func TestAMentionSpansTheNameAndNoMore(t *testing.T) {
	names := imports.NewNames(own(t))
	for text, want := range map[string][]string{
		"about the databases of the bank": {"databases"}, "SQL Server and SQL": {"SQL Server", "SQL"}, "work in Go on C": {"Go", "C"},
		"по базам данных и от них": {"базам данных"},
	} {
		var got []string
		for _, m := range names.In(text) {
			got = append(got, text[m.Start:m.End])
		}
		require.Equal(t, want, got)
	}
}

func TestMentionsStandInOrderAndDoNotOverlap(t *testing.T) {
	c, err := data.Catalogue()
	require.NoError(t, err)
	names := imports.NewNames(c)
	pieces := []string{"Go", "go", "C", "C++", "C#", "R", " ", ", ", "/", "-", "(", ")", "&amp;", "machine", "learning", "базы", "данных", "дерекқор", "SQL", "Java", "Script",
		"data", "base", "management", "system", "web", "\xff", "\x00", "́", "қ", "…", "10", "11.5", "node.js", ".NET"}
	for _, k := range c.Competences() {
		pieces = append(pieces, k.Label.EN, k.Label.RU, k.Label.KK)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, "pieces"), rapid.SampledFrom([]string{"", " ", ", "}).Draw(t, "between"))
		end := 0
		for _, m := range names.In(text) {
			require.GreaterOrEqual(t, m.Start, end)
			require.Greater(t, m.End, m.Start)
			require.LessOrEqual(t, m.End, len(text))
			end = m.End
			k, ok := c.Competence(m.Competence)
			require.True(t, ok)
			require.Empty(t, k.ReplacedBy)
			again, ok := names.Named(text[m.Start:m.End])
			require.True(t, ok, "what a text mentions is a name by itself")
			require.Equal(t, m.Competence, again.Competence)
		}
	})
}

func TestEveryLabelOfTheCatalogueNamesACompetence(t *testing.T) {
	c, err := data.Catalogue()
	require.NoError(t, err)
	names := imports.NewNames(c)
	own, other := 0, 0
	for _, k := range c.Competences() {
		for _, label := range []string{k.Label.EN, k.Label.RU, k.Label.KK} {
			m, ok := names.Named(label)
			require.True(t, ok, label)
			if m.Competence == k.ID {
				own++
				continue
			}
			require.True(t, m.Ambiguous, "%s names %s too, and nobody says so", label, m.Competence)
			other++
		}
	}
	require.Greater(t, own, 50*other, "few labels belong to several")
}
