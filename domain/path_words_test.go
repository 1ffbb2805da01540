package domain_test

import (
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

// said is what something says in Kazakh, Russian and English.
func said(sentence func(domain.Language) string) [3]string {
	return [3]string{sentence(domain.Kazakh), sentence(domain.Russian), sentence(domain.English)}
}

func label(id domain.CompetenceID) string {
	return map[domain.CompetenceID]string{"esco:js": "JavaScript", "esco:sql": "SQL", "esco:go": "Go", "esco:web": "HTML", "esco:db": "MySQL"}[id]
}

func brings(c domain.CompetenceID, asked domain.Level, relation domain.Relation, by domain.CompetenceID, level domain.Level) domain.Line {
	return domain.Line{
		Requirement: &domain.Requirement{Competence: c, Level: asked, Importance: domain.Must}, Relation: relation,
		By: domain.Outcome{Competence: by, Level: level},
	}
}

func TestAStepSaysWhatItBrings(t *testing.T) {
	next := []*domain.Programme{{ProgrammeTerms: domain.ProgrammeTerms{Title: domain.Text{KK: "Деректер", RU: "Данные", EN: "Data"}}}}
	js, sql := brings("esco:js", 5, domain.Same, "esco:js", 8), brings("esco:sql", 4, domain.Narrower, "esco:db", 3)
	for name, c := range map[string]struct {
		step domain.PathStep
		want [3]string
	}{
		"two competences, one by a narrower one": {
			domain.PathStep{Before: domain.Score{Of: 1000}, After: domain.Score{Points: 668, Of: 1000}, Lines: []domain.Line{js, sql}}, [3]string{
				"Бұл бағдарламадан кейін мақсатты қамту 0 пайыздан 66 пайызға өседі: JavaScript (5-деңгейге дейін), SQL («MySQL» арқылы, 3-деңгей).",
				"С этой программой покрытие цели вырастет с 0 до 66 %: JavaScript (до уровня 5), SQL (через «MySQL», уровень 3).",
				"With this programme coverage of the goal grows from 0% to 66%: JavaScript (to level 5), SQL (through “MySQL”, level 3)."}},
		"many, and a way": {
			domain.PathStep{Before: domain.Score{Points: 10, Of: 1000}, After: domain.Score{Points: 1000, Of: 1000}, Lines: []domain.Line{js, js, js, sql, sql}, Opens: next}, [3]string{
				"Бұл бағдарламадан кейін мақсатты қамту 1 пайыздан 100 пайызға өседі: JavaScript (5-деңгейге дейін), JavaScript (5-деңгейге дейін), JavaScript (5-деңгейге дейін) және тағы 2 құзырет. Әрі қарай жол ашады: «Деректер».",
				"С этой программой покрытие цели вырастет с 1 до 100 %: JavaScript (до уровня 5), JavaScript (до уровня 5), JavaScript (до уровня 5) и ещё 2. Открывает дорогу дальше: «Данные».",
				"With this programme coverage of the goal grows from 1% to 100%: JavaScript (to level 5), JavaScript (to level 5), JavaScript (to level 5) and 2 more. It opens the way further on: “Data”."}},
		"little": {
			domain.PathStep{Before: domain.Score{Points: 500, Of: 1000}, After: domain.Score{Points: 505, Of: 1000}, Lines: []domain.Line{js}}, [3]string{
				"Бұл бағдарламадан кейін мақсатты қамту бір пайызға жетпейтін шамаға өседі: JavaScript (5-деңгейге дейін).",
				"С этой программой покрытие цели вырастет меньше чем на один процент: JavaScript (до уровня 5).",
				"With this programme coverage of the goal grows by less than one percent: JavaScript (to level 5)."}},
		"only a way": {
			domain.PathStep{Before: domain.Score{Of: 1000}, After: domain.Score{Of: 1000}, Opens: next}, [3]string{
				"Бұл бағдарлама мақсатқа тікелей жақындатпайды, бірақ әрі қарай жол ашады: «Деректер».",
				"Сама по себе эта программа к цели не приближает, но открывает дорогу дальше: «Данные».",
				"By itself this programme does not bring the goal nearer, but it opens the way further on: “Data”."}},
	} {
		require.Equal(t, c.want, said(func(l domain.Language) string { return c.step.Sentence(l, label) }), name)
	}
}

func TestAPathSaysWhatItComesTo(t *testing.T) {
	of := func(n int) *int { return &n }
	tenge := func(n int64) *int64 { return &n }
	path := func(points int64, steps int, weeks *int, price *int64) domain.Path {
		return domain.Path{Before: domain.Score{Points: 250, Of: 1000}, After: domain.Score{Points: points, Of: 1000}, Steps: make([]domain.PathStep, steps), Weeks: weeks, Price: price}
	}
	for name, c := range map[string]struct {
		path domain.Path
		want [3]string
	}{
		"held": {path(1000, 0, of(0), tenge(0)), [3]string{
			"Мақсат талап ететіннің бәрі сізде бар.", "У вас уже есть всё, чего требует цель.", "You already hold all that the goal asks for."}},
		"reached": {path(1000, 2, of(24), tenge(1400000)), [3]string{
			"Мақсатқа жетуге болады: 2 қадам, 24 апта, 1\u00a0400\u00a0000 теңге.", "Цель достижима: 2 шага, 24 недели, 1\u00a0400\u00a0000 тенге.",
			"The goal can be reached: 2 steps, 24 weeks, 1,400,000 tenge."}},
		"not quite": {path(999, 1, of(11), tenge(0)), [3]string{
			"Бұл жоспар мақсатқа толық жеткізбейді, бірақ ең жақыны: оның 99 пайызын қамтиды (1 қадам, 11 апта, тегін).",
			"Цель достигается не полностью: ближайший план покрывает 99 % (1 шаг, 11 недель, бесплатно).",
			"The goal is not reached in full: the nearest plan covers 99% of it (1 step, 11 weeks, free of charge)."}},
		"unknown": {path(1000, 5, nil, nil), [3]string{
			"Мақсатқа жетуге болады: 5 қадам, ұзақтығы белгісіз, бағасы белгісіз.", "Цель достижима: 5 шагов, срок неизвестен, цена неизвестна.",
			"The goal can be reached: 5 steps, length unknown, price unknown."}},
		"one week": {path(1000, 1, of(1), tenge(999)), [3]string{
			"Мақсатқа жетуге болады: 1 қадам, 1 апта, 999 теңге.", "Цель достижима: 1 шаг, 1 неделя, 999 тенге.", "The goal can be reached: 1 step, 1 week, 999 tenge."}},
		"none": {path(250, 0, of(0), tenge(0)), [3]string{
			"Бұл шарттармен мақсатқа жақындататын жоспар жоқ; қазір сізде оның 25 пайызы бар.", "При этих условиях ни один план не приближает к цели; сейчас она покрыта на 25 %.",
			"Under these conditions no plan brings the goal nearer; you hold 25% of it now."}},
	} {
		require.Equal(t, c.want, said(c.path.Sentence), name)
	}
}

func TestAnObstacleSaysWhatKeepsARequirementBack(t *testing.T) {
	seen := map[string]bool{}
	for _, reason := range []domain.ObstacleReason{domain.NoProgramme, domain.AgainstConstraints, domain.TooLate, domain.TooLong, domain.TooDear,
		domain.TooManySteps, domain.NoWayIn, domain.NotPreferred, domain.NotLookedAt} {
		for _, s := range said(func(l domain.Language) string {
			return domain.Obstacle{Line: brings("esco:js", 5, "", "", 0), Reason: reason}.Sentence(l, label)
		}) {
			require.Contains(t, s, "JavaScript: ")
			require.False(t, seen[s], s)
			seen[s] = true
		}
	}
}
