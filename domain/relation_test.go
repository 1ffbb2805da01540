package domain_test

import (
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage/oracletest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestHowACompetenceServesAnother(t *testing.T) {
	rel := frameworks(t).Relations()
	for _, c := range []struct {
		name           string
		asked, offered domain.CompetenceID
		want           domain.Relation // "" when it does not
	}{
		{"itself", "esco:a", "esco:a", domain.Same},
		{"an exact equivalent", "esco:a", "ecf:a", domain.Exact},
		{"an exact equivalent, seen from the other side", "ecf:a", "esco:a", domain.Exact},
		{"exact twice is exact", "esco:a", "digcomp:a", domain.Exact},
		{"a close equivalent", "esco:a", "esco:near", domain.Close},
		{"exact and close is close", "ecf:a", "esco:near", domain.Close},
		{"close twice is close: steps are not multiplied", "esco:a", "ecf:near", domain.Close},
		{"a narrower one", "esco:a", "esco:narrow", domain.Narrower},
		{"narrower at any depth, as good as one step", "esco:top", "esco:narrow", domain.Narrower},
		{"a broader one", "esco:a", "esco:broad", domain.Broader},
		{"broader at any depth, as good as one step", "esco:narrow", "esco:top", domain.Broader},
		{"exact and narrower is narrower", "ecf:a", "esco:narrow", domain.Narrower},
		{"close and broader is broader", "esco:near", "esco:broad", domain.Broader},
		{"close before narrower", "esco:broad", "esco:both", domain.Close},
		{"never up and down: no kin of a sibling", "esco:a", "esco:sibling", ""},
		{"never down and up: no kin of a child's other parent", "esco:other", "esco:a", ""},
		{"through the second of two parents", "esco:other", "esco:narrow", domain.Narrower},
		{"without a path", "esco:a", "esco:c", ""},
		{"what nobody knows serves itself", "esco:unknown", "esco:unknown", domain.Same},
		{"and nothing else", "esco:unknown", "esco:a", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := rel.Between(c.asked, c.offered)
			require.Equal(t, c.want, got)
			require.Equal(t, c.want != "", ok)
		})
	}
}

func TestEveryRelationPassesOnItsQuarters(t *testing.T) {
	want := map[domain.Relation]int{
		domain.Same: 4, domain.Exact: 4, domain.Close: 3, domain.Narrower: 3, domain.Broader: 2, domain.Own: 0, "": 0,
	}
	for relation, quarters := range want {
		require.Equal(t, quarters, relation.Quarters(), relation)
	}
}

func TestRelationsAreWhatTheBestPathSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := oracletest.Catalogue("any").Draw(t, "catalogue")
		oracle := oracletest.New(c.Competences(), oracletest.Right)
		for _, asked := range c.Competences() {
			serving := c.Relations().Serving(asked.ID)
			require.Equal(t, domain.Kin{ID: asked.ID, Relation: domain.Same}, serving[0], "itself first")
			require.True(t, slices.IsSortedFunc(serving[1:], func(a, b domain.Kin) int {
				if a.ID < b.ID {
					return -1
				}
				return 1
			}), "then by id")
			var listed []domain.CompetenceID
			for _, k := range serving {
				listed = append(listed, k.ID)
			}
			for _, offered := range c.Competences() {
				got, ok := c.Relations().Between(asked.ID, offered.ID)
				want, wanted := oracle.Between(asked.ID, offered.ID)
				require.Equal(t, want.Label, got)
				require.Equal(t, wanted, ok)
				require.Equal(t, wanted, slices.Contains(listed, offered.ID))
			}
		}
	})
}

// frameworks returns a small catalogue with every kind of relation:
//
//	       top
//	        |
//	      broad ~ both (also below broad)     other
//	      /   \                              /
//	sibling    a = ecf:a = digcomp:a        /
//	           |  \                        /
//	           |   ~ near ~ ecf:near      /
//	         narrow ---------------------
//
// with = for exact and ~ for close; esco:c stands apart.
func frameworks(t *testing.T) *domain.Catalogue {
	c, err := domain.NewCatalogue("test", []domain.Framework{{ID: "esco"}, {ID: "ecf"}, {ID: "digcomp"}}, []domain.Competence{
		{ID: "esco:top", Framework: "esco"},
		{ID: "esco:broad", Framework: "esco", Broader: []domain.CompetenceID{"esco:top"}},
		{ID: "esco:both", Framework: "esco", Broader: []domain.CompetenceID{"esco:broad"}, Close: []domain.CompetenceID{"esco:broad"}},
		{ID: "esco:other", Framework: "esco"},
		{ID: "esco:sibling", Framework: "esco", Broader: []domain.CompetenceID{"esco:broad"}},
		{
			ID: "esco:a", Framework: "esco", Broader: []domain.CompetenceID{"esco:broad"},
			Exact: []domain.CompetenceID{"ecf:a"}, Close: []domain.CompetenceID{"esco:near"},
		},
		{ID: "esco:narrow", Framework: "esco", Broader: []domain.CompetenceID{"esco:a", "esco:other"}},
		{ID: "esco:near", Framework: "esco"},
		{ID: "esco:c", Framework: "esco"},
		{ID: "ecf:a", Framework: "ecf", Exact: []domain.CompetenceID{"digcomp:a"}},
		{ID: "ecf:near", Framework: "ecf", Close: []domain.CompetenceID{"esco:near"}},
		{ID: "digcomp:a", Framework: "digcomp"},
	})
	require.NoError(t, err)
	return c
}
