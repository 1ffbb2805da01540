package domain

import (
	"context"

	"github.com/google/uuid"
)

// AdviceAsk asks for advice on a programme.
type AdviceAsk struct {
	Constraints DemandConstraints
	Skip        int
	Limit       int
}

// ProgrammeAdvice is a page of advice on a programme, best first.
type ProgrammeAdvice struct {
	Items []Advice
	Next  int // what to skip for the next page; 0 at the end
	Total int
}

// Advice is one piece of advice and the demands that gain most by it.
type Advice struct {
	Advised
	Served []BetterServed
}

// BetterServed is a demand before and after an advice is taken.
type BetterServed struct {
	DemandGain
	Demand        *Demand
	Organisation  *Organisation
	Before, After Score
}

// adviceExamples is how many demands are named with each piece of advice.
const adviceExamples = 3

// Advice says which competence, added to a programme's outcomes or raised there, would raise its coverage of open demands
// most, weighed by their openings. The actor must be able to see the programme; else NotFound. It returns Unavailable
// while the index is loading.
func (m *Matching) Advice(ctx context.Context, a Actor, id uuid.UUID, ask AdviceAsk) (ProgrammeAdvice, error) {
	p, err := visibleProgramme(ctx, m.store, a, id)
	if err != nil {
		return ProgrammeAdvice{}, err
	}
	q := AdviceQuery{
		Outcomes: p.Outcomes, Constraints: ask.Constraints, Today: m.today(), Skip: ask.Skip, Limit: ask.Limit, Examples: adviceExamples,
	}
	found, total, err := m.matcher.Advice(ctx, q)
	if err != nil {
		return ProgrammeAdvice{}, err
	}
	out := ProgrammeAdvice{Total: total}
	if seen := ask.Skip + len(found); len(found) > 0 && seen < total {
		out.Next = seen
	}
	var examples []uuid.UUID
	for _, f := range found {
		examples = append(examples, ids(f.Examples, func(g DemandGain) uuid.UUID { return g.ID })...)
	}
	demands, err := m.store.Demands(ctx, examples)
	if err != nil {
		return out, err
	}
	organisations, err := m.store.Organisations(ctx, owners(demands, func(d *Demand) uuid.UUID { return d.OrganisationID }))
	if err != nil {
		return out, err
	}
	rel := m.catalogue().Relations()
	for _, f := range found {
		item, with := Advice{Advised: f}, WithOutcome(p.Outcomes, f.Competence, f.Level)
		for _, g := range f.Examples {
			d := demands[g.ID]
			if d == nil || !d.Open(q.Today) {
				continue
			}
			item.Served = append(item.Served, BetterServed{
				g, d, organisations[d.OrganisationID],
				Explain(rel, d.Requirements, p.Outcomes, nil).Score, Explain(rel, d.Requirements, with, nil).Score,
			})
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
