package domain

import (
	"time"

	"github.com/google/uuid"
)

// Bounds of proofs.
const (
	ConfirmLifetime = 24 * time.Hour // of a code that proves an address
	ResetLifetime   = time.Hour      // of a code that sets another password
	MaxLetters      = 5              // of one kind to one address in LettersWithin
	LettersWithin   = time.Hour
)

// Proof is what a code in a letter to an address stands for: whoever knows the code reads the mail there. The code itself
// is not kept, it follows from ID (Codes).
type Proof struct {
	ID        uuid.UUID
	Kind      LetterKind
	Email     string
	Account   uuid.UUID // Nil where the address has none: then it only counts the letter
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero until it was used
	Claim     *Account  // takes the place of an account that never proved the address; nil if none does
}

// badCode is what every code gets that is wrong, has run out or is of no use any more.
func badCode() error {
	var f Faults
	f.Add("/code", CodeBadCode)
	return f.Err()
}
