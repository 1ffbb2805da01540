package api

import (
	"kopir/api/gen"
	"kopir/domain"

	openapi_types "github.com/oapi-codegen/runtime/types"
)

// teamAsk reads a team that nobody saves. It returns Invalid with every fault.
func teamAsk(b *gen.MatchTeamInput, c *domain.Catalogue) (domain.TeamAsk, error) {
	var f domain.Faults
	ask := domain.TeamAsk{Constraints: programmeConstraints(&f, teamConstraints(b.Constraints))}
	if budget := said(b.Budget); b.Budget != nil {
		ask.Limits = domain.TeamLimits{MaxPrice: budget.MaxPrice, MaxWeeks: said(budget.MaxWeeks)}
	}
	ask.Limits.Shortest = said(b.Prefer) == gen.TeamPreferenceShortest
	form := domain.TeamForm{Roles: mapped(b.Roles, teamRoleForm), Staff: mapped(b.Staff, employeeForm)}
	ask.Team = form.Parse(&f, c)
	return ask, f.Err()
}

// teamConstraints are those on programmes, but for what is asked of a match as a whole.
func teamConstraints(c *gen.TeamConstraints) *gen.ProgrammeConstraints {
	if c == nil {
		return nil
	}
	return &gen.ProgrammeConstraints{
		Regions: c.Regions, Modes: c.Modes, Languages: c.Languages, Kinds: c.Kinds, Funding: c.Funding, Segments: c.Segments,
		MaxWeeks: c.MaxWeeks, MaxPrice: c.MaxPrice, StartsFrom: c.StartsFrom,
	}
}

func teamRoleForm(b gen.TeamRoleInput) domain.TeamRoleForm {
	form := domain.TeamRoleForm{Name: b.Name, Headcount: b.Headcount, Demand: said(b.DemandId)}
	if b.Requirements != nil {
		form.Requirements = requirementForms(*b.Requirements)
	}
	return form
}

func employeeForm(b gen.EmployeeInput) domain.EmployeeForm {
	return domain.EmployeeForm{Key: b.Key, Role: said(b.Role), Levels: outcomeForms(b.Levels)}
}

func (v view) teamMatch(m domain.TeamMatch) gen.TeamMatch {
	out := gen.TeamMatch{Plan: v.teamPlan(m), Staff: make([]gen.TeamEmployee, 0, len(m.Staff)), Roles: make([]gen.TeamRole, 0, len(m.Roles))}
	filled := make([]int, len(m.Roles))
	for i := range m.Staff {
		out.Staff = append(out.Staff, teamEmployee(m, i))
		if role := m.Placed[i]; role != domain.Unplaced {
			filled[role]++
		}
	}
	for i, r := range m.Roles {
		out.Roles = append(out.Roles, gen.TeamRole{
			Name: r.Name, DemandId: known(r.Demand), Headcount: r.Headcount, Vacant: r.Headcount - filled[i],
			Gaps: mapped(m.Gaps[i], func(g domain.TeamGap) gen.TeamGap { return v.teamGap(r.Name, g) }),
		})
	}
	return out
}

func (v view) teamGap(role string, g domain.TeamGap) gen.TeamGap {
	q := g.Requirement
	competence := v.competence(q.Competence)
	return gen.TeamGap{
		Competence: competence, Importance: gen.Importance(q.Importance), RequiredLevel: int(q.Level), RequiredSource: gen.LevelSource(q.Source),
		Met: g.Met, Short: g.Short(),
		Shortfalls: mapped(g.Shortfalls, func(s domain.Shortfall) gen.TeamShortfall { return gen.TeamShortfall(s) }),
		Open: mapped(g.Open, func(o domain.StillOpen) gen.TeamOpen {
			return gen.TeamOpen{Reason: gen.TeamOpenReason(o.Reason), People: o.People}
		}),
		Sentence: g.Sentence(v.lang, role, competence.Label),
	}
}

func teamEmployee(m domain.TeamMatch, i int) gen.TeamEmployee {
	before, after, cost := m.Before[i], m.After[i], m.Costs[i]
	out := gen.TeamEmployee{
		Key: m.Staff[i].Key, RoleGiven: m.Staff[i].Role != domain.Unplaced, Coverage: before.Coverage(), CoverageAfter: after.Coverage(),
		Musts: before.Musts, MustsMet: before.MustsMet, MustsMetAfter: after.MustsMet, Weeks: cost.Weeks, UnknownWeeks: cost.Untimed,
		ProgrammeIds: mapped(m.Takes[i], func(p *domain.Programme) openapi_types.UUID { return p.ID }),
	}
	if role := m.Placed[i]; role != domain.Unplaced {
		out.Role = &m.Roles[role].Name
	}
	return out
}

func (v view) teamPlan(m domain.TeamMatch) gen.TeamPlan {
	before, after := m.Score(m.Before), m.Score(m.After)
	out := gen.TeamPlan{
		Programmes: mapped(m.Courses, func(c domain.TeamCourse) gen.TeamCourse { return v.teamCourse(m.Staff, c) }),
		Seats:      m.Cost.Seats, Price: m.Cost.Price, UnknownPrices: m.Cost.Unpriced, Weeks: m.Cost.Weeks, UnknownWeeks: m.Cost.Untimed,
		Coverage: before.Coverage(), CoverageAfter: after.Coverage(), Points: before.Points, PointsAfter: after.Points, PointsOf: before.Of,
		Closed: m.Closed(), Exact: m.Exact, Considered: m.Considered, Sentence: m.Sentence(v.lang),
	}
	if b := m.Bound; b != nil {
		out.Bound = &gen.TeamBound{PointsAfter: b.Points}
		if b.Points == after.Points {
			out.Bound.Price, out.Bound.Weeks = &b.Cost.Price, &b.Cost.Weeks
		}
	}
	return out
}

func (v view) teamCourse(staff []domain.Employee, c domain.TeamCourse) gen.TeamCourse {
	out := gen.TeamCourse{
		Programme: v.programmeSummary(c.Programme, c.Organisation), Seats: c.Seats, SeatsSource: gen.SeatsSourceDeclared,
		Keys: mapped(c.Staff, func(i int) string { return staff[i].Key }),
		Lifts: mapped(c.Lifts, func(l domain.Lift) gen.TeamLift {
			return gen.TeamLift{
				Competence: v.competence(l.Competence), RequiredLevel: int(l.Level), People: l.People, Met: l.Met,
			}
		}),
	}
	if c.Assumed {
		out.SeatsSource = gen.SeatsSourceAssumed
	}
	if price, ok := c.Programme.Tenge(); ok {
		out.SeatPrice = &price
	}
	return out
}
