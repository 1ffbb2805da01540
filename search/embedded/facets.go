package embedded

import (
	"slices"

	"kopir/domain"
	"kopir/search"

	"github.com/RoaringBitmap/roaring/v2"
)

// facets counts the values of the attributes that a query asks for.
func (s *side) facets(n *narrowed, q search.Query) map[search.Attribute][]search.Count {
	out := make(map[search.Attribute][]search.Count, len(q.Facets))
	for _, attribute := range q.Facets {
		if _, has := s.values[attribute]; !has {
			continue
		}
		among := n.without(attribute)
		if attribute == search.Region && n.from != 0 {
			out[attribute] = s.countStarts(among, n.from)
		} else {
			out[attribute] = s.count(among, attribute)
		}
	}
	return out
}

// count counts the values of an attribute: bitmap by bitmap, or, where there are more values than documents to look
// at, document by document.
func (s *side) count(among *roaring.Bitmap, attribute search.Attribute) []search.Count {
	tally := make(map[string]int)
	values := s.values[attribute]
	if count(among) < len(values) {
		for it := among.Iterator(); it.HasNext(); {
			for _, v := range s.entries[it.Next()].values {
				if v.attribute == attribute {
					tally[v.name]++
				}
			}
		}
		return search.Top(tally)
	}
	for name, v := range values {
		tally[name] = int(among.AndCardinality(v.has)) //nolint:gosec // ordinals are 32 bits wide
	}
	return search.Top(tally)
}

// countStarts counts regions when some intake must start on or after a day: a region counts with an intake there.
func (s *side) countStarts(among *roaring.Bitmap, from domain.Date) []search.Count {
	tally := make(map[string]int)
	online := 0
	var regions []domain.Region
	for it := among.Iterator(); it.HasNext(); {
		e := &s.entries[it.Next()]
		regions = e.startingRegions(from, regions[:0])
		if e.online { // in every region, whatever its intakes say
			online++
			regions = slices.DeleteFunc(regions, func(r domain.Region) bool { return !r.Name().Empty() })
		}
		for _, r := range regions {
			tally[string(r)]++
		}
	}
	for _, r := range domain.Regions() {
		if n := tally[string(r)] + online; n > 0 {
			tally[string(r)] = n
		}
	}
	return search.Top(tally)
}
