package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"kopir/domain"
)

// AccessLifetime is how long an access token lives.
const AccessLifetime = 15 * time.Minute

// Bounds of what Verify takes.
const (
	leeway      = 30 * time.Second // for clocks that differ
	maxToken    = 4 << 10
	tokenType   = "at+jwt" // RFC 9068
	refreshSize = 32       // bytes: 256 bits
)

// ErrToken is why a token is refused; what exactly is wrong with it is nobody's business.
var ErrToken = errors.New("the access token is not valid")

// Tokens makes and checks what a signed-in client carries.
type Tokens struct {
	keys     *keyring
	issuer   string
	audience string
	clock    func() time.Time
}

var _ domain.Tokens = (*Tokens)(nil)

// NewTokens reads the deployment's signing keys from where they are kept, sealed under its secret, and makes the first
// one if there is none. Tokens name issuer and audience, and must name them to be taken.
func NewTokens(ctx context.Context, keys domain.KeyStore, secret []byte, issuer, audience string, clock func() time.Time) (*Tokens, error) {
	if len(secret) == 0 || issuer == "" || audience == "" {
		return nil, errors.New("tokens need a secret, an issuer and an audience")
	}
	ring, err := openKeyring(ctx, keys, secret, clock().UTC().Truncate(time.Microsecond))
	if err != nil {
		return nil, err
	}
	return &Tokens{keys: ring, issuer: issuer, audience: audience, clock: clock}, nil
}

// Reread reads the signing keys anew: another process may have rotated them.
func (t *Tokens) Reread(ctx context.Context) error { return t.keys.read(ctx) }

// claims are those of an access token: the registered ones, and the session as OpenID Connect names it.
type claims struct {
	jwt.RegisteredClaims
	Session string `json:"sid,omitempty"` // tokens of before there were any have none
}

// Access returns a signed access token (RFC 9068) for a session of an account, and how long it lives.
func (t *Tokens) Access(_ context.Context, account, session uuid.UUID, now time.Time) (string, time.Duration, error) {
	key, ok := t.keys.signer(now)
	if !ok {
		return "", 0, errors.New("no signing key is held that has not retired")
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{jwt.RegisteredClaims{
		Issuer: t.issuer, Audience: jwt.ClaimStrings{t.audience}, Subject: account.String(), ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(AccessLifetime)),
	}, session.String()})
	token.Header["typ"], token.Header["kid"] = tokenType, key.id
	signed, err := token.SignedString(key.private)
	return signed, AccessLifetime, err
}

// Verify returns whom an access token stands for that is valid now, give or take 30 seconds; else ErrToken.
func (t *Tokens) Verify(ctx context.Context, token string, now time.Time) (domain.Actor, error) {
	if len(token) > maxToken {
		return domain.Visitor, ErrToken
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(t.issuer), jwt.WithAudience(t.audience),
		jwt.WithExpirationRequired(), jwt.WithIssuedAt(), jwt.WithLeeway(leeway), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	var c claims
	_, err := parser.ParseWithClaims(token, &c, func(parsed *jwt.Token) (any, error) {
		return t.keyOf(ctx, parsed.Header, now)
	})
	if err != nil {
		return domain.Visitor, ErrToken
	}
	return actorOf(c)
}

// keyOf returns the key that a header names. The header may hold alg, typ and kid and nothing else: what would let a
// token bring its own key (jku, x5u, jwk), or change how it is read (crit, b64, zip), is refused unread.
func (t *Tokens) keyOf(ctx context.Context, header map[string]any, now time.Time) (any, error) {
	for name := range header {
		if name != "alg" && name != "typ" && name != "kid" {
			return nil, ErrToken
		}
	}
	kid, ok := header["kid"].(string)
	if !ok || header["typ"] != tokenType {
		return nil, ErrToken
	}
	key, ok := t.keys.public(ctx, kid, now)
	if !ok {
		return nil, ErrToken
	}
	return key, nil
}

// actorOf checks the claims that the library leaves optional.
func actorOf(c claims) (a domain.Actor, err error) {
	if c.ID == "" || c.IssuedAt == nil || c.ExpiresAt.Sub(c.IssuedAt.Time) > AccessLifetime || len(c.Audience) != 1 {
		return domain.Visitor, ErrToken
	}
	if a.AccountID, err = idOf(c.Subject); err != nil {
		return domain.Visitor, err
	}
	if c.Session == "" {
		return a, nil
	}
	if a.Session, err = idOf(c.Session); err != nil {
		return domain.Visitor, err
	}
	return a, nil
}

// idOf reads an id as we write it.
func idOf(s string) (uuid.UUID, error) {
	id, err := uuid.Parse(s)
	if err != nil || id == uuid.Nil || id.String() != s {
		return uuid.Nil, ErrToken
	}
	return id, nil
}

// JWKS returns the public keys as a JSON Web Key Set (RFC 7517), newest first.
func (t *Tokens) JWKS(context.Context) ([]byte, error) { return t.keys.jwks(t.clock()) }

// NewRefresh returns a fresh secret of 256 bits, and the hash of it that may be kept.
func (t *Tokens) NewRefresh() (secret string, hash []byte, err error) {
	raw := make([]byte, refreshSize)
	if _, err := rand.Read(raw); err != nil {
		return "", nil, err
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	return secret, t.HashRefresh(secret), nil
}

// HashRefresh returns the SHA-256 of a secret. Nothing slower is needed: 256 random bits cannot be guessed.
func (t *Tokens) HashRefresh(secret string) []byte {
	hash := sha256.Sum256([]byte(secret))
	return hash[:]
}

// successorPurpose separates this use of a refresh token from every other.
const successorPurpose = "kopir refresh successor"

// SealSuccessor encrypts a successor under a key derived from its predecessor: who has only the database cannot open it.
func (t *Tokens) SealSuccessor(predecessor, successor string) ([]byte, error) {
	aead, err := aeadUnder([]byte(predecessor), successorPurpose)
	if err != nil {
		return nil, err
	}
	return seal(aead, []byte(successor), successorPurpose), nil
}

// OpenSuccessor returns what SealSuccessor sealed, or an error if the predecessor is another one.
func (t *Tokens) OpenSuccessor(predecessor string, sealed []byte) (string, error) {
	aead, err := aeadUnder([]byte(predecessor), successorPurpose)
	if err != nil {
		return "", err
	}
	plain, err := unseal(aead, sealed, successorPurpose)
	return string(plain), err
}
