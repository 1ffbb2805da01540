package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/auth"
	"kopir/domain"
)

// door is the edge with nearly nothing behind it, and a clock that stands until it is moved.
type door struct {
	t   *testing.T
	e   *echo.Echo
	now time.Time
	log bytes.Buffer
}

// doorTime is when the clock of a door stands.
var doorTime = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// emptyStore knows nobody.
type emptyStore struct{ domain.Store }

func (emptyStore) AccountByEmail(context.Context, string) (*domain.Account, error) {
	return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
}

func (emptyStore) Account(context.Context, uuid.UUID) (*domain.Account, error) {
	return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
}

func (emptyStore) APIKey(context.Context, uuid.UUID) (*domain.APIKey, error) {
	return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
}

func (emptyStore) InTx(context.Context, func(context.Context, domain.Tx) error) error { return nil }

// plainTokens takes "good-<account>" for a token.
type plainTokens struct{}

func (plainTokens) Verify(_ context.Context, token string, _ time.Time) (domain.Actor, error) {
	account, ok := strings.CutPrefix(token, "good-")
	if !ok {
		return domain.Visitor, errors.New("bad token")
	}
	id, err := uuid.Parse(account)
	return domain.Actor{AccountID: id}, err
}

func (plainTokens) JWKS(context.Context) ([]byte, error) { return []byte(`{"keys":[]}`), nil }

func openDoor(t *testing.T, changes ...func(*Config)) *door {
	t.Helper()
	return openDoorWith(t, func(*Deps) {}, changes...)
}

// openDoorOf opens one of several doors that share budgets.
func openDoorOf(t *testing.T, shared domain.Budgets, changes ...func(*Config)) *door {
	t.Helper()
	return openDoorWith(t, func(deps *Deps) { deps.Budgets = shared }, changes...)
}

// doorSecret is the secret behind every door.
var doorSecret = []byte("a secret of thirty-two bytes, ok")

// openDoorWith opens a door with something else behind it.
func openDoorWith(t *testing.T, behind func(*Deps), changes ...func(*Config)) *door {
	t.Helper()
	d := &door{t: t, now: doorTime}
	cfg := DefaultConfig()
	for _, change := range changes {
		change(&cfg)
	}
	accounts := domain.NewAccounts(emptyStore{}, auth.NewPasswords(auth.PasswordConfig{MemoryKiB: 64, Passes: 1}), nil, nil, nil, time.Now)
	deps := Deps{
		Accounts: accounts, Keys: domain.NewKeys(emptyStore{}, auth.APIKeys{}, time.Now), Verifier: plainTokens{}, Clock: func() time.Time { return d.now },
		Ready: func(context.Context) Readiness {
			return Readiness{Ready: true, Parts: map[string]string{"database": "ok"}}
		},
		Logger: slog.New(slog.NewJSONHandler(&d.log, nil)), Registry: prometheus.NewRegistry(), Contract: kopir.Contract,
		Secret: doorSecret,
	}
	behind(&deps)
	var err error
	d.e, err = newHandler(cfg, deps)
	require.NoError(t, err)
	return d
}

// knock is a request to be.
type knock struct {
	method, target string
	body           io.Reader
	header         map[string]string
	from           string // the address of the connection; 192.0.2.1 unless said
}

// reply is what came back.
type reply struct {
	t       *testing.T
	status  int
	header  http.Header
	body    string
	problem problemBody
}

func (d *door) knock(k knock) *reply {
	d.t.Helper()
	r := httptest.NewRequestWithContext(d.t.Context(), k.method, k.target, k.body)
	r.RemoteAddr = "192.0.2.1:4444"
	if k.from != "" {
		r.RemoteAddr = k.from
	}
	r.Header.Set("Accept-Language", "en")
	for name, value := range k.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	d.e.ServeHTTP(w, r)
	return readReply(d.t, w.Result())
}

func readReply(t *testing.T, w *http.Response) *reply {
	t.Helper()
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	out := &reply{t: t, status: w.StatusCode, header: w.Header, body: string(body)}
	if out.status >= 400 {
		require.Equal(t, "application/problem+json", out.header.Get("Content-Type"), "%d %s", out.status, body)
		require.NoError(t, json.Unmarshal(body, &out.problem))
		require.Equal(t, out.status, out.problem.Status)
		require.Equal(t, "urn:uuid:"+out.header.Get("X-Request-Id"), out.problem.Instance)
	}
	return out
}

func (d *door) get(target string) *reply {
	d.t.Helper()
	return d.knock(knock{method: http.MethodGet, target: target})
}

// post sends a JSON body.
func (d *door) post(target, body string) *reply {
	d.t.Helper()
	return d.knock(knock{
		method: http.MethodPost, target: target, body: strings.NewReader(body), header: map[string]string{"Content-Type": "application/json"},
	})
}

// is asserts a status and, of a problem, its kind.
func (r *reply) is(k kind) *reply {
	r.t.Helper()
	require.Equal(r.t, k.status, r.status, r.body)
	require.Equal(r.t, problemTypes+k.name, r.problem.Type)
	return r
}

// names asserts that a problem names a place and a code; a pointer begins with "/" or is empty.
func (r *reply) names(place string, code domain.Code) *reply {
	r.t.Helper()
	for _, p := range r.problem.Errors {
		if (p.Parameter == place || p.Parameter == "" && p.Pointer != nil && *p.Pointer == place) && p.Code == string(code) {
			return r
		}
	}
	require.Failf(r.t, "not named", "%s %s in %s", place, code, r.body)
	return r
}

const (
	somebody     = "0198c1d4-7a10-7c3e-9b52-3f1a8d6e4c01"
	somebodyElse = "0198c1d4-7a10-7c3e-9b52-3f1a8d6e4c02"
)

func bearerOf(account string) map[string]string {
	return map[string]string{"Authorization": "Bearer good-" + account}
}

// request is a request as the handlers see it.
func (d *door) request(method, target string) (*http.Request, error) {
	return http.NewRequestWithContext(d.t.Context(), method, target, http.NoBody)
}
