package domain

import (
	"cmp"
	"context"

	"github.com/google/uuid"
)

// sendProof writes to the address of a proof, and keeps it; neither if the address got enough letters of the kind lately.
func (s *Accounts) sendProof(ctx context.Context, tx Tx, p Proof, language Language) error {
	now := s.now()
	sent, err := tx.CountProofs(ctx, p.Kind, p.Email, now.Add(-LettersWithin))
	if err != nil || sent >= MaxLetters {
		return err
	}
	lifetime := ResetLifetime
	if p.Kind == LetterConfirmEmail {
		lifetime = ConfirmLifetime
	}
	p.ID, p.CreatedAt, p.ExpiresAt = uuid.Must(uuid.NewV7()), now, now.Add(lifetime)
	if err := tx.CreateProof(ctx, p); err != nil {
		return err
	}
	l := Letter{ID: uuid.Must(uuid.NewV7()), Kind: p.Kind, To: p.Email, Language: language, CreatedAt: now}
	if letters[p.Kind].where != "" {
		l.Code, l.ValidTo = p.ID, p.ExpiresAt
	}
	return tx.SendLetter(ctx, l)
}

// proof holds what a code stands for, and the account it is about. It returns Invalid, always alike, if there is no such
// proof any more or its account has another address.
func (s *Accounts) proof(ctx context.Context, tx Tx, kind LetterKind, id uuid.UUID) (*Proof, *Account, error) {
	p, err := tx.ProofForUpdate(ctx, id)
	if KindOf(err) == NotFound || err == nil && (p.Kind != kind || !s.now().Before(p.ExpiresAt)) {
		return nil, nil, badCode()
	}
	if err != nil {
		return nil, nil, err
	}
	a, err := tx.AccountForUpdate(ctx, p.Account)
	if KindOf(err) == NotFound || err == nil && a.Email != p.Email {
		return nil, nil, badCode()
	}
	return p, a, err
}

// ConfirmEmail takes the code of a letter as proof of an account's address. Where the address was registered again before
// it was proven, the account of the registration whose letter it was is the only one from then on: the other one is
// dropped, with its password and sessions. A code that was used already is no error until it runs out. ConfirmEmail
// returns Invalid, always alike, for a code that is wrong, has run out or is of no use any more.
func (s *Accounts) ConfirmEmail(ctx context.Context, code string) error {
	id, ok := s.codes.ParseCode(LetterConfirmEmail, code)
	if !ok {
		return badCode()
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, a, err := s.proof(ctx, tx, LetterConfirmEmail, id)
		switch {
		case err != nil:
			return err
		case !p.UsedAt.IsZero(), p.Claim == nil && a.Confirmed():
			return nil
		case a.Confirmed(): // by somebody else, who has proven the address as well
			return badCode()
		}
		p.UsedAt = s.now()
		if p.Claim == nil {
			if err := tx.SaveProof(ctx, *p); err != nil {
				return err
			}
			return tx.ConfirmAccount(ctx, a.ID, p.UsedAt)
		}
		return s.takePlace(ctx, tx, p, a.ID)
	})
}

// takePlace puts the account that a proof claims in the place of another. It begins anew, under an id of its own, so that
// nothing of whoever had the other one is left: no password, session or token, and nobody reads what they wrote.
func (s *Accounts) takePlace(ctx context.Context, tx Tx, p *Proof, other uuid.UUID) error {
	claim := *p.Claim
	claim.ConfirmedAt = p.UsedAt
	p.Account = claim.ID
	if err := tx.SaveProof(ctx, *p); err != nil {
		return err
	}
	if err := tx.DropAccount(ctx, other); err != nil {
		return err
	}
	return tx.CreateAccount(ctx, &claim)
}

// SendConfirmation writes to the actor's address again, in the account's language or else the reader's. It returns
// Unauthenticated for a visitor and Conflict if the address is proven.
func (s *Accounts) SendConfirmation(ctx context.Context, a Actor, reader Language) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		me, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		if me.Account.Confirmed() {
			return Fail(Conflict, CodeEmailConfirmed)
		}
		p := Proof{Kind: LetterConfirmEmail, Email: me.Account.Email, Account: me.Account.ID}
		return s.sendProof(ctx, tx, p, cmp.Or(me.Account.Language, reader))
	})
}

// RequestReset writes to an address, with a code that sets another password if it has an account. Whether it has one is
// told to nobody else: both return nil, after the same work. It returns Invalid for what is no address.
func (s *Accounts) RequestReset(ctx context.Context, email string, reader Language) error {
	var f Faults
	address, err := ParseEmail(email)
	if !f.Check("/email", err) {
		return f.Err()
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, language := Proof{Kind: LetterNoAccount, Email: address}, reader
		a, err := tx.AccountByEmail(ctx, address)
		switch {
		case err == nil:
			p.Kind, p.Account, language = LetterResetPassword, a.ID, cmp.Or(a.Language, reader)
		case KindOf(err) != NotFound:
			return err
		}
		return s.sendProof(ctx, tx, p, language)
	})
}

// ResetPassword sets another password with the code of a letter, which proves the address, and ends all sessions. It
// returns Invalid with every fault of the password, and, always alike, for a code that is wrong, used or has run out.
func (s *Accounts) ResetPassword(ctx context.Context, code, next string) error {
	id, known, err := s.toReset(ctx, code)
	if err != nil {
		return err
	}
	var f Faults
	s.checkPassword(&f, "/new", next, known)
	if known.ID == uuid.Nil {
		f.Add("/code", CodeBadCode)
	}
	if err := f.Err(); err != nil {
		return err
	}
	hash, err := s.passwords.Hash(ctx, next)
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		_, account, err := s.proof(ctx, tx, LetterResetPassword, id)
		if err != nil {
			return err
		}
		if !account.Confirmed() {
			if err := tx.ConfirmAccount(ctx, account.ID, s.now()); err != nil {
				return err
			}
		}
		return s.replacePassword(ctx, tx, Actor{AccountID: account.ID}, account, hash, DeedPasswordReset)
	})
}

// toReset returns which proof a code stands for that sets a password, and the account; the zero Account for a code that is
// no good.
func (s *Accounts) toReset(ctx context.Context, code string) (uuid.UUID, *Account, error) {
	id, ok := s.codes.ParseCode(LetterResetPassword, code)
	if !ok {
		return id, &Account{}, nil
	}
	var account *Account
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		_, account, err = s.proof(ctx, tx, LetterResetPassword, id)
		return err
	})
	if KindOf(err) == Invalid {
		return id, &Account{}, nil
	}
	return id, account, err
}

// replacePassword keeps another password of an account, ends all its sessions but the actor's own, makes codes that would
// set yet another useless, writes to its owner and notes the deed. It returns Stale if the password has changed meanwhile.
func (s *Accounts) replacePassword(ctx context.Context, tx Tx, a Actor, account *Account, hash string, deed DeedKind) error {
	if err := tx.SavePassword(ctx, account.ID, account.PasswordHash, hash); err != nil {
		return err
	}
	if err := tx.DropProofs(ctx, account.ID, LetterResetPassword); err != nil {
		return err
	}
	if err := s.endAllBut(ctx, tx, account.ID, a.Session); err != nil {
		return err
	}
	if err := tx.SendLetter(ctx, s.letter(LetterPasswordChanged, account)); err != nil {
		return err
	}
	return record(ctx, tx, a, s.now(), Deed{Kind: deed, SubjectKind: SubjectAccount, Subject: account.ID})
}
