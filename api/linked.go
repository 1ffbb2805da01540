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

// vocabularyFor says in which of some words a reader would have a thing, by Accept (RFC 9110, 12.5.1; RFC 6906 for profiles). Of
// what is asked for with the same weight that goes first which is named first, and JSON where all is left open. Who names
// nothing, or nothing that can be read, gets JSON; who rules out all that there is, 406.
func vocabularyFor(ctx context.Context, offered ...vocabulary) (vocabulary, error) {
	ranges := rangesIn(exchangeOf(ctx).accept)
	if len(ranges) == 0 {
		return ownWords, nil
	}
	best, chosen, first := 0.0, vocabulary(-1), 0
	for _, v := range offered {
		at := weightOf(v, ranges)
		if at < 0 {
			continue
		}
		if w := ranges[at].weight; w > best || w == best && w > 0 && at < first {
			best, chosen, first = w, v, at
		}
	}
	if chosen < 0 {
		return ownWords, refuse(notAcceptable, codeNotAcceptable, "application/json, application/ld+json")
	}
	return chosen, nil
}

// mediaRange is one thing that Accept names.
type mediaRange struct {
	media    string
	profiles []string
	weight   float64
}

// rangesIn reads Accept; what cannot be read is left out.
func rangesIn(lines []string) []mediaRange {
	var out []mediaRange
	for _, line := range lines {
		for each := range strings.SplitSeq(line, ",") {
			media, parameters, err := mime.ParseMediaType(each)
			if err != nil || !strings.Contains(media, "/") {
				continue
			}
			r := mediaRange{media, strings.Fields(parameters["profile"]), 1}
			if q, ok := parameters["q"]; ok {
				if r.weight, err = strconv.ParseFloat(q, 64); err != nil || !(r.weight >= 0 && r.weight <= 1) {
					continue
				}
			}
			out = append(out, r)
		}
	}
	return out
}

// weightOf returns which range speaks of words: the one that says most of them, the first of several; -1 if none does.
func weightOf(v vocabulary, ranges []mediaRange) int {
	found, most := -1, 0
	for i, r := range ranges {
		if says := r.says(v); says > most {
			found, most = i, says
		}
	}
	return found
}

// says returns how closely a range speaks of words: 0 not at all, then of everything, of a type, of a media type, of a
// profile. The words of a profile are given only to who names it.
func (r mediaRange) says(v vocabulary) int {
	profiled := slices.Contains(r.profiles, files.LearningModelProfile)
	switch {
	case v == learningModel && r.media == linkedMedia && profiled:
		return 4
	case v == learningModel:
		return 0
	case v == schemaOrg && r.media == linkedMedia && !profiled, v == ownWords && r.media == "application/json":
		return 3
	case r.media == "application/*":
		return 2
	case r.media == "*/*":
		return 1
	}
	return 0
}

var linkedMedia = files.Types[files.JSONLD][0]

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
	media := linkedMedia
	if l.profile != "" {
		media = mime.FormatMediaType(media, map[string]string{"profile": l.profile})
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("ETag", etag(l.version))
	_, err = w.Write(text)
	return err
}
