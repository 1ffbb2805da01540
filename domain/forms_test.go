package domain_test

import (
	"strconv"
	"strings"
	"testing"

	"kopir/domain"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// demandForm is a demand without a fault that can be published.
func demandForm() domain.DemandForm {
	return domain.DemandForm{
		Title: domain.Text{RU: "Go-разработчик", KK: "Go бағдарламалаушысы"}, Description: domain.Text{RU: "Первая строка\r\n\tвторая"},
		Kind: "job", Occupation: "2512", Sector: "J", Region: "KZ-75", WorkMode: "hybrid", Openings: 3, Languages: []string{"kk", "ru"},
		Salary: &domain.SalaryForm{Min: 600_000, Max: 900_000, Currency: "KZT"}, ValidThrough: "2027-03-01",
		Requirements: []domain.RequirementForm{
			{Competence: "house:go", Level: 5, Importance: "must"},
			{Competence: "house:sql", Level: 3, LevelSource: "inferred", Importance: "nice"},
		},
	}
}

// programmeForm is a programme without a fault that can be published.
func programmeForm() domain.ProgrammeForm {
	return domain.ProgrammeForm{
		Title: domain.Text{KK: "Go тілінде бағдарламалау", RU: "Программирование на Go"}, Kind: "short_course", Mode: "blended",
		Languages: []string{"ru"}, Regions: []string{"KZ-75", "KZ-71"}, Funding: []string{"paid", "voucher"}, Segments: []string{"unemployed"},
		Sectors: []string{"J"}, Weeks: 12, Hours: 120, ECTS: 4, Price: &domain.MoneyForm{Amount: 250_000, Currency: "KZT"}, NQFLevel: 5,
		URL: "https://example.kz/go?lang=kk#top", Outcomes: []domain.OutcomeForm{{Competence: "house:go", Level: 5}},
		Prerequisites: []domain.OutcomeForm{{Competence: "house:programming", Level: 2, LevelSource: "assumed"}},
		Intakes:       []domain.IntakeForm{{StartsOn: "2027-01-15", EndsOn: "2027-04-10", ApplyBy: "2027-01-08", Seats: 25, Region: "KZ-75"}},
	}
}

func TestADemandWithoutFaultIsReadAsItIsWritten(t *testing.T) {
	terms, err := demandForm().Parse(smallCatalogue(), domain.DateOf(noon))
	require.NoError(t, err)
	require.Equal(t, domain.DemandTerms{
		Title: domain.Text{RU: "Go-разработчик", KK: "Go бағдарламалаушысы"}, Description: domain.Text{RU: "Первая строка\r\n\tвторая"},
		Kind: domain.Job, Occupation: "2512", Sector: "J", Region: "KZ-75", WorkMode: domain.HybridWork, Openings: 3,
		Languages: []domain.Language{"kk", "ru"}, Salary: &domain.Salary{Min: 600_000, Max: 900_000, Currency: "KZT"}, ValidThrough: day("2027-03-01"),
		Requirements: []domain.Requirement{
			{Competence: "house:go", Level: 5, Source: domain.Declared, Importance: domain.Must},
			{Competence: "house:sql", Level: 3, Source: domain.Inferred, Importance: domain.Nice},
		},
	}, terms)
}

func TestAProgrammeWithoutFaultIsReadAsItIsWritten(t *testing.T) {
	terms, err := programmeForm().Parse(smallCatalogue())
	require.NoError(t, err)
	require.Equal(t, domain.ProgrammeTerms{
		Title: domain.Text{KK: "Go тілінде бағдарламалау", RU: "Программирование на Go"}, Kind: domain.ShortCourse, Mode: domain.Blended,
		Languages: []domain.Language{"ru"}, Regions: []domain.Region{"KZ-75", "KZ-71"}, Funding: []domain.Funding{domain.Paid, domain.Voucher},
		Segments: []domain.Segment{"unemployed"}, Sectors: []domain.Sector{"J"}, Weeks: 12, Hours: 120, ECTS: 4,
		Price: &domain.Money{Amount: 250_000, Currency: "KZT"}, NQFLevel: 5, URL: "https://example.kz/go?lang=kk#top",
		Outcomes:      []domain.Outcome{{Competence: "house:go", Level: 5, Source: domain.Declared}},
		Prerequisites: []domain.Outcome{{Competence: "house:programming", Level: 2, Source: domain.Assumed}},
		Intakes:       []domain.Intake{{StartsOn: day("2027-01-15"), EndsOn: day("2027-04-10"), ApplyBy: day("2027-01-08"), Seats: 25, Region: "KZ-75"}},
	}, terms)
}

func TestADraftNeedsNoMoreThanATitle(t *testing.T) {
	demand, err := domain.DemandForm{Title: domain.Text{EN: "Somebody"}}.Parse(smallCatalogue(), domain.DateOf(noon))
	require.NoError(t, err)
	require.Equal(t, 1, demand.Openings, "one opening where none is said")
	_, err = domain.ProgrammeForm{Title: domain.Text{EN: "Something"}}.Parse(smallCatalogue())
	require.NoError(t, err)

	_, err = domain.DemandForm{}.Parse(smallCatalogue(), domain.DateOf(noon))
	require.Equal(t, map[string]domain.Code{"/title": domain.CodeRequired}, placesOf(err))
	_, err = domain.ProgrammeForm{}.Parse(smallCatalogue())
	require.Equal(t, map[string]domain.Code{"/title": domain.CodeRequired}, placesOf(err))
}

func TestEveryFaultOfADemandIsToldAtOnce(t *testing.T) {
	_, err := domain.DemandForm{
		Title: domain.Text{KK: strings.Repeat("ә", 201), RU: "two\nlines"}, Description: domain.Text{EN: strings.Repeat("x", 10_001), RU: "a\u202eb"},
		Kind: "vacancy", Occupation: "251", Sector: "Z", Region: "KZ-12", WorkMode: "home", Openings: 100_001,
		Languages: []string{"ru", "Russian", "ru"}, Salary: &domain.SalaryForm{Min: -1, Max: 2_000_000_000_000, Currency: "tenge"},
		ValidThrough: "2026-11-30",
		Requirements: []domain.RequirementForm{
			{Competence: "house:go", Level: 5, Importance: "must"},
			{Competence: "house:go", Level: 4, Importance: "must"},
			{Competence: "house:golang", Level: 4, Importance: "must"}, // replaced by the first
			{Competence: "house:cobol", Level: 9, LevelSource: "guessed", Importance: "maybe"},
			{Competence: "Go", Level: 0, Importance: "must"},
			{Competence: "house:hen", Level: 1, Importance: "must"},
		},
	}.Parse(smallCatalogue(), domain.DateOf(noon))
	require.Equal(t, map[string]domain.Code{
		"/title/kk": domain.CodeTooLong, "/title/ru": domain.CodeControlCharacter,
		"/description/en": domain.CodeTooLong, "/description/ru": domain.CodeControlCharacter,
		"/kind": domain.CodeUnknownValue, "/occupation": domain.CodeMalformed, "/sector": domain.CodeUnknownValue, "/region": domain.CodeUnknownValue,
		"/work_mode": domain.CodeUnknownValue, "/openings": domain.CodeOutOfRange, "/languages/1": domain.CodeMalformed, "/languages/2": domain.CodeDuplicate,
		"/salary/currency": domain.CodeMalformed, "/salary/min": domain.CodeOutOfRange, "/salary/max": domain.CodeOutOfRange, "/valid_through": domain.CodePast,
		"/requirements/1/competence_id": domain.CodeDuplicate, "/requirements/2/competence_id": domain.CodeDuplicate,
		"/requirements/3/competence_id": domain.CodeUnknownCompetence, "/requirements/3/level": domain.CodeOutOfRange,
		"/requirements/3/level_source": domain.CodeUnknownValue, "/requirements/3/importance": domain.CodeUnknownValue,
		"/requirements/4/competence_id": domain.CodeMalformed, "/requirements/4/level": domain.CodeOutOfRange,
		"/requirements/5/competence_id": domain.CodeUnknownCompetence,
	}, placesOf(err))
}

func TestEveryFaultOfAProgrammeIsToldAtOnce(t *testing.T) {
	_, err := domain.ProgrammeForm{
		Title: domain.Text{RU: "\x00"}, Kind: "course", Mode: "evening", Languages: []string{"kk", "kk"}, Regions: []string{"KZ-75", "Almaty"},
		Funding: []string{"free", "gratis"}, Segments: []string{"youth", "everybody"}, Sectors: []string{"J", "j"},
		Weeks: 521, Hours: -1, ECTS: 601, NQFLevel: 9, Price: &domain.MoneyForm{Amount: -5, Currency: "₸"}, URL: "javascript:alert(1)",
		Outcomes:      []domain.OutcomeForm{{Competence: "house:cobol", Level: 5}, {Competence: "house:go", Level: 9}},
		Prerequisites: []domain.OutcomeForm{{Competence: "house:sql", Level: 1}, {Competence: "house:sql", Level: 2}},
		Intakes: []domain.IntakeForm{
			{StartsOn: "2027-01-15", EndsOn: "2027-01-14", ApplyBy: "2027-01-16", Seats: -1, Region: "KZ-71"},
			{EndsOn: "soon", Region: "Astana"},
		},
	}.Parse(smallCatalogue())
	require.Equal(t, map[string]domain.Code{
		"/title/ru": domain.CodeControlCharacter, "/kind": domain.CodeUnknownValue, "/mode": domain.CodeUnknownValue, "/languages/1": domain.CodeDuplicate,
		"/regions/1": domain.CodeUnknownValue, "/funding/1": domain.CodeUnknownValue, "/segments/1": domain.CodeUnknownValue, "/sectors/1": domain.CodeUnknownValue,
		"/weeks": domain.CodeOutOfRange, "/hours": domain.CodeOutOfRange, "/ects": domain.CodeOutOfRange, "/nqf_level": domain.CodeOutOfRange,
		"/price/currency": domain.CodeMalformed, "/price/amount": domain.CodeOutOfRange, "/price": domain.CodeFreeWithPrice, "/url": domain.CodeMalformed,
		"/outcomes/0/competence_id": domain.CodeUnknownCompetence, "/outcomes/1/level": domain.CodeOutOfRange, "/prerequisites/1/competence_id": domain.CodeDuplicate,
		"/intakes/0/ends_on": domain.CodeOrder, "/intakes/0/starts_on": domain.CodeOrder, "/intakes/0/seats": domain.CodeOutOfRange,
		"/intakes/0/region": domain.CodeRegionNotServed, "/intakes/1/starts_on": domain.CodeMalformed, "/intakes/1/ends_on": domain.CodeMalformed,
		"/intakes/1/region": domain.CodeUnknownValue,
	}, placesOf(err))
}

func TestListsHaveLimits(t *testing.T) {
	many := func(n int, item string) []string {
		list := make([]string, n)
		for i := range list {
			list[i] = item
		}
		return list
	}
	demand := domain.DemandForm{
		Title: domain.Text{EN: "x"}, Languages: many(domain.MaxLanguages+1, "ru"), Requirements: make([]domain.RequirementForm, domain.MaxRequirements+1),
	}
	_, err := demand.Parse(smallCatalogue(), 0)
	require.Equal(t, map[string]domain.Code{"/languages": domain.CodeTooMany, "/requirements": domain.CodeTooMany}, placesOf(err))

	programme := domain.ProgrammeForm{
		Title: domain.Text{EN: "x"}, Regions: many(1001, "KZ-75"), Funding: many(1001, "paid"), Segments: many(1001, "youth"), Sectors: many(1001, "J"),
		Outcomes: make([]domain.OutcomeForm, domain.MaxOutcomes+1), Prerequisites: make([]domain.OutcomeForm, domain.MaxPrerequisites+1),
		Intakes: make([]domain.IntakeForm, domain.MaxIntakes+1), URL: "https://example.kz/" + strings.Repeat("x", domain.MaxURL),
	}
	_, err = programme.Parse(smallCatalogue())
	require.Equal(t, map[string]domain.Code{
		"/regions": domain.CodeTooMany, "/funding": domain.CodeTooMany, "/segments": domain.CodeTooMany, "/sectors": domain.CodeTooMany,
		"/outcomes": domain.CodeTooMany, "/prerequisites": domain.CodeTooMany, "/intakes": domain.CodeTooMany, "/url": domain.CodeTooLong,
	}, placesOf(err))
}

func TestAsManyRequirementsAsAreAllowedAreTaken(t *testing.T) {
	var competences []domain.Competence
	form := demandForm()
	form.Requirements = nil
	for i := range domain.MaxRequirements {
		id := "house:" + strconv.Itoa(i)
		competences = append(competences, domain.Competence{ID: domain.CompetenceID(id), Framework: "house"})
		form.Requirements = append(form.Requirements, domain.RequirementForm{Competence: id, Level: 1, Importance: "nice"})
	}
	c, err := domain.NewCatalogue("many", []domain.Framework{{ID: "house"}}, competences)
	require.NoError(t, err)
	terms, err := form.Parse(c, 0)
	require.NoError(t, err)
	require.Len(t, terms.Requirements, domain.MaxRequirements)
}

func TestAReplacedCompetenceBecomesWhatReplacedIt(t *testing.T) {
	form := demandForm()
	form.Requirements = []domain.RequirementForm{{Competence: "house:golang", Level: 3, Importance: "must"}}
	terms, err := form.Parse(smallCatalogue(), 0)
	require.NoError(t, err)
	require.Equal(t, domain.CompetenceID("house:go"), terms.Requirements[0].Competence)
}

func TestTheLastDayOfADemandIsTodayAtTheEarliest(t *testing.T) {
	for valid, want := range map[string]map[string]domain.Code{
		"2026-11-30": {"/valid_through": domain.CodePast}, "2026-12-01": nil, "2026-12-02": nil, "": nil,
		"tomorrow": {"/valid_through": domain.CodeMalformed}, "2200-01-01": {"/valid_through": domain.CodeOutOfRange},
	} {
		form := demandForm()
		form.ValidThrough = valid
		_, err := form.Parse(smallCatalogue(), domain.DateOf(noon))
		require.Equal(t, want, placesOf(err), valid)
	}
}

func TestASalaryIsARangeThatMayBeOpenAbove(t *testing.T) {
	for _, c := range []struct {
		min, max int64
		want     map[string]domain.Code
	}{
		{0, 0, map[string]domain.Code{"/salary": domain.CodeRequired}}, {0, 500, nil}, {500, 0, nil}, {500, 500, nil}, {500, 499, map[string]domain.Code{"/salary/max": domain.CodeOutOfRange}},
		{-1, 0, map[string]domain.Code{"/salary/min": domain.CodeOutOfRange}}, {0, -1, map[string]domain.Code{"/salary/max": domain.CodeOutOfRange}},
		{domain.MaxMoney, domain.MaxMoney, nil}, {domain.MaxMoney + 1, 0, map[string]domain.Code{"/salary/min": domain.CodeOutOfRange}},
	} {
		form := demandForm()
		form.Salary = &domain.SalaryForm{Min: c.min, Max: c.max, Currency: "KZT"}
		_, err := form.Parse(smallCatalogue(), 0)
		require.Equal(t, c.want, placesOf(err), "%d to %d", c.min, c.max)
	}
}

func TestAFreeProgrammeHasNoPrice(t *testing.T) {
	for _, c := range []struct {
		price *domain.MoneyForm
		want  map[string]domain.Code
	}{
		{nil, nil}, {&domain.MoneyForm{Currency: "KZT"}, nil},
		{&domain.MoneyForm{Amount: 1, Currency: "KZT"}, map[string]domain.Code{"/price": domain.CodeFreeWithPrice}},
	} {
		form := programmeForm()
		form.Funding, form.Price = []string{"free"}, c.price
		_, err := form.Parse(smallCatalogue())
		require.Equal(t, c.want, placesOf(err))
		form.Funding = []string{"paid"}
		_, err = form.Parse(smallCatalogue())
		require.NoError(t, err)
	}
}

func TestAnAddressIsOneThatABrowserMayOpen(t *testing.T) {
	for _, s := range []string{"https://example.kz", "http://example.kz/курс", "https://example.kz:8443/a?b=c#d", ""} {
		form := programmeForm()
		form.URL = s
		terms, err := form.Parse(smallCatalogue())
		require.NoError(t, err, s)
		require.Equal(t, s, terms.URL)
	}
	for _, s := range []string{"example.kz", "/courses", "//example.kz", "ftp://example.kz", "javascript:alert(1)", "data:text/html,x", "https://", "https:///x",
		"https://user:secret@example.kz", "https://example.kz/\n", "https://exa\u202emple.kz", "https://example.kz/a b", "https://[::1", "HTTPS//x"} {
		form := programmeForm()
		form.URL = s
		_, err := form.Parse(smallCatalogue())
		require.Equal(t, map[string]domain.Code{"/url": domain.CodeMalformed}, placesOf(err), "%q", s)
	}
}

func TestTermsAreEqualUnlessAnythingIsDifferent(t *testing.T) {
	demand := func(change func(*domain.DemandForm)) domain.DemandTerms {
		form := demandForm()
		change(&form)
		terms, err := form.Parse(smallCatalogue(), 0)
		require.NoError(t, err)
		return terms
	}
	same := demand(func(*domain.DemandForm) {})
	require.True(t, same.Equal(demand(func(*domain.DemandForm) {})))
	for i, change := range []func(*domain.DemandForm){
		func(f *domain.DemandForm) { f.Title.EN = "x" }, func(f *domain.DemandForm) { f.Description.KK = "x" },
		func(f *domain.DemandForm) { f.Kind = "internship" }, func(f *domain.DemandForm) { f.Occupation = "2513" },
		func(f *domain.DemandForm) { f.Sector = "K" }, func(f *domain.DemandForm) { f.Region = "" }, func(f *domain.DemandForm) { f.WorkMode = "remote" },
		func(f *domain.DemandForm) { f.Openings = 4 }, func(f *domain.DemandForm) { f.Languages = []string{"ru", "kk"} },
		func(f *domain.DemandForm) { f.Salary = nil }, func(f *domain.DemandForm) { f.Salary.Max++ },
		func(f *domain.DemandForm) { f.ValidThrough = "2027-03-02" }, func(f *domain.DemandForm) { f.Requirements[1].Level++ },
		func(f *domain.DemandForm) { f.Requirements = f.Requirements[:1] },
	} {
		other := demand(change)
		require.False(t, same.Equal(other), i)
		require.False(t, other.Equal(same), i)
	}
	programme := func(change func(*domain.ProgrammeForm)) domain.ProgrammeTerms {
		form := programmeForm()
		change(&form)
		terms, err := form.Parse(smallCatalogue())
		require.NoError(t, err)
		return terms
	}
	one := programme(func(*domain.ProgrammeForm) {})
	require.True(t, one.Equal(programme(func(*domain.ProgrammeForm) {})))
	for i, change := range []func(*domain.ProgrammeForm){
		func(f *domain.ProgrammeForm) { f.Title.EN = "x" }, func(f *domain.ProgrammeForm) { f.Description.KK = "x" },
		func(f *domain.ProgrammeForm) { f.Kind = "bootcamp" }, func(f *domain.ProgrammeForm) { f.Mode = "online" },
		func(f *domain.ProgrammeForm) { f.Languages = nil }, func(f *domain.ProgrammeForm) { f.Regions = append(f.Regions, "KZ-79") },
		func(f *domain.ProgrammeForm) { f.Funding = []string{"paid"} }, func(f *domain.ProgrammeForm) { f.Segments = nil },
		func(f *domain.ProgrammeForm) { f.Sectors = nil }, func(f *domain.ProgrammeForm) { f.Weeks++ }, func(f *domain.ProgrammeForm) { f.Hours++ },
		func(f *domain.ProgrammeForm) { f.ECTS++ }, func(f *domain.ProgrammeForm) { f.Price = nil }, func(f *domain.ProgrammeForm) { f.Price.Currency = "USD" },
		func(f *domain.ProgrammeForm) { f.NQFLevel++ }, func(f *domain.ProgrammeForm) { f.URL = "" }, func(f *domain.ProgrammeForm) { f.Outcomes[0].Level++ },
		func(f *domain.ProgrammeForm) { f.Prerequisites = nil }, func(f *domain.ProgrammeForm) { f.Intakes[0].Seats++ },
	} {
		require.False(t, one.Equal(programme(change)), i)
	}
}

func TestACatalogueNamesEveryCompetenceThatDoesNotHoldTogether(t *testing.T) {
	_, err := domain.NewCatalogue("bad", []domain.Framework{{ID: "house"}}, []domain.Competence{
		{ID: "house:a", Framework: "house", Broader: []domain.CompetenceID{"house:x"}},
		{ID: "house:b", Framework: "other"},
		{ID: "house:c", Framework: "house", Close: []domain.CompetenceID{"house:y"}},
		{ID: "house:d", Framework: "house", Exact: []domain.CompetenceID{"house:a"}},
		{ID: "house:e", Framework: "house", ReplacedBy: "house:z"},
		{ID: "house:f", Framework: "house"}, {ID: "house:f", Framework: "house"},
	})
	require.Equal(t, map[string]domain.Code{
		"/house:a": domain.CodeUnknownCompetence, "/house:b/framework": domain.CodeUnknownValue, "/house:c": domain.CodeUnknownCompetence,
		"/house:e": domain.CodeUnknownCompetence, "/house:f": domain.CodeDuplicate,
	}, placesOf(err))

	c := smallCatalogue()
	require.Equal(t, []domain.CompetenceID{"house:go"}, c.Narrower("house:programming"))
	_, ok := c.Competence("house:cobol")
	require.False(t, ok)
	for i, k := range c.Competences()[1:] {
		require.Less(t, c.Competences()[i].ID, k.ID)
	}
}

func TestTheIdOfAnImportedThingIsTheSameEverywhere(t *testing.T) {
	owner := domain.Registration{Scheme: domain.BIN, Country: "KZ", Number: "971240001315"}
	id := domain.ImportedID(domain.DemandSide, owner, domain.Source{Name: "job-ads", Reference: "80208", URL: "https://example.kz"})
	require.Equal(t, uuid.MustParse(importedDemand), id)
	require.Equal(t, uuid.Version(5), id.Version())
	require.Equal(t, id, domain.ImportedID(domain.DemandSide, owner, domain.Source{Name: "job-ads", Reference: "80208"}), "the address plays no part")
	others := []uuid.UUID{
		id, domain.RegisteredID(owner),
		domain.ImportedID(domain.ProgrammeSide, owner, domain.Source{Name: "job-ads", Reference: "80208"}),
		domain.ImportedID(domain.DemandSide, domain.Registration{Scheme: domain.IIN, Country: "KZ", Number: "971240001315"}, domain.Source{Name: "job-ads", Reference: "80208"}),
		domain.ImportedID(domain.DemandSide, owner, domain.Source{Name: "job-ad", Reference: "s80208"}),
		domain.ImportedID(domain.DemandSide, owner, domain.Source{Name: "job-ads", Reference: "80209"}),
	}
	seen := map[uuid.UUID]bool{}
	for _, other := range others {
		require.False(t, seen[other])
		seen[other] = true
	}
	require.Equal(t, uuid.MustParse(registered), domain.RegisteredID(owner))
}

// The ids that these names give in RFC 9562's version 5; another program finds the same.
const (
	importedDemand = "9ad56ff5-313c-585d-8448-e15ab1149baf"
	registered     = "614271c4-c00c-588b-9664-77d8ed29fcc3"
)
