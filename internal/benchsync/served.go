package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
)

const (
	servedDemands = 500 // whose matches are asked for
	servedRows    = 20  // matches in an answer
	servedClients = 16
	servedRounds  = 3
)

// page is one answer of the API: what it says, and the programmes that are in it.
type page struct {
	Path string      `json:"path"`
	IDs  []uuid.UUID `json:"ids"`
	Body []byte      `json:"body"`
}

// served measures the matches of demands over HTTP, against a plain handler in a process of its own that reads the same
// programmes by their ids from the same database and sends the same bytes: the throughput of both, turn by turn, and how
// long the API takes at half of its own. The replica searches by itself here: matching needs no search engine.
func (x *rig) served(ctx context.Context) (err error) {
	if missing := x.cfg.things - x.report.things; missing > 0 {
		if err := x.write(ctx, "writing the market", missing); err != nil {
			return err
		}
	}
	api, err := x.start(ctx, "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.stop(api)) }()
	if err := x.settled(ctx, api); err != nil {
		return err
	}
	pages, err := x.record20(ctx, api)
	if err != nil {
		return err
	}
	plain, end, err := x.startPlain(ctx, pages)
	if err != nil {
		return err
	}
	defer end()
	ask := func(address string) func(context.Context, int) error {
		return func(ctx context.Context, n int) error { return same(ctx, "http://"+address, pages[n%len(pages)]) }
	}
	through, straight, err := turns(ctx, ask(api.address), ask(plain), x.cfg.lasting)
	if err != nil {
		return err
	}
	x.report.add("matches_throughput_plain", straight, "per s", 0, servedRounds)
	x.report.add("matches_throughput_api", through, "per s", 0, servedRounds)
	x.report.addAtLeast("matches_throughput_share", through/straight, "×", 0.5, servedRounds)
	times, err := steadily(ctx, ask(api.address), through/2, x.cfg.lasting)
	x.report.quantiles("matches_at_half", times, 25)
	return err
}

// record20 asks for the matches of some demands and notes the answers.
func (x *rig) record20(ctx context.Context, r *replica) ([]page, error) {
	db, err := sql.Open("pgx", x.database)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(ctx, "SELECT id FROM demands WHERE status = 'published' ORDER BY md5(id::text) LIMIT $1", servedDemands)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var pages []page
	for rows.Next() {
		var id uuid.UUID
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		p, err := recordOne(ctx, r, fmt.Sprintf("/v1/demands/%s/matches?limit=%d", id, servedRows))
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, rows.Err()
}

func recordOne(ctx context.Context, r *replica, path string) (page, error) {
	var body json.RawMessage
	if _, err := r.ask(ctx, http.MethodGet, path, "", nil, &body); err != nil {
		return page{}, err
	}
	var answer struct {
		Items []struct{ Programme struct{ ID uuid.UUID } }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return page{}, err
	}
	p := page{Path: path, Body: append(body, '\n')} // which ends an answer, and is no part of the JSON
	for _, i := range answer.Items {
		p.IDs = append(p.IDs, i.Programme.ID)
	}
	if len(p.IDs) != servedRows {
		return page{}, fmt.Errorf("%s has %d matches, which tells little", path, len(p.IDs))
	}
	return p, nil
}

// startPlain starts the plain handler on some pages and returns where it listens.
func (x *rig) startPlain(ctx context.Context, pages []page) (address string, end func(), err error) {
	written, err := json.Marshal(pages)
	if err != nil {
		return "", nil, err
	}
	file := filepath.Join(x.folder, "pages.json")
	if err := os.WriteFile(file, written, 0o600); err != nil {
		return "", nil, err
	}
	if address, err = freeAddress(); err != nil {
		return "", nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	c := exec.CommandContext(ctx, program, "-plain", file) //nolint:gosec // this program
	c.Env = append(os.Environ(), "KOPIR_BENCH_DATABASE="+x.database, "KOPIR_BENCH_ADDR="+address)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		return "", nil, err
	}
	end = func() { _, _ = c.Process.Kill(), c.Wait() }
	for range 200 {
		if err = same(ctx, "http://"+address, pages[0]); err == nil {
			return address, end, nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	end()
	return "", nil, err
}

// servePlain is the plain handler: by its path it finds a page, reads the programmes that are in it, and sends it.
func servePlain(ctx context.Context, file string) error {
	written, err := os.ReadFile(file) //nolint:gosec // our own
	if err != nil {
		return err
	}
	var pages []page
	if err := json.Unmarshal(written, &pages); err != nil {
		return err
	}
	db, err := sql.Open("pgx", os.Getenv("KOPIR_BENCH_DATABASE"))
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(plainConns)
	db.SetMaxIdleConns(plainConns)
	at := make(map[string]page, len(pages))
	for _, p := range pages {
		at[p.Path] = p
	}
	server := &http.Server{Addr: os.Getenv("KOPIR_BENCH_ADDR"), ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			p, ok := at[r.URL.RequestURI()]
			if n, err := readRows(r.Context(), db, p.IDs); !ok || err != nil || n != len(p.IDs) {
				http.Error(w, fmt.Sprint(n, " rows: ", err), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write(p.Body)
		})}
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// plainConns are as many connections as a replica has by default.
const plainConns = 20

// readRows reads whole rows by their ids.
func readRows(ctx context.Context, db *sql.DB, ids []uuid.UUID) (n int, err error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = id.String()
	}
	rows, err := db.QueryContext(ctx, "SELECT * FROM programmes WHERE id = ANY($1)", texts)
	if err != nil {
		return 0, err
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
	}
	return n, rows.Err()
}

// same asks for a page and fails unless its bytes come back.
func same(ctx context.Context, at string, p page) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, at+p.Path, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err == nil && (response.StatusCode != http.StatusOK || len(body) != len(p.Body)) {
		err = fmt.Errorf("%s: %s, %d bytes and not %d: %.300s", p.Path, response.Status, len(body), len(p.Body), body)
	}
	return err
}

// turns returns the best throughput of two, a second: each is asked by some clients as fast as it answers, turn by turn,
// and the median of its rounds counts.
func turns(ctx context.Context, one, other func(context.Context, int) error, lasting time.Duration) (a, b float64, err error) {
	rates := make([][]float64, 2)
	for range servedRounds {
		for i, ask := range []func(context.Context, int) error{one, other} {
			rate, err := flatOut(ctx, ask, lasting)
			if err != nil {
				return 0, 0, err
			}
			rates[i] = append(rates[i], rate)
		}
	}
	return quantile(rates[0], 50), quantile(rates[1], 50), nil
}

func flatOut(ctx context.Context, ask func(context.Context, int) error, lasting time.Duration) (perSecond float64, err error) {
	var next atomic.Int64
	errs := make([]error, servedClients)
	began := time.Now()
	var all sync.WaitGroup
	for i := range servedClients {
		all.Go(func() {
			for errs[i] == nil && time.Since(began) < lasting {
				errs[i] = ask(ctx, int(next.Add(1)))
			}
		})
	}
	all.Wait()
	return float64(next.Load()) / time.Since(began).Seconds(), errors.Join(errs...)
}

// steadily asks at a rate, whether earlier requests have been answered or not, and returns how long each took.
func steadily(ctx context.Context, ask func(context.Context, int) error, perSecond float64, lasting time.Duration) (times []time.Duration, err error) {
	var mu sync.Mutex
	var all sync.WaitGroup
	began := time.Now()
	for n := 0; ; n++ {
		due := began.Add(time.Duration(float64(n) / perSecond * float64(time.Second)))
		if due.Sub(began) > lasting {
			break
		}
		time.Sleep(time.Until(due))
		all.Go(func() {
			failed := ask(ctx, n)
			mu.Lock()
			defer mu.Unlock()
			times, err = append(times, time.Since(due)), errors.Join(err, failed)
		})
	}
	all.Wait()
	return slices.Clip(times), err
}
