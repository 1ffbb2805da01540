package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// GetSearchIndex shows administrators how the search index is.
func (s *server) GetSearchIndex(ctx context.Context, _ gen.GetSearchIndexRequestObject) (gen.GetSearchIndexResponseObject, error) {
	state, err := s.SearchIndex.State(ctx, actorOf(ctx))
	return gen.GetSearchIndex200JSONResponse(s.viewFor(ctx).searchIndex(state)), err
}

// RetryQuarantined has documents in quarantine tried again.
func (s *server) RetryQuarantined(ctx context.Context, r gen.RetryQuarantinedRequestObject) (gen.RetryQuarantinedResponseObject, error) {
	subjects := mapped(said(said(r.Body).Subjects), func(of gen.Subject) domain.Subject {
		return domain.Subject{Side: domain.Side(of.Side), ID: of.Id}
	})
	n, err := s.SearchIndex.Retry(ctx, actorOf(ctx), subjects)
	return gen.RetryQuarantined200JSONResponse{Retried: n}, err
}

// RebuildSearchIndex asks for a rebuild.
func (s *server) RebuildSearchIndex(ctx context.Context, _ gen.RebuildSearchIndexRequestObject) (gen.RebuildSearchIndexResponseObject, error) {
	return gen.RebuildSearchIndex202Response{}, s.SearchIndex.Rebuild(ctx, actorOf(ctx))
}

func (v view) searchIndex(x domain.SearchIndexState) gen.SearchIndexState {
	engine, feed := x.Engine, x.Feed
	if x.Trouble != "" {
		engine.Why, engine.Generation = say(domain.Reason{Code: x.Trouble}, v.lang), feed.Generation
	}
	return gen.SearchIndexState{
		Engine: engine.Kind, Reachable: x.Trouble == "", Complete: engine.Complete, Why: known(clip(engine.Why, 1000)),
		Generation: known(engine.Generation), Holder: known(feed.Lease.Holder), HolderUntil: knownTime(feed.Lease.Until),
		Waiting: feed.Waiting, OldestWaitingSince: knownTime(feed.Oldest), Retrying: feed.Retrying,
		Quarantined: mapped(x.Quarantined, func(f domain.Failure) gen.Quarantined {
			return gen.Quarantined{
				Side: gen.MarketSide(f.Side), Id: f.ID, Attempts: f.Attempts, Reason: clip(f.Reason, 1000), Since: f.Since.UTC(),
			}
		}),
		QuarantinedTotal: feed.Failed,
	}
}
