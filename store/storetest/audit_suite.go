package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testAudit: entries come back whole, by what they are about, and go only when they are old.
func testAudit(t *testing.T, open Open) {
	note := func(t *testing.T, o *Opened, deeds ...*domain.Deed) {
		t.Helper()
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			for _, d := range deeds {
				require.NoError(t, tx.Record(ctx, *d))
			}
		})
	}
	bare := func(at time.Time) *domain.Deed {
		return &domain.Deed{ID: newID(), At: at, Operator: true, Kind: domain.DeedCatalogueInstalled, SubjectKind: domain.SubjectCatalogue}
	}
	t.Run("an entry is found by each thing it says, newest first", func(t *testing.T) {
		o := open(t)
		full := &domain.Deed{ID: newID(), At: now, Account: newID(), Kind: domain.DeedDemandHidden, SubjectKind: domain.SubjectDemand,
			Subject: newID(), Organisation: newID(), Note: "Ақша\nсұрайды"}
		second, last := bare(now.Add(time.Hour)), bare(now.Add(2*time.Hour))
		note(t, o, full, second, last)
		for name, c := range map[string]struct {
			q    domain.DeedList
			want []*domain.Deed
			all  int
		}{
			"everything":        {domain.DeedList{}, []*domain.Deed{last, second, full}, 3},
			"what is before":    {domain.DeedList{After: last.ID}, []*domain.Deed{second, full}, 3},
			"whose":             {domain.DeedList{Account: full.Account}, []*domain.Deed{full}, 1},
			"organisation":      {domain.DeedList{Organisation: full.Organisation}, []*domain.Deed{full}, 1},
			"subject":           {domain.DeedList{Subject: full.Subject}, []*domain.Deed{full}, 1},
			"kind":              {domain.DeedList{Kind: domain.DeedCatalogueInstalled}, []*domain.Deed{last, second}, 2},
			"from, and that":    {domain.DeedList{From: second.At}, []*domain.Deed{last, second}, 2},
			"to, and not that":  {domain.DeedList{To: second.At}, []*domain.Deed{full}, 1},
			"one and the other": {domain.DeedList{From: second.At, Account: full.Account}, []*domain.Deed{}, 0},
		} {
			c.q.Limit = 9
			list, total, err := o.ListDeeds(t.Context(), c.q)
			require.NoError(t, err)
			require.Equal(t, c.all, total, name)
			same(t, c.want, list)
		}
		list, _, err := o.ListDeeds(t.Context(), domain.DeedList{Limit: 1})
		require.NoError(t, err)
		same(t, []*domain.Deed{last}, list)
	})
	t.Run("nobody changes or drops what is younger than a year, and what is older goes", func(t *testing.T) {
		o := open(t)
		real := time.Now().UTC().Truncate(time.Microsecond) // the database's own time counts
		old, almost, young := bare(real.AddDate(-1, 0, -1)), bare(real.AddDate(-1, 0, 1)), bare(real)
		note(t, o, old, almost, young)
		db := rawSQL(t, o)
		refused := []string{
			"UPDATE audit SET note = 'x'", "UPDATE audit SET note = 'x' WHERE id = '" + old.ID.String() + "'",
			"DELETE FROM audit", "DELETE FROM audit WHERE id = '" + young.ID.String() + "'", "DELETE FROM audit WHERE id = '" + almost.ID.String() + "'",
		}
		if o.Engine() == "postgres" {
			refused = append(refused, "TRUNCATE audit")
		}
		for _, statement := range refused {
			_, err := db.ExecContext(t.Context(), statement)
			require.ErrorContains(t, err, "the audit is append-only", statement)
		}
		n, err := o.ForgetDeeds(t.Context(), old.At)
		require.NoError(t, err)
		require.Zero(t, n, "exactly as old is not older")
		n, err = o.ForgetDeeds(t.Context(), real.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n, "however much somebody wants forgotten")
		list, _, err := o.ListDeeds(t.Context(), domain.DeedList{Limit: 9})
		require.NoError(t, err)
		same(t, []*domain.Deed{young, almost}, list)
	})
	t.Run("what is undone is not noted", func(t *testing.T) {
		o := open(t)
		err := o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
			require.NoError(t, tx.Record(ctx, *bare(now)))
			return domain.Fail(domain.Conflict, domain.CodeExists)
		})
		failsAs(t, err, domain.Conflict, domain.CodeExists)
		_, total, err := o.ListDeeds(t.Context(), domain.DeedList{Limit: 9, Subject: uuid.Nil})
		require.NoError(t, err)
		require.Zero(t, total)
	})
}
