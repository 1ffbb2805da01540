package extract

import (
	"strings"

	"kopir/domain"
)

// cue is what some words say about the names near them.
type cue struct {
	level      domain.Level      // how well
	importance domain.Importance // how much it matters
	refused    bool              // it is not asked for
	aside      bool              // this is about the company, or about applying
	head       bool              // "knowledge of": what follows is asked for anew
	heading    bool              // it says so only as a heading, of what is below
}

// weighs says that a cue tells whether and how much something is asked for.
func (c cue) weighs() bool { return c.importance != "" || c.refused || c.aside }

// saying are the words of cues, a phrase after each comma.
var saying = map[string]cue{
	`basic, basics, fundamentals, elementary, beginner, introduction, introductory, familiarity, familiar, awareness,
	 базовый, базовая, базовое, базовые, основы, основ, начальный, начальные, знаком, знакомы, знакомый, знакомство, азы,
	 негізгі деңгей, негізгі деңгейде, негіздері, негіздерін, бастапқы деңгей, базалық, таныс`: {level: 2},
	`intermediate, working knowledge, moderate, средний уровень, среднем уровне, рабочий уровень,
	 орта деңгей, орта деңгейде, орташа`: {level: 4},
	`good, strong, solid, confident, уверенный, уверенная, уверенное, уверенные, уверенно, хороший, хорошая, хорошее, хорошие,
	 хорошо, крепкие, жақсы, сенімді`: {level: 5},
	`advanced, excellent, deep, in depth, thorough, proficient, proficiency, fluent, extensive, profound, продвинутый,
	 продвинутая, продвинутое, продвинутые, продвинутом, отличный, отличная, отличное, отличные, отлично, глубокий, глубокая,
	 глубокое, глубокие, углубленный, углубленное, свободное владение, в совершенстве, терең, өте жақсы, еркін, жетік, озық,
	 жоғары деңгей, жоғары деңгейде`: {level: 6},
	`expert, expert level, mastery, эксперт, экспертный, экспертное, экспертные, экспертная, сарапшы деңгейінде, шебер`: {level: 7},

	`required, mandatory, essential, must, must have, needed, necessary, compulsory, обязательно, обязателен, обязательна,
	 обязательны, обязательное, обязательные, обязательным, необходим, необходимо, необходима, необходимы, требуется,
	 требуются, нужен, нужна, нужно, нужны, міндетті, қажет, керек, талап етіледі, тиіс, шарт`: {importance: domain.Must},
	`preferred, preferable, preferably, desirable, desired, ideally, recommended, желательно, желателен, желательна,
	 желательны, предпочтительно, рекомендуется, жөн, болғаны дұрыс, қалаулы, абзал`: {importance: domain.Should},
	`nice to have, good to have, plus, is a plus, would be a plus, will be a plus, advantage, advantageous, bonus, beneficial, asset, optional, welcome, плюс,
	 плюсом, плюсами, будет плюсом, будет преимуществом, преимущество, преимуществом, приветствуется, приветствуются, бонусом, артықшылық, артықшылық болады,
	 артықшылығы, құпталады`: {importance: domain.Nice},
	`requirements, qualifications, what we expect, you have, what you need, требования, мы ожидаем, ждем от вас,
	 необходимые навыки, что нужно знать, ключевые навыки, талаптар, талаптары, қойылатын талаптар, негізгі талаптар,
	 біз күтеміз`: {importance: domain.Must, heading: true},

	`not required, not necessary, not needed, not mandatory, not essential, no need, not need, don t need, no experience,
	 no knowledge, no prior experience, without experience, не требуется, не требуются, не нужен, не нужна, не нужно, не нужны,
	 не обязателен, не обязательна, не обязательно, не обязательны, необязательно, без опыта, без знания, қажет емес,
	 міндетті емес, керек емес, талап етілмейді, шарт емес`: {refused: true},

	`we offer, what we offer, send your, send us, мы предлагаем, отправьте, присылайте, ждем ваше резюме, біз ұсынамыз,
	 түйіндемеңізді, жіберіңіз`: {aside: true},
	`benefits, about us, about the company, our company, условия, условия работы, о компании, о нас, наша компания, шарттар,
	 жұмыс шарттары, компания туралы, біз туралы`: {aside: true, heading: true},
	`responsibilities, duties, tasks, stack, our stack, обязанности, задачи, стек, наш стек, чем предстоит заниматься,
	 жұмыс міндеттері, лауазымдық міндеттер`: {heading: true},

	`knowledge, experience, understanding, skill, skills, ability, expertise, command, знание, знания, опыт, умение, навык, навыки,
	 понимание, владение, білу, білім, тәжірибе, тәжірибесі, дағды, дағдылары, түсіну, меңгеру`: {head: true},
}

var cues = func() dictionary[cue] {
	d := newDictionary[cue](func(t token) string { return formOf(t.Token) })
	for phrases, c := range saying {
		for phrase := range strings.SplitSeq(phrases, ",") {
			d.learn(forms(phrase), c)
		}
	}
	return d
}()

// heard is a cue where it stands.
type heard struct {
	from, to int // tokens
	cue
}

// hear finds the cues outside of names.
func (r *reading) hear() {
	var buf [128]byte
	next := 0
	for i := 0; i < len(r.tokens); {
		for next < len(r.found) && r.found[next].to <= i {
			next++
		}
		limit := len(r.tokens)
		if next < len(r.found) {
			if r.found[next].from <= i {
				i = r.found[next].to
				continue
			}
			limit = r.found[next].from
		}
		values, length := cues.longest(r.tokens[i:limit], buf[:])
		if length == 0 {
			i++
			continue
		}
		if c := values[0]; !c.heading || r.heads(i, i+length) {
			r.cues = append(r.cues, heard{i, i + length, c})
		}
		i += length
	}
}

// heads says that words begin a line and end it, or have a colon behind them.
func (r *reading) heads(from, to int) bool {
	return r.tokens[from].line && (to == len(r.tokens) || r.tokens[to].line || r.colon(to))
}
