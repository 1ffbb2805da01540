package storetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// lease asks for a slice of a budget of sixty a minute.
func lease(t *testing.T, o *Opened, who byte, spent, ask int, at time.Time) domain.BudgetGrant {
	t.Helper()
	before := o.Statements()
	got, err := o.LeaseBudget(t.Context(), domain.BudgetLease{Who: [32]byte{who}, PerMinute: 60, Spent: spent, Ask: ask, Now: at})
	require.NoError(t, err)
	require.Equal(t, 1, o.Statements()-before)
	return got
}

func testBudgets(t *testing.T, open Open) {
	o := open(t)
	t.Run("a budget is given out until nothing is left", func(t *testing.T) {
		require.Equal(t, domain.BudgetGrant{Granted: 6, FullAt: now.Add(12 * time.Second)}, lease(t, o, 1, 6, 6, now))
		require.Equal(t, 40, lease(t, o, 1, 0, 40, now).Granted)
		require.Equal(t, domain.BudgetGrant{Granted: 8, FullAt: now.Add(time.Minute)}, lease(t, o, 1, 0, 20, now))
		require.Zero(t, lease(t, o, 1, 0, 6, now).Granted)
		require.Equal(t, 6, lease(t, o, 2, 0, 6, now).Granted, "another's is another")
	})
	t.Run("it comes back with time", func(t *testing.T) {
		require.Equal(t, 3, lease(t, o, 1, 0, 6, now.Add(3*time.Second)).Granted)
		require.Zero(t, lease(t, o, 1, 0, 6, now.Add(2*time.Second)).Granted, "by a clock that is behind too")
		require.Equal(t, 60, lease(t, o, 1, 0, 100, now.Add(time.Hour)).Granted)
	})
	t.Run("what was spent unasked is owed, but never for more than a minute", func(t *testing.T) {
		require.Equal(t, 10, lease(t, o, 3, 50, 20, now).Granted)
		require.Zero(t, lease(t, o, 3, 6, 1, now).Granted)
		require.Zero(t, lease(t, o, 3, 0, 1, now.Add(6*time.Second)).Granted)
		require.Equal(t, 1, lease(t, o, 3, 0, 1, now.Add(7*time.Second)).Granted)
		require.Equal(t, domain.BudgetGrant{FullAt: now.Add(2 * time.Minute)}, lease(t, o, 3, 10_000, 1, now))
		require.Zero(t, lease(t, o, 4, 10_000, 1, now).Granted)
	})
	t.Run("many at once get no more than there is", func(t *testing.T) {
		var granted atomic.Int64
		inParallel(50, func() error {
			got, err := o.LeaseBudget(context.WithoutCancel(t.Context()), domain.BudgetLease{Who: [32]byte{5}, PerMinute: 60, Ask: 6, Now: now})
			granted.Add(int64(got.Granted))
			return err
		}, func(err error) { require.NoError(t, err) })
		require.EqualValues(t, 60, granted.Load())
	})
	t.Run("full ones are forgotten", func(t *testing.T) {
		lease(t, o, 6, 0, 6, now.Add(2*time.Hour))
		n, err := o.ForgetBudgets(t.Context(), now.Add(2*time.Hour))
		require.NoError(t, err)
		require.Equal(t, 5, n)
		require.Equal(t, 54, lease(t, o, 6, 0, 100, now.Add(2*time.Hour)).Granted, "who has spent is not")
	})
}
