package files

import (
	"bytes"
	"errors"
	"io"
	"slices"

	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// Format is a kind of file.
type Format string

// The formats, which are read and written alike.
const (
	CSV    Format = "csv"
	XLSX   Format = "xlsx"
	JSONL  Format = "jsonl"  // each line a body of the API, with external_id besides
	JSONLD Format = "jsonld" // schema.org
)

// Formats lists the formats.
func Formats() []Format { return []Format{CSV, XLSX, JSONL, JSONLD} }

// Types are the media types that the formats are sent as; of several the first is the one they are given as.
var Types = map[Format][]string{
	CSV:    {"text/csv", "text/tab-separated-values"},
	XLSX:   {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	JSONL:  {"application/x-ndjson", "application/jsonl"},
	JSONLD: {"application/ld+json"},
}

// FormatOf returns the format of a media type, and whether there is one.
func FormatOf(media string) (Format, bool) {
	for _, f := range Formats() {
		if slices.Contains(Types[f], media) {
			return f, true
		}
	}
	return "", false
}

// ErrorsColumn is what the table of faulty rows has besides: what is wrong with each. It is not read, so that the table can
// be put right and sent back; nor is whose the things of a dump are.
const (
	ErrorsColumn = "ERRORS"
	OwnerColumn  = "organisation"
)

// Refusal is why a file cannot be cut into rows.
type Refusal struct{ Reason domain.Reason }

func (r *Refusal) Error() string { return r.Reason.Error() }

func refuse(code domain.Code, args ...any) error {
	return &Refusal{domain.Reason{Code: code, Args: args}}
}

// named is what people call the formats.
var named = map[Format]string{CSV: "CSV", XLSX: "XLSX", JSONL: "JSON Lines", JSONLD: "JSON-LD"}

// unreadable refuses what is no file of a format.
func unreadable(f Format) error { return refuse(domain.CodeFileUnreadable, named[f]) }

// maxRow is how many bytes a row may have: more than twice what the longest demand takes.
const maxRow = 256 << 10

// rows gathers the rows of a file.
type rows struct {
	side domain.Side
	list []domain.ImportRow
}

// errEnough ends the reading of a file with too many rows: the domain refuses it.
var errEnough = errors.New("too many rows")

// add takes a row: its cells in NFC, those that are empty left out.
func (r *rows) add(number int, cells domain.Cells, faults ...domain.RowFault) error {
	size := 0
	kept := make(domain.Cells, len(cells))
	for column, cell := range cells {
		size += len(column) + len(cell)
		if cell = norm.NFC.String(cell); cell != "" {
			kept[column] = cell
		}
	}
	if size > maxRow {
		kept = domain.Cells{domain.ExternalID: clip(kept[domain.ExternalID], 100)}
		faults = append(faults, domain.RowFault{Reason: domain.Reason{Code: domain.CodeRowTooLong, Args: []any{maxRow}}})
	}
	r.list = append(r.list, domain.ImportRow{Number: number, Cells: kept, Faults: faults})
	if len(r.list) > domain.MaxImportRows {
		return errEnough
	}
	return nil
}

// unreadable takes a row that is there and cannot be read.
func (r *rows) unreadable(number int, cells domain.Cells) error {
	return r.add(number, cells, domain.RowFault{Reason: domain.Reason{Code: domain.CodeRowUnreadable}})
}

// Read cuts a file into rows of a side; charset is what the sender says of the characters of a table, "" if nothing. Rows that
// cannot be read are there with their faults. It returns a Refusal of what is no file of the format.
func Read(format Format, charset string, side domain.Side, file []byte) ([]domain.ImportRow, error) {
	r := &rows{side: side}
	var err error
	switch format {
	case CSV:
		err = r.table(charset, file)
	case XLSX:
		err = r.sheet(file)
	case JSONL:
		err = r.lines(file)
	default:
		err = r.linked(file)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return r.list, nil
}

// Writer writes things one after the other; memory does not grow with their number.
type Writer interface {
	Demand(d *domain.Demand, owner *domain.Organisation) error
	Programme(p *domain.Programme, owner *domain.Organisation) error
	// Close writes what comes after the last one.
	Close() error
}

// NewWriter returns a writer of a side in a format; JSONL is written by who knows the bodies of the API.
func NewWriter(format Format, side domain.Side, v View, to io.Writer) (Writer, error) {
	switch format {
	case XLSX:
		return newSheetWriter(side, v, to)
	case JSONLD:
		return &graphWriter{view: v, to: to}, nil
	default:
		return newTableWriter(side, v, to)
	}
}

// View is for whom things are written.
type View struct {
	Language  domain.Language
	Catalogue *domain.Catalogue
	URL       string // of this server, without a slash at its end
}

// mark is the byte order mark by which spreadsheets know UTF-8.
var mark = []byte("\ufeff")

func withoutMark(file []byte) []byte { return bytes.TrimPrefix(file, mark) }
