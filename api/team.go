package api

import (
	"context"

	"kopir/api/gen"
)

// MatchTeam says what a team given in the body lacks, and plans who learns what.
func (s *server) MatchTeam(ctx context.Context, r gen.MatchTeamRequestObject) (gen.MatchTeamResponseObject, error) {
	ask, err := teamAsk(r.Body, s.Market.Catalogue())
	if err != nil {
		return nil, err
	}
	found, err := s.Matching.Team(ctx, actorOf(ctx), ask)
	if err != nil {
		return nil, err
	}
	return gen.MatchTeam200JSONResponse(s.viewFor(ctx).teamMatch(found)), nil
}
