package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testVerdicts: what organisations say of mentions adds up, each with one voice, of the verified alone.
func testVerdicts(t *testing.T, open Open) {
	verified := func(number int) *domain.Organisation {
		org := fullOrganisation(number)
		org.Verification, org.Rejection = domain.Verified, ""
		return org
	}
	sql := domain.Naming{Key: "sql", Competence: "esco:sql"}
	other := domain.Naming{Key: "sql", Competence: "esco:other"}
	say := func(t *testing.T, o *Opened, org *domain.Organisation, verdicts ...domain.Verdict) {
		t.Helper()
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.SaveVerdicts(ctx, org.ID, verdicts, now))
		})
	}
	reputes := func(t *testing.T, o *Opened, keys ...string) map[domain.Naming]domain.Repute {
		t.Helper()
		got, err := o.Reputes(t.Context(), keys)
		require.NoError(t, err)
		return got
	}
	t.Run("an organisation has one voice, divided where it has said both", func(t *testing.T) {
		o := open(t)
		first, second, waiting := verified(1), verified(2), fullOrganisation(3)
		keep(t, o, first, second, waiting)
		require.Empty(t, reputes(t, o, "sql", "sql", "never said"))
		require.Empty(t, reputes(t, o))
		for range 3 {
			say(t, o, first, domain.Verdict{Naming: sql, Confirmed: true}, domain.Verdict{Naming: other})
		}
		say(t, o, first, domain.Verdict{Naming: sql})
		say(t, o, second, domain.Verdict{Naming: sql})
		say(t, o, waiting, domain.Verdict{Naming: sql}, domain.Verdict{Naming: domain.Naming{Key: "java", Competence: "esco:java"}})
		require.Equal(t, map[domain.Naming]domain.Repute{
			sql: {Organisations: 2, Confirming: 0.75}, other: {Organisations: 1},
		}, reputes(t, o, "java", "sql"))
	})
	t.Run("of fifty that speak at once none is lost", func(t *testing.T) {
		o := open(t)
		org := verified(1)
		keep(t, o, org)
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				list := []domain.Verdict{{Naming: sql, Confirmed: i%2 == 0}, {Naming: other, Confirmed: true}}
				if i%3 == 0 {
					list[0], list[1] = list[1], list[0]
				}
				say(t, o, org, list...)
			})
		}
		all.Wait()
		require.Equal(t, map[domain.Naming]domain.Repute{
			sql: {Organisations: 1, Confirming: 0.5}, other: {Organisations: 1, Confirming: 1},
		}, reputes(t, o, "sql"))
	})
	t.Run("what an organisation has said goes with it", func(t *testing.T) {
		o := open(t)
		org := verified(1)
		keep(t, o, org)
		say(t, o, org, domain.Verdict{Naming: sql})
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.DeleteOrganisation(ctx, org.ID)) })
		require.Empty(t, reputes(t, o, "sql"))
	})
}
