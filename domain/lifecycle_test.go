package domain_test

import (
	"strings"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// demandIn returns a complete demand in a state, by no verb.
func demandIn(status domain.DemandStatus) domain.Demand {
	terms, err := demandForm().Parse(smallCatalogue(), 0)
	if err != nil {
		panic(err)
	}
	return domain.Demand{DemandTerms: terms, Status: status, Version: 7, UpdatedAt: noon.Add(-time.Hour)}
}

func TestTheLifeOfADemand(t *testing.T) {
	verbs := map[string]func(*domain.Demand) error{
		"publish": func(d *domain.Demand) error { return d.Publish(noon) },
		"close":   func(d *domain.Demand) error { return d.Close(domain.ClosedByOwner, noon) },
		"expire":  func(d *domain.Demand) error { return d.Close(domain.ClosedExpired, noon) },
		"revise":  func(d *domain.Demand) error { return d.Revise(d.DemandTerms, noon) },
	}
	for _, c := range []struct {
		from domain.DemandStatus
		verb string
		to   domain.DemandStatus
		code domain.Code // of the Conflict
	}{
		{domain.DemandDraft, "publish", domain.DemandPublished, ""},
		{domain.DemandDraft, "close", "", domain.CodeNotPublished},
		{domain.DemandDraft, "expire", "", domain.CodeNotPublished},
		{domain.DemandDraft, "revise", domain.DemandDraft, ""},
		{domain.DemandPublished, "publish", "", domain.CodeNotDraft},
		{domain.DemandPublished, "close", domain.DemandClosed, ""},
		{domain.DemandPublished, "expire", domain.DemandClosed, ""},
		{domain.DemandPublished, "revise", domain.DemandPublished, ""},
		{domain.DemandClosed, "publish", "", domain.CodeNotDraft},
		{domain.DemandClosed, "close", "", domain.CodeNotPublished},
		{domain.DemandClosed, "expire", "", domain.CodeNotPublished},
		{domain.DemandClosed, "revise", "", domain.CodeFinished},
	} {
		t.Run(string(c.from)+" "+c.verb, func(t *testing.T) {
			before := demandIn(c.from)
			d := before
			err := verbs[c.verb](&d)
			if c.code != "" {
				failsAs(t, err, domain.Conflict, c.code)
				require.Equal(t, before, d, "nothing has changed")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.to, d.Status)
			require.Equal(t, before.Version+1, d.Version)
			require.Equal(t, noon, d.UpdatedAt)
			require.Equal(t, c.verb == "publish", d.PublishedAt.Equal(noon))
			require.Equal(t, c.to == domain.DemandClosed, d.ClosedAt.Equal(noon))
			require.Equal(t, map[string]domain.ClosedBecause{"close": domain.ClosedByOwner, "expire": domain.ClosedExpired}[c.verb], d.ClosedBecause)
		})
	}
}

func TestPublishingADemandSaysAllThatIsMissing(t *testing.T) {
	d := domain.Demand{DemandTerms: domain.DemandTerms{Title: domain.Text{EN: "x"}}, Status: domain.DemandDraft}
	before := d
	require.Equal(t, map[string]domain.Code{
		"/kind": domain.CodeRequired, "/work_mode": domain.CodeRequired, "/valid_through": domain.CodeRequired, "/requirements": domain.CodeNoMust,
	}, placesOf(d.Publish(noon)))
	require.Equal(t, before, d)

	d = demandIn(domain.DemandDraft)
	d.Requirements = d.Requirements[1:] // only nice to have
	require.Equal(t, map[string]domain.Code{"/requirements": domain.CodeNoMust}, placesOf(d.Publish(noon)))
}

func TestADemandIsPublishedUntilTheEndOfItsLastDayInKazakhstan(t *testing.T) {
	d := demandIn(domain.DemandDraft)
	d.ValidThrough = day("2026-12-01")
	late := time.Date(2026, 12, 1, 18, 59, 59, 0, time.UTC)
	tomorrow := time.Date(2026, 12, 1, 19, 30, 0, 0, time.UTC)
	require.Equal(t, map[string]domain.Code{"/valid_through": domain.CodePast}, placesOf(d.Publish(tomorrow)), "19:30 UTC is tomorrow in Kazakhstan")
	require.NoError(t, d.Publish(late))
	require.True(t, d.Open(domain.DateOf(late)))
	require.False(t, d.Open(domain.DateOf(tomorrow)))
	closed := demandIn(domain.DemandClosed)
	require.False(t, closed.Open(domain.DateOf(noon)))
	draft := demandIn(domain.DemandDraft)
	require.False(t, draft.Open(domain.DateOf(noon)))
}

func TestWhatIsPublishedStaysComplete(t *testing.T) {
	for status, want := range map[domain.DemandStatus]map[string]domain.Code{domain.DemandDraft: nil, domain.DemandPublished: {"/work_mode": domain.CodeRequired}} {
		d := demandIn(status)
		before := d
		terms := d.DemandTerms
		terms.WorkMode = ""
		err := d.Revise(terms, noon)
		require.Equal(t, want, placesOf(err))
		if err != nil {
			require.Equal(t, before, d)
		}
	}
	for status, want := range map[domain.ProgrammeStatus]map[string]domain.Code{domain.ProgrammeDraft: nil, domain.ProgrammePublished: {"/outcomes": domain.CodeNoOutcome}} {
		p := programmeIn(status)
		before := p
		terms := p.ProgrammeTerms
		terms.Outcomes = nil
		err := p.Revise(terms, noon)
		require.Equal(t, want, placesOf(err))
		if err != nil {
			require.Equal(t, before, p)
		}
	}
}

func programmeIn(status domain.ProgrammeStatus) domain.Programme {
	terms, err := programmeForm().Parse(smallCatalogue())
	if err != nil {
		panic(err)
	}
	return domain.Programme{ProgrammeTerms: terms, Status: status, Version: 7, UpdatedAt: noon.Add(-time.Hour)}
}

func TestTheLifeOfAProgramme(t *testing.T) {
	verbs := map[string]func(*domain.Programme) error{
		"publish": func(p *domain.Programme) error { return p.Publish(noon) },
		"archive": func(p *domain.Programme) error { return p.Archive(noon) },
		"revise":  func(p *domain.Programme) error { return p.Revise(p.ProgrammeTerms, noon) },
	}
	for _, c := range []struct {
		from domain.ProgrammeStatus
		verb string
		to   domain.ProgrammeStatus
		code domain.Code
	}{
		{domain.ProgrammeDraft, "publish", domain.ProgrammePublished, ""},
		{domain.ProgrammeDraft, "archive", "", domain.CodeNotPublished},
		{domain.ProgrammeDraft, "revise", domain.ProgrammeDraft, ""},
		{domain.ProgrammePublished, "publish", "", domain.CodeNotDraft},
		{domain.ProgrammePublished, "archive", domain.ProgrammeArchived, ""},
		{domain.ProgrammePublished, "revise", domain.ProgrammePublished, ""},
		{domain.ProgrammeArchived, "publish", "", domain.CodeNotDraft},
		{domain.ProgrammeArchived, "archive", "", domain.CodeNotPublished},
		{domain.ProgrammeArchived, "revise", "", domain.CodeFinished},
	} {
		t.Run(string(c.from)+" "+c.verb, func(t *testing.T) {
			before := programmeIn(c.from)
			p := before
			err := verbs[c.verb](&p)
			if c.code != "" {
				failsAs(t, err, domain.Conflict, c.code)
				require.Equal(t, before, p, "nothing has changed")
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.to, p.Status)
			require.Equal(t, before.Version+1, p.Version)
			require.Equal(t, noon, p.UpdatedAt)
			require.Equal(t, c.verb == "publish", p.PublishedAt.Equal(noon))
			require.Equal(t, c.verb == "archive", p.ArchivedAt.Equal(noon))
		})
	}
}

func TestPublishingAProgrammeSaysAllThatIsMissing(t *testing.T) {
	p := domain.Programme{ProgrammeTerms: domain.ProgrammeTerms{Title: domain.Text{EN: "x"}}, Status: domain.ProgrammeDraft}
	require.Equal(t, map[string]domain.Code{
		"/kind": domain.CodeRequired, "/mode": domain.CodeRequired, "/languages": domain.CodeRequired, "/outcomes": domain.CodeNoOutcome,
	}, placesOf(p.Publish(noon)))
	for mode, want := range map[domain.Mode]map[string]domain.Code{
		domain.Onsite: {"/regions": domain.CodeRequired}, domain.Blended: {"/regions": domain.CodeRequired}, domain.Online: nil,
	} {
		p := programmeIn(domain.ProgrammeDraft)
		p.Mode, p.Regions = mode, nil
		require.Equal(t, want, placesOf(p.Publish(noon)), "only online takes place nowhere")
	}
}

func TestTheVerificationOfAnOrganisation(t *testing.T) {
	verbs := map[string]func(*domain.Organisation) error{
		"verify": func(o *domain.Organisation) error { return o.Verify(noon.Add(time.Hour)) },
		"reject": func(o *domain.Organisation) error {
			return o.Reject("  The number is another's.\n", noon.Add(time.Hour))
		},
	}
	for _, c := range []struct {
		from domain.Verification
		verb string
		to   domain.Verification // "" is a Conflict
	}{
		{domain.Pending, "verify", domain.Verified}, {domain.Pending, "reject", domain.Rejected},
		{domain.Rejected, "verify", domain.Verified}, {domain.Rejected, "reject", ""},
		{domain.Verified, "verify", ""}, {domain.Verified, "reject", ""},
	} {
		t.Run(string(c.from)+" "+c.verb, func(t *testing.T) {
			o, err := domain.NewOrganisation(uuid.Nil, organisationForm(), noon)
			require.NoError(t, err)
			require.Equal(t, domain.Pending, o.Verification)
			if o.Verification = c.from; c.from == domain.Rejected {
				o.Rejection = "before"
			}
			before := *o
			err = verbs[c.verb](o)
			if c.to == "" {
				failsAs(t, err, domain.Conflict, domain.CodeNotPending)
				require.Equal(t, before, *o)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.to, o.Verification)
			require.Equal(t, map[string]string{"reject": "The number is another's.", "verify": ""}[c.verb], o.Rejection)
			require.Equal(t, 2, o.Version)
			require.Equal(t, noon.Add(time.Hour), o.UpdatedAt)
		})
	}
}

func TestARejectionSaysWhy(t *testing.T) {
	for reason, want := range map[string]domain.Code{
		" \n": domain.CodeRequired, strings.Repeat("ә", 1001): domain.CodeTooLong, "a\u202eb": domain.CodeControlCharacter,
	} {
		o, err := domain.NewOrganisation(uuid.Nil, organisationForm(), noon)
		require.NoError(t, err)
		require.Equal(t, map[string]domain.Code{"/reason": want}, placesOf(o.Reject(reason, noon)))
		require.Equal(t, domain.Pending, o.Verification)
	}
	o, err := domain.NewOrganisation(uuid.Nil, organisationForm(), noon)
	require.NoError(t, err)
	require.NoError(t, o.Reject(strings.Repeat("ә", 1000), noon))
}

func TestEveryFaultOfAnOrganisationIsToldAtOnce(t *testing.T) {
	require.Equal(t, map[string]domain.Code{
		"/kind": domain.CodeUnknownValue, "/registration/number": domain.CodeChecksum, "/registration/country": domain.CodeUnknownValue,
		"/name/kk": domain.CodeTooLong, "/region": domain.CodeUnknownValue,
	}, faultsOf(domain.OrganisationForm{
		Kind: "school", RegistrationScheme: "bin", RegistrationCountry: "UZ", RegistrationNumber: "971240001316",
		Name: domain.Text{KK: strings.Repeat("ә", 201)}, Region: "Алматы",
	}))
	require.Equal(t, map[string]domain.Code{
		"/kind": domain.CodeUnknownValue, "/registration/scheme": domain.CodeUnknownValue, "/name": domain.CodeRequired,
	}, faultsOf(domain.OrganisationForm{}))
}

func TestRolesFollowFromMembershipsAndGrants(t *testing.T) {
	in := func(kind domain.OrganisationKind, role domain.MemberRole) domain.PersonMembership {
		return domain.PersonMembership{Organisation: domain.Organisation{ID: uuid.NewSHA1(uuid.Nil, []byte(kind)), Kind: kind}, Role: role}
	}
	for _, c := range []struct {
		person domain.Person
		want   []domain.Role
	}{
		{domain.Person{}, []domain.Role{"jobseeker"}},
		{domain.Person{Memberships: []domain.PersonMembership{in("employer", "viewer")}}, []domain.Role{"jobseeker", "employer"}},
		{domain.Person{Memberships: []domain.PersonMembership{in("university", "viewer")}}, []domain.Role{"jobseeker", "institution"}},
		{domain.Person{Memberships: []domain.PersonMembership{in("college", "owner")}}, []domain.Role{"jobseeker", "institution"}},
		{domain.Person{Memberships: []domain.PersonMembership{in("competence_centre", "owner")}}, []domain.Role{"jobseeker", "institution"}},
		{domain.Person{Account: domain.Account{Admin: true, Analyst: true}, Memberships: []domain.PersonMembership{
			in("training_provider", "editor"), in("employer", "owner"), in("university", "owner")}},
			[]domain.Role{"jobseeker", "employer", "institution", "analyst", "admin"}},
	} {
		require.Equal(t, c.want, c.person.Roles())
	}
	p := domain.Person{Memberships: []domain.PersonMembership{in("employer", "editor")}}
	require.Equal(t, domain.Editor, p.RoleIn(p.Memberships[0].Organisation.ID))
	require.Equal(t, domain.MemberRole(""), p.RoleIn(uuid.New()))
	for role, writes := range map[domain.MemberRole]bool{domain.Owner: true, domain.Editor: true, domain.Viewer: false, "": false} {
		require.Equal(t, writes, role.Writes(), role)
	}
}
