package domain

import (
	"time"

	"github.com/google/uuid"
)

// DemandKind says what an employer offers.
type DemandKind string

// The kinds of demand.
const (
	Job            DemandKind = "job"
	Internship     DemandKind = "internship"
	Apprenticeship DemandKind = "apprenticeship"
	Upskilling     DemandKind = "upskilling"
)

// ParseDemandKind returns s as a kind of demand, or unknown_value.
func ParseDemandKind(s string) (DemandKind, error) {
	return parseOne(s, []DemandKind{Job, Internship, Apprenticeship, Upskilling})
}

// WorkMode says where the work is done.
type WorkMode string

// The work modes.
const (
	OnsiteWork WorkMode = "onsite"
	HybridWork WorkMode = "hybrid"
	RemoteWork WorkMode = "remote"
)

// ParseWorkMode returns s as a work mode, or unknown_value.
func ParseWorkMode(s string) (WorkMode, error) {
	return parseOne(s, []WorkMode{OnsiteWork, HybridWork, RemoteWork})
}

// Limits of a demand.
const (
	MaxRequirements = 200
	MaxLanguages    = 10
	MaxOpenings     = 100_000
)

// Requirement is one line of a demand.
type Requirement struct {
	Competence CompetenceID
	Level      Level
	Source     LevelSource
	Importance Importance
}

// Salary is a range a month, gross, in whole units of a currency. Max 0 means no upper end was said.
type Salary struct {
	Min, Max int64
	Currency Currency
}

// DemandTerms is all that an owner says about a demand.
type DemandTerms struct {
	Title        Text
	Description  Text
	Kind         DemandKind // "" in a draft that does not say
	Occupation   Occupation
	Sector       Sector
	Region       Region // "" means the whole country
	WorkMode     WorkMode
	Openings     int
	Languages    []Language
	Salary       *Salary
	ValidThrough Date
	Requirements []Requirement // in the owner's order
}

// DemandStatus is where a demand is in its life: draft → published → closed. docs/lifecycles.md draws it.
type DemandStatus string

// The states of a demand.
const (
	DemandDraft     DemandStatus = "draft"
	DemandPublished DemandStatus = "published"
	DemandClosed    DemandStatus = "closed"
)

// ParseDemandStatus returns s as a state of a demand, or unknown_value.
func ParseDemandStatus(s string) (DemandStatus, error) {
	return parseOne(s, []DemandStatus{DemandDraft, DemandPublished, DemandClosed})
}

// ClosedBecause says why a demand is closed.
type ClosedBecause string

// The reasons of closing.
const (
	ClosedByOwner ClosedBecause = "owner"
	ClosedExpired ClosedBecause = "expired"
)

// Source says where something imported came from: the sender's name for the collection and their id in it.
type Source struct {
	Name      string
	Reference string
	URL       string
}

// Demand is an employer's need.
type Demand struct {
	ID             uuid.UUID
	OrganisationID uuid.UUID
	DemandTerms
	Source        *Source
	Status        DemandStatus
	ClosedBecause ClosedBecause
	PublishedAt   time.Time // zero until published
	ClosedAt      time.Time // zero until closed
	CreatedAt     time.Time
	UpdatedAt     time.Time
	Version       int
	Hidden        *Hiding // nil unless an administrator has hidden it
}

// Public says whether everybody may see the demand: it was published, and is not hidden.
func (d *Demand) Public() bool { return d.Status != DemandDraft && d.Hidden == nil }

// Listed says whether searches and matching may find the demand: it is published, and public.
func (d *Demand) Listed() bool { return d.Status == DemandPublished && d.Public() }

// Publish makes the demand public. It returns Conflict unless it is a draft that is not hidden, Invalid with a place for
// each thing that is missing.
func (d *Demand) Publish(now time.Time) error {
	if d.Status != DemandDraft {
		return Fail(Conflict, CodeNotDraft)
	}
	if err := d.Hidden.forbids(); err != nil {
		return err
	}
	if err := d.complete(now); err != nil {
		return err
	}
	d.Status, d.PublishedAt = DemandPublished, now
	d.touch(now)
	return nil
}

// complete says what a demand still needs before it can be public.
func (d *Demand) complete(now time.Time) error {
	var f Faults
	if d.Kind == "" {
		f.Add("/kind", CodeRequired)
	}
	if d.WorkMode == "" {
		f.Add("/work_mode", CodeRequired)
	}
	switch {
	case d.ValidThrough == 0:
		f.Add("/valid_through", CodeRequired)
	case d.ValidThrough < DateOf(now):
		f.Add("/valid_through", CodePast, d.ValidThrough)
	}
	if !hasMust(d.Requirements) {
		f.Add("/requirements", CodeNoMust)
	}
	return f.Err()
}

func hasMust(requirements []Requirement) bool {
	for _, r := range requirements {
		if r.Importance == Must {
			return true
		}
	}
	return false
}

// Close ends the demand. It returns Conflict if it is not published.
func (d *Demand) Close(because ClosedBecause, now time.Time) error {
	if d.Status != DemandPublished {
		return Fail(Conflict, CodeNotPublished)
	}
	d.Status, d.ClosedBecause, d.ClosedAt = DemandClosed, because, now
	d.touch(now)
	return nil
}

// Revise replaces what the owner says. It returns Conflict if the demand is closed; what is published must stay
// complete.
func (d *Demand) Revise(terms DemandTerms, now time.Time) error {
	if err := d.revisable(); err != nil {
		return err
	}
	next := *d
	next.DemandTerms = terms
	if d.Status == DemandPublished {
		if err := next.complete(now); err != nil {
			return err
		}
	}
	next.touch(now)
	*d = next
	return nil
}

func (d *Demand) revisable() error {
	if d.Status == DemandClosed {
		return Fail(Conflict, CodeFinished)
	}
	return nil
}

// Open says whether the demand is listed and has not run out on a date.
func (d *Demand) Open(today Date) bool { return d.Listed() && d.ValidThrough >= today }

// Hide takes the demand out of the public's sight; it keeps its status. It returns Conflict if it is hidden already.
func (d *Demand) Hide(reason string, now time.Time) error {
	if err := hide(&d.Hidden, reason, now); err != nil {
		return err
	}
	d.touch(now)
	return nil
}

// Restore shows the demand again, as it was. It returns Conflict if it is not hidden.
func (d *Demand) Restore(now time.Time) error {
	if err := restore(&d.Hidden); err != nil {
		return err
	}
	d.touch(now)
	return nil
}

func (d *Demand) touch(now time.Time) {
	d.Version++
	d.UpdatedAt = now
}
