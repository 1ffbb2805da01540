package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
)

// dimensions of a vector that stands for what a programme teaches, or a demand asks.
const dimensions = 256

// vectorEngine asks a search engine for the nearest vectors: a competence is a random direction, a programme the sum of
// those that it serves, each as long as its level, a demand the sum of those that it asks, each as long as its weight. So
// a product of two is about the credit, and the nearest about the best. It is what one would build instead of an index of
// competences; its answers are not exact, and how far they are right is measured.
type vectorEngine struct {
	url, key, index string
	directions      map[domain.CompetenceID][]float64
	serves          map[domain.CompetenceID][]domain.Kin // what each is good for, and how well
}

// openVectors fills an index of its own in the Meilisearch that the environment names.
func openVectors(ctx context.Context, m *market, seed uint64) (*vectorEngine, error) {
	e := &vectorEngine{
		url: strings.TrimSuffix(os.Getenv("KOPIR_TEST_MEILI_URL"), "/"), key: os.Getenv("KOPIR_TEST_MEILI_KEY"),
		index: "bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12], directions: make(map[domain.CompetenceID][]float64),
		serves: make(map[domain.CompetenceID][]domain.Kin),
	}
	if e.url == "" {
		return nil, errors.New("KOPIR_TEST_MEILI_URL must name a server, see scripts/testenv.sh")
	}
	rng := rand.New(rand.NewPCG(seed, 0x766563)) //nolint:gosec // not a secret: it has to repeat
	for _, c := range m.catalogue.Competences() {
		d := make([]float64, dimensions)
		for i := range d {
			d[i] = rng.NormFloat64() / math.Sqrt(dimensions)
		}
		e.directions[c.ID] = d
		for _, k := range m.catalogue.Relations().Serving(c.ID) {
			e.serves[k.ID] = append(e.serves[k.ID], domain.Kin{ID: c.ID, Relation: k.Relation})
		}
	}
	if err := e.fill(ctx, m); err != nil {
		return nil, errors.Join(fmt.Errorf("filling Meilisearch: %w", err), e.close(ctx))
	}
	return e, nil
}

// close deletes the index, also when ctx has ended.
func (e *vectorEngine) close(ctx context.Context) error {
	_, err := e.task(context.WithoutCancel(ctx), http.MethodDelete, "/indexes/"+e.index, nil)
	return err
}

func (e *vectorEngine) fill(ctx context.Context, m *market) error {
	if err := e.done(ctx, http.MethodPost, "/indexes", map[string]any{"uid": e.index, "primaryKey": "id"}); err != nil {
		return err
	}
	if err := e.done(ctx, http.MethodPatch, "/indexes/"+e.index+"/settings", map[string]any{
		"searchableAttributes": []string{"id"},
		"embedders":            map[string]any{"coverage": map[string]any{"source": "userProvided", "dimensions": dimensions}},
	}); err != nil {
		return err
	}
	var last int
	for some := range slices.Chunk(m.programmes, 5_000) {
		documents := make([]map[string]any, len(some))
		for i, p := range some {
			documents[i] = map[string]any{"id": p.ID, "_vectors": map[string]any{"coverage": e.taught(p)}}
		}
		var err error
		if last, err = e.task(ctx, http.MethodPost, "/indexes/"+e.index+"/documents", documents); err != nil {
			return err
		}
	}
	return e.await(ctx, last)
}

// taught returns the vector of a programme: for each competence that it serves, relations included, the credit of a whole
// level times that level.
func (e *vectorEngine) taught(p *domain.Programme) []float32 {
	best := make(map[domain.CompetenceID]float64)
	for _, o := range p.Outcomes {
		for _, asked := range e.serves[o.Competence] {
			best[asked.ID] = max(best[asked.ID], float64(asked.Relation.Quarters())/4*float64(o.Level))
		}
	}
	return e.sum(best)
}

func (e *vectorEngine) sum(lengths map[domain.CompetenceID]float64) []float32 {
	sum := make([]float64, dimensions)
	for c, length := range lengths {
		for i, x := range e.directions[c] {
			sum[i] += length * x
		}
	}
	out := make([]float32, dimensions)
	for i, x := range sum {
		out[i] = float32(x)
	}
	return out
}

// nearest returns the programmes nearest to what is asked.
func (e *vectorEngine) nearest(ctx context.Context, q domain.ProgrammeQuery) ([]uuid.UUID, error) {
	asked := make(map[domain.CompetenceID]float64)
	for _, r := range q.Requirements {
		asked[r.Competence] = float64(r.Importance.Weight())
	}
	var found struct{ Hits []struct{ ID uuid.UUID } }
	err := e.ask(ctx, http.MethodPost, "/indexes/"+e.index+"/search", map[string]any{
		"vector": e.sum(asked), "hybrid": map[string]any{"embedder": "coverage", "semanticRatio": 1}, "limit": q.Limit, "attributesToRetrieve": []string{"id"},
	}, &found)
	ids := make([]uuid.UUID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	return ids, err
}

// vectors measures how long the nearest vectors take, and which share of the exact best they are.
func (r *report) vectors(ctx context.Context, e *vectorEngine, exact func(context.Context, domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error), qs []domain.ProgrammeQuery) error {
	var times []time.Duration
	right, of := 0, 0
	for i, q := range qs {
		best, _, err := exact(ctx, q)
		if err != nil {
			return err
		}
		began := time.Now()
		near, err := e.nearest(ctx, q)
		if err != nil {
			return err
		}
		if i > 0 { // the first one warms up
			times = append(times, time.Since(began))
		}
		of += len(best)
		for _, b := range best {
			if slices.Contains(near, b.ID) {
				right++
			}
		}
	}
	r.quantiles("programmes_plain", "vectors", "5-37", times)
	r.add("recall_of_best", "vectors", "5-37", float64(right)/float64(max(of, 1)), "share", len(qs))
	return nil
}

// done asks for a task and waits until it has succeeded.
func (e *vectorEngine) done(ctx context.Context, method, path string, body any) error {
	task, err := e.task(ctx, method, path, body)
	if err != nil {
		return err
	}
	return e.await(ctx, task)
}

func (e *vectorEngine) task(ctx context.Context, method, path string, body any) (int, error) {
	var enqueued struct{ TaskUID int }
	err := e.ask(ctx, method, path, body, &enqueued)
	return enqueued.TaskUID, err
}

func (e *vectorEngine) await(ctx context.Context, task int) error {
	for {
		var t struct {
			Status string
			Error  struct{ Message string }
		}
		if err := e.ask(ctx, http.MethodGet, "/tasks/"+strconv.Itoa(task), nil, &t); err != nil {
			return err
		}
		switch t.Status {
		case "succeeded":
			return nil
		case "failed", "canceled":
			return fmt.Errorf("task %d %s: %s", task, t.Status, t.Error.Message)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (e *vectorEngine) ask(ctx context.Context, method, path string, body, out any) error {
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, e.url+path, &sent)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+e.key)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept-Encoding", "identity") // compressed answers stall
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode >= http.StatusBadRequest {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 500)) // for the message only
		return fmt.Errorf("%s %s: %s: %s", method, path, response.Status, text)
	}
	return json.NewDecoder(bufio.NewReader(response.Body)).Decode(out)
}
