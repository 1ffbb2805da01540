package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestWhoMustSignIn(t *testing.T) {
	d := openDoor(t)
	for _, c := range []struct{ method, target string }{
		{"GET", "/v1/me"}, {"POST", "/v1/demands"}, {"PATCH", "/v1/demands/" + somebody}, {"DELETE", "/v1/programmes/" + somebody},
		{"POST", "/v1/organisations"}, {"GET", "/v1/organisations/" + somebody + "/demands"}, {"POST", "/v1/organisations/" + somebody + "/verify"},
	} {
		r := d.knock(knock{method: c.method, target: c.target}).is(unauthenticated)
		require.Equal(t, `Bearer realm="kopir"`, r.header.Get("WWW-Authenticate"))
	}
	require.Equal(t, 422, d.get("/v1/demands?limit=0").status, "others need not")
	require.Equal(t, 428, d.knock(knock{method: "DELETE", target: "/v1/programmes/" + somebody, header: bearerOf(somebody)}).status, "positive control")
}

func TestATokenThatIsNoGoodIsRefusedWhereVisitorsMayReadToo(t *testing.T) {
	d := openDoor(t)
	for _, value := range []string{
		"Bearer bad", "Bearer", "Bearer ", "", "good-" + somebody, "Basic YTpi", "Bearer  good-" + somebody, "Bearer good-" + somebody + " x", "Token good-" + somebody,
	} {
		for _, target := range []string{"/v1/demands?limit=0", "/v1/me"} {
			r := d.knock(knock{method: "GET", target: target, header: map[string]string{"Authorization": value}}).is(unauthenticated)
			require.Equal(t, `Bearer realm="kopir", error="invalid_token"`, r.header.Get("WWW-Authenticate"), value)
		}
	}
	for _, value := range []string{"Bearer good-" + somebody, "bearer good-" + somebody, "BEARER good-" + somebody} {
		require.Equal(t, 422, d.knock(knock{method: "GET", target: "/v1/demands?limit=0", header: map[string]string{"Authorization": value}}).status)
	}
}

func TestTwoTokensAreNone(t *testing.T) {
	d := openDoor(t)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/me", http.NoBody)
	r.Header.Add("Authorization", "Bearer good-"+somebody)
	r.Header.Add("Authorization", "Bearer good-"+somebodyElse)
	w := httptest.NewRecorder()
	d.e.ServeHTTP(w, r)
	readReply(t, w.Result()).is(unauthenticated)
}

func TestWhoSignsInAnewIsNotAskedForTheirOldToken(t *testing.T) {
	d := openDoor(t)
	for _, target := range []string{"/healthz", "/v1/auth/login", "/.well-known/jwks.json"} {
		k := knock{method: "GET", target: target, header: map[string]string{"Authorization": "Bearer expired"}}
		if target == "/v1/auth/login" {
			k.method = "POST"
			require.Equal(t, 415, d.knock(k).status)
			continue
		}
		require.Equal(t, 200, d.knock(k).status, target)
	}
}

func TestTheActorIsWhomTheTokenNames(t *testing.T) {
	d := openDoor(t)
	r, err := d.request(http.MethodGet, "/v1/me")
	require.NoError(t, err)
	c := d.e.NewContext(r, httptest.NewRecorder())
	x := &edge{deps: Deps{Verifier: plainTokens{}, Clock: func() time.Time { return doorTime }}}
	visitor, _, err := x.bearer(c)
	require.NoError(t, err)
	require.Equal(t, domain.Visitor, visitor)
	r.Header.Set("Authorization", "Bearer good-"+somebody)
	actor, _, err := x.bearer(c)
	require.NoError(t, err)
	require.Equal(t, somebody, actor.AccountID.String())
	require.False(t, actor.Operator, "nobody is the operator over the wire")
}
