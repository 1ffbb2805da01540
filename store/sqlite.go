package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"
	"gorm.io/gorm/callbacks"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite" // registers the driver "sqlite"

	"kopir/migrations"
)

// sqliteBusy is how long a writer waits for another process that holds the file.
const sqliteBusy = 5 * time.Second

// sqliteChanges is how the change log is read on SQLite: there is one writer at a time, so the order of numbers is the
// order of commits.
var sqliteChanges = changeQueries{
	page: `SELECT t.log, '' AS origin, '' AS here, 0 AS tail_xid, t.seq AS tail_seq, 0 AS end_xid,
		max(t.seq, (SELECT coalesce(max(seq), 0) FROM change_log)) AS end_seq,
		0 AS xid, c.seq, c.kind, c.subject, c.at
		FROM change_log_tail t
		LEFT JOIN (SELECT seq, kind, subject, at FROM change_log WHERE ? = 0 AND seq > ? ORDER BY seq LIMIT ?) c ON true
		ORDER BY c.seq`,
	news: `WITH ends AS (SELECT max(t.seq, (SELECT coalesce(max(seq), 0) FROM change_log)) AS seq FROM change_log_tail t),
			before AS (SELECT CAST(coalesce(nullif(@seen, ''), ends.seq) AS INTEGER) AS seen FROM ends)
		SELECT t.log, '' AS origin, '' AS here, CAST(ends.seq AS TEXT) AS seen,
			t.seq > before.seen OR before.seen > ends.seq AS lost, c.kind, c.subject
		FROM change_log_tail t CROSS JOIN ends CROSS JOIN before
		LEFT JOIN (SELECT kind, subject FROM change_log WHERE seq > (SELECT seen FROM before) LIMIT @most) c ON true`,
	head:    `SELECT t.log, 0 AS xid, max(t.seq, (SELECT coalesce(max(seq), 0) FROM change_log)) AS seq FROM change_log_tail t`,
	waiting: `SELECT count(*), min(at) FROM (SELECT at FROM change_log WHERE ? = 0 AND seq > ? ORDER BY seq LIMIT 100000)`,
	trimmable: `SELECT 0 AS xid, coalesce(max(seq), 0) AS seq FROM change_log
		WHERE seq < coalesce((SELECT min(seq) FROM change_log WHERE at >= ?), 9223372036854775807)`,
	trim:    `DELETE FROM change_log WHERE ? = 0 AND seq <= ?`,
	setTail: `UPDATE change_log_tail SET seq = ? + ?`,
	restart: `UPDATE change_log_tail SET log = ?, seq = (SELECT coalesce(max(seq), 0) FROM change_log)`,
}

// openSQLite opens the file, creating it for its owner alone, with one connection that writes and some that only read.
func openSQLite(ctx context.Context, c Config) (*engine, error) {
	path, readers := c.SQLitePath, c.MaxConns
	if err := touch(path); err != nil {
		return nil, err
	}
	write, err := sqlitePool(path, 1, "_txlock=immediate", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)")
	if err != nil {
		return nil, err
	}
	if err := write.PingContext(ctx); err != nil { // sets the journal's mode before the first reader comes
		return nil, closing(fmt.Errorf("opening the database file: %w", err), write)
	}
	read, err := sqlitePool(path, readers, "_pragma=query_only(true)")
	if err != nil {
		return nil, closing(err, write)
	}
	return &engine{
		name:        "sqlite",
		write:       write,
		read:        read,
		writeGate:   newGate(1, cmp.Or(c.MaxWait, sqliteQueue)),
		readGate:    newGate(readers, cmp.Or(c.MaxWait, defaultWait)),
		dialector:   func(db *sql.DB) gorm.Dialector { return sqliteDialector{db} },
		snapshot:    sql.TxOptions{ReadOnly: true}, // every transaction of SQLite is a snapshot
		parameters:  32_766,
		yearAgo:     "strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-1 year')",
		jsonArray:   "json_array",
		jsonGroup:   "json_group_array",
		leaseBudget: leaseBudget("min", "max"),
		changes:     sqliteChanges,
		goose:       goose.DialectSQLite3,
		migrations:  migrations.SQLite(),
	}, nil
}

// touch creates the file, readable by its owner only, unless it is there.
func touch(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("opening the database file: %w", err)
	}
	return f.Close()
}

func sqlitePool(path string, conns int, settings ...string) (*sql.DB, error) {
	settings = append([]string{
		fmt.Sprintf("_pragma=busy_timeout(%d)", sqliteBusy.Milliseconds()),
		"_pragma=foreign_keys(true)",
	}, settings...)
	name := "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(settings, "&")
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("opening the database file: %w", err)
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

// sqliteDialector is what GORM must know of SQLite, over the driver modernc.org/sqlite.
type sqliteDialector struct{ db *sql.DB }

// Name returns what GORM calls the dialect.
func (d sqliteDialector) Name() string { return "sqlite" }

// This is where GORM is joined to the pool.
func (d sqliteDialector) Initialize(db *gorm.DB) error {
	db.ConnPool = d.db
	callbacks.RegisterDefaultCallbacks(db, &callbacks.Config{
		CreateClauses: []string{"INSERT", "VALUES", "ON CONFLICT", "RETURNING"},
		UpdateClauses: []string{"UPDATE", "SET", "FROM", "WHERE", "RETURNING"},
		DeleteClauses: []string{"DELETE", "FROM", "WHERE", "RETURNING"},
	})
	// There is no SELECT … FOR UPDATE, and no need of it: a transaction that writes is alone from its begin.
	db.ClauseBuilders["FOR"] = func(clause.Clause, clause.Builder) {}
	return nil
}

// Migrator returns nothing: the schema is made by migrations, never by GORM.
func (d sqliteDialector) Migrator(*gorm.DB) gorm.Migrator { return nil }

// DataTypeOf returns a field's own type: only migrators ask for more.
func (d sqliteDialector) DataTypeOf(f *schema.Field) string { return string(f.DataType) }

// DefaultValueOf stands for a value that is left to the database.
func (d sqliteDialector) DefaultValueOf(*schema.Field) clause.Expression {
	return clause.Expr{SQL: "NULL"}
}

// BindVarTo writes the place of a parameter.
func (d sqliteDialector) BindVarTo(w clause.Writer, _ *gorm.Statement, _ any) { _ = w.WriteByte('?') }

// QuoteTo writes a name, each part of it in quotes.
func (d sqliteDialector) QuoteTo(w clause.Writer, name string) {
	quoted := make([]string, 0, 2)
	for part := range strings.SplitSeq(name, ".") {
		quoted = append(quoted, `"`+strings.ReplaceAll(part, `"`, `""`)+`"`)
	}
	_, _ = w.WriteString(strings.Join(quoted, "."))
}

// Explain returns the statement without its parameters: they are people's data.
func (d sqliteDialector) Explain(statement string, _ ...any) string { return statement }
