package domain

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// ReportDemand tells administrators that something is wrong with a demand. It returns Unauthenticated for a visitor,
// NotFound if it is not public, Conflict while a report of the actor's on it is open, or if they have reported
// MaxReportsInDay times in the last 24 hours, Invalid with every fault of the form.
func (m *Market) ReportDemand(ctx context.Context, a Actor, id uuid.UUID, form ReportForm) (*Report, error) {
	return m.report(ctx, a, Subject{DemandSide, id}, form)
}

// ReportProgramme is ReportDemand for programmes.
func (m *Market) ReportProgramme(ctx context.Context, a Actor, id uuid.UUID, form ReportForm) (*Report, error) {
	return m.report(ctx, a, Subject{ProgrammeSide, id}, form)
}

func (m *Market) report(ctx context.Context, a Actor, of Subject, form ReportForm) (*Report, error) {
	if a.AccountID == uuid.Nil {
		return nil, Fail(Unauthenticated, CodeSignIn)
	}
	var out *Report
	err := m.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := own(ctx, tx, a); err != nil { // whose reports are counted
			return err
		}
		t, err := heldThing(ctx, tx, of)
		if err != nil {
			return err
		}
		if !t.public {
			return Fail(NotFound, CodeNotFound)
		}
		if out, err = NewReport(m.newID(), of, a.AccountID, form, m.now()); err != nil {
			return err
		}
		made, err := tx.ReportsSince(ctx, a.AccountID, m.now().Add(-24*time.Hour))
		if err != nil {
			return err
		}
		if made >= MaxReportsInDay {
			return Fail(Conflict, CodeTooManyReports, MaxReportsInDay)
		}
		if err := tx.CreateReport(ctx, out); KindOf(err) == Conflict {
			return Fail(Conflict, CodeReported)
		} else if err != nil {
			return err
		}
		return record(ctx, tx, a, m.now(), deedOnReport(DeedReportCreated, out, ""))
	})
	return out, err
}

// MyReports lists the actor's own reports, newest first. It returns Unauthenticated for a visitor.
func (m *Market) MyReports(ctx context.Context, a Actor, q ReportList) ([]*Report, int, error) {
	if _, err := person(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	q.Reporter = a.AccountID
	return m.store.ListReports(ctx, q)
}

// ReportCase is a report with what there is to know of what it is on.
type ReportCase struct {
	Report
	ReporterName string
	Reports      int        // on the same thing, closed ones included
	Demand       *Demand    // nil if it is on a programme, or was deleted
	Programme    *Programme // nil if it is on a demand, or was deleted
}

// Organisation returns whose thing was reported; Nil if that was deleted.
func (c ReportCase) Organisation() uuid.UUID {
	switch {
	case c.Demand != nil:
		return c.Demand.OrganisationID
	case c.Programme != nil:
		return c.Programme.OrganisationID
	default:
		return uuid.Nil
	}
}

// Reports lists what was reported, oldest first. It returns Unauthenticated for a visitor, Forbidden to all but
// administrators.
func (m *Market) Reports(ctx context.Context, a Actor, q ReportList) ([]ReportCase, int, error) {
	if err := mayAdminister(ctx, m.store, a); err != nil {
		return nil, 0, err
	}
	list, total, err := m.store.ListReports(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	reporters, things := make([]uuid.UUID, len(list)), make([]uuid.UUID, len(list))
	on := map[Side][]uuid.UUID{}
	for i, r := range list {
		reporters[i], things[i] = r.Reporter, r.Subject.ID
		on[r.Subject.Side] = append(on[r.Subject.Side], r.Subject.ID)
	}
	accounts, err := m.store.Accounts(ctx, reporters)
	if err != nil {
		return nil, 0, err
	}
	counts, err := m.store.CountReports(ctx, things)
	if err != nil {
		return nil, 0, err
	}
	demands, err := m.store.Demands(ctx, on[DemandSide])
	if err != nil {
		return nil, 0, err
	}
	programmes, err := m.store.Programmes(ctx, on[ProgrammeSide])
	if err != nil {
		return nil, 0, err
	}
	cases := make([]ReportCase, 0, len(list))
	for _, r := range list {
		c := ReportCase{Report: *r, Reports: counts[r.Subject.ID], Demand: demands[r.Subject.ID], Programme: programmes[r.Subject.ID]}
		if reporter := accounts[r.Reporter]; reporter != nil {
			c.ReporterName = reporter.Name
		}
		cases = append(cases, c)
	}
	return cases, total, nil
}

// CloseReport ends a report: with no action, or by hiding what it is on, which closes all reports on that. Whoever
// reported is written why. It returns Forbidden to all but administrators, Conflict if it is closed already, Invalid
// without a reason or with an outcome that is none to choose.
func (m *Market) CloseReport(ctx context.Context, a Actor, id uuid.UUID, outcome, reason string) (*Report, error) {
	var f Faults
	how, err := ParseReportOutcome(outcome)
	f.Check("/outcome", err)
	reason = requiredText(&f, "/reason", reason, MaxReason, true)
	var out *Report
	err = m.administer(ctx, a, func(ctx context.Context, tx Tx) error {
		if err := f.Err(); err != nil {
			return err
		}
		t, err := m.reported(ctx, tx, id)
		if err != nil {
			return err
		}
		if how == OutcomeHidden {
			err = m.rule(ctx, tx, a, t, ruling{true, reason})
		} else {
			err = closeReports(ctx, tx, t, id, Closing{OutcomeNoAction, reason, m.now()})
		}
		if err != nil {
			return err
		}
		if out, err = tx.Report(ctx, id); err != nil || how == OutcomeHidden {
			return err // the hiding has been noted
		}
		return record(ctx, tx, a, m.now(), deedOnReport(DeedReportClosed, out, reason))
	})
	return out, err
}

// reported holds what a report is on, which keeps its reports as they are. It returns Conflict if the report is closed.
func (m *Market) reported(ctx context.Context, tx Tx, id uuid.UUID) (thing, error) {
	r, err := tx.Report(ctx, id)
	if err != nil {
		return thing{}, err
	}
	t, gone := heldThing(ctx, tx, r.Subject)
	if KindOf(gone) == NotFound { // nothing is left to hide
		t = thing{subject: r.Subject, hide: func(string, time.Time) error { return gone }}
	} else if gone != nil {
		return thing{}, gone
	}
	if r, err = tx.Report(ctx, id); err != nil {
		return thing{}, err
	}
	if r.Status() != ReportOpen {
		return thing{}, Fail(Conflict, CodeReportClosed)
	}
	return t, nil
}

// reportLetters are what reporters are written, by what became of their reports.
var reportLetters = map[ReportOutcome]LetterKind{
	OutcomeHidden: LetterReportHidden, OutcomeNoAction: LetterReportNoAction, OutcomeDeleted: LetterReportDeleted,
}

// closeReports closes the open reports on a thing that is held, or only one of them, and writes to whoever made them.
func closeReports(ctx context.Context, tx Tx, t thing, only uuid.UUID, c Closing) error {
	closed, err := tx.CloseReports(ctx, t.subject, only, c)
	if err != nil || len(closed) == 0 {
		return err
	}
	reporters := make([]uuid.UUID, len(closed))
	for i, r := range closed {
		reporters[i] = r.Reporter
	}
	accounts, err := tx.Accounts(ctx, reporters)
	if err != nil {
		return err
	}
	var to []Member
	for _, a := range accounts {
		to = append(to, Member{AccountID: a.ID, Email: a.Email, Language: a.Language})
	}
	return writeTo(ctx, tx, to, reportLetters[c.Outcome], c.ClosedAt, func(l Language) []string {
		if c.Outcome == OutcomeDeleted {
			return []string{t.title.In(l)}
		}
		return []string{t.title.In(l), c.Reason}
	})
}

// closeDeleted closes the reports on a thing that its owner deletes.
func closeDeleted(ctx context.Context, tx Tx, t thing, at time.Time) error {
	return closeReports(ctx, tx, t, uuid.Nil, Closing{Outcome: OutcomeDeleted, ClosedAt: at})
}
