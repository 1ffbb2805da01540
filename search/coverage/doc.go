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
// What is small is merged at once; what is large in the background, while neither readers nor writers wait.
//
// A segment is columns: a value of all its documents lies in one piece, and a list of each in one piece with the ends of
// the lists beside it. So there are no pointers for the garbage collector to follow. A programme with eleven outcomes and 31
// postings takes some 300 bytes, all in all (Stats says how many), and some 8 µs to build (BenchmarkBuild).
//
// Ordinals in a segment follow the order that breaks ties: programmes by weeks (unknown last) and id, demands by what
// they ask in all (most first), openings (most first) and id. So a document that comes later in a segment loses every
// tie against one before it without a look at either; max_weeks is a prefix; and demands that lie together ask about
// equally much, so that a coverage to beat is points to beat.
//
// Posting lists (postings.go) lie in one piece each, cut into blocks of 32,768 documents and, in a block, into runs of
// documents with one code, two bytes for a posting; codes that few have share a run. A list has the same runs in every block.
// What one in 256 documents has is kept as a bitmap, too: a total is the union of those. Documents that are likely to be
// among the best have their postings twice. The largest pieces ask for large pages (pages_linux.go).
//
// Programmes (programmes.go) have a posting list per competence that can be asked for, with the relations expanded: one
// posting for a programme however many of its outcomes serve that competence. Its code says what the best levels among
// outcomes of r = 4/4, of 3/4 and of 2/4 earn at any asked level, of which there are 98 cases (credit.go). Points and musts
// met add up in one uint32 whose order is the order of matches.
//
// Demands (demands.go) have a posting list per required competence as written, with level and importance as the code; the
// query's outcomes are expanded instead, once.
//
// # How a query is answered
//
// Few of those that match can be among the first ten, and most of the others are never added up (sieve.go): runs that
// earn little are not walked, in the measure in which what they earn together stays below what the last of the first ten
// has. What is walked adds up in a byte for each document of a block, in a unit that leaves room for all of it, rounded up. A
// sample, of the programmes that teach most and the demands that ask what is asked often, is added up first, and what the
// tenth of it has is beaten from the first block on. Who may still come in is worked out exactly, from what a programme
// teaches or a demand requires. Where constraints leave few, all of them are worked out so, and no list is walked.
//
// Filters are sets of ordinals (sets.go): own bitsets, or sorted lists where a value is rare. Roaring bitmaps took three
// times as long for the same filter of five values over 100,000 programmes (31 µs against 9 µs), and a plain word of 64
// documents meets the scores, which lie by ordinal, without another walk.
package coverage
