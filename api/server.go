package api

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
)

// Verifier checks access tokens.
type Verifier interface {
	// Verify returns the account of a valid token; any error means that there is none.
	Verify(ctx context.Context, token string, now time.Time) (account uuid.UUID, err error)
	// JWKS returns the public keys as a JSON Web Key Set (RFC 7517).
	JWKS(ctx context.Context) ([]byte, error)
}

// Readiness says whether the parts that requests need are there.
type Readiness struct {
	Ready    bool              // requests may be sent here
	Degraded bool              // ready, but not all of it works
	Parts    map[string]string // "database": "ok", "coverage": "loading", …
}

// Deps is what the edge needs of the rest.
type Deps struct {
	Market   *domain.Market
	Matching *domain.Matching
	Accounts *domain.Accounts
	Lookup   Lookup
	Index    search.Index
	Once     domain.Once
	Verifier Verifier
	Ready    func(ctx context.Context) Readiness
	Clock    func() time.Time
	Logger   *slog.Logger
	Registry *prometheus.Registry
	Contract []byte // openapi.yaml
	Secret   []byte // signs cursors; replicas share it
}

// Lookup reads what search results point to.
type Lookup interface {
	Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error)
	Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error)
	Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error)
}

// server implements the generated strict interface; its methods stand with their resources.
type server struct {
	Deps
	cursors cursors
}

// New returns the handler of the whole API.
func New(cfg Config, deps Deps) (http.Handler, error) { return newHandler(cfg, deps) }
