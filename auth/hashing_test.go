package auth

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// hashesFor, in the environment of this test program, makes it hash passwords for another one.
const hashesFor = "KOPIR_TEST_HASHES"

func TestMain(m *testing.M) {
	if os.Getenv(hashesFor) == "" {
		os.Exit(m.Run())
	}
	if err := ServeHashes(os.Stdin, os.Stdout); err != nil {
		os.Exit(1)
	}
}

// elsewhere hashes in other processes, and counts those that were started.
func elsewhere(t *testing.T, cfg PasswordConfig, command string) (p *Passwords, started func() int) {
	t.Helper()
	var mu sync.Mutex
	n := 0
	cfg.Worker = func() *exec.Cmd {
		mu.Lock()
		defer mu.Unlock()
		n++
		c := exec.CommandContext(t.Context(), command)
		c.Env = []string{hashesFor + "=1"}
		return c
	}
	p = NewPasswords(cfg)
	t.Cleanup(func() { require.NoError(t, p.Close()) })
	return p, func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

func TestAnotherProcessHashesAlike(t *testing.T) {
	p, started := elsewhere(t, light(), os.Args[0])
	here := NewPasswords(light())
	for range 3 {
		hash, err := p.Hash(t.Context(), "Ертісте балық көп болған жыл")
		require.NoError(t, err)
		for password, want := range map[string]bool{"Ертісте балық көп болған жыл": true, "Ертісте балық аз болған жыл": false} {
			for where, q := range map[string]*Passwords{"elsewhere": p, "here": here} {
				same, err := q.Check(t.Context(), hash, password)
				require.NoError(t, err)
				require.Equal(t, want, same, "%s: %s", where, password)
			}
		}
	}
	require.LessOrEqual(t, started(), p.cfg.AtOnce, "a process hashes many")
	require.Positive(t, started())
}

func TestAProcessThatDiedIsReplaced(t *testing.T) {
	cfg := light()
	cfg.AtOnce = 1
	p, started := elsewhere(t, cfg, os.Args[0])
	hash, err := p.Hash(t.Context(), "rain on a tin roof in Oskemen")
	require.NoError(t, err)
	h := <-p.hands
	require.NoError(t, h.process.Process.Kill())
	p.hands <- h
	same, err := p.Check(t.Context(), hash, "rain on a tin roof in Oskemen")
	require.NoError(t, err)
	require.True(t, same)
	require.Equal(t, 2, started())
}

func TestWhereThereIsNoOtherProcessThisOneHashesAndSaysSo(t *testing.T) {
	var log strings.Builder
	cfg := light()
	cfg.AtOnce, cfg.Logger = 1, slog.New(slog.NewTextHandler(&log, nil))
	p, started := elsewhere(t, cfg, t.TempDir()+"/nothing")
	hash, err := p.Hash(t.Context(), "rain on a tin roof in Oskemen")
	require.NoError(t, err)
	require.Equal(t, 2, started())
	require.Contains(t, log.String(), "no other")
	require.NotContains(t, log.String(), "Oskemen")
	same, err := NewPasswords(light()).Check(t.Context(), hash, "rain on a tin roof in Oskemen")
	require.NoError(t, err)
	require.True(t, same)
}

func TestManyHashElsewhereAtOnce(t *testing.T) {
	cfg := light()
	cfg.AtOnce = 3
	p, started := elsewhere(t, cfg, os.Args[0])
	var all sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		all.Go(func() {
			hash, err := p.Hash(t.Context(), strings.Repeat("seven wolves ", i+1))
			same, err2 := p.Check(t.Context(), hash, strings.Repeat("seven wolves ", i+1))
			if errs[i] = errors.Join(err, err2); !same && errs[i] == nil {
				errs[i] = errors.New("somebody was given another one's hash")
			}
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	require.LessOrEqual(t, started(), 3)
}
