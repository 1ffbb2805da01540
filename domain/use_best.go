package domain

import (
	"context"
	"errors"
	"iter"
	"slices"
)

// BestAsk asks for the best programmes of every open demand that satisfies the constraints.
type BestAsk struct {
	Constraints DemandConstraints
	Limit       int // programmes for each demand
	Workers     int // that match at once; 0 means one for each processor
}

// BestOf is a demand and the programmes that serve it best, in their order.
type BestOf struct {
	Demand     *Demand
	Programmes []ProgrammeRank
}

// Score returns the arithmetic of one of the programmes.
func (b BestOf) Score(r ProgrammeRank) Score {
	s := Score{Points: r.Points, MustsMet: r.MustsMet}
	for _, req := range b.Demand.Requirements {
		s.Of += req.Importance.Weight() * int64(Whole)
		if req.Importance == Must {
			s.Musts++
		}
	}
	return s
}

// bestBatch is how many demands are read at once.
const bestBatch = 500

var errEnough = errors.New("nobody wants more")

// Best yields the best programmes of every open demand, by the demands' ids, those that nothing serves included. Nothing is
// held between two of them but a batch of demands, and what was changed or hidden meanwhile may be seen as it was or as it
// is. An error ends it. Best returns Unauthenticated for a visitor, Forbidden to all but analysts and administrators,
// Unavailable while the index is loading.
func (m *Matching) Best(ctx context.Context, a Actor, ask BestAsk) (iter.Seq2[BestOf, error], error) {
	if err := mayAnalyse(ctx, m.store, a); err != nil {
		return nil, err
	}
	if _, _, err := m.matcher.Programmes(ctx, ProgrammeQuery{}); err != nil {
		return nil, err
	}
	return func(yield func(BestOf, error) bool) {
		err := m.store.PublishedDemands(ctx, bestBatch, func(list []*Demand) error {
			return m.bestOf(ctx, ask, list, yield)
		})
		if err != nil && !errors.Is(err, errEnough) {
			yield(BestOf{}, err)
		}
	}, nil
}

// bestOf yields the best programmes of those of a batch that count. It returns errEnough when yield wants no more.
func (m *Matching) bestOf(ctx context.Context, ask BestAsk, list []*Demand, yield func(BestOf, error) bool) error {
	today := m.today()
	list = slices.DeleteFunc(list, func(d *Demand) bool {
		return !d.Open(today) || !ask.Constraints.Admits(&d.DemandTerms)
	})
	queries := func(next func(ProgrammeQuery) bool) {
		for _, d := range list {
			if !next(ProgrammeQuery{Requirements: d.Requirements, Limit: ask.Limit}) {
				return
			}
		}
	}
	return m.matcher.BestProgrammes(ctx, ask.Workers, queries, func(i int, ranks []ProgrammeRank) error {
		if !yield(BestOf{list[i], ranks}, nil) {
			return errEnough
		}
		return nil
	})
}
