package api

import (
	"bufio"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// raw sends bytes to a server and reads one answer.
func raw(t *testing.T, address, request string) *http.Response {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	go func() { _, _ = c.Write([]byte(request)) }()
	w, err := http.ReadResponse(bufio.NewReader(c), nil)
	require.NoError(t, err)
	return w
}

// serve starts the edge as it runs, with or without Listen.
func serve(t *testing.T, listen func(net.Listener) net.Listener) string {
	t.Helper()
	d := openDoor(t)
	server := httptest.NewUnstartedServer(d.e)
	server.Config = HTTPServer("", d.e)
	server.Listener = listen(server.Listener)
	server.Start()
	t.Cleanup(server.Close)
	return server.Listener.Addr().String()
}

// unreadables are requests that net/http refuses before a handler sees them.
var unreadables = map[string]string{
	"no HTTP":                "hello\r\n\r\n",
	"no host":                "GET /healthz HTTP/1.1\r\n\r\n",
	"two hosts":              "GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
	"length and chunks":      "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
	"a strange encoding":     "POST /v1/auth/login HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: cow\r\n\r\n",
	"a space before a colon": "GET /healthz HTTP/1.1\r\nHost: a\r\nX : y\r\n\r\n",
	"a strange expectation":  "GET /healthz HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n",
	"a version to come":      "GET /healthz HTTP/7.0\r\nHost: a\r\n\r\n",
	"a bad escape":           "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
}

func TestWhatNoHandlerSeesIsAProblemToo(t *testing.T) {
	address := serve(t, Listen)
	for name, request := range unreadables {
		w := raw(t, address, request)
		require.Equal(t, 400, w.StatusCode, name)
		readReply(t, w).is(unreadable)
	}
	huge := "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: " + strings.Repeat("x", 300<<10) + "\r\n\r\n"
	readReply(t, raw(t, address, huge)).is(headersTooLarge)
	w := raw(t, address, "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
	require.Equal(t, 200, readReply(t, w).status, "and what is in order is answered")
}

func TestWithoutListenItWouldBePlainText(t *testing.T) { // negative control
	address := serve(t, func(l net.Listener) net.Listener { return l })
	for name, request := range unreadables {
		w := raw(t, address, request)
		require.GreaterOrEqual(t, w.StatusCode, 400, name)
		require.NotEqual(t, "application/problem+json", w.Header.Get("Content-Type"), name)
	}
}

func TestOurOwnAnswersPassAsTheyAre(t *testing.T) {
	for _, text := range []string{
		"", "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nx", "x", "HTTP/1.1 400 Bad Request",
		"HTTP/1.1 400 Bad Request\r\nCache-Control: no-store\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\nx",
	} {
		_, ok := plainRefusal([]byte(text))
		require.False(t, ok, text)
	}
}
