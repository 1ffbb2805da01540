package auth

import (
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"kopir/domain"
)

// How one-time passwords are made (RFC 6238, with what every app can do).
const (
	otpPeriod    = 30 // seconds
	otpDigits    = otp.DigitsSix
	otpHash      = otp.AlgorithmSHA1
	otpSecret    = 20 // bytes: 160 bits
	otpIssuer    = "Kopir"
	recoverySize = 16 // letters and digits of base32: 80 bits
)

// OneTime makes and checks one-time passwords and recovery codes. Secrets are sealed under the deployment's; recovery
// codes are hashed without it, so that they outlive a change of it.
type OneTime struct {
	aead cipher.AEAD
}

var _ domain.OneTime = (*OneTime)(nil)

// NewOneTime returns the one-time passwords of a deployment.
func NewOneTime(secret []byte) (*OneTime, error) {
	aead, err := aeadUnder(secret, "kopir second factors")
	return &OneTime{aead}, err
}

// NewSecret returns a fresh secret of 160 bits in base32, the same as an otpauth URI, and sealed for the account.
func (o *OneTime) NewSecret(a *domain.Account) (secret, uri string, sealed []byte, err error) {
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: otpIssuer, AccountName: a.Email, Period: otpPeriod, SecretSize: otpSecret, Digits: otpDigits, Algorithm: otpHash,
	})
	if err != nil {
		return "", "", nil, err
	}
	return key.Secret(), key.URL(), seal(o.aead, []byte(key.Secret()), a.ID.String()), nil
}

// Step returns the time step whose code this is, of now, the one before and the one after, and whether it is one. It
// returns an error if the secret was sealed for another account or under another secret.
func (o *OneTime) Step(account uuid.UUID, sealed []byte, code string, now time.Time) (int64, bool, error) {
	secret, err := unseal(o.aead, sealed, account.String())
	if err != nil {
		return 0, false, fmt.Errorf("the second factor of an account cannot be opened: was the secret changed? %w", err)
	}
	code = bare(code)
	if len(code) != otpDigits.Length() {
		return 0, false, nil
	}
	at := now.Unix() / otpPeriod
	for _, step := range []int64{at, at - 1, at + 1} {
		ok, err := hotp.ValidateCustom(code, uint64(step), string(secret), hotp.ValidateOpts{Digits: otpDigits, Algorithm: otpHash}) //nolint:gosec // after 1970
		if err != nil || ok {
			return step, ok, err
		}
	}
	return 0, false, nil
}

// NewRecovery returns fresh recovery codes of 80 bits, in groups of four, and the hashes of them that may be kept.
func (o *OneTime) NewRecovery(count int) (codes []string, hashes [][]byte) {
	for range count {
		text := rand.Text()[:recoverySize] // base32
		code := strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
		codes, hashes = append(codes, code), append(hashes, o.HashRecovery(code))
	}
	return codes, hashes
}

// HashRecovery returns the SHA-256 of a recovery code. Nothing slower is needed: 80 random bits are not guessed.
func (o *OneTime) HashRecovery(code string) []byte {
	sum := sha256.Sum256([]byte(strings.ToUpper(bare(code))))
	return sum[:]
}

// bare is a code without what people put between its groups.
func bare(code string) string { return strings.NewReplacer(" ", "", "-", "").Replace(code) }
