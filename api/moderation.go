package api

import (
	"context"

	"kopir/api/gen"
)

// HideDemand takes a demand out of the public's sight.
func (s *server) HideDemand(ctx context.Context, r gen.HideDemandRequestObject) (gen.HideDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Market.HideDemand(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.HideDemand200JSONResponse{Body: body, Headers: gen.HideDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// RestoreDemand shows a hidden demand again.
func (s *server) RestoreDemand(ctx context.Context, r gen.RestoreDemandRequestObject) (gen.RestoreDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Market.RestoreDemand(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.RestoreDemand200JSONResponse{Body: body, Headers: gen.RestoreDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// HideProgramme takes a programme out of the public's sight.
func (s *server) HideProgramme(ctx context.Context, r gen.HideProgrammeRequestObject) (gen.HideProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.Market.HideProgramme(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.HideProgramme200JSONResponse{Body: body, Headers: gen.HideProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}

// RestoreProgramme shows a hidden programme again.
func (s *server) RestoreProgramme(ctx context.Context, r gen.RestoreProgrammeRequestObject) (gen.RestoreProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.Market.RestoreProgramme(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.RestoreProgramme200JSONResponse{Body: body, Headers: gen.RestoreProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}
