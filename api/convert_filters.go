package api

import (
	"errors"
	"strconv"
	"strings"

	"kopir/api/gen"
	"kopir/domain"

	openapi_types "github.com/oapi-codegen/runtime/types"
)

// Constraints come in a body or, under other names, in a query: both are read here, as those of a body.

func programmeConstraints(f *domain.Faults, c *gen.ProgrammeConstraints) domain.ProgrammeConstraints {
	if c == nil {
		return domain.ProgrammeConstraints{}
	}
	return domain.ProgrammeConstraints{
		Regions:    parsed(f, "regions", c.Regions, domain.ParseRegion),
		Modes:      parsed(f, "modes", c.Modes, domain.ParseMode),
		Languages:  parsed(f, "languages", c.Languages, domain.ParseLanguage),
		Kinds:      parsed(f, "kinds", c.Kinds, domain.ParseProgrammeKind),
		Funding:    parsed(f, "funding", c.Funding, domain.ParseFunding),
		Segments:   parsed(f, "segments", c.Segments, domain.ParseSegment),
		MaxWeeks:   said(c.MaxWeeks),
		MaxPrice:   c.MaxPrice,
		StartsFrom: parsedDate(f, "starts_from", c.StartsFrom),
		AllMusts:   said(c.AllMusts),
	}
}

func demandConstraints(f *domain.Faults, c *gen.DemandConstraints) domain.DemandConstraints {
	if c == nil {
		return domain.DemandConstraints{}
	}
	return domain.DemandConstraints{
		Regions:     parsed(f, "regions", c.Regions, domain.ParseRegion),
		Kinds:       parsed(f, "kinds", c.Kinds, domain.ParseDemandKind),
		WorkModes:   parsed(f, "work_modes", c.WorkModes, domain.ParseWorkMode),
		Languages:   parsed(f, "languages", c.Languages, domain.ParseLanguage),
		Sectors:     parsed(f, "sectors", c.Sectors, domain.ParseSector),
		MinOpenings: said(c.MinOpenings),
	}
}

// constraintsAt is where constraints stand in a body.
const constraintsAt = "/constraints/"

// parsed reads each of a list; nil stays nil: no constraint.
func parsed[T any, S ~string](f *domain.Faults, name string, list *[]S, parse func(string) (T, error)) []T {
	var out []T
	for i, s := range said(list) {
		v, err := parse(string(s))
		if f.Check(constraintsAt+name+"/"+strconv.Itoa(i), err) {
			out = append(out, v)
		}
	}
	return out
}

func parsedDate(f *domain.Faults, name string, d *openapi_types.Date) domain.Date {
	if d == nil {
		return 0
	}
	out, err := domain.ParseDate(saidDate(d))
	f.Check(constraintsAt+name, err)
	return out
}

// parameters names the query's parameters where they are not called like the body's fields.
var parameters = map[string]string{
	"regions": "region", "modes": "mode", "languages": "language", "kinds": "kind", "segments": "segment",
	"work_modes": "work_mode", "sectors": "sector", "competences": "competence", "occupations": "occupation",
}

// ofQuery turns faults of constraints that stood in a query into faults of its parameters.
func ofQuery(err error) error {
	var failed *domain.Error
	if !errors.As(err, &failed) {
		return err
	}
	r := refusalOfDomain(failed)
	for i := range r.places {
		name, _, _ := strings.Cut(strings.TrimPrefix(r.places[i].pointer, constraintsAt), "/")
		if p, ok := parameters[name]; ok {
			name = p
		}
		r.places[i] = place{parameter: name, reason: r.places[i].reason}
	}
	return r
}
