// Package storetest holds the one suite that the store must pass on each of its engines, and what tests need to open a
// store of their own. Only tests import it.
package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
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
	return open(t, store.Config{SQLitePath: filepath.Join(t.TempDir(), "kopir.db")})
}

// Postgres opens a store in an empty, migrated database of its own, which is dropped when the test ends. Without a
// server to make it on the test is skipped, or fails where CI is set.
func Postgres(t testing.TB) *Opened {
	t.Helper()
	return open(t, store.Config{PostgresURL: PostgresDatabase(t)})
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
	c.Logger = slog.New(slog.DiscardHandler)
	c.Observe = func(string, time.Duration, error) { o.statements.Add(1) }
	s, err := store.Open(context.WithoutCancel(t.Context()), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	o.Store, o.Config = s, c
	return o
}
