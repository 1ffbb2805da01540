//go:build faults

package faults

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// wire is a reverse proxy between Kopir and Meilisearch. By itself it passes everything on; rules change that while it
// runs. It writes down what passes.
type wire struct {
	t         testing.TB
	to        *url.URL
	address   string
	transport *http.Transport

	mu     sync.Mutex
	server *http.Server // nil while the wire is cut
	rules  []*rule
	passed []passage
}

// rule says what becomes of the requests that it matches, of which the first rule that matches decides.
type rule struct {
	match match
	times int // so many requests; 0 means all
	do    func(x *exchange)
}

// match says whether a request is meant.
type match func(r *http.Request) bool

// passage is a request that came, and what was answered.
type passage struct {
	at           time.Time
	method, path string
	status       int // 0 when there was no answer
	size         int // of the request's body
	forwarded    int // what the engine answered; 0 if it was not asked
}

// exchange is a request on its way. Its body may be changed before it is forwarded.
type exchange struct {
	*http.Request
	body []byte

	wire *wire
	out  http.ResponseWriter
	seen *passage
}

// answer is what the engine said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// newWire starts a proxy before an engine.
func newWire(t testing.TB, to string) *wire {
	t.Helper()
	u, err := url.Parse(to)
	require.NoError(t, err)
	w := &wire{t: t, to: u, transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	w.address = l.Addr().String()
	w.serve(l)
	t.Cleanup(func() {
		w.cut()
		w.transport.CloseIdleConnections()
	})
	return w
}

func (w *wire) url() string { return "http://" + w.address }

func (w *wire) serve(l net.Listener) {
	s := &http.Server{Handler: http.HandlerFunc(w.pass), ReadHeaderTimeout: 10 * time.Second}
	w.mu.Lock()
	w.server = s
	w.mu.Unlock()
	go func() { _ = s.Serve(l) }()
}

// cut refuses connections from now on, and ends those that there are.
func (w *wire) cut() {
	w.mu.Lock()
	s := w.server
	w.server = nil
	w.mu.Unlock()
	if s != nil {
		_ = s.Close()
	}
}

// mend takes connections again, at the same address.
func (w *wire) mend() {
	require.NoError(w.t, eventually(5*time.Second, func() error {
		l, err := net.Listen("tcp", w.address)
		if err == nil {
			w.serve(l)
		}
		return err
	}))
}

// pass is what becomes of a request.
func (w *wire) pass(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 256<<20))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	x := &exchange{Request: r, body: body, wire: w, out: out, seen: &passage{at: time.Now(), method: r.Method, path: r.URL.Path, size: len(body)}}
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.passed = append(w.passed, *x.seen)
	}()
	if one := w.take(r); one != nil {
		one.do(x)
		return
	}
	x.pass()
}

// take finds the rule for a request, and counts it off.
func (w *wire) take(r *http.Request) *rule {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, one := range w.rules {
		if !one.match(r) {
			continue
		}
		if one.times > 0 {
			if one.times--; one.times == 0 {
				w.rules = slices.Delete(w.rules, i, i+1)
			}
		}
		return one
	}
	return nil
}

// forward asks the engine. It waits for the engine though whoever asked may have gone.
func (x *exchange) forward() *answer {
	to := *x.URL
	to.Scheme, to.Host = x.wire.to.Scheme, x.wire.to.Host
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.Context()), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, x.Method, to.String(), bytes.NewReader(x.body))
	if err != nil {
		x.abort()
	}
	r.Header = x.Header.Clone()
	r.Header.Del("Accept-Encoding")
	got, err := x.wire.transport.RoundTrip(r)
	if err != nil {
		x.abort() // as if the wire were not there
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		x.abort()
	}
	x.seen.forwarded = got.StatusCode
	return &answer{got.StatusCode, got.Header, body}
}

// abort ends the connection without an answer.
func (x *exchange) abort() { panic(http.ErrAbortHandler) }

// reply answers.
func (x *exchange) reply(a *answer) {
	for name, values := range a.header {
		if name != "Content-Length" && name != "Transfer-Encoding" && name != "Connection" {
			x.out.Header()[name] = values
		}
	}
	x.seen.status = a.status
	x.out.WriteHeader(a.status)
	_, _ = x.out.Write(a.body)
}

// pass forwards a request and passes the answer on.
func (x *exchange) pass() { x.reply(x.forward()) }

// wait waits, unless whoever asked goes away; then the connection ends.
func (x *exchange) wait(d time.Duration) {
	select {
	case <-time.After(d):
	case <-x.Context().Done():
		x.abort()
	}
}

// on adds a rule, before those that there are, and returns what takes it away.
func (w *wire) on(m match, times int, do func(x *exchange)) (remove func()) {
	one := &rule{m, times, do}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rules = append([]*rule{one}, w.rules...)
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.rules = slices.DeleteFunc(w.rules, func(r *rule) bool { return r == one })
	}
}

// slow lets requests wait before they are passed on.
func (w *wire) slow(m match, d time.Duration) (remove func()) {
	return w.on(m, 0, func(x *exchange) {
		x.wait(d)
		x.pass()
	})
}

// trickle passes answers on a byte at a time.
func (w *wire) trickle(m match, each time.Duration) (remove func()) {
	return w.on(m, 0, func(x *exchange) {
		got := x.forward()
		x.seen.status = got.status
		x.out.WriteHeader(got.status)
		for _, b := range got.body {
			_, _ = x.out.Write([]byte{b})
			_ = http.NewResponseController(x.out).Flush()
			x.wait(each)
		}
	})
}

// say answers for the engine, which is not asked.
func (w *wire) say(m match, times, status int, header http.Header, body string) (remove func()) {
	return w.on(m, times, func(x *exchange) { x.reply(&answer{status, header, []byte(body)}) })
}

// before does something before the next request of a kind is forwarded.
func (w *wire) before(m match, do func()) (remove func()) {
	return w.on(m, 1, func(x *exchange) {
		do()
		x.pass()
	})
}

// after does something when the engine has answered the next request of a kind, and before that is passed on.
func (w *wire) after(m match, do func()) (remove func()) {
	return w.on(m, 1, func(x *exchange) {
		got := x.forward()
		do()
		x.reply(got)
	})
}

// hold keeps the next request of a kind until it is released; reached is closed when it has come. It is forwarded then
// even if whoever sent it has gone.
func (w *wire) hold(m match) (reached <-chan struct{}, release func()) {
	came, let := make(chan struct{}), make(chan struct{})
	w.on(m, 1, func(x *exchange) {
		close(came)
		select {
		case <-let:
		case <-time.After(3 * time.Minute):
			x.abort()
		}
		x.pass()
	})
	return came, sync.OnceFunc(func() { close(let) })
}

// rewrite changes the bodies of requests.
func (w *wire) rewrite(m match, change func(body []byte) []byte) (remove func()) {
	return w.on(m, 0, func(x *exchange) {
		x.body = change(x.body)
		x.pass()
	})
}

// passages lists what has passed, of a kind of request.
func (w *wire) passages(of func(p passage) bool) []passage {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []passage
	for _, p := range w.passed {
		if of == nil || of(p) {
			out = append(out, p)
		}
	}
	return out
}

// forget begins a new list of passages.
func (w *wire) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.passed = nil
}

// The kinds of requests. Those with an index mean the end of its name: "demands", "demands_next".

func anything(*http.Request) bool { return true }

func putsDocuments(index string) match {
	return func(r *http.Request) bool {
		return (r.Method == http.MethodPost || r.Method == http.MethodPut) && strings.HasSuffix(r.URL.Path, index+"/documents")
	}
}

func deletesDocuments(index string) match {
	return func(r *http.Request) bool {
		return strings.HasSuffix(r.URL.Path, index+"/documents/delete-batch") || r.Method == http.MethodDelete && strings.Contains(r.URL.Path, index+"/documents")
	}
}

// writesDocuments means both, of the indexes that are searched.
func writesDocuments(r *http.Request) bool {
	for _, index := range []string{"demands", "programmes"} {
		if putsDocuments(index)(r) || deletesDocuments(index)(r) {
			return true
		}
	}
	return false
}

func swapsIndexes(r *http.Request) bool { return r.URL.Path == "/swap-indexes" }

func deletesKeys(r *http.Request) bool {
	return r.Method == http.MethodDelete && strings.HasPrefix(r.URL.Path, "/keys/")
}

func readsTasks(r *http.Request) bool {
	return r.Method == http.MethodGet && strings.HasPrefix(r.URL.Path, "/tasks")
}

func searches(r *http.Request) bool {
	return r.URL.Path == "/multi-search" || strings.HasSuffix(r.URL.Path, "/search")
}

func either(kinds ...match) match {
	return func(r *http.Request) bool {
		return slices.ContainsFunc(kinds, func(m match) bool { return m(r) })
	}
}

// passing makes a kind of requests one of passages.
func passing(m match) func(passage) bool {
	return func(p passage) bool {
		return m(&http.Request{Method: p.method, URL: &url.URL{Path: p.path}})
	}
}

// --- To Postgres -----------------------------------------------------------------------------------------------------

// line is a proxy between Kopir and Postgres: it knows connections and bytes, not what they mean.
type line struct {
	to       string
	listener net.Listener
	refusing atomic.Bool
	frozen   atomic.Pointer[chan struct{}] // closed when the line thaws; nil while nothing is frozen

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// newLine starts a proxy before a host:port.
func newLine(t testing.TB, to string) *line {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	x := &line{to: to, listener: l, conns: make(map[net.Conn]bool)}
	go x.serve()
	t.Cleanup(func() {
		_ = l.Close()
		x.thaw()
		x.cut()
	})
	return x
}

func (l *line) address() string { return l.listener.Addr().String() }

func (l *line) serve() {
	for {
		c, err := l.listener.Accept()
		if err != nil {
			return
		}
		if l.refusing.Load() {
			_ = c.Close()
			continue
		}
		go l.join(c)
	}
}

func (l *line) join(c net.Conn) {
	to, err := net.DialTimeout("tcp", l.to, time.Second)
	if err != nil {
		_ = c.Close()
		return
	}
	l.mu.Lock()
	l.conns[c], l.conns[to] = true, true
	l.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{c, to}, {to, c}} {
		both.Go(func() {
			l.copy(way[0], way[1])
			_ = c.Close()
			_ = to.Close()
		})
	}
	both.Wait()
	l.mu.Lock()
	delete(l.conns, c)
	delete(l.conns, to)
	l.mu.Unlock()
}

func (l *line) copy(from, to net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if ice := l.frozen.Load(); ice != nil {
			<-*ice
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// refuse ends new connections at once, until it is called with false.
func (l *line) refuse(yes bool) { l.refusing.Store(yes) }

// cut ends all connections that there are.
func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.conns {
		_ = c.Close()
	}
}

// freeze keeps every byte, as a wire does that is broken and does not say so; thaw lets them go.
func (l *line) freeze() {
	ice := make(chan struct{})
	l.frozen.CompareAndSwap(nil, &ice)
}

func (l *line) thaw() {
	if ice := l.frozen.Swap(nil); ice != nil {
		close(*ice)
	}
}
