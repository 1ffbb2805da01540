package main

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"kopir/domain"
	"kopir/store"
)

const (
	writers   = 4
	writeOnce = 250 // things in one transaction
)

// write publishes n things through the store, as many on each side, and logs each as changed.
func (x *rig) write(ctx context.Context, what string, n int) error {
	p := begin(what, n)
	work := make(chan []any)
	failed := make(chan error, writers)
	var done atomic.Int64
	var wg sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range writers {
		wg.Go(func() {
			for some := range work {
				if err := keep(ctx, x.store, some); err != nil {
					failed <- err
					cancel()
					return
				}
				done.Add(int64(len(some)))
			}
		})
	}
	for made := 0; made < n && ctx.Err() == nil; {
		var some []any
		for ; len(some) < writeOnce && made < n; made++ {
			if made%2 == 0 {
				some = append(some, x.market.demand())
			} else {
				some = append(some, x.market.programme())
			}
		}
		select {
		case work <- some:
		case <-ctx.Done():
		}
		p.at(int(done.Load()))
	}
	close(work)
	wg.Wait()
	close(failed)
	if err := errors.Join(<-failed, context.Cause(ctx)); err != nil {
		return err
	}
	p.at(n)
	x.report.things += n
	return nil
}

// keep writes some things in one transaction.
func keep(ctx context.Context, s *store.Store, some []any) error {
	return s.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		for _, thing := range some {
			var err error
			switch v := thing.(type) {
			case *domain.Organisation:
				err = tx.CreateOrganisation(ctx, v)
			case *domain.Demand:
				err = tx.CreateDemand(ctx, v)
			case *domain.Programme:
				err = tx.CreateProgramme(ctx, v)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
