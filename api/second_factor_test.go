package api

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// oneTime is what an app that has a secret shows now.
func (w *marketplace) oneTime(secret any) string {
	w.t.Helper()
	code, err := totp.GenerateCode(secret.(string), *w.clock.Load())
	require.NoError(w.t, err)
	return code
}

func TestASecondFactorFromItsSecretToItsEnd(t *testing.T) {
	w := openMarketplace(t)
	d := w.registers("aigerim@example.kz")()
	d.post("/v1/me/totp", m{"password": password}).refused(403, "forbidden").is("code", "email_not_confirmed")
	w.visitor().post("/v1/auth/confirm-email", m{"code": w.code(domain.LetterConfirmEmail)}).expect(204)
	d.post("/v1/me/totp", m{"password": "not the password"}).refused(422, "invalid").fault("/password", "wrong_password")
	d.post("/v1/me/totp/confirm", m{"code": "123456"}).refused(409, "conflict").is("code", "second_factor_not_begun")
	begun := d.post("/v1/me/totp", m{"password": password}).expect(200)
	require.Equal(t, "no-store", begun.header.Get("Cache-Control"))
	code := func() string { return w.oneTime(begun.at("secret")) }
	d.post("/v1/me/totp/confirm", m{"code": "12 34"}).refused(422, "invalid").faults([2]string{"/code", "bad_code"})
	d.get("/v1/me").expect(200).is("second_factor", false)
	on := d.post("/v1/me/totp/confirm", m{"code": code()}).expect(200)
	require.Equal(t, "no-store", on.header.Get("Cache-Control"))
	recovery := on.at("recovery_codes").([]any)
	require.Len(t, recovery, 10)
	d.get("/v1/me").expect(200).is("second_factor", true)
	d.post("/v1/me/totp", m{"password": password}).refused(409, "conflict").is("code", "second_factor_on")

	w.wait(time.Minute)
	login := func(otp any) *answer {
		return w.visitor().post("/v1/auth/login", merged(m{"email": "aigerim@example.kz", "password": password}, m{"otp": otp}))
	}
	login(nil).refused(401, "unauthenticated").is("code", "second_factor_required")
	login("000000").refused(401, "unauthenticated").is("code", "bad_credentials")
	login(code()).expect(200)
	login(code()).refused(401, "unauthenticated")
	login(recovery[0]).expect(200)

	end := func(code any) *answer {
		return d.send("DELETE", "/v1/me/totp", m{"password": password, "code": code}, "application/json")
	}
	end("000000").refused(422, "invalid").faults([2]string{"/code", "bad_code"})
	end(recovery[1]).expect(204)
	end(recovery[2]).refused(409, "conflict").is("code", "second_factor_off")
	login(nil).expect(200)
	w.visitor().send("DELETE", "/v1/me/totp", m{"password": password, "code": "000000"}, "application/json").refused(401, "unauthenticated")
}
