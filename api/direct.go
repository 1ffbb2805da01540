package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
)

// CreateSearchToken lets a browser ask the search engine directly for a few minutes. It returns NotFound where that is
// not offered, Unavailable while the engine is down or has not got what is older than a minute.
func (s *server) CreateSearchToken(ctx context.Context, _ gen.CreateSearchTokenRequestObject) (gen.CreateSearchTokenResponseObject, error) {
	if s.Direct == nil {
		return nil, refuse(notFound, codeNoDirectSearch)
	}
	if err := s.SearchIndex.Fresh(ctx); err != nil {
		return nil, err
	}
	access, err := s.Direct.Token(ctx, s.Clock())
	if domain.KindOf(err) == domain.NotFound {
		err = refuse(notFound, codeNoDirectSearch)
	}
	return gen.CreateSearchToken200JSONResponse{
		Headers: gen.CreateSearchToken200ResponseHeaders{CacheControl: "no-store"},
		Body: gen.SearchToken{
			Token: access.Token, Url: access.URL, ExpiresAt: access.ExpiresAt.UTC(), Indexes: gen.SearchIndexes{
				Demands: access.Indexes[string(domain.DemandSide)], Programmes: access.Indexes[string(domain.ProgrammeSide)],
				Competences: access.Indexes["competences"],
			},
		},
	}, err
}
