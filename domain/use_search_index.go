package domain

import (
	"context"
	"fmt"
	"time"
)

// SearchIndex are the verbs of those who run what answers searches, and the rule when it may be asked directly.
type SearchIndex struct {
	store  Store
	engine SearchEngine
	feeds  Feeds
	clock  func() time.Time
}

// NewSearchIndex returns the verbs. Feeds is nil where every process has an engine of its own, which nobody feeds.
func NewSearchIndex(store Store, engine SearchEngine, feeds Feeds, clock func() time.Time) *SearchIndex {
	return &SearchIndex{store, engine, feeds, clock}
}

// SearchIndexState is what there is to know of the search index.
type SearchIndexState struct {
	Engine      EngineState
	Trouble     Code // why the engine could not be asked, so that of Engine there is only the Kind; "" if it could
	Feed        FeedStanding
	Quarantined []Failure // the oldest first, at most MaxQuarantined
}

// MaxQuarantined bounds how many failures a state lists.
const MaxQuarantined = 100

// State returns how the search index is, also while the engine is down. It returns Unauthenticated to a visitor,
// Forbidden to all but administrators.
func (x *SearchIndex) State(ctx context.Context, a Actor) (SearchIndexState, error) {
	var out SearchIndexState
	if err := mayAdminister(ctx, x.store, a); err != nil {
		return out, err
	}
	var err error
	out.Engine, err = x.engine.State(ctx)
	switch KindOf(err) {
	case Unavailable:
		out.Engine, out.Trouble = EngineState{Kind: out.Engine.Kind}, CodeEngineDown
	case Forbidden:
		out.Engine, out.Trouble = EngineState{Kind: out.Engine.Kind}, CodeEngineKey
	default:
		if err != nil {
			return out, err
		}
	}
	if x.feeds == nil {
		return out, nil
	}
	if out.Feed, err = x.feeds.FeedStanding(ctx, SearchFeed); err != nil {
		return out, err
	}
	failures, err := x.feeds.Failures(ctx, SearchFeed, MaxQuarantined)
	for _, f := range failures {
		if !f.Quarantined.IsZero() {
			out.Quarantined = append(out.Quarantined, f)
		}
	}
	return out, err
}

// Retry makes what is in quarantine due at once, of some subjects or, without any, all of it, and says how much that is.
// Errors are those of State.
func (x *SearchIndex) Retry(ctx context.Context, a Actor, subjects []Subject) (int, error) {
	retried := 0
	err := x.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		retried = 0
		if err := mayAdminister(ctx, tx, a); err != nil || x.feeds == nil {
			return err
		}
		var err error
		if retried, err = x.feeds.RetryFailures(ctx, SearchFeed, subjects); err != nil || retried == 0 {
			return err
		}
		return record(ctx, tx, a, stored(x.clock()), deedOnIndex(DeedQuarantineRetried, fmt.Sprintf("retried=%d", retried)))
	})
	return retried, err
}

// Rebuild asks for a rebuild of every index from the database. Errors are those of State.
func (x *SearchIndex) Rebuild(ctx context.Context, a Actor) error {
	return x.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayAdminister(ctx, tx, a); err != nil {
			return err
		}
		if err := tx.RequestReindex(ctx); err != nil {
			return err
		}
		return record(ctx, tx, a, stored(x.clock()), deedOnIndex(DeedReindexRequested, ""))
	})
}

// deedOnIndex is a deed on the search index.
func deedOnIndex(kind DeedKind, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectSearchIndex, Note: note}
}

// Fresh returns Unavailable while the engine must not be asked directly, because what was hidden might still be found
// there.
func (x *SearchIndex) Fresh(ctx context.Context) error {
	if x.feeds == nil {
		return nil // nobody feeds it: nobody can be behind
	}
	standing, err := x.feeds.FeedStanding(ctx, SearchFeed)
	if err != nil {
		return err
	}
	if !standing.Fresh(x.clock()) {
		return Fail(Unavailable, CodeEngineBehind)
	}
	return nil
}

// FreshFor is how old a change may become before an engine that has not got it counts as behind.
const FreshFor = time.Minute

// Fresh says whether an engine has been built and has got every change that is older than FreshFor.
func (s FeedStanding) Fresh(now time.Time) bool {
	return s.Generation != "" && (s.Oldest.IsZero() || now.Sub(s.Oldest) <= FreshFor)
}
