package jobs

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"kopir/domain"
	"kopir/search"
)

const (
	tellEvery  = 5 * time.Second // while a rebuild goes on
	quietPages = 10              // pages that are not full after which a rebuild need not wait for silence
)

// rebuilding is the making of new indexes beside those that are searched.
type rebuilding struct {
	*Drainer
	out      *outcome
	doubtful map[domain.Subject]bool // refused before: sent at the end, one by one

	at   domain.Position // what comes after it has not been brought into the new indexes
	kept domain.Position // like at, but before any entry that asks for yet another rebuild

	live    bool            // the old indexes are fed too
	liveAt  domain.Position // what comes after it has not been brought into them
	blocked bool            // an entry that asks for a rebuild came before liveAt: only a rebuild may pass over it

	progress Progress
	told     time.Time
}

// rebuild makes the engine's indexes anew and swaps them with the old ones, which are searched and fed until then. If
// it ends half way, the old ones stay, and the next step begins again.
func (d *Drainer) rebuild(ctx context.Context, why string) error {
	r, err := d.prepare(ctx, why)
	if err != nil {
		return err
	}
	d.log.InfoContext(ctx, "rebuilding the search engine's indexes", "why", why, "documents", r.progress.Total, "old_ones_fed", r.live)
	defer d.state.rebuilding(Progress{})
	if err := d.remote.Rebuild(ctx, func(apply func(search.Batch) error) error { return r.fill(ctx, apply) }); err != nil {
		return fmt.Errorf("rebuild the search engine's indexes: %w", err)
	}
	now, err := d.remote.Standing(ctx)
	if err != nil {
		return err
	}
	for s := range d.failures { // whatever else was refused, the new indexes have taken
		if _, noted := r.out.marked[s]; !noted {
			r.out.marked[s] = ""
		}
	}
	if err := d.save(ctx, domain.Feed{Position: r.kept, Generation: now.Generation}, r.out); err != nil {
		return err
	}
	if !now.Complete || now.Generation == "" {
		return fmt.Errorf("the search engine's indexes are not complete after a rebuild: %s", now.Why)
	}
	d.looked, d.suspect, d.strikes = d.cfg.Clock(), false, 0
	d.state.rebuilt()
	d.log.InfoContext(ctx, "the search engine's indexes are rebuilt", "generation", now.Generation, "documents", r.progress.Done,
		"took", d.cfg.Clock().Sub(r.progress.Since))
	return nil
}

// prepare takes the place in the log first: what is committed from now on is brought in afterwards.
func (d *Drainer) prepare(ctx context.Context, why string) (*rebuilding, error) {
	head, err := d.source.Head(ctx)
	if err != nil {
		return nil, err
	}
	old, err := d.remote.Standing(ctx)
	if err != nil {
		return nil, err
	}
	if err := d.useCatalogue(ctx); err != nil {
		return nil, err
	}
	published, err := d.source.PublishedCounts(ctx)
	if err != nil {
		return nil, err
	}
	r := &rebuilding{
		Drainer: d, out: newOutcome(), doubtful: make(map[domain.Subject]bool), at: head, kept: head,
		live: old.Generation != "" && old.Generation == d.feed.Generation, liveAt: d.feed.Position,
	}
	for s := range d.failures {
		r.doubtful[s] = true
	}
	r.progress = Progress{Why: why, Since: d.cfg.Clock(), Total: published[domain.DemandSide] + published[domain.ProgrammeSide]}
	r.told = r.progress.Since
	d.state.rebuilding(r.progress)
	return r, nil
}

// fill brings everything that is published into the new indexes.
func (r *rebuilding) fill(ctx context.Context, apply func(search.Batch) error) error {
	to := func(_ context.Context, b search.Batch) error { return apply(b) }
	f := r.takeOff(ctx, to, r.out)
	defer f.abandon()
	f.lands = func(landed int) { r.tell(ctx, landed) }
	read := time.Now()
	err := r.docs.all(ctx, func(now things) error {
		if r.live { // somebody searches
			restFrom(ctx, read)
		}
		now = r.sound(now)
		if err := f.send(now.subjects(), func() (things, error) { return now, nil }); err != nil {
			return err
		}
		err := r.feedLive(ctx)
		read = time.Now()
		return err
	})
	if err != nil {
		return err
	}
	for len(f.flying) > 0 {
		if err := f.land(); err != nil {
			return err
		}
		if err := r.feedLive(ctx); err != nil {
			return err
		}
	}
	for s := range r.doubtful {
		if err := r.offer(ctx, to, []domain.Subject{s}, r.out); err != nil {
			return err
		}
	}
	return r.catchUp(ctx, to)
}

// sound leaves out what is doubtful.
func (r *rebuilding) sound(now things) things {
	now.demands = slices.DeleteFunc(now.demands, func(v *domain.Demand) bool { return r.doubtful[demandSubject(v)] })
	now.programmes = slices.DeleteFunc(now.programmes, func(v *domain.Programme) bool { return r.doubtful[programmeSubject(v)] })
	return now
}

// catchUp brings what was committed meanwhile into the new indexes, so that the swap shows nothing old.
func (r *rebuilding) catchUp(ctx context.Context, to target) error {
	asked := false
	for quiet := 0; quiet < quietPages; {
		changes, next, err := r.source.Changes(ctx, r.at, r.cfg.Batch)
		if err != nil || len(changes) == 0 {
			return behind(err)
		}
		touched, err := r.docs.touched(ctx, changes)
		if err != nil {
			return err
		}
		if err := r.deliver(ctx, to, touched, r.out); err != nil {
			return err
		}
		asked = asked || everything(changes)
		if r.at = next; !asked {
			r.kept = next
		}
		if len(changes) < r.cfg.Batch {
			quiet++
		}
		if err := r.feedLive(ctx); err != nil {
			return err
		}
	}
	return nil
}

// behind tells a log that was trimmed from a lease that was lost.
func behind(err error) error {
	if domain.KindOf(err) == domain.Stale {
		return errors.New("the change log was trimmed faster than the indexes were rebuilt")
	}
	return err
}

// feedLive goes on feeding the old indexes. When they take no more they are left as they are.
func (r *rebuilding) feedLive(ctx context.Context) error {
	if !r.live {
		return nil
	}
	changes, next, err := r.source.Changes(ctx, r.liveAt, r.cfg.Batch)
	if domain.KindOf(err) == domain.Stale {
		r.live = false
		return nil
	}
	if err != nil || len(changes) == 0 {
		return err
	}
	touched, err := r.docs.touched(ctx, changes)
	if err != nil {
		return err
	}
	out, err := r.sendLive(ctx, touched)
	if err != nil && ctx.Err() == nil {
		r.log.WarnContext(ctx, "the old indexes are fed no more", "error", err)
		r.live, r.uncertain = false, true
		return nil
	}
	if err != nil {
		return err
	}
	r.liveAt = next
	r.blocked = r.blocked || everything(changes)
	feed := r.feed
	if !r.blocked {
		feed.Position = next
	}
	return r.save(ctx, feed, out)
}

// tell says how far it has come.
func (r *rebuilding) tell(ctx context.Context, done int) {
	r.progress.Done = done
	r.state.rebuilding(r.progress)
	if now := r.cfg.Clock(); now.Sub(r.told) >= tellEvery {
		r.told = now
		r.log.InfoContext(ctx, "rebuilding the search engine's indexes", "done", r.progress.Done, "of", r.progress.Total)
	}
}
