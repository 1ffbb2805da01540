package auth

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"kopir/domain"
)

// codeMAC is how many bytes of a code prove it: 128 bits, which nobody guesses over a network.
const codeMAC = 16

// Codes makes the codes in letters: an id and its HMAC-SHA-256, cut to 128 bits (RFC 2104, 5), under a key of the
// deployment's secret and bound to the kind of letter. Whoever reads the database learns none.
type Codes struct {
	key []byte
}

var _ domain.Codes = (*Codes)(nil)

// NewCodes returns the codes of a deployment.
func NewCodes(secret []byte) (*Codes, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "kopir codes in letters", sha256.Size)
	return &Codes{key}, err
}

// Code returns the code of an id for one kind of letter: 43 letters, digits, - and _.
func (c *Codes) Code(kind domain.LetterKind, id uuid.UUID) string {
	return base64.RawURLEncoding.EncodeToString(append(id[:], c.mac(kind, id)...))
}

// ParseCode returns the id of a code for one kind of letter, and whether it is one.
func (c *Codes) ParseCode(kind domain.LetterKind, code string) (uuid.UUID, bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(code)
	if err != nil || len(raw) != len(uuid.UUID{})+codeMAC {
		return uuid.Nil, false
	}
	id := uuid.UUID(raw[:len(uuid.UUID{})])
	return id, hmac.Equal(raw[len(id):], c.mac(kind, id))
}

func (c *Codes) mac(kind domain.LetterKind, id uuid.UUID) []byte {
	m := hmac.New(sha256.New, c.key)
	m.Write([]byte(kind))
	m.Write(id[:])
	return m.Sum(nil)[:codeMAC]
}
