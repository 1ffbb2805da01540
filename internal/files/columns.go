package files

import (
	"slices"
	"strconv"
	"strings"

	"kopir/domain"
)

// Columns lists the columns of a side, in the order in which they are written.
func Columns(side domain.Side) []string {
	text := []string{domain.ExternalID, "title_kk", "title_ru", "title_en", "description_kk", "description_ru", "description_en", "kind"}
	if side == domain.DemandSide {
		return append(text, "occupation", "sector", "region", "work_mode", "openings", "languages", "salary_min", "salary_max",
			"salary_currency", "valid_through", "requirements")
	}
	return append(text, "mode", "languages", "regions", "weeks", "hours", "ects", "price_amount", "price_currency", "funding", "nqf_level",
		"segments", "sectors", "url", "outcomes", "prerequisites", "intakes")
}

// lists are the columns of which a cell holds several things.
var lists = []string{"languages", "regions", "funding", "segments", "sectors", "requirements", "outcomes", "prerequisites", "intakes"}

// place returns the column that a place of a form stands in, and which item of it.
func place(side domain.Side, pointer string) (column string, item int) {
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	switch {
	case pointer == "/source/reference":
		return domain.ExternalID, 0
	case slices.Contains(lists, steps[0]):
		if len(steps) > 1 {
			n, _ := strconv.Atoi(steps[1])
			item = n + 1
		}
		return steps[0], item
	case len(steps) > 1 && slices.Contains(Columns(side), steps[0]+"_"+steps[1]):
		return steps[0] + "_" + steps[1], 0
	case steps[0] == "title":
		return "title_ru", 0 // any language would do
	case steps[0] == "salary":
		return "salary_min", 0
	case steps[0] == "price":
		return "price_amount", 0
	case slices.Contains(Columns(side), steps[0]):
		return steps[0], 0
	}
	return "", 0
}

// Between the items of a cell that holds several things, and between the parts of one.
const (
	betweenWords = ", "
	betweenItems = "\n"
	betweenParts = " | "
)

// DemandCells writes a demand down as a row. Its external id is its id.
func DemandCells(d *domain.Demand) domain.Cells {
	c := cellsOf(d.ID.String(), d.Title, d.Description)
	put(c, "kind", string(d.Kind))
	put(c, "occupation", string(d.Occupation))
	put(c, "sector", string(d.Sector))
	put(c, "region", string(d.Region))
	put(c, "work_mode", string(d.WorkMode))
	put(c, "openings", number(d.Openings))
	put(c, "languages", words(d.Languages))
	if s := d.Salary; s != nil {
		put(c, "salary_min", number(s.Min))
		put(c, "salary_max", number(s.Max))
		put(c, "salary_currency", string(s.Currency))
	}
	if d.ValidThrough != 0 {
		put(c, "valid_through", d.ValidThrough.String())
	}
	put(c, "requirements", items(d.Requirements, func(r domain.Requirement) []string {
		return []string{string(r.Competence), number(r.Level), string(r.Importance), unlessDeclared(r.Source)}
	}))
	return c
}

// ProgrammeCells writes a programme down as a row. Its external id is its id.
func ProgrammeCells(p *domain.Programme) domain.Cells {
	c := cellsOf(p.ID.String(), p.Title, p.Description)
	put(c, "kind", string(p.Kind))
	put(c, "mode", string(p.Mode))
	put(c, "languages", words(p.Languages))
	put(c, "regions", words(p.Regions))
	put(c, "weeks", number(p.Weeks))
	put(c, "hours", number(p.Hours))
	put(c, "ects", number(p.ECTS))
	if p.Price != nil {
		put(c, "price_amount", strconv.FormatInt(p.Price.Amount, 10)) // 0 too
		put(c, "price_currency", string(p.Price.Currency))
	}
	put(c, "funding", words(p.Funding))
	put(c, "nqf_level", number(p.NQFLevel))
	put(c, "segments", words(p.Segments))
	put(c, "sectors", words(p.Sectors))
	put(c, "url", p.URL)
	put(c, "outcomes", items(p.Outcomes, outcomeParts))
	put(c, "prerequisites", items(p.Prerequisites, outcomeParts))
	put(c, "intakes", items(p.Intakes, intakeParts))
	return c
}

func cellsOf(id string, title, description domain.Text) domain.Cells {
	c := domain.Cells{domain.ExternalID: id}
	for _, lang := range domain.Spoken() {
		put(c, "title_"+string(lang), title.Exactly(lang))
		put(c, "description_"+string(lang), description.Exactly(lang))
	}
	return c
}

func outcomeParts(o domain.Outcome) []string {
	return []string{string(o.Competence), number(o.Level), unlessDeclared(o.Source)}
}

func intakeParts(in domain.Intake) []string {
	parts := []string{in.StartsOn.String(), "", "", number(in.Seats), string(in.Region)}
	for i, d := range []domain.Date{in.EndsOn, in.ApplyBy} {
		if d != 0 {
			parts[i+1] = d.String()
		}
	}
	return parts
}

func unlessDeclared(s domain.LevelSource) string {
	if s == domain.Declared {
		return ""
	}
	return string(s)
}

func put(c domain.Cells, column, cell string) {
	if cell != "" {
		c[column] = cell
	}
}

// number writes a number that is 0 when it is not known.
func number[T ~int | ~int64 | ~uint8](n T) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}

func words[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return strings.Join(out, betweenWords)
}

// items writes each of a list on a line of its own, without the empty parts at its end.
func items[T any](list []T, parts func(T) []string) string {
	out := make([]string, len(list))
	for i, one := range list {
		out[i] = joined(parts(one))
	}
	return strings.Join(out, betweenItems)
}

func joined(parts []string) string {
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1]
	}
	return strings.Join(parts, betweenParts)
}
