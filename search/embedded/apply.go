package embedded

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"kopir/search"

	"github.com/google/uuid"
)

// change is what a batch does to one side, worked out in full before memory is touched.
type change struct {
	side    *side
	order   []uuid.UUID             // each once
	upserts map[uuid.UUID]*document // nil: removed
	dropped []uint32
	put     []uint32 // ordinals of what is put, in order
	free    []uint32 // what is left of the free ordinals
	added   []map[string]string
	removed []map[string]string
}

// apply changes the file in a transaction and memory with its commit. A batch that fails leaves no trace.
func (g *generation) apply(ctx context.Context, b search.Batch) (err error) {
	g.applying.Lock()
	defer g.applying.Unlock()
	changes := []*change{demandChange(g.demands, b), programmeChange(g.programmes, b)}
	tx, err := g.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("embedded search: apply: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	for _, c := range changes {
		if err := c.write(ctx, tx); err != nil {
			return fmt.Errorf("embedded search: apply: %w", err)
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("embedded search: apply: %w", err)
	}
	for _, c := range changes {
		c.remember()
	}
	return nil
}

func demandChange(s *side, b search.Batch) *change {
	c := newChange(s)
	for i := range b.Demands {
		d := &b.Demands[i]
		if !d.Listed() {
			c.note(d.ID, nil)
			continue
		}
		doc := demandDocument(d)
		c.note(d.ID, &doc)
	}
	return c.without(b.Gone)
}

func programmeChange(s *side, b search.Batch) *change {
	c := newChange(s)
	for i := range b.Programmes {
		p := &b.Programmes[i]
		if !p.Listed() {
			c.note(p.ID, nil)
			continue
		}
		doc := programmeDocument(p)
		c.note(p.ID, &doc)
	}
	return c.without(b.Gone)
}

func newChange(s *side) *change {
	return &change{side: s, upserts: make(map[uuid.UUID]*document), free: s.free}
}

// note keeps what becomes of an id: the last word counts.
func (c *change) note(id uuid.UUID, d *document) {
	if _, again := c.upserts[id]; !again {
		c.order = append(c.order, id)
	}
	c.upserts[id] = d
}

func (c *change) without(gone []uuid.UUID) *change {
	for _, id := range gone {
		c.note(id, nil)
	}
	return c
}

// write brings the change into the file.
func (c *change) write(ctx context.Context, tx *sql.Tx) error {
	if len(c.order) == 0 {
		return nil
	}
	next := uint32(len(c.side.entries)) //nolint:gosec // ordinals are 32 bits wide: four billion documents
	c.free = append([]uint32(nil), c.free...)
	var docs []*document
	for _, id := range c.order {
		if ordinal, known := c.side.at[id]; known {
			if err := c.erase(ctx, tx, ordinal); err != nil {
				return err
			}
		}
		if d := c.upserts[id]; d != nil {
			docs = append(docs, d)
		}
	}
	for _, d := range docs {
		ordinal := next
		if n := len(c.free); n > 0 {
			ordinal, c.free = c.free[n-1], c.free[:n-1]
		} else {
			next++
		}
		c.put = append(c.put, ordinal)
		if err := c.insert(ctx, tx, ordinal, d.text); err != nil {
			return err
		}
	}
	return nil
}

func (c *change) erase(ctx context.Context, tx *sql.Tx, ordinal uint32) error {
	old, err := texts(ctx, tx, c.side, ordinal)
	if err != nil {
		return err
	}
	for _, query := range []string{c.side.sql.deleteWord, c.side.sql.deleteText} {
		if _, err := tx.ExecContext(ctx, query, ordinal); err != nil {
			return err
		}
	}
	c.removed = append(c.removed, analyse(old).folds)
	c.dropped = append(c.dropped, ordinal)
	c.free = append(c.free, ordinal)
	return nil
}

func (c *change) insert(ctx context.Context, tx *sql.Tx, ordinal uint32, text search.Body) error {
	a := analyse(text)
	stored, err := json.Marshal(text)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, c.side.sql.insertWord, ordinal, a.title, a.competences, a.organisation, a.description); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, c.side.sql.insertText, ordinal, stored); err != nil {
		return err
	}
	c.added = append(c.added, a.folds)
	return nil
}

// remember brings the change into memory; it cannot fail.
func (c *change) remember() {
	if len(c.order) == 0 {
		return
	}
	for _, ordinal := range c.dropped {
		c.side.drop(ordinal)
	}
	at := 0
	for _, id := range c.order {
		if d := c.upserts[id]; d != nil {
			c.side.put(c.put[at], d)
			at++
		}
	}
	c.side.free = c.free
	c.side.vocabulary.Change(c.added, c.removed)
}
