package domain

import (
	"fmt"
	"strconv"
	"strings"
)

// namedInSentence is how many competences a sentence names before it counts the rest.
const namedInSentence = 3

var pathWords = struct {
	grows, inches, opensOnly, opensToo words // of a step
	level, via, more, thing            words // of what stands in it
	held, reached, nearest, none       words // of a path
	tenge, noWeeks, noPrice, free      words // of its amounts
}{
	grows: words{
		"Бұл бағдарламадан кейін мақсатты қамту %d пайыздан %d пайызға өседі: %s.",
		"С этой программой покрытие цели вырастет с %d до %d %%: %s.",
		"With this programme coverage of the goal grows from %d%% to %d%%: %s."},
	inches: words{
		"Бұл бағдарламадан кейін мақсатты қамту бір пайызға жетпейтін шамаға өседі: %s.",
		"С этой программой покрытие цели вырастет меньше чем на один процент: %s.",
		"With this programme coverage of the goal grows by less than one percent: %s."},
	opensOnly: words{
		"Бұл бағдарлама мақсатқа тікелей жақындатпайды, бірақ әрі қарай жол ашады: %s.",
		"Сама по себе эта программа к цели не приближает, но открывает дорогу дальше: %s.",
		"By itself this programme does not bring the goal nearer, but it opens the way further on: %s."},
	opensToo: words{
		" Әрі қарай жол ашады: %s.", " Открывает дорогу дальше: %s.", " It opens the way further on: %s."},

	level: words{"%s (%d-деңгейге дейін)", "%s (до уровня %d)", "%s (to level %d)"},
	via:   words{"%s («%s» арқылы, %d-деңгей)", "%s (через «%s», уровень %d)", "%s (through “%s”, level %d)"},
	more:  words{" және тағы %d құзырет", " и ещё %d", " and %d more"},
	thing: words{"«%s»", "«%s»", "“%s”"},

	held: words{
		"Мақсат талап ететіннің бәрі сізде бар.", "У вас уже есть всё, чего требует цель.", "You already hold all that the goal asks for."},
	reached: words{
		"Мақсатқа жетуге болады: %s.", "Цель достижима: %s.", "The goal can be reached: %s."},
	nearest: words{
		"Бұл жоспар мақсатқа толық жеткізбейді, бірақ ең жақыны: оның %d пайызын қамтиды (%s).",
		"Цель достигается не полностью: ближайший план покрывает %d %% (%s).",
		"The goal is not reached in full: the nearest plan covers %d%% of it (%s)."},
	none: words{
		"Бұл шарттармен мақсатқа жақындататын жоспар жоқ; қазір сізде оның %d пайызы бар.",
		"При этих условиях ни один план не приближает к цели; сейчас она покрыта на %d %%.",
		"Under these conditions no plan brings the goal nearer; you hold %d%% of it now."},

	tenge:   words{"%s теңге", "%s тенге", "%s tenge"},
	noWeeks: words{"ұзақтығы белгісіз", "срок неизвестен", "length unknown"},
	noPrice: words{"бағасы белгісіз", "цена неизвестна", "price unknown"},
	free:    words{"тегін", "бесплатно", "free of charge"},
}

var obstacleWords = map[ObstacleReason]words{
	NoProgramme: {
		"%s: жарияланған бағдарламалардың ешқайсысы бұдан артық бермейді.",
		"%s: ни одна опубликованная программа не даёт больше.",
		"%s: no published programme gives more."},
	AgainstConstraints: {
		"%s: қойылған шарттарға сай бағдарламалардың ешқайсысы бұдан артық бермейді.",
		"%s: ни одна программа, подходящая под условия, не даёт больше.",
		"%s: no programme that satisfies the constraints gives more."},
	TooLate: {
		"%s: қажет уақытта басталатын лайықты бағдарлама жоқ.",
		"%s: нет подходящей программы, которая начинается вовремя.",
		"%s: no programme that gives more starts in time."},
	TooLong: {
		"%s: бұған апта саны жетпейді.", "%s: на это не хватает недель.", "%s: there are not enough weeks for it."},
	TooDear: {
		"%s: бұған бюджет жетпейді.", "%s: на это не хватает денег.", "%s: there is not enough money for it."},
	TooManySteps: {
		"%s: бұған қадам саны жетпейді.", "%s: на это не хватает шагов.", "%s: there are not enough steps for it."},
	NoWayIn: {
		"%s: лайықты бағдарламаларға түсуге қажет деңгейлер жетіспейді.",
		"%s: для поступления на подходящие программы не хватает уровней.",
		"%s: the levels that it takes to enter the programmes for it are missing."},
	NotPreferred: {
		"%s: таңдалған басымдық үшін жоспарға кірмеді.",
		"%s: не вошло в план ради выбранного предпочтения.",
		"%s: left out for the sake of what was preferred."},
	NotLookedAt: {
		"%s: іздеу шектеулі болды, бұдан жақсы жоспар болуы мүмкін.",
		"%s: поиск был ограничен, возможен план лучше.",
		"%s: the search was bounded, there may be a better plan."},
}

// Sentence says in a language what the step brings. label names a competence.
func (s PathStep) Sentence(lang Language, label func(CompetenceID) string) string {
	say := func(w words, args ...any) string { return fmt.Sprintf(w.exactly(lang), args...) }
	var titles []string
	for _, p := range s.Opens {
		titles = append(titles, say(pathWords.thing, p.Title.In(lang)))
	}
	opens := strings.Join(titles, ", ")
	if len(s.Lines) == 0 {
		return say(pathWords.opensOnly, opens)
	}
	var named []string
	for _, l := range s.Lines[:min(len(s.Lines), namedInSentence)] {
		level := min(l.By.Level, l.Requirement.Level)
		if l.Relation == Same || l.Relation == Exact {
			named = append(named, say(pathWords.level, label(l.Requirement.Competence), level))
		} else {
			named = append(named, say(pathWords.via, label(l.Requirement.Competence), label(l.By.Competence), l.By.Level))
		}
	}
	brings := strings.Join(named, ", ")
	if rest := len(s.Lines) - len(named); rest > 0 {
		brings += say(pathWords.more, rest)
	}
	out := say(pathWords.inches, brings)
	if before, after := s.Before.percent(), s.After.percent(); before < after {
		out = say(pathWords.grows, before, after, brings)
	}
	if opens != "" {
		out += say(pathWords.opensToo, opens)
	}
	return out
}

// Sentence says in a language what keeps the requirement back. label names a competence.
func (o Obstacle) Sentence(lang Language, label func(CompetenceID) string) string {
	return fmt.Sprintf(obstacleWords[o.Reason].exactly(lang), label(o.Line.Requirement.Competence))
}

// Sentence says in a language what the path comes to.
func (p *Path) Sentence(lang Language) string {
	say := func(w words, args ...any) string { return fmt.Sprintf(w.exactly(lang), args...) }
	switch {
	case p.Reached() && len(p.Steps) == 0:
		return say(pathWords.held)
	case p.Reached():
		return say(pathWords.reached, p.amounts(lang))
	case len(p.Steps) > 0:
		return say(pathWords.nearest, p.After.percent(), p.amounts(lang))
	default:
		return say(pathWords.none, p.Before.percent())
	}
}

// amounts says how many steps and weeks a path has, and what it costs.
func (p *Path) amounts(lang Language) string {
	list := []string{counted(lang, len(p.Steps), "%d қадам", [3]string{"%d шаг", "%d шага", "%d шагов"}, [2]string{"%d step", "%d steps"})}
	if p.Weeks == nil {
		list = append(list, pathWords.noWeeks.exactly(lang))
	} else {
		list = append(list, counted(lang, *p.Weeks, "%d апта", [3]string{"%d неделя", "%d недели", "%d недель"}, [2]string{"%d week", "%d weeks"}))
	}
	switch {
	case p.Price == nil:
		list = append(list, pathWords.noPrice.exactly(lang))
	case *p.Price == 0:
		list = append(list, pathWords.free.exactly(lang))
	default:
		list = append(list, fmt.Sprintf(pathWords.tenge.exactly(lang), grouped(lang, *p.Price)))
	}
	return strings.Join(list, ", ")
}

// counted says how many of a thing there are: Kazakh has one form after a number, Russian three, English two.
func counted(lang Language, n int, kk string, ru [3]string, en [2]string) string {
	form := kk
	switch lang.Base() {
	case Kazakh:
	case Russian:
		switch {
		case n%10 == 1 && n%100 != 11:
			form = ru[0]
		case n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14):
			form = ru[1]
		default:
			form = ru[2]
		}
	default:
		form = en[1]
		if n == 1 {
			form = en[0]
		}
	}
	return fmt.Sprintf(form, n)
}

// grouped writes a number with its thousands apart: by a space that does not break, or an English comma.
func grouped(lang Language, n int64) string {
	between := "\u00a0"
	if lang.Base() != Kazakh && lang.Base() != Russian {
		between = ","
	}
	digits := strconv.FormatInt(n, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(between)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// percent is the coverage in whole percent, rounded down.
func (s Score) percent() int64 { return s.Points * 100 / max(s.Of, 1) }
