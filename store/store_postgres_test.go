package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
	"kopir/store/storetest"
)

func TestPostgres(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Postgres)
}

// opened is a store over a database that need not be migrated.
func opened(t *testing.T, address string) *storetest.Opened {
	t.Helper()
	return &storetest.Opened{Store: open(t, address)}
}

func TestPostgresMigratesOnceHoweverManyReplicasStart(t *testing.T) {
	address := storetest.PostgresDatabase(t)
	var starting sync.WaitGroup
	applied, failed := make([]int, 8), make([]error, 8)
	for i := range applied {
		starting.Go(func() {
			s, err := store.Open(t.Context(), store.Config{PostgresURL: address, MaxConns: 2})
			if err != nil {
				failed[i] = err
				return
			}
			applied[i], err = s.Migrate(t.Context())
			failed[i] = errors.Join(err, s.Close())
		})
	}
	starting.Wait()
	require.NoError(t, errors.Join(failed...))
	workers := 0
	for _, n := range applied {
		if n > 0 {
			workers++
		}
	}
	require.Equal(t, 1, workers, "%v", applied)
	o := opened(t, address)
	var versions, distinct int
	require.NoError(t, o.SQL().QueryRow("SELECT count(*), count(DISTINCT version_id) FROM goose_db_version WHERE version_id > 0").
		Scan(&versions, &distinct))
	require.Equal(t, slices.Max(applied), versions)
	require.Equal(t, distinct, versions, "each once")
}

// The law of the change log: what commits late is never passed over. Two real transactions write; the one that began
// first, and has the smaller number, commits last.
func TestPostgresChangeLogLosesNoLateCommit(t *testing.T) {
	o := storetest.Postgres(t)
	ctx := t.Context()
	at, err := o.Head(ctx)
	require.NoError(t, err)
	late, early := uuid.New(), uuid.New()
	write := func(id uuid.UUID) *sql.Tx {
		tx, err := o.SQL().BeginTx(ctx, nil)
		require.NoError(t, err)
		_, err = tx.Exec("INSERT INTO change_log (kind, subject, at) VALUES ('demand', $1, now())", id)
		require.NoError(t, err)
		return tx
	}
	one, two := write(late), write(early) // numbers 1 and 2
	require.NoError(t, two.Commit())

	// The control: a reader of greater numbers than the last one it saw.
	naive := func(last int) (ids []uuid.UUID, greatest int) {
		rows, err := o.SQL().Query("SELECT seq, subject FROM change_log WHERE seq > $1 ORDER BY seq", last)
		require.NoError(t, err)
		defer func() { require.NoError(t, rows.Close()) }()
		for rows.Next() {
			var id uuid.UUID
			require.NoError(t, rows.Scan(&greatest, &id))
			ids = append(ids, id)
		}
		require.NoError(t, rows.Err())
		return ids, max(greatest, last)
	}
	seen, last := naive(0)
	require.Equal(t, []uuid.UUID{early}, seen)
	changes, at, err := o.Changes(ctx, at, 10)
	require.NoError(t, err)
	require.Empty(t, changes, "the one that is under way holds up what is behind it")

	require.NoError(t, one.Commit())
	missed, _ := naive(last)
	require.Empty(t, missed, "the control has lost the late one for good")
	var got []uuid.UUID
	for began := time.Now(); len(got) < 2; {
		require.Less(t, time.Since(began), 20*time.Second)
		changes, at, err = o.Changes(ctx, at, 10)
		require.NoError(t, err)
		for _, c := range changes {
			got = append(got, c.ID)
		}
	}
	require.Equal(t, []uuid.UUID{late, early}, got, "by transaction, not by number or time of commit")
}

// What is read is as new as the database also while an old transaction holds up those who follow the log, and when that
// commits late, with a smaller number.
func TestPostgresShelfHearsOfWhatCommitsLate(t *testing.T) {
	o := storetest.Postgres(t)
	ctx := t.Context()
	ids := organisations(t, o, 2)
	shelf, err := store.NewShelf(t.Context(), o.Store, 10)
	require.NoError(t, err)
	numbers := func() (numbers []string) {
		there, err := shelf.Organisations(ctx, ids)
		require.NoError(t, err)
		for _, id := range ids {
			numbers = append(numbers, there[id].Registration.Number)
		}
		return numbers
	}
	for range 2 {
		require.Equal(t, []string{"000000000000", "000000000001"}, numbers())
	}
	write := func(id uuid.UUID, number string) *sql.Tx {
		tx, err := o.SQL().BeginTx(ctx, nil)
		require.NoError(t, err)
		_, err = tx.Exec("UPDATE organisations SET registration_number = $2 WHERE id = $1", id, number)
		require.NoError(t, err)
		_, err = tx.Exec("INSERT INTO change_log (kind, subject, at) VALUES ('organisation', $1, now())", id)
		require.NoError(t, err)
		return tx
	}
	one, two := write(ids[0], "000000000100"), write(ids[1], "000000000101")
	require.Equal(t, []string{"000000000000", "000000000001"}, numbers())
	require.NoError(t, two.Commit())
	require.Equal(t, []string{"000000000000", "000000000101"}, numbers())
	require.NoError(t, one.Commit())
	require.Equal(t, []string{"000000000100", "000000000101"}, numbers())
}

// Those who ask while the log is being asked are answered together, and one that takes long holds up nobody.
func TestPostgresShelvesAskOnceForMany(t *testing.T) {
	o := storetest.Postgres(t)
	ids := organisations(t, o, 1)
	shelf, err := store.NewShelf(t.Context(), o.Store, 10)
	require.NoError(t, err)
	ask := func() error {
		_, err := shelf.Organisations(t.Context(), ids)
		return err
	}
	for range 3 {
		require.NoError(t, ask())
	}
	held, err := o.SQL().BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = held.Exec("LOCK TABLE change_log_tail IN ACCESS EXCLUSIVE MODE")
	require.NoError(t, err)
	const many = 200
	before := o.Statements()
	var calling, asking sync.WaitGroup
	calling.Add(many)
	failed := make([]error, many)
	for i := range many {
		asking.Go(func() {
			calling.Done()
			failed[i] = ask()
		})
	}
	calling.Wait()
	require.NoError(t, held.Commit())
	asking.Wait()
	require.NoError(t, errors.Join(failed...))
	require.Less(t, o.Statements()-before, many/4, "each would have asked by itself")
}

// Two transactions that take two rows in opposite order: one of them is tried again, both succeed.
func TestPostgresTriesAgainAfterADeadlock(t *testing.T) {
	o := storetest.Postgres(t)
	ids := organisations(t, o, 2)
	var both, running sync.WaitGroup
	both.Add(2)
	failed, tries := make([]error, 2), make([]int, 2)
	for i := range 2 {
		running.Go(func() {
			failed[i] = o.InTx(context.Background(), func(ctx context.Context, tx domain.Tx) error {
				tries[i]++
				if _, err := tx.OrganisationForUpdate(ctx, ids[i]); err != nil {
					return err
				}
				if tries[i] == 1 { // each has one before either asks for the other
					both.Done()
					both.Wait()
				}
				org, err := tx.OrganisationForUpdate(ctx, ids[1-i])
				if err != nil {
					return fmt.Errorf("what the work makes of it: %w", err)
				}
				org.Version++
				return tx.SaveOrganisation(ctx, org)
			})
		})
	}
	running.Wait()
	require.NoError(t, errors.Join(failed...))
	require.Equal(t, 3, tries[0]+tries[1], "one was tried twice")
}

func organisations(t *testing.T, o *storetest.Opened, n int) (ids []uuid.UUID) {
	now := time.Now()
	for i := range n {
		org := &domain.Organisation{
			ID: uuid.New(), Kind: domain.Employer, Verification: domain.Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
			Registration: domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: fmt.Sprintf("%012d", i)}}
		require.NoError(t, o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, org) }))
		ids = append(ids, org.ID)
	}
	return ids
}

func TestPostgresEndsWhatTakesTooLong(t *testing.T) {
	o := withDefaults(t)
	for name, want := range map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "idle_in_transaction_session_timeout": "10s", "application_name": "kopir",
	} {
		var got string
		require.NoError(t, o.SQL().QueryRow("SHOW "+name).Scan(&got))
		require.Equal(t, want, got, name)
	}
	id := organisations(t, o, 1)[0]
	tx, err := o.SQL().Begin()
	require.NoError(t, err)
	_, err = tx.Exec("LOCK TABLE organisations")
	require.NoError(t, err)
	began := time.Now()
	_, err = o.Organisation(t.Context(), id)
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	require.Less(t, time.Since(began), 4*time.Second)
	require.NoError(t, tx.Rollback())
	_, err = o.Organisation(t.Context(), id)
	require.NoError(t, err)
}

// withDefaults opens a store whose waits are those of production.
func withDefaults(t *testing.T) *storetest.Opened {
	s, err := store.Open(t.Context(), store.Config{PostgresURL: storetest.PostgresDatabase(t)})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	_, err = s.Migrate(t.Context())
	require.NoError(t, err)
	return &storetest.Opened{Store: s}
}

// A server that ends connections, as a restart does: callers hear that it is unavailable, nothing half is kept, and the
// store comes back by itself.
func TestPostgresComesBackAfterItsConnectionsEnd(t *testing.T) {
	o := storetest.Postgres(t)
	id := organisations(t, o, 1)[0]
	err := o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		org, err := tx.OrganisationForUpdate(ctx, id)
		require.NoError(t, err)
		org.Version++
		require.NoError(t, tx.SaveOrganisation(ctx, org))
		_, err = o.SQL().Exec(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`)
		require.NoError(t, err)
		return tx.RequestReindex(ctx)
	})
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	var org *domain.Organisation
	for began := time.Now(); org == nil; {
		require.Less(t, time.Since(began), 3*time.Second)
		org, _ = o.Organisation(t.Context(), id)
	}
	require.Equal(t, 1, org.Version)
}

func TestPostgresThatIsNotThereIsUnavailable(t *testing.T) {
	_, err := store.Open(t.Context(), store.Config{PostgresURL: "postgres://kopir:secret@127.0.0.1:1/kopir?sslmode=disable"})
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	require.NotContains(t, err.Error(), "secret")
}

// The limits in the address go before the store's own: one on waiting for a lock, and one on a statement as a whole.
func TestPostgresLimitsComeFromTheAddress(t *testing.T) {
	for name, limits := range map[string]string{
		"lock_timeout":      "lock_timeout=300ms",
		"statement_timeout": "lock_timeout=0&statement_timeout=300ms",
	} {
		t.Run(name, func(t *testing.T) {
			address := storetest.PostgresDatabase(t)
			free := opened(t, address)
			_, err := free.Migrate(t.Context())
			require.NoError(t, err)
			id := organisations(t, free, 1)[0]
			join := "?"
			if strings.Contains(address, "?") {
				join = "&"
			}
			o := opened(t, address+join+limits)
			tx, err := free.SQL().Begin()
			require.NoError(t, err)
			_, err = tx.Exec("LOCK TABLE organisations")
			require.NoError(t, err)
			began := time.Now()
			_, err = o.Organisation(t.Context(), id)
			require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
			require.ErrorContains(t, err, strings.ReplaceAll(name, "_", " "))
			require.Less(t, time.Since(began), 2*time.Second)
			require.NoError(t, tx.Rollback())
			_, err = o.Organisation(t.Context(), id)
			require.NoError(t, err)
		})
	}
}

// Who finds all connections taken hears so after about a second, and finds one when one is free.
func TestPostgresPoolThatIsExhaustedIsUnavailable(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{PostgresURL: storetest.PostgresDatabase(t), MaxConns: 2})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	var in, done sync.WaitGroup
	leave := make(chan struct{})
	in.Add(2)
	for range 2 {
		done.Go(func() {
			_ = s.InTx(context.Background(), func(context.Context, domain.Tx) error {
				in.Done()
				<-leave
				return nil
			})
		})
	}
	in.Wait()
	began := time.Now()
	err = s.Ping(t.Context())
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	took := time.Since(began)
	require.GreaterOrEqual(t, took, 900*time.Millisecond)
	require.Less(t, took, 3*time.Second)
	close(leave)
	done.Wait()
	require.NoError(t, s.Ping(t.Context()))
}

// What the server refuses because of others is tried again three times, and no more.
func TestPostgresGivesUpAfterThreeRetries(t *testing.T) {
	for name, code := range map[string]string{"a deadlock": "40P01", "a failed serialisation": "40001"} {
		t.Run(name, func(t *testing.T) {
			o := storetest.Postgres(t)
			_, err := o.SQL().Exec(fmt.Sprintf(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
				$$ BEGIN RAISE EXCEPTION 'marked' USING ERRCODE = '%s'; END $$;
				CREATE TRIGGER marked BEFORE INSERT ON change_log FOR EACH ROW WHEN (NEW.kind = 'everything') EXECUTE FUNCTION refuse()`, code))
			require.NoError(t, err)
			var ids []uuid.UUID
			err = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
				now := time.Now()
				ids = append(ids, uuid.New())
				require.NoError(t, tx.CreateOrganisation(ctx, &domain.Organisation{
					ID: ids[len(ids)-1], Kind: domain.Employer, Verification: domain.Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
					Registration: domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: "1"}}))
				return tx.RequestReindex(ctx)
			})
			require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
			require.Len(t, ids, 4)
			kept, err := o.Organisations(t.Context(), ids)
			require.NoError(t, err)
			require.Empty(t, kept)
		})
	}
}

// A statement that the database itself refuses half way takes everything with it.
func TestPostgresTriggerThatFailsUndoesAll(t *testing.T) {
	o := storetest.Postgres(t)
	_, err := o.SQL().Exec(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'marked'; END $$;
		CREATE TRIGGER marked BEFORE INSERT ON change_log FOR EACH ROW WHEN (NEW.kind = 'everything') EXECUTE FUNCTION refuse()`)
	require.NoError(t, err)
	org := uuid.New()
	err = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		now := time.Now()
		require.NoError(t, tx.CreateOrganisation(ctx, &domain.Organisation{
			ID: org, Kind: domain.Employer, Verification: domain.Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
			Registration: domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: "1"}}))
		return tx.RequestReindex(ctx)
	})
	require.Error(t, err)
	require.Zero(t, domain.KindOf(err))
	_, err = o.Organisation(t.Context(), org)
	require.Equal(t, domain.NotFound, domain.KindOf(err))
}

// A key that is in use in one replica is in use in all.
func TestPostgresReplicasShareKeysInFlight(t *testing.T) {
	o := storetest.Postgres(t)
	other, err := store.Open(t.Context(), o.Config)
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	key := domain.OnceKey{Operation: "createDemand", Key: "k"}
	_, again, err := o.Once(t.Context(), key, time.Now(), func(context.Context) (domain.Answer, error) {
		_, _, err := other.Once(t.Context(), key, time.Now(), func(context.Context) (domain.Answer, error) { panic("twice") })
		require.Equal(t, domain.Conflict, domain.KindOf(err), "%v", err)
		require.ErrorContains(t, err, domain.Because(domain.CodeKeyInFlight).Error())
		return domain.Answer{Status: 201}, nil
	})
	require.NoError(t, err)
	require.False(t, again)
	_, again, err = other.Once(t.Context(), key, time.Now(), func(context.Context) (domain.Answer, error) { panic("twice") })
	require.NoError(t, err)
	require.True(t, again)
}
