package domain_test

import (
	"context"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// shelves are the programmes of a market, as the database would have them.
type shelves struct {
	domain.Reader
	programmes map[uuid.UUID]*domain.Programme
}

func (s shelves) AtOnce(_ context.Context, read func(domain.Reader) error) error { return read(s) }

func (s shelves) Programme(_ context.Context, id uuid.UUID) (*domain.Programme, error) {
	return s.programmes[id], nil
}

func (s shelves) Programmes(context.Context, []uuid.UUID) (map[uuid.UUID]*domain.Programme, error) {
	return s.programmes, nil
}

func (shelves) Organisations(context.Context, []uuid.UUID) (map[uuid.UUID]*domain.Organisation, error) {
	return nil, nil
}

func TestSimilarProgrammesAreThoseThatTeachTheMostOfIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		market := oracletest.Markets().Draw(t, "market")
		market.Programmes = market.Programmes[min(1, len(market.Programmes)):] // the first has the id that nothing has
		if len(market.Programmes) == 0 {
			return
		}
		of := rapid.SampledFrom(market.Programmes).Draw(t, "of")
		kept := shelves{programmes: map[uuid.UUID]*domain.Programme{}}
		for _, p := range market.Programmes {
			kept.programmes[p.ID] = p
		}
		index := coverage.New()
		require.NoError(t, index.Rebuild(func(apply func([]*domain.Demand, []*domain.Programme, []uuid.UUID) error) error {
			return apply(nil, market.Programmes, nil)
		}))
		index.UseCatalogue(market.Catalogue)
		matching := domain.NewMatching(kept, func() *domain.Catalogue { return market.Catalogue }, index, nil, nil)
		want := likeness(market, of)

		ask, got := domain.ProgrammeAsk{Limit: rapid.IntRange(1, 5).Draw(t, "limit")}, []uuid.UUID{}
		for more := true; more; more = ask.After != nil {
			page, err := matching.Similar(t.Context(), domain.Actor{Operator: true}, of.ID, ask)
			require.NoError(t, err)
			require.Equal(t, len(want), page.Total)
			for _, match := range page.Items {
				require.Len(t, match.Lines, len(of.Outcomes))
				require.Positive(t, match.Points)
				got = append(got, match.Programme.ID)
			}
			ask.After = page.Next
		}
		require.Equal(t, want, got)
	})
}

// likeness ranks the other published programmes by looking at each of them.
func likeness(market oracletest.Market, of *domain.Programme) []uuid.UUID {
	var taught []domain.Requirement
	for _, o := range of.Outcomes {
		taught = append(taught, domain.Requirement{Competence: o.Competence, Level: o.Level, Source: o.Source, Importance: domain.Should})
	}
	var ranks []domain.ProgrammeRank
	for _, p := range market.Programmes {
		e := domain.Explain(market.Catalogue.Relations(), taught, p.Outcomes, nil)
		if p.ID != of.ID && p.Listed() && e.Points > 0 {
			ranks = append(ranks, domain.ProgrammeRank{ID: p.ID, Points: e.Points, MustsMet: e.MustsMet, Weeks: p.Weeks})
		}
	}
	slices.SortFunc(ranks, domain.ProgrammeRank.Compare)
	ids := []uuid.UUID{}
	for _, r := range ranks {
		ids = append(ids, r.ID)
	}
	return ids
}
