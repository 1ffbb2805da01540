//go:build faults

package faults

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver
	"github.com/stretchr/testify/require"
)

// tail keeps the end of what a process prints. Safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// longestTail bounds what is kept of one process.
const longestTail = 32 << 20

// Write keeps what comes.
func (l *tail) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buf.Len() > longestTail {
		l.buf.Next(longestTail / 2)
	}
	return l.buf.Write(p)
}

func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// count says how many lines have all of some texts in them.
func (l *tail) count(texts ...string) int {
	n := 0
lines:
	for line := range strings.Lines(l.String()) {
		for _, text := range texts {
			if !strings.Contains(line, text) {
				continue lines
			}
		}
		n++
	}
	return n
}

// end returns the last lines that tell something: requests that went well do not.
func (l *tail) end(lines int) string {
	list := slices.DeleteFunc(strings.Split(strings.TrimSpace(l.String()), "\n"), func(line string) bool {
		return strings.Contains(line, `"msg":"request"`) || strings.Contains(line, "is not ready yet") || strings.Contains(line, "breaker is open")
	})
	return strings.Join(list[max(0, len(list)-lines):], "\n")
}

// process is a process that a test has started. It ends with the tests, however they end.
type process struct {
	cmd  *exec.Cmd
	log  *tail
	done chan struct{} // closed when it has ended
	err  error         // how it ended, once done is closed
}

func startProcess(cmd *exec.Cmd, log *tail) (*process, error) {
	cmd.Stdout, cmd.Stderr = log, log
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, log: log, done: make(chan struct{})}
	go func() {
		p.err = cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// signal sends a signal; a process that has ended already is no error.
func (p *process) signal(s syscall.Signal) { _ = p.cmd.Process.Signal(s) }

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// wait waits for the end, and returns how it was.
func (p *process) wait(within time.Duration) error {
	select {
	case <-p.done:
		return p.err
	case <-time.After(within):
		return fmt.Errorf("the process has not ended within %v", within)
	}
}

// kill ends a process outright and waits until it is gone. A frozen one is killed as well.
func (p *process) kill() {
	p.signal(syscall.SIGKILL)
	<-p.done
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// --- Postgres --------------------------------------------------------------------------------------------------------

// postgres is a server: the one that the environment names, or one of a test's own, which may be killed.
type postgres struct {
	url  string // of a superuser
	seed sync.Once
	bad  error // why it could not be seeded

	// of an own one
	bin, data string
	port      int
	process   *process
	log       *tail
}

// shared is the server that the environment names.
var shared = &postgres{url: os.Getenv("KOPIR_TEST_POSTGRES_URL")}

// ownPostgres makes a cluster and starts it; settings are lines of its configuration. It keeps what it acknowledges
// (fsync), unless they say otherwise.
func ownPostgres(t testing.TB, settings ...string) *postgres {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "postgres")
	require.NoError(t, err)
	p := &postgres{bin: os.Getenv("KOPIR_TEST_POSTGRES_BIN"), data: filepath.Join(dir, "data"), port: freePort(t), log: new(tail)}
	as := asPostgres(t)
	if as != nil {
		require.NoError(t, os.Chown(dir, int(as.Uid), int(as.Gid)))
	}
	initdb := exec.Command(filepath.Join(p.bin, "initdb"), "--pgdata="+p.data, "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
	initdb.Dir, initdb.SysProcAttr = dir, &syscall.SysProcAttr{Credential: as}
	out, err := initdb.CombinedOutput()
	require.NoError(t, err, "%s", out)
	lines := append([]string{
		"listen_addresses = '127.0.0.1'", "unix_socket_directories = ''", "shared_buffers = 64MB", "fsync = on",
		"synchronous_commit = on", "max_connections = 100",
	}, settings...)
	f, err := os.OpenFile(filepath.Join(p.data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = f.WriteString("\n" + strings.Join(lines, "\n") + "\n")
	require.NoError(t, errors.Join(err, f.Close()))
	p.url = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", p.port)
	t.Cleanup(func() {
		if p.process != nil {
			p.process.kill()
		}
		_ = os.RemoveAll(dir)
	})
	p.start(t)
	return p
}

// asPostgres is somebody whom the server accepts to be run by: it refuses root. nil is who runs the tests.
func asPostgres(t testing.TB) *syscall.Credential {
	if os.Getuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	require.NoError(t, err)
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	require.NoError(t, err)
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	require.NoError(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// start starts an own server, also one that was killed, and waits until it answers.
func (p *postgres) start(t testing.TB) {
	t.Helper()
	require.NoError(t, eventually(30*time.Second, func() error {
		if p.process == nil || p.process.ended() { // after a kill its children may still be about
			cmd := exec.Command(filepath.Join(p.bin, "postgres"), "-D", p.data, "-p", strconv.Itoa(p.port))
			cmd.Dir, cmd.SysProcAttr = p.data, &syscall.SysProcAttr{Credential: asPostgres(t)}
			if os.Getuid() != 0 {
				cmd.SysProcAttr = nil
			}
			var err error
			if p.process, err = startProcess(cmd, p.log); err != nil {
				return err
			}
		}
		return p.answers()
	}), "postgres did not start:\n%s", p.log.end(20))
}

func (p *postgres) answers() error {
	db, err := sql.Open("pgx", p.url)
	if err != nil {
		return err
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	return db.PingContext(ctx)
}

// kill kills the server outright; its children end by themselves.
func (p *postgres) kill() { p.process.kill() }

// immediate ends the server as pg_ctl -m immediate does: without a checkpoint, with all its connections.
func (p *postgres) immediate() {
	p.process.signal(syscall.SIGQUIT)
	<-p.process.done
}

// exec runs a statement as the superuser, in no database of ours.
func (p *postgres) exec(statement string) error {
	db, err := sql.Open("pgx", p.url)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(statement)
	return err
}

// in returns the address of a database.
func (p *postgres) in(database string) string {
	u, err := url.Parse(p.url)
	if err != nil {
		panic(err) // it has worked before
	}
	u.Path = "/" + database
	return u.String()
}

const template = "kopir_faults_template"

// database makes a database with the demo in it, and drops it with the test.
func (p *postgres) database(t testing.TB, name string) (address string) {
	t.Helper()
	p.seed.Do(func() { p.bad = p.makeTemplate() })
	require.NoError(t, p.bad)
	require.NoError(t, p.exec(fmt.Sprintf(`CREATE DATABASE %q TEMPLATE %s`, name, template)))
	t.Cleanup(func() {
		if p.process == nil || !p.process.ended() {
			_ = p.exec(fmt.Sprintf(`DROP DATABASE %q WITH (FORCE)`, name))
		}
	})
	return p.in(name)
}

// makeTemplate seeds the demo once: all databases are copies of it.
func (p *postgres) makeTemplate() error {
	err := errors.Join(p.exec("DROP DATABASE IF EXISTS "+template), p.exec("CREATE DATABASE "+template+" TEMPLATE template0 ENCODING 'UTF8'"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(scratch, "seed")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cmd := exec.Command(program, "seed")
	cmd.Env = append(basicEnv(), "KOPIR_DATA_DIR="+dir, "KOPIR_DATABASE_URL="+p.in(template), "KOPIR_SECRET="+secret, "KOPIR_PUBLIC_URL=http://127.0.0.1:1")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("kopir seed: %w\n%s", err, out)
	}
	return nil
}

// --- Meilisearch -----------------------------------------------------------------------------------------------------

// meilisearch is a server: the one that the environment names, or one of a test's own, which may be killed.
type meilisearch struct {
	url, key string

	// of an own one
	dir     string // deleted with the test
	data    string
	port    int
	process *process
	log     *tail
}

// sharedEngine is the server that the environment names.
var sharedEngine = &meilisearch{url: os.Getenv("KOPIR_TEST_MEILI_URL"), key: os.Getenv("KOPIR_TEST_MEILI_KEY")}

// ownMeilisearch starts a server of a test's own over a folder, or over one that it makes if none is given.
func ownMeilisearch(t testing.TB, data string) *meilisearch {
	t.Helper()
	dir, err := os.MkdirTemp(scratch, "meilisearch")
	require.NoError(t, err)
	if data == "" {
		data = filepath.Join(dir, "data.ms")
	}
	m := &meilisearch{key: "a-master-key-of-these-tests-alone", dir: dir, data: data, port: freePort(t), log: new(tail)}
	m.url = fmt.Sprintf("http://127.0.0.1:%d", m.port)
	t.Cleanup(func() {
		if m.process != nil {
			m.process.kill()
		}
		_ = os.RemoveAll(dir)
	})
	m.start(t)
	return m
}

// start starts an own server, also one that was killed, and waits until it answers.
func (m *meilisearch) start(t testing.TB) {
	t.Helper()
	cmd := exec.Command(os.Getenv("KOPIR_TEST_MEILI_BIN"), "--env", "production", "--no-analytics", "--http-addr", fmt.Sprintf("127.0.0.1:%d", m.port),
		"--db-path", m.data, "--dump-dir", filepath.Join(m.dir, "dumps"), "--snapshot-dir", filepath.Join(m.dir, "snapshots"), "--max-indexing-memory", "256MiB")
	cmd.Dir, cmd.Env = m.dir, append(basicEnv(), "MEILI_MASTER_KEY="+m.key)
	var err error
	m.process, err = startProcess(cmd, m.log)
	require.NoError(t, err)
	require.NoError(t, eventually(30*time.Second, m.answers), "meilisearch did not start:\n%s", m.log.end(20))
}

func (m *meilisearch) answers() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url+"/health", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	return that(answer.StatusCode == http.StatusOK, "status %d", answer.StatusCode)
}

// kill kills the server outright.
func (m *meilisearch) kill() { m.process.kill() }

// wipe deletes all that a server that was killed has kept.
func (m *meilisearch) wipe(t testing.TB) {
	t.Helper()
	require.True(t, m.process.ended())
	require.NoError(t, os.RemoveAll(m.data))
}

// basicEnv is what a process needs of the environment: no setting of ours is among it.
func basicEnv() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "TMPDIR=" + scratch}
}
