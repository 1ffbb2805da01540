package embedded

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"kopir/domain"
	"kopir/search"

	"github.com/RoaringBitmap/roaring/v2"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// readers is how many searches read the file at once.
const readers = 4

// generation is one index: a file for the words, and memory for the rest. Who reads holds mu; who writes takes it to
// commit, so that both change at once.
type generation struct {
	dir, name  string
	write      *sql.DB // one connection
	read       *sql.DB
	applying   sync.Mutex // one batch at a time
	mu         sync.RWMutex
	closed     bool
	demands    *side
	programmes *side
}

func (e *Engine) newGeneration(ctx context.Context) (*generation, error) {
	e.files++
	g := &generation{
		dir: e.options.Dir, name: fmt.Sprintf("words-%d.db", e.files),
		demands: newSide(domain.DemandSide), programmes: newSide(domain.ProgrammeSide),
	}
	err := errors.Join(
		g.connect(&g.write, 1, "journal_mode(WAL)", "synchronous(OFF)", "temp_store(MEMORY)"),
		g.connect(&g.read, readers, "query_only(1)", "temp_store(MEMORY)"),
	)
	for _, s := range []*side{g.demands, g.programmes} {
		if err == nil {
			_, err = g.write.ExecContext(ctx, s.sql.create)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("embedded search: make index: %w", errors.Join(err, g.close()))
	}
	return g, nil
}

func (g *generation) connect(to **sql.DB, connections int, pragmas ...string) error {
	path, err := filepath.Abs(filepath.Join(g.dir, g.name))
	if err != nil {
		return err
	}
	place := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: url.Values{"_pragma": pragmas}.Encode()}
	db, err := sql.Open("sqlite", place.String())
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	*to = db
	return nil
}

// close waits for those who read, and removes the file.
func (g *generation) close() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	var err error
	for _, db := range []*sql.DB{g.read, g.write} {
		if db != nil {
			err = errors.Join(err, db.Close())
		}
	}
	return errors.Join(err, removeFiles(g.dir, g.name+"*"))
}

// side returns one side of the market. An unknown one is a defect of the caller.
func (g *generation) side(s domain.Side) (*side, error) {
	switch s {
	case domain.DemandSide:
		return g.demands, nil
	case domain.ProgrammeSide:
		return g.programmes, nil
	default:
		return nil, fmt.Errorf("embedded search: no side %q", s)
	}
}

// matching returns the ordinals that an expression finds.
func (g *generation) matching(ctx context.Context, s *side, expression string) (*roaring.Bitmap, error) {
	var list sql.NullString
	if err := g.read.QueryRowContext(ctx, s.sql.match, expression).Scan(&list); err != nil {
		return nil, err
	}
	found := roaring.New()
	if list.String == "" {
		return found, nil
	}
	ordinals := make([]uint32, 0, strings.Count(list.String, ",")+1)
	for part := range strings.SplitSeq(list.String, ",") {
		n, err := strconv.ParseUint(part, 10, 32)
		if err != nil {
			return nil, err
		}
		ordinals = append(ordinals, uint32(n))
	}
	found.AddMany(ordinals)
	return found, nil
}

// ranked yields what an expression finds with its bm25: the smaller, the better.
func (g *generation) ranked(ctx context.Context, s *side, expression string, yield func(ordinal uint32, score float64)) error {
	rows, err := g.read.QueryContext(ctx, s.sql.rank, expression)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var ordinal uint32
		var score float64
		if err := rows.Scan(&ordinal, &score); err != nil {
			return err
		}
		yield(ordinal, score)
	}
	return rows.Err()
}

// texts returns what a document says.
func texts(ctx context.Context, q *sql.Tx, s *side, ordinal uint32) (search.Body, error) {
	var stored []byte
	var b search.Body
	if err := q.QueryRowContext(ctx, s.sql.text, ordinal).Scan(&stored); err != nil {
		return b, err
	}
	return b, json.Unmarshal(stored, &b)
}
