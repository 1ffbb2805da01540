package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store"
)

// impersonal are the tables that tell of nobody.
var impersonal = []string{
	"organisations", "frameworks", "framework_levels", "catalogue_edition", "competences", "competence_relations", "catalogue_links",
	"catalogue_amendments", "demands", "demand_requirements", "import_rows",
	"programmes", "programme_outcomes", "programme_prerequisites", "programme_intakes", "change_log", "change_log_tail",
	"signing_keys", "used_tickets", "feeds", "feed_failures", "goose_db_version",
	"mention_verdicts", // an organisation's, and of its text a few words
	"budgets",          // under a keyed hash that nobody can look up, for an hour or two
}

// testPrivacy: a person sees all that is kept of them, and it goes when they go.
func testPrivacy(t *testing.T, open Open) {
	t.Run("every table is known to tell of people, or not to", func(t *testing.T) {
		known := slices.Concat(store.PersonalTables(), impersonal)
		for _, table := range tables(t, rawSQL(t, open(t))) {
			require.Contains(t, known, table, "say in store/privacy.go what of it is a person's, or here that nothing is")
		}
	})
	t.Run("everything is shown but secrets, and erased without a trace", func(t *testing.T) { testErasing(t, open(t)) })
	t.Run("consents come back newest first, as they were given and withdrawn", func(t *testing.T) {
		o := open(t)
		a := someAccount("t@example.kz")
		keep(t, o, a)
		first := domain.Consent{ID: newID(), AccountID: a.ID, Document: "privacy", Version: "1", GivenAt: now}
		second := domain.Consent{ID: newID(), AccountID: a.ID, Document: "privacy", Version: "2", GivenAt: now.Add(time.Hour)}
		withdrawn := first
		withdrawn.WithdrawnAt = now.Add(time.Minute)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			for _, c := range []domain.Consent{first, second, withdrawn} {
				require.NoError(t, tx.SaveConsent(ctx, c))
			}
		})
		got, err := o.Consents(t.Context(), a.ID)
		require.NoError(t, err)
		same(t, []domain.Consent{second, withdrawn}, got)
	})
	t.Run("sessions that ran out long ago are forgotten", func(t *testing.T) {
		o := open(t)
		a := someAccount("t@example.kz")
		keep(t, o, a)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			for i := range 3 {
				require.NoError(t, tx.CreateRefreshToken(ctx, domain.RefreshToken{
					ID: newID(), AccountID: a.ID, Family: newID(), Hash: []byte{byte(i)}, CreatedAt: now, ExpiresAt: now.Add(time.Duration(i) * time.Hour),
				}))
			}
		})
		n, err := o.ForgetSessions(t.Context(), now.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		left, err := o.Sessions(t.Context(), a.ID, now)
		require.NoError(t, err)
		require.Len(t, left, 2)
	})
}

func testErasing(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	a, other := someAccount("zhanel@example.kz"), someAccount("other@example.kz")
	a.Name, other.Name = "Жанель Тестова", "Кто-то другой"
	keep(t, o, org, a, other)
	for _, who := range []*domain.Account{a, other} {
		within(t, o, func(ctx context.Context, tx domain.Tx) { fillPersonal(ctx, t, tx, org, who) })
		_, _, err := o.Once(ctx, domain.OnceKey{Account: who.ID, Operation: "x", Key: "k"}, now, func(context.Context) (domain.Answer, error) {
			return domain.Answer{Status: 201, Body: []byte("{}")}, nil
		})
		require.NoError(t, err)
	}
	records, err := o.PersonalRecords(ctx, a.ID, a.Email)
	require.NoError(t, err)
	require.Len(t, records, len(store.PersonalTables()))
	for _, r := range records {
		require.Len(t, r.Rows, 1, "a row of %s is a person's: fillPersonal adds it", r.Table)
		require.NotContains(t, fmt.Sprint(r.Rows), "argon2id", "a hash is a secret")
	}
	account := records[slices.Index(store.PersonalTables(), "accounts")].Rows[0]
	require.Equal(t, map[string]any{
		"id": a.ID.String(), "email": a.Email, "name": a.Name, "language": "kk", "admin": true, "analyst": true, "created_at": "2026-11-23T20:15:30.123456Z",
		"confirmed_at": "2026-11-23T20:16:30.123456Z",
	}, account)

	db := rawSQL(t, o)
	traces := func(who *domain.Account) []string {
		var found []string
		for _, table := range tables(t, db) {
			text := dump(t, db, table)
			for _, trace := range []string{who.ID.String(), who.Email, who.Name} {
				if strings.Contains(text, trace) {
					found = append(found, table)
					break
				}
			}
		}
		return found
	}
	require.Subset(t, traces(a), store.PersonalTables(), "the search for traces finds them while they are there")
	within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.EraseAccount(ctx, a.ID, a.Email)) })
	require.Equal(t, []string{"audit"}, traces(a), "an id that names nobody any more")
	require.NotContains(t, dump(t, db, "audit"), a.Email)
	require.NotContains(t, dump(t, db, "audit"), a.Name)
	require.Subset(t, traces(other), store.PersonalTables(), "nobody else's")
}

// fillPersonal adds a row of each personal table for an account.
func fillPersonal(ctx context.Context, t *testing.T, tx domain.Tx, org *domain.Organisation, a *domain.Account) {
	t.Helper()
	for _, err := range []error{
		tx.SaveMembership(ctx, domain.Membership{OrganisationID: org.ID, AccountID: a.ID, Role: domain.Owner}),
		tx.CreateInvitation(ctx, domain.Invitation{
			ID: newID(), OrganisationID: org.ID, Email: a.Email, Role: domain.Owner, InvitedBy: a.ID, CreatedAt: now, ExpiresAt: now, AcceptedBy: a.ID,
		}),
		tx.CreateInvitation(ctx, domain.Invitation{
			ID: newID(), OrganisationID: org.ID, Email: uuid.NewString() + "@example.kz", Role: domain.Owner, InvitedBy: a.ID, CreatedAt: now, ExpiresAt: now,
		}),
		tx.CreateRefreshToken(ctx, domain.RefreshToken{ID: newID(), AccountID: a.ID, Family: newID(), Hash: a.ID[:], CreatedAt: now, ExpiresAt: now.Add(time.Hour)}),
		tx.CreateIdentity(ctx, domain.Identity{ID: newID(), AccountID: a.ID, Issuer: "https://idp.example", Subject: a.Email, CreatedAt: now}),
		tx.CreateAPIKey(ctx, someKey(org.ID, a.ID)),
		tx.SaveConsent(ctx, domain.Consent{ID: newID(), AccountID: a.ID, Document: "privacy", Version: "1", GivenAt: now}),
		tx.CreateProof(ctx, domain.Proof{ID: newID(), Kind: domain.LetterResetPassword, Email: a.Email, Claim: a, CreatedAt: now, ExpiresAt: now.Add(time.Hour)}),
		tx.CreateReport(ctx, &domain.Report{ID: newID(), Subject: domain.Subject{Side: domain.DemandSide, ID: newID()}, Reporter: a.ID, Kind: domain.ReportSpam, CreatedAt: now}),
		tx.CreateProposal(ctx, &domain.Proposal{
			ID: newID(), Organisation: org.ID, Proposer: a.ID, Label: domain.Text{RU: "x"}, Kind: domain.Skill, CreatedAt: now, Status: domain.ProposalOpen,
		}),
		tx.CreateImport(ctx, someImport(org.ID, a.ID), nil),
		tx.SendLetter(ctx, domain.Letter{ID: newID(), Kind: domain.LetterPasswordChanged, To: a.Email, CreatedAt: now}),
		tx.Record(ctx, domain.Deed{ID: newID(), At: now, Account: a.ID, Kind: domain.DeedPasswordChanged, SubjectKind: domain.SubjectAccount, Subject: a.ID}),
	} {
		require.NoError(t, err)
	}
}

// rawSQL connects to a store's database beside it, until the test ends.
func rawSQL(t *testing.T, o *Opened) *sql.DB {
	t.Helper()
	if o.Config.PostgresURL != "" {
		return PostgresSQL(t, o.Config.PostgresURL)
	}
	db, err := sql.Open("sqlite", "file:"+o.Config.SQLitePath)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

// tables names all tables of a database.
func tables(t *testing.T, db *sql.DB) []string {
	t.Helper()
	names := texts(t, db, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1`,
		`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY 1`)
	require.NotEmpty(t, names)
	return names
}

// texts returns what one of the two statements, Postgres' or SQLite's, answers.
func texts(t *testing.T, db *sql.DB, postgres, sqlite string) []string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), postgres)
	if err != nil {
		rows, err = db.QueryContext(t.Context(), sqlite)
	}
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // what it would say, Err says
	var out []string
	for rows.Next() {
		var s string
		require.NoError(t, rows.Scan(&s))
		out = append(out, s)
	}
	require.NoError(t, rows.Err())
	return out
}

// dump returns all that a table has as text.
func dump(t *testing.T, db *sql.DB, table string) string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), fmt.Sprintf("SELECT * FROM %q", table))
	require.NoError(t, err)
	defer rows.Close() //nolint:errcheck // what it would say, Err says
	columns, err := rows.Columns()
	require.NoError(t, err)
	var all strings.Builder
	for rows.Next() {
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		require.NoError(t, rows.Scan(cells...))
		for _, cell := range cells {
			switch v := (*cell.(*any)).(type) {
			case []byte:
				if len(v) == 16 {
					fmt.Fprint(&all, uuid.UUID(v), "\n")
				}
				fmt.Fprintf(&all, "%s\n", v)
			case [16]byte:
				fmt.Fprint(&all, uuid.UUID(v), "\n")
			default:
				fmt.Fprint(&all, v, "\n")
			}
		}
	}
	require.NoError(t, rows.Err())
	return all.String()
}
