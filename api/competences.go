package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search"
)

// ListFrameworks lists the frameworks, all on one page.
func (s *server) ListFrameworks(ctx context.Context, _ gen.ListFrameworksRequestObject) (gen.ListFrameworksResponseObject, error) {
	v := s.viewFor(ctx)
	sizes := make(map[domain.FrameworkID]int)
	for _, c := range v.catalogue.Competences() {
		sizes[c.Framework]++
	}
	items := mapped(v.catalogue.Frameworks(), func(f domain.Framework) gen.Framework { return v.framework(f, sizes[f.ID]) })
	return gen.ListFrameworks200JSONResponse{Items: items, Total: len(items)}, nil
}

// SearchCompetences finds competences as somebody types.
func (s *server) SearchCompetences(ctx context.Context, r gen.SearchCompetencesRequestObject) (gen.SearchCompetencesResponseObject, error) {
	q := search.CompetenceQuery{
		Words: said(r.Params.Q), Framework: domain.FrameworkID(said(r.Params.Framework)),
		Kind: domain.CompetenceKind(said(r.Params.Kind)), Language: languageOf(ctx), Limit: limitOf(r.Params.Limit),
	}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.Offset); err != nil {
		return nil, err
	}
	hits, total, err := s.Index.Competences(ctx, q)
	if err != nil {
		return nil, err
	}
	v, items := s.viewFor(ctx), make([]gen.Competence, 0, len(hits))
	for _, h := range hits {
		if c, ok := v.catalogue.Competence(h.ID); ok { // else the engine has another edition for a moment
			items = append(items, v.competenceWhole(c))
		}
	}
	out := gen.SearchCompetences200JSONResponse{Items: items, Total: total}
	if next := q.Offset + len(hits); len(hits) > 0 && next < total {
		out.NextCursor = s.cursors.encode(ctx, next)
	}
	return out, nil
}

// GetCompetence shows a competence and what is around it.
func (s *server) GetCompetence(ctx context.Context, r gen.GetCompetenceRequestObject) (gen.GetCompetenceResponseObject, error) {
	v := s.viewFor(ctx)
	c, ok := v.catalogue.Competence(domain.CompetenceID(r.Id))
	if !ok {
		return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
	}
	return gen.GetCompetence200JSONResponse{
		Body: v.competenceWhole(c), Headers: gen.GetCompetence200ResponseHeaders{ETag: etag(unversioned)},
	}, nil
}
