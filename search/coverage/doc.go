// Package coverage is the exact matching index: it ranks all published programmes by how much of a set of requirements
// they meet, and all open demands by how much of them a set of outcomes meets, in memory and without approximation. It
// agrees with domain.Explain to the last unit and the last tie, and tests hold it to that.
//
// It owns the numbers that stand for competences and filter values, the posting lists, the bitmaps and the order of
// ordinals. It must not know texts, organisations, the database, or who asks.
//
// # How it is laid out
//
// An Index is an atomic pointer to a snapshot that never changes. Readers load it and wait for nobody; a writer builds
// the next one and swaps, so a reader sees an Apply whole or not at all.
//
// Each side of the market is a few segments (segments.go). A segment never changes either; only which of its documents
// are alive does, by a copied bitset. An update buries the old document, puts the new one into a small segment and
// merges segments when they have become many or half dead, so every document is rewritten a logarithmic number of times.
//
// Ordinals in a segment follow the order that breaks ties: programmes by weeks (unknown last) and id, demands by what
// they ask in all (most first), openings (most first) and id. So a document that comes later in a segment loses every
// tie against one before it without a look at either; max_weeks is a prefix; and demands that ask equally much are a run
// within which coverages compare as plain points.
//
// Programmes (programmes.go) have a posting list per competence that can be asked for, with the relations expanded: one
// posting for a programme however many of its outcomes serve that competence. It packs the best level among outcomes of
// r = 4/4, of 3/4 and of 2/4 into four bits each, which is all that any asked level needs. What a posting earns is then
// one look into a table for the requirement's level and importance (credit.go), and points and musts met add up in one
// uint32 whose order is the order of matches.
//
// Demands (demands.go) have a posting list per required competence as written, with level and importance; the query's
// outcomes are expanded instead, once.
//
// Filters are sets of ordinals (sets.go): own bitsets, or sorted lists where a value is rare. Roaring bitmaps took three
// times as long for the same filter of five values over 100,000 programmes (31 µs against 9 µs), and a plain word of 64
// documents meets the scores, which lie by ordinal, without another walk.
package coverage
