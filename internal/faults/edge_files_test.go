//go:build faults

package faults

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
	"golang.org/x/text/encoding/charmap"
)

// Files that are not what they seem are refused, with the place and the reason, and nothing of them is kept.
//
// The control is a good file, which must change something.
func TestF47FilesThatAreNotWhatTheySeem(t *testing.T) {
	t.Parallel()
	rows := func(n int, cell string) string {
		var b strings.Builder
		b.WriteString("ad_id,skills\n")
		for i := range n {
			fmt.Fprintf(&b, "row-%d,%s\n", i, cell)
		}
		return b.String()
	}
	cyrillic, err := charmap.Windows1251.NewEncoder().String(rows(3, "базы данных"))
	require.NoError(t, err)
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	inside, err := z.Create("../../etc/ads.csv")
	require.NoError(t, err)
	_, err = inside.Write([]byte(rows(3, "SQL")))
	require.NoError(t, err)
	require.NoError(t, z.Close())
	bad := map[string]string{
		"another encoding":           cyrillic,
		"an archive":                 packed.String(),
		"nothing":                    "",
		"a heading and no rows":      "ad_id,skills\n",
		"other columns":              "a,b\n1,2\n",
		"a hundred thousand columns": strings.Repeat("a,", 100_000) + "a\n",
		"a hundred thousand cells":   "ad_id,skills\nrow-1," + strings.Repeat("SQL,", 100_000) + "SQL\n",
		"a quote that never ends":    "ad_id,skills\nrow-1,\"SQL\nrow-2,SQL\n",
		"a picture":                  "\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\xff", 1000),
		"JSON":                       `{"ad_id": "row-1", "skills": ["SQL"]}`,
	}
	attempt := func(x *trial, files map[string]string) error {
		w := newWorld(x, setting{})
		db := w.sql()
		count := func() int { return w.number(db, "SELECT count(*) FROM demands") }
		var faults []error
		for name, content := range files {
			path := filepath.Join(x.TempDir(), "ads.csv")
			require.NoError(x, os.WriteFile(path, []byte(content), 0o600))
			before := count()
			said, err := w.run("import", path, "--organisation", w.employer.String(), "--publish")
			faults = append(faults,
				that(count() == before, "of %s %d rows were kept", name, count()-before),
				that(err != nil || strings.Contains(said, "0"), "%s is no fault: %s", name, said),
				that(!strings.Contains(said, "panic") && !strings.Contains(said, "goroutine "), "%s: %s", name, said))
		}
		x.note("files", len(files))
		return errors.Join(faults...)
	}
	fault(t, 47, "files that are not what they seem", func(x *trial) { require.NoError(x, attempt(x, bad)) },
		func(x *trial) error { return attempt(x, map[string]string{"a good file": rows(3, "SQL")}) })
}

// A process that may open no more files turns people away and comes back when they have left; nobody who was served loses
// anything.
//
// The control is a server that ends when it cannot take a connection.
func TestF48NoMoreFiles(t *testing.T) {
	t.Parallel()
	const most, clients = 256, 500
	attempt := func(x *trial, y target, alive func() bool) error {
		require.NoError(x, unix.Prlimit(y.pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: most, Max: most}, nil))
		var held []net.Conn
		for range clients {
			dialing, cancel := context.WithTimeout(x.Context(), time.Second)
			c, err := y.dial(dialing)
			cancel()
			if err != nil {
				break
			}
			_, _ = c.Write([]byte("GET /healthz HTTP/1.1\r\nHost: kopir.test\r\n")) // and no more: it is held until its time is up
			held = append(held, c)
		}
		x.note("connections_held", len(held))
		time.Sleep(time.Second)
		faults := []error{that(alive(), "it has ended")}
		for _, c := range held {
			_ = c.Close()
		}
		let := time.Now()
		client := &http.Client{Timeout: 2 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
		faults = append(faults, eventually(10*time.Second, func() error {
			status, _, err := ask(client, y.address, http.MethodGet, "/healthz", "", nil)
			return errors.Join(err, that(status == http.StatusOK, "it answers %d", status))
		}))
		x.note("serves_again_after", time.Since(let))
		return errors.Join(faults...)
	}
	fault(t, 48, "no more files", func(x *trial) {
		_, r := aloneWith(x)
		require.NoError(x, attempt(x, r.target(), func() bool { return !r.ended() }))
		status, _, err := r.ask(http.MethodGet, "/v1/programmes?limit=5", "", nil, nil)
		require.NoError(x, err)
		require.Equal(x, http.StatusOK, status)
	}, func(x *trial) error {
		p, y := startNaive(x)
		return attempt(x, y, func() bool { return !p.ended() })
	})
}

// A log that cannot be written keeps nobody from being served.
//
// The control is a server that ends when it cannot write its log.
func TestF48NoRoomForTheLog(t *testing.T) {
	t.Parallel()
	attempt := func(x *trial, address string) error {
		client := &http.Client{Timeout: 5 * time.Second}
		served := 0
		var faults []error
		for range 100 {
			status, _, err := ask(client, address, http.MethodGet, "/healthz", "", nil)
			if err != nil || status != http.StatusOK {
				faults = append(faults, errors.Join(err, fmt.Errorf("it answers %d", status)))
				break
			}
			served++
		}
		x.note("served", served)
		return errors.Join(faults...)
	}
	fault(t, 48, "no room for the log", func(x *trial) {
		w := newWorld(x, setting{})
		full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
		require.NoError(x, err)
		defer full.Close()
		address := fmt.Sprintf("127.0.0.1:%d", freePort(w))
		cmd := exec.Command(program, "serve")
		cmd.Env = w.env(address, "KOPIR_MEILI_URL=", "KOPIR_MEILI_KEY=", "KOPIR_MEILI_PREFIX=", "KOPIR_LOG_LEVEL=debug")
		cmd.Stdout, cmd.Stderr = full, full
		require.NoError(x, cmd.Start())
		defer func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}()
		r := &replica{process: &process{cmd: cmd, log: new(tail), done: make(chan struct{})}, w: w, address: address, client: http.DefaultClient}
		require.NoError(x, r.ready(time.Minute))
		require.NoError(x, attempt(x, address))
	}, func(x *trial) error {
		_, y := startNaive(x, naiveLog+"=/dev/full")
		return attempt(x, y.address)
	})
}

// What makes this program a naive server: where it listens, and where it logs.
const (
	naiveAddress = "KOPIR_FAULTS_NAIVE"
	naiveLog     = "KOPIR_FAULTS_NAIVE_LOG"
)

// startNaive starts this program as a server that ends at the first thing that fails.
func startNaive(x *trial, env ...string) (*process, target) {
	address := fmt.Sprintf("127.0.0.1:%d", freePort(x))
	cmd := exec.Command(os.Args[0]) //nolint:gosec // this very program
	cmd.Env = append(append(os.Environ(), naiveAddress+"="+address), env...)
	p, err := startProcess(cmd, new(tail))
	require.NoError(x, err)
	x.Cleanup(p.kill)
	y := target{address, cmd.Process.Pid}
	require.NoError(x, eventually(10*time.Second, func() error {
		c, err := y.dial(x.Context())
		if err == nil {
			err = c.Close()
		}
		return err
	}))
	return p, y
}

// serveNaively is that server.
func serveNaively(address, log string) int {
	l, err := net.Listen("tcp", address) //nolint:noctx // it is naive
	if err != nil {
		return complain(err)
	}
	into := os.Stderr
	if log != "" {
		if into, err = os.OpenFile(log, os.O_WRONLY, 0); err != nil {
			return complain(err)
		}
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return complain(err)
		}
		go func() {
			defer c.Close()
			if _, err := c.Read(make([]byte, 1<<10)); err != nil {
				return
			}
			if _, err := fmt.Fprintln(into, "a request"); err != nil {
				os.Exit(complain(err))
			}
			time.Sleep(10 * time.Millisecond)
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
		}()
	}
}

// What people write as titles is no formula in a spreadsheet that opens what is exported, and nothing of it is lost.
//
// The control writes the same titles as a table of RFC 4180 and no more.
func TestF39FormulasInTitles(t *testing.T) {
	t.Parallel()
	titles := []string{
		"=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "=HYPERLINK(\"http://evil.example\",\"here\")", "＝1+1", "＋1", "－1", "＠x", "'=1", "''=1", "= 1, \"2\"", "Just a title", "'quoted'",
	}
	judge := func(table []byte) error {
		rows, err := csv.NewReader(bytes.NewReader(table)).ReadAll()
		if err != nil {
			return err
		}
		var faults []error
		found := map[string]bool{}
		for _, row := range rows {
			for _, cell := range row {
				cell = strings.TrimPrefix(cell, "\ufeff")
				first, _ := utf8.DecodeRuneInString(cell)
				faults = append(faults, that(cell == "" || !strings.ContainsRune("=+-@\t\r\x00＝＋－＠", first), "a cell is %q", cell))
				found[cell] = true
				if bare, ok := strings.CutPrefix(cell, "'"); ok {
					found[bare] = true // as a spreadsheet shows it
				}
			}
		}
		for _, title := range titles {
			faults = append(faults, that(found[title], "%q is not there", title))
		}
		return errors.Join(faults...)
	}
	fault(t, 39, "formulas in titles", func(x *trial) {
		w, r := aloneWith(x)
		w.publishMany(0, "", titles...)
		var table []byte
		status, header, err := r.ask(http.MethodGet, "/v1/export/demands?format=csv", "", nil, &table)
		require.NoError(x, err)
		require.Equal(x, http.StatusOK, status)
		require.Contains(x, header.Get("Content-Disposition"), "attachment")
		x.note("titles", len(titles))
		require.NoError(x, judge(table))
	}, func(*trial) error {
		var table bytes.Buffer
		out := csv.NewWriter(&table)
		for _, title := range titles {
			if err := out.Write([]string{title}); err != nil {
				return err
			}
		}
		out.Flush()
		return judge(table.Bytes())
	})
}
