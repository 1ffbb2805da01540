package shapes

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Node is an object of JSON-LD, as encoding/json reads it.
type Node = map[string]any

// Set is the shapes of a vocabulary, by type.
type Set map[string]Shape

// Shape is what a node of a type has.
type Shape struct {
	Properties []Property
	// Whole says what no single property can, "" if nothing is wrong.
	Whole func(Node) string
}

// Property is one property of a shape.
type Property struct {
	Name  string
	Least int  // how many values it has at least
	Most  int  // and at most; 0 is any number
	Asked bool // whoever reads it asks for it, but takes a document without: see Set.Lacks
	Is    []Kind
	// OneEach says that of texts in several languages there is one in each.
	OneEach bool
}

// Kind says of what kind a value is: whether it is, or what is wrong with it. Of kinds that speak of a place in the value
// the place comes first.
type Kind func(Set, any) []string

// Faults lists what is wrong with a node, each with its place, in order.
func (s Set) Faults(n Node) []string {
	shape, known := s[typeOf(n)]
	if !known {
		return []string{fmt.Sprintf(": no shape is known of the type %q", typeOf(n))}
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(n)) {
		if !strings.HasPrefix(name, "@") && !strings.Contains(name, "://") && !slices.ContainsFunc(shape.Properties, func(p Property) bool { return p.Name == name }) {
			out = append(out, "/"+name+": "+typeOf(n)+" has no such property")
		}
	}
	for _, p := range shape.Properties {
		for _, fault := range s.property(p, n[p.Name]) {
			out = append(out, "/"+p.Name+fault)
		}
	}
	if shape.Whole != nil {
		if fault := shape.Whole(n); fault != "" {
			out = append(out, ": "+fault)
		}
	}
	return out
}

func (s Set) property(p Property, v any) []string {
	values := list(v)
	var out []string
	switch {
	case len(values) < p.Least:
		out = append(out, fmt.Sprintf(": has %d values, at least %d must be", len(values), p.Least))
	case p.Most > 0 && len(values) > p.Most:
		out = append(out, fmt.Sprintf(": has %d values, at most %d may be", len(values), p.Most))
	}
	var languages []string
	for i, one := range values {
		at := ""
		if len(values) > 1 {
			at = fmt.Sprintf("/%d", i)
		}
		for _, fault := range s.value(p.Is, one) {
			out = append(out, at+fault)
		}
		if n, ok := one.(Node); ok && p.OneEach {
			if lang := fmt.Sprint(n["@language"]); slices.Contains(languages, lang) {
				out = append(out, at+": another text in "+lang)
			} else {
				languages = append(languages, lang)
			}
		}
	}
	return out
}

// value returns nothing if a value is of one of the kinds, or else what is wrong with it as the kind that it comes nearest to.
func (s Set) value(kinds []Kind, v any) []string {
	var nearest []string
	for i, is := range kinds {
		faults := is(s, v)
		if len(faults) == 0 {
			return nil
		}
		if i == 0 || strings.HasPrefix(faults[0], "/") {
			nearest = faults
		}
	}
	return nearest
}

// Lacks lists the properties that readers ask for and a node does not have, it and those within it.
func (s Set) Lacks(n Node) []string {
	var out []string
	for _, p := range s[typeOf(n)].Properties {
		values := list(n[p.Name])
		if p.Asked && len(values) == 0 {
			out = append(out, typeOf(n)+"."+p.Name)
		}
		for _, v := range values {
			if within, ok := v.(Node); ok {
				out = append(out, s.Lacks(within)...)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Required lists the places of a node, as Without takes them, at which a value must not be missing: those of its own and of
// the nodes within it.
func (s Set) Required(n Node) []string {
	var out []string
	for _, p := range s[typeOf(n)].Properties {
		values := list(n[p.Name])
		if p.Least > 0 {
			out = append(out, "/"+p.Name)
		}
		if len(values) == 0 {
			continue
		}
		if within, ok := values[0].(Node); ok {
			for _, at := range s.Required(within) {
				out = append(out, "/"+p.Name+at)
			}
		}
	}
	return out
}

// Without returns a copy of a node that lacks what stands at a place; of several values the place leads through the first.
func Without(n Node, place string) Node {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err) // a node is made of what JSON has
	}
	var out Node
	if err := json.Unmarshal(text, &out); err != nil {
		panic(err)
	}
	steps := strings.Split(strings.TrimPrefix(place, "/"), "/")
	at := out
	for _, step := range steps[:len(steps)-1] {
		at, _ = list(at[step])[0].(Node)
	}
	delete(at, steps[len(steps)-1])
	return out
}

func typeOf(n Node) string {
	t, _ := n["@type"].(string)
	return t
}

func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// Text is a text of a form; "" is any that is not empty.
func Text(form string) Kind {
	pattern := regexp.MustCompile(form)
	return func(_ Set, v any) []string {
		if s, ok := v.(string); !ok || s == "" || !pattern.MatchString(s) {
			return []string{fmt.Sprintf(": %.60v is no text of the form %s", v, form)}
		}
		return nil
	}
}

// Number is a number that is not less than one.
func Number(least float64) Kind {
	return func(_ Set, v any) []string {
		if n, ok := v.(float64); !ok || n < least {
			return []string{fmt.Sprintf(": %.60v is no number of at least %v", v, least)}
		}
		return nil
	}
}

// Truth is true or false.
func Truth(_ Set, v any) []string {
	if _, ok := v.(bool); !ok {
		return []string{fmt.Sprintf(": %.60v is neither true nor false", v)}
	}
	return nil
}

// A is a node of a type.
func A(of string) Kind {
	return func(s Set, v any) []string {
		n, ok := v.(Node)
		if !ok || typeOf(n) != of {
			return []string{fmt.Sprintf(": %.60v is no %s", v, of)}
		}
		return s.Faults(n)
	}
}

// Tagged is a text that says in which language it is.
func Tagged(_ Set, v any) []string {
	n, _ := v.(Node)
	text, _ := n["@value"].(string)
	lang, _ := n["@language"].(string)
	if len(n) != 2 || text == "" || lang == "" {
		return []string{fmt.Sprintf(": %.60v is no text with its language", v)}
	}
	return nil
}

// Typed is a value of a datatype, in one of its forms.
func Typed(as, form string) Kind {
	pattern := regexp.MustCompile(form)
	return func(_ Set, v any) []string {
		n, _ := v.(Node)
		text, _ := n["@value"].(string)
		if len(n) != 2 || n["@type"] != as || !pattern.MatchString(text) {
			return []string{fmt.Sprintf(": %.90v is no %s", v, as)}
		}
		return nil
	}
}
