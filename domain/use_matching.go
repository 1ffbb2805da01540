package domain

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Matching are the verbs that bring the two sides together. The matcher ranks; what it ranks is read from the database
// and explained from there, so that nobody sees what has been hidden meanwhile.
type Matching struct {
	store     Reader
	catalogue func() *Catalogue
	matcher   Matcher
	words     Words
	today     func() Date
}

// NewMatching returns the verbs of matching.
func NewMatching(store Reader, catalogue func() *Catalogue, matcher Matcher, words Words, today func() Date) *Matching {
	return &Matching{store, catalogue, matcher, words, today}
}

// ProgrammeMatch is a programme that serves requirements, and why.
type ProgrammeMatch struct {
	Programme    *Programme
	Organisation *Organisation
	Explanation
	Entry *Entry // nil unless own levels were given
	Alike bool   // what was asked for is what another programme teaches
}

// DemandMatch is a demand that outcomes serve, and why.
type DemandMatch struct {
	Demand       *Demand
	Organisation *Organisation
	Explanation
}

// Matches is a page of matches in their total order.
type Matches[M, R any] struct {
	Items []M
	Next  *R // the last item's rank, to continue after; nil at the end
	Total int
	Exact bool // false when words named more candidates than the configured bound
	// Fallback says that the usual engine could not tell what the words find, and a lesser one did.
	Fallback bool
}

// ProgrammeMatches is a page of programmes.
type ProgrammeMatches = Matches[ProgrammeMatch, ProgrammeRank]

// DemandMatches is a page of demands.
type DemandMatches = Matches[DemandMatch, DemandRank]

// ProgrammeAsk asks for programmes that serve requirements. Learner says that own levels were given, if only none.
type ProgrammeAsk struct {
	Requirements []Requirement
	Learner      bool
	Own          []Outcome
	Constraints  ProgrammeConstraints
	Words        string
	Without      uuid.UUID // not this one, as if it were not there; Nil leaves none out
	After        *ProgrammeRank
	Limit        int
}

// DemandAsk asks for demands that outcomes serve.
type DemandAsk struct {
	Outcomes    []Outcome
	Constraints DemandConstraints
	Words       string
	After       *DemandRank
	Limit       int
}

// atOnce lets verbs work on what all reads at once: see Reader.AtOnce.
func atOnce[T any](ctx context.Context, m *Matching, work func(*Matching) (T, error)) (out T, err error) {
	err = m.store.AtOnce(ctx, func(r Reader) error {
		now := *m
		now.store = r
		out, err = work(&now)
		return err
	})
	return out, err
}

// ForDemand returns the programmes that serve a demand, which the actor must be able to see; else NotFound.
func (m *Matching) ForDemand(ctx context.Context, a Actor, id uuid.UUID, ask ProgrammeAsk) (ProgrammeMatches, error) {
	return atOnce(ctx, m, func(m *Matching) (ProgrammeMatches, error) {
		d, err := visibleDemand(ctx, m.store, a, id)
		if err != nil {
			return ProgrammeMatches{}, err
		}
		ask.Requirements = d.Requirements
		return m.programmes(ctx, ask)
	})
}

// ForProgramme returns the open demands that a programme serves, which the actor must be able to see; else NotFound.
func (m *Matching) ForProgramme(ctx context.Context, a Actor, id uuid.UUID, ask DemandAsk) (DemandMatches, error) {
	return atOnce(ctx, m, func(m *Matching) (DemandMatches, error) {
		p, err := visibleProgramme(ctx, m.store, a, id)
		if err != nil {
			return DemandMatches{}, err
		}
		ask.Outcomes = p.Outcomes
		return m.demands(ctx, ask)
	})
}

// Similar returns the other published programmes that teach what a programme teaches, which the actor must be able to
// see; else NotFound. What it teaches are the requirements, all of equal importance: coverage is how much of it another
// one teaches.
func (m *Matching) Similar(ctx context.Context, a Actor, id uuid.UUID, ask ProgrammeAsk) (ProgrammeMatches, error) {
	return atOnce(ctx, m, func(m *Matching) (ProgrammeMatches, error) {
		p, err := visibleProgramme(ctx, m.store, a, id)
		if err != nil {
			return ProgrammeMatches{}, err
		}
		ask.Requirements, ask.Without = nil, p.ID
		for _, o := range p.Outcomes {
			ask.Requirements = append(ask.Requirements, Requirement{o.Competence, o.Level, o.Source, Should})
		}
		out, err := m.programmes(ctx, ask)
		for i := range out.Items {
			out.Items[i].Alike = true
		}
		return out, err
	})
}

// Programmes returns the published programmes that serve requirements, best first. It returns Unavailable while the
// index is loading.
func (m *Matching) Programmes(ctx context.Context, ask ProgrammeAsk) (ProgrammeMatches, error) {
	return atOnce(ctx, m, func(m *Matching) (ProgrammeMatches, error) { return m.programmes(ctx, ask) })
}

func (m *Matching) programmes(ctx context.Context, ask ProgrammeAsk) (ProgrammeMatches, error) {
	q := ProgrammeQuery{
		Requirements: ask.Requirements, Constraints: ask.Constraints, Without: ask.Without, After: ask.After, Limit: ask.Limit + 1,
	}
	if ask.Learner {
		q.Own = ask.Own
	}
	out := ProgrammeMatches{Exact: true}
	if ask.Words != "" {
		c, err := m.words.Candidates(ctx, CandidateQuery{
			Side: ProgrammeSide, Words: ask.Words, Competences: asked(ask.Requirements), Programmes: ask.Constraints, Today: m.today(),
		})
		if err != nil {
			return out, err
		}
		q.Among, q.Narrowed, out.Exact, out.Fallback = c.IDs, true, c.Exact, c.Fallback
	}
	ranks, total, err := m.matcher.Programmes(ctx, q)
	if err != nil {
		return out, err
	}
	out.Total = total
	ranks, out.Next = page(ranks, ask.Limit)
	programmes, err := m.store.Programmes(ctx, ids(ranks, func(r ProgrammeRank) uuid.UUID { return r.ID }))
	if err != nil {
		return out, err
	}
	organisations, err := m.store.Organisations(ctx, owners(programmes, func(p *Programme) uuid.UUID { return p.OrganisationID }))
	if err != nil {
		return out, err
	}
	rel := m.catalogue().Relations()
	explainer := NewExplainer(rel, ask.Requirements, q.Own)
	out.Items = make([]ProgrammeMatch, 0, len(ranks))
	for _, r := range ranks {
		p := programmes[r.ID]
		if p == nil || !p.Listed() {
			continue
		}
		match := ProgrammeMatch{Programme: p, Organisation: organisations[p.OrganisationID]}
		match.Explanation = explainer.Explain(p.Outcomes)
		if ask.Learner {
			entry := EntryFor(rel, p.Prerequisites, ask.Own)
			match.Entry = &entry
		}
		out.Items = append(out.Items, match)
	}
	return out, nil
}

// Demands returns the open demands that outcomes serve, best first. It returns Unavailable while the index is loading.
func (m *Matching) Demands(ctx context.Context, ask DemandAsk) (DemandMatches, error) {
	return atOnce(ctx, m, func(m *Matching) (DemandMatches, error) { return m.demands(ctx, ask) })
}

func (m *Matching) demands(ctx context.Context, ask DemandAsk) (DemandMatches, error) {
	q := DemandQuery{
		Outcomes: ask.Outcomes, Constraints: ask.Constraints, Today: m.today(), After: ask.After, Limit: ask.Limit + 1,
	}
	out := DemandMatches{Exact: true}
	if ask.Words != "" {
		c, err := m.words.Candidates(ctx, CandidateQuery{
			Side: DemandSide, Words: ask.Words, Competences: offered(ask.Outcomes), Demands: ask.Constraints, Today: q.Today,
		})
		if err != nil {
			return out, err
		}
		q.Among, q.Narrowed, out.Exact, out.Fallback = c.IDs, true, c.Exact, c.Fallback
	}
	ranks, total, err := m.matcher.Demands(ctx, q)
	if err != nil {
		return out, err
	}
	out.Total = total
	ranks, out.Next = page(ranks, ask.Limit)
	demands, err := m.store.Demands(ctx, ids(ranks, func(r DemandRank) uuid.UUID { return r.ID }))
	if err != nil {
		return out, err
	}
	organisations, err := m.store.Organisations(ctx, owners(demands, func(d *Demand) uuid.UUID { return d.OrganisationID }))
	if err != nil {
		return out, err
	}
	rel := m.catalogue().Relations()
	for _, r := range ranks {
		d := demands[r.ID]
		if d == nil || !d.Open(q.Today) {
			continue
		}
		match := DemandMatch{Demand: d, Organisation: organisations[d.OrganisationID]}
		match.Explanation = Explain(rel, d.Requirements, ask.Outcomes, nil)
		out.Items = append(out.Items, match)
	}
	return out, nil
}

func asked(list []Requirement) []CompetenceID {
	out := make([]CompetenceID, len(list))
	for i, r := range list {
		out[i] = r.Competence
	}
	return out
}

func offered(list []Outcome) []CompetenceID {
	out := make([]CompetenceID, len(list))
	for i, o := range list {
		out[i] = o.Competence
	}
	return out
}

// page cuts a list that was asked for with one more than the limit, and returns the last rank if there was more.
func page[R any](ranks []R, limit int) ([]R, *R) {
	if len(ranks) <= limit {
		return ranks, nil
	}
	return ranks[:limit], &ranks[limit-1]
}

func ids[R any](ranks []R, id func(R) uuid.UUID) []uuid.UUID {
	out := make([]uuid.UUID, len(ranks))
	for i, r := range ranks {
		out[i] = id(r)
	}
	return out
}

// owners lists the distinct owners of what a map holds.
func owners[T any](m map[uuid.UUID]T, owner func(T) uuid.UUID) []uuid.UUID {
	out := make([]uuid.UUID, 0, len(m))
	for _, v := range m {
		if id := owner(v); !slices.Contains(out, id) { // a page has few
			out = append(out, id)
		}
	}
	return out
}
