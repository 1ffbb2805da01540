package store

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"kopir/domain"
)

type answerRow struct {
	AccountID   uuid.UUID `gorm:"column:account_id;primaryKey"`
	Operation   string    `gorm:"column:operation;primaryKey"`
	Key         string    `gorm:"column:key;primaryKey"`
	Fingerprint []byte    `gorm:"column:fingerprint"`
	Status      int       `gorm:"column:status"`
	Header      string    `gorm:"column:header"`
	Body        []byte    `gorm:"column:body"`
	Created     stamp     `gorm:"column:created_at"`
}

// TableName returns the table.
func (answerRow) TableName() string { return "answers" }

// inFlightKey is a key as somebody in this process is using it.
type inFlightKey struct {
	account        uuid.UUID
	operation, key string
}

// errUndone ends the transaction of an answer that is not kept.
var errUndone = errors.New("the answer is a refusal")

// Once runs work in a transaction that ctx carries on, so that InTx inside joins it, and keeps its answer; or, if the
// key was used before, returns the kept answer and true. An answer of 400 or above, or an error, undoes the work and is
// not kept. The work may be tried again, as InTx tries; ctx must not carry a transaction yet. It returns Invalid with
// CodeKeyReused if the kept answer was to another request, Conflict with CodeKeyInFlight while the first one is under
// way, here or in another replica.
func (s *Store) Once(ctx context.Context, key domain.OnceKey, now time.Time,
	work func(ctx context.Context) (domain.Answer, error),
) (domain.Answer, bool, error) {
	if s.current(ctx) != nil {
		return domain.Answer{}, false, errors.New("store: Once within a transaction could not undo its work")
	}
	land, ok := s.takeOff(inFlightKey{key.Account, key.Operation, key.Key})
	if !ok {
		return domain.Answer{}, false, keyInFlight()
	}
	defer land()
	if answer, found, err := s.kept(ctx, key); found || err != nil {
		return answer, found, err
	}
	var answer domain.Answer
	var found bool
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) (err error) {
		answer, found, err = s.current(ctx).once(ctx, key, now, work)
		return err
	})
	if errors.Is(err, errUndone) {
		err = nil
	}
	if err != nil {
		return domain.Answer{}, false, err
	}
	return answer, found, nil
}

// once looks for a kept answer once more, since another replica may have finished meanwhile, and else does the work. It
// returns errUndone with an answer that is a refusal.
func (u *unit) once(ctx context.Context, key domain.OnceKey, now time.Time,
	work func(ctx context.Context) (domain.Answer, error),
) (domain.Answer, bool, error) {
	if err := u.lockKey(ctx, key); err != nil {
		return domain.Answer{}, false, err
	}
	if answer, found, err := u.store.kept(ctx, key); found || err != nil {
		return answer, found, err
	}
	answer, err := work(ctx)
	if err != nil {
		return answer, false, err
	}
	if answer.Status >= http.StatusBadRequest {
		return answer, false, errUndone
	}
	return answer, false, u.keep(ctx, key, now, answer)
}

func keyInFlight() error { return domain.Fail(domain.Conflict, domain.CodeKeyInFlight) }

// takeOff notes that a key is in use in this process, unless it is already; land ends the use.
func (s *Store) takeOff(k inFlightKey) (land func(), ok bool) {
	s.flying.Lock()
	defer s.flying.Unlock()
	if s.inFlight[k] {
		return nil, false
	}
	s.inFlight[k] = true
	return func() {
		s.flying.Lock()
		defer s.flying.Unlock()
		delete(s.inFlight, k)
	}, true
}

// lockKey holds a key against other replicas until the transaction ends, or returns Conflict with CodeKeyInFlight. On
// SQLite the transaction is alone anyway.
func (u *unit) lockKey(ctx context.Context, key domain.OnceKey) error {
	if !u.store.engine.locks {
		return nil
	}
	name := key.Account.String() + "\n" + key.Operation + "\n" + key.Key
	var free bool
	err := u.in(ctx, func(db *gorm.DB) error {
		return db.Raw("SELECT pg_try_advisory_xact_lock(hashtextextended(?, 0))", name).Scan(&free).Error
	})
	if err == nil && !free {
		return keyInFlight()
	}
	return err
}

// kept returns the answer that is kept for a key, and whether there is one.
func (s *Store) kept(ctx context.Context, key domain.OnceKey) (domain.Answer, bool, error) {
	var rows []answerRow
	err := s.query(ctx, func(db *gorm.DB) error {
		return db.Where("account_id = ? AND operation = ? AND key = ?", key.Account, key.Operation, key.Key).Find(&rows).Error
	})
	if err != nil || len(rows) == 0 {
		return domain.Answer{}, false, err
	}
	row := rows[0]
	if string(row.Fingerprint) != string(key.Fingerprint[:]) {
		return domain.Answer{}, false, domain.Fail(domain.Invalid, domain.CodeKeyReused)
	}
	answer := domain.Answer{Status: row.Status, Body: row.Body}
	return answer, true, undocument(row.Header, &answer.Header)
}

// keep writes an answer down, in the transaction of its effect.
func (u *unit) keep(ctx context.Context, key domain.OnceKey, now time.Time, a domain.Answer) error {
	header, err := document(a.Header)
	if err != nil {
		return err
	}
	body := a.Body
	if body == nil {
		body = []byte{}
	}
	row := map[string]any{
		"account_id": key.Account, "operation": key.Operation, "key": key.Key, "fingerprint": key.Fingerprint[:],
		"status": a.Status, "header": header, "body": body, "created_at": stamp(now),
	}
	return u.in(ctx, func(db *gorm.DB) error { return db.Model(&answerRow{}).Create(row).Error })
}

// ForgetAnswers drops kept answers older than a time, and says how many.
func (s *Store) ForgetAnswers(ctx context.Context, before time.Time) (int, error) {
	return s.forget(ctx, &answerRow{}, "created_at < ?", before)
}

// forget drops the rows of a table for which a condition on a time holds, and says how many.
func (s *Store) forget(ctx context.Context, row any, where string, before time.Time) (int, error) {
	forgotten := 0
	err := s.InTx(ctx, func(ctx context.Context, _ domain.Tx) error {
		return s.current(ctx).in(ctx, func(db *gorm.DB) error {
			done := db.Where(where, stamp(before)).Delete(row)
			forgotten = int(done.RowsAffected)
			return done.Error
		})
	})
	return forgotten, err
}
