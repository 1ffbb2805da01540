package domain_test

import (
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// asking is a demand for competences, each at a level and with an importance.
func asking(requirements ...domain.Requirement) *domain.Demand {
	return &domain.Demand{DemandTerms: domain.DemandTerms{Requirements: requirements}}
}

func requires(c domain.CompetenceID, l domain.Level, i domain.Importance) domain.Requirement {
	return domain.Requirement{Competence: c, Level: l, Source: domain.Declared, Importance: i}
}

func assumed(c domain.CompetenceID, l domain.Level, i domain.Importance) domain.Requirement {
	return domain.Requirement{Competence: c, Level: l, Source: domain.Assumed, Importance: i}
}

func TestAnOccupationAsksWhatAFifthOfItsDemandsAsk(t *testing.T) {
	demands := []*domain.Demand{
		asking(requires("esco:go", 3, domain.Must), requires("esco:sql", 2, domain.Must), requires("esco:nice", 8, domain.Nice)),
		asking(requires("esco:go", 6, domain.Must), requires("esco:sql", 4, domain.Should), requires("esco:nice", 8, domain.Nice)),
		asking(requires("esco:go", 5, domain.Must), requires("esco:sql", 5, domain.Nice), requires("esco:nice", 8, domain.Nice)),
		asking(requires("esco:go", 4, domain.Should), requires("esco:a", 1, domain.Must)),
		asking(requires("esco:go", 8, domain.Nice), requires("esco:sql", 6, domain.Should), requires("esco:b", 1, domain.Should)),
	}
	require.Equal(t, []domain.Requirement{
		assumed("esco:go", 5, domain.Must),    // three of five ask it as a must; 3 4 5 6 8
		assumed("esco:sql", 4, domain.Should), // one as a must, three at least as a should; 2 4 5 6, the lower one of two
		assumed("esco:nice", 8, domain.Nice),  // three ask it, all as nice
		assumed("esco:a", 1, domain.Nice),     // one of five is a fifth
		assumed("esco:b", 1, domain.Nice),
	}, domain.AskedByMany(demands))
	require.Equal(t, []domain.Requirement{
		assumed("esco:go", 5, domain.Must), assumed("esco:sql", 4, domain.Should), assumed("esco:nice", 8, domain.Nice),
	}, domain.AskedByMany(append(demands, asking(requires("esco:go", 5, domain.Must)))), "one of six is less than a fifth")
	require.Empty(t, domain.AskedByMany(nil))
}

func TestAnOccupationIsReadFromWhatWasMadeOfItself(t *testing.T) {
	uri := "http://data.europa.eu/esco/occupation/c40a2919-48a9-40ea-b506-1f34f693496d"
	own, other, plain := asking(), asking(), asking()
	own.Source, other.Source = &domain.Source{Name: "esco", Reference: uri}, &domain.Source{Name: "esco", Reference: uri + "-other"}
	all := []*domain.Demand{other, own, plain}
	for name, c := range map[string]struct {
		uri   string
		of    []*domain.Demand
		want  []*domain.Demand
		basis domain.GoalBasis
	}{
		"made of it":            {uri, all, []*domain.Demand{own}, domain.GoalOfOccupation},
		"nothing is made of it": {uri, []*domain.Demand{other, plain}, []*domain.Demand{other, plain}, domain.GoalOfGroup},
		"a group is all of it":  {"", all, all, domain.GoalOfGroup},
	} {
		got, basis := domain.OfOccupation(&domain.NamedOccupation{URI: c.uri, Code: "2513"}, c.of)
		require.Equal(t, c.want, got, name)
		require.Equal(t, c.basis, basis, name)
	}
}

func TestWhatOneDemandAsksIsAskedAsItIs(t *testing.T) {
	require.Equal(t, []domain.Requirement{
		assumed("esco:a", 3, domain.Must), assumed("esco:c", 4, domain.Should), assumed("esco:b", 2, domain.Nice),
	}, domain.AskedByMany([]*domain.Demand{asking(requires("esco:b", 2, domain.Nice), requires("esco:c", 4, domain.Should), requires("esco:a", 3, domain.Must))}))
}

// A must at level 4 makes 13,440 points: 3,360 a level.
func TestWhatIsMissingIsToldLevelByLevel(t *testing.T) {
	rel := frameworks(t).Relations()
	lacks := func(own ...domain.Outcome) []domain.LevelStep {
		return domain.Explain(rel, []domain.Requirement{requires("esco:a", 4, domain.Must)}, nil, own).Lines[0].Missing()
	}
	require.Equal(t, []domain.LevelStep{{Level: 1, Points: 3360}, {Level: 2, Points: 3360}, {Level: 3, Points: 3360}, {Level: 4, Points: 3360}}, lacks())
	require.Equal(t, []domain.LevelStep{{Level: 4, Points: 3360}}, lacks(outcomes("esco:a", 3)...))
	require.Equal(t, []domain.LevelStep{{Level: 4, Points: 3360}}, lacks(outcomes("esco:narrow", 8)...), "three quarters are three of four levels")
	require.Equal(t, []domain.LevelStep{{Level: 3, Points: 2520}, {Level: 4, Points: 3360}}, lacks(outcomes("esco:narrow", 3)...), "of 10,080, 7,560 are held")
	require.Empty(t, lacks(outcomes("esco:a", 5)...))
}
