package main

import (
	"net"
	"os"
	"slices"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"
)

// The commands are run as people run them: as a program of its own, over a real database in a folder of its own.

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" || slices.Equal(os.Args[1:], []string{hashPasswords}) { // else it would test, once for each password
		main()
		return
	}
	testscript.Main(m, map[string]func(){"kopir": main})
}

func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("KOPIR_DATA_DIR", e.WorkDir+"/var")
			e.Setenv("KOPIR_ADDR", freeAddress(t))
			return nil
		},
	})
}

// freeAddress returns a loopback address that nobody listened on a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close() //nolint:errcheck // a test
	return l.Addr().String()
}
