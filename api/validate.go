package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/labstack/echo/v4"
	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// validate holds a request to the contract: what it does not promise to take is refused with every place named. It uses
// the route that Echo has found.
func (e *edge) validate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		x := exchangeOf(r.Context())
		if x.op == nil {
			return next(c)
		}
		query, err := cleanQuery(r.URL)
		if err != nil {
			return err
		}
		places := e.unknownParameters(x.op, query)
		places = append(places, repeatedHeaders(r.Header)...)
		places = append(places, e.longWords(x)...)
		in := &openapi3filter.RequestValidationInput{
			Request: r, PathParams: pathOf(c), QueryParams: query, Route: x.op.route, Options: e.contract.options,
		}
		if x.op.file {
			in.Options = e.contract.files
		}
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			found, err := placesOf(err)
			if err != nil {
				return err
			}
			places = append(places, found...)
		}
		if len(places) > 0 {
			return refuse(invalid, domain.CodeInvalid, len(places)).at(places...)
		}
		if x.op.paged {
			if x.query, err = queryOf(r, query, x.body); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// pathOf returns the parameters of the path, without their escapes.
func pathOf(c echo.Context) map[string]string {
	names, values := c.ParamNames(), c.ParamValues()
	out := make(map[string]string, len(names))
	for i, name := range names {
		out[name] = values[i]
		if c.Request().URL.RawPath == "" { // Echo took the path that net/url has unescaped
			continue
		}
		if plain, err := url.PathUnescape(values[i]); err == nil {
			out[name] = plain
		}
	}
	return out
}

// cleanQuery returns the query in NFC, and leaves it so in u. It refuses as unreadable what net/url would skip in
// silence, and what strict JSON refuses in a text.
func cleanQuery(u *url.URL) (url.Values, error) {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, refuse(unreadable, codeURIMalformed)
	}
	changed := false
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for i, value := range query[name] {
			code := offence(value, false)
			if !utf8.ValidString(value) || !utf8.ValidString(name) {
				code = codeUTF8
			}
			if code != "" {
				return nil, refuse(unreadable, domain.CodeInvalid, 1).at(place{parameter: visible(name), reason: domain.Reason{Code: code}})
			}
			if !norm.NFC.IsNormalString(value) {
				query[name][i], changed = norm.NFC.String(value), true
			}
		}
	}
	if changed {
		u.RawQuery = query.Encode()
	}
	return query, nil
}

// visible returns a parameter's name as it can be shown.
func visible(name string) string {
	if offence(name, false) != "" || !utf8.ValidString(name) || name == "" {
		return "?"
	}
	return name
}

// unknownParameters lists the query parameters that the contract does not have here, or has once; and words that are
// longer in bytes than a search takes.
func (e *edge) unknownParameters(op *operation, query url.Values) []place {
	var out []place
	for _, name := range slices.Sorted(maps.Keys(query)) {
		values := query[name]
		list, known := op.query[name]
		p := place{parameter: visible(name)}
		switch {
		case !known:
			p.reason.Code = codeUnknownParameter
		case !list && len(values) > 1:
			p.reason.Code = codeRepeated
		case name == "q" && len(values[0]) > e.cfg.MaxWords:
			p.reason = domain.Reason{Code: codeTooManyBytes, Args: []any{e.cfg.MaxWords}}
		default:
			continue
		}
		out = append(out, p)
	}
	return out
}

// repeatedHeaders lists the headers that mean something here and stand more than once: which one counts would be a
// matter of opinion.
func repeatedHeaders(h http.Header) []place {
	var out []place
	for _, name := range []string{"Idempotency-Key", "If-Match"} {
		if len(h.Values(name)) > 1 {
			out = append(out, place{parameter: name, reason: domain.Reason{Code: codeRepeated}})
		}
	}
	return out
}

// queryOf identifies what is asked, the page aside: method, path, query and body without cursor and limit.
func queryOf(r *http.Request, query url.Values, body []byte) ([32]byte, error) {
	asked := maps.Clone(query)
	delete(asked, "cursor")
	delete(asked, "limit")
	members := map[string]any{}
	if body != nil {
		in := json.NewDecoder(bytes.NewReader(body))
		in.UseNumber()
		if err := in.Decode(&members); err != nil {
			return [32]byte{}, fmt.Errorf("a body that is valid cannot be read again: %w", err)
		}
		delete(members, "cursor")
		delete(members, "limit")
	}
	text, err := json.Marshal([]any{r.Method, r.URL.Path, asked.Encode(), members})
	return sha256.Sum256(text), err
}

// longWords tells of words in a body that are longer in bytes than a search takes.
func (e *edge) longWords(x *exchange) []place {
	if x.op.file || !bytes.Contains(x.body, []byte(`"q"`)) {
		return nil
	}
	var asked map[string]any
	if err := json.Unmarshal(x.body, &asked); err != nil {
		return nil // the contract says what is wrong with it
	}
	if words, ok := asked["q"].(string); ok && len(words) > e.cfg.MaxWords {
		return []place{{pointer: "/q", reason: domain.Reason{Code: codeTooManyBytes, Args: []any{e.cfg.MaxWords}}}}
	}
	return nil
}

// errNotFound is what every address answers that leads nowhere, for whatever reason.
var errNotFound = domain.Fail(domain.NotFound, domain.CodeNotFound)

var errUnplaced = errors.New("the validator found a fault that has no place")
