package domain

import (
	"context"

	"github.com/google/uuid"
)

// CreateOrganisation adds an organisation, awaiting verification, with the actor as its owner. If a verified one has its
// registration it is a claim, which an administrator grants or rejects. It returns Unauthenticated for a visitor, Forbidden
// before the actor's address is proven and Invalid with every fault of the form.
func (m *Market) CreateOrganisation(ctx context.Context, a Actor, form OrganisationForm) (*Organisation, error) {
	var out *Organisation
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := person(ctx, tx, a)
		if err != nil {
			return err
		}
		if !p.Account.Confirmed() {
			return Fail(Forbidden, CodeEmailNotConfirmed)
		}
		out, err = NewOrganisation(m.newID(), form, m.now())
		if err != nil {
			return err
		}
		if err := tx.CreateOrganisation(ctx, out); err != nil {
			return err
		}
		if err := tx.SaveMembership(ctx, Membership{out.ID, p.Account.ID, Owner}); err != nil {
			return err
		}
		if err := record(ctx, tx, a, m.now(), deedOn(DeedOrganisationCreated, out, "")); err != nil {
			return err
		}
		return tellContest(ctx, tx, false, out)
	})
	return out, err
}

// Organisation returns an organisation: a verified one to everybody, any other to its members and administrators; to
// the rest it is not there.
func (m *Market) Organisation(ctx context.Context, a Actor, id uuid.UUID) (*Organisation, error) {
	o, err := m.store.Organisation(ctx, id)
	if err != nil || o.Verification == Verified {
		return o, err
	}
	if a.Key != uuid.Nil {
		known, err := mayKnow(ctx, m.store, a, id)
		if err == nil && !known {
			err = Fail(NotFound, CodeNotFound)
		}
		return o, err
	}
	admin, role, err := standing(ctx, m.store, a, id)
	switch {
	case err != nil:
		return nil, err
	case admin || role.Owns():
		return o, tellContest(ctx, m.store, admin, o)
	case role == "":
		return nil, Fail(NotFound, CodeNotFound)
	default:
		return o, nil
	}
}

// tellContest adds to organisations that are not verified whether a verified one has their registration; for administrators
// also which one.
func tellContest(ctx context.Context, r Reader, admin bool, list ...*Organisation) error {
	var ids []uuid.UUID
	for _, o := range list {
		if o.Verification != Verified {
			ids = append(ids, o.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	holders, err := r.Holders(ctx, ids)
	if err != nil {
		return err
	}
	for _, o := range list {
		if o.Verification == Verified {
			continue
		}
		holder, contested := holders[o.ID]
		o.Contested = &contested
		if admin {
			o.Holder = holder
		}
	}
	return nil
}

// ListOrganisations lists verified organisations; an administrator may ask for others. It returns Forbidden to anybody
// else who does.
func (m *Market) ListOrganisations(ctx context.Context, a Actor, q OrganisationList) ([]*Organisation, int, error) {
	if q.Verification == "" {
		q.Verification = Verified
	}
	if q.Verification == Verified {
		return m.store.ListOrganisations(ctx, q)
	}
	if err := mayAdminister(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	list, total, err := m.store.ListOrganisations(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	return list, total, tellContest(ctx, m.store, true, list...)
}

// VerifyOrganisation lets an organisation publish and writes to its owners. It returns Forbidden to all but administrators, Stale if it was
// changed since the version that was read, Conflict if it is verified already or its registration number belongs to
// another verified organisation.
func (m *Market) VerifyOrganisation(ctx context.Context, a Actor, id uuid.UUID, version int) (*Organisation, error) {
	return m.judge(ctx, a, id, version, DeedOrganisationVerified, func(o *Organisation) error { return o.Verify(m.now()) })
}

// RejectOrganisation refuses a pending organisation, for a reason, and writes to its owners and to those of the verified
// one that has its registration. Errors are those of VerifyOrganisation, and Invalid
// without a reason.
func (m *Market) RejectOrganisation(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Organisation, error) {
	return m.judge(ctx, a, id, version, DeedOrganisationRejected, func(o *Organisation) error { return o.Reject(reason, m.now()) })
}

func (m *Market) judge(ctx context.Context, a Actor, id uuid.UUID, version int, deed DeedKind, verdict func(*Organisation) error) (*Organisation, error) {
	var out *Organisation
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayAdminister(ctx, tx, a); err != nil {
			return err
		}
		o, err := tx.OrganisationForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := fresh(version, o.Version); err != nil {
			return err
		}
		if err := verdict(o); err != nil {
			return err
		}
		out = o
		if err := tx.SaveOrganisation(ctx, o); err != nil {
			return err
		}
		if err := tellContest(ctx, tx, true, o); err != nil {
			return err
		}
		if err := m.tellVerdict(ctx, tx, o); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOn(deed, o, o.Rejection))
	})
	return out, err
}

// deedOn is a deed on an organisation.
func deedOn(kind DeedKind, o *Organisation, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectOrganisation, Subject: o.ID, Organisation: o.ID, Note: note}
}

// OrganisationDemands lists what an organisation has, drafts included, to its members and administrators. It returns
// Unauthenticated for a visitor, NotFound for an organisation that the actor cannot see, Forbidden for one that is not
// theirs.
func (m *Market) OrganisationDemands(ctx context.Context, a Actor, q OwnList) ([]*Demand, int, error) {
	if err := mayReadAll(ctx, m.store, a, q.Organisation, DemandsRead); err != nil {
		return nil, 0, err
	}
	return m.store.ListDemands(ctx, q)
}

// OrganisationProgrammes is OrganisationDemands for programmes.
func (m *Market) OrganisationProgrammes(ctx context.Context, a Actor, q OwnList) ([]*Programme, int, error) {
	if err := mayReadAll(ctx, m.store, a, q.Organisation, ProgrammesRead); err != nil {
		return nil, 0, err
	}
	return m.store.ListProgrammes(ctx, q)
}
