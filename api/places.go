package api

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"

	"kopir/domain"
)

// placesOf translates what the validator found into places, with codes and words of ours: its own text shows the schema.
// A path that breaks the contract leads nowhere: that is not found, like any other id that names nothing.
func placesOf(err error) ([]place, error) {
	var all openapi3.MultiError
	if !errors.As(err, &all) {
		all = openapi3.MultiError{err}
	}
	var out []place
	for _, e := range all {
		var r *openapi3filter.RequestError
		if !errors.As(e, &r) {
			return nil, fmt.Errorf("%w: %w", errUnplaced, e)
		}
		if r.Parameter == nil {
			out = append(out, bodyPlaces(r.Err)...)
			continue
		}
		if r.Parameter.In == openapi3.ParameterInPath {
			return nil, errNotFound
		}
		out = append(out, place{parameter: r.Parameter.Name, reason: parameterReason(r)})
	}
	return out, nil
}

// parameterReason says what is wrong with a parameter; of a list with several faults, the first.
func parameterReason(r *openapi3filter.RequestError) domain.Reason {
	var s *openapi3.SchemaError
	var parse *openapi3filter.ParseError
	switch found := firstSchemaError(r.Err, &s); {
	case found:
		return reasonOf(s)
	case errors.Is(r.Err, openapi3filter.ErrInvalidRequired), errors.Is(r.Err, openapi3filter.ErrInvalidEmptyValue):
		return domain.Reason{Code: domain.CodeRequired}
	case errors.As(r.Err, &parse):
		return domain.Reason{Code: domain.CodeMalformed}
	default:
		return domain.Reason{Code: codeAgainstContract}
	}
}

func firstSchemaError(err error, s **openapi3.SchemaError) bool {
	var all openapi3.MultiError
	if errors.As(err, &all) {
		for _, e := range all {
			if firstSchemaError(e, s) {
				return true
			}
		}
		return false
	}
	return errors.As(err, s)
}

// bodyPlaces lists what is wrong with a body.
func bodyPlaces(err error) []place {
	switch e := err.(type) { //nolint:errorlint // the validator nests them so, without wrapping
	case openapi3.MultiError:
		var out []place
		for _, each := range e {
			out = append(out, bodyPlaces(each)...)
		}
		return out
	case *openapi3.SchemaError:
		pointer := pointerOf(e.JSONPointer())
		if field, ok := unknownField(e); ok {
			return []place{{pointer: pointer + pointerOf([]string{field}), reason: domain.Reason{Code: codeUnknownField}}}
		}
		return []place{{pointer: pointer, reason: reasonOf(e)}}
	default:
		if errors.Is(err, openapi3filter.ErrInvalidRequired) {
			return []place{{reason: domain.Reason{Code: domain.CodeRequired}}}
		}
		return []place{{reason: domain.Reason{Code: codeAgainstContract}}}
	}
}

// unknownField returns the field that an error is about, which the validator names in its text only.
func unknownField(e *openapi3.SchemaError) (string, bool) {
	if e.SchemaField != "properties" {
		return "", false
	}
	quoted, ok := strings.CutPrefix(e.Reason, "property ")
	quoted, ok2 := strings.CutSuffix(quoted, " is unsupported")
	field, err := strconv.Unquote(quoted)
	return field, ok && ok2 && err == nil
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// pointerOf joins steps into a JSON pointer (RFC 6901).
func pointerOf(steps []string) string {
	var b strings.Builder
	for _, s := range steps {
		b.WriteByte('/')
		b.WriteString(pointerEscapes.Replace(s))
	}
	return b.String()
}

// reasonOf says in our words what a value breaks.
func reasonOf(e *openapi3.SchemaError) domain.Reason {
	because := func(code domain.Code, args ...any) domain.Reason { return domain.Reason{Code: code, Args: args} }
	s := e.Schema
	switch e.SchemaField {
	case "required", "nullable":
		return because(domain.CodeRequired)
	case "type":
		return because(codeWrongType, strings.Join(s.Type.Slice(), ", "))
	case "enum":
		return because(domain.CodeUnknownValue, clip(fmt.Sprint(e.Value), 64))
	case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
		return because(domain.CodeOutOfRange, bound(s.Min, math.Inf(-1)), bound(s.Max, math.Inf(1)))
	case "minLength":
		if s.MinLength <= 1 {
			return because(domain.CodeRequired)
		}
		return because(domain.CodeTooShort, s.MinLength)
	case "maxLength":
		return because(domain.CodeTooLong, *s.MaxLength)
	case "minItems":
		return because(codeTooFew, s.MinItems)
	case "maxItems":
		return because(domain.CodeTooMany, *s.MaxItems)
	case "uniqueItems":
		return because(codeNotUnique)
	case "minProperties":
		return because(codeTooFew, s.MinProps)
	case "pattern":
		if text, ok := e.Value.(string); ok && strings.TrimSpace(text) == "" {
			return because(domain.CodeRequired)
		}
		return because(domain.CodeMalformed)
	case "format":
		return because(domain.CodeMalformed)
	default:
		return because(codeAgainstContract)
	}
}

// bound writes a bound of a number as people do: 1000000000, not 1e+09.
func bound(b *float64, none float64) string {
	if b == nil {
		b = &none
	}
	return strconv.FormatFloat(*b, 'f', -1, 64)
}
