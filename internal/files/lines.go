package files

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"kopir/domain"
)

// lines reads a body of the API from each line. What it says of the organisation is not looked at: whose the rows are the
// import says.
func (r *rows) lines(file []byte) error {
	number := 0
	for line := range bytes.Lines(withoutMark(file)) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		var body map[string]any
		if json.Unmarshal(line, &body) != nil || body == nil {
			if err := r.unreadable(number, nil); err != nil {
				return err
			}
			continue
		}
		delete(body, "organisation_id")
		if err := r.add(number, cellsOfBody(body)); err != nil {
			return err
		}
	}
	return nil
}

// parts are the members of what stands in lists, in the order in which cells have them.
var parts = map[string][]string{
	"requirements":  {"competence_id", "level", "importance", "level_source"},
	"outcomes":      {"competence_id", "level", "level_source"},
	"prerequisites": {"competence_id", "level", "level_source"},
	"intakes":       {"starts_on", "ends_on", "apply_by", "seats", "region"},
}

// cellsOfBody writes a body of the API down as cells. What has no column gets one of its own, which is a fault of the row.
func cellsOfBody(body map[string]any) domain.Cells {
	c := make(domain.Cells)
	for name, value := range body {
		switch value := value.(type) {
		case map[string]any:
			for member, v := range value {
				put(c, name+"_"+member, plain(v))
			}
		case []any:
			between := betweenWords
			if parts[name] != nil {
				between = betweenItems
			}
			list := make([]string, len(value))
			for i, item := range value {
				list[i] = itemOf(c, name, item)
			}
			put(c, name, strings.Join(list, between))
		default:
			put(c, name, plain(value))
		}
	}
	return c
}

// itemOf writes one item of a list down.
func itemOf(c domain.Cells, list string, item any) string {
	object, ok := item.(map[string]any)
	if !ok || parts[list] == nil {
		return plain(item)
	}
	out := make([]string, len(parts[list]))
	for i, member := range parts[list] {
		out[i] = plain(object[member])
	}
	for _, member := range slices.Sorted(maps.Keys(object)) {
		if !slices.Contains(parts[list], member) {
			put(c, list+"_"+member, plain(object[member]))
		}
	}
	return joined(out)
}

// plain writes a value of JSON down as a cell.
func plain(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	default:
		text, err := json.Marshal(v, json.Deterministic(true))
		if err != nil {
			return fmt.Sprint(v)
		}
		return string(text)
	}
}
