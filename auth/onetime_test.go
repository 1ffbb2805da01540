package auth

import (
	"encoding/base32"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func newOneTime(t *testing.T) *OneTime {
	t.Helper()
	o, err := NewOneTime(secret)
	require.NoError(t, err)
	return o
}

// The secret and the codes are those of RFC 6238, appendix B (SHA-1), cut to six digits.
func TestCodesAreThoseOfTheStandard(t *testing.T) {
	o := newOneTime(t)
	sealed := seal(o.aead, []byte(base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))), account.String())
	for at, code := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		for shift, good := range map[int64]bool{-30: true, 0: true, 30: true, 60: false} {
			step, ok, err := o.Step(account, sealed, code, time.Unix(at+shift, 0))
			require.NoError(t, err)
			require.Equal(t, good, ok, "%s at %d", code, at+shift)
			if good {
				require.Equal(t, at/30, step)
			}
		}
	}
	_, ok, err := o.Step(account, sealed, "279037", time.Unix(2000000000-60, 0))
	require.NoError(t, err)
	require.False(t, ok, "too early")
	for code, good := range map[string]bool{"287 082": true, "287-082": true, "28708": false, "2870822": false, "": false, "28708x": false, "287083": false} {
		_, ok, err := o.Step(account, sealed, code, time.Unix(59, 0))
		require.NoError(t, err)
		require.Equal(t, good, ok, code)
	}
}

func TestASecretIsSealedForItsAccount(t *testing.T) {
	o := newOneTime(t)
	text, uri, sealed, err := o.NewSecret(&domain.Account{ID: account, Email: "aigerim+1@example.kz"})
	require.NoError(t, err)
	require.Len(t, text, 32)
	require.NotContains(t, string(sealed), text)
	parsed, err := url.Parse(uri)
	require.NoError(t, err)
	require.Equal(t, "otpauth://totp/Kopir:aigerim+1@example.kz", strings.SplitN(uri, "?", 2)[0])
	require.Equal(t, url.Values{"secret": {text}, "issuer": {"Kopir"}, "period": {"30"}, "digits": {"6"}, "algorithm": {"SHA1"}}, parsed.Query())

	_, _, err = o.Step(account, sealed, "123456", noon)
	require.NoError(t, err)
	_, _, err = o.Step(uuid.New(), sealed, "123456", noon)
	require.ErrorContains(t, err, "cannot be opened", "a row that was moved to another account")
	other, err := NewOneTime([]byte("another secret, quite another one"))
	require.NoError(t, err)
	_, _, err = other.Step(account, sealed, "123456", noon)
	require.ErrorContains(t, err, "secret")
}

func TestRecoveryCodesAreReadAsPeopleWriteThem(t *testing.T) {
	o := newOneTime(t)
	codes, hashes := o.NewRecovery(10)
	seen := map[string]bool{}
	for i, code := range codes {
		require.Regexp(t, `^[A-Z2-7]{4}(-[A-Z2-7]{4}){3}$`, code)
		require.False(t, seen[code])
		seen[code] = true
		for _, written := range []string{code, strings.ToLower(code), strings.ReplaceAll(code, "-", ""), strings.ReplaceAll(code, "-", " ")} {
			require.Equal(t, hashes[i], o.HashRecovery(written))
		}
		require.NotEqual(t, hashes[i], o.HashRecovery(code[1:]))
	}
	require.Len(t, seen, 10)
}
