package domain

import (
	"context"
	"slices"

	"github.com/google/uuid"
)

// Imports takes files of organisations' row by row: the good rows are kept at once, the bad ones wait to be repaired. An
// import runs in the background, in chunks that are each kept as a whole with what became of their rows, so that it goes on
// where it was after whatever interrupts it.
type Imports struct {
	market *Market
	rows   RowReader
}

// NewImports returns the verbs of imports over a market.
func NewImports(market *Market, rows RowReader) *Imports { return &Imports{market, rows} }

// Begin keeps a file to be taken in the background. It returns Unauthenticated for a visitor, Forbidden unless the actor
// writes for the organisation, Invalid for a file without rows or with too many, Conflict while another import of the
// organisation's runs, and if it is to be published by an organisation that is not verified.
func (s *Imports) Begin(ctx context.Context, a Actor, form ImportForm) (*Import, error) {
	i, err := s.read(a, form)
	if err != nil {
		return nil, err
	}
	err = s.market.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if err := s.mayImport(ctx, tx, a, i); err != nil {
			return err
		}
		if _, err := tx.OrganisationForUpdate(ctx, i.Organisation); err != nil {
			return err
		}
		running, err := tx.ImportsRunning(ctx, i.Organisation)
		if err != nil {
			return err
		}
		if running {
			return Fail(Conflict, CodeImportRunning)
		}
		return tx.CreateImport(ctx, i, form.Rows)
	})
	return i, err
}

// read makes an import of a form. Of rows that are known by the same id only the first counts: else each import of the file
// would revise the one by the other.
func (s *Imports) read(a Actor, form ImportForm) (*Import, error) {
	var f Faults
	side, err := parseOne(form.Side, []Side{DemandSide, ProgrammeSide})
	f.Check("/side", err)
	switch n := len(form.Rows); {
	case n == 0:
		f.Add("", CodeNoRows)
	case n > MaxImportRows:
		f.Add("", CodeTooManyRows, MaxImportRows)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	i := &Import{
		ID: s.market.newID(), Organisation: form.Organisation, Starter: a, Side: side, Format: form.Format, Publish: form.Publish,
		Rehearsal: form.Rehearsal, Status: ImportRunning, Counts: make(map[RowState]int), CreatedAt: s.market.now(),
	}
	seen := make(map[string]bool, len(form.Rows))
	for n := range form.Rows {
		row := &form.Rows[n]
		if id := row.Cells[ExternalID]; id != "" && seen[id] {
			row.Faults = append(row.Faults, RowFault{Column: ExternalID, Reason: Reason{Code: CodeDuplicate, Args: []any{id}}})
		} else {
			seen[id] = true
		}
		row.State = RowWaiting
		if len(row.Faults) > 0 {
			row.State, row.Faults = RowFaulty, texts(row.Faults)
		}
		i.Counts[row.State]++
	}
	return i, nil
}

// mayImport says why an actor may not import as asked, or nil.
func (s *Imports) mayImport(ctx context.Context, tx Tx, a Actor, i *Import) error {
	if err := mayCreate(ctx, tx, a, i.Organisation, i.Side); err != nil {
		return err
	}
	if i.Publish {
		return isVerified(ctx, tx, i.Organisation)
	}
	return nil
}

// Import returns an import to members of its organisation and administrators; to the rest it is not there.
func (s *Imports) Import(ctx context.Context, a Actor, id uuid.UUID) (*Import, error) {
	return visibleImport(ctx, s.market.store, a, id)
}

func visibleImport(ctx context.Context, r Reader, a Actor, id uuid.UUID) (*Import, error) {
	if err := identified(a); err != nil {
		return nil, err
	}
	i, err := r.Import(ctx, id)
	if err != nil {
		return nil, err
	}
	ok, err := mayRead(ctx, r, a, i.Organisation, i.Side.Write())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Fail(NotFound, CodeNotFound)
	}
	return i, nil
}

// Rows lists the rows of an import in the order of the file, and says how many there are. Errors are those of Import.
func (s *Imports) Rows(ctx context.Context, a Actor, q ImportRowList) ([]ImportRow, int, error) {
	if _, err := visibleImport(ctx, s.market.store, a, q.Import); err != nil {
		return nil, 0, err
	}
	return s.market.store.ImportRows(ctx, q)
}

// Repair takes a faulty row once more, at once, with its cells as mend leaves them, and returns what became of it: it may be
// faulty still. It returns NotFound for what the actor cannot see, Forbidden unless the actor writes for the organisation,
// Conflict for a row that is not faulty.
func (s *Imports) Repair(ctx context.Context, a Actor, id uuid.UUID, number int, mend func(Cells)) (*ImportRow, error) {
	var out *ImportRow
	err := s.market.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := visibleImport(ctx, tx, a, id); err != nil {
			return err
		}
		i, err := tx.ImportForUpdate(ctx, id)
		if err != nil {
			return err
		}
		if err := s.mayImport(ctx, tx, a, i); err != nil {
			return err
		}
		if out, err = tx.ImportRow(ctx, id, number); err != nil {
			return err
		}
		if out.State != RowFaulty {
			return Fail(Conflict, CodeRowNotFaulty)
		}
		mend(out.Cells)
		out.Faults = nil
		taken, _, err := tx.ImportRows(ctx, ImportRowList{Import: id, Reference: out.Cells.Reference(), Limit: 2})
		if err != nil {
			return err
		}
		if slices.ContainsFunc(taken, func(r ImportRow) bool { return r.Number != number && r.State != RowFaulty }) {
			out.Faults = []RowFault{{Column: ExternalID, Reason: Reason{Code: CodeDuplicate, Args: []any{out.Cells[ExternalID]}}}}
			return tx.SaveImportRows(ctx, id, []ImportRow{*out})
		}
		rows := []ImportRow{*out}
		err = s.take(ctx, tx, a, i, rows)
		*out = rows[0]
		return err
	})
	return out, err
}

// Step takes the next rows of the import that waits longest, and says whether there may be more to do. Whoever started it
// must still be allowed to: else it is stopped.
func (s *Imports) Step(ctx context.Context) (more bool, err error) {
	more, err = s.step(ctx, rowsAtOnce)
	if err == nil || KindOf(err) != 0 || ctx.Err() != nil {
		return more, err
	}
	return s.step(ctx, 1) // a row that cannot be kept for a reason that no rule foresaw does not keep the others
}

func (s *Imports) step(ctx context.Context, most int) (more bool, err error) {
	err = s.market.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		i, err := tx.TakeImport(ctx)
		if more = err == nil; KindOf(err) == NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		rows, _, err := tx.ImportRows(ctx, ImportRowList{Import: i.ID, State: RowWaiting, Limit: most})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			i.end(nil, s.market.now())
			return tx.SaveImport(ctx, i)
		}
		if err := s.mayImport(ctx, tx, i.Starter, i); err != nil {
			refused, ours := err.(*Error) //nolint:errorlint // only our own rules, not what the store wraps
			if !ours {
				return err
			}
			i.end(refused, s.market.now())
			return tx.SaveImport(ctx, i)
		}
		return s.take(ctx, tx, i.Starter, i, rows)
	})
	return more, err
}

// take takes rows of an import and keeps what becomes of them. Nobody else imports for the organisation meanwhile: two could
// not both create what one id stands for.
func (s *Imports) take(ctx context.Context, tx Tx, a Actor, i *Import, rows []ImportRow) error {
	owner, err := tx.OrganisationForUpdate(ctx, i.Organisation)
	if err != nil {
		return err
	}
	keep := tx
	if i.Rehearsal {
		keep = rehearsal{tx}
	}
	out := make([]ImportOutcome, len(rows))
	for n := range rows {
		row := &rows[n]
		effect, faults, err := s.takeRow(ctx, keep, i, row)
		if err != nil {
			return err
		}
		row.State, row.Faults, out[n].Effect = RowState(effect), texts(faults), effect
		if effect == ImportRefused {
			row.State = RowFaulty
			continue
		}
		if !i.Rehearsal {
			row.Thing = i.thing(row.Cells.Reference())
		}
	}
	if err := tx.SaveImportRows(ctx, i.ID, rows); err != nil || i.Rehearsal {
		return err
	}
	return recordImport(ctx, tx, a, s.market.now(), owner, i.Side, out)
}

// takeRow keeps what one row says, or says why not.
func (s *Imports) takeRow(ctx context.Context, tx Tx, i *Import, row *ImportRow) (ImportEffect, []RowFault, error) {
	source := Source{Name: SenderSource, Reference: row.Cells.Reference()}
	var faults []RowFault
	var read func() error
	var keep func(id uuid.UUID) (ImportEffect, error)
	if i.Side == DemandSide {
		var form DemandForm
		form, faults = s.rows.Demand(row.Cells, s.market.catalogue())
		read = func() error { _, err := form.Parse(s.market.catalogue(), s.market.Today()); return err }
		keep = func(id uuid.UUID) (ImportEffect, error) {
			return s.market.importDemand(ctx, tx, i.Organisation, id, DemandImport{Source: source, Form: form}, i.Publish)
		}
	} else {
		var form ProgrammeForm
		form, faults = s.rows.Programme(row.Cells, s.market.catalogue())
		read = func() error { _, err := form.Parse(s.market.catalogue()); return err }
		keep = func(id uuid.UUID) (ImportEffect, error) {
			return s.market.importProgramme(ctx, tx, i.Organisation, id, ProgrammeImport{Source: source, Form: form}, i.Publish)
		}
	}
	if len(faults) > 0 { // and whatever else is wrong, in other cells
		return ImportRefused, s.more(i.Side, faults, refusal(read())), nil
	}
	err := source.check()
	var effect ImportEffect
	if err == nil {
		effect, err = keep(i.thing(source.Reference))
	}
	if refused := refusal(err); refused != nil {
		return ImportRefused, s.more(i.Side, nil, refused), nil
	}
	return effect, nil, err
}

// more adds to the faults of cells those that a form has in other cells.
func (s *Imports) more(side Side, faults []RowFault, err *Error) []RowFault {
	if err == nil {
		return faults
	}
	if len(err.Faults) == 0 {
		return append(faults, RowFault{Reason: err.Reason})
	}
	known := len(faults)
	for _, f := range err.Faults {
		column, item := s.rows.Place(side, f.Pointer)
		if !slices.ContainsFunc(faults[:known], func(k RowFault) bool { return k.Column == column }) {
			faults = append(faults, RowFault{column, item, f.Reason})
		}
	}
	return faults
}

// rehearsal is a transaction in which things are made and not kept.
type rehearsal struct{ Tx }

// CreateDemand keeps nothing.
func (rehearsal) CreateDemand(context.Context, *Demand) error { return nil }

// SaveDemand keeps nothing.
func (rehearsal) SaveDemand(context.Context, *Demand) error { return nil }

// CreateProgramme keeps nothing.
func (rehearsal) CreateProgramme(context.Context, *Programme) error { return nil }

// SaveProgramme keeps nothing.
func (rehearsal) SaveProgramme(context.Context, *Programme) error { return nil }
