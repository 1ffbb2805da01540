package domain

import (
	"context"

	"github.com/google/uuid"
)

// HideDemand takes a demand out of the public's sight, for a reason that its organisation's owners are written. It
// returns Forbidden to all but administrators, Stale if it was changed since the version that was read, Conflict if it
// is hidden already, Invalid without a reason.
func (m *Market) HideDemand(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Demand, error) {
	return m.moderateDemand(ctx, a, id, version, ruling{DeedDemandHidden, LetterHidden, reason})
}

// RestoreDemand shows a hidden demand again, as it was. Errors are those of HideDemand; Conflict if it is not hidden.
func (m *Market) RestoreDemand(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Demand, error) {
	return m.moderateDemand(ctx, a, id, version, ruling{DeedDemandRestored, LetterRestored, reason})
}

// HideProgramme is HideDemand for programmes.
func (m *Market) HideProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Programme, error) {
	return m.moderateProgramme(ctx, a, id, version, ruling{DeedProgrammeHidden, LetterHidden, reason})
}

// RestoreProgramme is RestoreDemand for programmes.
func (m *Market) RestoreProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Programme, error) {
	return m.moderateProgramme(ctx, a, id, version, ruling{DeedProgrammeRestored, LetterRestored, reason})
}

// ruling is what an administrator decides on a thing: to hide or to restore it.
type ruling struct {
	deed   DeedKind
	letter LetterKind
	reason string
}

func (m *Market) moderateDemand(ctx context.Context, a Actor, id uuid.UUID, version int, r ruling) (*Demand, error) {
	var out *Demand
	err := m.moderate(ctx, a, &r, func(ctx context.Context, tx Tx) error {
		d, err := tx.DemandForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := fresh(version, d.Version); err != nil {
			return err
		}
		out = d
		return m.ruleOnDemand(ctx, tx, a, d, r)
	})
	return out, err
}

func (m *Market) moderateProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, r ruling) (*Programme, error) {
	var out *Programme
	err := m.moderate(ctx, a, &r, func(ctx context.Context, tx Tx) error {
		p, err := tx.ProgrammeForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := fresh(version, p.Version); err != nil {
			return err
		}
		out = p
		return m.ruleOnProgramme(ctx, tx, a, p, r)
	})
	return out, err
}

// moderate does an administrator's work for a reason, which it reads.
func (m *Market) moderate(ctx context.Context, a Actor, r *ruling, work func(context.Context, Tx) error) error {
	return m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayAdminister(ctx, tx, a); err != nil {
			return err
		}
		var err error
		if r.reason, err = parseReason(r.reason); err != nil {
			return err
		}
		return work(ctx, tx)
	})
}

// ruleOnDemand applies a ruling to a demand that is held.
func (m *Market) ruleOnDemand(ctx context.Context, tx Tx, a Actor, d *Demand, r ruling) error {
	var err error
	if r.letter == LetterHidden {
		err = d.Hide(r.reason, m.now())
	} else {
		err = d.Restore(m.now())
	}
	if err != nil {
		return err
	}
	if err := tx.SaveDemand(ctx, d); err != nil {
		return err
	}
	if err := m.writeToOwners(ctx, tx, d.OrganisationID, d.Title, r); err != nil {
		return err
	}
	return record(ctx, tx, a, m.now(), deedOnDemand(r.deed, d, r.reason))
}

// ruleOnProgramme is ruleOnDemand for programmes.
func (m *Market) ruleOnProgramme(ctx context.Context, tx Tx, a Actor, p *Programme, r ruling) error {
	var err error
	if r.letter == LetterHidden {
		err = p.Hide(r.reason, m.now())
	} else {
		err = p.Restore(m.now())
	}
	if err != nil {
		return err
	}
	if err := tx.SaveProgramme(ctx, p); err != nil {
		return err
	}
	if err := m.writeToOwners(ctx, tx, p.OrganisationID, p.Title, r); err != nil {
		return err
	}
	return record(ctx, tx, a, m.now(), deedOnProgramme(r.deed, p, r.reason))
}

// writeToOwners tells the owners of an organisation of a ruling on a thing of theirs.
func (m *Market) writeToOwners(ctx context.Context, tx Tx, organisation uuid.UUID, title Text, r ruling) error {
	o, err := tx.Organisation(ctx, organisation)
	if err != nil {
		return err
	}
	owners, err := tx.OwnersOf(ctx, organisation)
	if err != nil {
		return err
	}
	for _, to := range owners {
		err := tx.SendLetter(ctx, Letter{
			ID: m.newID(), Kind: r.letter, To: to.Email, Language: to.Language,
			Facts: []string{title.In(to.Language), o.Name.In(to.Language), r.reason}, CreatedAt: m.now(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// deedOnDemand is a deed on a demand.
func deedOnDemand(kind DeedKind, d *Demand, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectDemand, Subject: d.ID, Organisation: d.OrganisationID, Note: note}
}

// deedOnProgramme is a deed on a programme.
func deedOnProgramme(kind DeedKind, p *Programme, note string) Deed {
	return Deed{Kind: kind, SubjectKind: SubjectProgramme, Subject: p.ID, Organisation: p.OrganisationID, Note: note}
}
