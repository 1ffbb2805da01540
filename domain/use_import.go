package domain

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
)

// The name under which ids of imported things are derived (RFC 9562, version 5).
var importSpace = uuid.MustParse("6f1d4a52-3c0e-5b7e-9a63-0b7a6f2b1c5d")

// ImportedID returns the id of a thing that a sender knows by a reference of their own: the same for the same owner,
// source and reference on every instance.
func ImportedID(side Side, owner Registration, source Source) uuid.UUID {
	return uuid.NewSHA1(importSpace, []byte(string(side)+"\x00"+owner.Key()+"\x00"+source.Name+"\x00"+source.Reference))
}

// MaxReference bounds a sender's reference, in characters.
const MaxReference = 4_000

// check returns what is wrong with a source: without a reference all of a sender's things would be one.
func (s Source) check() error {
	var f Faults
	requiredText(&f, "/source/name", s.Name, MaxName, false)
	requiredText(&f, "/source/reference", s.Reference, MaxReference, false)
	parseURL(&f, "/source/url", s.URL)
	return f.Err()
}

// ImportEffect says what became of one imported thing.
type ImportEffect string

// The effects of importing one thing.
const (
	ImportCreated   ImportEffect = "created"
	ImportRevised   ImportEffect = "revised"
	ImportUnchanged ImportEffect = "unchanged"
	ImportRefused   ImportEffect = "refused" // see its faults
)

// ImportOutcome is what became of one imported thing, and why if it was refused.
type ImportOutcome struct {
	ID     uuid.UUID
	Effect ImportEffect
	Err    *Error
}

// DemandImport is one demand of a sender's.
type DemandImport struct {
	Source Source
	Form   DemandForm
	// KeepDeadline lets a demand that was imported before keep its last day: the form's own is only a default.
	KeepDeadline bool
}

// ProgrammeImport is one programme of a sender's.
type ProgrammeImport struct {
	Source Source
	Form   ProgrammeForm
}

// ImportDemands keeps a chunk of a sender's demands for a verified organisation in one transaction, and publishes them
// if asked; Conflict if it is not verified. A demand that cannot be kept as asked is refused whole and the others go on; one that is there already is
// revised where it differs, and left alone if it was closed. The second import of the same changes nothing.
func (m *Market) ImportDemands(ctx context.Context, a Actor, organisation uuid.UUID, items []DemandImport, publish bool) ([]ImportOutcome, error) {
	return importChunk(ctx, m, a, organisation, DemandSide, items,
		func(i DemandImport) Source { return i.Source },
		func(ctx context.Context, tx Tx, id uuid.UUID, i DemandImport) (ImportEffect, error) {
			return m.importDemand(ctx, tx, organisation, id, i, publish)
		})
}

// ImportProgrammes is ImportDemands for programmes.
func (m *Market) ImportProgrammes(ctx context.Context, a Actor, organisation uuid.UUID, items []ProgrammeImport, publish bool) ([]ImportOutcome, error) {
	return importChunk(ctx, m, a, organisation, ProgrammeSide, items,
		func(i ProgrammeImport) Source { return i.Source },
		func(ctx context.Context, tx Tx, id uuid.UUID, i ProgrammeImport) (ImportEffect, error) {
			return m.importProgramme(ctx, tx, organisation, id, i, publish)
		})
}

func importChunk[T any](ctx context.Context, m *Market, a Actor, organisation uuid.UUID, side Side, items []T,
	source func(T) Source, keep func(context.Context, Tx, uuid.UUID, T) (ImportEffect, error),
) ([]ImportOutcome, error) {
	var out []ImportOutcome
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		out = make([]ImportOutcome, 0, len(items))
		if err := mayCreate(ctx, tx, a, organisation, side); err != nil {
			return err
		}
		owner, err := tx.Organisation(ctx, organisation)
		if err != nil {
			return err
		}
		if owner.Verification != Verified {
			return Fail(Conflict, CodeNotVerified) // ids follow from its registration, which must be its own
		}
		for _, item := range items {
			o := ImportOutcome{ID: ImportedID(side, owner.Registration, source(item))}
			if err = source(item).check(); err == nil {
				o.Effect, err = keep(ctx, tx, o.ID, item)
			}
			if o.Err = refusal(err); o.Err != nil {
				o.Effect = ImportRefused
			} else if err != nil {
				return err
			}
			out = append(out, o)
		}
		return recordImport(ctx, tx, a, m.now(), owner, side, out)
	})
	return out, err
}

// recordImport notes what became of a chunk, if anything did.
func recordImport(ctx context.Context, tx Tx, a Actor, at time.Time, owner *Organisation, side Side, out []ImportOutcome) error {
	effects := map[ImportEffect]int{}
	for _, o := range out {
		effects[o.Effect]++
	}
	if effects[ImportCreated]+effects[ImportRevised] == 0 {
		return nil
	}
	kind := DeedDemandsImported
	if side == ProgrammeSide {
		kind = DeedProgrammesImported
	}
	note := fmt.Sprintf("created=%d revised=%d unchanged=%d refused=%d",
		effects[ImportCreated], effects[ImportRevised], effects[ImportUnchanged], effects[ImportRefused])
	return record(ctx, tx, a, at, deedOn(kind, owner, note))
}

// refusal returns err if it says that the thing itself cannot be kept, rather than that the store has failed.
func refusal(err error) *Error {
	if e, ok := err.(*Error); ok && (e.Kind == Invalid || e.Kind == Conflict) { //nolint:errorlint // only our own rules, not what the store wraps
		return e
	}
	return nil
}

func (m *Market) importDemand(ctx context.Context, tx Tx, organisation, id uuid.UUID, item DemandImport, publish bool) (ImportEffect, error) {
	now := m.now()
	d, err := tx.DemandForUpdate(ctx, id)
	isNew := KindOf(err) == NotFound
	switch {
	case isNew:
		d = &Demand{ID: id, OrganisationID: organisation, Source: &item.Source, Status: DemandDraft, CreatedAt: now, UpdatedAt: now, Version: 1}
	case err != nil:
		return "", err
	case d.OrganisationID != organisation:
		return "", Fail(Conflict, CodeExists) // an organisation that gave the same registration: theirs is not ours to change
	case d.Status == DemandClosed:
		return ImportUnchanged, nil
	case item.KeepDeadline && d.ValidThrough != 0:
		item.Form.ValidThrough = d.ValidThrough.String()
	}
	today := DateOf(now)
	if d.ValidThrough != 0 {
		today = min(today, d.ValidThrough)
	}
	terms, err := item.Form.Parse(m.catalogue(), today)
	if err != nil {
		return "", err
	}
	if !isNew && terms.Equal(d.DemandTerms) && (!publish || d.Status == DemandPublished) {
		return ImportUnchanged, nil
	}
	version := d.Version
	if isNew {
		d.DemandTerms = terms
	} else if err := d.Revise(terms, now); err != nil {
		return "", err
	}
	if publish && d.Status == DemandDraft {
		if err := d.Publish(now); err != nil {
			return "", err
		}
	}
	if isNew {
		d.Version = 1
		return ImportCreated, tx.CreateDemand(ctx, d)
	}
	d.Version = version + 1
	return ImportRevised, tx.SaveDemand(ctx, d)
}

func (m *Market) importProgramme(ctx context.Context, tx Tx, organisation, id uuid.UUID, item ProgrammeImport, publish bool) (ImportEffect, error) {
	now := m.now()
	p, err := tx.ProgrammeForUpdate(ctx, id)
	isNew := KindOf(err) == NotFound
	switch {
	case isNew:
		p = &Programme{ID: id, OrganisationID: organisation, Source: &item.Source, Status: ProgrammeDraft, CreatedAt: now, UpdatedAt: now, Version: 1}
	case err != nil:
		return "", err
	case p.OrganisationID != organisation:
		return "", Fail(Conflict, CodeExists)
	case p.Status == ProgrammeArchived:
		return ImportUnchanged, nil
	}
	terms, err := item.Form.Parse(m.catalogue())
	if err != nil {
		return "", err
	}
	if !isNew && terms.Equal(p.ProgrammeTerms) && (!publish || p.Status == ProgrammePublished) {
		return ImportUnchanged, nil
	}
	version := p.Version
	if isNew {
		p.ProgrammeTerms = terms
	} else if err := p.Revise(terms, now); err != nil {
		return "", err
	}
	if publish && p.Status == ProgrammeDraft {
		if err := p.Publish(now); err != nil {
			return "", err
		}
	}
	if isNew {
		p.Version = 1
		return ImportCreated, tx.CreateProgramme(ctx, p)
	}
	p.Version = version + 1
	return ImportRevised, tx.SaveProgramme(ctx, p)
}

// Equal says whether two demands say the same.
func (t DemandTerms) Equal(u DemandTerms) bool {
	return t.Title == u.Title && t.Description == u.Description && t.Kind == u.Kind && t.Occupation == u.Occupation &&
		t.Sector == u.Sector && t.Region == u.Region && t.WorkMode == u.WorkMode && t.Openings == u.Openings &&
		slices.Equal(t.Languages, u.Languages) && equalAt(t.Salary, u.Salary) && t.ValidThrough == u.ValidThrough &&
		slices.Equal(t.Requirements, u.Requirements)
}

// Equal says whether two programmes say the same.
func (t ProgrammeTerms) Equal(u ProgrammeTerms) bool {
	return t.Title == u.Title && t.Description == u.Description && t.Kind == u.Kind && t.Mode == u.Mode &&
		slices.Equal(t.Languages, u.Languages) && slices.Equal(t.Regions, u.Regions) && t.Weeks == u.Weeks &&
		t.Hours == u.Hours && t.ECTS == u.ECTS && equalAt(t.Price, u.Price) && slices.Equal(t.Funding, u.Funding) &&
		t.NQFLevel == u.NQFLevel && slices.Equal(t.Segments, u.Segments) && slices.Equal(t.Sectors, u.Sectors) &&
		t.URL == u.URL && slices.Equal(t.Outcomes, u.Outcomes) && slices.Equal(t.Prerequisites, u.Prerequisites) &&
		slices.Equal(t.Intakes, u.Intakes)
}

func equalAt[T comparable](a, b *T) bool {
	return a == nil && b == nil || a != nil && b != nil && *a == *b
}
