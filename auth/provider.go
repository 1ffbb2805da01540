package auth

import (
	"context"
	"crypto/cipher"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"
	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// ProviderConfig is an OpenID provider, and what it knows of us.
type ProviderConfig struct {
	Issuer       string   // as CheckAddress allows it
	Name         string   // for people
	ClientID     string   // ours, there
	ClientSecret string   // ours, there
	RedirectURLs []string // where it may send people back to
	Scopes       []string // what we ask for, openid among it
}

// Provider signs people in who can show an OpenID provider who they are: by authorization code with PKCE (S256), state and
// nonce, as OAuth 2.0 Security Best Current Practice (RFC 9700) has it. Between Begin and Finish it remembers nothing: what
// it must know then is in a ticket, encrypted under the deployment's secret, so that any replica can finish.
type Provider struct {
	cfg  ProviderConfig
	aead cipher.AEAD
	door door
	log  *slog.Logger

	looking chan struct{} // held by who asks for the discovery document
	found   atomic.Pointer[discovery]
	rest    time.Time // until when it is not asked for again, after a failure; guarded by looking
	why     error     // the failure; guarded by looking
}

var _ domain.IdentityProvider = (*Provider)(nil)

// NewProvider returns a provider. It is not asked for anything yet, so it need not be there.
func NewProvider(cfg ProviderConfig, secret []byte, log *slog.Logger) (*Provider, error) {
	aead, err := aeadUnder(secret, "kopir tickets of providers")
	if err != nil {
		return nil, err
	}
	return &Provider{cfg: cfg, aead: aead, door: newDoor(cfg.Issuer), log: log, looking: make(chan struct{}, 1)}, nil
}

// Name is what people call it.
func (p *Provider) Name() string { return p.cfg.Name }

// Issuer is what it calls itself.
func (p *Provider) Issuer() string { return p.cfg.Issuer }

// ticket is what must be known when somebody comes back.
type ticket struct {
	ID       uuid.UUID // that it is used once by
	Account  uuid.UUID // to be linked; Nil to sign in
	State    string
	Nonce    string
	Verifier string // of PKCE
	Redirect string
	Until    time.Time
}

// Begin returns where somebody says at the provider who they are, and what they need to come back with. It returns Invalid
// for a redirect that is not listed, Unavailable if the provider cannot be asked.
func (p *Provider) Begin(ctx context.Context, redirect string, account uuid.UUID, now time.Time) (domain.Departure, error) {
	if !slices.Contains(p.cfg.RedirectURLs, redirect) {
		var f domain.Faults
		f.Add("/redirect_url", domain.CodeRedirectUnlisted)
		return domain.Departure{}, f.Err()
	}
	d, err := p.discovered(ctx, now)
	if err != nil {
		return domain.Departure{}, err
	}
	t := ticket{
		ID: uuid.Must(uuid.NewV7()), Account: account, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(),
		Redirect: redirect, Until: now.Add(domain.TicketLifetime),
	}
	plain, err := json.Marshal(t)
	if err != nil {
		return domain.Departure{}, err
	}
	return domain.Departure{
		URL:   d.client(p.cfg, redirect).AuthCodeURL(t.State, oidc.Nonce(t.Nonce), oauth2.S256ChallengeOption(t.Verifier)),
		State: t.State, Ticket: base64.RawURLEncoding.EncodeToString(seal(p.aead, plain, p.whose())), Until: t.Until,
	}, nil
}

// whose binds tickets to the provider and to who we are there: settings may change while somebody is away.
func (p *Provider) whose() string { return p.cfg.Issuer + "\n" + p.cfg.ClientID }

// Finish returns whom the provider has sent back, by what its token endpoint and its ID token say. It returns
// Unauthenticated for whatever is wrong with that, Unavailable if the provider cannot be asked.
func (p *Provider) Finish(ctx context.Context, back domain.Return, account uuid.UUID, now time.Time) (domain.ExternalPerson, error) {
	t, ok := p.open(back, account, now)
	if !ok {
		return domain.ExternalPerson{}, domain.Fail(domain.Unauthenticated, domain.CodeExternalRefused)
	}
	d, err := p.discovered(ctx, now)
	if err != nil {
		return domain.ExternalPerson{}, err
	}
	who, err := p.ask(oidc.ClientContext(ctx, p.door.client()), d, back, t, now)
	switch {
	case err == nil:
		return who, nil
	case ctx.Err() != nil || isOutage(err):
		return domain.ExternalPerson{}, down(err)
	}
	p.log.InfoContext(ctx, "a sign-in through the provider was refused", "why", clipped(err))
	return domain.ExternalPerson{}, domain.Fail(domain.Unauthenticated, domain.CodeExternalRefused)
}

// open returns the ticket that somebody has come back with, and whether it is one that we gave for this, not long ago, and
// belongs to the state that came along.
func (p *Provider) open(back domain.Return, account uuid.UUID, now time.Time) (t ticket, ok bool) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(back.Ticket)
	if err != nil {
		return t, false
	}
	plain, err := unseal(p.aead, sealed, p.whose())
	if err != nil || json.Unmarshal(plain, &t) != nil {
		return t, false
	}
	same := subtle.ConstantTimeCompare([]byte(t.State), []byte(back.State)) == 1
	return t, same && t.Account == account && now.Before(t.Until)
}

// ask exchanges a code for who somebody is.
func (p *Provider) ask(ctx context.Context, d *discovery, back domain.Return, t ticket, now time.Time) (domain.ExternalPerson, error) {
	if back.Issuer != p.cfg.Issuer && (back.Issuer != "" || d.namesItself) { // RFC 9207: it comes from another provider
		return domain.ExternalPerson{}, errors.New("the answer is another issuer's, or does not say whose it is")
	}
	tokens, err := d.client(p.cfg, t.Redirect).Exchange(ctx, back.Code, oauth2.VerifierOption(t.Verifier))
	if err != nil {
		return domain.ExternalPerson{}, codeFailure(err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	id, err := d.verify(ctx, p.cfg, raw, now)
	if err != nil {
		return domain.ExternalPerson{}, err
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(t.Nonce)) != 1 {
		return domain.ExternalPerson{}, errors.New("the ID token has another nonce")
	}
	var c personClaims
	if err := id.Claims(&c); err != nil {
		return domain.ExternalPerson{}, err
	}
	if err := checkParties(id.Audience, c.AuthorizedParty, p.cfg.ClientID); err != nil {
		return domain.ExternalPerson{}, err
	}
	if id.Subject == "" || utf8.RuneCountInString(id.Subject) > maxSubject || strings.ContainsFunc(id.Subject, unicode.IsControl) {
		return domain.ExternalPerson{}, errors.New("the ID token has no subject that could be one")
	}
	if c.Email == "" && d.UserInfoEndpoint() != "" { // providers may say more there than in the token (OpenID Connect Core 1.0, 5.4)
		if c, err = d.userInfo(ctx, tokens, id.Subject); err != nil {
			return domain.ExternalPerson{}, err
		}
	}
	return domain.ExternalPerson{
		Issuer: p.cfg.Issuer, Subject: id.Subject, Email: norm.NFC.String(c.Email), EmailVerified: c.verified(),
		Name: norm.NFC.String(c.Name), Language: c.Locale, Ticket: t.ID, Until: t.Until,
	}, nil
}

// maxSubject is how long a subject may be (OpenID Connect Core 1.0, 2).
const maxSubject = 255

// personClaims are those claims about a person that we use (OpenID Connect Core 1.0, 5.1).
type personClaims struct {
	AuthorizedParty string `json:"azp"`
	Email           string `json:"email"`
	EmailVerified   any    `json:"email_verified"`
	Name            string `json:"name"`
	Locale          string `json:"locale"`
}

// verified says whether the provider vouches for the address; some write that as text.
func (c personClaims) verified() bool { return c.EmailVerified == true || c.EmailVerified == "true" }

// checkParties refuses a token that was made for somebody else too, unless it says that we are who asked for it (OpenID
// Connect Core 1.0, 3.1.3.7, 3 to 5).
func checkParties(audience []string, authorized, us string) error {
	if authorized == us || authorized == "" && len(audience) == 1 {
		return nil
	}
	return errors.New("the ID token was made for somebody else")
}
