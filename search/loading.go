package search

import (
	"context"

	"kopir/domain"
)

// WhenLoaded returns an engine that is Unavailable until it has been filled once: what is empty must not be taken for a
// market without anything in it.
func WhenLoaded(index Index, loaded func() bool) Index { return &loading{index, loaded} }

type loading struct {
	Index
	loaded func() bool
}

func (l *loading) check() error {
	if l.loaded() {
		return nil
	}
	return domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
}

// Search is Unavailable until there is something to search.
func (l *loading) Search(ctx context.Context, q Query) (Result, error) {
	if err := l.check(); err != nil {
		return Result{}, err
	}
	return l.Index.Search(ctx, q)
}

// SearchBoth is Unavailable until there is something to search.
func (l *loading) SearchBoth(ctx context.Context, q FederatedQuery) (FederatedResult, error) {
	if err := l.check(); err != nil {
		return FederatedResult{}, err
	}
	return l.Index.SearchBoth(ctx, q)
}

// Candidates are Unavailable until there is something to search.
func (l *loading) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	if err := l.check(); err != nil {
		return domain.Candidates{}, err
	}
	return l.Index.Candidates(ctx, q)
}
