package domain

import (
	"net/mail"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Role is a part that somebody plays in the market.
type Role string

// The roles. Everybody is a job-seeker; employer and institution follow from memberships; analyst and admin are granted.
const (
	RoleJobseeker   Role = "jobseeker"
	RoleEmployer    Role = "employer"
	RoleInstitution Role = "institution"
	RoleAnalyst     Role = "analyst"
	RoleAdmin       Role = "admin"
)

// Bounds of a password, in characters.
const (
	MinPassword   = 15
	MinWithFactor = 8 // where a second factor is on
	MaxPassword   = 128
)

// Account is somebody who signs in.
type Account struct {
	ID           uuid.UUID
	Email        string
	Name         string
	Language     Language // the reader's own; "" when not said
	PasswordHash string   // PHC form; "" without a password; never leaves the server
	Admin        bool
	Analyst      bool
	CreatedAt    time.Time
	ConfirmedAt  time.Time // when the address was proven; zero until then
	Factor       *SecondFactor
}

// Confirmed says whether the address was proven to be the account's.
func (a *Account) Confirmed() bool { return !a.ConfirmedAt.IsZero() }

// AccountForm is an account as somebody asks for it, not yet checked.
type AccountForm struct {
	Email    string
	Password string
	Name     string
	Language string
}

// NewAccount returns the account a form asks for, without its password; or every fault of the form.
func NewAccount(id uuid.UUID, form AccountForm, now time.Time) (*Account, error) {
	var f Faults
	a := &Account{ID: id, CreatedAt: now}
	email, err := ParseEmail(form.Email)
	f.Check("/email", err)
	a.Email = email
	checkLength(&f, "/password", form.Password, MinPassword)
	a.Name = requiredText(&f, "/name", form.Name, MaxName, false)
	if form.Language != "" {
		a.Language, err = ParseLanguage(form.Language)
		f.Check("/language", err)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return a, nil
}

// ParseEmail returns an address as it is kept: trimmed, without a display name, in lower case; or malformed.
func ParseEmail(s string) (string, error) {
	s = strings.TrimSpace(s)
	addr, err := mail.ParseAddress(s)
	if err != nil || addr.Name != "" || addr.Address != s || len(s) > 254 ||
		strings.ContainsFunc(s, func(r rune) bool { return forbidden(r, false) }) {
		return "", Because(CodeMalformed)
	}
	return strings.ToLower(s), nil
}

// Person is somebody with all that says what they may do, as the database knows it now.
type Person struct {
	Account     Account
	Memberships []PersonMembership
}

// PersonMembership is a membership with what matters of its organisation.
type PersonMembership struct {
	Organisation Organisation
	Role         MemberRole
}

// Roles returns the parts a person plays, in a fixed order.
func (p Person) Roles() []Role {
	roles := []Role{RoleJobseeker}
	var employs, teaches bool
	for _, m := range p.Memberships {
		if m.Organisation.Kind.Teaches() {
			teaches = true
		} else {
			employs = true
		}
	}
	if employs {
		roles = append(roles, RoleEmployer)
	}
	if teaches {
		roles = append(roles, RoleInstitution)
	}
	if p.Account.Analyst {
		roles = append(roles, RoleAnalyst)
	}
	if p.Account.Admin {
		roles = append(roles, RoleAdmin)
	}
	return roles
}

// RoleIn returns the person's role in an organisation, or "".
func (p Person) RoleIn(organisation uuid.UUID) MemberRole {
	for _, m := range p.Memberships {
		if m.Organisation.ID == organisation {
			return m.Role
		}
	}
	return ""
}
