// Package meili is the word search of production: Meilisearch, which outlives the process and is fed by one replica at a
// time. It owns the documents as Meilisearch has them, the settings of the indexes, the filters and queries that are put
// to it, its keys, and what to make of its errors. meilisearch-go lives here and only here.
//
// There are four indexes: demands, programmes and competences, and one document about them all: which rebuild made
// them, under which catalogue. A rebuild makes all four anew beside the living ones and swaps them in at once.
//
// A document says everything twice. Its words stand as search/reading reads them (stems, one string for each language,
// no typing errors forgiven): that is what the API searches, so that a word finds what it finds in the embedded engine.
// Its texts stand as they were written, Kazakh ones with a twin in folded spelling: that is what a browser searches that
// asks Meilisearch directly, and what a word is looked for in that no document has, typing errors forgiven.
//
//   - All words must be found, in any field, any order and any language; the last one also as the beginning of a word.
//   - A text with words that nothing has, is read as keys pressed in another layout, if all of it is then found.
//   - A word that nothing has is read in the other alphabet, then as a typing error: one error from five letters on, two
//     from nine.
//   - Words that are a synonym of a competence also find its labels, by Meilisearch's synonyms.
//   - What has the words in its title comes first, then in its competences, its organisation, its description.
//
// Filters are built from typed values, never from text: a value that does not look like one of ours is a value that
// nobody has. Facets, totals and pages are exact. While Meilisearch is down, or slow, a breaker answers in its place.
package meili
