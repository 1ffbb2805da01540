package domain_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const password = "correct horse battery"

func newcomer() domain.AccountForm {
	return domain.AccountForm{Email: "new@example.kz", Password: password, Name: "Жаңа"}
}

// signedIn returns a session of somebody new.
func signedIn(t *testing.T, w *world) domain.Session {
	t.Helper()
	require.NoError(t, w.accounts.Register(t.Context(), newcomer(), domain.Russian))
	s, err := w.accounts.Login(t.Context(), "new@example.kz", password, "")
	require.NoError(t, err)
	return s
}

func refused(t require.TestingT, s domain.Session, err error) {
	failsAs(t, err, domain.Unauthenticated, domain.CodeBadRefresh)
	require.Empty(t, s)
}

func TestOfManyWhoRegisterOneAddressAtOnceOneIsKeptAndNobodyLearnsIt(t *testing.T) {
	w := newWorld(t)
	var all sync.WaitGroup
	errs := make([]error, 20)
	for i := range errs {
		all.Go(func() { errs[i] = w.accounts.Register(t.Context(), newcomer(), domain.Russian) })
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	_, err := w.accounts.Login(t.Context(), "new@example.kz", password, "")
	require.NoError(t, err)
}

func TestRegisteringTellsEveryFault(t *testing.T) {
	w := newWorld(t)
	err := w.accounts.Register(t.Context(), domain.AccountForm{Email: "x", Password: "passwordpassword", Name: ""}, domain.Russian)
	require.Equal(t, map[string]domain.Code{
		"/email": domain.CodeMalformed, "/name": domain.CodeRequired, "/password": domain.CodeCommonPassword,
	}, placesOf(err))
	require.Zero(t, w.passwords.hashed)
	form := newcomer()
	form.Password = "passwordpassword"
	require.Equal(t, map[string]domain.Code{"/password": domain.CodeCommonPassword}, placesOf(w.accounts.Register(t.Context(), form, domain.Russian)))
	_, err = w.store.AccountByEmail(t.Context(), form.Email)
	require.Equal(t, domain.NotFound, domain.KindOf(err))
}

func TestARegisteredAccountHasNoPowers(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.accounts.Register(t.Context(), newcomer(), domain.Russian))
	a, err := w.store.AccountByEmail(t.Context(), "new@example.kz")
	require.NoError(t, err)
	me, err := w.accounts.Me(t.Context(), domain.Actor{AccountID: a.ID})
	require.NoError(t, err)
	require.Equal(t, []domain.Role{domain.RoleJobseeker}, me.Roles())
	require.NotContains(t, me.Account.PasswordHash, password)
}

func TestLoggingInTellsNobodyWhetherAnAddressIsKnown(t *testing.T) {
	w := newWorld(t)
	require.NoError(t, w.accounts.Register(t.Context(), newcomer(), domain.Russian))
	looked := w.passwords.looked
	var answers []error
	for _, c := range [][2]string{{"new@example.kz", "wrong password of mine"}, {"nobody@example.kz", password}, {"no address", password}, {"", ""}} {
		s, err := w.accounts.Login(t.Context(), c[0], c[1], "")
		require.Empty(t, s)
		answers = append(answers, err)
	}
	for _, err := range answers {
		failsAs(t, err, domain.Unauthenticated, domain.CodeBadCredentials)
		require.Equal(t, answers[0], err)
	}
	require.Equal(t, looked+len(answers), w.passwords.looked, "and does the same work each time")
	s, err := w.accounts.Login(t.Context(), " New@Example.kz", password, "")
	require.NoError(t, err)
	require.NotEmpty(t, s.AccessToken)
	require.Equal(t, 15*time.Minute, s.Lifetime)
}

func TestARefreshTokenIsExchangedForTheNext(t *testing.T) {
	w := newWorld(t)
	s := signedIn(t, w)
	seen := map[string]bool{s.RefreshToken: true}
	for range 5 {
		w.clock.pass(time.Hour)
		next, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
		require.NoError(t, err)
		require.False(t, seen[next.RefreshToken], "each is new")
		require.NotEqual(t, s.AccessToken, next.AccessToken)
		seen[next.RefreshToken] = true
		s = next
	}
	for _, unknown := range []string{"", "x", s.RefreshToken + "x"} {
		next, err := w.accounts.Refresh(t.Context(), unknown)
		refused(t, next, err)
	}
}

func TestASecondTabGetsTheSameSuccessorForTenSeconds(t *testing.T) {
	for _, c := range []struct {
		later time.Duration
		same  bool
	}{{0, true}, {9 * time.Second, true}, {10 * time.Second, true}, {10*time.Second + time.Microsecond, false}, {time.Hour, false}} {
		t.Run(c.later.String(), func(t *testing.T) {
			w := newWorld(t)
			s := signedIn(t, w)
			first, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
			require.NoError(t, err)
			w.clock.pass(c.later)
			second, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
			if c.same {
				require.NoError(t, err)
				require.Equal(t, first.RefreshToken, second.RefreshToken)
				_, err = w.accounts.Refresh(t.Context(), first.RefreshToken)
				require.NoError(t, err, "and nobody is logged out")
				return
			}
			refused(t, second, err)
			again, err := w.accounts.Refresh(t.Context(), first.RefreshToken)
			refused(t, again, err)
		})
	}
}

func TestUsingATokenAgainEndsItsFamilyAndNoOther(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	stolen := signedIn(t, w)
	elsewhere, err := w.accounts.Login(ctx, "new@example.kz", password, "") // another family of the same account
	require.NoError(t, err)
	honest, err := w.accounts.Refresh(ctx, stolen.RefreshToken)
	require.NoError(t, err)
	w.clock.pass(time.Minute)
	honest, err = w.accounts.Refresh(ctx, honest.RefreshToken)
	require.NoError(t, err)

	s, err := w.accounts.Refresh(ctx, stolen.RefreshToken)
	refused(t, s, err)
	s, err = w.accounts.Refresh(ctx, honest.RefreshToken)
	refused(t, s, err)
	_, err = w.accounts.Refresh(ctx, elsewhere.RefreshToken)
	require.NoError(t, err)
	_, err = w.accounts.Login(ctx, "new@example.kz", password, "")
	require.NoError(t, err, "a new login begins a new family")
}

func TestATokenWhoseFamilyEndedHasNoGrace(t *testing.T) {
	w := newWorld(t)
	s := signedIn(t, w)
	next, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
	require.NoError(t, err)
	require.NoError(t, w.accounts.Logout(t.Context(), next.RefreshToken))
	again, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
	refused(t, again, err)
}

func TestFiftyRefreshesAtOnceLogNobodyOut(t *testing.T) {
	w := newWorld(t)
	s := signedIn(t, w)
	got := make([]domain.Session, 50)
	errs := make([]error, len(got))
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() { got[i], errs[i] = w.accounts.Refresh(t.Context(), s.RefreshToken) })
	}
	all.Wait()
	for i := range got {
		require.NoError(t, errs[i])
		require.Equal(t, got[0].RefreshToken, got[i].RefreshToken, "one successor")
	}
	_, err := w.accounts.Refresh(t.Context(), got[0].RefreshToken)
	require.NoError(t, err)
}

func TestARefreshTokenLivesThirtyDays(t *testing.T) {
	for _, c := range []struct {
		later time.Duration
		lives bool
	}{{30*24*time.Hour - time.Microsecond, true}, {30 * 24 * time.Hour, false}} {
		w := newWorld(t)
		s := signedIn(t, w)
		w.clock.pass(c.later)
		next, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
		if c.lives {
			require.NoError(t, err)
			w.clock.pass(24 * time.Hour)
			_, err = w.accounts.Refresh(t.Context(), next.RefreshToken)
			require.NoError(t, err, "the next lives from its own beginning")
		} else {
			refused(t, next, err)
		}
	}
}

func TestLoggingOutEndsTheSessionOnAllItsTabs(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	s := signedIn(t, w)
	other, err := w.accounts.Login(ctx, "new@example.kz", password, "")
	require.NoError(t, err)
	next, err := w.accounts.Refresh(ctx, s.RefreshToken)
	require.NoError(t, err)
	require.NoError(t, w.accounts.Logout(ctx, s.RefreshToken), "by an older token, too")
	got, err := w.accounts.Refresh(ctx, next.RefreshToken)
	refused(t, got, err)
	require.NoError(t, w.accounts.Logout(ctx, s.RefreshToken), "twice is no error")
	require.NoError(t, w.accounts.Logout(ctx, "unknown"))
	_, err = w.accounts.Refresh(ctx, other.RefreshToken)
	require.NoError(t, err, "other sessions go on")
}

func TestSecretsAreNotKept(t *testing.T) {
	w := newWorld(t)
	s := signedIn(t, w)
	next, err := w.accounts.Refresh(t.Context(), s.RefreshToken)
	require.NoError(t, err)
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		kept, err := tx.RefreshTokenForUpdate(ctx, tokens{}.HashRefresh(s.RefreshToken))
		if err != nil {
			return err
		}
		require.NotContains(t, string(kept.Hash), s.RefreshToken)
		require.NotContains(t, string(kept.Successor), next.RefreshToken)
		require.NotEqual(t, uuid.Nil, kept.Family)
		return nil
	})
}
