package domain

import (
	"bytes"
	"context"
	"slices"
	"time"
	"unicode/utf8"
)

// FactorSecret is a secret as its owner sees it, once.
type FactorSecret struct {
	Secret  string // base32
	URI     string // otpauth, for an app
	ValidTo time.Time
}

// BeginSecondFactor gives the actor a secret for an app. The second factor is not on before a code of it is confirmed. It
// returns Unauthenticated for a visitor, Invalid for a wrong password, Forbidden before the address is proven and Conflict
// if a second factor is on.
func (s *Accounts) BeginSecondFactor(ctx context.Context, a Actor, password string) (FactorSecret, error) {
	var out FactorSecret
	err := s.withPassword(ctx, a, password, func(ctx context.Context, tx Tx, account *Account) error {
		switch {
		case !account.Confirmed():
			return Fail(Forbidden, CodeEmailNotConfirmed)
		case account.Factor.On():
			return Fail(Conflict, CodeFactorOn)
		}
		f := &SecondFactor{Begun: s.now()}
		var err error
		if out.Secret, out.URI, f.Sealed, err = s.oneTime.NewSecret(account); err != nil {
			return err
		}
		out.ValidTo = f.Begun.Add(FactorBegins)
		return tx.SaveSecondFactor(ctx, account.ID, f)
	})
	return out, err
}

// withPassword does something to the actor's account, which it holds, for who knows the password. It returns
// Unauthenticated for a visitor, Invalid for a wrong password and Conflict if it is another one since it was checked.
func (s *Accounts) withPassword(ctx context.Context, a Actor, password string, do func(context.Context, Tx, *Account) error) error {
	me, err := person(ctx, s.store, a)
	if err != nil {
		return err
	}
	right, err := s.passwords.Check(ctx, me.Account.PasswordHash, password)
	if err != nil {
		return err
	}
	if !right {
		var f Faults
		f.Add("/password", CodeWrongPassword)
		return f.Err()
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		held, err := own(ctx, tx, a)
		if err != nil {
			return err
		}
		if held.PasswordHash != me.Account.PasswordHash {
			return Fail(Conflict, CodeStale)
		}
		return do(ctx, tx, held)
	})
}

// own holds the actor's account. It returns Unauthenticated for a visitor and for an account that is gone.
func own(ctx context.Context, tx Tx, a Actor) (*Account, error) {
	account, err := tx.AccountForUpdate(ctx, a.AccountID)
	if KindOf(err) == NotFound {
		return nil, Fail(Unauthenticated, CodeSignIn)
	}
	return account, err
}

// ConfirmSecondFactor turns the actor's second factor on with a code of the app, writes to the owner and returns the
// recovery codes. It returns Unauthenticated for a visitor, Conflict without a secret that was given lately or if a second
// factor is on, and Invalid for a wrong code.
func (s *Accounts) ConfirmSecondFactor(ctx context.Context, a Actor, code string) ([]string, error) {
	var out []string
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		account, err := own(ctx, tx, a)
		if err != nil {
			return err
		}
		f, now := account.Factor, s.now()
		switch {
		case f.On():
			return Fail(Conflict, CodeFactorOn)
		case f == nil, !now.Before(f.Begun.Add(FactorBegins)):
			return Fail(Conflict, CodeFactorNotBegun)
		}
		step, ok, err := s.oneTime.Step(account.ID, f.Sealed, code, now)
		if err != nil {
			return err
		}
		if !ok {
			return badCode()
		}
		f.OnSince, f.Step = now, step
		out, f.Recovery = s.oneTime.NewRecovery(RecoveryCodes)
		return s.turn(ctx, tx, a, account, f, LetterSecondFactorOn, DeedSecondFactorOn)
	})
	return out, err
}

// EndSecondFactor turns the actor's second factor off, for who knows the password and a code, and writes to the owner. It
// returns Unauthenticated for a visitor, Conflict if the second factor is not on, and Invalid for a wrong password, a
// wrong code, or a password that is too short to stand alone.
func (s *Accounts) EndSecondFactor(ctx context.Context, a Actor, password, code string) error {
	var refused error
	err := s.withPassword(ctx, a, password, func(ctx context.Context, tx Tx, account *Account) error {
		refused = nil
		if !account.Factor.On() {
			return Fail(Conflict, CodeFactorOff)
		}
		if utf8.RuneCountInString(password) < MinPassword {
			var f Faults
			f.Add("/password", CodeTooShortAlone, MinPassword)
			return f.Err()
		}
		ok, err := s.passes(ctx, tx, account, code)
		if err != nil {
			return err
		}
		if !ok {
			refused = badCode()
			return nil // kept: wrong codes are counted
		}
		return s.turn(ctx, tx, a, account, nil, LetterSecondFactorOff, DeedSecondFactorOff)
	})
	if err == nil {
		err = refused
	}
	return err
}

// turn keeps the second factor of an account as it is now, writes to the owner and notes the deed.
func (s *Accounts) turn(ctx context.Context, tx Tx, a Actor, account *Account, f *SecondFactor, kind LetterKind, deed DeedKind) error {
	if err := tx.SaveSecondFactor(ctx, account.ID, f); err != nil {
		return err
	}
	if err := tx.SendLetter(ctx, s.letter(kind, account)); err != nil {
		return err
	}
	return record(ctx, tx, a, s.now(), Deed{Kind: deed, SubjectKind: SubjectAccount, Subject: account.ID})
}

// secondFactor returns why somebody who knows the password of an account is not let in, or nil. The account is held.
func (s *Accounts) secondFactor(ctx context.Context, tx Tx, account *Account, otp string) (refused, err error) {
	if !account.Factor.On() {
		return nil, nil
	}
	if otp == "" {
		return Fail(Unauthenticated, CodeSecondFactor), nil
	}
	ok, err := s.passes(ctx, tx, account, otp)
	if err == nil && !ok {
		refused = Fail(Unauthenticated, CodeBadCredentials)
	}
	return refused, err
}

// passes says whether a code opens an account that is held, and keeps that it was used or wrong. After too many wrong ones
// codes of the app are not looked at for a while; recovery codes, which nobody guesses, are.
func (s *Accounts) passes(ctx context.Context, tx Tx, account *Account, code string) (bool, error) {
	f, now := account.Factor, s.now()
	hash := s.oneTime.HashRecovery(code)
	if at := slices.IndexFunc(f.Recovery, func(kept []byte) bool { return bytes.Equal(kept, hash) }); at >= 0 {
		f.Recovery, f.Wrong = slices.Delete(f.Recovery, at, at+1), 0
		return true, tx.SaveSecondFactor(ctx, account.ID, f)
	}
	if f.Wrong >= MaxWrongCodes && now.Before(f.WrongAt.Add(WrongCodesRest)) {
		return false, nil
	}
	step, ok, err := s.oneTime.Step(account.ID, f.Sealed, code, now)
	if err != nil {
		return false, err
	}
	if ok = ok && step > f.Step; ok {
		f.Step, f.Wrong = step, 0
	} else {
		f.Wrong, f.WrongAt = f.Wrong+1, now
	}
	return ok, tx.SaveSecondFactor(ctx, account.ID, f)
}
