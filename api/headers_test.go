package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEveryAnswerCarriesItsGuards(t *testing.T) {
	d := openDoor(t)
	for _, target := range []string{"/healthz", "/nowhere", "/v1/me", "/docs", "/docs/init.js", "/openapi.yaml"} {
		r := d.get(target)
		require.Equal(t, "nosniff", r.header.Get("X-Content-Type-Options"), target)
		require.Equal(t, "no-referrer", r.header.Get("Referrer-Policy"), target)
		require.Equal(t, "DENY", r.header.Get("X-Frame-Options"), target)
		require.Contains(t, r.header.Get("Content-Security-Policy"), "default-src 'none'", target)
		require.Contains(t, r.header.Get("Content-Security-Policy"), "frame-ancestors 'none'", target)
		require.NotEmpty(t, r.header.Get("Cache-Control"), target)
		require.Equal(t, []string{"Accept-Language, Authorization", "Origin"}, r.header.Values("Vary"), target)
		require.Empty(t, r.header.Get("Server"))
	}
	require.Equal(t, "private, no-cache", d.get("/healthz").header.Get("Cache-Control"))
	require.Equal(t, "no-store", d.get("/nowhere").header.Get("Cache-Control"))
	require.Equal(t, "public, max-age=300", d.get("/.well-known/jwks.json").header.Get("Cache-Control"))
}

func TestPagesOfTheOriginsOnTheListMayReadAnswers(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.CORSOrigins = []string{"https://kopir.kz"} })
	ours := d.knock(knock{method: "GET", target: "/healthz", header: map[string]string{"Origin": "https://kopir.kz"}})
	require.Equal(t, "https://kopir.kz", ours.header.Get("Access-Control-Allow-Origin"))
	require.Contains(t, ours.header.Get("Access-Control-Expose-Headers"), "ETag")
	require.Empty(t, ours.header.Get("Access-Control-Allow-Credentials"))

	asked := map[string]string{"Origin": "https://kopir.kz", "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
	before := d.knock(knock{method: "OPTIONS", target: "/v1/demands/" + somebody, header: asked})
	require.Equal(t, 204, before.status)
	require.Contains(t, before.header.Get("Access-Control-Allow-Methods"), "PATCH")
	require.Contains(t, before.header.Get("Access-Control-Allow-Headers"), "If-Match")

	for _, origin := range []string{"https://evil.example", "https://kopir.kz.evil.example", "http://kopir.kz", "https://kopir.kz:8443", "null", "*", "https://KOPIR.kz", ""} {
		asked["Origin"] = origin
		for _, k := range []knock{{method: "GET", target: "/healthz", header: asked}, {method: "OPTIONS", target: "/v1/demands", header: asked}} {
			r := d.knock(k)
			require.Empty(t, r.header.Get("Access-Control-Allow-Origin"), origin)
			require.Empty(t, r.header.Get("Access-Control-Allow-Methods"), origin)
		}
	}
	problem := d.knock(knock{method: "GET", target: "/v1/me", header: map[string]string{"Origin": "https://kopir.kz"}}).is(unauthenticated)
	require.Equal(t, "https://kopir.kz", problem.header.Get("Access-Control-Allow-Origin"), "problems can be read too")
}
