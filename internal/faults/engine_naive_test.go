//go:build faults

package faults

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"kopir/data"
	"kopir/domain"
	"kopir/search"
	"kopir/search/meili"

	"github.com/stretchr/testify/require"
)

// naive feeds an engine as one might at first: what is published is sent there and then, as it is. Nothing is kept of
// what could not be sent. The controls feed with it.
type naive struct {
	*world
	*meili.Engine // through the wire
}

// feedNaively makes the indexes with all that is published in them. The engine knows only some competences then: all of
// them take their time, and nothing here asks for them.
func (w *world) feedNaively() *naive {
	w.Helper()
	shipped, err := data.Shipped()
	require.NoError(w, err)
	shipped.Edition = "some"
	shipped.Content.Competences = slices.DeleteFunc(shipped.Content.Competences, func(k domain.Competence) bool { return k.Framework == "esco" })
	w.catalogue, err = shipped.Catalogue()
	require.NoError(w, err)
	require.NoError(w, w.engine.UseCatalogue(w.Context(), w.catalogue))
	n := &naive{w, w.openEngine(func(*meili.Options) {})}
	b, err := w.documents()
	require.NoError(w, err)
	require.NoError(w, n.Rebuild(w.Context(), func(apply func(search.Batch) error) error { return apply(b) }))
	require.NoError(w, w.equal())
	return n
}

// openEngine opens the engine through the wire, in this process.
func (w *world) openEngine(change func(*meili.Options)) *meili.Engine {
	w.Helper()
	o := w.engineOptions(w.wire.url())
	change(&o)
	e, err := meili.Open(o)
	require.NoError(w, err)
	w.Cleanup(func() { _ = e.Close() })
	require.NoError(w, e.UseCatalogue(w.Context(), w.catalogue))
	return e
}

// send sends demands as they are given, not as they are by now.
func (n *naive) send(list ...*domain.Demand) error {
	var b search.Batch
	for _, d := range list {
		doc := search.Demand{Demand: *d}
		for _, r := range d.Requirements {
			doc.Competences = append(doc.Competences, n.label(r.Competence))
		}
		b.Demands = append(b.Demands, doc)
	}
	if err := n.name(&b); err != nil {
		return err
	}
	return n.Apply(n.Context(), b)
}

// begin starts a replica that has filled the engine, with the employer signed in.
func (w *world) begin(env ...string) *replica {
	w.Helper()
	r := w.start(env...)
	r.employer()
	require.NoError(w, w.converges(2*time.Minute))
	return r
}

// watch asks again and again in the background until it is told to stop, and counts the errors. stop returns how often
// it has asked, and an error that tells of them.
func watch(every time.Duration, ask func() error) (stop func() (asked int, wrong error)) {
	var asked, failed int
	var first error
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			if err := ask(); err != nil {
				if failed++; first == nil {
					first = err
				}
			}
			asked++
			select {
			case <-end:
				return
			case <-time.After(every):
			}
		}
	}()
	return sync.OnceValues(func() (int, error) {
		close(end)
		<-ended
		if failed == 0 {
			return asked, nil
		}
		return asked, fmt.Errorf("%d of %d failed, the first one so: %w", failed, asked, first)
	})
}

// matchWithoutWords asks for demands by competences only: no engine is needed for that.
func (r *replica) matchWithoutWords() error {
	var list struct{ Total int }
	body := map[string]any{"outcomes": []map[string]any{{"competence_id": "digcomp:1.1", "level": 8}}}
	status, _, err := r.ask(http.MethodPost, "/v1/match/demands", "", body, &list)
	return errors.Join(err, that(status == http.StatusOK && list.Total > 0, "matching without words answers %d with %d demands", status, list.Total))
}

// health is what a probe is told.
func (r *replica) health() (ready string, err error) {
	var is struct{ Status string }
	status, _, err := r.ask(http.MethodGet, "/readyz", "", nil, &is)
	if err != nil || status != http.StatusOK {
		return is.Status, errors.Join(err, fmt.Errorf("/readyz answers %d", status))
	}
	status, _, err = r.ask(http.MethodGet, "/healthz", "", nil, nil)
	return is.Status, errors.Join(err, that(status == http.StatusOK, "/healthz answers %d", status))
}

// refusesSearch is an error unless searching is refused as it should be while there is no engine: as a problem that says
// when to come back.
func (r *replica) refusesSearch() (took time.Duration, err error) {
	began := time.Now()
	_, status, header, err := r.search(rare)
	return time.Since(began), errors.Join(err,
		that(status == http.StatusServiceUnavailable, "searching answers %d", status),
		that(header.Get("Content-Type") == "application/problem+json", "searching answers %q", header.Get("Content-Type")),
		that(header.Get("Retry-After") != "", "no Retry-After"))
}
