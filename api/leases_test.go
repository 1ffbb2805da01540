package api

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/store/storetest"
)

// replicas are several doors over one database. Their clocks stand.
type replicas []*door

func openReplicas(t *testing.T, count int, shared domain.Budgets) replicas {
	t.Helper()
	out := make(replicas, count)
	for i := range out {
		out[i] = openDoorOf(t, shared, func(c *Config) { c.Timeout = patience })
	}
	return out
}

// passed counts how many of so many requests get through, sent to the replicas in turn.
func (r replicas) passed(count int, k func(i int) knock) int {
	n := 0
	for i := range count {
		if r[i%len(r)].knock(k(i)).status != 429 {
			n++
		}
	}
	return n
}

func tryToLogIn(email, from string) knock {
	return knock{
		method: "POST", target: "/v1/auth/login", from: from, header: map[string]string{"Content-Type": "application/json"},
		body: strings.NewReader(strings.Replace(loginBody, "aigerim@example.kz", email, 1)),
	}
}

// sorts are the budgets, how much of each a minute has, and who spends it.
var sorts = map[string]struct {
	perMinute int
	k         func(i int) knock
}{
	"reads of an address":   {600, func(int) knock { return knock{method: "GET", target: "/v1/demands?limit=0"} }},
	"writes of an address":  {60, func(int) knock { return knock{method: "POST", target: "/v1/auth/register"} }},
	"reads of an account":   {1200, func(int) knock { return knock{method: "GET", target: "/v1/me", header: bearerOf(somebody)} }},
	"writes of an account":  {300, func(int) knock { return knock{method: "POST", target: "/v1/demands", header: bearerOf(somebody)} }},
	"logins to an account":  {5, func(i int) knock { return tryToLogIn("aigerim@example.kz", fmt.Sprintf("192.0.2.%d:1", i%200)) }},
	"logins of one address": {20, func(i int) knock { return tryToLogIn(fmt.Sprintf("a%d@example.kz", i), "") }},
}

func onStores(t *testing.T, test func(t *testing.T, open storetest.Open)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) { test(t, storetest.SQLite) })
	t.Run("Postgres", func(t *testing.T) { test(t, storetest.Postgres) })
}

func TestTwoReplicasTogetherLetThroughOneBudget(t *testing.T) {
	onStores(t, func(t *testing.T, open storetest.Open) {
		for name, s := range sorts {
			o := open(t)
			slice := budget{perMinute: s.perMinute}.slice()
			both := openReplicas(t, 2, o)
			before := o.Statements()
			n := both.passed(3*s.perMinute, s.k)
			require.GreaterOrEqual(t, n, s.perMinute, name)
			require.LessOrEqual(t, n, s.perMinute+slice, name)
			if !strings.HasPrefix(name, "logins") { // which count by account and by address, each with statements of its own
				require.LessOrEqual(t, o.Statements()-before, n/slice+2, name)
			}
			for _, d := range both { // a minute later it is there again
				d.now = d.now.Add(2 * time.Minute)
			}
			require.InDelta(t, s.perMinute, both.passed(3*s.perMinute, s.k), float64(slice), name)

			alone := openReplicas(t, 2, nil) // negative control: who knows nothing of the other lets through twice as much
			require.Equal(t, 2*s.perMinute, alone.passed(3*s.perMinute, s.k), name)
		}
	})
}

func TestReplicasThatAreAskedAtOnceShareToo(t *testing.T) {
	onStores(t, func(t *testing.T, open storetest.Open) {
		all := openReplicas(t, 4, open(t))
		var passed atomic.Int64
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				for range 50 {
					if all[i%4].knock(sorts["reads of an address"].k(i)).status != 429 {
						passed.Add(1)
					}
				}
			})
		}
		wg.Wait()
		require.InDelta(t, 600, passed.Load(), 3*60, "a slice for each further replica")
	})
}

func TestWhoIsQuietCostsNoStatement(t *testing.T) {
	o := storetest.SQLite(t)
	d := openReplicas(t, 1, o)[0]
	before := o.Statements()
	for range 10 { // minutes
		for range 60 { // a tenth of what a minute has
			require.Equal(t, 422, d.get("/v1/demands?limit=0").status)
		}
		d.now = d.now.Add(time.Minute)
	}
	require.Zero(t, o.Statements()-before)
	for range 61 {
		d.get("/v1/demands?limit=0")
	}
	require.Equal(t, 1, o.Statements()-before, "negative control: who asks more does")
}

func TestWhoIsRefusedCostsNoStatement(t *testing.T) {
	o := storetest.SQLite(t)
	all := openReplicas(t, 2, o)
	all.passed(2000, sorts["reads of an address"].k)
	before := o.Statements()
	require.Zero(t, all.passed(2000, sorts["reads of an address"].k))
	require.Zero(t, o.Statements()-before)
}

func TestWhatIsLeftIsToldWithWhatTheOthersSpent(t *testing.T) {
	o := storetest.SQLite(t)
	all := openReplicas(t, 2, o)
	for range 300 {
		all[0].get("/v1/demands?limit=0")
	}
	var last *reply
	for range 61 {
		last = all[1].get("/v1/demands?limit=0")
	}
	require.Equal(t, `"reads";r=239;t=37`, last.header.Get("RateLimit"), "600 without 300 and 61")
	require.Equal(t, `"reads";q=600;w=60`, last.header.Get("RateLimit-Policy"))
	all.passed(2000, sorts["reads of an address"].k)
	for _, d := range all {
		refused := d.get("/v1/demands?limit=0").is(rateLimited)
		require.Equal(t, "6", refused.header.Get("Retry-After"), "when a slice is back")
		require.Equal(t, `"reads";r=0;t=60`, refused.header.Get("RateLimit"))
	}
	all[0].now = all[0].now.Add(6 * time.Second)
	require.Equal(t, 422, all[0].get("/v1/demands?limit=0").status, "whoever waits as long as told gets through")
}

// unreachable is a database that is away.
type unreachable struct{ asked atomic.Int64 }

func (u *unreachable) LeaseBudget(context.Context, domain.BudgetLease) (domain.BudgetGrant, error) {
	u.asked.Add(1)
	return domain.BudgetGrant{}, errors.New("away")
}

func TestWithoutTheDatabaseEachReplicaGoesOnAlone(t *testing.T) {
	away := &unreachable{}
	all := openReplicas(t, 2, away)
	require.Equal(t, 1200, all.passed(2000, sorts["reads of an address"].k))
	require.EqualValues(t, 2*9, away.asked.Load(), "and asks once a slice")
}

func TestNobodyIsNamedWhereBudgetsAreShared(t *testing.T) {
	ours, err := newLeases(&unreachable{}, []byte("ours"), time.Second)
	require.NoError(t, err)
	theirs, err := newLeases(&unreachable{}, []byte("theirs"), time.Second)
	require.NoError(t, err)
	reads, writes := budget{scope: "visitor reads"}, budget{scope: "visitor writes"}
	one := ours.hash(reads, []byte{192, 0, 2, 1})
	require.Equal(t, one, ours.hash(reads, []byte{192, 0, 2, 1}), "another replica calls it alike")
	require.NotEqual(t, one, theirs.hash(reads, []byte{192, 0, 2, 1}), "who has the database cannot try all addresses")
	require.NotEqual(t, one, ours.hash(writes, []byte{192, 0, 2, 1}))
	require.NotEqual(t, one, ours.hash(reads, []byte{192, 0, 2, 2}))
}
