package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// Report says how an engine's contents differed from the database's. What was waiting to be sent is no difference, and
// neither is what the engine refuses.
type Report struct {
	At        time.Time // when it ended; zero if there was none
	Took      time.Duration
	Compared  int // documents that should be there
	Missing   int // and were not
	Different int // said something else
	Unwanted  int // were there and should not be
}

// Drift is how many documents differed. They are sent again.
func (r Report) Drift() int { return r.Missing + r.Different + r.Unwanted }

// Nightly is the step that verifies, once a night and when numbers have been found to differ, where the lease is held.
func (d *Drainer) Nightly(ctx context.Context) (bool, error) {
	if !d.state.verifyDue(d.cfg.Clock()) {
		return false, nil
	}
	_, err := d.Verify(ctx)
	if k := domain.KindOf(err); k == domain.Forbidden || k == domain.Unauthenticated {
		err = postponed{err, time.Minute}
	}
	return false, err
}

// Verify compares what the engine holds with what it should hold, document by document, while both go on changing. What
// differs is appended to the change log, so that whoever feeds sends or removes it: this process need not be the one.
// It returns Unavailable if the engine cannot be asked.
func (d *Drainer) Verify(ctx context.Context) (Report, error) {
	began := d.cfg.Clock()
	v := &verification{Drainer: d}
	for _, side := range sides {
		if err := v.compare(ctx, side); err != nil {
			return Report{}, fmt.Errorf("verify: %w", err)
		}
	}
	drift, err := v.drift(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	for some := range slices.Chunk(drift, rowsAtOnce) {
		if err := d.source.Touch(ctx, some); err != nil {
			return Report{}, fmt.Errorf("verify: %w", err)
		}
	}
	now := d.cfg.Clock()
	v.report.At, v.report.Took = now, now.Sub(began)
	d.state.verified(v.report, nextNight(now, d.cfg.VerifyAt))
	d.log.InfoContext(ctx, "the search engine's contents are verified", "compared", v.report.Compared, "missing", v.report.Missing,
		"different", v.report.Different, "unwanted", v.report.Unwanted, "took", v.report.Took)
	return v.report, nil
}

// verification is one comparison.
type verification struct {
	*Drainer
	report   Report
	suspects []domain.Subject
}

// compare notes what differs at first sight: much of it may be on its way.
func (v *verification) compare(ctx context.Context, side domain.Side) error {
	indexed, err := v.remote.Digests(ctx, side)
	if err != nil {
		return err
	}
	catalogue, err := v.newCatalogue(ctx)
	if err != nil {
		return err
	}
	err = v.docs.side(ctx, side, func(now things) error {
		wanted, err := v.digests(ctx, catalogue, now)
		if err != nil {
			return err
		}
		v.report.Compared += len(wanted)
		for s, digest := range wanted {
			if is, there := indexed[s.ID]; !there || is != digest {
				v.suspects = append(v.suspects, s)
			}
			delete(indexed, s.ID)
		}
		return nil
	})
	for id := range indexed {
		v.suspects = append(v.suspects, domain.Subject{Side: side, ID: id})
	}
	return err
}

// drift looks at suspects once more. The order matters: whatever is committed and not sent when the engine is asked
// comes after the place that was read before, or is in the rows that are read afterwards and in the log.
func (v *verification) drift(ctx context.Context) ([]domain.Subject, error) {
	if len(v.suspects) == 0 {
		return nil, nil
	}
	before, err := v.source.Feed(ctx, domain.SearchFeed)
	if err != nil {
		return nil, err
	}
	catalogue, err := v.newCatalogue(ctx)
	if err != nil {
		return nil, err
	}
	indexed := make(map[domain.Side]map[uuid.UUID]search.Digest)
	for _, side := range sides {
		if indexed[side], err = v.remote.Digests(ctx, side); err != nil {
			return nil, err
		}
	}
	wanted := make(map[domain.Subject]search.Digest)
	for some := range slices.Chunk(v.suspects, rowsAtOnce) {
		now, err := v.docs.things(ctx, some)
		if err != nil {
			return nil, err
		}
		digests, err := v.digests(ctx, catalogue, now)
		if err != nil {
			return nil, err
		}
		for s, digest := range digests {
			wanted[s] = digest
		}
	}
	known, all, err := v.known(ctx, before)
	if err != nil || all {
		return nil, err
	}
	var out []domain.Subject
	for _, s := range v.suspects {
		if !known[s] && v.differs(s, indexed[s.Side], wanted) {
			out = append(out, s)
		}
	}
	return out, nil
}

// differs counts a suspect by how it differs, if it does.
func (v *verification) differs(s domain.Subject, indexed map[uuid.UUID]search.Digest, wanted map[domain.Subject]search.Digest) bool {
	is, there := indexed[s.ID]
	should, public := wanted[s]
	switch {
	case public && !there:
		v.report.Missing++
	case !public && there:
		v.report.Unwanted++
	case is != should:
		v.report.Different++
	default:
		return false
	}
	return true
}

// known lists what differs for a reason: what waits to be sent, and what the engine refuses. all says that everything
// does, because a rebuild is to come or has come meanwhile.
func (v *verification) known(ctx context.Context, before domain.Feed) (known map[domain.Subject]bool, all bool, err error) {
	known = make(map[domain.Subject]bool)
	failures, err := v.source.Failures(ctx, domain.SearchFeed, failuresKnown)
	if err != nil {
		return nil, false, err
	}
	for _, f := range failures {
		known[f.Subject] = true
	}
	for at := before.Position; ; {
		changes, next, err := v.source.Changes(ctx, at, v.cfg.Batch)
		if domain.KindOf(err) == domain.Stale || everything(changes) {
			return nil, true, nil
		}
		if err != nil {
			return nil, false, err
		}
		if len(changes) == 0 {
			break
		}
		touched, err := v.docs.touched(ctx, changes)
		if err != nil {
			return nil, false, err
		}
		for _, s := range touched {
			known[s] = true
		}
		at = next
	}
	now, err := v.source.Feed(ctx, domain.SearchFeed)
	return known, now.Generation != before.Generation, err
}

// digests returns what the engine should say of things. What no document can be made of has none.
func (v *verification) digests(ctx context.Context, c *domain.Catalogue, of things) (map[domain.Subject]search.Digest, error) {
	batch, err := v.docs.batch(ctx, c, of)
	if err != nil {
		return nil, err
	}
	out := make(map[domain.Subject]search.Digest, len(batch.Demands)+len(batch.Programmes))
	for i := range batch.Demands {
		doc := &batch.Demands[i]
		out[demandSubject(&doc.Demand)] = v.digest(ctx, func() search.Digest { return v.remote.DemandDigest(doc) })
	}
	for i := range batch.Programmes {
		doc := &batch.Programmes[i]
		out[programmeSubject(&doc.Programme)] = v.digest(ctx, func() search.Digest { return v.remote.ProgrammeDigest(doc) })
	}
	return out, nil
}

func (v *verification) digest(ctx context.Context, of func() search.Digest) (out search.Digest) {
	_ = v.guard(ctx, func() error { out = of(); return nil }) // a panic is in the log; sent again, it becomes a failure
	return out
}

// nextNight returns the first time after another when it is a certain time of day in Kazakhstan.
func nextNight(after time.Time, at time.Duration) time.Time {
	y, m, day := after.In(domain.Kazakhstan).Date()
	next := time.Date(y, m, day, 0, 0, 0, 0, domain.Kazakhstan).Add(at)
	if !next.After(after) {
		next = next.AddDate(0, 0, 1)
	}
	return next
}
