package domain_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// app is somebody with an authenticator app.
type app struct {
	w        *world
	me       domain.Actor
	secret   string
	recovery []string
}

// withFactor is somebody new whose second factor is on.
func withFactor(t *testing.T, w *world) *app {
	t.Helper()
	require.NoError(t, w.accounts.ConfirmEmail(t.Context(), w.registers(t, newcomer())))
	a := &app{w: w, me: domain.Actor{AccountID: w.account(t, "new@example.kz").ID}}
	s, err := w.accounts.BeginSecondFactor(t.Context(), a.me, password)
	require.NoError(t, err)
	a.secret = s.Secret
	a.recovery, err = w.accounts.ConfirmSecondFactor(t.Context(), a.me, a.code(t))
	require.NoError(t, err)
	w.letter(t, domain.LetterSecondFactorOn)
	w.clock.pass(time.Minute)
	return a
}

// code is what the app shows now.
func (a *app) code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(a.secret, a.w.clock.now())
	require.NoError(t, err)
	return code
}

// wrong is a code that the app shows neither now nor just before or after.
func (a *app) wrong(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(a.secret, a.w.clock.now().Add(-time.Hour))
	require.NoError(t, err)
	return code
}

// login returns the code of the refusal, "" for none.
func (a *app) login(t *testing.T, password, otp string) domain.Code {
	t.Helper()
	s, err := a.w.accounts.Login(t.Context(), "new@example.kz", password, otp)
	if err == nil {
		return ""
	}
	require.Empty(t, s)
	require.Equal(t, domain.Unauthenticated, domain.KindOf(err))
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	return e.Reason.Code
}

func TestASecondFactorIsAskedForAfterThePassword(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	for name, c := range map[string]struct {
		password, otp string
		want          domain.Code
	}{
		"neither right":                  {"not the password", a.wrong(t), domain.CodeBadCredentials},
		"a wrong password alone":         {"not the password", "", domain.CodeBadCredentials},
		"a wrong password, a right code": {"not the password", a.code(t), domain.CodeBadCredentials},
		"the password alone":             {password, "", domain.CodeSecondFactor},
		"the password and a wrong code":  {password, a.wrong(t), domain.CodeBadCredentials},
		"the password and nonsense":      {password, "x", domain.CodeBadCredentials},
	} {
		require.Equal(t, c.want, a.login(t, c.password, c.otp), name)
	}
	require.Empty(t, a.login(t, password, a.code(t)))
}

func TestAWrongPasswordNeverLearnsWhetherThereIsASecondFactor(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	form := somebodyElse()
	form.Email = "plain@example.kz"
	w.registers(t, form)
	for _, otp := range []string{"", "123456", a.code(t), a.recovery[0]} {
		work := func(email string) (int, int, error) {
			asked, checked := len(w.asked.shapes), w.passwords.looked
			_, err := w.accounts.Login(t.Context(), email, "not the password", otp)
			return len(w.asked.shapes) - asked, w.passwords.looked - checked, err
		}
		s1, c1, err1 := work("new@example.kz")
		for _, email := range []string{"plain@example.kz", unknown} {
			s2, c2, err2 := work(email)
			require.Equal(t, []any{s1, c1, err1}, []any{s2, c2, err2}, email)
		}
	}
	require.Empty(t, a.login(t, password, a.recovery[0]), "and uses up no code")
}

func TestACodeOfTheAppOpensOnce(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	code := a.code(t)
	require.Empty(t, a.login(t, password, code))
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, code))
	w.clock.pass(30 * time.Second)
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, code), "though it is of the step before")
	require.Empty(t, a.login(t, password, a.code(t)))
	w.clock.pass(30 * time.Second)
	early := a.code(t)
	w.clock.pass(-30 * time.Second)
	require.Empty(t, a.login(t, password, early), "the app's clock may be ahead")
	w.clock.pass(30 * time.Second)
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, early))
}

func TestARecoveryCodeOpensOnce(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	require.Len(t, a.recovery, domain.RecoveryCodes)
	for _, code := range a.recovery {
		require.Empty(t, a.login(t, password, code))
		require.Equal(t, domain.CodeBadCredentials, a.login(t, password, code))
	}
}

func TestGuessingCodesOfTheAppComesToRest(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	for range domain.MaxWrongCodes {
		require.Equal(t, domain.CodeBadCredentials, a.login(t, password, a.wrong(t)))
	}
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, a.code(t)), "right, and not looked at")
	w.clock.pass(domain.WrongCodesRest - time.Second)
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, a.code(t)))
	require.Empty(t, a.login(t, password, a.recovery[0]), "its owner gets in, which ends the rest")
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, a.wrong(t)))
	require.Empty(t, a.login(t, password, a.code(t)))

	for range domain.MaxWrongCodes {
		a.login(t, password, a.wrong(t))
	}
	w.clock.pass(domain.WrongCodesRest)
	require.Empty(t, a.login(t, password, a.code(t)))
}

func TestASecondFactorIsTurnedOnWithACodeOfItsApp(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	code := w.registers(t, newcomer())
	a := &app{w: w, me: domain.Actor{AccountID: w.account(t, "new@example.kz").ID}}
	begin := func() error {
		s, err := w.accounts.BeginSecondFactor(ctx, a.me, password)
		a.secret = s.Secret
		return err
	}
	confirm := func(code string) error {
		codes, err := w.accounts.ConfirmSecondFactor(ctx, a.me, code)
		if err != nil {
			require.Empty(t, codes)
		}
		return err
	}
	failsAs(t, begin(), domain.Forbidden, domain.CodeEmailNotConfirmed)
	require.NoError(t, w.accounts.ConfirmEmail(ctx, code))
	failsAs(t, confirm("123456"), domain.Conflict, domain.CodeFactorNotBegun)
	_, err := w.accounts.BeginSecondFactor(ctx, a.me, "not the password")
	require.Equal(t, map[string]domain.Code{"/password": domain.CodeWrongPassword}, placesOf(err))

	require.NoError(t, begin())
	badCode(t, confirm(a.wrong(t)))
	require.Empty(t, a.login(t, password, ""), "it is not on yet")
	late := a.code(t)
	require.NoError(t, begin())
	badCode(t, confirm(late)) // of the secret before
	w.clock.pass(domain.FactorBegins)
	failsAs(t, confirm(a.code(t)), domain.Conflict, domain.CodeFactorNotBegun)
	require.NoError(t, begin())
	used := a.code(t)
	require.NoError(t, confirm(used))
	require.Equal(t, domain.CodeBadCredentials, a.login(t, password, used), "it was used")
	failsAs(t, begin(), domain.Conflict, domain.CodeFactorOn)
	failsAs(t, confirm(used), domain.Conflict, domain.CodeFactorOn)
	w.letter(t, domain.LetterSecondFactorOn)
	for _, nobody := range []domain.Actor{domain.Visitor, {AccountID: uuid.New()}} {
		_, err := w.accounts.BeginSecondFactor(ctx, nobody, password)
		failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
		_, err = w.accounts.ConfirmSecondFactor(ctx, nobody, "123456")
		failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
		failsAs(t, w.accounts.EndSecondFactor(ctx, nobody, password, "123456"), domain.Unauthenticated, domain.CodeSignIn)
	}
}

func TestASecondFactorIsTurnedOffWithPasswordAndCode(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a := withFactor(t, w)
	off := func(password, code string) error { return w.accounts.EndSecondFactor(ctx, a.me, password, code) }
	require.Equal(t, map[string]domain.Code{"/password": domain.CodeWrongPassword}, placesOf(off("not the password", a.code(t))))
	badCode(t, off(password, a.wrong(t)))
	require.Equal(t, 1, w.account(t, "new@example.kz").Factor.Wrong, "it is counted")
	require.NoError(t, off(password, a.recovery[0]))
	w.letter(t, domain.LetterSecondFactorOff)
	require.Nil(t, w.account(t, "new@example.kz").Factor)
	require.Empty(t, a.login(t, password, ""))
	failsAs(t, off(password, a.code(t)), domain.Conflict, domain.CodeFactorOff)
}

func TestTheOperatorTurnsOffWhatSomebodyHasLost(t *testing.T) {
	w := newWorld(t)
	a := withFactor(t, w)
	drop := func(who, email string) error { return w.accounts.DropSecondFactor(t.Context(), w.people[who], email) }
	for _, who := range everybody {
		if who != "operator" {
			failsAs(t, drop(who, "new@example.kz"), domain.Forbidden, domain.CodeAdminsOnly)
		}
	}
	for _, nobody := range []string{unknown, "no address"} {
		failsAs(t, drop("operator", nobody), domain.NotFound, domain.CodeNotFound)
	}
	require.Equal(t, domain.CodeSecondFactor, a.login(t, password, ""))
	require.NoError(t, drop("operator", " New@example.kz"))
	w.letter(t, domain.LetterSecondFactorOff)
	require.Empty(t, a.login(t, password, ""))
	failsAs(t, drop("operator", "new@example.kz"), domain.Conflict, domain.CodeFactorOff)
}

func TestWithASecondFactorAPasswordMayBeShort(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	const short, long = "қалқан58", "a long password of mine"
	w.registers(t, newcomer())
	require.Equal(t, map[string]domain.Code{"/new": domain.CodeTooShort}, placesOf(w.accounts.ResetPassword(ctx, w.asksForReset(t, "new@example.kz"), short)))
	a := withFactor(t, newWorld(t))
	w = a.w
	require.Equal(t, map[string]domain.Code{"/new": domain.CodeTooShort}, placesOf(w.accounts.ChangePassword(ctx, a.me, password, "қалқан5")))
	require.NoError(t, w.accounts.ChangePassword(ctx, a.me, password, short))
	require.Equal(t, map[string]domain.Code{"/password": domain.CodeTooShortAlone}, placesOf(w.accounts.EndSecondFactor(ctx, a.me, short, a.code(t))))
	w.letters(t)
	require.NoError(t, w.accounts.ResetPassword(ctx, w.asksForReset(t, "new@example.kz"), short+"9"))
	require.Equal(t, domain.CodeSecondFactor, a.login(t, short+"9", ""), "a reset leaves the second factor")
	require.NoError(t, w.accounts.ChangePassword(ctx, a.me, short+"9", long))
	require.NoError(t, w.accounts.EndSecondFactor(ctx, a.me, long, a.code(t)), "what was refused has used no code")
}
