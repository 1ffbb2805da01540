package domain

import "fmt"

// agreed is words about one name, or about more than one.
type agreed struct{ one, more words }

func (w agreed) of(n int) words {
	if n == 1 {
		return w.one
	}
	return w.more
}

// numbered is words about a number, which stands where %d is. Kazakh has one form; Russian has one for 1, 21, 31…, one for
// 2 to 4, 22 to 24… and one for the rest; English one for 1 and one for the rest.
type numbered struct {
	kk string
	ru [3]string
	en [2]string
}

// of returns the words with a number that is not negative in them.
func (w numbered) of(lang Language, n int64) string {
	form := w.en[1]
	switch tens := n % 100 / 10; {
	case lang.Base() == Kazakh:
		form = w.kk
	case lang.Base() != Russian && n == 1:
		form = w.en[0]
	case lang.Base() != Russian:
	case n%10 == 1 && tens != 1:
		form = w.ru[0]
	case n%10 >= 2 && n%10 <= 4 && tens != 1:
		form = w.ru[1]
	default:
		form = w.ru[2]
	}
	return fmt.Sprintf(form, n)
}

// shareWords tell how much is met: everything, some percent (%d), or less than one.
type shareWords struct{ all, part, little words }

// askedFor is for requirements, taughtAlike for what another programme teaches.
var (
	askedFor = shareWords{
		all:    words{"Талаптар толық орындалады", "Требования выполнены полностью", "Everything that is asked for is met"},
		part:   words{"Талаптар %d пайызға орындалады", "Требования выполнены на %d %%", "%d %% of what is asked for is met"},
		little: words{"Талаптардың 1 пайызынан азы орындалады", "Требования выполнены меньше чем на 1 %%", "Less than 1 %% of what is asked for is met"},
	}
	taughtAlike = shareWords{
		all:    words{"Бағдарламаның мазмұны толық сәйкес келеді", "Содержание программы совпадает полностью", "All of the content is the same"},
		part:   words{"Бағдарламаның мазмұны %d пайызға сәйкес келеді", "Содержание программы совпадает на %d %%", "%d %% of the content is the same"},
		little: words{"Бағдарлама мазмұнының 1 пайызынан азы сәйкес келеді", "Содержание программы совпадает меньше чем на 1 %%", "Less than 1 %% of the content is the same"},
	}
)

// What is said of musts, within the sentence about the share.
var (
	everyMust = agreed{
		words{", соның ішінде жалғыз міндетті талап", ", включая единственное обязательное", ", including the only must"},
		words{", соның ішінде міндетті талаптардың бәрі", ", включая все обязательные", ", including every must"},
	}
	ofTheMusts = words{"; міндетті талаптардан ", "; из обязательных ", "; of the musts, "}
)

// Clauses about competences; names stand where %s is.
var (
	isMet = agreed{
		words{"%s орындалады", "выполнено %s", "%s is met"},
		words{"%s орындалады", "выполнены %s", "%s are met"},
	}
	isMissing = agreed{
		words{"%s жетіспейді", "не хватает %s", "%s is missing"},
		words{"%s жетіспейді", "не хватает %s", "%s are missing"},
	}
	isLow = agreed{
		words{"%s бойынша деңгей жеткіліксіз", "не хватает уровня в %s", "the level is too low in %s"},
		words{"%s бойынша деңгей жеткіліксіз", "не хватает уровня в %s", "the levels are too low in %s"},
	}
	isPartly = agreed{
		words{"%s ішінара орындалады", "частично выполнено %s", "%s is met in part"},
		words{"%s ішінара орындалады", "частично выполнены %s", "%s are met in part"},
	}
	relatedCounts = agreed{
		words{"%s үшін туыс құзырет есепке алынады", "за %s засчитана родственная компетенция", "a related competence counts for %s"},
		words{"%s үшін туыс құзыреттер есепке алынады", "за %s засчитаны родственные компетенции", "related competences count for %s"},
	}
	stillNeeded = agreed{
		words{"оқуға түсу үшін әлі %s керек", "для поступления ещё требуется %s", "to enter, %s is still needed"},
		words{"оқуға түсу үшін әлі %s керек", "для поступления ещё требуются %s", "to enter, %s are still needed"},
	}
)

// What stands beside a name, and between names.
var (
	quoted    = words{"«%s»", "«%s»", "“%s”"}
	levelOf   = words{"(%[2]d-деңгейдің орнына %[1]d-деңгей)", "(%d из %d)", "(%d of %d)"}
	atLevel   = words{"(%d-деңгей)", "(уровень %d)", "(level %d)"}
	nameAnd   = words{" және ", " и ", " and "}
	clauseAnd = words{", ", ", ", ", and "}
	andMore   = words{" және тағы %d құзырет", " и ещё %d", " and %d more"}
)

// What is said of advice: what is done; the demands, their openings and by how much.
var (
	ifAdded = words{
		"%s құзыреті %d-деңгейде қосылса", "Если добавить %s на уровне %d", "Adding %s at level %d"}
	ifRaised = words{
		"%s құзыреті %d-деңгейден %d-деңгейге көтерілсе", "Если поднять %s с уровня %d до уровня %d", "Raising %s from level %d to level %d"}
	wouldRaise = agreed{
		words{"%s, жұмыс берушілердің %s (%s) %s жақсырақ қамтылады.", "%s, у %s (%s) покрытие вырастет %s.", "%s would raise the coverage of %s (%s) by %s."},
		words{"%s, жұмыс берушілердің %s (%s) орта есеппен %s жақсырақ қамтылады.", "%s, у %s (%s) покрытие вырастет в среднем %s.", "%s would raise the coverage of %s (%s) by %s on average."},
	}
	openDemands = numbered{
		"%d ашық сұранысы",
		[3]string{"%d открытого запроса работодателей", "%d открытых запросов работодателей", "%d открытых запросов работодателей"},
		[2]string{"%d open demand", "%d open demands"},
	}
	openPlaces = numbered{
		"%d орын", [3]string{"%d место", "%d места", "%d мест"}, [2]string{"%d opening", "%d openings"}}
	percentPoints = numbered{
		"%d пайыздық тармаққа",
		[3]string{"на %d процентный пункт", "на %d процентных пункта", "на %d процентных пунктов"},
		[2]string{"%d percentage point", "%d percentage points"},
	}
	lessThanPoint = words{"1 пайыздық тармақтан азға", "меньше чем на 1 процентный пункт", "less than 1 percentage point"}
)
