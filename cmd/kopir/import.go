package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"kopir/data"
	"kopir/domain"
	"kopir/internal/files"
	"kopir/jobs/imports"
	"kopir/search/extract"

	"github.com/google/uuid"
)

// importCommand imports a file.
type importCommand struct {
	File         string `arg:"" type:"existingfile" help:"The file to import."`
	Organisation string `required:"" help:"Who owns what is imported: id or BIN of a verified organisation."`
	Publish      bool   `help:"Publish what is imported; otherwise it is kept as drafts."`
	Format       string `default:"auto" enum:"auto,esco-occupations,job-ads,free-courses,curriculum" help:"What the file is: ${enum}."`
	Source       string `help:"The sender's name for the collection; ids follow from it and the sender's own ids. Defaults to the format."`
	Region       string `help:"Where: a region such as KZ-75. Without it demands are for the whole country."`
	WorkMode     string `default:"onsite" enum:"onsite,hybrid,remote" help:"Work mode of demands: ${enum}."`
	Mode         string `default:"online" enum:"onsite,blended,online" help:"Mode of programmes: ${enum}."`
	ValidThrough string `help:"Last day of demands, YYYY-MM-DD. Defaults to half a year from today; a demand that was imported before keeps its own."`
	Report       string `help:"Where to write what was not understood or refused, row by row (CSV). Defaults to reports/ in the data directory."`
}

// importChunk is how many things are kept in one transaction.
const importChunk = 200

// Run imports the file in chunks, each whole or not at all, and reports on every row that was not taken as it stands.
func (c *importCommand) Run(ctx context.Context, cfg *config, t *terminal) (err error) {
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.close()) }()
	owner, err := a.market.FindOrganisation(ctx, operator, c.Organisation)
	if domain.KindOf(err) == domain.NotFound {
		return fmt.Errorf("--organisation: there is no organisation %s", c.Organisation)
	}
	if err != nil {
		return err
	}
	format, err := c.format()
	if err != nil {
		return err
	}
	file, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer file.Close() //nolint:errcheck // only read
	report, err := c.openReport(cfg, format)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, report.close()) }()
	run := &importRun{
		ctx: ctx, market: a.market, owner: owner.ID, publish: c.Publish, report: report,
		progress: t.progress("importing "+filepath.Base(c.File), 0), effects: map[domain.ImportEffect]int{},
	}
	options, err := c.options(a)
	if err != nil {
		return err
	}
	if err := imports.Read(format, file, options, run.take); err != nil {
		return err
	}
	if err := run.flush(); err != nil {
		return err
	}
	run.progress.end()
	run.summary(t, format)
	return nil
}

// format returns the format that was named, or the one whose columns the file has.
func (c *importCommand) format() (imports.Format, error) {
	if c.Format != "auto" {
		return imports.Format(c.Format), nil
	}
	file, err := os.Open(c.File)
	if err != nil {
		return "", err
	}
	defer file.Close() //nolint:errcheck // only read
	return imports.DetectFile(file)
}

func (c *importCommand) options(a *app) (imports.Options, error) {
	occupations, err := data.Occupations()
	if err != nil {
		return imports.Options{}, err
	}
	names := make(map[string]domain.Text, len(occupations))
	for _, o := range occupations {
		names[o.URI] = o.Label
	}
	deadline := c.ValidThrough
	if deadline == "" {
		deadline = a.market.Today().AddDays(182).String()
	}
	if _, err := domain.ParseDate(deadline); err != nil {
		return imports.Options{}, fmt.Errorf("--valid-through: %w", err)
	}
	if c.Region != "" {
		if _, err := domain.ParseRegion(c.Region); err != nil {
			return imports.Options{}, fmt.Errorf("--region: %w", err)
		}
	}
	catalogue := a.catalogue.Load()
	return imports.Options{
		Catalogue: catalogue, Namer: extract.New(catalogue), Occupations: names, Source: c.Source, Region: c.Region, WorkMode: c.WorkMode,
		Mode: c.Mode, ValidThrough: deadline,
	}, nil
}

// importRun is one import under way.
type importRun struct {
	ctx        context.Context //nolint:containedctx // lives as long as the one call that made it
	market     *domain.Market
	owner      uuid.UUID
	publish    bool
	report     *importReport
	progress   *progress
	rows       []imports.Item // of what is kept next
	demands    []domain.DemandImport
	programmes []domain.ProgrammeImport
	effects    map[domain.ImportEffect]int
	unread     int
	notes      int
}

// take receives one thing from the file.
func (r *importRun) take(i imports.Item) error {
	if err := r.ctx.Err(); err != nil {
		return err
	}
	r.progress.step(1)
	r.notes += len(i.Notes)
	for _, n := range i.Notes {
		if err := r.report.write(n.Row, i.Reference, string(n.Reason), n.Words); err != nil {
			return err
		}
	}
	switch {
	case i.Demand != nil:
		r.demands = append(r.demands, *i.Demand)
	case i.Programme != nil:
		r.programmes = append(r.programmes, *i.Programme)
	default:
		r.unread++
		return nil
	}
	r.rows = append(r.rows, i)
	if len(r.rows) == importChunk {
		return r.flush()
	}
	return nil
}

// flush keeps what has gathered.
func (r *importRun) flush() error {
	var outcomes []domain.ImportOutcome
	var err error
	switch {
	case len(r.demands) > 0:
		outcomes, err = r.market.ImportDemands(r.ctx, operator, r.owner, r.demands, r.publish)
	case len(r.programmes) > 0:
		outcomes, err = r.market.ImportProgrammes(r.ctx, operator, r.owner, r.programmes, r.publish)
	}
	if err != nil {
		return err
	}
	for n, o := range outcomes {
		r.effects[o.Effect]++
		if o.Err == nil {
			continue
		}
		row := r.rows[n]
		faults := o.Err.Faults
		if len(faults) == 0 {
			faults = []domain.Fault{{Reason: o.Err.Reason}}
		}
		for _, f := range faults {
			if err := r.report.write(row.Row, row.Reference, "refused: "+f.Reason.In(domain.English), f.Pointer); err != nil {
				return err
			}
		}
	}
	r.rows, r.demands, r.programmes = r.rows[:0], r.demands[:0], r.programmes[:0]
	return nil
}

func (r *importRun) summary(t *terminal, format imports.Format) {
	state := "drafts"
	if r.publish {
		state = "published"
	}
	fmt.Fprintf(t.out, "%s (%s): %d created, %d revised, %d unchanged, %d refused; %d had nothing that could be understood.\n",
		format.Side(), state, r.effects[domain.ImportCreated], r.effects[domain.ImportRevised],
		r.effects[domain.ImportUnchanged], r.effects[domain.ImportRefused], r.unread)
	fmt.Fprintf(t.out, "%d notes on words and rows: %s\n", r.notes, r.report.path)
}

// importReport is a table of what was not taken as it stands.
type importReport struct {
	path string
	file io.Closer
	csv  *csv.Writer
}

func (c *importCommand) openReport(cfg *config, format imports.Format) (*importReport, error) {
	path := c.Report
	if path == "" {
		name := c.Source
		if name == "" {
			name = string(format)
		}
		path = filepath.Join(cfg.DataDir, "reports", filepath.Base(name)+".csv")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	file, err := os.Create(path) //nolint:gosec // the operator's own choice
	if err != nil {
		return nil, err
	}
	r := &importReport{path, file, csv.NewWriter(file)}
	return r, r.csv.Write([]string{"row", "reference", "what", "words"})
}

func (r *importReport) write(row int, reference, what, words string) error {
	return r.csv.Write([]string{strconv.Itoa(row), files.Harmless(reference), files.Harmless(what), files.Harmless(words)})
}

func (r *importReport) close() error {
	r.csv.Flush()
	return errors.Join(r.csv.Error(), r.file.Close())
}
