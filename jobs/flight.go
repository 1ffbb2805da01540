package jobs

import (
	"context"

	"kopir/domain"
)

// flight is what is under way to a target: several batches side by side, so that the engine need not wait for the next
// one to be made, and can merge those that wait. What became of them is noted by who sends, in the order of sending.
type flight struct {
	*Drainer
	to     target
	out    *outcome
	landed int // subjects of which it is known what became
	// lands is told of each landing, before another batch takes off; nil tells nobody.
	lands func(landed int)

	ctx    context.Context //nolint:containedctx // of all that is under way; ends with the flight
	end    context.CancelFunc
	flying []batchUnderWay
}

// batchUnderWay is one of them.
type batchUnderWay struct {
	some   []domain.Subject
	result <-chan landing
}

// landing is how a batch fared.
type landing struct{ err error }

// takeOff begins a flight; it must be ended.
func (d *Drainer) takeOff(ctx context.Context, to target, out *outcome) *flight {
	f := &flight{Drainer: d, to: to, out: out}
	f.ctx, f.end = context.WithCancel(ctx)
	return f
}

// send sends some subjects, which read yields as they are. It waits for the first batch under way if there are too many.
func (f *flight) send(some []domain.Subject, read func() (things, error)) error {
	if len(some) == 0 {
		return nil
	}
	if len(f.flying) >= f.cfg.UnderWay {
		if err := f.land(); err != nil {
			return err
		}
	}
	result := make(chan landing, 1)
	f.flying = append(f.flying, batchUnderWay{some, result})
	go func() {
		result <- landing{f.guard(f.ctx, func() error {
			now, err := read()
			if err != nil {
				return err
			}
			return f.Drainer.send(f.ctx, f.to, now)
		})}
	}()
	return nil
}

// land waits for the first batch under way, and notes what became of it.
func (f *flight) land() error {
	first := f.flying[0]
	f.flying = f.flying[1:]
	if err := f.divide(f.ctx, f.to, first.some, f.out, (<-first.result).err); err != nil {
		return err
	}
	if f.landed += len(first.some); f.lands != nil {
		f.lands(f.landed)
	}
	return nil
}

// landAll waits for all that is under way.
func (f *flight) landAll() error {
	for len(f.flying) > 0 {
		if err := f.land(); err != nil {
			return err
		}
	}
	return nil
}

// abandon ends a flight. What is still under way is given up: when this returns nobody here works on it, though the
// engine may still do so.
func (f *flight) abandon() {
	f.end()
	for _, b := range f.flying {
		<-b.result
	}
	f.flying = nil
}
