package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"
)

// readyCommand asks the server of this machine whether it may be sent requests: for whoever runs containers that have no
// other program.
type readyCommand struct{}

// readyWithin is how long the server may take to say so.
const readyWithin = 3 * time.Second

// Run asks /readyz at KOPIR_ADDR, and fails unless it says yes.
func (*readyCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+reachable(cfg.Addr)+"/readyz", http.NoBody)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return errors.New("no server answers at " + reachable(cfg.Addr))
	}
	defer answer.Body.Close()
	var said struct {
		Status string                          `json:"status"`
		Parts  []struct{ Name, Status string } `json:"parts"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&said); err != nil {
		return fmt.Errorf("%s is no server of this program: status %d", reachable(cfg.Addr), answer.StatusCode)
	}
	parts := make([]string, len(said.Parts))
	for i, p := range said.Parts {
		parts[i] = p.Name + " " + p.Status
	}
	t.say("%s: %s", said.Status, strings.Join(parts, ", "))
	if answer.StatusCode != http.StatusOK {
		return errors.New("not ready")
	}
	return nil
}

// reachable returns an address to listen on as one to ask at: what listens everywhere is asked here.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
