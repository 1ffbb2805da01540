package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"

	gomail "github.com/wneessen/go-mail"

	"kopir/domain"
)

// SMTP is a Sender that hands messages to a mail server.
type SMTP struct {
	host    string
	from    *mail.Address
	options []gomail.Option
}

// NewSMTP returns a Sender for a server: smtps://user:password@host:465 speaks TLS from the start;
// smtp://user:password@host:587 after STARTTLS, and refuses a server that has none unless it is on this machine. Without a
// user nobody is signed in; no password goes over an open line. from is who the letters are from: kopir@example.kz, or Kopir <kopir@example.kz>. It returns an
// error for an address that is not in this form; nothing is dialled.
func NewSMTP(server, from string) (*SMTP, error) {
	s := &SMTP{}
	var err error
	if s.from, err = mail.ParseAddress(from); err != nil {
		return nil, fmt.Errorf("the sender: %w", err)
	}
	u, err := url.Parse(server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Path != "" || u.RawQuery != "" {
		return nil, errors.New("the mail server is not smtp://user:password@host:587 or smtps://user:password@host:465")
	}
	s.host = u.Hostname()
	port, security := 587, gomail.WithTLSPolicy(gomail.TLSMandatory)
	if u.Scheme == "smtps" {
		port, security = 465, gomail.WithSSL()
	} else if local(s.host) {
		security = gomail.WithTLSPolicy(gomail.TLSOpportunistic)
	}
	if u.Port() != "" {
		if port, err = strconv.Atoi(u.Port()); err != nil || port < 1 || port > 65535 {
			return nil, errors.New("the mail server's port is not a number from 1 to 65535")
		}
	}
	s.options = []gomail.Option{security, gomail.WithPort(port), gomail.WithTimeout(patience)}
	if u.User != nil {
		password, _ := u.User.Password()
		s.options = append(s.options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(u.User.Username()), gomail.WithPassword(password))
	}
	_, err = gomail.NewClient(s.host, s.options...)
	return s, err
}

// local says whether a host is this machine.
func local(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Send hands one message over. What the server refuses for good (5xx) is ErrRefused.
func (s *SMTP) Send(ctx context.Context, m domain.Message) error {
	msg := gomail.NewMsg(gomail.WithEncoding(gomail.EncodingB64), gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(s.from)
	if err := msg.To(m.To); err != nil {
		return fmt.Errorf("%w: its address is not one", ErrRefused) // without the library's text, which has the address
	}
	msg.Subject(m.Subject)
	msg.SetMessageIDWithValue(m.ID.String() + "@" + s.host)
	msg.SetDateWithValue(m.At)
	msg.SetGenHeader(gomail.HeaderContentLang, string(m.Language))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's holiday reply comes back
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	client, err := gomail.NewClient(s.host, s.options...)
	if err != nil {
		return err
	}
	err = client.DialAndSendWithContext(ctx, msg)
	var failure *gomail.SendError
	if errors.As(err, &failure) {
		return refusal(failure)
	}
	return err
}

// refusal says what a server answered, without its words: they often repeat the address.
func refusal(failure *gomail.SendError) error {
	answer := fmt.Errorf("the mail server answered %d %s", failure.ErrorCode(), failure.EnhancedStatusCode())
	if code := failure.ErrorCode(); code >= 500 && code < 600 {
		return errors.Join(ErrRefused, answer)
	}
	return answer
}
