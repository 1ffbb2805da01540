package words

import "strings"

// Sound is what a folded word sounds like, roughly: equal for the spellings that the usual transliterations of Kazakh
// and Russian give it, in either direction (багдарламалау, bagdarlamalau, baghdarlamalau; разработчик, razrabotchik,
// razrabotčik), and for other words now and then: it is for looking up what a word may mean that nobody knows as it is
// written, not for deciding what is the same. The beginning of a word sounds like the beginning of it, but for its last
// letter, which may be half of one.
func Sound(fold string) string {
	in := latinised(fold)
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); {
		sound, n := phoneme(in, i)
		i += n
		for _, c := range []byte(sound) {
			if len(out) == 0 || out[len(out)-1] != c {
				out = append(out, c)
			}
		}
	}
	return glide.Replace(string(out))
}

// glide takes away the й that some write between a vowel and е: жуйе, juye.
var glide = strings.NewReplacer("aie", "ae", "oie", "oe", "uie", "ue", "eie", "ee")

// latinised writes Cyrillic letters in Latin ones, those of one sound that Latin has not as capitals.
func latinised(fold string) string {
	for i := range len(fold) {
		if fold[i] >= 0x80 {
			return cyrillicSounds.Replace(fold)
		}
	}
	return fold
}

// C is ч, S is ш and щ, Z is ж and дж, T is ц; ы, и and й are one, and so are х and the h of Latin.
var cyrillicSounds = strings.NewReplacer("дж", "Z", "сч", "S", "шч", "S", "тс", "T", "тш", "C", "тч", "C", "нг", "n",
	"а", "a", "б", "b", "в", "v", "г", "g", "д", "d", "е", "e", "ж", "Z", "з", "z", "и", "i", "й", "i", "к", "k", "л", "l",
	"м", "m", "н", "n", "о", "o", "п", "p", "р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "h", "ц", "T", "ч", "C",
	"ш", "S", "щ", "S", "ъ", "", "ы", "i", "ь", "", "э", "e", "ю", "iu", "я", "ia")

// several are the letters that stand for one sound together, the longest first.
var several = [...][2]string{{"shch", "S"}, {"sch", "S"}, {"shh", "S"}, {"tsh", "C"}, {"tch", "C"}, {"dzh", "Z"}, {"sh", "S"},
	{"ch", "C"}, {"zh", "Z"}, {"dj", "Z"}, {"kh", "h"}, {"gh", "g"}, {"ph", "f"}, {"th", "t"}, {"ts", "T"}, {"tz", "T"}, {"cz", "T"},
	{"ck", "k"}, {"ng", "n"}}

// phoneme reads the sound at i, which is n letters long.
func phoneme(in string, i int) (sound string, n int) {
	for _, s := range several {
		if strings.HasPrefix(in[i:], s[0]) {
			return s[1], len(s[0])
		}
	}
	before, after := byteAt(in, i-1), byteAt(in, i+1)
	switch in[i] {
	case 'c':
		if after != 0 && strings.IndexByte("eiy", after) >= 0 {
			return "T", 1
		}
		return "k", 1
	case 'q':
		return "k", 1
	case 'w':
		return "v", 1
	case 'x':
		return "ks", 1
	case 'y':
		if after == 'e' && (before == 0 || isVowel(before)) {
			return "e", 2 // ye is е there, and ые behind a consonant
		}
		return "i", 1
	case 'j':
		return jay(before, after), 1
	case '\'', '`':
		return "", 1
	}
	return in[i : i+1], 1
}

// jay tells the j that is й, or a part of я and ю, from the one that is ж.
func jay(before, after byte) string {
	switch {
	case before == 0:
		return "Z"
	case before == 'i' || before == 'y', isVowel(before) && !isVowel(after), !isVowel(before) && strings.IndexByte("auo", after) >= 0:
		return "i"
	}
	return "Z"
}

// byteAt returns the byte at i, 0 beyond the ends.
func byteAt(s string, i int) byte {
	if i < 0 || i >= len(s) {
		return 0
	}
	return s[i]
}
