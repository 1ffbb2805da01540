package storetest

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testMembers: who belongs to an organisation, and that it is one change at a time.
func testMembers(t *testing.T, open Open) {
	t.Run("members", func(t *testing.T) { testMembership(t, open(t)) })
	t.Run("invitations", func(t *testing.T) { testInvitations(t, open(t)) })
	t.Run("of the owners who leave at once one is refused", func(t *testing.T) { testLeaving(t, open(t)) })
	t.Run("owners who demote each other at once do not all succeed", func(t *testing.T) { testDemoting(t, open(t)) })
	t.Run("an invitation that is accepted and withdrawn at once is one of it", func(t *testing.T) { testAccepting(t, open(t)) })
	t.Run("who invites many at once sends no more letters than a day has", func(t *testing.T) { testInviting(t, open(t)) })
}

// plainCodes are codes that anybody can make.
type plainCodes struct{}

func (plainCodes) Code(_ domain.LetterKind, id uuid.UUID) string { return id.String() }

func (plainCodes) ParseCode(_ domain.LetterKind, code string) (uuid.UUID, bool) {
	id, err := uuid.Parse(code)
	return id, err == nil
}

func membersOf(o *Opened) *domain.Members {
	return domain.NewMembers(o, plainCodes{}, func() time.Time { return now })
}

// crowd keeps n accounts, all of which have a role in an organisation.
func crowd(t *testing.T, o *Opened, org *domain.Organisation, n int, role domain.MemberRole) []domain.Actor {
	t.Helper()
	var all []domain.Actor
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for range n {
			a := someAccount("")
			a.Email, a.Admin = a.ID.String()+"@example.kz", false
			require.NoError(t, tx.CreateAccount(ctx, a))
			require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: org.ID, AccountID: a.ID, Role: role}))
			all = append(all, domain.Actor{AccountID: a.ID})
		}
	})
	return all
}

func testMembership(t *testing.T, o *Opened) {
	ctx := t.Context()
	first, other := fullOrganisation(1), fullOrganisation(2)
	keep(t, o, first, other)
	people := crowd(t, o, first, 5, domain.Viewer)
	crowd(t, o, other, 2, domain.Owner)
	joined, err := o.Member(ctx, first.ID, people[2].AccountID)
	require.NoError(t, err)
	account, err := o.Account(ctx, people[2].AccountID)
	require.NoError(t, err)
	same(t, &domain.Member{
		AccountID: account.ID, Email: account.Email, Name: account.Name, Language: account.Language, Role: domain.Viewer, Since: joined.Since}, joined)
	require.WithinDuration(t, time.Now(), joined.Since, time.Hour)

	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: first.ID, AccountID: account.ID, Role: domain.Owner}))
	})
	risen, err := o.Member(ctx, first.ID, account.ID)
	require.NoError(t, err)
	joined.Role = domain.Owner
	same(t, joined, risen) // since the same day

	list := func(q domain.MemberList) (ids []uuid.UUID, total int) {
		q.Organisation = first.ID
		page, total, err := o.Members(ctx, q)
		require.NoError(t, err)
		for _, m := range page {
			ids = append(ids, m.AccountID)
		}
		return ids, total
	}
	var want []uuid.UUID
	for _, p := range people {
		want = append(want, p.AccountID)
	}
	all, total := list(domain.MemberList{})
	require.Equal(t, want, all)
	require.Equal(t, 5, total)
	page, total := list(domain.MemberList{After: want[1], Limit: 2})
	require.Equal(t, want[2:4], page)
	require.Equal(t, 5, total)
	owners, total := list(domain.MemberList{Role: domain.Owner, Limit: 9})
	require.Equal(t, want[2:3], owners)
	require.Equal(t, 1, total)

	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.DeleteMembership(ctx, first.ID, account.ID))
	})
	_, err = o.Member(ctx, first.ID, account.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.DeleteMembership(ctx, first.ID, account.ID) })
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	all, _ = list(domain.MemberList{})
	require.Equal(t, slices.Concat(want[:2], want[3:]), all)
}

func testInvitations(t *testing.T, o *Opened) {
	ctx := t.Context()
	org, other := fullOrganisation(1), fullOrganisation(2)
	keep(t, o, org, other)
	by := crowd(t, o, org, 1, domain.Owner)[0].AccountID
	invite := func(to *domain.Organisation, email string, after time.Duration) *domain.Invitation {
		at := now.Add(after)
		i, err := domain.NewInvitation(newID(), to.ID, by, domain.InvitationForm{Email: email, Role: "editor"}, at)
		require.NoError(t, err)
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.CreateInvitation(ctx, *i)) })
		return i
	}
	first, second := invite(org, "a@example.kz", 0), invite(org, "b@example.kz", time.Hour)
	elsewhere := invite(other, "a@example.kz", 2*time.Hour)
	got, err := o.Invitation(ctx, first.ID)
	require.NoError(t, err)
	same(t, first, got)
	_, err = o.Invitation(ctx, newID())
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		again := *first
		again.ID = newID()
		return tx.CreateInvitation(ctx, again)
	})
	failsAs(t, err, domain.Conflict, domain.CodeExists)

	open := func(at time.Duration, q domain.InvitationList) (ids []uuid.UUID, total int) {
		q.Organisation = org.ID
		list, total, err := o.OpenInvitations(ctx, q, now.Add(at))
		require.NoError(t, err)
		for _, i := range list {
			ids = append(ids, i.ID)
		}
		return ids, total
	}
	ids, total := open(0, domain.InvitationList{Limit: 10})
	require.Equal(t, []uuid.UUID{second.ID, first.ID}, ids)
	require.Equal(t, 2, total)
	ids, total = open(0, domain.InvitationList{Limit: 10, After: second.ID})
	require.Equal(t, []uuid.UUID{first.ID}, ids)
	require.Equal(t, 2, total)
	ids, _ = open(domain.InvitationLifetime-time.Microsecond, domain.InvitationList{Limit: 10})
	require.Len(t, ids, 2)
	ids, _ = open(domain.InvitationLifetime, domain.InvitationList{Limit: 10})
	require.Equal(t, []uuid.UUID{second.ID}, ids)

	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.EndInvitations(ctx, org.ID, first.Email, now.Add(time.Minute)))
		second.EndedAt, second.AcceptedBy = now.Add(time.Hour), by
		require.NoError(t, tx.SaveInvitation(ctx, *second))
		require.Equal(t, domain.NotFound, domain.KindOf(tx.SaveInvitation(ctx, domain.Invitation{ID: newID()})))
	})
	first.EndedAt = now.Add(time.Minute)
	for _, want := range []*domain.Invitation{first, second, elsewhere} {
		got, err := o.Invitation(ctx, want.ID)
		require.NoError(t, err)
		same(t, want, got)
	}
	ids, _ = open(0, domain.InvitationList{Limit: 10})
	require.Empty(t, ids)
	invite(org, first.Email, 3*time.Hour) // it is not in the way

	sent, err := o.SentInvitations(ctx, by, now)
	require.NoError(t, err)
	require.Len(t, sent, 3, "after the first, whatever became of them")
	same(t, *second, sent[0])
	sent, err = o.SentInvitations(ctx, newID(), now.Add(-time.Hour))
	require.NoError(t, err)
	require.Empty(t, sent)

	n, err := o.ForgetInvitations(ctx, elsewhere.ExpiresAt)
	require.NoError(t, err)
	require.Equal(t, 2, n)
	_, err = o.Invitation(ctx, elsewhere.ID)
	require.NoError(t, err)
	_, err = o.Invitation(ctx, first.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
}

func testLeaving(t *testing.T, o *Opened) {
	for i := range 10 {
		org := fullOrganisation(i)
		keep(t, o, org)
		owners := crowd(t, o, org, 2+i%2*18, domain.Owner)
		who := make(chan domain.Actor, len(owners))
		for _, a := range owners {
			who <- a
		}
		left := inParallel(len(owners), func() error {
			a := <-who
			return membersOf(o).Remove(t.Context(), a, org.ID, a.AccountID)
		}, func(err error) { failsAs(t, err, domain.Conflict, domain.CodeLastOwner) })
		require.Equal(t, len(owners)-1, left)
	}
}

func testDemoting(t *testing.T, o *Opened) {
	for i := range 10 {
		org := fullOrganisation(i)
		keep(t, o, org)
		owners := crowd(t, o, org, 2, domain.Owner)
		turns := make(chan int, 2)
		turns <- 0
		turns <- 1
		demoted := inParallel(2, func() error {
			mine := <-turns
			_, err := membersOf(o).ChangeRole(t.Context(), owners[mine], org.ID, owners[1-mine].AccountID, "viewer")
			return err
		}, func(err error) {
			require.Contains(t, []domain.Kind{domain.Forbidden, domain.NotFound}, domain.KindOf(err), "%v", err)
		})
		require.Equal(t, 1, demoted)
	}
}

func testAccepting(t *testing.T, o *Opened) {
	ctx := t.Context()
	members := membersOf(o)
	org := fullOrganisation(1)
	keep(t, o, org)
	for i := range 30 {
		owner := crowd(t, o, org, 1, domain.Owner)[0]
		invited := someAccount(fmt.Sprintf("invited-%d@example.kz", i))
		keep(t, o, invited)
		form := domain.InvitationForm{Email: invited.Email, Role: "editor"}
		invitation, err := members.Invite(ctx, owner, org.ID, form, "ru")
		require.NoError(t, err)
		works := []func() error{
			func() error { return members.Withdraw(ctx, owner, org.ID, invitation.ID) },
			func() error {
				_, err := members.Accept(ctx, domain.Actor{AccountID: invited.ID}, invitation.ID.String())
				return err
			},
		}
		turns := make(chan func() error, 2)
		turns <- works[i%2]
		turns <- works[1-i%2]
		won := inParallel(2, func() error { return (<-turns)() }, func(err error) {
			require.Contains(t, []domain.Kind{domain.Invalid, domain.NotFound}, domain.KindOf(err), "%v", err)
		})
		require.Equal(t, 1, won)
		after, err := o.Invitation(ctx, invitation.ID)
		require.NoError(t, err)
		_, err = o.Member(ctx, org.ID, invited.ID)
		require.Equal(t, after.AcceptedBy == invited.ID, err == nil, "who joined did so by an invitation that was theirs to accept")
	}
}

func testInviting(t *testing.T, o *Opened) {
	ctx := t.Context()
	var orgs []uuid.UUID
	first := fullOrganisation(0)
	keep(t, o, first)
	owner := crowd(t, o, first, 1, domain.Owner)[0]
	for i := 1; i <= 8; i++ {
		org := fullOrganisation(i)
		keep(t, o, org)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: org.ID, AccountID: owner.AccountID, Role: domain.Owner}))
		})
		orgs = append(orgs, org.ID)
	}
	const many = domain.MaxInvitationsADay + 14
	turns := make(chan int, many)
	for i := range many {
		turns <- i
	}
	sent := inParallel(many, func() error {
		i := <-turns
		_, err := membersOf(o).Invite(ctx, owner, orgs[i%len(orgs)], domain.InvitationForm{Email: fmt.Sprintf("%d@example.kz", i), Role: "viewer"}, "ru")
		return err
	}, func(err error) { failsAs(t, err, domain.Throttled, domain.CodeTooManyLetters) })
	require.Equal(t, domain.MaxInvitationsADay, sent)
}
