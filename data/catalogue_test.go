package data

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"kopir/domain"

	"github.com/google/uuid"
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
		for _, l := range domain.Spoken() {
			require.Equal(t, strings.TrimSpace(k.Label.Exactly(l)), k.Label.Exactly(l), k.ID)
		}
		_, err := domain.ParseCompetenceID(string(k.ID))
		require.NoError(t, err, k.ID)
		_, err = domain.ParseCompetenceKind(string(k.Kind))
		require.NoError(t, err, k.ID)
		require.NotEmpty(t, k.URI, k.ID)
		if k.Framework == "digcomp" || k.Framework == "ecf" {
			require.NotEmpty(t, k.Area.KK, k.ID)
		}
	}
	require.Equal(t, map[domain.FrameworkID]int{"esco": 1284, "digcomp": 21, "ecf": 41, "kopir": 61}, count)
}

// What another framework has a competence for is no competence of Kopir's, but a name of that one.
func TestKopirsOwnCompetencesAreThoseThatAreMissing(t *testing.T) {
	s, err := Shipped()
	require.NoError(t, err)
	require.True(t, domain.FrameworkID("kopir").Official(), "a table of somebody else cannot deprecate what ships")
	core := func(label string) string {
		before, _, _ := strings.Cut(strings.ToLower(label), " (")
		return before
	}
	labels := map[string]domain.CompetenceID{}
	for _, k := range s.Content.Competences {
		for _, label := range []string{k.Label.KK, k.Label.RU, k.Label.EN} {
			other, taken := labels[core(label)]
			require.False(t, k.Framework == "kopir" && taken && other != k.ID, "%s and %s are both %s", k.ID, other, label)
			labels[core(label)] = k.ID
		}
	}
}

func TestAddedNamesAreNew(t *testing.T) {
	rows, err := table("catalogue/names.tsv", 4)
	require.NoError(t, err)
	c, err := Catalogue()
	require.NoError(t, err)
	for _, r := range rows {
		k, known := c.Competence(domain.CompetenceID(r[0]))
		require.True(t, known, r[0])
		require.NotEqual(t, domain.FrameworkID("kopir"), k.Framework, "%s has its names beside it", k.ID)
		for i, names := range [][]string{list(r[1]), list(r[2]), list(r[3])} {
			lang := []domain.Language{domain.English, domain.Russian, domain.Kazakh}[i]
			require.NotContains(t, names, k.Label.In(lang), k.ID)
			require.Len(t, slices.Compact(slices.Sorted(slices.Values(names))), len(names), k.ID)
		}
	}
}

func TestTheEditionIsThatOfTheFiles(t *testing.T) {
	a, err := Catalogue()
	require.NoError(t, err)
	b, err := Catalogue()
	require.NoError(t, err)
	require.Equal(t, a.Edition(), b.Edition())
	require.Len(t, a.Edition(), 16)
}

// numbered is which edition has which number. When what ships changes, Number is raised, and both are noted here.
var numbered = struct {
	number  int
	edition string
}{3, "860939a5a384c1ca"}

func TestAnotherEditionHasAnotherNumber(t *testing.T) {
	s, err := Shipped()
	require.NoError(t, err)
	require.Equal(t, numbered.edition, s.Edition, "the catalogue has changed: raise Number, else no program installs it over the one before")
	require.Equal(t, numbered.number, s.Number)
}

// kinMost is how many competences serve one at most, itself included: "computer programming" with all languages below it,
// and what is made with these.
const kinMost = 100

func TestRelationsBetweenFrameworksHoldTogether(t *testing.T) {
	s, err := Shipped()
	require.NoError(t, err)
	c, err := s.Catalogue()
	require.NoError(t, err)
	seen := map[uuid.UUID]bool{}
	for _, l := range s.Content.Links {
		require.Contains(t, []domain.Relation{domain.Exact, domain.Close, domain.Broader}, l.Relation, l.From)
		require.False(t, seen[l.ID()], "%s and %s are related twice", l.From, l.To)
		seen[l.ID()] = true
		from, known := c.Competence(l.From)
		require.True(t, known && from.InUse(), l.From)
		to, known := c.Competence(l.To)
		require.True(t, known && to.InUse(), l.To)
		require.NotEqual(t, from.Framework, to.Framework, "%s and %s: a framework relates its own", l.From, l.To)
		require.Greater(t, len(strings.Fields(l.Reason)), 4, "%s %s", l.From, l.To)
		require.Regexp(t, `^[A-Z].*\.$`, l.Reason)
		require.LessOrEqual(t, len(l.Reason), domain.MaxLinkReason)

		serves, _ := c.Relations().Between(l.To, l.From)
		served, _ := c.Relations().Between(l.From, l.To)
		if l.Relation == domain.Broader {
			require.Equal(t, domain.Narrower, serves, "%s %s: another path says the contrary", l.From, l.To)
			require.Equal(t, domain.Broader, served, "%s %s: another path says the contrary", l.From, l.To)
		} else {
			require.Equal(t, []domain.Relation{l.Relation, l.Relation}, []domain.Relation{serves, served}, "%s %s", l.From, l.To)
		}
	}
	require.GreaterOrEqual(t, len(s.Content.Links), 150)
}

func TestEquivalentsDoNotChainIntoNonsense(t *testing.T) {
	c, err := Catalogue()
	require.NoError(t, err)
	type closure struct {
		of              domain.CompetenceID
		serving, equals int
	}
	var all []closure
	for _, k := range c.Competences() {
		kin := c.Relations().Serving(k.ID)
		x := closure{of: k.ID, serving: len(kin)}
		for _, one := range kin {
			if one.Relation == domain.Exact || one.Relation == domain.Close {
				x.equals++
			}
		}
		require.LessOrEqual(t, x.equals, 3, "%s has too many equivalents: a chain of them says what nobody meant", k.ID)
		require.LessOrEqual(t, x.serving, kinMost, "%s is served by too many", k.ID)
		all = append(all, x)
	}
	slices.SortFunc(all, func(a, b closure) int {
		return cmp.Or(b.serving-a.serving, strings.Compare(string(a.of), string(b.of)))
	})
	for _, x := range all[:10] {
		k, _ := c.Competence(x.of)
		t.Logf("%s (%s) is served by %d, %d of them equivalents", x.of, k.Label.EN, x.serving, x.equals)
	}
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
