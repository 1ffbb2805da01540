package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/google/uuid"

	"kopir/domain"
)

// Listen returns l with one difference: what net/http itself answers in plain text, because it cannot read a request as
// far as a handler, is a problem like every other refusal.
func Listen(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

// Accept waits for the next connection.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c}, nil
}

type conn struct{ net.Conn }

// How net/http's own refusals look on the wire: it writes them whole and at once, and no answer of ours looks like that.
const (
	refusalHeaders  = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"
	refusalOfExpect = "HTTP/1.1 417 "
	protocol        = "HTTP/1.1 "
)

// Write writes; of a refusal by net/http, the problem that says the same.
func (c conn) Write(part []byte) (int, error) {
	status, ok := plainRefusal(part)
	if !ok {
		return c.Conn.Write(part)
	}
	text, err := rawProblem(status)
	if err != nil {
		return 0, err
	}
	if _, err := c.Conn.Write(text); err != nil {
		return 0, err
	}
	return len(part), nil
}

// plainRefusal returns the status that a refusal by net/http has, and whether a text is one.
func plainRefusal(part []byte) (status string, ok bool) {
	if bytes.HasPrefix(part, []byte(refusalOfExpect)) {
		return "417", true
	}
	if !bytes.HasPrefix(part, []byte(protocol)) {
		return "", false
	}
	line, rest, ok := strings.Cut(string(part[len(protocol):min(len(part), 512)]), "\r\n")
	if !ok || !strings.HasPrefix("\r\n"+rest, refusalHeaders) {
		return "", false
	}
	status, _, _ = strings.Cut(line, " ")
	return status, len(status) == 3 && (status[0] == '4' || status[0] == '5')
}

// rawProblem returns a problem as it goes over the wire. Who asked is not known, nor in which language: nothing of the
// request could be read.
func rawProblem(status string) ([]byte, error) {
	r := refuse(unreadable, codeRequestUnreadable)
	if status == "431" {
		r = refuse(headersTooLarge, codeHeadersTooLarge, DefaultConfig().MaxHeader)
	}
	x := &exchange{id: uuid.Must(uuid.NewV7()), language: domain.Russian}
	body, err := json.Marshal(r.bodyFor(x))
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, protocol+"%d %s\r\nCache-Control: no-store\r\nConnection: close\r\nContent-Length: %d\r\n"+
		"Content-Type: application/problem+json\r\nX-Content-Type-Options: nosniff\r\nX-Request-Id: %s\r\n\r\n%s",
		r.kind.status, http.StatusText(r.kind.status), len(body), x.id, body), nil
}
