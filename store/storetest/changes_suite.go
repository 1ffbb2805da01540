package storetest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// patience is how long a test waits for what must come.
const patience = 20 * time.Second

// changesAfter reads what may be read of the log after a position.
func changesAfter(t testing.TB, o *Opened, after domain.Position) []domain.Change {
	t.Helper()
	changes, _, err := o.Changes(t.Context(), after, 1_000_000)
	require.NoError(t, err)
	return changes
}

// follow reads the log, a few entries at a time, until it has seen n. On Postgres somebody else's transaction on the
// same server may hold entries up for a moment.
func follow(t testing.TB, o *Opened, after domain.Position, n int) ([]domain.Change, domain.Position) {
	t.Helper()
	var seen []domain.Change
	for began := time.Now(); len(seen) < n; {
		require.Less(t, time.Since(began), patience, "%d of %d changes came", len(seen), n)
		changes, next, err := o.Changes(t.Context(), after, 7)
		require.NoError(t, err)
		seen, after = append(seen, changes...), next
	}
	return seen, after
}

// settled returns a position after everything that was committed so far.
func settled(t testing.TB, o *Opened) (at domain.Position) {
	t.Helper()
	within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.RequestReindex(ctx)) })
	for seen := []domain.Change(nil); len(seen) == 0 || seen[len(seen)-1].Kind != domain.ChangedEverything; {
		seen, at = follow(t, o, at, 1)
	}
	return at
}

func head(t testing.TB, o *Opened) domain.Position {
	t.Helper()
	at, err := o.Head(t.Context())
	require.NoError(t, err)
	return at
}

// testChanges: followers learn of everything, once it is committed, or learn that they cannot.
func testChanges(t *testing.T, open Open) {
	t.Run("everything that changes is told", func(t *testing.T) { testTold(t, open(t)) })
	t.Run("pages", func(t *testing.T) { testChangePages(t, open(t)) })
	t.Run("many writers and a follower", func(t *testing.T) { testFollower(t, open(t)) })
	t.Run("head", func(t *testing.T) { testHead(t, open(t)) })
	t.Run("who is behind the tail learns it", func(t *testing.T) { testBehind(t, open(t)) })
	t.Run("who is of another log learns it", func(t *testing.T) { testOtherLog(t, open(t), open(t)) })
	t.Run("a commit wakes those who wait", func(t *testing.T) { testWaking(t, open(t)) })
}

func testTold(t *testing.T, o *Opened) {
	org := fullOrganisation(1)
	d, p, a := fullDemand(org.ID), fullProgramme(org.ID), someAccount("told@example.kz")
	at := head(t, o)
	step := func(name string, work func(ctx context.Context, tx domain.Tx) error, want ...domain.Change) {
		t.Helper()
		require.NoError(t, o.InTx(t.Context(), work), name)
		got, next := follow(t, o, at, len(want))
		at = next
		for i := range got {
			require.False(t, got[i].At.IsZero())
			got[i].At = time.Time{}
		}
		require.ElementsMatch(t, want, got, name)
	}
	step("create", func(ctx context.Context, tx domain.Tx) error {
		require.NoError(t, tx.CreateOrganisation(ctx, org))
		require.NoError(t, tx.CreateDemand(ctx, d))
		return tx.CreateProgramme(ctx, p)
	}, domain.Change{Kind: domain.ChangedOrganisation, ID: org.ID}, domain.Change{Kind: domain.ChangedDemand, ID: d.ID},
		domain.Change{Kind: domain.ChangedProgramme, ID: p.ID})
	step("save, the same thing twice in a transaction", func(ctx context.Context, tx domain.Tx) error {
		org.Version, d.Version, p.Version = 2, 2, 2
		require.NoError(t, tx.SaveOrganisation(ctx, org))
		require.NoError(t, tx.SaveDemand(ctx, d))
		d.Version++
		require.NoError(t, tx.SaveDemand(ctx, d))
		return tx.SaveProgramme(ctx, p)
	}, domain.Change{Kind: domain.ChangedOrganisation, ID: org.ID}, domain.Change{Kind: domain.ChangedDemand, ID: d.ID},
		domain.Change{Kind: domain.ChangedProgramme, ID: p.ID})
	step("delete", func(ctx context.Context, tx domain.Tx) error {
		require.NoError(t, tx.DeleteDemand(ctx, d.ID))
		return tx.DeleteProgramme(ctx, p.ID)
	}, domain.Change{Kind: domain.ChangedDemand, ID: d.ID}, domain.Change{Kind: domain.ChangedProgramme, ID: p.ID})
	step("catalogue and everything", func(ctx context.Context, tx domain.Tx) error {
		saveCatalogue(ctx, t, tx, catalogue(t, "told", 10))
		return tx.RequestReindex(ctx)
	}, domain.Change{Kind: domain.ChangedCatalogue}, domain.Change{Kind: domain.ChangedEverything})
	step("people are nobody's business", func(ctx context.Context, tx domain.Tx) error {
		require.NoError(t, tx.CreateAccount(ctx, a))
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: org.ID, AccountID: a.ID, Role: domain.Owner})
	})
	require.Empty(t, changesAfter(t, o, at))
}

func testChangePages(t *testing.T, o *Opened) {
	var want []uuid.UUID
	for i := range 20 {
		org := fullOrganisation(i)
		want = append(want, org.ID)
		keep(t, o, org)
	}
	changes, at := follow(t, o, "", 20) // "" is before the first
	var got []uuid.UUID
	for _, c := range changes {
		got = append(got, c.ID)
	}
	require.Equal(t, want, got, "in the order of their commits")
	changes, next, err := o.Changes(t.Context(), at, 7)
	require.NoError(t, err)
	require.Empty(t, changes)
	require.Equal(t, at, next, "who has read all stays where they are")
}

func testFollower(t *testing.T, o *Opened) {
	const writers, each = 4, 25
	want := map[uuid.UUID]bool{}
	things := make([][]*domain.Organisation, writers)
	for w := range writers {
		for i := range each {
			org := fullOrganisation(w*each + i)
			want[org.ID] = true
			things[w] = append(things[w], org)
		}
	}
	at := head(t, o)
	var writing sync.WaitGroup
	failures := make(chan error, writers*each)
	for w := range writers {
		writing.Go(func() {
			for _, org := range things[w] {
				failures <- o.InTx(context.WithoutCancel(t.Context()), func(ctx context.Context, tx domain.Tx) error {
					return tx.CreateOrganisation(ctx, org)
				})
			}
		})
	}
	seen, _ := follow(t, o, at, writers*each) // while they write
	writing.Wait()
	close(failures)
	for err := range failures {
		require.NoError(t, err)
	}
	got := map[uuid.UUID]bool{}
	for _, c := range seen {
		require.False(t, got[c.ID], "twice")
		got[c.ID] = true
	}
	require.Equal(t, want, got)
}

// testHead: what is under way when a head is taken comes after it.
func testHead(t *testing.T, o *Opened) {
	before, late := fullOrganisation(1), fullOrganisation(2)
	keep(t, o, before)
	follow(t, o, "", 1)
	var at, inner domain.Position
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		require.NoError(t, tx.CreateOrganisation(ctx, late))
		at = head(t, o)
		var err error
		inner, err = o.Head(ctx)
		require.NoError(t, err)
		require.Empty(t, changesAfter(t, o, at))
		require.Empty(t, changesAfter(t, o, inner), "a transaction makes no difference")
	})
	seen, _ := follow(t, o, at, 1)
	require.Equal(t, late.ID, seen[len(seen)-1].ID)
	seen, _ = follow(t, o, inner, 1)
	require.Equal(t, late.ID, seen[len(seen)-1].ID)
}

func testBehind(t *testing.T, o *Opened) {
	ctx := t.Context()
	for i := range 5 {
		keep(t, o, fullOrganisation(i))
	}
	_, last := follow(t, o, "", 5)
	_, third, err := o.Changes(ctx, "", 3)
	require.NoError(t, err)

	n, err := o.TrimChanges(ctx, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Zero(t, n, "all is younger")
	require.Len(t, changesAfter(t, o, third), 2)

	trimmed := 0
	for began := time.Now(); trimmed < 5; {
		require.Less(t, time.Since(began), patience)
		n, err := o.TrimChanges(ctx, time.Now().Add(time.Hour))
		require.NoError(t, err)
		trimmed += n
	}
	for _, behind := range []domain.Position{"", third} {
		_, _, err = o.Changes(ctx, behind, 10)
		failsAs(t, err, domain.Stale, domain.CodeStale)
	}
	require.Empty(t, changesAfter(t, o, last), "who had read all is not behind")
	require.Empty(t, changesAfter(t, o, head(t, o)))
	next := fullOrganisation(9)
	keep(t, o, next)
	seen, _ := follow(t, o, last, 1)
	require.Equal(t, next.ID, seen[0].ID)
}

func testOtherLog(t *testing.T, o, other *Opened) {
	ctx := t.Context()
	keep(t, o, fullOrganisation(1), fullOrganisation(2))
	keep(t, other, fullOrganisation(1))
	_, at := follow(t, o, "", 2)
	log, _, _ := strings.Cut(string(at), ".")
	ahead := domain.Position(log + ".9999999999.9999999999")
	for _, foreign := range []domain.Position{head(t, other), ahead, "x", "a.b.c", ".1.1", at + ".1"} {
		_, _, err := o.Changes(ctx, foreign, 10)
		failsAs(t, err, domain.Stale, domain.CodeStale)
	}
	require.NoError(t, o.RestartChanges(ctx))
	_, _, err := o.Changes(ctx, at, 10)
	failsAs(t, err, domain.Stale, domain.CodeStale)
	require.Empty(t, changesAfter(t, o, head(t, o)))
	from := head(t, o)
	keep(t, o, fullOrganisation(3))
	follow(t, o, from, 1)
}

func testWaking(t *testing.T, o *Opened) {
	one, cancelOne := o.Subscribe()
	two, cancelTwo := o.Subscribe()
	defer cancelTwo()
	keep(t, o, someAccount("w@example.kz"))
	require.Empty(t, one, "nothing to follow")
	for i := range 3 {
		keep(t, o, fullOrganisation(i)) // nobody receives: nobody is held up
	}
	_ = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error { return errOnPurpose })
	require.Len(t, one, 1)
	require.Len(t, two, 1)
	<-one
	<-two
	cancelOne()
	cancelOne()
	_ = o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		require.NoError(t, tx.RequestReindex(ctx))
		require.Empty(t, two, "not before the commit")
		return errOnPurpose
	})
	require.Empty(t, two, "nor without one")
	keep(t, o, fullOrganisation(4))
	require.Empty(t, one)
	require.Len(t, two, 1)
}
