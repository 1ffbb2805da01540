package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestReadyAsksTheServerOfThisMachine(t *testing.T) {
	s := start(t, t.TempDir())
	ask := func(address string) (string, error) {
		var said bytes.Buffer
		err := (&readyCommand{}).Run(t.Context(), &config{Addr: address}, &terminal{out: io.Discard, err: &said})
		return said.String(), err
	}
	said, err := ask(s.address)
	require.NoError(t, err)
	require.Contains(t, said, "ready: coverage up, database up, search up")
	_, err = ask(freeAddress(t))
	require.ErrorContains(t, err, "no server answers")
	require.Equal(t, "127.0.0.1:80", reachable(":80"))
	require.Equal(t, "127.0.0.1:80", reachable("0.0.0.0:80"))
	require.Equal(t, "10.0.0.7:80", reachable("10.0.0.7:80"))
}
