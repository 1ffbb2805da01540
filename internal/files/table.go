package files

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"kopir/domain"
)

// decoded returns a table in UTF-8. What the sender says of it goes first, then a byte order mark; what is no UTF-8 is taken
// for Windows-1251, which spreadsheets here write.
func decoded(charset string, file []byte) ([]byte, error) {
	switch {
	case strings.EqualFold(charset, "windows-1251"), strings.EqualFold(charset, "cp1251"):
		return charmap.Windows1251.NewDecoder().Bytes(file)
	case bytes.HasPrefix(file, []byte{0xff, 0xfe}), bytes.HasPrefix(file, []byte{0xfe, 0xff}):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(file)
	case utf8.Valid(file):
		return withoutMark(file), nil
	case charset != "":
		return nil, unreadable(CSV)
	}
	return charmap.Windows1251.NewDecoder().Bytes(file)
}

// table reads comma-, semicolon- or tab-separated rows under a heading. A row that cannot be read is there with its fault, and
// reading goes on.
func (r *rows) table(charset string, file []byte) error {
	text, err := decoded(charset, file)
	if err != nil {
		return err
	}
	c := csv.NewReader(bytes.NewReader(text))
	c.Comma, c.FieldsPerRecord = separator(text, r.side), -1
	heading, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return unreadable(CSV)
	}
	if err := r.checkHeading(heading); err != nil {
		return err
	}
	for number := 2; ; number++ {
		cells, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err := r.record(number, heading, cells, err == nil); err != nil { // all that csv refuses are quotation marks
			return err
		}
	}
}

// separator returns what stands between the cells of a heading: that which makes most of its names columns, or where none is
// known most names.
func separator(text []byte, side domain.Side) rune {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	best, most := ',', -1
	for _, comma := range []rune{',', ';', '\t'} {
		known, names := 0, 0
		for name := range strings.SplitSeq(string(line), string(comma)) {
			if slices.Contains(Columns(side), strings.Trim(name, "\" \r")) {
				known++
			}
			names++
		}
		if sum := known*len(line) + names; sum > most {
			best, most = comma, sum
		}
	}
	return best
}

// maxColumns is how many columns a table may have; more than there are names for.
const maxColumns = 100

// checkHeading trims the names of columns. It refuses a table that has none that is known, or one twice.
func (r *rows) checkHeading(heading []string) error {
	if len(heading) > maxColumns {
		return refuse(domain.CodeTooMany, maxColumns)
	}
	known := false
	for i, name := range heading {
		heading[i] = strings.TrimSpace(name)
		if heading[i] != "" && slices.Contains(heading[:i], heading[i]) {
			return refuse(domain.CodeDuplicate, clip(heading[i], 100))
		}
		known = known || slices.Contains(Columns(r.side), heading[i])
	}
	for _, name := range heading {
		if !known || name != "" && name != ErrorsColumn && name != OwnerColumn && !slices.Contains(Columns(r.side), name) {
			return refuse(domain.CodeUnknownColumn, clip(name, 100))
		}
	}
	return nil
}

// record takes the cells of one row of a table; rows without any are left out.
func (r *rows) record(number int, heading, values []string, readable bool) error {
	cells, tooMany := make(domain.Cells, len(values)), false
	for i, value := range values {
		switch value = strings.TrimSpace(value); {
		case value == "":
		case i >= len(heading) || heading[i] == "":
			tooMany = true
		case heading[i] != ErrorsColumn && heading[i] != OwnerColumn:
			cells[heading[i]] = harmful(value)
		}
	}
	switch {
	case !readable:
		return r.add(number, cells, domain.RowFault{Reason: domain.Reason{Code: domain.CodeQuotes}})
	case tooMany:
		return r.add(number, cells, domain.RowFault{Reason: domain.Reason{Code: domain.CodeTooManyCells}})
	case len(cells) == 0:
		return nil
	}
	return r.add(number, cells)
}

// What spreadsheets take for the beginning of a formula, also written wide.
const formulas = "=+-@\t\r\n\x00＝＋－＠"

// Harmless keeps a spreadsheet from taking a cell for a formula; harmful is the way back. Between them nothing is lost: a cell
// that looks as if it had been made harmless already gets one apostrophe more.
func Harmless(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != "" && strings.ContainsRune(formulas, first(rest)) {
		return "'" + cell
	}
	return cell
}

func harmful(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); rest != cell && rest != "" && strings.ContainsRune(formulas, first(rest)) {
		return cell[1:]
	}
	return cell
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// tableWriter writes things as rows of a table under a heading.
type tableWriter struct {
	side domain.Side
	view View
	csv  *csv.Writer
}

func newTableWriter(side domain.Side, v View, to io.Writer) (*tableWriter, error) {
	if _, err := to.Write(mark); err != nil {
		return nil, err
	}
	w := &tableWriter{side, v, csv.NewWriter(to)}
	return w, w.csv.Write(append(Columns(side), OwnerColumn))
}

// Demand writes a demand.
func (w *tableWriter) Demand(d *domain.Demand, owner *domain.Organisation) error {
	return w.write(DemandCells(d), owner)
}

// Programme writes a programme.
func (w *tableWriter) Programme(p *domain.Programme, owner *domain.Organisation) error {
	return w.write(ProgrammeCells(p), owner)
}

func (w *tableWriter) write(c domain.Cells, owner *domain.Organisation) error {
	return w.csv.Write(append(record(w.side, c), Harmless(owner.Name.In(w.view.Language))))
}

// record returns the cells of a row in the order of the columns.
func record(side domain.Side, c domain.Cells) []string {
	var out []string
	for _, column := range Columns(side) {
		out = append(out, Harmless(c[column]))
	}
	return out
}

// Close writes what has gathered.
func (w *tableWriter) Close() error {
	w.csv.Flush()
	return w.csv.Error()
}

// FaultyTable writes rows as a table that can be put right and sent back: with what is wrong with each, as say says it.
func FaultyTable(side domain.Side, list []domain.ImportRow, say func(domain.Reason) string, to io.Writer) error {
	if _, err := to.Write(mark); err != nil {
		return err
	}
	w := csv.NewWriter(to)
	extra := strays(side, list)
	if err := w.Write(slices.Concat(Columns(side), extra, []string{ErrorsColumn})); err != nil {
		return err
	}
	for _, row := range list {
		cells := record(side, row.Cells)
		for _, column := range extra {
			cells = append(cells, Harmless(row.Cells[column]))
		}
		var faults []string
		for _, f := range row.Faults {
			faults = append(faults, Spoken(f, say))
		}
		if err := w.Write(append(cells, Harmless(strings.Join(faults, "\n")))); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// strays are the columns of rows that are none: what is in them is shown too.
func strays(side domain.Side, list []domain.ImportRow) []string {
	found := make(map[string]bool)
	for _, row := range list {
		for column := range row.Cells {
			if !slices.Contains(Columns(side), column) {
				found[column] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// Spoken says what is wrong with a row in one line.
func Spoken(f domain.RowFault, say func(domain.Reason) string) string {
	switch {
	case f.Column == "":
		return say(f.Reason)
	case f.Item > 0:
		return f.Column + " " + number(f.Item) + ": " + say(f.Reason)
	default:
		return f.Column + ": " + say(f.Reason)
	}
}
