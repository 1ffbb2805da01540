package naughty

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestThereAreManyAndAllAreText(t *testing.T) {
	require.GreaterOrEqual(t, len(Strings()), 800)
	for _, s := range Strings() {
		require.True(t, s != "" && utf8.ValidString(s), "%q", s)
	}
}
