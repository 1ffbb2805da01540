package main

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
)

// vectorEngine asks a search engine for the nearest vectors, and works out the coverage of what it finds. It is what one
// would build instead of an index of competences; its answers are not exact, and how far they are right is measured.
type vectorEngine struct {
	projection
	url, key, index string
	relations       *domain.Relations
	programmes      map[uuid.UUID]*domain.Programme
}

// openVectors fills an index of its own in the Meilisearch that the environment names.
func openVectors(ctx context.Context, m *market, seed uint64) (*vectorEngine, error) {
	e := &vectorEngine{
		projection: newProjection(m.catalogue, seed),
		url:        strings.TrimSuffix(os.Getenv("KOPIR_TEST_MEILI_URL"), "/"), key: os.Getenv("KOPIR_TEST_MEILI_KEY"),
		index:     "bench_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:12],
		relations: m.catalogue.Relations(), programmes: make(map[uuid.UUID]*domain.Programme),
	}
	if e.url == "" {
		return nil, errors.New("KOPIR_TEST_MEILI_URL must name a server, see scripts/testenv.sh")
	}
	for _, p := range m.programmes {
		e.programmes[p.ID] = p
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
		"embedders":            map[string]any{"coverage": map[string]any{"source": "userProvided", "dimensions": dimensions + 1}},
	}); err != nil {
		return err
	}
	var last int
	points := e.offered(m.programmes)
	for begin := 0; begin < len(points); begin += 5_000 {
		some := points[begin:min(begin+5_000, len(points))]
		documents := make([]map[string]any, len(some))
		for i, point := range some {
			documents[i] = map[string]any{"id": m.programmes[begin+i].ID, "_vectors": map[string]any{"coverage": point}}
		}
		var err error
		if last, err = e.task(ctx, http.MethodPost, "/indexes/"+e.index+"/documents", documents); err != nil {
			return err
		}
	}
	return e.await(ctx, last)
}

// best returns the points of the best programmes, the best first, of those so many whose vectors are nearest.
func (e *vectorEngine) best(ctx context.Context, q domain.ProgrammeQuery, nearest int) ([]int64, error) {
	var found struct{ Hits []struct{ ID uuid.UUID } }
	err := e.ask(ctx, http.MethodPost, "/indexes/"+e.index+"/search", map[string]any{
		"vector": e.asked(q.Requirements), "hybrid": map[string]any{"embedder": "coverage", "semanticRatio": 1},
		"limit": nearest, "attributesToRetrieve": []string{"id"},
	}, &found)
	points := make([]int64, len(found.Hits))
	for i, h := range found.Hits {
		points[i] = domain.Explain(e.relations, q.Requirements, e.programmes[h.ID].Outcomes, nil).Points
	}
	slices.SortFunc(points, func(a, b int64) int { return cmp.Compare(b, a) })
	return points[:min(q.Limit, len(points))], err
}

// nearests are how many of the nearest vectors are asked for, to take the best of them.
var nearests = []int{10, 100, 1_000}

// vectors measures how long the best of the nearest vectors take, and which share of the best they are. Of programmes that
// cover equally much any is right.
func (r *report) vectors(ctx context.Context, e *vectorEngine, exact func(context.Context, domain.ProgrammeQuery) ([]domain.ProgrammeRank, int, error), qs []domain.ProgrammeQuery) error {
	for _, nearest := range nearests {
		var times []time.Duration
		right, of := 0, 0
		for i, q := range qs {
			best, _, err := exact(ctx, q)
			if err != nil {
				return err
			}
			began := time.Now()
			points, err := e.best(ctx, q, nearest)
			if err != nil {
				return err
			}
			if i > 0 { // the first one warms up
				times = append(times, time.Since(began))
			}
			of += len(best)
			right += asGood(points, best)
		}
		r.quantiles(fmt.Sprintf("programmes_of_nearest_%d", nearest), "vectors", "5-37", times)
		r.add(fmt.Sprintf("recall_of_nearest_%d", nearest), "vectors", "5-37", float64(right)/float64(max(of, 1)), "share", len(qs))
	}
	return nil
}

// asGood returns how many points are at least those of the last of the best.
func asGood(points []int64, best []domain.ProgrammeRank) int {
	n := 0
	for _, p := range points[:min(len(points), len(best))] {
		if p >= best[len(best)-1].Points {
			n++
		}
	}
	return n
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
