package domain

import (
	"cmp"
	"slices"

	"github.com/google/uuid"
)

// Goal is what somebody wants to reach: requirements, a demand, or an occupation. Exactly one of them is not zero.
type Goal struct {
	Requirements []Requirement
	Demand       uuid.UUID
	Occupation   *NamedOccupation // without a URI and a label: all of a unit group
}

// GoalBasis says where the requirements of a goal come from.
type GoalBasis string

// The bases of a goal.
const (
	GoalOfRequirements GoalBasis = "requirements"
	GoalOfDemand       GoalBasis = "demand"
	GoalOfOccupation   GoalBasis = "esco_occupation"  // open demands that were made of this very occupation
	GoalOfGroup        GoalBasis = "occupation_group" // open demands with its unit group
)

// Aim is a goal with what it asks.
type Aim struct {
	Goal
	Basis   GoalBasis
	Demands int // from how many demands an occupation's requirements were read; 0 for another goal
}

// AskedByMany returns what an occupation asks, read from demands: every competence that at least a fifth of them ask, at
// the median of the levels (the lower one of two). It is a must if at least half of the demands ask it as a must, a should
// if at least half ask it as a must or should, else nice. What weighs more comes first, then what more of them ask, then
// the smaller id; at most MaxRequirements.
func AskedByMany(demands []*Demand) []Requirement {
	type asked struct {
		levels        []Level
		must, atLeast int // how many ask it as a must, and at least as a should
	}
	all := make(map[CompetenceID]*asked)
	for _, d := range demands {
		for _, r := range d.Requirements {
			a := all[r.Competence]
			if a == nil {
				a = new(asked)
				all[r.Competence] = a
			}
			a.levels = append(a.levels, r.Level)
			if r.Importance == Must {
				a.must++
			}
			if r.Importance != Nice {
				a.atLeast++
			}
		}
	}
	var out []Requirement
	for id, a := range all {
		if 5*len(a.levels) < len(demands) {
			continue
		}
		importance := Nice
		switch {
		case 2*a.must >= len(demands):
			importance = Must
		case 2*a.atLeast >= len(demands):
			importance = Should
		}
		slices.Sort(a.levels)
		out = append(out, Requirement{id, a.levels[(len(a.levels)-1)/2], Assumed, importance})
	}
	slices.SortFunc(out, func(r, s Requirement) int {
		return cmp.Or(
			cmp.Compare(s.Importance.Weight(), r.Importance.Weight()),
			cmp.Compare(len(all[s.Competence].levels), len(all[r.Competence].levels)),
			cmp.Compare(r.Competence, s.Competence),
		)
	})
	return out[:min(len(out), MaxRequirements)]
}

// ofOccupation returns the open demands that tell of an occupation: those that were made of it, or else all of its group.
func ofOccupation(o *NamedOccupation, demands []*Demand) ([]*Demand, GoalBasis) {
	var own []*Demand
	for _, d := range demands {
		if o.URI != "" && d.Source != nil && d.Source.Reference == o.URI {
			own = append(own, d)
		}
	}
	if len(own) > 0 {
		return own, GoalOfOccupation
	}
	return demands, GoalOfGroup
}

// LevelStep is one level more in a competence, and the points that reaching it adds to those of the level below.
type LevelStep struct {
	Level  Level
	Points int64
}

// Missing returns the levels of the competence that a line asks for which would earn more than what serves it now, lowest
// first. Together they are what the requirement lacks.
func (l Line) Missing() []LevelStep {
	var steps []LevelStep
	credit := l.Credit
	for level := Level(1); level <= l.Requirement.Level; level++ {
		if c := CreditOf(Same.Quarters(), level, l.Requirement.Level); c > credit {
			steps = append(steps, LevelStep{level, l.Requirement.Importance.Weight() * int64(c-credit)})
			credit = c
		}
	}
	return steps
}
