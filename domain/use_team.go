package domain

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// How far the programmes that a plan may use are looked for.
const (
	MaxTeamProgrammes = 400 // that a plan may use
	mostOfOneAsking   = 16  // programmes for one requirement
	mostOfOnePerson   = 8   // and for all that somebody lacks
	mostTeamQueries   = 400 // to the index
	mostUnlocking     = 32  // prerequisites that programmes are looked for
)

// TeamAsk asks for what a team lacks and how to close it.
type TeamAsk struct {
	Team
	Constraints ProgrammeConstraints
	Limits      TeamLimits
}

// TeamMatch is a team with its requirements, and the plan for it.
type TeamMatch struct {
	Team
	*TeamPlan
}

// Score is what a sum of everybody's scores comes to, of all positions of the roles, vacant ones included.
func (t Team) Score(everybody []Score) Score {
	var sum Score
	for _, s := range everybody {
		sum.Points += s.Points
		sum.Musts += s.Musts
		sum.MustsMet += s.MustsMet
	}
	for _, r := range t.Roles {
		sum.Of += int64(r.Headcount) * r.of()
	}
	return sum
}

// Team places the staff of a team, says what they lack, and plans which of them take which published programmes. Nothing is
// kept. It returns NotFound for a demand that the actor cannot see, Invalid for one that asks more than a role may, and
// Unavailable while the index is loading.
func (m *Matching) Team(ctx context.Context, a Actor, ask TeamAsk) (TeamMatch, error) {
	out := TeamMatch{Team: ask.Team}
	out.Roles = slices.Clone(ask.Roles)
	var f Faults
	for i, r := range out.Roles {
		if r.Demand == uuid.Nil {
			continue
		}
		d, err := visibleDemand(ctx, m.store, a, r.Demand)
		if err != nil {
			return out, err
		}
		if len(d.Requirements) > MaxRoleRequirements {
			f.Add(pointer("/roles", i)+"/demand_id", CodeTooMany, MaxRoleRequirements)
		}
		out.Roles[i].Requirements = d.Requirements
	}
	if err := f.Err(); err != nil {
		return out, err
	}
	rel := m.catalogue().Relations()
	roles := Place(rel, out.Team)
	g := gathering{Matching: m, ask: ask, rel: rel, team: out.Team, roles: roles}
	offers, err := g.offers(ctx)
	if err != nil {
		return out, err
	}
	if out.TeamPlan, err = PlanTeam(ctx, rel, out.Team, roles, offers, ask.Limits); err != nil {
		return out, err
	}
	return out, m.name(ctx, out.Courses)
}

// name reads whose the programmes of a plan are.
func (m *Matching) name(ctx context.Context, courses []TeamCourse) error {
	programmes := make(map[uuid.UUID]*Programme, len(courses))
	for _, c := range courses {
		programmes[c.Programme.ID] = c.Programme
	}
	found, err := m.store.Organisations(ctx, owners(programmes, func(p *Programme) uuid.UUID { return p.OrganisationID }))
	for i, c := range courses {
		courses[i].Organisation = found[c.Programme.OrganisationID]
	}
	return err
}

// gathering looks for the programmes that a plan may use.
type gathering struct {
	*Matching
	ask     TeamAsk
	rel     *Relations
	team    Team
	roles   []int
	found   [][]ProgrammeRank // one list for each query
	many    []ProgrammeQuery  // that found more than they asked for
	queries int
}

// offers returns the programmes that a plan may use, with their seats: for each requirement that somebody does not meet
// those that meet it (the cheapest among them, if the cheapest plan is wanted), for what roles and people lack as a
// whole those that serve it best, and those that teach the prerequisites of all these.
func (g *gathering) offers(ctx context.Context) ([]Offer, error) {
	lacks, err := g.look(ctx)
	if err != nil {
		return nil, err
	}
	programmes, err := g.read(ctx, nil, MaxTeamProgrammes-mostUnlocking)
	if err != nil {
		return nil, err
	}
	g.found = nil
	for _, q := range g.unlocking(programmes, lacks) {
		if err := g.meeting(ctx, []Requirement{q}); err != nil {
			return nil, err
		}
	}
	if programmes, err = g.read(ctx, programmes, MaxTeamProgrammes); err != nil {
		return nil, err
	}
	var offers []Offer
	for _, p := range programmes {
		if p.Listed() && g.ask.Constraints.Admits(&p.ProgrammeTerms) {
			offers = append(offers, OfferOf(p, g.ask.Constraints, g.today()))
		}
	}
	return offers, nil
}

// look asks the index for what the staff lack, and returns that.
func (g *gathering) look(ctx context.Context) ([]lacking, error) {
	lacks := g.gaps()
	single := make(map[asking]bool)
	for _, l := range lacks {
		for _, q := range l.requirements {
			a := asking{q.Competence, q.Level}
			if single[a] {
				continue
			}
			single[a] = true
			if err := g.meeting(ctx, []Requirement{q}); err != nil {
				return nil, err
			}
		}
	}
	whole := make([][]Requirement, len(g.team.Roles))
	for _, l := range lacks {
		for _, q := range l.requirements {
			if !slices.Contains(whole[l.role], q) {
				whole[l.role] = append(whole[l.role], q)
			}
		}
	}
	for _, requirements := range whole {
		if len(requirements) > 1 {
			if err := g.meeting(ctx, requirements); err != nil {
				return nil, err
			}
		}
	}
	for _, l := range lacks {
		if len(l.requirements) > 1 {
			if err := g.query(ctx, ProgrammeQuery{Requirements: l.requirements, Own: l.levels, Limit: mostOfOnePerson}, g.within(g.ask.Limits)); err != nil {
				return nil, err
			}
		}
	}
	for _, q := range g.many {
		if err := g.cheapest(ctx, q); err != nil {
			return nil, err
		}
	}
	return lacks, nil
}

// lacking is what somebody in a role lacks.
type lacking struct {
	role         int
	requirements []Requirement
	levels       []Outcome
}

// gaps returns what the staff lack, everybody's own.
func (g *gathering) gaps() []lacking {
	var list []lacking
	for e, role := range g.roles {
		if role == Unplaced {
			continue
		}
		l := lacking{role: role, levels: g.team.Staff[e].Levels}
		for _, line := range Explain(g.rel, g.team.Roles[role].Requirements, nil, l.levels).Lines {
			if line.Credit < Whole {
				l.requirements = append(l.requirements, *line.Requirement)
			}
		}
		if len(l.requirements) > 0 {
			list = append(list, l)
		}
	}
	return list
}

// within returns the constraints, narrowed to what one programme may take and one seat may cost.
func (g *gathering) within(l TeamLimits) ProgrammeConstraints {
	c := g.ask.Constraints
	if l.MaxWeeks != 0 && (c.MaxWeeks == 0 || l.MaxWeeks < c.MaxWeeks) {
		c.MaxWeeks = l.MaxWeeks
	}
	if l.MaxPrice != nil && (c.MaxPrice == nil || *l.MaxPrice < *c.MaxPrice) {
		c.MaxPrice = l.MaxPrice
	}
	return c
}

// query asks the index once, and keeps what it names.
func (g *gathering) query(ctx context.Context, q ProgrammeQuery, c ProgrammeConstraints) error {
	_, err := g.count(ctx, q, c)
	return err
}

// count is query, and returns how many there are. Beyond the bound of queries nothing is asked any more.
func (g *gathering) count(ctx context.Context, q ProgrammeQuery, c ProgrammeConstraints) (int, error) {
	if g.queries++; g.queries > mostTeamQueries {
		return 0, ctx.Err()
	}
	q.Constraints = c
	ranks, total, err := g.matcher.Programmes(ctx, q)
	if len(ranks) > 0 {
		g.found = append(g.found, ranks)
	}
	return total, err
}

// meeting looks for programmes that meet some requirements, all of them; where there are none, for those that come
// nearest, and for those that would if they were shorter or cheaper, so that the plan can say so.
func (g *gathering) meeting(ctx context.Context, requirements []Requirement) error {
	q, limits := ProgrammeQuery{Limit: mostOfOneAsking}, g.ask.Limits
	for _, r := range requirements {
		r.Importance = Must
		q.Requirements = append(q.Requirements, r)
	}
	within := g.within(limits)
	within.AllMusts = true
	total, err := g.count(ctx, q, within)
	if err != nil || total > 0 {
		if total > mostOfOneAsking && !limits.Shortest {
			g.many = append(g.many, q)
		}
		return err
	}
	if err := g.query(ctx, q, g.within(limits)); err != nil || limits.MaxPrice == nil && limits.MaxWeeks == 0 || len(requirements) > 1 {
		return err
	}
	q.Limit = 1
	for _, less := range []TeamLimits{{MaxPrice: limits.MaxPrice}, {MaxWeeks: limits.MaxWeeks}, {}} {
		if err := g.query(ctx, q, g.within(less)); err != nil {
			return err
		}
	}
	return nil
}

// cheapest looks for the cheapest programmes where more meet some requirements than are wanted: it halves the range of
// prices, in thousands of tenge, until few enough lie below.
func (g *gathering) cheapest(ctx context.Context, q ProgrammeQuery) error {
	c := g.within(g.ask.Limits)
	c.AllMusts = true
	low, high := int64(-1), int64(1)<<14 // more than low, at most high
	if c.MaxPrice != nil {
		high = min(high, *c.MaxPrice/1000)
	}
	for high-low > 1 {
		middle := low + (high-low)/2
		price := middle * 1000
		c.MaxPrice = &price
		total, err := g.count(ctx, q, c)
		switch {
		case err != nil:
			return err
		case total == 0:
			low = middle
		case total <= q.Limit:
			return nil
		default:
			high = middle
		}
	}
	return nil
}

// unlocking returns the prerequisites that keep somebody from a programme that was found, as requirements.
func (g *gathering) unlocking(programmes []*Programme, lacks []lacking) []Requirement {
	var list []Requirement
	seen := make(map[asking]bool)
	for _, p := range programmes {
		for _, q := range p.Prerequisites {
			a := asking{q.Competence, q.Level}
			if seen[a] || len(list) == mostUnlocking {
				continue
			}
			seen[a] = true
			if slices.ContainsFunc(lacks, func(l lacking) bool { return !EntryFor(g.rel, []Outcome{q}, l.levels).Open }) {
				list = append(list, Requirement{q.Competence, q.Level, q.Source, Must})
			}
		}
	}
	return list
}

// read reads what queries have named besides what is there already: the first of each list, then the second of each, until
// there are as many as may be.
func (g *gathering) read(ctx context.Context, have []*Programme, most int) ([]*Programme, error) {
	seen := make(map[uuid.UUID]bool)
	for _, p := range have {
		seen[p.ID] = true
	}
	var wanted []uuid.UUID
	for i := 0; ; i++ {
		more := false
		for _, list := range g.found {
			if i >= len(list) {
				continue
			}
			more = true
			if id := list[i].ID; !seen[id] && len(seen) < most {
				seen[id] = true
				wanted = append(wanted, id)
			}
		}
		if !more {
			break
		}
	}
	found, err := g.store.Programmes(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for _, id := range wanted {
		if p := found[id]; p != nil {
			have = append(have, p)
		}
	}
	return have, nil
}
