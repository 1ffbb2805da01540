package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/search/coverage"
)

// linesOf reads a stream of JSON objects.
func linesOf(t *testing.T, body []byte) []m {
	var lines []m
	for line := range bytes.Lines(body) {
		var v m
		require.NoError(t, json.Unmarshal(line, &v), "%s", line)
		lines = append(lines, v)
	}
	return lines
}

// TestTheBestOfEveryOpenDemand: of web (7 weights, 23,520 in all) the course meets 16,800; apart is served by nothing.
func TestTheBestOfEveryOpenDemand(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("training_provider", "qadam")
	course := qadam.publishes("programmes", qadam.course())
	broad := qadam.publishes("programmes", merged(qadam.course(), m{"outcomes": []m{teaches(programming, 8)}}))
	web := dala.publishes("demands", dala.developer())
	apart := dala.publishes("demands", merged(dala.developer(), m{"region": "KZ-71", "sector": "P", "openings": 1, "requirements": []m{asks("must", "ecf:A.1", 5)}}))
	dala.post("/v1/demands", dala.developer()).expect(201) // a draft
	w.index()
	analyst := w.signIn("analyst", domain.Powers{Analyst: true})

	got := analyst.get("/v1/match/best").expect(200)
	require.Equal(t, ndjson, got.header.Get("Content-Type"))
	require.Equal(t, noStore, got.header.Get("Cache-Control"))
	best := m{"demand_id": web, "openings": 3, "points_of": 23520, "musts": 1, "programmes": []m{
		{"programme_id": course, "coverage": 0.7142, "points": 16800, "musts_met": 1},
		{"programme_id": broad, "coverage": 0.2857, "points": 6720, "musts_met": 0},
	}}
	alone := m{"demand_id": apart, "openings": 1, "points_of": 13440, "musts": 1, "programmes": []any{}}
	require.Equal(t, plain(t, []m{best, alone}), plain(t, linesOf(t, got.body)))

	best["programmes"] = best["programmes"].([]m)[:1]
	require.Equal(t, plain(t, []m{best, alone}), plain(t, linesOf(t, w.admin.get("/v1/match/best?limit=1").expect(200).body)))
	require.Equal(t, plain(t, []m{alone}), plain(t, linesOf(t, analyst.get("/v1/match/best?region=KZ-71&sector=P").expect(200).body)))
	require.Empty(t, analyst.get("/v1/match/best?min_openings=4").expect(200).body)
	analyst.get("/v1/match/best?region=KZ-99").refused(422, "invalid").parameterFault("region", "unknown_value")
	analyst.get("/v1/match/best?limit=101").refused(422, "invalid")
	qadam.in("en").get("/v1/match/best").refused(403, "forbidden").is("code", "analysts_only").
		is("detail", "Only an analyst or an administrator can do this")
	w.visitor().get("/v1/match/best").refused(401, "unauthenticated")
}

// midway is a store where something happens between two batches of demands.
type midway struct {
	domain.Reader
	happens func(ctx context.Context) error
}

func (s midway) PublishedDemands(ctx context.Context, batch int, yield func([]*domain.Demand) error) error {
	if err := s.Reader.PublishedDemands(ctx, batch, yield); err != nil {
		return err
	}
	return s.happens(ctx)
}

// openMidway opens a marketplace with one open demand, after which something happens, and an analyst.
func openMidway(t *testing.T, happens func(ctx context.Context) error) (*marketplace, *person) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	dala.publishes("demands", dala.developer())
	cover := coverage.New()
	require.NoError(t, cover.Rebuild(func(func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error { return nil }))
	deps := w.deps
	deps.Matching = domain.NewMatching(midway{w.store, happens}, w.deps.Market.Catalogue, cover, nil, w.deps.Market.Today)
	analyst := w.signIn("analyst", domain.Powers{Analyst: true})
	analyst.url = w.replica(deps)
	return w, analyst
}

func TestAStreamThatFailsMidwaySaysSoInItsLastLine(t *testing.T) {
	w, analyst := openMidway(t, func(context.Context) error { return errors.New("the disk is gone") })
	for range 2 { // the first leaves the place to the second
		lines := linesOf(t, analyst.in("en").get("/v1/match/best").expect(200).body)
		require.Len(t, lines, 2)
		require.Contains(t, lines[0], "demand_id")
		problem := lines[1]["error"].(map[string]any)
		require.Equal(t, "https://kopir.kz/problems/internal", problem["type"])
		require.Equal(t, "The fault has been logged", problem["detail"])
		require.NotContains(t, lines[1], "disk")
	}
	require.Contains(t, string(w.log.read()), "the disk is gone")
}

func TestOneStreamAtATimeIsMade(t *testing.T) {
	under, goOn := make(chan struct{}), make(chan struct{})
	end := sync.OnceFunc(func() { close(goOn) })
	defer end()
	var made atomic.Int32
	_, analyst := openMidway(t, func(context.Context) error {
		if made.Add(1) == 1 {
			close(under)
			<-goOn
		}
		return nil
	})
	first := make(chan []m, 1)
	go func() { first <- linesOf(t, analyst.get("/v1/match/best").expect(200).body) }()
	<-under
	second := analyst.in("en").get("/v1/match/best").refused(503, "unavailable").is("code", "stream_busy")
	require.Equal(t, "10", second.header.Get("Retry-After"))
	end()
	require.Len(t, <-first, 1)
	analyst.get("/v1/match/best").expect(200)
}

func TestAStreamEndsWithItsRequest(t *testing.T) {
	under := make(chan struct{})
	ended := make(chan error)
	w, analyst := openMidway(t, func(ctx context.Context) error {
		close(under)
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	})
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, analyst.url+"/v1/match/best", nil)
	require.NoError(t, err)
	token, _, err := w.tokens.Access(ctx, analyst.account, uuid.New(), opening)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+token)
	go func() {
		<-under
		cancel()
	}()
	response, err := http.DefaultClient.Do(r)
	if err == nil {
		require.NoError(t, response.Body.Close())
	}
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, <-ended, context.Canceled)
}

// deadlines is a writer that notes what is done to its connection.
type deadlines struct {
	*httptest.ResponseRecorder
	read, write []time.Time
	sent        []int // bytes, at each flush
}

func (d *deadlines) SetReadDeadline(t time.Time) error  { d.read = append(d.read, t); return nil }
func (d *deadlines) SetWriteDeadline(t time.Time) error { d.write = append(d.write, t); return nil }
func (d *deadlines) Flush()                             { d.sent = append(d.sent, d.Body.Len()) }

func TestAStreamIsSentInPiecesThatEachHaveTime(t *testing.T) {
	d := &deadlines{ResponseRecorder: httptest.NewRecorder()}
	out := newFlusher(d)
	require.Equal(t, []time.Time{{}}, d.read, "the connection's bound on one request is lifted")
	line := bytes.Repeat([]byte("x"), flushEach/2)
	for range 3 {
		_, err := out.Write(line)
		require.NoError(t, err)
	}
	require.Equal(t, []int{flushEach}, d.sent, "as soon as there is enough")
	require.NoError(t, out.flush())
	require.Equal(t, []int{flushEach, flushEach * 3 / 2}, d.sent)
	require.Len(t, d.write, 2)
	all, err := io.ReadAll(d.Body)
	require.NoError(t, err)
	require.Len(t, all, flushEach*3/2)
}
