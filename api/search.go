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
	var items []gen.DemandHit
	var facets gen.Facets
	err = s.Lookup.AtOnce(ctx, func(r domain.Reader) (err error) {
		if items, err = s.demandHits(ctx, r, result.Hits, q.Today); err != nil {
			return err
		}
		facets, err = s.facets(ctx, r, q.Facets, result.Facets)
		return err
	})
	return gen.SearchDemands200JSONResponse{
		Items: items, NextCursor: s.after(ctx, result.Next), Total: result.Total, Facets: facets, Exact: result.Exact,
		Fallback: known(result.Fallback),
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
	var items []gen.ProgrammeHit
	var facets gen.Facets
	err = s.Lookup.AtOnce(ctx, func(r domain.Reader) (err error) {
		if items, err = s.programmeHits(ctx, r, result.Hits); err != nil {
			return err
		}
		facets, err = s.facets(ctx, r, q.Facets, result.Facets)
		return err
	})
	return gen.SearchProgrammes200JSONResponse{
		Items: items, NextCursor: s.after(ctx, result.Next), Total: result.Total, Facets: facets, Exact: result.Exact,
		Fallback: known(result.Fallback),
	}, err
}

// SearchMarket finds what is open or published on both sides.
func (s *server) SearchMarket(ctx context.Context, r gen.SearchMarketRequestObject) (gen.SearchMarketResponseObject, error) {
	q, err := marketQuery(r.Params)
	if err != nil {
		return nil, err
	}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	q.Language, q.Today = languageOf(ctx), s.Market.Today()
	result, err := s.Index.SearchBoth(ctx, q)
	if err != nil {
		return nil, ofEngine(ctx, err)
	}
	var items []gen.MarketHit
	err = s.Lookup.AtOnce(ctx, func(r domain.Reader) (err error) {
		items, err = s.marketHits(ctx, r, result.Hits, q.Today)
		return err
	})
	demands, programmes := result.Totals[domain.DemandSide], result.Totals[domain.ProgrammeSide]
	return gen.SearchMarket200JSONResponse{
		Items: items, NextCursor: s.after(ctx, result.Next), Total: demands + programmes,
		Totals: gen.MarketTotals{Demands: demands, Programmes: programmes}, Fallback: known(result.Fallback),
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

// marketQuery reads a query for both sides. It refuses with every parameter that is at fault.
func marketQuery(p gen.SearchMarketParams) (search.FederatedQuery, error) {
	var f domain.Faults
	regions := parsed(&f, "regions", p.Region, domain.ParseRegion)
	languages := parsed(&f, "languages", p.Language, domain.ParseLanguage)
	q := search.FederatedQuery{Words: strings.TrimSpace(said(p.Q)), Limit: limitOf(p.Limit), Filters: search.Filters{
		Competences:   parsed(&f, "competences", p.Competence, domain.ParseCompetenceID),
		Organisations: said(p.Organisation),
		Demands:       domain.DemandConstraints{Regions: regions, Languages: languages},
		Programmes:    domain.ProgrammeConstraints{Regions: regions, Languages: languages},
	}}
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
	return result, ofEngine(ctx, err)
}

// ofEngine turns the refusal of a mark, another engine's or an earlier version's, into one of the cursor it came in.
func ofEngine(ctx context.Context, err error) error {
	if failed := (*domain.Error)(nil); errors.As(err, &failed) && failed.Reason.Code == domain.CodeBadCursor {
		return badCursor(ctx)
	}
	return err
}

// after returns the cursor to what follows, or null at the end.
func (s *server) after(ctx context.Context, m search.Mark) *string {
	if m == "" {
		return nil
	}
	return s.cursors.encode(ctx, m)
}

// demandHits reads the demands that were found; those not open any more are left out.
func (s *server) demandHits(ctx context.Context, r Lookup, hits []search.Hit, today domain.Date) ([]gen.DemandHit, error) {
	found, err := r.Demands(ctx, mapped(hits, hitID))
	if err != nil {
		return nil, err
	}
	open := stillPublic(hits, found, func(d *domain.Demand) bool { return d.Open(today) })
	owners, err := owners(ctx, r, open, func(d *domain.Demand) uuid.UUID { return d.OrganisationID })
	v := s.viewFor(ctx)
	highlights := highlightsOf(hits, func(id uuid.UUID) (search.Body, bool) { return v.demandBody(found[id], owners) })
	shown := v.demands(open, owners)
	where := highlights()
	return mapped(shown, func(d gen.Demand) gen.DemandHit { return gen.DemandHit{Demand: d, Highlights: where[d.Id]} }), err
}

// programmeHits reads the programmes that were found; those not published any more are left out.
func (s *server) programmeHits(ctx context.Context, r Lookup, hits []search.Hit) ([]gen.ProgrammeHit, error) {
	found, err := r.Programmes(ctx, mapped(hits, hitID))
	if err != nil {
		return nil, err
	}
	public := stillPublic(hits, found, (*domain.Programme).Listed)
	owners, err := owners(ctx, r, public, func(p *domain.Programme) uuid.UUID { return p.OrganisationID })
	v := s.viewFor(ctx)
	highlights := highlightsOf(hits, func(id uuid.UUID) (search.Body, bool) { return v.programmeBody(found[id], owners) })
	shown := v.programmes(public, owners)
	where := highlights()
	return mapped(shown, func(p gen.Programme) gen.ProgrammeHit { return gen.ProgrammeHit{Programme: p, Highlights: where[p.Id]} }), err
}

// marketHits reads what was found on both sides, in the order of the hits.
func (s *server) marketHits(ctx context.Context, r Lookup, hits []search.FederatedHit, today domain.Date) ([]gen.MarketHit, error) {
	of := map[domain.Side][]search.Hit{}
	for _, h := range hits {
		of[h.Side] = append(of[h.Side], h.Hit)
	}
	demands, err := s.demandHits(ctx, r, of[domain.DemandSide], today)
	if err != nil {
		return nil, err
	}
	programmes, err := s.programmeHits(ctx, r, of[domain.ProgrammeSide])
	shown := make(map[uuid.UUID]gen.MarketHit, len(hits))
	for i := range demands {
		shown[demands[i].Demand.Id] = gen.MarketHit{Kind: gen.MarketHitKindDemand, Demand: &demands[i]}
	}
	for i := range programmes {
		shown[programmes[i].Programme.Id] = gen.MarketHit{Kind: gen.MarketHitKindProgramme, Programme: &programmes[i]}
	}
	items := make([]gen.MarketHit, 0, len(hits))
	for _, h := range hits {
		if item, ok := shown[h.ID]; ok {
			items = append(items, item)
		}
	}
	return items, err
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

// demandBody returns what a demand says, if it and its owner are there.
func (v view) demandBody(d *domain.Demand, owners map[uuid.UUID]*domain.Organisation) (search.Body, bool) {
	if d == nil || owners[d.OrganisationID] == nil {
		return search.Body{}, false
	}
	return search.Body{
		Title: d.Title, Description: d.Description, Organisation: owners[d.OrganisationID].Name,
		Competences: mapped(d.Requirements, func(r domain.Requirement) domain.Text { return v.labels(r.Competence) }),
	}, true
}

// programmeBody returns what a programme says, if it and its owner are there.
func (v view) programmeBody(p *domain.Programme, owners map[uuid.UUID]*domain.Organisation) (search.Body, bool) {
	if p == nil || owners[p.OrganisationID] == nil {
		return search.Body{}, false
	}
	return search.Body{
		Title: p.Title, Description: p.Description, Organisation: owners[p.OrganisationID].Name,
		Competences: mapped(p.Outcomes, func(o domain.Outcome) domain.Text { return v.labels(o.Competence) }),
	}, true
}

// labels returns what a competence is called in all languages; nothing if the catalogue does not have it.
func (v view) labels(id domain.CompetenceID) domain.Text {
	c, _ := v.catalogue.Competence(id)
	return c.Label
}

// highlightsOf begins to show where the words were found in what is there, and returns what waits for it: the things are
// shaped meanwhile. If it panics, so does who waits.
func highlightsOf(hits []search.Hit, body func(uuid.UUID) (search.Body, bool)) (wait func() map[uuid.UUID][]gen.Highlight) {
	type shown struct {
		all      map[uuid.UUID][]gen.Highlight
		panicked any
	}
	done := make(chan shown, 1)
	go func() {
		var s shown
		defer func() {
			s.panicked = recover()
			done <- s
		}()
		s.all = highlighted(hits, body)
	}()
	return func() map[uuid.UUID][]gen.Highlight {
		s := <-done
		if s.panicked != nil {
			panic(s.panicked)
		}
		return s.all
	}
}

// highlighted shapes where the words were found, by hit.
func highlighted(hits []search.Hit, body func(uuid.UUID) (search.Body, bool)) map[uuid.UUID][]gen.Highlight {
	out := make(map[uuid.UUID][]gen.Highlight, len(hits))
	for _, h := range hits {
		if b, ok := body(h.ID); ok {
			out[h.ID] = mapped(h.Highlights(b), highlight)
		}
	}
	return out
}

func highlight(h search.Highlight) gen.Highlight {
	return gen.Highlight{
		Field: h.Field, Language: gen.ReaderLanguage(h.Language),
		Fragments: mapped(h.Fragments, func(f search.Fragment) gen.HighlightFragment {
			return gen.HighlightFragment{Text: f.Text, Match: f.Match}
		}),
	}
}

// facets shapes the counts of each facet that was asked for, with labels in the reader's language.
func (s *server) facets(ctx context.Context, r Lookup, asked []search.Attribute, counts map[search.Attribute][]search.Count) (gen.Facets, error) {
	v, out := s.viewFor(ctx), gen.Facets{}
	names := map[string]string{}
	if slices.Contains(asked, search.Organisation) {
		var err error
		if names, err = organisationNames(ctx, r, counts[search.Organisation]); err != nil {
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
func organisationNames(ctx context.Context, r Lookup, counts []search.Count) (map[string]string, error) {
	var ids []uuid.UUID
	for _, c := range counts {
		if id, err := uuid.Parse(c.Value); err == nil {
			ids = append(ids, id)
		}
	}
	found, err := r.Organisations(ctx, ids)
	names := make(map[string]string, len(found))
	for id, o := range found {
		names[id.String()] = o.Name.In(languageOf(ctx))
	}
	return names, err
}
