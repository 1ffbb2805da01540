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

// admitsPlaceAndStart: region and start must be met by one and the same intake; an online programme is everywhere.
func (c ProgrammeConstraints) admitsPlaceAndStart(p *ProgrammeTerms) bool {
	everywhere := len(c.Regions) == 0 || p.Mode == Online
	if c.StartsFrom == 0 {
		return everywhere || overlap(c.Regions, p.Regions)
	}
	return slices.ContainsFunc(p.Intakes, func(in Intake) bool {
		if in.StartsOn < c.StartsFrom {
			return false
		}
		if in.Region == "" {
			return everywhere || overlap(c.Regions, p.Regions)
		}
		return everywhere || slices.Contains(c.Regions, in.Region)
	})
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
