// Package migrations owns the schema: two folders of SQL, one for each engine, with the same numbers and names. It knows
// nothing of what runs them.
//
// A migration is never changed once it has shipped, and none goes back: what must be undone is undone by the next one.
// CHECK constraints repeat what the domain guarantees, as the last line of defence. Where the engines have different
// types, SQLite keeps UUIDs as text in lower case, times as text in UTC with six decimals ("2027-03-01T09:00:00.000000Z")
// and dates as ISO text, so that each compares as it should.
package migrations

import (
	"embed"
	"io/fs"
)

//go:embed postgres/*.sql
var postgres embed.FS

//go:embed sqlite/*.sql
var sqlite embed.FS

// Postgres returns the migrations for Postgres, by file name.
func Postgres() fs.FS { return folder(postgres, "postgres") }

// SQLite returns the migrations for SQLite, by file name.
func SQLite() fs.FS { return folder(sqlite, "sqlite") }

func folder(all embed.FS, name string) fs.FS {
	sub, err := fs.Sub(all, name)
	if err != nil { // the name is a constant above
		panic(err)
	}
	return sub
}
