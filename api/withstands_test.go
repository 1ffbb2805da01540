package api

import (
	"context"
	"encoding/base64"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// TestASessionEndsAtTheNextRefresh has everything that ends sessions: those of a telephone, a browser that does it, and
// somebody else.
func TestASessionEndsAtTheNextRefresh(t *testing.T) {
	const email, changed = "aigerim@example.kz", "жаңа көпір арқылы өтеміз"
	for name, c := range map[string]struct {
		do             func(w *marketplace, phone, browser device)
		phone, browser int // how a refresh is answered
	}{
		"nothing (negative control)": {func(*marketplace, device, device) {}, 200, 200},
		"logout": {func(w *marketplace, phone, _ device) {
			w.visitor().post("/v1/auth/logout", m{"refresh_token": phone.session.at("refresh_token")}).expect(204)
		}, 401, 200},
		"one session": {func(_ *marketplace, _, browser device) {
			browser.delete("/v1/me/sessions/" + browser.get("/v1/me/sessions").at("items.1.id").(string)).expect(204)
		}, 401, 200},
		"all sessions": {func(_ *marketplace, _, browser device) { browser.delete("/v1/me/sessions").expect(204) }, 401, 401},
		"another password": {func(_ *marketplace, _, browser device) {
			browser.post("/v1/me/password", m{"current": password, "new": changed}).expect(204)
		}, 401, 200},
		"a reset": {func(w *marketplace, _, _ device) {
			w.visitor().post("/v1/auth/reset-password", m{"email": email}).expect(202)
			w.visitor().post("/v1/auth/reset-password/confirm", m{"code": w.code(domain.LetterResetPassword), "new": changed}).expect(204)
		}, 401, 401},
		"somebody who proves the address": {func(w *marketplace, _, _ device) {
			w.registers(email)
			w.visitor().post("/v1/auth/confirm-email", m{"code": w.code(domain.LetterConfirmEmail)}).expect(204)
		}, 401, 401},
		"an account that is dropped": {func(w *marketplace, _, browser device) {
			w.wait(7*24*time.Hour + time.Second)
			_, err := w.store.ForgetAccounts(t.Context(), w.clock.Load().Add(-7*24*time.Hour))
			require.NoError(t, err)
		}, 401, 401},
		"erasure": {func(_ *marketplace, _, browser device) {
			browser.send("DELETE", "/v1/me", m{"password": password}, "application/json").expect(204)
		}, 401, 401},
		"a refresh token that is used again": {func(w *marketplace, phone, _ device) {
			phone.refresh().expect(200)
			w.wait(11 * time.Second)
			phone.refresh().refused(401, "unauthenticated")
		}, 401, 200},
	} {
		t.Run(name, func(t *testing.T) {
			w := openMarketplace(t)
			login := w.registers(email)
			phone := login()
			w.wait(time.Second)
			browser, stranger := login(), w.registers("somebody@example.kz")()
			if name == "an account that is dropped" { // only its own
				w.visitor().post("/v1/auth/confirm-email", m{"code": w.code(domain.LetterConfirmEmail)}).expect(204)
			}
			c.do(w, phone, browser)
			require.Equal(t, c.phone, phone.refresh().status, "the telephone")
			require.Equal(t, c.browser, browser.refresh().status, "the browser")
			require.Equal(t, 200, stranger.refresh().status, "somebody else")
		})
	}
}

func TestATokenOfAnAccountThatIsGoneWritesNothing(t *testing.T) {
	w := openMarketplace(t)
	d := w.registers("aigerim@example.kz")()
	a, err := w.store.AccountByEmail(t.Context(), "aigerim@example.kz")
	require.NoError(t, err)
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return tx.DropAccount(ctx, a.ID) }))
	for _, refused := range []*answer{
		d.get("/v1/me"), d.post("/v1/me/confirm-email", nil), d.post("/v1/me/password", m{"current": password, "new": "жаңа көпір арқылы өтеміз"}),
		d.post("/v1/me/totp", m{"password": password}), d.post("/v1/me/totp/confirm", m{"code": "123456"}),
		d.send("DELETE", "/v1/me/totp", m{"password": password, "code": "123456"}, "application/json"),
		d.post("/v1/organisations", m{"kind": "employer", "name": m{"ru": "ТОО"}, "region": "KZ-75", "registration": m{"scheme": "foreign", "number": "1", "country": "DE"}}),
	} {
		refused.refused(401, "unauthenticated")
	}
}

// TestKnownAndUnknownAddressesAreAnsweredAlike compares all that goes over the wire, and how often the database is asked.
func TestKnownAndUnknownAddressesAreAnsweredAlike(t *testing.T) {
	w := openMarketplace(t)
	w.registers("proven@example.kz")
	w.visitor().post("/v1/auth/confirm-email", m{"code": w.code(domain.LetterConfirmEmail)}).expect(204)
	w.registers("unproven@example.kz")
	type seen struct {
		status     int
		header     http.Header
		body       any
		statements int64
	}
	for path, body := range map[string]m{
		"/v1/auth/register":       {"password": "another phrase of mine 58", "name": "Әйгерім"},
		"/v1/auth/login":          {"password": "not the password"},
		"/v1/auth/reset-password": {},
	} {
		look := func(body m) seen {
			before := w.statements.Load()
			a := w.visitor().post(path, body)
			s := seen{status: a.status, header: a.header.Clone(), body: a.object(), statements: w.statements.Load() - before}
			delete(s.body.(m), "instance") // the id of the request, in a problem
			for _, own := range []string{"X-Request-Id", "Date", "RateLimit"} {
				s.header.Del(own)
			}
			return s
		}
		want := look(merged(body, m{"email": "proven@example.kz"}))
		nobody := strings.ReplaceAll(path, "/", "") + "@example.kz" // each their own: registering makes an address known
		for _, email := range []string{"unproven@example.kz", nobody} {
			require.Equal(t, want, look(merged(body, m{"email": email})), "%s %s", path, email)
		}
		require.NotEqual(t, want, look(merged(body, m{"email": "a@b@c"})), "negative control: %s", path)
	}
}

// TestSecretsAreNowhere looks into the whole database, what is kept for repeated requests included, and into the log.
func TestSecretsAreNowhere(t *testing.T) {
	w := openMarketplace(t)
	secrets := map[string]string{"password": password, "new password": "жаңа көпір арқылы өтеміз", "wrong password": "not the password of mine"}
	note := func(name string, value any) string {
		secrets[name] = value.(string)
		return secrets[name]
	}
	visitor := w.visitor()
	visitor.keyed("k").post("/v1/auth/register", m{"email": "aigerim@example.kz", "password": password, "name": "Әйгерім"}).expect(202)
	confirm := note("code that confirms", w.code(domain.LetterConfirmEmail))
	visitor.post("/v1/auth/confirm-email", m{"code": confirm + "x"}).expect(422)
	visitor.post("/v1/auth/confirm-email", m{"code": confirm}).expect(204)
	visitor.post("/v1/auth/register", m{"email": "aigerim@example.kz", "password": "not the password of mine", "name": "Әйгерім"}).expect(202)
	visitor.post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": "not the password of mine"}).expect(401)
	d := w.login("aigerim@example.kz", password)
	note("access token", d.session.at("access_token"))
	note("refresh token", d.session.at("refresh_token"))
	note("next refresh token", d.refresh().expect(200).at("refresh_token"))

	begun := d.keyed("k").post("/v1/me/totp", m{"password": password}).expect(200) // the key is for creations, not for this
	note("secret of the app", begun.at("secret"))
	on := d.post("/v1/me/totp/confirm", m{"code": w.oneTime(begun.at("secret"))}).expect(200)
	note("recovery code", on.at("recovery_codes.0"))
	spent := note("recovery code that is used", on.at("recovery_codes.1"))
	visitor.post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": password, "otp": spent}).expect(200)
	visitor.post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": password, "otp": note("wrong code", "AAAA-BBBB-CCCC-DDDD")}).expect(401)

	visitor.post("/v1/auth/reset-password", m{"email": "aigerim@example.kz"}).expect(202)
	reset := note("code that resets", w.code(domain.LetterResetPassword))
	visitor.post("/v1/auth/reset-password/confirm", m{"code": reset, "new": "жаңа көпір арқылы өтеміз"}).expect(204)
	visitor.post("/v1/auth/reset-password", m{"email": "aigerim@example.kz"}).expect(202) // one that waits to be sent

	kept := w.kept()
	require.Contains(t, kept, "aigerim@example.kz", "negative control: what is kept is found")
	require.Contains(t, kept, "Әйгерім")
	logged := string(w.log.read())
	require.Contains(t, logged, "/v1/auth/login", "negative control: what is logged is found")
	require.NotContains(t, logged, "aigerim")
	for name, secret := range secrets {
		require.NotContains(t, kept, secret, name)
		encoded := base64.RawStdEncoding.EncodeToString([]byte(secret))
		require.NotContains(t, kept, encoded[:len(encoded)-1], name) // bytes in a document
		require.NotContains(t, logged, secret, name)
	}
}

// kept is all that stands in the database, as it stands there.
func (w *marketplace) kept() string {
	w.t.Helper()
	var all []byte
	for _, file := range []string{w.file, w.file + "-wal"} {
		content, err := os.ReadFile(file)
		require.NoError(w.t, err)
		all = append(all, content...)
	}
	return string(all)
}
