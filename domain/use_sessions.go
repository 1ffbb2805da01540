package domain

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// MaxSessions bounds the sessions of an account.
const MaxSessions = 50

// LoginSession is a login, with all the tokens that followed from it, as its owner sees it.
type LoginSession struct {
	ID       uuid.UUID // of the family of its refresh tokens
	Since    time.Time
	LastUsed time.Time // when it last got tokens
	Until    time.Time // when it ends, if it gets none before
}

// Sessions lists the actor's sessions, the one used last first. It returns Unauthenticated for a visitor.
func (s *Accounts) Sessions(ctx context.Context, a Actor) ([]LoginSession, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	return s.store.Sessions(ctx, a.AccountID, s.now())
}

// EndSession ends one of the actor's sessions. It returns Unauthenticated for a visitor, NotFound for a session that has
// ended or is not the actor's.
func (s *Accounts) EndSession(ctx context.Context, a Actor, session uuid.UUID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		list, err := tx.Sessions(ctx, a.AccountID, s.now())
		if err != nil {
			return err
		}
		for _, one := range list {
			if one.ID == session {
				return tx.RevokeFamily(ctx, session, s.now())
			}
		}
		return Fail(NotFound, CodeNotFound)
	})
}

// EndSessions ends all of the actor's sessions. It returns Unauthenticated for a visitor.
func (s *Accounts) EndSessions(ctx context.Context, a Actor) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return s.endAllBut(ctx, tx, a.AccountID, uuid.Nil)
	})
}

// endAllBut ends all sessions of an account but one.
func (s *Accounts) endAllBut(ctx context.Context, tx Tx, account, but uuid.UUID) error {
	list, err := tx.Sessions(ctx, account, s.now())
	if err != nil {
		return err
	}
	for _, one := range list {
		if one.ID == but {
			continue
		}
		if err := tx.RevokeFamily(ctx, one.ID, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// makeRoom ends the sessions that were not used for longest, so that another may begin.
func (s *Accounts) makeRoom(ctx context.Context, tx Tx, account uuid.UUID) error {
	list, err := tx.Sessions(ctx, account, s.now())
	if err != nil {
		return err
	}
	for _, one := range list[min(len(list), MaxSessions-1):] {
		if err := tx.RevokeFamily(ctx, one.ID, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// ChangePassword gives the actor's account another password, ends all its sessions but the actor's own and writes to its
// owner. It returns
// Unauthenticated for a visitor, Invalid if the password until now is another one, or with every fault of the new one, and
// Conflict if somebody else has changed it at the same moment.
func (s *Accounts) ChangePassword(ctx context.Context, a Actor, current, next string) error {
	if err := signedIn(a); err != nil {
		return err
	}
	account, err := s.store.Account(ctx, a.AccountID)
	if KindOf(err) == NotFound { // erased meanwhile
		return Fail(Unauthenticated, CodeSignIn)
	}
	if err != nil {
		return err
	}
	if err := s.checkChange(ctx, account, current, next); err != nil {
		return err
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return err
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return s.replacePassword(ctx, tx, a, account, hash, DeedPasswordChanged)
	})
	if KindOf(err) == Stale {
		return Fail(Conflict, CodeStale)
	}
	return err
}

// letter returns a letter to the owner of an account.
func (s *Accounts) letter(kind LetterKind, to *Account) Letter {
	return Letter{ID: uuid.Must(uuid.NewV7()), Kind: kind, To: to.Email, Language: to.Language, CreatedAt: s.now()}
}

func (s *Accounts) checkChange(ctx context.Context, account *Account, current, next string) error {
	var f Faults
	s.checkPassword(&f, "/new", next, account)
	right, err := s.passwords.Check(ctx, account.PasswordHash, current)
	if err != nil {
		return err
	}
	if !right {
		f.Add("/current", CodeWrongPassword)
	}
	return f.Err()
}

// checkPassword notes what is wrong with a password for an account.
func (s *Accounts) checkPassword(f *Faults, pointer, password string, account *Account) {
	least := MinPassword
	if account.Factor.On() {
		least = MinWithFactor
	}
	checkLength(f, pointer, password, least)
	if s.passwords.TooCommon(password) {
		f.Add(pointer, CodeCommonPassword)
	}
}

func checkLength(f *Faults, pointer, password string, least int) {
	switch n := utf8.RuneCountInString(password); {
	case n < least:
		f.Add(pointer, CodeTooShort, least)
	case n > MaxPassword:
		f.Add(pointer, CodeTooLong, MaxPassword)
	}
}
