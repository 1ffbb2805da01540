package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAnAccountFromRegisteringToLoggingOut(t *testing.T) {
	w := openMarketplace(t)
	visitor := w.visitor().in("kk")
	account := m{"email": "Aigerim@Example.kz", "password": "көпір арқылы өтеміз 58", "name": "Әйгерім", "language": "kk"}
	first := visitor.post("/v1/auth/register", account).expect(202)
	again := visitor.post("/v1/auth/register", merged(account, m{"name": "Somebody else"})).expect(202)
	require.Equal(t, string(first.body), string(again.body), "known or not, the answer is the same")

	wrong := visitor.post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": "not the password"}).refused(401, "unauthenticated")
	nobody := visitor.post("/v1/auth/login", m{"email": "nobody@example.kz", "password": "not the password"}).refused(401, "unauthenticated")
	require.Equal(t, wrong.at("detail"), nobody.at("detail"))
	session := visitor.post("/v1/auth/login", m{"email": "aigerim@example.kz", "password": account["password"]}).expect(200)
	require.Equal(t, "no-store", session.header.Get("Cache-Control"))
	session.is("token_type", "Bearer").is("expires_in", 900)
	bearer := func(a *answer) *person { return visitor.with("Authorization", "Bearer "+a.at("access_token").(string)) }
	bearer(session).get("/v1/me").expect(200).is("name", "Әйгерім").is("language", "kk").is("email", "aigerim@example.kz")

	spent := m{"refresh_token": session.at("refresh_token")}
	next := visitor.post("/v1/auth/refresh", spent).expect(200)
	bearer(next).get("/v1/me").expect(200)
	visitor.post("/v1/auth/refresh", spent).expect(200).is("refresh_token", next.at("refresh_token")) // a second tab
	visitor.post("/v1/auth/logout", m{"refresh_token": next.at("refresh_token")}).expect(204)
	visitor.post("/v1/auth/logout", m{"refresh_token": "never given out"}).expect(204)
	visitor.post("/v1/auth/refresh", m{"refresh_token": next.at("refresh_token")}).refused(401, "unauthenticated")
}

func TestASpentRefreshTokenEndsTheSession(t *testing.T) {
	w := openMarketplace(t)
	visitor := w.visitor()
	account := m{"email": "aigerim@example.kz", "password": "көпір арқылы өтеміз 58", "name": "Әйгерім"}
	visitor.post("/v1/auth/register", account).expect(202)
	session := visitor.post("/v1/auth/login", merged(account, m{"name": nil})).expect(200)
	spent := m{"refresh_token": session.at("refresh_token")}
	next := visitor.post("/v1/auth/refresh", spent).expect(200)
	w.wait(11 * time.Second)
	visitor.post("/v1/auth/refresh", spent).refused(401, "unauthenticated")
	visitor.post("/v1/auth/refresh", m{"refresh_token": next.at("refresh_token")}).refused(401, "unauthenticated")
}

func TestAnAccountIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	good := m{"email": "aigerim@example.kz", "password": "көпір арқылы өтеміз 58", "name": "Әйгерім"}
	with := func(field string, value any) *answer {
		return w.visitor().post("/v1/auth/register", merged(good, m{field: value}))
	}
	with("password", "short").refused(422, "invalid").fault("/password", "too_short")
	with("password", "passwordpassword").refused(422, "invalid").fault("/password", "common_password")
	with("email", "a@b@c").refused(422, "invalid").fault("/email", "malformed")
	with("name", nil).refused(422, "invalid").fault("/name", "required")
	with("name", "Әйгерім").expect(202)
}
