package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// letters takes out what was sent to people, the earliest first.
func (w *marketplace) letters() []domain.Letter {
	w.t.Helper()
	now := *w.clock.Load()
	list, err := w.store.TakeLetters(w.t.Context(), now, now.Add(time.Minute), 10_000)
	require.NoError(w.t, err)
	for _, l := range list {
		require.NoError(w.t, w.store.DropLetter(w.t.Context(), l.ID))
	}
	return list
}

// code is the code in the letter that was sent last.
func (w *marketplace) code(kind domain.LetterKind) string {
	w.t.Helper()
	list := w.letters()
	require.NotEmpty(w.t, list)
	last := list[len(list)-1]
	require.Equal(w.t, kind, last.Kind)
	return w.codes.Code(kind, last.Code)
}

// proven makes an account whose address is proven, and returns what signs in to it.
func (w *marketplace) proven(email string) (login func() device) {
	w.t.Helper()
	login = w.registers(email)
	w.visitor().post("/v1/auth/confirm-email", m{"code": w.code(domain.LetterConfirmEmail)}).expect(204)
	return login
}

func TestAnAddressFromRegisteringToAnOrganisation(t *testing.T) {
	w := openMarketplace(t)
	d := w.registers("aigerim@example.kz")()
	first := w.code(domain.LetterConfirmEmail)
	seen := d.get("/v1/me").expect(200).is("email_confirmed", false)
	organisation := m{"kind": "employer", "name": m{"ru": "ТОО «Дала»"}, "region": "KZ-75", "registration": m{"scheme": "foreign", "number": "D-1", "country": "DE"}}
	d.in("en").post("/v1/organisations", organisation).refused(403, "forbidden").is("code", "email_not_confirmed").is("detail", "Confirm your e-mail address first")
	d.post("/v1/me/confirm-email", nil).expect(204)
	second := w.code(domain.LetterConfirmEmail)
	require.NotEqual(t, first, second)

	visitor := w.visitor()
	visitor.post("/v1/auth/confirm-email", m{"code": "x"}).refused(422, "invalid").faults([2]string{"/code", "bad_code"})
	visitor.post("/v1/auth/confirm-email", m{"code": second}).expect(204)
	visitor.post("/v1/auth/confirm-email", m{"code": second}).expect(204)
	visitor.post("/v1/auth/confirm-email", m{"code": first}).expect(204)
	d.with("If-None-Match", seen.etag()).get("/v1/me").expect(200).is("email_confirmed", true)
	d.post("/v1/me/confirm-email", nil).refused(409, "conflict").is("code", "email_confirmed")
	visitor.post("/v1/me/confirm-email", nil).refused(401, "unauthenticated")
	d.post("/v1/organisations", organisation).expect(201)
}

func TestAForgottenPasswordIsReplaced(t *testing.T) {
	w := openMarketplace(t)
	login := w.registers("aigerim@example.kz")
	phone := login()
	w.letters()
	visitor := w.visitor().in("kk")
	known := visitor.post("/v1/auth/reset-password", m{"email": "Aigerim@example.kz"}).expect(202)
	require.Equal(t, domain.Kazakh, w.letters()[0].Language, "the account has none, the reader does")
	unknown := visitor.post("/v1/auth/reset-password", m{"email": "nobody@example.kz"}).expect(202)
	require.Equal(t, string(known.body), string(unknown.body))
	require.Equal(t, domain.LetterNoAccount, w.letters()[0].Kind)
	visitor.post("/v1/auth/reset-password", m{"email": "a@b@c"}).refused(422, "invalid").fault("/email", "malformed")

	visitor.post("/v1/auth/reset-password", m{"email": "aigerim@example.kz"}).expect(202)
	code, changed := w.code(domain.LetterResetPassword), "жаңа көпір арқылы өтеміз"
	reset := func(code, next string) *answer {
		return visitor.post("/v1/auth/reset-password/confirm", m{"code": code, "new": next})
	}
	reset(code, "short").refused(422, "invalid").faults([2]string{"/new", "too_short"})
	reset("x", "passwordpassword").refused(422, "invalid").faults([2]string{"/new", "common_password"}, [2]string{"/code", "bad_code"})
	reset(code, changed).expect(204)
	used := reset(code, password).refused(422, "invalid")
	require.Equal(t, used.at("errors"), reset("x", password).refused(422, "invalid").at("errors"), "used or never given out")
	phone.refresh().refused(401, "unauthenticated")
	w.visitor().post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": password}).refused(401, "unauthenticated")
	w.login("aigerim@example.kz", changed).get("/v1/me").expect(200).is("email_confirmed", true)
	require.Equal(t, domain.LetterPasswordChanged, w.letters()[0].Kind)
}
