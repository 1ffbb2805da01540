package domain

import "slices"

// Constraints are not scores: a programme or a demand satisfies them or is no match. Within one list any will do;
// different constraints must all hold. What is unknown does not satisfy a bound on it.

// ProgrammeConstraints narrows programmes. Zero values constrain nothing.
type ProgrammeConstraints struct {
	Regions    []Region
	Modes      []Mode
	Languages  []Language
	Kinds      []ProgrammeKind
	Funding    []Funding
	Segments   []Segment
	MaxWeeks   int
	MaxPrice   *int64 // in tenge
	StartsFrom Date
	AllMusts   bool // every must is met; this one is about the match, and Admits does not look at it
}

// Admits says whether a programme satisfies the constraints, AllMusts apart.
func (c ProgrammeConstraints) Admits(p *ProgrammeTerms) bool {
	price, known := p.Tenge()
	return anyOf(c.Modes, p.Mode) && overlap(c.Languages, p.Languages) && anyOf(c.Kinds, p.Kind) &&
		overlap(c.Funding, p.Funding) && overlap(c.Segments, p.Segments) &&
		(c.MaxWeeks == 0 || p.Weeks != 0 && p.Weeks <= c.MaxWeeks) &&
		(c.MaxPrice == nil || known && price <= *c.MaxPrice) &&
		c.admitsPlaceAndStart(p)
}

// admitsPlaceAndStart: region and start must be met by one and the same intake.
func (c ProgrammeConstraints) admitsPlaceAndStart(p *ProgrammeTerms) bool {
	if c.StartsFrom == 0 {
		return c.admitsPlace(p, Intake{})
	}
	return slices.ContainsFunc(p.Intakes, func(in Intake) bool {
		return in.StartsOn >= c.StartsFrom && c.admitsPlace(p, in)
	})
}

// admitsPlace says whether an intake is in a region that is asked for; an online programme is everywhere.
func (c ProgrammeConstraints) admitsPlace(p *ProgrammeTerms, in Intake) bool {
	switch {
	case len(c.Regions) == 0 || p.Mode == Online:
		return true
	case in.Region == "":
		return overlap(c.Regions, p.Regions)
	default:
		return slices.Contains(c.Regions, in.Region)
	}
}

// DemandConstraints narrows demands. Zero values constrain nothing.
type DemandConstraints struct {
	Regions     []Region
	Kinds       []DemandKind
	WorkModes   []WorkMode
	Languages   []Language
	Sectors     []Sector
	MinOpenings int
}

// Admits says whether a demand satisfies the constraints. A demand for the whole country, and one for remote work, is
// in every region.
func (c DemandConstraints) Admits(d *DemandTerms) bool {
	return (len(c.Regions) == 0 || d.Region == "" || d.WorkMode == RemoteWork || slices.Contains(c.Regions, d.Region)) &&
		anyOf(c.Kinds, d.Kind) && anyOf(c.WorkModes, d.WorkMode) && overlap(c.Languages, d.Languages) &&
		anyOf(c.Sectors, d.Sector) && d.Openings >= c.MinOpenings
}

func anyOf[T comparable](asked []T, v T) bool { return len(asked) == 0 || slices.Contains(asked, v) }

func overlap[T comparable](asked, has []T) bool {
	return len(asked) == 0 || slices.ContainsFunc(has, func(v T) bool { return slices.Contains(asked, v) })
}
