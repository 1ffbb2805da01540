package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// GetExternalProvider says through whom people can sign in; NotFound where there is nobody.
func (s *server) GetExternalProvider(context.Context, gen.GetExternalProviderRequestObject) (gen.GetExternalProviderResponseObject, error) {
	p, err := s.External.Provider()
	if err != nil {
		return nil, err
	}
	return gen.GetExternalProvider200JSONResponse{Name: p.Name(), Issuer: p.Issuer()}, nil
}

// BeginExternalLogin has somebody go to the provider.
func (s *server) BeginExternalLogin(ctx context.Context, r gen.BeginExternalLoginRequestObject) (gen.BeginExternalLoginResponseObject, error) {
	d, err := s.External.Begin(ctx, actorOf(ctx), r.Body.RedirectUrl)
	return gen.BeginExternalLogin200JSONResponse{
		Body:    gen.ExternalBegun{AuthorizationUrl: d.URL, State: d.State, Ticket: d.Ticket, ExpiresAt: d.Until.UTC()},
		Headers: gen.BeginExternalLogin200ResponseHeaders{CacheControl: noStore},
	}, err
}

// FinishExternalLogin begins a session for whom the provider has sent back.
func (s *server) FinishExternalLogin(ctx context.Context, r gen.FinishExternalLoginRequestObject) (gen.FinishExternalLoginResponseObject, error) {
	session, err := s.External.SignIn(ctx, returnOf(r.Body))
	return gen.FinishExternalLogin200JSONResponse{
		Body: tokenPair(session), Headers: gen.FinishExternalLogin200ResponseHeaders{CacheControl: noStore},
	}, err
}

// ListIdentities lists who the account is elsewhere.
func (s *server) ListIdentities(ctx context.Context, _ gen.ListIdentitiesRequestObject) (gen.ListIdentitiesResponseObject, error) {
	list, err := s.External.Identities(ctx, actorOf(ctx))
	return gen.ListIdentities200JSONResponse{
		Body:    gen.IdentityList{Items: mapped(list, identityOf), Total: len(list)},
		Headers: gen.ListIdentities200ResponseHeaders{CacheControl: noStore},
	}, err
}

// LinkIdentity links whom the provider has sent back with the account.
func (s *server) LinkIdentity(ctx context.Context, r gen.LinkIdentityRequestObject) (gen.LinkIdentityResponseObject, error) {
	linked, err := s.External.Link(ctx, actorOf(ctx), returnOf(r.Body))
	if err != nil {
		return nil, err
	}
	return gen.LinkIdentity200JSONResponse{Body: identityOf(*linked), Headers: gen.LinkIdentity200ResponseHeaders{CacheControl: noStore}}, nil
}

// UnlinkIdentity takes an identity from the account.
func (s *server) UnlinkIdentity(ctx context.Context, r gen.UnlinkIdentityRequestObject) (gen.UnlinkIdentityResponseObject, error) {
	return gen.UnlinkIdentity204Response{}, s.External.Unlink(ctx, actorOf(ctx), r.Id)
}

func returnOf(in *gen.ExternalFinishInput) domain.Return {
	return domain.Return{Code: in.Code, State: in.State, Issuer: said(in.Iss), Ticket: in.Ticket}
}

func identityOf(i domain.Identity) gen.Identity {
	return gen.Identity{Id: i.ID, Issuer: i.Issuer, CreatedAt: i.CreatedAt.UTC()}
}
