package domain_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"kopir/domain"
	"kopir/store"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// Answers of the access table, by the kinds of errors; 0 is that it is done.
const done domain.Kind = 0

// A row of the table says for each of everybody what a verb answers. The things are of the employer and the
// institution, of which "stranger" is no member, though the owner of another employer.
type row map[string]domain.Kind

func all(k domain.Kind, but row) row {
	r := row{}
	for _, who := range everybody {
		r[who] = k
		if other, ok := but[who]; ok {
			r[who] = other
		}
	}
	return r
}

var (
	// of what is not public: a visitor is asked to sign in before anything is looked up, strangers learn nothing.
	readDraft  = all(domain.NotFound, row{"viewer": done, "editor": done, "owner": done, "admin": done, "operator": done})
	writeDraft = all(domain.NotFound, row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "admin": domain.Forbidden,
		"editor": done, "owner": done, "operator": done})
	// of what is public
	readPublic  = all(done, nil)
	writePublic = all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "editor": done, "owner": done, "operator": done})
	// for what is not there
	readNothing  = all(domain.NotFound, nil)
	writeNothing = all(domain.NotFound, row{"visitor": domain.Unauthenticated})
)

// hold runs a verb for everybody, each on a thing of its own, and compares the answers with a row.
func hold[T any](t *testing.T, w *world, want row, make func() T, verb func(context.Context, domain.Actor, T) error) {
	t.Helper()
	for _, who := range everybody {
		t.Run(who, func(t *testing.T) {
			thing := make()
			before := w.changes(t)
			_, deeds := w.deeds(t)
			err := verb(t.Context(), w.people[who], thing)
			require.Equal(t, want[who], domain.KindOf(err), "%v", err)
			last, deedsAfter := w.deeds(t)
			switch {
			case want[who] != done:
				require.Equal(t, before, w.changes(t), "who is refused leaves no trace")
				require.Equal(t, deeds, deedsAfter, "who is refused has done nothing")
			case before != w.changes(t):
				require.NoError(t, err)
				require.Greater(t, deedsAfter, deeds, "what changes is noted: by most verbs once, see audit_test.go")
				require.Equal(t, w.people[who], domain.Actor{AccountID: last.Account, Operator: last.Operator})
			default:
				require.NoError(t, err)
			}
		})
	}
}

func TestWhoMayDoWhatWithADemand(t *testing.T) {
	w := newWorld(t)
	m := w.market
	same := func(d *domain.Demand) (domain.DemandForm, error) { return demandForm(), nil }
	verbs := map[string]func(context.Context, domain.Actor, *domain.Demand) error{
		"read": func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			got, err := m.Demand(ctx, a, d.ID)
			if err == nil {
				require.Equal(t, d.ID, got.ID)
			}
			return err
		},
		"revise": func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.ReviseDemand(ctx, a, d.ID, d.Version, same)
			return err
		},
		"publish": func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.PublishDemand(ctx, a, d.ID, d.Version)
			return err
		},
		"close": func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			_, err := m.CloseDemand(ctx, a, d.ID, d.Version)
			return err
		},
		"delete": func(ctx context.Context, a domain.Actor, d *domain.Demand) error {
			return m.DeleteDemand(ctx, a, d.ID, d.Version)
		},
	}
	draft := func() *domain.Demand { return w.demand(t, domain.DemandDraft) }
	published := func() *domain.Demand { return w.demand(t, domain.DemandPublished) }
	closed := func() *domain.Demand { return w.demand(t, domain.DemandClosed) }
	hidden := func() *domain.Demand { return w.hide(t, w.demand(t, domain.DemandPublished)) }
	hiddenDraft := func() *domain.Demand { return w.hide(t, w.demand(t, domain.DemandDraft)) }
	nothing := func() *domain.Demand { return &domain.Demand{ID: uuid.New(), Version: 1} }
	inVain := func(r row) row { // the same, but who may do it meets the state
		out := row{}
		for who, kind := range r {
			if out[who] = kind; kind == done {
				out[who] = domain.Conflict
			}
		}
		return out
	}
	for _, c := range []struct {
		state string
		make  func() *domain.Demand
		verb  string
		want  row
	}{
		{"draft", draft, "read", readDraft}, {"draft", draft, "revise", writeDraft}, {"draft", draft, "publish", writeDraft},
		{"draft", draft, "close", inVain(writeDraft)}, {"draft", draft, "delete", writeDraft},
		{"published", published, "read", readPublic}, {"published", published, "revise", writePublic}, {"published", published, "publish", inVain(writePublic)},
		{"published", published, "close", writePublic}, {"published", published, "delete", writePublic},
		{"closed", closed, "read", readPublic}, {"closed", closed, "revise", inVain(writePublic)}, {"closed", closed, "publish", inVain(writePublic)},
		{"closed", closed, "close", inVain(writePublic)}, {"closed", closed, "delete", writePublic},
		{"hidden", hidden, "read", readDraft}, {"hidden", hidden, "revise", writeDraft}, {"hidden", hidden, "publish", inVain(writeDraft)},
		{"hidden", hidden, "close", writeDraft}, {"hidden", hidden, "delete", inVain(writeDraft)},
		{"hidden draft", hiddenDraft, "read", readDraft}, {"hidden draft", hiddenDraft, "publish", inVain(writeDraft)},
		{"no such", nothing, "read", readNothing}, {"no such", nothing, "revise", writeNothing}, {"no such", nothing, "publish", writeNothing},
		{"no such", nothing, "close", writeNothing}, {"no such", nothing, "delete", writeNothing},
	} {
		t.Run(c.verb+" "+c.state, func(t *testing.T) { hold(t, w, c.want, c.make, verbs[c.verb]) })
	}
}

func TestToStrangersADraftWhatIsHiddenAndNothingLookAlike(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandDraft), w.programme(t, domain.ProgrammeDraft)
	hiddenDemand, hiddenProgramme := w.hide(t, w.demand(t, domain.DemandPublished)), w.hideProgramme(t, w.programme(t, domain.ProgrammePublished))
	for _, who := range []string{"visitor", "gone", "jobseeker", "stranger"} {
		require.Equal(t, readNothing[who], readDraft[who])
		require.Equal(t, writeNothing[who], writeDraft[who])
		a := w.people[who]
		for name, verb := range map[string]func(demand, programme uuid.UUID) []error{
			"read": func(demand, programme uuid.UUID) []error {
				_, err1 := w.market.Demand(ctx, a, demand)
				_, err2 := w.market.Programme(ctx, a, programme)
				return []error{err1, err2}
			},
			"delete": func(demand, programme uuid.UUID) []error {
				return []error{w.market.DeleteDemand(ctx, a, demand, 1), w.market.DeleteProgramme(ctx, a, programme, 1)}
			},
			"delete of a wrong version": func(demand, programme uuid.UUID) []error {
				return []error{w.market.DeleteDemand(ctx, a, demand, 9), w.market.DeleteProgramme(ctx, a, programme, 9)}
			},
		} {
			require.Equal(t, verb(uuid.New(), uuid.New()), verb(d.ID, p.ID), "%s by %s", name, who)
			require.Equal(t, verb(uuid.New(), uuid.New()), verb(hiddenDemand.ID, hiddenProgramme.ID), "%s of what is hidden by %s", name, who)
		}
	}
	require.NoError(t, w.market.DeleteDemand(ctx, w.owner(), d.ID, 1), "to its owner it is there")
}

func TestWhoMayDoWhatWithAProgramme(t *testing.T) {
	w := newWorld(t)
	m := w.market
	verbs := map[string]func(context.Context, domain.Actor, *domain.Programme) error{
		"read": func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.Programme(ctx, a, p.ID)
			return err
		},
		"revise": func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.ReviseProgramme(ctx, a, p.ID, p.Version, func(*domain.Programme) (domain.ProgrammeForm, error) { return programmeForm(), nil })
			return err
		},
		"publish": func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.PublishProgramme(ctx, a, p.ID, p.Version)
			return err
		},
		"archive": func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			_, err := m.ArchiveProgramme(ctx, a, p.ID, p.Version)
			return err
		},
		"delete": func(ctx context.Context, a domain.Actor, p *domain.Programme) error {
			return m.DeleteProgramme(ctx, a, p.ID, p.Version)
		},
	}
	draft := func() *domain.Programme { return w.programme(t, domain.ProgrammeDraft) }
	published := func() *domain.Programme { return w.programme(t, domain.ProgrammePublished) }
	archived := func() *domain.Programme { return w.programme(t, domain.ProgrammeArchived) }
	hidden := func() *domain.Programme { return w.hideProgramme(t, w.programme(t, domain.ProgrammePublished)) }
	nothing := func() *domain.Programme { return &domain.Programme{ID: uuid.New(), Version: 1} }
	for _, c := range []struct {
		name string
		make func() *domain.Programme
		verb string
		want row
	}{
		{"draft", draft, "read", readDraft}, {"draft", draft, "revise", writeDraft}, {"draft", draft, "publish", writeDraft}, {"draft", draft, "delete", writeDraft},
		{"published", published, "read", readPublic}, {"published", published, "revise", writePublic},
		{"published", published, "archive", writePublic}, {"published", published, "delete", writePublic},
		{"archived", archived, "read", readPublic}, {"archived", archived, "delete", writePublic},
		{"hidden", hidden, "read", readDraft}, {"hidden", hidden, "revise", writeDraft}, {"hidden", hidden, "archive", writeDraft},
		{"no such", nothing, "read", readNothing}, {"no such", nothing, "revise", writeNothing}, {"no such", nothing, "publish", writeNothing},
		{"no such", nothing, "archive", writeNothing}, {"no such", nothing, "delete", writeNothing},
	} {
		t.Run(c.verb+" "+c.name, func(t *testing.T) { hold(t, w, c.want, c.make, verbs[c.verb]) })
	}
}

func TestWhoMayCreateForWhichOrganisation(t *testing.T) {
	w := newWorld(t)
	forWhom := func(id uuid.UUID) func() uuid.UUID { return func() uuid.UUID { return id } }
	demand := func(ctx context.Context, a domain.Actor, organisation uuid.UUID) error {
		d, err := w.market.CreateDemand(ctx, a, organisation, demandForm())
		if err == nil {
			require.Equal(t, domain.DemandDraft, d.Status)
			require.Equal(t, 1, d.Version)
			require.Equal(t, uuid.Version(7), d.ID.Version())
		}
		return err
	}
	programme := func(ctx context.Context, a domain.Actor, organisation uuid.UUID) error {
		_, err := w.market.CreateProgramme(ctx, a, organisation, programmeForm())
		return err
	}
	wrongKind := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated,
		"editor": domain.Invalid, "owner": domain.Invalid, "operator": domain.Invalid})
	unknown := all(domain.Invalid, row{"visitor": domain.Unauthenticated})
	pending := all(domain.Invalid, row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "admin": domain.Forbidden, "editor": done, "owner": done, "operator": done})
	t.Run("demand for an employer", func(t *testing.T) { hold(t, w, writePublic, forWhom(w.employer.ID), demand) })
	t.Run("programme for an institution", func(t *testing.T) { hold(t, w, writePublic, forWhom(w.institution.ID), programme) })
	t.Run("demand for an institution", func(t *testing.T) { hold(t, w, wrongKind, forWhom(w.institution.ID), demand) })
	t.Run("programme for an employer", func(t *testing.T) { hold(t, w, wrongKind, forWhom(w.employer.ID), programme) })
	t.Run("demand for one that is not public", func(t *testing.T) { hold(t, w, pending, forWhom(w.pending.ID), demand) })
	t.Run("demand for none", func(t *testing.T) { hold(t, w, unknown, uuid.New, demand) })

	ctx := t.Context()
	_, ofPrivate := w.market.CreateDemand(ctx, w.people["stranger"], w.pending.ID, demandForm())
	_, ofNothing := w.market.CreateDemand(ctx, w.people["stranger"], uuid.Nil, demandForm())
	require.Equal(t, placesOf(ofNothing), placesOf(ofPrivate), "a private organisation and none look alike")
	require.Equal(t, map[string]domain.Code{"/organisation_id": domain.CodeUnknownValue}, placesOf(ofPrivate))
	_, err := w.market.CreateDemand(ctx, w.owner(), w.institution.ID, demandForm())
	require.Equal(t, map[string]domain.Code{"/organisation_id": domain.CodeWrongKind}, placesOf(err))
	_, err = w.market.CreateDemand(ctx, w.owner(), w.employer.ID, domain.DemandForm{Kind: "x"})
	require.Equal(t, map[string]domain.Code{"/title": domain.CodeRequired, "/kind": domain.CodeUnknownValue}, placesOf(err))
}

func TestWhoSeesWhichOrganisationAndWhatItHas(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	hidden, public := w.pending.ID, w.employer.ID
	w.demand(t, domain.DemandDraft)
	w.demand(t, domain.DemandPublished)
	none := func() uuid.UUID { return uuid.New() }
	of := func(id uuid.UUID) func() uuid.UUID { return func() uuid.UUID { return id } }
	read := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, err := w.market.Organisation(ctx, a, id)
		return err
	}
	list := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		_, _, err := w.market.OrganisationDemands(ctx, a, domain.OwnList{Organisation: id, Limit: 10})
		_, _, other := w.market.OrganisationProgrammes(ctx, a, domain.OwnList{Organisation: id, Limit: 10})
		require.Equal(t, domain.KindOf(err), domain.KindOf(other))
		return err
	}
	members := row{"viewer": done, "editor": done, "owner": done, "admin": done, "operator": done, "visitor": domain.Unauthenticated}
	t.Run("a verified one", func(t *testing.T) { hold(t, w, readPublic, of(public), read) })
	t.Run("a pending one", func(t *testing.T) { hold(t, w, readDraft, of(hidden), read) })
	t.Run("none", func(t *testing.T) { hold(t, w, readNothing, none, read) })
	t.Run("what a verified one has", func(t *testing.T) { hold(t, w, all(domain.Forbidden, members), of(public), list) })
	t.Run("what a pending one has", func(t *testing.T) { hold(t, w, all(domain.NotFound, members), of(hidden), list) })

	demands, total, err := w.market.OrganisationDemands(ctx, w.people["viewer"], domain.OwnList{Organisation: public, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 2, total)
	require.Len(t, demands, 2, "drafts included")
	_, total, err = w.market.OrganisationDemands(ctx, w.people["viewer"], domain.OwnList{Organisation: public, Status: "draft", Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 1, total)
}

func TestOnlyAdministratorsListWhatIsNotVerified(t *testing.T) {
	w := newWorld(t)
	ask := func(v domain.Verification) func(context.Context, domain.Actor, int) error {
		return func(ctx context.Context, a domain.Actor, _ int) error {
			list, _, err := w.market.ListOrganisations(ctx, a, domain.OrganisationList{Verification: v, Limit: 10})
			for _, o := range list {
				require.Equal(t, v, o.Verification)
			}
			return err
		}
	}
	once := func() int { return 0 }
	admins := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "admin": done, "operator": done})
	t.Run("verified", func(t *testing.T) { hold(t, w, readPublic, once, ask(domain.Verified)) })
	t.Run("pending", func(t *testing.T) { hold(t, w, admins, once, ask(domain.Pending)) })
	t.Run("rejected", func(t *testing.T) { hold(t, w, admins, once, ask(domain.Rejected)) })
	list, total, err := w.market.ListOrganisations(t.Context(), domain.Visitor, domain.OrganisationList{Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 3, total, "of four the verified")
	require.Len(t, list, 3)
}

func TestOnlyAdministratorsJudgeOrganisations(t *testing.T) {
	w := newWorld(t)
	n := 0
	fresh := func() domain.Organisation {
		n++
		return w.organisation(t, domain.Employer, uniqueBIN(n), domain.Pending)
	}
	admins := all(domain.Forbidden, row{"visitor": domain.Unauthenticated, "gone": domain.Unauthenticated, "admin": done, "operator": done})
	t.Run("verify", func(t *testing.T) {
		hold(t, w, admins, fresh, func(ctx context.Context, a domain.Actor, o domain.Organisation) error {
			_, err := w.market.VerifyOrganisation(ctx, a, o.ID, o.Version)
			return err
		})
	})
	t.Run("reject", func(t *testing.T) {
		hold(t, w, admins, fresh, func(ctx context.Context, a domain.Actor, o domain.Organisation) error {
			_, err := w.market.RejectOrganisation(ctx, a, o.ID, o.Version, "why")
			return err
		})
	})
	o := fresh()
	_, err := w.market.VerifyOrganisation(t.Context(), w.people["admin"], o.ID, o.Version+1)
	failsAs(t, err, domain.Stale, domain.CodeStale)
	_, err = w.market.RejectOrganisation(t.Context(), w.people["admin"], o.ID, o.Version, " ")
	require.Equal(t, map[string]domain.Code{"/reason": domain.CodeRequired}, placesOf(err))
}

// uniqueBIN returns the n-th number of a row of valid ones.
func uniqueBIN(n int) string {
	for i := 0; ; i++ {
		first := []byte("20014000000")
		for at, rest := 10, i; rest > 0; at, rest = at-1, rest/10 {
			first[at] = '0' + byte(rest%10)
		}
		for digit := byte('0'); digit <= '9'; digit++ {
			form := organisationForm()
			form.RegistrationNumber = string(append(first, digit))
			if len(faultsOf(form)) == 0 {
				if n--; n == 0 {
					return form.RegistrationNumber
				}
			}
		}
	}
}

func TestARegistrationBelongsToOneVerifiedOrganisation(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	copycat := w.organisation(t, domain.Employer, w.employer.Registration.Number, domain.Pending)
	_, err := w.market.VerifyOrganisation(ctx, w.people["admin"], copycat.ID, copycat.Version)
	failsAs(t, err, domain.Conflict, domain.CodeRegistrationTaken)
	found, err := w.market.Organisation(ctx, w.people["admin"], copycat.ID)
	require.NoError(t, err)
	require.Equal(t, domain.Pending, found.Verification)
}

func TestWhoCreatesAnOrganisationOwnsItAndIsHeardAsAnEmployer(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	form := organisationForm()
	form.RegistrationNumber = uniqueBIN(1)
	for _, who := range []string{"visitor", "gone"} {
		_, err := w.market.CreateOrganisation(ctx, w.people[who], form)
		failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
	}
	o, err := w.market.CreateOrganisation(ctx, w.people["jobseeker"], form)
	require.NoError(t, err)
	require.Equal(t, domain.Pending, o.Verification)
	me, err := w.accounts.Me(ctx, w.people["jobseeker"])
	require.NoError(t, err)
	require.Equal(t, domain.Owner, me.RoleIn(o.ID))
	require.Equal(t, []domain.Role{domain.RoleJobseeker, domain.RoleEmployer}, me.Roles())
	_, err = w.market.CreateDemand(ctx, w.people["jobseeker"], o.ID, demandForm())
	require.NoError(t, err, "drafts anyone")
	_, err = w.accounts.Me(ctx, domain.Visitor)
	failsAs(t, err, domain.Unauthenticated, domain.CodeSignIn)
}

func TestOnlyVerifiedOrganisationsPublish(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, err := w.market.CreateDemand(ctx, w.owner(), w.pending.ID, demandForm())
	require.NoError(t, err)
	_, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)
	school := w.organisation(t, domain.College, uniqueBIN(1), domain.Pending)
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: school.ID, AccountID: w.owner().AccountID, Role: domain.Editor})
	})
	p, err := w.market.CreateProgramme(ctx, w.owner(), school.ID, programmeForm())
	require.NoError(t, err)
	_, err = w.market.PublishProgramme(ctx, w.owner(), p.ID, p.Version)
	failsAs(t, err, domain.Conflict, domain.CodeNotVerified)

	_, err = w.market.VerifyOrganisation(ctx, w.people["admin"], w.pending.ID, w.pending.Version)
	require.NoError(t, err)
	_, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
	require.NoError(t, err, "once it is verified")
}

func TestADemotedMemberCanNoLongerWrite(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.demand(t, domain.DemandPublished)
	revise := func() error {
		read, err := w.market.Demand(ctx, w.people["editor"], d.ID)
		require.NoError(t, err)
		_, err = w.market.ReviseDemand(ctx, w.people["editor"], d.ID, read.Version, func(*domain.Demand) (domain.DemandForm, error) { return demandForm(), nil })
		return err
	}
	require.NoError(t, revise())
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: w.employer.ID, AccountID: w.people["editor"].AccountID, Role: domain.Viewer})
	})
	failsAs(t, revise(), domain.Forbidden, domain.CodeNotYours)
}

func TestARevisionOfWhatSomebodyElseChangedIsStale(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.demand(t, domain.DemandDraft)
	retitle := func(title string, version int) (*domain.Demand, error) {
		return w.market.ReviseDemand(ctx, w.owner(), d.ID, version, func(*domain.Demand) (domain.DemandForm, error) {
			form := demandForm()
			form.Title.RU = title
			return form, nil
		})
	}
	w.clock.pass(time.Minute)
	first, err := retitle("первый", d.Version)
	require.NoError(t, err)
	require.Equal(t, d.Version+1, first.Version)
	require.Equal(t, w.clock.now(), first.UpdatedAt)
	_, err = retitle("второй", d.Version)
	failsAs(t, err, domain.Stale, domain.CodeStale)
	for _, verb := range []func() error{
		func() error { _, err := w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version); return err },
		func() error { _, err := w.market.CloseDemand(ctx, w.owner(), d.ID, d.Version); return err },
		func() error { return w.market.DeleteDemand(ctx, w.owner(), d.ID, d.Version) },
	} {
		failsAs(t, verb(), domain.Stale, domain.CodeStale)
	}
	kept, err := w.market.Demand(ctx, w.owner(), d.ID)
	require.NoError(t, err)
	require.Equal(t, "первый", kept.Title.RU)

	second, err := retitle("второй", first.Version)
	require.NoError(t, err)
	require.Equal(t, "второй", second.Title.RU)
	_, err = w.market.ReviseDemand(ctx, w.owner(), d.ID, second.Version, func(*domain.Demand) (domain.DemandForm, error) {
		return domain.DemandForm{}, errors.New("no patch")
	})
	require.EqualError(t, err, "no patch")
}

func TestOfAHundredRevisionsOfOneVersionOneWins(t *testing.T) {
	w := newWorld(t)
	d := w.demand(t, domain.DemandDraft)
	const n = 100
	errs := make(chan error, n)
	for range n {
		go func() {
			_, err := w.market.ReviseDemand(t.Context(), w.owner(), d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) { return demandForm(), nil })
			errs <- err
		}()
	}
	won := 0
	for range n {
		if err := <-errs; err == nil {
			won++
		} else {
			failsAs(t, err, domain.Stale, domain.CodeStale)
		}
	}
	require.Equal(t, 1, won)
}

func TestADraftWhoseDayHasPassedCanStillBeWorkedOn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.demand(t, domain.DemandDraft)
	w.clock.at = time.Date(2027, 3, 2, 7, 0, 0, 0, time.UTC) // a day after its last
	revise := func(d *domain.Demand, valid string) (*domain.Demand, error) {
		return w.market.ReviseDemand(ctx, w.owner(), d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) {
			form := demandForm()
			form.ValidThrough = valid
			return form, nil
		})
	}
	d, err := revise(d, "2027-03-01")
	require.NoError(t, err, "it stays as it was")
	_, err = revise(d, "2027-02-28")
	require.Equal(t, map[string]domain.Code{"/valid_through": domain.CodePast}, placesOf(err))
	_, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
	require.Equal(t, map[string]domain.Code{"/valid_through": domain.CodePast}, placesOf(err))
	d, err = revise(d, "2027-03-02")
	require.NoError(t, err)
	_, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
	require.NoError(t, err)
}

func TestWhatIsOverIsAConflictWhateverTheFormSays(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandClosed), w.programme(t, domain.ProgrammeArchived)
	_, err := w.market.ReviseDemand(ctx, w.owner(), d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) {
		return domain.DemandForm{ValidThrough: "2026-01-01"}, nil
	})
	failsAs(t, err, domain.Conflict, domain.CodeFinished)
	_, err = w.market.ReviseProgramme(ctx, w.owner(), p.ID, p.Version, func(*domain.Programme) (domain.ProgrammeForm, error) {
		return domain.ProgrammeForm{}, nil
	})
	failsAs(t, err, domain.Conflict, domain.CodeFinished)
	draft := w.programme(t, domain.ProgrammeDraft)
	_, err = w.market.ReviseProgramme(ctx, w.owner(), draft.ID, draft.Version, func(*domain.Programme) (domain.ProgrammeForm, error) {
		return domain.ProgrammeForm{}, nil
	})
	require.Equal(t, map[string]domain.Code{"/title": domain.CodeRequired}, placesOf(err), "and of what is not, the form counts")
}

func TestWhatIsDeletedIsGone(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d, p := w.demand(t, domain.DemandPublished), w.programme(t, domain.ProgrammePublished)
	require.NoError(t, w.market.DeleteDemand(ctx, w.owner(), d.ID, d.Version))
	require.NoError(t, w.market.DeleteProgramme(ctx, w.owner(), p.ID, p.Version))
	_, err := w.market.Demand(ctx, w.owner(), d.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	_, err = w.market.Programme(ctx, w.owner(), p.ID)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
}

func TestDemandsExpireWithTheirLastDayInKazakhstan(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	make := func(valid string, publish bool) *domain.Demand {
		form := demandForm()
		form.ValidThrough = valid
		d, err := w.market.CreateDemand(ctx, w.owner(), w.employer.ID, form)
		require.NoError(t, err)
		if publish {
			d, err = w.market.PublishDemand(ctx, w.owner(), d.ID, d.Version)
			require.NoError(t, err)
		}
		return d
	}
	today, tomorrow, draft := make("2026-12-01", true), make("2026-12-02", true), make("2026-12-01", false)
	other := make("2026-12-01", true)
	w.clock.at = time.Date(2026, 12, 1, 18, 59, 59, 0, time.UTC)
	n, err := w.market.ExpireDemands(ctx, 10)
	require.NoError(t, err)
	require.Zero(t, n, "not before midnight there")

	w.clock.at = time.Date(2026, 12, 1, 19, 0, 0, 0, time.UTC)
	n, err = w.market.ExpireDemands(ctx, 1)
	require.NoError(t, err)
	require.Equal(t, 1, n, "at most as many as asked")
	n, err = w.market.ExpireDemands(ctx, 10)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = w.market.ExpireDemands(ctx, 10)
	require.NoError(t, err)
	require.Zero(t, n, "once each")
	for d, want := range map[*domain.Demand]domain.DemandStatus{today: domain.DemandClosed, other: domain.DemandClosed, tomorrow: domain.DemandPublished, draft: domain.DemandDraft} {
		now, err := w.market.Demand(ctx, w.owner(), d.ID)
		require.NoError(t, err)
		require.Equal(t, want, now.Status)
		if want == domain.DemandClosed {
			require.Equal(t, domain.ClosedExpired, now.ClosedBecause)
			require.Equal(t, w.clock.now(), now.ClosedAt)
		}
	}
}

// hasty is a store whose list of what has run out is older than what it holds.
type hasty struct {
	*store.Store
	expired []uuid.UUID
}

func (s hasty) ExpiredDemands(context.Context, domain.Date, int) ([]uuid.UUID, error) {
	return s.expired, nil
}

func TestWhatWasProlongedOrEndedMeanwhileDoesNotExpire(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	prolonged, closed := w.demand(t, domain.DemandPublished), w.demand(t, domain.DemandClosed)
	market := domain.NewMarket(hasty{w.store, []uuid.UUID{prolonged.ID, closed.ID, uuid.New()}}, func() *domain.Catalogue { return w.catalogue }, w.clock.now)
	log := w.changes(t)
	n, err := market.ExpireDemands(ctx, 10)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, log, w.changes(t))
	w.clock.at = time.Date(2027, 3, 2, 7, 0, 0, 0, time.UTC)
	n, err = market.ExpireDemands(ctx, 10)
	require.NoError(t, err)
	require.Equal(t, 1, n, "once its day has passed it does")
}

func TestOnlyTheOperatorBringsInOrganisationsAndAccounts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	form := organisationForm()
	form.RegistrationNumber = uniqueBIN(1)
	account := domain.AccountForm{Email: "new@example.kz", Password: "correct horse battery", Name: "New"}
	for _, who := range everybody {
		if who != "operator" {
			_, err := w.market.EnsureOrganisation(ctx, w.people[who], form)
			failsAs(t, err, domain.Forbidden, domain.CodeAdminsOnly)
			_, err = w.accounts.EnsureAccount(ctx, w.people[who], account, domain.Powers{Admin: true})
			failsAs(t, err, domain.Forbidden, domain.CodeAdminsOnly)
		}
	}
	operator := w.people["operator"]
	o, err := w.market.EnsureOrganisation(ctx, operator, form)
	require.NoError(t, err)
	require.Equal(t, domain.Verified, o.Verification)
	require.Equal(t, domain.RegisteredID(o.Registration), o.ID)
	log := w.changes(t)
	again, err := w.market.EnsureOrganisation(ctx, operator, form)
	require.NoError(t, err)
	require.Equal(t, o.ID, again.ID)
	require.Equal(t, log, w.changes(t), "the second time changes nothing")

	a, err := w.accounts.EnsureAccount(ctx, operator, account, domain.Powers{Analyst: true, OwnerOf: []uuid.UUID{o.ID}})
	require.NoError(t, err)
	b, err := w.accounts.EnsureAccount(ctx, operator, account, domain.Powers{Admin: true})
	require.NoError(t, err)
	require.Equal(t, a.ID, b.ID)
	me, err := w.accounts.Me(ctx, domain.Actor{AccountID: a.ID})
	require.NoError(t, err)
	require.Equal(t, []domain.Role{domain.RoleJobseeker, domain.RoleEmployer, domain.RoleAnalyst}, me.Roles())
}

func TestAnOrganisationIsFoundByIdOrBINByWhoMaySeeIt(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	for _, s := range []string{w.employer.ID.String(), w.employer.Registration.Number} {
		o, err := w.market.FindOrganisation(ctx, domain.Visitor, s)
		require.NoError(t, err)
		require.Equal(t, w.employer.ID, o.ID)
	}
	for _, s := range []string{w.pending.ID.String(), w.pending.Registration.Number} {
		_, err := w.market.FindOrganisation(ctx, domain.Visitor, s)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		_, err = w.market.FindOrganisation(ctx, w.people["operator"], s)
		require.NoError(t, err)
	}
	_, err := w.market.FindOrganisation(ctx, w.people["operator"], "200140000000")
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
}
