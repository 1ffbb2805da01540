package search

import (
	"context"

	"kopir/domain"
)

// WithFallback returns an engine that asks another one, and marks its answers, while the usual one is Unavailable. Only
// searches fall back: what is written to the usual engine is not written to the other, which somebody else feeds.
func WithFallback(usual, other Index) Index { return &fallback{usual, other} }

type fallback struct {
	Index
	other Index
}

// lesser asks the other engine if the usual one failed because it is Unavailable. If that one cannot answer either, the
// usual one's error counts: a mark of the one means nothing to the other.
func lesser[T any](answer T, err error, ask func() (T, error), mark func(*T)) (T, error) {
	if domain.KindOf(err) != domain.Unavailable {
		return answer, err
	}
	second, failed := ask()
	if failed != nil {
		return answer, err
	}
	mark(&second)
	return second, nil
}

// Search asks the usual engine, else the other.
func (f *fallback) Search(ctx context.Context, q Query) (Result, error) {
	r, err := f.Index.Search(ctx, q)
	return lesser(r, err, func() (Result, error) { return f.other.Search(ctx, q) }, func(r *Result) { r.Fallback = true })
}

// SearchBoth asks the usual engine, else the other.
func (f *fallback) SearchBoth(ctx context.Context, q FederatedQuery) (FederatedResult, error) {
	r, err := f.Index.SearchBoth(ctx, q)
	return lesser(r, err, func() (FederatedResult, error) { return f.other.SearchBoth(ctx, q) }, func(r *FederatedResult) { r.Fallback = true })
}

// Candidates asks the usual engine, else the other.
func (f *fallback) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	c, err := f.Index.Candidates(ctx, q)
	return lesser(c, err, func() (domain.Candidates, error) { return f.other.Candidates(ctx, q) }, func(c *domain.Candidates) { c.Fallback = true })
}
