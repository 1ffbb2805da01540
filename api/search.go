package api

import (
	"context"
	"errors"
	"slices"
	"strings"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// SearchDemands finds demands that are open.
func (s *server) SearchDemands(ctx context.Context, r gen.SearchDemandsRequestObject) (gen.SearchDemandsResponseObject, error) {
	q, err := demandQuery(r.Params)
	if err != nil {
		return nil, err
	}
	result, err := s.find(ctx, &q, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := s.Lookup.Demands(ctx, mapped(result.Hits, hitID))
	if err != nil {
		return nil, err
	}
	open := stillPublic(result.Hits, found, func(d *domain.Demand) bool { return d.Open(q.Today) })
	owners, err := owners(ctx, s, open, func(d *domain.Demand) uuid.UUID { return d.OrganisationID })
	if err != nil {
		return nil, err
	}
	items, highlights := []gen.DemandHit{}, highlightsOf(result.Hits)
	for _, d := range s.viewFor(ctx).demands(open, owners) {
		items = append(items, gen.DemandHit{Demand: d, Highlights: highlights[d.Id]})
	}
	facets, err := s.facets(ctx, q.Facets, result.Facets)
	return gen.SearchDemands200JSONResponse{
		Items: items, NextCursor: s.after(ctx, result.Next), Total: result.Total, Facets: facets, Exact: result.Exact,
	}, err
}

// SearchProgrammes finds programmes that are published.
func (s *server) SearchProgrammes(ctx context.Context, r gen.SearchProgrammesRequestObject) (gen.SearchProgrammesResponseObject, error) {
	q, err := programmeQuery(r.Params)
	if err != nil {
		return nil, err
	}
	result, err := s.find(ctx, &q, r.Params.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := s.Lookup.Programmes(ctx, mapped(result.Hits, hitID))
	if err != nil {
		return nil, err
	}
	public := stillPublic(result.Hits, found, func(p *domain.Programme) bool { return p.Status == domain.ProgrammePublished })
	owners, err := owners(ctx, s, public, func(p *domain.Programme) uuid.UUID { return p.OrganisationID })
	if err != nil {
		return nil, err
	}
	items, highlights := []gen.ProgrammeHit{}, highlightsOf(result.Hits)
	for _, p := range s.viewFor(ctx).programmes(public, owners) {
		items = append(items, gen.ProgrammeHit{Programme: p, Highlights: highlights[p.Id]})
	}
	facets, err := s.facets(ctx, q.Facets, result.Facets)
	return gen.SearchProgrammes200JSONResponse{
		Items: items, NextCursor: s.after(ctx, result.Next), Total: result.Total, Facets: facets, Exact: result.Exact,
	}, err
}

// demandQuery reads a query for demands. It refuses with every parameter that is at fault.
func demandQuery(p gen.SearchDemandsParams) (search.Query, error) {
	var f domain.Faults
	q := search.Query{Side: domain.DemandSide, Words: said(p.Q), Sort: search.Sort(said(p.Sort)), Limit: limitOf(p.Limit)}
	q.Facets = words[search.Attribute](said(p.Facets))
	q.Filters = search.Filters{
		Competences:   parsed(&f, "competences", p.Competence, domain.ParseCompetenceID),
		Organisations: said(p.Organisation),
		Occupations:   parsed(&f, "occupations", p.Occupation, domain.ParseOccupation),
		Demands: demandConstraints(&f, &gen.DemandConstraints{
			Regions: p.Region, Kinds: p.Kind, WorkModes: p.WorkMode, Languages: p.Language, Sectors: p.Sector, MinOpenings: p.MinOpenings,
		}),
	}
	return q, ofQuery(f.Err())
}

// programmeQuery reads a query for programmes. It refuses with every parameter that is at fault.
func programmeQuery(p gen.SearchProgrammesParams) (search.Query, error) {
	var f domain.Faults
	q := search.Query{Side: domain.ProgrammeSide, Words: said(p.Q), Sort: search.Sort(said(p.Sort)), Limit: limitOf(p.Limit)}
	q.Facets = words[search.Attribute](said(p.Facets))
	q.Filters = search.Filters{
		Competences:   parsed(&f, "competences", p.Competence, domain.ParseCompetenceID),
		Organisations: said(p.Organisation),
		Programmes: programmeConstraints(&f, &gen.ProgrammeConstraints{
			Regions: p.Region, Modes: p.Mode, Languages: p.Language, Kinds: p.Kind, Funding: p.Funding, Segments: p.Segment,
			MaxWeeks: p.MaxWeeks, MaxPrice: p.MaxPrice, StartsFrom: p.StartsFrom,
		}),
	}
	return q, ofQuery(f.Err())
}

// find asks the engine, for this reader and today. Without words nothing is more relevant than another: the newest
// come first.
func (s *server) find(ctx context.Context, q *search.Query, cursor *string) (search.Result, error) {
	if err := s.cursors.decode(ctx, cursor, &q.After); err != nil {
		return search.Result{}, err
	}
	q.Language, q.Today = languageOf(ctx), s.Market.Today()
	switch {
	case q.Sort != "":
	case strings.TrimSpace(q.Words) == "":
		q.Sort = search.ByNewest
	default:
		q.Sort = search.ByRelevance
	}
	result, err := s.Index.Search(ctx, *q)
	if failed := (*domain.Error)(nil); errors.As(err, &failed) && failed.Reason.Code == domain.CodeBadCursor {
		err = badCursor(ctx) // another engine's, or an earlier version's
	}
	return result, err
}

// after returns the cursor to what follows, or null at the end.
func (s *server) after(ctx context.Context, m search.Mark) *string {
	if m == "" {
		return nil
	}
	return s.cursors.encode(ctx, m)
}

func hitID(h search.Hit) uuid.UUID { return h.ID }

// stillPublic returns what was found and still is there and public, in the order of the hits: the index may be a moment
// behind.
func stillPublic[T any](hits []search.Hit, found map[uuid.UUID]*T, public func(*T) bool) []*T {
	out := make([]*T, 0, len(hits))
	for _, h := range hits {
		if x := found[h.ID]; x != nil && public(x) {
			out = append(out, x)
		}
	}
	return out
}

// highlightsOf shapes where the words were found, by hit.
func highlightsOf(hits []search.Hit) map[uuid.UUID][]gen.Highlight {
	out := make(map[uuid.UUID][]gen.Highlight, len(hits))
	for _, h := range hits {
		out[h.ID] = mapped(h.Highlights, func(h search.Highlight) gen.Highlight {
			return gen.Highlight{
				Field: h.Field, Language: gen.ReaderLanguage(h.Language),
				Fragments: mapped(h.Fragments, func(f search.Fragment) gen.HighlightFragment {
					return gen.HighlightFragment{Text: f.Text, Match: f.Match}
				}),
			}
		})
	}
	return out
}

// facets shapes the counts of each facet that was asked for, with labels in the reader's language.
func (s *server) facets(ctx context.Context, asked []search.Attribute, counts map[search.Attribute][]search.Count) (gen.Facets, error) {
	v, out := s.viewFor(ctx), gen.Facets{}
	names := map[string]string{}
	if slices.Contains(asked, search.Organisation) {
		var err error
		if names, err = s.organisationNames(ctx, counts[search.Organisation]); err != nil {
			return nil, err
		}
	}
	for _, a := range asked {
		out[string(a)] = mapped(counts[a], func(c search.Count) gen.FacetCount {
			label := names[c.Value]
			if a != search.Organisation || label == "" {
				label = v.label(a, c.Value)
			}
			return gen.FacetCount{Value: c.Value, Label: label, Count: c.Count}
		})
	}
	return out, nil
}

// organisationNames reads the names of the organisations that a facet counts, by id.
func (s *server) organisationNames(ctx context.Context, counts []search.Count) (map[string]string, error) {
	var ids []uuid.UUID
	for _, c := range counts {
		if id, err := uuid.Parse(c.Value); err == nil {
			ids = append(ids, id)
		}
	}
	found, err := s.Lookup.Organisations(ctx, ids)
	names := make(map[string]string, len(found))
	for id, o := range found {
		names[id.String()] = o.Name.In(languageOf(ctx))
	}
	return names, err
}
