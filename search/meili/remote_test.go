package meili_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/search"
	"kopir/search/meili"
	"kopir/search/searchtest"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// market is what the suite generates, a few of each side.
func market() search.Batch { return searchtest.Generate(11, 12) }

func admin(o meili.Options) meilisearch.ServiceManager {
	return meilisearch.New(o.URL, meilisearch.WithAPIKey(o.Key))
}

func settle(t *testing.T, client meilisearch.ServiceManager, task *meilisearch.TaskInfo, err error) {
	t.Helper()
	require.NoError(t, err)
	done, err := client.WaitForTaskWithContext(t.Context(), task.TaskUID, 5*time.Millisecond)
	require.NoError(t, err)
	require.Equal(t, meilisearch.TaskStatusSucceeded, done.Status, done.Error.Message)
}

// opened is an engine and its options.
func opened(t *testing.T) (*meili.Engine, meili.Options) {
	var o meili.Options
	e := open(t, func(given *meili.Options) { o = *given })
	return e, o
}

func TestARebuildUnderTheShippedCatalogueIsComplete(t *testing.T) {
	e := open(t)
	shipped, err := data.Catalogue()
	require.NoError(t, err)
	require.NoError(t, e.UseCatalogue(t.Context(), shipped))
	s, err := e.Standing(t.Context())
	require.NoError(t, err)
	require.False(t, s.Complete, "it was made under another catalogue")
	require.NoError(t, e.Rebuild(t.Context(), func(func(search.Batch) error) error { return nil }))
	s, err = e.Standing(t.Context())
	require.NoError(t, err)
	require.True(t, s.Complete, s.Why)
}

func TestStandingTellsWhatIsThere(t *testing.T) {
	e, o := opened(t)
	client := admin(o)
	standing := func() search.Standing {
		s, err := e.Standing(t.Context())
		require.NoError(t, err)
		return s
	}
	b := market()
	require.NoError(t, e.Apply(t.Context(), b))
	whole := standing()
	require.True(t, whole.Complete, whole.Why)
	require.NotEmpty(t, whole.Generation)
	require.Equal(t, map[domain.Side]int{domain.DemandSide: 12, domain.ProgrammeSide: 12}, whole.Count)

	task, err := client.Index(o.Prefix + "demands").ResetSynonymsWithContext(t.Context())
	settle(t, client, task, err)
	require.Contains(t, standing().Why, "synonyms")
	task, err = client.DeleteIndexWithContext(t.Context(), o.Prefix+"programmes")
	settle(t, client, task, err)
	lost := standing()
	require.False(t, lost.Complete)
	require.Zero(t, lost.Count[domain.ProgrammeSide])
	task, err = client.DeleteIndexWithContext(t.Context(), o.Prefix+"about")
	settle(t, client, task, err)
	require.Empty(t, standing().Generation)

	require.NoError(t, e.Rebuild(t.Context(), func(apply func(search.Batch) error) error { return apply(b) }))
	again := standing()
	require.True(t, again.Complete, again.Why)
	require.NotEqual(t, whole.Generation, again.Generation)
	require.Equal(t, whole.Count, again.Count)
}

func TestAnEmptyIndexIsSearchedInVain(t *testing.T) {
	e := open(t)
	for _, side := range []domain.Side{domain.DemandSide, domain.ProgrammeSide} {
		for _, words := range []string{"java", "pithon ", "бағдарламалау ", "СУБД", `"чистый код"`} {
			r, err := e.Search(t.Context(), search.Query{Side: side, Words: words, Today: searchtest.Today(), Limit: 5, Facets: search.Attributes(side)})
			require.NoError(t, err, words)
			require.Zero(t, r.Total)
		}
	}
	_, err := e.SearchBoth(t.Context(), search.FederatedQuery{Words: "java", Limit: 5})
	require.NoError(t, err)
}

func TestDocumentsSentToAnIndexThatIsNotThereMakeNone(t *testing.T) {
	e, o := opened(t)
	client := admin(o)
	require.NoError(t, e.Fence(t.Context(), 1))
	task, err := client.DeleteIndexWithContext(t.Context(), o.Prefix+"programmes")
	settle(t, client, task, err)
	err = e.Apply(t.Context(), market())
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	_, err = client.GetIndexWithContext(t.Context(), o.Prefix+"programmes")
	require.Error(t, err, "with no settings it would find wrongly")
	_, err = e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Limit: 1})
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
}

func TestDigestsAreThoseOfTheDocumentsAsTheyWouldBeNow(t *testing.T) {
	e := open(t)
	b := market()
	require.NoError(t, e.Apply(t.Context(), b))
	want := make(map[uuid.UUID]search.Digest)
	for i := range b.Programmes {
		want[b.Programmes[i].ID] = e.ProgrammeDigest(&b.Programmes[i])
	}
	got, err := e.Digests(t.Context(), domain.ProgrammeSide)
	require.NoError(t, err)
	require.Equal(t, want, got)
	changed := b.Programmes[0]
	changed.Organisation = domain.Text{EN: "Another name"}
	require.NotEqual(t, want[changed.ID], e.ProgrammeDigest(&changed))
	demands, err := e.Digests(t.Context(), domain.DemandSide)
	require.NoError(t, err)
	require.Len(t, demands, 12)
	require.Equal(t, demands[b.Demands[3].ID], e.DemandDigest(&b.Demands[3]))
}

func TestADayLaterTheNextStartIsAnother(t *testing.T) {
	now := searchtest.Today().Time()
	e := open(t, func(o *meili.Options) { o.Clock = func() time.Time { return now } })
	b := market()
	p := b.Programmes[:2]
	p[0].Intakes = []domain.Intake{{StartsOn: searchtest.Today()}, {StartsOn: searchtest.Today().AddDays(30)}}
	p[1].Intakes = []domain.Intake{{StartsOn: searchtest.Today().AddDays(2)}}
	require.NoError(t, e.Apply(t.Context(), search.Batch{Programmes: p}))
	order := func() []uuid.UUID {
		r, err := e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Sort: search.ByStart, Limit: 2})
		require.NoError(t, err)
		return []uuid.UUID{r.Hits[0].ID, r.Hits[1].ID}
	}
	require.Equal(t, []uuid.UUID{p[0].ID, p[1].ID}, order())
	outdated, err := e.Outdated(t.Context(), searchtest.Today(), 10)
	require.NoError(t, err)
	require.Empty(t, outdated)

	now = now.AddDate(0, 0, 1)
	outdated, err = e.Outdated(t.Context(), searchtest.Today().AddDays(1), 10)
	require.NoError(t, err)
	require.Equal(t, []domain.Subject{{Side: domain.ProgrammeSide, ID: p[0].ID}}, outdated)
	require.NoError(t, e.Apply(t.Context(), search.Batch{Programmes: p[:1]}))
	require.Equal(t, []uuid.UUID{p[1].ID, p[0].ID}, order())
	outdated, err = e.Outdated(t.Context(), searchtest.Today().AddDays(1), 10)
	require.NoError(t, err)
	require.Empty(t, outdated)
}

func TestWhoIsFencedOffWritesNoMore(t *testing.T) {
	first, o := opened(t)
	second, err := meili.Open(o)
	require.NoError(t, err)
	require.NoError(t, second.UseCatalogue(t.Context(), searchtest.Catalogue()))
	b := market()
	require.NoError(t, first.Fence(t.Context(), 7))
	require.NoError(t, first.Apply(t.Context(), b), "its own fence keeps nobody out but others")
	require.NoError(t, second.Fence(t.Context(), 8))
	require.NoError(t, second.Apply(t.Context(), b))
	for name, write := range map[string]func() error{
		"documents": func() error { return first.Apply(t.Context(), b) },
		"rebuild": func() error {
			return first.Rebuild(t.Context(), func(func(search.Batch) error) error { return nil })
		},
	} {
		began := time.Now()
		require.Equal(t, domain.Forbidden, domain.KindOf(write()), name)
		require.Less(t, time.Since(began), 10*time.Second, "it is told so at once")
	}
	require.Equal(t, domain.Stale, domain.KindOf(first.Fence(t.Context(), 7)), "nor may it come back under its old epoch")
	require.NoError(t, second.Apply(t.Context(), search.Batch{Gone: []uuid.UUID{b.Demands[0].ID}}), "the second goes on")
	b.Demands = b.Demands[1:]
	require.NoError(t, second.Rebuild(t.Context(), func(apply func(search.Batch) error) error { return apply(b) }), "also to rebuild")
	r, err := first.Search(t.Context(), search.Query{Side: domain.DemandSide, Limit: 1})
	require.NoError(t, err, "and everybody searches")
	require.Equal(t, 11, r.Total)
}

func TestADocumentThatIsRefusedIsTold(t *testing.T) {
	e := open(t)
	b := market()
	b.Demands = nil
	for i := range 70_000 { // more fields than a document may have
		b.Programmes[5].Intakes = append(b.Programmes[5].Intakes, domain.Intake{StartsOn: searchtest.Today(), Region: domain.Region(fmt.Sprint("r", i))})
	}
	err := e.Apply(t.Context(), b)
	var refused *search.Refusal
	require.ErrorAs(t, err, &refused)
	require.Contains(t, refused.Reason, "65,535 fields")
	b.Programmes = append(b.Programmes[:5:5], b.Programmes[6:]...)
	require.NoError(t, e.Apply(t.Context(), b), "the others are welcome")
}

// ask searches as a browser does: with a token, over HTTP.
func ask(t *testing.T, at search.DirectAccess, index string, body map[string]any) (status int, ids []string) {
	t.Helper()
	written, err := json.Marshal(body)
	require.NoError(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at.URL+"/indexes/"+index+"/search", bytes.NewReader(written))
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+at.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer answer.Body.Close()
	var found struct {
		Hits []map[string]any `json:"hits"`
	}
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(text, &found), "%s", text)
	for _, h := range found.Hits {
		ids = append(ids, h["id"].(string))
		require.NotContains(t, h, "words", "what is for finding only")
		require.NotContains(t, h, "digest")
	}
	return answer.StatusCode, ids
}

func TestABrowserSearchesWithAToken(t *testing.T) {
	var o meili.Options
	e := open(t, func(given *meili.Options) { given.PublicURL = given.URL; o = *given })
	require.NoError(t, e.Apply(t.Context(), searchtest.Market()))
	now := time.Now()
	at, err := e.Token(t.Context(), now)
	require.NoError(t, err)
	require.WithinDuration(t, now.Add(5*time.Minute), at.ExpiresAt, time.Second)

	find := func(index string, body map[string]any) []string {
		status, ids := ask(t, at, at.Indexes[index], body)
		require.Equal(t, http.StatusOK, status)
		return ids
	}
	course, basics := searchtest.ID("java-course").String(), searchtest.ID("basics").String()
	require.Equal(t, []string{course}, find("programmes", map[string]any{"q": "java", "matchingStrategy": "all"}))
	require.Contains(t, find("programmes", map[string]any{"q": "багдарламалау"}), basics, "Kazakh without Kazakh letters")
	require.Contains(t, find("programmes", map[string]any{"q": "программированее"}), basics, "with a typing error")
	require.ElementsMatch(t, []string{course, basics}, find("programmes", map[string]any{"filter": `competences = "esco:java"`}), "related ones, too")
	require.NotContains(t, find("demands", map[string]any{"q": "", "limit": 100}), searchtest.ID("ran-out").String(), "what has run out is not public")
	require.NotEmpty(t, find("competences", map[string]any{"q": "кодинг"}))

	for name, index := range map[string]string{"other indexes": o.Prefix + "about", "those being made": o.Prefix + "demands_next"} {
		status, _ := ask(t, at, index, map[string]any{})
		require.Equal(t, http.StatusForbidden, status, name)
	}
	old, err := e.Token(t.Context(), now.Add(-4*time.Minute-58*time.Second))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		status, _ := ask(t, old, old.Indexes["demands"], map[string]any{})
		return status == http.StatusForbidden
	}, 10*time.Second, 50*time.Millisecond, "it ends")
}

func TestNoDirectSearchWithoutAnAddressForBrowsers(t *testing.T) {
	_, err := open(t).Token(t.Context(), time.Now())
	require.Equal(t, domain.NotFound, domain.KindOf(err))
}

func TestWhileTheEngineIsDownTheBreakerAnswers(t *testing.T) {
	var asked int
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer down.Close()
	e, err := meili.Open(meili.Options{URL: down.URL, Key: "any"})
	require.NoError(t, err)
	for i := range 8 {
		_, err = e.Search(t.Context(), search.Query{Side: domain.DemandSide, Limit: 1})
		require.Equal(t, domain.Unavailable, domain.KindOf(err))
		var wait interface{ RetryAfter() time.Duration }
		require.ErrorAs(t, err, &wait)
		if i < 5 {
			require.Equal(t, 7*time.Second, wait.RetryAfter(), "as the server says")
		} else {
			require.Positive(t, wait.RetryAfter())
		}
	}
	require.Equal(t, 5, asked, "after five nobody asks for a while")
}

func TestAWrongKeyIsOurFaultAndNotTheVisitors(t *testing.T) {
	_, o := opened(t)
	o.Key = "wrong"
	e, err := meili.Open(o)
	require.NoError(t, err)
	_, err = e.Search(t.Context(), search.Query{Side: domain.DemandSide, Limit: 1})
	require.Equal(t, domain.Unavailable, domain.KindOf(err), "%v", err)
	require.Equal(t, domain.Forbidden, domain.KindOf(e.Apply(t.Context(), market())), "whoever feeds must know")
}

// In both cases a bound that was not kept would be the other one: an hour.
func TestASlowEngineIsGivenUp(t *testing.T) {
	hold := make(chan struct{})
	var failing atomic.Bool
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if failing.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		<-hold
	}))
	defer slow.Close()
	defer close(hold)
	ask := func(e *meili.Engine) {
		_, err := e.Candidates(t.Context(), domain.CandidateQuery{Side: domain.DemandSide, Words: "java"})
		require.Equal(t, domain.Unavailable, domain.KindOf(err))
	}
	t.Run("when patience is at its end", func(*testing.T) {
		e, err := meili.Open(meili.Options{URL: slow.URL, Key: "any", Patience: 20 * time.Millisecond, Timeout: time.Hour})
		require.NoError(t, err)
		ask(e)
	})
	t.Run("sooner, once it has failed", func(*testing.T) {
		e, err := meili.Open(meili.Options{URL: slow.URL, Key: "any", Patience: time.Hour, Timeout: 20 * time.Millisecond})
		require.NoError(t, err)
		failing.Store(true)
		ask(e)
		failing.Store(false)
		ask(e)
	})
}

func TestACallerThatGoesAwayIsNoFailureOfTheEngine(t *testing.T) {
	e := open(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 10 {
		_, err := e.Search(gone, search.Query{Side: domain.DemandSide, Limit: 1})
		require.ErrorIs(t, err, context.Canceled)
	}
	_, err := e.Search(t.Context(), search.Query{Side: domain.DemandSide, Limit: 1})
	require.NoError(t, err)
}

func TestCandidatesAreBounded(t *testing.T) {
	e := open(t, func(o *meili.Options) { o.MaxCandidates = 3 })
	b := market()
	described := b.Programmes[0]
	described.Title, described.Description = domain.Text{RU: "Администрирование"}, domain.Text{RU: "Сети и серверы"}
	list := []search.Programme{described}
	for _, p := range b.Programmes[1:4] {
		p.Title, p.Description = domain.Text{RU: "Сети"}, domain.Text{}
		list = append(list, p)
	}
	require.NoError(t, e.Apply(t.Context(), search.Batch{Programmes: list}))
	query := domain.CandidateQuery{Side: domain.ProgrammeSide, Words: "сети"}
	found, err := e.Candidates(t.Context(), query)
	require.NoError(t, err)
	require.False(t, found.Exact)
	require.Len(t, found.IDs, 3)
	require.NotContains(t, found.IDs, described.ID, "titles go first")
	require.NoError(t, e.Apply(t.Context(), search.Batch{Gone: []uuid.UUID{list[1].ID}}))
	found, err = e.Candidates(t.Context(), query)
	require.NoError(t, err)
	require.True(t, found.Exact, "exactly as many as may be")
	require.Len(t, found.IDs, 3)
}
