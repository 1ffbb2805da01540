package meili

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kopir/domain"
	"kopir/search"
)

// condition is a part of a filter in Meilisearch's language. Only the functions below make one, of fields that stand in
// this package and of values that cannot mean anything else.
type condition string

// nothing admits no document: all have an id.
const nothing condition = `id NOT EXISTS`

// plain says whether a value is made of what our values are made of: letters, digits and the signs of ids. Anything else
// is a value that nobody has.
func plain(v string) bool {
	if v == "" || len(v) > 128 {
		return false
	}
	for i := range len(v) {
		switch c := v[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == ':', c == '.', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// in admits what has any of some values.
func in[T ~string](field string, values []T) condition {
	var out []string
	for _, v := range values {
		if plain(string(v)) {
			out = append(out, strconv.Quote(string(v)))
		}
	}
	if len(out) == 0 {
		return nothing
	}
	return condition(field + " IN [" + strings.Join(out, ", ") + "]")
}

func atLeast[T ~int | ~int32](field string, v T) condition {
	return condition(fmt.Sprintf("%s >= %d", field, v))
}

func atMost(field string, v int64) condition { return condition(fmt.Sprintf("%s <= %d", field, v)) }

// either admits what any of some conditions does.
func either(list ...condition) condition {
	parts := make([]string, len(list))
	for i, c := range list {
		parts[i] = "(" + string(c) + ")"
	}
	return condition(strings.Join(parts, " OR "))
}

// conditions are those that must all hold, by the attribute that they filter by; "" for bounds, which no facet leaves
// out.
type conditions map[search.Attribute][]condition

func (c conditions) add(a search.Attribute, list ...condition) { c[a] = append(c[a], list...) }

// except writes all conditions but those of one attribute, as the client takes them: all of a list must hold.
func (c conditions) except(skip search.Attribute) []string {
	var out []string
	for a, list := range c {
		if a == skip && a != "" {
			continue
		}
		for _, one := range list {
			out = append(out, string(one))
		}
	}
	slices.Sort(out)
	return out
}

func (c conditions) all() []string { return c.except("") }

// filterIn adds a filter by an attribute if any value is asked for.
func filterIn[T ~string](c conditions, a search.Attribute, values []T) {
	if len(values) > 0 {
		c.add(a, in(attributes[a], values))
	}
}

// narrow returns a query's filters. They admit what the domain's constraints admit.
func narrow(q search.Query, known *competences) conditions {
	c := conditions{}
	f := q.Filters
	if len(f.Competences) > 0 {
		filterIn(c, search.Competence, known.reading.Serving(f.Competences))
	}
	if len(f.Organisations) > 0 {
		ids := make([]string, len(f.Organisations))
		for i, id := range f.Organisations {
			ids[i] = id.String()
		}
		filterIn(c, search.Organisation, ids)
	}
	if q.Side == domain.DemandSide {
		narrowDemands(c, q)
	} else {
		narrowProgrammes(c, q)
	}
	return c
}

func narrowDemands(c conditions, q search.Query) {
	d := q.Filters.Demands
	filterIn(c, search.Occupation, q.Filters.Occupations)
	filterIn(c, search.Kind, d.Kinds)
	filterIn(c, search.WorkMode, d.WorkModes)
	filterIn(c, search.Language, d.Languages)
	filterIn(c, search.Sector, d.Sectors)
	if len(d.Regions) > 0 {
		c.add(search.Region, either(in("regions", d.Regions), "everywhere = true"))
	}
	if q.Today > 0 {
		c.add("", atLeast("valid_through", q.Today))
	}
	if d.MinOpenings > 0 {
		c.add("", atLeast("openings", d.MinOpenings))
	}
}

func narrowProgrammes(c conditions, q search.Query) {
	p := q.Filters.Programmes
	filterIn(c, search.Sector, q.Filters.Sectors)
	filterIn(c, search.Kind, p.Kinds)
	filterIn(c, search.Mode, p.Modes)
	filterIn(c, search.Language, p.Languages)
	filterIn(c, search.Funding, p.Funding)
	filterIn(c, search.Segment, p.Segments)
	if p.MaxWeeks > 0 {
		c.add("", atMost("weeks", int64(p.MaxWeeks)))
	}
	if p.MaxPrice != nil {
		c.add("", atMost("price", *p.MaxPrice))
	}
	if p.StartsFrom != 0 {
		c.add("", atLeast("starts", p.StartsFrom))
	}
	if len(p.Regions) > 0 {
		c.add(search.Region, inRegions(p.Regions, p.StartsFrom))
	}
}

// inRegions admits programmes that are in one of some regions or everywhere; with a day, those with an intake there from
// that day on.
func inRegions(regions []domain.Region, from domain.Date) condition {
	if from == 0 {
		return either(in("regions", regions), "everywhere = true")
	}
	list := []condition{"everywhere = true"}
	for _, r := range regions {
		if plain(string(r)) && !r.Name().Empty() {
			list = append(list, atLeast(fmt.Sprintf(`"starts_in.%s"`, r), from))
		}
	}
	return either(list...)
}
