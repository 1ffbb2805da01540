package api

import (
	"bytes"
	"encoding/json"
	"fmt"

	"kopir/domain"

	jsonpatch "github.com/evanphx/json-patch/v5"
)

// patchOf returns the body of a patch, which comes under one of two media types; an empty one changes nothing.
func patchOf(plain, merge *json.RawMessage) json.RawMessage {
	for _, body := range []*json.RawMessage{merge, plain} {
		if body != nil && len(*body) > 0 {
			return *body
		}
	}
	return json.RawMessage(`{}`)
}

// patched merges a patch (RFC 7396) onto what is there: what is absent stays, null clears, lists are replaced. The
// members that an object needs are given by its name: an object that lost one is Invalid, as is a result that is not
// a T any more.
func patched[T any](current T, patch json.RawMessage, needs map[string][]string) (T, error) {
	var next T
	before, err := json.Marshal(current)
	if err != nil {
		return next, fmt.Errorf("writing down what is to be patched: %w", err)
	}
	var f domain.Faults
	after, err := jsonpatch.MergePatch(before, patch)
	if err != nil {
		f.Add("", domain.CodeMalformed)
		return next, f.Err()
	}
	if err := whole(after, needs); err != nil {
		return next, err
	}
	decoder := json.NewDecoder(bytes.NewReader(after))
	decoder.DisallowUnknownFields()
	if decoder.Decode(&next) != nil {
		f.Add("", domain.CodeMalformed)
	}
	return next, f.Err()
}

// whole says which members the objects of a document have lost.
func whole(document []byte, needs map[string][]string) error {
	var f domain.Faults
	var members map[string]json.RawMessage
	if json.Unmarshal(document, &members) != nil {
		f.Add("", domain.CodeMalformed)
	}
	for name, needed := range needs {
		var object map[string]json.RawMessage
		if json.Unmarshal(members[name], &object) != nil || object == nil {
			continue // absent, or no object: decoding tells
		}
		for _, member := range needed {
			if _, ok := object[member]; !ok {
				f.Add("/"+name+"/"+member, domain.CodeRequired)
			}
		}
	}
	return f.Err()
}
