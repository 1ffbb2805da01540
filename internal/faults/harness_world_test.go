//go:build faults

package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/search"
	"kopir/search/meili"
	"kopir/store"

	"github.com/google/uuid"
	meilisearchgo "github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// secret is shared by all replicas.
const secret = "a-secret-of-these-tests-and-of-nothing-else"

var operator = domain.Actor{Operator: true}

// setting says on what a world stands. The zero setting is the servers that the environment names.
type setting struct {
	postgres *postgres    // an own server
	engine   *meilisearch // an own server
	line     bool         // a proxy before Postgres
	env      []string     // of every replica
}

// world is a marketplace: a database with the demo in it, an engine with indexes of its own, wires to both, and the
// replicas that a test starts. It is cleared away with the test.
type world struct {
	*trial
	setting
	prefix   string
	database string // its address, without the line
	wire     *wire
	line     *line // nil unless asked for

	store     *store.Store // without the line
	catalogue *domain.Catalogue
	market    *domain.Market
	engine    *meili.Engine                // without the wire
	admin     meilisearchgo.ServiceManager // likewise
	employer  uuid.UUID                    // the organisation that employer@demo.kopir speaks for

	mu       sync.Mutex
	ledger   map[uuid.UUID]entry
	replicas []*replica
	tokens   map[string]string
}

// entry is the last that a client was told of a demand.
type entry struct {
	version int
	status  domain.DemandStatus
}

var worlds atomic.Int64

func newWorld(x *trial, s setting) *world {
	x.Helper()
	if s.postgres == nil {
		s.postgres = shared
	}
	if s.engine == nil {
		s.engine = sharedEngine
	}
	name := fmt.Sprintf("f%d%s", worlds.Add(1), strings.ReplaceAll(uuid.NewString(), "-", "")[:8])
	w := &world{trial: x, setting: s, prefix: name + "_", ledger: make(map[uuid.UUID]entry), tokens: make(map[string]string)}
	w.database = s.postgres.database(x, name)
	w.wire = newWire(x, s.engine.url)
	if s.line {
		u, err := url.Parse(w.database)
		require.NoError(x, err)
		w.line = newLine(x, u.Host)
	}
	w.openStore()
	w.reopenEngine()
	x.Cleanup(w.clear)
	x.Cleanup(func() { // first of all
		for _, r := range w.replicas {
			r.kill()
			if x.Failed() {
				x.Logf("%s ended with:\n%s", r.address, r.log.end(30))
			}
		}
	})
	return w
}

func (w *world) openStore() {
	w.Helper()
	var err error
	w.store, err = store.Open(w.Context(), store.Config{PostgresURL: w.database, MaxConns: 8, MaxWait: 10 * time.Second, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(w, err)
	w.Cleanup(func() { _ = w.store.Close() })
	w.catalogue, err = w.store.Catalogue(w.Context())
	require.NoError(w, err)
	w.market = domain.NewMarket(w.store, func() *domain.Catalogue { return w.catalogue }, time.Now)
	account, err := w.store.AccountByEmail(w.Context(), "employer@demo.kopir")
	require.NoError(w, err)
	person, err := w.store.Person(w.Context(), account.ID)
	require.NoError(w, err)
	require.Len(w, person.Memberships, 1)
	w.employer = person.Memberships[0].Organisation.ID
}

// reopenEngine opens the engine with the key that it has now.
func (w *world) reopenEngine() {
	w.Helper()
	var err error
	w.engine, err = meili.Open(w.engineOptions(w.setting.engine.url))
	require.NoError(w, err)
	require.NoError(w, w.engine.UseCatalogue(w.Context(), w.catalogue))
	w.admin = meilisearchgo.New(w.setting.engine.url, meilisearchgo.WithAPIKey(w.setting.engine.key))
}

// engineOptions are those of an engine of this world at some address.
func (w *world) engineOptions(at string) meili.Options {
	return meili.Options{URL: at, Key: w.setting.engine.key, Prefix: w.prefix}
}

// clear deletes the world's indexes and keys, as far as the engine still lives.
func (w *world) clear() {
	if p := w.setting.engine.process; p != nil {
		return // an own engine goes as a whole
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, index := range []string{"demands", "programmes", "competences", "about"} {
		for _, end := range []string{"", "_next"} {
			_, _ = w.admin.DeleteIndexWithContext(ctx, w.prefix+index+end)
		}
	}
	keys, err := w.admin.GetKeysWithContext(ctx, &meilisearchgo.KeysQuery{Limit: 1000})
	if err != nil {
		return
	}
	for _, k := range keys.Results {
		if strings.Contains(k.Name+" ", w.prefix) {
			_, _ = w.admin.DeleteKeyWithContext(ctx, k.UID)
		}
	}
}

// --- Replicas --------------------------------------------------------------------------------------------------------

// replica is Kopir in a process of its own.
type replica struct {
	*process
	w       *world
	address string
	client  *http.Client
}

// env is what a replica is started with, more of it going before.
func (w *world) env(address string, more ...string) []string {
	database := w.database
	if w.line != nil {
		u, err := url.Parse(database)
		require.NoError(w, err)
		u.Host = w.line.address()
		database = u.String()
	}
	dir, err := os.MkdirTemp(scratch, "data")
	require.NoError(w, err)
	w.Cleanup(func() { _ = os.RemoveAll(dir) })
	env := append(basicEnv(), "KOPIR_ADDR="+address, "KOPIR_DATA_DIR="+dir, "KOPIR_DATABASE_URL="+database, "KOPIR_SECRET="+secret,
		"KOPIR_PUBLIC_URL=http://kopir.test", "KOPIR_MEILI_URL="+w.wire.url(), "KOPIR_MEILI_KEY="+w.setting.engine.key, "KOPIR_MEILI_PREFIX="+w.prefix,
		"KOPIR_LOG_FORMAT=json", "KOPIR_READS_PER_MINUTE=1000000", "KOPIR_WRITES_PER_MINUTE=1000000")
	return append(append(env, w.setting.env...), more...)
}

// launch starts a replica and does not wait for it.
func (w *world) launch(env ...string) *replica {
	w.Helper()
	address := fmt.Sprintf("127.0.0.1:%d", freePort(w))
	cmd := exec.Command(program, "serve")
	cmd.Env = w.env(address, env...)
	p, err := startProcess(cmd, new(tail))
	require.NoError(w, err)
	r := &replica{process: p, w: w, address: address, client: &http.Client{
		Timeout: 30 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxConnsPerHost: 128},
	}}
	w.mu.Lock()
	w.replicas = append(w.replicas, r)
	w.mu.Unlock()
	return r
}

// start starts a replica and waits until requests may be sent to it.
func (w *world) start(env ...string) *replica {
	w.Helper()
	r := w.launch(env...)
	require.NoError(w, r.ready(time.Minute), "%s", r.log.end(20))
	return r
}

// ready waits until requests may be sent.
func (r *replica) ready(within time.Duration) error {
	return eventually(within, func() error {
		if r.ended() {
			return fmt.Errorf("it has ended: %v", r.err)
		}
		status, _, err := r.ask(http.MethodGet, "/readyz", "", nil, nil)
		return errors.Join(err, that(status == http.StatusOK, "/readyz answers %d", status))
	})
}

// run runs another command of the program to its end, such as `index retry`, and returns what it printed.
func (w *world) run(args ...string) (string, error) {
	cmd := exec.CommandContext(w.Context(), program, args...)
	cmd.Env = w.env("127.0.0.1:1")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// stop asks the process to end and returns how it did.
func (r *replica) stop(within time.Duration) error {
	r.signal(syscall.SIGTERM)
	return r.wait(within)
}

// freeze keeps the process from running; thaw lets it go on.
func (r *replica) freeze() { r.signal(syscall.SIGSTOP) }
func (r *replica) thaw()   { r.signal(syscall.SIGCONT) }

// ask sends a request. A body is sent as JSON, the answer is read into out, which may be a *[]byte. Without an answer the
// status is 0.
func (r *replica) ask(method, path, token string, body, out any, headers ...string) (int, http.Header, error) {
	return r.askWithin(r.w.Context(), method, path, token, body, out, headers...)
}

func (r *replica) askWithin(ctx context.Context, method, path, token string, body, out any, headers ...string) (int, http.Header, error) {
	var sent io.Reader
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return 0, nil, err
		}
		sent = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+r.address+path, sent)
	if err != nil {
		return 0, nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := r.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, nil, err // the answer never came whole
	}
	switch into := out.(type) {
	case nil:
	case *[]byte:
		*into = text
	default:
		if err := json.Unmarshal(text, out); err != nil {
			return response.StatusCode, response.Header, fmt.Errorf("%w: %s", err, text)
		}
	}
	return response.StatusCode, response.Header, nil
}

// token returns the access token of a demo account. It is good for a quarter of an hour, in all replicas.
func (r *replica) token(email string) string {
	r.w.Helper()
	r.w.mu.Lock()
	defer r.w.mu.Unlock()
	if t := r.w.tokens[email]; t != "" {
		return t
	}
	var session struct {
		AccessToken string `json:"access_token"`
	}
	status, _, err := r.ask(http.MethodPost, "/v1/auth/login", "", map[string]string{"email": email, "password": data.DemoPassword}, &session)
	require.NoError(r.w, err)
	require.Equal(r.w, http.StatusOK, status)
	r.w.tokens[email] = session.AccessToken
	return session.AccessToken
}

// employer returns the token of who speaks for the employer of the world.
func (r *replica) employer() string { return r.token("employer@demo.kopir") }

// metrics reads the numbers that have no labels.
func (r *replica) metrics() (map[string]float64, error) {
	var text []byte
	status, _, err := r.ask(http.MethodGet, "/metrics", "", nil, &text)
	if err != nil || status != http.StatusOK {
		return nil, errors.Join(err, that(status == http.StatusOK, "/metrics answers %d", status))
	}
	out := make(map[string]float64)
	for line := range strings.Lines(string(text)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if n, err := strconv.ParseFloat(value, 64); ok && err == nil {
			out[name] = n
		}
	}
	return out, nil
}

// search asks for demands with a word, and returns how many there are.
func (r *replica) search(word string) (total, status int, header http.Header, err error) {
	var list struct {
		Total int
		Code  string
	}
	status, header, err = r.ask(http.MethodGet, "/v1/demands?limit=1&q="+url.QueryEscape(word), "", nil, &list)
	return list.Total, status, header, err
}

// finds is an error unless so many demands are found by a word.
func (r *replica) finds(word string, want int) error {
	n, status, _, err := r.search(word)
	if err != nil || status != http.StatusOK {
		return errors.Join(err, that(status == http.StatusOK, "searching answers %d", status))
	}
	return that(n == want, "%d demands are found by %q, which should be %d", n, word, want)
}

// --- What is written -------------------------------------------------------------------------------------------------

// rare is a word that stands in nothing else.
const rare = "Quokkaphone"

// body is a demand as a client sends it.
func (w *world) body(title string) map[string]any {
	return map[string]any{
		"organisation_id": w.employer, "title": map[string]string{"en": title}, "kind": "job", "work_mode": "remote", "valid_through": "2198-01-01",
		"requirements": []map[string]any{{"competence_id": "digcomp:1.1", "level": 4, "importance": "must"}},
	}
}

// form is the same demand as the market takes it.
func form(title string) domain.DemandForm {
	return domain.DemandForm{
		Title: domain.Text{EN: title}, Kind: "job", WorkMode: "remote", ValidThrough: "2198-01-01",
		Requirements: []domain.RequirementForm{{Competence: "digcomp:1.1", Level: 4, Importance: "must"}},
	}
}

// publish makes a demand and publishes it, without a replica.
func (w *world) publish(title string) *domain.Demand {
	w.Helper()
	d, err := w.market.CreateDemand(w.Context(), operator, w.employer, form(title))
	require.NoError(w, err)
	d, err = w.market.PublishDemand(w.Context(), operator, d.ID, d.Version)
	require.NoError(w, err)
	return d
}

// retitle changes what a published demand is called, without a replica.
func (w *world) retitle(d *domain.Demand, title string) *domain.Demand {
	w.Helper()
	d, err := w.market.ReviseDemand(w.Context(), operator, d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) { return form(title), nil })
	require.NoError(w, err)
	return d
}

// publishMany makes published demands in one transaction, and returns them in the order of their titles: so many with a
// word and a number, and then others.
func (w *world) publishMany(n int, word string, others ...string) []uuid.UUID {
	w.Helper()
	var items []domain.DemandImport
	batch := uuid.NewString()
	add := func(title string) {
		reference := fmt.Sprintf("%s-%d", batch, len(items))
		items = append(items, domain.DemandImport{Source: domain.Source{Name: "faults", Reference: reference}, Form: form(title)})
	}
	for i := range n {
		add(fmt.Sprintf("%s %d", word, i))
	}
	for _, title := range others {
		add(title)
	}
	made, err := w.market.ImportDemands(w.Context(), operator, w.employer, items, true)
	require.NoError(w, err)
	ids := make([]uuid.UUID, len(made))
	for i, o := range made {
		require.Nil(w, o.Err)
		ids[i] = o.ID
	}
	return ids
}

// told notes what a client was told: from then on it must not be lost.
func (w *world) told(id uuid.UUID, version int, status domain.DemandStatus) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if version >= w.ledger[id].version {
		w.ledger[id] = entry{version, status}
	}
}

// tally is what became of a client's writes.
type tally struct {
	mu       sync.Mutex
	acked    int
	unsent   int         // without an answer
	statuses map[int]int // other than 2xx
	took     []time.Duration
}

func (y *tally) count(status int, err error, took time.Duration) (acked bool) {
	y.mu.Lock()
	defer y.mu.Unlock()
	switch {
	case err != nil:
		y.unsent++
	case status >= 200 && status < 300:
		y.acked++
		y.took = append(y.took, took)
		return true
	default:
		y.statuses[status]++
	}
	return false
}

// refused says how many answers were not 2xx.
func (y *tally) refused() (n int) {
	for _, count := range y.statuses {
		n += count
	}
	return n
}

// clients write until they are stopped.
type clients struct {
	tally
	stopped chan struct{}
	wg      sync.WaitGroup
}

// write starts eight clients, each of which makes and publishes demands, one after the other, until stop is called or
// there have been atMost of all. through says which replica a client asks next; nil means that it waits a little. Writes
// that fail are counted, and the client goes on.
func (w *world) write(atMost int, title string, through func() *replica) *clients {
	y := &clients{tally: tally{statuses: make(map[int]int)}, stopped: make(chan struct{})}
	var begun atomic.Int64
	for range 8 {
		y.wg.Go(func() {
			for begun.Add(1) <= int64(atMost) {
				select {
				case <-y.stopped:
					return
				default:
				}
				if r := through(); r == nil || !w.writeOne(y, r, title) {
					time.Sleep(10 * time.Millisecond) // so that who cannot write does not spin
				}
			}
		})
	}
	return y
}

// writeOne makes and publishes one demand, and says whether both were acknowledged.
func (w *world) writeOne(y *clients, r *replica, title string) bool {
	var d struct {
		ID      uuid.UUID
		Version int
	}
	send := func(path string, body any, headers ...string) (http.Header, bool) {
		var text []byte
		began := time.Now()
		status, header, err := r.ask(http.MethodPost, path, w.tokens["employer@demo.kopir"], body, &text, headers...)
		if !y.count(status, err, time.Since(began)) {
			return nil, false
		}
		if err := json.Unmarshal(text, &d); err != nil {
			w.Errorf("%s answered %d with %q: %v", path, status, text, err)
			return nil, false
		}
		return header, true
	}
	header, acked := send("/v1/demands", w.body(title))
	if !acked {
		return false
	}
	w.told(d.ID, versionOf(header), domain.DemandDraft)
	header, acked = send("/v1/demands/"+d.ID.String()+"/publish", nil, "If-Match", header.Get("ETag"))
	if acked {
		w.told(d.ID, versionOf(header), domain.DemandPublished)
	}
	return acked
}

// versionOf reads the version out of an ETag.
func versionOf(h http.Header) int {
	n, _ := strconv.Atoi(strings.Trim(h.Get("ETag"), `W/"`))
	return n
}

// stop lets the clients finish what they are at.
func (y *clients) stop() *clients {
	close(y.stopped)
	y.wg.Wait()
	return y
}

// wait waits until all has been written.
func (y *clients) wait() *clients {
	y.wg.Wait()
	return y
}

// to always names the same replica.
func to(r *replica) func() *replica { return func() *replica { return r } }

// --- What must be true -----------------------------------------------------------------------------------------------

// documents makes what the engine should have out of what the store has published.
func (w *world) documents() (b search.Batch, err error) {
	ctx := w.Context()
	err = w.store.PublishedDemands(ctx, 1000, func(list []*domain.Demand) error {
		for _, d := range list {
			doc := search.Demand{Demand: *d}
			for _, r := range d.Requirements {
				doc.Competences = append(doc.Competences, w.label(r.Competence))
			}
			b.Demands = append(b.Demands, doc)
		}
		return nil
	})
	if err != nil {
		return b, err
	}
	err = w.store.PublishedProgrammes(ctx, 1000, func(list []*domain.Programme) error {
		for _, p := range list {
			doc := search.Programme{Programme: *p}
			for _, o := range p.Outcomes {
				doc.Competences = append(doc.Competences, w.label(o.Competence))
			}
			b.Programmes = append(b.Programmes, doc)
		}
		return nil
	})
	if err != nil {
		return b, err
	}
	return b, w.name(&b)
}

func (w *world) label(id domain.CompetenceID) search.Label {
	c, _ := w.catalogue.Competence(id)
	return search.Label{ID: id, Label: c.Label}
}

// name fills in the names of the organisations.
func (w *world) name(b *search.Batch) error {
	owners := make(map[uuid.UUID]bool)
	for i := range b.Demands {
		owners[b.Demands[i].OrganisationID] = true
	}
	for i := range b.Programmes {
		owners[b.Programmes[i].OrganisationID] = true
	}
	found, err := w.store.Organisations(w.Context(), slices.Collect(maps.Keys(owners)))
	if err != nil {
		return err
	}
	for i := range b.Demands {
		b.Demands[i].Organisation = found[b.Demands[i].OrganisationID].Name
	}
	for i := range b.Programmes {
		b.Programmes[i].Organisation = found[b.Programmes[i].OrganisationID].Name
	}
	return nil
}

// wanted lists what the engine should have, as digests.
func (w *world) wanted() (map[domain.Subject]search.Digest, error) {
	b, err := w.documents()
	if err != nil {
		return nil, err
	}
	out := make(map[domain.Subject]search.Digest, len(b.Demands)+len(b.Programmes))
	for i := range b.Demands {
		out[domain.Subject{Side: domain.DemandSide, ID: b.Demands[i].ID}] = w.engine.DemandDigest(&b.Demands[i])
	}
	for i := range b.Programmes {
		out[domain.Subject{Side: domain.ProgrammeSide, ID: b.Programmes[i].ID}] = w.engine.ProgrammeDigest(&b.Programmes[i])
	}
	return out, nil
}

// indexed lists the documents that the engine has.
func (w *world) indexed() (map[domain.Subject]search.Digest, error) {
	out := make(map[domain.Subject]search.Digest)
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		list, err := w.engine.Digests(w.Context(), side)
		if err != nil {
			return nil, err
		}
		for id, digest := range list {
			out[domain.Subject{Side: side, ID: id}] = digest
		}
	}
	return out, nil
}

// equal is an error unless the engine has exactly what the database has published, and all of it says the same.
func (w *world) equal() error {
	wanted, err := w.wanted()
	if err != nil {
		return err
	}
	indexed, err := w.indexed()
	if err != nil {
		return err
	}
	missing, different, unwanted := 0, 0, 0
	for s, digest := range wanted {
		if is, there := indexed[s]; !there {
			missing++
		} else if is != digest {
			different++
		}
		delete(indexed, s)
	}
	unwanted = len(indexed)
	return that(missing+different+unwanted == 0, "the index is not equal to the database: %d missing, %d different, %d unwanted, of %d",
		missing, different, unwanted, len(wanted))
}

// standing says how the feed stands.
func (w *world) standing() domain.FeedStanding {
	w.Helper()
	s, err := w.store.FeedStanding(w.Context(), domain.SearchFeed)
	require.NoError(w, err)
	return s
}

// converges waits until nothing waits to be sent and the index is equal to the database.
func (w *world) converges(within time.Duration) error {
	return eventually(within, func() error {
		s, err := w.store.FeedStanding(w.Context(), domain.SearchFeed)
		if err != nil {
			return err
		}
		if s.Waiting+s.Retrying > 0 || s.Generation == "" {
			return fmt.Errorf("%d changes wait to be sent, %d documents to be sent again, generation %q", s.Waiting, s.Retrying, s.Generation)
		}
		return w.equal()
	})
}

// kept is an error if something that was acknowledged is not in the database as it was acknowledged, or as it became.
func (w *world) kept() error {
	lost, said := w.lost()
	return that(lost == 0, "%d of %d acknowledged writes are lost: %s", lost, len(w.ledger), said)
}

func (w *world) lost() (n int, said string) {
	w.mu.Lock()
	ledger := maps.Clone(w.ledger)
	w.mu.Unlock()
	ids := make([]uuid.UUID, 0, len(ledger))
	for id := range ledger {
		ids = append(ids, id)
	}
	stored, err := w.store.Demands(w.Context(), ids)
	if err != nil {
		return len(ids), err.Error()
	}
	for id, e := range ledger {
		switch d, there := stored[id]; {
		case !there:
			said = fmt.Sprintf("demand %s is gone", id)
		case d.Version < e.version:
			said = fmt.Sprintf("demand %s is at version %d, %d was acknowledged", id, d.Version, e.version)
		case e.status != domain.DemandDraft && d.Status == domain.DemandDraft:
			said = fmt.Sprintf("demand %s was acknowledged as %s and is a draft", id, e.status)
		default:
			continue
		}
		n++
	}
	return n, said
}

// sound is what must be true at the end of whatever was survived: nothing acknowledged is lost, and the index becomes
// equal to the database. Both go into the summary.
func (w *world) sound(within time.Duration) {
	w.Helper()
	lost, said := w.lost()
	began := time.Now()
	err := w.converges(within)
	if !w.control {
		results.writes(len(w.ledger), lost)
		results.compared(err)
		w.note("acknowledged", len(w.ledger))
		w.note("lost", lost)
		w.note("equal_after", time.Since(began))
	}
	require.Zero(w, lost, said)
	require.NoError(w, err)
}
