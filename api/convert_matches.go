package api

import (
	"kopir/api/gen"
	"kopir/domain"
)

// programmeAsk reads what somebody asks for without saving it. It returns Invalid with every fault.
func programmeAsk(b *gen.MatchProgrammesInput, c *domain.Catalogue) (domain.ProgrammeAsk, error) {
	var f domain.Faults
	if len(b.Requirements) == 0 {
		f.Add("/requirements", domain.CodeRequired)
	}
	ask := domain.ProgrammeAsk{
		Requirements: domain.ParseRequirements(&f, "/requirements", requirementForms(b.Requirements), c),
		Learner:      b.Levels != nil,
		Own:          domain.ParseOutcomes(&f, "/levels", outcomeForms(said(b.Levels)), domain.MaxOutcomes, c),
		Constraints:  programmeConstraints(&f, b.Constraints),
		Words:        said(b.Q), Limit: limitOf(b.Limit),
	}
	return ask, f.Err()
}

// demandAsk reads what somebody offers without saving it. It returns Invalid with every fault.
func demandAsk(b *gen.MatchDemandsInput, c *domain.Catalogue) (domain.DemandAsk, error) {
	var f domain.Faults
	if len(b.Outcomes) == 0 {
		f.Add("/outcomes", domain.CodeRequired)
	}
	ask := domain.DemandAsk{
		Outcomes:    domain.ParseOutcomes(&f, "/outcomes", outcomeForms(b.Outcomes), domain.MaxOutcomes, c),
		Constraints: demandConstraints(&f, b.Constraints),
		Words:       said(b.Q), Limit: limitOf(b.Limit),
	}
	return ask, f.Err()
}

func (v view) programmeMatch(m domain.ProgrammeMatch, own []domain.Outcome) gen.ProgrammeMatch {
	return gen.ProgrammeMatch{
		Programme: v.programmeSummary(m.Programme, m.Organisation), Sentence: v.teller().Programme(m),
		Coverage: m.Coverage(), Points: m.Points, PointsOf: m.Of, MustsMet: m.MustsMet, Musts: m.Musts,
		Lines: mapped(m.Lines, v.line), Entry: v.entry(m.Entry, own),
	}
}

func (v view) line(l domain.Line) gen.MatchLine {
	out := gen.MatchLine{
		Competence: v.competence(l.Requirement.Competence), Importance: gen.Importance(l.Requirement.Importance),
		RequiredLevel: int(l.Requirement.Level), RequiredSource: gen.LevelSource(l.Requirement.Source),
		Credit: credit(l.Credit), Points: l.Points,
	}
	if l.Relation != "" {
		out.OfferedLevel, out.OfferedSource = known(int(l.By.Level)), knownAs[gen.LevelSource](l.By.Source)
		out.Via = &gen.MatchVia{Relation: gen.MatchRelation(l.Relation), Competence: v.competence(l.By.Competence)}
	}
	return out
}

// credit is a credit for display: 0 to 1, rounded down to four decimals.
func credit(c domain.Credit) float64 { return float64(c.TenThousandths()) / 10_000 }

func (v view) entry(e *domain.Entry, own []domain.Outcome) *gen.MatchEntry {
	if e == nil {
		return nil
	}
	return &gen.MatchEntry{Open: e.Open, Missing: mapped(e.Missing, func(p domain.Outcome) gen.MissingPrerequisite {
		nearest := domain.NearestOwn(v.catalogue.Relations(), p, own)
		return gen.MissingPrerequisite{
			Competence: v.competence(p.Competence), RequiredLevel: int(p.Level), OwnLevel: known(int(nearest.Level)),
		}
	})}
}

func (v view) advice(a domain.Advice) gen.ProgrammeAdvice {
	return gen.ProgrammeAdvice{
		Competence: v.competence(a.Competence), Level: int(a.Level), CurrentLevel: known(int(a.From)), Sentence: v.teller().Advice(a.Advised),
		Gain: domain.RoundedGain(a.Gain), Demands: a.Demands, Openings: a.Openings,
		Levels: mapped(a.Levels, func(l domain.LevelGain) gen.LevelGain {
			return gen.LevelGain{Level: int(l.Level), Gain: domain.RoundedGain(l.Gain)}
		}),
		Examples: mapped(a.Served, func(b domain.BetterServed) gen.BetterServedDemand {
			return gen.BetterServedDemand{
				Demand: v.demandSummary(b.Demand, b.Organisation), Gain: domain.RoundedGain(b.Gain()),
				CoverageBefore: b.Before.Coverage(), CoverageAfter: b.After.Coverage(),
			}
		}),
	}
}
