package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

const (
	lookAgain  = 50 * time.Millisecond
	lookAtMost = time.Minute
)

// fresh publishes things through the API at a steady rate, demands and programmes through one replica and the other, and
// looks each up through the replica that did not write it: how long after the writer's answer is it found?
func (x *rig) fresh(ctx context.Context) error {
	p := begin("publishing", x.cfg.publications)
	var mu sync.Mutex
	var times []time.Duration
	var errs []error
	var done atomic.Int64
	var wg sync.WaitGroup
	tick := time.NewTicker(time.Second / time.Duration(x.cfg.perSecond))
	defer tick.Stop()
	for n := range x.cfg.publications {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		wg.Go(func() {
			writer, reader := x.replicas[n%2], x.replicas[(n+1)%2]
			took, err := x.publish(ctx, n/2%2 == 0, writer, reader)
			done.Add(1)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				errs = append(errs, err)
				return
			}
			times = append(times, took)
		})
		p.at(int(done.Load()))
	}
	wg.Wait()
	if len(errs) > 0 {
		return fmt.Errorf("%d publications failed, among them: %w", len(errs), errors.Join(errs[:min(len(errs), 3)]...))
	}
	p.at(x.cfg.publications)
	x.report.things += x.cfg.publications
	x.report.add("fresh_searches_failed", float64(x.failures.Load()), "failed", 0, x.cfg.publications)
	x.report.quantiles("committed_to_searchable", times, 3000)
	return nil
}

// publish publishes a thing with a word of its own and returns how long after the answer it is found elsewhere.
func (x *rig) publish(ctx context.Context, demand bool, writer, reader *replica) (time.Duration, error) {
	word := "zq" + uuid.NewString()[24:]
	token, collection, body := x.people.employer, "/v1/demands", map[string]any{
		"organisation_id": x.people.employerOwns, "title": map[string]string{"en": "Analyst " + word}, "kind": "job", "work_mode": "remote",
		"valid_through": time.Now().AddDate(0, 2, 0).Format(time.DateOnly),
		"requirements":  []map[string]any{{"competence_id": x.market.competences[0].ID, "level": 4, "importance": "must"}},
	}
	if !demand {
		token, collection, body = x.people.institution, "/v1/programmes", map[string]any{
			"organisation_id": x.people.institutionOwns, "title": map[string]string{"ru": "Курс " + word}, "kind": "short_course", "mode": "online",
			"languages": []string{"ru"}, "funding": []string{"free"},
			"outcomes": []map[string]any{{"competence_id": x.market.competences[0].ID, "level": 4}},
		}
	}
	var made struct{ ID string }
	header, err := writer.ask(ctx, http.MethodPost, collection, token, body, &made)
	if err != nil {
		return 0, err
	}
	if _, err := writer.ask(ctx, http.MethodPost, collection+"/"+made.ID+"/publish", token, nil, nil, "If-Match", header.Get("ETag")); err != nil {
		return 0, err
	}
	answered := time.Now()
	query := collection + "?limit=1&q=" + url.QueryEscape(`"`+word+`"`)
	for time.Since(answered) < lookAtMost {
		var found struct{ Total int }
		if _, err := reader.ask(ctx, http.MethodGet, query, "", nil, &found); err != nil { // not found is not found
			x.failures.Add(1)
		}
		if found.Total > 0 {
			return time.Since(answered), nil
		}
		time.Sleep(lookAgain)
	}
	return 0, fmt.Errorf("what was published as %s was not found within %s", made.ID, lookAtMost)
}
