package api

import (
	"context"

	"github.com/google/uuid"

	"kopir/api/gen"
	"kopir/domain"
)

// ExportAccount gives everything that is kept of the account.
func (s *server) ExportAccount(ctx context.Context, _ gen.ExportAccountRequestObject) (gen.ExportAccountResponseObject, error) {
	records, err := s.Privacy.Export(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return gen.ExportAccount200JSONResponse{
		Body: gen.Export{MadeAt: s.Clock().UTC(), Records: mapped(records, func(r domain.PersonalRecords) gen.ExportTable {
			return gen.ExportTable{Table: r.Table, Rows: r.Rows}
		})},
		Headers: gen.ExportAccount200ResponseHeaders{CacheControl: noStore},
	}, nil
}

// EraseAccount takes the account away with everything that is kept of it.
func (s *server) EraseAccount(ctx context.Context, r gen.EraseAccountRequestObject) (gen.EraseAccountResponseObject, error) {
	var with []uuid.UUID
	if r.Body.Organisations != nil {
		with = *r.Body.Organisations
	}
	return gen.EraseAccount204Response{}, s.Privacy.Erase(ctx, actorOf(ctx), said(r.Body.Password), with)
}

// ListConsentDocuments lists what people agree to here.
func (s *server) ListConsentDocuments(context.Context, gen.ListConsentDocumentsRequestObject) (gen.ListConsentDocumentsResponseObject, error) {
	items := mapped(s.Privacy.Documents(), consentDocument)
	return gen.ListConsentDocuments200JSONResponse{Items: items, Total: len(items)}, nil
}

func consentDocument(d domain.ConsentDocument) gen.ConsentDocument {
	return gen.ConsentDocument{Document: d.Name, Version: d.Version, Url: d.URL}
}

// ListConsents lists what the account agreed to, and what it has still to agree to.
func (s *server) ListConsents(ctx context.Context, _ gen.ListConsentsRequestObject) (gen.ListConsentsResponseObject, error) {
	given, err := s.Privacy.Consents(ctx, actorOf(ctx))
	if err != nil {
		return nil, err
	}
	return gen.ListConsents200JSONResponse{
		Body: gen.ConsentList{
			Items: mapped(given, func(c domain.Consent) gen.Consent {
				return gen.Consent{Document: c.Document, Version: c.Version, GivenAt: c.GivenAt.UTC(), WithdrawnAt: knownTime(c.WithdrawnAt)}
			}),
			Missing: mapped(domain.MissingConsents(s.Privacy.Documents(), given), consentDocument), Total: len(given),
		},
		Headers: gen.ListConsents200ResponseHeaders{CacheControl: noStore},
	}, nil
}

// GiveConsent notes that the account agrees to a document.
func (s *server) GiveConsent(ctx context.Context, r gen.GiveConsentRequestObject) (gen.GiveConsentResponseObject, error) {
	return gen.GiveConsent204Response{}, s.Privacy.GiveConsent(ctx, actorOf(ctx), r.Document, r.Body.Version)
}

// WithdrawConsent notes that the account agrees to a document no more.
func (s *server) WithdrawConsent(ctx context.Context, r gen.WithdrawConsentRequestObject) (gen.WithdrawConsentResponseObject, error) {
	return gen.WithdrawConsent204Response{}, s.Privacy.WithdrawConsent(ctx, actorOf(ctx), r.Document)
}
