package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"kopir/domain"
)

var (
	_ domain.Store     = (*Store)(nil)
	_ domain.ChangeLog = (*Store)(nil)
	_ domain.KeyStore  = (*Store)(nil)
	_ domain.Once      = (*Store)(nil)
	_ domain.Feeds     = (*Store)(nil)
	_ domain.Letterbox = (*Store)(nil)
	_ domain.Budgets   = (*Store)(nil)
	_ domain.Tx        = (*unit)(nil)
)

// What is not given in Config.
const (
	defaultConns = 16
	defaultWait  = time.Second
	sqliteQueue  = 5 * time.Second // for writers, which queue
)

// Config says where the market is kept. Exactly one of SQLitePath and PostgresURL is given.
type Config struct {
	// SQLitePath is the database file. It is created, for its owner alone, if it is not there; its folder must be.
	SQLitePath string
	// PostgresURL is the address of a Postgres database, 13 or later: postgres://user:password@host:5432/name. Time-outs
	// that it sets (statement_timeout and its kin) go before the store's own.
	PostgresURL string
	// MaxConns is how many connections are open at most; on SQLite, how many for reading. Defaults to 16.
	MaxConns int
	// MaxWait is how long a call waits for its turn before it fails with Unavailable. Defaults to 1 second; for writers on
	// SQLite, of which there is one at a time, to 5.
	MaxWait time.Duration
	// Logger is told of slow statements, by shape, and of migrations. Defaults to slog.Default().
	Logger *slog.Logger
	// Clock dates entries of the change log. Defaults to time.Now.
	Clock func() time.Time
	// Observe, if given, is called after each statement with its shape, without parameters. It must be quick.
	Observe func(shape string, took time.Duration, err error)
}

// engine is all that differs between SQLite and Postgres.
type engine struct {
	name                string
	write, read         *sql.DB // the same pool on Postgres
	writeGate, readGate *gate
	dialector           func(*sql.DB) gorm.Dialector
	snapshot            sql.TxOptions // of a transaction whose statements all see one state
	locks               bool          // rows and keys are locked by asking; else a writer is alone
	parameters          int           // how many a statement may have
	yearAgo             string        // an expression for the time up to which the audit may be forgotten
	clock               string        // an expression for the server's time; "" where the store's own counts
	jsonArray           string        // the function that makes an array of its arguments
	jsonGroup           string        // the aggregate that makes an array of rows
	leaseBudget         string        // see LeaseBudget
	changes             changeQueries
	goose               goose.Dialect
	migrations          fs.FS
	migrator            func() (*sql.DB, goose.ProviderOption, error) // nil: the writing pool migrates, without a lock
}

func (e *engine) close() error {
	if e.read == e.write {
		return e.write.Close()
	}
	return errors.Join(e.read.Close(), e.write.Close())
}

// Store keeps the market. Safe for concurrent use.
type Store struct {
	reader
	engine  *engine
	write   *gorm.DB
	read    *gorm.DB
	log     *slog.Logger
	clock   func() time.Time
	columns columns

	waking    sync.Mutex
	followers map[chan struct{}]bool

	flying   sync.Mutex
	inFlight map[inFlightKey]bool
}

// Open opens the database and reaches it once. It does not migrate: see Migrate. It returns an error if the
// configuration names no database, or it cannot be reached.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.MaxConns <= 0 {
		c.MaxConns = defaultConns
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	e, err := openEngine(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &Store{
		engine: e, log: c.Logger, clock: c.Clock,
		followers: make(map[chan struct{}]bool), inFlight: make(map[inFlightKey]bool),
	}
	s.reader = reader{store: s}
	if s.write, err = s.gorm(e.write, c.Observe); err != nil {
		return nil, closing(err, e.write, e.read)
	}
	if s.read, err = s.gorm(e.read, c.Observe); err != nil {
		return nil, closing(err, e.write, e.read)
	}
	if s.columns, err = columnsOf(s.read, e); err != nil {
		return nil, closing(err, e.write, e.read)
	}
	if err := s.Ping(ctx); err != nil {
		return nil, closing(err, e.write, e.read)
	}
	return s, nil
}

func openEngine(ctx context.Context, c Config) (*engine, error) {
	switch {
	case c.SQLitePath != "" && c.PostgresURL != "":
		return nil, errors.New("both a database file and a Postgres address are given")
	case c.SQLitePath != "":
		return openSQLite(ctx, c)
	case c.PostgresURL != "":
		return openPostgres(c)
	default:
		return nil, errors.New("neither a database file nor a Postgres address is given")
	}
}

func (s *Store) gorm(db *sql.DB, observe func(string, time.Duration, error)) (*gorm.DB, error) {
	g, err := gorm.Open(s.engine.dialector(db), &gorm.Config{
		SkipDefaultTransaction: true, // transactions are InTx's
		QueryFields:            true, // no SELECT *
		DisableAutomaticPing:   true,
		NowFunc:                s.clock,
		Logger:                 shapes{log: s.log, observe: observe},
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the database: %w", err)
	}
	return g, spoilOnFailure(g)
}

// closing closes what was opened before err came.
func closing(err error, pools ...*sql.DB) error {
	for _, p := range pools {
		err = errors.Join(err, p.Close())
	}
	return err
}

// Close ends all connections. Calls under way fail.
func (s *Store) Close() error { return s.engine.close() }

// Engine returns which database it is: "sqlite" or "postgres".
func (s *Store) Engine() string { return s.engine.name }

// Ping asks the database for nothing. It returns Unavailable if there is no answer.
func (s *Store) Ping(ctx context.Context) error {
	return s.outside(ctx, func(db *gorm.DB) error {
		var one int
		return db.Raw("SELECT 1").Scan(&one).Error
	})
}

// Subscribe returns a channel that holds a signal whenever a transaction of this process has appended to the change log
// since the last receive; other replicas' writes are not told. cancel ends the subscription; it may be called twice.
func (s *Store) Subscribe() (committed <-chan struct{}, cancel func()) {
	ch := make(chan struct{}, 1)
	s.waking.Lock()
	defer s.waking.Unlock()
	s.followers[ch] = true
	return ch, func() {
		s.waking.Lock()
		defer s.waking.Unlock()
		delete(s.followers, ch)
	}
}

func (s *Store) wake() {
	s.waking.Lock()
	defer s.waking.Unlock()
	for ch := range s.followers {
		select {
		case ch <- struct{}{}:
		default: // it has not yet seen the last one
		}
	}
}
