package main

import (
	"context"
	"slices"

	"kopir/domain"
)

// bruteForce is the engine that looks at everything.
const bruteForce = "brute"

// lookUp is how many things are looked at before somebody may interrupt.
const lookUp = 4_096

// Programmes looks at every programme with domain.Explain, and sorts.
func (m *market) Programmes(ctx context.Context, q domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error) {
	rel := m.catalogue.Relations()
	base := domain.Explain(rel, q.Requirements, nil, q.Own).Points
	var ranks []domain.ProgrammeRank
	for i, p := range m.programmes {
		if i%lookUp == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if !q.Constraints.Admits(&p.ProgrammeTerms) {
			continue
		}
		e := domain.Explain(rel, q.Requirements, p.Outcomes, q.Own)
		if e.Points > base && (!q.Constraints.AllMusts || e.MustsMet == e.Musts) {
			ranks = append(ranks, domain.ProgrammeRank{ID: p.ID, Points: e.Points, MustsMet: e.MustsMet, Weeks: p.Weeks})
		}
	}
	slices.SortFunc(ranks, domain.ProgrammeRank.Compare)
	return ranks[:min(q.Limit, len(ranks))], counted(len(ranks), q.Uncounted), nil
}

// Demands looks at every demand with domain.Explain, and sorts.
func (m *market) Demands(ctx context.Context, q domain.DemandQuery) ([]domain.DemandRank, int, error) {
	rel := m.catalogue.Relations()
	var ranks []domain.DemandRank
	for i, d := range m.demands {
		if i%lookUp == 0 && ctx.Err() != nil {
			return nil, 0, ctx.Err()
		}
		if !d.Open(q.Today) || !q.Constraints.Admits(&d.DemandTerms) {
			continue
		}
		if e := domain.Explain(rel, d.Requirements, q.Outcomes, nil); e.Points > 0 {
			ranks = append(ranks, domain.DemandRank{ID: d.ID, Points: e.Points, Of: e.Of, Openings: d.Openings})
		}
	}
	slices.SortFunc(ranks, domain.DemandRank.Compare)
	return ranks[:min(q.Limit, len(ranks))], counted(len(ranks), q.Uncounted), nil
}

// counted is a total, if it is asked for.
func counted(total int, not bool) int {
	if not {
		return 0
	}
	return total
}
