package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"kopir/data"
)

// replica is the program in a process of its own.
type replica struct {
	address string
	process *exec.Cmd
	ended   chan struct{}
	log     string // a file
}

// environment returns what the program is to be run with; ours says nothing of it. Without a Meilisearch it searches by
// itself.
func (x *rig) environment(address, folder, meili string) []string {
	key, prefix := x.key, x.prefix()
	if meili == "" {
		key, prefix = "", ""
	}
	own := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "KOPIR_") })
	return append(own,
		"KOPIR_ADDR="+address, "KOPIR_DATA_DIR="+folder, "KOPIR_DATABASE_URL="+x.database, "KOPIR_PUBLIC_URL=http://bench.invalid",
		"KOPIR_SECRET="+strings.Repeat(x.name, 2), "KOPIR_MEILI_URL="+meili, "KOPIR_MEILI_KEY="+key, "KOPIR_MEILI_PREFIX="+prefix,
		"KOPIR_READS_PER_MINUTE=10000000", "KOPIR_WRITES_PER_MINUTE=10000000", "KOPIR_STOP_WITHIN=5s",
	)
}

// kopir runs a command of the program to its end.
func (x *rig) kopir(ctx context.Context, args ...string) error {
	c := exec.CommandContext(ctx, x.cfg.program, args...) //nolint:gosec // the program to measure
	c.Env = x.environment("127.0.0.1:1", filepath.Join(x.folder, "command"), x.meili)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("kopir %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}

// start starts a replica over a Meilisearch and waits until it is ready, with its share of the market loaded.
func (x *rig) start(ctx context.Context, meili string) (*replica, error) {
	r, err := x.launch(meili)
	if err != nil {
		return nil, err
	}
	return r, x.ready(ctx, r)
}

// launch starts a replica.
func (x *rig) launch(meili string) (*replica, error) {
	folder, err := os.MkdirTemp(x.folder, "replica")
	if err != nil {
		return nil, err
	}
	r := &replica{ended: make(chan struct{}), log: filepath.Join(folder, "log")}
	if r.address, err = freeAddress(); err != nil {
		return nil, err
	}
	log, err := os.Create(r.log)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()               // the process has its own
	r.process = exec.Command(x.cfg.program, "serve") //nolint:gosec,noctx // the program to measure; it is ended by stop
	r.process.Env = x.environment(r.address, folder, meili)
	r.process.Stdout, r.process.Stderr = log, log
	if err := r.process.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = r.process.Wait() // how it ended matters only where it was not told to
		close(r.ended)
	}()
	x.replicas = append(x.replicas, r)
	return r, nil
}

// ready waits until a replica says that it is.
func (x *rig) ready(ctx context.Context, r *replica) error {
	for until := time.Now().Add(5 * time.Minute); time.Now().Before(until); {
		if _, err := r.ask(ctx, http.MethodGet, "/readyz", "", nil, nil); err == nil {
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("a replica ended:\n%s", r.tail())
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	return fmt.Errorf("a replica was never ready:\n%s", r.tail())
}

// settled waits until a replica that is ready has all of its parts, its own search index too.
func (x *rig) settled(ctx context.Context, r *replica) error {
	for until := time.Now().Add(15 * time.Minute); time.Now().Before(until); time.Sleep(200 * time.Millisecond) {
		var now struct{ Status string }
		if _, err := r.ask(ctx, http.MethodGet, "/readyz", "", nil, &now); err != nil {
			return err
		}
		if now.Status == "ready" {
			return nil
		}
	}
	return fmt.Errorf("a replica was never settled:\n%s", r.tail())
}

// tail returns the end of a replica's log.
func (r *replica) tail() string {
	all, err := os.ReadFile(r.log)
	if err != nil {
		return err.Error()
	}
	return string(all[max(0, len(all)-2000):])
}

// stop asks replicas to stop, all at once, and ends those that do not.
func (x *rig) stop(list ...*replica) error {
	var errs []error
	list = slices.Clone(list)
	for _, r := range list {
		_ = r.process.Process.Signal(syscall.SIGTERM) // if it has ended by itself, all the better
	}
	for _, r := range list {
		select {
		case <-r.ended:
		case <-time.After(20 * time.Second):
			errs = append(errs, errors.New("a replica did not stop when it was asked to"), r.process.Process.Kill())
			<-r.ended
		}
		x.replicas = slices.DeleteFunc(x.replicas, func(other *replica) bool { return other == r })
	}
	return errors.Join(errs...)
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // at once
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// client keeps its connections: searches are warm.
var client = &http.Client{
	Timeout:   20 * time.Second,
	Transport: &http.Transport{MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute, DisableCompression: true},
}

// ask sends a request; body is sent as JSON, the answer is read whole and, if out is given, into it. Any status but 2xx
// is an error.
func (r *replica) ask(ctx context.Context, method, path, token string, body, out any, headers ...string) (http.Header, error) {
	var sent io.Reader
	if body != nil {
		content, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		sent = bytes.NewReader(content)
	}
	request, err := http.NewRequestWithContext(ctx, method, "http://"+r.address+path, sent)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	all, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 300 {
		return nil, fmt.Errorf("%s %s: %s: %.500s", method, path, response.Status, all)
	}
	if out == nil {
		return response.Header, nil
	}
	return response.Header, json.Unmarshal(all, out)
}

// people are the demo's accounts: who writes, and for which organisation.
type people struct {
	admin, employer, institution  string // tokens
	employerOwns, institutionOwns string // organisations
}

// signIn signs in those that are needed.
func signIn(ctx context.Context, r *replica) (*people, error) {
	var p people
	for _, who := range []struct {
		email       string
		token, owns *string
	}{
		{"admin@demo.kopir", &p.admin, nil}, {"employer@demo.kopir", &p.employer, &p.employerOwns},
		{"institution@demo.kopir", &p.institution, &p.institutionOwns},
	} {
		var session struct {
			AccessToken string `json:"access_token"`
		}
		form := map[string]string{"email": who.email, "password": data.DemoPassword}
		if _, err := r.ask(ctx, http.MethodPost, "/v1/auth/login", "", form, &session); err != nil {
			return nil, err
		}
		*who.token = session.AccessToken
		var me struct {
			Organisations []struct {
				Organisation struct{ ID string } `json:"organisation"`
			}
		}
		if _, err := r.ask(ctx, http.MethodGet, "/v1/me", *who.token, nil, &me); err != nil {
			return nil, err
		}
		if who.owns != nil && len(me.Organisations) > 0 {
			*who.owns = me.Organisations[0].Organisation.ID
		}
	}
	return &p, nil
}
