package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testClaims: a registration number is one verified organisation's, whoever decides at the same moment.
func testClaims(t *testing.T, open Open) {
	t.Run("who holds what is claimed", func(t *testing.T) { testHolders(t, open(t)) })
	t.Run("one organisation goes into another", func(t *testing.T) { testMerging(t, open(t)) })
	t.Run("of fifty verified at once under one number one is", func(t *testing.T) { testVerifying(t, open(t)) })
	t.Run("of many who grant a claim at once one does", func(t *testing.T) { testGranting(t, open(t)) })
	t.Run("no invitation of the former owners outlives a claim", func(t *testing.T) { testInvitingWhileGranting(t, open(t)) })
}

// marketOf is a market on a store, with the administrator of it.
func marketOf(t *testing.T, o *Opened) (*domain.Market, domain.Actor) {
	admin := someAccount("admin@example.kz")
	keep(t, o, admin)
	return domain.NewMarket(o, func() *domain.Catalogue { return nil }, func() time.Time { return now }), domain.Actor{AccountID: admin.ID}
}

// under is an organisation under a number, in a state of verification.
func under(number int, v domain.Verification) *domain.Organisation {
	org := fullOrganisation(number)
	org.Verification, org.Rejection = v, ""
	return org
}

func testHolders(t *testing.T, o *Opened) {
	verified, pending, rejected := under(1, domain.Verified), under(1, domain.Pending), under(1, domain.Rejected)
	alone, abroad := under(2, domain.Pending), under(1, domain.Pending)
	abroad.Registration.Scheme, abroad.Registration.Country = domain.Foreign, "DE"
	keep(t, o, verified, pending, rejected, alone, abroad, under(3, domain.Verified))
	got, err := o.Holders(t.Context(), []uuid.UUID{verified.ID, pending.ID, rejected.ID, alone.ID, abroad.ID, newID()})
	require.NoError(t, err)
	same(t, map[uuid.UUID]*domain.Organisation{pending.ID: verified, rejected.ID: verified}, got)
}

func testMerging(t *testing.T, o *Opened) {
	ctx := t.Context()
	from, into := under(1, domain.Pending), under(1, domain.Verified)
	keep(t, o, from, into)
	d, p, theirs := fullDemand(from.ID), fullProgramme(from.ID), emptyDemand(into.ID)
	keep(t, o, d, p, theirs)
	people := crowd(t, o, from, 2, domain.Editor)
	i, err := domain.NewInvitation(newID(), from.ID, people[0].AccountID, domain.InvitationForm{Email: "a@example.kz", Role: "viewer"}, now)
	require.NoError(t, err)
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.CreateInvitation(ctx, *i))
		require.NoError(t, tx.MergeOrganisation(ctx, from.ID, into.ID))
		require.Equal(t, domain.NotFound, domain.KindOf(tx.MergeOrganisation(ctx, newID(), into.ID)))
	})
	_, err = o.Organisation(ctx, from.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	d.OrganisationID, p.OrganisationID, i.OrganisationID = into.ID, into.ID, into.ID
	gotD, err := o.Demand(ctx, d.ID)
	require.NoError(t, err)
	same(t, d, gotD)
	gotP, err := o.Programme(ctx, p.ID)
	require.NoError(t, err)
	same(t, p, gotP)
	gotI, err := o.Invitation(ctx, i.ID)
	require.NoError(t, err)
	same(t, i, gotI)
	gotD, err = o.Demand(ctx, theirs.ID)
	require.NoError(t, err)
	same(t, theirs, gotD)
	_, total, err := o.Members(ctx, domain.MemberList{Organisation: into.ID, Role: domain.Editor})
	require.NoError(t, err)
	require.Equal(t, 2, total)
}

func testVerifying(t *testing.T, o *Opened) {
	ctx := t.Context()
	market, admin := marketOf(t, o)
	const many = 50
	orgs := make(chan *domain.Organisation, many)
	var ids []uuid.UUID
	for range many {
		org := under(1, domain.Pending)
		keep(t, o, org)
		ids = append(ids, org.ID)
		orgs <- org
	}
	verified := inParallel(many, func() error {
		org := <-orgs
		_, err := market.VerifyOrganisation(ctx, admin, org.ID, org.Version)
		return err
	}, func(err error) { failsAs(t, err, domain.Conflict, domain.CodeRegistrationTaken) })
	require.Equal(t, 1, verified)
	contested, err := o.Holders(ctx, ids)
	require.NoError(t, err)
	require.Len(t, contested, many-1)
}

func testGranting(t *testing.T, o *Opened) {
	ctx := t.Context()
	market, admin := marketOf(t, o)
	claim, holder := under(1, domain.Pending), under(1, domain.Verified)
	keep(t, o, claim, holder)
	claimant, former := crowd(t, o, claim, 1, domain.Owner)[0], crowd(t, o, holder, 3, domain.Owner)
	granted := inParallel(20, func() error {
		_, err := market.GrantClaim(ctx, admin, claim.ID, claim.Version, "why")
		return err
	}, func(err error) { failsAs(t, err, domain.NotFound, domain.CodeNotFound) })
	require.Equal(t, 1, granted)
	members, total, err := o.Members(ctx, domain.MemberList{Organisation: holder.ID})
	require.NoError(t, err)
	require.Equal(t, 1, total)
	require.Equal(t, claimant.AccountID, members[0].AccountID)
	letters, err := o.TakeLetters(ctx, now, now.Add(time.Hour), 100)
	require.NoError(t, err)
	require.Len(t, letters, 1+len(former), "each is told once")
}

// testInvitingWhileGranting grants claims at the moment in which an owner of the verified organisation invites somebody.
func testInvitingWhileGranting(t *testing.T, o *Opened) {
	ctx := t.Context()
	market, admin := marketOf(t, o)
	for i := range 10 {
		claim, holder := under(i, domain.Pending), under(i, domain.Verified)
		keep(t, o, claim, holder)
		crowd(t, o, claim, 1, domain.Owner)
		former := crowd(t, o, holder, 1, domain.Owner)[0]
		held := make(chan struct{})
		var once sync.Once
		invited := make(chan error, 1)
		go func() {
			defer once.Do(func() { close(held) })
			invited <- o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
				form := domain.InvitationForm{Email: "accomplice@example.kz", Role: "owner"}
				if _, err := membersOf(o).Invite(ctx, former, holder.ID, form, "ru"); err != nil {
					return err
				}
				once.Do(func() { close(held) })
				for range 100 { // so that the other waits for this one
					if _, err := tx.Organisation(ctx, holder.ID); err != nil {
						return err
					}
				}
				return nil
			})
		}()
		<-held
		_, err := market.GrantClaim(ctx, admin, claim.ID, claim.Version, "why")
		require.NoError(t, err)
		require.NoError(t, <-invited)
		open, _, err := o.OpenInvitations(ctx, domain.InvitationList{Organisation: holder.ID, Limit: 1}, now)
		require.NoError(t, err)
		require.Empty(t, open)
	}
}
