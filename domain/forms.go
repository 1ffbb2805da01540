package domain

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// A form is a demand or a programme as somebody writes it down, in the contract's own words, not yet checked: the API,
// the importer and the demo all fill in forms, so that there is one reading of them. Empty strings and zeros mean that
// nothing is said. Faults name places by the contract's field names.

// RequirementForm is one line of a demand as written.
type RequirementForm struct {
	Competence  string
	Level       int
	LevelSource string // "" means declared
	Importance  string
}

// OutcomeForm is one line of a programme as written.
type OutcomeForm struct {
	Competence  string
	Level       int
	LevelSource string // "" means declared
}

// SalaryForm is a range of pay as written.
type SalaryForm struct {
	Min, Max int64
	Currency string
}

// MoneyForm is an amount as written.
type MoneyForm struct {
	Amount   int64
	Currency string
}

// IntakeForm is one start as written.
type IntakeForm struct {
	StartsOn, EndsOn, ApplyBy string
	Seats                     int
	Region                    string
}

// DemandForm is a demand as written.
type DemandForm struct {
	Title, Description                         Text
	Kind, Occupation, Sector, Region, WorkMode string
	Openings                                   int // 0 means 1
	Languages                                  []string
	Salary                                     *SalaryForm
	ValidThrough                               string
	Requirements                               []RequirementForm
}

// ProgrammeForm is a programme as written.
type ProgrammeForm struct {
	Title, Description                    Text
	Kind, Mode                            string
	Languages, Regions, Funding, Segments []string
	Sectors                               []string
	Weeks, Hours, ECTS                    int
	Price                                 *MoneyForm
	NQFLevel                              int
	URL                                   string
	Outcomes, Prerequisites               []OutcomeForm
	Intakes                               []IntakeForm
}

// Parse reads the form against the catalogue on a day. It returns every fault at once; a date that has passed is one.
func (form DemandForm) Parse(c *Catalogue, today Date) (DemandTerms, error) {
	var f Faults
	t := DemandTerms{
		Title:       parseText(&f, "/title", form.Title, MaxTitle, false, true),
		Description: parseText(&f, "/description", form.Description, MaxDescription, true, false),
		Openings:    max(form.Openings, 1),
		Languages:   parseSet(&f, "/languages", form.Languages, MaxLanguages, ParseLanguage),
	}
	optional(&f, "/kind", form.Kind, &t.Kind, ParseDemandKind)
	optional(&f, "/occupation", form.Occupation, &t.Occupation, ParseOccupation)
	optional(&f, "/sector", form.Sector, &t.Sector, ParseSector)
	optional(&f, "/region", form.Region, &t.Region, ParseRegion)
	optional(&f, "/work_mode", form.WorkMode, &t.WorkMode, ParseWorkMode)
	optional(&f, "/valid_through", form.ValidThrough, &t.ValidThrough, ParseDate)
	if t.ValidThrough != 0 && t.ValidThrough < today {
		f.Add("/valid_through", CodePast, t.ValidThrough)
	}
	inRange(&f, "/openings", form.Openings, MaxOpenings)
	t.Salary = parseSalary(&f, form.Salary)
	t.Requirements = ParseRequirements(&f, "/requirements", form.Requirements, c)
	return t, f.Err()
}

// Parse reads the form against the catalogue. It returns every fault at once.
func (form ProgrammeForm) Parse(c *Catalogue) (ProgrammeTerms, error) {
	var f Faults
	t := ProgrammeTerms{
		Title:         parseText(&f, "/title", form.Title, MaxTitle, false, true),
		Description:   parseText(&f, "/description", form.Description, MaxDescription, true, false),
		Languages:     parseSet(&f, "/languages", form.Languages, MaxLanguages, ParseLanguage),
		Regions:       parseSet(&f, "/regions", form.Regions, len(regionNames), ParseRegion),
		Funding:       parseSet(&f, "/funding", form.Funding, 4, ParseFunding),
		Segments:      parseSet(&f, "/segments", form.Segments, len(segments), ParseSegment),
		Sectors:       parseSet(&f, "/sectors", form.Sectors, 21, ParseSector),
		Weeks:         inRange(&f, "/weeks", form.Weeks, MaxWeeks),
		Hours:         inRange(&f, "/hours", form.Hours, MaxHours),
		ECTS:          inRange(&f, "/ects", form.ECTS, MaxECTS),
		NQFLevel:      Level(inRange(&f, "/nqf_level", form.NQFLevel, int(MaxLevel))), //nolint:gosec // 0 to 8
		URL:           parseURL(&f, "/url", form.URL),
		Outcomes:      ParseOutcomes(&f, "/outcomes", form.Outcomes, MaxOutcomes, c),
		Prerequisites: ParseOutcomes(&f, "/prerequisites", form.Prerequisites, MaxPrerequisites, c),
	}
	optional(&f, "/kind", form.Kind, &t.Kind, ParseProgrammeKind)
	optional(&f, "/mode", form.Mode, &t.Mode, ParseMode)
	if form.Price != nil {
		currency, err := ParseCurrency(form.Price.Currency)
		f.Check("/price/currency", err)
		f.Check("/price/amount", checkAmount(form.Price.Amount, 0))
		t.Price = &Money{Amount: form.Price.Amount, Currency: currency}
	}
	if slices.Contains(t.Funding, Free) && t.Price != nil && t.Price.Amount != 0 {
		f.Add("/price", CodeFreeWithPrice)
	}
	t.Intakes = parseIntakes(&f, form.Intakes, t.Regions)
	return t, f.Err()
}

// ParseRequirements reads requirements against the catalogue, noting faults below at. A replaced competence becomes
// what replaced it; a competence asked for twice is a fault.
func ParseRequirements(f *Faults, at string, forms []RequirementForm, c *Catalogue) []Requirement {
	if len(forms) > MaxRequirements {
		f.Add(at, CodeTooMany, MaxRequirements)
		return nil
	}
	seen := make(map[CompetenceID]bool, len(forms))
	out := make([]Requirement, 0, len(forms))
	for i, form := range forms {
		place := pointer(at, i)
		o, ok := parseOutcome(f, place, OutcomeForm{form.Competence, form.Level, form.LevelSource}, c, seen)
		importance, err := parseOne(form.Importance, []Importance{Must, Should, Nice})
		if f.Check(place+"/importance", err) && ok {
			out = append(out, Requirement{o.Competence, o.Level, o.Source, importance})
		}
	}
	return out
}

// ParseOutcomes reads outcomes, prerequisites or own levels against the catalogue, as ParseRequirements does.
func ParseOutcomes(f *Faults, at string, forms []OutcomeForm, most int, c *Catalogue) []Outcome {
	if len(forms) > most {
		f.Add(at, CodeTooMany, most)
		return nil
	}
	seen := make(map[CompetenceID]bool, len(forms))
	out := make([]Outcome, 0, len(forms))
	for i, form := range forms {
		if o, ok := parseOutcome(f, pointer(at, i), form, c, seen); ok {
			out = append(out, o)
		}
	}
	return out
}

func parseOutcome(f *Faults, at string, form OutcomeForm, c *Catalogue, seen map[CompetenceID]bool) (Outcome, bool) {
	id, err := c.resolve(form.Competence)
	ok := f.Check(at+"/competence_id", err)
	if ok && seen[id] {
		f.Add(at+"/competence_id", CodeDuplicate, form.Competence)
		ok = false
	}
	level, err := ParseLevel(form.Level)
	ok = f.Check(at+"/level", err) && ok
	source := Declared
	if form.LevelSource != "" {
		source, err = parseOne(form.LevelSource, []LevelSource{Declared, Inferred, Assumed})
		ok = f.Check(at+"/level_source", err) && ok
	}
	if ok {
		seen[id] = true
	}
	return Outcome{id, level, source}, ok
}

func parseSalary(f *Faults, form *SalaryForm) *Salary {
	if form == nil {
		return nil
	}
	currency, err := ParseCurrency(form.Currency)
	f.Check("/salary/currency", err)
	f.Check("/salary/min", checkAmount(form.Min, 0))
	if form.Max != 0 {
		f.Check("/salary/max", checkAmount(form.Max, max(form.Min, 0)))
	}
	if form.Min == 0 && form.Max == 0 {
		f.Add("/salary", CodeRequired) // a range with neither end says nothing
	}
	return &Salary{Min: form.Min, Max: form.Max, Currency: currency}
}

func parseIntakes(f *Faults, forms []IntakeForm, regions []Region) []Intake {
	if len(forms) > MaxIntakes {
		f.Add("/intakes", CodeTooMany, MaxIntakes)
		return nil
	}
	out := make([]Intake, 0, len(forms))
	for i, form := range forms {
		at := pointer("/intakes", i)
		in := Intake{Seats: inRange(f, at+"/seats", form.Seats, MaxSeats)}
		var err error
		in.StartsOn, err = ParseDate(form.StartsOn)
		f.Check(at+"/starts_on", err)
		optional(f, at+"/ends_on", form.EndsOn, &in.EndsOn, ParseDate)
		optional(f, at+"/apply_by", form.ApplyBy, &in.ApplyBy, ParseDate)
		optional(f, at+"/region", form.Region, &in.Region, ParseRegion)
		if in.EndsOn != 0 && in.EndsOn < in.StartsOn {
			f.Add(at+"/ends_on", CodeOrder, in.StartsOn)
		}
		if in.ApplyBy != 0 && in.StartsOn != 0 && in.ApplyBy > in.StartsOn {
			f.Add(at+"/starts_on", CodeOrder, in.ApplyBy)
		}
		if in.Region != "" && !slices.Contains(regions, in.Region) {
			f.Add(at+"/region", CodeRegionNotServed, in.Region)
		}
		out = append(out, in)
	}
	return out
}

func parseURL(f *Faults, at, s string) string {
	if s == "" {
		return ""
	}
	if utf8.RuneCountInString(s) > MaxURL {
		f.Add(at, CodeTooLong, MaxURL)
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil ||
		strings.ContainsFunc(s, func(r rune) bool { return r == ' ' || forbidden(r, false) }) {
		f.Add(at, CodeMalformed)
		return ""
	}
	return s
}

// optional parses s into to unless it is empty.
func optional[T any](f *Faults, at, s string, to *T, parse func(string) (T, error)) {
	if s == "" {
		return
	}
	v, err := parse(s)
	if f.Check(at, err) {
		*to = v
	}
}

// inRange returns n if it is 0 (not known) to most.
func inRange(f *Faults, at string, n, most int) int {
	if n < 0 || n > most {
		f.Add(at, CodeOutOfRange, 1, most)
		return 0
	}
	return n
}
