package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testLists: who is listed, in which order, page by page.
func testLists(t *testing.T, open Open) {
	t.Run("own demands and programmes", func(t *testing.T) { testOwnLists(t, open(t)) })
	t.Run("organisations", func(t *testing.T) { testOrganisationLists(t, open(t)) })
	t.Run("organisation by registration", func(t *testing.T) { testByRegistration(t, open(t)) })
	t.Run("many by id", func(t *testing.T) { testByID(t, open(t)) })
	t.Run("streams of what is published", func(t *testing.T) { testStreams(t, open(t)) })
	t.Run("expired demands", func(t *testing.T) { testExpired(t, open(t)) })
}

func testOwnLists(t *testing.T, o *Opened) {
	ctx := t.Context()
	mine, other := fullOrganisation(1), fullOrganisation(2)
	keep(t, o, mine, other)
	var want []uuid.UUID // newest first: by time, then by id
	for i := range 7 {
		d := emptyDemand(mine.ID)
		d.CreatedAt = now.Add(time.Duration(i/2) * time.Minute) // two of each time
		if i%3 == 0 {
			d.ID = uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, i)) // as imported: says nothing of when
		}
		keep(t, o, d, emptyDemand(other.ID), emptyProgramme(mine.ID))
		want = append(want, d.ID)
	}
	all, total, err := o.ListDemands(ctx, domain.OwnList{Organisation: mine.ID, Limit: 100})
	require.NoError(t, err)
	require.Equal(t, 7, total)
	require.ElementsMatch(t, want, idsOf(all))
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		require.True(t, a.CreatedAt.After(b.CreatedAt) || a.CreatedAt.Equal(b.CreatedAt) && a.ID.String() > b.ID.String())
	}

	t.Run("pages join without a gap or a repeat, and count all", func(t *testing.T) {
		var got []uuid.UUID
		q := domain.OwnList{Organisation: mine.ID, Limit: 3}
		for range 3 {
			page, total, err := o.ListDemands(ctx, q)
			require.NoError(t, err)
			require.Equal(t, 7, total)
			got = append(got, idsOf(page)...)
			q.After = got[len(got)-1]
		}
		require.Equal(t, idsOf(all), got)
	})
	t.Run("a status narrows", func(t *testing.T) {
		closed := fullDemand(mine.ID)
		keep(t, o, closed)
		got, total, err := o.ListDemands(ctx, domain.OwnList{Organisation: mine.ID, Status: string(domain.DemandClosed), Limit: 9})
		require.NoError(t, err)
		require.Equal(t, 1, total)
		same(t, []*domain.Demand{closed}, got)
	})
	t.Run("programmes as demands", func(t *testing.T) {
		got, total, err := o.ListProgrammes(ctx, domain.OwnList{Organisation: mine.ID, Limit: 5})
		require.NoError(t, err)
		require.Equal(t, 7, total)
		require.Len(t, got, 5)
	})
	t.Run("nothing is a list too", func(t *testing.T) {
		got, total, err := o.ListProgrammes(ctx, domain.OwnList{Organisation: newID(), Limit: 5})
		require.NoError(t, err)
		require.Zero(t, total)
		require.NotNil(t, got)
		require.Empty(t, got)
	})
	t.Run("a page goes on after a thing that was deleted", func(t *testing.T) {
		d := emptyDemand(mine.ID)
		sec, nsec := d.ID.Time().UnixTime()
		d.CreatedAt = time.Unix(sec, nsec).UTC()
		keep(t, o, d)
		before, _, err := o.ListDemands(ctx, domain.OwnList{Organisation: mine.ID, After: d.ID, Limit: 50})
		require.NoError(t, err)
		within(t, o, func(ctx context.Context, tx domain.Tx) { require.NoError(t, tx.DeleteDemand(ctx, d.ID)) })
		got, _, err := o.ListDemands(ctx, domain.OwnList{Organisation: mine.ID, After: d.ID, Limit: 50})
		require.NoError(t, err)
		require.Equal(t, idsOf(before), idsOf(got))
		_, _, err = o.ListDemands(ctx, domain.OwnList{Organisation: mine.ID, After: uuid.NewSHA1(uuid.Nil, []byte("gone")), Limit: 50})
		failsAs(t, err, domain.Invalid, domain.CodeBadCursor)
	})
}

func idsOf(demands []*domain.Demand) []uuid.UUID {
	ids := make([]uuid.UUID, 0, len(demands))
	for _, d := range demands {
		ids = append(ids, d.ID)
	}
	return ids
}

func testOrganisationLists(t *testing.T, o *Opened) {
	ctx := t.Context()
	var all []*domain.Organisation
	for i := range 6 {
		org := emptyOrganisation(i)
		org.Name = domain.Text{KK: fmt.Sprintf("Ұлы Дала %d", i)}
		all = append(all, org)
		keep(t, o, org)
	}
	special := fullOrganisation(7)
	keep(t, o, special)

	for name, c := range map[string]struct {
		q    domain.OrganisationList
		want int
	}{
		"any":                             {domain.OrganisationList{}, 7},
		"verification":                    {domain.OrganisationList{Verification: domain.Rejected}, 1},
		"kind":                            {domain.OrganisationList{Kind: domain.University}, 6},
		"region":                          {domain.OrganisationList{Region: "KZ-71"}, 1},
		"a part of a name, case ignored":  {domain.OrganisationList{Name: "ҰЛЫ дАЛА"}, 6},
		"a name in another language":      {domain.OrganisationList{Name: "ЁЛКА"}, 1},
		"a name in Latin letters":         {domain.OrganisationList{Name: "KOPIR"}, 1},
		"signs of a pattern are letters":  {domain.OrganisationList{Name: `0% _X_ \`}, 1},
		"and stand for nothing else":      {domain.OrganisationList{Name: `0%x`}, 0},
		"not even one":                    {domain.OrganisationList{Name: `ұлы_дала`}, 0},
		"filters together":                {domain.OrganisationList{Name: "дала 3", Kind: domain.University, Verification: domain.Pending}, 1},
		"filters together, none has both": {domain.OrganisationList{Name: "дала", Region: "KZ-71"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			c.q.Limit = 100
			got, total, err := o.ListOrganisations(ctx, c.q)
			require.NoError(t, err)
			require.Equal(t, c.want, total)
			require.Len(t, got, c.want)
		})
	}
	t.Run("pages, newest first", func(t *testing.T) {
		page, total, err := o.ListOrganisations(ctx, domain.OrganisationList{Kind: domain.University, After: all[4].ID, Limit: 2})
		require.NoError(t, err)
		require.Equal(t, 6, total)
		same(t, []*domain.Organisation{all[3], all[2]}, page)
	})
}

func testByRegistration(t *testing.T, o *Opened) {
	ctx := t.Context()
	oldest, verified, newest := fullOrganisation(5), fullOrganisation(5), fullOrganisation(5)
	oldest.CreatedAt, newest.CreatedAt = now.Add(-time.Hour), now.Add(time.Hour)
	verified.Verification = domain.Verified
	keep(t, o, newest, oldest)
	got, err := o.OrganisationByRegistration(ctx, oldest.Registration)
	require.NoError(t, err)
	require.Equal(t, oldest.ID, got.ID)
	keep(t, o, verified)
	got, err = o.OrganisationByRegistration(ctx, oldest.Registration)
	require.NoError(t, err)
	require.Equal(t, verified.ID, got.ID)

	t.Run("only one organisation is verified for a number", func(t *testing.T) {
		newest.Verification, newest.Version = domain.Verified, 2
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.SaveOrganisation(ctx, newest) })
		failsAs(t, err, domain.Conflict, domain.CodeRegistrationTaken)
		another := fullOrganisation(5)
		another.Verification = domain.Verified
		err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateOrganisation(ctx, another) })
		failsAs(t, err, domain.Conflict, domain.CodeRegistrationTaken)
	})
}

func testByID(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	keep(t, o, org)
	asked := []uuid.UUID{newID(), org.ID}
	var demands []any
	for range 20 {
		d, p := fullDemand(org.ID), fullProgramme(org.ID)
		demands = append(demands, d, p)
		asked = append(asked, d.ID, p.ID, d.ID)
	}
	keep(t, o, demands...)

	t.Run("those that are there come back, once, in as many statements for twenty as for one", func(t *testing.T) {
		reads := map[string]func(ids []uuid.UUID) int{
			"demands":       func(ids []uuid.UUID) int { m, err := o.Demands(ctx, ids); require.NoError(t, err); return len(m) },
			"programmes":    func(ids []uuid.UUID) int { m, err := o.Programmes(ctx, ids); require.NoError(t, err); return len(m) },
			"organisations": func(ids []uuid.UUID) int { m, err := o.Organisations(ctx, ids); require.NoError(t, err); return len(m) },
		}
		for name, want := range map[string]int{"demands": 20, "programmes": 20, "organisations": 1} {
			before := o.Statements()
			require.Equal(t, want, reads[name](asked), name)
			many := o.Statements() - before
			reads[name](asked[:1])
			require.Equal(t, many, o.Statements()-before-many, name)
			require.Equal(t, 1, many, name)
			require.Zero(t, reads[name](nil))
		}
	})
	t.Run("a list takes as many statements for twenty as for one", func(t *testing.T) {
		before := o.Statements()
		got, _, err := o.ListProgrammes(ctx, domain.OwnList{Organisation: org.ID, Limit: 20})
		require.NoError(t, err)
		require.Len(t, got, 20)
		require.Equal(t, 2, o.Statements()-before)
	})
	t.Run("more ids than one statement takes", func(t *testing.T) {
		ids := append([]uuid.UUID{}, asked...)
		for range 2500 {
			ids = append(ids, newID())
		}
		got, err := o.Demands(ctx, ids)
		require.NoError(t, err)
		require.Len(t, got, 20)
		for id, d := range got {
			require.Equal(t, id, d.ID)
			require.Len(t, d.Requirements, 3)
		}
	})
}

func testStreams(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	keep(t, o, org)
	wantD, wantP := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	var things []any
	for range 10 {
		d, p := openDemand(org.ID, domain.DateOf(now)), openProgramme(org.ID)
		wantD[d.ID], wantP[p.ID] = true, true
		hidden, alsoHidden := openDemand(org.ID, domain.DateOf(now)), openProgramme(org.ID)
		hidden.Hidden, alsoHidden.Hidden = fullDemand(org.ID).Hidden, fullProgramme(org.ID).Hidden
		things = append(things, d, p, hidden, alsoHidden, fullDemand(org.ID), emptyProgramme(org.ID))
	}
	keep(t, o, things...)
	for _, batch := range []int{1, 3, 5, 10, 11} { // dividing the number, or not
		gotD, gotP := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
		require.NoError(t, o.PublishedDemands(ctx, batch, func(some []*domain.Demand) error {
			require.NotEmpty(t, some)
			require.LessOrEqual(t, len(some), batch)
			for _, d := range some {
				require.False(t, gotD[d.ID], "twice")
				gotD[d.ID] = true
			}
			_, err := o.Demand(ctx, some[0].ID) // yield may use the store
			return err
		}))
		require.NoError(t, o.PublishedProgrammes(ctx, batch, func(some []*domain.Programme) error {
			for _, p := range some {
				require.Len(t, p.Outcomes, 2)
				gotP[p.ID] = true
			}
			return nil
		}))
		require.Equal(t, wantD, gotD)
		require.Equal(t, wantP, gotP)
	}
	stop := errors.New("enough")
	calls := 0
	require.ErrorIs(t, o.PublishedDemands(ctx, 2, func([]*domain.Demand) error { calls++; return stop }), stop)
	require.Equal(t, 1, calls)
}

func testExpired(t *testing.T, o *Opened) {
	ctx := t.Context()
	org := fullOrganisation(1)
	today := domain.DateOf(now)
	first, second, last := openDemand(org.ID, today.AddDays(-9)), openDemand(org.ID, today.AddDays(-1)), openDemand(org.ID, today)
	closed := fullDemand(org.ID)
	closed.ValidThrough = today.AddDays(-3)
	keep(t, o, org, last, second, first, closed, emptyDemand(org.ID))
	got, err := o.ExpiredDemands(ctx, today, 10)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{first.ID, second.ID}, got)
	got, err = o.ExpiredDemands(ctx, today, 1)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{first.ID}, got)
	got, err = o.ExpiredDemands(ctx, today.AddDays(1), 10)
	require.NoError(t, err)
	require.Len(t, got, 3)
}
