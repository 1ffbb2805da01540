package domain

import (
	"slices"
	"time"

	"github.com/google/uuid"
)

// ConsentDocument is something that people agree to, in the version that is in force.
type ConsentDocument struct {
	Name    string // "privacy", "terms"
	Version string
	URL     string // where it can be read
}

// Consent is an account's agreement to one version of a document. It is kept as long as the account: agreeing to a new
// version is a new one, and one that was withdrawn says when.
type Consent struct {
	ID          uuid.UUID
	AccountID   uuid.UUID
	Document    string
	Version     string
	GivenAt     time.Time
	WithdrawnAt time.Time // zero while it holds
}

// holds says whether it agrees to a document in a version.
func (c Consent) holds(document, version string) bool {
	return c.WithdrawnAt.IsZero() && c.Document == document && c.Version == version
}

// MissingConsents returns the documents in force that nothing which was given agrees to.
func MissingConsents(documents []ConsentDocument, given []Consent) []ConsentDocument {
	return slices.DeleteFunc(slices.Clone(documents), func(d ConsentDocument) bool {
		return slices.ContainsFunc(given, func(c Consent) bool { return c.holds(d.Name, d.Version) })
	})
}

// PersonalRecords is what one table has of a person; of secrets, that they are there, not what they are.
type PersonalRecords struct {
	Table string
	Rows  []map[string]any // by column, as JSON has values
}
