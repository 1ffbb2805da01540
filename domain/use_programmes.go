package domain

import (
	"context"

	"github.com/google/uuid"
)

// CreateProgramme adds a draft of an institution's. It returns Unauthenticated for a visitor, Forbidden unless the
// actor writes for the organisation, Invalid with every fault of the form.
func (m *Market) CreateProgramme(ctx context.Context, a Actor, organisation uuid.UUID, form ProgrammeForm) (*Programme, error) {
	now := m.now()
	out := &Programme{
		ID: m.newID(), OrganisationID: organisation, Status: ProgrammeDraft, CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayCreate(ctx, tx, a, organisation, ProgrammeSide); err != nil {
			return err
		}
		var err error
		if out.ProgrammeTerms, err = form.Parse(m.catalogue()); err != nil {
			return err
		}
		if err := tx.CreateProgramme(ctx, out); err != nil {
			return err
		}
		return record(ctx, tx, a, now, deedOnProgramme(DeedProgrammeCreated, out))
	})
	return out, err
}

// Programme returns a programme: to everybody if it is public, any other to members and administrators only; to the rest
// it is not there.
func (m *Market) Programme(ctx context.Context, a Actor, id uuid.UUID) (*Programme, error) {
	return visibleProgramme(ctx, m.store, a, id)
}

func visibleProgramme(ctx context.Context, r Reader, a Actor, id uuid.UUID) (*Programme, error) {
	p, err := r.Programme(ctx, id)
	if err != nil || p.Public() {
		return p, err
	}
	ok, err := mayRead(ctx, r, a, p.OrganisationID, ProgrammesRead)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Fail(NotFound, CodeNotFound)
	}
	return p, nil
}

// ReviseProgramme replaces what a programme says by what revise makes of it. It returns Unauthenticated for a visitor,
// NotFound for another's that is not public, Forbidden for another's that is, Stale if it was changed since the version that was read, Conflict if it is
// archived, Invalid with every fault.
func (m *Market) ReviseProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, revise func(*Programme) (ProgrammeForm, error)) (*Programme, error) {
	return m.changeProgramme(ctx, a, id, version, DeedProgrammeRevised, func(_ context.Context, _ Tx, p *Programme) error {
		if err := p.revisable(); err != nil {
			return err
		}
		form, err := revise(p)
		if err != nil {
			return err
		}
		terms, err := form.Parse(m.catalogue())
		if err != nil {
			return err
		}
		return p.Revise(terms, m.now())
	})
}

// PublishProgramme makes a draft public. Errors are those of ReviseProgramme; Conflict also while the organisation is
// not verified, Invalid with a place for each thing that is missing.
func (m *Market) PublishProgramme(ctx context.Context, a Actor, id uuid.UUID, version int) (*Programme, error) {
	return m.changeProgramme(ctx, a, id, version, DeedProgrammePublished, func(ctx context.Context, tx Tx, p *Programme) error {
		if err := isVerified(ctx, tx, p.OrganisationID); err != nil {
			return err
		}
		return p.Publish(m.now())
	})
}

// ArchiveProgramme takes a published programme out of the market. Errors are those of ReviseProgramme.
func (m *Market) ArchiveProgramme(ctx context.Context, a Actor, id uuid.UUID, version int) (*Programme, error) {
	return m.changeProgramme(ctx, a, id, version, DeedProgrammeArchived, func(_ context.Context, _ Tx, p *Programme) error {
		return p.Archive(m.now())
	})
}

// DeleteProgramme removes a programme for good. Errors are those of ReviseProgramme; Conflict only while it is hidden.
func (m *Market) DeleteProgramme(ctx context.Context, a Actor, id uuid.UUID, version int) error {
	return m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := heldProgramme(ctx, tx, a, id, version)
		if err != nil {
			return err
		}
		if err := p.Hidden.forbids(); err != nil {
			return err
		}
		if err := closeDeleted(ctx, tx, programmeAsThing(tx, p), m.now()); err != nil {
			return err
		}
		if err := tx.DeleteProgramme(ctx, id); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnProgramme(DeedProgrammeDeleted, p))
	})
}

func (m *Market) changeProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, deed DeedKind, change func(context.Context, Tx, *Programme) error) (*Programme, error) {
	var out *Programme
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		p, err := heldProgramme(ctx, tx, a, id, version)
		if err != nil {
			return err
		}
		if err := change(ctx, tx, p); err != nil {
			return err
		}
		out = p
		if err := tx.SaveProgramme(ctx, p); err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnProgramme(deed, p))
	})
	return out, err
}

// heldProgramme reads a programme that the actor may change and holds it until the transaction ends.
func heldProgramme(ctx context.Context, tx Tx, a Actor, id uuid.UUID, version int) (*Programme, error) {
	if err := identified(a); err != nil {
		return nil, err
	}
	p, err := tx.ProgrammeForUpdate(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := mayChange(ctx, tx, a, p.OrganisationID, p.Public(), ProgrammeSide); err != nil {
		return nil, err
	}
	return p, fresh(version, p.Version)
}
