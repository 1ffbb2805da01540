package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

// ReportDemand tells administrators that something is wrong with a demand.
func (s *server) ReportDemand(ctx context.Context, r gen.ReportDemandRequestObject) (gen.ReportDemandResponseObject, error) {
	made, err := s.Market.ReportDemand(ctx, actorOf(ctx), r.Id, domain.ReportForm{Kind: string(r.Body.Kind), Text: said(r.Body.Text)})
	if err != nil {
		return nil, err
	}
	return gen.ReportDemand202JSONResponse(report(made)), nil
}

// ReportProgramme tells administrators that something is wrong with a programme.
func (s *server) ReportProgramme(ctx context.Context, r gen.ReportProgrammeRequestObject) (gen.ReportProgrammeResponseObject, error) {
	made, err := s.Market.ReportProgramme(ctx, actorOf(ctx), r.Id, domain.ReportForm{Kind: string(r.Body.Kind), Text: said(r.Body.Text)})
	if err != nil {
		return nil, err
	}
	return gen.ReportProgramme202JSONResponse(report(made)), nil
}

// ListMyReports lists what the account has reported.
func (s *server) ListMyReports(ctx context.Context, r gen.ListMyReportsRequestObject) (gen.ListMyReportsResponseObject, error) {
	q := domain.ReportList{Status: domain.ReportStatus(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.MyReports(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(r *domain.Report) uuid.UUID { return r.ID })
	return gen.ListMyReports200JSONResponse{Items: mapped(list, report), NextCursor: next, Total: total}, nil
}

// ListReports lists what was reported, for administrators.
func (s *server) ListReports(ctx context.Context, r gen.ListReportsRequestObject) (gen.ListReportsResponseObject, error) {
	q := domain.ReportList{Status: domain.ReportStatus(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.Reports(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(c domain.ReportCase) uuid.UUID { return c.ID })
	owners, err := owners(ctx, s.Lookup, list, domain.ReportCase.Organisation)
	v := s.viewFor(ctx)
	items := mapped(list, func(c domain.ReportCase) gen.ReportCase { return v.reportCase(c, owners[c.Organisation()]) })
	return gen.ListReports200JSONResponse{Items: items, NextCursor: next, Total: total}, err
}

// CloseReport ends a report.
func (s *server) CloseReport(ctx context.Context, r gen.CloseReportRequestObject) (gen.CloseReportResponseObject, error) {
	closed, err := s.Market.CloseReport(ctx, actorOf(ctx), r.Id, string(r.Body.Outcome), r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return gen.CloseReport200JSONResponse(report(closed)), nil
}

func report(r *domain.Report) gen.Report {
	return gen.Report{
		Id: r.ID, Subject: gen.Subject{Side: gen.MarketSide(r.Subject.Side), Id: r.Subject.ID}, Kind: gen.ReportKind(r.Kind), Text: known(r.Text),
		Status: gen.ReportStatus(r.Status()), Outcome: knownAs[gen.ReportOutcome](r.Outcome), Reason: known(r.Reason),
		CreatedAt: r.CreatedAt.UTC(), ClosedAt: knownTime(r.ClosedAt),
	}
}

// reportCase shapes a report with what it is on, whose owner is known unless that is gone.
func (v view) reportCase(c domain.ReportCase, owner *domain.Organisation) gen.ReportCase {
	out := gen.ReportCase{
		Report: report(&c.Report), Reporter: gen.AccountRef{Id: c.Reporter, Name: known(c.ReporterName)}, Reports: c.Reports,
	}
	switch {
	case owner == nil:
	case c.Demand != nil:
		d := v.demand(c.Demand, owner)
		out.Demand = &d
	case c.Programme != nil:
		p := v.programme(c.Programme, owner)
		out.Programme = &p
	}
	return out
}
