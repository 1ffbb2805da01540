package api

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// sql is the database as somebody sees it who has opened it beside the store.
func (w *marketplace) sql() *sql.DB {
	w.t.Helper()
	driver, source := "sqlite", "file:"+w.database.SQLitePath
	if w.database.PostgresURL != "" {
		driver, source = "pgx", w.database.PostgresURL
	}
	w.beside.Do(func() {
		var err error
		w.besides, err = sql.Open(driver, source)
		require.NoError(w.t, err)
		w.t.Cleanup(func() { require.NoError(w.t, w.besides.Close()) })
	})
	return w.besides
}

// rows is all that the database holds but the catalogue, each row as a line that begins with its table, in order.
func (w *marketplace) rows() []string {
	w.t.Helper()
	ask := "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
	if w.database.PostgresURL != "" {
		ask = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
	}
	var lines []string
	for _, table := range w.query(ask) {
		table = strings.Trim(table, "[]")
		if strings.HasPrefix(table, "catalogue") || strings.HasPrefix(table, "competence") {
			continue
		}
		for _, row := range w.query("SELECT * FROM " + table) {
			lines = append(lines, table+" "+row)
		}
	}
	slices.Sort(lines)
	return lines
}

// query returns rows as text.
func (w *marketplace) query(statement string) (out []string) {
	w.t.Helper()
	rows, err := w.sql().QueryContext(w.t.Context(), statement)
	require.NoError(w.t, err)
	defer func() { require.NoError(w.t, rows.Close()) }()
	columns, err := rows.Columns()
	require.NoError(w.t, err)
	for rows.Next() {
		values, places := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			places[i] = &values[i]
		}
		require.NoError(w.t, rows.Scan(places...))
		out = append(out, fmt.Sprint(values))
	}
	require.NoError(w.t, rows.Err())
	return out
}
