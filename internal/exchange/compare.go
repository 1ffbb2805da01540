package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// shown is how many differences are told of; all are counted.
const shown = 10

// own is what a thing has of the server that it is on: it must differ, or may.
var own = []string{"id", "organisation", "source", "status", "version", "published_at", "created_at", "updated_at"}

// fields are what a thing says, as the API answers it, without what is its server's own. A price of 0 stays: it says "free".
func fields(thing object) object {
	out := maps.Clone(thing)
	for _, name := range own {
		delete(out, name)
	}
	return out
}

// sentFields are the fields of a thing in the form in which it was sent: competences by their ids, and no word of what says
// nothing.
func sentFields(thing object) object {
	out := fields(thing)
	for _, list := range []string{"requirements", "outcomes", "prerequisites"} {
		lines, _ := out[list].([]any)
		var named []any
		for _, each := range lines {
			line := maps.Clone(each.(object))
			competence, _ := line["competence"].(object)
			line["competence_id"] = competence["id"]
			delete(line, "competence")
			named = append(named, line)
		}
		if out[list] = named; named == nil {
			delete(out, list)
		}
	}
	for _, name := range []string{"title", "description"} {
		if text, ok := out[name].(object); ok {
			text = maps.Clone(text)
			delete(text, "display") // one of the others, as the reader would have it
			out[name] = text
		}
	}
	return plain(out)
}

// differences tells where things differ: two lists, each by the name under which a thing is known in both.
func differences(want, got map[string]object) []string {
	var out []string
	for _, key := range slices.Sorted(maps.Keys(want)) {
		there, ok := got[key]
		if !ok {
			out = append(out, key+": is missing")
			continue
		}
		names := slices.Sorted(maps.Keys(want[key]))
		for name := range there {
			if _, known := want[key][name]; !known {
				names = append(names, name)
			}
		}
		for _, name := range names {
			if !reflect.DeepEqual(want[key][name], there[name]) {
				out = append(out, fmt.Sprintf("%s: %s is %s, it was %s", key, name, short(there[name]), short(want[key][name])))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, known := want[key]; !known {
			out = append(out, key+": nobody sent it")
		}
	}
	return out
}

func short(v any) string {
	written, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%.200s", written)
}

// fault is an error that tells of the first of some faults, and how many there are.
func fault(of string, list []string) error {
	if len(list) == 0 {
		return nil
	}
	out := fmt.Sprintf("%s: %d faults", of, len(list))
	for _, each := range list[:min(shown, len(list))] {
		out += "\n  " + each
	}
	return fmt.Errorf("%s", out)
}
