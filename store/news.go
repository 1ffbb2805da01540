package store

import (
	"context"
	"database/sql"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

const (
	newsAtOnce   = 1000                 // changes that are heard of one by one; of more, everything may be outdated
	newsKept     = 10_000               // things that are known to have changed
	newsPatience = 5 * time.Millisecond // for the question before, until the next one is asked beside it
	newsTimeout  = 10 * time.Second     // of one question
)

// news is what a process has heard of changes to things that it keeps copies of. It asks the change log when somebody wants
// to know, and never at any other time; whoever wants to know while a question is under way is answered by the next one, all
// together. It hears of what is committed when it asks, also of what followers of the log do not read yet because
// an older transaction is under way.
//
// How many changes were heard so far is a time by which what was read is compared with what has changed.
type news struct {
	store  *Store
	forget func(uuid.UUID) // drops what is kept of a thing
	purge  func()          // drops all that is kept

	mu      sync.Mutex
	log     string               // the name of the log that was asked last
	seen    string               // what of it has been heard, as the engine says it
	heard   uint64               // how many changes were
	changed map[uuid.UUID]uint64 // when what is in it last changed, by heard
	since   uint64               // whatever was read before may be outdated

	next *question       // which is not asked yet
	last <-chan struct{} // closed when the question before that is answered
}

// question is one that is asked of the log.
type question struct {
	answered chan struct{}
	err      error
}

func newNews(s *Store, forget func(uuid.UUID), purge func()) *news {
	none := make(chan struct{})
	close(none)
	return &news{store: s, forget: forget, purge: purge, changed: make(map[uuid.UUID]uint64), last: none}
}

// now returns the time: what is read from now on is compared with what is heard after it.
func (n *news) now() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.heard
}

// outdated returns those of the ids that are known to have changed, or may have, since a time.
func (n *news) outdated(since uint64, ids func(yield func(uuid.UUID) bool)) (outdated []uuid.UUID) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.heard == since {
		return nil
	}
	for id := range ids {
		if since < n.since || n.changed[id] > since {
			outdated = append(outdated, id)
		}
	}
	return outdated
}

// keep calls add with each of the ids that is not known to have changed since a time. Nothing is heard meanwhile.
func (n *news) keep(since uint64, ids func(yield func(uuid.UUID) bool), add func(uuid.UUID)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for id := range ids {
		if since >= n.since && n.changed[id] <= since {
			add(id)
		}
	}
}

// hear returns when everything has been heard that was committed before it was called.
func (n *news) hear(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return translate(ctx, err)
	}
	n.mu.Lock()
	q := n.next
	if q == nil {
		q = &question{answered: make(chan struct{})}
		go n.ask(context.WithoutCancel(ctx), q, n.last) // it is the question of others, too
		n.next, n.last = q, q.answered
	}
	n.mu.Unlock()
	select {
	case <-q.answered:
		return q.err
	case <-ctx.Done():
		return translate(ctx, ctx.Err())
	}
}

// ask asks a question once the one before is answered, or takes long.
func (n *news) ask(ctx context.Context, q *question, before <-chan struct{}) {
	ctx, end := context.WithTimeout(ctx, newsTimeout)
	defer end()
	defer close(q.answered)
	select {
	case <-before:
	case <-time.After(newsPatience):
	}
	n.mu.Lock()
	n.next = nil // who comes now may ask for what is committed after this question is asked
	log, seen := n.log, n.seen
	n.mu.Unlock()
	q.err = n.listen(ctx, log, seen)
}

// tidings is a row of what the log answers; one always comes.
type tidings struct {
	Home    home      `gorm:"embedded"`
	Lost    bool      `gorm:"column:lost"` // some of what came after what has been heard may not be in the log any more
	Seen    string    `gorm:"column:seen"` // what has been heard with this answer
	Kind    word      `gorm:"column:kind"` // "" on the row that comes when there is nothing
	Subject uuid.UUID `gorm:"column:subject"`
}

// listen asks what has changed beside what has been heard of a log, and notes it. Two that are under way at once may hear
// the same twice, and note what was seen in either order: what is noted as seen has been heard.
func (n *news) listen(ctx context.Context, log, seen string) error {
	var rows []tidings
	err := n.store.outside(ctx, func(db *gorm.DB) error {
		return db.Raw(n.store.engine.changes.news, sql.Named("seen", seen), sql.Named("most", newsAtOnce)).Scan(&rows).Error
	})
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return errNoTail
	}
	first := rows[0]
	moved, err := n.store.moved(ctx, first.Home)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.log, n.seen = first.Home.Log, first.Seen
	all := slices.ContainsFunc(rows, func(r tidings) bool { return domain.ChangeKind(r.Kind) == domain.ChangedEverything })
	if moved || all || first.Lost || first.Home.Log != log || len(rows) >= newsAtOnce {
		n.everything()
		n.purge()
		return nil
	}
	for _, row := range rows {
		if row.Subject != uuid.Nil { // nothing, or the catalogue, of which no copies are kept
			n.heard++
			n.changed[row.Subject] = n.heard
			n.forget(row.Subject)
		}
	}
	if len(n.changed) > newsKept {
		n.everything()
	}
	return nil
}

// everything notes that whatever was read before may be outdated.
func (n *news) everything() {
	n.heard++
	n.since = n.heard
	clear(n.changed)
}
