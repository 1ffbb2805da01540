package domain_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

var fraud = domain.ReportForm{Kind: "fraud", Text: "They ask for money."}

// reports reports a demand.
func (w *world) reports(t testing.TB, who string, d *domain.Demand) *domain.Report {
	t.Helper()
	r, err := w.market.ReportDemand(t.Context(), w.people[who], d.ID, fraud)
	require.NoError(t, err)
	return r
}

// cases lists what administrators see of a status.
func (w *world) cases(t testing.TB, status domain.ReportStatus) []domain.ReportCase {
	t.Helper()
	list, total, err := w.market.Reports(t.Context(), w.admin(), domain.ReportList{Status: status, Limit: 100})
	require.NoError(t, err)
	require.Len(t, list, total)
	return list
}

func TestWhoMayReportWhat(t *testing.T) {
	w := newWorld(t)
	reporters := all(done, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "operator": domain.Unauthenticated})
	nobody := all(domain.NotFound, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "operator": domain.Unauthenticated})
	demand := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, err := w.market.ReportDemand(ctx, a, id, fraud)
		return err
	}
	programme := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, err := w.market.ReportProgramme(ctx, a, id, fraud)
		return err
	}
	for _, c := range []struct {
		name string
		make func() uuid.UUID
		verb func(context.Context, domain.Actor, uuid.UUID) error
		want row
	}{
		{"a published demand", func() uuid.UUID { return w.demand(t, domain.DemandPublished).ID }, demand, reporters},
		{"a closed demand", func() uuid.UUID { return w.demand(t, domain.DemandClosed).ID }, demand, reporters},
		{"a published programme", func() uuid.UUID { return w.programme(t, domain.ProgrammePublished).ID }, programme, reporters},
		{"a draft", func() uuid.UUID { return w.demand(t, domain.DemandDraft).ID }, demand, nobody},
		{"a hidden demand", func() uuid.UUID { return w.hide(t, w.demand(t, domain.DemandPublished)).ID }, demand, nobody},
		{"a hidden programme", func() uuid.UUID { return w.hideProgramme(t, w.programme(t, domain.ProgrammePublished)).ID }, programme, nobody},
		{"nothing", uuid.New, demand, nobody},
		{"a programme as a demand", func() uuid.UUID { return w.programme(t, domain.ProgrammePublished).ID }, demand, nobody},
	} {
		t.Run(c.name, func(t *testing.T) { hold(t, w, c.want, c.make, c.verb) })
	}
}

func TestOnlyAdministratorsSeeAndCloseReports(t *testing.T) {
	w := newWorld(t)
	open := func() *domain.Report { return w.reports(t, "jobseeker", w.demand(t, domain.DemandPublished)) }
	for _, outcome := range []string{"hidden", "no_action"} {
		w.clock.pass(25 * time.Hour)
		t.Run("close as "+outcome, func(t *testing.T) {
			hold(t, w, administer, open, func(ctx context.Context, a domain.Actor, r *domain.Report) error {
				_, err := w.market.CloseReport(ctx, a, r.ID, outcome, "why")
				return err
			})
		})
	}
	t.Run("list", func(t *testing.T) {
		hold(t, w, administer, func() int { return 0 }, func(ctx context.Context, a domain.Actor, _ int) error {
			_, _, err := w.market.Reports(ctx, a, domain.ReportList{Limit: 10})
			return err
		})
	})
	t.Run("list one's own", func(t *testing.T) {
		own := all(done, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "operator": domain.Unauthenticated})
		hold(t, w, own, func() int { return 0 }, func(ctx context.Context, a domain.Actor, _ int) error {
			list, _, err := w.market.MyReports(ctx, a, domain.ReportList{Reporter: w.people["jobseeker"].AccountID, Limit: 100})
			for _, r := range list {
				require.Equal(t, a.AccountID, r.Reporter)
			}
			return err
		})
	})
}

func TestAReportSaysWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	d := w.demand(t, domain.DemandPublished)
	for _, c := range []struct {
		form domain.ReportForm
		want map[string]domain.Code
	}{
		{domain.ReportForm{}, map[string]domain.Code{"/kind": domain.CodeUnknownValue}},
		{domain.ReportForm{Kind: "ugly", Text: string(make([]byte, 5))}, map[string]domain.Code{"/kind": domain.CodeUnknownValue, "/text": domain.CodeControlCharacter}},
		{domain.ReportForm{Kind: "other", Text: " "}, map[string]domain.Code{"/text": domain.CodeRequired}},
		{domain.ReportForm{Kind: "spam", Text: fmt.Sprintf("%01001d", 1)}, map[string]domain.Code{"/text": domain.CodeTooLong}},
	} {
		_, err := w.market.ReportDemand(t.Context(), w.people["jobseeker"], d.ID, c.form)
		require.Equal(t, c.want, placesOf(err))
	}
	r, err := w.market.ReportDemand(t.Context(), w.people["jobseeker"], d.ID, domain.ReportForm{Kind: "spam"})
	require.NoError(t, err)
	require.Equal(t, domain.Report{ID: r.ID, Subject: domain.Subject{Side: domain.DemandSide, ID: d.ID}, Reporter: w.people["jobseeker"].AccountID,
		Kind: domain.ReportSpam, CreatedAt: noon}, *r)
	_, err = w.market.CloseReport(t.Context(), w.admin(), r.ID, "deleted", " ")
	require.Equal(t, map[string]domain.Code{"/outcome": domain.CodeUnknownValue, "/reason": domain.CodeRequired}, placesOf(err))
}

func TestOneOpenReportOfOnesOwnOnAThing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.demand(t, domain.DemandPublished)
	first := w.reports(t, "jobseeker", d)
	w.reports(t, "stranger", d)
	_, err := w.market.ReportDemand(ctx, w.people["jobseeker"], d.ID, domain.ReportForm{Kind: "spam"})
	failsAs(t, err, domain.Conflict, domain.CodeReported)
	_, err = w.market.CloseReport(ctx, w.admin(), first.ID, "no_action", "It is not so.")
	require.NoError(t, err)
	w.reports(t, "jobseeker", d)
	counts := []int{}
	for _, c := range w.cases(t, "") {
		counts = append(counts, c.Reports)
		require.Equal(t, d.ID, c.Demand.ID)
	}
	require.Equal(t, []int{3, 3, 3}, counts)
	require.Equal(t, "jobseeker", w.cases(t, domain.ReportClosed)[0].ReporterName)
}

func TestReportsOfADayAreBounded(t *testing.T) {
	w := newWorld(t)
	var things []*domain.Demand
	for range domain.MaxReportsInDay + 1 {
		things = append(things, w.demand(t, domain.DemandPublished))
	}
	last := things[domain.MaxReportsInDay]
	for i, d := range things[:domain.MaxReportsInDay] {
		if i == 1 {
			w.clock.pass(time.Hour)
		}
		w.reports(t, "jobseeker", d)
	}
	_, err := w.market.ReportDemand(t.Context(), w.people["jobseeker"], last.ID, fraud)
	failsAs(t, err, domain.Conflict, domain.CodeTooManyReports)
	w.reports(t, "stranger", last)
	w.clock.pass(23 * time.Hour)
	w.reports(t, "jobseeker", last)
}

// told is whom letters were written, by what they say.
func (w *world) told(t testing.TB) map[string][]domain.LetterKind {
	out := map[string][]domain.LetterKind{}
	for _, l := range w.letters(t) {
		out[l.To] = append(out[l.To], l.Kind)
		require.NotContains(t, l.Facts, "jobseeker", "who reported is told to nobody")
	}
	return out
}

func TestHidingClosesTheReportsOnAThing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, other := w.demand(t, domain.DemandPublished), w.demand(t, domain.DemandPublished)
	first := w.reports(t, "jobseeker", d)
	w.reports(t, "stranger", d)
	untouched := w.reports(t, "jobseeker", other)
	w.clock.pass(time.Minute)
	w.hide(t, d)
	require.Equal(t, map[string][]domain.LetterKind{
		"owner@example.kz": {domain.LetterHidden}, "jobseeker@example.kz": {domain.LetterReportHidden}, "stranger@example.kz": {domain.LetterReportHidden},
	}, w.told(t))
	for _, c := range w.cases(t, domain.ReportClosed) {
		require.Equal(t, domain.Closing{Outcome: domain.OutcomeHidden, Reason: "why", ClosedAt: w.clock.now()}, c.Closing)
	}
	require.Len(t, w.cases(t, domain.ReportClosed), 2)
	require.Equal(t, untouched.ID, w.cases(t, domain.ReportOpen)[0].ID)
	mine, total, err := w.market.MyReports(ctx, w.people["jobseeker"], domain.ReportList{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 2, total)
	require.Equal(t, []uuid.UUID{untouched.ID, first.ID}, []uuid.UUID{mine[0].ID, mine[1].ID})
	require.Equal(t, domain.OutcomeHidden, mine[1].Outcome)
	_, err = w.market.CloseReport(ctx, w.admin(), first.ID, "no_action", "why")
	failsAs(t, err, domain.Conflict, domain.CodeReportClosed)
}

func TestAReportIsClosedByHidingOrByNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandPublished), w.programme(t, domain.ProgrammePublished)
	first, second := w.reports(t, "jobseeker", d), w.reports(t, "stranger", d)
	closed, err := w.market.CloseReport(ctx, w.admin(), first.ID, "no_action", "It is not so.")
	require.NoError(t, err)
	require.Equal(t, domain.Closing{Outcome: domain.OutcomeNoAction, Reason: "It is not so.", ClosedAt: noon}, closed.Closing)
	require.Equal(t, map[string][]domain.LetterKind{"jobseeker@example.kz": {domain.LetterReportNoAction}}, w.told(t))
	now, err := w.market.Demand(ctx, domain.Visitor, d.ID)
	require.NoError(t, err)
	require.Equal(t, d.Version, now.Version)

	_, err = w.market.CloseReport(ctx, w.admin(), second.ID, "hidden", "It is so.")
	require.NoError(t, err)
	now, err = w.market.Demand(ctx, w.admin(), d.ID)
	require.NoError(t, err)
	require.Equal(t, "It is so.", now.Hidden.Reason)
	require.Equal(t, map[string][]domain.LetterKind{"owner@example.kz": {domain.LetterHidden}, "stranger@example.kz": {domain.LetterReportHidden}}, w.told(t))

	onProgramme, err := w.market.ReportProgramme(ctx, w.people["jobseeker"], p.ID, fraud)
	require.NoError(t, err)
	require.Equal(t, p.ID, w.cases(t, domain.ReportOpen)[0].Programme.ID)
	_, err = w.market.CloseReport(ctx, w.admin(), onProgramme.ID, "hidden", "It is so.")
	require.NoError(t, err)
	_, err = w.market.Programme(ctx, domain.Visitor, p.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	_, err = w.market.CloseReport(ctx, w.admin(), uuid.New(), "hidden", "why")
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
}

func TestDeletingWhatWasReportedClosesItsReports(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandPublished), w.programme(t, domain.ProgrammePublished)
	w.reports(t, "jobseeker", d)
	_, err := w.market.ReportProgramme(ctx, w.people["jobseeker"], p.ID, fraud)
	require.NoError(t, err)
	require.NoError(t, w.market.DeleteDemand(ctx, w.owner(), d.ID, d.Version))
	require.NoError(t, w.market.DeleteProgramme(ctx, w.owner(), p.ID, p.Version))
	require.Equal(t, map[string][]domain.LetterKind{"jobseeker@example.kz": {domain.LetterReportDeleted, domain.LetterReportDeleted}}, w.told(t))
	require.Empty(t, w.cases(t, domain.ReportOpen))
	for _, c := range w.cases(t, domain.ReportClosed) {
		require.Equal(t, domain.Closing{Outcome: domain.OutcomeDeleted, ClosedAt: noon}, c.Closing)
		require.True(t, c.Demand == nil && c.Programme == nil)
	}
}

func TestAnOrganisationThatIsErasedTakesWhatWasReportedAlong(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	a, err := w.accounts.EnsureAccount(ctx, w.people["operator"], domain.AccountForm{Email: "lone@example.kz", Password: "correct horse battery", Name: "x"}, domain.Powers{})
	require.NoError(t, err)
	lone := domain.Actor{AccountID: a.ID}
	o := w.organisation(t, domain.Employer, uniqueBIN(1), domain.Verified)
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: o.ID, AccountID: a.ID, Role: domain.Owner})
	})
	d, err := w.market.CreateDemand(ctx, lone, o.ID, demandForm())
	require.NoError(t, err)
	d, err = w.market.PublishDemand(ctx, lone, d.ID, d.Version)
	require.NoError(t, err)
	w.reports(t, "jobseeker", d)
	privacy := domain.NewPrivacy(w.store, w.passwords, nil, w.clock.now)
	require.NoError(t, privacy.Erase(ctx, lone, "correct horse battery", []uuid.UUID{o.ID}))
	require.Empty(t, w.cases(t, domain.ReportOpen))
	require.Equal(t, map[string][]domain.LetterKind{"jobseeker@example.kz": {domain.LetterReportDeleted}}, w.told(t))
}

func TestOfManyWhoCloseAReportOneDoes(t *testing.T) {
	w := newWorld(t)
	r := w.reports(t, "jobseeker", w.demand(t, domain.DemandPublished))
	const n = 20
	errs := make(chan error, n)
	for i := range n {
		go func() {
			_, err := w.market.CloseReport(t.Context(), w.admin(), r.ID, []string{"hidden", "no_action"}[i%2], "why")
			errs <- err
		}()
	}
	won := 0
	for range n {
		if err := <-errs; err == nil {
			won++
		} else {
			failsAs(t, err, domain.Conflict, domain.CodeReportClosed)
		}
	}
	require.Equal(t, 1, won)
	require.Len(t, w.told(t)["jobseeker@example.kz"], 1)
}
