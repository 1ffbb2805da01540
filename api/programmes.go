package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/internal/files"
)

// CreateProgramme keeps a draft.
func (s *server) CreateProgramme(ctx context.Context, r gen.CreateProgrammeRequestObject) (gen.CreateProgrammeResponseObject, error) {
	p, err := s.Market.CreateProgramme(ctx, actorOf(ctx), r.Body.OrganisationId, programmeForm(*r.Body))
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.CreateProgramme201JSONResponse{
		Body:    body,
		Headers: gen.CreateProgramme201ResponseHeaders{ETag: etag(p.Version), Location: "/v1/programmes/" + p.ID.String()},
	}, err
}

// GetProgramme shows a programme to those who may see it.
func (s *server) GetProgramme(ctx context.Context, r gen.GetProgrammeRequestObject) (gen.GetProgrammeResponseObject, error) {
	p, err := s.Market.Programme(ctx, actorOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	in, err := vocabularyFor(ctx, ownWords, schemaOrg, learningModel)
	if err != nil {
		return nil, err
	}
	if in != ownWords {
		owner, err := s.owner(ctx, p.OrganisationID)
		if err != nil {
			return nil, err
		}
		if in == learningModel {
			return linked{s.linkedFor(ctx).LearningOpportunity(p, owner), p.Version, files.LearningModelProfile}, nil
		}
		return linked{thing: s.linkedFor(ctx).Programme(p, owner), version: p.Version}, nil
	}
	body, err := s.programmeBody(ctx, p)
	return gen.GetProgramme200JSONResponse{Body: body, Headers: gen.GetProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}

// UpdateProgramme merges a patch onto a programme.
func (s *server) UpdateProgramme(ctx context.Context, r gen.UpdateProgrammeRequestObject) (gen.UpdateProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	patch := patchOf(r.JSONBody, r.ApplicationMergePatchPlusJSONBody)
	p, err := s.Market.ReviseProgramme(ctx, actorOf(ctx), r.Id, version, func(p *domain.Programme) (domain.ProgrammeForm, error) {
		next, err := patched(programmeInput(p), patch, map[string][]string{"price": {"amount", "currency"}})
		if err == nil {
			err = sameOwner(p.OrganisationID, next.OrganisationId)
		}
		return programmeForm(next), err
	})
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.UpdateProgramme200JSONResponse{Body: body, Headers: gen.UpdateProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}

// DeleteProgramme removes a programme for good.
func (s *server) DeleteProgramme(ctx context.Context, r gen.DeleteProgrammeRequestObject) (gen.DeleteProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return gen.DeleteProgramme204Response{}, s.Market.DeleteProgramme(ctx, actorOf(ctx), r.Id, version)
}

// PublishProgramme makes a draft public.
func (s *server) PublishProgramme(ctx context.Context, r gen.PublishProgrammeRequestObject) (gen.PublishProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.Market.PublishProgramme(ctx, actorOf(ctx), r.Id, version)
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.PublishProgramme200JSONResponse{Body: body, Headers: gen.PublishProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}

// ArchiveProgramme takes a published programme out of the market.
func (s *server) ArchiveProgramme(ctx context.Context, r gen.ArchiveProgrammeRequestObject) (gen.ArchiveProgrammeResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	p, err := s.Market.ArchiveProgramme(ctx, actorOf(ctx), r.Id, version)
	if err != nil {
		return nil, err
	}
	body, err := s.programmeBody(ctx, p)
	return gen.ArchiveProgramme200JSONResponse{Body: body, Headers: gen.ArchiveProgramme200ResponseHeaders{ETag: etag(p.Version)}}, err
}

// programmeBody shapes one programme, with its owner.
func (s *server) programmeBody(ctx context.Context, p *domain.Programme) (gen.Programme, error) {
	owner, err := s.owner(ctx, p.OrganisationID)
	if err != nil {
		return gen.Programme{}, err
	}
	return s.viewFor(ctx).programme(p, owner), nil
}
