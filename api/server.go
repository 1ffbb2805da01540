package api

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search"
)

// Verifier checks access tokens.
type Verifier interface {
	// Verify returns whom a valid token stands for; any error means that it is not valid.
	Verify(ctx context.Context, token string, now time.Time) (domain.Actor, error)
	// JWKS returns the public keys as a JSON Web Key Set (RFC 7517).
	JWKS(ctx context.Context) ([]byte, error)
}

// Readiness says whether the parts that requests need are there.
type Readiness struct {
	Ready    bool              // requests may be sent here
	Degraded bool              // ready, but not all of it works
	Parts    map[string]string // "database": "ok", "coverage": "loading", …
}

// Direct gives access to the search engine itself.
type Direct interface {
	// Token returns access for a few minutes to what is public; Unavailable if the engine cannot give any now, NotFound if
	// it never does.
	Token(ctx context.Context, now time.Time) (search.DirectAccess, error)
}

// Deps is what the edge needs of the rest.
type Deps struct {
	Market      *domain.Market
	Matching    *domain.Matching
	Extraction  *domain.Extraction
	Accounts    *domain.Accounts
	Privacy     *domain.Privacy
	External    *domain.External // nil where no provider is configured
	Keys        *domain.Keys
	Members     *domain.Members
	Imports     *domain.Imports
	Changes     domain.ChangeLog
	SearchIndex *domain.SearchIndex
	Lookup      Lookup
	Index       search.Index
	Occupations Occupations
	Direct      Direct // nil where direct search is not offered
	Once        domain.Once
	Budgets     domain.Budgets // nil where this process is the only replica
	Verifier    Verifier
	Ready       func(ctx context.Context) Readiness
	Clock       func() time.Time
	Logger      *slog.Logger
	Registry    *prometheus.Registry
	Contract    []byte // openapi.yaml
	Secret      []byte // signs cursors; replicas share it
	PublicURL   string // where people reach this server
}

// Occupations finds occupations as somebody types, and by their URIs.
type Occupations interface {
	Find(q search.OccupationQuery) (page []domain.NamedOccupation, total int)
	Named(uri string) (domain.NamedOccupation, bool)
}

// Lookup reads what search results point to.
type Lookup interface {
	// AtOnce reads what belongs together: see domain.Reader.
	AtOnce(ctx context.Context, read func(domain.Reader) error) error
	Demands(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Demand, error)
	Programmes(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Programme, error)
	Organisations(ctx context.Context, ids []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error)
	// PublishedDemands and PublishedProgrammes yield all that is listed in batches, by id.
	PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error
	PublishedProgrammes(ctx context.Context, batch int, yield func([]*domain.Programme) error) error
}

// server implements the generated strict interface; its methods stand with their resources.
type server struct {
	Deps
	cursors   cursors
	devices   devices
	fragments fragmentKeeper
	streaming sync.Mutex    // held by the one stream that is under way
	dumps     chan struct{} // whole files that are being written
}

// New returns the handler of the whole API, or every fault of its configuration.
func New(cfg Config, deps Deps) (http.Handler, error) {
	e, err := newHandler(cfg, deps)
	if err != nil {
		return nil, err
	}
	return headAsGet(e), nil
}

// edge is what stands around the handlers.
type edge struct {
	cfg          Config
	deps         Deps
	contract     *openAPI
	metrics      *metrics
	budgets      *budgets
	devices      devices
	fingerprints []byte // the key of the fingerprints of requests
}

func newHandler(cfg Config, deps Deps) (*echo.Echo, error) {
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("the edge's configuration: %w", err)
	}
	x, err := newEdge(cfg, deps)
	if err != nil {
		return nil, err
	}
	signed, err := newCursors(deps.Secret)
	if err != nil {
		return nil, err
	}
	e := echo.New()
	e.HTTPErrorHandler = answerError(deps.Logger)
	e.IPExtractor = cfg.addressOf()
	e.Use(
		x.begin, x.measure, x.accessLog, x.recovered, x.headers, x.cors, x.bounds, x.identify, x.limitRate, x.admit,
		x.readBody, x.validate, x.limitLogins, x.once, x.tag,
	)
	gen.RegisterHandlers(e, gen.NewStrictHandler(&server{
		Deps: deps, cursors: signed, devices: x.devices, dumps: make(chan struct{}, maxDumps),
	}, nil))
	registerDocs(e)
	return e, nil
}

func newEdge(cfg Config, deps Deps) (*edge, error) {
	c, err := readContract(deps.Contract)
	if err != nil {
		return nil, err
	}
	m, err := newMetrics(deps.Registry)
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, deps.Secret, nil, "kopir request fingerprints", sha256.Size)
	if err != nil {
		return nil, err
	}
	shared, err := newLeases(deps.Budgets, deps.Secret, cfg.Timeout/20)
	if err != nil {
		return nil, err
	}
	known, err := newDevices(deps.Secret)
	if err != nil {
		return nil, err
	}
	return &edge{
		cfg: cfg, deps: deps, contract: c, metrics: m, budgets: newBudgets(cfg.RateKeys, shared), devices: known, fingerprints: key,
	}, nil
}

// headAsGet lets whatever answers GET answer HEAD (RFC 9110, 9.3.2): the server below still knows what was asked, and
// sends no body.
func headAsGet(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.Clone(r.Context())
			r.Method = http.MethodGet
		}
		next.ServeHTTP(w, r)
	})
}

// begin gives a request its id, which is never the client's to choose, its reader's language and its time.
func (e *edge) begin(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		x := &exchange{
			id: uuid.Must(uuid.NewV7()), language: acceptedLanguage(r.Header), op: e.contract.of(r.Method, c.Path()),
			accept: r.Header.Values("Accept"),
		}
		within := e.cfg.Timeout
		if x.op != nil && x.op.streams > 0 {
			within = x.op.streams
		}
		ctx, cancel := context.WithTimeout(withExchange(r.Context(), x), within)
		defer cancel()
		c.SetRequest(r.WithContext(ctx))
		c.Response().Header().Set("X-Request-Id", x.id.String())
		return next(c)
	}
}
