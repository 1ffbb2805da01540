package api

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/auth"
	"kopir/auth/providertest"
	"kopir/data"
	"kopir/domain"
	"kopir/internal/files"
	"kopir/jobs"
	"kopir/search"
	"kopir/search/coverage"
	"kopir/search/embedded"
	"kopir/search/extract"
	"kopir/search/reading"
	"kopir/store"
	"kopir/store/storetest"
)

// m is a JSON object.
type m = map[string]any

// Competences that the tests speak of. JavaScript, TypeScript and Python stand below programming; SQL does not.
const (
	programming = "esco:21d2f96d-35f7-4e3f-9745-c533d2dd6e97"
	javascript  = "esco:3cd569a2-4f88-4c1e-9995-8dce8c5e51a7"
	typescript  = "esco:867137fb-ff1b-4ca3-99f3-cb6969aa2c68"
	python      = "esco:ccd0a1d9-afda-43d9-b901-96344886e14d"
	sqlLanguage = "esco:598de5b0-5b58-4ea7-8058-a4bc4d18c742"
	browsing    = "digcomp:1.1"

	webDeveloper = "http://data.europa.eu/esco/occupation/c40a2919-48a9-40ea-b506-1f34f693496d"
)

// asks is a requirement, teaches an outcome.
func asks(importance, competence string, level int) m {
	return m{"competence_id": competence, "level": level, "importance": importance}
}

func teaches(competence string, level int) m { return m{"competence_id": competence, "level": level} }

// marketplace is, for one test, the whole API over a database, both indexes and a clock that stands until it is moved.
type marketplace struct {
	t        *testing.T
	url      string
	store    *store.Store
	database store.Config // to look into it from beside
	accounts *domain.Accounts
	keys     *domain.Keys
	tokens   *auth.Tokens
	codes    *auth.Codes
	follower *jobs.Follower
	clock    *atomic.Pointer[time.Time]
	admin    *person
	deps     Deps                   // of the edge
	numbers  int                    // of registrations given out
	abroad   *providertest.Provider // where it knows of one
	beside   sync.Once
	besides  *sql.DB
	// statements counts what was sent to the database.
	statements atomic.Int64
	// file is the database, log what was logged, on every level.
	file string
	log  journal
}

// journal is a log that can be read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to the log.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) read() []byte {
	j.mu.Lock()
	defer j.mu.Unlock()
	return bytes.Clone(j.text.Bytes())
}

// setting is what stands behind the edge of a marketplace and may be another for one test.
type setting struct {
	t        *testing.T
	database store.Config
	index    search.Index
	engine   domain.SearchEngine
	feeds    domain.Feeds
	ownFeeds bool // the feeds are the database's
	direct   Direct
	shelf    func() (domain.Shipped, error) // the catalogue
	// provider is who else can say who somebody is; it has the marketplace's clock and secret.
	provider func(clock func() time.Time, secret []byte) domain.IdentityProvider
}

// State is the embedded engine's, once it is loaded.
func (w *marketplace) State(context.Context) (domain.EngineState, error) {
	return domain.EngineState{Kind: "embedded", Complete: w.follower.Loaded()}, nil
}

// opening is when the tests begin: 23 November 2026, eleven in the morning in Kazakhstan.
var opening = time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)

// consentDocuments are what people agree to here.
var consentDocuments = []domain.ConsentDocument{{Name: "privacy", Version: "2026-11-01", URL: "https://kopir.example/privacy"}}

// patience is how long a request of a test may wait for its turn: a starved machine is slow, and not refused.
const patience = 2 * time.Minute

// unraced is for tests that ask everything of everybody: with the race detector looking on they would take a quarter of an
// hour. `make test` runs them without it; what is raced there is in the other tests.
func unraced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("make test runs it without -race")
	}
}

// onPostgres keeps a marketplace in a database of its own there, or skips the test without a server.
func onPostgres(s *setting) { s.database = store.Config{PostgresURL: storetest.PostgresDatabase(s.t)} }

// onBoth runs a test on each of the two databases.
func onBoth(t *testing.T, test func(t *testing.T, on func(*setting))) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, func(*setting) {}) })
	t.Run("Postgres", func(t *testing.T) { test(t, onPostgres) })
}

// openMarketplace opens one that nobody else uses, so the test runs beside others.
func openMarketplace(t *testing.T, changes ...func(*setting)) *marketplace {
	t.Helper()
	t.Parallel()
	ctx := t.Context()
	w := &marketplace{t: t, clock: new(atomic.Pointer[time.Time]), file: filepath.Join(t.TempDir(), "kopir.db")}
	logger := slog.New(slog.NewJSONHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	w.clock.Store(&opening)
	clock := func() time.Time { return *w.clock.Load() }
	now := &setting{t: t, database: store.Config{SQLitePath: w.file}, index: openEngine(t), engine: w, shelf: shelf}
	for _, change := range changes {
		change(now)
	}
	w.database = now.database
	w.database.Clock, w.database.Logger, w.database.MaxWait = clock, logger, patience
	w.database.Observe = func(string, time.Duration, error) { w.statements.Add(1) }
	var err error
	w.store, err = store.Open(ctx, w.database)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.store.Close()) })
	_, err = w.store.Migrate(ctx)
	require.NoError(t, err)
	shelf, err := now.shelf()
	require.NoError(t, err)
	_, err = domain.InstallCatalogue(ctx, w.store, shelf, clock())
	require.NoError(t, err)
	shelved, err := shelf.Catalogue()
	require.NoError(t, err)

	var catalogue atomic.Pointer[domain.Catalogue]
	catalogue.Store(shelved)
	market := domain.NewMarket(w.store, catalogue.Load, clock)
	cover := coverage.New()
	if now.ownFeeds {
		now.feeds = w.store
	}
	w.follower = jobs.NewFollower(w.store, w.store, cover, now.index, catalogue.Store)
	secret := []byte("a secret of thirty-two bytes, ok")
	w.tokens, err = auth.NewTokens(ctx, w.store, secret, "https://kopir.example", "https://kopir.example", clock)
	require.NoError(t, err)
	w.codes, err = auth.NewCodes(secret)
	require.NoError(t, err)
	oneTime, err := auth.NewOneTime(secret)
	require.NoError(t, err)
	w.codes, err = auth.NewCodes(secret)
	require.NoError(t, err)
	passwords := auth.NewPasswords(auth.PasswordConfig{MemoryKiB: 64, Passes: 1})
	w.accounts = domain.NewAccounts(w.store, passwords, w.tokens, w.codes, oneTime, clock)
	kept, err := store.NewShelf(ctx, w.store, 100)
	require.NoError(t, err)
	w.keys = domain.NewKeys(w.store, auth.APIKeys{}, clock)
	occupations, err := data.Occupations()
	require.NoError(t, err)
	w.deps = Deps{
		Occupations: reading.NewOccupations(occupations),
		Market:      market, Matching: domain.NewMatching(kept, catalogue.Load, cover, now.index, market.Today),
		SearchIndex: domain.NewSearchIndex(w.store, now.engine, now.feeds, clock), Direct: now.direct,
		Extraction: domain.NewExtraction(w.store, catalogue.Load, extract.Follow(catalogue.Load), clock),
		Members:    domain.NewMembers(w.store, w.codes, clock),
		Accounts:   w.accounts, Keys: w.keys, Privacy: domain.NewPrivacy(w.store, passwords, consentDocuments, clock), Lookup: kept, Index: now.index, Once: w.store, Verifier: w.tokens,
		Ready: func(context.Context) Readiness { return Readiness{Ready: true} }, Clock: clock,
		Logger: logger, Contract: kopir.Contract, Secret: secret, Changes: w.store, PublicURL: "https://kopir.example",
		Imports: domain.NewImports(market, files.NewReader(func(c *domain.Catalogue) files.Names { return reading.NewCatalogue(c) })),
	}
	if now.provider != nil {
		w.deps.External = domain.NewExternal(w.accounts, now.provider(clock, secret))
	}
	w.url = w.replica(w.deps)
	w.index()
	w.admin = w.signIn("admin", domain.Powers{Admin: true})
	return w
}

// replica serves the marketplace once more, and says where.
func (w *marketplace) replica(deps Deps, changes ...func(*Config)) string {
	deps.Registry = prometheus.NewRegistry()
	cfg := patientConfig()
	for _, change := range changes {
		change(&cfg)
	}
	handler, err := New(cfg, deps)
	require.NoError(w.t, err)
	server := httptest.NewServer(handler)
	w.t.Cleanup(server.Close)
	return server.URL
}

// shelf is what these tests need of the catalogue that ships: DigComp, e-CF, and of ESCO what they name, with all that
// stands above it. Opening a marketplace with the whole takes three times as long.
var shelf = sync.OnceValues(func() (domain.Shipped, error) {
	shipped, err := data.Shipped()
	if err != nil {
		return shipped, err
	}
	whole, err := shipped.Catalogue()
	if err != nil {
		return shipped, err
	}
	wanted := map[domain.CompetenceID]bool{}
	var want func(ids ...domain.CompetenceID)
	want = func(ids ...domain.CompetenceID) {
		for _, id := range ids {
			c, _ := whole.Competence(id)
			wanted[id] = true
			want(c.Broader...)
		}
	}
	want(programming, javascript, typescript, python, sqlLanguage)
	var kept []domain.Competence
	for _, c := range shipped.Content.Competences {
		if c.Framework != "esco" || wanted[c.ID] {
			kept = append(kept, c)
		}
	}
	shipped.Edition, shipped.Content.Competences = "shelf of "+shipped.Edition, kept
	return shipped, nil
})

func openEngine(t *testing.T) *embedded.Engine {
	t.Helper()
	index, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, index.Close()) })
	return index
}

// patientConfig is the edge as it ships, but for the rates: these tests are in a hurry.
func patientConfig() Config {
	c := DefaultConfig()
	c.Timeout = patience
	c.VisitorReads, c.VisitorWrites, c.AccountReads, c.AccountWrites = 1_000_000, 1_000_000, 1_000_000, 1_000_000
	c.LoginsPerAccount, c.LoginsPerAddress, c.LoginsPerNetwork, c.FailedLogins = 1_000_000, 1_000_000, 1_000_000, 1_000_000
	return c
}

// index brings what was committed into both indexes, as the background service does within a second.
func (w *marketplace) index() {
	w.t.Helper()
	for n := 1; n > 0; {
		var err error
		n, err = w.follower.Step(w.t.Context())
		require.NoError(w.t, err)
	}
}

// wait moves the clock.
func (w *marketplace) wait(d time.Duration) {
	later := w.clock.Load().Add(d)
	w.clock.Store(&later)
}

// person is somebody at the other end of the wire. Its methods send requests.
type person struct {
	w        *marketplace
	account  uuid.UUID // Nil is a visitor
	name     string
	language string
	headers  http.Header
	org      string // the organisation it mostly acts for
	url      string // of the replica that it asks; "" is the first one
	loose    bool   // asks what the contract does not foresee
}

func (w *marketplace) visitor() *person { return &person{w: w} }

func (w *marketplace) signIn(name string, powers domain.Powers) *person {
	w.t.Helper()
	account, err := w.accounts.EnsureAccount(w.t.Context(), domain.Actor{Operator: true},
		domain.AccountForm{Email: name + "@example.kz", Password: passwordOf(name), Name: name, Language: "ru"}, powers)
	require.NoError(w.t, err)
	return &person{w: w, account: account.ID, name: name}
}

// credentials are what somebody logs in with.
func (p *person) credentials() (email, password string) {
	return p.name + "@example.kz", passwordOf(p.name)
}

// join makes somebody a member of an organisation.
func (w *marketplace) join(p *person, organisation string, role domain.MemberRole) {
	w.t.Helper()
	err := w.store.InTx(w.t.Context(), func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: uuid.MustParse(organisation), AccountID: p.account, Role: role})
	})
	require.NoError(w.t, err)
	p.org = organisation
}

// owner is somebody who owns a verified organisation of a kind.
func (w *marketplace) owner(kind, name string) *person {
	w.t.Helper()
	p := w.signIn(name, domain.Powers{})
	made := p.enter(kind, name)
	w.admin.ifMatch(made.etag()).post("/v1/organisations/"+p.org+"/verify", nil).expect(200)
	return p
}

// enter makes an organisation, not verified yet.
func (p *person) enter(kind, name string) *answer {
	p.w.t.Helper()
	p.w.numbers++
	made := p.post("/v1/organisations", m{
		"kind": kind, "name": m{"ru": "ТОО " + name, "kk": name + " ЖШС", "en": name + " LLP"}, "region": "KZ-75",
		"registration": m{"scheme": "foreign", "number": "REG-" + strconv.Itoa(1000+p.w.numbers), "country": "DE"},
	}).expect(201)
	p.org = made.id()
	return made
}

// in speaks another language; ifMatch names what was seen.
func (p *person) in(language string) *person {
	q := *p
	q.language = language
	return &q
}

// asking asks another replica.
func (p *person) asking(url string) *person {
	q := *p
	q.url = url
	return &q
}

// loosely asks what the contract does not foresee, so that it cannot be held to it.
func (p *person) loosely() *person {
	q := *p
	q.loose = true
	return &q
}

func (p *person) ifMatch(tag string) *person { return p.with("If-Match", tag) }

func (p *person) with(name, value string) *person {
	q := *p
	q.headers = p.headers.Clone()
	if q.headers == nil {
		q.headers = http.Header{}
	}
	q.headers.Set(name, value)
	return &q
}

func (p *person) get(path string) *answer { return p.send("GET", path, nil, "") }
func (p *person) post(path string, body any) *answer {
	return p.send("POST", path, body, "application/json")
}
func (p *person) delete(path string) *answer { return p.send("DELETE", path, nil, "") }

func (p *person) patch(path string, body any) *answer {
	return p.send("PATCH", path, body, "application/merge-patch+json")
}

func (p *person) send(method, path string, body any, contentType string) *answer {
	t := p.w.t
	t.Helper()
	var payload []byte
	if text, ok := body.(string); ok {
		payload = []byte(text)
	} else if body != nil {
		var err error
		payload, err = json.Marshal(body)
		require.NoError(t, err)
	}
	replica := p.w.url
	if p.url != "" {
		replica = p.url
	}
	request, err := http.NewRequestWithContext(t.Context(), method, replica+path, bytes.NewReader(payload))
	require.NoError(t, err)
	for name, values := range p.headers {
		request.Header[name] = values
	}
	if payload != nil {
		request.Header.Set("Content-Type", contentType)
	}
	if p.language != "" {
		request.Header.Set("Accept-Language", p.language)
	}
	if p.account != uuid.Nil {
		token, _, err := p.w.tokens.Access(t.Context(), p.account, uuid.New(), *p.w.clock.Load())
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	read, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	a := &answer{t: t, asked: method + " " + path, status: response.StatusCode, header: response.Header, body: read}
	if !p.loose {
		a.keepsTheContract(request)
	}
	return a
}

// promised is openapi.yaml, ready to hold answers to it.
var promised = sync.OnceValues(func() (routers.Router, error) {
	openapi3filter.RegisterBodyDecoder("application/ld+json", openapi3filter.RegisteredBodyDecoder("application/json"))
	for _, media := range []string{"application/yaml", "text/html", "text/csv", "application/x-ndjson", mediaOf["xlsx"]} { // to be read as text
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.RegisteredBodyDecoder("text/plain"))
	}
	openapi3filter.RegisterBodyDecoder(ndjson, openapi3filter.RegisteredBodyDecoder("application/json")) // line by line
	document, err := openapi3.NewLoader().LoadFromData(kopir.Contract)
	if err != nil {
		return nil, err
	}
	document.Servers = nil
	return legacy.NewRouter(document)
})

// enumOf is the closed set of a schema of the contract.
func enumOf(t *testing.T, schema string) []string {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(kopir.Contract)
	require.NoError(t, err)
	var out []string
	for _, value := range document.Components.Schemas[schema].Value.Enum {
		out = append(out, value.(string))
	}
	require.NotEmpty(t, out, schema)
	return out
}

// answer is what came back.
type answer struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	body   []byte
	parsed any
}

// keepsTheContract holds every answer of every test to openapi.yaml.
func (a *answer) keepsTheContract(request *http.Request) {
	a.t.Helper()
	router, err := promised()
	require.NoError(a.t, err)
	sent := request.Clone(context.Background())
	sent.URL = &url.URL{Path: request.URL.Path, RawQuery: request.URL.RawQuery}
	route, parameters, err := router.FindRoute(sent)
	require.NoError(a.t, err, a.asked)
	bodies := [][]byte{a.body}
	if a.header.Get("Content-Type") == ndjson {
		bodies = slices.Collect(bytes.Lines(a.body))
	}
	for _, body := range bodies {
		err = openapi3filter.ValidateResponse(a.t.Context(), &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: sent, PathParams: parameters, Route: route},
			Status:                 a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(body)),
			Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
		})
		require.NoError(a.t, err, "%s answers %d:\n%s", a.asked, a.status, body)
	}
}

func (a *answer) expect(status int) *answer {
	a.t.Helper()
	require.Equal(a.t, status, a.status, "%s: %s", a.asked, a.body)
	return a
}

// refused is a problem of a kind, with a status.
func (a *answer) refused(status int, kind string) *answer {
	a.t.Helper()
	a.expect(status)
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"))
	return a.is("type", problemTypes+kind)
}

// fault is among what a problem names in the body; parameterFault in the query.
func (a *answer) fault(pointer, code string) *answer {
	a.t.Helper()
	require.Contains(a.t, a.places("pointer"), [2]string{pointer, code}, "%s: %s", a.asked, a.body)
	return a
}

func (a *answer) parameterFault(name, code string) *answer {
	a.t.Helper()
	require.Contains(a.t, a.places("parameter"), [2]string{name, code}, "%s: %s", a.asked, a.body)
	return a
}

// faults is all that a problem names in the body: pairs of pointer and code.
func (a *answer) faults(want ...[2]string) *answer {
	a.t.Helper()
	require.ElementsMatch(a.t, want, a.places("pointer"), "%s: %s", a.asked, a.body)
	return a
}

func (a *answer) places(by string) [][2]string {
	a.t.Helper()
	var problem struct{ Errors []map[string]string }
	require.NoError(a.t, json.Unmarshal(a.body, &problem))
	var out [][2]string
	for _, e := range problem.Errors {
		if place, ok := e[by]; ok {
			out = append(out, [2]string{place, e["code"]})
		}
	}
	return out
}

func (a *answer) etag() string {
	a.t.Helper()
	tag := a.header.Get("ETag")
	require.Regexp(a.t, `^"[0-9]+`, tag, a.asked)
	return tag
}

func (a *answer) id() string {
	a.t.Helper()
	id, ok := a.at("id").(string)
	require.True(a.t, ok, "%s: %s", a.asked, a.body)
	return id
}

// at walks into the body: "items.0.demand.id". What is not there is nil; has tells it from null.
func (a *answer) at(path string) any {
	a.t.Helper()
	v, _ := a.walk(path)
	return v
}

func (a *answer) has(path string) bool {
	a.t.Helper()
	_, ok := a.walk(path)
	return ok
}

func (a *answer) walk(path string) (any, bool) {
	a.t.Helper()
	if a.parsed == nil {
		require.NoError(a.t, json.Unmarshal(a.body, &a.parsed), "%s: %s", a.asked, a.body)
	}
	v := a.parsed
	for step := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			next, ok := at[step]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(step)
			require.NoError(a.t, err, "%s in %s: %s", step, path, a.body)
			if i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// is compares what stands at a path with a value of JSON.
func (a *answer) is(path string, want any) *answer {
	a.t.Helper()
	require.Equal(a.t, plain(a.t, want), a.at(path), "%s at %s: %s", a.asked, path, a.body)
	return a
}

// every collects what stands at a path of each item.
func (a *answer) every(path string) []any {
	a.t.Helper()
	list, ok := a.at("items").([]any)
	require.True(a.t, ok, "%s: %s", a.asked, a.body)
	out := []any{}
	for i := range list {
		out = append(out, a.at("items."+strconv.Itoa(i)+"."+path))
	}
	return out
}

// plain is a value as JSON would bring it.
func plain(t *testing.T, v any) any {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var out any
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}

// merged is a body with some fields changed; a nil field is taken out.
func merged(body m, changes m) m {
	out := m{}
	for k, v := range body {
		out[k] = v
	}
	for k, v := range changes {
		out[k] = v
		if v == nil {
			delete(out, k)
		}
	}
	return out
}

// object is the whole body, the times of change apart.
func (a *answer) object() m {
	a.t.Helper()
	var out m
	require.NoError(a.t, json.Unmarshal(a.body, &out))
	delete(out, "updated_at")
	return out
}
