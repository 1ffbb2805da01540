//go:build faults

package faults

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// interpreter stands between the program and Postgres and understands what they say to each other, so that a control can take
// away what the program relies on: transactions, the codes of errors, the honesty of a commit.
type interpreter struct {
	address string // of the interpreter
	server  string // of Postgres

	noTransactions atomic.Bool // BEGIN becomes an empty statement: each statement is committed by itself
	otherCodes     atomic.Bool // failed serialisations and deadlocks get a code that nobody knows
	begun          atomic.Int64

	mu    sync.Mutex
	conns map[net.Conn]bool
}

// newInterpreter listens in front of the Postgres that an address names and returns the address through it.
func newInterpreter(t *testing.T, database string) (*interpreter, string) {
	t.Helper()
	u, err := url.Parse(database)
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &interpreter{address: listener.Addr().String(), server: u.Host, conns: make(map[net.Conn]bool)}
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
	})
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	u.Host = p.address
	return p, u.String()
}

// cut ends every connection there is.
func (p *interpreter) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *interpreter) hold(c net.Conn) func() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
	return func() {
		_ = c.Close()
		p.mu.Lock()
		defer p.mu.Unlock()
		delete(p.conns, c)
	}
}

func (p *interpreter) serve(client net.Conn) {
	defer p.hold(client)()
	server, err := net.DialTimeout("tcp", p.server, 2*time.Second)
	if err != nil {
		return
	}
	defer p.hold(server)()
	first, err := readBare(client) // the first message has no type
	if err != nil {
		return
	}
	if _, err := server.Write(first); err != nil {
		return
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.copy(client, server, p.answer)
		_ = client.Close()
	}()
	p.copy(server, client, p.question)
	_ = server.Close()
	<-ended
}

// copy passes messages on, each as change leaves it.
func (p *interpreter) copy(to, from net.Conn, change func(kind byte, body []byte)) {
	header := make([]byte, 5)
	for {
		if _, err := io.ReadFull(from, header); err != nil {
			return
		}
		body := make([]byte, binary.BigEndian.Uint32(header[1:])-4)
		if _, err := io.ReadFull(from, body); err != nil {
			return
		}
		change(header[0], body)
		if _, err := to.Write(append(header[:5:5], body...)); err != nil {
			return
		}
	}
}

func readBare(from io.Reader) ([]byte, error) {
	size := make([]byte, 4)
	if _, err := io.ReadFull(from, size); err != nil {
		return nil, err
	}
	message := make([]byte, binary.BigEndian.Uint32(size))
	copy(message, size)
	_, err := io.ReadFull(from, message[4:])
	return message, err
}

// question blanks the statement that begins a transaction. Its commit is then a warning and no more.
func (p *interpreter) question(kind byte, body []byte) {
	if kind != 'Q' || !strings.HasPrefix(strings.ToLower(string(body)), "begin") {
		return
	}
	p.begun.Add(1)
	if p.noTransactions.Load() {
		for i := range body[:len(body)-1] {
			body[i] = ' '
		}
	}
}

// answer gives an error another code of the same length.
func (p *interpreter) answer(kind byte, body []byte) {
	if kind != 'E' || !p.otherCodes.Load() {
		return
	}
	for _, code := range []string{"40001", "40P01"} {
		if at := bytes.Index(body, []byte("\x00C"+code+"\x00")); at >= 0 {
			copy(body[at+2:], "XX999")
		}
	}
}
