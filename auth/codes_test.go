package auth

import (
	"encoding/base64"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestACodeIsReadOnlyByWhoMadeItAndForItsKind(t *testing.T) {
	ours, err := NewCodes([]byte("a secret that is long enough to be one"))
	require.NoError(t, err)
	theirs, err := NewCodes([]byte("a secret that is long enough to be 1"))
	require.NoError(t, err)
	id := uuid.Must(uuid.NewV7())
	const kind, other domain.LetterKind = "a", "b"
	code := ours.Code(kind, id)
	require.Len(t, code, 43)
	got, ok := ours.ParseCode(kind, code)
	require.True(t, ok)
	require.Equal(t, id, got)

	raw, err := base64.RawURLEncoding.DecodeString(code)
	require.NoError(t, err)
	refused := []string{"", "x", code + "A", code[:42], " " + code, code + "=", theirs.Code(kind, id), ours.Code(other, id), ours.Code(kind, uuid.New())[:22] + code[22:]}
	for bit := range len(raw) * 8 {
		flipped := append([]byte(nil), raw...)
		flipped[bit/8] ^= 1 << (bit % 8)
		refused = append(refused, base64.RawURLEncoding.EncodeToString(flipped))
	}
	for _, bad := range refused {
		_, ok := ours.ParseCode(kind, bad)
		require.False(t, ok, bad)
	}
}
