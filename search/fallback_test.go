package search_test

import (
	"context"
	"testing"

	"kopir/domain"
	"kopir/search"
	"kopir/search/embedded"
	"kopir/search/searchtest"

	"github.com/stretchr/testify/require"
)

// lame is an engine that fails when it is told to.
type lame struct {
	search.Index
	err error
}

func (l *lame) Search(ctx context.Context, q search.Query) (search.Result, error) {
	if l.err != nil {
		return search.Result{}, l.err
	}
	return l.Index.Search(ctx, q)
}

func (l *lame) SearchBoth(ctx context.Context, q search.FederatedQuery) (search.FederatedResult, error) {
	if l.err != nil {
		return search.FederatedResult{}, l.err
	}
	return l.Index.SearchBoth(ctx, q)
}

func (l *lame) Candidates(ctx context.Context, q domain.CandidateQuery) (domain.Candidates, error) {
	if l.err != nil {
		return domain.Candidates{}, l.err
	}
	return l.Index.Candidates(ctx, q)
}

func filled(t *testing.T, b search.Batch) *embedded.Engine {
	e, err := embedded.Open(embedded.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	require.NoError(t, e.UseCatalogue(t.Context(), searchtest.Catalogue()))
	require.NoError(t, e.Apply(t.Context(), b))
	return e
}

func TestAnotherEngineAnswersWhileTheUsualOneCannot(t *testing.T) {
	usual := &lame{Index: filled(t, search.Batch{})} // finds nothing, so that one sees who answered
	e := search.WithFallback(usual, filled(t, searchtest.Market()))
	ask := func() (total int, marked []bool, err error) {
		r, err := e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Words: "java", Limit: 1})
		if err != nil {
			return 0, nil, err
		}
		both, err := e.SearchBoth(t.Context(), search.FederatedQuery{Words: "java", Limit: 1})
		require.NoError(t, err)
		c, err := e.Candidates(t.Context(), domain.CandidateQuery{Side: domain.ProgrammeSide, Words: "java"})
		require.NoError(t, err)
		require.Len(t, c.IDs, r.Total)
		require.Equal(t, r.Total, both.Totals[domain.ProgrammeSide])
		return r.Total, []bool{r.Fallback, both.Fallback, c.Fallback}, nil
	}
	total, marked, err := ask()
	require.NoError(t, err)
	require.Zero(t, total, "the usual one answers while it can")
	require.Equal(t, []bool{false, false, false}, marked)

	usual.err = domain.Fail(domain.Unavailable, domain.CodeUnavailable)
	total, marked, err = ask()
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, []bool{true, true, true}, marked)

	usual.err = domain.Fail(domain.Invalid, domain.CodeBadCursor)
	_, _, err = ask()
	require.Equal(t, domain.Invalid, domain.KindOf(err), "a fault of the question is no outage")

	usual.err = nil
	total, _, err = ask()
	require.NoError(t, err)
	require.Zero(t, total, "and it is the usual one's turn again by itself")
}

func TestAMarkOfTheUsualEngineMeansNothingToTheOther(t *testing.T) {
	usual := &lame{Index: filled(t, search.Batch{}), err: domain.Fail(domain.Unavailable, domain.CodeUnavailable)}
	e := search.WithFallback(usual, filled(t, searchtest.Market()))
	_, err := e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, After: "of the usual one", Limit: 1})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
}

func TestAnEngineThatIsNotLoadedIsNoEmptyMarket(t *testing.T) {
	loaded := false
	e := search.WhenLoaded(filled(t, searchtest.Market()), func() bool { return loaded })
	ask := func() map[string]error {
		_, one := e.Search(t.Context(), search.Query{Side: domain.ProgrammeSide, Limit: 1})
		_, both := e.SearchBoth(t.Context(), search.FederatedQuery{Limit: 1})
		_, candidates := e.Candidates(t.Context(), domain.CandidateQuery{Side: domain.ProgrammeSide, Words: "java"})
		return map[string]error{"search": one, "search of both": both, "candidates": candidates}
	}
	for name, err := range ask() {
		require.Equal(t, domain.Unavailable, domain.KindOf(err), name)
	}
	hits, _, err := e.Competences(t.Context(), search.CompetenceQuery{Words: "java", Limit: 1})
	require.NoError(t, err)
	require.NotEmpty(t, hits, "competences are there from the start")
	loaded = true
	for name, err := range ask() {
		require.NoError(t, err, name)
	}
}
