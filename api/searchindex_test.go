package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestTheStateOfAnEngineThatIsFed(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	w.admin.get("/v1/admin/search-index").expect(200).is("engine", "meilisearch").is("reachable", true).is("complete", true).is("why", nil).
		is("generation", "third").is("holder", nil).is("holder_until", nil).is("waiting", 0).is("oldest_waiting_since", nil).
		is("retrying", 0).is("quarantined", []any{}).is("quarantined_total", 0)

	engine.state.Complete, engine.state.Why = false, "the index demands is not there"
	engine.standing = domain.FeedStanding{
		Feed: domain.Feed{Position: "a.b.c", Generation: "second"}, Waiting: 12, Oldest: opening.Add(-time.Minute), Retrying: 1, Failed: 1,
		Lease: domain.Lease{Holder: "kopir-7c9f", Epoch: 9, Until: opening.Add(time.Second)},
	}
	refused := domain.Failure{Subject: domain.Subject{Side: domain.DemandSide, ID: uuid.Must(uuid.NewV7())},
		Attempts: 5, Reason: "invalid_document_fields", Since: opening.Add(-time.Hour), Quarantined: opening}
	waits := domain.Failure{Subject: domain.Subject{Side: domain.ProgrammeSide, ID: uuid.Must(uuid.NewV7())}, Attempts: 1, Since: opening, NextTry: opening}
	engine.failures = []domain.Failure{refused, waits}
	a := w.admin.get("/v1/admin/search-index").expect(200)
	require.Equal(t, plain(t, m{
		"engine": "meilisearch", "reachable": true, "complete": false, "why": "the index demands is not there", "generation": "third",
		"holder": "kopir-7c9f", "holder_until": "2026-11-23T06:00:01Z", "waiting": 12, "oldest_waiting_since": "2026-11-23T05:59:00Z",
		"retrying": 1, "quarantined_total": 1, "quarantined": []m{{
			"side": "demands", "id": refused.ID, "attempts": 5, "reason": "invalid_document_fields", "since": "2026-11-23T05:00:00Z"}},
	}), any(a.object()))
	engine.failures = []domain.Failure{refused}
	engine.failures[0].Reason = strings.Repeat("ә", 2000)
	a = w.admin.get("/v1/admin/search-index").expect(200)
	require.Len(t, []rune(a.at("quarantined.0.reason").(string)), 1000)
	require.Equal(t, "private, no-cache", a.header.Get("Cache-Control"))
}

func TestTheStateIsToldWhileTheEngineIsDown(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	engine.down = outageOf(time.Second)
	engine.standing.Waiting, engine.standing.Oldest = 7, opening
	told := func(words map[string]string) {
		t.Helper()
		for language, why := range words {
			w.admin.in(language).get("/v1/admin/search-index").expect(200).is("engine", "meilisearch").is("reachable", false).is("complete", false).
				is("why", why).is("generation", "third").is("waiting", 7).is("oldest_waiting_since", "2026-11-23T06:00:00Z")
		}
	}
	told(map[string]string{"kk": "Іздеу жүйесі жауап бермей тұр", "ru": "Поисковая система не отвечает", "en": "The search engine does not answer"})
	engine.down = domain.Fail(domain.Forbidden, domain.CodeNotYours)
	told(map[string]string{"kk": "Іздеу жүйесі бұл сервердің кілтін қабылдамайды", "ru": "Поисковая система не принимает ключ этого сервера",
		"en": "The search engine does not take this server's key"})
	engine.down = fmt.Errorf("of no kind")
	w.admin.get("/v1/admin/search-index").refused(500, "internal")
}

func TestTheEmbeddedEngineIsFedByNobody(t *testing.T) {
	w := openMarketplace(t)
	state := w.admin.get("/v1/admin/search-index").expect(200)
	require.Equal(t, plain(t, m{
		"engine": "embedded", "reachable": true, "complete": true, "why": nil, "generation": nil, "holder": nil, "holder_until": nil,
		"waiting": 0, "oldest_waiting_since": nil, "retrying": 0, "quarantined": []any{}, "quarantined_total": 0,
	}), any(state.object()))
	w.admin.post("/v1/admin/search-index/retry", nil).expect(200).is("retried", 0)
}

func TestWhatIsInQuarantineIsTriedAgain(t *testing.T) {
	engine := wellFed()
	engine.failures = make([]domain.Failure, 3)
	w := openMarketplace(t, engine.behind)
	one := domain.Subject{Side: domain.ProgrammeSide, ID: uuid.Must(uuid.NewV7())}
	w.admin.post("/v1/admin/search-index/retry", nil).expect(200).is("retried", 3)
	w.admin.post("/v1/admin/search-index/retry", m{}).expect(200)
	w.admin.post("/v1/admin/search-index/retry", m{"subjects": []m{{"side": "programmes", "id": one.ID}}}).expect(200)
	require.Equal(t, [][]domain.Subject{{}, {}, {one}}, engine.retried, "none means all")

	for body, place := range map[string][2]string{
		`{"subjects": []}`: {"/subjects", "too_few"}, `{"subject": []}`: {"/subject", "unknown_field"},
		`{"subjects": [{"side": "demands"}]}`:          {"/subjects/0/id", "required"},
		`{"subjects": [{"side": "both", "id": "x"}]}`:  {"/subjects/0/side", "unknown_value"},
		`{"subjects": [{"side": "demands", "id": 1}]}`: {"/subjects/0/id", "wrong_type"},
	} {
		w.admin.post("/v1/admin/search-index/retry", body).refused(422, "invalid").fault(place[0], place[1])
	}
	w.admin.send("POST", "/v1/admin/search-index/retry", "{}", "text/plain").refused(415, "unsupported-media-type")
	require.Len(t, engine.retried, 3, "what was refused had no effect")
}

// TestTheFeedThatTheDatabaseKeeps goes through the real one: somebody feeds, three documents are refused, two of them for
// good, and an administrator has them tried again.
func TestTheFeedThatTheDatabaseKeeps(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind, func(s *setting) { s.ownFeeds = true })
	ctx := t.Context()
	dala := w.owner("employer", "dala")
	id := dala.publishes("demands", dala.developer())
	w.admin.get("/v1/admin/search-index").expect(200).is("holder", nil).is("waiting", 5) // the catalogue, the organisation twice, the demand twice
	w.visitor().post("/v1/search/token", nil).refused(503, "unavailable").is("code", "engine_behind")

	lease, held, err := w.store.TakeLease(ctx, domain.SearchFeed, "kopir-7c9f", time.Minute)
	require.NoError(t, err)
	require.True(t, held)
	head, err := w.store.Head(ctx)
	require.NoError(t, err)
	failed := []domain.Failure{
		{Subject: domain.Subject{Side: domain.DemandSide, ID: uuid.MustParse(id)}, Attempts: 5, Reason: "too long", Since: opening, NextTry: opening, Quarantined: opening},
		{Subject: domain.Subject{Side: domain.ProgrammeSide, ID: uuid.Must(uuid.NewV7())}, Attempts: 5, Reason: "no", Since: opening.Add(time.Second), NextTry: opening, Quarantined: opening},
		{Subject: domain.Subject{Side: domain.ProgrammeSide, ID: uuid.Must(uuid.NewV7())}, Attempts: 1, Reason: "not yet", Since: opening, NextTry: opening.Add(time.Hour)},
	}
	require.NoError(t, w.store.SaveProgress(ctx, lease, domain.FeedProgress{Feed: domain.Feed{Position: head, Generation: "third"}, Failed: failed}))
	state := w.admin.get("/v1/admin/search-index").expect(200).is("holder", "kopir-7c9f").is("waiting", 0).is("oldest_waiting_since", nil)
	state.is("retrying", 1).is("quarantined_total", 2).is("quarantined.0.id", id).is("quarantined.0.reason", "too long").is("quarantined.1.side", "programmes")
	w.visitor().post("/v1/search/token", nil).expect(200)

	one := m{"subjects": []m{{"side": "programmes", "id": failed[1].ID}, {"side": "demands", "id": failed[2].ID}}}
	w.admin.post("/v1/admin/search-index/retry", one).expect(200).is("retried", 1)
	w.admin.get("/v1/admin/search-index").expect(200).is("retrying", 2).is("quarantined_total", 1)
	w.admin.post("/v1/admin/search-index/retry", nil).expect(200).is("retried", 1)
	w.admin.post("/v1/admin/search-index/retry", nil).expect(200).is("retried", 0)
	due, err := w.store.DueFailures(ctx, domain.SearchFeed, 10)
	require.NoError(t, err)
	require.Len(t, due, 2)

	w.admin.post("/v1/admin/search-index/rebuild", nil).expect(202)
	w.admin.get("/v1/admin/search-index").expect(200).is("waiting", 1).is("oldest_waiting_since", "2026-11-23T06:00:00Z").is("quarantined", []any{})
	w.wait(time.Minute)
	w.visitor().post("/v1/search/token", nil).expect(200) // a minute old, and not over
	w.wait(time.Microsecond)
	w.visitor().post("/v1/search/token", nil).refused(503, "unavailable").is("code", "engine_behind")
}

func TestABodyThatMayBeMissingMayAlsoBeOfUnknownLength(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	token, _, err := w.tokens.Access(t.Context(), w.admin.account, uuid.New(), *w.clock.Load())
	require.NoError(t, err)
	for body, status := range map[string]int{"": 200, "{}": 200, " ": 415, "x": 415} {
		request, err := http.NewRequestWithContext(t.Context(), "POST", w.url+"/v1/admin/search-index/retry", &counted{Reader: strings.NewReader(body)})
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+token)
		if body == "{}" {
			request.Header.Set("Content-Type", "application/json")
		}
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, status, response.StatusCode, "%q", body)
	}
	require.Len(t, engine.retried, 2)
}

func TestARebuildIsAskedForInTheChangeLog(t *testing.T) {
	w := openMarketplace(t)
	at, err := w.store.Head(t.Context())
	require.NoError(t, err)
	a := w.admin.post("/v1/admin/search-index/rebuild", nil).expect(202)
	require.Empty(t, a.body)
	changes, _, err := w.store.Changes(t.Context(), at, 10)
	require.NoError(t, err)
	require.Len(t, changes, 1)
	require.Equal(t, domain.ChangedEverything, changes[0].Kind)
	w.index()
	w.visitor().get("/v1/demands").expect(200)
}
