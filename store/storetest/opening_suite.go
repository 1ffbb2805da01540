package storetest

import (
	"bytes"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/migrations"
	"kopir/store"
)

// testOpening: a database comes to be, and is found again.
func testOpening(t *testing.T, open Open) {
	t.Run("migrating an empty database applies all, migrating it again nothing", func(t *testing.T) {
		o := reopen(t, emptied(t, open))
		all, err := fs.Glob(migrations.SQLite(), "*.sql")
		require.NoError(t, err)
		for _, want := range []int{len(all), 0} {
			pending, err := o.Pending(t.Context())
			require.NoError(t, err)
			require.Equal(t, want > 0, pending)
			applied, err := o.Migrate(t.Context())
			require.NoError(t, err)
			require.Equal(t, want, applied)
		}
		keep(t, o, fullOrganisation(1))
	})
	t.Run("what was kept is there when the store is opened again", func(t *testing.T) {
		o := open(t)
		org := fullOrganisation(1)
		keep(t, o, org)
		got, err := reopen(t, o.Config).Organisation(t.Context(), org.ID)
		require.NoError(t, err)
		same(t, org, got)
	})
	t.Run("a closed store is unavailable or fails, and does not hang", func(t *testing.T) {
		c := open(t).Config
		s, err := store.Open(t.Context(), c)
		require.NoError(t, err)
		require.NoError(t, s.Ping(t.Context()))
		require.NoError(t, s.Close())
		require.Error(t, s.Ping(t.Context()))
		_, err = s.Organisation(t.Context(), newID())
		require.Error(t, err)
	})
	t.Run("neither logs nor shapes hold people's data", func(t *testing.T) {
		c := open(t).Config
		var log bytes.Buffer
		var shapes []string
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		c.Observe = func(shape string, _ time.Duration, _ error) { shapes = append(shapes, shape) }
		s, err := store.Open(t.Context(), c)
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		o := &Opened{Store: s}
		a := someAccount("secret@example.kz")
		keep(t, o, a)
		_, err = o.AccountByEmail(t.Context(), a.Email)
		require.NoError(t, err)
		require.NotEmpty(t, shapes)
		for _, shape := range shapes {
			require.False(t, looksLikeData(shape, a.Email, a.Name, a.PasswordHash, a.ID.String()), shape)
		}
		require.False(t, looksLikeData(log.String(), a.Email, a.Name, a.PasswordHash, a.ID.String()))
		require.Contains(t, strings.Join(shapes, "\n"), "accounts")
	})
	t.Run("both engines have migrations of the same names", func(t *testing.T) {
		a, err := fs.Glob(migrations.Postgres(), "*.sql")
		require.NoError(t, err)
		b, err := fs.Glob(migrations.SQLite(), "*.sql")
		require.NoError(t, err)
		require.NotEmpty(t, a)
		require.Equal(t, a, b)
	})
	t.Run("a configuration names one database", func(t *testing.T) {
		for _, c := range []store.Config{{}, {SQLitePath: "x", PostgresURL: "postgres://localhost/x"}, {PostgresURL: "postgres://user:secret@:x:y/"}} {
			_, err := store.Open(t.Context(), c)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "secret")
		}
	})
	t.Run("tables that are not there are a defect, not a missing thing", func(t *testing.T) {
		s, err := store.Open(t.Context(), emptied(t, open))
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		pending, err := s.Pending(t.Context())
		require.NoError(t, err)
		require.True(t, pending)
		_, err = s.Organisation(t.Context(), newID())
		require.Error(t, err)
		require.Zero(t, domain.KindOf(err))
	})
}

// emptied returns the configuration of a database of the same engine that was never migrated.
func emptied(t *testing.T, open Open) store.Config {
	c := open(t).Config
	if c.SQLitePath != "" {
		c.SQLitePath += ".new"
	} else {
		c.PostgresURL = PostgresDatabase(t)
	}
	return c
}
