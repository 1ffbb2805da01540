package api

import (
	"context"

	"github.com/google/uuid"

	"kopir/api/gen"
	"kopir/auth"
	"kopir/domain"
)

// ListKeys lists the API keys of an organisation.
func (s *server) ListKeys(ctx context.Context, r gen.ListKeysRequestObject) (gen.ListKeysResponseObject, error) {
	q := domain.APIKeyList{Organisation: r.Id, Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Keys.List(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(k *domain.APIKey) uuid.UUID { return k.ID })
	return gen.ListKeys200JSONResponse{
		Body: gen.ApiKeyList{Items: mapped(list, apiKey), NextCursor: next, Total: total}, Headers: gen.ListKeys200ResponseHeaders{CacheControl: noStore},
	}, nil
}

// CreateKey makes an API key and shows it, this once.
func (s *server) CreateKey(ctx context.Context, r gen.CreateKeyRequestObject) (gen.CreateKeyResponseObject, error) {
	form := domain.APIKeyForm{Name: r.Body.Name, Scopes: words[string](r.Body.Scopes), ExpiresAt: r.Body.ExpiresAt}
	made, key, err := s.Keys.Make(ctx, actorOf(ctx), r.Id, form)
	if err != nil {
		return nil, err
	}
	return gen.CreateKey200JSONResponse{
		Body: gen.ApiKeyMade{Key: key, ApiKey: apiKey(made)}, Headers: gen.CreateKey200ResponseHeaders{CacheControl: noStore},
	}, nil
}

// RevokeKey ends an API key.
func (s *server) RevokeKey(ctx context.Context, r gen.RevokeKeyRequestObject) (gen.RevokeKeyResponseObject, error) {
	return gen.RevokeKey204Response{}, s.Keys.Revoke(ctx, actorOf(ctx), r.Id, r.Key)
}

func apiKey(k *domain.APIKey) gen.ApiKey {
	out := gen.ApiKey{
		Id: k.ID, Name: k.Name, Prefix: auth.APIKeyPrefix(k.ID), Scopes: words[gen.Scope](k.Scopes), CreatedAt: k.CreatedAt.UTC(),
		ExpiresAt: k.ExpiresAt.UTC(), LastUsedAt: knownTime(k.LastUsedAt), RevokedAt: knownTime(k.RevokedAt),
	}
	if k.CreatedBy != uuid.Nil {
		out.CreatedBy = &gen.ApiKeyMaker{Id: k.CreatedBy, Name: k.CreatorName}
	}
	return out
}
