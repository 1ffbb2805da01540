package storetest

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// testNouns: what is written comes back, to the last field.
func testNouns(t *testing.T, open Open) {
	o := open(t)
	ctx := t.Context()
	full, empty := fullOrganisation(1), emptyOrganisation(2)
	keep(t, o, full, empty)

	t.Run("an organisation comes back whole, with every field or none", func(t *testing.T) {
		for _, want := range []*domain.Organisation{full, empty} {
			got, err := o.Organisation(ctx, want.ID)
			require.NoError(t, err)
			same(t, want, got)
		}
	})
	t.Run("a demand comes back whole, its requirements in the owner's order", func(t *testing.T) {
		for _, want := range []*domain.Demand{fullDemand(full.ID), emptyDemand(full.ID)} {
			keep(t, o, want)
			got, err := o.Demand(ctx, want.ID)
			require.NoError(t, err)
			same(t, want, got)
		}
	})
	t.Run("a programme comes back whole, with all that belongs to it", func(t *testing.T) {
		for _, want := range []*domain.Programme{fullProgramme(empty.ID), emptyProgramme(empty.ID)} {
			keep(t, o, want)
			got, err := o.Programme(ctx, want.ID)
			require.NoError(t, err)
			same(t, want, got)
		}
	})
	t.Run("a saved demand and programme come back as saved, from full to empty and back", func(t *testing.T) {
		d, p := fullDemand(full.ID), fullProgramme(full.ID)
		keep(t, o, d, p)
		for version := 2; version < 4; version++ {
			terms, pterms := emptyDemand(full.ID).DemandTerms, emptyProgramme(full.ID).ProgrammeTerms
			d.Source, p.Source = nil, nil
			if version == 3 {
				terms, pterms = fullDemand(full.ID).DemandTerms, fullProgramme(full.ID).ProgrammeTerms
				slices.Reverse(terms.Requirements)
			}
			d.DemandTerms, d.Version = terms, version
			p.ProgrammeTerms, p.Version = pterms, version
			within(t, o, func(ctx context.Context, tx domain.Tx) {
				require.NoError(t, tx.SaveDemand(ctx, d))
				require.NoError(t, tx.SaveProgramme(ctx, p))
			})
			gotD, err := o.Demand(ctx, d.ID)
			require.NoError(t, err)
			same(t, d, gotD)
			gotP, err := o.Programme(ctx, p.ID)
			require.NoError(t, err)
			same(t, p, gotP)
		}
	})
	t.Run("two hundred Kazakh letters fit in a title, two hundred requirements in a demand", func(t *testing.T) {
		d := emptyDemand(full.ID)
		d.Title = domain.Text{KK: strings.Repeat("Қ", domain.MaxTitle)}
		for i := range domain.MaxRequirements {
			d.Requirements = append(d.Requirements, domain.Requirement{
				Competence: domain.CompetenceID("esco:" + uuid.NewString()), Level: domain.Level(i%8 + 1), Source: domain.Declared, Importance: domain.Nice})
		}
		keep(t, o, d)
		got, err := o.Demand(ctx, d.ID)
		require.NoError(t, err)
		same(t, d, got)
	})
	t.Run("times come back in UTC, to the microsecond, whatever zone they were written in", func(t *testing.T) {
		d := emptyDemand(full.ID)
		d.CreatedAt = now.Add(789 * time.Nanosecond).In(domain.Kazakhstan)
		keep(t, o, d)
		got, err := o.Demand(ctx, d.ID)
		require.NoError(t, err)
		require.Equal(t, now, got.CreatedAt)
	})
	t.Run("what is over a bound is refused and not kept", func(t *testing.T) {
		d := emptyDemand(full.ID)
		d.Title = domain.Text{EN: strings.Repeat("x", domain.MaxTitle+1)}
		err := o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateDemand(ctx, d) })
		require.Error(t, err)
		require.Zero(t, domain.KindOf(err), "it is a defect of whoever let it in")
		_, err = o.Demand(ctx, d.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	})
	t.Run("an account and a person", func(t *testing.T) { testPerson(t, o) })
	t.Run("a catalogue", func(t *testing.T) { testCatalogue(t, o) })
	t.Run("what is not there is not found", func(t *testing.T) { testNotFound(t, o) })
	t.Run("what is deleted is gone, with all that belongs to it", func(t *testing.T) {
		d, p := fullDemand(full.ID), fullProgramme(full.ID)
		keep(t, o, d, p)
		within(t, o, func(ctx context.Context, tx domain.Tx) {
			require.NoError(t, tx.DeleteDemand(ctx, d.ID))
			require.NoError(t, tx.DeleteProgramme(ctx, p.ID))
		})
		_, err := o.Demand(ctx, d.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		_, err = o.Programme(ctx, p.ID)
		failsAs(t, err, domain.NotFound, domain.CodeNotFound)
		keep(t, o, d, p) // nothing of them is in the way
	})
}

func testPerson(t *testing.T, o *Opened) {
	ctx := t.Context()
	a, bare := someAccount("aigerim@example.kz"), &domain.Account{ID: newID(), Email: "b@example.kz", CreatedAt: now}
	first, second := fullOrganisation(11), emptyOrganisation(12)
	keep(t, o, a, bare, first, second)
	for _, want := range []*domain.Account{a, bare} {
		got, err := o.Account(ctx, want.ID)
		require.NoError(t, err)
		same(t, want, got)
		got, err = o.AccountByEmail(ctx, want.Email)
		require.NoError(t, err)
		same(t, want, got)
	}
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, role := range []domain.MemberRole{domain.Viewer, domain.Owner} { // the second replaces the first
			require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: first.ID, AccountID: a.ID, Role: role}))
		}
		require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: second.ID, AccountID: a.ID, Role: domain.Editor}))
	})
	person, err := o.Person(ctx, a.ID)
	require.NoError(t, err)
	same(t, &domain.Person{Account: *a, Memberships: []domain.PersonMembership{
		{Organisation: *first, Role: domain.Owner}, {Organisation: *second, Role: domain.Editor}}}, person)
	alone, err := o.Person(ctx, bare.ID)
	require.NoError(t, err)
	same(t, &domain.Person{Account: *bare}, alone)

	again := someAccount(a.Email)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error { return tx.CreateAccount(ctx, again) })
	failsAs(t, err, domain.Conflict, domain.CodeExists)
	err = o.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		return tx.SaveMembership(ctx, domain.Membership{OrganisationID: newID(), AccountID: a.ID, Role: domain.Owner})
	})
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
}

func testCatalogue(t *testing.T, o *Opened) {
	ctx := t.Context()
	_, err := o.Catalogue(ctx)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)
	_, err = o.CatalogueEdition(ctx)
	failsAs(t, err, domain.NotFound, domain.CodeNotFound)

	for _, want := range []*domain.Catalogue{catalogue(t, "one", 1500), catalogue(t, "two", 10)} {
		keep(t, o, want)
		edition, err := o.CatalogueEdition(ctx)
		require.NoError(t, err)
		require.Equal(t, domain.CatalogueEdition{Number: 1, Shipped: want.Edition()}, edition)
		got, err := o.Catalogue(ctx)
		require.NoError(t, err)
		require.Equal(t, want.Edition(), got.Edition())
		require.Empty(t, cmp.Diff(want.Frameworks(), got.Frameworks(), cmpopts.EquateEmpty()))
		require.Empty(t, cmp.Diff(want.Competences(), got.Competences(), cmpopts.EquateEmpty()))
	}
}

func testNotFound(t *testing.T, o *Opened) {
	ctx := t.Context()
	id := newID()
	reads := map[string]func(domain.Reader) error{
		"account":      func(r domain.Reader) error { _, err := r.Account(ctx, id); return err },
		"address":      func(r domain.Reader) error { _, err := r.AccountByEmail(ctx, "nobody@example.kz"); return err },
		"person":       func(r domain.Reader) error { _, err := r.Person(ctx, id); return err },
		"organisation": func(r domain.Reader) error { _, err := r.Organisation(ctx, id); return err },
		"registration": func(r domain.Reader) error {
			_, err := r.OrganisationByRegistration(ctx, domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: "0"})
			return err
		},
		"demand":    func(r domain.Reader) error { _, err := r.Demand(ctx, id); return err },
		"programme": func(r domain.Reader) error { _, err := r.Programme(ctx, id); return err },
	}
	for name, read := range reads {
		t.Run(name, func(t *testing.T) { failsAs(t, read(o), domain.NotFound, domain.CodeNotFound) })
	}
	writes := map[string]func(context.Context, domain.Tx) error{
		"demand to hold":       func(ctx context.Context, tx domain.Tx) error { _, err := tx.DemandForUpdate(ctx, id); return err },
		"programme to hold":    func(ctx context.Context, tx domain.Tx) error { _, err := tx.ProgrammeForUpdate(ctx, id); return err },
		"organisation to hold": func(ctx context.Context, tx domain.Tx) error { _, err := tx.OrganisationForUpdate(ctx, id); return err },
		"account to hold":      func(ctx context.Context, tx domain.Tx) error { _, err := tx.AccountForUpdate(ctx, id); return err },
		"token to hold": func(ctx context.Context, tx domain.Tx) error {
			_, err := tx.RefreshTokenForUpdate(ctx, id[:])
			return err
		},
		"demand to delete":    func(ctx context.Context, tx domain.Tx) error { return tx.DeleteDemand(ctx, id) },
		"programme to delete": func(ctx context.Context, tx domain.Tx) error { return tx.DeleteProgramme(ctx, id) },
		"token to save": func(ctx context.Context, tx domain.Tx) error {
			return tx.SaveRefreshToken(ctx, domain.RefreshToken{ID: id})
		},
		"an organisation's demand": func(ctx context.Context, tx domain.Tx) error {
			return tx.CreateDemand(ctx, emptyDemand(id))
		},
	}
	for name, write := range writes {
		t.Run(name, func(t *testing.T) { failsAs(t, o.InTx(ctx, write), domain.NotFound, domain.CodeNotFound) })
	}
}
