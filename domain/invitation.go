package domain

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// InvitationLifetime is how long an invitation can be accepted.
const InvitationLifetime = 14 * 24 * time.Hour

// Bounds of invitations. Those within 24 hours keep letters from being a means to pester people.
const (
	MaxInvitations          = 100 // open ones of an organisation
	MaxInvitationsADay      = 50  // of an account
	MaxInvitationsToOneADay = 3   // of an account, to one address
)

// InvitationForm is an invitation as somebody writes it down, not yet checked.
type InvitationForm struct {
	Email string
	Role  string
}

// Invitation lets whoever reads mail at an address join an organisation.
type Invitation struct {
	ID             uuid.UUID // its code follows from it
	OrganisationID uuid.UUID
	Email          string // as ParseEmail returns it
	Role           MemberRole
	InvitedBy      uuid.UUID // Nil for the operator, and when the account is gone
	CreatedAt      time.Time
	ExpiresAt      time.Time
	EndedAt        time.Time // when it was accepted, withdrawn or replaced; zero until then
	AcceptedBy     uuid.UUID // Nil unless accepted
}

// NewInvitation returns the invitation that a form describes; or every fault of the form.
func NewInvitation(id, organisation, by uuid.UUID, form InvitationForm, now time.Time) (*Invitation, error) {
	var f Faults
	i := &Invitation{ID: id, OrganisationID: organisation, InvitedBy: by, CreatedAt: now, ExpiresAt: now.Add(InvitationLifetime)}
	var err error
	i.Email, err = ParseEmail(form.Email)
	f.Check("/email", err)
	i.Role, err = ParseMemberRole(form.Role)
	f.Check("/role", err)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return i, nil
}

// Open says whether the invitation can be accepted.
func (i *Invitation) Open(now time.Time) bool { return i.EndedAt.IsZero() && now.Before(i.ExpiresAt) }

// hint is as much of an address as its owner needs to know which one is meant: "a…@example.kz".
func hint(email string) string {
	at := strings.LastIndexByte(email, '@')
	_, first := utf8.DecodeRuneInString(email)
	return email[:first] + "…" + email[at:]
}
