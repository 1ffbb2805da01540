package domain

import (
	"context"
	"errors"

	"github.com/google/uuid"
)

// CreateDemand adds a draft of an organisation's. It returns Unauthenticated for a visitor, Forbidden unless the actor
// writes for the organisation, Invalid with every fault of the form.
func (m *Market) CreateDemand(ctx context.Context, a Actor, organisation uuid.UUID, form DemandForm) (*Demand, error) {
	now := m.now()
	out := &Demand{
		ID: m.newID(), OrganisationID: organisation, Status: DemandDraft, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayCreate(ctx, tx, a, organisation, DemandSide); err != nil {
			return err
		}
		var err error
		if out.DemandTerms, err = form.Parse(m.catalogue(), DateOf(now)); err != nil {
			return err
		}
		if err := tx.CreateDemand(ctx, out); err != nil {
			return err
		}
		return record(ctx, tx, a, now, deedOnDemand(DeedDemandCreated, out))
	})
	return out, err
}

// mayCreate checks who acts for which organisation before the form is read.
func mayCreate(ctx context.Context, tx Tx, a Actor, organisation uuid.UUID, side Side) error {
	o, err := mayWriteFor(ctx, tx, a, organisation, side.Write())
	if err != nil {
		return err
	}
	if o.Kind.Teaches() != (side == ProgrammeSide) {
		return atOrganisation(CodeWrongKind, o.Kind)
	}
	return nil
}

// mayWriteFor is mayWrite for an organisation that a form names: a stranger learns nothing of one that is not public, not
// even that it is there.
func mayWriteFor(ctx context.Context, tx Tx, a Actor, organisation uuid.UUID, some ...Scope) (*Organisation, error) {
	if err := identified(a); err != nil {
		return nil, err
	}
	o, err := tx.Organisation(ctx, organisation)
	if err != nil && KindOf(err) != NotFound {
		return nil, err
	}
	known := err == nil
	if known && o.Verification != Verified {
		if known, err = mayKnow(ctx, tx, a, organisation); err != nil {
			return nil, err
		}
	}
	if !known {
		return nil, atOrganisation(CodeUnknownValue, organisation)
	}
	return o, mayWrite(ctx, tx, a, organisation, some...)
}

// atOrganisation returns what is wrong with the organisation that somebody wants to publish for.
func atOrganisation(code Code, arg any) error {
	var f Faults
	f.Add("/organisation_id", code, arg)
	return f.Err()
}

// Demand returns a demand: to everybody if it is public, any other to members and administrators only; to the rest it is
// not there.
func (m *Market) Demand(ctx context.Context, a Actor, id uuid.UUID) (*Demand, error) {
	return visibleDemand(ctx, m.store, a, id)
}

func visibleDemand(ctx context.Context, r Reader, a Actor, id uuid.UUID) (*Demand, error) {
	d, err := r.Demand(ctx, id)
	if err != nil || d.Public() {
		return d, err
	}
	ok, err := mayRead(ctx, r, a, d.OrganisationID, DemandsRead)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Fail(NotFound, CodeNotFound)
	}
	return d, nil
}

// ReviseDemand replaces what a demand says by what revise makes of it. It returns Unauthenticated for a visitor, NotFound
// for another's that is not public, Forbidden for another's that is, Stale if it was changed since the version that was read, Conflict if it is closed,
// Invalid with every fault. A deadline that stays as it was may lie in the past while the demand is a draft.
func (m *Market) ReviseDemand(ctx context.Context, a Actor, id uuid.UUID, version int, revise func(*Demand) (DemandForm, error)) (*Demand, error) {
	return m.changeDemand(ctx, a, id, version, DeedDemandRevised, func(_ context.Context, _ Tx, d *Demand) error {
		if err := d.revisable(); err != nil {
			return err // before the form: nothing that it says would help
		}
		form, err := revise(d)
		if err != nil {
			return err
		}
		today := m.Today()
		if form.ValidThrough == d.ValidThrough.String() && d.Status == DemandDraft {
			today = min(today, d.ValidThrough)
		}
		terms, err := form.Parse(m.catalogue(), today)
		if err != nil {
			return err
		}
		return d.Revise(terms, m.now())
	})
}

// PublishDemand makes a draft public. Errors are those of ReviseDemand; Conflict also while the organisation is not
// verified, Invalid with a place for each thing that is missing.
func (m *Market) PublishDemand(ctx context.Context, a Actor, id uuid.UUID, version int) (*Demand, error) {
	return m.changeDemand(ctx, a, id, version, DeedDemandPublished, func(ctx context.Context, tx Tx, d *Demand) error {
		if err := isVerified(ctx, tx, d.OrganisationID); err != nil {
			return err
		}
		return d.Publish(m.now())
	})
}

// CloseDemand ends a published demand. Errors are those of ReviseDemand.
func (m *Market) CloseDemand(ctx context.Context, a Actor, id uuid.UUID, version int) (*Demand, error) {
	return m.changeDemand(ctx, a, id, version, DeedDemandClosed, func(_ context.Context, _ Tx, d *Demand) error {
		return d.Close(ClosedByOwner, m.now())
	})
}

// DeleteDemand removes a demand for good. Errors are those of ReviseDemand; Conflict only while it is hidden.
func (m *Market) DeleteDemand(ctx context.Context, a Actor, id uuid.UUID, version int) error {
	return m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := heldDemand(ctx, tx, a, id, version)
		if err != nil {
			return err
		}
		if err := d.Hidden.forbids(); err != nil {
			return err
		}
		if err := closeDeleted(ctx, tx, demandAsThing(tx, d), m.now()); err != nil {
			return err
		}
		if err := tx.DeleteDemand(ctx, id); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnDemand(DeedDemandDeleted, d))
	})
}

func (m *Market) changeDemand(ctx context.Context, a Actor, id uuid.UUID, version int, deed DeedKind, change func(context.Context, Tx, *Demand) error) (*Demand, error) {
	var out *Demand
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		d, err := heldDemand(ctx, tx, a, id, version)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, d); err != nil {
			return err
		}
		out = d
		if err := tx.SaveDemand(ctx, d); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnDemand(deed, d))
	})
	return out, err
}

// heldDemand reads a demand that the actor may change and holds it until the transaction ends.
func heldDemand(ctx context.Context, tx Tx, a Actor, id uuid.UUID, version int) (*Demand, error) {
	if err := identified(a); err != nil {
		return nil, err
	}
	d, err := tx.DemandForUpdate(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := mayChange(ctx, tx, a, d.OrganisationID, d.Public(), DemandSide); err != nil {
		return nil, err
	}
	return d, fresh(version, d.Version)
}

// ExpireDemands closes published demands whose last day has passed, at most limit at a time, and says how many. One that
// cannot be saved does not keep the others open.
func (m *Market) ExpireDemands(ctx context.Context, limit int) (int, error) {
	now := m.now()
	ids, err := m.store.ExpiredDemands(ctx, DateOf(now), limit)
	if err != nil {
		return 0, err
	}
	closed := 0
	var failed error
	for _, id := range ids {
		expired := false
		err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			d, err := tx.DemandForUpdate(ctx, id)
			if err != nil {
				return err
			}
			expired = d.ValidThrough < DateOf(now) && d.Close(ClosedExpired, now) == nil
			if !expired {
				return nil // somebody was faster
			}
			if err := tx.SaveDemand(ctx, d); err != nil {
				return err
			}
			return record(ctx, tx, Actor{Operator: true}, now, deedOnDemand(DeedDemandExpired, d))
		})
		switch {
		case err == nil && expired:
			closed++
		case err != nil && KindOf(err) != NotFound:
			failed = errors.Join(failed, err)
		}
	}
	return closed, failed
}
