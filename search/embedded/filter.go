package embedded

import (
	"slices"

	"kopir/domain"
	"kopir/search"
	"kopir/search/reading"

	"github.com/RoaringBitmap/roaring/v2"
)

// narrowed is what is left of a search: by the filters on attributes, which facets leave out one at a time, and by
// all the others, which they do not. None of its bitmaps is to be changed.
type narrowed struct {
	core *roaring.Bitmap // words and bounds
	by   map[search.Attribute]*roaring.Bitmap
	all  *roaring.Bitmap
	from domain.Date // some intake must start on or after
}

// without returns what is left when one attribute is not filtered by.
func (n *narrowed) without(skip search.Attribute) *roaring.Bitmap {
	if n.by[skip] == nil {
		return n.all
	}
	return n.combine(skip)
}

func (n *narrowed) combine(skip search.Attribute) *roaring.Bitmap {
	sets := []*roaring.Bitmap{n.core}
	for attribute, set := range n.by {
		if attribute != skip {
			sets = append(sets, set)
		}
	}
	return roaring.FastAnd(sets...)
}

// narrow applies a query's filters to what its words found. It admits what the domain's constraints admit.
func (s *side) narrow(found *roaring.Bitmap, q search.Query, c *reading.Catalogue) *narrowed {
	n := &narrowed{by: make(map[search.Attribute]*roaring.Bitmap)}
	f := q.Filters
	filter(n, s, search.Competence, c.Serving(f.Competences))
	filter(n, s, search.Organisation, organisations(f))
	if s.which == domain.DemandSide {
		d := f.Demands
		filter(n, s, search.Occupation, f.Occupations)
		filter(n, s, search.Region, withEverywhere(d.Regions))
		filter(n, s, search.Kind, d.Kinds)
		filter(n, s, search.WorkMode, d.WorkModes)
		filter(n, s, search.Language, d.Languages)
		filter(n, s, search.Sector, d.Sectors)
		n.core = s.scan(found, func(e *entry) bool { return e.validThrough >= q.Today && e.openings >= d.MinOpenings })
	} else {
		p := f.Programmes
		filter(n, s, search.Sector, f.Sectors)
		filter(n, s, search.Kind, p.Kinds)
		filter(n, s, search.Mode, p.Modes)
		filter(n, s, search.Language, p.Languages)
		filter(n, s, search.Funding, p.Funding)
		filter(n, s, search.Segment, p.Segments)
		n.core = s.boundProgrammes(found, p)
		n.from = p.StartsFrom
		switch {
		case p.StartsFrom == 0:
			filter(n, s, search.Region, withEverywhere(p.Regions))
		case len(p.Regions) > 0: // one and the same intake must satisfy both
			n.by[search.Region] = s.scan(n.core, func(e *entry) bool { return e.startsIn(p.Regions, p.StartsFrom) })
		}
	}
	n.all = n.combine("")
	return n
}

// filter notes that any of some values will do.
func filter[T ~string](n *narrowed, s *side, attribute search.Attribute, asked []T) {
	if len(asked) > 0 {
		n.by[attribute] = having(s, attribute, asked)
	}
}

func withEverywhere(asked []domain.Region) []domain.Region {
	if len(asked) == 0 {
		return nil
	}
	return append(slices.Clone(asked), everywhere)
}

func organisations(f search.Filters) []string {
	out := make([]string, len(f.Organisations))
	for i, id := range f.Organisations {
		out[i] = id.String()
	}
	return out
}

// scan returns those of a set that pass; where all do, maybe the set itself.
func (s *side) scan(set *roaring.Bitmap, pass func(*entry) bool) *roaring.Bitmap {
	kept := make([]uint32, 0, set.GetCardinality())
	for it := set.Iterator(); it.HasNext(); {
		if ordinal := it.Next(); pass(&s.entries[ordinal]) {
			kept = append(kept, ordinal)
		}
	}
	if len(kept) == count(set) {
		return set
	}
	out := roaring.New()
	out.AddMany(kept)
	return out
}

// boundProgrammes applies what bounds a number: weeks, price, and start in whatever region.
func (s *side) boundProgrammes(found *roaring.Bitmap, c domain.ProgrammeConstraints) *roaring.Bitmap {
	if c.MaxWeeks == 0 && c.MaxPrice == nil && c.StartsFrom == 0 {
		return found
	}
	return s.scan(found, func(e *entry) bool {
		return (c.MaxWeeks == 0 || e.weeks != 0 && e.weeks <= c.MaxWeeks) &&
			(c.MaxPrice == nil || e.price >= 0 && e.price <= *c.MaxPrice) &&
			(c.StartsFrom == 0 || e.startsIn(nil, c.StartsFrom))
	})
}

// startsIn says whether a programme has an intake on or after a day in one of some regions; in any, without regions.
func (e *entry) startsIn(regions []domain.Region, from domain.Date) bool {
	anywhere := len(regions) == 0 || e.online
	asked := func(r domain.Region) bool { return slices.Contains(regions, r) }
	return slices.ContainsFunc(e.intakes, func(in domain.Intake) bool {
		return in.StartsOn >= from &&
			(anywhere || in.Region != "" && asked(in.Region) || in.Region == "" && slices.ContainsFunc(e.regions, asked))
	})
}

// startingRegions adds the regions in which a programme has an intake on or after a day to a list, each once.
func (e *entry) startingRegions(from domain.Date, to []domain.Region) []domain.Region {
	add := func(r domain.Region) {
		if !slices.Contains(to, r) {
			to = append(to, r)
		}
	}
	for _, in := range e.intakes {
		switch {
		case in.StartsOn < from:
		case in.Region != "":
			add(in.Region)
		default:
			for _, r := range e.regions {
				add(r)
			}
		}
	}
	return to
}
