package domain

import (
	"fmt"
	"strings"
)

// Sentence says how the people in a role stand to a requirement, and what the plan makes of it. Role and competence are
// their names for the reader.
func (g TeamGap) Sentence(lang Language, role, competence string) string {
	say := teamWords.gap
	parts := []string{fmt.Sprintf(say.stands.exactly(lang), role, competence, g.Requirement.Level, g.Met, g.Short())}
	if g.Short() == 0 {
		return parts[0]
	}
	var levels []string
	for _, s := range g.Shortfalls {
		levels = append(levels, fmt.Sprintf(say.level.exactly(lang), s.Levels, s.People))
	}
	parts = append(parts, fmt.Sprintf(say.levels.exactly(lang), strings.Join(levels, ", ")))
	for _, o := range g.Open {
		parts = append(parts, fmt.Sprintf(say.open.exactly(lang), o.People, openWords[o.Reason].exactly(lang)))
	}
	if len(g.Open) == 0 {
		parts = append(parts, say.closed.exactly(lang))
	}
	return strings.Join(parts, " ")
}

// Sentence says what a plan comes to, and what of it is not known.
func (p *TeamPlan) Sentence(lang Language) string {
	say := teamWords.plan
	gap, closed := p.gapAndClosed()
	switch {
	case gap == 0:
		return say.nothing.exactly(lang)
	case len(p.Courses) == 0:
		return say.none.exactly(lang)
	}
	parts := []string{say.closed.exactly(lang)}
	if closed < gap {
		parts[0] = fmt.Sprintf(say.partly.exactly(lang), closed*100/gap)
	}
	parts = append(parts, fmt.Sprintf(say.costs.exactly(lang), len(p.Courses), p.Cost.Seats, p.Cost.Price, p.Cost.Weeks))
	if p.Cost.Unpriced > 0 {
		parts = append(parts, fmt.Sprintf(say.unpriced.exactly(lang), p.Cost.Unpriced))
	}
	if p.Cost.Untimed > 0 {
		parts = append(parts, fmt.Sprintf(say.untimed.exactly(lang), p.Cost.Untimed))
	}
	assumed := 0
	for _, c := range p.Courses {
		if c.Assumed {
			assumed++
		}
	}
	if assumed > 0 {
		parts = append(parts, fmt.Sprintf(say.assumed.exactly(lang), assumed, GroupSeats))
	}
	if !p.Exact {
		parts = append(parts, say.inexact.exactly(lang))
	}
	return strings.Join(parts, " ")
}

// Closed says whether everybody who has a role meets its requirements after the plan.
func (p *TeamPlan) Closed() bool {
	gap, closed := p.gapAndClosed()
	return closed == gap
}

// gapAndClosed returns the points that the people in roles lack, and how many of them the plan brings.
func (p *TeamPlan) gapAndClosed() (gap, closed int64) {
	for e, before := range p.Before {
		gap += before.Of - before.Points
		closed += p.After[e].Points - before.Points
	}
	return gap, closed
}

// teamWords are the sentences about a team.
var teamWords = struct {
	gap  struct{ stands, levels, level, closed, open words }
	plan struct{ nothing, none, closed, partly, costs, unpriced, untimed, assumed, inexact words }
}{
	gap: struct{ stands, levels, level, closed, open words }{
		stands: words{
			"«%s» рөлі, «%s» құзыреті, %d-деңгей: талапқа сай келетіні – %d адам, сай келмейтіні – %d адам.",
			"Роль «%s», компетенция «%s», уровень %d: соответствуют %d чел., не соответствуют %d чел.",
			"Role “%s”, “%s” at level %d: %d people meet it, %d do not."},
		levels: words{
			"Жетіспейтін деңгей саны: %s.", "Не хватает уровней: %s.", "Levels missing: %s."},
		level: words{
			"%d (%d адам)", "%d (%d чел.)", "%d (people: %d)"},
		closed: words{
			"Жоспар мұны толық жабады.", "План закрывает это полностью.", "The plan closes this."},
		open: words{
			"%d адам үшін ашық қалады: %s.", "Для %d чел. остаётся открытым: %s.", "It stays open for %d: %s."},
	},
	plan: struct{ nothing, none, closed, partly, costs, unpriced, untimed, assumed, inexact words }{
		nothing: words{
			"Жабатын олқылық жоқ: әркім өз рөлінің талаптарына сай.",
			"Закрывать нечего: все соответствуют требованиям своих ролей.",
			"There is nothing to close: everybody meets the requirements of their role."},
		none: words{
			"Берілген шектерде олқылықты азайтатын жоспар табылмады.",
			"В заданных пределах не нашлось плана, который уменьшил бы разрыв.",
			"No plan was found within the limits that narrows the gap."},
		closed: words{
			"Олқылық толық жабылады.", "Разрыв закрывается полностью.", "The gap is closed in full."},
		partly: words{
			"Олқылықтың %d%% жабылады.", "Закрывается %d%% разрыва.", "%d%% of the gap is closed."},
		costs: words{
			"Бағдарлама: %d, орын: %d, барлығының бағасы: %d теңге, ең ұзақ оқитын адамға: %d апта.",
			"Программ: %d, мест: %d, цена всех: %d тенге, тому, кто учится дольше всех: %d нед.",
			"Programmes: %d, seats: %d, price of all: %d tenge, weeks of whoever takes longest: %d."},
		unpriced: words{
			"Бағасы белгісіз орын: %d.", "Мест с неизвестной ценой: %d.", "Seats of unknown price: %d."},
		untimed: words{
			"Ұзақтығы белгісіз орын: %d.", "Мест с неизвестной длительностью: %d.", "Seats of unknown length: %d."},
		assumed: words{
			"Орын санын көрсетпеген бағдарлама: %d, олардың әрқайсысында бір топ бар деп алынды (%d орын).",
			"Программ, не указавших число мест: %d; для каждой принята одна группа (%d мест).",
			"Programmes that do not tell their seats: %d; for each, one group of %d is assumed."},
		inexact: words{
			"Бұдан да жақсы жоспар болуы мүмкін.", "Возможно, есть план лучше.", "There may be a better plan."},
	},
}

// openWords say why something stays open.
var openWords = map[OpenReason]words{
	OpenNotTaught: {
		"мұны бұдан әрі үйрететін бағдарлама табылмады", "не нашлось программы, которая учит этому дальше", "no programme was found that teaches it further"},
	OpenTooLong: {
		"бағдарламалар берілген апта санына сыймайды", "программы не укладываются в заданное число недель", "the programmes take more weeks than are given"},
	OpenTooDear: {
		"берілген ақша жетпейді", "не хватает заданной суммы", "the money that is given does not suffice"},
	OpenEntry: {
		"бағдарламаға түсуге қажетті деңгей жоқ", "нет уровня, который нужен для поступления", "what the programmes ask for to enter is missing"},
	OpenNoSeats: {
		"орын қалмады", "мест не осталось", "no seats are left"},
	OpenTooManyEach: {
		"бір адамға бағдарлама тым көп болар еді", "на одного человека пришлось бы слишком много программ", "it would be one programme too many for a person"},
}
