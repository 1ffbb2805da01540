package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// ListDemandMatches ranks the programmes that serve a demand.
func (s *server) ListDemandMatches(ctx context.Context, r gen.ListDemandMatchesRequestObject) (gen.ListDemandMatchesResponseObject, error) {
	p := r.Params
	var f domain.Faults
	ask := domain.ProgrammeAsk{Limit: limitOf(p.Limit), Constraints: programmeConstraints(&f, &gen.ProgrammeConstraints{
		Regions: p.Region, Modes: p.Mode, Languages: p.Language, Kinds: p.Kind, Funding: p.Funding, Segments: p.Segment,
		MaxWeeks: p.MaxWeeks, MaxPrice: p.MaxPrice, StartsFrom: p.StartsFrom, AllMusts: p.AllMusts,
	})}
	if err := ofQuery(f.Err()); err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, p.Cursor, &ask.After); err != nil {
		return nil, err
	}
	found, err := s.Matching.ForDemand(ctx, actorOf(ctx), r.Id, ask)
	if err != nil {
		return nil, err
	}
	return s.programmeMatches(ctx, found, nil)
}

// ListProgrammeMatches ranks the demands that a programme serves.
func (s *server) ListProgrammeMatches(ctx context.Context, r gen.ListProgrammeMatchesRequestObject) (gen.ListProgrammeMatchesResponseObject, error) {
	p := r.Params
	var f domain.Faults
	ask := domain.DemandAsk{Limit: limitOf(p.Limit), Constraints: demandConstraints(&f, &gen.DemandConstraints{
		Regions: p.Region, Kinds: p.Kind, WorkModes: p.WorkMode, Languages: p.Language, Sectors: p.Sector, MinOpenings: p.MinOpenings,
	})}
	if err := ofQuery(f.Err()); err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, p.Cursor, &ask.After); err != nil {
		return nil, err
	}
	found, err := s.Matching.ForProgramme(ctx, actorOf(ctx), r.Id, ask)
	if err != nil {
		return nil, err
	}
	return s.demandMatches(ctx, found)
}

// ListSimilarProgrammes ranks the other programmes that teach what a programme teaches.
func (s *server) ListSimilarProgrammes(ctx context.Context, r gen.ListSimilarProgrammesRequestObject) (gen.ListSimilarProgrammesResponseObject, error) {
	p := r.Params
	var f domain.Faults
	ask := domain.ProgrammeAsk{Limit: limitOf(p.Limit), Constraints: programmeConstraints(&f, &gen.ProgrammeConstraints{
		Regions: p.Region, Modes: p.Mode, Languages: p.Language, Kinds: p.Kind, Funding: p.Funding, Segments: p.Segment,
		MaxWeeks: p.MaxWeeks, MaxPrice: p.MaxPrice, StartsFrom: p.StartsFrom,
	})}
	if err := ofQuery(f.Err()); err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, p.Cursor, &ask.After); err != nil {
		return nil, err
	}
	found, err := s.Matching.Similar(ctx, actorOf(ctx), r.Id, ask)
	if err != nil {
		return nil, err
	}
	return s.programmeMatches(ctx, found, nil)
}

// AdviseProgramme says what a programme should teach to serve open demands better.
func (s *server) AdviseProgramme(ctx context.Context, r gen.AdviseProgrammeRequestObject) (gen.AdviseProgrammeResponseObject, error) {
	p := r.Params
	var f domain.Faults
	ask := domain.AdviceAsk{Limit: limitOf(p.Limit), Constraints: demandConstraints(&f, &gen.DemandConstraints{
		Regions: p.Region, Kinds: p.Kind, WorkModes: p.WorkMode, Languages: p.Language, Sectors: p.Sector, MinOpenings: p.MinOpenings,
	})}
	if err := ofQuery(f.Err()); err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, p.Cursor, &ask.Skip); err != nil {
		return nil, err
	}
	found, err := s.Matching.Advice(ctx, actorOf(ctx), r.Id, ask)
	if err != nil {
		return nil, err
	}
	out := gen.AdviseProgramme200JSONResponse{Items: mapped(found.Items, s.viewFor(ctx).advice), Total: found.Total}
	if found.Next > 0 {
		out.NextCursor = s.cursors.encode(ctx, found.Next)
	}
	return out, nil
}

// MatchProgrammes ranks the programmes that serve requirements given in the body.
func (s *server) MatchProgrammes(ctx context.Context, r gen.MatchProgrammesRequestObject) (gen.MatchProgrammesResponseObject, error) {
	ask, err := programmeAsk(r.Body, s.Market.Catalogue())
	if err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, r.Body.Cursor, &ask.After); err != nil {
		return nil, err
	}
	found, err := s.Matching.Programmes(ctx, ask)
	if err != nil {
		return nil, err
	}
	return s.programmeMatches(ctx, found, ask.Own)
}

// MatchDemands ranks the demands that outcomes given in the body serve.
func (s *server) MatchDemands(ctx context.Context, r gen.MatchDemandsRequestObject) (gen.MatchDemandsResponseObject, error) {
	ask, err := demandAsk(r.Body, s.Market.Catalogue())
	if err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, r.Body.Cursor, &ask.After); err != nil {
		return nil, err
	}
	found, err := s.Matching.Demands(ctx, ask)
	if err != nil {
		return nil, err
	}
	return s.demandMatches(ctx, found)
}
