package api

import (
	"cmp"
	"context"

	"github.com/google/uuid"

	"kopir/api/gen"
	"kopir/domain"
)

// ListMembers lists who belongs to an organisation, for its members.
func (s *server) ListMembers(ctx context.Context, r gen.ListMembersRequestObject) (gen.ListMembersResponseObject, error) {
	q := domain.MemberList{Organisation: r.Id, Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Members.List(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(m domain.Member) uuid.UUID { return m.AccountID })
	return gen.ListMembers200JSONResponse{Items: mapped(list, member), NextCursor: next, Total: total}, nil
}

// ChangeMember gives a member another role.
func (s *server) ChangeMember(ctx context.Context, r gen.ChangeMemberRequestObject) (gen.ChangeMemberResponseObject, error) {
	patch := cmp.Or(r.ApplicationMergePatchPlusJSONBody, r.JSONBody)
	m, err := s.Members.ChangeRole(ctx, actorOf(ctx), r.Id, r.Account, string(patch.Role))
	if err != nil {
		return nil, err
	}
	return gen.ChangeMember200JSONResponse(member(*m)), nil
}

// RemoveMember takes a member out of an organisation.
func (s *server) RemoveMember(ctx context.Context, r gen.RemoveMemberRequestObject) (gen.RemoveMemberResponseObject, error) {
	return gen.RemoveMember204Response{}, s.Members.Remove(ctx, actorOf(ctx), r.Id, r.Account)
}

// TransferOrganisation hands an organisation over to another member.
func (s *server) TransferOrganisation(ctx context.Context, r gen.TransferOrganisationRequestObject) (gen.TransferOrganisationResponseObject, error) {
	return gen.TransferOrganisation204Response{}, s.Members.Transfer(ctx, actorOf(ctx), r.Id, r.Body.AccountId)
}

// ListInvitations lists the open invitations of an organisation, for its owners.
func (s *server) ListInvitations(ctx context.Context, r gen.ListInvitationsRequestObject) (gen.ListInvitationsResponseObject, error) {
	q := domain.InvitationList{Organisation: r.Id, Limit: limitOf(r.Params.Limit) + 1}
	if err := s.cursors.decode(ctx, r.Params.Cursor, &q.After); err != nil {
		return nil, err
	}
	list, total, err := s.Members.Invitations(ctx, actorOf(ctx), q)
	if err != nil {
		return nil, err
	}
	list, next := pageOf(ctx, s, list, q.Limit-1, func(i domain.Invitation) uuid.UUID { return i.ID })
	return gen.ListInvitations200JSONResponse{Items: mapped(list, invitation), NextCursor: next, Total: total}, nil
}

// InviteMember writes to somebody who is to join an organisation.
func (s *server) InviteMember(ctx context.Context, r gen.InviteMemberRequestObject) (gen.InviteMemberResponseObject, error) {
	form := domain.InvitationForm{Email: r.Body.Email, Role: string(r.Body.Role)}
	i, err := s.Members.Invite(ctx, actorOf(ctx), r.Id, form, languageOf(ctx))
	if err != nil {
		return nil, err
	}
	return gen.InviteMember201JSONResponse{
		Body: invitation(*i),
		Headers: gen.InviteMember201ResponseHeaders{
			ETag: etag(unversioned), Location: "/v1/organisations/" + r.Id.String() + "/invitations/" + i.ID.String(),
		},
	}, nil
}

// WithdrawInvitation ends an invitation.
func (s *server) WithdrawInvitation(ctx context.Context, r gen.WithdrawInvitationRequestObject) (gen.WithdrawInvitationResponseObject, error) {
	return gen.WithdrawInvitation204Response{}, s.Members.Withdraw(ctx, actorOf(ctx), r.Id, r.Invitation)
}

// AcceptInvitation has the account join the organisation that a code invites to.
func (s *server) AcceptInvitation(ctx context.Context, r gen.AcceptInvitationRequestObject) (gen.AcceptInvitationResponseObject, error) {
	m, err := s.Members.Accept(ctx, actorOf(ctx), r.Body.Code)
	if err != nil {
		return nil, err
	}
	return gen.AcceptInvitation200JSONResponse(s.viewFor(ctx).membership(*m)), nil
}
