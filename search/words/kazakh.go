package words

import (
	"strings"
	"unicode/utf8"
)

// Kazakh is agglutinative: дерек-тер-іміз-дің, "of our data". An ending comes in up to six shapes, chosen by the
// last vowel of what it follows (back ларын, front лерін) and by its last sound (лар after a vowel, р, й; дар after
// a voiced consonant; тар after a voiceless one). A chain of letters is taken for an ending only where both rules
// allow it, which is what tells компьютер, доллары and кластеры from plurals.
//
// Two sets are kept. The certain endings are those that Russian words do not have there, for any word. The others
// look like Russian ones (команда, сетка, проекты), and are taken off only from a word that can be nothing but
// Kazakh by its letters or its root.
//
// Endings are written here in folded letters: ның is нын, ға is га, сі is си.

// sound is what an ending demands of the sound before it.
type sound int

const (
	vowel     sound = iota // сы
	consonant              // ында
	open                   // лар: vowel, р, й, у
	voiced                 // дар: ж з л м н
	voiceless              // тар
	ringing                // да: vowel or voiced consonant
	nasal                  // нын: vowel, м, н
	sonorous               // дын: р л й з ж у
	liquid                 // л м р
	iya                    // технологияны
	verbal                 // the у of a verb's noun: талдау, басқару
	doubledT               // сайтты
	doubledK               // қауіпсіздікке
	abstract               // -лық, -лік, -дық, -тік
	softened               // the same before a vowel: қауіпсіздігі
)

// ending is one chain: what it follows, its harmony, and how many letters it must leave. A loose ending may follow
// a single о, у or а whatever its harmony, since Kazakh ө, ү and ә have been folded: сөздер, күндер.
type ending struct {
	after sound
	front bool
	loose bool
	least int
}

var certain, likely = kazakhEndings()

var frontShape = strings.NewReplacer("а", "е", "ы", "и")

// add puts the endings, given in their back shape, into a set in both shapes.
func add(to map[string][]ending, e ending, backShapes string) {
	for back := range strings.FieldsSeq(backShapes) {
		for _, e.front = range [...]bool{false, true} {
			shape := back
			if e.front {
				shape = frontShape.Replace(back)
			}
			to[shape] = append(to[shape], e)
		}
	}
}

func kazakhEndings() (certain, likely map[string][]ending) {
	certain, likely = map[string][]ending{}, map[string][]ending{}
	for after, plural := range map[sound]string{open: "лар", voiced: "дар", voiceless: "тар"} {
		for tail := range strings.SplitSeq(" ы ын ына ында ындагы ынан ынын ымен ымыз ымызда ыныз ды да дагы дан дын га мен", " ") {
			add(certain, ending{after: after, loose: true, least: 3}, plural+tail)
		}
	}
	for after, genitive := range map[sound]string{nasal: "нын", sonorous: "дын", voiceless: "тын"} {
		add(certain, ending{after: after, loose: true, least: 3}, genitive)
	}
	add(certain, ending{after: vowel, least: 3}, "сы сын сына сында сындагы сынан сынын сымен")
	add(certain, ending{after: consonant, least: 3}, "ында ындагы ынан ынын ымен")
	add(certain, ending{after: verbal, least: 4}, "ды дын да дагы дан га мен ы ын ына ында ынын")
	add(certain, ending{after: doubledT, least: 3}, "ты та тан тын тагы")
	add(certain, ending{after: doubledK, least: 3}, "ка")
	add(certain, ending{after: abstract, least: 5}, "ты та тан тын ка пен тагы")
	add(certain, ending{after: softened, least: 5}, "ы ын ына ында ындагы ынан ынын ымен")
	add(certain, ending{after: ringing, least: 3}, "дагы")
	add(certain, ending{after: voiceless, least: 3}, "тагы")
	add(certain, ending{after: iya, least: 5}, "ны га да дан мен")
	for front := range strings.FieldsSeq("ди де ден ге") { // their back shapes are Russian: рекорды
		certain[front] = append(certain[front], ending{after: liquid, front: true, least: 3})
	}
	add(likely, ending{after: vowel, loose: true, least: 3}, "ны нан н")
	add(likely, ending{after: ringing, loose: true, least: 3}, "ды да дан га мен")
	add(likely, ending{after: voiceless, loose: true, least: 3}, "ты та тан ка пен")
	add(likely, ending{after: consonant, loose: true, least: 4}, "ын ына")
	return certain, likely
}

// spared are Russian words, and words of every language, that end like a Kazakh chain by chance.
var spared = set("мастер постер тестер пентестер сеттер имиджсеттер тостер костер кластер хостер тендер гендер рендер билдер " +
	"холдер фолдер блендер трейлер бойлер спойлер вестер фестер сестер блистер твиттер флаттер плоттер сплиттер джиттер " +
	"эмиттер коптер хипстер пластин истин запасы компасы атласы каркасы матрасы террасы смеси часы расы " +
	"услуга заслуга подруга прислуга кольчуга посуда посуды сосуда сосуды простуда простуды причуда причуды " +
	"разумен игумен ватта ватты конфликте реликте вердикте эдикте деликте хештеги " +
	"бренди сельди айсберге")

const longestEnding = 9 // letters, as in леримизде

// withoutKazakh takes off the longest chain of Kazakh endings that the word allows, or nothing.
func withoutKazakh(w string) string {
	if _, ok := spared[w]; ok || len(w) < 8 {
		return w
	}
	kazakh := looksKazakh(w)
	at, letters := len(w), 0
	cut := -1
	least := max(6, root(w)) // an ending begins behind the root: әдіс-і, not әді-сі
	for at > least && letters < longestEnding {
		_, size := utf8.DecodeLastRuneInString(w[:at])
		at, letters = at-size, letters+1
		if fits(certain[w[at:]], w[:at]) || kazakh && fits(likely[w[at:]], w[:at]) {
			cut = at
		}
	}
	if cut < 0 {
		return w
	}
	if rest, ok := strings.CutSuffix(w[:cut], "г"); ok && isAbstract(rest) && cut < len(w) {
		return rest + "к" // қауіпсіздігі is of қауіпсіздік
	}
	return w[:cut]
}

func fits(endings []ending, rest string) bool {
	for _, e := range endings {
		if len(rest) >= 2*e.least && e.follows(rest) && e.harmonises(rest) {
			return true
		}
	}
	return false
}

// follows reports whether the last sound of rest is one the ending stands behind.
func (e ending) follows(rest string) bool {
	rest = strings.TrimSuffix(rest, "ь")
	last, size := utf8.DecodeLastRuneInString(rest)
	before := rest[:len(rest)-size]
	in := func(letters string) bool { return strings.ContainsRune(letters, last) }
	switch e.after {
	case vowel:
		if e.front { // записи, подписи are Russian
			return last == 'е' || last == 'и' && !strings.HasSuffix(before, "п")
		}
		return in("аяы")
	case consonant:
		return isConsonant(last) || last == 'й'
	case open:
		return in("аеыиоуяюэрй")
	case voiced:
		return in("жзлмн")
	case voiceless:
		return in("пфктсшщчцхбвгд")
	case ringing:
		return in("аеыиоуяюэрлйзжмн")
	case nasal:
		return in("аеыиоуяюэмн")
	case sonorous:
		return in("рлйзжу")
	case liquid:
		return in("лмр")
	case iya:
		return strings.HasSuffix(rest, "ия")
	case verbal:
		return last == 'у'
	case doubledT:
		return last == 'т' // the other т begins the ending
	case doubledK:
		return last == 'к'
	case abstract:
		return last == 'к' && isAbstract(before)
	case softened:
		return last == 'г' && isAbstract(before)
	}
	return false
}

// isAbstract reports whether w, with к behind it, ends as nouns made of nouns do: лык, лик, дык, дик, тык, тик.
func isAbstract(w string) bool {
	for _, end := range [...]string{"лы", "ли", "ды", "ди", "ты", "ти"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	return false
}

// harmonises reports whether the last vowel of rest allows the ending: front after е and и, back after the others.
// A soft sign allows both. The у of a verb's noun is no vowel here.
func (e ending) harmonises(rest string) bool {
	if strings.HasSuffix(rest, "ь") {
		return true
	}
	if e.after == verbal {
		rest = strings.TrimSuffix(rest, "у")
	}
	last := strings.LastIndexAny(rest, "аеиоуыэюя")
	if last < 0 {
		return false
	}
	switch r, _ := utf8.DecodeRuneInString(rest[last:]); r {
	case 'е', 'и', 'э':
		return e.front
	case 'а', 'о', 'у':
		return !e.front || e.loose && !strings.ContainsAny(rest[:last], "аеиоуыэюя")
	}
	return !e.front
}

// roots begin words that are Kazakh, beyond those that the letters tell.
var roots = byLetter("азирле адис акпарат багдарлам баскар бейне билим дайында дерек енгиз есеп жауап жели жоба жуйе " +
	"жумыс кауип кенес когам кодта колдан колжет корсет косымша кужат курал курылым мазмун маман мемлекет мумкинд негиз " +
	"озгер олше пайдалан сандык талда тапсырма тасил тексер турле тужырым уйрен уйымд укимет")

func byLetter(words string) map[string][]string {
	by := map[string][]string{}
	for word := range strings.FieldsSeq(words) {
		by[word[:2]] = append(by[word[:2]], word)
	}
	return by
}

// looksKazakh reports whether a folded word can be nothing but Kazakh: it has ы where Russian spelling forbids it,
// is the noun of a verb (талдау), or begins with a Kazakh root.
func looksKazakh(w string) bool {
	for i := 2; i+1 < len(w); i += 2 {
		if w[i:i+2] == "ы" && strings.Contains("кгхжшщчй", w[i-2:i]) {
			return true
		}
	}
	if len(w) >= 10 && (strings.HasSuffix(w, "ау") || strings.HasSuffix(w, "еу")) {
		return true
	}
	return root(w) > 0
}

// root is the length of the Kazakh root that w begins with, 0 if none is known.
func root(w string) int {
	if len(w) < 2 {
		return 0
	}
	for _, r := range roots[w[:2]] {
		if strings.HasPrefix(w, r) {
			return len(r)
		}
	}
	return 0
}

// withoutVowel takes the possessive ы or и off a Kazakh word.
func withoutVowel(w string) string {
	for _, end := range [...]string{"ы", "и"} {
		rest, ok := strings.CutSuffix(w, end)
		if last, _ := utf8.DecodeLastRuneInString(rest); ok && len(rest) >= max(6, root(w)) && isConsonant(last) {
			return rest
		}
	}
	return w
}
