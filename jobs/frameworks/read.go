package frameworks

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"kopir/domain"

	"golang.org/x/text/unicode/norm"
)

// File is a file by its name, which tells ESCO's language.
type File struct {
	Name string
	io.Reader
}

// Options say what the files do not.
type Options struct {
	Known     *domain.Catalogue  // what is there, for references to other frameworks
	Framework domain.FrameworkID // of a house framework
	Version   string
	Name      domain.Text     // of a house framework that is not there yet
	Language  domain.Language // of ESCO's and DigComp's names; "" means as the file's name says, else English
	Partial   bool            // what the files lack is not gone
	Step      func(rows int)  // is told of rows that were read; may be nil
}

// Limits of what is read.
const (
	maxFaults   = 100
	maxLabel    = 500 // characters
	maxSynonyms = 200 // of one competence in one language; more are left out
)

// Read reads the files of one version of one framework. It returns an Invalid error that names file, line and column of
// what is wrong, at most a hundred times; any other error is about a file as a whole.
func Read(files []File, o Options) (domain.Revision, error) {
	r := &reader{Options: o, at: make(map[domain.CompetenceID]int)}
	if r.Step == nil {
		r.Step = func(int) {}
	}
	for _, f := range files {
		if err := r.file(f); err != nil {
			return domain.Revision{}, fmt.Errorf("%s: %w", filepath.Base(f.Name), err)
		}
	}
	if len(r.revision.Competences) == 0 && r.faults == nil {
		return domain.Revision{}, errors.New("the files have no competences")
	}
	r.relate()
	if len(r.faults) > 0 {
		return domain.Revision{}, r.invalid()
	}
	return r.revision, nil
}

// reader is one reading of files.
type reader struct {
	Options
	revision domain.Revision
	at       map[domain.CompetenceID]int // in the revision's competences
	links    []link
	faults   []domain.Fault
}

// link is a reference that is looked up when all files are read.
type link struct {
	place    string // "" if it does not matter where it leads nowhere
	from, to domain.CompetenceID
	as       func(k *domain.Competence, to domain.CompetenceID)
}

func broader(k *domain.Competence, to domain.CompetenceID) { k.Broader = append(k.Broader, to) }

func (r *reader) file(f File) error {
	in := bufio.NewReader(f)
	if mark, _ := in.Peek(3); bytes.Equal(mark, []byte("\ufeff")) {
		_, _ = in.Discard(3)
	}
	if first, _ := in.Peek(1); len(first) == 1 && first[0] == '{' {
		return r.digcomp(f.Name, in)
	}
	t, err := newTable(filepath.Base(f.Name), in)
	if err != nil {
		return err
	}
	switch {
	case t.has("conceptUri", "preferredLabel"):
		return r.escoSkills(t)
	case t.has("conceptUri", "broaderUri"):
		return r.escoBroader(t)
	case t.has("code", "kind"):
		return r.house(t)
	default:
		return errors.New("neither ESCO's skills or broader relations, nor DigComp, nor a table with the columns code and kind")
	}
}

// begin says which framework the files are of: one and the same.
func (r *reader) begin(id domain.FrameworkID) error {
	f := &r.revision.Framework
	if f.ID != "" && f.ID != id {
		return fmt.Errorf("it is of %s, another file is of %s: import one framework at a time", id, f.ID)
	}
	if r.Version == "" {
		return errors.New("say which version of the framework it is")
	}
	if f.ID == id {
		return nil
	}
	*f = domain.Framework{ID: id, Name: r.Name}
	for _, known := range r.Known.Frameworks() {
		if known.ID == id {
			*f = known
		}
	}
	f.Version, r.revision.Partial, r.revision.Lasting = r.Version, r.Partial, true
	return nil
}

// speaks notes in which languages names come.
func (r *reader) speaks(languages ...domain.Language) {
	for _, l := range languages {
		if !slices.Contains(r.revision.Languages, l) {
			r.revision.Languages = append(r.revision.Languages, l)
		}
	}
	f := &r.revision.Framework
	f.Imported = slices.Clone(f.Imported)
	for _, l := range languages {
		if !slices.Contains(f.Imported, l) {
			f.Imported = append(f.Imported, l)
		}
	}
	slices.Sort(f.Imported)
}

// add takes a competence in; one that another file had already gets the names of this one too.
func (r *reader) add(place string, k domain.Competence, again bool) {
	if _, err := domain.ParseCompetenceID(string(k.ID)); err != nil {
		r.fault(place, err)
		return
	}
	i, known := r.at[k.ID]
	switch {
	case !known:
		r.at[k.ID] = len(r.revision.Competences)
		r.revision.Competences = append(r.revision.Competences, k)
	case again:
		have := &r.revision.Competences[i]
		have.Label = domain.Text{KK: cmp.Or(k.Label.KK, have.Label.KK), RU: cmp.Or(k.Label.RU, have.Label.RU), EN: cmp.Or(k.Label.EN, have.Label.EN)}
		have.Synonyms.KK = append(have.Synonyms.KK, k.Synonyms.KK...)
		have.Synonyms.RU = append(have.Synonyms.RU, k.Synonyms.RU...)
		have.Synonyms.EN = append(have.Synonyms.EN, k.Synonyms.EN...)
	default:
		r.fault(place, domain.Because(domain.CodeDuplicate, k.ID))
	}
}

// relate looks references up, now that all competences are known.
func (r *reader) relate() {
	for _, l := range r.links {
		from, here := r.at[l.from]
		_, known := r.at[l.to]
		if !known {
			_, known = r.Known.Competence(l.to)
		}
		switch {
		case here && known:
			l.as(&r.revision.Competences[from], l.to)
		case l.place != "":
			r.fault(l.place, domain.Because(domain.CodeUnknownCompetence, l.to))
		}
	}
}

// label returns a name as it is stored, and notes one that is missing or too long.
func (r *reader) label(place, s string, needed bool) string {
	s = norm.NFC.String(strings.TrimSpace(s))
	switch {
	case s == "" && needed:
		r.fault(place, domain.Because(domain.CodeRequired))
	case utf8.RuneCountInString(s) > maxLabel:
		r.fault(place, domain.Because(domain.CodeTooLong, maxLabel))
	}
	return s
}

// names returns the other names in a cell, each once.
func (r *reader) names(place, cell, label string) []string {
	var out []string
	for _, s := range cells(cell) {
		if s = r.label(place, s, false); s != label && !slices.Contains(out, s) && len(out) < maxSynonyms {
			out = append(out, s)
		}
	}
	return out
}

// cells cuts a cell at line breaks and bars.
func cells(cell string) []string {
	var out []string
	for s := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == '\n' || r == '|' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (r *reader) fault(place string, err error) {
	var why domain.Reason
	if !errors.As(err, &why) {
		why = domain.Reason{Code: domain.CodeMalformed}
	}
	r.faults = append(r.faults, domain.Fault{Pointer: place, Reason: why})
}

func (r *reader) invalid() error {
	return &domain.Error{
		Kind: domain.Invalid, Reason: domain.Reason{Code: domain.CodeInvalid, Args: []any{len(r.faults)}}, Faults: r.faults[:min(maxFaults, len(r.faults))],
	}
}

// table reads a CSV file row by row.
type table struct {
	name    string
	csv     *csv.Reader
	columns map[string]int
	row     []string
}

func newTable(name string, in io.Reader) (*table, error) {
	t := &table{name: name, csv: csv.NewReader(in), columns: make(map[string]int)}
	t.csv.ReuseRecord = true
	heading, err := t.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty")
	}
	for i, column := range heading {
		t.columns[strings.TrimSpace(column)] = i
	}
	return t, err
}

func (t *table) has(columns ...string) bool {
	return !slices.ContainsFunc(columns, func(c string) bool { _, ok := t.columns[c]; return !ok })
}

// next reads the next row, and says whether there was one. Its cells are good until the next.
func (t *table) next() (bool, error) {
	var err error
	if t.row, err = t.csv.Read(); errors.Is(err, io.EOF) {
		return false, nil
	}
	return err == nil, err
}

// cell returns the cell of a column, "" if there is no such column.
func (t *table) cell(column string) string {
	i, ok := t.columns[column]
	if !ok {
		return ""
	}
	return strings.Clone(strings.TrimSpace(t.row[i]))
}

// place names a cell: "skills_en.csv, line 3, preferredLabel".
func (t *table) place(column string) string {
	line, _ := t.csv.FieldPos(t.columns[column])
	return fmt.Sprintf("%s, line %d, %s", t.name, line, column)
}
