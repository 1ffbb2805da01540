package files

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"kopir/domain"
)

// Names finds competences by what they are called, in three languages.
type Names interface {
	// Named returns the competences that a whole text is the name of: one, or several of one name.
	Named(text string) []domain.CompetenceID
	// Near returns competences whose names are near to a text, the nearest first.
	Near(text string) []domain.CompetenceID
}

// Reader reads rows. Safe for concurrent use.
type Reader struct {
	naming func(*domain.Catalogue) Names

	mu    sync.Mutex
	of    *domain.Catalogue
	names Names
	steps map[string][]step
}

var _ domain.RowReader = (*Reader)(nil)

// step is a level that a framework has a name for.
type step struct {
	framework domain.FrameworkID
	level     domain.Level
}

// NewReader returns a reader; naming prepares the names of a catalogue, once for each.
func NewReader(naming func(*domain.Catalogue) Names) *Reader { return &Reader{naming: naming} }

// Place returns the cell that a place of a form stands in: its column, and which item of it, counted from 1.
func (r *Reader) Place(side domain.Side, pointer string) (column string, item int) {
	return place(side, pointer)
}

// row is one row being read.
type row struct {
	cells  domain.Cells
	of     *domain.Catalogue
	names  Names
	steps  map[string][]step
	faults []domain.RowFault
}

func (r *Reader) row(c domain.Cells, of *domain.Catalogue, side domain.Side) *row {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of != of {
		r.of, r.names, r.steps = of, r.naming(of), stepsOf(of)
	}
	out := &row{cells: c, of: of, names: r.names, steps: r.steps}
	columns := Columns(side)
	for _, column := range slices.Sorted(maps.Keys(c)) {
		if !slices.Contains(columns, column) {
			out.fault(column, 0, domain.CodeUnknownColumn, clip(column, 100))
		}
	}
	return out
}

// stepsOf lists the names of levels of all frameworks, folded.
func stepsOf(c *domain.Catalogue) map[string][]step {
	out := make(map[string][]step)
	for _, f := range c.Frameworks() {
		for _, l := range f.Levels {
			for _, name := range []string{l.Code, l.Name.KK, l.Name.RU, l.Name.EN} {
				key := folded(name)
				if s := (step{f.ID, l.Level}); key != "" && !slices.Contains(out[key], s) {
					out[key] = append(out[key], s)
				}
			}
		}
	}
	return out
}

func folded(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Demand reads a row as a demand against the competences in force, and says what in which cell it could not read.
func (r *Reader) Demand(c domain.Cells, of *domain.Catalogue) (domain.DemandForm, []domain.RowFault) {
	w := r.row(c, of, domain.DemandSide)
	form := domain.DemandForm{
		Title: w.text("title"), Description: w.text("description"), Kind: w.word("kind"), Occupation: w.word("occupation"), Sector: w.word("sector"),
		Region: w.region("region", 0, c["region"]), WorkMode: w.word("work_mode"), Openings: int(w.number("openings", 0, c["openings"])),
		Languages: w.list("languages"), ValidThrough: w.day("valid_through", 0, c["valid_through"]),
	}
	if c["salary_min"]+c["salary_max"]+c["salary_currency"] != "" {
		form.Salary = &domain.SalaryForm{
			Min: w.number("salary_min", 0, c["salary_min"]), Max: w.number("salary_max", 0, c["salary_max"]), Currency: w.word("salary_currency"),
		}
	}
	for item, parts := range w.items("requirements") {
		o := w.outcome("requirements", item, parts, 3)
		line := domain.RequirementForm{Competence: o.Competence, Level: o.Level, LevelSource: o.LevelSource, Importance: string(domain.Must)}
		if parts[2] != "" {
			line.Importance = folded(parts[2])
		}
		form.Requirements = append(form.Requirements, line)
	}
	return form, w.faults
}

// Programme reads a row as a programme against the competences in force, and says what in which cell it could not read.
func (r *Reader) Programme(c domain.Cells, of *domain.Catalogue) (domain.ProgrammeForm, []domain.RowFault) {
	w := r.row(c, of, domain.ProgrammeSide)
	form := domain.ProgrammeForm{
		Title: w.text("title"), Description: w.text("description"), Kind: w.word("kind"), Mode: w.word("mode"), Languages: w.list("languages"),
		Regions: w.list("regions"), Funding: w.list("funding"), Segments: w.list("segments"), Sectors: w.list("sectors"),
		Weeks: int(w.number("weeks", 0, c["weeks"])), Hours: int(w.number("hours", 0, c["hours"])), ECTS: int(w.number("ects", 0, c["ects"])),
		NQFLevel: int(w.number("nqf_level", 0, c["nqf_level"])), URL: strings.TrimSpace(c["url"]),
		Outcomes: w.outcomes("outcomes"), Prerequisites: w.outcomes("prerequisites"),
	}
	for i, name := range form.Regions {
		form.Regions[i] = w.region("regions", i+1, name)
	}
	if c["price_amount"]+c["price_currency"] != "" {
		form.Price = &domain.MoneyForm{Amount: w.number("price_amount", 0, c["price_amount"]), Currency: w.word("price_currency")}
	}
	for item, parts := range w.items("intakes") {
		form.Intakes = append(form.Intakes, domain.IntakeForm{
			StartsOn: w.day("intakes", item, parts[0]), EndsOn: w.day("intakes", item, parts[1]), ApplyBy: w.day("intakes", item, parts[2]), Seats: int(w.number("intakes", item, parts[3])),
			Region: w.region("intakes", item, parts[4]),
		})
	}
	return form, w.faults
}

func (w *row) fault(column string, item int, code domain.Code, args ...any) {
	w.faults = append(w.faults, domain.RowFault{Column: column, Item: item, Reason: domain.Reason{Code: code, Args: args}})
}

func (w *row) text(name string) domain.Text {
	return domain.Text{KK: w.cells[name+"_kk"], RU: w.cells[name+"_ru"], EN: w.cells[name+"_en"]}
}

func (w *row) word(column string) string { return strings.TrimSpace(w.cells[column]) }

// list cuts a cell of words apart.
func (w *row) list(column string) []string {
	return cut(w.cells[column], ",;\n")
}

// cut cuts a text apart at some characters; what is empty is left out.
func cut(text, at string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(at, r) }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// most is how many parts an item has at most.
const most = 5

// items yields the items of a cell, counted from 1, each as its parts.
func (w *row) items(column string) func(yield func(int, [most]string) bool) {
	return func(yield func(int, [most]string) bool) {
		for i, item := range cut(w.cells[column], ";\n") {
			var parts [most]string
			for n, part := range strings.SplitN(item, "|", most) {
				parts[n] = strings.TrimSpace(part)
			}
			if !yield(i+1, parts) {
				return
			}
		}
	}
}

// number reads a whole number, in which thousands may stand apart; nothing is 0, which means that it is not known.
func (w *row) number(column string, item int, cell string) int64 {
	digits := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(cell)
	if digits == "" {
		return 0
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		w.fault(column, item, domain.CodeNotNumber, clip(cell, 100))
		return 0
	}
	return n
}

// day returns a date as forms have it; one that is written as 01.03.2027 or 1.3.2027 is turned round.
func (w *row) day(column string, item int, cell string) string {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return ""
	}
	for _, form := range []string{time.DateOnly, "2.1.2006"} {
		if t, err := time.Parse(form, cell); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	w.fault(column, item, domain.CodeNotDate, clip(cell, 100))
	return ""
}

// region reads a region by its code or by its name in any language.
func (w *row) region(column string, item int, cell string) string {
	cell = strings.TrimSpace(cell)
	if _, err := domain.ParseRegion(cell); err == nil || cell == "" {
		return cell
	}
	if r, ok := regionNamed(cell); ok {
		return string(r)
	}
	w.fault(column, item, domain.CodeUnknownValue, clip(cell, 100))
	return ""
}

func regionNamed(name string) (domain.Region, bool) {
	for _, r := range domain.Regions() {
		for _, lang := range domain.Spoken() {
			if strings.EqualFold(r.Name().Exactly(lang), strings.TrimSpace(name)) {
				return r, true
			}
		}
	}
	return "", false
}

func (w *row) outcomes(column string) []domain.OutcomeForm {
	var out []domain.OutcomeForm
	for item, parts := range w.items(column) {
		out = append(out, w.outcome(column, item, parts, 2))
	}
	return out
}

// outcome reads a competence, by id or by name, and its level, by number or by the name of a framework's step; source is
// where the part stands that says who set it.
func (w *row) outcome(column string, item int, parts [most]string, source int) domain.OutcomeForm {
	id := w.competence(column, item, parts[0])
	return domain.OutcomeForm{Competence: id, Level: w.level(column, item, id, parts[1]), LevelSource: folded(parts[source])}
}

// nearNames is how many near names a fault names.
const nearNames = 3

func (w *row) competence(column string, item int, text string) string {
	if _, err := domain.ParseCompetenceID(text); err == nil {
		return text // whether there is one, the form says
	}
	switch found := w.names.Named(text); {
	case len(found) == 1:
		return string(found[0])
	case len(found) > 1:
		w.fault(column, item, domain.CodeSeveralNames, clip(text, 200), words(found[:min(len(found), nearNames)]))
	default:
		if near := w.names.Near(text); len(near) > 0 {
			w.fault(column, item, domain.CodeNearNames, clip(text, 200), w.labels(near, languageOf(text)))
		} else {
			w.fault(column, item, domain.CodeUnknownCompetence, clip(text, 200))
		}
	}
	return ""
}

func (w *row) labels(ids []domain.CompetenceID, lang domain.Language) string {
	var out []string
	for _, id := range ids[:min(len(ids), nearNames)] {
		if k, ok := w.of.Competence(id); ok {
			out = append(out, k.Label.In(lang)+" ("+string(id)+")")
		}
	}
	return strings.Join(out, betweenWords)
}

// level reads a level: of one name that means different levels in several frameworks, that of the competence's own counts.
func (w *row) level(column string, item int, id, text string) int {
	if n, err := strconv.Atoi(text); err == nil {
		return n // whether there is one, the form says
	}
	if text == "" {
		w.fault(column, item, domain.CodeRequired)
		return 0
	}
	var found []domain.Level
	competence, _ := w.of.Competence(domain.CompetenceID(id))
	for _, s := range w.steps[folded(text)] {
		if s.framework == competence.Framework {
			return int(s.level)
		}
		if !slices.Contains(found, s.level) {
			found = append(found, s.level)
		}
	}
	if len(found) != 1 && strings.Contains(text, ",") {
		w.fault(column, item, domain.CodeItemsApart, clip(text, 100))
		return 0
	}
	if len(found) != 1 {
		w.fault(column, item, domain.CodeUnknownLevel, clip(text, 100))
		return 0
	}
	return int(found[0])
}

// languageOf guesses which of the three languages a text is written in.
func languageOf(text string) domain.Language {
	switch {
	case strings.ContainsAny(text, "әғқңөұүһіӘҒҚҢӨҰҮҺІ"):
		return domain.Kazakh
	case strings.ContainsFunc(text, func(r rune) bool { return r >= 'А' && r <= 'я' || r == 'ё' || r == 'Ё' }):
		return domain.Russian
	default:
		return domain.English
	}
}

func clip(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}
