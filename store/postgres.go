package store

import (
	"cmp"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"kopir/migrations"
)

// postgresLimits bound what a connection may take of the server's time, unless its URL says otherwise. The horizon of
// the change log is that of the whole cluster: a transaction that idles holds up every follower.
var postgresLimits = map[string]string{
	"application_name":                    "kopir",
	"statement_timeout":                   "5s",
	"lock_timeout":                        "2s",
	"idle_in_transaction_session_timeout": "10s",
	"timezone":                            "UTC",
}

// postgresConnect bounds how long connecting may take.
const postgresConnect = 3 * time.Second

// postgresHere is where the change log lives now: the server by its identity, the database and the table by their numbers,
// and the timeline, which every recovery to a point in time and every fail-over begins anew. Positions, and what they
// count, are of that place only. Any role may ask.
const postgresHere = `(SELECT system_identifier FROM pg_control_system()) || '.' ||
		(SELECT oid FROM pg_database WHERE datname = current_database()) || '.' || 'change_log'::regclass::oid || '.' ||
		left(pg_walfile_name(pg_current_wal_lsn()), 8)`

// postgresChanges is how the change log is read on Postgres: by writing transaction, and only below the oldest one that
// is still under way. What has a greater number may become visible before what has a smaller one, so a reader of
// "greater than the last number" would lose rows; below the horizon nothing can appear any more.
var postgresChanges = changeQueries{
	page: `SELECT t.log, t.origin, ` + postgresHere + ` AS here, t.xid::text::bigint AS tail_xid, t.seq AS tail_seq,
		pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS end_xid, 9223372036854775807 AS end_seq,
		c.xid::text::bigint AS xid, c.seq, c.kind, c.subject, c.at
		FROM change_log_tail t
		LEFT JOIN (SELECT xid, seq, kind, subject, at FROM change_log
			WHERE (xid, seq) > (?::bigint::text::xid8, ?::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
			ORDER BY xid, seq LIMIT ?) c ON true
		ORDER BY c.xid, c.seq`,
	news: `WITH before AS (SELECT coalesce(nullif(@seen, '')::pg_snapshot, pg_current_snapshot()) AS seen)
		SELECT t.log, t.origin, ` + postgresHere + ` AS here, pg_current_snapshot()::text AS seen,
			t.xid >= pg_snapshot_xmin(before.seen) OR pg_snapshot_xmax(before.seen) > pg_snapshot_xmax(pg_current_snapshot()) AS lost, c.kind, c.subject
		FROM change_log_tail t CROSS JOIN before
		LEFT JOIN LATERAL (SELECT kind, subject FROM change_log
			WHERE xid >= pg_snapshot_xmin(before.seen) AND NOT pg_visible_in_snapshot(xid, before.seen) LIMIT @most) c ON true`,
	head: `SELECT log, origin, ` + postgresHere + ` AS here, pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS xid, 0 AS seq FROM change_log_tail`,
	waiting: `SELECT count(*), min(at) FROM (SELECT at FROM change_log
		WHERE (xid, seq) > (?::bigint::text::xid8, ?::bigint) ORDER BY xid, seq LIMIT 100000) w`,
	trimmable: `WITH keep AS (SELECT xid, seq FROM change_log WHERE at >= ? ORDER BY xid, seq LIMIT 1)
		SELECT c.xid::text::bigint AS xid, c.seq FROM change_log c LEFT JOIN keep ON true
		WHERE c.xid < pg_snapshot_xmin(pg_current_snapshot()) AND (keep.xid IS NULL OR (c.xid, c.seq) < (keep.xid, keep.seq))
		ORDER BY c.xid DESC, c.seq DESC LIMIT 1`,
	trim:    `DELETE FROM change_log WHERE (xid, seq) <= (?::bigint::text::xid8, ?::bigint)`,
	setTail: `UPDATE change_log_tail SET xid = ?::bigint::text::xid8, seq = ?::bigint`,
	restart: `UPDATE change_log_tail SET log = ?, origin = ` + postgresHere + `, xid = '0', seq = 0`,
	adopt:   `UPDATE change_log_tail SET origin = ` + postgresHere + ` WHERE origin = ''`,
}

// openPostgres opens a pool; it connects when first asked something.
func openPostgres(c Config) (*engine, error) {
	config, err := postgresConfig(c.PostgresURL)
	if err != nil {
		return nil, err
	}
	pool := stdlib.OpenDB(*config)
	pool.SetMaxOpenConns(c.MaxConns)
	pool.SetMaxIdleConns(c.MaxConns)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	pool.SetConnMaxLifetime(time.Hour) // so that a fail-over behind one address is noticed
	gate := newGate(c.MaxConns, cmp.Or(c.MaxWait, defaultWait))
	return &engine{
		name:        "postgres",
		write:       pool,
		read:        pool,
		writeGate:   gate,
		readGate:    gate,
		dialector:   func(db *sql.DB) gorm.Dialector { return postgresDialector{postgres.New(postgres.Config{Conn: db})} },
		snapshot:    sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
		locks:       true,
		parameters:  65_535,
		yearAgo:     "now() - interval '1 year'",
		clock:       "clock_timestamp()",
		jsonArray:   "json_build_array",
		jsonGroup:   "json_agg",
		leaseBudget: leaseBudget("LEAST", "GREATEST"),
		changes:     postgresChanges,
		goose:       goose.DialectPostgres,
		migrations:  migrations.Postgres(),
		migrator:    func() (*sql.DB, goose.ProviderOption, error) { return postgresMigrator(c.PostgresURL) },
	}, nil
}

func postgresConfig(address string) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the address of Postgres is not one") // the driver's text may repeat the password
	}
	for name, value := range postgresLimits {
		if _, said := config.RuntimeParams[name]; !said {
			config.RuntimeParams[name] = value
		}
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = postgresConnect
	}
	return config, nil
}

// postgresMigrator opens a pool for migrations, which may take longer than requests, and a lock that lets one replica
// at a time migrate.
func postgresMigrator(address string) (*sql.DB, goose.ProviderOption, error) {
	config, err := postgresConfig(address)
	if err != nil {
		return nil, nil, err
	}
	config.RuntimeParams["statement_timeout"] = "10min"
	config.RuntimeParams["idle_in_transaction_session_timeout"] = "1min"
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 600))
	if err != nil {
		return nil, nil, fmt.Errorf("preparing to migrate: %w", err)
	}
	return stdlib.OpenDB(*config), goose.WithSessionLocker(locker), nil
}

// postgresDialector is GORM's own, except that it shows no parameters.
type postgresDialector struct{ gorm.Dialector }

// Explain returns the statement without its parameters: they are people's data.
func (d postgresDialector) Explain(statement string, _ ...any) string { return statement }
