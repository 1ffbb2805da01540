package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"kopir/domain"
	"kopir/jobs/frameworks"
)

// frameworksCommand is what an operator does with the catalogue.
type frameworksCommand struct {
	Import frameworksImportCommand `cmd:"" help:"Bring a version of a framework into the catalogue: ESCO's CSV download, DigComp's JSON-LD, or a table of your own."`
}

// frameworksImportCommand imports the files of one version of one framework.
type frameworksImportCommand struct {
	Files     []string          `arg:"" type:"existingfile" help:"The files: ESCO's skills_xx.csv and broaderRelationsSkillPillar_xx.csv, DigComp's .jsonld, or a table with the columns code, kind and label_ru (see the README)."`
	Version   string            `required:"" help:"The version of the framework."`
	Framework string            `default:"kz" help:"The framework that a table of your own is of. Defaults to kz."`
	Name      map[string]string `mapsep:"none" help:"What a new framework is called, by language: --name ru=… --name kk=…"`
	Language  string            `help:"In which language ESCO's or DigComp's names are: kk, ru or en. Defaults to what the file's name ends in, else en."`
	Partial   bool              `help:"The files have a part of the framework only: what they lack is not deprecated."`
	DryRun    bool              `help:"Only say what would change."`
}

// Run reads the files and brings them in, whole or not at all.
func (c *frameworksImportCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		revision, err := c.read(a, t)
		if err != nil {
			return err
		}
		differences, err := domain.ImportFrameworks(ctx, a.store, []domain.Revision{revision}, c.DryRun, time.Now())
		if err != nil {
			return err
		}
		for _, d := range differences {
			c.tell(t, d)
		}
		return nil
	})
}

func (c *frameworksImportCommand) read(a *app, t *terminal) (domain.Revision, error) {
	var files []frameworks.File
	for _, path := range c.Files {
		file, err := os.Open(path) //nolint:gosec // the operator's own choice
		if err != nil {
			return domain.Revision{}, err
		}
		defer file.Close() //nolint:errcheck // only read
		files = append(files, frameworks.File{Name: path, Reader: file})
	}
	progress := t.progress("reading the framework", 0)
	defer progress.end()
	return frameworks.Read(files, frameworks.Options{
		Known: a.catalogue.Load(), Framework: domain.FrameworkID(c.Framework), Version: c.Version,
		Name:     domain.Text{KK: c.Name["kk"], RU: c.Name["ru"], EN: c.Name["en"]},
		Language: domain.Language(c.Language), Partial: c.Partial, Step: progress.step,
	})
}

// told is how many of each sort of difference are named.
const told = 20

// tell says what changes, or would.
func (c *frameworksImportCommand) tell(t *terminal, d domain.Difference) {
	name := func(k domain.Competence) string { return string(k.ID) + " " + k.Label.In(domain.English) }
	list := func(what string, n int, line func(i int) string) {
		fmt.Fprintf(t.out, "%s: %d\n", what, n)
		for i := range min(n, told) {
			fmt.Fprintf(t.out, "  %s\n", line(i))
		}
		if n > told {
			fmt.Fprintf(t.out, "  and %d more\n", n-told)
		}
	}
	before := d.Version[0]
	if before == "" {
		before = "not there"
	}
	fmt.Fprintf(t.out, "%s %s (until now %s)\n", d.Framework, d.Version[1], before)
	list("added", len(d.Added), func(i int) string { return name(d.Added[i]) })
	list("renamed", len(d.Renamed), func(i int) string {
		return name(d.Renamed[i][0]) + " → " + d.Renamed[i][1].Label.In(domain.English)
	})
	list("deprecated", len(d.Deprecated), func(i int) string {
		if by := d.Deprecated[i].ReplacedBy; by != "" {
			return name(d.Deprecated[i]) + " → " + string(by)
		}
		return name(d.Deprecated[i])
	})
	list("in use again", len(d.Restored), func(i int) string { return name(d.Restored[i]) })
	fmt.Fprintf(t.out, "otherwise changed: %d\nunchanged: %d\n", d.Changed, d.Unchanged)
	switch {
	case c.DryRun:
		fmt.Fprintln(t.out, "Nothing was written: this was a dry run.")
	case d.Empty():
		fmt.Fprintln(t.out, "Nothing was written: nothing changes.")
	default:
		fmt.Fprintln(t.out, "Running servers follow within seconds.")
	}
}
