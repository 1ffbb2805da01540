package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"sync"
	"time"
)

// queries are searches as people make them: some words, some filters, some facets.
var queries = []struct{ name, path string }{
	{"newest", "/v1/programmes?limit=20"},
	{"one word", "/v1/programmes?limit=20&q=" + url.QueryEscape("программирование")},
	{"a word half have", "/v1/programmes?limit=20&q=" + url.QueryEscape(commonWord)},
	{"two words, filters", "/v1/programmes?limit=20&mode=onsite&language=ru&q=" + url.QueryEscape("управление данными")},
	{"word and facets", "/v1/demands?limit=20&facets=region&facets=kind&facets=work_mode&q=" + url.QueryEscape("data")},
	{"filters and facets", "/v1/programmes?limit=20&region=KZ-75&mode=online&facets=region&facets=mode&facets=kind&facets=funding"},
	{"kazakh words", "/v1/demands?limit=20&q=" + url.QueryEscape("деректерді басқару")},
	{"as somebody types", "/v1/demands?limit=10&q=develop"},
}

// sent is a request that a replica has sent to Meilisearch.
type sent struct {
	path   string
	header http.Header
	body   []byte
}

// recorder stands before Meilisearch and notes the searches that pass.
type recorder struct {
	*httptest.Server
	mu   sync.Mutex
	list []sent
}

func newRecorder(meili string) (*recorder, error) {
	to, err := url.Parse(meili)
	if err != nil {
		return nil, err
	}
	r := &recorder{}
	proxy := &httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) }}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path == "/multi-search" {
			body, err := io.ReadAll(q.Body)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			q.Body = io.NopCloser(bytes.NewReader(body))
			r.mu.Lock()
			r.list = append(r.list, sent{q.URL.Path, q.Header.Clone(), body})
			r.mu.Unlock()
		}
		proxy.ServeHTTP(w, q)
	}))
	return r, nil
}

// taken returns what has been noted since it was last asked.
func (r *recorder) taken() []sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

// record has a replica of its own ask each query, through a recorder, and returns what it sent for each.
func (x *rig) record(ctx context.Context) (_ [][]sent, err error) {
	recorder, err := newRecorder(x.meili)
	if err != nil {
		return nil, err
	}
	defer recorder.Close()
	r, err := x.start(ctx, recorder.URL)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, x.stop(r)) }()
	all := make([][]sent, len(queries))
	for i, q := range queries {
		recorder.taken()
		var found struct{ Total int }
		if _, err := r.ask(ctx, http.MethodGet, q.path, "", nil, &found); err != nil {
			return nil, err
		}
		if all[i] = recorder.taken(); len(all[i]) == 0 || found.Total == 0 {
			return nil, fmt.Errorf("%q found %d with %d requests: it tells nothing", q.name, found.Total, len(all[i]))
		}
	}
	return all, nil
}

// overhead asks each query through the API and of Meilisearch itself, turn by turn, both warm.
func (x *rig) overhead(ctx context.Context) error {
	recorded, err := x.record(ctx)
	if err != nil {
		return err
	}
	p := begin("comparing searches", x.cfg.rounds*len(queries))
	r := x.replicas[len(x.replicas)-1]
	through, straight := make([][]time.Duration, len(queries)), make([][]time.Duration, len(queries))
	for round := -2; round < x.cfg.rounds; round++ { // two to warm up
		for i, q := range queries {
			ask := []func() error{
				func() error { _, err := r.ask(ctx, http.MethodGet, q.path, "", nil, nil); return err },
				func() error { return x.again(ctx, recorded[i]) },
			}
			times := make([]time.Duration, 2)
			for _, which := range [][]int{{0, 1}, {1, 0}}[(round+2)%2] {
				began := time.Now()
				if err := ask[which](); err != nil {
					return fmt.Errorf("%q: %w", q.name, err)
				}
				times[which] = time.Since(began)
			}
			if round >= 0 {
				through[i], straight[i] = append(through[i], times[0]), append(straight[i], times[1])
				p.at(round*len(queries) + i + 1)
			}
		}
	}
	x.compare(through, straight)
	return nil
}

// compare reports each query's medians, and the median of the ratios of all that were asked at about the same time.
func (x *rig) compare(through, straight [][]time.Duration) {
	var ratios []float64
	for i, q := range queries {
		for n := range through[i] {
			ratios = append(ratios, float64(through[i][n])/float64(straight[i][n]))
		}
		api, engine := quantile(through[i], 50), quantile(straight[i], 50)
		x.report.add("search ("+q.name+") API p50", ms(api), "ms", 0, len(through[i]))
		x.report.add("search ("+q.name+") Meilisearch p50", ms(engine), "ms", 0, len(straight[i]))
		x.report.add("search ("+q.name+") ratio", float64(api)/float64(engine), "×", 0, len(through[i]))
	}
	x.report.quantiles("search API", slices.Concat(through...), 0)
	x.report.quantiles("search Meilisearch", slices.Concat(straight...), 0)
	x.report.add("search ratio", quantile(ratios, 50), "×", 1.3, len(ratios))
}

// again sends to Meilisearch what a replica sent, one request after the other.
func (x *rig) again(ctx context.Context, list []sent) error {
	for _, s := range list {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, x.meili+s.path, bytes.NewReader(s.body))
		if err != nil {
			return err
		}
		request.Header = s.header.Clone()
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if err != nil || response.StatusCode != http.StatusOK {
			return errors.Join(err, fmt.Errorf("meilisearch: %s", response.Status))
		}
	}
	return nil
}
