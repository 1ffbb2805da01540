package domain_test

import (
	"context"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const because = "The register names them as heads."

// claim enters an organisation under the number of the verified employer. Its owner is somebody new.
func (w *world) claim(t testing.TB, kind domain.OrganisationKind) (*domain.Organisation, domain.Account) {
	t.Helper()
	owner := w.joined(t, uuid.Nil, "")
	o, err := w.market.CreateOrganisation(t.Context(), domain.Actor{AccountID: owner.ID}, domain.OrganisationForm{
		Kind: string(kind), RegistrationScheme: "bin", RegistrationNumber: w.employer.Registration.Number, Name: domain.Text{RU: "Настоящая"},
	})
	require.NoError(t, err)
	return o, owner
}

// writtenTo is to whom which letters were written, one each.
func (w *world) writtenTo(t testing.TB) map[string]domain.LetterKind {
	t.Helper()
	out := map[string]domain.LetterKind{}
	for _, l := range w.letters(t) {
		require.NotContains(t, out, l.To, "two letters")
		out[l.To] = l.Kind
	}
	return out
}

func TestAClaimIsToldToItsOwnerAndWithTheHolderToAdministrators(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	o, owner := w.claim(t, domain.Employer)
	require.Equal(t, domain.Pending, o.Verification)
	require.True(t, *o.Contested)
	require.Nil(t, o.Holder)
	editor := w.joined(t, o.ID, domain.Editor)
	as := func(a domain.Actor) *domain.Organisation {
		got, err := w.market.Organisation(ctx, a, o.ID)
		require.NoError(t, err)
		return got
	}
	require.True(t, *as(domain.Actor{AccountID: owner.ID}).Contested)
	require.Nil(t, as(domain.Actor{AccountID: owner.ID}).Holder)
	require.Nil(t, as(domain.Actor{AccountID: editor.ID}).Contested)
	for _, who := range []string{"admin", "operator"} {
		require.True(t, *as(w.people[who]).Contested)
		require.Equal(t, w.employer.ID, as(w.people[who]).Holder.ID)
	}
	held, err := w.market.Organisation(ctx, w.people["admin"], w.employer.ID)
	require.NoError(t, err)
	require.Nil(t, held.Contested, "the verified one is not contested")
	list, _, err := w.market.ListOrganisations(ctx, w.people["admin"], domain.OrganisationList{Verification: domain.Pending, Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, w.employer.ID, list[0].Holder.ID)
	require.False(t, *list[1].Contested)
	require.Nil(t, list[1].Holder)
}

func TestOfTwoThatWaitWithOneNumberTheOtherIsContestedOnceOneIsVerified(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first, second := w.organisation(t, domain.Employer, uniqueBIN(1), domain.Pending), w.organisation(t, domain.Employer, uniqueBIN(1), domain.Pending)
	contested := func() bool {
		o, err := w.market.Organisation(ctx, w.people["admin"], second.ID)
		require.NoError(t, err)
		return *o.Contested
	}
	require.False(t, contested())
	_, err := w.market.VerifyOrganisation(ctx, w.people["admin"], first.ID, first.Version)
	require.NoError(t, err)
	require.True(t, contested())
	_, err = w.market.VerifyOrganisation(ctx, w.people["admin"], second.ID, second.Version)
	failsAs(t, err, domain.Conflict, domain.CodeRegistrationTaken)
}

func TestAGrantedClaimTakesTheVerifiedOrganisationOver(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	org := w.employer.ID
	public := w.demand(t, domain.DemandPublished)
	o, owner := w.claim(t, domain.Employer)
	viewer, both := w.joined(t, o.ID, domain.Viewer), w.joined(t, o.ID, domain.Editor)
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: org, AccountID: both.ID, Role: domain.Owner})
	})
	draft, err := w.market.CreateDemand(ctx, domain.Actor{AccountID: owner.ID}, o.ID, demandForm())
	require.NoError(t, err)
	theirs, ours := w.joined(t, uuid.Nil, ""), w.joined(t, uuid.Nil, "")
	oldCode, newCode := w.invites(t, org, theirs, domain.Owner), w.invites(t, o.ID, ours, domain.Editor)
	oldKey, _, err := w.keys().Make(ctx, w.owner(), org, domain.APIKeyForm{Name: "HR", Scopes: []string{"demands:read"}, ExpiresAt: noon.Add(24 * time.Hour)})
	require.NoError(t, err)
	newKey, _, err := w.keys().Make(ctx, domain.Actor{AccountID: owner.ID}, o.ID, domain.APIKeyForm{Name: "HR", Scopes: []string{"demands:read"}, ExpiresAt: noon.Add(24 * time.Hour)})
	require.NoError(t, err)
	w.letters(t)
	w.clock.pass(time.Hour)

	got, err := w.market.GrantClaim(ctx, w.people["admin"], o.ID, o.Version, " "+because+"\n")
	require.NoError(t, err)
	require.Equal(t, org, got.ID)
	require.Equal(t, w.employer.Version+1, got.Version)
	require.Equal(t, domain.Verified, got.Verification)
	_, err = w.market.Organisation(ctx, w.people["admin"], o.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)

	for id, role := range map[uuid.UUID]domain.MemberRole{
		owner.ID: domain.Owner, viewer.ID: domain.Viewer, both.ID: domain.Editor,
		w.owner().AccountID: "", w.people["editor"].AccountID: "", w.people["viewer"].AccountID: "",
	} {
		require.Equal(t, role, w.roleOf(t, id, org))
	}
	_, err = w.market.CloseDemand(ctx, w.owner(), public.ID, public.Version)
	failsAs(t, err, domain.Forbidden, domain.CodeNotYours)
	_, err = w.market.CloseDemand(ctx, domain.Actor{AccountID: owner.ID}, public.ID, public.Version)
	require.NoError(t, err, "what is public is theirs")
	_, err = w.market.PublishDemand(ctx, domain.Actor{AccountID: owner.ID}, draft.ID, draft.Version)
	require.NoError(t, err, "and the drafts came along")
	for id, revoked := range map[uuid.UUID]bool{oldKey.ID: true, newKey.ID: false} {
		k, err := w.store.APIKey(ctx, id)
		require.NoError(t, err)
		require.Equal(t, org, k.Organisation)
		require.Equal(t, revoked, !k.RevokedAt.IsZero(), "machines leave and come along with their people")
	}
	_, err = w.members.Accept(ctx, domain.Actor{AccountID: theirs.ID}, oldCode)
	spent(t, err)
	m, err := w.members.Accept(ctx, domain.Actor{AccountID: ours.ID}, newCode)
	require.NoError(t, err)
	require.Equal(t, org, m.Organisation.ID)

	require.Equal(t, map[string]domain.LetterKind{
		owner.Email: domain.LetterClaimGranted, viewer.Email: domain.LetterClaimGranted, both.Email: domain.LetterClaimGranted,
		"owner@example.kz": domain.LetterClaimLost, "editor@example.kz": domain.LetterClaimLost, "viewer@example.kz": domain.LetterClaimLost,
	}, w.writtenTo(t))
	deeds := w.noted(t)
	require.Contains(t, deeds, "organisation.claim_granted organisation "+because)
	for _, role := range []string{"owner", "editor", "viewer"} {
		require.Contains(t, deeds, "organisation.member_removed account "+role)
	}
}

func TestAClaimIsGrantedOnlyWhereThereIsOne(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	o, _ := w.claim(t, domain.Employer)
	grant := func(id uuid.UUID, version int, reason string) error {
		_, err := w.market.GrantClaim(ctx, w.people["admin"], id, version, reason)
		return err
	}
	require.Equal(t, map[string]domain.Code{"/reason": domain.CodeRequired}, placesOf(grant(o.ID, o.Version, " \n")))
	failsAs(t, grant(o.ID, o.Version+1, because), domain.Stale, domain.CodeStale)
	failsAs(t, grant(uuid.New(), 1, because), domain.NotFound, domain.CodeNotFound)
	failsAs(t, grant(w.pending.ID, w.pending.Version, because), domain.Conflict, domain.CodeNotContested)
	failsAs(t, grant(w.employer.ID, w.employer.Version, because), domain.Conflict, domain.CodeNotPending)
	college, _ := w.claim(t, domain.College)
	failsAs(t, grant(college.ID, college.Version, because), domain.Conflict, domain.CodeClaimOfOtherKind)
	rejected, err := w.market.RejectOrganisation(ctx, w.people["admin"], o.ID, o.Version, because)
	require.NoError(t, err)
	failsAs(t, grant(o.ID, rejected.Version, because), domain.Conflict, domain.CodeNotPending)
	require.Equal(t, domain.Owner, w.roleOf(t, w.owner().AccountID, w.employer.ID))

	admins := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "admin": done, "operator": done})
	hold(t, w, admins, func() *domain.Organisation { o, _ := w.claim(t, domain.Employer); return o }, func(ctx context.Context, a domain.Actor, o *domain.Organisation) error {
		_, err := w.market.GrantClaim(ctx, a, o.ID, o.Version, because)
		return err
	})
}

func TestOwnersAreToldWhetherTheirOrganisationIsVerified(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.market.RejectOrganisation(ctx, w.people["admin"], w.pending.ID, w.pending.Version, because)
	require.NoError(t, err)
	letters := w.letters(t)
	require.Len(t, letters, 1, "to the owner alone")
	require.Equal(t, "owner@example.kz", letters[0].To)
	require.Equal(t, domain.LetterRejected, letters[0].Kind)
	require.Equal(t, []string{w.pending.Name.RU, because}, letters[0].Facts)
	_, err = w.market.VerifyOrganisation(ctx, w.people["admin"], w.pending.ID, w.pending.Version+1)
	require.NoError(t, err)
	require.Equal(t, map[string]domain.LetterKind{"owner@example.kz": domain.LetterVerified}, w.writtenTo(t))

	o, owner := w.claim(t, domain.Employer)
	_, err = w.market.RejectOrganisation(ctx, w.people["admin"], o.ID, o.Version, because)
	require.NoError(t, err)
	require.Equal(t, map[string]domain.LetterKind{owner.Email: domain.LetterRejected, "owner@example.kz": domain.LetterClaimRefused}, w.writtenTo(t))
}

func TestLettersToOwnersAreInTheirOwnLanguage(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	o := w.organisation(t, domain.Employer, uniqueBIN(1), domain.Pending)
	for _, language := range []domain.Language{domain.Kazakh, domain.English, ""} {
		a := domain.Account{ID: uuid.Must(uuid.NewV7()), Email: string(language) + "owner@new.kz", Language: language, CreatedAt: noon}
		w.write(t, func(ctx context.Context, tx domain.Tx) error {
			if err := tx.CreateAccount(ctx, &a); err != nil {
				return err
			}
			return tx.SaveMembership(ctx, domain.Membership{OrganisationID: o.ID, AccountID: a.ID, Role: domain.Owner})
		})
	}
	_, err := w.market.VerifyOrganisation(ctx, w.people["admin"], o.ID, o.Version)
	require.NoError(t, err)
	post, got := domain.NewPost(w.codes, "", ""), map[string]string{}
	for _, l := range w.letters(t) {
		got[l.To] = post.Message(l).Subject
	}
	require.Equal(t, map[string]string{
		"kkowner@new.kz": "Ұйымыңыз тексерілді", "enowner@new.kz": "Your organisation is verified", "owner@new.kz": "Ваша организация проверена"}, got)
}
