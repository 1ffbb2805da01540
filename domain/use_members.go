package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Members are the verbs of who belongs to an organisation. Those that change it hold the organisation, so that it is one
// change at a time, and read the actor's role after that.
type Members struct {
	store Store
	codes Codes
	clock func() time.Time
}

// NewMembers returns the verbs of who belongs to an organisation.
func NewMembers(store Store, codes Codes, clock func() time.Time) *Members {
	return &Members{store, codes, clock}
}

func (s *Members) now() time.Time { return s.clock().UTC().Truncate(time.Microsecond) }

// List lists the members of an organisation, to them and to administrators. It returns Unauthenticated for a visitor,
// NotFound for an organisation that the actor cannot see, Forbidden for one that is not theirs.
func (s *Members) List(ctx context.Context, a Actor, q MemberList) ([]Member, int, error) {
	if err := mayReadAll(ctx, s.store, a, q.Organisation); err != nil {
		return nil, 0, err
	}
	return s.store.Members(ctx, q)
}

// owned holds an organisation for a verb of its owners. It returns Unauthenticated for a visitor, NotFound for an
// organisation that the actor cannot see, Forbidden unless they own it.
func owned(ctx context.Context, tx Tx, a Actor, id uuid.UUID) (*Organisation, error) {
	if err := signedIn(a); err != nil {
		return nil, err
	}
	o, err := tx.OrganisationForUpdate(ctx, id)
	if err != nil {
		return nil, err
	}
	return o, mayOwn(ctx, tx, a, id, o.Verification == Verified)
}

// ChangeRole gives a member of an organisation another role. It returns Unauthenticated for a visitor, NotFound for an
// organisation that the actor cannot see and for somebody who is no member, Forbidden unless the actor owns the
// organisation, Invalid for what is no role, Conflict for the last owner.
func (s *Members) ChangeRole(ctx context.Context, a Actor, organisation, account uuid.UUID, role string) (*Member, error) {
	var out *Member
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := owned(ctx, tx, a, organisation); err != nil {
			return err
		}
		var f Faults
		next, err := ParseMemberRole(role)
		if !f.Check("/role", err) {
			return f.Err()
		}
		if out, err = tx.Member(ctx, organisation, account); err != nil || out.Role == next {
			return err
		}
		if err := keepsOwner(ctx, tx, organisation, account); err != nil {
			return err
		}
		out.Role = next
		if err := tx.SaveMembership(ctx, Membership{organisation, account, next}); err != nil {
			return err
		}
		return record(ctx, tx, a, s.now(), deedOnMember(DeedMemberRoleChanged, organisation, account, string(next)))
	})
	return out, err
}

// Remove takes a member out of an organisation; members may take out themselves. Errors are those of ChangeRole.
func (s *Members) Remove(ctx context.Context, a Actor, organisation, account uuid.UUID) error {
	if err := signedIn(a); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		deed := DeedMemberLeft
		if account == a.AccountID {
			if _, err := tx.OrganisationForUpdate(ctx, organisation); err != nil {
				return err
			}
		} else {
			deed = DeedMemberRemoved
			if _, err := owned(ctx, tx, a, organisation); err != nil {
				return err
			}
		}
		m, err := tx.Member(ctx, organisation, account)
		if err != nil {
			return err
		}
		if err := keepsOwner(ctx, tx, organisation, account); err != nil {
			return err
		}
		if err := tx.DeleteMembership(ctx, organisation, account); err != nil {
			return err
		}
		return record(ctx, tx, a, s.now(), deedOnMember(deed, organisation, account, string(m.Role)))
	})
}

// keepsOwner returns Conflict if nobody but an account owns an organisation, which is held.
func keepsOwner(ctx context.Context, tx Tx, organisation, account uuid.UUID) error {
	owners, _, err := tx.Members(ctx, MemberList{Organisation: organisation, Role: Owner, Limit: 2})
	if err == nil && len(owners) == 1 && owners[0].AccountID == account {
		return Fail(Conflict, CodeLastOwner)
	}
	return err
}

// Transfer makes another member an owner of an organisation, and the actor, who is one, an editor. It returns
// Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden unless they own it,
// Invalid for somebody who is no other member.
func (s *Members) Transfer(ctx context.Context, a Actor, organisation, to uuid.UUID) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := owned(ctx, tx, a, organisation); err != nil {
			return err
		}
		p, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		_, err = tx.Member(ctx, organisation, to)
		if KindOf(err) == NotFound || to == p.Account.ID {
			var f Faults
			f.Add("/account_id", CodeNotAnotherMember)
			return f.Err()
		}
		if err != nil {
			return err
		}
		for _, m := range []Membership{{organisation, to, Owner}, {organisation, p.Account.ID, Editor}} {
			if err := tx.SaveMembership(ctx, m); err != nil {
				return err
			}
		}
		return record(ctx, tx, a, s.now(), deedOnMember(DeedTransferred, organisation, to, ""))
	})
}

// deedOnMember is a deed on somebody who belongs, or belonged, to an organisation.
func deedOnMember(kind DeedKind, organisation, account uuid.UUID, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectAccount, Subject: account, Organisation: organisation, Note: note}
}
