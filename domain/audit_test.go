package domain_test

import (
	"context"
	"maps"
	"reflect"
	"testing"
	"time"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// deeds returns the newest entry of the audit, and how many there are.
func (w *world) deeds(t testing.TB) (domain.Deed, int) {
	t.Helper()
	list, total, err := w.store.ListDeeds(t.Context(), domain.DeedList{Limit: 1})
	require.NoError(t, err)
	if total == 0 {
		return domain.Deed{}, 0
	}
	return *list[0], total
}

// notingVerbs returns, by verb, who does it and how, and what the audit is to say then. What has to be there before is
// there when it returns.
func notingVerbs(t *testing.T, w *world) map[string]func() (by domain.Actor, do func(context.Context) (domain.Deed, error)) {
	t.Helper()
	owner, admin, operator, m := w.owner(), w.admin(), w.people["operator"], w.market
	type does = func(context.Context) (domain.Deed, error)
	on := func(kind domain.DeedKind, subject domain.SubjectKind, id, organisation uuid.UUID, note string) domain.Deed {
		return domain.Deed{Kind: kind, SubjectKind: subject, Subject: id, Organisation: organisation, Note: note}
	}
	onDemand := func(kind domain.DeedKind, id uuid.UUID, note string) domain.Deed {
		return on(kind, domain.SubjectDemand, id, w.employer.ID, note)
	}
	onProgramme := func(kind domain.DeedKind, id uuid.UUID, note string) domain.Deed {
		return on(kind, domain.SubjectProgramme, id, w.institution.ID, note)
	}
	numbers := 0
	bin := func() string { numbers++; return uniqueBIN(numbers) }
	form := func() domain.OrganisationForm {
		f := organisationForm()
		f.RegistrationNumber = bin()
		return f
	}
	demand := func(by domain.Actor, status domain.DemandStatus, kind domain.DeedKind, note string, verb func(context.Context, *domain.Demand) error) func() (domain.Actor, does) {
		return func() (domain.Actor, does) {
			d := w.demand(t, status)
			return by, func(ctx context.Context) (domain.Deed, error) { return onDemand(kind, d.ID, note), verb(ctx, d) }
		}
	}
	programme := func(by domain.Actor, status domain.ProgrammeStatus, kind domain.DeedKind, note string, verb func(context.Context, *domain.Programme) error) func() (domain.Actor, does) {
		return func() (domain.Actor, does) {
			p := w.programme(t, status)
			return by, func(ctx context.Context) (domain.Deed, error) { return onProgramme(kind, p.ID, note), verb(ctx, p) }
		}
	}
	simply := func(by domain.Actor, do does) func() (domain.Actor, does) {
		return func() (domain.Actor, does) { return by, do }
	}
	somebody := func(email string) domain.Actor {
		a, err := w.accounts.EnsureAccount(t.Context(), operator, domain.AccountForm{Email: email, Password: "correct horse battery", Name: "x"}, domain.Powers{})
		require.NoError(t, err)
		return domain.Actor{AccountID: a.ID}
	}
	onAccount := func(kind domain.DeedKind, of domain.Actor) domain.Deed {
		return on(kind, domain.SubjectAccount, of.AccountID, uuid.Nil, "")
	}
	beginsFactor := func(who domain.Actor) *app {
		s, err := w.accounts.BeginSecondFactor(t.Context(), who, "correct horse battery")
		require.NoError(t, err)
		return &app{w: w, me: who, secret: s.Secret}
	}
	hasFactor := func(who domain.Actor) *app {
		a := beginsFactor(who)
		_, err := w.accounts.ConfirmSecondFactor(t.Context(), who, a.code(t))
		require.NoError(t, err)
		w.clock.pass(time.Minute) // for another code
		return a
	}
	index := domain.NewSearchIndex(w.store, &engine{}, &engine{}, w.clock.now)
	return map[string]func() (domain.Actor, does){
		"CreateOrganisation": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			o, err := m.CreateOrganisation(ctx, owner, form())
			return on(domain.DeedOrganisationCreated, domain.SubjectOrganisation, o.ID, o.ID, ""), err
		}),
		"EnsureOrganisation": simply(operator, func(ctx context.Context) (domain.Deed, error) {
			o, err := m.EnsureOrganisation(ctx, operator, form())
			return on(domain.DeedOrganisationCreated, domain.SubjectOrganisation, o.ID, o.ID, ""), err
		}),
		"VerifyOrganisation": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			o := w.organisation(t, domain.Employer, bin(), domain.Pending)
			_, err := m.VerifyOrganisation(ctx, admin, o.ID, 1)
			return on(domain.DeedOrganisationVerified, domain.SubjectOrganisation, o.ID, o.ID, ""), err
		}),
		"RejectOrganisation": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			o := w.organisation(t, domain.Employer, bin(), domain.Pending)
			_, err := m.RejectOrganisation(ctx, admin, o.ID, 1, "why")
			return on(domain.DeedOrganisationRejected, domain.SubjectOrganisation, o.ID, o.ID, "why"), err
		}),
		"GrantClaim": func() (domain.Actor, does) {
			o, claimant := w.claim(t, domain.Employer)
			w.write(t, func(ctx context.Context, tx domain.Tx) error { // nobody is taken out: that is noted besides
				for _, who := range []string{"owner", "editor", "viewer"} {
					if err := tx.DeleteMembership(ctx, w.employer.ID, w.people[who].AccountID); err != nil {
						return err
					}
				}
				return nil
			})
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.GrantClaim(ctx, admin, o.ID, o.Version, "why")
				w.write(t, func(ctx context.Context, tx domain.Tx) error {
					if err := tx.SaveMembership(ctx, domain.Membership{OrganisationID: w.employer.ID, AccountID: owner.AccountID, Role: domain.Owner}); err != nil {
						return err
					}
					return tx.DeleteMembership(ctx, w.employer.ID, claimant.ID)
				})
				return on(domain.DeedClaimGranted, domain.SubjectOrganisation, o.ID, w.employer.ID, "why"), err
			}
		},
		"CreateDemand": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			d, err := m.CreateDemand(ctx, owner, w.employer.ID, demandForm())
			return onDemand(domain.DeedDemandCreated, d.ID, ""), err
		}),
		"ReviseDemand": demand(owner, domain.DemandDraft, domain.DeedDemandRevised, "", func(ctx context.Context, d *domain.Demand) error {
			_, err := m.ReviseDemand(ctx, owner, d.ID, d.Version, func(*domain.Demand) (domain.DemandForm, error) { return demandForm(), nil })
			return err
		}),
		"PublishDemand": demand(owner, domain.DemandDraft, domain.DeedDemandPublished, "", func(ctx context.Context, d *domain.Demand) error {
			_, err := m.PublishDemand(ctx, owner, d.ID, d.Version)
			return err
		}),
		"CloseDemand": demand(owner, domain.DemandPublished, domain.DeedDemandClosed, "", func(ctx context.Context, d *domain.Demand) error {
			_, err := m.CloseDemand(ctx, owner, d.ID, d.Version)
			return err
		}),
		"ExpireDemands": demand(operator, domain.DemandPublished, domain.DeedDemandExpired, "", func(ctx context.Context, d *domain.Demand) error {
			later := func() time.Time { return w.clock.now().AddDate(1, 0, 0) }
			_, err := domain.NewMarket(hasty{w.store, []uuid.UUID{d.ID}}, func() *domain.Catalogue { return w.catalogue }, later).ExpireDemands(ctx, 1)
			return err
		}),
		"DeleteDemand": demand(owner, domain.DemandPublished, domain.DeedDemandDeleted, "", func(ctx context.Context, d *domain.Demand) error {
			return m.DeleteDemand(ctx, owner, d.ID, d.Version)
		}),
		"HideDemand": demand(admin, domain.DemandPublished, domain.DeedDemandHidden, "why", func(ctx context.Context, d *domain.Demand) error {
			_, err := m.HideDemand(ctx, admin, d.ID, d.Version, "why")
			return err
		}),
		"RestoreDemand": func() (domain.Actor, does) {
			d := w.hide(t, w.demand(t, domain.DemandPublished))
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.RestoreDemand(ctx, admin, d.ID, d.Version, "because")
				return onDemand(domain.DeedDemandRestored, d.ID, "because"), err
			}
		},
		"ImportDemands": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			_, err := m.ImportDemands(ctx, owner, w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil), importedDemandOf("2", nil), importedDemandOf("", nil)}, true)
			return on(domain.DeedDemandsImported, domain.SubjectOrganisation, w.employer.ID, w.employer.ID, "created=2 revised=0 unchanged=0 refused=1"), err
		}),
		"CreateProgramme": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			p, err := m.CreateProgramme(ctx, owner, w.institution.ID, programmeForm())
			return onProgramme(domain.DeedProgrammeCreated, p.ID, ""), err
		}),
		"ReviseProgramme": programme(owner, domain.ProgrammeDraft, domain.DeedProgrammeRevised, "", func(ctx context.Context, p *domain.Programme) error {
			_, err := m.ReviseProgramme(ctx, owner, p.ID, p.Version, func(*domain.Programme) (domain.ProgrammeForm, error) { return programmeForm(), nil })
			return err
		}),
		"PublishProgramme": programme(owner, domain.ProgrammeDraft, domain.DeedProgrammePublished, "", func(ctx context.Context, p *domain.Programme) error {
			_, err := m.PublishProgramme(ctx, owner, p.ID, p.Version)
			return err
		}),
		"ArchiveProgramme": programme(owner, domain.ProgrammePublished, domain.DeedProgrammeArchived, "", func(ctx context.Context, p *domain.Programme) error {
			_, err := m.ArchiveProgramme(ctx, owner, p.ID, p.Version)
			return err
		}),
		"DeleteProgramme": programme(owner, domain.ProgrammePublished, domain.DeedProgrammeDeleted, "", func(ctx context.Context, p *domain.Programme) error {
			return m.DeleteProgramme(ctx, owner, p.ID, p.Version)
		}),
		"HideProgramme": programme(admin, domain.ProgrammePublished, domain.DeedProgrammeHidden, "why", func(ctx context.Context, p *domain.Programme) error {
			_, err := m.HideProgramme(ctx, admin, p.ID, p.Version, "why")
			return err
		}),
		"RestoreProgramme": func() (domain.Actor, does) {
			p := w.hideProgramme(t, w.programme(t, domain.ProgrammePublished))
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.RestoreProgramme(ctx, admin, p.ID, p.Version, "because")
				return onProgramme(domain.DeedProgrammeRestored, p.ID, "because"), err
			}
		},
		"ImportProgrammes": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			_, err := m.ImportProgrammes(ctx, owner, w.institution.ID, []domain.ProgrammeImport{importedProgrammeOf("1", nil)}, false)
			return on(domain.DeedProgrammesImported, domain.SubjectOrganisation, w.institution.ID, w.institution.ID, "created=1 revised=0 unchanged=0 refused=0"), err
		}),
		"ReportDemand": func() (domain.Actor, does) {
			d := w.demand(t, domain.DemandPublished)
			return w.people["stranger"], func(ctx context.Context) (domain.Deed, error) {
				r, err := m.ReportDemand(ctx, w.people["stranger"], d.ID, fraud)
				return on(domain.DeedReportCreated, domain.SubjectReport, r.ID, uuid.Nil, ""), err
			}
		},
		"ReportProgramme": func() (domain.Actor, does) {
			p := w.programme(t, domain.ProgrammePublished)
			return w.people["stranger"], func(ctx context.Context) (domain.Deed, error) {
				r, err := m.ReportProgramme(ctx, w.people["stranger"], p.ID, fraud)
				return on(domain.DeedReportCreated, domain.SubjectReport, r.ID, uuid.Nil, ""), err
			}
		},
		"CloseReport": func() (domain.Actor, does) {
			r := w.reports(t, "jobseeker", w.demand(t, domain.DemandPublished))
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.CloseReport(ctx, admin, r.ID, "no_action", "why")
				return on(domain.DeedReportClosed, domain.SubjectReport, r.ID, uuid.Nil, "why"), err
			}
		},
		"EnsureAccount": simply(operator, func(ctx context.Context) (domain.Deed, error) {
			a, err := w.accounts.EnsureAccount(ctx, operator, domain.AccountForm{Email: "admin2@example.kz", Password: "correct horse battery", Name: "x"}, domain.Powers{Admin: true})
			return on(domain.DeedAccountCreated, domain.SubjectAccount, a.ID, uuid.Nil, ""), err
		}),
		"ChangePassword": func() (domain.Actor, does) {
			by := somebody("other@example.kz")
			return by, func(ctx context.Context) (domain.Deed, error) {
				return onAccount(domain.DeedPasswordChanged, by), w.accounts.ChangePassword(ctx, by, "correct horse battery", "another horse battery")
			}
		},
		"ResetPassword": func() (domain.Actor, does) {
			by := somebody("reset@example.kz")
			w.letters(t)
			code := w.asksForReset(t, "reset@example.kz")
			return by, func(ctx context.Context) (domain.Deed, error) {
				return onAccount(domain.DeedPasswordReset, by), w.accounts.ResetPassword(ctx, code, "another horse battery")
			}
		},
		"ConfirmSecondFactor": func() (domain.Actor, does) {
			a := beginsFactor(somebody("factor@example.kz"))
			return a.me, func(ctx context.Context) (domain.Deed, error) {
				_, err := w.accounts.ConfirmSecondFactor(ctx, a.me, a.code(t))
				return onAccount(domain.DeedSecondFactorOn, a.me), err
			}
		},
		"EndSecondFactor": func() (domain.Actor, does) {
			a := hasFactor(somebody("factor2@example.kz"))
			return a.me, func(ctx context.Context) (domain.Deed, error) {
				return onAccount(domain.DeedSecondFactorOff, a.me), w.accounts.EndSecondFactor(ctx, a.me, "correct horse battery", a.code(t))
			}
		},
		"DropSecondFactor": func() (domain.Actor, does) {
			a := hasFactor(somebody("factor3@example.kz"))
			return operator, func(ctx context.Context) (domain.Deed, error) {
				return onAccount(domain.DeedSecondFactorOff, a.me), w.accounts.DropSecondFactor(ctx, operator, "factor3@example.kz")
			}
		},
		"Erase": func() (domain.Actor, does) {
			by := somebody("third@example.kz")
			return by, func(ctx context.Context) (domain.Deed, error) {
				return onAccount(domain.DeedAccountErased, by), domain.NewPrivacy(w.store, w.passwords, nil, w.clock.now).Erase(ctx, by, "correct horse battery", nil)
			}
		},
		"Judge": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			err := w.extraction().Judge(ctx, owner, w.employer.ID, []domain.VerdictForm{{Words: "SQL", Competence: "house:sql", Confirmed: true}})
			return on(domain.DeedMentionsJudged, domain.SubjectOrganisation, w.employer.ID, w.employer.ID, ""), err
		}),
		"Rebuild": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			return on(domain.DeedReindexRequested, domain.SubjectSearchIndex, uuid.Nil, uuid.Nil, ""), index.Rebuild(ctx, admin)
		}),
		"Retry": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			_, err := index.Retry(ctx, admin, nil)
			return on(domain.DeedQuarantineRetried, domain.SubjectSearchIndex, uuid.Nil, uuid.Nil, "retried=2"), err
		}),
		"InstallCatalogue": simply(operator, func(ctx context.Context) (domain.Deed, error) {
			_, err := domain.InstallCatalogue(ctx, w.store, smallShipped(2, "next"), w.clock.now())
			return on(domain.DeedCatalogueInstalled, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "next"), err
		}),
		"ImportFrameworks": simply(operator, func(ctx context.Context) (domain.Deed, error) {
			part := house("9", domain.Competence{ID: "house:rust", Label: domain.Text{EN: "Rust"}})
			part.Partial = true
			_, err := domain.ImportFrameworks(ctx, w.store, []domain.Revision{part}, false, w.clock.now())
			return on(domain.DeedFrameworksImported, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "house 9"), err
		}),
		"Relate": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			_, err := m.Relate(ctx, admin, domain.LinkForm{From: "house:go", Relation: "close", To: "house:sql", Reason: "why"})
			return on(domain.DeedRelated, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "house:go close house:sql: why"), err
		}),
		"Unrelate": func() (domain.Actor, does) {
			link, err := m.Relate(t.Context(), admin, domain.LinkForm{From: "house:go", Relation: "exact", To: "house:programming", Reason: "why"})
			require.NoError(t, err)
			return admin, func(ctx context.Context) (domain.Deed, error) {
				note := "house:go exact house:programming: why not"
				return on(domain.DeedUnrelated, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, note), m.Unrelate(ctx, admin, link.ID(), "why not")
			}
		},
		"AddCompetence": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			_, _, err := m.AddCompetence(ctx, admin, domain.CompetenceForm{Framework: "house", Code: "zig", Kind: "tool", Label: domain.Text{RU: "Zig"}, Reason: "why"})
			return on(domain.DeedCompetenceAdded, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "house:zig: why"), err
		}),
		"AmendCompetence": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			_, err := m.AmendCompetence(ctx, admin, "house:sql", domain.AmendmentForm{Label: domain.Text{RU: "SQL!"}, Reason: "why"})
			return on(domain.DeedCompetenceAmended, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "house:sql: why"), err
		}),
		"AddSynonym": simply(admin, func(ctx context.Context) (domain.Deed, error) {
			_, err := m.AddSynonym(ctx, admin, "house:sql", "en", "sequel")
			return on(domain.DeedSynonymAdded, domain.SubjectCatalogue, uuid.Nil, uuid.Nil, "house:sql en: sequel"), err
		}),
		"Propose": simply(owner, func(ctx context.Context) (domain.Deed, error) {
			p, err := m.Propose(ctx, owner, w.employer.ID, missing())
			return on(domain.DeedProposalMade, domain.SubjectProposal, p.ID, w.employer.ID, ""), err
		}),
		"ApproveProposal": func() (domain.Actor, does) {
			p, err := m.Propose(t.Context(), owner, w.employer.ID, missing())
			require.NoError(t, err)
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.ApproveProposal(ctx, admin, p.ID, domain.ApprovalForm{Framework: "house", Code: "robots", Reason: "why"})
				return on(domain.DeedProposalApproved, domain.SubjectProposal, p.ID, w.employer.ID, "why"), err
			}
		},
		"RejectProposal": func() (domain.Actor, does) {
			p, err := m.Propose(t.Context(), owner, w.employer.ID, missing())
			require.NoError(t, err)
			return admin, func(ctx context.Context) (domain.Deed, error) {
				_, err := m.RejectProposal(ctx, admin, p.ID, "why")
				return on(domain.DeedProposalRejected, domain.SubjectProposal, p.ID, w.employer.ID, "why"), err
			}
		},
		"RotateKeys": simply(operator, func(ctx context.Context) (domain.Deed, error) {
			err := domain.RotateKeys(ctx, w.store, w.clock.now(), func(ctx context.Context) (string, error) {
				return "7", w.store.RotateSigningKeys(ctx, domain.SealedKey{ID: "7", Sealed: []byte("x"), CreatedAt: noon}, noon, noon)
			})
			return on(domain.DeedKeysRotated, domain.SubjectSigningKeys, uuid.Nil, uuid.Nil, "7"), err
		}),
	}
}

// unnoted are the verbs that the audit knows nothing of: they read, or are about the signing in or the consent of whoever
// calls, of which there are rows that tell all.
var unnoted = map[string]bool{
	"Catalogue": true, "Today": true, "Demand": true, "Programme": true, "Organisation": true, "FindOrganisation": true, "ListOrganisations": true,
	"OrganisationDemands": true, "OrganisationProgrammes": true, "MyReports": true, "Reports": true, "Audit": true,
	"Links": true, "Proposals": true, "OrganisationProposals": true, "OrganisationAudit": true,
	"Me": true, "Sessions": true, "Register": true, "Login": true, "Refresh": true, "Logout": true, "EndSession": true, "EndSessions": true,
	"ConfirmEmail": true, "SendConfirmation": true, "RequestReset": true, "BeginSecondFactor": true,
	"State": true, "Fresh": true, "Read": true, "Documents": true, "Export": true, "Consents": true, "GiveConsent": true, "WithdrawConsent": true,
}

func TestEveryVerbThatWritesIsNotedOnce(t *testing.T) {
	w := newWorld(t)
	verbs := notingVerbs(t, w)
	for _, of := range []any{w.market, w.accounts, domain.NewSearchIndex(nil, nil, nil, nil), domain.NewPrivacy(nil, nil, nil, nil), w.extraction()} {
		for method := range reflect.TypeOf(of).Methods() {
			if !unnoted[method.Name] {
				require.Contains(t, verbs, method.Name, "what does the audit say of it?")
			}
		}
	}
	for name, prepare := range verbs {
		t.Run(name, func(t *testing.T) {
			by, do := prepare()
			_, before := w.deeds(t)
			want, err := do(t.Context())
			require.NoError(t, err)
			got, after := w.deeds(t)
			require.Equal(t, before+1, after)
			require.Equal(t, uuid.Version(7), got.ID.Version())
			if name != "ExpireDemands" { // which is done much later
				require.Equal(t, w.clock.now(), got.At)
			}
			want.ID, want.At, want.Account, want.Operator = got.ID, got.At, by.AccountID, by.Operator
			require.Equal(t, want, got)
		})
	}
}

func TestWhatChangesNothingIsNotNoted(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	once := func() []error {
		_, err1 := w.market.ImportDemands(ctx, w.owner(), w.employer.ID, []domain.DemandImport{importedDemandOf("1", nil)}, true)
		_, err2 := w.market.EnsureOrganisation(ctx, w.people["operator"], organisationForm())
		_, err3 := domain.InstallCatalogue(ctx, w.store, smallShipped(1, "small"), noon)
		_, err4 := domain.NewSearchIndex(w.store, &engine{}, nil, w.clock.now).Retry(ctx, w.admin(), nil)
		_, err5 := w.accounts.EnsureAccount(ctx, w.people["operator"], domain.AccountForm{Email: "n@example.kz", Password: "correct horse battery", Name: "x"}, domain.Powers{})
		return []error{err1, err2, err3, err4, err5}
	}
	require.Equal(t, make([]error, 5), once())
	_, before := w.deeds(t)
	require.Equal(t, make([]error, 5), once())
	_, after := w.deeds(t)
	require.Equal(t, before, after)
	err := domain.RotateKeys(ctx, w.store, noon, func(context.Context) (string, error) { return "", domain.Fail(domain.Conflict, domain.CodeExists) })
	failsAs(t, err, domain.Conflict, domain.CodeExists)
	_, after = w.deeds(t)
	require.Equal(t, before, after)
}

func TestWhoReadsTheAudit(t *testing.T) {
	w := newWorld(t)
	everything := func(ctx context.Context, a domain.Actor, _ int) error {
		_, _, err := w.market.Audit(ctx, a, domain.DeedList{Limit: 10})
		return err
	}
	t.Run("everything", func(t *testing.T) { hold(t, w, administer, func() int { return 0 }, everything) })
	w.demand(t, domain.DemandPublished)
	ofOne := func(ctx context.Context, a domain.Actor, id uuid.UUID) error {
		list, _, err := w.market.OrganisationAudit(ctx, a, domain.DeedList{Organisation: id, Limit: 100})
		for _, d := range list {
			require.Equal(t, id, d.Organisation)
		}
		return err
	}
	owners := row{"visitor": domain.Unauthenticated, "viewer": domain.Forbidden, "editor": domain.Forbidden, "owner": done, "admin": done, "operator": done}
	t.Run("of a verified organisation", func(t *testing.T) {
		gone := row{"gone": domain.Unauthenticated}
		maps.Copy(gone, owners)
		hold(t, w, all(domain.Forbidden, gone), func() uuid.UUID { return w.employer.ID }, ofOne)
	})
	t.Run("of a pending organisation", func(t *testing.T) {
		hold(t, w, all(domain.NotFound, owners), func() uuid.UUID { return w.pending.ID }, ofOne)
	})
	t.Run("of none", func(t *testing.T) { hold(t, w, readNothingSignedIn, uuid.New, ofOne) })
}

// readNothingSignedIn is readNothing where visitors are asked to sign in first.
var readNothingSignedIn = all(domain.NotFound, row{"visitor": domain.Unauthenticated})

func TestTheAuditNamesWhoIsStillThere(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	d := w.demand(t, domain.DemandPublished)
	w.reports(t, "jobseeker", d)
	w.hide(t, d)
	erased := uuid.Must(uuid.NewV7())
	w.write(t, func(ctx context.Context, tx domain.Tx) error {
		return tx.Record(ctx, domain.Deed{ID: uuid.Must(uuid.NewV7()), At: noon, Account: erased, Kind: domain.DeedDemandRevised,
			SubjectKind: domain.SubjectDemand, Subject: d.ID, Organisation: w.employer.ID})
	})
	list, total, err := w.market.OrganisationAudit(ctx, w.owner(), domain.DeedList{Organisation: w.employer.ID, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 4, total, "who reported is not for owners to know")
	require.Equal(t, []domain.DeedKind{domain.DeedDemandRevised, domain.DeedDemandHidden, domain.DeedDemandPublished, domain.DeedDemandCreated},
		[]domain.DeedKind{list[0].Kind, list[1].Kind, list[2].Kind, list[3].Kind})
	require.Equal(t, []string{"", "admin", "owner", "owner"}, []string{list[0].Name, list[1].Name, list[2].Name, list[3].Name})
	require.Equal(t, erased, list[0].Account)
	_, total, err = w.market.Audit(ctx, w.admin(), domain.DeedList{Kind: domain.DeedReportCreated, Account: w.people["jobseeker"].AccountID, Limit: 10})
	require.NoError(t, err)
	require.Equal(t, 1, total)
}
