package api

import (
	"context"

	"kopir/api/gen"
)

// MeasureGap says how far own levels are from a goal.
func (s *server) MeasureGap(ctx context.Context, r gen.MeasureGapRequestObject) (gen.MeasureGapResponseObject, error) {
	ask, err := s.gapAsk(r.Body)
	if err != nil {
		return nil, err
	}
	gap, err := s.Matching.Gap(ctx, actorOf(ctx), ask)
	return gen.MeasureGap200JSONResponse(s.viewFor(ctx).gap(gap, ask.Own)), err
}

// PlanPath plans a way from own levels to a goal.
func (s *server) PlanPath(ctx context.Context, r gen.PlanPathRequestObject) (gen.PlanPathResponseObject, error) {
	ask, err := s.pathAsk(r.Body)
	if err != nil {
		return nil, err
	}
	path, err := s.Matching.Path(ctx, actorOf(ctx), ask)
	return gen.PlanPath200JSONResponse(s.viewFor(ctx).path(path)), err
}
