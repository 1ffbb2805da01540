package meili

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"

	"github.com/meilisearch/meilisearch-go"
	"github.com/sony/gobreaker/v2"
)

// DefaultCandidates bounds what Candidates returns unless Options say otherwise.
const DefaultCandidates = 1_000_000

// Options say where Meilisearch is and how patient to be with it. URL and Key must be given.
type Options struct {
	// URL is where this process reaches Meilisearch, e.g. http://meilisearch:7700.
	URL string
	// Key is its master key, or an API key with all actions: it makes the keys that searching and feeding use.
	Key string
	// Prefix stands before the names of the indexes, for a Meilisearch that others use as well. Defaults to none.
	Prefix string
	// PublicURL is where browsers reach Meilisearch. Defaults to none: no direct search.
	PublicURL string
	// MaxCandidates bounds what Candidates returns. Defaults to DefaultCandidates.
	MaxCandidates int
	// Timeout bounds one search after one that failed. Defaults to search.Timeout.
	Timeout time.Duration
	// Patience bounds one search while the last one was answered. Defaults to search.Patience.
	Patience time.Duration
	// Clock tells the day, and when tokens end. Defaults to time.Now.
	Clock func() time.Time
	// Logger is told about rebuilds and outages. Defaults to silence.
	Logger *slog.Logger
}

// Engine is a search.Remote over Meilisearch. Opening one asks nothing of the server: it may come later.
type Engine struct {
	options   Options
	transport *http.Transport
	admin     meilisearch.ServiceManager // with the key that was given
	breaker   *gobreaker.CircuitBreaker[any]
	catalogue atomic.Pointer[competences]
	sending   sync.Mutex // documents

	mu      sync.Mutex
	seeking *searcher // with the key of searches, once there is one
	feeding *feeder   // with the keys of the highest Fence
}

var _ search.Remote = (*Engine)(nil)

// competences is a catalogue as this package needs it.
type competences struct {
	*domain.Catalogue
	reading  *reading.Catalogue
	synonyms func() map[string][]string // made when first asked for: it takes long, and each look at the settings asks
}

func newCompetences(c *domain.Catalogue, r *reading.Catalogue) *competences {
	return &competences{c, r, sync.OnceValue(func() map[string][]string { return synonyms(c, r) })}
}

// How long one request may take: a search has Options.Patience; what feeds has longer, since documents are many.
const requestWithin = 30 * time.Second

// Open returns an engine.
func Open(o Options) (*Engine, error) {
	if o.URL == "" || o.Key == "" {
		return nil, fmt.Errorf("meilisearch: an address and a key are needed")
	}
	o.MaxCandidates = cmp.Or(max(o.MaxCandidates, 0), DefaultCandidates)
	o.Timeout, o.Patience = cmp.Or(o.Timeout, search.Timeout), cmp.Or(o.Patience, search.Patience)
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	e := &Engine{options: o, transport: newTransport()}
	e.admin = e.client(o.Key)
	e.breaker = newBreaker(o.Logger)
	empty, err := domain.NewCatalogue("", nil, nil)
	if err != nil {
		return nil, err
	}
	e.catalogue.Store(newCompetences(empty, &reading.Catalogue{}))
	return e, nil
}

// client returns a client with a key. It never tries again by itself: who asked decides that.
func (e *Engine) client(key string) meilisearch.ServiceManager { return e.clientOver(e.transport, key) }

// writer returns a client for documents. Each of its requests has a connection of its own: where Meilisearch refuses a
// key before it has read the documents, it leaves them on the wire, and what comes next on it waits in vain.
func (e *Engine) writer(key string) meilisearch.ServiceManager {
	alone := e.transport.Clone()
	alone.DisableKeepAlives = true
	return e.clientOver(alone, key)
}

func (e *Engine) clientOver(transport *http.Transport, key string) meilisearch.ServiceManager {
	return meilisearch.New(e.options.URL, meilisearch.WithAPIKey(key), meilisearch.DisableRetries(),
		meilisearch.WithCustomClient(&http.Client{Transport: overload{transport}, Timeout: requestWithin}))
}

// UseCatalogue tells the engine the competences. Documents and synonyms of an earlier catalogue stay until the next
// rebuild: Standing says that one is due.
func (e *Engine) UseCatalogue(_ context.Context, c *domain.Catalogue) error {
	e.catalogue.Store(newCompetences(c, reading.NewCatalogue(c)))
	return nil
}

// Competences finds competences in use as somebody types: every process has the catalogue, so nobody is asked.
func (e *Engine) Competences(_ context.Context, q search.CompetenceQuery) ([]search.CompetenceHit, int, error) {
	hits, total := e.catalogue.Load().reading.Find(q)
	return hits, total, nil
}

// Close ends the connections. What is indexed stays.
func (e *Engine) Close() error {
	e.transport.CloseIdleConnections()
	return nil
}

func (e *Engine) today() domain.Date { return domain.DateOf(e.options.Clock()) }

// The indexes.
const (
	demandIndex     = "demands"
	programmeIndex  = "programmes"
	competenceIndex = "competences"
	aboutIndex      = "about"
)

// indexes are all of them, in the order in which they are made.
var indexes = []string{demandIndex, programmeIndex, competenceIndex, aboutIndex}

// indexOf returns the index of a side.
func indexOf(side domain.Side) string {
	if side == domain.DemandSide {
		return demandIndex
	}
	return programmeIndex
}

// live returns an index's name on the server, next that of the one which a rebuild makes beside it.
func (e *Engine) live(index string) string { return e.options.Prefix + index }
func (e *Engine) next(index string) string { return e.options.Prefix + index + "_next" }
