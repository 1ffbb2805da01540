package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"kopir/domain"
	"kopir/internal/files"
)

// mostBytes is how large a file is sent: below what is taken, which is measured before and after decompression.
const mostBytes = domain.MaxImportBytes - 64<<10

// cutter gathers pieces into files that are not too large: few enough rows, and few enough bytes.
type cutter struct {
	begin, between, end string
	files               [][]byte
	now                 bytes.Buffer
	rows                int
}

func (c *cutter) add(piece []byte) {
	if c.rows == domain.MaxImportRows || c.rows > 0 && c.now.Len()+len(piece)+len(c.between)+len(c.end) > mostBytes {
		c.cut()
	}
	if c.rows == 0 {
		c.now.WriteString(c.begin)
	} else {
		c.now.WriteString(c.between)
	}
	c.now.Write(piece)
	c.rows++
}

func (c *cutter) cut() {
	if c.rows > 0 {
		c.now.WriteString(c.end)
		c.files = append(c.files, bytes.Clone(c.now.Bytes()))
	}
	c.now.Reset()
	c.rows = 0
}

// parts cuts a dump into files that are small enough to be imported.
func parts(format files.Format, dump []byte) ([][]byte, error) {
	switch format {
	case files.CSV:
		return tableParts(dump)
	case files.JSONL:
		c := &cutter{}
		for line := range bytes.Lines(dump) {
			c.add(line)
		}
		c.cut()
		return c.files, nil
	case files.JSONLD:
		var whole struct {
			Graph []json.RawMessage `json:"@graph"`
		}
		if err := json.Unmarshal(dump, &whole); err != nil {
			return nil, err
		}
		c := &cutter{begin: `{"@context":"https://schema.org","@graph":[`, between: ",", end: "]}"}
		for _, node := range whole.Graph {
			c.add(node)
		}
		c.cut()
		return c.files, nil
	default:
		return [][]byte{dump}, nil // a workbook is cut by hand, and ours need not be
	}
}

func tableParts(dump []byte) ([][]byte, error) {
	rows := csv.NewReader(bytes.NewReader(dump))
	heading, err := rows.Read()
	if err != nil {
		return nil, err
	}
	first, err := line(heading)
	if err != nil {
		return nil, err
	}
	c := &cutter{begin: first}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			c.cut()
			return c.files, nil
		}
		if err != nil {
			return nil, err
		}
		one, err := line(cells)
		if err != nil {
			return nil, err
		}
		c.add([]byte(one))
	}
}

func line(cells []string) (string, error) {
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.Write(cells); err != nil {
		return "", err
	}
	w.Flush()
	return out.String(), w.Error()
}
