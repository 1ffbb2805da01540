package api

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

const loginBody = `{"email":"aigerim@example.kz","password":"bridge-between-both-banks"}`

// gzipped compresses; of repeated text, about a thousandfold.
func gzipped(t *testing.T, body io.Reader) *bytes.Buffer {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.Copy(w, body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return &out
}

// spaces are n bytes that JSON ignores.
func spaces(n int64) io.Reader { return io.LimitReader(repeating(' '), n) }

type repeating byte

func (b repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

// counted counts what is read of a body, and hides how long it is.
type counted struct {
	io.Reader
	read int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.read += int64(n)
	return n, err
}

func TestABodyMayHaveAMebibyteAndNoMore(t *testing.T) {
	d := openDoor(t)
	exactly := loginBody + strings.Repeat(" ", 1<<20-len(loginBody))
	require.Equal(t, 401, d.post("/v1/auth/login", exactly).status, "a mebibyte is read to its end")
	d.post("/v1/auth/login", exactly+" ").is(tooLarge)

	endless := &counted{Reader: spaces(1 << 30)}
	d.knock(knock{
		method: "POST", target: "/v1/auth/login", body: endless, header: map[string]string{"Content-Type": "application/json"},
	}).is(tooLarge)
	require.Less(t, endless.read, int64(2<<20), "a body of unknown length is not read to its end")
}

func TestABodyMayHaveAMebibyteAfterDecompressionToo(t *testing.T) {
	d := openDoor(t)
	send := func(body io.Reader, encoding string) *reply {
		return d.knock(knock{method: "POST", target: "/v1/auth/login", body: body, header: map[string]string{
			"Content-Type": "application/json", "Content-Encoding": encoding,
		}})
	}
	require.Equal(t, 401, send(gzipped(t, strings.NewReader(loginBody)), "gzip").status)
	require.Equal(t, 401, send(gzipped(t, strings.NewReader(loginBody)), "GZip").status)
	require.Equal(t, 401, send(strings.NewReader(loginBody), "identity").status)

	bomb := gzipped(t, spaces(64<<20))
	require.Less(t, bomb.Len(), 1<<20, "small before decompression")
	send(bomb, "gzip").is(tooLarge)
	send(gzipped(t, gzipped(t, spaces(64<<20))), "gzip").is(unreadable).names("", codeUTF8)

	send(strings.NewReader(loginBody), "gzip").is(unreadable)
	cut := gzipped(t, strings.NewReader(loginBody))
	cut.Truncate(cut.Len() - 4)
	send(cut, "gzip").is(unreadable)
	for _, encoding := range []string{"br", "deflate", "gzip, gzip", "zstd", "x"} {
		r := send(strings.NewReader(loginBody), encoding).is(unsupportedMediaType)
		require.Equal(t, "gzip, identity", r.header.Get("Accept-Encoding"))
	}
}

func TestABodyHasAMediaTypeOfTheContract(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.VisitorWrites = 1000 })
	send := func(media string) *reply {
		return d.knock(knock{method: "POST", target: "/v1/auth/login", body: strings.NewReader(loginBody), header: map[string]string{"Content-Type": media}})
	}
	for _, media := range []string{
		"", "text/plain", "application/xml", "text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
		"application/merge-patch+json", "application/jsonx", "application/json; charset=windows-1251", "application/json; x=1", "json", "*/*",
		"application/json, text/plain",
	} {
		send(media).is(unsupportedMediaType)
	}
	for _, media := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"} {
		require.Equal(t, 401, send(media).status, media)
	}
}

func TestTheCaseOfAMediaTypeDoesNotMatter(t *testing.T) {
	d := openDoor(t)
	header := bearerOf(somebody)
	header["Content-Type"] = "Application/Merge-Patch+JSON; charset=UTF-8"
	r := d.knock(knock{method: "PATCH", target: "/v1/demands/" + somebody, body: strings.NewReader(`{"openings":0}`), header: header})
	r.is(invalid).names("/openings", domain.CodeOutOfRange)
}

func TestWhereNoBodyBelongsThereIsNone(t *testing.T) {
	d := openDoor(t)
	for _, body := range []io.Reader{strings.NewReader("{}"), &counted{Reader: strings.NewReader("x")}} {
		r := d.knock(knock{method: "GET", target: "/healthz", body: body}).is(unreadable)
		require.Contains(t, r.problem.Detail, "no body")
	}
	require.Equal(t, 200, d.knock(knock{method: "GET", target: "/healthz", body: &counted{Reader: strings.NewReader("")}}).status)
}

func TestAnAddressMayHaveEightKibibytes(t *testing.T) {
	d := openDoor(t)
	d.get("/healthz?x=" + strings.Repeat("x", 8<<10)).is(uriTooLong)
	d.get("/" + strings.Repeat("x", 8<<10)).is(uriTooLong)
	d.get("/healthz?x="+strings.Repeat("x", 8000)).is(invalid).names("x", codeUnknownParameter)
}

func TestHeadersMayHave16Kibibytes(t *testing.T) {
	d := openDoor(t)
	long := func(n int) map[string]string { return map[string]string{"X-Long": strings.Repeat("x", n)} }
	require.Equal(t, 200, d.knock(knock{method: "GET", target: "/healthz", header: long(16000)}).status)
	d.knock(knock{method: "GET", target: "/healthz", header: long(16 << 10)}).is(headersTooLarge)

	many := map[string]string{}
	for i := range 2000 {
		many[fmt.Sprintf("X-Many-%d", i)] = "x"
	}
	d.knock(knock{method: "GET", target: "/healthz", header: many}).is(headersTooLarge)
}

func TestTooManyHeadersGetAProblemOverTheWireToo(t *testing.T) {
	d := openDoor(t)
	server := httptest.NewUnstartedServer(d.e)
	server.Config = HTTPServer("", d.e)
	server.Start()
	defer server.Close()
	for _, n := range []int{20 << 10, 64 << 10, 120 << 10} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/healthz", http.NoBody)
		require.NoError(t, err)
		r.Header.Set("X-Long", strings.Repeat("x", n))
		w, err := server.Client().Do(r)
		require.NoError(t, err)
		readReply(t, w).is(headersTooLarge)
		require.NoError(t, w.Body.Close())
	}
}

func TestSlowClientsLoseTheirConnection(t *testing.T) {
	s := HTTPServer("127.0.0.1:0", http.NotFoundHandler())
	require.Equal(t, headerWithin, s.ReadHeaderTimeout)
	require.Equal(t, bodyWithin, s.ReadTimeout)
	require.Equal(t, answerWithin, s.WriteTimeout)
	require.Positive(t, s.IdleTimeout)
	require.Greater(t, s.MaxHeaderBytes, DefaultConfig().MaxHeader)
	require.Greater(t, answerWithin, DefaultConfig().Timeout, "there is time left to say that it took too long")
}

func TestTheBoundsAreWhatTheConfigurationSays(t *testing.T) { // negative control: with other bounds the same passes
	d := openDoor(t, func(c *Config) { c.MaxBody, c.MaxHeader, c.MaxURI = 2<<20, 40<<10, 20<<10 })
	require.Equal(t, 401, d.post("/v1/auth/login", loginBody+strings.Repeat(" ", 1<<20)).status)
	require.Equal(t, 200, d.knock(knock{method: "GET", target: "/healthz", header: map[string]string{"X-Long": strings.Repeat("x", 16<<10)}}).status)
	require.Equal(t, 422, d.get("/healthz?x="+strings.Repeat("x", 8<<10)).status)
}
