package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// now is the present of all tests: it ends in microseconds, as stored times do.
var now = time.Date(2026, 11, 23, 20, 15, 30, 123456000, time.UTC)

// newID returns a new id, greater than those before.
func newID() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// fullOrganisation is one with every field filled in; number tells one from another.
func fullOrganisation(number int) *domain.Organisation {
	return &domain.Organisation{
		ID: newID(), Kind: domain.Employer,
		Registration: domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: fmt.Sprintf("%012d", number)},
		Name:         domain.Text{KK: "Ә Ғ Қ Ң Ө Ұ Ү Һ І әғқңөұүһі", RU: "Ёлка, съешь ещё", EN: "“Kopir” & Co 100% _x_ \\"},
		Region:       "KZ-71", Verification: domain.Rejected, Rejection: "нөмірі дұрыс емес",
		Version: 1, CreatedAt: now, UpdatedAt: now.Add(time.Microsecond),
	}
}

// emptyOrganisation is one with nothing that can be left out.
func emptyOrganisation(number int) *domain.Organisation {
	return &domain.Organisation{
		ID: newID(), Kind: domain.University,
		Registration: domain.Registration{Scheme: domain.Foreign, Country: "DE", Number: fmt.Sprintf("HRB %d", number)},
		Verification: domain.Pending, Version: 1, CreatedAt: now, UpdatedAt: now,
	}
}

// fullDemand is a demand with every field filled in.
func fullDemand(organisation uuid.UUID) *domain.Demand {
	return &domain.Demand{
		ID: newID(), OrganisationID: organisation,
		DemandTerms: domain.DemandTerms{
			Title:       domain.Text{KK: "Деректер талдаушысы", RU: "Аналитик данных", EN: "Data analyst"},
			Description: domain.Text{KK: "Қазақша\nмәтін", RU: "Текст", EN: "Text with 'quotes' and \"more\" \\ 😀"},
			Kind:        domain.Job, Occupation: "2511", Sector: "J", Region: "KZ-75", WorkMode: domain.HybridWork,
			Openings: 7, Languages: []domain.Language{"kk", "ru", "zh-Hans"},
			Salary:       &domain.Salary{Min: 0, Max: 900_000, Currency: "KZT"},
			ValidThrough: domain.DateOf(now).AddDays(30),
			Requirements: []domain.Requirement{
				{Competence: "esco:z", Level: 8, Source: domain.Declared, Importance: domain.Must},
				{Competence: "esco:a", Level: 1, Source: domain.Inferred, Importance: domain.Should},
				{Competence: "ecf:D.10", Level: 3, Source: domain.Assumed, Importance: domain.Nice},
			},
		},
		Source: &domain.Source{Name: "enbek.kz", Reference: "№ 17", URL: "https://enbek.example/17"},
		Status: domain.DemandClosed, ClosedBecause: domain.ClosedExpired,
		PublishedAt: now.Add(time.Hour), ClosedAt: now.Add(2 * time.Hour),
		CreatedAt: now, UpdatedAt: now.Add(3 * time.Hour), Version: 1,
		Hidden: &domain.Hiding{Reason: "Ақша сұрайды", At: now.Add(3 * time.Hour)},
	}
}

// emptyDemand is a draft with nothing that can be left out.
func emptyDemand(organisation uuid.UUID) *domain.Demand {
	return &domain.Demand{
		ID: newID(), OrganisationID: organisation, Status: domain.DemandDraft, CreatedAt: now, UpdatedAt: now, Version: 1,
		DemandTerms: domain.DemandTerms{
			Title: domain.Text{EN: "Draft"}, Languages: []domain.Language{}, Requirements: []domain.Requirement{}},
	}
}

// openDemand is a demand that is published until a day.
func openDemand(organisation uuid.UUID, until domain.Date) *domain.Demand {
	d := fullDemand(organisation)
	d.Status, d.ClosedBecause, d.ClosedAt, d.ValidThrough, d.Hidden = domain.DemandPublished, "", time.Time{}, until, nil
	return d
}

// fullProgramme is a programme with every field filled in.
func fullProgramme(organisation uuid.UUID) *domain.Programme {
	day := domain.DateOf(now)
	return &domain.Programme{
		ID: newID(), OrganisationID: organisation,
		ProgrammeTerms: domain.ProgrammeTerms{
			Title:       domain.Text{KK: "Бағдарламалық инженерия", RU: "Программная инженерия", EN: "Software engineering"},
			Description: domain.Text{KK: "Қ", RU: "Ы", EN: "D"},
			Kind:        domain.ShortCourse, Mode: domain.Blended,
			Languages: []domain.Language{"ru", "kk"}, Regions: []domain.Region{"KZ-71", "KZ-10"},
			Weeks: 12, Hours: 144, ECTS: 5, Price: &domain.Money{Amount: 0, Currency: "KZT"},
			Funding: []domain.Funding{domain.Voucher, domain.Free}, NQFLevel: 6,
			Segments: []domain.Segment{"youth", "rural"}, Sectors: []domain.Sector{"J", "P"}, URL: "https://uni.example/se?a=1&b=2",
			Outcomes: []domain.Outcome{
				{Competence: "esco:b", Level: 5, Source: domain.Declared},
				{Competence: "esco:a", Level: 2, Source: domain.Assumed},
			},
			Prerequisites: []domain.Outcome{{Competence: "digcomp:1.1", Level: 2, Source: domain.Inferred}},
			Intakes: []domain.Intake{
				{StartsOn: day.AddDays(90), EndsOn: day.AddDays(180), ApplyBy: day.AddDays(60), Seats: 25, Region: "KZ-10"},
				{StartsOn: day.AddDays(30)},
			},
		},
		Source: &domain.Source{Name: "epvo", Reference: "6B061"},
		Status: domain.ProgrammeArchived, PublishedAt: now.Add(time.Hour), ArchivedAt: now.Add(2 * time.Hour),
		CreatedAt: now, UpdatedAt: now.Add(3 * time.Hour), Version: 1,
		Hidden: &domain.Hiding{Reason: "Лицензия жоқ", At: now.Add(3 * time.Hour)},
	}
}

// emptyProgramme is a draft with nothing that can be left out.
func emptyProgramme(organisation uuid.UUID) *domain.Programme {
	return &domain.Programme{
		ID: newID(), OrganisationID: organisation, Status: domain.ProgrammeDraft, CreatedAt: now, UpdatedAt: now, Version: 1,
		ProgrammeTerms: domain.ProgrammeTerms{
			Title: domain.Text{KK: "Жоба"}, Languages: []domain.Language{}, Regions: []domain.Region{},
			Funding: []domain.Funding{}, Segments: []domain.Segment{}, Sectors: []domain.Sector{},
			Outcomes: []domain.Outcome{}, Prerequisites: []domain.Outcome{}, Intakes: []domain.Intake{},
		},
	}
}

func openProgramme(organisation uuid.UUID) *domain.Programme {
	p := fullProgramme(organisation)
	p.Status, p.ArchivedAt, p.Hidden = domain.ProgrammePublished, time.Time{}, nil
	return p
}

// someAccount is an account with every field filled in.
func someAccount(email string) *domain.Account {
	return &domain.Account{
		ID: newID(), Email: email, Name: "Әйгерім Ңұрғиса", Language: domain.Kazakh, PasswordHash: "$argon2id$v=19$x",
		Admin: true, Analyst: true, CreatedAt: now, ConfirmedAt: now.Add(time.Minute),
		Factor: &domain.SecondFactor{
			Sealed: []byte{0, 1, 0xff}, Begun: now, OnSince: now.Add(time.Second), Step: 59_000_000, Recovery: [][]byte{{1}, {0xff, 0}}, Wrong: 3, WrongAt: now.Add(time.Minute),
		},
	}
}

// catalogue returns one with two frameworks; size is how many competences the larger one has.
func catalogue(t testing.TB, edition string, size int) *domain.Catalogue {
	t.Helper()
	frameworks := []domain.Framework{
		{ID: "ecf", Version: "4.0", Name: domain.Text{EN: "e-CF"}},
		{ID: "esco", Version: "1.2.0", Name: domain.Text{KK: "ESCO құзыреттері", RU: "Навыки ESCO", EN: "ESCO skills"},
			URL: "https://esco.example", Attribution: domain.Text{EN: "from ESCO, changed"}, Imported: []domain.Language{"en", "kk"},
			Levels: []domain.FrameworkLevel{{Code: "e-2", Name: domain.Text{RU: "второй"}, Level: 4}, {Code: "e-1", Level: 2}}},
	}
	competences := []domain.Competence{
		{ID: "ecf:A.1", Framework: "ecf", Label: domain.Text{EN: "Bare"}},
		{ID: "esco:full", Framework: "esco", Code: "S1", URI: "https://esco.example/full", Kind: domain.Tool,
			Label:    domain.Text{KK: "Дерекқор", RU: "База данных", EN: "Database"},
			Synonyms: domain.Synonyms{KK: []string{"деректер қоры"}, RU: []string{"БД", "хранилище"}, EN: []string{"db"}},
			Area:     domain.Text{KK: "Сала", RU: "Область", EN: "Area"},
			Broader:  []domain.CompetenceID{"esco:9", "esco:1"}, Exact: []domain.CompetenceID{"ecf:A.1"},
			Close: []domain.CompetenceID{"esco:2", "esco:0"}, ReplacedBy: "esco:3", Deprecated: true, Added: true},
	}
	for i := range size {
		competences = append(competences, domain.Competence{
			ID: domain.CompetenceID(fmt.Sprintf("esco:%d", i)), Framework: "esco", Kind: domain.Skill,
			Label: domain.Text{EN: fmt.Sprintf("Skill %d", i)},
		})
	}
	c, err := domain.NewCatalogue(edition, frameworks, competences)
	require.NoError(t, err)
	return c
}

// saveCatalogue saves a catalogue of which nothing was decided here.
func saveCatalogue(ctx context.Context, t testing.TB, tx domain.Tx, c *domain.Catalogue) {
	t.Helper()
	content := domain.CatalogueContent{Frameworks: c.Frameworks(), Competences: c.Competences()}
	require.NoError(t, tx.SaveCatalogue(ctx, domain.CatalogueEdition{Number: 1, Shipped: c.Edition()}, content))
}

// within runs work in a transaction that must succeed.
func within(t testing.TB, o *Opened, work func(ctx context.Context, tx domain.Tx)) {
	t.Helper()
	require.NoError(t, o.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		work(ctx, tx)
		return nil
	}))
}

// keep creates things in one transaction.
func keep(t testing.TB, o *Opened, things ...any) {
	t.Helper()
	within(t, o, func(ctx context.Context, tx domain.Tx) {
		for _, thing := range things {
			switch thing := thing.(type) {
			case *domain.Account:
				require.NoError(t, tx.CreateAccount(ctx, thing))
			case *domain.Organisation:
				require.NoError(t, tx.CreateOrganisation(ctx, thing))
			case *domain.Demand:
				require.NoError(t, tx.CreateDemand(ctx, thing))
			case *domain.Programme:
				require.NoError(t, tx.CreateProgramme(ctx, thing))
			case *domain.APIKey:
				require.NoError(t, tx.CreateAPIKey(ctx, thing))
			case *domain.Catalogue:
				saveCatalogue(ctx, t, tx, thing)
			default:
				require.Failf(t, "cannot keep it", "%T", thing)
			}
		}
	})
}

// same compares to the last field; times must be in UTC.
func same(t testing.TB, want, got any) {
	t.Helper()
	require.Empty(t, cmp.Diff(want, got, cmpopts.EquateComparable(time.Time{})))
}

// failsAs asks for a domain error of a kind with a code.
func failsAs(t testing.TB, err error, kind domain.Kind, code domain.Code) {
	t.Helper()
	var e *domain.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, kind, e.Kind, "%v", err)
	require.Equal(t, code, e.Reason.Code)
}
