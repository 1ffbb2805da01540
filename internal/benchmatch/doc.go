// Command benchmatch measures matching: the index in memory, against looking at everything with domain.Explain, and
// against the query that one would write for Postgres. All three answer the same queries on the same market in the same run,
// on one core, and their answers must be equal, ranks and totals, or the program fails. Plain queries want the first ten, total
// wants how many there are, and counted wants both, as SQL gives them: there the two are compared. Meilisearch's nearest vectors
// answer the plain ones too, not exactly: the best ten of the nearest 10, 100 and 1,000 are timed, and their recall is measured,
// in markets of up to 100,000. Last, the best programmes of many demands at once, on all cores.
//
//	scripts/testenv.sh run go run ./internal/benchmatch -out out/bench.jsonl -sizes 10000,100000 -seed 1
//
// It makes a database and an index of its own on the servers that the environment names, and deletes both.
//
// The table is for people; the file has one JSON object per measurement. Quantiles are of the time of single queries;
// samples says of how many. The slow engines answer fewer queries, the first ones of the same list.
package main
