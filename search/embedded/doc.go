// Package embedded is the word search that needs nothing installed: it runs inside the process, over an index that is
// built from the database and thrown away.
//
// Words live in SQLite FTS5, which finds and ranks (bm25); values to filter by and to count live in memory as bitmaps
// over the ordinals of documents; so do the numbers that bound and sort, and the vocabulary, which mends typing errors.
// What a word is, is the business of package words: the index sees stems only.
//
// What the words of a query find:
//
//   - All words must be found, in any field, any order and any language. A word is found by its stem; the last one, as
//     it may still be typed, also as the beginning of a word, from two letters on, unless a space follows it.
//   - A text with words that nothing has, is read as keys pressed in another layout, if all of it is then found.
//   - A word that nothing has is read in the other alphabet, then as a typing error of the words nearest to it: one
//     error from five letters on, two from nine. If nothing is near, nothing is found: no word is ever dropped.
//   - Words that are a synonym of a competence also find its labels: "питон" finds what names Python.
//   - "Words in quotes" stand side by side, in any grammatical form, and are not mended.
//   - The first reading.MaxWords words count. A text without any is the same as no text.
//   - What has all the words in its title comes first; within both parts the better bm25, then the smaller id.
//
// A generation is one such index, file and memory. Writing to it waits for a moment without searches, so that a search
// sees a batch whole or not at all; a rebuild makes the next generation beside it.
package embedded
