package api

import (
	"strings"

	"github.com/google/uuid"

	"kopir/api/gen"
	"kopir/domain"
)

// defaultSteps is how many steps a path may have unless the reader says.
const defaultSteps = 4

// gapAsk reads what gap somebody asks for. It returns Invalid with every fault.
func (s *server) gapAsk(b *gen.GapInput) (domain.GapAsk, error) {
	var f domain.Faults
	ask := domain.GapAsk{
		Goal:        s.saidGoal(&f, b.Goal),
		Own:         domain.ParseOutcomes(&f, "/levels", outcomeForms(said(b.Levels)), domain.MaxOutcomes, s.Market.Catalogue()),
		Constraints: programmeConstraints(&f, b.Constraints),
		Limit:       limitOf(b.Limit),
	}
	return ask, f.Err()
}

// pathAsk reads what path somebody asks for. It returns Invalid with every fault.
func (s *server) pathAsk(b *gen.PathInput) (domain.PathAsk, error) {
	var f domain.Faults
	ask := domain.PathAsk{
		Goal:     s.saidGoal(&f, b.Goal),
		Own:      domain.ParseOutcomes(&f, "/levels", outcomeForms(said(b.Levels)), domain.MaxOutcomes, s.Market.Catalogue()),
		Prefer:   domain.Preference(said(b.Prefer)),
		MaxSteps: defaultSteps,
	}
	if b.MaxSteps != nil {
		ask.MaxSteps = *b.MaxSteps
	}
	if c := b.Constraints; c != nil {
		ask.Constraints = programmeConstraints(&f, &gen.ProgrammeConstraints{
			Regions: c.Regions, Modes: c.Modes, Languages: c.Languages, Kinds: c.Kinds, Funding: c.Funding, Segments: c.Segments,
			MaxWeeks: c.MaxWeeks, MaxPrice: c.MaxPrice, StartsFrom: c.StartsFrom,
		})
	}
	return ask, f.Err()
}

// saidGoal reads a goal, of which exactly one part must be said.
func (s *server) saidGoal(f *domain.Faults, g gen.GoalInput) domain.Goal {
	parts := 0
	for _, is := range []bool{g.Requirements != nil, g.DemandId != nil, g.Occupation != nil} {
		if is {
			parts++
		}
	}
	if parts != 1 {
		f.Add("/goal", domain.CodeOneGoal)
	}
	goal := domain.Goal{
		Requirements: domain.ParseRequirements(f, "/goal/requirements", requirementForms(said(g.Requirements)), s.Market.Catalogue()),
		Demand:       said(g.DemandId),
	}
	if g.Occupation != nil {
		goal.Occupation = s.occupation(f, *g.Occupation)
	}
	if g.DemandId != nil && goal.Demand == uuid.Nil {
		f.Add("/goal/demand_id", domain.CodeUnknownValue, uuid.Nil)
	}
	return goal
}

// occupation reads a unit group, or the URI of an occupation that is known.
func (s *server) occupation(f *domain.Faults, said string) *domain.NamedOccupation {
	if !strings.Contains(said, ":") {
		group, err := domain.ParseOccupation(said)
		f.Check("/goal/occupation", err)
		return &domain.NamedOccupation{Code: group}
	}
	known, ok := s.Occupations.Named(said)
	if !ok {
		f.Add("/goal/occupation", domain.CodeUnknownValue, said)
	}
	return &known
}

func (v view) goal(a domain.Aim) gen.Goal {
	out := gen.Goal{
		Basis: gen.GoalBasis(a.Basis), DemandId: known(a.Demand), Demands: known(a.Demands),
		Requirements: mapped(a.Requirements, v.requirement),
	}
	if o := a.Occupation; o != nil {
		out.Occupation = &gen.GoalOccupation{Isco: string(o.Code), Uri: known(o.URI), Label: known(o.Label.In(v.lang))}
	}
	return out
}

func (v view) gap(g domain.Gap, own []domain.Outcome) gen.Gap {
	match := func(m domain.ProgrammeMatch) gen.ProgrammeMatch { return v.programmeMatch(m, own) }
	return gen.Gap{
		Goal: v.goal(g.Aim), Score: score(g.Score), Total: g.Total,
		Lines: mapped(g.Lines, func(l domain.Line) gen.GapLine {
			return gen.GapLine{Held: v.line(l), Missing: mapped(l.Missing(), func(s domain.LevelStep) gen.LevelStep {
				return gen.LevelStep{Level: int(s.Level), Points: s.Points}
			})}
		}),
		Programmes: mapped(g.Programmes, match), Enterable: mapped(g.Enterable, match),
	}
}

func (v view) path(p domain.Path) gen.Path {
	out := gen.Path{
		Goal: v.goal(p.Aim), Before: score(p.Before), After: score(p.After), Steps: mapped(p.Steps, v.pathStep), Weeks: p.Weeks,
		Reached: p.Reached(), Exact: p.Exact, Obstacles: mapped(p.Obstacles, v.obstacle), Sentence: p.Sentence(v.lang),
	}
	if p.Price != nil {
		out.Price = &gen.PathPrice{Amount: *p.Price, Currency: string(domain.KZT)}
	}
	if n := len(p.Steps); n > 0 {
		out.StartsOn, out.EndsOn = knownDate(p.Steps[0].Intake.StartsOn), knownDate(p.Steps[n-1].Ends)
	}
	return out
}

func (v view) pathStep(s domain.PathStep) gen.PathStep {
	return gen.PathStep{
		Programme: v.programmeSummary(s.Programme, s.Organisation),
		StartsOn:  knownDate(s.Intake.StartsOn), EndsOn: knownDate(s.Ends), ApplyBy: knownDate(s.Intake.ApplyBy), Region: knownAs[gen.Region](s.Intake.Region),
		Points: s.After.Points - s.Before.Points, After: score(s.After), Lines: mapped(s.Lines, v.line),
		Opens:    mapped(s.Opens, func(p *domain.Programme) uuid.UUID { return p.ID }),
		Sentence: s.Sentence(v.lang, v.name),
	}
}

func (v view) obstacle(o domain.Obstacle) gen.PathObstacle {
	out := gen.PathObstacle{
		Line: v.line(o.Line), Reason: gen.ObstacleReason(o.Reason), Sentence: o.Sentence(v.lang, v.name),
	}
	if o.Nearest != nil {
		nearest := v.programmeSummary(o.Nearest, o.Organisation)
		out.Nearest = &nearest
	}
	return out
}

// name names a competence within a sentence.
func (v view) name(id domain.CompetenceID) string { return v.competenceLabel(string(id)) }

func score(s domain.Score) gen.MatchScore {
	return gen.MatchScore{Coverage: s.Coverage(), Points: s.Points, PointsOf: s.Of, MustsMet: s.MustsMet, Musts: s.Musts}
}
