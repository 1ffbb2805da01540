// Package words turns text in Kazakh, Russian and English into words that can be compared.
//
// It owns two spellings of a word. The fold is what remains when a keyboard's accidents are taken away: letter
// case, ё for е, a Russian letter for the Kazakh one that looks like it, a Cyrillic С in "С++", the dot of
// "node.js". The stem is the fold without the endings that grammar adds, equal for the forms of one word.
//
// The language of a query word is unknown, and a Kazakh word is often typed without Kazakh letters. So both are
// functions of the word alone, and the stem sees only the fold: a document's бағдарламалауды and a query's
// багдарламалау meet. Where two readings of a word are possible the package leaves an ending on rather than merge
// different words: a missed form costs one result, a merged word spoils a list.
//
//	text     Tokens   words with their place in the text, names of technologies whole: C++, .NET, node.js, CI/CD
//	text     Fold     the whole text in comparable spelling, punctuation kept
//	text     Key      a name's stems: equal keys name the same thing
//	fold     Stem     a word without endings
//	fold     Transliterate   the word in the other alphabet
//	fold     Sound   what it sounds like, in either alphabet
//	text     Layouts what its keys write in another layout
//	a, b     Distance typing errors between two words
//
// The package knows no catalogue, no synonyms and no index: "БД" for "база данных" is the catalogue's to say.
package words
