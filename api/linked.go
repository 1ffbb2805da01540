package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"kopir/internal/files"
)

// vocabulary is in whose words a thing is written.
type vocabulary int

// The words of our own JSON, of schema.org, and of the European Learning Model.
const (
	ownWords vocabulary = iota
	schemaOrg
	learningModel
)

// vocabularyFor says in which words a reader would have a thing (RFC 9110, 12.5.1; RFC 6906 for profiles): those that are named with
// the greatest weight, the first where they are equal. Who names none gets JSON.
func vocabularyFor(ctx context.Context) vocabulary {
	best, chosen := 0.0, ownWords
	for _, line := range exchangeOf(ctx).accept {
		for each := range strings.SplitSeq(line, ",") {
			media, parameters, err := mime.ParseMediaType(each)
			if err != nil {
				continue
			}
			weight := 1.0
			if q, ok := parameters["q"]; ok {
				if weight, err = strconv.ParseFloat(q, 64); err != nil {
					continue
				}
			}
			if in, ok := vocabularyOf(media, parameters["profile"]); ok && weight > best {
				best, chosen = weight, in
			}
		}
	}
	return chosen
}

func vocabularyOf(media, profiles string) (vocabulary, bool) {
	switch media {
	case files.Types[files.JSONLD][0]:
		if slices.Contains(strings.Fields(profiles), files.LearningModelProfile) {
			return learningModel, true
		}
		return schemaOrg, true
	case "application/json", "application/*", "*/*":
		return ownWords, true
	}
	return ownWords, false
}

// linked is one thing in JSON-LD, with its version.
type linked struct {
	thing   map[string]any
	version int
	profile string // of its words; "" for schema.org
}

// VisitGetDemandResponse writes the thing.
func (l linked) VisitGetDemandResponse(w http.ResponseWriter) error { return l.write(w) }

// VisitGetProgrammeResponse writes the thing.
func (l linked) VisitGetProgrammeResponse(w http.ResponseWriter) error { return l.write(w) }

func (l linked) write(w http.ResponseWriter) error {
	text, err := json.Marshal(l.thing)
	if err != nil {
		return err
	}
	media := files.Types[files.JSONLD][0]
	if l.profile != "" {
		media = mime.FormatMediaType(media, map[string]string{"profile": l.profile})
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("ETag", etag(l.version))
	_, err = w.Write(text)
	return err
}
