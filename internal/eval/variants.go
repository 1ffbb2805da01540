package main

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode"
)

// prefix is what somebody has typed of a label when three fifths of it are there.
func prefix(label string) string {
	letters := []rune(label)
	return string(letters[:(len(letters)*3+4)/5])
}

// leastMistyped is how many letters a word must have for a slip to leave it recognisable: one letter more or less makes
// another thing of C++.
const leastMistyped = 4

// mistyped is a label with one slip in one of its longer words, always the same one: a letter changed, lost, or swapped with
// the next. It is "" for a label without such a word.
func mistyped(label string) string {
	seed := fnv.New64a()
	_, _ = seed.Write([]byte(label))
	random := rand.New(rand.NewPCG(seed.Sum64(), 1)) //nolint:gosec // always the same
	letters := []rune(label)
	var at []int
	for from := 0; from < len(letters); from++ {
		to := from
		for to < len(letters) && unicode.IsLetter(letters[to]) {
			to++
		}
		for i := from; to-from >= leastMistyped && i < to; i++ {
			at = append(at, i)
		}
		from = to
	}
	if len(at) == 0 {
		return ""
	}
	i := at[random.IntN(len(at))]
	switch kind := random.IntN(3); {
	case kind == 0:
		return string(slices.Delete(letters, i, i+1))
	case kind == 1 && i+1 < len(letters) && unicode.IsLetter(letters[i+1]) && letters[i] != letters[i+1]:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	default:
		alphabet := []rune("abcdefghijklmnopqrstuvwxyz")
		if unicode.Is(unicode.Cyrillic, letters[i]) {
			alphabet = []rune("абвгдежзийклмнопрстуфхцчшщыьэюя")
		}
		for other := letters[i]; other == letters[i]; {
			letters[i] = alphabet[random.IntN(len(alphabet))]
		}
	}
	return string(letters)
}

// kazakhFolded is a label as somebody types it who has no Kazakh letters.
var kazakhFolded = replacing("ә а ғ г қ к ң н ө о ұ у ү у һ х і и")

// Schemes of transliteration, by language. Each is what people meet: the alphabet of 2021, passports, maps, standards, and
// what is typed on a telephone.
var schemes = map[string]map[string]func(string) string{
	"kk": {
		"2021": replacing("ә ä ғ ğ қ q ң ñ ө ö ұ ū ү ü һ h і i и i й i у u ы y ш ş ж j х h ц ts ч tş щ ş э e ё io ю iu я ia ъ _ ь _ " + shared),
		"informal": replacing("ә a ғ g қ k ң n ө o ұ u ү u һ h і i и i й i у u ы y ш sh ж zh х h ц ts ч ch щ sh э e ё e ю yu я ya ъ _ ь _ " +
			shared),
		"maps": replacing("ә a ғ gh қ q ң ng ө o ұ u ү u һ h і i и i й y у u ы y ш sh ж zh х kh ц ts ч ch щ shch э e ё yo ю yu я ya ъ _ ь _ " +
			shared),
	},
	"ru": {
		"passports": replacing("ж zh й i х kh ц ts ч ch ш sh щ shch ъ ie ы y ь _ э e ё e ю iu я ia и i у u " + shared),
		"GOST 7.79": replacing("ж zh й j х x ц cz ч ch ш sh щ shh ъ `` ы y` ь ` э e` ё yo ю yu я ya и i у u " + shared),
		"maps":      replacing("ж zh й y х kh ц ts ч ch ш sh щ shch ъ ” ы y ь ’ э e ё yë ю yu я ya и i у u " + shared),
		"scholars":  replacing("ж ž й j х x ц c ч č ш š щ šč ъ ” ы y ь ’ э è ё ë ю ju я ja и i у u " + shared),
		"informal":  replacing("ж zh й y х h ц c ч ch ш sh щ sch ъ _ ы y ь _ э e ё e ю yu я ya и i у u " + shared),
	},
	"en": {
		"letter by letter": replacing("sh ш ch ч th т ph ф ck к ce це ci ци cy ци a а b б c к d д e е f ф g г h х i и j дж k к l л m м n н o о p п q к r р s с t т " +
			"u у v в w в x кс y и z з"),
	},
}

// shared are the letters that all schemes of Kazakh and Russian write alike.
const shared = "а a б b в v г g д d е e з z к k л l м m н n о o п p р r с s т t ф f"

// replacing replaces letters by what follows them in a list, "_" being nothing, in lower case and as capitals.
func replacing(pairs string) func(string) string {
	list := strings.Fields(pairs)
	var all []string
	for i := 0; i < len(list); i += 2 {
		to := strings.Replace(list[i+1], "_", "", 1)
		all = append(all, list[i], to)
		if first := []rune(to); len(first) > 0 {
			to = strings.ToUpper(string(first[:1])) + string(first[1:])
		}
		from := []rune(list[i])
		all = append(all, strings.ToUpper(string(from[:1]))+string(from[1:]), to)
	}
	return strings.NewReplacer(all...).Replace
}

// The keys that write the letters of each layout, and what the same keys write on another. They are stated here once more,
// and by key instead of by alphabet, so that a slip in the program's own table shows.
const (
	rowsLatin   = "1234567890-= qwertyuiop[] asdfghjkl;' zxcvbnm,./"
	rowsRussian = "1234567890-= йцукенгшщзхъ фывапролджэ ячсмитьбю."
	rowsKazakh  = "\"әіңғ,.үұқөһ йцукенгшщзхъ фывапролджэ ячсмитьбю№"
)

// onKeys returns what comes of typing a label while the other layout is on. A sign that the layout one means to have does
// not write is typed as it is.
func onKeys(meant, on string) func(string) string {
	write, written := []rune(meant), []rune(on)
	return func(label string) string {
		return strings.Map(func(r rune) rune {
			at := slices.Index(write, unicode.ToLower(r))
			switch {
			case r == ',' && meant == rowsRussian:
				return '?' // with shift
			case at < 0 || r == ' ' || r == '-' || unicode.IsDigit(r):
				return r
			case unicode.IsUpper(r):
				return unicode.ToUpper(written[at])
			}
			return written[at]
		}, label)
	}
}

// layouts are the ways to have had the wrong layout on. Latin names in a label are typed in the other one as well, since
// whoever changes the layout for them changes from the wrong one to the wrong one.
var layouts = map[string]map[string]func(string) string{
	"kk": {"Latin instead": both(rowsKazakh, rowsLatin), "Russian instead": onKeys(rowsKazakh, rowsRussian)},
	"ru": {"Latin instead": both(rowsRussian, rowsLatin)},
	"en": {"Russian instead": onKeys(rowsLatin, rowsRussian), "Kazakh instead": onKeys(rowsLatin, rowsKazakh)},
}

// both types the words of a label in the layout that they are not meant for: Cyrillic ones in the Latin layout, and Latin
// ones in the Cyrillic one.
func both(cyrillic, latin string) func(string) string {
	toLatin, toCyrillic := onKeys(cyrillic, latin), onKeys(latin, cyrillic)
	return func(label string) string {
		words := strings.SplitAfter(label, " ")
		for i, word := range words {
			if strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
				words[i] = toLatin(word)
			} else {
				words[i] = toCyrillic(word)
			}
		}
		return strings.Join(words, "")
	}
}
