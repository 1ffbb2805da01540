package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
	"kopir/store/storetest"
)

// crowd fills the large tables, so that a plan without an index is one that hurts.
const crowd = `
INSERT INTO organisations SELECT gen_random_uuid(), 'employer', 'bin', 'KZ', lpad(n::text, 12, '0'), '', 'Имя ' || n, '', 'имя ' || n, 'KZ-75',
	'verified', NULL, 1, now(), now() FROM generate_series(1, 5000) n;
INSERT INTO demands (id, organisation_id, title_kk, title_ru, title_en, description_kk, description_ru, description_en, kind, openings, languages,
	valid_through, status, published_at, created_at, updated_at, version)
	SELECT gen_random_uuid(), (SELECT id FROM organisations OFFSET 7 LIMIT 1), '', 'Имя', '', '', '', '', 'job', 1, '[]', current_date + n % 400,
	CASE WHEN n % 3 = 0 THEN 'published' ELSE 'draft' END, now(), now() - n * interval '1 s', now(), 1 FROM generate_series(1, 20000) n;
UPDATE demands SET organisation_id = o.id FROM (SELECT id, row_number() OVER () AS k FROM organisations) o
	WHERE o.k = 1 + abs(hashtext(demands.id::text)) % 5000;
INSERT INTO demand_requirements SELECT id, k, 'esco:' || k, 3, 'declared', 'must' FROM demands, generate_series(0, 3) k;
INSERT INTO programmes (id, organisation_id, title_kk, title_ru, title_en, description_kk, description_ru, description_en, kind, languages, regions,
	funding, segments, sectors, status, published_at, created_at, updated_at, version)
	SELECT id, organisation_id, '', 'Имя', '', '', '', '', 'bootcamp', '[]', '[]', '[]', '[]', '[]',
	CASE WHEN status = 'published' THEN status ELSE 'draft' END, published_at, created_at, updated_at, 1 FROM demands;
INSERT INTO programme_outcomes SELECT id, k, 'esco:' || k, 3, 'declared' FROM programmes, generate_series(0, 3) k;
INSERT INTO programme_prerequisites SELECT id, 0, 'esco:1', 3, 'declared' FROM programmes;
INSERT INTO programme_intakes SELECT id, 0, current_date, NULL, NULL, NULL, NULL FROM programmes;
INSERT INTO change_log (kind, subject, at) SELECT 'demand', gen_random_uuid(), now() FROM generate_series(1, 50000);
INSERT INTO feed_failures SELECT 'search', 'demands', gen_random_uuid(), 1, 'r', now(), now() + n * interval '1 s',
	CASE WHEN n % 2 = 0 THEN now() END FROM generate_series(1, 20000) n;
INSERT INTO audit SELECT gen_random_uuid(), now() - n * interval '1 h', gen_random_uuid(), false, 'demand.created', 'demand', gen_random_uuid(),
	gen_random_uuid(), '' FROM generate_series(1, 20000) n;
INSERT INTO accounts SELECT gen_random_uuid(), n || '@example.kz', 'n', 'kk', 'h', false, false, now() FROM generate_series(1, 20000) n;
INSERT INTO memberships SELECT o.id, a.id, 'owner' FROM (SELECT id, row_number() OVER () AS k FROM organisations) o
	JOIN (SELECT id, row_number() OVER () AS k FROM accounts) a USING (k);
INSERT INTO reports SELECT gen_random_uuid(), 'demands', gen_random_uuid(), id, 'spam', NULL, now(), NULL, NULL, NULL FROM accounts;
UPDATE reports SET outcome = 'no_action', closed_at = now() WHERE subject < 'e0000000-0000-0000-0000-000000000000';
INSERT INTO memberships SELECT o.id, a.id, 'owner' FROM (SELECT id, row_number() OVER () AS n FROM organisations) o
	JOIN (SELECT id, row_number() OVER () AS n FROM accounts) a ON a.n % 5000 = o.n - 1;
INSERT INTO invitations SELECT gen_random_uuid(), organisation_id, 'x@example.kz', 'viewer', account_id, now(), now(), now() FROM memberships;
`

// scanned finds the large tables that a plan reads from one end to the other.
var scanned = regexp.MustCompile(`Seq Scan on (organisations|demands|programmes|demand_requirements|programme_outcomes|programme_prerequisites|programme_intakes|change_log|feed_failures|accounts|memberships|invitations|reports|audit)\b`)

// statements notes the shapes of what a store asks.
type statements struct {
	mu     sync.Mutex
	shapes map[string]bool
}

func (s *statements) note(shape string, _ time.Duration, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if shape = strings.TrimSpace(shape); strings.HasPrefix(shape, "SELECT") || strings.HasPrefix(shape, "WITH") {
		s.shapes[shape] = true
	}
}

func (s *statements) taken() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := s.shapes
	s.shapes = make(map[string]bool)
	return out
}

// queryer is a connection.
type queryer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

var parameter = regexp.MustCompile(`\$\d+`)

// plan returns how a statement is run for parameters that nothing is known of.
func plan(t *testing.T, conn queryer, shape string) string {
	t.Helper()
	most := 0
	for _, p := range parameter.FindAllString(shape, -1) {
		var n int
		_, err := fmt.Sscanf(p, "$%d", &n)
		require.NoError(t, err)
		most = max(most, n)
	}
	_, err := conn.ExecContext(t.Context(), "PREPARE asked AS "+shape)
	require.NoError(t, err, shape)
	call := "asked"
	if most > 0 {
		call += "(" + strings.TrimSuffix(strings.Repeat("NULL, ", most), ", ") + ")"
	}
	rows, err := conn.QueryContext(t.Context(), "EXPLAIN EXECUTE "+call)
	require.NoError(t, err, shape)
	defer func() { require.NoError(t, rows.Close()) }()
	var out []string
	for rows.Next() {
		var line string
		require.NoError(t, rows.Scan(&line))
		out = append(out, line)
	}
	require.NoError(t, rows.Err())
	_, err = conn.ExecContext(t.Context(), "DEALLOCATE asked")
	require.NoError(t, err)
	return strings.Join(out, "\n")
}

func TestPostgresPlansUseIndexes(t *testing.T) {
	o := storetest.Postgres(t)
	db := storetest.PostgresSQL(t, o.Config.PostgresURL)
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close()) }()
	for _, statement := range []string{crowd, "ANALYZE", "SET plan_cache_mode = force_generic_plan"} {
		_, err = conn.ExecContext(t.Context(), statement)
		require.NoError(t, err)
	}
	asked := &statements{shapes: make(map[string]bool)}
	s, err := store.Open(t.Context(), store.Config{PostgresURL: o.Config.PostgresURL, Observe: asked.note, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	asked.taken()

	var first, owner uuid.UUID // of a demand and of a programme with the same id
	require.NoError(t, conn.QueryRowContext(t.Context(), "SELECT id, organisation_id FROM demands LIMIT 1").Scan(&first, &owner))
	ids := []uuid.UUID{first, uuid.New(), uuid.New()}
	for name, ask := range map[string]func(ctx context.Context) error{
		"a demand":               func(ctx context.Context) error { _, err := s.Demand(ctx, ids[0]); return absent(err) },
		"a programme":            func(ctx context.Context) error { _, err := s.Programme(ctx, ids[0]); return absent(err) },
		"demands":                func(ctx context.Context) error { _, err := s.Demands(ctx, ids); return err },
		"programmes":             func(ctx context.Context) error { _, err := s.Programmes(ctx, ids); return err },
		"organisations":          func(ctx context.Context) error { _, err := s.Organisations(ctx, ids); return err },
		"an organisation's list": func(ctx context.Context) error { return lists(ctx, s, domain.OwnList{Organisation: owner, Limit: 20}) },
		"and more of it": func(ctx context.Context) error {
			return lists(ctx, s, domain.OwnList{Organisation: owner, Limit: 20, After: first})
		},
		"what has run out": func(ctx context.Context) error { _, err := s.ExpiredDemands(ctx, 20_000, 200); return err },
		"by registration": func(ctx context.Context) error {
			_, err := s.OrganisationByRegistration(ctx, domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: "1"})
			return absent(err)
		},
		"who holds what is claimed": func(ctx context.Context) error { _, err := s.Holders(ctx, ids); return err },
		"members": func(ctx context.Context) error {
			_, _, err := s.Members(ctx, domain.MemberList{Organisation: owner, Role: domain.Owner, Limit: 20})
			return err
		},
		"open invitations": func(ctx context.Context) error {
			_, _, err := s.OpenInvitations(ctx, domain.InvitationList{Organisation: owner, Limit: 20}, time.Now())
			return err
		},
		"sent invitations": func(ctx context.Context) error { _, err := s.SentInvitations(ctx, ids[0], time.Now()); return err },
		"an account":       func(ctx context.Context) error { _, err := s.AccountByEmail(ctx, "x@example.kz"); return absent(err) },
		"a person":         func(ctx context.Context) error { _, err := s.Person(ctx, ids[0]); return absent(err) },
		"accounts":         func(ctx context.Context) error { _, err := s.Accounts(ctx, ids); return err },
		"reports": func(ctx context.Context) error {
			for _, q := range []domain.ReportList{{Limit: 20}, {Reporter: owner, Limit: 20, After: first}, {Status: domain.ReportOpen, Limit: 20, After: first}} {
				if _, _, err := s.ListReports(ctx, q); err != nil {
					return err
				}
			}
			_, err := s.CountReports(ctx, ids)
			return err
		},
		"the audit": func(ctx context.Context) error {
			for _, q := range []domain.DeedList{{}, {Account: owner}, {Organisation: owner, After: first}, {Subject: first}} {
				q.Limit = 20
				if _, _, err := s.ListDeeds(ctx, q); err != nil {
					return err
				}
			}
			return nil
		},
		"changes":     func(ctx context.Context) error { _, _, err := s.Changes(ctx, "", 100); return err },
		"news":        func(ctx context.Context) error { _, err := store.NewShelf(ctx, s, 1); return err },
		"due again":   func(ctx context.Context) error { _, err := s.DueFailures(ctx, domain.SearchFeed, 100); return err },
		"feed stands": func(ctx context.Context) error { _, err := s.Feed(ctx, domain.SearchFeed); return err },
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, ask(t.Context()))
			shapes := asked.taken()
			require.NotEmpty(t, shapes)
			for shape := range shapes {
				if strings.HasPrefix(shape, "SELECT count(*)") {
					continue // a count of everything reads everything
				}
				p := plan(t, conn, shape)
				require.NotRegexp(t, scanned, p, "%s\n%s", shape, p)
			}
		})
	}
	t.Run("the control: without its index the same statement is found out", func(t *testing.T) {
		require.NoError(t, lists(t.Context(), s, domain.OwnList{Organisation: owner, Limit: 20}))
		_, err := conn.ExecContext(t.Context(), "DROP INDEX demands_organisation")
		require.NoError(t, err)
		found := false
		for shape := range asked.taken() {
			found = found || scanned.MatchString(plan(t, conn, shape))
		}
		require.True(t, found)
	})
}

func absent(err error) error {
	if domain.KindOf(err) == domain.NotFound {
		return nil
	}
	return err
}

func lists(ctx context.Context, s *store.Store, q domain.OwnList) error {
	if _, _, err := s.ListDemands(ctx, q); err != nil {
		return err
	}
	_, _, err := s.ListProgrammes(ctx, q)
	return err
}
