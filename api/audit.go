package api

import (
	"context"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

// ListAudit lists who did what, for administrators.
func (s *server) ListAudit(ctx context.Context, r gen.ListAuditRequestObject) (gen.ListAuditResponseObject, error) {
	p := r.Params
	q := domain.DeedList{
		Account: said(p.Account), Organisation: said(p.Organisation), Subject: said(p.Subject), Kind: domain.DeedKind(said(p.Kind)),
		From: said(p.From), To: said(p.To), Limit: limitOf(p.Limit) + 1,
	}
	if err := s.cursors.decode(ctx, p.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.Audit(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return gen.ListAudit200JSONResponse(s.auditPage(ctx, list, total, q.Limit-1)), nil
}

// ListOrganisationAudit lists who did what for an organisation, for its owners.
func (s *server) ListOrganisationAudit(ctx context.Context, r gen.ListOrganisationAuditRequestObject) (gen.ListOrganisationAuditResponseObject, error) {
	p := r.Params
	q := domain.DeedList{
		Account: said(p.Account), Organisation: r.Id, Subject: said(p.Subject), Kind: domain.DeedKind(said(p.Kind)),
		From: said(p.From), To: said(p.To), Limit: limitOf(p.Limit) + 1,
	}
	if err := s.cursors.decode(ctx, p.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.OrganisationAudit(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	return gen.ListOrganisationAudit200JSONResponse(s.auditPage(ctx, list, total, q.Limit-1)), nil
}

func (s *server) auditPage(ctx context.Context, list []domain.NotedDeed, total, limit int) gen.AuditEntryList {
	list, next := pageOf(ctx, s, list, limit, func(d domain.NotedDeed) uuid.UUID { return d.ID })
	return gen.AuditEntryList{Items: mapped(list, auditEntry), NextCursor: next, Total: total}
}

func auditEntry(d domain.NotedDeed) gen.AuditEntry {
	out := gen.AuditEntry{
		Id: d.ID, At: d.At.UTC(), Kind: string(d.Kind), Key: known(d.Key), Operator: d.Operator,
		Subject: gen.AuditedThing{Kind: string(d.SubjectKind), Id: d.Subject}, OrganisationId: known(d.Organisation), Note: known(d.Note),
	}
	if d.Account != uuid.Nil {
		out.Account = &gen.AccountRef{Id: d.Account, Name: known(d.Name)}
	}
	return out
}
