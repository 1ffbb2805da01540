package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

// ListOrganisations lists the verified ones; other states are for administrators.
func (s *server) ListOrganisations(ctx context.Context, r gen.ListOrganisationsRequestObject) (gen.ListOrganisationsResponseObject, error) {
	q := domain.OrganisationList{
		Verification: domain.Verification(said(r.Params.Verification)), Kind: domain.OrganisationKind(said(r.Params.Kind)),
		Region: domain.Region(said(r.Params.Region)), Name: said(r.Params.Q), Limit: limitOf(r.Params.Limit) + 1,
	}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.ListOrganisations(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(o *domain.Organisation) uuid.UUID { return o.ID })
	return gen.ListOrganisations200JSONResponse{Items: mapped(list, s.viewFor(ctx).organisation), NextCursor: next, Total: total}, nil
}

// CreateOrganisation enters an organisation, to be verified.
func (s *server) CreateOrganisation(ctx context.Context, r gen.CreateOrganisationRequestObject) (gen.CreateOrganisationResponseObject, error) {
	o, err := s.Market.CreateOrganisation(ctx, actorOf(ctx), organisationForm(r.Body))
	if err != nil {
		return nil, err
	}
	return gen.CreateOrganisation201JSONResponse{
		Body:    s.viewFor(ctx).organisation(o),
		Headers: gen.CreateOrganisation201ResponseHeaders{ETag: etag(o.Version), Location: "/v1/organisations/" + o.ID.String()},
	}, nil
}

// GetOrganisation shows an organisation to those who may see it.
func (s *server) GetOrganisation(ctx context.Context, r gen.GetOrganisationRequestObject) (gen.GetOrganisationResponseObject, error) {
	o, err := s.Market.Organisation(ctx, actorOf(ctx), r.Id)
	if err != nil {
		return nil, err
	}
	return gen.GetOrganisation200JSONResponse{
		Body: s.viewFor(ctx).organisation(o), Headers: gen.GetOrganisation200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

// VerifyOrganisation lets an organisation publish.
func (s *server) VerifyOrganisation(ctx context.Context, r gen.VerifyOrganisationRequestObject) (gen.VerifyOrganisationResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	o, err := s.Market.VerifyOrganisation(ctx, actorOf(ctx), r.Id, version)
	if err != nil {
		return nil, err
	}
	return gen.VerifyOrganisation200JSONResponse{
		Body: s.viewFor(ctx).organisation(o), Headers: gen.VerifyOrganisation200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

// RejectOrganisation refuses an organisation, for a reason.
func (s *server) RejectOrganisation(ctx context.Context, r gen.RejectOrganisationRequestObject) (gen.RejectOrganisationResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	o, err := s.Market.RejectOrganisation(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return gen.RejectOrganisation200JSONResponse{
		Body: s.viewFor(ctx).organisation(o), Headers: gen.RejectOrganisation200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

// GrantClaim gives a verified organisation to those who claim its number.
func (s *server) GrantClaim(ctx context.Context, r gen.GrantClaimRequestObject) (gen.GrantClaimResponseObject, error) {
	version, err := needVersion(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	o, err := s.Market.GrantClaim(ctx, actorOf(ctx), r.Id, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return gen.GrantClaim200JSONResponse{
		Body: s.viewFor(ctx).organisation(o), Headers: gen.GrantClaim200ResponseHeaders{ETag: etag(o.Version)},
	}, nil
}

// ListOrganisationDemands lists what an organisation has, for its members.
func (s *server) ListOrganisationDemands(ctx context.Context, r gen.ListOrganisationDemandsRequestObject) (gen.ListOrganisationDemandsResponseObject, error) {
	q := domain.OwnList{Organisation: r.Id, Status: string(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.OrganisationDemands(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(d *domain.Demand) uuid.UUID { return d.ID })
	owners, err := s.Lookup.Organisations(ctx, []uuid.UUID{r.Id})
	return gen.ListOrganisationDemands200JSONResponse{Items: s.viewFor(ctx).demands(list, owners), NextCursor: next, Total: total}, err
}

// ListOrganisationProgrammes lists what an organisation has, for its members.
func (s *server) ListOrganisationProgrammes(ctx context.Context, r gen.ListOrganisationProgrammesRequestObject) (gen.ListOrganisationProgrammesResponseObject, error) {
	q := domain.OwnList{Organisation: r.Id, Status: string(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.OrganisationProgrammes(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(p *domain.Programme) uuid.UUID { return p.ID })
	owners, err := s.Lookup.Organisations(ctx, []uuid.UUID{r.Id})
	return gen.ListOrganisationProgrammes200JSONResponse{Items: s.viewFor(ctx).programmes(list, owners), NextCursor: next, Total: total}, err
}

// defaultLimit is how many a page has when nobody says.
const defaultLimit = 20

func limitOf(limit *int) int {
	if limit == nil {
		return defaultLimit
	}
	return *limit
}

// pageOf cuts a list that was asked for with one more than the limit, and returns the cursor to the rest, if there is
// one: the id of the last that is shown.
func pageOf[T any](ctx context.Context, s *server, list []T, limit int, id func(T) uuid.UUID) ([]T, *string) {
	if len(list) <= limit {
		return list, nil
	}
	return list[:limit], s.cursors.encode(ctx, id(list[limit-1]))
}
