package domain

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
)

// Lifetimes of a refresh token, and how long after its use a second tab gets the same successor.
const (
	RefreshLifetime = 30 * 24 * time.Hour
	RefreshGrace    = 10 * time.Second
)

// Tokens makes what a signed-in client carries.
type Tokens interface {
	// Access returns a signed access token for a session of an account and how long it lives.
	Access(ctx context.Context, account, session uuid.UUID, now time.Time) (token string, lifetime time.Duration, err error)
	// NewRefresh returns a fresh secret and the hash of it that may be kept.
	NewRefresh() (secret string, hash []byte, err error)
	// HashRefresh returns the hash of a secret.
	HashRefresh(secret string) []byte
	// SealSuccessor encrypts a successor so that only who holds its predecessor can open it.
	SealSuccessor(predecessor, successor string) ([]byte, error)
	OpenSuccessor(predecessor string, sealed []byte) (string, error)
}

// Session is what a login gives.
type Session struct {
	AccessToken  string
	Lifetime     time.Duration
	RefreshToken string
}

// Accounts are the verbs of signing up and in.
type Accounts struct {
	store     Store
	passwords Passwords
	tokens    Tokens
	codes     Codes
	oneTime   OneTime
	clock     func() time.Time
}

// NewAccounts returns the verbs of signing up and in.
func NewAccounts(store Store, passwords Passwords, tokens Tokens, codes Codes, oneTime OneTime, clock func() time.Time) *Accounts {
	return &Accounts{store, passwords, tokens, codes, oneTime, clock}
}

func (s *Accounts) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// Register creates an account and writes to its address, in the account's language or else the reader's. Whether the
// address was known already is told to its owner alone, in the letter: all return nil, after the same work. An account
// whose address is not proven yet stays as it is until somebody proves with a later letter that it is theirs. Register
// returns Invalid with every fault of the form.
func (s *Accounts) Register(ctx context.Context, form AccountForm, reader Language) error {
	account, err := s.newAccount(form)
	if err != nil {
		return err
	}
	if account.PasswordHash, err = s.passwords.Hash(ctx, form.Password); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := tx.RegisterAccount(ctx, account); err != nil {
			return err
		}
		held, err := tx.AccountByEmail(ctx, account.Email)
		if err != nil {
			return err
		}
		p, language := Proof{Kind: LetterConfirmEmail, Email: held.Email, Account: held.ID}, held.Language
		switch {
		case held.Confirmed():
			p.Kind = LetterAddressKnown
		case held.ID != account.ID:
			p.Claim, language = account, account.Language
		}
		return s.sendProof(ctx, tx, p, cmp.Or(language, reader))
	})
}

// newAccount is NewAccount that also refuses a common password, among all other faults.
func (s *Accounts) newAccount(form AccountForm) (*Account, error) {
	account, err := NewAccount(uuid.Must(uuid.NewV7()), form, s.now())
	var f Faults
	var invalid *Error
	switch {
	case errors.As(err, &invalid):
		f.list = invalid.Faults
	case err != nil:
		return nil, err
	}
	if s.passwords.TooCommon(form.Password) {
		f.Add("/password", CodeCommonPassword)
	}
	return account, f.Err()
}

// Login exchanges an address, a password and, where a second factor is on, a one-time code for a session. It returns
// Unauthenticated for a wrong pair, after the same work whether the address is known or not; with CodeSecondFactor for the
// right pair without a code that is needed, and for a wrong code as for a wrong pair.
func (s *Accounts) Login(ctx context.Context, email, password, otp string) (Session, error) {
	account := &Account{}
	if address, err := ParseEmail(email); err == nil {
		found, err := s.store.AccountByEmail(ctx, address)
		switch {
		case err == nil:
			account = found
		case KindOf(err) != NotFound:
			return Session{}, err
		}
	}
	ok, err := s.passwords.Check(ctx, account.PasswordHash, password)
	if err != nil {
		return Session{}, err
	}
	if !ok {
		return Session{}, Fail(Unauthenticated, CodeBadCredentials)
	}
	var out Session
	var refused error
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		refused = nil
		held, err := tx.AccountForUpdate(ctx, account.ID)
		if KindOf(err) == NotFound || err == nil && held.PasswordHash != account.PasswordHash {
			return Fail(Unauthenticated, CodeBadCredentials) // it is another one since it was checked
		}
		if err != nil {
			return err
		}
		if refused, err = s.secondFactor(ctx, tx, held, otp); err != nil || refused != nil {
			return err // what is refused is kept: wrong codes are counted
		}
		out, err = s.enter(ctx, tx, account.ID)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

// enter begins a session of an account, and makes room for it.
func (s *Accounts) enter(ctx context.Context, tx Tx, account uuid.UUID) (Session, error) {
	if err := s.makeRoom(ctx, tx, account); err != nil {
		return Session{}, err
	}
	return s.begin(ctx, tx, account, uuid.Must(uuid.NewV7()))
}

// begin makes the next session of a family of refresh tokens.
func (s *Accounts) begin(ctx context.Context, tx Tx, account, family uuid.UUID) (Session, error) {
	now := s.now()
	secret, hash, err := s.tokens.NewRefresh()
	if err != nil {
		return Session{}, err
	}
	access, lifetime, err := s.tokens.Access(ctx, account, family, now)
	if err != nil {
		return Session{}, err
	}
	err = tx.CreateRefreshToken(ctx, RefreshToken{
		ID: uuid.Must(uuid.NewV7()), AccountID: account, Family: family, Hash: hash,
		CreatedAt: now, ExpiresAt: now.Add(RefreshLifetime),
	})
	return Session{access, lifetime, secret}, err
}

// Refresh exchanges a refresh token for the next session. A token that was exchanged before revokes its whole family,
// unless it comes within the grace period: then it is a second tab, and gets the same successor. It returns
// Unauthenticated for a token that is unknown, expired, revoked or used.
func (s *Accounts) Refresh(ctx context.Context, secret string) (Session, error) {
	var out Session
	var refused error
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		refused = nil
		now := s.now()
		t, err := tx.RefreshTokenForUpdate(ctx, s.tokens.HashRefresh(secret))
		if KindOf(err) == NotFound || err == nil && (!t.RevokedAt.IsZero() || !now.Before(t.ExpiresAt)) {
			refused = Fail(Unauthenticated, CodeBadRefresh)
			return nil
		}
		if err != nil {
			return err
		}
		if t.UsedAt.IsZero() {
			out, err = s.rotate(ctx, tx, *t, secret, now)
			return err
		}
		if now.Sub(t.UsedAt) > RefreshGrace {
			refused = Fail(Unauthenticated, CodeBadRefresh)
			return tx.RevokeFamily(ctx, t.Family, now) // kept, though the request is refused
		}
		out, err = s.again(ctx, *t, secret, now)
		return err
	})
	if err == nil {
		err = refused
	}
	return out, err
}

func (s *Accounts) rotate(ctx context.Context, tx Tx, t RefreshToken, secret string, now time.Time) (Session, error) {
	next, err := s.begin(ctx, tx, t.AccountID, t.Family)
	if err != nil {
		return Session{}, err
	}
	t.UsedAt = now
	if t.Successor, err = s.tokens.SealSuccessor(secret, next.RefreshToken); err != nil {
		return Session{}, err
	}
	return next, tx.SaveRefreshToken(ctx, t)
}

func (s *Accounts) again(ctx context.Context, t RefreshToken, secret string, now time.Time) (Session, error) {
	successor, err := s.tokens.OpenSuccessor(secret, t.Successor)
	if err != nil {
		return Session{}, Fail(Unauthenticated, CodeBadRefresh)
	}
	access, lifetime, err := s.tokens.Access(ctx, t.AccountID, t.Family, now)
	return Session{access, lifetime, successor}, err
}

// Logout ends the session that a refresh token belongs to, on all its tabs. An unknown token is no error: it is out
// already.
func (s *Accounts) Logout(ctx context.Context, secret string) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		t, err := tx.RefreshTokenForUpdate(ctx, s.tokens.HashRefresh(secret))
		if KindOf(err) == NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		return tx.RevokeFamily(ctx, t.Family, s.now())
	})
}

// Me returns the actor with roles and memberships. It returns Unauthenticated for a visitor.
func (s *Accounts) Me(ctx context.Context, a Actor) (*Person, error) {
	return person(ctx, s.store, a)
}
