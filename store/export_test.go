package store

import (
	"context"
	"database/sql"
)

// Pragma returns a setting of the connections that write or read.
func (s *Store) Pragma(ctx context.Context, connections, name string) (value string, err error) {
	pool := s.engine.write
	if connections == "read" {
		pool = s.engine.read
	}
	err = pool.QueryRowContext(ctx, "PRAGMA "+name).Scan(&value)
	return value, err
}

// SQL returns the pool that writes.
func (s *Store) SQL() *sql.DB { return s.engine.write }

// HoldUp has the shelf believe that a question is under way which is never answered.
func (s *Shelf) HoldUp() { s.news.last = make(chan struct{}) }
