package imports

import (
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

func TestTheLevelOfACourseIsWhatItsWordsSay(t *testing.T) {
	for text, want := range map[string]graded{
		"Introduction to Go":       {2, domain.Inferred},
		"Python 101":               {2, domain.Inferred},
		"Getting Started with SQL": {2, domain.Inferred},
		"Основы Python":            {2, domain.Inferred},
		"SQL для начинающих":       {2, domain.Inferred},
		"Python с нуля":            {2, domain.Inferred},
		"Бағдарламалау негіздері":  {2, domain.Inferred},
		"Intermediate Java":        {4, domain.Inferred},
		"Средний уровень":          {4, domain.Inferred},
		"Орта деңгей":              {4, domain.Inferred},
		"Advanced Java":            {6, domain.Inferred},
		"Продвинутый Git":          {6, domain.Inferred},
		"Жоғары деңгей":            {6, domain.Inferred},
		"ADVANCED introduction":    {2, domain.Inferred}, // of several the first of the list
		"beginner intermediate":    {2, domain.Inferred},
		"Java":                     {3, domain.Assumed},
		"":                         {3, domain.Assumed},
		"The basicsnot":            {3, domain.Assumed}, // whole words only
		"started getting":          {3, domain.Assumed}, // next to each other, in order
		"Visual Basic":             {3, domain.Assumed}, // a language, no level
		"Visual Basic basics":      {2, domain.Inferred},
	} {
		require.Equal(t, want, courseGrades.of(ofCourses, text), text)
	}
	require.Equal(t, graded{6, domain.Inferred}, courseGrades.of(ofCourses, "Java", "advanced"), "any of several texts")
}

func TestTheLevelOfAnAdIsWhatItsWordsSay(t *testing.T) {
	for text, want := range map[string]graded{
		"Trainee": {3, domain.Inferred}, "junior developer": {3, domain.Inferred}, "Стажёр": {3, domain.Inferred}, "тағылымгер": {3, domain.Inferred},
		"Middle Developer": {5, domain.Inferred}, "Senior": {6, domain.Inferred}, "Team Lead": {6, domain.Inferred}, "ведущий инженер": {6, domain.Inferred},
		"Аға инженер": {6, domain.Inferred}, "Solution Architect": {7, domain.Inferred}, "Senior Architect": {7, domain.Inferred},
		"Architecture": {4, domain.Assumed}, "Lead generation": {4, domain.Assumed}, "Developer": {4, domain.Assumed}, "Internet": {4, domain.Assumed},
	} {
		require.Equal(t, want, adGrades.of(ofAds, text), text)
	}
}

func TestTheLevelOfAnOccupationFollowsItsISCOGroup(t *testing.T) {
	for isco, want := range map[string]int{"1330": 6, "2512": 6, "3513": 4, "4132": 3, "7422": 3, "0110": 3, "": 4} {
		require.Equal(t, graded{want, domain.Assumed}, ofOccupation(isco), isco)
	}
}

func TestEveryGradeIsALevelAndNoWordSaysTwo(t *testing.T) {
	for _, list := range []grades{courseGrades, adGrades} {
		said := map[string]int{}
		for _, g := range list {
			_, err := domain.ParseLevel(g.level)
			require.NoError(t, err)
			for _, name := range g.names {
				require.NotContains(t, said, name)
				said[name] = g.level
				require.Equal(t, graded{g.level, domain.Inferred}, list.of(graded{}, name), name)
			}
		}
	}
}

func TestWeeksAndHoursAreTheUpperEndOfWhatIsSaid(t *testing.T) {
	for s, want := range map[string]int{
		"10-12 weeks": 12, "14 weeks": 14, "1 week": 1, "4–12 weeks": 12, "4 - 12 weeks": 12, "6 months": 26, "1 month": 5, "2-3 months": 13, "12 months": 52,
		"-": 0, "": 0, "weeks": 0, "10 days": 0, "99999999999999999999 weeks": 0, "2 weeks or 6 months": 2,
	} {
		require.Equal(t, want, weeksIn(s), s)
	}
	for s, want := range map[string]int{"6-10 hours/week": 10, "4–12 hours/week": 12, "10 hours/week": 10, "1 hour/week": 1, "-": 0, "10 hours": 0} {
		require.Equal(t, want, hoursIn(s), s)
	}
}
