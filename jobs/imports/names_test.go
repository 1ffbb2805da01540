package imports_test

import (
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/search/extract"

	"github.com/stretchr/testify/require"
)

func TestAWholeCellNamesACompetence(t *testing.T) {
	names := extract.New(own(t))
	for cell, want := range map[string]domain.CompetenceID{
		"Go": "esco:go", "go": "esco:go", " SQL ": "esco:sql", "javascript": "esco:javascript", "Java Script": "esco:javascript", "js": "esco:javascript",
		"C": "esco:c", "C#": "esco:csharp", "c sharp": "esco:csharp", "R": "esco:r", "testing": "esco:testing-1",
		"Java": "esco:java", "Java (version 8)": "esco:java", "Java (computer programming)": "esco:java",
		"базы данных": "esco:databases", "баз данных": "esco:databases", "Дерекқорлар": "esco:databases", "дереккорлар": "esco:databases",
		"use databases": "esco:use-databases", "machine-learning": "esco:machine-learning",
	} {
		m, ok := names.Named(cell)
		require.True(t, ok, cell)
		require.Equal(t, want, m.Competence, cell)
	}
	for _, cell := range []string{"", " ", "()", "( )", "Knitting", "SQL and Go", "SQL for beginners", "++", "\xff"} {
		_, ok := names.Named(cell)
		require.False(t, ok, "%q", cell)
	}
}

// TestEveryLabelOfTheCatalogueNamesItsCompetence: or one that is called the same, beside it.
func TestEveryLabelOfTheCatalogueNamesItsCompetence(t *testing.T) {
	c, err := data.Catalogue()
	require.NoError(t, err)
	names := extract.New(c)
	all, own := 0, 0
	for _, k := range c.Competences() {
		for _, label := range []string{k.Label.EN, k.Label.RU, k.Label.KK} {
			all++
			if m, ok := names.Named(label); ok && m.Competence == k.ID {
				own++
			} else if ok {
				require.Contains(t, m.Others, k.ID, "%s names %s alone", label, m.Competence)
			} else {
				require.True(t, ok, label)
			}
		}
	}
	require.Greater(t, own, all*98/100)

}
