package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// HideDemand takes a demand out of the public's sight, for a reason that its organisation's owners are written, and
// closes the reports on it. It returns Forbidden to all but administrators, Stale if it was changed since the version
// that was read, Conflict if it is hidden already, Invalid without a reason.
func (m *Market) HideDemand(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Demand, error) {
	return m.moderateDemand(ctx, a, id, version, ruling{true, reason})
}

// RestoreDemand shows a hidden demand again, as it was. Errors are those of HideDemand; Conflict if it is not hidden.
func (m *Market) RestoreDemand(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Demand, error) {
	return m.moderateDemand(ctx, a, id, version, ruling{false, reason})
}

// HideProgramme is HideDemand for programmes.
func (m *Market) HideProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Programme, error) {
	return m.moderateProgramme(ctx, a, id, version, ruling{true, reason})
}

// RestoreProgramme is RestoreDemand for programmes.
func (m *Market) RestoreProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, reason string) (*Programme, error) {
	return m.moderateProgramme(ctx, a, id, version, ruling{false, reason})
}

// ruling is what an administrator decides on a thing: to hide it, or else to restore it.
type ruling struct {
	hide   bool
	reason string
}

func (m *Market) moderateDemand(ctx context.Context, a Actor, id uuid.UUID, version int, r ruling) (*Demand, error) {
	var out *Demand
	err := m.administer(ctx, a, func(ctx context.Context, tx Tx) error {
		d, err := tx.DemandForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := fresh(version, d.Version); err != nil {
			return err
		}
		out = d
		return m.rule(ctx, tx, a, demandAsThing(tx, d), r)
	})
	return out, err
}

func (m *Market) moderateProgramme(ctx context.Context, a Actor, id uuid.UUID, version int, r ruling) (*Programme, error) {
	var out *Programme
	err := m.administer(ctx, a, func(ctx context.Context, tx Tx) error {
		p, err := tx.ProgrammeForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := fresh(version, p.Version); err != nil {
			return err
		}
		out = p
		return m.rule(ctx, tx, a, programmeAsThing(tx, p), r)
	})
	return out, err
}

// administer does an administrator's work in a transaction.
func (m *Market) administer(ctx context.Context, a Actor, work func(context.Context, Tx) error) error {
	return m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := mayAdminister(ctx, tx, a); err != nil {
			return err
		}
		return work(ctx, tx)
	})
}

// thing is a demand or a programme as moderation sees it, held until the transaction ends.
type thing struct {
	subject      Subject
	organisation uuid.UUID
	title        Text
	public       bool
	hide         func(reason string, now time.Time) error
	restore      func(now time.Time) error
	save         func(context.Context) error
}

func demandAsThing(tx Tx, d *Demand) thing {
	save := func(ctx context.Context) error { return tx.SaveDemand(ctx, d) }
	return thing{Subject{DemandSide, d.ID}, d.OrganisationID, d.Title, d.Public(), d.Hide, d.Restore, save}
}

func programmeAsThing(tx Tx, p *Programme) thing {
	save := func(ctx context.Context) error { return tx.SaveProgramme(ctx, p) }
	return thing{Subject{ProgrammeSide, p.ID}, p.OrganisationID, p.Title, p.Public(), p.Hide, p.Restore, save}
}

// heldThing reads a demand or a programme and holds it until the transaction ends, or returns NotFound.
func heldThing(ctx context.Context, tx Tx, of Subject) (thing, error) {
	if of.Side == DemandSide {
		d, err := tx.DemandForUpdate(ctx, of.ID)
		if err != nil {
			return thing{}, err
		}
		return demandAsThing(tx, d), nil
	}
	p, err := tx.ProgrammeForUpdate(ctx, of.ID)
	if err != nil {
		return thing{}, err
	}
	return programmeAsThing(tx, p), nil
}

// rule applies a ruling to a thing that is held: what it says is done, told to the owners, and noted. Hiding a thing
// closes the reports on it.
func (m *Market) rule(ctx context.Context, tx Tx, a Actor, t thing, r ruling) error {
	var err error
	if r.reason, err = parseReason(r.reason); err != nil {
		return err
	}
	now, letter := m.now(), LetterRestored
	if r.hide {
		letter, err = LetterHidden, t.hide(r.reason, now)
	} else {
		err = t.restore(now)
	}
	if err != nil {
		return err
	}
	if err := t.save(ctx); err != nil {
		return err
	}
	if r.hide {
		if err := closeReports(ctx, tx, t, uuid.Nil, Closing{OutcomeHidden, r.reason, now}); err != nil {
			return err
		}
	}
	if err := t.tellOwners(ctx, tx, letter, r.reason, now); err != nil {
		return err
	}
	return record(ctx, tx, a, now, t.deed(r))
}

// tellOwners tells the owners of the organisation that a thing belongs to what has become of it.
func (t thing) tellOwners(ctx context.Context, tx Tx, kind LetterKind, reason string, at time.Time) error {
	o, err := tx.Organisation(ctx, t.organisation)
	if err != nil {
		return err
	}
	return writeToOwners(ctx, tx, o.ID, kind, at, func(l Language) []string { return []string{t.title.In(l), o.Name.In(l), reason} })
}

// deed is what a ruling on a thing is in the audit.
func (t thing) deed(r ruling) Deed {
	d := Deed{SubjectKind: SubjectDemand, Subject: t.subject.ID, Organisation: t.organisation, Note: r.reason}
	kinds := map[bool]DeedKind{true: DeedDemandHidden, false: DeedDemandRestored}
	if t.subject.Side == ProgrammeSide {
		d.SubjectKind = SubjectProgramme
		kinds = map[bool]DeedKind{true: DeedProgrammeHidden, false: DeedProgrammeRestored}
	}
	d.Kind = kinds[r.hide]
	return d
}
