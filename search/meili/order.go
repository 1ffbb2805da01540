package meili

import (
	"encoding/base64"
	"encoding/binary"

	"kopir/domain"
	"kopir/search"
)

// sorting returns an order as Meilisearch takes it: a field, then the id. What lacks the field comes last. By relevance
// the ranking rules order, down to the id.
func sorting(by search.Sort, words bool) []string {
	field := ""
	switch by {
	case search.ByNewest:
		field = "published:desc"
	case search.ByDeadline:
		field = "valid_through:asc"
	case search.ByOpenings:
		field = "openings:desc"
	case search.BySalary:
		field = "salary:desc"
	case search.ByWeeks:
		field = "weeks:asc"
	case search.ByPrice:
		field = "price:asc"
	case search.ByStart:
		field = "next_start:asc"
	default:
		if words {
			return nil
		}
		field = "published:desc"
	}
	return []string{field, "id:asc"}
}

// mark writes down how many hits of an order have been seen.
func mark(seen int, by string) search.Mark {
	b := binary.BigEndian.AppendUint32([]byte{'m'}, uint32(seen)) //nolint:gosec // at most a million
	return search.Mark(base64.RawURLEncoding.EncodeToString(append(b, by...)))
}

// parseMark returns how many hits a mark of an order has seen; 0 for no mark.
func parseMark(m search.Mark, by string) (int, error) {
	if m == "" {
		return 0, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(string(m))
	if err != nil || len(b) < 5 || b[0] != 'm' || string(b[5:]) != by {
		return 0, domain.Fail(domain.Invalid, domain.CodeBadCursor)
	}
	seen := int(binary.BigEndian.Uint32(b[1:5]))
	if seen > most {
		return 0, domain.Fail(domain.Invalid, domain.CodeBadCursor)
	}
	return seen, nil
}
