package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"text/tabwriter"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
)

// indexCommand is what an operator does with what answers searches.
type indexCommand struct {
	Status  indexStatusCommand  `cmd:"" help:"Show how the search index is: what it lacks, who feeds it, what waits, what was refused."`
	Rebuild indexRebuildCommand `cmd:"" help:"Have every index rebuilt from the database, while searches go on."`
	Verify  indexVerifyCommand  `cmd:"" help:"Compare the search engine's documents with the database, and have what differs sent again."`
	Retry   indexRetryCommand   `cmd:"" help:"Have documents that the search engine refused sent again."`
}

// within opens the program for one piece of work.
func within(ctx context.Context, cfg *config, t *terminal, work func(a *app) error) error {
	a, err := open(ctx, cfg, cfg.logger(t))
	if err != nil {
		return err
	}
	return errors.Join(work(a), a.close())
}

// errOwnIndex is the answer where there is nothing to be fed.
var errOwnIndex = errors.New("each server has a search index of its own here, which follows the database by itself; KOPIR_MEILI_URL names no search engine")

// engineOnly opens the search engine, which must be configured.
func (a *app) engineOnly(ctx context.Context) (*remote, error) {
	if a.cfg.MeiliURL == "" {
		return nil, errOwnIndex
	}
	return a.openMeili(ctx)
}

// indexStatusCommand shows how the search index is.
type indexStatusCommand struct {
	JSON bool `name:"json" help:"Print JSON instead of a table."`
}

// Run asks the engine and the database.
func (c *indexStatusCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		r, err := a.engineOnly(ctx)
		if err != nil {
			return err
		}
		state, err := domain.NewSearchIndex(a.store, fedEngine{r}, a.store, time.Now).State(ctx, operator)
		if err != nil {
			return err
		}
		if c.JSON {
			return json.NewEncoder(t.out).Encode(statusOf(state))
		}
		return printStatus(t, statusOf(state))
	})
}

// indexStatus is a state as the command shows it.
type indexStatus struct {
	Engine      string       `json:"engine"`
	Reachable   bool         `json:"reachable"`
	Complete    bool         `json:"complete"`
	Why         string       `json:"why,omitempty"`
	Generation  string       `json:"generation,omitempty"`
	Holder      string       `json:"holder,omitempty"`
	Waiting     int          `json:"waiting"`
	OldestSince string       `json:"oldest_waiting_since,omitempty"`
	Retrying    int          `json:"retrying"`
	Quarantined int          `json:"quarantined"`
	Refused     []refusedRow `json:"refused,omitempty"`
}

type refusedRow struct {
	Side     string    `json:"side"`
	ID       uuid.UUID `json:"id"`
	Attempts int       `json:"attempts"`
	Since    string    `json:"since"`
	Reason   string    `json:"reason"`
}

func statusOf(x domain.SearchIndexState) indexStatus {
	s := indexStatus{
		Engine: x.Engine.Kind, Reachable: x.Trouble == "", Complete: x.Engine.Complete, Why: x.Engine.Why, Generation: x.Engine.Generation,
		Holder: x.Feed.Lease.Holder, Waiting: x.Feed.Waiting, Retrying: x.Feed.Retrying, Quarantined: x.Feed.Failed,
	}
	if x.Trouble != "" {
		s.Why = domain.Reason{Code: x.Trouble}.In(domain.English)
	}
	if !x.Feed.Oldest.IsZero() {
		s.OldestSince = x.Feed.Oldest.UTC().Format(time.RFC3339)
	}
	for _, f := range x.Quarantined {
		s.Refused = append(s.Refused, refusedRow{string(f.Side), f.ID, f.Attempts, f.Since.UTC().Format(time.RFC3339), f.Reason})
	}
	return s
}

func printStatus(t *terminal, s indexStatus) error {
	w := tabwriter.NewWriter(t.out, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { fmt.Fprintf(w, name+"\t"+format+"\n", args...) }
	switch {
	case !s.Reachable:
		row("engine", "%s, which cannot be asked now: %s", s.Engine, s.Why)
	case s.Complete:
		row("engine", "%s, complete", s.Engine)
	default:
		row("engine", "%s, not complete: %s", s.Engine, s.Why)
	}
	if s.Generation != "" {
		row("generation", "%s", s.Generation)
	}
	if s.Holder == "" {
		row("fed by", "nobody: no server is running")
	} else {
		row("fed by", "%s", s.Holder)
	}
	if s.OldestSince == "" {
		row("waiting", "nothing")
	} else {
		row("waiting", "%d changes, the oldest since %s", s.Waiting, s.OldestSince)
	}
	row("refused", "%d tried again, %d in quarantine", s.Retrying, s.Quarantined)
	for _, f := range s.Refused {
		row("", "%s %s since %s: %s", f.Side, f.ID, f.Since, f.Reason)
	}
	return w.Flush()
}

// indexRebuildCommand asks every running server to rebuild.
type indexRebuildCommand struct{}

// Run leaves the request in the change log: every server reads it there within a second.
func (*indexRebuildCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		err := domain.NewSearchIndex(a.store, nil, nil, time.Now).Rebuild(ctx, operator)
		if err == nil {
			t.say("Running servers rebuild their indexes and the search engine's from the database now; searches go on meanwhile.")
		}
		return err
	})
}

// indexVerifyCommand compares contents.
type indexVerifyCommand struct{}

// Run compares, and leaves what differs in the change log.
func (*indexVerifyCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	return within(ctx, cfg, t, func(a *app) error {
		r, err := a.engineOnly(ctx)
		if err != nil {
			return err
		}
		report, err := r.drainer.Verify(ctx)
		if err != nil {
			return err
		}
		t.say("%d documents compared in %s: %d missing, %d different, %d that should not be there.", report.Compared,
			report.Took.Round(time.Millisecond), report.Missing, report.Different, report.Unwanted)
		if report.Drift() > 0 {
			t.say("They are sent again by the server that feeds the search engine.")
		}
		return nil
	})
}

// indexRetryCommand has refused documents sent again.
type indexRetryCommand struct {
	IDs []string `arg:"" optional:"" help:"Of which demands and programmes; none means all."`
}

// Run makes them due at once.
func (c *indexRetryCommand) Run(ctx context.Context, cfg *config, t *terminal) error {
	var subjects []domain.Subject
	for _, text := range c.IDs {
		id, err := uuid.Parse(text)
		if err != nil {
			return fmt.Errorf("%q is not an id", text)
		}
		subjects = append(subjects, domain.Subject{Side: domain.DemandSide, ID: id}, domain.Subject{Side: domain.ProgrammeSide, ID: id})
	}
	return within(ctx, cfg, t, func(a *app) error {
		if a.cfg.MeiliURL == "" {
			return errOwnIndex
		}
		n, err := domain.NewSearchIndex(a.store, nil, a.store, time.Now).Retry(ctx, operator, subjects)
		if err == nil {
			t.say("%d documents are sent again.", n)
		}
		return err
	})
}
