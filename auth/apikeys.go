package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strings"

	"github.com/google/uuid"

	"kopir/domain"
)

// The form of an API key: kopir_<id>_<secret><checksum>, in lower-case hexadecimals. The first part is for those who
// search code for secrets, the id is by which it is looked up, the CRC-32 of all before it tells a key from what only
// looks like one.
const (
	apiKeyPrefix = "kopir_"
	apiKeySecret = 32 // bytes: 256 bits
	apiKeySize   = len(apiKeyPrefix) + 2*len(uuid.UUID{}) + 1 + 2*(apiKeySecret+crc32.Size)
)

// APIKeys makes and reads what machines send as their key.
type APIKeys struct{}

var _ domain.KeySecrets = APIKeys{}

// IsAPIKey says whether a token claims to be an API key, and not an access token.
func IsAPIKey(token string) bool { return strings.HasPrefix(token, apiKeyPrefix) }

// APIKeyPrefix returns what the key of an id begins with: no secret.
func APIKeyPrefix(id uuid.UUID) string { return apiKeyPrefix + hex.EncodeToString(id[:]) }

// NewKey returns a fresh key of 256 random bits that names an id, and the hash of it that may be kept. Nothing slower than
// SHA-256 is needed: nobody guesses that many.
func (APIKeys) NewKey(id uuid.UUID) (key string, hash []byte, err error) {
	secret := make([]byte, apiKeySecret)
	if _, err := rand.Read(secret); err != nil {
		return "", nil, err
	}
	key = withChecksum(APIKeyPrefix(id) + "_" + hex.EncodeToString(secret))
	return key, hashOfKey(key), nil
}

// KeyID returns the id that a key names, and whether it has the form of one.
func (APIKeys) KeyID(key string) (uuid.UUID, bool) {
	if len(key) != apiKeySize || !IsAPIKey(key) {
		return uuid.Nil, false
	}
	id, err := hex.DecodeString(key[len(apiKeyPrefix) : len(apiKeyPrefix)+2*len(uuid.UUID{})])
	if err != nil || key != withChecksum(key[:len(key)-2*crc32.Size]) {
		return uuid.Nil, false
	}
	return uuid.UUID(id), true
}

// CheckKey says, in constant time, whether a hash is the key's. It is of the key as it is written, so that no two texts are
// one key.
func (APIKeys) CheckKey(key string, hash []byte) bool {
	return subtle.ConstantTimeCompare(hashOfKey(key), hash) == 1
}

func hashOfKey(key string) []byte {
	hash := sha256.Sum256([]byte(key))
	return hash[:]
}

func withChecksum(body string) string {
	return body + hex.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}
