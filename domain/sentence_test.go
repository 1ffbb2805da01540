package domain_test

import (
	"math/big"
	"strings"
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// workshop has competences with names as people know them.
func workshop(t *testing.T) *domain.Catalogue {
	var list []domain.Competence
	add := func(id domain.CompetenceID, kk, ru, en string, relate func(*domain.Competence)) {
		k := domain.Competence{ID: id, Framework: "house", Label: domain.Text{KK: kk, RU: ru, EN: en}}
		if relate != nil {
			relate(&k)
		}
		list = append(list, k)
	}
	add("house:sql", "SQL", "SQL", "SQL", func(k *domain.Competence) { k.Broader = []domain.CompetenceID{"house:data"} })
	add("house:data", "Дерекқорлар", "Базы данных", "Databases", nil)
	add("house:structured", "Құрылымдалған сұраулар", "Структурированные запросы", "Structured queries",
		func(k *domain.Competence) { k.Exact = []domain.CompetenceID{"house:sql"} })
	add("house:git", "Git", "Git", "Git", nil)
	add("house:linux", "Linux", "Linux", "Linux", nil)
	add("house:maths", "Математика", "Математика", "Mathematics", nil)
	add("house:nets", "Желілер", "Сети", "Networks", nil)
	c, err := domain.NewCatalogue("workshop", []domain.Framework{{ID: "house"}}, list)
	require.NoError(t, err)
	return c
}

func asks(importance domain.Importance, idsAndLevels ...any) []domain.Requirement {
	var list []domain.Requirement
	for _, o := range outcomes(idsAndLevels...) {
		list = append(list, domain.Requirement{Competence: o.Competence, Level: o.Level, Importance: importance})
	}
	return list
}

func TestAMatchIsToldInSentences(t *testing.T) {
	c := workshop(t)
	for _, x := range []struct {
		name         string
		requirements []domain.Requirement
		offered      []domain.Outcome
		entry        *domain.Entry
		kk, ru, en   string
	}{
		{
			"everything", asks(domain.Must, "house:sql", 4), outcomes("house:sql", 5), nil,
			"Талаптар толық орындалады.",
			"Требования выполнены полностью.",
			"Everything that is asked for is met.",
		},
		{
			"everything, by an equivalent", asks(domain.Must, "house:sql", 4), outcomes("house:structured", 4), &domain.Entry{Open: true},
			"Талаптар толық орындалады. «SQL» («Құрылымдалған сұраулар») үшін туыс құзырет есепке алынады.",
			"Требования выполнены полностью. За «SQL» («Структурированные запросы») засчитана родственная компетенция.",
			"Everything that is asked for is met. A related competence counts for “SQL” (“Structured queries”).",
		},
		{
			"the only must, and not the rest",
			append(asks(domain.Must, "house:sql", 4), asks(domain.Nice, "house:git", 2)...), outcomes("house:sql", 4), nil,
			"Талаптар 80 пайызға орындалады, соның ішінде жалғыз міндетті талап; «Git» жетіспейді.",
			"Требования выполнены на 80 %, включая единственное обязательное; не хватает «Git».",
			"80 % of what is asked for is met, including the only must; “Git” is missing.",
		},
		{
			"every must, and not the rest",
			append(asks(domain.Must, "house:sql", 4, "house:git", 2), asks(domain.Should, "house:linux", 4, "house:nets", 3)...),
			outcomes("house:sql", 4, "house:git", 2, "house:linux", 2), nil,
			"Талаптар 75 пайызға орындалады, соның ішінде міндетті талаптардың бәрі; «Желілер» жетіспейді, «Linux» (4-деңгейдің орнына 2-деңгей) бойынша деңгей жеткіліксіз.",
			"Требования выполнены на 75 %, включая все обязательные; не хватает «Сети», не хватает уровня в «Linux» (2 из 4).",
			"75 % of what is asked for is met, including every must; “Networks” is missing, and the level is too low in “Linux” (2 of 4).",
		},
		{
			"some musts", asks(domain.Must, "house:sql", 4, "house:git", 2, "house:linux", 5, "house:nets", 5, "house:maths", 3),
			outcomes("house:data", 4, "house:git", 2, "house:linux", 3, "house:nets", 4), nil,
			"Талаптар 58 пайызға орындалады; міндетті талаптардан «Git» орындалады, «Математика» жетіспейді, «Linux» (5-деңгейдің орнына 3-деңгей) және «Желілер» (5-деңгейдің орнына 4-деңгей) бойынша деңгей жеткіліксіз, «SQL» ішінара орындалады. «SQL» («Дерекқорлар») үшін туыс құзырет есепке алынады.",
			"Требования выполнены на 58 %; из обязательных выполнено «Git», не хватает «Математика», не хватает уровня в «Linux» (3 из 5) и «Сети» (4 из 5), частично выполнено «SQL». За «SQL» («Базы данных») засчитана родственная компетенция.",
			"58 % of what is asked for is met; of the musts, “Git” is met, “Mathematics” is missing, the levels are too low in “Linux” (3 of 5) and “Networks” (4 of 5), and “SQL” is met in part. A related competence counts for “SQL” (“Databases”).",
		},
		{
			"musts, two of them met", asks(domain.Must, "house:sql", 4, "house:git", 2, "house:linux", 5), outcomes("house:sql", 4, "house:git", 2), nil,
			"Талаптар 66 пайызға орындалады; міндетті талаптардан «SQL» және «Git» орындалады, «Linux» жетіспейді.",
			"Требования выполнены на 66 %; из обязательных выполнены «SQL» и «Git», не хватает «Linux».",
			"66 % of what is asked for is met; of the musts, “SQL” and “Git” are met, and “Linux” is missing.",
		},
		{
			"more than three are only counted",
			append(asks(domain.Must, "house:sql", 1, "house:git", 1, "house:linux", 1, "house:nets", 1, "house:maths", 1), asks(domain.Nice, "house:data", 1)...),
			outcomes("house:data", 1), nil,
			"Талаптар 14 пайызға орындалады; міндетті талаптардан «Git», «Linux», «Желілер» және тағы 1 құзырет жетіспейді, «SQL» ішінара орындалады. «SQL» («Дерекқорлар») үшін туыс құзырет есепке алынады.",
			"Требования выполнены на 14 %; из обязательных не хватает «Git», «Linux», «Сети» и ещё 1, частично выполнено «SQL». За «SQL» («Базы данных») засчитана родственная компетенция.",
			"14 % of what is asked for is met; of the musts, “Git”, “Linux”, “Networks” and 1 more are missing, and “SQL” is met in part. A related competence counts for “SQL” (“Databases”).",
		},
		{
			"no musts, and one prerequisite is missing", asks(domain.Should, "house:git", 2, "house:nets", 2), outcomes("house:git", 2),
			&domain.Entry{Missing: outcomes("house:maths", 3)},
			"Талаптар 50 пайызға орындалады; «Желілер» жетіспейді. Оқуға түсу үшін әлі «Математика» (3-деңгей) керек.",
			"Требования выполнены на 50 %; не хватает «Сети». Для поступления ещё требуется «Математика» (уровень 3).",
			"50 % of what is asked for is met; “Networks” is missing. To enter, “Mathematics” (level 3) is still needed.",
		},
		{
			"kin and prerequisites share a sentence", asks(domain.Must, "house:sql", 4, "house:data", 4), outcomes("house:structured", 4),
			&domain.Entry{Missing: outcomes("house:maths", 3, "house:linux", 2)},
			"Талаптар 87 пайызға орындалады; міндетті талаптардан «SQL» орындалады, «Дерекқорлар» ішінара орындалады. «SQL» («Құрылымдалған сұраулар») және «Дерекқорлар» («Құрылымдалған сұраулар») үшін туыс құзыреттер есепке алынады; оқуға түсу үшін әлі «Математика» (3-деңгей) және «Linux» (2-деңгей) керек.",
			"Требования выполнены на 87 %; из обязательных выполнено «SQL», частично выполнено «Базы данных». За «SQL» («Структурированные запросы») и «Базы данных» («Структурированные запросы») засчитаны родственные компетенции; для поступления ещё требуются «Математика» (уровень 3) и «Linux» (уровень 2).",
			"87 % of what is asked for is met; of the musts, “SQL” is met, and “Databases” is met in part. Related competences count for “SQL” (“Structured queries”) and “Databases” (“Structured queries”); to enter, “Mathematics” (level 3) and “Linux” (level 2) are still needed.",
		},
		{
			"what the catalogue does not have goes by its id", asks(domain.Must, "house:sql", 1, "house:gone", 2), outcomes("house:sql", 1), nil,
			"Талаптар 50 пайызға орындалады; міндетті талаптардан «SQL» орындалады, «house:gone» жетіспейді.",
			"Требования выполнены на 50 %; из обязательных выполнено «SQL», не хватает «house:gone».",
			"50 % of what is asked for is met; of the musts, “SQL” is met, and “house:gone” is missing.",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			e := domain.Explain(c.Relations(), x.requirements, x.offered, nil)
			for lang, want := range map[domain.Language]string{domain.Kazakh: x.kk, domain.Russian: x.ru, domain.English: x.en} {
				require.Equal(t, want, domain.Teller{Catalogue: c, Language: lang}.Programme(domain.ProgrammeMatch{Explanation: e, Entry: x.entry}))
			}
		})
	}
}

func TestLessThanAPercentIsNotToldAsNothing(t *testing.T) {
	c := workshop(t)
	requirements := asks(domain.Nice, "house:git", 8)
	for range 40 {
		requirements = append(requirements, asks(domain.Should, "house:maths", 1)...)
	}
	e := domain.Explain(c.Relations(), requirements, outcomes("house:git", 1), nil)
	require.Contains(t, domain.Teller{Catalogue: c, Language: domain.Kazakh}.Demand(domain.DemandMatch{Explanation: e}), "Талаптардың 1 пайызынан азы орындалады; ")
	require.Contains(t, domain.Teller{Catalogue: c, Language: domain.Russian}.Demand(domain.DemandMatch{Explanation: e}), "Требования выполнены меньше чем на 1 %; ")
	require.Contains(t, domain.Teller{Catalogue: c, Language: domain.English}.Demand(domain.DemandMatch{Explanation: e}), "Less than 1 % of what is asked for is met; ")
}

func TestWhatIsTaughtAlikeIsToldAsContent(t *testing.T) {
	c := workshop(t)
	e := domain.Explain(c.Relations(), asks(domain.Should, "house:git", 2, "house:nets", 2), outcomes("house:git", 2), nil)
	for lang, want := range map[domain.Language]string{
		domain.Kazakh:  "Бағдарламаның мазмұны 50 пайызға сәйкес келеді; «Желілер» жетіспейді.",
		domain.Russian: "Содержание программы совпадает на 50 %; не хватает «Сети».",
		domain.English: "50 % of the content is the same; “Networks” is missing.",
	} {
		require.Equal(t, want, domain.Teller{Catalogue: c, Language: lang}.Programme(domain.ProgrammeMatch{Explanation: e, Alike: true}))
	}
}

func TestASentenceStaysShortHoweverMuchIsAsked(t *testing.T) {
	c := workshop(t)
	var requirements []domain.Requirement
	for range domain.MaxRequirements {
		requirements = append(requirements, asks(domain.Must, "house:maths", 8)...)
	}
	e := domain.Explain(c.Relations(), requirements, outcomes("house:maths", 1), nil)
	for _, lang := range domain.Spoken() {
		told := domain.Teller{Catalogue: c, Language: lang}.Programme(domain.ProgrammeMatch{
			Explanation: e, Entry: &domain.Entry{Missing: outcomes("house:git", 1, "house:git", 1, "house:git", 1, "house:git", 1)},
		})
		require.LessOrEqual(t, strings.Count(told, "Матем")+strings.Count(told, "Mathem"), 3)
		require.Equal(t, 3, strings.Count(told, "Git"))
		require.Contains(t, told, "197")
		require.NotContains(t, told, "%!")
	}
}

func TestAdviceIsToldInASentence(t *testing.T) {
	for _, x := range []struct {
		name       string
		from       domain.Level
		gain       *big.Rat
		demands    int
		openings   int64
		kk, ru, en string
	}{
		{
			"one demand", 0, big.NewRat(1, 100), 1, 1,
			"«SQL» құзыреті 5-деңгейде қосылса, жұмыс берушілердің 1 ашық сұранысы (1 орын) 1 пайыздық тармаққа жақсырақ қамтылады.",
			"Если добавить «SQL» на уровне 5, у 1 открытого запроса работодателей (1 место) покрытие вырастет на 1 процентный пункт.",
			"Adding “SQL” at level 5 would raise the coverage of 1 open demand (1 opening) by 1 percentage point.",
		},
		{
			"several, on the average of the openings", 0, big.NewRat(3, 4), 2, 3,
			"«SQL» құзыреті 5-деңгейде қосылса, жұмыс берушілердің 2 ашық сұранысы (3 орын) орта есеппен 25 пайыздық тармаққа жақсырақ қамтылады.",
			"Если добавить «SQL» на уровне 5, у 2 открытых запросов работодателей (3 места) покрытие вырастет в среднем на 25 процентных пунктов.",
			"Adding “SQL” at level 5 would raise the coverage of 2 open demands (3 openings) by 25 percentage points on average.",
		},
		{
			"raised", 3, big.NewRat(12, 1), 21, 111,
			"«SQL» құзыреті 3-деңгейден 5-деңгейге көтерілсе, жұмыс берушілердің 21 ашық сұранысы (111 орын) орта есеппен 10 пайыздық тармаққа жақсырақ қамтылады.",
			"Если поднять «SQL» с уровня 3 до уровня 5, у 21 открытого запроса работодателей (111 мест) покрытие вырастет в среднем на 10 процентных пунктов.",
			"Raising “SQL” from level 3 to level 5 would raise the coverage of 21 open demands (111 openings) by 10 percentage points on average.",
		},
		{
			"hardly", 0, big.NewRat(1, 7), 12, 22,
			"«SQL» құзыреті 5-деңгейде қосылса, жұмыс берушілердің 12 ашық сұранысы (22 орын) орта есеппен 1 пайыздық тармақтан азға жақсырақ қамтылады.",
			"Если добавить «SQL» на уровне 5, у 12 открытых запросов работодателей (22 места) покрытие вырастет в среднем меньше чем на 1 процентный пункт.",
			"Adding “SQL” at level 5 would raise the coverage of 12 open demands (22 openings) by less than 1 percentage point on average.",
		},
	} {
		t.Run(x.name, func(t *testing.T) {
			a := domain.Advised{Demands: x.demands, Openings: x.openings}
			a.AdviceRank = domain.AdviceRank{Competence: "house:sql", From: x.from, Level: 5, Gain: x.gain}
			for lang, want := range map[domain.Language]string{domain.Kazakh: x.kk, domain.Russian: x.ru, domain.English: x.en} {
				require.Equal(t, want, domain.Teller{Catalogue: workshop(t), Language: lang}.Advice(a))
			}
		})
	}
}
