package domain

import (
	"cmp"

	"github.com/google/uuid"
)

// Credit is the share of one requirement that is met, in whole units: 0 to Whole.
type Credit int32

// Whole is the credit of a requirement that is met: 3360 = 840·4, where 840 = lcm(1…8), so that r·min(P, L)/L is a
// whole number for every r in quarters and all levels P and L.
const Whole Credit = 3360

// CreditOf returns the credit r·min(held, asked)/asked, r given in quarters.
func CreditOf(quarters int, held, asked Level) Credit {
	if asked == 0 {
		return 0
	}
	return Credit(quarters * (840 / int(asked)) * int(min(held, asked))) //nolint:gosec // at most 4·840
}

// Score is the arithmetic of a match: coverage is Points / Of, where Points sums weight·credit and Of is Whole·Σ weight.
type Score struct {
	Points   int64
	Of       int64
	MustsMet int
	Musts    int
}

// Compare compares two coverages exactly, by cross-multiplication. Of at most 200 requirements neither product comes
// near the end of int64.
func (s Score) Compare(t Score) int { return cmp.Compare(s.Points*t.Of, t.Points*s.Of) }

// Coverage returns the coverage for display: rounded down to four decimals, so that 1 means that everything is met.
func (s Score) Coverage() float64 { return float64(s.TenThousandths()) / 10_000 }

// TenThousandths returns the coverage for display in whole ten-thousandths, rounded down.
func (s Score) TenThousandths() int64 {
	if s.Of == 0 {
		return 0
	}
	return s.Points * 10_000 / s.Of
}

// TenThousandths returns the credit for display in whole ten-thousandths, rounded down.
func (c Credit) TenThousandths() int64 { return int64(c) * 10_000 / int64(Whole) }

// Line explains one requirement of a match.
type Line struct {
	Requirement *Requirement // whose it is: nobody may change it
	Relation    Relation     // "" when nothing serves the requirement
	By          Outcome      // what serves it, when Relation is not ""
	Credit      Credit
	Points      int64 // weight·credit
}

// Explanation is a score and the line of every requirement, in the order of the requirements.
type Explanation struct {
	Score
	Lines []Line
}

// Explain scores offered outcomes, together with a learner's own levels, against requirements, and says why. This is
// the definition of matching; whatever ranks faster must agree with it. The credit of a requirement is the largest over
// all outcomes and own levels; of equal ones the larger r explains it, then the smaller competence id, then what is own.
func Explain(rel *Relations, requirements []Requirement, offered, own []Outcome) Explanation {
	best := make([]candidate, len(requirements))
	for i := range requirements {
		req := &requirements[i]
		serving := rel.Serving(req.Competence)
		for k := range own {
			if relation, ok := relationIn(serving, own[k].Competence); ok {
				best[i].improve(req, &own[k], relation, true)
			}
		}
		for k := range offered {
			if relation, ok := relationIn(serving, offered[k].Competence); ok {
				best[i].improve(req, &offered[k], relation, false)
			}
		}
	}
	return explained(requirements, best)
}

func explained(requirements []Requirement, best []candidate) Explanation {
	e := Explanation{Lines: make([]Line, len(requirements))}
	for i := range requirements {
		req, line := &requirements[i], &e.Lines[i]
		*line = best[i].line(req)
		e.Points += line.Points
		e.Of += req.Importance.Weight() * int64(Whole)
		if req.Importance == Must {
			e.Musts++
			if line.Credit == Whole {
				e.MustsMet++
			}
		}
	}
	return e
}

// Explainer explains many offers against the same requirements and own levels, each as Explain does: what serves the
// requirements is looked up once. Not safe for concurrent use.
type Explainer struct {
	requirements []Requirement
	first        map[CompetenceID]int // the place in services of the first one of a competence
	services     []service            // 0 is none
	own, best    []candidate          // by requirement; best is room
}

// service is a requirement, by its place, that a competence serves, and where the next one of the same competence is.
type service struct {
	requirement, next int
	relation          Relation
}

// NewExplainer prepares for requirements.
func NewExplainer(rel *Relations, requirements []Requirement, own []Outcome) *Explainer {
	kin := 0
	for i := range requirements {
		kin += len(rel.Serving(requirements[i].Competence))
	}
	x := &Explainer{
		requirements: requirements, first: make(map[CompetenceID]int, kin), services: make([]service, 1, kin+1),
		own: make([]candidate, len(requirements)), best: make([]candidate, len(requirements)),
	}
	for i := range requirements {
		for _, k := range rel.Serving(requirements[i].Competence) {
			x.services = append(x.services, service{i, x.first[k.ID], k.Relation})
			x.first[k.ID] = len(x.services) - 1
		}
	}
	for i := range own {
		x.improve(x.own, &own[i], true)
	}
	return x
}

// Explain explains one offer.
func (x *Explainer) Explain(offered []Outcome) Explanation {
	copy(x.best, x.own)
	for i := range offered {
		x.improve(x.best, &offered[i], false)
	}
	return explained(x.requirements, x.best)
}

func (x *Explainer) improve(best []candidate, o *Outcome, own bool) {
	for at := x.first[o.Competence]; at != 0; at = x.services[at].next {
		s := &x.services[at]
		best[s.requirement].improve(&x.requirements[s.requirement], o, s.relation, own)
	}
}

// candidate is the best that has been found for a requirement.
type candidate struct {
	by       *Outcome
	relation Relation
	quarters int
	own      bool
	credit   Credit
}

// improve puts an outcome in the place of the candidate if it serves the requirement better.
func (c *candidate) improve(req *Requirement, o *Outcome, relation Relation, own bool) {
	quarters := relation.Quarters()
	credit := CreditOf(quarters, o.Level, req.Level)
	switch {
	case credit != c.credit:
		if credit < c.credit {
			return
		}
	case quarters != c.quarters:
		if quarters < c.quarters {
			return
		}
	case c.by != nil && o.Competence >= c.by.Competence:
		return
	}
	*c = candidate{o, relation, quarters, own, credit}
}

// line explains a requirement.
func (c *candidate) line(req *Requirement) Line {
	if c.credit == 0 {
		return Line{Requirement: req}
	}
	relation := c.relation
	if c.own {
		relation = Own
	}
	return Line{req, relation, *c.by, c.credit, req.Importance.Weight() * int64(c.credit)}
}

// Entry says whether a learner can enter a programme now, and with what is missing if not. A prerequisite is met when
// own levels give it full credit.
type Entry struct {
	Open    bool
	Missing []Outcome
}

// EntryFor returns what own levels lack of the prerequisites.
func EntryFor(rel *Relations, prerequisites, own []Outcome) Entry {
	e := Entry{Open: true}
	for _, p := range prerequisites {
		ask := []Requirement{{p.Competence, p.Level, p.Source, Must}}
		if Explain(rel, ask, nil, own).MustsMet == 0 {
			e.Open = false
			e.Missing = append(e.Missing, p)
		}
	}
	return e
}

// NearestOwn returns the own level that comes nearest to a prerequisite: the one that would explain its credit. The zero
// Outcome means that none serves it.
func NearestOwn(rel *Relations, prerequisite Outcome, own []Outcome) Outcome {
	ask := []Requirement{{prerequisite.Competence, prerequisite.Level, prerequisite.Source, Must}}
	return Explain(rel, ask, nil, own).Lines[0].By
}

// ProgrammeRank is a programme's place in an answer: its score and what breaks ties. The order is total: coverage,
// fewer unmet musts, fewer weeks (unknown last), id.
type ProgrammeRank struct {
	ID       uuid.UUID
	Points   int64
	MustsMet int
	Weeks    int // 0 when not known
}

// Compare returns a negative number if r comes before s in an answer to the same requirements.
func (r ProgrammeRank) Compare(s ProgrammeRank) int {
	return cmp.Or(
		cmp.Compare(s.Points, r.Points),
		cmp.Compare(s.MustsMet, r.MustsMet),
		cmp.Compare(unknownLast(r.Weeks), unknownLast(s.Weeks)),
		compareIDs(r.ID, s.ID),
	)
}

// DemandRank is a demand's place in an answer. The order is total: coverage, more asked and met, more openings, id.
type DemandRank struct {
	ID       uuid.UUID
	Points   int64
	Of       int64 // Whole·W: the demand's own
	Openings int
}

// Compare returns a negative number if r comes before s in an answer to the same outcomes.
func (r DemandRank) Compare(s DemandRank) int {
	return cmp.Or(
		cmp.Compare(s.Points*r.Of, r.Points*s.Of),
		cmp.Compare(s.Of, r.Of),
		cmp.Compare(s.Openings, r.Openings),
		compareIDs(r.ID, s.ID),
	)
}

func unknownLast(weeks int) int {
	if weeks == 0 {
		return 1 << 30
	}
	return weeks
}

func compareIDs(a, b uuid.UUID) int {
	for i := range a {
		if a[i] != b[i] {
			return int(a[i]) - int(b[i])
		}
	}
	return 0
}
