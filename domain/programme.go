package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// ProgrammeKind says what sort of programme it is.
type ProgrammeKind string

// The kinds of programme.
const (
	Bachelor         ProgrammeKind = "bachelor"
	Master           ProgrammeKind = "master"
	CollegeProgramme ProgrammeKind = "college"
	ShortCourse      ProgrammeKind = "short_course"
	MicroCredential  ProgrammeKind = "micro_credential" //nolint:gosec // a credential of learning, no secret
	Bootcamp         ProgrammeKind = "bootcamp"
)

// ParseProgrammeKind returns s as a kind of programme, or unknown_value.
func ParseProgrammeKind(s string) (ProgrammeKind, error) {
	return parseOne(s, []ProgrammeKind{Bachelor, Master, CollegeProgramme, ShortCourse, MicroCredential, Bootcamp})
}

// Mode says how a programme is taught.
type Mode string

// The modes of teaching.
const (
	Onsite  Mode = "onsite"
	Blended Mode = "blended"
	Online  Mode = "online"
)

// ParseMode returns s as a mode of teaching, or unknown_value.
func ParseMode(s string) (Mode, error) { return parseOne(s, []Mode{Onsite, Blended, Online}) }

// Funding says who pays.
type Funding string

// The ways of funding.
const (
	Paid    Funding = "paid"
	Grant   Funding = "grant"
	Voucher Funding = "voucher"
	Free    Funding = "free"
)

// ParseFunding returns s as a way of funding, or unknown_value.
func ParseFunding(s string) (Funding, error) {
	return parseOne(s, []Funding{Paid, Grant, Voucher, Free})
}

// Segment is an audience that a programme is made for.
type Segment string

var segments = []Segment{"youth", "schoolchildren", "students", "teachers", "medics", "manufacturing", "civil_servants",
	"small_business", "workers", "women", "unemployed", "seniors", "people_with_disabilities", "rural", "veterans"}

// ParseSegment returns s as an audience, or unknown_value.
func ParseSegment(s string) (Segment, error) { return parseOne(s, segments) }

// Limits of a programme.
const (
	MaxOutcomes      = 200
	MaxPrerequisites = 50
	MaxIntakes       = 100
	MaxWeeks         = 520
	MaxHours         = 20_000
	MaxECTS          = 600
	MaxSeats         = 1_000_000
	MaxURL           = 2_000
)

// Outcome is one line of a programme: a competence and the level reached in it. Prerequisites and a learner's own
// levels have the same shape.
type Outcome struct {
	Competence CompetenceID
	Level      Level
	Source     LevelSource
}

// Intake is one start of a programme.
type Intake struct {
	StartsOn Date
	EndsOn   Date   // 0 when not known
	ApplyBy  Date   // 0 when not known
	Seats    int    // 0 when not known
	Region   Region // "" means in all the programme's regions
}

// ProgrammeTerms is all that an owner says about a programme. Zero numbers mean that they are not known.
type ProgrammeTerms struct {
	Title         Text
	Description   Text
	Kind          ProgrammeKind
	Mode          Mode
	Languages     []Language
	Regions       []Region
	Weeks         int
	Hours         int
	ECTS          int
	Price         *Money // the whole programme
	Funding       []Funding
	NQFLevel      Level
	Segments      []Segment
	Sectors       []Sector
	URL           string
	Outcomes      []Outcome
	Prerequisites []Outcome
	Intakes       []Intake
}

// ProgrammeStatus is where a programme is in its life: draft → published → archived. docs/lifecycles.md draws it.
type ProgrammeStatus string

// The states of a programme.
const (
	ProgrammeDraft     ProgrammeStatus = "draft"
	ProgrammePublished ProgrammeStatus = "published"
	ProgrammeArchived  ProgrammeStatus = "archived"
)

// ParseProgrammeStatus returns s as a state of a programme, or unknown_value.
func ParseProgrammeStatus(s string) (ProgrammeStatus, error) {
	return parseOne(s, []ProgrammeStatus{ProgrammeDraft, ProgrammePublished, ProgrammeArchived})
}

// Programme is what an institution teaches.
type Programme struct {
	ID             uuid.UUID
	OrganisationID uuid.UUID
	ProgrammeTerms
	Source      *Source
	Status      ProgrammeStatus
	PublishedAt time.Time // zero until published
	ArchivedAt  time.Time // zero until archived
	CreatedAt   time.Time
	UpdatedAt   time.Time
	Version     int
	Hidden      *Hiding // nil unless an administrator has hidden it
}

// Public says whether everybody may see the programme: it was published, and is not hidden.
func (p *Programme) Public() bool { return p.Status != ProgrammeDraft && p.Hidden == nil }

// Listed says whether searches and matching may find the programme: it is published, and public.
func (p *Programme) Listed() bool { return p.Status == ProgrammePublished && p.Public() }

// Publish makes the programme public. It returns Conflict unless it is a draft that is not hidden, Invalid with a place
// for each thing that is missing.
func (p *Programme) Publish(now time.Time) error {
	if p.Status != ProgrammeDraft {
		return Fail(Conflict, CodeNotDraft)
	}
	if err := p.Hidden.forbids(); err != nil {
		return err
	}
	if err := p.complete(); err != nil {
		return err
	}
	p.Status, p.PublishedAt = ProgrammePublished, now
	p.touch(now)
	return nil
}

// complete says what a programme still needs before it can be public.
func (p *Programme) complete() error {
	var f Faults
	if p.Kind == "" {
		f.Add("/kind", CodeRequired)
	}
	if p.Mode == "" {
		f.Add("/mode", CodeRequired)
	}
	if len(p.Languages) == 0 {
		f.Add("/languages", CodeRequired)
	}
	if p.Mode != Online && p.Mode != "" && len(p.Regions) == 0 {
		f.Add("/regions", CodeRequired)
	}
	if len(p.Outcomes) == 0 {
		f.Add("/outcomes", CodeNoOutcome)
	}
	return f.Err()
}

// Archive takes the programme out of the market. It returns Conflict if it is not published.
func (p *Programme) Archive(now time.Time) error {
	if p.Status != ProgrammePublished {
		return Fail(Conflict, CodeNotPublished)
	}
	p.Status, p.ArchivedAt = ProgrammeArchived, now
	p.touch(now)
	return nil
}

// Revise replaces what the owner says. It returns Conflict if the programme is archived; what is published must stay
// complete.
func (p *Programme) Revise(terms ProgrammeTerms, now time.Time) error {
	if err := p.revisable(); err != nil {
		return err
	}
	next := *p
	next.ProgrammeTerms = terms
	if p.Status == ProgrammePublished {
		if err := next.complete(); err != nil {
			return err
		}
	}
	next.touch(now)
	*p = next
	return nil
}

func (p *Programme) revisable() error {
	if p.Status == ProgrammeArchived {
		return Fail(Conflict, CodeFinished)
	}
	return nil
}

// Hide takes the programme out of the public's sight; it keeps its status. It returns Conflict if it is hidden already.
func (p *Programme) Hide(reason string, now time.Time) error {
	if err := hide(&p.Hidden, reason, now); err != nil {
		return err
	}
	p.touch(now)
	return nil
}

// Restore shows the programme again, as it was. It returns Conflict if it is not hidden.
func (p *Programme) Restore(now time.Time) error {
	if err := restore(&p.Hidden); err != nil {
		return err
	}
	p.touch(now)
	return nil
}

func (p *Programme) touch(now time.Time) {
	p.Version++
	p.UpdatedAt = now
}

// Tenge returns the price in tenge, and whether it is known: a free programme costs 0, a price in another currency is
// not known in tenge.
func (p *ProgrammeTerms) Tenge() (int64, bool) {
	switch {
	case slices.Contains(p.Funding, Free):
		return 0, true
	case p.Price == nil, p.Price.Currency != KZT && p.Price.Amount != 0:
		return 0, false
	default:
		return p.Price.Amount, true
	}
}
