package data

import (
	"embed"
	"encoding/json"
	"fmt"

	"kopir/domain"
)

//go:embed demo/*.json
var demoFiles embed.FS

// DemoSource names where demo things come from.
const DemoSource = "kopir-demo"

// DemoPassword is the password of every demo account; it exists nowhere else.
const DemoPassword = "bridge-between-both-banks"

// DemoAccount is an account of the demo.
type DemoAccount struct {
	Role         domain.Role
	Email        string
	Name         string
	Organisation string // key of the organisation that it owns, or ""
}

// DemoAccounts lists one account for each role.
func DemoAccounts() []DemoAccount {
	return []DemoAccount{
		{domain.RoleAdmin, "admin@demo.kopir", "Demo Administrator", ""},
		{domain.RoleEmployer, "employer@demo.kopir", "Demo Employer", ""},
		{domain.RoleInstitution, "institution@demo.kopir", "Demo Institution", ""},
		{domain.RoleJobseeker, "jobseeker@demo.kopir", "Demo Job-seeker", ""},
		{domain.RoleAnalyst, "analyst@demo.kopir", "Demo Analyst", ""},
	}
}

// DemoOrganisation is an invented organisation.
type DemoOrganisation struct {
	Key    string
	Kind   string
	BIN    string
	Name   demoText
	Region string
	Sector string
}

// Form returns the organisation as somebody would write it down.
func (o DemoOrganisation) Form() domain.OrganisationForm {
	return domain.OrganisationForm{
		Kind: o.Kind, RegistrationScheme: string(domain.BIN), RegistrationNumber: o.BIN, Name: domain.Text(o.Name), Region: o.Region,
	}
}

type demoText struct{ KK, RU, EN string }

type demoLine struct {
	Competence string
	Label      string // for people who read the file
	Level      int
	Importance string
}

// DemoDemand is a demand of an invented employer; its dates count from the day of seeding.
type DemoDemand struct {
	Key, Organisation  string
	Title, Description demoText
	Kind, Occupation   string
	Sector, Region     string
	WorkMode           string `json:"work_mode"`
	Openings           int
	Languages          []string
	Salary             *domain.SalaryForm
	ValidDays          int `json:"valid_days"`
	Status             string
	Requirements       []demoLine
}

// Form returns the demand as somebody would write it down on a day.
func (d DemoDemand) Form(today domain.Date) domain.DemandForm {
	form := domain.DemandForm{
		Title: domain.Text(d.Title), Description: domain.Text(d.Description), Kind: d.Kind, Occupation: d.Occupation,
		Sector: d.Sector, Region: d.Region, WorkMode: d.WorkMode, Openings: d.Openings, Languages: d.Languages,
		Salary: d.Salary, ValidThrough: today.AddDays(d.ValidDays).String(),
	}
	for _, r := range d.Requirements {
		form.Requirements = append(form.Requirements, domain.RequirementForm{Competence: r.Competence, Level: r.Level, Importance: r.Importance})
	}
	return form
}

type demoIntake struct {
	StartsInDays  int `json:"starts_in_days"`
	EndsInDays    int `json:"ends_in_days"`
	ApplyByInDays int `json:"apply_by_in_days"`
	Seats         int
	Region        string
}

// DemoProgramme is a programme of an invented institution; its dates count from the day of seeding.
type DemoProgramme struct {
	Key, Organisation           string
	Title, Description          demoText
	Kind, Mode                  string
	Languages, Regions, Funding []string
	Segments, Sectors           []string
	Weeks, Hours, ECTS          int
	Price                       *domain.MoneyForm
	NQFLevel                    int `json:"nqf_level"`
	URL, Status                 string
	Outcomes, Prerequisites     []demoLine
	Intakes                     []demoIntake
}

// Form returns the programme as somebody would write it down on a day.
func (p DemoProgramme) Form(today domain.Date) domain.ProgrammeForm {
	form := domain.ProgrammeForm{
		Title: domain.Text(p.Title), Description: domain.Text(p.Description), Kind: p.Kind, Mode: p.Mode,
		Languages: p.Languages, Regions: p.Regions, Funding: p.Funding, Segments: p.Segments, Sectors: p.Sectors,
		Weeks: p.Weeks, Hours: p.Hours, ECTS: p.ECTS, Price: p.Price, NQFLevel: p.NQFLevel, URL: p.URL,
		Outcomes: outcomes(p.Outcomes), Prerequisites: outcomes(p.Prerequisites),
	}
	for _, in := range p.Intakes {
		form.Intakes = append(form.Intakes, domain.IntakeForm{
			StartsOn: today.AddDays(in.StartsInDays).String(), EndsOn: today.AddDays(in.EndsInDays).String(),
			ApplyBy: today.AddDays(in.ApplyByInDays).String(), Seats: in.Seats, Region: in.Region,
		})
	}
	return form
}

func outcomes(lines []demoLine) []domain.OutcomeForm {
	out := make([]domain.OutcomeForm, len(lines))
	for i, l := range lines {
		out[i] = domain.OutcomeForm{Competence: l.Competence, Level: l.Level}
	}
	return out
}

// Market is the demo marketplace.
type Market struct {
	Organisations []DemoOrganisation
	Demands       []DemoDemand
	Programmes    []DemoProgramme
}

// Demo returns the demo marketplace.
func Demo() (Market, error) {
	var m Market
	var err error
	if m.Organisations, err = readAll[DemoOrganisation]("organisations"); err != nil {
		return m, err
	}
	if m.Demands, err = readAll[DemoDemand]("demands"); err != nil {
		return m, err
	}
	m.Programmes, err = readAll[DemoProgramme]("programmes")
	return m, err
}

// readAll reads the lists in every file whose name begins with a word, in the order of the names.
func readAll[T any](prefix string) ([]T, error) {
	entries, err := demoFiles.ReadDir("demo")
	if err != nil {
		return nil, err
	}
	var out []T
	for _, e := range entries {
		if len(e.Name()) < len(prefix) || e.Name()[:len(prefix)] != prefix {
			continue
		}
		content, err := demoFiles.ReadFile("demo/" + e.Name())
		if err != nil {
			return nil, err
		}
		var some []T
		if err := json.Unmarshal(content, &some); err != nil {
			return nil, fmt.Errorf("demo/%s: %w", e.Name(), err)
		}
		out = append(out, some...)
	}
	return out, nil
}
