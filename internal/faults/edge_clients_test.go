//go:build faults

package faults

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/stretchr/testify/require"
)

// target is what an attack is aimed at, on this machine: Kopir, or as a control an Echo as it comes.
type target struct {
	address string
	pid     int // whose memory counts
}

// aloneWith returns a replica that searches by itself: these attacks come from outside.
func aloneWith(x *trial, env ...string) (*world, *replica) {
	w := newWorld(x, setting{})
	return w, w.start(append([]string{"KOPIR_MEILI_URL=", "KOPIR_MEILI_KEY=", "KOPIR_MEILI_PREFIX="}, env...)...)
}

func (r *replica) target() target { return target{r.address, r.cmd.Process.Pid} }

// bare is an Echo without any of our guards: it reads whole bodies, decompresses them, and waits for everybody.
func bare(x *trial) target {
	e := echo.New()
	e.Use(middleware.Decompress())
	e.Any("/*", func(c echo.Context) error {
		if _, err := io.Copy(io.Discard, c.Request().Body); err != nil {
			return err
		}
		return c.String(http.StatusOK, strings.Repeat("all is well ", 1<<16))
	})
	s := httptest.NewServer(e)
	x.Cleanup(s.Close)
	return target{strings.TrimPrefix(s.URL, "http://"), os.Getpid()}
}

// forget makes peak begin anew.
func (y target) forget() error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", y.pid), []byte("5"), 0o200)
}

// peak returns the most memory that a process has held since forget, in bytes.
func (y target) peak() (int, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", y.pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if kib, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(kib), "kB")))
			return n << 10, err
		}
	}
	return 0, errors.New("no VmHWM")
}

func (y target) dial(ctx context.Context) (net.Conn, error) {
	return (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", y.address)
}

// raw sends bytes as they are and returns the status of the answer; 0 where the connection ends without one.
func (y target) raw(ctx context.Context, request string) (int, error) {
	c, err := y.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if err := c.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return 0, err
	}
	if _, err := io.WriteString(c, request); err != nil {
		return 0, nil //nolint:nilerr // it hung up
	}
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0, nil //nolint:nilerr // it hung up
	}
	defer response.Body.Close()
	return response.StatusCode, nil
}

// others is somebody who searches meanwhile: how long they wait, and whether they are served.
type others struct {
	mu     sync.Mutex
	took   []time.Duration
	failed int
}

// while runs work and asks beside it, one request after the other.
func (y target) while(ctx context.Context, path string, work func()) *others {
	o := &others{}
	ctx, stop := context.WithCancel(ctx)
	client := &http.Client{Timeout: 20 * time.Second}
	var asking sync.WaitGroup
	asking.Go(func() {
		for ctx.Err() == nil {
			began := time.Now()
			status, _, err := ask(client, y.address, http.MethodGet, path, "", nil)
			o.mu.Lock()
			if o.took = append(o.took, time.Since(began)); err != nil || status != http.StatusOK {
				o.failed++
			}
			o.mu.Unlock()
			time.Sleep(5 * time.Millisecond)
		}
	})
	work()
	stop()
	asking.Wait()
	return o
}

// Clients that send their headers, or their body, a byte at a time, or do not read what they are sent, lose their
// connections when their time is up; everybody else is served meanwhile.
//
// The control is an Echo as it comes, which keeps them.
func TestF28SlowClients(t *testing.T) {
	t.Parallel()
	const each = 300
	attempt := func(x *trial, y target) error {
		kinds := map[string]struct {
			opening, drop string
			within        time.Duration // the bound of the edge and some room
		}{
			"headers": {"GET /healthz HTTP/1.1\r\nHost: kopir.test\r\n", "X-A: b\r\n", 8 * time.Second},
			"body": {"POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n",
				" ", 35 * time.Second},
		}
		quiet := y.while(x.Context(), "/healthz", func() { time.Sleep(3 * time.Second) })
		var mu sync.Mutex
		open := map[string]int{}
		during := y.while(x.Context(), "/healthz", func() {
			var all sync.WaitGroup
			for name, kind := range kinds {
				for range each {
					all.Go(func() {
						c, err := y.dial(x.Context())
						if err != nil {
							return
						}
						defer c.Close()
						if kept(c, kind.opening, kind.drop, kind.within) {
							mu.Lock()
							defer mu.Unlock()
							open[name]++
						}
					})
				}
			}
			all.Wait()
		})
		x.note("connections", len(kinds)*each)
		x.note("others_served", len(during.took)-during.failed)
		x.note("others_p99_before", percentile(quiet.took, 0.99))
		x.note("others_p99_during", percentile(during.took, 0.99))
		var faults []error
		for name := range kinds {
			x.note("kept_with_slow_"+name, open[name])
			faults = append(faults, that(open[name] == 0, "%d of %d with slow %s are still there", open[name], each, name))
		}
		return errors.Join(append(faults, that(during.failed == 0, "%d others were not served", during.failed))...)
	}
	fault(t, 28, "slow clients", func(x *trial) {
		_, r := aloneWith(x)
		require.NoError(x, attempt(x, r.target()))
	}, func(x *trial) error { return attempt(x, bare(x)) })
}

// kept says whether a connection is still open after a while of sending a drop each second.
func kept(c net.Conn, opening, drop string, within time.Duration) bool {
	if _, err := io.WriteString(c, opening); err != nil {
		return false
	}
	for until := time.Now().Add(within); time.Now().Before(until); {
		if err := c.SetReadDeadline(time.Now().Add(time.Second)); err != nil {
			return false
		}
		if _, err := c.Read(make([]byte, 1<<10)); err == nil {
			continue // an answer: what comes next tells
		} else if !errors.Is(err, os.ErrDeadlineExceeded) {
			return false
		}
		if _, err := io.WriteString(c, drop); err != nil {
			return false
		}
	}
	return true
}

// zeros is an endless body.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// What is too large is refused with a status that says so, and costs no memory to speak of.
//
// The control is an Echo as it comes.
func TestF29TooLarge(t *testing.T) {
	t.Parallel()
	attempt := func(x *trial, y target, much int64) error {
		require.NoError(x, y.forget())
		before, err := y.peak()
		require.NoError(x, err)
		var faults []error
		request, err := http.NewRequestWithContext(x.Context(), http.MethodPost, "http://"+y.address+"/v1/match/programmes", io.LimitReader(zeros{}, much))
		require.NoError(x, err)
		request.Header.Set("Content-Type", "application/json")
		status := 0
		if response, err := (&http.Client{Timeout: time.Minute}).Do(request); err == nil {
			status = response.StatusCode
			response.Body.Close()
		}
		faults = append(faults, that(status == http.StatusRequestEntityTooLarge || status == 0, "a body without end is answered %d", status))
		for name, c := range map[string]struct {
			request string
			want    int
		}{
			"headers of 64 KiB":            {"GET /healthz HTTP/1.1\r\nHost: kopir.test\r\nX-A: " + strings.Repeat("a", 64<<10) + "\r\n\r\n", 431},
			"headers of 1 MiB":             {"GET /healthz HTTP/1.1\r\nHost: kopir.test\r\nX-A: " + strings.Repeat("a", 1<<20) + "\r\n\r\n", 431},
			"an address of 32 KiB":         {"GET /v1/programmes?q=" + strings.Repeat("a", 32<<10) + " HTTP/1.1\r\nHost: kopir.test\r\n\r\n", 414},
			"a body that says 10 GB":       {"POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n{", 413},
			"a page of a thousand million": {"GET /v1/programmes?limit=1000000000 HTTP/1.1\r\nHost: kopir.test\r\n\r\n", 422},
			"five hundred filters":         {"GET /v1/programmes?" + strings.Repeat("region=KZ-75&", 500) + " HTTP/1.1\r\nHost: kopir.test\r\n\r\n", 422},
		} {
			status, err := y.raw(x.Context(), c.request)
			faults = append(faults, err, that(status == c.want, "%s: %d and not %d", name, status, c.want))
		}
		after, err := y.peak()
		require.NoError(x, err)
		x.note("memory_more_mib", (after-before)>>20)
		return errors.Join(append(faults, that(after-before <= 20<<20, "it took %d MiB more", (after-before)>>20))...)
	}
	fault(t, 29, "bodies, headers, addresses and pages that are too large", func(x *trial) {
		_, r := aloneWith(x)
		require.NoError(x, attempt(x, r.target(), 1<<30))
	}, func(x *trial) error { return attempt(x, bare(x), 64<<20) })
}

// bomb is so many MiB of zeros, packed as often as said.
func bomb(x *trial, mib, times int) []byte {
	var plain io.Reader = io.LimitReader(zeros{}, int64(mib)<<20)
	for range times {
		var packed bytes.Buffer
		z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
		require.NoError(x, err)
		_, err = io.Copy(z, plain)
		require.NoError(x, err)
		require.NoError(x, z.Close())
		plain = &packed
	}
	body, err := io.ReadAll(plain)
	require.NoError(x, err)
	return body
}

// A small body that is huge when unpacked is refused while it is unpacked, and so is an encoding that is not known, or one
// inside another.
//
// The control is an Echo that unpacks whatever comes.
func TestF30PackedBodies(t *testing.T) {
	t.Parallel()
	attempt := func(x *trial, y target, mib int) error {
		require.NoError(x, y.forget())
		before, err := y.peak()
		require.NoError(x, err)
		var faults []error
		for name, c := range map[string]struct {
			encoding string
			body     []byte
			want     []int
		}{
			"a bomb":              {"gzip", bomb(x, mib, 1), []int{413}},
			"a bomb in a bomb":    {"gzip", bomb(x, mib, 2), []int{400, 413}},
			"two encodings":       {"gzip, gzip", bomb(x, 1, 2), []int{415}},
			"an unknown encoding": {"br", []byte("{}"), []int{415}},
			"not packed at all":   {"gzip", []byte("{}"), []int{400}},
		} {
			request, err := http.NewRequestWithContext(x.Context(), http.MethodPost, "http://"+y.address+"/v1/match/programmes", bytes.NewReader(c.body))
			require.NoError(x, err)
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Content-Encoding", c.encoding)
			began := time.Now()
			response, err := (&http.Client{Timeout: time.Minute}).Do(request)
			require.NoError(x, err)
			response.Body.Close()
			x.note(strings.ReplaceAll(name, " ", "_"), time.Since(began))
			faults = append(faults, that(slices.Contains(c.want, response.StatusCode), "%s (%d bytes) is answered %d", name, len(c.body), response.StatusCode))
		}
		after, err := y.peak()
		require.NoError(x, err)
		x.note("memory_more_mib", (after-before)>>20)
		return errors.Join(append(faults, that(after-before <= 20<<20, "it took %d MiB more", (after-before)>>20))...)
	}
	fault(t, 30, "packed bodies", func(x *trial) {
		_, r := aloneWith(x)
		require.NoError(x, attempt(x, r.target(), 1<<10))
	}, func(x *trial) error { return attempt(x, bare(x), 64) })
}

// Requests that a proxy and a server might read in two ways, and methods that nobody asked for, are refused.
//
// The control is a server that reads one request and answers that all is well.
func TestF46RequestsReadInTwoWays(t *testing.T) {
	t.Parallel()
	const smuggled = "GET /v1/admin/search-index HTTP/1.1\r\nHost: kopir.test\r\n\r\n"
	requests := map[string]string{
		"a length and chunks":       "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
		"two lengths":               "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 60\r\n\r\n{}" + smuggled,
		"a length with a sign":      "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nContent-Length: +2\r\n\r\n{}",
		"an unknown encoding":       "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nTransfer-Encoding: xchunked\r\n\r\n{}",
		"chunks twice":              "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"a chunk that lies":         "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n",
		"a chunk beyond all bounds": "POST /v1/match/programmes HTTP/1.1\r\nHost: kopir.test\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\n{}",
		"a header that is folded":   "GET /healthz HTTP/1.1\r\nHost: kopir.test\r\nX-A: b\r\n Transfer-Encoding: chunked\r\nX B: c\r\n\r\n",
		"a space before the colon":  "GET /healthz HTTP/1.1\r\nHost : kopir.test\r\n\r\n",
		"no host":                   "GET /healthz HTTP/1.1\r\n\r\n",
		"two hosts":                 "GET /healthz HTTP/1.1\r\nHost: kopir.test\r\nHost: other.test\r\n\r\n",
		"NUL in a header":           "GET /healthz HTTP/1.1\r\nHost: kopir.test\r\nX-A: b\x00c\r\n\r\n",
		"TRACE":                     "TRACE /healthz HTTP/1.1\r\nHost: kopir.test\r\n\r\n",
		"CONNECT":                   "CONNECT 127.0.0.1:5432 HTTP/1.1\r\nHost: 127.0.0.1:5432\r\n\r\n",
		"a method of its own":       "BREW /healthz HTTP/1.1\r\nHost: kopir.test\r\n\r\n",
		"another method by header":  "POST /healthz HTTP/1.1\r\nHost: kopir.test\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0\r\n\r\n",
		"HTTP/9.9":                  "GET /healthz HTTP/9.9\r\nHost: kopir.test\r\n\r\n",
		"no HTTP":                   "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
	}
	attempt := func(x *trial, y target) error {
		refused, hungUp := 0, 0
		var faults []error
		for name, request := range requests {
			status, err := y.raw(x.Context(), request)
			if status == 0 {
				hungUp++
			} else {
				refused++
			}
			faults = append(faults, err, that(status == 0 || status >= 400 && status < 500 || status == 501 || status == 505, "%s is answered %d", name, status))
		}
		x.note("refused", refused)
		x.note("hung_up", hungUp)
		return errors.Join(faults...)
	}
	fault(t, 46, "requests that can be read in two ways", func(x *trial) {
		_, r := aloneWith(x)
		require.NoError(x, attempt(x, r.target()))
	}, func(x *trial) error { return attempt(x, trusting(x)) })
}

// trusting is a server that answers whatever begins like a request.
func trusting(x *trial) target {
	l, err := (&net.ListenConfig{}).Listen(x.Context(), "tcp", "127.0.0.1:0")
	require.NoError(x, err)
	x.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_, _ = c.Read(make([]byte, 1<<10))
				_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}()
		}
	}()
	return target{l.Addr().String(), os.Getpid()}
}
