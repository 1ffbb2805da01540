package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Limits of an import.
const (
	MaxImportRows  = 10_000
	MaxImportBytes = 10 << 20
	// rowsAtOnce is how many rows are taken in one transaction.
	rowsAtOnce = 200
)

// SenderSource is the name of the collection that an organisation's own imports make: its references are external ids.
const SenderSource = "import"

// Cells are a row as a table has it, by the name of the column, whatever kind of file it came in. What is empty is not there.
type Cells map[string]string

// ExternalID is the column of the sender's own id, by which a row is known again.
const ExternalID = "external_id"

// Reference returns by what a row is known again: the sender's own id, or else what it says.
func (c Cells) Reference() string {
	if id := c[ExternalID]; id != "" {
		return id
	}
	text, _ := json.Marshal(c) // of texts by texts, in the order of the columns: it does not fail
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// RowFault is one thing wrong with a row. Column "" is the row as a whole; Item is which one of a column that holds a list,
// counted from 1, or 0.
type RowFault struct {
	Column string
	Item   int
	Reason Reason
}

// RowState says what became of a row.
type RowState string

// The states of a row: waiting, and then the effect it had; refused is faulty, which can be repaired.
const (
	RowWaiting   RowState = "waiting"
	RowCreated   RowState = RowState(ImportCreated)
	RowRevised   RowState = RowState(ImportRevised)
	RowUnchanged RowState = RowState(ImportUnchanged)
	RowFaulty    RowState = "faulty"
)

var rowStates = []RowState{RowWaiting, RowCreated, RowRevised, RowUnchanged, RowFaulty}

// ParseRowState returns s as a state of a row, or unknown_value.
func ParseRowState(s string) (RowState, error) { return parseOne(s, rowStates) }

// ImportRow is one row of an import: as it was given, and what became of it.
type ImportRow struct {
	Number int // in the file, counted from 1 at the heading if it has one
	Cells  Cells
	State  RowState
	Thing  uuid.UUID // the demand or programme; Nil while there is none
	Faults []RowFault
}

// ImportStatus is where an import is in its life. docs/lifecycles.md draws it.
type ImportStatus string

// The states of an import: it runs until no row waits, or nobody may go on with it.
const (
	ImportRunning  ImportStatus = "running"
	ImportFinished ImportStatus = "finished"
	ImportStopped  ImportStatus = "stopped" // see StoppedBecause
)

// Import is a file of an organisation's that is taken row by row.
type Import struct {
	ID           uuid.UUID
	Organisation uuid.UUID
	Starter      Actor // an account or a key; nobody when the account is gone
	Side         Side
	Format       string
	Publish      bool // what is complete is published, and what is not is faulty
	Rehearsal    bool // nothing is kept but the outcome
	Status       ImportStatus
	// StoppedBecause is why nobody may go on with it; the zero Reason unless it is stopped.
	StoppedBecause Reason
	Counts         map[RowState]int
	CreatedAt      time.Time
	FinishedAt     time.Time // zero while it runs
}

// Rows returns how many rows the import has.
func (i *Import) Rows() int {
	n := 0
	for _, count := range i.Counts {
		n += count
	}
	return n
}

// end notes that the import runs no more: because of err if there is one.
func (i *Import) end(err *Error, now time.Time) {
	i.Status, i.FinishedAt = ImportFinished, now
	if err != nil {
		i.Status, i.StoppedBecause = ImportStopped, err.Reason
	}
}

// thing returns the id of what a row of an organisation's describes: the same whenever it is imported again.
func (i *Import) thing(reference string) uuid.UUID {
	return uuid.NewSHA1(importSpace, []byte(string(i.Side)+"\x00"+i.Organisation.String()+"\x00"+SenderSource+"\x00"+reference))
}

// ImportForm is a file as somebody sends it, already cut into rows. A row that could not be read has its faults.
type ImportForm struct {
	Organisation       uuid.UUID
	Side               string
	Format             string
	Publish, Rehearsal bool
	Rows               []ImportRow
}

// ImportRowList asks for the rows of an import, by number.
type ImportRowList struct {
	Import    uuid.UUID
	State     RowState // "" means any
	Reference string   // "" means any
	After     int
	Limit     int
}

// RowReader reads what the cells of a row say.
type RowReader interface {
	// Demand reads a row as a demand against the competences in force, and says what in which cell it could not read.
	Demand(c Cells, of *Catalogue) (DemandForm, []RowFault)
	// Programme is Demand for a programme.
	Programme(c Cells, of *Catalogue) (ProgrammeForm, []RowFault)
	// Place returns the cell that a place of a form stands in: its column, and which item of it.
	Place(side Side, pointer string) (column string, item int)
}

// texts writes the arguments of reasons down as they are read, so that they can be kept.
func texts(faults []RowFault) []RowFault {
	for i := range faults {
		for n, arg := range faults[i].Reason.Args {
			faults[i].Reason.Args[n] = fmt.Sprint(arg)
		}
	}
	return faults
}
