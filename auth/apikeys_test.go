package auth

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// recognised is what secret scanners may search for.
var recognised = regexp.MustCompile(`^kopir_[0-9a-f]{32}_[0-9a-f]{72}$`)

func TestAnAPIKeyNamesItsIdAndIsKeptAsItsHash(t *testing.T) {
	var keys APIKeys
	seen := map[string]bool{}
	for range 100 {
		id := uuid.Must(uuid.NewV7())
		key, hash, err := keys.NewKey(id)
		require.NoError(t, err)
		require.Regexp(t, recognised, key)
		require.True(t, IsAPIKey(key))
		require.True(t, strings.HasPrefix(key, APIKeyPrefix(id)+"_"))
		named, ok := keys.KeyID(key)
		require.True(t, ok)
		require.Equal(t, id, named)
		require.True(t, keys.CheckKey(key, hash))
		require.Len(t, hash, 32)
		require.False(t, seen[key])
		seen[key] = true
	}
}

func TestWhatIsNotExactlyAKeyIsNone(t *testing.T) {
	var keys APIKeys
	id := uuid.Must(uuid.NewV7())
	key, hash, err := keys.NewKey(id)
	require.NoError(t, err)
	other, _, err := keys.NewKey(id)
	require.NoError(t, err)
	require.False(t, keys.CheckKey(other, hash))
	require.False(t, keys.CheckKey(key, nil))

	bad := []string{
		"", "kopir_", key[:len(key)-1], key[1:], key + "0", key + "=", " " + key, key + "\n", strings.ToUpper(key), "Kopir" + key[5:],
		strings.Replace(key, "_", "-", 2), APIKeyPrefix(id) + "_" + strings.Repeat("0", 72), APIKeyPrefix(id) + "_" + strings.Repeat("g", 72),
		strings.Repeat("kopir_", 1<<16), withChecksum("kopir_" + strings.Repeat("z", 32) + "_" + strings.Repeat("0", 64)),
	}
	for at := range len(key) {
		for bit := range 8 {
			flipped := []byte(key)
			flipped[at] ^= 1 << bit
			bad = append(bad, string(flipped))
		}
	}
	for _, text := range bad {
		_, ok := keys.KeyID(text)
		require.False(t, ok, "%.120q", text)
		require.False(t, keys.CheckKey(text, hash), "%.120q", text)
	}
}

func TestAForgedChecksumIsNotEnough(t *testing.T) {
	var keys APIKeys
	key, hash, err := keys.NewKey(uuid.Must(uuid.NewV7()))
	require.NoError(t, err)
	forged := withChecksum("kopir_" + strings.ToUpper(key[6:38]) + key[38:len(key)-8]) // the same id, written otherwise
	_, ok := keys.KeyID(forged)
	require.True(t, ok, "it has the form of a key")
	require.False(t, keys.CheckKey(forged, hash))
	guessed := withChecksum(key[:len(key)-9] + map[bool]string{true: "1", false: "0"}[key[len(key)-9] == '0'])
	_, ok = keys.KeyID(guessed)
	require.True(t, ok)
	require.False(t, keys.CheckKey(guessed, hash))
}
