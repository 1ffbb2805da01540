//go:build faults

package faults

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What an import keeps in one transaction, and how many such chunks the file of these tests has.
const (
	importChunk  = 200
	importChunks = 3
)

// importing is an import that stops where a test wants it to.
type importing struct {
	w    *world
	db   *sql.DB
	file string
	env  []string // of the imports that are killed
}

// stopHere is the key of the lock that an import waits for at the row where it is to be killed.
const stopHere = 4711

func newImporting(x *trial, w *world) importing {
	i := importing{w: w, db: w.sql(), file: filepath.Join(x.TempDir(), "ads.csv")}
	lines := []string{"ad_id,skills"}
	for n := 1; n <= importChunks*importChunk; n++ {
		lines = append(lines, fmt.Sprintf("row-%d,SQL|Python", n))
	}
	require.NoError(x, os.WriteFile(i.file, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	w.must(i.db, "CREATE TABLE faults_stop (reference text)", `CREATE FUNCTION faults_wait() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.source_reference = (SELECT reference FROM faults_stop) THEN PERFORM pg_advisory_xact_lock(`+strconv.Itoa(stopHere)+`); END IF;
		RETURN NEW;
	END $$`)
	return i
}

func (i importing) args() []string {
	return []string{"import", i.file, "--organisation", i.w.employer.String(), "--publish"}
}

func (i importing) rows() int {
	return i.w.number(i.db, "SELECT count(*) FROM demands WHERE source_reference LIKE 'row-%'")
}

// kill starts an import and kills it where it inserts a row, or where it commits it.
func (i importing) kill(row int, committing bool) {
	i.w.Helper()
	trigger := "CREATE TRIGGER faults_wait BEFORE INSERT ON demands FOR EACH ROW EXECUTE FUNCTION faults_wait()"
	if committing {
		trigger = "CREATE CONSTRAINT TRIGGER faults_wait AFTER INSERT ON demands DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults_wait()"
	}
	i.w.must(i.db, "DELETE FROM faults_stop", fmt.Sprintf("INSERT INTO faults_stop VALUES ('row-%d')", row), trigger)
	letGo := i.w.session(i.db, fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", stopHere))
	cmd := exec.Command(program, i.args()...)
	cmd.Env = i.w.env("127.0.0.1:1", i.env...)
	p, err := startProcess(cmd, new(tail))
	require.NoError(i.w, err)
	i.w.Cleanup(p.kill)
	waits := "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
	require.NoError(i.w, eventually(2*time.Minute, func() error {
		if p.ended() {
			return fmt.Errorf("it has ended: %s", p.log.end(5))
		}
		return that(i.w.number(i.db, waits) == 1, "it has not come to row %d", row)
	}))
	p.kill()
	letGo()
	i.gone()
	i.w.must(i.db, "DROP TRIGGER faults_wait ON demands")
}

// gone waits until Postgres has noticed that nobody is there any more.
func (i importing) gone() {
	i.w.Helper()
	require.NoError(i.w, eventually(20*time.Second, func() error {
		return that(i.w.number(i.db, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'kopir' AND datname = current_database()
			AND xact_start IS NOT NULL AND query ILIKE '%demands%' AND pid <> pg_backend_pid()`) == 0, "its transaction is still there")
	}))
}

var summary = regexp.MustCompile(`(\d+) created, (\d+) revised, (\d+) unchanged, (\d+) refused`)

// again runs the import to its end, and checks that it adds exactly what is missing, once.
func (i importing) again(extra ...string) error {
	i.w.Helper()
	const all = importChunk * importChunks
	had := i.rows()
	out, err := i.w.run(append(i.args(), extra...)...)
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	said := summary.FindStringSubmatch(out)
	require.NotNil(i.w, said, out)
	want := fmt.Sprintf("%d created, 0 revised, %d unchanged, 0 refused", all-had, had)
	return errors.Join(
		that(said[0] == want, "run again it said %q and not %q", said[0], want),
		that(i.rows() == all, "run again it left %d rows of %d", i.rows(), all),
		that(i.w.number(i.db, "SELECT count(DISTINCT source_reference) FROM demands WHERE source_reference LIKE 'row-%'") == i.rows(), "some rows are there twice"),
		that(i.w.number(i.db, "SELECT count(*) FROM demands d WHERE source_reference LIKE 'row-%' AND (status <> 'published' OR version <> 1 OR NOT EXISTS "+
			"(SELECT 1 FROM demand_requirements WHERE demand_id = d.id) OR NOT EXISTS (SELECT 1 FROM change_log WHERE subject = d.id))") == 0, "some rows are not whole"),
	)
}

// clear forgets what was imported.
func (i importing) clear() { i.w.must(i.db, "DELETE FROM demands WHERE source_reference LIKE 'row-%'") }

// An import is killed at its first row, in the middle of a chunk, at its last row, while it commits, and right after a
// commit. A chunk is there whole or not at all; run again, the import adds what is missing and nothing twice.
//
// The controls are a line on which there are no transactions, and an import that does not know its own rows again.
func TestF18ImportKilled(t *testing.T) {
	const last = importChunk * importChunks
	whole := func(i importing, at string, may ...int) error {
		n := i.rows()
		for _, m := range may {
			if n == m {
				return nil
			}
		}
		return fmt.Errorf("killed at %s it left %d rows, which should be one of %v", at, n, may)
	}
	fault(t, 18, "an import killed half way", func(x *trial) {
		w := newWorld(x, setting{})
		i := newImporting(x, w)
		for _, point := range []struct {
			at         string
			row        int
			committing bool
			may        []int
		}{
			{"its first row", 1, false, []int{0}},
			{"half of a chunk", importChunk + importChunk/2, false, []int{importChunk}},
			{"its last row", last, false, []int{last - importChunk}},
			{"a commit", 2 * importChunk, true, []int{importChunk, 2 * importChunk}},
			{"the moment after a commit", 2*importChunk + 1, false, []int{2 * importChunk}},
			{"the last commit", last, true, []int{last - importChunk, last}},
		} {
			i.kill(point.row, point.committing)
			require.NoError(x, whole(i, point.at, point.may...))
			require.NoError(x, i.again(), "after a kill at %s", point.at)
			if point.row != last || !point.committing {
				i.clear()
			}
		}
		require.NoError(x, i.again())
		x.note("kill_points", 6)
		w.start()
		w.sound(time.Minute)
	}, func(x *trial) error {
		w := newWorld(x, setting{})
		i := newImporting(x, w)
		p, through := newInterpreter(x.T, w.database)
		i.env = []string{w.through(through)}
		p.noTransactions.Store(true)
		i.kill(importChunk+importChunk/2, false)
		p.noTransactions.Store(false)
		half := whole(i, "half of a chunk", importChunk)
		i.clear()
		i.kill(importChunk+importChunk/2, false)
		twice := i.again("--source", "another-name")
		if half == nil || twice == nil {
			return nil
		}
		return errors.Join(half, twice)
	})
}
