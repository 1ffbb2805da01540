package store

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

// changeQueries are the statements of the change log, which differ by engine. All speak of places (xid, seq), in this
// order; on SQLite xid is always 0.
type changeQueries struct {
	page      string // what comes after a place, at most so many, with the log's name, its tail and its end on each row
	news      string // what is committed beside @seen, in any order, at most @most, with the log's name and what is seen then on each row
	head      string // the log's name, and a place before whatever commits from now on
	waiting   string // how much stands after a place, readable yet or not, and the oldest time of it
	trimmable string // the last place before which nothing is younger than a time
	trim      string // deletes up to a place
	setTail   string
	adopt     string // notes where the log lives, if that is not known yet; "" where it lives nowhere else
	restart   string // gives the log, emptied, another name
}

var errNoTail = errors.New("store: the change log has no tail")

// place is where an entry stands in the log.
type place struct {
	Xid int64 `gorm:"column:xid"`
	Seq int64 `gorm:"column:seq"`
}

func (p place) compare(q place) int {
	return cmp.Or(cmp.Compare(p.Xid, q.Xid), cmp.Compare(p.Seq, q.Seq))
}

// position is a place in a log with a name: after the log was begun anew no earlier position fits.
func position(log string, p place) domain.Position {
	return domain.Position(fmt.Sprintf("%s.%d.%d", log, p.Xid, p.Seq))
}

// parsePosition reads what position wrote; ok is false for anything else. "" is the first place of any log.
func parsePosition(at domain.Position) (log string, p place, ok bool) {
	if at == "" {
		return "", place{}, true
	}
	parts := strings.Split(string(at), ".")
	if len(parts) != 3 || parts[0] == "" {
		return "", place{}, false
	}
	xid, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return "", place{}, false
	}
	seq, err := strconv.ParseInt(parts[2], 10, 64)
	return parts[0], place{xid, seq}, err == nil
}

type changeRow struct {
	Kind    string    `gorm:"column:kind"`
	Subject uuid.UUID `gorm:"column:subject"`
	At      stamp     `gorm:"column:at"`
}

// TableName returns the table.
func (changeRow) TableName() string { return "change_log" }

// change writes something and notes that it changed.
func (u *unit) change(ctx context.Context, kind domain.ChangeKind, id uuid.UUID, write func(db *gorm.DB) error) error {
	if err := u.in(ctx, write); err != nil {
		return err
	}
	u.note(kind, id)
	return nil
}

// note notes that something changed, for the log.
func (u *unit) note(kind domain.ChangeKind, id uuid.UUID) {
	if c := (domain.Change{Kind: kind, ID: id}); !u.seen[c] {
		u.seen[c] = true
		u.changes = append(u.changes, c)
	}
}

// appendChanges appends what was noted to the log: the last thing a transaction does.
func (u *unit) appendChanges(ctx context.Context) error {
	now := stamp(u.store.clock())
	rows := make([]changeRow, 0, len(u.changes))
	for _, c := range u.changes {
		rows = append(rows, changeRow{Kind: string(c.Kind), Subject: c.ID, At: now})
	}
	return u.in(ctx, func(db *gorm.DB) error { return insert(db, u.store.engine, rows, 3) })
}

// RequestReindex logs that everything is to be read again.
func (u *unit) RequestReindex(context.Context) error {
	u.note(domain.ChangedEverything, uuid.Nil)
	return nil
}

// Changes returns at most limit entries after a position, oldest first, and the position after them. What ctx carries of
// a transaction plays no part: only what is committed is seen, and nothing that commits later is passed over. It returns
// Stale if the log no longer holds all that comes after the position, because it was trimmed or begun anew since, or
// because the position is of another database: whoever follows must rebuild, from a new Head.
func (s *Store) Changes(ctx context.Context, after domain.Position, limit int) ([]domain.Change, domain.Position, error) {
	log, from, ok := parsePosition(after)
	if !ok {
		return nil, "", stale()
	}
	var rows []struct {
		Home    home      `gorm:"embedded"`
		TailXid int64     `gorm:"column:tail_xid"`
		TailSeq int64     `gorm:"column:tail_seq"`
		EndXid  int64     `gorm:"column:end_xid"`
		EndSeq  int64     `gorm:"column:end_seq"`
		Xid     number    `gorm:"column:xid"`
		Seq     number    `gorm:"column:seq"` // 0 on the one row that comes when there are no entries
		Kind    word      `gorm:"column:kind"`
		Subject uuid.UUID `gorm:"column:subject"`
		At      stamp     `gorm:"column:at"`
	}
	err := s.outside(ctx, func(db *gorm.DB) error {
		return db.Raw(s.engine.changes.page, from.Xid, from.Seq, limit).Scan(&rows).Error
	})
	if err != nil {
		return nil, "", err
	}
	if len(rows) == 0 { // the tail is a row that is always there
		return nil, "", errNoTail
	}
	first := rows[0]
	if moved, err := s.moved(ctx, first.Home); err != nil || moved {
		return nil, "", cmp.Or(err, stale())
	}
	behind := from.compare(place{first.TailXid, first.TailSeq}) < 0
	ahead := from.compare(place{first.EndXid, first.EndSeq}) > 0
	if behind || ahead || (log != "" && log != first.Home.Log) {
		return nil, "", stale()
	}
	var changes []domain.Change
	next := position(first.Home.Log, from)
	for _, row := range rows {
		if row.Seq != 0 {
			changes = append(changes, domain.Change{Kind: domain.ChangeKind(row.Kind), ID: row.Subject, At: row.At.time()})
			next = position(first.Home.Log, place{int64(row.Xid), int64(row.Seq)})
		}
	}
	return changes, next, nil
}

// Head returns a position such that whatever is committed from now on comes after it. On Postgres some of what was
// committed before may come after it too.
func (s *Store) Head(ctx context.Context) (domain.Position, error) {
	var rows []struct {
		Home home  `gorm:"embedded"`
		At   place `gorm:"embedded"`
	}
	err := s.outside(ctx, func(db *gorm.DB) error { return db.Raw(s.engine.changes.head).Scan(&rows).Error })
	if err != nil {
		return "", err
	}
	if len(rows) == 0 {
		return "", errNoTail
	}
	moved, err := s.moved(ctx, rows[0].Home)
	if err != nil {
		return "", err
	}
	if moved {
		return s.Head(ctx)
	}
	return position(rows[0].Home.Log, rows[0].At), nil
}

// home is which log it is, where it was last known to live, and where it lives.
type home struct {
	Log    string `gorm:"column:log"`
	Origin string `gorm:"column:origin"`
	Here   string `gorm:"column:here"`
}

// moved says whether the log lives elsewhere than it was last known to, and then has begun it anew: the database was
// restored, recovered to a point in time, or another server took over. What was committed and is lost now, readers have
// seen; what was numbered there means nothing here. Who comes second finds it done.
func (s *Store) moved(ctx context.Context, h home) (bool, error) {
	if h.Origin == h.Here {
		return false, nil
	}
	ctx = context.WithValue(ctx, unitKey{s}, nil) // not in a transaction that ctx may carry
	if h.Origin == "" {
		return false, s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
			return s.current(ctx).in(ctx, func(db *gorm.DB) error { return db.Exec(s.engine.changes.adopt).Error })
		})
	}
	s.log.WarnContext(ctx, "the database is not where it was: it was restored, or another server took over. Everything is indexed anew",
		"was", h.Origin, "is", h.Here)
	return true, s.restart(ctx, &h)
}

// TrimChanges drops the oldest entries, as far as they were made before a time, and says how many. A follower that has
// not read them yet gets Stale from Changes.
func (s *Store) TrimChanges(ctx context.Context, before time.Time) (int, error) {
	trimmed := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			var last []place
			if err := db.Raw(s.engine.changes.trimmable, stamp(before)).Scan(&last).Error; err != nil {
				return err
			}
			if len(last) == 0 || last[0].Seq == 0 {
				return nil
			}
			done := db.Exec(s.engine.changes.trim, last[0].Xid, last[0].Seq)
			if done.Error != nil {
				return done.Error
			}
			trimmed = int(done.RowsAffected)
			return db.Exec(s.engine.changes.setTail, last[0].Xid, last[0].Seq).Error
		})
	})
	return trimmed, err
}

// RestartChanges empties the log and gives it another name, so that every follower gets Stale and rebuilds. It must be
// called after a restore: positions from before it mean nothing any more.
func (s *Store) RestartChanges(ctx context.Context) error { return s.restart(ctx, nil) }

// restart begins the log anew; with a home, only if it is still that one.
func (s *Store) restart(ctx context.Context, only *home) error {
	name := uuid.New()
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			statement, args := s.engine.changes.restart, []any{hex.EncodeToString(name[:])}
			if only != nil {
				statement, args = statement+" WHERE log = ? AND origin = ?", append(args, only.Log, only.Origin)
			}
			done := db.Exec(statement, args...)
			if done.Error != nil || done.RowsAffected == 0 {
				return done.Error
			}
			return db.Exec("DELETE FROM change_log").Error
		})
	})
	if err == nil {
		s.wake()
	}
	return err
}
