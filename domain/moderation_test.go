package domain_test

import (
	"context"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// admin is who moderates where it does not matter who does.
func (w *world) admin() domain.Actor { return w.people["admin"] }

// hide hides a demand.
func (w *world) hide(t testing.TB, d *domain.Demand) *domain.Demand {
	t.Helper()
	d, err := w.market.HideDemand(t.Context(), w.admin(), d.ID, d.Version, "why")
	require.NoError(t, err)
	return d
}

// hideProgramme hides a programme.
func (w *world) hideProgramme(t testing.TB, p *domain.Programme) *domain.Programme {
	t.Helper()
	p, err := w.market.HideProgramme(t.Context(), w.admin(), p.ID, p.Version, "why")
	require.NoError(t, err)
	return p
}

// administer is who may do what only administrators may.
var administer = all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "admin": done, "operator": done})

func TestOnlyAdministratorsHideAndRestore(t *testing.T) {
	w := newWorld(t)
	m := w.market
	for name, c := range map[string]struct {
		make func() *domain.Demand
		verb func(context.Context, domain.Actor, *domain.Demand) error
	}{
		"hide": {func() *domain.Demand { return w.demand(t, domain.DemandPublished) }, func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.HideDemand(ctx, a, d.ID, d.Version, "why")
			return err
		}},
		"restore": {func() *domain.Demand { return w.hide(t, w.demand(t, domain.DemandPublished)) }, func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.RestoreDemand(ctx, a, d.ID, d.Version, "why")
			return err
		}},
	} {
		t.Run(name+" a demand", func(t *testing.T) { hold(t, w, administer, c.make, c.verb) })
	}
	for name, c := range map[string]struct {
		make func() *domain.Programme
		verb func(context.Context, domain.Actor, *domain.Programme) error
	}{
		"hide": {func() *domain.Programme { return w.programme(t, domain.ProgrammePublished) }, func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.HideProgramme(ctx, a, p.ID, p.Version, "why")
			return err
		}},
		"restore": {func() *domain.Programme { return w.hideProgramme(t, w.programme(t, domain.ProgrammePublished)) }, func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.RestoreProgramme(ctx, a, p.ID, p.Version, "why")
			return err
		}},
	} {
		t.Run(name+" a programme", func(t *testing.T) { hold(t, w, administer, c.make, c.verb) })
	}
}

func TestWhatIsHiddenComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, status := range []domain.DemandStatus{domain.DemandDraft, domain.DemandPublished, domain.DemandClosed} {
		before := w.demand(t, status)
		w.clock.pass(time.Minute)
		hidden, err := w.market.HideDemand(ctx, w.admin(), before.ID, before.Version, "  It asks for money. ")
		require.NoError(t, err)
		require.Equal(t, &domain.Hiding{Reason: "It asks for money.", At: w.clock.now()}, hidden.Hidden)
		require.Equal(t, status, hidden.Status)
		require.False(t, hidden.Public() || hidden.Listed() || hidden.Open(domain.DateOf(noon)))
		_, err = w.market.HideDemand(ctx, w.admin(), hidden.ID, hidden.Version, "twice")
		failsAs(t, err, domain.Conflict, domain.CodeHidden)

		w.clock.pass(time.Minute)
		restored, err := w.market.RestoreDemand(ctx, w.admin(), hidden.ID, hidden.Version, "It does not.")
		require.NoError(t, err)
		want := *before
		want.Version, want.UpdatedAt = before.Version+2, w.clock.now()
		require.Equal(t, want, *restored)
		require.Equal(t, status == domain.DemandPublished, restored.Listed() && restored.Open(domain.DateOf(noon)))
		_, err = w.market.RestoreDemand(ctx, w.admin(), restored.ID, restored.Version, "twice")
		failsAs(t, err, domain.Conflict, domain.CodeNotHidden)
	}
	before := w.programme(t, domain.ProgrammePublished)
	hidden := w.hideProgramme(t, before)
	require.False(t, hidden.Public() || hidden.Listed())
	_, err := w.market.HideProgramme(ctx, w.admin(), hidden.ID, hidden.Version, "twice")
	failsAs(t, err, domain.Conflict, domain.CodeHidden)
	restored, err := w.market.RestoreProgramme(ctx, w.admin(), hidden.ID, hidden.Version, "why")
	require.NoError(t, err)
	want := *before
	want.Version, want.UpdatedAt = before.Version+2, w.clock.now()
	require.Equal(t, want, *restored)
	require.True(t, restored.Listed())
	_, err = w.market.RestoreProgramme(ctx, w.admin(), restored.ID, restored.Version, "twice")
	failsAs(t, err, domain.Conflict, domain.CodeNotHidden)
}

func TestHidingWantsAReasonAndWhatWasSeen(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandPublished), w.programme(t, domain.ProgrammePublished)
	log := w.changes(t)
	for name, hide := range map[string]func(version int, reason string) error{
		"hide a demand":    func(v int, r string) error { _, err := w.market.HideDemand(ctx, w.admin(), d.ID, v, r); return err },
		"hide a programme": func(v int, r string) error { _, err := w.market.HideProgramme(ctx, w.admin(), p.ID, v, r); return err },
		"restore a demand": func(v int, r string) error { _, err := w.market.RestoreDemand(ctx, w.admin(), d.ID, v, r); return err },
		"restore a programe": func(v int, r string) error {
			_, err := w.market.RestoreProgramme(ctx, w.admin(), p.ID, v, r)
			return err
		},
	} {
		require.Equal(t, map[string]domain.Code{"/reason": domain.CodeRequired}, placesOf(hide(2, " ")), name)
		failsAs(t, hide(1, "why"), domain.Stale, domain.CodeStale)
	}
	_, err := w.market.HideDemand(ctx, w.admin(), uuid.New(), 1, "why")
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	require.Equal(t, log, w.changes(t))
	require.Empty(t, w.letters(t))
}

// TestOwnersAreWrittenWhyInTheirLanguage: the owners are, of all members.
func TestOwnersAreWrittenWhyInTheirLanguage(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	second := &domain.Account{ID: uuid.Must(uuid.NewV7()), Email: "second@example.kz", Name: "x", Language: domain.English, PasswordHash: "-", CreatedAt: noon}
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		if err := tx.CreateAccount(ctx, second); err != nil {
			return err
		}
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: w.employer.ID, AccountID: second.ID, Role: domain.Owner})
	})
	d := w.hide(t, w.demand(t, domain.DemandPublished))
	got := map[string]domain.Letter{}
	for _, l := range w.letters(t) {
		got[l.To] = l
	}
	require.Len(t, got, 2)
	require.Equal(t, domain.LetterHidden, got["owner@example.kz"].Kind)
	require.Equal(t, []string{d.Title.In(""), w.employer.Name.In(""), "why"}, got["owner@example.kz"].Facts)
	require.Equal(t, domain.English, got["second@example.kz"].Language)
	require.Equal(t, []string{d.Title.In(domain.English), w.employer.Name.In(domain.English), "why"}, got["second@example.kz"].Facts)
	require.Contains(t, domain.NewPost(nil, "https://x", "").Message(got["owner@example.kz"]).Body, "Причина: why")

	_, err := w.market.RestoreDemand(ctx, w.admin(), d.ID, d.Version, "because")
	require.NoError(t, err)
	w.hideProgramme(t, w.programme(t, domain.ProgrammePublished))
	kinds := map[domain.LetterKind]int{}
	for _, l := range w.letters(t) {
		kinds[l.Kind]++
	}
	require.Equal(t, map[domain.LetterKind]int{domain.LetterRestored: 2, domain.LetterHidden: 1}, kinds)
}

func TestWhatIsHiddenCanBeWorkedOnAndNeitherPublishedNorDeleted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.hide(t, w.demand(t, domain.DemandDraft))
	_, err := w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
	failsAs(t, err, domain.Conflict, domain.CodeHidden)
	failsAs(t, w.market.DeleteDemand(ctx, w.owner(), d.ID, d.Version), domain.Conflict, domain.CodeHidden)
	p := w.hideProgramme(t, w.programme(t, domain.ProgrammeDraft))
	_, err = w.market.PublishProgramme(ctx, w.owner(), p.ID, p.Version)
	failsAs(t, err, domain.Conflict, domain.CodeHidden)
	failsAs(t, w.market.DeleteProgramme(ctx, w.owner(), p.ID, p.Version), domain.Conflict, domain.CodeHidden)

	d = w.hide(t, w.demand(t, domain.DemandPublished))
	d, err = w.market.ReviseDemand(ctx, w.owner(), d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) { return demandForm(), nil })
	require.NoError(t, err)
	require.NotNil(t, d.Hidden, "changing it does not show it")
	d, err = w.market.CloseDemand(ctx, w.owner(), d.ID, d.Version)
	require.NoError(t, err)
	require.NotNil(t, d.Hidden)
	p = w.hideProgramme(t, w.programme(t, domain.ProgrammePublished))
	p, err = w.market.ArchiveProgramme(ctx, w.owner(), p.ID, p.Version)
	require.NoError(t, err)
	require.NotNil(t, p.Hidden)
}

func TestAHiddenDemandExpiresOnlyWhenItsDayHasPassed(t *testing.T) {
	w := newWorld(t)
	d := w.hide(t, w.demand(t, domain.DemandPublished))
	market := domain.NewMarket(hasty{w.store, []uuid.UUID{d.ID}}, func() *domain.Catalogue { return w.catalogue }, w.clock.now)
	n, err := market.ExpireDemands(t.Context(), 10)
	require.NoError(t, err)
	require.Zero(t, n)
	w.clock.at = time.Date(2027, 3, 2, 7, 0, 0, 0, time.UTC)
	n, err = market.ExpireDemands(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
}

func TestAnImportDoesNotShowWhatIsHidden(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	demands, programmes := []domain.DemandImport{importedDemandOf("1", nil)}, []domain.ProgrammeImport{importedProgrammeOf("1", nil)}
	imported := func(publish bool) (d, p domain.ImportOutcome) {
		t.Helper()
		ds, err := w.market.ImportDemands(ctx, w.people["operator"], w.employer.ID, demands, publish)
		require.NoError(t, err)
		ps, err := w.market.ImportProgrammes(ctx, w.people["operator"], w.institution.ID, programmes, publish)
		require.NoError(t, err)
		return ds[0], ps[0]
	}
	hidden := func(d, p domain.ImportOutcome) {
		t.Helper()
		nowD, err := w.market.Demand(ctx, w.admin(), d.ID)
		require.NoError(t, err)
		nowP, err := w.market.Programme(ctx, w.admin(), p.ID)
		require.NoError(t, err)
		require.True(t, nowD.Hidden != nil && nowP.Hidden != nil)
	}
	d, p := imported(false)
	_, err := w.market.HideDemand(ctx, w.admin(), d.ID, 1, "why")
	require.NoError(t, err)
	_, err = w.market.HideProgramme(ctx, w.admin(), p.ID, 1, "why")
	require.NoError(t, err)
	d, p = imported(true)
	failsAs(t, d.Err, domain.Conflict, domain.CodeHidden)
	failsAs(t, p.Err, domain.Conflict, domain.CodeHidden)
	hidden(d, p)

	demands, programmes = []domain.DemandImport{importedDemandOf("2", nil)}, []domain.ProgrammeImport{importedProgrammeOf("2", nil)}
	d, p = imported(true)
	_, err = w.market.HideDemand(ctx, w.admin(), d.ID, 1, "why")
	require.NoError(t, err)
	_, err = w.market.HideProgramme(ctx, w.admin(), p.ID, 1, "why")
	require.NoError(t, err)
	demands[0].Form.Openings, programmes[0].Form.Weeks = 9, 9
	d, p = imported(true)
	require.Equal(t, []domain.ImportEffect{domain.ImportRevised, domain.ImportRevised}, []domain.ImportEffect{d.Effect, p.Effect})
	hidden(d, p)
}
