package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search"
)

// SearchOccupations finds occupations as somebody types.
func (s *server) SearchOccupations(ctx context.Context, r gen.SearchOccupationsRequestObject) (gen.SearchOccupationsResponseObject, error) {
	q := search.OccupationQuery{Words: said(r.Params.Q), Language: languageOf(ctx), Limit: limitOf(r.Params.Limit)}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.Offset); err != nil {
		return nil, err
	}
	found, total := s.Occupations.Find(q)
	v := s.viewFor(ctx)
	out := gen.SearchOccupations200JSONResponse{Items: mapped(found, v.occupation), Total: total}
	if next := q.Offset + len(found); len(found) > 0 && next < total {
		out.NextCursor = s.cursors.encode(ctx, next)
	}
	return out, nil
}

func (v view) occupation(o domain.NamedOccupation) gen.NamedOccupation {
	return gen.NamedOccupation{Code: string(o.Code), Uri: o.URI, Label: o.Label.In(v.lang), Labels: v.text(o.Label)}
}
