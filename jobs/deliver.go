package jobs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"kopir/domain"
	"kopir/search"
)

const (
	failuresKnown = 100_000 // of more than so many the others are sent among their neighbours
	dueAtOnce     = 100     // failures that are tried again in one step: each is sent by itself
)

// outcome is what became of what was sent.
type outcome struct {
	delivered int
	marked    map[domain.Subject]string // why the engine refused; "" where it took what had been refused before
}

func newOutcome() *outcome { return &outcome{marked: make(map[domain.Subject]string)} }

// target takes documents: the indexes that are searched, or those that are being built.
type target func(ctx context.Context, b search.Batch) error

// drain sends what has changed and what is to be tried again, and says how much there was of both.
func (d *Drainer) drain(ctx context.Context) (int, error) {
	changes, next, err := d.source.Changes(ctx, d.feed.Position, d.cfg.Batch)
	if domain.KindOf(err) == domain.Stale {
		return 1, d.rebuild(ctx, "the change log no longer holds all that has not been sent")
	}
	if err != nil {
		return 0, err
	}
	if everything(changes) {
		return len(changes), d.rebuild(ctx, "a new catalogue, or a rebuild was asked for")
	}
	due, err := d.due(ctx)
	if err != nil || len(changes)+len(due) == 0 {
		return 0, err
	}
	touched, err := d.docs.touched(ctx, changes)
	if err != nil {
		return 0, err
	}
	out, err := d.sendLive(ctx, distinct(append(touched, due...)))
	if err != nil {
		return 0, err
	}
	return len(changes) + len(due), d.save(ctx, domain.Feed{Position: next, Generation: d.feed.Generation}, out)
}

// due lists the refused documents that are to be tried again now.
func (d *Drainer) due(ctx context.Context) ([]domain.Subject, error) {
	if len(d.failures) == 0 {
		return nil, nil
	}
	list, err := d.source.DueFailures(ctx, domain.SearchFeed, dueAtOnce)
	var out []domain.Subject
	for _, f := range list {
		d.failures[f.Subject] = f // somebody may have had its attempts counted anew
		out = append(out, f.Subject)
	}
	return out, err
}

// refresh sends, once a day, what must be sent because a day has passed, at most a batch, and says how much it was.
func (d *Drainer) refresh(ctx context.Context) (int, error) {
	today := domain.DateOf(d.cfg.Clock())
	if d.refreshed == today {
		return 0, nil
	}
	list, err := d.remote.Outdated(ctx, today, rowsAtOnce+len(d.failures))
	if err != nil {
		return 0, err
	}
	list = slices.DeleteFunc(list, func(s domain.Subject) bool { _, refused := d.failures[s]; return refused })
	if again := slices.Equal(list, d.refreshing); again || len(list) == 0 {
		if again && len(list) > 0 {
			d.log.ErrorContext(ctx, "what was sent because of the new day is still outdated", "documents", len(list))
		}
		d.refreshed, d.refreshing = today, nil
		return 0, nil
	}
	d.refreshing = list
	out, err := d.sendLive(ctx, list)
	if err != nil {
		return 0, err
	}
	return len(list), d.save(ctx, d.feed, out)
}

// sendLive sends subjects to the indexes that are searched.
func (d *Drainer) sendLive(ctx context.Context, subjects []domain.Subject) (*outcome, error) {
	d.unsaved = append(d.unsaved, subjects...)
	out := newOutcome()
	return out, d.deliver(ctx, d.remote.Apply, subjects, out)
}

// deliver sends subjects as they are now, one side after the other: an engine merges batches of one side that wait. Those
// that have been refused before are sent one by one, so that they do not hold up the others. Every error but a refusal
// ends it.
func (d *Drainer) deliver(ctx context.Context, to target, subjects []domain.Subject, out *outcome) error {
	var sound, doubtful []domain.Subject
	for _, s := range subjects {
		if _, refused := d.failures[s]; refused {
			doubtful = append(doubtful, s)
		} else {
			sound = append(sound, s)
		}
	}
	slices.SortStableFunc(sound, func(a, b domain.Subject) int { return cmp.Compare(a.Side, b.Side) })
	f := d.takeOff(ctx, to, out)
	defer f.abandon()
	for some := range slices.Chunk(sound, d.cfg.Documents) {
		if err := f.send(some, func() (things, error) { return d.docs.things(f.ctx, some) }); err != nil {
			return err
		}
	}
	if err := f.landAll(); err != nil {
		return err
	}
	for one := range slices.Chunk(doubtful, 1) {
		if err := d.offer(ctx, to, one, out); err != nil {
			return err
		}
	}
	return nil
}

// offer sends some subjects; when they are refused, each half of them, until it is known which it was.
func (d *Drainer) offer(ctx context.Context, to target, some []domain.Subject, out *outcome) error {
	err := d.guard(ctx, func() error {
		now, err := d.docs.things(ctx, some)
		if err != nil {
			return err
		}
		return d.send(ctx, to, now)
	})
	return d.divide(ctx, to, some, out, err)
}

// divide notes what became of some subjects that were sent.
func (d *Drainer) divide(ctx context.Context, to target, some []domain.Subject, out *outcome, err error) error {
	var refusal *search.Refusal
	switch {
	case len(some) == 0:
		return nil
	case err == nil:
		d.taken(some, out)
	case !errors.As(err, &refusal):
		return err
	case len(some) == 1:
		out.marked[some[0]] = refusal.Reason
	default:
		half := len(some) / 2
		if err := d.offer(ctx, to, some[:half], out); err != nil {
			return err
		}
		return d.offer(ctx, to, some[half:], out)
	}
	return nil
}

func (d *Drainer) taken(some []domain.Subject, out *outcome) {
	out.delivered += len(some)
	for _, s := range some {
		_, before := d.failures[s]
		if _, now := out.marked[s]; before || now {
			out.marked[s] = ""
		}
	}
}

// send makes the documents of things and sends them.
func (d *Drainer) send(ctx context.Context, to target, now things) error {
	batch, err := d.docs.batch(ctx, d.catalogue, now)
	if err != nil {
		return err
	}
	return to(ctx, batch)
}

// guard runs what may panic over a document. That document is refused then, and its neighbours are not.
func (d *Drainer) guard(ctx context.Context, do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			d.log.ErrorContext(ctx, "panic over a document", "panic", r, "stack", string(debug.Stack()))
			err = &search.Refusal{Reason: fmt.Sprintf("panic: %v", r)}
		}
	}()
	return do()
}

// save keeps how far the engine has been fed, what was refused, and what is refused no longer.
func (d *Drainer) save(ctx context.Context, feed domain.Feed, out *outcome) error {
	p := domain.FeedProgress{Feed: feed}
	now := d.cfg.Clock()
	for s, reason := range out.marked {
		if reason != "" {
			p.Failed = append(p.Failed, d.failure(s, reason, now))
		} else {
			p.Delivered = append(p.Delivered, s)
		}
	}
	err := d.source.SaveProgress(ctx, d.lease, p)
	if domain.KindOf(err) == domain.Stale {
		return errLost
	}
	if err != nil {
		return err
	}
	d.feed, d.unsaved = feed, nil
	for _, s := range p.Delivered {
		delete(d.failures, s)
	}
	for _, f := range p.Failed {
		d.report(ctx, f, now)
		d.failures[f.Subject] = f
	}
	d.state.sent(out.delivered, len(p.Failed))
	return nil
}

// failure counts one more refusal of a subject, and says when it is tried again.
func (d *Drainer) failure(s domain.Subject, reason string, now time.Time) domain.Failure {
	f, again := d.failures[s]
	if !again {
		f = domain.Failure{Subject: s, Since: now}
	}
	f.Attempts, f.Reason = f.Attempts+1, reason
	f.NextTry = now.Add(d.cfg.Retry << min(f.Attempts-1, 10))
	if f.Attempts >= d.cfg.Attempts && f.Quarantined.IsZero() {
		f.Quarantined = now
	}
	return f
}

// report tells the log of a refusal; the last one is for somebody to look at.
func (d *Drainer) report(ctx context.Context, f domain.Failure, now time.Time) {
	about := []any{"side", f.Side, "id", f.ID, "attempts", f.Attempts, "reason", f.Reason}
	if f.Quarantined.Equal(now) {
		d.log.ErrorContext(ctx, "a document is quarantined: the search engine will not have it", about...)
		return
	}
	d.log.WarnContext(ctx, "the search engine refused a document", about...)
}
