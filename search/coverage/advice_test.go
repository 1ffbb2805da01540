package coverage_test

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search/coverage"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAdviceIsWhatEveryCandidateWouldGain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := oracletest.Markets().Draw(t, "market")
		x := grown(t, m)
		d := oracletest.DemandQuery().Draw(t, "query")
		q := domain.AdviceQuery{Outcomes: d.Outcomes, Constraints: d.Constraints, Today: d.Today, Limit: 1000, Examples: 3}
		want := advised(m, q)
		got, total, err := x.Advice(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, len(want), total)
		require.Equal(t, told(want), told(got))
		q.Limit = rapid.IntRange(1, 4).Draw(t, "limit")
		for ; q.Skip <= len(want); q.Skip += q.Limit {
			got, total, err := x.Advice(t.Context(), q)
			require.NoError(t, err)
			require.Equal(t, len(want), total)
			require.Equal(t, told(part(want, q.Skip, q.Limit)), told(got))
		}
	})
}

// advised tries every competence of the catalogue at every level that is asked of what it serves, and matches all demands
// anew with each.
func advised(m oracletest.Market, q domain.AdviceQuery) []domain.Advised {
	rel := m.Catalogue.Relations()
	open := slices.DeleteFunc(slices.Clone(m.Demands), func(d *domain.Demand) bool {
		return !d.Open(q.Today) || !q.Constraints.Admits(&d.DemandTerms)
	})
	var out []domain.Advised
	for _, k := range m.Catalogue.Competences() {
		best := domain.Advised{AdviceRank: domain.AdviceRank{Competence: k.ID, Gain: new(big.Rat)}}
		for _, o := range q.Outcomes {
			if o.Competence == k.ID {
				best.From = o.Level
			}
		}
		for level := range domain.MaxLevel + 1 {
			if !asked(rel, open, q.Outcomes, k.ID, level) {
				continue
			}
			a := domain.Advised{AdviceRank: domain.AdviceRank{Competence: k.ID, From: best.From, Level: level, Gain: new(big.Rat)}}
			for _, d := range open {
				before := domain.Explain(rel, d.Requirements, q.Outcomes, nil)
				after := domain.Explain(rel, d.Requirements, domain.WithOutcome(q.Outcomes, k.ID, level), nil)
				if g := (domain.DemandGain{ID: d.ID, Openings: d.Openings, Points: after.Points - before.Points, Of: after.Of}); g.Points > 0 {
					a.Gain.Add(a.Gain, g.Gain())
					a.Demands++
					a.Openings += int64(d.Openings)
					a.Examples = append(a.Examples, g)
				}
			}
			if a.Gain.Cmp(best.Gain) > 0 {
				a.Levels = append(best.Levels, domain.LevelGain{Level: level, Gain: a.Gain})
				best = a
			}
		}
		if best.Level > 0 {
			slices.SortFunc(best.Examples, domain.DemandGain.Compare)
			best.Examples = part(best.Examples, 0, q.Examples)
			out = append(out, best)
		}
	}
	slices.SortFunc(out, func(a, b domain.Advised) int { return a.Compare(b.AdviceRank) })
	return out
}

// asked says whether a demand asks for a level of something that a competence serves and the outcomes do not meet.
func asked(rel *domain.Relations, open []*domain.Demand, outcomes []domain.Outcome, c domain.CompetenceID, l domain.Level) bool {
	return slices.ContainsFunc(open, func(d *domain.Demand) bool {
		return slices.ContainsFunc(domain.Explain(rel, d.Requirements, outcomes, nil).Lines, func(line domain.Line) bool {
			_, serves := rel.Between(line.Requirement.Competence, c)
			return serves && line.Requirement.Level == l && line.Credit < domain.Whole
		})
	})
}

// told writes advice down, so that equal fractions are equal.
func told(list []domain.Advised) []string {
	var out []string
	for _, a := range list {
		s := fmt.Sprint(a.Competence, a.From, a.Level, a.Gain.RatString(), a.Demands, a.Openings, a.Examples)
		for _, l := range a.Levels {
			s += fmt.Sprint(" ", l.Level, l.Gain.RatString())
		}
		out = append(out, s)
	}
	return out
}

func TestAdviceLeavesOutWhatWasReplaced(t *testing.T) {
	c, err := domain.NewCatalogue("replaced", []domain.Framework{{ID: "esco"}}, []domain.Competence{
		{ID: "esco:go", Framework: "esco"}, {ID: "esco:golang", Framework: "esco", Exact: []domain.CompetenceID{"esco:go"}, ReplacedBy: "esco:go"},
	})
	require.NoError(t, err)
	x := coverage.New()
	load(t, x)
	x.UseCatalogue(c)
	demands := twoDemands(5)
	demands[0].Openings = 1
	x.Apply(demands, nil, nil)
	got, total, err := x.Advice(t.Context(), domain.AdviceQuery{Today: oracletest.Today, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, domain.CompetenceID("esco:go"), got[0].Competence)
}

func TestAdviceIsRefusedAsMatchesAre(t *testing.T) {
	x := coverage.New()
	_, _, err := x.Advice(t.Context(), domain.AdviceQuery{})
	require.Equal(t, domain.Unavailable, domain.KindOf(err))
	load(t, x)
	_, _, err = x.Advice(t.Context(), domain.AdviceQuery{Outcomes: make([]domain.Outcome, domain.MaxOutcomes+1)})
	require.Equal(t, domain.Invalid, domain.KindOf(err))
	x.UseCatalogue(chain(t, 1))
	x.Apply(twoDemands(5), nil, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = x.Advice(ctx, domain.AdviceQuery{Today: oracletest.Today, Limit: 1})
	require.ErrorIs(t, err, context.Canceled)
}

// Two hundred musts weigh 800, of everything: the sums stay exact where weights have no small common multiple.
func TestAdviceIsExactWhateverDemandsWeigh(t *testing.T) {
	var demands []*domain.Demand
	want := new(big.Rat)
	for n := range domain.MaxRequirements {
		d := &domain.Demand{ID: uuid.UUID{1, byte(n)}, Status: domain.DemandPublished}
		d.ValidThrough, d.Openings = oracletest.Today, domain.MaxOpenings-n
		for range n + 1 {
			d.Requirements = append(d.Requirements, domain.Requirement{Competence: "esco:other", Level: 8, Importance: domain.Must})
		}
		d.Requirements[0].Competence = "esco:go"
		demands = append(demands, d)
		want.Add(want, big.NewRat(int64(d.Openings), int64(n+1)))
	}
	x := coverage.New()
	load(t, x)
	x.UseCatalogue(chain(t, 1))
	x.Apply(demands, nil, nil)
	got, _, err := x.Advice(t.Context(), domain.AdviceQuery{
		Outcomes: []domain.Outcome{{Competence: "esco:other", Level: 8}}, Today: oracletest.Today, Limit: 1, Examples: 1,
	})
	require.NoError(t, err)
	require.Equal(t, domain.CompetenceID("esco:go"), got[0].Competence)
	require.Zero(t, want.Cmp(got[0].Gain), "%s", got[0].Gain)
	require.Equal(t, demands[0].ID, got[0].Examples[0].ID)
}

func BenchmarkAdvice(b *testing.B) {
	eachSize(b, func(b *testing.B, m *market) {
		list := make([]domain.AdviceQuery, queries)
		for i := range list {
			d := m.DemandQuery()
			list[i] = domain.AdviceQuery{Outcomes: d.Outcomes, Today: d.Today, Limit: 20, Examples: 3}
		}
		timed(b, func(i int) error {
			_, _, err := m.index.Advice(b.Context(), list[i%queries])
			return err
		})
	})
}
