package data

import (
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

func TestTheCatalogueShipsWhole(t *testing.T) {
	c, err := Catalogue()
	require.NoError(t, err)
	count := map[domain.FrameworkID]int{}
	for _, k := range c.Competences() {
		count[k.Framework]++
		require.NotEmpty(t, k.Label.KK, k.ID)
		require.NotEmpty(t, k.Label.RU, k.ID)
		require.NotEmpty(t, k.Label.EN, k.ID)
		_, err := domain.ParseCompetenceID(string(k.ID))
		require.NoError(t, err, k.ID)
		_, err = domain.ParseCompetenceKind(string(k.Kind))
		require.NoError(t, err, k.ID)
		require.NotEmpty(t, k.URI, k.ID)
		if k.Framework != "esco" {
			require.NotEmpty(t, k.Area.KK, k.ID)
		}
	}
	require.Equal(t, map[domain.FrameworkID]int{"esco": 1284, "digcomp": 21, "ecf": 41}, count)
}

func TestTheEditionIsThatOfTheFiles(t *testing.T) {
	a, err := Catalogue()
	require.NoError(t, err)
	b, err := Catalogue()
	require.NoError(t, err)
	require.Equal(t, a.Edition(), b.Edition())
	require.Len(t, a.Edition(), 16)
}

func TestOccupationsShipWithNamesInThreeLanguages(t *testing.T) {
	list, err := Occupations()
	require.NoError(t, err)
	require.Len(t, list, 103)
	for _, o := range list {
		require.NotEmpty(t, o.Label.KK, o.URI)
		require.NotEmpty(t, o.Label.RU, o.URI)
		require.NotEmpty(t, o.Label.EN, o.URI)
	}
}

func TestTypeScriptServesComputerProgramming(t *testing.T) {
	c, err := Catalogue()
	require.NoError(t, err)
	const programming, typescript = "esco:21d2f96d-35f7-4e3f-9745-c533d2dd6e97", "esco:867137fb-ff1b-4ca3-99f3-cb6969aa2c68"
	r, ok := c.Relations().Between(programming, typescript)
	require.True(t, ok)
	require.Equal(t, domain.Narrower, r)
	r, ok = c.Relations().Between(typescript, programming)
	require.True(t, ok)
	require.Equal(t, domain.Broader, r)
	_, ok = c.Relations().Between("digcomp:1.1", "digcomp:1.2")
	require.False(t, ok, "competences under one heading are not kin")
}
