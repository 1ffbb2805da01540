package domain

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// GrantClaim gives a verified organisation to the people of a pending one that has its registration: they keep their
// roles, all that the pending one has goes there, and it is gone. Those who were members until then are no more. Both
// sides get letters with the reason. It returns Forbidden to all but administrators, Invalid without a reason, Stale if
// the pending one was changed since the version that was read, Conflict if it is not pending, if no verified one has its
// registration, or if that is on the other side of the market.
func (m *Market) GrantClaim(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Organisation, error) {
	var f Faults
	reason = requiredText(&f, "/reason", reason, MaxReason, true)
	var out *Organisation
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayAdminister(ctx, tx, a); err != nil {
			return err
		}
		if err := f.Err(); err != nil {
			return err
		}
		claim, holder, err := contestants(ctx, tx, id, version)
		if err != nil {
			return err
		}
		if err := m.replaceMembers(ctx, tx, a, claim, holder, reason); err != nil {
			return err
		}
		if err := tx.MergeOrganisation(ctx, claim.ID, holder.ID); err != nil {
			return err
		}
		holder.touch(m.now())
		out = holder
		if err := tx.SaveOrganisation(ctx, holder); err != nil {
			return err
		}
		deed := deedOn(DeedClaimGranted, holder, reason)
		deed.Subject = claim.ID
		return record(ctx, tx, a, m.now(), deed)
	})
	return out, err
}

// contestants holds a claim, as it was when somebody read it, and the verified organisation whose registration it claims.
func contestants(ctx context.Context, tx Tx, id uuid.UUID, version int) (claim, holder *Organisation, err error) {
	if claim, err = tx.OrganisationForUpdate(ctx, id); err != nil {
		return nil, nil, err
	}
	if err := fresh(version, claim.Version); err != nil {
		return nil, nil, err
	}
	if claim.Verification != Pending {
		return nil, nil, Fail(Conflict, CodeNotPending)
	}
	holders, err := tx.Holders(ctx, []uuid.UUID{id})
	if err != nil {
		return nil, nil, err
	}
	if holders[id] == nil {
		return nil, nil, Fail(Conflict, CodeNotContested)
	}
	if holder, err = tx.OrganisationForUpdate(ctx, holders[id].ID); err != nil {
		return nil, nil, err
	}
	if claim.Kind.Teaches() != holder.Kind.Teaches() {
		return nil, nil, Fail(Conflict, CodeClaimOfOtherKind)
	}
	return claim, holder, nil
}

// replaceMembers takes everybody out of an organisation, the invited and the machines included, and tells them and those who claim it. Who is
// on both sides loses nothing and is told of the claim alone.
func (m *Market) replaceMembers(ctx context.Context, tx Tx, a Actor, claim, holder *Organisation, reason string) error {
	claimants, _, err := tx.Members(ctx, MemberList{Organisation: claim.ID})
	if err != nil {
		return err
	}
	if err := writeTo(ctx, tx, claimants, LetterClaimGranted, m.now(), about(holder, []string{reason})); err != nil {
		return err
	}
	former, _, err := tx.Members(ctx, MemberList{Organisation: holder.ID})
	if err != nil {
		return err
	}
	for _, one := range former {
		if err := tx.DeleteMembership(ctx, holder.ID, one.AccountID); err != nil {
			return err
		}
		if slices.ContainsFunc(claimants, func(c Member) bool { return c.AccountID == one.AccountID }) {
			continue
		}
		if err := writeTo(ctx, tx, []Member{one}, LetterClaimLost, m.now(), about(holder, []string{reason})); err != nil {
			return err
		}
		if err := record(ctx, tx, a, m.now(), deedOnMember(DeedMemberRemoved, holder.ID, one.AccountID, string(one.Role))); err != nil {
			return err
		}
	}
	if err := tx.EndInvitations(ctx, holder.ID, "", m.now()); err != nil {
		return err
	}
	return tx.RevokeAPIKeys(ctx, holder.ID, m.now()) // their machines leave with them
}

// tellVerdict writes to the owners of an organisation whether it was verified or rejected, and of a claim that was rejected
// to the owners of the verified one.
func (m *Market) tellVerdict(ctx context.Context, tx Tx, o *Organisation) error {
	if o.Verification == Verified {
		return m.writeToOwners(ctx, tx, LetterVerified, o)
	}
	if err := m.writeToOwners(ctx, tx, LetterRejected, o, o.Rejection); err != nil || o.Holder == nil {
		return err
	}
	return m.writeToOwners(ctx, tx, LetterClaimRefused, o.Holder)
}

func (m *Market) writeToOwners(ctx context.Context, tx Tx, kind LetterKind, of *Organisation, facts ...string) error {
	return writeToOwners(ctx, tx, of.ID, kind, m.now(), about(of, facts))
}

// about are the facts of a letter about an organisation: its name, and others.
func about(o *Organisation, facts []string) func(Language) []string {
	return func(l Language) []string { return append([]string{o.Name.In(l)}, facts...) }
}
