package domain

import (
	"time"

	"github.com/google/uuid"
)

// ReportKind says what is wrong with what was reported.
type ReportKind string

// What may be wrong.
const (
	ReportSpam           ReportKind = "spam"
	ReportFraud          ReportKind = "fraud"
	ReportDiscrimination ReportKind = "discrimination"
	ReportWrongFacts     ReportKind = "wrong_facts"
	ReportIllegal        ReportKind = "illegal"
	ReportOther          ReportKind = "other" // its text says what
)

// ReportOutcome says what became of a report.
type ReportOutcome string

// The outcomes.
const (
	OutcomeHidden   ReportOutcome = "hidden"    // an administrator has hidden what it is on
	OutcomeNoAction ReportOutcome = "no_action" // an administrator has left it as it is
	OutcomeDeleted  ReportOutcome = "deleted"   // its owner has deleted it
)

// ParseReportOutcome returns s as what an administrator may close a report with, or unknown_value.
func ParseReportOutcome(s string) (ReportOutcome, error) {
	return parseOne(s, []ReportOutcome{OutcomeHidden, OutcomeNoAction})
}

// ReportStatus says whether somebody has still to look at a report.
type ReportStatus string

// The states of a report.
const (
	ReportOpen   ReportStatus = "open"
	ReportClosed ReportStatus = "closed"
)

// Limits of reporting.
const (
	MaxReportText   = 1_000
	MaxReportsInDay = 20 // of one account, in 24 hours
)

// ReportForm is a report as somebody writes it down, not yet checked.
type ReportForm struct {
	Kind string
	Text string
}

// Report is that somebody says that something is wrong with a demand or a programme.
type Report struct {
	ID        uuid.UUID
	Subject   Subject
	Reporter  uuid.UUID // never told to the organisation
	Kind      ReportKind
	Text      string // "" if not told
	CreatedAt time.Time
	Closing   // zero while it is open
}

// Closing is how a report was closed.
type Closing struct {
	Outcome  ReportOutcome
	Reason   string // "" where nobody gave one
	ClosedAt time.Time
}

// Status says whether the report is open.
func (r *Report) Status() ReportStatus {
	if r.Outcome == "" {
		return ReportOpen
	}
	return ReportClosed
}

// NewReport returns the report that a form describes; or every fault of the form.
func NewReport(id uuid.UUID, of Subject, reporter uuid.UUID, form ReportForm, now time.Time) (*Report, error) {
	var f Faults
	r := &Report{ID: id, Subject: of, Reporter: reporter, CreatedAt: now}
	var err error
	r.Kind, err = parseOne(form.Kind, []ReportKind{ReportSpam, ReportFraud, ReportDiscrimination, ReportWrongFacts, ReportIllegal, ReportOther})
	f.Check("/kind", err)
	if form.Text != "" || r.Kind == ReportOther {
		r.Text = requiredText(&f, "/text", form.Text, MaxReportText, true)
	}
	return r, f.Err()
}
