package api

import (
	"cmp"
	"context"

	"kopir/api/gen"
	"kopir/domain"

	"github.com/google/uuid"
)

// ListRelations lists how competences are related beyond what their frameworks say.
func (s *server) ListRelations(ctx context.Context, r gen.ListRelationsRequestObject) (gen.ListRelationsResponseObject, error) {
	q := domain.LinkList{Competence: domain.CompetenceID(said(r.Params.Competence)), Limit: limitOf(r.Params.Limit) + 1}
	if r.Params.Relation != nil {
		relation := relationOf(*r.Params.Relation)
		q.Relation = &relation
	}
	if r.Params.Origin != nil {
		curated := *r.Params.Origin == gen.RelationOriginAdmin
		q.Curated = &curated
	}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Market.Links(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, domain.Link.ID)
	return gen.ListRelations200JSONResponse{Items: mapped(list, s.viewFor(ctx).link), NextCursor: next, Total: total}, nil
}

// RelateCompetences says how two competences stand to each other.
func (s *server) RelateCompetences(ctx context.Context, r gen.RelateCompetencesRequestObject) (gen.RelateCompetencesResponseObject, error) {
	link, err := s.Market.Relate(ctx, actorOf(ctx), domain.LinkForm{
		From: r.Body.From, Relation: string(r.Body.Relation), To: r.Body.To, Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.RelateCompetences201JSONResponse{
		Body: s.viewFor(ctx).link(link), Headers: gen.RelateCompetences201ResponseHeaders{
			ETag: etag(unversioned), Location: "/v1/admin/relations/" + link.ID().String(),
		},
	}, nil
}

// UnrelateCompetences says that two competences are not related.
func (s *server) UnrelateCompetences(ctx context.Context, r gen.UnrelateCompetencesRequestObject) (gen.UnrelateCompetencesResponseObject, error) {
	return gen.UnrelateCompetences204Response{}, s.Market.Unrelate(ctx, actorOf(ctx), r.Id, r.Body.Reason)
}

// AddCompetence adds a competence to an open framework.
func (s *server) AddCompetence(ctx context.Context, r gen.AddCompetenceRequestObject) (gen.AddCompetenceResponseObject, error) {
	c, id, err := s.Market.AddCompetence(ctx, actorOf(ctx), domain.CompetenceForm{
		Framework: openFramework(r.Body.Framework), Code: r.Body.Code, Kind: string(r.Body.Kind), Label: competenceName(&r.Body.Label),
		Synonyms: saidSynonyms(r.Body.Synonyms), Broader: said(r.Body.Broader), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.AddCompetence201JSONResponse{
		Body: s.competenceIn(ctx, c, id), Headers: gen.AddCompetence201ResponseHeaders{ETag: etag(unversioned), Location: competencePath(id)},
	}, nil
}

// AmendCompetence renames or deprecates a competence.
func (s *server) AmendCompetence(ctx context.Context, r gen.AmendCompetenceRequestObject) (gen.AmendCompetenceResponseObject, error) {
	body := cmp.Or(r.ApplicationMergePatchPlusJSONBody, r.JSONBody)
	id := domain.CompetenceID(r.Id)
	c, err := s.Market.AmendCompetence(ctx, actorOf(ctx), id, domain.AmendmentForm{
		Label: competenceName(body.Label), Deprecated: body.Deprecated, ReplacedBy: said(body.ReplacedBy), Reason: body.Reason,
	})
	if err != nil {
		return nil, err
	}
	return gen.AmendCompetence200JSONResponse{
		Body: s.competenceIn(ctx, c, id), Headers: gen.AmendCompetence200ResponseHeaders{ETag: etag(unversioned)},
	}, nil
}

// AddSynonym gives a competence another name.
func (s *server) AddSynonym(ctx context.Context, r gen.AddSynonymRequestObject) (gen.AddSynonymResponseObject, error) {
	id := domain.CompetenceID(r.Id)
	c, err := s.Market.AddSynonym(ctx, actorOf(ctx), id, string(r.Body.Language), r.Body.Synonym)
	if err != nil {
		return nil, err
	}
	return gen.AddSynonym201JSONResponse{
		Body: s.competenceIn(ctx, c, id), Headers: gen.AddSynonym201ResponseHeaders{ETag: etag(unversioned), Location: competencePath(id)},
	}, nil
}

// competenceIn shows a competence as it is in a catalogue that this process may not have taken up yet.
func (s *server) competenceIn(ctx context.Context, c *domain.Catalogue, id domain.CompetenceID) gen.Competence {
	v := s.viewFor(ctx)
	v.catalogue = c
	k, _ := c.Competence(id)
	return v.competenceWhole(k)
}

func competencePath(id domain.CompetenceID) string { return "/v1/competences/" + string(id) }

// ListProposals lists what was proposed, for administrators.
func (s *server) ListProposals(ctx context.Context, r gen.ListProposalsRequestObject) (gen.ListProposalsResponseObject, error) {
	q := domain.ProposalList{Status: domain.ProposalStatus(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	page, err := s.proposals(ctx, q, r.Params.Cursor, s.Market.Proposals)
	return gen.ListProposals200JSONResponse(page), err
}

// ListOrganisationProposals lists what an organisation has proposed.
func (s *server) ListOrganisationProposals(
	ctx context.Context, r gen.ListOrganisationProposalsRequestObject,
) (gen.ListOrganisationProposalsResponseObject, error) {
	q := domain.ProposalList{Organisation: r.Id, Status: domain.ProposalStatus(said(r.Params.Status)), Limit: limitOf(r.Params.Limit) + 1}
	page, err := s.proposals(ctx, q, r.Params.Cursor, s.Market.OrganisationProposals)
	return gen.ListOrganisationProposals200JSONResponse(page), err
}

// proposals answers with a page of proposals that a verb lists.
func (s *server) proposals(
	ctx context.Context, q domain.ProposalList, cursor *string,
	listed func(context.Context, domain.Actor, domain.ProposalList) ([]*domain.Proposal, int, error),
) (gen.ProposalList, error) {
	if err := s.cursors.decode(ctx, cursor, &q.After); err != nil {
		return gen.ProposalList{}, err
	}
	list, total, err := listed(ctx, actorOf(ctx), q)
	if err != nil {
		return gen.ProposalList{}, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(p *domain.Proposal) uuid.UUID { return p.ID })
	items := make([]gen.Proposal, 0, len(list))
	for _, p := range list {
		shown, err := s.proposal(ctx, p)
		if err != nil {
			return gen.ProposalList{}, err
		}
		items = append(items, shown)
	}
	return gen.ProposalList{Items: items, NextCursor: next, Total: total}, nil
}

// ProposeCompetence keeps what an organisation misses in the catalogue, and shows what looks alike there.
func (s *server) ProposeCompetence(ctx context.Context, r gen.ProposeCompetenceRequestObject) (gen.ProposeCompetenceResponseObject, error) {
	made, err := s.Market.Propose(ctx, actorOf(ctx), r.Id, domain.ProposalForm{
		Competence: said(r.Body.CompetenceId), Label: competenceName(r.Body.Label), Kind: string(said(r.Body.Kind)),
		Synonyms: saidSynonyms(r.Body.Synonyms), Broader: said(r.Body.Broader), Comment: said(r.Body.Comment),
	})
	if err != nil {
		return nil, err
	}
	shown, err := s.proposal(ctx, made)
	return gen.ProposeCompetence201JSONResponse{
		Body: shown, Headers: gen.ProposeCompetence201ResponseHeaders{
			ETag: etag(unversioned), Location: "/v1/organisations/" + r.Id.String() + "/proposals/" + made.ID.String(),
		},
	}, err
}

// ApproveProposal brings what was proposed into the catalogue.
func (s *server) ApproveProposal(ctx context.Context, r gen.ApproveProposalRequestObject) (gen.ApproveProposalResponseObject, error) {
	decided, err := s.Market.ApproveProposal(ctx, actorOf(ctx), r.Id, domain.ApprovalForm{
		Framework: openFramework(r.Body.Framework), Code: said(r.Body.Code), Reason: r.Body.Reason,
	})
	if err != nil {
		return nil, err
	}
	shown, err := s.proposal(ctx, decided)
	return gen.ApproveProposal200JSONResponse(shown), err
}

// RejectProposal leaves the catalogue as it is.
func (s *server) RejectProposal(ctx context.Context, r gen.RejectProposalRequestObject) (gen.RejectProposalResponseObject, error) {
	decided, err := s.Market.RejectProposal(ctx, actorOf(ctx), r.Id, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	shown, err := s.proposal(ctx, decided)
	return gen.RejectProposal200JSONResponse(shown), err
}
