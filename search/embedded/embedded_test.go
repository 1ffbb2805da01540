package embedded_test

import (
	"testing"

	"kopir/search"
	"kopir/search/embedded"
	"kopir/search/searchtest"

	"github.com/stretchr/testify/require"
)

func TestContract(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index { return open(t, embedded.Options{Dir: t.TempDir()}) })
}

func open(t testing.TB, o embedded.Options) *embedded.Engine {
	t.Helper()
	e, err := embedded.Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}
