package api

import (
	"context"

	"kopir/api/gen"
)

// BeginSecondFactor gives a secret for an authenticator app.
func (s *server) BeginSecondFactor(ctx context.Context, r gen.BeginSecondFactorRequestObject) (gen.BeginSecondFactorResponseObject, error) {
	got, err := s.Accounts.BeginSecondFactor(ctx, actorOf(ctx), r.Body.Password)
	return gen.BeginSecondFactor200JSONResponse{
		Body:    gen.SecondFactorSecret{Secret: got.Secret, Uri: got.URI, ValidUntil: got.ValidTo},
		Headers: gen.BeginSecondFactor200ResponseHeaders{CacheControl: noStore},
	}, err
}

// ConfirmSecondFactor turns the second factor on.
func (s *server) ConfirmSecondFactor(ctx context.Context, r gen.ConfirmSecondFactorRequestObject) (gen.ConfirmSecondFactorResponseObject, error) {
	codes, err := s.Accounts.ConfirmSecondFactor(ctx, actorOf(ctx), r.Body.Code)
	return gen.ConfirmSecondFactor200JSONResponse{
		Body: gen.RecoveryCodes{RecoveryCodes: codes}, Headers: gen.ConfirmSecondFactor200ResponseHeaders{CacheControl: noStore},
	}, err
}

// EndSecondFactor turns the second factor off.
func (s *server) EndSecondFactor(ctx context.Context, r gen.EndSecondFactorRequestObject) (gen.EndSecondFactorResponseObject, error) {
	return gen.EndSecondFactor204Response{}, s.Accounts.EndSecondFactor(ctx, actorOf(ctx), r.Body.Password, r.Body.Code)
}
