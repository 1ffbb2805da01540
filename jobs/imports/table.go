package imports

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"html"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// record is one row of a table: its number, counted from 1 at the heading, and its cells by column.
type record struct {
	row   int
	cells map[string]string
}

// DetectFile returns the format whose columns the first row of a file has.
func DetectFile(r io.Reader) (Format, error) {
	heading, err := csv.NewReader(withoutMark(r)).Read()
	if err != nil {
		return "", fmt.Errorf("the heading cannot be read: %w", err)
	}
	return Detect(heading)
}

// eachRecord reads comma-separated rows under a heading; cells come trimmed, in NFC, without HTML's entities. A row
// that cannot be read is yielded with its error, and reading goes on.
func eachRecord(r io.Reader, format Format, yield func(record, error) error) error {
	c := csv.NewReader(withoutMark(r))
	c.FieldsPerRecord = -1
	heading, err := c.Read()
	if err != nil {
		return fmt.Errorf("the heading cannot be read: %w", err)
	}
	if found, err := Detect(heading); err != nil || found != format {
		return fmt.Errorf("this is no file of %s: it needs the columns %s", format, strings.Join(columns[format], ", "))
	}
	for row := 2; ; row++ {
		values, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var wrong *csv.ParseError
		if err != nil && !errors.As(err, &wrong) {
			return fmt.Errorf("row %d: %w", row, err)
		}
		rec := record{row: row, cells: make(map[string]string, len(heading))}
		for i, v := range values {
			if i < len(heading) {
				rec.cells[heading[i]] = norm.NFC.String(strings.TrimSpace(html.UnescapeString(v)))
			}
		}
		if err == nil && len(values) != len(heading) {
			err = fmt.Errorf("it has %d cells instead of %d", len(values), len(heading))
		}
		if err := yield(rec, err); err != nil {
			return err
		}
	}
}

// withoutMark drops the byte order mark that some programs write before the heading, in front of a quote too.
func withoutMark(r io.Reader) io.Reader {
	const mark = "\ufeff"
	b := bufio.NewReader(r)
	if first, err := b.Peek(len(mark)); err == nil && string(first) == mark {
		_, _ = b.Discard(len(mark)) // they were just seen
	}
	return b
}

// brokenItem is what a row that cannot be read becomes.
func brokenItem(rec record, err error) Item {
	return Item{Row: rec.row, Notes: []Note{{rec.row, err.Error(), BrokenRow}}}
}
