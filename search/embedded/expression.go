package embedded

import (
	"slices"
	"strings"

	"kopir/search/reading"
)

// expression writes the reading in FTS5's language, every word between quotes. With lean, stems that a prefix covers
// are left out: they change the rank of what is found, not what is found.
func expression(r reading.Reading, lean bool) string {
	var b strings.Builder
	for i, t := range r.Terms {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteByte('(')
		b.WriteString(strings.Join(alternatives(t, lean), " OR "))
		b.WriteByte(')')
	}
	return b.String()
}

func alternatives(t reading.Term, lean bool) []string {
	if len(t.Phrase) > 0 {
		return []string{quote(t.Phrase...)}
	}
	var out []string
	for _, label := range t.Labels {
		out = append(out, quote(label...))
	}
	if len(t.Run) > 0 {
		out = append(out, "("+expression(reading.Reading{Terms: t.Run}, lean)+")")
	}
	for _, s := range t.Stems {
		covered := func(prefix string) bool { return strings.HasPrefix(s, prefix) }
		if !lean || !slices.ContainsFunc(t.Prefixes, covered) {
			out = append(out, quote(s))
		}
	}
	for _, p := range t.Prefixes {
		out = append(out, quote(p)+"*")
	}
	return out
}

// quote writes stems as a string of FTS5. Encoded, they have no quotation marks.
func quote(stems ...string) string {
	encoded := make([]string, len(stems))
	for i, s := range stems {
		encoded[i] = encode(s)
	}
	return `"` + strings.Join(encoded, " ") + `"`
}
