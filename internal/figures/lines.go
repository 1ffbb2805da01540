package figures

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
)

// Table prints rows below their heads, each column aligned at its right.
func Table(to io.Writer, heads []string, rows [][]string) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	for _, row := range append([][]string{heads}, rows...) {
		if _, err := fmt.Fprintln(w, strings.Join(row, "\t")+"\t"); err != nil {
			return err
		}
	}
	return w.Flush()
}

// Replace writes a file of one JSON object per line, and its folder, in place of what was there.
func Replace[T any](path string, lines []T) error { return write(path, os.O_TRUNC, lines) }

// Append adds one JSON object per line to a file, and makes it and its folder where they are not there.
func Append[T any](path string, lines []T) error { return write(path, os.O_APPEND, lines) }

func write[T any](path string, how int, lines []T) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	f, err := os.OpenFile(path, how|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // the path is the caller's own
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	out := json.NewEncoder(f)
	for _, line := range lines {
		if err := out.Encode(line); err != nil {
			return err
		}
	}
	return nil
}
