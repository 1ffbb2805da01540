package api

import (
	"net/http"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"
)

func TestTheVersionThatIfMatchNames(t *testing.T) {
	text := func(s string) *string { return &s }
	for tag, want := range map[string]int{`"1"`: 1, `"2-0123456789abcdef"`: 2, ` "3-x" `: 3, `"2147483647-ab-cd"`: 2147483647} {
		got, err := needVersion(text(tag))
		require.NoError(t, err, tag)
		require.Equal(t, want, got)
	}
	for tag, want := range map[string]kind{
		"": preconditionRequired, "  ": preconditionRequired, "*": stale, "1": stale, `"1`: stale, `1"`: stale, `""`: stale, `"`: stale, `"x"`: stale,
		`"0"`: stale, `"-1"`: stale, `"+1"`: stale, `"01"`: stale, `"1e3"`: stale, `"99999999999999999999"`: stale, `W/"1"`: stale, `"1", "2"`: stale, `"1 "`: stale,
	} {
		_, err := needVersion(text(tag))
		var r *refusal
		require.ErrorAs(t, err, &r, tag)
		require.Equal(t, want, r.kind, tag)
	}
	_, err := needVersion(nil)
	require.Equal(t, preconditionRequired, refusalOf(err).kind)
	version, err := needVersion(text(etag(7)))
	require.NoError(t, err)
	require.Equal(t, 7, version)
}

// tagging answers a request at an address with tags as a handler would.
func tagging(t *testing.T, d *door, header map[string]string, method string, handler echo.HandlerFunc) *reply {
	t.Helper()
	wrapped := func(c echo.Context) error {
		exchangeOf(c.Request().Context()).op = &operation{tagged: true}
		x := &edge{}
		return x.tag(handler)(c)
	}
	d.e.Add(method, "/test", wrapped)
	return d.knock(knock{method: method, target: "/test", header: header})
}

// shows answers with a version and a text.
func shows(status int, version, text string) echo.HandlerFunc {
	return func(c echo.Context) error {
		c.Response().Header().Set("ETag", version)
		return c.String(status, text)
	}
}

func TestATagIsOfExactlyOneRepresentation(t *testing.T) {
	d := openDoor(t)
	ru := tagging(t, d, nil, "GET", shows(200, `"2"`, "текст"))
	require.Regexp(t, `^"2-[0-9a-f]{16}"$`, ru.header.Get("ETag"))
	require.Equal(t, "текст", ru.body)
	require.Equal(t, ru.header.Get("ETag"), tagging(t, d, nil, "GET", shows(200, `"2"`, "текст")).header.Get("ETag"))
	require.NotEqual(t, ru.header.Get("ETag"), tagging(t, d, nil, "GET", shows(200, `"2"`, "мәтін")).header.Get("ETag"), "another language")
	require.NotEqual(t, ru.header.Get("ETag"), tagging(t, d, nil, "GET", shows(200, `"3"`, "текст")).header.Get("ETag"), "another version")
	require.Regexp(t, `^"1-[0-9a-f]{16}"$`, tagging(t, d, nil, "POST", shows(201, `"1"`, "x")).header.Get("ETag"))
	require.Contains(t, ru.header.Get("Vary"), "Accept-Language, Authorization")

	tag := ru.header.Get("ETag")
	version, err := needVersion(&tag)
	require.NoError(t, err)
	require.Equal(t, 2, version, "If-Match takes it")
}

func TestWhatTheReaderHoldsIsNotSentAgain(t *testing.T) {
	d := openDoor(t)
	tag := tagging(t, d, nil, "GET", shows(200, `"2"`, "текст")).header.Get("ETag")
	for _, held := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
		r := tagging(t, d, map[string]string{"If-None-Match": held}, "GET", shows(200, `"2"`, "текст"))
		require.Equal(t, http.StatusNotModified, r.status, held)
		require.Empty(t, r.body)
		require.Equal(t, tag, r.header.Get("ETag"))
		require.Empty(t, r.header.Get("Content-Type"))
		require.NotEmpty(t, r.header.Get("Cache-Control"))
		require.NotEmpty(t, r.header.Get("Vary"))
	}
	for _, held := range []string{"", `"2"`, `"2-0000000000000000"`, tag[:5], "2"} {
		r := tagging(t, d, map[string]string{"If-None-Match": held}, "GET", shows(200, `"2"`, "текст"))
		require.Equal(t, http.StatusOK, r.status, held)
	}
	r := tagging(t, d, map[string]string{"If-None-Match": tag}, "POST", shows(200, `"2"`, "текст"))
	require.Equal(t, http.StatusOK, r.status, "what was changed is always shown")
	r = tagging(t, d, map[string]string{"If-None-Match": "*"}, "GET", func(c echo.Context) error { return c.String(200, "no tag") })
	require.Equal(t, http.StatusOK, r.status)
}
