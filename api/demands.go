package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

// CreateDemand keeps a draft.
func (s *server) CreateDemand(ctx context.Context, r gen.CreateDemandRequestObject) (gen.CreateDemandResponseObject, error) {
	d, err := s.Market.CreateDemand(ctx, actorOf(ctx), r.Body.OrganisationId, demandForm(*r.Body))
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.CreateDemand201JSONResponse{
		Body:    body,
		Headers: gen.CreateDemand201ResponseHeaders{ETag: etag(d.Version), Location: "/v1/demands/" + d.ID.String()},
	}, err
}

// GetDemand shows a demand to those who may see it.
func (s *server) GetDemand(ctx context.Context, r gen.GetDemandRequestObject) (gen.GetDemandResponseObject, error) {
	d, err := s.Market.Demand(ctx, actorOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	in, err := vocabularyFor(ctx, ownWords, schemaOrg)
	if err != nil {
		return nil, err
	}
	if in != ownWords {
		owner, err := s.owner(ctx, d.OrganisationID)
		if err != nil {
			return nil, err
		}
		return linked{thing: s.linkedFor(ctx).Demand(d, owner), version: d.Version}, nil
	}
	body, err := s.demandBody(ctx, d)
	return gen.GetDemand200JSONResponse{Body: body, Headers: gen.GetDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// UpdateDemand merges a patch onto a demand.
func (s *server) UpdateDemand(ctx context.Context, r gen.UpdateDemandRequestObject) (gen.UpdateDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	patch := patchOf(r.JSONBody, r.ApplicationMergePatchPlusJSONBody)
	d, err := s.Market.ReviseDemand(ctx, actorOf(ctx), r.Id, version, func(d *domain.Demand) (domain.DemandForm, error) {
		next, err := patched(demandInput(d), patch, map[string][]string{"salary": {"currency"}})
		if err == nil {
			err = sameOwner(d.OrganisationID, next.OrganisationId)
		}
		return demandForm(next), err
	})
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.UpdateDemand200JSONResponse{Body: body, Headers: gen.UpdateDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// DeleteDemand removes a demand for good.
func (s *server) DeleteDemand(ctx context.Context, r gen.DeleteDemandRequestObject) (gen.DeleteDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	return gen.DeleteDemand204Response{}, s.Market.DeleteDemand(ctx, actorOf(ctx), r.Id, version)
}

// PublishDemand makes a draft public.
func (s *server) PublishDemand(ctx context.Context, r gen.PublishDemandRequestObject) (gen.PublishDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Market.PublishDemand(ctx, actorOf(ctx), r.Id, version)
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.PublishDemand200JSONResponse{Body: body, Headers: gen.PublishDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// CloseDemand ends a published demand.
func (s *server) CloseDemand(ctx context.Context, r gen.CloseDemandRequestObject) (gen.CloseDemandResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	d, err := s.Market.CloseDemand(ctx, actorOf(ctx), r.Id, version)
	if err != nil {
		return nil, err
	}
	body, err := s.demandBody(ctx, d)
	return gen.CloseDemand200JSONResponse{Body: body, Headers: gen.CloseDemand200ResponseHeaders{ETag: etag(d.Version)}}, err
}

// demandBody shapes one demand, with its owner.
func (s *server) demandBody(ctx context.Context, d *domain.Demand) (gen.Demand, error) {
	owner, err := s.owner(ctx, d.OrganisationID)
	if err != nil {
		return gen.Demand{}, err
	}
	return s.viewFor(ctx).demand(d, owner), nil
}

// sameOwner returns Invalid if a patch would move a thing to another organisation.
func sameOwner(is, becomes uuid.UUID) error {
	var f domain.Faults
	if is != becomes {
		f.Add("/organisation_id", domain.CodeOrganisationChanged)
	}
	return f.Err()
}
