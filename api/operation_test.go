package api

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"kopir"
)

func TestReadiness(t *testing.T) {
	for name, c := range map[string]struct {
		now    Readiness
		status int
		want   string
	}{
		"ready":     {Readiness{Ready: true, Parts: map[string]string{"database": "ok"}}, 200, `{"status":"ready","parts":[{"name":"database","status":"up"}]}`},
		"degraded":  {Readiness{Ready: true, Degraded: true, Parts: map[string]string{"search": "down", "database": "ok"}}, 200, `{"status":"degraded","parts":[{"name":"database","status":"up"},{"name":"search","status":"down"}]}`},
		"not ready": {Readiness{Degraded: true, Parts: map[string]string{"coverage": "loading", "database": "ok"}}, 503, ""},
		"nothing":   {Readiness{Ready: true}, 200, `{"status":"ready","parts":[]}`},
	} {
		d := openDoor(t)
		var err error
		d.e, err = newHandler(DefaultConfig(), Deps{
			Ready: func(context.Context) Readiness { return c.now }, Clock: time.Now, Logger: slog.New(slog.DiscardHandler),
			Registry: prometheus.NewRegistry(), Contract: kopir.Contract, Secret: []byte("s"),
		})
		require.NoError(t, err)
		r := d.get("/readyz")
		require.Equal(t, c.status, r.status, name)
		if c.status == 200 {
			require.JSONEq(t, c.want, r.body, name)
			continue
		}
		r.is(unavailable)
		require.Equal(t, "2", r.header.Get("Retry-After"))
		require.Equal(t, "The server is not ready yet: coverage: loading", r.problem.Detail)
		require.Equal(t, 200, d.get("/healthz").status, "it is alive nevertheless")
	}
}

func TestTheContractIsServedAsItIs(t *testing.T) {
	r := openDoor(t).get("/openapi.yaml")
	require.Equal(t, string(kopir.Contract), r.body)
	require.Equal(t, "application/yaml", r.header.Get("Content-Type"))
}

func TestTheDocsLoadNothingFromElsewhereAndHaveNoInlineScript(t *testing.T) {
	d := openDoor(t)
	page := d.get("/docs")
	require.Equal(t, "text/html", page.header.Get("Content-Type"))
	require.NotContains(t, page.body, "http")
	require.Contains(t, page.header.Get("Content-Security-Policy"), "script-src 'self';")
	for _, tag := range regexp.MustCompile(`<script[^>]*>[^<]*`).FindAllString(page.body, -1) {
		require.True(t, strings.HasSuffix(tag, ">"), "inline: %s", tag)
	}
	loaded := regexp.MustCompile(`(?:src|href)="(/docs/[^"]+)"`).FindAllStringSubmatch(page.body, -1)
	require.Len(t, loaded, len(docsFiles))
	for _, file := range loaded {
		r := d.get(file[1])
		require.Equal(t, 200, r.status, file[1])
		require.Contains(t, []string{"text/javascript; charset=utf-8", "text/css; charset=utf-8"}, r.header.Get("Content-Type"))
	}
	require.NotContains(t, d.get("/docs/swagger-ui.css").body, "sourceMappingURL")
}

func TestARequestHasSoMuchTimeAndNoMore(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.Timeout = time.Millisecond })
	d.e.GET("/test", func(c echo.Context) error {
		<-c.Request().Context().Done() // as the database would
		return c.Request().Context().Err()
	})
	r := d.get("/test").is(unavailable)
	require.Equal(t, retryAfter, r.header.Get("Retry-After"))
	require.Contains(t, r.problem.Detail, "too long")
}

func TestThePublicKeysAreServed(t *testing.T) {
	r := openDoor(t).get("/.well-known/jwks.json")
	require.JSONEq(t, `{"keys":[]}`, r.body)
}
