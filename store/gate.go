package store

import (
	"context"
	"time"

	"kopir/domain"
)

// gate lets a fixed number of callers in at once. Behind it stands a pool of as many connections, so that nobody waits
// for a connection without an end.
type gate struct {
	places chan struct{}
	wait   time.Duration
}

func newGate(places int, wait time.Duration) *gate {
	return &gate{places: make(chan struct{}, places), wait: wait}
}

// enter takes a place, waiting if it must; the caller gives it back. It returns Unavailable if none becomes free in
// time, or what ended ctx.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() { <-g.places }
	select {
	case g.places <- struct{}{}:
		return leave, nil
	default:
	}
	timer := time.NewTimer(g.wait)
	defer timer.Stop()
	select {
	case g.places <- struct{}{}:
		return leave, nil
	case <-timer.C:
		return nil, domain.Fail(domain.Unavailable, domain.CodeUnavailable)
	case <-ctx.Done():
		return nil, translate(ctx, ctx.Err())
	}
}
