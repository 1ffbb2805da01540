package store_test

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
	"kopir/store/storetest"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.SQLite)
}

func TestSQLiteFileIsItsOwnersAlone(t *testing.T) {
	o := storetest.SQLite(t)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(o.Config.SQLitePath + suffix)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
}

func TestSQLiteTakesAnyFileName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "деректер? 100%#&.db")
	s, err := store.Open(t.Context(), store.Config{SQLitePath: path})
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = os.Stat(path)
	require.NoError(t, err)
}

func TestSQLiteWithoutAFolderFails(t *testing.T) {
	_, err := store.Open(t.Context(), store.Config{SQLitePath: filepath.Join(t.TempDir(), "missing", "kopir.db")})
	require.Error(t, err)
}

// What is acknowledged survives a loss of power, and readers do not wait for the writer: that is what these settings
// say.
func TestSQLiteSettings(t *testing.T) {
	o := storetest.SQLite(t)
	for connections, want := range map[string]map[string]string{
		"write": {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "0"},
		"read":  {"journal_mode": "wal", "foreign_keys": "1", "busy_timeout": "5000", "query_only": "1"},
	} {
		for name, value := range want {
			got, err := o.Pragma(t.Context(), connections, name)
			require.NoError(t, err)
			require.Equal(t, value, got, connections+" "+name)
		}
	}
}

func TestSQLiteReadersDoNotWaitForTheWriter(t *testing.T) {
	o := storetest.SQLite(t)
	require.NoError(t, o.InTx(t.Context(), func(_ context.Context, tx domain.Tx) error {
		require.NoError(t, tx.RequestReindex(t.Context()))
		return o.Ping(context.Background()) // on another connection, while this one writes
	}))
}

// Another process may hold the file: the store waits for it, and says Unavailable if it does not end.
func TestSQLiteAnotherProcessHoldsTheFile(t *testing.T) {
	o := storetest.SQLite(t)
	other, err := sql.Open("sqlite", "file:"+o.Config.SQLitePath+"?_txlock=immediate")
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()

	tx, err := other.Begin()
	require.NoError(t, err)
	var waiting sync.WaitGroup
	var waited error
	waiting.Go(func() {
		waited = o.InTx(context.Background(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) })
	})
	require.NoError(t, tx.Rollback())
	waiting.Wait()
	require.NoError(t, waited)

	tx, err = other.Begin()
	require.NoError(t, err)
	err = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) })
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	require.NoError(t, tx.Rollback())
	var ok string
	require.NoError(t, other.QueryRow("PRAGMA integrity_check").Scan(&ok))
	require.Equal(t, "ok", ok)
}

// A question to the change log that hangs, as one on a connection that was cut off, holds up no others.
func TestAQuestionThatHangsHoldsUpNobody(t *testing.T) {
	o := storetest.SQLite(t)
	shelf, err := store.NewShelf(t.Context(), o.Store, 10)
	require.NoError(t, err)
	shelf.HoldUp()
	ctx, end := context.WithTimeout(t.Context(), 30*time.Second)
	defer end()
	for range 3 {
		_, err = shelf.Organisations(ctx, []uuid.UUID{uuid.New()})
		require.NoError(t, err)
	}
}

// Who changes rows by hand calls for everything to be read again, and then it is.
func TestWhatIsReadAgainIsReadFromTheDatabase(t *testing.T) {
	for name, open := range map[string]storetest.Open{"SQLite": storetest.SQLite, "Postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			o := open(t)
			ids := organisations(t, o, 1)
			shelf, err := store.NewShelf(t.Context(), o.Store, 10)
			require.NoError(t, err)
			number := func() string {
				there, err := shelf.Organisations(t.Context(), ids)
				require.NoError(t, err)
				return there[ids[0]].Registration.Number
			}
			require.Equal(t, "000000000000", number())
			_, err = o.SQL().Exec("UPDATE organisations SET registration_number = '000000000100'")
			require.NoError(t, err)
			require.Equal(t, "000000000000", number(), "nobody was told")
			require.NoError(t, o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.RequestReindex(ctx) }))
			require.Equal(t, "000000000100", number())
		})
	}
}
