package domain_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var (
	// of what only owners do, in an organisation that is public and in one that is not
	ownPublic = all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "owner": done, "operator": done})
	ownHidden = all(domain.NotFound, row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "editor": domain.Forbidden,
		"admin": domain.Forbidden, "owner": done, "operator": done})
	ownNothing = all(domain.NotFound, row{"visitor": domain.Unauthenticated})
)

// joined adds somebody new with a role in an organisation.
func (w *world) joined(t testing.TB, organisation uuid.UUID, role domain.MemberRole) domain.Account {
	t.Helper()
	id := uuid.Must(uuid.NewV7())
	a := domain.Account{ID: id, Email: id.String() + "@example.kz", Name: "Жаңа", PasswordHash: "-", CreatedAt: noon, ConfirmedAt: noon}
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		if err := tx.CreateAccount(ctx, &a); err != nil || role == "" {
			return err
		}
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: organisation, AccountID: id, Role: role})
	})
	return a
}

// invites invites an account and returns the code of the letter.
func (w *world) invites(t testing.TB, organisation uuid.UUID, to domain.Account, role domain.MemberRole) string {
	t.Helper()
	i, err := w.members.Invite(t.Context(), w.people["operator"], organisation, domain.InvitationForm{Email: to.Email, Role: string(role)}, domain.Russian)
	require.NoError(t, err)
	return w.codes.Code(domain.LetterInvitation, i.ID)
}

func (w *world) roleOf(t testing.TB, account, organisation uuid.UUID) domain.MemberRole {
	t.Helper()
	p, err := w.store.Person(t.Context(), account)
	require.NoError(t, err)
	return p.RoleIn(organisation)
}

func TestWhoMayDoWhatWithMembers(t *testing.T) {
	w := newWorld(t)
	member := func(of uuid.UUID) func() domain.Membership {
		return func() domain.Membership {
			return domain.Membership{OrganisationID: of, AccountID: w.joined(t, of, domain.Viewer).ID}
		}
	}
	verbs := map[string]func(context.Context, domain.Actor, domain.Membership) error{
		"change the role": func(ctx context.Context, a domain.Actor, m domain.Membership) error {
			_, err := w.members.ChangeRole(ctx, a, m.OrganisationID, m.AccountID, "editor")
			return err
		},
		"take out": func(ctx context.Context, a domain.Actor, m domain.Membership) error {
			return w.members.Remove(ctx, a, m.OrganisationID, m.AccountID)
		},
		"invite": func(ctx context.Context, a domain.Actor, m domain.Membership) error {
			_, err := w.members.Invite(ctx, a, m.OrganisationID, domain.InvitationForm{Email: m.AccountID.String() + "@new.kz", Role: "viewer"}, "kk")
			return err
		},
		"list invitations": func(ctx context.Context, a domain.Actor, m domain.Membership) error {
			_, _, err := w.members.Invitations(ctx, a, domain.InvitationList{Organisation: m.OrganisationID, Limit: 1})
			return err
		},
	}
	open := func(of uuid.UUID) func() domain.Invitation {
		return func() domain.Invitation {
			i, err := w.members.Invite(t.Context(), w.people["operator"], of, domain.InvitationForm{Email: uuid.NewString() + "@new.kz", Role: "viewer"}, "kk")
			require.NoError(t, err)
			return *i
		}
	}
	withdraw := func(ctx context.Context, a domain.Actor, i domain.Invitation) error {
		return w.members.Withdraw(ctx, a, i.OrganisationID, i.ID)
	}
	t.Run("withdraw in a verified organisation", func(t *testing.T) { hold(t, w, ownPublic, open(w.employer.ID), withdraw) })
	t.Run("withdraw in a pending one", func(t *testing.T) { hold(t, w, ownHidden, open(w.pending.ID), withdraw) })
	t.Run("withdraw in none", func(t *testing.T) {
		hold(t, w, ownNothing, func() domain.Invitation { return domain.Invitation{ID: uuid.New(), OrganisationID: uuid.New()} }, withdraw)
	})
	for name, verb := range verbs {
		t.Run(name+" in a verified organisation", func(t *testing.T) { hold(t, w, ownPublic, member(w.employer.ID), verb) })
		t.Run(name+" in a pending one", func(t *testing.T) { hold(t, w, ownHidden, member(w.pending.ID), verb) })
		t.Run(name+" in none", func(t *testing.T) {
			hold(t, w, ownNothing, func() domain.Membership { return domain.Membership{OrganisationID: uuid.New(), AccountID: uuid.New()} }, verb)
		})
	}
	readMembers := row{"viewer": done, "editor": done, "owner": done, "admin": done, "operator": done, "visitor": domain.Unauthenticated}
	list := func(ctx context.Context, a domain.Actor, organisation uuid.UUID) error {
		_, _, err := w.members.List(ctx, a, domain.MemberList{Organisation: organisation, Limit: 10})
		return err
	}
	of := func(id uuid.UUID) func() uuid.UUID { return func() uuid.UUID { return id } }
	t.Run("list in a verified organisation", func(t *testing.T) { hold(t, w, all(domain.Forbidden, readMembers), of(w.employer.ID), list) })
	t.Run("list in a pending one", func(t *testing.T) { hold(t, w, all(domain.NotFound, readMembers), of(w.pending.ID), list) })
	t.Run("list in none", func(t *testing.T) { hold(t, w, ownNothing.without("owner", "operator"), uuid.New, list) })
}

// without is the row in which some may not do it either.
func (r row) without(who ...string) row {
	out := row{}
	for name, kind := range r {
		out[name] = kind
	}
	for _, name := range who {
		out[name] = domain.NotFound
	}
	return out
}

func TestWhoMayLeaveAndHandOver(t *testing.T) {
	w := newWorld(t)
	w.joined(t, w.employer.ID, domain.Owner)
	other := w.joined(t, w.employer.ID, domain.Viewer)
	transfer := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "operator": domain.Unauthenticated, "owner": done})
	t.Run("hand over", func(t *testing.T) {
		hold(t, w, transfer, func() uuid.UUID { return other.ID }, func(ctx context.Context, a domain.Actor, to uuid.UUID) error {
			return w.members.Transfer(ctx, a, w.employer.ID, to)
		})
	})
	leave := all(domain.NotFound, row{"visitor": domain.Unauthenticated, "viewer": done, "editor": done, "owner": done})
	t.Run("leave", func(t *testing.T) {
		hold(t, w, leave, func() uuid.UUID { return w.employer.ID }, func(ctx context.Context, a domain.Actor, organisation uuid.UUID) error {
			return w.members.Remove(ctx, a, organisation, a.AccountID)
		})
	})
}

func TestAnOrganisationAlwaysHasAnOwner(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	owner, org := w.owner(), w.employer.ID
	last := func(err error) { failsAs(t, err, domain.Conflict, domain.CodeLastOwner) }
	demote := func(who uuid.UUID) error {
		_, err := w.members.ChangeRole(ctx, owner, org, who, "editor")
		return err
	}
	last(demote(owner.AccountID))
	last(w.members.Remove(ctx, owner, org, owner.AccountID))
	last(w.members.Remove(ctx, w.people["operator"], org, owner.AccountID))
	_, err := w.members.ChangeRole(ctx, owner, org, owner.AccountID, "owner")
	require.NoError(t, err, "who stays an owner")
	require.Equal(t, domain.Owner, w.roleOf(t, owner.AccountID, org))

	second := w.joined(t, org, domain.Owner)
	require.NoError(t, demote(owner.AccountID))
	last(w.members.Remove(ctx, domain.Actor{AccountID: second.ID}, org, second.ID))
	require.NoError(t, w.members.Remove(ctx, owner, org, owner.AccountID))
	require.Equal(t, domain.MemberRole(""), w.roleOf(t, owner.AccountID, org))
	require.Equal(t, domain.Owner, w.roleOf(t, owner.AccountID, w.institution.ID), "of another organisation it is none of their business")
}

func TestHandingOverMakesAnotherMemberOwnerAndTheOwnerEditor(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	to := w.joined(t, org, domain.Viewer)
	for _, nobody := range []uuid.UUID{w.people["jobseeker"].AccountID, uuid.New(), w.owner().AccountID} {
		err := w.members.Transfer(ctx, w.owner(), org, nobody)
		require.Equal(t, map[string]domain.Code{"/account_id": domain.CodeNotAnotherMember}, placesOf(err))
	}
	require.NoError(t, w.members.Transfer(ctx, w.owner(), org, to.ID))
	require.Equal(t, domain.Owner, w.roleOf(t, to.ID, org))
	require.Equal(t, domain.Editor, w.roleOf(t, w.owner().AccountID, org))
	failsAs(t, w.members.Transfer(ctx, w.owner(), org, to.ID), domain.Forbidden, domain.CodeNotYours)
}

func TestAMemberWhoIsDemotedOrTakenOutCanNoLongerWrite(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	writes := func(a domain.Account) error {
		_, err := w.market.CreateDemand(ctx, domain.Actor{AccountID: a.ID}, org, demandForm())
		return err
	}
	demoted, removed := w.joined(t, org, domain.Editor), w.joined(t, org, domain.Owner)
	require.NoError(t, writes(demoted))
	require.NoError(t, writes(removed))
	_, err := w.members.ChangeRole(ctx, w.owner(), org, demoted.ID, "viewer")
	require.NoError(t, err)
	require.NoError(t, w.members.Remove(ctx, w.owner(), org, removed.ID))
	failsAs(t, writes(demoted), domain.Forbidden, domain.CodeNotYours)
	failsAs(t, writes(removed), domain.Forbidden, domain.CodeNotYours)
	_, err = w.members.Invite(ctx, domain.Actor{AccountID: removed.ID}, org, domain.InvitationForm{Email: "x@new.kz", Role: "owner"}, "kk")
	failsAs(t, err, domain.Forbidden, domain.CodeNotYours)
}

func TestRolesInSeveralOrganisationsAddUpAndDoNotLeak(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p := w.joined(t, w.employer.ID, domain.Editor)
	actor := domain.Actor{AccountID: p.ID}
	_, err := w.members.Accept(ctx, actor, w.invites(t, w.institution.ID, p, domain.Viewer))
	require.NoError(t, err)
	third := w.organisation(t, domain.College, uniqueBIN(1), domain.Verified)
	_, err = w.members.Accept(ctx, actor, w.invites(t, third.ID, p, domain.Owner))
	require.NoError(t, err)

	me, err := w.accounts.Me(ctx, actor)
	require.NoError(t, err)
	require.Equal(t, []domain.Role{domain.RoleJobseeker, domain.RoleEmployer, domain.RoleInstitution}, me.Roles())
	_, err = w.market.CreateDemand(ctx, actor, w.employer.ID, demandForm())
	require.NoError(t, err)
	_, err = w.market.CreateProgramme(ctx, actor, third.ID, programmeForm())
	require.NoError(t, err)
	_, err = w.market.CreateProgramme(ctx, actor, w.institution.ID, programmeForm())
	failsAs(t, err, domain.Forbidden, domain.CodeNotYours)
	for _, org := range []uuid.UUID{w.employer.ID, w.institution.ID} {
		_, _, err = w.members.Invitations(ctx, actor, domain.InvitationList{Organisation: org, Limit: 1})
		failsAs(t, err, domain.Forbidden, domain.CodeNotYours)
	}
	require.NoError(t, w.members.Remove(ctx, w.owner(), w.employer.ID, p.ID))
	require.Equal(t, domain.Owner, w.roleOf(t, p.ID, third.ID))
	me, err = w.accounts.Me(ctx, actor)
	require.NoError(t, err)
	require.Equal(t, []domain.Role{domain.RoleJobseeker, domain.RoleInstitution}, me.Roles())
}

func TestAnInvitationIsAcceptedOnceByWhoeverHasTheAddress(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	p := w.joined(t, org, "")
	actor := domain.Actor{AccountID: p.ID}
	code := w.invites(t, org, p, domain.Editor)

	_, err := w.members.Accept(ctx, domain.Visitor, code)
	failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
	_, err = w.members.Accept(ctx, w.people["jobseeker"], code)
	failsAs(t, err, domain.Forbidden, domain.CodeOtherAddress)
	require.Contains(t, err.Error(), p.Email[:1]+"…@example.kz")
	require.NotContains(t, err.Error(), p.Email)

	m, err := w.members.Accept(ctx, actor, code)
	require.NoError(t, err)
	require.Equal(t, domain.Editor, m.Role)
	require.Equal(t, org, m.Organisation.ID)
	deeds := w.noted(t)
	again, err := w.members.Accept(ctx, actor, code)
	require.NoError(t, err, "twice is harmless")
	require.Equal(t, m, again)
	require.Equal(t, deeds, w.noted(t))
	_, err = w.members.Accept(ctx, w.people["jobseeker"], code)
	spent(t, err)

	require.NoError(t, w.members.Remove(ctx, w.owner(), org, p.ID))
	_, err = w.members.Accept(ctx, actor, code)
	spent(t, err)
	require.Equal(t, domain.MemberRole(""), w.roleOf(t, p.ID, org), "who was taken out does not come back by an old code")
}

// spent is what every code that opens nothing is answered.
func spent(t testing.TB, err error) {
	t.Helper()
	require.Equal(t, map[string]domain.Code{"/code": domain.CodeBadInvitation}, placesOf(err), "%v", err)
}

func TestCodesThatOpenNothingAreRefusedAlike(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	p := w.joined(t, org, "")
	replaced := w.invites(t, org, p, domain.Owner)
	withdrawn := w.invites(t, org, p, domain.Editor)
	open, _, err := w.members.Invitations(ctx, w.owner(), domain.InvitationList{Organisation: org, Limit: 10})
	require.NoError(t, err)
	require.Len(t, open, 1, "the second took the place of the first")
	require.NoError(t, w.members.Withdraw(ctx, w.owner(), org, open[0].ID))
	failsAs(t, w.members.Withdraw(ctx, w.owner(), org, open[0].ID), domain.NotFound, domain.CodeNotFound)
	late := w.invites(t, org, p, domain.Viewer)
	w.clock.pass(domain.InvitationLifetime - time.Microsecond)
	inTime := w.invites(t, w.institution.ID, p, domain.Viewer)
	w.clock.pass(time.Microsecond)
	open, total, err := w.members.Invitations(ctx, w.owner(), domain.InvitationList{Organisation: org, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, open)
	require.Zero(t, total)

	var answers []error
	for _, code := range []string{"", "x", replaced, withdrawn, late, w.codes.Code(domain.LetterInvitation, uuid.New()),
		w.codes.Code(domain.LetterPasswordChanged, uuid.New()), replaced[:22] + late[22:]} {
		_, err := w.members.Accept(ctx, domain.Actor{AccountID: p.ID}, code)
		spent(t, err)
		answers = append(answers, err)
	}
	for _, err := range answers {
		require.Equal(t, answers[0], err)
	}
	require.Equal(t, domain.MemberRole(""), w.roleOf(t, p.ID, org))
	_, err = w.members.Accept(ctx, domain.Actor{AccountID: p.ID}, inTime)
	require.NoError(t, err)
}

func TestAMemberWhoAcceptsKeepsTheHigherRole(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	for _, c := range []struct{ has, invited, want domain.MemberRole }{
		{domain.Viewer, domain.Editor, domain.Editor}, {domain.Editor, domain.Viewer, domain.Editor}, {domain.Owner, domain.Editor, domain.Owner},
		{domain.Editor, domain.Owner, domain.Owner}, {domain.Viewer, domain.Viewer, domain.Viewer},
	} {
		p := w.joined(t, org, "")
		code := w.invites(t, org, p, c.invited)
		w.write(t, func(ctx context.Context, tx domain.Tx) error {
			return tx.SaveMembership(ctx, domain.Membership{OrganisationID: org, AccountID: p.ID, Role: c.has})
		})
		m, err := w.members.Accept(ctx, domain.Actor{AccountID: p.ID}, code)
		require.NoError(t, err)
		require.Equal(t, c.want, m.Role)
		require.Equal(t, c.want, w.roleOf(t, p.ID, org))
	}
}

func TestAnInvitationIsRefusedWithEveryFault(t *testing.T) {
	w := newWorld(t)
	_, err := w.members.Invite(t.Context(), w.owner(), w.employer.ID, domain.InvitationForm{Email: "nobody", Role: "boss"}, "kk")
	require.Equal(t, map[string]domain.Code{"/email": domain.CodeMalformed, "/role": domain.CodeUnknownValue}, placesOf(err))
	_, err = w.members.ChangeRole(t.Context(), w.owner(), w.employer.ID, w.people["viewer"].AccountID, "boss")
	require.Equal(t, map[string]domain.Code{"/role": domain.CodeUnknownValue}, placesOf(err))
	_, err = w.members.Invite(t.Context(), w.owner(), w.employer.ID, domain.InvitationForm{Email: " Viewer@Example.kz", Role: "owner"}, "kk")
	failsAs(t, err, domain.Conflict, domain.CodeAlreadyMember)
	require.Empty(t, w.letters(t))
}

func TestInvitationsAreBounded(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	invite := func(a domain.Actor, email string) error {
		_, err := w.members.Invite(ctx, a, org, domain.InvitationForm{Email: email, Role: "viewer"}, "kk")
		return err
	}
	throttled := func(err error, code domain.Code, wait time.Duration) {
		failsAs(t, err, domain.Throttled, code)
		var told interface{ RetryAfter() time.Duration }
		require.True(t, errors.As(err, &told))
		require.Equal(t, wait, told.RetryAfter())
	}
	for range domain.MaxInvitationsToOneADay {
		require.NoError(t, invite(w.owner(), "one@example.kz"))
		w.clock.pass(time.Hour)
	}
	throttled(invite(w.owner(), "One@example.kz"), domain.CodeTooManyToOne, 21*time.Hour)
	for i := domain.MaxInvitationsToOneADay; i < domain.MaxInvitationsADay; i++ {
		require.NoError(t, invite(w.owner(), fmt.Sprintf("%d@example.kz", i)))
	}
	throttled(invite(w.owner(), "more@example.kz"), domain.CodeTooManyLetters, 21*time.Hour)
	second := domain.Actor{AccountID: w.joined(t, org, domain.Owner).ID}
	require.NoError(t, invite(second, "more@example.kz"))
	w.clock.pass(21 * time.Hour)
	require.NoError(t, invite(w.owner(), "one@example.kz"))
	throttled(invite(w.owner(), "more@example.kz"), domain.CodeTooManyLetters, time.Hour)

	for i := 49; i < domain.MaxInvitations; i++ { // 49 are open
		require.NoError(t, invite(w.people["operator"], fmt.Sprintf("staff-%d@example.kz", i)))
	}
	err := invite(w.people["operator"], "one-too-many@example.kz")
	failsAs(t, err, domain.Conflict, domain.CodeTooManyInvitations)
	require.NoError(t, invite(w.people["operator"], "staff-50@example.kz"), "one in the place of another")
	w.clock.pass(domain.InvitationLifetime)
	require.NoError(t, invite(w.people["operator"], "one-too-many@example.kz"), "what has run out does not count")
}

func TestTheInvitedGetALetterWithACodeInTheirLanguageElseInTheInviters(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p := w.joined(t, w.employer.ID, "")
	english := domain.Account{ID: uuid.Must(uuid.NewV7()), Email: "john@example.com", Name: "John", Language: domain.English, PasswordHash: "-", CreatedAt: noon, ConfirmedAt: noon}
	w.write(t, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAccount(ctx, &english) })
	post := domain.NewPost(w.codes, "https://api.example.kz", "")
	for email, subject := range map[string]string{
		"nobody@example.kz": "Kopir жүйесіндегі ұйымға шақыру", p.Email: "Kopir жүйесіндегі ұйымға шақыру", english.Email: "An invitation to an organisation in Kopir",
	} {
		i, err := w.members.Invite(ctx, w.owner(), w.employer.ID, domain.InvitationForm{Email: email, Role: "editor"}, domain.Kazakh)
		require.NoError(t, err)
		letters := w.letters(t)
		require.Len(t, letters, 1)
		m := post.Message(letters[0])
		require.Equal(t, email, m.To)
		require.Equal(t, subject, m.Subject)
		require.Contains(t, m.Body, w.employer.Name.RU)
		require.Contains(t, m.Body, w.codes.Code(domain.LetterInvitation, i.ID))
		require.Contains(t, m.Body, "POST /v1/invitations/accept")
		require.Contains(t, m.Body, "2026-12-15 12:00 (UTC+05:00)")
		require.NotContains(t, m.Body, "%!")
	}
}

func TestWhatHappensToMembersIsNoted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	p := w.joined(t, org, "")
	i, err := w.members.Invite(ctx, w.owner(), org, domain.InvitationForm{Email: p.Email, Role: "viewer"}, "kk")
	require.NoError(t, err)
	gone, err := w.members.Invite(ctx, w.owner(), org, domain.InvitationForm{Email: "x@example.kz", Role: "owner"}, "kk")
	require.NoError(t, err)
	require.NoError(t, w.members.Withdraw(ctx, w.owner(), org, gone.ID))
	actor := domain.Actor{AccountID: p.ID}
	_, err = w.members.Accept(ctx, actor, w.codes.Code(domain.LetterInvitation, i.ID))
	require.NoError(t, err)
	_, err = w.members.ChangeRole(ctx, w.owner(), org, p.ID, "editor")
	require.NoError(t, err)
	require.NoError(t, w.members.Transfer(ctx, w.owner(), org, p.ID))
	require.NoError(t, w.members.Remove(ctx, w.owner(), org, w.owner().AccountID))
	require.NoError(t, w.members.Remove(ctx, actor, org, w.people["viewer"].AccountID))
	require.Equal(t, []string{
		"organisation.member_invited invitation viewer", "organisation.member_invited invitation owner",
		"organisation.invitation_withdrawn invitation owner", "organisation.member_joined account viewer",
		"organisation.member_role_changed account editor", "organisation.transferred account ", "organisation.member_left account editor",
		"organisation.member_removed account viewer",
	}, w.noted(t)[1:], "after the catalogue")
}
