package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"kopir/domain"
)

// Bounds of what we ask a provider.
const (
	providerPatience = 5 * time.Second // for one answer
	providerRest     = 5 * time.Second // after one that did not come, until it is tried again
	discoveryLives   = time.Hour       // until it is read anew
	maxAnswer        = 256 << 10       // bytes of one answer
	maxAnswerHeader  = 64 << 10        // bytes of its headers
	maxLogged        = 300             // bytes of what a provider said, in the log
)

// asymmetric are the algorithms in which only the provider can sign.
var asymmetric = []string{
	oidc.RS256, oidc.RS384, oidc.RS512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.EdDSA,
}

// discovery is what a provider says of itself (OpenID Connect Discovery 1.0, 3).
type discovery struct {
	*oidc.Provider
	keys        oidc.KeySet // read anew when an unknown one signs
	algorithms  []string
	style       oauth2.AuthStyle
	namesItself bool // in what it sends back (RFC 9207)
	until       time.Time
}

// discovered returns what the provider says of itself, as it was read in the last hour; where that cannot be read now, as it
// was read last. One caller asks at a time, and nobody for a while after it failed.
func (p *Provider) discovered(ctx context.Context, now time.Time) (*discovery, error) {
	if d := p.found.Load(); d != nil && now.Before(d.until) {
		return d, nil
	}
	select {
	case p.looking <- struct{}{}:
		defer func() { <-p.looking }()
	case <-ctx.Done():
		return nil, down(ctx.Err())
	}
	last := p.found.Load()
	if last != nil && now.Before(last.until) {
		return last, nil
	}
	if p.why == nil || !now.Before(p.rest) {
		var fresh *discovery
		if fresh, p.why = p.discover(context.WithoutCancel(ctx)); p.why == nil { // it is for the others too
			fresh.until = now.Add(discoveryLives)
			p.found.Store(fresh)
			return fresh, nil
		}
		p.rest = now.Add(providerRest)
	}
	if last != nil {
		return last, nil
	}
	return nil, down(p.why)
}

// discover reads what the provider says of itself.
func (p *Provider) discover(ctx context.Context) (*discovery, error) {
	ctx = oidc.ClientContext(ctx, p.door.client())
	provider, err := oidc.NewProvider(ctx, p.cfg.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		JWKS       string   `json:"jwks_uri"`
		Algorithms []string `json:"id_token_signing_alg_values_supported"`
		Styles     []string `json:"token_endpoint_auth_methods_supported"`
		Named      bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, err
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, says.JWKS} {
		if u, err := url.Parse(address); err != nil || !p.door.leadsTo(u) {
			return nil, fmt.Errorf("the provider names an address that is not https: %q", address)
		}
	}
	d := &discovery{Provider: provider, keys: oidc.NewRemoteKeySet(ctx, says.JWKS), style: oauth2.AuthStyleInHeader, namesItself: says.Named}
	for _, algorithm := range asymmetric {
		if slices.Contains(says.Algorithms, algorithm) {
			d.algorithms = append(d.algorithms, algorithm)
		}
	}
	if len(d.algorithms) == 0 {
		d.algorithms = []string{oidc.RS256} // which every provider has
	}
	if len(says.Styles) > 0 && !slices.Contains(says.Styles, "client_secret_basic") {
		d.style = oauth2.AuthStyleInParams
	}
	return d, nil
}

// client is who we are to the provider.
func (d *discovery) client(cfg ProviderConfig, redirect string) *oauth2.Config {
	endpoint := d.Endpoint()
	endpoint.AuthStyle = d.style
	return &oauth2.Config{ClientID: cfg.ClientID, ClientSecret: cfg.ClientSecret, Endpoint: endpoint, RedirectURL: redirect, Scopes: cfg.Scopes}
}

// verify returns an ID token that the provider has signed for us and that has not expired.
func (d *discovery) verify(ctx context.Context, cfg ProviderConfig, raw string, now time.Time) (*oidc.IDToken, error) {
	keys := &rememberingKeys{KeySet: d.keys}
	id, err := oidc.NewVerifier(cfg.Issuer, keys, &oidc.Config{
		ClientID: cfg.ClientID, SupportedSigningAlgs: d.algorithms, Now: func() time.Time { return now },
	}).Verify(ctx, raw)
	if isOutage(keys.err) {
		return nil, keys.err
	}
	return id, err
}

// rememberingKeys keeps the error behind a signature that could not be checked: the verifier makes text of it, in which a key
// that could not be fetched looks like one that did not sign.
type rememberingKeys struct {
	oidc.KeySet
	err error
}

func (k *rememberingKeys) VerifySignature(ctx context.Context, raw string) (payload []byte, err error) {
	payload, k.err = k.KeySet.VerifySignature(ctx, raw)
	return payload, k.err
}

// userInfo returns what the provider's UserInfo endpoint says of a subject, and an error if it speaks of another one.
func (d *discovery) userInfo(ctx context.Context, tokens *oauth2.Token, subject string) (c personClaims, err error) {
	info, err := d.UserInfo(ctx, oauth2.StaticTokenSource(tokens))
	if err != nil {
		return c, err
	}
	if info.Subject != subject {
		return c, errors.New("the UserInfo endpoint speaks of another subject")
	}
	return c, info.Claims(&c)
}

// door is the way to a provider: it leads to https only (and to this machine where the provider is on it), follows no
// redirect, and brings answers of bounded length. What is no answer to speak of is an error of the way.
type door struct {
	http.RoundTripper
	local bool
}

func newDoor(issuer string) door {
	u, err := url.Parse(issuer)
	way := http.DefaultTransport.(*http.Transport).Clone()
	way.MaxResponseHeaderBytes = maxAnswerHeader
	return door{RoundTripper: way, local: err == nil && u.Scheme == "http" && isLoopback(u)}
}

func (d door) client() *http.Client { return &http.Client{Transport: d, Timeout: providerPatience} }

func (d door) leadsTo(u *url.URL) bool {
	return u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && d.local && isLoopback(u))
}

// RoundTrip sends a request and reads its answer to the end.
func (d door) RoundTrip(r *http.Request) (*http.Response, error) {
	if !d.leadsTo(r.URL) {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, errors.New("this is not https")
	}
	answer, err := d.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxAnswer:
		return nil, fmt.Errorf("the answer has more than %d bytes", maxAnswer)
	case answer.StatusCode != http.StatusOK && (r.Method != http.MethodPost || answer.StatusCode/100 != 4 || answer.StatusCode == http.StatusTooManyRequests):
		return nil, fmt.Errorf("the answer is %d", answer.StatusCode) // of the token endpoint, 4xx says what is wrong with a code
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	return answer, nil
}

// CheckAddress returns nil for an address that a person or a secret may be sent to: https, or http on this machine itself,
// without a user or a fragment.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u)) {
		return fmt.Errorf("%q is not an https address (http is for this machine only)", address)
	}
	return nil
}

func isLoopback(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
}

// isOutage says whether an error is one of the way to the provider, or one that its visitors can do nothing about.
func isOutage(err error) bool {
	var way *url.Error
	return errors.As(err, &way) || domain.KindOf(err) == domain.Unavailable
}

// codeError is a refusal of the token endpoint.
type codeError struct {
	status int
	code   string
}

func (e codeError) Error() string {
	return fmt.Sprintf("the token endpoint answers %d %.50q", e.status, e.code)
}

// codeFailure is why a code was not taken, without the rest of what the provider said. If it is not the code's fault it is an
// outage, until the settings are right.
func codeFailure(err error) error {
	var answered *oauth2.RetrieveError
	if !errors.As(err, &answered) {
		return err
	}
	out := codeError{answered.Response.StatusCode, answered.ErrorCode}
	if out.code == "invalid_grant" || out.code == "invalid_request" {
		return out
	}
	return down(out)
}

// outage is an Unavailable error that remembers why, for the log.
type outage struct {
	public *domain.Error
	cause  error
}

func (o *outage) Error() string { return o.public.Error() + ": " + clipped(o.cause) }

// Unwrap returns the domain's error, then the cause.
func (o *outage) Unwrap() []error { return []error{o.public, o.cause} }

// RetryAfter returns how long to wait before trying again.
func (o *outage) RetryAfter() time.Duration { return providerRest }

func down(cause error) error {
	if already := (*outage)(nil); errors.As(cause, &already) {
		return cause
	}
	return &outage{domain.Fail(domain.Unavailable, domain.CodeProviderDown), cause}
}

// clipped is what an error says, shortened: providers' pages may be part of it.
func clipped(err error) string {
	text := err.Error()
	return text[:min(len(text), maxLogged)]
}
