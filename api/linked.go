package api

import (
	"context"
	"encoding/json"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"kopir/internal/files"
)

// wantsLinked says whether a reader would rather have JSON-LD than JSON (RFC 9110, 12.5.1): it is named and has the greater
// weight, the first where they are equal. Who names neither gets JSON.
func wantsLinked(ctx context.Context) bool {
	best, linked := 0.0, false
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
			if isLinked := media == files.Types[files.JSONLD][0]; weight > best && (isLinked || media == "application/json" || media == "*/*" || media == "application/*") {
				best, linked = weight, isLinked
			}
		}
	}
	return linked
}

// linked is one thing in JSON-LD, with its version.
type linked struct {
	thing   map[string]any
	version int
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
	w.Header().Set("Content-Type", files.Types[files.JSONLD][0])
	w.Header().Set("ETag", etag(l.version))
	_, err = w.Write(text)
	return err
}
