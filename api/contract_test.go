package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/domain"
)

// routesOf lists what Echo serves, but for the files of the docs page.
func routesOf(d *door) map[string]bool {
	out := map[string]bool{}
	for _, r := range d.e.Routes() {
		if !strings.HasPrefix(r.Path, "/docs/") {
			out[r.Method+" "+r.Path] = true
		}
	}
	return out
}

func TestRoutesAndContractAreEqual(t *testing.T) {
	d := openDoor(t)
	c, err := readContract(kopir.Contract)
	require.NoError(t, err)
	routes := routesOf(d)
	for route := range c.operations {
		require.True(t, routes[route], "the contract promises %s, which has no handler", route)
	}
	for route := range routes {
		require.NotNil(t, c.operations[route], "%s is served and not in the contract", route)
	}
	require.GreaterOrEqual(t, len(routes), 41)
}

func TestARouteThatTheContractDoesNotHaveWouldBeFound(t *testing.T) { // negative control of the test above
	d := openDoor(t)
	d.e.GET("/v1/secrets", nil)
	require.True(t, routesOf(d)["GET /v1/secrets"])
}

func TestTheContractSaysWhoMayCallWhat(t *testing.T) {
	c, err := readContract(kopir.Contract)
	require.NoError(t, err)
	for route, want := range map[string]operation{
		"GET /healthz":                         {reading: true},
		"POST /v1/auth/login":                  {limited: true, login: true},
		"POST /v1/auth/external/begin":         {limited: true, takesToken: true},
		"POST /v1/auth/external/finish":        {limited: true, login: true},
		"POST /v1/me/identities":               {limited: true, login: true, takesToken: true, needsToken: true},
		"POST /v1/auth/register":               {limited: true, once: true},
		"POST /v1/me/totp":                     {limited: true, login: true, takesToken: true, needsToken: true},
		"POST /v1/me/totp/confirm":             {limited: true, login: true, takesToken: true, needsToken: true},
		"DELETE /v1/me/totp":                   {limited: true, login: true, takesToken: true, needsToken: true},
		"GET /v1/me":                           {limited: true, reading: true, takesToken: true, needsToken: true, tagged: true},
		"GET /v1/demands":                      {limited: true, reading: true, takesToken: true, paged: true},
		"GET /v1/demands/:id":                  {limited: true, reading: true, takesToken: true, tagged: true, linked: true, scopes: []domain.Scope{domain.DemandsRead}},
		"POST /v1/demands":                     {limited: true, takesToken: true, needsToken: true, once: true, tagged: true, scopes: []domain.Scope{domain.DemandsWrite}},
		"PATCH /v1/programmes/:id":             {limited: true, takesToken: true, needsToken: true, tagged: true, scopes: []domain.Scope{domain.ProgrammesWrite}},
		"POST /v1/match/demands":               {limited: true, takesToken: true, reading: true, paged: true},
		"POST /v1/search/token":                {limited: true, takesToken: true},
		"POST /v1/auth/reset-password":         {limited: true, login: true},
		"POST /v1/auth/reset-password/confirm": {limited: true},
		"POST /v1/auth/confirm-email":          {limited: true},
		"POST /v1/me/confirm-email":            {limited: true, login: true, takesToken: true, needsToken: true},

		"POST /v1/admin/search-index/retry": {limited: true, takesToken: true, needsToken: true, bodyless: true},
	} {
		got := *c.operations[route]
		got.id, got.route, got.query, got.media = "", nil, nil, nil
		require.Equal(t, want, got, route)
	}
}

func TestABadContractStopsTheStart(t *testing.T) {
	for _, text := range []string{"", "paths: {}", "openapi: 3.0.3", "{"} {
		_, err := readContract([]byte(text))
		require.Error(t, err, text)
	}
	for _, scope := range []string{"apiKey: []", "apiKey: [demands]", "apiKey: [demands:read, demands:write]", "{apiKey: [demands:read], bearerAuth: []}"} {
		text := strings.Replace(string(kopir.Contract), "- apiKey: [demands:read]", "- "+scope, 1)
		_, err := readContract([]byte(text))
		require.ErrorContains(t, err, "listOrganisationDemands", scope)
	}
}

func TestAWrongConfigurationStopsTheStartWithEveryFaultNamed(t *testing.T) {
	cfg := DefaultConfig()
	cfg.MaxBody, cfg.VisitorReads, cfg.TrustedProxies = 0, -1, []string{"10.0.0.0"}
	_, err := New(cfg, Deps{})
	for _, name := range []string{"MaxBody", "VisitorReads", "TrustedProxies"} {
		require.ErrorContains(t, err, name)
	}
	require.NoError(t, DefaultConfig().check())
}
