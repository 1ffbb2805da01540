package store_test

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
	"kopir/store/storetest"
)

// tool finds one of Postgres' own programs.
func tool(t *testing.T, name string) string {
	t.Helper()
	places := []string{filepath.Join(os.Getenv("KOPIR_TEST_POSTGRES_BIN"), name)}
	installed, err := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	require.NoError(t, err)
	for _, path := range append(places, installed...) {
		if found, err := exec.LookPath(path); err == nil && filepath.IsAbs(found) {
			return found
		}
	}
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not to be found: backups must be tested here", name)
	}
	t.Skipf("NOT TESTED WITH A BACKUP: %s is not to be found", name)
	return ""
}

func run(t *testing.T, name string, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tool(t, name), args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// plain returns an address as Postgres' own programs take it: without settings that only drivers know.
func plain(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.RawQuery = ""
	return u.String()
}

func touch(t *testing.T, s *store.Store, n byte) uuid.UUID {
	t.Helper()
	id := uuid.UUID{15: n}
	require.NoError(t, s.Touch(t.Context(), []domain.Subject{{Side: domain.DemandSide, ID: id}}))
	return id
}

// reader follows a log as everybody does: from a place, or, told that it is stale, from a new head after looking at
// everything.
type reader struct {
	*store.Store
	at    domain.Position
	stale int
	seen  []uuid.UUID
}

func (r *reader) read(t *testing.T) {
	t.Helper()
	for {
		changes, next, err := r.Changes(t.Context(), r.at, 100)
		if domain.KindOf(err) == domain.Stale {
			r.stale++
			r.at, err = r.Head(t.Context())
			require.NoError(t, err)
			continue
		}
		require.NoError(t, err)
		for _, c := range changes {
			r.seen = append(r.seen, c.ID)
		}
		if r.at = next; len(changes) == 0 {
			return
		}
	}
}

// readUntil reads until an id was seen; somebody else's transaction on the server may hold it up for a moment.
func (r *reader) readUntil(t *testing.T, id uuid.UUID) {
	t.Helper()
	for began := time.Now(); ; {
		r.read(t)
		for _, s := range r.seen {
			if s == id {
				return
			}
		}
		require.Less(t, time.Since(began), 20*time.Second, "%s never came", id)
	}
}

func open(t *testing.T, address string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{PostgresURL: address})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// dumped fills a database, dumps it, and goes on writing: the reader is ahead of the dump.
func dumped(t *testing.T) (o *storetest.Opened, file string, r *reader) {
	t.Helper()
	o = storetest.Postgres(t)
	r = &reader{Store: o.Store}
	r.readUntil(t, touch(t, o.Store, 1))
	lease, held, err := o.TakeLease(t.Context(), domain.SearchFeed, "one", time.Hour)
	require.NoError(t, err)
	require.True(t, held)
	require.NoError(t, o.SaveProgress(t.Context(), lease, domain.FeedProgress{Feed: domain.Feed{Position: r.at, Generation: "g"}}))
	file = filepath.Join(t.TempDir(), "kopir.dump")
	run(t, "pg_dump", "--format=custom", "--file="+file, plain(t, o.Config.PostgresURL))
	for n := range byte(5) {
		r.readUntil(t, touch(t, o.Store, 10+n)) // what the restored database has never heard of
	}
	require.Zero(t, r.stale)
	return o, file, r
}

func TestPostgresRestoredIntoAnotherDatabaseBeginsItsLogAnew(t *testing.T) {
	_, file, before := dumped(t)
	address := storetest.PostgresDatabase(t)
	run(t, "pg_restore", "--dbname="+plain(t, address), file)
	restored := open(t, address)
	requireBeginsAnew(t, restored, before.at)
}

func TestPostgresRestoredOverItselfBeginsItsLogAnew(t *testing.T) {
	o, file, before := dumped(t)
	run(t, "pg_restore", "--clean", "--if-exists", "--dbname="+plain(t, o.Config.PostgresURL), file)
	requireBeginsAnew(t, open(t, o.Config.PostgresURL), before.at)
}

// requireBeginsAnew: a reader from before is stale, so is the fed engine, once; and nothing that comes is lost.
func requireBeginsAnew(t *testing.T, restored *store.Store, before domain.Position) {
	t.Helper()
	fed, err := restored.Feed(t.Context(), domain.SearchFeed)
	require.NoError(t, err)
	require.NotEmpty(t, fed.Position, "it is restored with the rest")
	one, engine := &reader{Store: restored, at: before}, &reader{Store: restored, at: fed.Position}
	one.read(t)
	engine.read(t)
	require.Equal(t, 1, one.stale)
	require.Equal(t, 1, engine.stale)
	id := touch(t, restored, 99)
	one.readUntil(t, id)
	engine.readUntil(t, id)
	require.Equal(t, []int{1, 1}, []int{one.stale, engine.stale}, "it begins anew once")
}

// The control: without a look at where it lives, a reader that was ahead of the dump believes that it has seen what comes.
func TestPostgresRestoredAndTakenForTheSameLosesChanges(t *testing.T) {
	o, file, before := dumped(t)
	run(t, "pg_restore", "--clean", "--if-exists", "--dbname="+plain(t, o.Config.PostgresURL), file)
	restored := open(t, o.Config.PostgresURL)
	sql := storetest.PostgresSQL(t, o.Config.PostgresURL)
	_, err := sql.ExecContext(t.Context(), "UPDATE change_log_tail SET origin = ''") // "not yet looked at"
	require.NoError(t, err)
	r := &reader{Store: restored, at: before.at}
	r.read(t)
	require.Zero(t, r.stale, "it goes on as if nothing had happened, and never hears that five things are gone")
}

func TestPostgresTellsWhereItIsToAnOrdinaryRole(t *testing.T) {
	o := storetest.Postgres(t)
	sql := storetest.PostgresSQL(t, o.Config.PostgresURL)
	role := "reader_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	for _, statement := range []string{
		"CREATE ROLE " + role + " LOGIN PASSWORD 'secret'", "GRANT ALL ON ALL TABLES IN SCHEMA public TO " + role,
		"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO " + role,
	} {
		_, err := sql.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		for _, statement := range []string{"DROP OWNED BY " + role, "DROP ROLE " + role} {
			_, err := sql.ExecContext(context.Background(), statement)
			require.NoError(t, err)
		}
	})
	u, err := url.Parse(o.Config.PostgresURL)
	require.NoError(t, err)
	u.User = url.UserPassword(role, "secret")
	s, err := store.Open(t.Context(), store.Config{PostgresURL: u.String()})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	r := &reader{Store: s}
	r.readUntil(t, touch(t, s, 1))
	require.Zero(t, r.stale)
}

// A transaction that writes and does not end holds readers up, wherever on the server it is; nothing is lost by it.
func TestPostgresLongForeignTransactionsDelayAndLoseNothing(t *testing.T) {
	for name, where := range map[string]func(t *testing.T, own string) string{
		"in the same database":                   func(_ *testing.T, own string) string { return own },
		"in another database of the same server": func(t *testing.T, _ string) string { return storetest.PostgresDatabase(t) },
	} {
		t.Run(name, func(t *testing.T) {
			o := storetest.Postgres(t)
			r := &reader{Store: o.Store}
			r.readUntil(t, touch(t, o.Store, 1))
			foreign, err := storetest.PostgresSQL(t, where(t, o.Config.PostgresURL)).BeginTx(t.Context(), nil)
			require.NoError(t, err)
			_, err = foreign.ExecContext(t.Context(), "CREATE TABLE theirs (x int)")
			require.NoError(t, err)
			late := touch(t, o.Store, 2)
			r.read(t)
			require.NotContains(t, r.seen, late)
			standing, err := o.FeedStanding(t.Context(), domain.SearchFeed)
			require.NoError(t, err)
			require.Equal(t, 2, standing.Waiting, "but it is known that it waits")
			require.NoError(t, foreign.Rollback())
			r.readUntil(t, late)
			require.Zero(t, r.stale)
		})
	}
}
