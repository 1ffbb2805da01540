package api

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// records reads the log of a door.
func (d *door) records() []map[string]any {
	d.t.Helper()
	var out []map[string]any
	lines := bufio.NewScanner(&d.log)
	for lines.Scan() {
		var r map[string]any
		require.NoError(d.t, json.Unmarshal(lines.Bytes(), &r))
		out = append(out, r)
	}
	return out
}

func TestOneRecordPerRequest(t *testing.T) {
	d := openDoor(t)
	answers := []*reply{
		d.get("/healthz"), d.get("/v1/demands/x"), d.get("/nowhere"), d.post("/v1/auth/login", loginBody), d.get("/docs/init.js"),
		d.knock(knock{method: "PUT", target: "/healthz"}), d.knock(knock{method: "AIGERIM", target: "/healthz"}),
	}
	want := []struct{ method, route string }{
		{"GET", "/healthz"}, {"GET", "/v1/demands/:id"}, {"GET", "none"}, {"POST", "/v1/auth/login"}, {"GET", "/docs/init.js"}, {"PUT", "none"}, {"other", "none"},
	}
	records := d.records()
	require.Len(t, records, len(want))
	for i, r := range records {
		require.Equal(t, "request", r["msg"])
		require.Equal(t, want[i].method, r["method"])
		require.Equal(t, want[i].route, r["route"])
		require.EqualValues(t, answers[i].status, r["status"])
		require.EqualValues(t, len(answers[i].body), r["bytes"])
		require.Equal(t, answers[i].header.Get("X-Request-Id"), r["request_id"])
		require.Contains(t, r, "duration")
		require.Len(t, r, 9, "and nothing else: %v", r)
	}
}

func TestTheLogHoldsNothingOfAnybody(t *testing.T) {
	d := openDoor(t)
	d.post("/v1/auth/login?token=canary-query", strings.Replace(loginBody, "aigerim", "canary-email", 1))
	d.post("/v1/auth/register", `{"email":"canary-email","password":"canary-password"}`)
	d.get("/v1/demands?limit=0&q=canary-words")
	d.get("/canary-path")
	d.knock(knock{method: "GET", target: "/v1/demands/canary-id", from: "203.0.113.77:1", header: map[string]string{
		"Authorization": "Bearer canary-token", "User-Agent": "canary-agent", "Cookie": "canary-cookie", "Referer": "https://canary.example",
	}})
	require.NotContains(t, d.log.String(), "canary")
	require.NotContains(t, d.log.String(), "203.0.113.77")
	require.Len(t, d.records(), 5)
}

func TestRequestsAreCountedByWhatTheContractCallsThem(t *testing.T) {
	d := openDoor(t)
	d.get("/healthz")
	d.get("/v1/demands/x")
	d.get("/v1/demands/y")
	d.get("/nowhere-1")
	d.knock(knock{method: "BREW", target: "/nowhere-2"})
	text := d.get("/metrics").body
	for _, line := range []string{
		`kopir_requests_total{operation="checkHealth",status="200"} 1`, `kopir_requests_total{operation="getDemand",status="404"} 2`,
		`kopir_requests_total{operation="none",status="404"} 2`, `kopir_request_duration_seconds_count{operation="getDemand"} 2`, `kopir_requests_in_flight 1`,
	} {
		require.Contains(t, text, line)
	}
	require.NotContains(t, text, "nowhere", "nobody can invent labels")
	require.NotContains(t, text, "BREW")
}
