package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"kopir/domain"
)

type feedRow struct {
	Name       string `gorm:"column:name;primaryKey"`
	Holder     string `gorm:"column:holder"`
	Epoch      int64  `gorm:"column:epoch"`
	Until      stamp  `gorm:"column:until"`
	Position   string `gorm:"column:position"`
	Generation string `gorm:"column:generation"`
}

// TableName returns the table.
func (feedRow) TableName() string { return "feeds" }

// lease returns who feeds at a time.
func (r feedRow) lease(now time.Time) domain.Lease {
	l := domain.Lease{Feed: domain.FeedName(r.Name), Epoch: r.Epoch}
	if r.Holder != "" && r.Until.time().After(now) {
		l.Holder, l.Until = r.Holder, r.Until.time()
	}
	return l
}

type failureRow struct {
	Feed        string    `gorm:"column:feed;primaryKey"`
	Side        string    `gorm:"column:side;primaryKey"`
	Subject     uuid.UUID `gorm:"column:subject;primaryKey"`
	Attempts    int       `gorm:"column:attempts"`
	Reason      string    `gorm:"column:reason"`
	Since       stamp     `gorm:"column:since"`
	NextTry     stamp     `gorm:"column:next_try"`
	Quarantined stamp     `gorm:"column:quarantined"`
}

// TableName returns the table.
func (failureRow) TableName() string { return "feed_failures" }

// longestReason is how many characters of a reason are kept.
const longestReason = 2000

func rowOfFailure(feed domain.FeedName, f domain.Failure) failureRow {
	reason := []rune(strings.ReplaceAll(f.Reason, "\x00", "\uFFFD")) // which Postgres does not keep
	return failureRow{
		Feed: string(feed), Side: string(f.Side), Subject: f.ID, Attempts: f.Attempts, Reason: string(reason[:min(len(reason), longestReason)]),
		Since: stamp(f.Since), NextTry: stamp(f.NextTry), Quarantined: stamp(f.Quarantined),
	}
}

func (r failureRow) noun() domain.Failure {
	return domain.Failure{
		Subject: domain.Subject{Side: domain.Side(r.Side), ID: r.Subject}, Attempts: r.Attempts, Reason: r.Reason,
		Since: r.Since.time(), NextTry: r.NextTry.time(), Quarantined: r.Quarantined.time(),
	}
}

// now is the time by which leases are kept: the server's on Postgres, since replicas' clocks differ; else the store's.
func (s *Store) now(db *gorm.DB) (time.Time, error) {
	if s.engine.clock == "" {
		return s.clock().UTC().Truncate(time.Microsecond), nil
	}
	var now stamp
	err := db.Raw("SELECT " + s.engine.clock).Row().Scan(&now)
	return now.time(), err
}

// feedRow reads a feed's row and the time. With hold, the row is held, and made if it is not there.
func (s *Store) feedRow(db *gorm.DB, feed domain.FeedName, hold bool) (feedRow, time.Time, error) {
	row := feedRow{Name: string(feed)}
	if hold {
		made := db.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if made.Error != nil {
			return row, time.Time{}, made.Error
		}
		db = db.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	var rows []feedRow
	if err := db.Where("name = ?", feed).Find(&rows).Error; err != nil {
		return row, time.Time{}, err
	}
	if len(rows) > 0 {
		row = rows[0]
	}
	now, err := s.now(db.Session(&gorm.Session{NewDB: true}))
	return row, now, err
}

// TakeLease makes holder the one who feeds for a time, unless somebody else is. A lease that is another's costs a read
// and no write.
func (s *Store) TakeLease(ctx context.Context, feed domain.FeedName, holder string, length time.Duration) (domain.Lease, bool, error) {
	var lease domain.Lease
	err := s.outside(ctx, func(db *gorm.DB) error {
		row, now, err := s.feedRow(db, feed, false)
		lease = row.lease(now)
		return err
	})
	if err != nil || lease.Holder != "" && lease.Holder != holder {
		return lease, false, err
	}
	held := false
	err = s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			row, now, err := s.feedRow(db, feed, true)
			if err != nil {
				return err
			}
			if lease = row.lease(now); lease.Holder != "" && lease.Holder != holder {
				held = false
				return nil
			}
			if row.Holder != holder {
				row.Epoch = max(row.Epoch+1, now.Unix()) // higher also than in a database that this one was restored from
			}
			row.Holder, row.Until = holder, stamp(now.Add(length))
			lease = domain.Lease{Feed: feed, Holder: holder, Epoch: row.Epoch, Until: row.Until.time()}
			held = true
			return db.Select("holder", "epoch", "until").Updates(&row).Error
		})
	})
	return lease, held, err
}

// EndLease gives a lease back. One that is lost already is no error.
func (s *Store) EndLease(ctx context.Context, lease domain.Lease) error {
	return s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			return db.Model(&feedRow{}).Where("name = ? AND holder = ? AND epoch = ?", lease.Feed, lease.Holder, lease.Epoch).
				Updates(map[string]any{"holder": "", "until": nil}).Error
		})
	})
}

// Feed returns how far an engine has been fed.
func (s *Store) Feed(ctx context.Context, feed domain.FeedName) (domain.Feed, error) {
	var rows []feedRow
	err := s.query(ctx, func(db *gorm.DB) error { return db.Where("name = ?", feed).Find(&rows).Error })
	if err != nil || len(rows) == 0 {
		return domain.Feed{}, err
	}
	return domain.Feed{Position: domain.Position(rows[0].Position), Generation: rows[0].Generation}, nil
}

// SaveProgress keeps what a step achieved, or returns Stale and keeps nothing if the lease is another's by now. A holder
// whose lease has ended while nobody took it still holds it.
func (s *Store) SaveProgress(ctx context.Context, lease domain.Lease, p domain.FeedProgress) error {
	return s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			row, _, err := s.feedRow(db, lease.Feed, true)
			if err != nil {
				return err
			}
			if row.Holder != lease.Holder || row.Epoch != lease.Epoch {
				return stale()
			}
			row.Position, row.Generation = string(p.Position), p.Generation
			if err := db.Select("position", "generation").Updates(&row).Error; err != nil {
				return err
			}
			return s.saveFailures(db, lease.Feed, p)
		})
	})
}

func (s *Store) saveFailures(db *gorm.DB, feed domain.FeedName, p domain.FeedProgress) error {
	last := make(map[domain.Subject]failureRow, len(p.Failed)) // of one that is named twice
	for _, f := range p.Failed {
		last[f.Subject] = rowOfFailure(feed, f)
	}
	rows := slices.Collect(maps.Values(last))
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		var ids []uuid.UUID
		for _, d := range p.Delivered {
			if d.Side == side {
				ids = append(ids, d.ID)
			}
		}
		for part := range slices.Chunk(ids, idsAtOnce) {
			err := db.Where("feed = ? AND side = ? AND subject IN ?", feed, side, part).Delete(&failureRow{}).Error
			if err != nil {
				return err
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return db.Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&rows, idsAtOnce).Error
}

// idsAtOnce is how many ids one statement names.
const idsAtOnce = 500

// DueFailures lists failures to try again now, the longest due first.
func (s *Store) DueFailures(ctx context.Context, feed domain.FeedName, limit int) ([]domain.Failure, error) {
	return s.failures(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("feed = ? AND quarantined IS NULL AND next_try <= ?", feed, stamp(s.clock())).Order("next_try, side, subject").Limit(limit)
	})
}

// Failures lists what was refused: quarantined first, then the oldest.
func (s *Store) Failures(ctx context.Context, feed domain.FeedName, limit int) ([]domain.Failure, error) {
	return s.failures(ctx, func(db *gorm.DB) *gorm.DB {
		return db.Where("feed = ?", feed).Order("quarantined IS NULL, since, side, subject").Limit(limit)
	})
}

func (s *Store) failures(ctx context.Context, which func(*gorm.DB) *gorm.DB) ([]domain.Failure, error) {
	var rows []failureRow
	if err := s.query(ctx, func(db *gorm.DB) error { return which(db).Find(&rows).Error }); err != nil {
		return nil, err
	}
	out := make([]domain.Failure, len(rows))
	for i, r := range rows {
		out[i] = r.noun()
	}
	return out, nil
}

// RetryFailures makes quarantined failures due at once, their attempts counted anew: of some subjects, or all.
func (s *Store) RetryFailures(ctx context.Context, feed domain.FeedName, subjects []domain.Subject) (int, error) {
	retried := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		retried = 0
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			again := map[string]any{"attempts": 0, "quarantined": nil, "next_try": stamp(s.clock())}
			retry := func(where *gorm.DB) error {
				done := where.Where("feed = ? AND quarantined IS NOT NULL", feed).Updates(again)
				retried += int(done.RowsAffected)
				return done.Error
			}
			if len(subjects) == 0 {
				return retry(db.Model(&failureRow{}))
			}
			for _, f := range subjects {
				if err := retry(db.Model(&failureRow{}).Where("side = ? AND subject = ?", f.Side, f.ID)); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if retried > 0 && err == nil {
		s.wake()
	}
	return retried, err
}

// FeedStanding returns what there is to know of a feed, all of one moment. What waits is counted up to 100,000.
func (s *Store) FeedStanding(ctx context.Context, feed domain.FeedName) (domain.FeedStanding, error) {
	var out domain.FeedStanding
	err := s.snapshot(ctx, func(db *gorm.DB) error {
		row, now, err := s.feedRow(db, feed, false)
		if err != nil {
			return err
		}
		out = domain.FeedStanding{
			Feed:  domain.Feed{Position: domain.Position(row.Position), Generation: row.Generation},
			Lease: row.lease(now),
		}
		if err := s.waiting(db, out.Position, &out); err != nil {
			return err
		}
		return db.Raw(`SELECT count(*) FILTER (WHERE quarantined IS NULL) AS retrying, count(*) FILTER (WHERE quarantined IS NOT NULL) AS failed
			FROM feed_failures WHERE feed = ?`, feed).Row().Scan(&out.Retrying, &out.Failed)
	})
	return out, err
}

// waiting counts what stands in the log after a position, also what cannot be read yet. After a position that is not of
// this log everything waits.
func (s *Store) waiting(db *gorm.DB, at domain.Position, out *domain.FeedStanding) error {
	name, from, ok := parsePosition(at)
	var log string
	if err := db.Raw("SELECT log FROM change_log_tail").Row().Scan(&log); err != nil {
		return err
	}
	if !ok || name != log {
		from = place{}
	}
	var oldest stamp
	if err := db.Raw(s.engine.changes.waiting, from.Xid, from.Seq).Row().Scan(&out.Waiting, &oldest); err != nil {
		return err
	}
	out.Oldest = oldest.time()
	return nil
}

// Touch appends to the change log that some subjects changed, though nothing in them did: whoever follows looks at them
// again.
func (s *Store) Touch(ctx context.Context, subjects []domain.Subject) error {
	return s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		for _, f := range subjects {
			kind := domain.ChangedDemand
			if f.Side == domain.ProgrammeSide {
				kind = domain.ChangedProgramme
			}
			s.current(ctx).note(kind, f.ID)
		}
		return nil
	})
}

// PublishedCounts says how much is listed on each side.
func (s *Store) PublishedCounts(ctx context.Context) (map[domain.Side]int, error) {
	out := make(map[domain.Side]int)
	err := s.snapshot(ctx, func(db *gorm.DB) error {
		for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
			var n int
			if err := db.Raw(fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", side, listed)).Row().Scan(&n); err != nil {
				return err
			}
			out[side] = n
		}
		return nil
	})
	return out, err
}
