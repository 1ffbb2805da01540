package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"kopir"
)

// serverOwned are fields that a client would like to set, whatever the contract calls its own.
var serverOwned = m{
	"id": "0198c1d5-02b4-7f6a-8d11-64c7b0a9e302", "owner_id": "0198c1d5-02b4-7f6a-8d11-64c7b0a9e302", "account_id": "0198c1d5-02b4-7f6a-8d11-64c7b0a9e302",
	"organisation_id": "0198c1d5-02b4-7f6a-8d11-64c7b0a9e302", "role": "owner", "roles": []string{"admin"}, "admin": true, "is_admin": true, "analyst": true, "powers": m{"admin": true},
	"status": "published", "verification": "verified", "verified": true, "version": 99, "created_at": "2020-01-01T00:00:00Z", "updated_at": "2020-01-01T00:00:00Z",
	"published_at": "2020-01-01T00:00:00Z", "closed_at": nil, "hidden": false, "deleted": false, "points": 40320, "coverage": 1, "rejection_reason": nil, "display": "x",
	"password_hash": "x", "email_verified": true, "__proto__": m{"admin": true}, "constructor": m{}, "$set": m{"role": "admin"}, "": "x",
}

// coveted is serverOwned and all that an operation answers, with the values that the contract gives as examples.
func coveted(o *operation) m {
	out := maps.Clone(serverOwned)
	for _, response := range o.route.Operation.Responses.Map() {
		if media := response.Value.Content["application/json"]; media != nil {
			for name, property := range media.Schema.Value.Properties {
				if _, ok := out[name]; !ok {
					out[name] = property.Value.Example
				}
			}
		}
	}
	return out
}

// smuggled returns a body once for each of its objects and each field that it does not have: with it, and where it is.
func smuggled(body any, s *openapi3.Schema, pointer string, fields m, yield func(pointer string)) {
	switch at := body.(type) {
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(s.Properties)) { // as a sloppy decoder would read them
			fields = merged(fields, m{strings.ToUpper(name): "x"})
		}
		for name, value := range fields {
			if s.Properties[name] == nil {
				at[name] = value
				yield(pointer + pointerOf([]string{name}))
				delete(at, name)
			}
		}
		for name, inner := range at {
			if s.Properties[name].Value.AdditionalProperties.Schema != nil {
				continue // its names are what somebody calls things, such as columns
			}
			smuggled(inner, s.Properties[name].Value, pointer+pointerOf([]string{name}), fields, yield)
		}
	case []any:
		if len(at) > 0 {
			smuggled(at[0], s.Items.Value, pointer+"/0", fields, yield)
		}
	}
}

// What belongs to the server cannot be set by a client, wherever it is put and however it is written.
func TestWhatBelongsToTheServerCannotBeSet(t *testing.T) {
	unraced(t)
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	w := openWhole(t)
	tried := 0
	for route, r := range byRoute() {
		o := contract.operations[route]
		if method, _, _ := strings.Cut(route, " "); method == http.MethodGet || o.file { // columns of a file are tested with files
			continue
		}
		mine := w.circle()
		s := scene{mine, mine.actorOf(r).loosely(), true}
		thing, body := r.thing(s), plain(t, r.with(s))
		before := w.rows()
		fields := coveted(o)
		for name := range fields { // in the query
			q := r
			q.route += "?" + url.QueryEscape(name) + "=1"
			q.askWith(s, thing, body).isCalm(422)
		}
		form := url.Values{"role": {"admin"}, "id": {"1"}, "status": {"published"}}.Encode()
		for media, text := range map[string]string{
			"application/x-www-form-urlencoded": form, "multipart/form-data; boundary=x": "--x\r\nContent-Disposition: form-data; name=\"role\"\r\n\r\nadmin\r\n--x--\r\n",
			"application/xml": "<demand><role>admin</role></demand>", "text/xml": "<role>admin</role>", "text/plain": `{"role":"admin"}`, "application/yaml": "role: admin", "application/msgpack": "\x81\xa4role\x01", "": `{"role":"admin"}`,
		} {
			status := 415
			if o.media == nil {
				status = 400 // there is no body here
			}
			r.sends(s, thing, text, media).isCalm(status)
			r.sends(scene{mine, s.actor.with("Content-Encoding", "br"), true}, thing, text, media).isCalm(status)
		}
		if o.media == nil {
			r.sends(s, thing, `{"status":"published","role":"admin"}`, "application/json").isCalm(400)
		} else {
			if body == nil {
				body = m{}
			}
			smuggled(body, o.media.Get("application/json").Schema.Value, "", fields, func(pointer string) {
				a := r.askWith(s, thing, body)
				a.isCalm(422)
				a.fault(pointer, "unknown_field")
				tried++
			})
		}
		require.Equal(t, before, w.rows(), route)
		r.askWith(s, thing, r.with(s)).expect(r.ok) // positive control: without it all is well
	}
	require.Greater(t, tried, 500)
}

// sends sends what a row sends, as another text and media type.
func (r access) sends(s scene, on target, text, media string) *answer {
	method, path, _ := strings.Cut(r.route, " ")
	p := s.actor
	if on.tag != "" {
		p = p.ifMatch(on.tag)
	}
	return p.send(method, fill(path, on.ids...), text, media)
}

// A decoder that takes what it knows and skips the rest would have let all of that pass in silence.
func TestTheUsualDecoderSkipsWhatItDoesNotKnow(t *testing.T) { // negative control of the test above
	var into struct {
		Role string `json:"role"`
	}
	require.NoError(t, json.Unmarshal([]byte(`{"ROLE": "admin", "id": 1}`), &into))
	require.Equal(t, "admin", into.Role)
}
