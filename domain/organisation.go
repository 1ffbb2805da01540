package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// OrganisationKind says which side of the market an organisation is on, and how.
type OrganisationKind string

// The kinds of organisation: the first publishes demands, the others programmes.
const (
	Employer         OrganisationKind = "employer"
	University       OrganisationKind = "university"
	College          OrganisationKind = "college"
	CompetenceCentre OrganisationKind = "competence_centre"
	TrainingProvider OrganisationKind = "training_provider"
)

var organisationKinds = []OrganisationKind{Employer, University, College, CompetenceCentre, TrainingProvider}

// Teaches says whether organisations of the kind publish programmes.
func (k OrganisationKind) Teaches() bool { return k != Employer }

// Verification is how far an organisation's identity has been checked by an administrator.
type Verification string

// The states of verification.
const (
	Pending  Verification = "pending"
	Verified Verification = "verified"
	Rejected Verification = "rejected"
)

// ParseVerification returns s as a state of verification, or unknown_value.
func ParseVerification(s string) (Verification, error) {
	return parseOne(s, []Verification{Pending, Verified, Rejected})
}

// ParseOrganisationKind returns s as a kind of organisation, or unknown_value.
func ParseOrganisationKind(s string) (OrganisationKind, error) {
	return parseOne(s, organisationKinds)
}

// OrganisationForm is an organisation as somebody writes it down, not yet checked.
type OrganisationForm struct {
	Kind                string
	RegistrationScheme  string
	RegistrationCountry string // "" means KZ
	RegistrationNumber  string
	Name                Text
	Region              string // "" where none is named: a foreign one's
}

// Organisation is a member of the market: an employer or an institution.
type Organisation struct {
	ID           uuid.UUID
	Kind         OrganisationKind
	Registration Registration
	Name         Text
	Region       Region // "" where none is named
	Verification Verification
	Rejection    string // why, when rejected
	// Contested says, of one that is not verified, whether a verified one has its registration, Holder which one: as far as
	// the reader may know. They are not kept.
	Contested *bool
	Holder    *Organisation
	Version   int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// NewOrganisation returns the organisation that a form describes, awaiting verification; or every fault of the form.
func NewOrganisation(id uuid.UUID, form OrganisationForm, now time.Time) (*Organisation, error) {
	var f Faults
	o := &Organisation{ID: id, Verification: Pending, Version: 1, CreatedAt: now, UpdatedAt: now}
	var err error
	o.Kind, err = ParseOrganisationKind(form.Kind)
	f.Check("/kind", err)
	o.Registration = parseRegistration(&f, "/registration", form.RegistrationScheme, form.RegistrationCountry, form.RegistrationNumber)
	o.Name = parseText(&f, "/name", form.Name, MaxName, false, true)
	optional(&f, "/region", form.Region, &o.Region, ParseRegion)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return o, nil
}

// Verify makes the organisation one that may publish. It returns Conflict unless verification is pending or was refused.
func (o *Organisation) Verify(now time.Time) error {
	if o.Verification == Verified {
		return Fail(Conflict, CodeNotPending)
	}
	o.Verification, o.Rejection = Verified, ""
	o.touch(now)
	return nil
}

// Reject refuses a pending organisation, for a reason it is told. It returns Conflict if it is not pending, Invalid
// without a reason.
func (o *Organisation) Reject(reason string, now time.Time) error {
	var f Faults
	reason = requiredText(&f, "/reason", reason, MaxReason, true)
	if err := f.Err(); err != nil {
		return err
	}
	if o.Verification != Pending {
		return Fail(Conflict, CodeNotPending)
	}
	o.Verification, o.Rejection = Rejected, reason
	o.touch(now)
	return nil
}

func (o *Organisation) touch(now time.Time) {
	o.Version++
	o.UpdatedAt = now
}

// MemberRole is what a member may do for an organisation.
type MemberRole string

// The roles of a member.
const (
	Owner  MemberRole = "owner"
	Editor MemberRole = "editor"
	Viewer MemberRole = "viewer"
)

// memberRoles are the roles, the lowest first.
var memberRoles = []MemberRole{Viewer, Editor, Owner}

// ParseMemberRole returns s as a role of a member, or unknown_value.
func ParseMemberRole(s string) (MemberRole, error) { return parseOne(s, memberRoles) }

// Writes says whether the role may change what the organisation publishes.
func (r MemberRole) Writes() bool { return slices.Contains([]MemberRole{Owner, Editor}, r) }

// Owns says whether the role may decide who belongs to the organisation.
func (r MemberRole) Owns() bool { return r == Owner }

// higher returns the higher of two roles; "" is the lowest.
func higher(a, b MemberRole) MemberRole {
	if slices.Index(memberRoles, a) > slices.Index(memberRoles, b) {
		return a
	}
	return b
}

// Membership joins an account to an organisation.
type Membership struct {
	OrganisationID uuid.UUID
	AccountID      uuid.UUID
	Role           MemberRole
}

// Member is somebody who belongs to an organisation, as its other members see them.
type Member struct {
	AccountID uuid.UUID
	Email     string
	Name      string
	Language  Language // "" when not said
	Role      MemberRole
	Since     time.Time
}
