// Package providertest is an OpenID provider, on this machine, for tests: discovery, authorization code flow with PKCE, ID
// tokens, UserInfo and rotated keys as OpenID Connect Core 1.0 has them, and whatever a bad provider might do instead.
package providertest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"
)

// Who we are at the provider. The secret has signs that the two ways to send it write differently.
const (
	ClientID     = "kopir"
	ClientSecret = "a secret: 100 % & more"
)

// Claims are those of somebody, or of a token.
type Claims = map[string]any

// Provider is a provider. Its fields are set before it is asked.
type Provider struct {
	URL string // its issuer
	// Says is its discovery document.
	Says map[string]any
	// Person is who signs in.
	Person Claims
	// Lean leaves what is known of a person to the UserInfo endpoint.
	Lean bool
	// Sloppy lets a code be used again and again.
	Sloppy bool
	// Alter changes the claims of an ID token before it is signed.
	Alter func(Claims)
	// Sign makes the token of claims; it is SignNow unless set.
	Sign func(Claims) string

	t      testing.TB
	clock  func() time.Time
	mu     sync.Mutex
	keys   []jose.JSONWebKey // private; the last one signs
	grants map[string]*grant // by code, and by access token
	routes map[string]http.HandlerFunc
	asked  map[string]int
	server *httptest.Server
}

// grant is what somebody has allowed.
type grant struct {
	redirect, challenge, nonce string
	person                     Claims
	used                       bool
}

// New starts a provider that a test has to itself.
func New(t testing.TB, clock func() time.Time) *Provider {
	t.Helper()
	p := &Provider{
		t: t, clock: clock, grants: map[string]*grant{}, asked: map[string]int{},
		Person: Claims{"sub": "person-1", "email": "aigerim@example.kz", "email_verified": true, "name": "Әйгерім", "locale": "kk-KZ"},
	}
	p.routes = map[string]http.HandlerFunc{
		"/.well-known/openid-configuration": func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, p.Says) },
		"/authorize":                        p.authorize, "/token": p.token, "/keys": p.publicKeys, "/userinfo": p.userInfo,
	}
	p.server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.server.Close)
	p.URL = p.server.URL
	p.Says = map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token", "jwks_uri": p.URL + "/keys",
		"userinfo_endpoint": p.URL + "/userinfo", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"ES256", "HS256", "none"}, "code_challenge_methods_supported": []string{"S256"},
	}
	p.Rotate()
	return p
}

// Rotate makes a new key and forgets the others.
func (p *Provider) Rotate() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = []jose.JSONWebKey{NewKey(p.t, rand.Text())}
}

// NewKey makes a key for ES256.
func NewKey(t testing.TB, id string) jose.JSONWebKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return jose.JSONWebKey{Key: key, KeyID: id, Algorithm: "ES256", Use: "sig"}
}

// Answers has a path answered in another way, until back is called.
func (p *Provider) Answers(path string, how http.HandlerFunc) (back func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.routes[path]
	p.routes[path] = how
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.routes[path] = was
	}
}

// Asked says how often a path was asked for.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// Stop makes the provider go away.
func (p *Provider) Stop() { p.server.Close() }

// Visit sends somebody to the provider, who says yes, and returns with what they are sent back: the parameters of the address.
func (p *Provider) Visit(authorization string) url.Values {
	p.t.Helper()
	request, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, authorization, nil)
	require.NoError(p.t, err)
	response, err := http.DefaultTransport.RoundTrip(request)
	require.NoError(p.t, err)
	require.NoError(p.t, response.Body.Close())
	require.Equal(p.t, http.StatusFound, response.StatusCode, authorization)
	back, err := response.Location()
	require.NoError(p.t, err)
	return back.Query()
}

func (p *Provider) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked[r.URL.Path]++
	route := p.routes[r.URL.Path]
	p.mu.Unlock()
	if route == nil {
		http.NotFound(w, r)
		return
	}
	route(w, r)
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if q.Get("client_id") != ClientID || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") == "" {
		http.Error(w, "this is no authorization request", http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	code := rand.Text()
	p.grants[code] = &grant{redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), nonce: q.Get("nonce"), person: maps.Clone(p.Person)}
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	if p.Says["authorization_response_iss_parameter_supported"] == true {
		back.Set("iss", p.URL)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if basic { // written as in a form (RFC 6749, 2.3.1)
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else if p.Says["token_endpoint_auth_methods_supported"] != nil {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if id != ClientID || secret != ClientSecret {
		answer(w, http.StatusUnauthorized, Claims{"error": "invalid_client"})
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants[r.PostFormValue("code")]
	challenge := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
	if g == nil || g.used && !p.Sloppy || r.PostFormValue("grant_type") != "authorization_code" || g.redirect != r.PostFormValue("redirect_uri") ||
		g.challenge != base64.RawURLEncoding.EncodeToString(challenge[:]) {
		answer(w, http.StatusBadRequest, Claims{"error": "invalid_grant", "error_description": "aigerim@example.kz has used this code"})
		return
	}
	g.used = true
	now := p.clock()
	claims := Claims{"iss": p.URL, "aud": ClientID, "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix(), "nonce": g.nonce, "sub": g.person["sub"]}
	if !p.Lean {
		maps.Copy(claims, g.person)
	}
	if p.Alter != nil {
		p.Alter(claims)
	}
	signed := p.Sign
	if signed == nil {
		signed = p.SignNow
	}
	access := rand.Text()
	p.grants[access] = g
	answer(w, http.StatusOK, Claims{"access_token": access, "token_type": "Bearer", "expires_in": 300, "id_token": signed(claims)})
}

// Key is the key that signs.
func (p *Provider) Key() jose.JSONWebKey { return p.keys[len(p.keys)-1] }

// SignNow makes a token of claims with the key that signs.
func (p *Provider) SignNow(c Claims) string { return SignWith(p.t, p.Key(), jose.ES256, c) }

// SignEmbedded makes a token of claims that brings its own key along.
func SignEmbedded(t testing.TB, key any, claims Claims) string {
	return sign(t, jose.SigningKey{Algorithm: jose.ES256, Key: key}, &jose.SignerOptions{EmbedJWK: true}, claims)
}

// SignWith makes a token of claims with any key and algorithm.
func SignWith(t testing.TB, key any, algorithm jose.SignatureAlgorithm, claims Claims) string {
	return sign(t, jose.SigningKey{Algorithm: algorithm, Key: key}, nil, claims)
}

func sign(t testing.TB, key jose.SigningKey, options *jose.SignerOptions, claims Claims) string {
	signer, err := jose.NewSigner(key, options)
	require.NoError(t, err)
	payload, err := json.Marshal(claims)
	require.NoError(t, err)
	signed, err := signer.Sign(payload)
	require.NoError(t, err)
	text, err := signed.CompactSerialize()
	require.NoError(t, err)
	return text
}

// PublicKeys are the keys that the provider publishes.
func (p *Provider) PublicKeys() []jose.JSONWebKey {
	var out []jose.JSONWebKey
	for _, key := range p.keys {
		out = append(out, key.Public())
	}
	return out
}

func (p *Provider) publicKeys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	answer(w, http.StatusOK, jose.JSONWebKeySet{Keys: p.PublicKeys()})
}

func (p *Provider) userInfo(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	g := p.grants[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	if g == nil {
		answer(w, http.StatusUnauthorized, Claims{"error": "invalid_token"})
		return
	}
	answer(w, http.StatusOK, g.person)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that went away is its own affair
}
