//go:build faults

package faults

import (
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// census counts what one operation may leave: any of it is a part of an operation if not all of it is there.
type census struct{ demands, requirements, changes, answers int }

func (w *world) census(db *sql.DB) census {
	return census{
		w.number(db, "SELECT count(*) FROM demands"), w.number(db, "SELECT count(*) FROM demand_requirements"),
		w.number(db, "SELECT count(*) FROM change_log"), w.number(db, "SELECT count(*) FROM answers"),
	}
}

// creating sends a creation with a key and says how it was answered.
func (w *world) creating(r *replica, title, key string) (status int, content []byte) {
	w.Helper()
	status, content, err := ask(r.client, r.address, http.MethodPost, "/v1/demands", r.employer(), w.body(title), "Idempotency-Key", key)
	require.NoError(w, err)
	return status, content
}

// The database gives up a transaction because of others. Twice: the client never learns of it. Each time: after four
// tries the client is told to come again, and nothing has happened. Two imports that lock the same rows in opposite
// orders both come to their end.
//
// The controls are a line that changes the codes of such errors, so that nobody knows them, and one on which there are
// no transactions.
func TestF14GivenUpByTheDatabase(t *testing.T) {
	type attempt struct {
		w  *world
		db *sql.DB
		p  *interpreter
		r  *replica
	}
	begin := func(x *trial) attempt {
		w := newWorld(x, setting{})
		p, through := newInterpreter(x.T, w.database)
		a := attempt{w: w, db: w.sql(), p: p, r: w.start(w.through(through))}
		w.fresh()
		a.r.employer()
		w.must(a.db, "CREATE SEQUENCE faults_tries", "CREATE TABLE faults_until (n bigint, code text)", "INSERT INTO faults_until VALUES (0, '40001')",
			`CREATE FUNCTION faults_give_up() RETURNS trigger LANGUAGE plpgsql AS $$
			DECLARE u faults_until; BEGIN
				SELECT * INTO u FROM faults_until;
				IF u.n > 0 AND nextval('faults_tries') <= u.n THEN RAISE EXCEPTION 'marked' USING ERRCODE = u.code; END IF;
				RETURN NEW;
			END $$`,
			"CREATE TRIGGER faults_give_up BEFORE INSERT ON demand_requirements FOR EACH ROW EXECUTE FUNCTION faults_give_up()")
		return a
	}
	// gives lets the next n tries fail, and says whether the creation ended as it should.
	gives := func(a attempt, code string, n, want, tries int) error {
		a.w.must(a.db, "ALTER SEQUENCE faults_tries RESTART", fmt.Sprintf("UPDATE faults_until SET n = %d, code = '%s'", n, code))
		before := a.w.census(a.db)
		key := uuid.NewString()
		status, content := a.w.creating(a.r, rare, key)
		after, tried := a.w.census(a.db), a.w.number(a.db, "SELECT last_value FROM faults_tries")
		a.w.must(a.db, "UPDATE faults_until SET n = 0")
		expected := before
		if want == http.StatusCreated {
			expected = census{before.demands + 1, before.requirements + 1, before.changes + 1, before.answers + 1}
		}
		faults := []error{
			that(status == want, "%d times %s: answered %d", n, code, status), that(after == expected, "partial effects: %+v became %+v", before, after),
			that(tried == tries, "tried %d times", tried),
		}
		if status >= http.StatusBadRequest {
			said := badProblem(status, content)
			faults = append(faults, that(said == "", "%s", said))
			again, _ := a.w.creating(a.r, rare, key)
			faults = append(faults, that(again == http.StatusCreated, "sent again it is answered %d", again))
		}
		return errors.Join(faults...)
	}
	fault(t, 14, "deadlocks and failed serialisations", func(x *trial) {
		a := begin(x)
		for _, code := range []string{"40001", "40P01"} {
			require.NoError(x, gives(a, code, 2, http.StatusCreated, 3))
			require.NoError(x, gives(a, code, 1000, http.StatusServiceUnavailable, 4))
		}
		x.note("tries_at_most", 4)
		a.w.sound(time.Minute)
		oppositeOrders(x)
	}, func(x *trial) error {
		a := begin(x)
		a.p.otherCodes.Store(true)
		unknown := gives(a, "40001", 2, http.StatusCreated, 3)
		a.p.otherCodes.Store(false)
		a.p.noTransactions.Store(true)
		partial := gives(a, "40001", 1000, http.StatusServiceUnavailable, 4)
		if unknown == nil || partial == nil {
			return nil
		}
		return errors.Join(unknown, partial)
	})
}

// oppositeOrders lets two imports lock 100 demands from both ends; where they meet one must give way, and tries again.
func oppositeOrders(x *trial) {
	p := ownPostgres(x, "deadlock_timeout = 100ms")
	w := newWorld(x, setting{postgres: p})
	db := w.sql()
	const rows = 100
	file := func(skills string, reverse bool) string {
		lines := make([]string, rows)
		for i := range rows {
			n := i
			if reverse {
				n = rows - 1 - i
			}
			lines[i] = fmt.Sprintf("row-%d,%s", n, skills)
		}
		path := filepath.Join(x.TempDir(), "ads.csv")
		require.NoError(x, os.WriteFile(path, []byte("ad_id,skills\n"+strings.Join(lines, "\n")+"\n"), 0o600))
		return path
	}
	_, err := w.run("import", file("SQL", false), "--organisation", w.employer.String(), "--publish", "--source", "deadlock")
	require.NoError(x, err)
	letGo := w.session(db, "SELECT 1 FROM demands WHERE source_reference = 'row-50' FOR UPDATE")
	type end struct {
		out string
		err error
	}
	ends := make(chan end, 2)
	for _, path := range []string{file("SQL|Python", false), file("SQL|Java", true)} {
		go func() {
			out, err := w.run("import", path, "--organisation", w.employer.String(), "--publish", "--source", "deadlock")
			ends <- end{out, err}
		}()
	}
	waiting := `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'kopir' AND datname = current_database()`
	require.NoError(x, eventually(time.Minute, func() error { // one holds the first half, the other the second
		return that(w.number(db, waiting) == 2, "they have not met")
	}))
	letGo()
	for range 2 {
		e := <-ends
		require.NoError(x, e.err, e.out)
	}
	deadlocks := 0
	require.NoError(x, eventually(5*time.Second, func() error { // statistics come late
		deadlocks = w.number(db, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
		return that(deadlocks > 0, "there was no deadlock to survive")
	}))
	x.note("deadlocks", deadlocks)
	require.Equal(x, 1, w.number(db, `SELECT count(DISTINCT made) FROM (SELECT string_agg(competence_id, ',' ORDER BY position) AS made
		FROM demand_requirements r JOIN demands d ON d.id = r.demand_id WHERE d.source_name = 'deadlock' GROUP BY d.id) m`), "the two are mixed")
	require.Equal(x, rows, w.number(db, "SELECT count(*) FROM demands WHERE source_name = 'deadlock' AND version = 3"), "each import changed each once")
}

// A statement fails after others of the same operation have succeeded: in the middle, at the very end, and in the commit.
// Nothing of the operation remains, and it can be sent again.
//
// The control is a line on which there are no transactions.
func TestF16StatementFailsAfterOthers(t *testing.T) {
	const marked = "Marked"
	tables := map[string]string{"the second statement": "demand_requirements", "the entry in the log": "change_log", "the answer that is kept": "answers"}
	attempt := func(x *trial, noTransactions bool) error {
		w := newWorld(x, setting{})
		p, through := newInterpreter(x.T, w.database)
		r := w.start(w.through(through))
		w.fresh()
		r.employer()
		db := w.sql()
		w.must(db, `CREATE FUNCTION faults_raise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
			IF EXISTS (SELECT 1 FROM demands WHERE title_en LIKE '`+marked+`%') THEN RAISE EXCEPTION 'marked row'; END IF;
			RETURN NULL;
		END $$`)
		p.noTransactions.Store(noTransactions)
		var faults []error
		try := func(what, table string) {
			before := w.census(db)
			key := uuid.NewString()
			status, content := w.creating(r, marked+" "+what, key)
			after := w.census(db)
			said := badProblem(status, content)
			faults = append(faults, that(status >= http.StatusInternalServerError, "%s failed and the answer is %d", what, status), that(said == "", "%s", said),
				that(before == after, "%s failed and something remains: %+v became %+v", what, before, after))
			w.must(db, "DROP TRIGGER faults_raise ON "+table)
			if noTransactions {
				w.must(db, "DELETE FROM demands WHERE title_en LIKE '"+marked+"%'", "DELETE FROM answers")
				return
			}
			again, _ := w.creating(r, marked+" "+what, key)
			faults = append(faults, that(again == http.StatusCreated, "%s: sent again it is answered %d", what, again))
			w.must(db, "UPDATE demands SET title_en = 'Was "+what+"' WHERE title_en LIKE '"+marked+"%'")
		}
		for what, table := range tables {
			w.must(db, "CREATE TRIGGER faults_raise AFTER INSERT ON "+table+" FOR EACH ROW EXECUTE FUNCTION faults_raise()")
			try(what, table)
		}
		if !noTransactions { // alone a statement is its own transaction, which this undoes
			w.must(db, "CREATE CONSTRAINT TRIGGER faults_raise AFTER INSERT ON demands DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION faults_raise()")
			try("the commit", "demands")
		}
		faults = append(faults, revising(w, r, db, noTransactions))
		if !noTransactions {
			w.sound(time.Minute)
		}
		return errors.Join(faults...)
	}
	fault(t, 16, "a statement fails after others", func(x *trial) { require.NoError(x, attempt(x, false)) },
		func(x *trial) error { return attempt(x, true) })
}

// revising replaces the requirements of a demand, and fails at the third new one: the old ones must stand as they did.
func revising(w *world, r *replica, db *sql.DB, noTransactions bool) error {
	d := w.publish("Whole")
	w.must(db, `CREATE FUNCTION faults_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF NEW.competence_id = 'digcomp:1.3' THEN RAISE EXCEPTION 'marked row'; END IF;
		RETURN NEW;
	END $$`, "CREATE TRIGGER faults_refuse BEFORE INSERT ON demand_requirements FOR EACH ROW EXECUTE FUNCTION faults_refuse()")
	defer w.must(db, "DROP TRIGGER faults_refuse ON demand_requirements")
	var lines []map[string]any
	for _, id := range []string{"digcomp:1.1", "digcomp:1.2", "digcomp:1.3"} {
		lines = append(lines, map[string]any{"competence_id": id, "level": 6, "importance": "must"})
	}
	status, _, err := ask(r.client, r.address, http.MethodPatch, "/v1/demands/"+d.ID.String(), r.employer(),
		map[string]any{"requirements": lines, "openings": 77}, ifMatch(d.Version)...)
	require.NoError(w, err)
	is, err := w.store.Demand(w.Context(), d.ID)
	require.NoError(w, err)
	return that(status >= http.StatusInternalServerError && is.Version == d.Version && is.Openings == d.Openings && len(is.Requirements) == 1 && is.Requirements[0].Level == 4,
		"a revision failed (%d) and left version %d of %d, %d openings, requirements %v", status, is.Version, d.Version, is.Openings, is.Requirements)
}
