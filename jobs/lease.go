package jobs

import (
	"context"
	"errors"
	"time"

	"kopir/domain"
)

// errLost ends the work of a holder whose lease is another's, or might be.
var errLost = errors.New("the lease is lost")

// take makes it this process's turn, or makes sure that it still is for a while. It says false when it is another's.
func (d *Drainer) take(ctx context.Context) (bool, error) {
	asked := d.cfg.Clock()
	if d.lease.Holder != "" && d.ends.Sub(asked) > 2*d.cfg.Lease/3 {
		return true, nil
	}
	lease, held, err := d.source.TakeLease(ctx, domain.SearchFeed, d.cfg.Holder, d.cfg.Lease)
	if err != nil {
		return false, err
	}
	if len(d.owed) > 0 {
		// Whoever has fed since may have been overtaken by what was sent late. With the lease as it was nobody has, and
		// all of it is sent again because nothing of it was kept as sent.
		if !held || lease.Epoch != d.fenced {
			if err := d.source.Touch(ctx, d.owed); err != nil {
				return false, err
			}
		}
		d.owed = nil
	}
	if !held {
		d.lease = domain.Lease{}
		return false, nil
	}
	d.lease, d.ends = lease, asked.Add(d.cfg.Lease)
	return true, nil
}

// keep renews the lease in the background until release is called, which waits for that to end. The context it returns
// ends a little before the lease does, whatever keeps it from being renewed; so nothing is sent without it.
func (d *Drainer) keep(ctx context.Context) (work context.Context, release func()) {
	work, cancel := context.WithCancelCause(ctx)
	left := func(ends time.Time) time.Duration { return ends.Sub(d.cfg.Clock()) - d.cfg.Lease/5 }
	ends, epoch := d.ends, d.lease.Epoch
	expiry := time.AfterFunc(left(ends), func() { cancel(errLost) })
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(d.cfg.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-work.Done():
				return
			case <-tick.C:
			}
			asked := d.cfg.Clock()
			lease, held, err := d.source.TakeLease(work, domain.SearchFeed, d.cfg.Holder, d.cfg.Lease)
			switch {
			case err != nil:
				d.log.WarnContext(ctx, "the lease was not renewed", "error", err)
			case !held || lease.Epoch != epoch:
				cancel(errLost)
			default:
				ends = asked.Add(d.cfg.Lease)
				expiry.Reset(left(ends))
			}
		}
	}()
	return work, func() {
		expiry.Stop()
		cancel(context.Canceled)
		<-ended
		d.ends = ends
	}
}

// lose is for a holder that learns that it is none. What it was sending may have come after what the next holder sent:
// it is owed to be sent again.
func (d *Drainer) lose(ctx context.Context) {
	d.log.WarnContext(ctx, "the lease was lost at work", "epoch", d.lease.Epoch, "sent", len(d.unsaved))
	d.owed = distinct(append(d.owed, d.unsaved...))
	d.unsaved, d.lease, d.uncertain = nil, domain.Lease{}, true
	d.state.lost()
}

// giveBack ends the lease, if there is one.
func (d *Drainer) giveBack(ctx context.Context) error {
	if d.lease.Holder == "" {
		return nil
	}
	lease := d.lease
	d.lease = domain.Lease{}
	return d.source.EndLease(ctx, lease)
}
