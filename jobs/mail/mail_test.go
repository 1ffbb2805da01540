package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	gomail "github.com/wneessen/go-mail"

	"kopir/auth"
	"kopir/domain"
	"kopir/store/storetest"
)

var noon = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// server is a real mail server of one test, which keeps what it takes.
type server struct {
	address string
	mu      sync.Mutex
	refuses error // what it answers to a recipient
	taken   []taken
	users   []string
}

type taken struct {
	from, to string
	text     string
}

func (s *server) NewSession(*smtp.Conn) (smtp.Session, error) { return &session{server: s}, nil }

func (s *server) refuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuses = err
}

type session struct {
	server   *server
	from, to string
}

func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.to = to
	return s.server.refuses
}

func (s *session) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.taken = append(s.server.taken, taken{s.from, s.to, string(text)})
	return err
}

func (s *session) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *session) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		if password != "right" {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "no"}
		}
		s.server.users = append(s.server.users, user)
		return nil
	}), nil
}

func startServer(t *testing.T) *server { return startServerWith(t, nil) }

// startServerWith starts one that offers STARTTLS, if it has a certificate.
func startServerWith(t *testing.T, secured *tls.Config) *server {
	t.Helper()
	s := &server{}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.address = l.Addr().String()
	server := smtp.NewServer(s)
	server.TLSConfig = secured
	server.AllowInsecureAuth = true // it is the client that must not give its password away
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(l) }()
	t.Cleanup(func() {
		require.NoError(t, server.Close())
		<-stopped //nolint:errcheck // it was closed
	})
	return s
}

// office is a letterbox with a round that empties it.
type office struct {
	t     *testing.T
	store *storetest.Opened
	round Round
	now   time.Time
	log   bytes.Buffer
}

func openOffice(t *testing.T, sender Sender) *office {
	t.Helper()
	codes, err := auth.NewCodes([]byte("a secret that is long enough to be one"))
	require.NoError(t, err)
	o := &office{t: t, store: storetest.SQLite(t), now: noon}
	o.round = Round{
		Letters: o.store, Post: domain.NewPost(codes, "https://api.example.kz", ""), Sender: sender,
		Clock: func() time.Time { return o.now }, Logger: slog.New(slog.NewTextHandler(&o.log, nil)),
	}
	return o
}

func (o *office) post(letters ...domain.Letter) {
	o.t.Helper()
	require.NoError(o.t, o.store.InTx(o.t.Context(), func(ctx context.Context, tx domain.Tx) error {
		for _, l := range letters {
			if err := tx.SendLetter(ctx, l); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (o *office) step() {
	o.t.Helper()
	more, err := o.round.Step(o.t.Context())
	require.NoError(o.t, err)
	require.False(o.t, more)
}

// waiting is how many letters are in the box.
func (o *office) waiting() int {
	o.t.Helper()
	far := o.now.Add(1000 * time.Hour)
	got, err := o.store.TakeLetters(o.t.Context(), far, o.now.Add(time.Minute), 100)
	require.NoError(o.t, err)
	return len(got)
}

func letterTo(to string) domain.Letter {
	return domain.Letter{ID: uuid.Must(uuid.NewV7()), Kind: domain.LetterPasswordChanged, To: to, Language: domain.Kazakh, CreatedAt: noon}
}

func smtpTo(t *testing.T, address string) *SMTP {
	t.Helper()
	s, err := NewSMTP("smtp://"+address, "Көпір <kopir@example.kz>")
	require.NoError(t, err)
	return s
}

func TestAMailServerGetsTheLetterInKazakh(t *testing.T) {
	certified := httptest.NewTLSServer(nil)
	defer certified.Close()
	s := startServerWith(t, certified.TLS)
	sender := smtpTo(t, "kopir:right@"+s.address)
	trusted := x509.NewCertPool()
	trusted.AddCert(certified.Certificate())
	sender.options = append(sender.options, gomail.WithTLSConfig(&tls.Config{RootCAs: trusted, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}))
	o := openOffice(t, sender)
	l := letterTo("aigerim@example.kz")
	o.post(l)
	o.step()
	require.Len(t, s.taken, 1)
	require.Equal(t, []string{"kopir"}, s.users)
	require.Equal(t, "kopir@example.kz", s.taken[0].from)
	require.Equal(t, "aigerim@example.kz", s.taken[0].to)
	m, err := netmail.ReadMessage(strings.NewReader(s.taken[0].text))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Құпиясөзіңіз өзгертілді", subject)
	require.Equal(t, "<"+l.ID.String()+"@127.0.0.1>", m.Header.Get("Message-ID"))
	require.Equal(t, "auto-generated", m.Header.Get("Auto-Submitted"))
	require.Equal(t, "kk", m.Header.Get("Content-Language"))
	body := m.Body
	switch m.Header.Get("Content-Transfer-Encoding") {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, m.Body)
	case "quoted-printable":
		body = quotedprintable.NewReader(m.Body)
	}
	text, err := io.ReadAll(body)
	require.NoError(t, err)
	require.Contains(t, string(text), "басқа сеанстардың бәрі аяқталды")
	require.Zero(t, o.waiting(), "it is sent once")
}

func TestALetterWaitsForAMailServerThatIsAway(t *testing.T) {
	s := startServer(t)
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later, aigerim@example.kz"}
	s.refuse(busy)
	o := openOffice(t, smtpTo(t, s.address))
	o.post(letterTo("aigerim@example.kz"))
	for _, pause := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		o.step()
		o.now = o.now.Add(pause - time.Second)
		tries := strings.Count(o.log.String(), "could not be sent")
		o.step()
		require.Equal(t, tries, strings.Count(o.log.String(), "could not be sent"), "it is not tried before its time")
		o.now = o.now.Add(time.Second)
	}
	s.refuse(nil)
	o.step()
	require.Len(t, s.taken, 1)
	require.Zero(t, o.waiting())
	require.NotContains(t, o.log.String(), "aigerim", "an address is nobody's business in a log")
	require.Contains(t, o.log.String(), "451 4.3.0")
}

func TestALetterIsGivenUpWhenThereIsNoUse(t *testing.T) {
	no := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user aigerim@example.kz"}
	busy := &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "later"}
	old, short := letterTo("aigerim@example.kz"), letterTo("aigerim@example.kz")
	old.CreatedAt = noon.Add(-24 * time.Hour)
	short.Code, short.ValidTo = uuid.New(), noon.Add(30*time.Second)
	for name, c := range map[string]struct {
		letter domain.Letter
		answer error
		waits  int
	}{
		"its address is refused": {letterTo("aigerim@example.kz"), no, 0},
		"it is a day old":        {old, busy, 0},
		"its code runs out":      {short, busy, 0},
		"none of these":          {letterTo("aigerim@example.kz"), busy, 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := startServer(t)
			s.refuse(c.answer)
			o := openOffice(t, smtpTo(t, s.address))
			o.post(c.letter)
			o.step()
			require.Equal(t, c.waits, o.waiting())
			require.NotContains(t, o.log.String(), "aigerim")
		})
	}
}

func TestOneLetterNeverHoldsUpTheOthers(t *testing.T) {
	s := startServer(t)
	o := openOffice(t, nil)
	o.round.Sender = senders(func(ctx context.Context, m domain.Message) error {
		switch m.To {
		case "panics@example.kz":
			panic("aigerim")
		case "fails@example.kz":
			return errors.New("no")
		}
		return smtpTo(t, s.address).Send(ctx, m)
	})
	o.post(letterTo("panics@example.kz"), letterTo("fails@example.kz"), letterTo("arrives@example.kz"))
	o.step()
	require.Len(t, s.taken, 1)
	require.Equal(t, 2, o.waiting())
}

type senders func(context.Context, domain.Message) error

func (s senders) Send(ctx context.Context, m domain.Message) error { return s(ctx, m) }

func TestWhoeverStopsLeavesItsLettersToTheNext(t *testing.T) {
	o := openOffice(t, nil)
	ctx, stop := context.WithCancel(t.Context())
	o.round.Sender = senders(func(ctx context.Context, _ domain.Message) error {
		stop()
		return ctx.Err()
	})
	o.post(letterTo("aigerim@example.kz"))
	_, err := o.round.Step(ctx)
	require.NoError(t, err)
	got, err := o.store.TakeLetters(t.Context(), o.now, o.now.Add(time.Minute), 1)
	require.NoError(t, err)
	require.Len(t, got, 1, "at once, not when its hold ends")
}

func TestNoPasswordGoesOverAnOpenLine(t *testing.T) {
	s := startServer(t)
	elsewhere, err := NewSMTP("smtp://kopir:right@mail.example.kz:25", "kopir@example.kz")
	require.NoError(t, err)
	elsewhere.options = append(elsewhere.options, gomail.WithDialContextFunc(func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", s.address)
	}))
	m := domain.Message{ID: uuid.New(), To: "a@example.kz", At: noon}
	for _, sender := range []*SMTP{elsewhere, smtpTo(t, "kopir:right@"+s.address)} {
		require.Error(t, sender.Send(t.Context(), m), "the server has no STARTTLS")
	}
	require.Empty(t, s.users)
	require.Empty(t, s.taken)
	require.NoError(t, smtpTo(t, s.address).Send(t.Context(), m), "on this machine, without a password, it may")
	require.ErrorIs(t, smtpTo(t, s.address).Send(t.Context(), domain.Message{To: "no address"}), ErrRefused)
}

func TestAFolderKeepsReadableLetters(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "outbox")
	o := openOffice(t, Folder{Path: folder})
	l := letterTo("aigerim@example.kz")
	o.post(l)
	o.step()
	require.Zero(t, o.waiting())
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 1)
	require.Equal(t, "20261123T060000Z-password_changed-"+l.ID.String()+".txt", files[0].Name())
	info, err := files[0].Info()
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	text, err := os.ReadFile(filepath.Join(folder, files[0].Name()))
	require.NoError(t, err)
	require.Contains(t, string(text), "To: aigerim@example.kz\nSubject: Құпиясөзіңіз өзгертілді\nContent-Language: kk\n\nKopir жүйесіндегі")
}

func TestAWrongAddressOfAMailServerIsNamed(t *testing.T) {
	for _, c := range [][2]string{
		{"mail.example.kz", "a@example.kz"}, {"http://mail.example.kz", "a@example.kz"}, {"smtp://", "a@example.kz"},
		{"smtp://mail.example.kz:0", "a@example.kz"}, {"smtp://mail.example.kz:x", "a@example.kz"}, {"smtp://mail.example.kz/?tls=no", "a@example.kz"},
		{"smtp://mail.example.kz", "nobody"}, {"smtp://mail.example.kz", ""},
	} {
		_, err := NewSMTP(c[0], c[1])
		require.Error(t, err, c)
	}
	for _, good := range []string{"smtp://mail.example.kz", "smtps://u:p%40@mail.example.kz:465", "smtp://[::1]:25"} {
		_, err := NewSMTP(good, "Kopir <kopir@example.kz>")
		require.NoError(t, err, good)
	}
}
