package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"kopir/search/words"
)

// common are names that are words of everyday writing too: only capitals and neighbours tell them apart.
var common = stems(`access absorb action agile aim alice ant apex apl arm assembly babel basic bash brave cam can canvas cat
	chef cl cobra cs cut cv dart dash delta dos eclipse edge elm ember excel express fair fax flash flow focus forth go groovy
	hive horizon impala its julia kali kettle lean less lift lisp lua maple maya mes mint mod networking notion octopus page pages phoenix
	pig play pos puppet r rage rails ruby rust sage salt sakai samurai sas scala scratch sketch slack snowflake source spark
	spring stash steam stride swift teams think unity vagrant wave word zoom zap hydra canva
	скала гит шарп плюсы скретч ворд акцес облако спарк гидра кали лин несус хавок зум груви`)

// everyday are names that are said of much else besides: found alone they tell little.
var everyday = stems(`alarms application chips cloud compliance computer controllers digital electronics email embedded
	formulae formulas hardware ict informatics security system systems workflow accessibility backup innovating purchasing testing team
	акустика аккаунт баги вендор вики гайдлайн демо диспетчер домен железо журналист инвентаризация инновации инструменты
	интерактив интерфейс исходники итерации календарь калькулятор компас компьютеры консенсус контент контроллер креатив лекала
	логи лотерея мессенджер мессенджеры микрофон монитор навигатор навигация облако отзывы переводчик платы прайс презентация
	принтер программист дизайнер администратор разработчик продвижение процессор пробки прокат прототип радар реабилитация репозиторий роботы сервер сети скетч слайды справка
	стартап статистика стрим тендер тестер телефон телевизоры титры усилитель чат чип чипы штатив эколог
	архивтеу аудармашы бұлт диаграмма домен желілер инновациялар компьютерлер күнтізбе кептеліс негатив оңалту пішім
	пікірлер роботтар слайд субтитр тіркелгі тіркелгілер титр`)

// favours are forms of common names that, among technologies too, only say how much something is wished for.
var favours = set(`плюс плюсом плюсами`)

// marks are words that make a neighbour the name of a technology.
var marks = set(`language languages programming framework developer developers library database software tool engine
	engineer engineers programmer programmers microsoft ms adobe apache ibm язык языка языке языки языков языками программирование программирования
	программировании разработчик разработчика разработчики разработчиков разработчику фреймворк фреймворка библиотека субд программист программиста инженер инженера
	тіл тілі тілін тілінде тілінен тілдері бағдарламалау бағдарламасы бағдарламасын бағдарламасында әзірлеуші құралы
	кітапханасы фреймворкі
	environment среда среде база базой ортасы ортасында базасы базасымен`)

// base is how often a name of each ground is what was meant, as judged on the texts of internal/eval.
var base = map[ground]float64{
	byLabel: .95, byProper: .9, byPhrase: .88, byWord: .85, byVariant: .8, bySaying: .75,
}

// What takes from the confidence of a name.
const (
	ofRival  = .06 // each of three other competences that have it as well
	ofDay    = .35 // that it is said of much else
	ofApart  = .1  // a word of everyday writing that only a capital tells from one
	ofBefore = .3  // that it only says what sort of thing the name beside it is: "NoSQL databases"
)

// isCommon says that a word is one of everyday writing too. Another name of the same is not: "golang" is not "go".
func isCommon(t token) bool { return common[t.Stem] && !words.Alias(t.Fold) }

// trust is how likely somebody confirms the i-th name that was found; 0 for what is no name here.
func (r *reading) trust(i int) float64 {
	f := &r.found[i]
	n := f.names[0]
	c := byRivals(f.names)
	if f.to-f.from > 1 {
		return c
	}
	word := r.tokens[f.from]
	switch {
	case !n.written(word):
		return 0
	case everyday[word.Stem]:
		c -= ofDay
	case n.ground == byWord && r.sorts(i):
		c -= ofBefore
	}
	isName, sure := r.isName(i)
	if !isName {
		return 0
	}
	if !sure {
		c -= ofApart
	}
	return c
}

// byRivals is how likely the first of some names that are said alike is meant.
func byRivals(names []name) float64 {
	c := base[names[0].ground]
	if rivals := len(names) - 1; rivals > 0 && (!names[0].certain() || names[1].certain()) {
		c -= ofRival * float64(min(rivals, 3))
	}
	return c
}

// written says that a word is a form of a name of one word. The Latin name of a product has none but a version or, of an
// abbreviation, its plural: "Teams" is not a team.
func (n *name) written(t token) bool {
	if n.ground == byWord || n.ground == bySaying || t.Fold[0] >= utf8.RuneSelf || n.fold[0] >= utf8.RuneSelf || words.Alias(t.Fold) {
		return t.Stem == n.stem
	}
	rest, ok := strings.CutPrefix(t.Fold, n.fold)
	return ok && (rest == "s" || rest == "js" || strings.Trim(rest, "0123456789.") == "")
}

// sorts says that a name stands right beside the name of something, whose sort it tells.
func (r *reading) sorts(i int) bool {
	beside := func(j, gap int) bool {
		return j >= 0 && j < len(r.found) && gap == 0 && r.found[j].names[0].ground <= byProper
	}
	f := &r.found[i]
	parted := func(at int) bool { // "databases & SQL" are two things
		return r.tokens[at].apart || strings.Contains(r.text[r.tokens[at-1].End:r.tokens[at].Start], "&")
	}
	before := i > 0 && !parted(f.from) && beside(i-1, f.from-r.found[i-1].to)
	return before || i+1 < len(r.found) && !parted(f.to) && beside(i+1, r.found[i+1].from-f.to)
}

// isName tells names of one word from words that are written alike; sure says that more than a capital does.
func (r *reading) isName(i int) (is, sure bool) {
	f := &r.found[i]
	t := r.tokens[f.from]
	if favours[t.Fold] {
		return false, false
	}
	written := r.text[t.Start:t.End]
	letters := utf8.RuneCountInString(t.Fold)
	short := letters <= 2
	if !short && !isCommon(t) || r.alone(i) || letters > 1 && isCommon(t) && r.foreign(f.from) {
		return true, true
	}
	shaped := startsUpper(written)
	if name := f.names[0].text; short && strings.ContainsFunc(name, unicode.IsUpper) {
		shaped = written == name || !strings.ContainsFunc(written, unicode.IsLower)
	}
	if r.beside(i) {
		return shaped || !short || r.item(i), true
	}
	if r.marked(i) {
		return shaped || !short, true
	}
	if isCommon(t) && r.inSpeech(f.from) {
		return false, false
	}
	return shaped && !r.opens(f.from) && !r.allCapitals(f.from), short && !isCommon(t)
}

// foreign says that a Latin word stands among Cyrillic ones: there no word of everyday English is said.
func (r *reading) foreign(at int) bool {
	cyrillic := false
	for near := max(0, at-1); near <= min(at+1, len(r.tokens)-1); near++ {
		switch latin := r.tokens[near].Fold[0] < utf8.RuneSelf; {
		case near > at && r.tokens[near].line:
		case near < at && r.tokens[at].line:
		case near == at && !latin, near != at && latin:
			return false
		case near != at:
			cyrillic = true
		}
	}
	return cyrillic
}

// speech are words that stand beside a verb of everyday English, as no name of a technology does.
var speech = set(`to no we you they i he she it will would can could must should may might let let's lets us s not don t live for ahead
	beyond further on off out up down into through back home global ready set`)

// inSpeech says that a word of everyday English is said as such: "ready to Go", "Go for it".
func (r *reading) inSpeech(at int) bool {
	before := at > 0 && !r.tokens[at].line && speech[r.tokens[at-1].Fold]
	return before || at+1 < len(r.tokens) && !r.tokens[at+1].line && speech[r.tokens[at+1].Fold]
}

// item says that a name is an item of a list for itself: "python, go, java".
func (r *reading) item(i int) bool {
	f := &r.found[i]
	return r.tokens[f.from].apart && (f.to == len(r.tokens) || r.tokens[f.to].apart)
}

// alone says that a name has its line for itself.
func (r *reading) alone(i int) bool {
	f := &r.found[i]
	return r.tokens[f.from].line && (f.to == len(r.tokens) || r.tokens[f.to].line)
}

// opens says that a word begins a sentence, where a capital means nothing.
func (r *reading) opens(at int) bool {
	if r.tokens[at].line {
		return true
	}
	between := r.text[r.tokens[at-1].End:r.tokens[at].Start]
	return strings.ContainsAny(between, ".!?•·")
}

// allCapitals says that everything around is in capitals, so that they mean nothing.
func (r *reading) allCapitals(at int) bool {
	for _, near := range []int{at - 1, at + 1} {
		if near < 0 || near >= len(r.tokens) {
			continue
		}
		w := r.text[r.tokens[near].Start:r.tokens[near].End]
		if utf8.RuneCountInString(w) > 4 && !strings.ContainsFunc(w, unicode.IsLower) {
			return true
		}
	}
	return false
}

// marked says that a word near by makes it a technology: "the language R", "тілінде".
func (r *reading) marked(i int) bool {
	f := &r.found[i]
	for at := max(0, f.from-2); at < min(len(r.tokens), f.to+2); at++ {
		if marks[r.tokens[at].Fold] {
			return true
		}
	}
	return false
}

// joints are words between two items of a list.
var joints = set("and or и или және мен пен бен немесе либо а also")

// reach is how many names of a list are looked at on either side of one.
const reach = 6

// beside says that another name that is no ordinary word is a neighbour in a list.
func (r *reading) beside(i int) bool {
	for j := i - 1; j >= max(0, i-reach) && r.neighbours(j, j+1); j-- {
		if r.plain(j) {
			return true
		}
	}
	for j := i + 1; j < min(len(r.found), i+1+reach) && r.neighbours(j-1, j); j++ {
		if r.plain(j) {
			return true
		}
	}
	return false
}

// plain says that a name is no ordinary word.
func (r *reading) plain(i int) bool {
	f := &r.found[i]
	return f.to-f.from > 1 || !isCommon(r.tokens[f.from]) && f.names[0].ground <= byPhrase
}

// neighbours says that nothing but a comma, or a word that joins, stands between two names.
func (r *reading) neighbours(i, j int) bool {
	from, to := r.found[i].to, r.found[j].from
	if to-from > 2 || r.tokens[to].line {
		return false
	}
	for at := from; at < to; at++ {
		if !joints[r.tokens[at].Fold] {
			return false
		}
	}
	return true
}
