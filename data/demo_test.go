package data

import (
	"strings"
	"testing"
	"unicode"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

const demoDay = domain.Date(20_780) // a day in 2026

func demo(t *testing.T) (Market, *domain.Catalogue) {
	t.Helper()
	m, err := Demo()
	require.NoError(t, err)
	c, err := Catalogue()
	require.NoError(t, err)
	return m, c
}

func TestTheDemoIsAsLargeAsPromised(t *testing.T) {
	m, _ := demo(t)
	kinds, regions := map[string]int{}, map[string]bool{}
	for _, o := range m.Organisations {
		kinds[o.Kind]++
		regions[o.Region] = true
	}
	require.GreaterOrEqual(t, kinds["employer"], 12)
	require.GreaterOrEqual(t, len(m.Organisations)-kinds["employer"], 12)
	require.Len(t, kinds, 5, "every kind of organisation")
	require.Len(t, regions, len(domain.Regions()), "every region")
	require.GreaterOrEqual(t, len(m.Demands), 60)
	require.GreaterOrEqual(t, len(m.Programmes), 150)
}

func TestEverythingInTheDemoCanBePublished(t *testing.T) {
	m, c := demo(t)
	now := demoDay.Time()
	for _, o := range m.Organisations {
		_, err := domain.NewOrganisation([16]byte{1}, o.Form(), now)
		require.NoError(t, err, o.Key)
	}
	for _, d := range m.Demands {
		terms, err := d.Form(demoDay).Parse(c, demoDay)
		require.NoError(t, err, d.Key)
		if d.Status == "published" {
			require.NoError(t, (&domain.Demand{DemandTerms: terms, Status: domain.DemandDraft}).Publish(now), d.Key)
		}
	}
	for _, p := range m.Programmes {
		terms, err := p.Form(demoDay).Parse(c)
		require.NoError(t, err, p.Key)
		if p.Status == "published" {
			require.NoError(t, (&domain.Programme{ProgrammeTerms: terms, Status: domain.ProgrammeDraft}).Publish(now), p.Key)
		}
	}
}

func TestDemoTextsStandInThreeLanguages(t *testing.T) {
	m, _ := demo(t)
	check := func(key string, text demoText) {
		require.NotEmpty(t, text.KK, key)
		require.NotEmpty(t, text.RU, key)
		require.NotEmpty(t, text.EN, key)
		require.False(t, strings.ContainsFunc(text.EN, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }), key)
		require.False(t, strings.ContainsAny(text.RU, "әғқңөұүһі"), key+": Kazakh letters in Russian")
	}
	for _, d := range m.Demands {
		check(d.Key, d.Description)
	}
	for _, p := range m.Programmes {
		check(p.Key, p.Description)
	}
}

func TestNamesNextToIdsInTheDemoAreTheCatalogues(t *testing.T) {
	m, c := demo(t)
	check := func(key string, lines []demoLine) {
		for _, l := range lines {
			k, ok := c.Competence(domain.CompetenceID(l.Competence))
			require.True(t, ok, "%s: %s", key, l.Competence)
			require.Equal(t, k.Label.EN, l.Label, key)
		}
	}
	for _, d := range m.Demands {
		check(d.Key, d.Requirements)
	}
	for _, p := range m.Programmes {
		check(p.Key, p.Outcomes)
		check(p.Key, p.Prerequisites)
	}
}

func TestEveryRegionOfTheDemoHasDemandAndTeaching(t *testing.T) {
	m, _ := demo(t)
	asks, teaches := map[string]bool{}, map[string]bool{}
	for _, d := range m.Demands {
		asks[d.Region] = true
	}
	for _, p := range m.Programmes {
		for _, r := range p.Regions {
			teaches[r] = true
		}
	}
	for _, r := range domain.Regions() {
		require.True(t, asks[string(r)], "no demand in %s", r)
		require.True(t, teaches[string(r)], "no programme in %s", r)
	}
}
