package extract

import (
	"slices"
	"strings"
	"unicode"

	"kopir/search/words"
)

// deeds are verbs and the nouns of the same doing: who asks for "разработка ПО" asks for "разрабатывать ПО". Each
// group is one root.
const deeds = `
administer administration administrate administrating
analyse analysis
apply application
assemble assembly
configure configuration
deploy deployment
develop development
implement implementation
install installation
integrate integration
maintain maintenance
manage management
migrate migration
moderate moderation
normalise normalisation
optimise optimisation
perform performance
produce production
provide provision
simulate simulation
translate translation
visualise visualisation visualization
администрировать администрирование
анализировать анализ
визуализировать визуализация
внедрять внедрение внедрить
защищать защита защитить
изучать изучение
интегрировать интеграция
использовать использование
конфигурировать конфигурирование конфигурация
моделировать моделирование
настраивать настройка настроить
обрабатывать обработка обработать
обслуживать обслуживание
оптимизировать оптимизация
применять применение
программировать программирование
проектировать проектирование
публиковать публикация
разрабатывать разработка разработать
реализовывать реализация реализовать
создавать создание создать
сопровождать сопровождение
тестировать тестирование
управлять управление
устанавливать установка установить
устранять устранение`

// hanging are words that join others, in a name as in a text; the name stands without them too.
var hanging = set("a an for in of on the to with для на по с со в во к от о об при из у")

// roots maps the stems of deeds to their roots.
var roots = func() map[string]string {
	out := make(map[string]string)
	for group := range strings.SplitSeq(strings.TrimSpace(deeds), "\n") {
		first := ""
		for word := range strings.FieldsSeq(group) {
			stem := words.Tokens(word)[0].Stem
			if first == "" {
				first = stem
			}
			out[stem] = first
		}
	}
	return out
}()

// verbs are the roots of the English deeds, whose noun stands behind what is done: "develop software" is "software
// development".
var verbs = func() map[string]bool {
	out := make(map[string]bool)
	for group := range strings.SplitSeq(strings.TrimSpace(deeds), "\n") {
		if first, _, _ := strings.Cut(group, " "); first[0] < 0x80 {
			out[words.Tokens(first)[0].Stem] = true
		}
	}
	for _, verb := range []string{"design", "test", "monitor", "program", "process", "model", "debug"} {
		out[words.Tokens(verb)[0].Stem] = true
	}
	return out
}()

// light are verbs that a label begins or, in Kazakh, ends with, and that say no more than that one can do it: "use spreadsheets
// software" is known as spreadsheets software.
var light = rootSet("use apply perform execute conduct utilise использовать применять выполнять проводить осуществлять қолдану пайдалану орындау жүргізу")

// tails are last words of labels that are left out where one speaks of the thing: "ethical hacking principles".
var tails = rootSet("principles tool tools methods techniques technologies technology software systems concepts practices methodologies theory")

// scopes are first words of labels that go without saying in a text on ICT: "ICT network routing".
var scopes = rootSet("ict икт акт")

func rootSet(list string) map[string]bool {
	out := make(map[string]bool)
	for _, r := range rootsOf(list) {
		out[r] = true
	}
	return out
}

// variants are other ways to say a label, by its roots; each has two words at least.
func variants(run []string) [][]string {
	var out [][]string
	if len(run) > 1 && verbs[run[0]] {
		out = append(out, turned(run))
	}
	for _, cut := range []func([]string) []string{
		func(r []string) []string { return cutIf(light[r[0]], r, 1, len(r)) },
		func(r []string) []string { return cutIf(light[r[len(r)-1]], r, 0, len(r)-1) },
		func(r []string) []string { return cutIf(scopes[r[0]], r, 1, len(r)) },
		func(r []string) []string { return cutIf(tails[r[len(r)-1]], r, 0, len(r)-1) },
	} {
		if shorter := cut(run); len(shorter) > 1 && len(shorter) < len(run) {
			out = append(out, shorter)
			run = shorter
		}
	}
	return out
}

func cutIf(yes bool, run []string, from, to int) []string {
	if !yes {
		return run
	}
	return run[from:to]
}

// turned puts the doing behind what is done: "develop software", "software development".
func turned(run []string) []string { return append(slices.Clone(run[1:]), run[0]) }

func rootOf(stem string) string {
	if r, ok := roots[stem]; ok {
		return r
	}
	return stem
}

// set is the folds of some words.
func set(list string) map[string]bool {
	out := make(map[string]bool)
	for _, t := range words.Tokens(list) {
		out[t.Fold] = true
	}
	return out
}

// stems is the stems of some words.
func stems(list string) map[string]bool {
	out := make(map[string]bool)
	for _, t := range words.Tokens(list) {
		out[t.Stem] = true
	}
	return out
}

// scan cuts a text into its words. A clause ends with a sentence, a line, a semicolon or a colon; a comma and a slash
// only begin another item.
func scan(text string) []token {
	list := words.Tokens(text)
	out := make([]token, len(list))
	end := 0
	for i, t := range list {
		between := text[end:t.Start]
		line := strings.ContainsAny(between, "\n\r\u2028")
		out[i] = token{
			Token: t, root: rootOf(t.Stem), hangs: hangs(text, t), line: i == 0 || line,
			apart: i == 0 || line || strings.ContainsAny(between, ".,;:!?()[]{}\"«»“”•·|/\\<>=+*"),
		}
		end = t.End
	}
	return out
}

// hangs says that a word only joins others. In capitals it is an abbreviation: "разработка ПО".
func hangs(text string, t words.Token) bool {
	return hanging[t.Fold] && strings.ContainsFunc(text[t.Start:t.End], unicode.IsLower)
}

// rootsOf returns the roots of a name's words without those that only join.
func rootsOf(name string) []string {
	tokens := words.Tokens(name)
	out := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if len(tokens) > 1 && hangs(name, t) {
			continue
		}
		out = append(out, rootOf(t.Stem))
	}
	return out
}

// forms returns the words of a cue: Latin ones as they are, since "needed" and "need" say different things; else their stems.
func forms(phrase string) []string {
	tokens := words.Tokens(phrase)
	out := make([]string, 0, len(tokens))
	for _, t := range tokens {
		if len(tokens) == 1 || !hangs(phrase, t) {
			out = append(out, formOf(t))
		}
	}
	return out
}

func formOf(t words.Token) string {
	if t.Fold[0] < 0x80 {
		return t.Fold
	}
	return t.Stem
}
