package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"kopir/domain"
)

// This file is the one place that reads drivers' errors. Of what they mean to the domain there are few:
//
//   - a unique constraint: Conflict, CodeRegistrationTaken for the registration of a verified organisation, else
//     CodeExists;
//   - a foreign key: NotFound, for what is referred to is not there (or is still referred to);
//   - no connection, a time-out, a lock that is not given, a full or read-only disk: Unavailable, with the cause
//     behind it for the log.
//
// The end of a caller's patience comes through as context.Canceled. Anything else is a defect and stays as it is.

func notFound() error { return domain.Fail(domain.NotFound, domain.CodeNotFound) }

func stale() error { return domain.Fail(domain.Stale, domain.CodeStale) }

// outage is an Unavailable error that remembers why, for the log.
type outage struct {
	public *domain.Error
	cause  error
}

func (o *outage) Error() string { return o.public.Error() + ": " + o.cause.Error() }

// Unwrap returns the domain's error, then the driver's.
func (o *outage) Unwrap() []error { return []error{o.public, o.cause} }

func unavailable(cause error) error {
	return &outage{public: domain.Fail(domain.Unavailable, domain.CodeUnavailable), cause: cause}
}

// translate turns what a driver returned under ctx into what callers of the store may see.
func translate(ctx context.Context, err error) error {
	if err == nil || domain.KindOf(err) != 0 {
		return err
	}
	switch {
	case errors.Is(ctx.Err(), context.Canceled), errors.Is(err, context.Canceled):
		return fmt.Errorf("store: %w", context.Canceled)
	case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
		return unavailable(err)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return translatePostgres(pg)
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return translateSQLite(lite)
	}
	if unreachable(err) {
		return unavailable(err)
	}
	return fmt.Errorf("store: %w", err)
}

// translatePostgres goes by SQLSTATE; see appendix A of the PostgreSQL manual.
func translatePostgres(err *pgconn.PgError) error {
	switch err.Code {
	case "23505": // unique_violation
		return taken(err.ConstraintName == "organisations_verified_registration")
	case "23503": // foreign_key_violation
		return notFound()
	case "40001", "40P01", // a failed serialisation, a deadlock
		"55P03", "57014", // lock_not_available, query_canceled (statement_timeout)
		"25P03", "25006": // idle_in_transaction_session_timeout, read_only_sql_transaction
		return unavailable(err)
	}
	switch err.Code[:min(2, len(err.Code))] {
	case "08", "53", "57", "58": // connection, resources, operator intervention, system error
		return unavailable(err)
	}
	return fmt.Errorf("store: %w", err)
}

// translateSQLite goes by result code; see https://sqlite.org/rescode.html.
func translateSQLite(err *sqlite.Error) error {
	switch err.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return taken(strings.Contains(err.Error(), "organisations.registration_number"))
	case sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY:
		return notFound()
	}
	switch err.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_INTERRUPT:
		return unavailable(err)
	}
	return fmt.Errorf("store: %w", err)
}

func taken(registration bool) error {
	if registration {
		return domain.Fail(domain.Conflict, domain.CodeRegistrationTaken)
	}
	return domain.Fail(domain.Conflict, domain.CodeExists)
}

// unreachable says whether an error that is no answer of a database means that there was no way to it.
func unreachable(err error) bool {
	var network net.Error
	var connect *pgconn.ConnectError
	switch {
	case errors.As(err, &network), errors.As(err, &connect), pgconn.Timeout(err), pgconn.SafeToRetry(err):
		return true
	}
	for _, gone := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// passing says whether an error is likely not to come again if the same transaction is tried anew: it was refused
// because of others, and nothing of it was kept.
func passing(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code()&0xff == sqlite3.SQLITE_BUSY
}
