package words

import (
	"strings"
	"unicode/utf8"
)

// russian takes off the endings of Russian nouns and adjectives, and of those verb forms that no noun looks like.
// The word is folded and has no Kazakh ending any more.
//
// It is not the Snowball stemmer, which reads nouns as verbs and so splits and merges what names are made of:
// система and систем, сигнал and сигналы, план and планов differ there, while аудит and аудио, актив and акт,
// инженерия and инженер are the same.
func russian(w string) string {
	if base, ok := fleeting[w]; ok {
		return base
	}
	if _, ok := indeclined[w]; ok || len(w) <= 6 {
		return w
	}
	_, size := utf8.DecodeLastRuneInString(w)
	if _, ok := indeclined[w[:len(w)-size]]; ok {
		return w[:len(w)-size] // систему, режимы
	}
	if base := verb(w); base != "" {
		return base
	}
	if base := nounInIya(w); base != "" {
		return base
	}
	for n := 6; n >= 2; n -= 2 { // the longest ending: 3 letters to 1
		if len(w)-n < 6 {
			continue
		}
		base, end := w[:len(w)-n], w[len(w)-n:]
		if _, ok := russianEndings[end]; ok && allows(base, end) {
			return base
		}
	}
	return w
}

func set(words string) map[string]struct{} {
	s := map[string]struct{}{}
	for word := range strings.FieldsSeq(words) {
		s[word] = struct{}{}
	}
	return s
}

var (
	russianEndings = set("ого его ому ему ыми ими ами ями ый ий ой ая яя ое ее ые ие ую юю ым им ых их ом ем ей ью " +
		"ам ям ах ях ов ев а я о е ы и у ю ь й")

	// indeclined are words whose last letters are no ending.
	indeclined = set("режим диплом альбом симптом геном телеком фантом реклам панорам телеграм инстаграм проблем систем " +
		"экосистем подсистем модем тандем основ готов остров нагрев строй слой видео аудио радио демо кино бюро медиа " +
		"метро евро инфо техно нано микро или если между через после перед более менее чтобы всего также")

	// fleeting are plurals with a vowel that the other forms lack, and nouns whose last letter turns into another.
	fleeting = map[string]string{"разработок": "разработк", "доработок": "доработк", "обработок": "обработк",
		"настроек": "настройк", "ошибок": "ошибк", "оценок": "оценк", "поставок": "поставк", "закупок": "закупк",
		"выборок": "выборк", "проверок": "проверк", "загрузок": "загрузк", "сборок": "сборк", "ссылок": "ссылк",
		"рассылок": "рассылк", "нагрузок": "нагрузк", "кнопок": "кнопк", "папок": "папк",
		"дисплей": "диспле", "музей": "музе", "трофей": "трофе", "лицей": "лице", "юбилей": "юбиле"}
)

// allows reports whether the letters before an ending are such as take it. A few nouns end like it themselves.
func allows(base, end string) bool {
	last, _ := utf8.DecodeLastRuneInString(base)
	switch end {
	case "ем":
		return strings.ContainsRune("рцчшщж", last) || strings.HasSuffix(base, "тел") || strings.HasSuffix(base, "бел") ||
			!isConsonant(last) || strings.HasSuffix(base, "дн")
	case "ие", "ий", "его", "ему":
		return strings.ContainsRune("кгхжшщчн", last)
	case "ей", "ой", "ый", "ых", "ым", "их", "им", "ах", "ом", "ов", "ам":
		return isConsonant(last)
	}
	return true
}

// nounInIya knows nouns in -ия, -ие and -ий, whose и is theirs: технология, приложение, сценарий. It returns ""
// for other words; adjectives have another letter before the ending (технический, общие, средний).
func nounInIya(w string) string {
	for _, end := range [...]string{"иями", "иям", "иях", "ией", "ием", "иев", "ия", "ие", "ии", "ию", "ий"} {
		base, ok := strings.CutSuffix(w, end)
		if !ok || len(base) < 4 {
			continue
		}
		last, size := utf8.DecodeLastRuneInString(base)
		before, _ := utf8.DecodeLastRuneInString(base[:len(base)-size])
		switch {
		case last == 'н' && isConsonant(before), strings.ContainsRune("кхжшщч", last), !isConsonant(last):
			return ""
		case last == 'г' && !strings.HasSuffix(base, "лог") && !strings.HasSuffix(base, "ерг") && !strings.HasSuffix(base, "тег"):
			return ""
		}
		return w[:len(base)+len("и")]
	}
	return ""
}

// verb knows infinitives and the third person of the present, with and without -ся: анализировать, анализирует,
// обучаются. It returns "" for other words.
func verb(w string) string {
	w = strings.TrimSuffix(w, "ся")
	if strings.HasSuffix(w, "память") || strings.HasSuffix(w, "печать") || len(w) < 12 {
		return ""
	}
	for _, end := range [...]string{"овать", "ует", "уют"} {
		if base, ok := strings.CutSuffix(w, end); ok && len(base) >= 6 {
			return base
		}
	}
	for _, end := range [...]string{"ть", "ет", "ют"} {
		base, ok := strings.CutSuffix(w, end)
		last, _ := utf8.DecodeLastRuneInString(base)
		if ok && (last == 'а' || last == 'я' || end == "ть" && strings.ContainsRune("иеыу", last)) {
			return base
		}
	}
	return ""
}
