package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"kopir/auth"
	"kopir/domain"
)

// testProofs: codes in letters are used once, however many use them, and accounts that are never proven go.
func testProofs(t *testing.T, open Open) {
	t.Run("a proof comes back whole, with every field or none", func(t *testing.T) { testProofNoun(t, open(t)) })
	t.Run("accounts", func(t *testing.T) { testUnproven(t, open(t)) })
	t.Run("of fifty who prove an address at once each is told that it is proven", func(t *testing.T) { testProvenAtOnce(t, open(t)) })
	t.Run("of fifty who set a password at once one does", func(t *testing.T) { testResetAtOnce(t, open(t)) })
	t.Run("of fifty who log in with one code at once one does", func(t *testing.T) { testCodeAtOnce(t, open(t)) })
	t.Run("who logs in while the password is replaced is out", func(t *testing.T) { testLoginWhileResetting(t, open(t)) })
}

func testProofNoun(t *testing.T, o *Opened) {
	a := someAccount("t@example.kz")
	keep(t, o, a)
	claim := *a
	claim.ID, claim.Admin, claim.Analyst, claim.ConfirmedAt, claim.Factor = newID(), false, false, time.Time{}, nil
	full := domain.Proof{
		ID: newID(), Kind: domain.LetterConfirmEmail, Email: a.Email, Account: a.ID, CreatedAt: now, ExpiresAt: now.Add(time.Hour),
		UsedAt: now.Add(time.Minute), Claim: &claim,
	}
	bare := domain.Proof{ID: newID(), Kind: domain.LetterNoAccount, Email: "u@example.kz", CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, p := range []domain.Proof{full, bare} {
			require.NoError(t, tx.CreateProof(ctx, p))
			got, err := tx.ProofForUpdate(ctx, p.ID)
			require.NoError(t, err)
			same(t, p, *got)
		}
		for after, want := range map[time.Duration]int{-time.Microsecond: 1, 0: 0} {
			n, err := tx.CountProofs(ctx, full.Kind, full.Email, now.Add(after))
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		full.Account, full.UsedAt = claim.ID, now.Add(2*time.Minute)
		require.NoError(t, tx.SaveProof(ctx, full))
		require.NoError(t, tx.DropAccount(ctx, a.ID))
		require.NoError(t, tx.CreateAccount(ctx, &claim))
	})
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		got, err := tx.ProofForUpdate(ctx, full.ID)
		require.NoError(t, err, "it goes with the account that takes the place")
		same(t, full, *got)
		require.NoError(t, tx.DropProofs(ctx, claim.ID, domain.LetterResetPassword))
		require.NoError(t, tx.DropAccount(ctx, claim.ID))
		_, err = tx.ProofForUpdate(ctx, full.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		failsAs(t, tx.SaveProof(ctx, full), domain.NotFound, domain.CodeNotFound)
	})
	for after, want := range map[time.Duration]int{time.Hour: 0, time.Hour + time.Microsecond: 1} {
		n, err := o.ForgetProofs(t.Context(), now.Add(after))
		require.NoError(t, err)
		require.Equal(t, want, n)
	}
}

func testUnproven(t *testing.T, o *Opened) {
	unproven := func(email string, made time.Duration) *domain.Account {
		a := someAccount(email)
		a.CreatedAt, a.ConfirmedAt = now.Add(made), time.Time{}
		return a
	}
	proven, old, member, young := someAccount("proven@example.kz"), unproven("old@example.kz", 0), unproven("member@example.kz", 0), unproven("young@example.kz", time.Minute)
	organisation := emptyOrganisation(1)
	keep(t, o, proven, old, member, young, organisation)
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: organisation.ID, AccountID: member.ID, Role: domain.Viewer}))
		twin := unproven(old.Email, 0)
		require.NoError(t, tx.RegisterAccount(ctx, twin), "a taken address is no error")
		require.NoError(t, tx.RegisterAccount(ctx, unproven("fresh@example.kz", time.Hour)))
	})
	n, err := o.ForgetAccounts(t.Context(), now.Add(time.Minute))
	require.NoError(t, err)
	require.Equal(t, 1, n)
	for _, a := range []*domain.Account{proven, member, young} {
		held, err := o.Account(t.Context(), a.ID)
		require.NoError(t, err)
		same(t, a, held)
	}
	_, err = o.AccountByEmail(t.Context(), "fresh@example.kz")
	require.NoError(t, err)
	_, err = o.Account(t.Context(), old.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.ConfirmAccount(ctx, young.ID, now.Add(time.Hour)))
		held, err := tx.AccountForUpdate(ctx, young.ID)
		require.NoError(t, err)
		require.Equal(t, now.Add(time.Hour), held.ConfirmedAt)
		failsAs(t, tx.ConfirmAccount(ctx, old.ID, now), domain.NotFound, domain.CodeNotFound)
		failsAs(t, tx.SaveSecondFactor(ctx, old.ID, nil), domain.NotFound, domain.CodeNotFound)
		require.NoError(t, tx.SaveSecondFactor(ctx, young.ID, nil))
		held, err = tx.AccountForUpdate(ctx, young.ID)
		require.NoError(t, err)
		require.Nil(t, held.Factor)
		_, err = tx.AccountForUpdate(ctx, old.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	})
}

// people is signing up and in over a store.
type people struct {
	*domain.Accounts
	o     *Opened
	codes *auth.Codes
}

func peopleOf(t *testing.T, o *Opened) people {
	t.Helper()
	secret, clock := []byte("a secret of thirty-two bytes, ok"), func() time.Time { return now }
	codes, err := auth.NewCodes(secret)
	require.NoError(t, err)
	tokens, err := auth.NewTokens(t.Context(), o, secret, "i", "i", clock)
	require.NoError(t, err)
	oneTime, err := auth.NewOneTime(secret)
	require.NoError(t, err)
	passwords := auth.NewPasswords(auth.PasswordConfig{MemoryKiB: 64, Passes: 1, Waiting: 1000})
	return people{domain.NewAccounts(o, passwords, tokens, codes, oneTime, clock), o, codes}
}

const email = "aigerim@example.kz"

// registers makes an account with a password that is the n-th, and returns the code in its letter.
func (p people) registers(t *testing.T, n int) (code string) {
	t.Helper()
	form := domain.AccountForm{Email: email, Name: "Әйгерім", Password: passwordOf(n)}
	require.NoError(t, p.Register(t.Context(), form, domain.Kazakh))
	return p.code(t, domain.LetterConfirmEmail)
}

func passwordOf(n int) string {
	return fmt.Sprintf("көпір арқылы %d рет өтеміз", n)
}

// code is the code in the only letter of a kind.
func (p people) code(t *testing.T, kind domain.LetterKind) string {
	t.Helper()
	var ids []uuid.UUID
	list, err := p.o.TakeLetters(t.Context(), now, now.Add(time.Minute), 100)
	require.NoError(t, err)
	for _, l := range list {
		require.NoError(t, p.o.DropLetter(t.Context(), l.ID))
		if l.Kind == kind {
			ids = append(ids, l.Code)
		}
	}
	require.Len(t, ids, 1)
	return p.codes.Code(kind, ids[0])
}

func testProvenAtOnce(t *testing.T, o *Opened) {
	p := peopleOf(t, o)
	p.registers(t, 1)
	intruder, err := p.Login(t.Context(), email, passwordOf(1), "")
	require.NoError(t, err)
	code := p.registers(t, 2)
	won := inParallel(50, func() error { return p.ConfirmEmail(t.Context(), code) }, func(err error) { require.NoError(t, err) })
	require.Equal(t, 50, won)
	_, err = p.Login(t.Context(), email, passwordOf(2), "")
	require.NoError(t, err)
	_, err = p.Refresh(t.Context(), intruder.RefreshToken)
	failsAs(t, err, domain.Unauthenticated, domain.CodeBadRefresh)
}

func testResetAtOnce(t *testing.T, o *Opened) {
	p := peopleOf(t, o)
	p.registers(t, 0)
	require.NoError(t, p.RequestReset(t.Context(), email, domain.Kazakh))
	code := p.code(t, domain.LetterResetPassword)
	var mu sync.Mutex
	tries := 0
	next := func() string {
		mu.Lock()
		defer mu.Unlock()
		tries++
		return passwordOf(tries)
	}
	won := inParallel(50, func() error { return p.ResetPassword(t.Context(), code, next()) },
		func(err error) { failsAs(t, err, domain.Invalid, domain.CodeInvalid) })
	require.Equal(t, 1, won)
	letters, err := o.TakeLetters(t.Context(), now, now.Add(time.Minute), 100)
	require.NoError(t, err)
	require.Len(t, letters, 1)
	opens := 0
	for n := range 51 {
		if _, err := p.Login(t.Context(), email, passwordOf(n), ""); err == nil {
			opens++
		}
	}
	require.Equal(t, 1, opens, "one password opens the account")
}

func testCodeAtOnce(t *testing.T, o *Opened) {
	p := peopleOf(t, o)
	require.NoError(t, p.ConfirmEmail(t.Context(), p.registers(t, 0)))
	a, err := o.AccountByEmail(t.Context(), email)
	require.NoError(t, err)
	me := domain.Actor{AccountID: a.ID}
	s, err := p.BeginSecondFactor(t.Context(), me, passwordOf(0))
	require.NoError(t, err)
	codeAt := func(at time.Time) string {
		code, err := totp.GenerateCode(s.Secret, at)
		require.NoError(t, err)
		return code
	}
	recovery, err := p.ConfirmSecondFactor(t.Context(), me, codeAt(now.Add(-30*time.Second)))
	require.NoError(t, err)
	for _, code := range []string{codeAt(now), recovery[3]} {
		won := inParallel(50, func() error {
			_, err := p.Login(t.Context(), email, passwordOf(0), code)
			return err
		}, func(err error) { failsAs(t, err, domain.Unauthenticated, domain.CodeBadCredentials) })
		require.Equal(t, 1, won)
	}
	list, err := o.Sessions(t.Context(), a.ID, now)
	require.NoError(t, err)
	require.Len(t, list, 2)
}

// testLoginWhileResetting lets somebody with the old password log in again and again, and go on with what began, while its
// owner sets another one.
func testLoginWhileResetting(t *testing.T, o *Opened) {
	p := peopleOf(t, o)
	p.registers(t, 0)
	a, err := o.AccountByEmail(t.Context(), email)
	require.NoError(t, err)
	require.NoError(t, p.RequestReset(t.Context(), email, domain.Kazakh))
	code := p.code(t, domain.LetterResetPassword)
	var intruders sync.WaitGroup
	begun := make(chan struct{}, 1000)
	for range 3 {
		s, err := p.Login(t.Context(), email, passwordOf(0), "")
		require.NoError(t, err)
		intruders.Go(func() {
			for err == nil {
				s, err = p.Refresh(t.Context(), s.RefreshToken)
			}
		})
		intruders.Go(func() {
			for {
				if _, err := p.Login(t.Context(), email, passwordOf(0), ""); err != nil {
					return
				}
				begun <- struct{}{}
			}
		})
	}
	<-begun
	require.NoError(t, p.ResetPassword(t.Context(), code, passwordOf(1)))
	intruders.Wait()
	list, err := o.Sessions(t.Context(), a.ID, now)
	require.NoError(t, err)
	require.Empty(t, list)
}
