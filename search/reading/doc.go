// Package reading makes out what somebody who typed some words asks for, in the same way for every engine. It owns the
// units of a query (words, phrases in quotes, synonyms of competences), what a vocabulary has of them, where the words
// are found in a text, and finding competences and occupations as one types, which needs no engine: every process has their
// names.
//
// It knows no index and no database. What a word is, is the business of package words.
package reading
