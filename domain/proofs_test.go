package domain_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// registers makes an account that waits for its proof, and returns the code in its letter.
func (w *world) registers(t *testing.T, form domain.AccountForm) (code string) {
	t.Helper()
	require.NoError(t, w.accounts.Register(t.Context(), form, domain.English))
	return w.code(t, domain.LetterConfirmEmail)
}

// asksForReset returns the code in the letter to somebody who has forgotten the password.
func (w *world) asksForReset(t *testing.T, email string) (code string) {
	t.Helper()
	require.NoError(t, w.accounts.RequestReset(t.Context(), email, domain.English))
	return w.code(t, domain.LetterResetPassword)
}

func (w *world) account(t *testing.T, email string) *domain.Account {
	t.Helper()
	a, err := w.store.AccountByEmail(t.Context(), email)
	require.NoError(t, err)
	return a
}

// logsIn says whether somebody gets in with a password.
func (w *world) logsIn(t *testing.T, email, password string) bool {
	t.Helper()
	_, err := w.accounts.Login(t.Context(), email, password, "")
	if err != nil {
		failsAs(t, err, domain.Unauthenticated, domain.CodeBadCredentials)
	}
	return err == nil
}

func badCode(t *testing.T, err error) {
	t.Helper()
	require.Equal(t, map[string]domain.Code{"/code": domain.CodeBadCode}, placesOf(err))
}

func somebodyElse() domain.AccountForm {
	form := newcomer()
	form.Password, form.Name, form.Language = "another password of mine", "Somebody else", "en"
	return form
}

const (
	known   = "owner@example.kz" // whose address is proven
	unknown = "nobody@example.kz"
)

func TestAnAddressIsProvenWithTheCodeOfALetter(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	code := w.registers(t, newcomer())
	require.False(t, w.account(t, "new@example.kz").Confirmed())
	s, err := w.accounts.Login(ctx, "new@example.kz", password, "")
	require.NoError(t, err, "who has not proven the address gets in")

	w.clock.pass(domain.ConfirmLifetime - time.Second)
	require.NoError(t, w.accounts.ConfirmEmail(ctx, code))
	require.Equal(t, w.clock.now(), w.account(t, "new@example.kz").ConfirmedAt)
	require.NoError(t, w.accounts.ConfirmEmail(ctx, code), "twice is no error")
	_, err = w.accounts.Refresh(ctx, s.RefreshToken)
	require.NoError(t, err, "and goes on with the session")
	w.clock.pass(time.Second)
	badCode(t, w.accounts.ConfirmEmail(ctx, code))
}

func TestACodeThatIsNoGoodIsRefusedAlike(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	confirm, reset := w.registers(t, newcomer()), w.asksForReset(t, "new@example.kz")
	id, _ := w.codes.ParseCode(domain.LetterConfirmEmail, confirm)
	w.clock.pass(domain.ConfirmLifetime)
	for _, bad := range []string{
		"", "x", confirm, reset, w.codes.Code(domain.LetterConfirmEmail, uuid.New()), w.codes.Code(domain.LetterResetPassword, uuid.New()),
		w.codes.Code(domain.LetterResetPassword, id), w.codes.Code(domain.LetterConfirmEmail, uuid.Nil),
	} {
		badCode(t, w.accounts.ConfirmEmail(ctx, bad))
		badCode(t, w.accounts.ResetPassword(ctx, bad, "another password of mine"))
	}
	require.False(t, w.account(t, "new@example.kz").Confirmed())
	require.True(t, w.logsIn(t, "new@example.kz", password))
}

func TestWhoRegistersAnAddressBeforeItsOwnerKeepsNothingOfIt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	theirs := w.registers(t, somebodyElse())
	intruder, err := w.accounts.Login(ctx, "new@example.kz", somebodyElse().Password, "")
	require.NoError(t, err)
	before := w.account(t, "new@example.kz")

	mine := w.registers(t, newcomer())
	require.Equal(t, before, w.account(t, "new@example.kz"), "until then it is as it was: the second may be the intruder")
	require.False(t, w.logsIn(t, "new@example.kz", password))
	require.NoError(t, w.accounts.ConfirmEmail(ctx, mine))

	a := w.account(t, "new@example.kz")
	require.True(t, a.Confirmed())
	require.Equal(t, "Жаңа", a.Name)
	require.NotEqual(t, before.ID, a.ID, "tokens of the other are of nobody")
	require.True(t, w.logsIn(t, "new@example.kz", password))
	require.False(t, w.logsIn(t, "new@example.kz", somebodyElse().Password))
	got, err := w.accounts.Refresh(ctx, intruder.RefreshToken)
	refused(t, got, err)
	_, err = w.accounts.Me(ctx, domain.Actor{AccountID: before.ID})
	failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
	require.NoError(t, w.accounts.ConfirmEmail(ctx, mine), "twice is no error")
	badCode(t, w.accounts.ConfirmEmail(ctx, theirs))
}

func TestOnceTheAddressIsProvenNobodyElsesRegistrationCounts(t *testing.T) {
	for name, proves := range map[string]func(w *world, mine string) error{
		"with the letter of registering": func(w *world, mine string) error { return w.accounts.ConfirmEmail(t.Context(), mine) },
		"by setting another password": func(w *world, _ string) error {
			return w.accounts.ResetPassword(t.Context(), w.asksForReset(t, "new@example.kz"), password)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			mine, theirs := w.registers(t, newcomer()), w.registers(t, somebodyElse())
			require.NoError(t, proves(w, mine))
			badCode(t, w.accounts.ConfirmEmail(t.Context(), theirs))
			require.True(t, w.logsIn(t, "new@example.kz", password))
			require.False(t, w.logsIn(t, "new@example.kz", somebodyElse().Password))
		})
	}
}

func TestAResetTakesAnAccountFromWhoeverHadIt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.registers(t, somebodyElse())
	intruder, err := w.accounts.Login(ctx, "new@example.kz", somebodyElse().Password, "")
	require.NoError(t, err)
	code, another := w.asksForReset(t, "new@example.kz"), w.asksForReset(t, " New@Example.kz")

	require.Equal(t, map[string]domain.Code{"/new": domain.CodeTooShort}, placesOf(w.accounts.ResetPassword(ctx, code, "short")))
	require.Equal(t, map[string]domain.Code{"/new": domain.CodeCommonPassword, "/code": domain.CodeBadCode}, placesOf(w.accounts.ResetPassword(ctx, "x", "passwordpassword")))
	require.NoError(t, w.accounts.ResetPassword(ctx, code, password), "what was refused has not used it")
	require.True(t, w.account(t, "new@example.kz").Confirmed())
	require.True(t, w.logsIn(t, "new@example.kz", password))
	require.False(t, w.logsIn(t, "new@example.kz", somebodyElse().Password))
	got, err := w.accounts.Refresh(ctx, intruder.RefreshToken)
	refused(t, got, err)
	badCode(t, w.accounts.ResetPassword(ctx, code, "a third password of mine"))
	badCode(t, w.accounts.ResetPassword(ctx, another, "a third password of mine"))
	l := w.letter(t, domain.LetterPasswordChanged)
	require.Equal(t, []any{"new@example.kz", domain.English, uuid.Nil}, []any{l.To, l.Language, l.Code})
}

func TestAChangedPasswordMakesCodesThatWouldResetItUseless(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	require.NoError(t, w.accounts.ConfirmEmail(ctx, w.registers(t, newcomer())))
	code := w.asksForReset(t, "new@example.kz")
	me := domain.Actor{AccountID: w.account(t, "new@example.kz").ID}
	require.NoError(t, w.accounts.ChangePassword(ctx, me, password, "another password of mine"))
	badCode(t, w.accounts.ResetPassword(ctx, code, "a third password of mine"))
}

func TestACodeThatSetsAPasswordLivesAnHour(t *testing.T) {
	for later, lives := range map[time.Duration]bool{time.Hour - time.Microsecond: true, time.Hour: false} {
		w := newWorld(t)
		code := w.asksForReset(t, known)
		w.clock.pass(later)
		err := w.accounts.ResetPassword(t.Context(), code, password)
		if lives {
			require.NoError(t, err)
		} else {
			badCode(t, err)
		}
	}
}

// TestNobodyLearnsWhetherAnAddressIsKnown compares the statements, the hashes and the answers of what anybody may ask.
func TestNobodyLearnsWhetherAnAddressIsKnown(t *testing.T) {
	type work struct {
		statements      []string
		hashed, checked int
		answer          error
	}
	w := newWorld(t)
	w.registers(t, newcomer()) // and does not prove it
	for name, ask := range map[string]func(ctx context.Context, email string) error{
		"register": func(ctx context.Context, email string) error {
			form := somebodyElse()
			form.Email = email
			return w.accounts.Register(ctx, form, domain.Kazakh)
		},
		"ask for a reset": func(ctx context.Context, email string) error {
			return w.accounts.RequestReset(ctx, email, domain.Kazakh)
		},
		"log in": func(ctx context.Context, email string) error {
			_, err := w.accounts.Login(ctx, email, "not the password", "")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			measure := func(email string) work {
				shapes, hashed, checked := len(w.asked.shapes), w.passwords.hashed, w.passwords.looked
				err := ask(t.Context(), email)
				return work{w.asked.shapes[shapes:], w.passwords.hashed - hashed, w.passwords.looked - checked, err}
			}
			want := measure(known)
			require.NotEmpty(t, want.statements)
			nobody := strings.ReplaceAll(name, " ", "-") + "@example.kz" // each their own: registering makes an address known
			for _, email := range []string{nobody, "new@example.kz", " NEW@example.KZ"} {
				require.Equal(t, want, measure(email), email)
			}
			require.NotEqual(t, want, measure("no address"), "negative control: less work is seen")
		})
	}
}

func TestTheLetterTellsTheOwnerWhatNobodyElseLearns(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	before := w.account(t, known)
	form := somebodyElse()
	form.Email = known
	require.NoError(t, w.accounts.Register(ctx, form, domain.Kazakh))
	require.Equal(t, before, w.account(t, known))
	l := w.letter(t, domain.LetterAddressKnown)
	require.Equal(t, []any{known, domain.Kazakh, uuid.Nil}, []any{l.To, l.Language, l.Code})
	require.NoError(t, w.accounts.RequestReset(ctx, unknown, domain.English))
	l = w.letter(t, domain.LetterNoAccount)
	require.Equal(t, []any{unknown, domain.English, uuid.Nil}, []any{l.To, l.Language, l.Code})
	require.Equal(t, map[string]domain.Code{"/email": domain.CodeMalformed}, placesOf(w.accounts.RequestReset(ctx, "no address", domain.English)))
	require.Empty(t, w.letters(t))
}

func TestALetterWithACodeIsInTheAccountsLanguageElseInTheReaders(t *testing.T) {
	w := newWorld(t)
	form := newcomer()
	for language, want := range map[string]domain.Language{"kk": domain.Kazakh, "": domain.English} {
		form.Email, form.Language = "new-"+language+"@example.kz", language
		require.NoError(t, w.accounts.Register(t.Context(), form, domain.English))
		require.Equal(t, want, w.letter(t, domain.LetterConfirmEmail).Language)
		require.NoError(t, w.accounts.RequestReset(t.Context(), form.Email, domain.English))
		require.Equal(t, want, w.letter(t, domain.LetterResetPassword).Language)
	}
}

func TestAnAddressGetsFiveLettersOfAKindAnHour(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for range 9 {
		require.NoError(t, w.accounts.Register(ctx, newcomer(), domain.Russian))
		require.NoError(t, w.accounts.RequestReset(ctx, unknown, domain.Russian))
	}
	require.Len(t, w.letters(t), 2*domain.MaxLetters)
	require.NoError(t, w.accounts.RequestReset(ctx, "new@example.kz", domain.Russian))
	w.letter(t, domain.LetterResetPassword) // another kind
	me := domain.Actor{AccountID: w.account(t, "new@example.kz").ID}
	require.NoError(t, w.accounts.SendConfirmation(ctx, me, domain.Russian))
	require.Empty(t, w.letters(t))
	w.clock.pass(domain.LettersWithin)
	require.NoError(t, w.accounts.SendConfirmation(ctx, me, domain.Russian))
	require.NoError(t, w.accounts.ConfirmEmail(ctx, w.code(t, domain.LetterConfirmEmail)))
	failsAs(t, w.accounts.SendConfirmation(ctx, me, domain.Russian), domain.Conflict, domain.CodeEmailConfirmed)
	failsAs(t, w.accounts.SendConfirmation(ctx, domain.Visitor, domain.Russian), domain.Unauthenticated, domain.CodeSignIn)
}

func TestOnlyWhoHasProvenTheAddressEntersAnOrganisation(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	code := w.registers(t, newcomer())
	me := domain.Actor{AccountID: w.account(t, "new@example.kz").ID}
	form := organisationForm()
	form.RegistrationNumber = uniqueBIN(7)
	_, err := w.market.CreateOrganisation(ctx, me, form)
	failsAs(t, err, domain.Forbidden, domain.CodeEmailNotConfirmed)
	require.NoError(t, w.accounts.ConfirmEmail(ctx, code))
	_, err = w.market.CreateOrganisation(ctx, me, form)
	require.NoError(t, err)
}

func TestASessionWithAPasswordThatIsReplacedMeanwhileDoesNotBegin(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	require.NoError(t, w.accounts.ConfirmEmail(ctx, w.registers(t, newcomer())))
	code := w.asksForReset(t, "new@example.kz")
	var once sync.Once
	w.passwords.checked = func() { // after the old password was found to be right
		once.Do(func() { require.NoError(t, w.accounts.ResetPassword(ctx, code, "another password of mine")) })
	}
	require.False(t, w.logsIn(t, "new@example.kz", password))
	require.True(t, w.logsIn(t, "new@example.kz", "another password of mine"))
}
