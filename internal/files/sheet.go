package files

import (
	"archive/zip"
	"bytes"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"kopir/domain"
)

// Limits of a workbook once it is unpacked: a file of a few kilobytes may claim to be gigabytes.
const (
	maxUnpacked = 64 << 20
	maxInMemory = 8 << 20 // of one part; what is larger is unpacked to a temporary file
)

// sheet reads the first sheet of a workbook under its heading.
func (r *rows) sheet(file []byte) (err error) {
	broken := unreadable(XLSX)
	defer func() {
		if recover() != nil { // a workbook made to be harmful
			err = broken
		}
	}()
	if unpacked(file) > maxUnpacked {
		return refuse(domain.CodeFileTooLarge, maxUnpacked>>20)
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxInMemory, RawCellValue: true,
	})
	if err != nil {
		return broken
	}
	defer book.Close() //nolint:errcheck // only temporary files
	lines, err := book.Rows(book.GetSheetName(0))
	if err != nil {
		return broken
	}
	defer lines.Close() //nolint:errcheck // only read
	var heading []string
	for number := 1; lines.Next(); number++ {
		values, err := lines.Columns()
		switch {
		case err != nil:
			return broken
		case heading != nil:
			err = r.sheetRow(number, heading, values)
		case len(values) > 0:
			heading = values
			err = r.checkHeading(heading)
		}
		if err != nil {
			return err
		}
	}
	if lines.Error() != nil {
		return broken
	}
	return nil
}

// unpacked returns how many bytes an archive says that it unpacks to, 0 if it is none. One that unpacks to more than it says is
// broken: its reader takes no byte beyond.
func unpacked(file []byte) uint64 {
	archive, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return 0
	}
	var sum uint64
	for _, part := range archive.File {
		if sum += part.UncompressedSize64; sum < part.UncompressedSize64 {
			return math.MaxUint64
		}
	}
	return sum
}

// sheetRow takes a row of a workbook: dates stand there as numbers of days, and no text is a formula.
func (r *rows) sheetRow(number int, heading, values []string) error {
	for i, value := range values {
		if i < len(heading) && heading[i] == "valid_through" {
			values[i] = dayOfSheet(value)
		} else {
			values[i] = Harmless(value)
		}
	}
	return r.record(number, heading, values, true)
}

func dayOfSheet(value string) string {
	days, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	t, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		return value
	}
	return t.Format(time.DateOnly)
}

// sheetWriter writes things as rows of a workbook. They gather in a temporary file, for only at its end is a workbook one.
type sheetWriter struct {
	side domain.Side
	view View
	to   io.Writer
	book *excelize.File
	rows *excelize.StreamWriter
	n    int
}

func newSheetWriter(side domain.Side, v View, to io.Writer) (*sheetWriter, error) {
	w := &sheetWriter{side: side, view: v, to: to, book: excelize.NewFile()}
	var err error
	if w.rows, err = w.book.NewStreamWriter(w.book.GetSheetName(0)); err != nil {
		return nil, err
	}
	return w, w.row(append(Columns(side), OwnerColumn))
}

func (w *sheetWriter) row(cells []string) error {
	w.n++
	at, err := excelize.CoordinatesToCellName(1, w.n)
	if err != nil {
		return err
	}
	values := make([]any, len(cells))
	for i, cell := range cells {
		if cell != "" {
			values[i] = cell
		}
	}
	return w.rows.SetRow(at, values)
}

// Demand writes a demand.
func (w *sheetWriter) Demand(d *domain.Demand, owner *domain.Organisation) error {
	return w.write(DemandCells(d), owner)
}

// Programme writes a programme.
func (w *sheetWriter) Programme(p *domain.Programme, owner *domain.Organisation) error {
	return w.write(ProgrammeCells(p), owner)
}

func (w *sheetWriter) write(c domain.Cells, owner *domain.Organisation) error {
	var cells []string
	for _, column := range Columns(w.side) {
		cells = append(cells, c[column])
	}
	return w.row(append(cells, owner.Name.In(w.view.Language)))
}

// Close writes the workbook and takes the temporary file away.
func (w *sheetWriter) Close() error {
	defer w.book.Close() //nolint:errcheck // only temporary files
	if err := w.rows.Flush(); err != nil {
		return err
	}
	_, err := w.book.WriteTo(w.to)
	return err
}
