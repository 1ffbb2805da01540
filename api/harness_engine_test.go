package api

import (
	"context"
	"time"

	"kopir/domain"
	"kopir/search"
)

// fed is an engine that is fed, as far as administrators and direct search look at it.
type fed struct {
	domain.Feeds
	state    domain.EngineState
	standing domain.FeedStanding
	failures []domain.Failure
	down     error // what the engine answers to everything, if it is not nil
	retried  [][]domain.Subject
}

// wellFed has everything.
func wellFed() *fed {
	return &fed{
		state:    domain.EngineState{Kind: "meilisearch", Complete: true, Generation: "third"},
		standing: domain.FeedStanding{Feed: domain.Feed{Generation: "third"}},
	}
}

// behind puts an engine behind the edge.
func (f *fed) behind(s *setting) { s.engine, s.feeds, s.direct = f, f, f }

func (f *fed) State(context.Context) (domain.EngineState, error) { return f.state, f.down }

func (f *fed) FeedStanding(_ context.Context, feed domain.FeedName) (domain.FeedStanding, error) {
	if feed != domain.SearchFeed {
		panic(feed)
	}
	return f.standing, nil
}

func (f *fed) Failures(_ context.Context, _ domain.FeedName, limit int) ([]domain.Failure, error) {
	return f.failures[:min(limit, len(f.failures))], nil
}

func (f *fed) RetryFailures(_ context.Context, _ domain.FeedName, subjects []domain.Subject) (int, error) {
	f.retried = append(f.retried, subjects)
	return len(f.failures), nil
}

func (f *fed) Token(_ context.Context, now time.Time) (search.DirectAccess, error) {
	return search.DirectAccess{
		Token: "header.claims.signature", URL: "https://search.example.kz", ExpiresAt: now.Add(5 * time.Minute),
		Indexes: map[string]string{"demands": "d", "programmes": "p", "competences": "c"},
	}, f.down
}

// lesser is an engine that stands in for another, and says so.
type lesser struct{ search.Index }

func (l lesser) Search(ctx context.Context, q search.Query) (search.Result, error) {
	r, err := l.Index.Search(ctx, q)
	r.Fallback = true
	return r, err
}

func (l lesser) SearchBoth(ctx context.Context, q search.FederatedQuery) (search.FederatedResult, error) {
	r, err := l.Index.SearchBoth(ctx, q)
	r.Fallback = true
	return r, err
}

func (l lesser) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	c, err := l.Index.Candidates(ctx, q)
	c.Fallback = true
	return c, err
}

// silent is an engine that takes what it is given and answers nothing; it knows how long that will last.
type silent struct {
	search.Index
	wait time.Duration
}

// outage is Unavailable for a time that is known.
type outage struct {
	public *domain.Error
	wait   time.Duration
}

func (o outage) Error() string             { return o.public.Error() }
func (o outage) RetryAfter() time.Duration { return o.wait }
func (o outage) Unwrap() error             { return o.public }

func outageOf(wait time.Duration) error {
	return outage{domain.Fail(domain.Unavailable, domain.CodeEngineDown), wait}
}

func (s silent) Search(context.Context, search.Query) (search.Result, error) {
	return search.Result{}, outageOf(s.wait)
}

func (s silent) SearchBoth(context.Context, search.FederatedQuery) (search.FederatedResult, error) {
	return search.FederatedResult{}, outageOf(s.wait)
}

func (s silent) Competences(context.Context, search.CompetenceQuery) ([]search.CompetenceHit, int, error) {
	return nil, 0, outageOf(s.wait)
}

func (s silent) Candidates(context.Context, domain.CandidateQuery) (domain.Candidates, error) {
	return domain.Candidates{}, outageOf(s.wait)
}
