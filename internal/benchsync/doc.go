// Command benchsync measures how the search engine keeps up with the database, on real servers: a Postgres that flushes,
// a Meilisearch, and two replicas of the program as processes of their own.
//
//	TESTENV_DURABLE=1 scripts/testenv.sh run go run ./internal/benchsync -program bin/kopir -out out/bench.jsonl
//
// It writes a generated market into a database and indexes of its own, and deletes both at the end. In this order:
//
//   - fill: how long the first filling of the indexes takes;
//   - backlog: how long a replica needs for changes that were made while none fed;
//   - rebuild: how long a rebuild takes under a steady load of searches, and how many of these failed;
//   - fresh: how long after its publication was acknowledged by one replica a thing is found by the other;
//   - overhead: searches through the API against the same requests sent straight to Meilisearch, turn by turn;
//   - match: naming all that a common word finds, and matching within it;
//   - served: the matches of demands over HTTP, against a plain handler that reads the same rows and sends the same bytes,
//     and how long they take at half of the best throughput. It needs no filled indexes.
//
// Things that are not found and documents that are refused fail the run. Searches that fail are counted, and a time or a
// count over its target is shown as missed: it says how fast this machine is today.
package main
