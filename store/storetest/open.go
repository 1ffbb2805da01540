// Package storetest holds the one suite that the store must pass on each of its engines, and what tests need to open a
// store of their own. Only tests import it.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"github.com/stretchr/testify/require"

	"kopir/store"
)

// PostgresURLVariable names the environment variable with the address of a Postgres server that tests may make databases
// on.
const PostgresURLVariable = "KOPIR_TEST_POSTGRES_URL"

// Opened is a store of a test's own, with what tests may look at besides.
type Opened struct {
	*store.Store
	Config     store.Config // to open it once more
	statements atomic.Int64
}

// Statements returns how many statements it has run.
func (o *Opened) Statements() int { return int(o.statements.Load()) }

// Open opens an empty, migrated store for a test.
type Open func(t testing.TB) *Opened

// SQLite opens an empty, migrated SQLite store, which ends with the test.
func SQLite(t testing.TB) *Opened {
	t.Helper()
	migrated, err := template()
	require.NoError(t, err)
	c := store.Config{SQLitePath: filepath.Join(t.TempDir(), "kopir.db")}
	require.NoError(t, os.WriteFile(c.SQLitePath, migrated, 0o600))
	o := reopen(t, c)
	pending, err := o.Pending(t.Context())
	require.NoError(t, err)
	require.False(t, pending)
	// A log has a name of its own, and the template's is in every copy.
	require.NoError(t, o.RestartChanges(t.Context()))
	return o
}

// template returns the file of an empty, migrated SQLite store: copying it is quicker than migrating each time.
var template = sync.OnceValues(func() (file []byte, err error) {
	folder, err := os.MkdirTemp("", "kopir")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	path := filepath.Join(folder, "kopir.db")
	s, err := store.Open(context.Background(), store.Config{SQLitePath: path, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	_, err = s.Migrate(context.Background())
	if err = errors.Join(err, s.Close()); err != nil { // closing folds the write-ahead log into the file
		return nil, err
	}
	return os.ReadFile(path)
})

// unhurried is how long calls wait for their turn: what is tested is who wins, not how busy the machine is.
const unhurried = 30 * time.Second

// Postgres opens a store in an empty, migrated database of its own, which is dropped when the test ends. Without a
// server to make it on the test is skipped, or fails where CI is set.
func Postgres(t testing.TB) *Opened {
	t.Helper()
	address := PostgresDatabase(t)
	join := "?"
	if strings.Contains(address, "?") {
		join = "&"
	}
	return open(t, store.Config{PostgresURL: address + join + "lock_timeout=30s&statement_timeout=30s"})
}

// PostgresDatabase makes an empty database, which is dropped when the test ends, and returns its address.
func PostgresDatabase(t testing.TB) string {
	t.Helper()
	address := os.Getenv(PostgresURLVariable)
	if address == "" {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not set: Postgres must be tested here", PostgresURLVariable)
		}
		t.Skipf("NOT TESTED ON POSTGRES: %s is not set", PostgresURLVariable)
	}
	server, err := sql.Open("pgx", address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	name := "kopir_" + uuid.NewString()
	_, err = server.Exec(fmt.Sprintf(`CREATE DATABASE %q TEMPLATE template0 ENCODING 'UTF8'`, name))
	require.NoError(t, err)
	t.Cleanup(func() {
		_, err := server.Exec(fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name))
		require.NoError(t, err)
	})
	own, err := url.Parse(address)
	require.NoError(t, err)
	own.Path = "/" + name
	return own.String()
}

// PostgresSQL connects to a database beside the store, until the test ends.
func PostgresSQL(t testing.TB, address string) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", address)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func open(t testing.TB, c store.Config) *Opened {
	t.Helper()
	o := reopen(t, c)
	_, err := o.Migrate(t.Context())
	require.NoError(t, err)
	return o
}

// reopen opens a store without migrating it.
func reopen(t testing.TB, c store.Config) *Opened {
	t.Helper()
	o := &Opened{}
	if c.MaxWait == 0 {
		c.MaxWait = unhurried
	}
	c.Logger = slog.New(slog.DiscardHandler)
	c.Observe = func(string, time.Duration, error) { o.statements.Add(1) }
	s, err := store.Open(context.WithoutCancel(t.Context()), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	o.Store, o.Config = s, c
	return o
}
