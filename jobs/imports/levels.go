package imports

import (
	"slices"

	"kopir/domain"
	"kopir/search/words"
)

// graded is a level and how it was set.
type graded struct {
	level  int
	source domain.LevelSource
}

// Levels that rules assume where nothing is said.
var (
	ofAds     = graded{4, domain.Assumed}
	ofCourses = graded{3, domain.Assumed}
)

// grades maps words to the level that they say. Of several the first of the list counts: "advanced introduction" is an
// introduction.
type grades []grade

type grade struct {
	level int
	names []string
	folds [][]string // the words of each name
}

var courseGrades = folded(grades{
	{2, []string{"introduction", "introductory", "intro", "beginner", "beginners", "basic", "basics", "fundamentals", "getting started", "for dummies", "crash course", "from scratch", "101", "введение", "основы", "начинающих", "новичков", "азы", "с нуля", "кіріспе", "негіздері", "бастаушыларға", "beg"}, nil},
	{4, []string{"intermediate", "средний", "орта деңгей"}, nil},
	{6, []string{"advanced", "mastering", "in depth", "deep dive", "продвинутый", "продвинутых", "углубленный", "жоғары деңгей", "тереңдетілген"}, nil},
})

var adGrades = folded(grades{
	{3, []string{"trainee", "intern", "junior", "fresher", "entry level", "стажер", "младший", "тағылымгер", "кіші"}, nil},
	{7, []string{"architect", "principal", "архитектор", "сәулетші"}, nil},
	{6, []string{"senior", "sr", "team lead", "tech lead", "technical lead", "lead developer", "lead engineer", "expert", "старший", "ведущий", "аға", "жетекші"}, nil},
	{5, []string{"middle", "mid level", "опытный"}, nil},
})

func folded(g grades) grades {
	for i := range g {
		for _, name := range g[i].names {
			g[i].folds = append(g[i].folds, foldsOf(name))
		}
	}
	return g
}

// foldsOf returns the words of a text. The Basic of a programming language is no word of level.
func foldsOf(text string) []string {
	var folds []string
	for _, t := range words.Tokens(text) {
		if n := len(folds); t.Fold == "basic" && n > 0 && folds[n-1] == "visual" {
			continue
		}
		folds = append(folds, t.Fold)
	}
	return folds
}

// of returns the level that texts say, or the one that is assumed.
func (g grades) of(assumed graded, texts ...string) graded {
	have := make([][]string, len(texts))
	for i, text := range texts {
		have[i] = foldsOf(text)
	}
	for _, grade := range g {
		for _, text := range have {
			if slices.ContainsFunc(grade.folds, func(name []string) bool { return says(text, name) }) {
				return graded{grade.level, domain.Inferred}
			}
		}
	}
	return assumed
}

// says reports whether a text has the words of a name, as whole words next to each other.
func says(have, want []string) bool {
	for i := 0; i+len(want) <= len(have); i++ {
		if slices.Equal(have[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

// ofOccupation is the level that an occupation's ISCO-08 major group lets assume.
func ofOccupation(isco string) graded {
	switch {
	case isco == "":
		return ofAds
	case isco[0] == '1' || isco[0] == '2':
		return graded{6, domain.Assumed}
	case isco[0] == '3':
		return graded{4, domain.Assumed}
	default:
		return graded{3, domain.Assumed}
	}
}
