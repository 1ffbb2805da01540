package api

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"runtime"
	"time"

	"kopir/api/gen"
	"kopir/domain"
)

// ListBestMatches streams the best programmes of every open demand, for analysts. One such stream has half of the
// processors, and there is one at a time, so that the others hardly notice.
func (s *server) ListBestMatches(ctx context.Context, r gen.ListBestMatchesRequestObject) (gen.ListBestMatchesResponseObject, error) {
	p := r.Params
	var f domain.Faults
	ask := domain.BestAsk{Limit: bestDefault, Workers: max(1, runtime.GOMAXPROCS(0)/2), Constraints: demandConstraints(&f, &gen.DemandConstraints{
		Regions: p.Region, Kinds: p.Kind, WorkModes: p.WorkMode, Languages: p.Language, Sectors: p.Sector, MinOpenings: p.MinOpenings,
	})}
	if p.Limit != nil {
		ask.Limit = *p.Limit
	}
	if err := ofQuery(f.Err()); err != nil {
		return nil, err
	}
	found, err := s.Matching.Best(ctx, actorOf(ctx), ask)
	if err != nil {
		return nil, err
	}
	if !s.streaming.TryLock() {
		return nil, refuse(unavailable, codeStreamBusy).with("Retry-After", streamBusyFor)
	}
	return bestStream{ctx, found, s.streaming.Unlock}, nil
}

const (
	bestDefault   = 10
	streamBusyFor = "10" // seconds
	// flushEach is after how many bytes a stream is sent on.
	flushEach = 32 << 10
)

// bestStream is an answer that is made while it is sent.
type bestStream struct {
	ctx   context.Context
	lines iter.Seq2[domain.BestOf, error]
	end   func()
}

// VisitListBestMatchesResponse sends the stream. An error in the midst of it is its last line, and returned.
func (b bestStream) VisitListBestMatchesResponse(w http.ResponseWriter) error {
	defer b.end()
	w.Header().Set("Content-Type", ndjson)
	w.Header().Set("Cache-Control", noStore)
	w.Header().Set("X-Accel-Buffering", "no") // a proxy is not to collect it either
	w.WriteHeader(http.StatusOK)
	out := newFlusher(w)
	err := WriteBest(out, b.lines)
	if err != nil && !errors.Is(b.ctx.Err(), context.Canceled) { // somebody is still there
		last := json.NewEncoder(out).Encode(map[string]problemBody{"error": refusalOf(err).body(b.ctx)})
		if last = errors.Join(last, out.flush()); last == nil {
			return told{err}
		}
		return errors.Join(err, last)
	}
	return errors.Join(err, out.flush())
}

// told is an error that the answer ends with: there is nothing to break off.
type told struct{ error }

// Unwrap returns the error itself.
func (t told) Unwrap() error { return t.error }

// ndjson is one JSON value a line.
const ndjson = "application/x-ndjson"

// WriteBest writes the best programmes of demands as the contract has them, a line for each demand. It returns the first
// error that comes with one, or that w returns.
func WriteBest(w io.Writer, lines iter.Seq2[domain.BestOf, error]) error {
	encoder := json.NewEncoder(w)
	for b, err := range lines {
		if err != nil {
			return err
		}
		if err := encoder.Encode(bestMatches(b)); err != nil {
			return err
		}
	}
	return nil
}

func bestMatches(b domain.BestOf) gen.BestMatches {
	of := b.Score(domain.ProgrammeRank{})
	return gen.BestMatches{
		DemandId: b.Demand.ID, Openings: b.Demand.Openings, PointsOf: of.Of, Musts: of.Musts,
		Programmes: mapped(b.Programmes, func(r domain.ProgrammeRank) gen.BestMatch {
			return gen.BestMatch{
				ProgrammeId: r.ID, Coverage: b.Score(r).Coverage(), Points: r.Points, MustsMet: r.MustsMet,
			}
		}),
	}
}

// flusher sends what is written on in pieces, each of which the client must take in time. How long all of them take
// together is bounded by the request's context.
type flusher struct {
	w       http.ResponseWriter
	control *http.ResponseController
	held    []byte
}

// newFlusher begins a stream: the time that the connection has for one request does not count for it.
func newFlusher(w http.ResponseWriter) *flusher {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // not every writer can, and then has no deadline to lift
	return &flusher{w: w, control: control}
}

func (f *flusher) Write(p []byte) (int, error) {
	f.held = append(f.held, p...)
	if len(f.held) < flushEach {
		return len(p), nil
	}
	return len(p), f.flush()
}

// flush sends what is held.
func (f *flusher) flush() error {
	_ = f.control.SetWriteDeadline(time.Now().Add(answerWithin)) // as in newFlusher
	_, err := f.w.Write(f.held)
	f.held = f.held[:0]
	return errors.Join(err, f.control.Flush())
}
