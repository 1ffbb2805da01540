package searchtest

import (
	"context"
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Run holds an engine to the contract. open returns an empty one and sees to its end with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) search.Index) {
	filled := func(t *testing.T) *market { return fill(t, open(t)) }
	t.Run("words", func(t *testing.T) { testWords(t, filled(t)) })
	t.Run("highlights", func(t *testing.T) { testHighlights(t, filled(t)) })
	t.Run("filters", func(t *testing.T) { testFilters(t, filled(t)) })
	t.Run("facets", func(t *testing.T) { testFacets(t, filled(t)) })
	t.Run("orders and pages", func(t *testing.T) { testOrders(t, filled(t)) })
	t.Run("candidates", func(t *testing.T) { testCandidates(t, filled(t)) })
	t.Run("what matches", func(t *testing.T) { testMatched(t, open) })
	t.Run("both sides at once", func(t *testing.T) { testBoth(t, filled(t)) })
	t.Run("strangers' text", func(t *testing.T) { testInjection(t, filled(t)) })
	t.Run("competences", func(t *testing.T) { testCompetences(t, filled(t)) })
	t.Run("changes", func(t *testing.T) { testChanges(t, open) })
	t.Run("rebuild", func(t *testing.T) { testRebuild(t, open) })
	t.Run("a generated market", func(t *testing.T) { testGenerated(t, open) })
}

// market is an engine with the suite's market in it, and the names of things by their ids.
type market struct {
	search.Index
	names  map[uuid.UUID]string
	bodies map[uuid.UUID]search.Body
}

func fill(t *testing.T, index search.Index) *market {
	t.Helper()
	batch := Market()
	m := &market{index, make(map[uuid.UUID]string), Bodies(batch)}
	require.NoError(t, index.UseCatalogue(t.Context(), Catalogue()))
	require.NoError(t, index.Apply(t.Context(), batch))
	for _, name := range append(append([]string{"ran-out"}, open...), all...) {
		m.names[id(name)] = name
	}
	return m
}

// Bodies returns what the things of a batch say.
func Bodies(b search.Batch) map[uuid.UUID]search.Body {
	out := make(map[uuid.UUID]search.Body)
	for _, d := range b.Demands {
		out[d.ID] = body(d.Title, d.Description, d.Organisation, d.Competences)
	}
	for _, p := range b.Programmes {
		out[p.ID] = body(p.Title, p.Description, p.Organisation, p.Competences)
	}
	return out
}

func body(title, description, organisation domain.Text, labels []search.Label) search.Body {
	b := search.Body{Title: title, Description: description, Organisation: organisation}
	for _, l := range labels {
		b.Competences = append(b.Competences, l.Label)
	}
	return b
}

// highlights shows where a hit's words are.
func (m *market) highlights(h search.Hit) []search.Highlight { return h.Highlights(m.bodies[h.ID]) }

// search asks with a limit that holds everything, unless the query has one.
func (m *market) search(t *testing.T, q search.Query) search.Result {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	if q.Today == 0 {
		q.Today = today
	}
	if q.Language == "" {
		q.Language = domain.Russian
	}
	r, err := m.Search(t.Context(), q)
	require.NoError(t, err)
	return r
}

// found names what a query finds, in order.
func (m *market) found(t *testing.T, q search.Query) []string {
	t.Helper()
	r := m.search(t, q)
	require.Equal(t, r.Total, len(r.Hits), "the total of %q", q.Words)
	return m.namesOf(r.Hits)
}

func (m *market) namesOf(hits []search.Hit) []string {
	out := make([]string, len(hits))
	for i, h := range hits {
		out[i] = m.names[h.ID]
	}
	return out
}

func (m *market) demands(t *testing.T, text string) []string {
	t.Helper()
	return m.found(t, search.Query{Side: domain.DemandSide, Words: text})
}

func (m *market) programmes(t *testing.T, text string) []string {
	t.Helper()
	return m.found(t, search.Query{Side: domain.ProgrammeSide, Words: text})
}

// everything returns what an engine has, by id.
func everything(t *testing.T, index search.Index, side domain.Side) []uuid.UUID {
	t.Helper()
	r, err := index.Search(context.WithoutCancel(t.Context()), search.Query{Side: side, Limit: 1000, Sort: search.ByNewest})
	require.NoError(t, err)
	ids := make([]uuid.UUID, len(r.Hits))
	for i, h := range r.Hits {
		ids[i] = h.ID
	}
	return ids
}
