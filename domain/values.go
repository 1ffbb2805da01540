package domain

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Level is proficiency in one competence on Kopir's own ladder, 1 to 8. The zero value means none.
type Level uint8

// MaxLevel is the top of the ladder.
const MaxLevel Level = 8

// ParseLevel returns n as a level, or out_of_range.
func ParseLevel(n int) (Level, error) {
	if n < 1 || n > int(MaxLevel) {
		return 0, Because(CodeOutOfRange, 1, int(MaxLevel))
	}
	return Level(n), nil
}

// LevelSource says who set a level; it is shown wherever the level is.
type LevelSource string

// The sources of a level.
const (
	Declared LevelSource = "declared" // by the owner
	Inferred LevelSource = "inferred" // from text
	Assumed  LevelSource = "assumed"  // by a rule
)

// Importance says how much a requirement weighs.
type Importance string

// The importances of a requirement.
const (
	Must   Importance = "must"
	Should Importance = "should"
	Nice   Importance = "nice"
)

// Weight returns the number behind an importance: must 4, should 2, nice 1.
func (i Importance) Weight() int64 {
	switch i {
	case Must:
		return 4
	case Should:
		return 2
	default:
		return 1
	}
}

// Language is a BCP 47 tag, written as BCP 47 recommends: "kk", "ru", "en", "zh-Hans".
type Language string

// The three languages that Kopir speaks as equals.
const (
	Kazakh  Language = "kk"
	Russian Language = "ru"
	English Language = "en"
)

// Spoken lists the three languages in the order in which one stands in for another: ru, kk, en.
func Spoken() []Language { return []Language{Russian, Kazakh, English} }

// Base returns the tag without region, script and variants.
func (l Language) Base() Language {
	base, _, _ := strings.Cut(string(l), "-")
	return Language(base)
}

var languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$`)

// ParseLanguage returns s as a language: a primary tag, optionally a script and a region; or malformed.
func ParseLanguage(s string) (Language, error) {
	if !languageForm.MatchString(s) {
		return "", Because(CodeMalformed)
	}
	return Language(s), nil
}

// Text is what people read, in Kazakh, Russian and English; at least one of them in anything that is required.
type Text struct{ KK, RU, EN string }

// In returns the text in a language, else in Russian, Kazakh or English, in this order.
func (t Text) In(lang Language) string {
	if s := t.Exactly(lang); s != "" {
		return s
	}
	for _, l := range Spoken() {
		if s := t.Exactly(l); s != "" {
			return s
		}
	}
	return ""
}

// Exactly returns the text in a language, or nothing.
func (t Text) Exactly(lang Language) string {
	if s := t.at(lang); s != nil {
		return *s
	}
	return ""
}

// at returns where the text in a language stands; nil for a language that is not spoken.
func (t *Text) at(lang Language) *string {
	switch lang.Base() {
	case Kazakh:
		return &t.KK
	case Russian:
		return &t.RU
	case English:
		return &t.EN
	default:
		return nil
	}
}

// Empty says whether there is no text in any language.
func (t Text) Empty() bool { return t == Text{} }

// Limits of what people write, in characters.
const (
	MaxName        = 200
	MaxTitle       = 200
	MaxDescription = 10_000
	MaxReason      = 1_000
)

// parseText trims each language and holds it to most characters; multiline text may break lines.
func parseText(f *Faults, at string, t Text, most int, multiline, required bool) Text {
	var out Text
	for _, p := range []struct {
		lang Language
		from string
		to   *string
	}{{Kazakh, t.KK, &out.KK}, {Russian, t.RU, &out.RU}, {English, t.EN, &out.EN}} {
		s := strings.TrimSpace(p.from)
		place := at + "/" + string(p.lang)
		switch {
		case utf8.RuneCountInString(s) > most:
			f.Add(place, CodeTooLong, most)
		case strings.ContainsFunc(s, func(r rune) bool { return forbidden(r, multiline) }):
			f.Add(place, CodeControlCharacter)
		default:
			*p.to = s
		}
	}
	if required && strings.TrimSpace(t.KK+t.RU+t.EN) == "" {
		f.Add(at, CodeRequired)
	}
	return out
}

// requiredText trims a text that must be there and holds it to most characters; multiline text may break lines.
func requiredText(f *Faults, at, s string, most int, multiline bool) string {
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		f.Add(at, CodeRequired)
	case utf8.RuneCountInString(s) > most:
		f.Add(at, CodeTooLong, most)
	case strings.ContainsFunc(s, func(r rune) bool { return forbidden(r, multiline) }):
		f.Add(at, CodeControlCharacter)
	default:
		return s
	}
	return ""
}

// forbidden says whether a character has no place in stored text: control characters (line breaks and tabs are fine in
// multiline text), characters that turn the direction of writing, and what is no character at all.
func forbidden(r rune, multiline bool) bool {
	switch {
	case r == utf8.RuneError:
		return true
	case multiline && (r == '\n' || r == '\r' || r == '\t'):
		return false
	case unicode.IsControl(r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069, r == 0x200E, r == 0x200F, r == 0x061C:
		return true
	}
	return false
}

// Currency is an ISO 4217 code.
type Currency string

// KZT is the tenge: bounds on a price are in it.
const KZT Currency = "KZT"

var currencyForm = regexp.MustCompile(`^[A-Z]{3}$`)

// ParseCurrency returns s as a currency, or malformed.
func ParseCurrency(s string) (Currency, error) {
	if !currencyForm.MatchString(s) {
		return "", Because(CodeMalformed)
	}
	return Currency(s), nil
}

// MaxMoney bounds an amount of money: whole units of its currency.
const MaxMoney int64 = 1_000_000_000_000

// Money is an amount in whole units of a currency.
type Money struct {
	Amount   int64
	Currency Currency
}

// checkAmount returns why n is no amount of money, of least or more.
func checkAmount(n, least int64) error {
	if n < least || n > MaxMoney {
		return Because(CodeOutOfRange, least, MaxMoney)
	}
	return nil
}

// Occupation is an ISCO-08 unit group, four digits; "" where it is not known.
type Occupation string

var occupationForm = regexp.MustCompile(`^[0-9]{4}$`)

// ParseOccupation returns s as an ISCO-08 unit group, or malformed.
func ParseOccupation(s string) (Occupation, error) {
	if !occupationForm.MatchString(s) {
		return "", Because(CodeMalformed)
	}
	return Occupation(s), nil
}

// NamedOccupation is an occupation with its names. Several may have one code.
type NamedOccupation struct {
	URI      string
	Code     Occupation
	Label    Text
	Synonyms Synonyms
}

// Sector is an ISIC Rev. 4 section, A to U; "" where it is not known.
type Sector string

// ParseSector returns s as an ISIC section, or unknown_value.
func ParseSector(s string) (Sector, error) {
	if len(s) != 1 || s[0] < 'A' || s[0] > 'U' {
		return "", Because(CodeUnknownValue, s)
	}
	return Sector(s), nil
}

// parseOne returns s as one of a closed set of values, or unknown_value.
func parseOne[T ~string](s string, set []T) (T, error) {
	if i := slices.Index(set, T(s)); i >= 0 {
		return set[i], nil
	}
	return "", Because(CodeUnknownValue, s)
}

// parseSet parses each of a list into a set: order kept, a value given twice is a fault.
func parseSet[T ~string](f *Faults, at string, list []string, most int, parse func(string) (T, error)) []T {
	if len(list) > most {
		f.Add(at, CodeTooMany, most)
		return nil
	}
	out := make([]T, 0, len(list))
	for i, s := range list {
		v, err := parse(s)
		place := pointer(at, i)
		if !f.Check(place, err) {
			continue
		}
		if slices.Contains(out, v) {
			f.Add(place, CodeDuplicate, s)
			continue
		}
		out = append(out, v)
	}
	return out
}
