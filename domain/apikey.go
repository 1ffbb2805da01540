package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// Scope is something that an API key may do: a side of the market and whether it reads or writes there.
type Scope string

// The scopes. Reading is of an organisation's own, drafts included; writing is everything that editors do, publishing
// included. Neither includes the other.
const (
	DemandsRead     Scope = "demands:read"
	DemandsWrite    Scope = "demands:write"
	ProgrammesRead  Scope = "programmes:read"
	ProgrammesWrite Scope = "programmes:write"
)

var scopes = []Scope{DemandsRead, DemandsWrite, ProgrammesRead, ProgrammesWrite}

// ParseScope returns s as a scope, or unknown_value.
func ParseScope(s string) (Scope, error) { return parseOne(s, scopes) }

// Read returns the scope that reading a side takes.
func (s Side) Read() Scope { return Scope(s + ":read") }

// Write returns the scope that writing to a side takes.
func (s Side) Write() Scope { return Scope(s + ":write") }

// Bounds of API keys.
const (
	MaxKeys        = 20 // that live at a time, of one organisation
	MaxKeyName     = 100
	MaxKeyLifetime = 366 * 24 * time.Hour
	// keyWarning is how long before a key expires its organisation's owners are told.
	keyWarning = 14 * 24 * time.Hour
)

// APIKey lets a machine act for one organisation, within its scopes. What the machine sends is never kept, only its hash.
type APIKey struct {
	ID           uuid.UUID
	Organisation uuid.UUID
	Name         string
	Scopes       []Scope
	Hash         []byte
	CreatedBy    uuid.UUID // Nil when the account is gone
	CreatorName  string    // that account's, where keys are listed or made; "" when it is gone
	CreatedAt    time.Time
	ExpiresAt    time.Time
	WarnedAt     time.Time // when the owners were told that it expires; zero until then
	LastUsedAt   time.Time // to the minute, a minute or two late; zero if it never was
	RevokedAt    time.Time // zero unless revoked
}

// APIKeyForm is an API key as somebody asks for it, not yet checked.
type APIKeyForm struct {
	Name      string
	Scopes    []string
	ExpiresAt time.Time
}

// NewAPIKey returns the key that a form asks for, without its hash; or every fault of the form.
func NewAPIKey(id, organisation uuid.UUID, form APIKeyForm, now time.Time) (*APIKey, error) {
	var f Faults
	k := &APIKey{ID: id, Organisation: organisation, CreatedAt: now, ExpiresAt: form.ExpiresAt.UTC().Truncate(time.Microsecond)}
	k.Name = requiredText(&f, "/name", form.Name, MaxKeyName, false)
	k.Scopes = parseSet(&f, "/scopes", form.Scopes, len(scopes), ParseScope)
	if len(form.Scopes) == 0 {
		f.Add("/scopes", CodeRequired)
	}
	if latest := now.Add(MaxKeyLifetime); !k.ExpiresAt.After(now) || k.ExpiresAt.After(latest) {
		f.Add("/expires_at", CodeOutOfRange, now.Format(time.RFC3339), latest.Format(time.RFC3339))
	}
	if !k.ExpiresAt.After(now.Add(keyWarning)) {
		k.WarnedAt = now // the letter that tells of the key tells this as well
	}
	return k, f.Err()
}

// Living says whether the key is good for anything.
func (k *APIKey) Living(now time.Time) bool { return k.RevokedAt.IsZero() && now.Before(k.ExpiresAt) }

// Has says whether the key has one of some scopes.
func (k *APIKey) Has(some ...Scope) bool {
	return slices.ContainsFunc(some, func(s Scope) bool { return slices.Contains(k.Scopes, s) })
}
