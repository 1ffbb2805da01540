package domain_test

import (
	"context"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func importedDemandOf(reference string, change func(*domain.DemandForm)) domain.DemandImport {
	form := demandForm()
	if change != nil {
		change(&form)
	}
	return domain.DemandImport{Source: domain.Source{Name: "test-ads", Reference: reference, URL: "https://example.kz/" + reference}, Form: form, KeepDeadline: true}
}

func importedProgrammeOf(reference string, change func(*domain.ProgrammeForm)) domain.ProgrammeImport {
	form := programmeForm()
	if change != nil {
		change(&form)
	}
	return domain.ProgrammeImport{Source: domain.Source{Name: "test-courses", Reference: reference}, Form: form}
}

func effects(out []domain.ImportOutcome) []domain.ImportEffect {
	list := make([]domain.ImportEffect, len(out))
	for i, o := range out {
		list[i] = o.Effect
	}
	return list
}

func TestTheSecondImportOfTheSameChangesNothing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, publish := range []bool{false, true} {
		demands := []domain.DemandImport{importedDemandOf("1", nil), importedDemandOf("2", nil)}
		programmes := []domain.ProgrammeImport{importedProgrammeOf("1", nil), importedProgrammeOf("2", nil)}
		run := func() ([]domain.ImportEffect, []domain.ImportEffect, []uuid.UUID) {
			d, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, demands, publish)
			require.NoError(t, err)
			p, err := w.market.ImportProgrammes(ctx, w.owner(), w.institution.ID, programmes, publish)
			require.NoError(t, err)
			return effects(d), effects(p), []uuid.UUID{d[0].ID, d[1].ID, p[0].ID, p[1].ID}
		}
		first := domain.ImportCreated
		if publish {
			first = domain.ImportRevised // the drafts of the first round
		}
		d, p, ids := run()
		require.Equal(t, []domain.ImportEffect{first, first}, d)
		require.Equal(t, []domain.ImportEffect{first, first}, p)
		log := w.changes(t)
		w.clock.pass(24 * time.Hour)
		d, p, again := run()
		require.Equal(t, []domain.ImportEffect{domain.ImportUnchanged, domain.ImportUnchanged}, d)
		require.Equal(t, []domain.ImportEffect{domain.ImportUnchanged, domain.ImportUnchanged}, p)
		require.Equal(t, ids, again)
		require.Equal(t, log, w.changes(t), "the change log is as long as before")
		kept, err := w.market.Demand(ctx, w.owner(), ids[0])
		require.NoError(t, err)
		require.Equal(t, domain.ImportedID(domain.DemandSide, w.employer.Registration, demands[0].Source), kept.ID)
		require.Equal(t, &demands[0].Source, kept.Source)
		require.Equal(t, publish, kept.Status == domain.DemandPublished)
		require.Equal(t, map[bool]int{false: 1, true: 2}[publish], kept.Version)
	}
}

func TestWhatDiffersIsRevised(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil), importedDemandOf("2", nil)}, true)
	require.NoError(t, err)
	w.clock.pass(time.Hour)
	out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{
		importedDemandOf("1", func(f *domain.DemandForm) { f.Openings = 9 }), importedDemandOf("2", nil),
	}, true)
	require.NoError(t, err)
	require.Equal(t, []domain.ImportEffect{domain.ImportRevised, domain.ImportUnchanged}, effects(out))
	d, err := w.market.Demand(ctx, domain.Visitor, out[0].ID)
	require.NoError(t, err)
	require.Equal(t, 9, d.Openings)
	require.Equal(t, 2, d.Version)
	require.Equal(t, noon, d.PublishedAt)
	require.Equal(t, noon.Add(time.Hour), d.UpdatedAt)
}

func TestWhatWasClosedStaysClosed(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	demands, programmes := []domain.DemandImport{importedDemandOf("1", nil)}, []domain.ProgrammeImport{importedProgrammeOf("1", nil)}
	d, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, demands, true)
	require.NoError(t, err)
	p, err := w.market.ImportProgrammes(ctx, w.owner(), w.institution.ID, programmes, true)
	require.NoError(t, err)
	_, err = w.market.CloseDemand(ctx, w.owner(), d[0].ID, 1)
	require.NoError(t, err)
	_, err = w.market.ArchiveProgramme(ctx, w.owner(), p[0].ID, 1)
	require.NoError(t, err)
	log := w.changes(t)

	demands[0].Form.Openings, programmes[0].Form.Weeks = 9, 9
	d, err = w.market.ImportDemands(ctx, w.owner(), w.employer.ID, demands, true)
	require.NoError(t, err)
	p, err = w.market.ImportProgrammes(ctx, w.owner(), w.institution.ID, programmes, true)
	require.NoError(t, err)
	require.Equal(t, domain.ImportUnchanged, d[0].Effect)
	require.Equal(t, domain.ImportUnchanged, p[0].Effect)
	require.Equal(t, log, w.changes(t))
	closed, err := w.market.Demand(ctx, domain.Visitor, d[0].ID)
	require.NoError(t, err)
	require.Equal(t, domain.DemandClosed, closed.Status)
	archived, err := w.market.Programme(ctx, domain.Visitor, p[0].ID)
	require.NoError(t, err)
	require.Equal(t, domain.ProgrammeArchived, archived.Status)
}

func TestOneBadThingIsRefusedAndTheOthersAreKept(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{
		importedDemandOf("1", nil),
		importedDemandOf("2", func(f *domain.DemandForm) { f.Kind, f.Requirements[0].Level = "x", 9 }),
		importedDemandOf("3", func(f *domain.DemandForm) { f.Requirements = nil }), // cannot be published
		importedDemandOf(" ", nil),
		importedDemandOf("a\x00b", nil), // no database takes it
		importedDemandOf("4", nil),
	}, true)
	require.NoError(t, err)
	require.Equal(t, []domain.ImportEffect{domain.ImportCreated, domain.ImportRefused, domain.ImportRefused, domain.ImportRefused, domain.ImportRefused,
		domain.ImportCreated}, effects(out))
	require.Equal(t, map[string]domain.Code{"/kind": domain.CodeUnknownValue, "/requirements/0/level": domain.CodeOutOfRange}, placesOf(out[1].Err))
	require.Equal(t, map[string]domain.Code{"/requirements": domain.CodeNoMust}, placesOf(out[2].Err))
	require.Equal(t, map[string]domain.Code{"/source/reference": domain.CodeRequired, "/source/url": domain.CodeMalformed}, placesOf(out[3].Err))
	require.Equal(t, map[string]domain.Code{"/source/reference": domain.CodeControlCharacter, "/source/url": domain.CodeMalformed}, placesOf(out[4].Err))
	for i, o := range out {
		_, err := w.market.Demand(ctx, w.owner(), o.ID)
		if i == 0 || i == 5 {
			require.NoError(t, err)
			require.Nil(t, o.Err)
		} else {
			require.Equal(t, domain.NotFound, domain.KindOf(err), "it is refused whole")
		}
	}
	programmes, err := w.market.ImportProgrammes(ctx, w.owner(), w.institution.ID, []domain.ProgrammeImport{
		importedProgrammeOf("1", func(f *domain.ProgrammeForm) { f.Outcomes = nil }), importedProgrammeOf("2", nil),
	}, true)
	require.NoError(t, err)
	require.Equal(t, []domain.ImportEffect{domain.ImportRefused, domain.ImportCreated}, effects(programmes))
}

func TestARevisionThatIsRefusedLeavesTheOldOne(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
	require.NoError(t, err)
	log := w.changes(t)
	out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", func(f *domain.DemandForm) { f.WorkMode = "" })}, true)
	require.NoError(t, err)
	require.Equal(t, domain.ImportRefused, out[0].Effect)
	require.Equal(t, log, w.changes(t))
	d, err := w.market.Demand(ctx, domain.Visitor, out[0].ID)
	require.NoError(t, err)
	require.Equal(t, domain.HybridWork, d.WorkMode)
}

func TestAnImportedDemandKeepsItsLastDay(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	at := func(valid string, keep bool) domain.DemandImport {
		i := importedDemandOf("1", func(f *domain.DemandForm) { f.ValidThrough = valid })
		i.KeepDeadline = keep
		return i
	}
	run := func(i domain.DemandImport) (domain.ImportOutcome, string) {
		out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{i}, true)
		require.NoError(t, err)
		d, err := w.market.Demand(ctx, domain.Visitor, out[0].ID)
		require.NoError(t, err)
		return out[0], d.ValidThrough.String()
	}
	_, last := run(at("2027-03-01", true))
	require.Equal(t, "2027-03-01", last)
	out, last := run(at("2027-06-01", true))
	require.Equal(t, domain.ImportUnchanged, out.Effect)
	require.Equal(t, "2027-03-01", last)
	out, last = run(at("2027-06-01", false))
	require.Equal(t, domain.ImportRevised, out.Effect)
	require.Equal(t, "2027-06-01", last)

	w.clock.at = time.Date(2027, 6, 2, 7, 0, 0, 0, time.UTC) // it has run out, and nobody has closed it yet
	out, _ = run(at("2027-12-01", true))
	require.Equal(t, domain.ImportUnchanged, out.Effect)
}

func TestADraftWithoutALastDayTakesTheImportsOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	none := importedDemandOf("1", func(f *domain.DemandForm) { f.ValidThrough = "" })
	_, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{none}, false)
	require.NoError(t, err)
	past := importedDemandOf("1", func(f *domain.DemandForm) { f.ValidThrough = "2026-11-30" })
	out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{past}, false)
	require.NoError(t, err)
	require.Equal(t, map[string]domain.Code{"/valid_through": domain.CodePast}, placesOf(out[0].Err))
	out, err = w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
	require.NoError(t, err)
	require.Equal(t, domain.ImportRevised, out[0].Effect)
	d, err := w.market.Demand(ctx, domain.Visitor, out[0].ID)
	require.NoError(t, err)
	require.Equal(t, "2027-03-01", d.ValidThrough.String())
}

func TestWhoMayImportForWhichOrganisation(t *testing.T) {
	w := newWorld(t)
	verb := func(publish bool) func(context.Context, domain.Actor, uuid.UUID) error {
		return func(ctx context.Context, a domain.Actor, organisation uuid.UUID) error {
			_, err := w.market.ImportDemands(ctx, a, organisation, []domain.DemandImport{importedDemandOf("1", nil)}, publish)
			return err
		}
	}
	of := func(id uuid.UUID) func() uuid.UUID { return func() uuid.UUID { return id } }
	t.Run("a verified one", func(t *testing.T) { hold(t, w, writePublic, of(w.employer.ID), verb(true)) })
	pending := all(domain.Invalid, row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "admin": domain.Forbidden,
		"editor": domain.Conflict, "owner": domain.Conflict, "operator": domain.Conflict})
	t.Run("a pending one, as drafts", func(t *testing.T) { hold(t, w, pending, of(w.pending.ID), verb(false)) })
	t.Run("a pending one, published", func(t *testing.T) { hold(t, w, pending, of(w.pending.ID), verb(true)) })
	_, err := w.market.ImportDemands(t.Context(), w.owner(), w.pending.ID, nil, true)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)
	_, err = w.market.ImportDemands(t.Context(), w.owner(), w.institution.ID, nil, false)
	require.Equal(t, map[string]domain.Code{"/organisation_id": domain.CodeWrongKind}, placesOf(err))
}

// Ids of imported things follow from a registration, which anybody may claim until somebody verifies it.
func TestWhoClaimsAnothersRegistrationCannotImportOverTheirThings(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	theirs, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
	require.NoError(t, err)
	form := organisationForm()
	form.RegistrationNumber = w.employer.Registration.Number
	claimed, err := w.market.CreateOrganisation(ctx, w.people["jobseeker"], form)
	require.NoError(t, err)
	_, err = w.market.ImportDemands(ctx, w.people["jobseeker"], claimed.ID, []domain.DemandImport{
		importedDemandOf("1", func(f *domain.DemandForm) { f.Title.RU = "Захвачено" }), importedDemandOf("2", nil),
	}, false)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)
	d, err := w.market.Demand(ctx, domain.Visitor, theirs[0].ID)
	require.NoError(t, err)
	require.Equal(t, "Go-разработчик", d.Title.RU)

	courses, err := w.market.ImportProgrammes(ctx, w.owner(), w.institution.ID, []domain.ProgrammeImport{importedProgrammeOf("1", nil)}, true)
	require.NoError(t, err)
	form.Kind, form.RegistrationNumber = "college", w.institution.Registration.Number
	claimed, err = w.market.CreateOrganisation(ctx, w.people["jobseeker"], form)
	require.NoError(t, err)
	_, err = w.market.ImportProgrammes(ctx, w.people["jobseeker"], claimed.ID, []domain.ProgrammeImport{
		importedProgrammeOf("1", func(f *domain.ProgrammeForm) { f.Weeks = 1 })}, false)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)
	p, err := w.market.Programme(ctx, domain.Visitor, courses[0].ID)
	require.NoError(t, err)
	require.Equal(t, 12, p.Weeks)
}

func TestAChunkIsKeptInOneTransaction(t *testing.T) {
	w := newWorld(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
	require.ErrorIs(t, err, context.Canceled)
	log := w.changes(t)
	failed := w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		out, err := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
		require.NoError(t, err)
		require.Equal(t, domain.ImportCreated, out[0].Effect)
		return context.DeadlineExceeded
	})
	require.ErrorIs(t, failed, context.DeadlineExceeded)
	require.Equal(t, log, w.changes(t), "all of it is undone")
}

// The operator brings in whom they know: a stranger's claim on the number does not stand in the way.
func TestAnOrganisationThatTheOperatorBringsInIsVerifiedWhoeverClaimsItsNumber(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	form := organisationForm()
	claimed, err := w.market.CreateOrganisation(ctx, w.people["jobseeker"], form)
	require.NoError(t, err)
	o, err := w.market.EnsureOrganisation(ctx, domain.Actor{Operator: true}, form)
	require.NoError(t, err)
	require.NotEqual(t, claimed.ID, o.ID)
	require.Equal(t, domain.Verified, o.Verification)
	again, err := w.market.EnsureOrganisation(ctx, domain.Actor{Operator: true}, form)
	require.NoError(t, err)
	require.Equal(t, o.ID, again.ID)
}
