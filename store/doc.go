// Package store keeps the market in a database: SQLite in one file, or Postgres. It owns the tables and GORM, which is
// used nowhere else, and implements the domain's ports Store, ChangeLog, KeyStore and Once. It knows nothing of HTTP,
// search or tokens, and has no rules: what may be stored was decided before it gets here.
//
// # Two engines, one behaviour
//
// What differs between the engines is in sqlite.go and postgres.go, and in the folders of migrations; everything else
// is written once. The suite in storetest is run on both.
//
//   - A noun is read in one statement, its children folded into it as JSON, so that it is never read half old, half new.
//   - A statement that fails spoils its transaction on both engines, as Postgres has it: InTx then keeps nothing, even if
//     the work goes on and returns nil.
//   - Times are UTC in microseconds; a zero time, an empty optional string and a zero optional number are NULL. Lists of
//     a demand or a programme are never nil when they come back; lists of a competence are nil when empty.
//   - At most Config.MaxConns calls are at the database at once. One more waits for a second (a writer on SQLite for
//     five, since there is one at a time) and then fails with Unavailable.
//
// # How it is laid out
//
// Opening and closing (store.go, migrate.go), the engines (sqlite.go, postgres.go), transactions (tx.go, gate.go), what
// all rows share (values.go, rows.go), one file for each noun, the change log (changes.go), what is read again and
// again and therefore kept in memory (shelf.go, glance.go, news.go), who feeds an engine (feeds.go), answers that are kept
// (once.go), the one translation of errors (errors.go), and what is logged (log.go).
package store
