package files

import (
	"encoding/json"
	"html"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kopir/domain"
)

// linked reads things of schema.org: one, a list of them or a graph; of what else there is in a graph nothing is taken.
func (r *rows) linked(file []byte) error {
	var whole any
	if err := json.Unmarshal(withoutMark(file), &whole); err != nil {
		return unreadable(JSONLD)
	}
	number := 0
	for _, one := range listOf(whole) {
		object, _ := one.(node)
		nodes := []any{one}
		if graph, ok := object["@graph"]; ok {
			nodes = listOf(graph)
		}
		for _, each := range nodes {
			n, ok := each.(node)
			number++
			var err error
			switch {
			case !ok:
				err = r.unreadable(number, nil)
			case sideOf(n) == r.side:
				err = r.add(number, cellsOfNode(n))
			case len(nodes) == 1 || object["@graph"] == nil: // it is all that was sent, and of another kind
				err = r.unreadable(number, domain.Cells{"title_en": clip(textOf(n["@type"]), 100)})
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func listOf(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

func sideOf(n node) domain.Side {
	for _, t := range listOf(n["@type"]) {
		switch strings.TrimPrefix(strings.TrimPrefix(textOf(t), "schema:"), context+"/") {
		case "JobPosting":
			return domain.DemandSide
		case "Course", "EducationalOccupationalProgram":
			return domain.ProgrammeSide
		}
	}
	return ""
}

// cellsOfNode reads a node of schema.org as a row, then what stands under names of ours.
func cellsOfNode(n node) domain.Cells {
	c := make(domain.Cells)
	if sideOf(n) == domain.DemandSide {
		cellsOfPosting(c, n)
	} else {
		cellsOfCourse(c, n)
	}
	for name, value := range n {
		if column, ok := strings.CutPrefix(name, ownProperties); ok {
			c[column] = textOf(value)
		}
	}
	for _, own := range listOf(n["additionalProperty"]) { // as it was written up to version 1.0
		property, _ := own.(node)
		if column, ok := strings.CutPrefix(textOf(property["propertyID"]), ownProperties); ok {
			c[column] = textOf(property["value"])
		}
	}
	return c
}

func cellsOfPosting(c domain.Cells, n node) {
	put(c, domain.ExternalID, identifierOf(n))
	putText(c, "title", n, "title", "name")
	putText(c, "description", n, "description")
	c["kind"] = string(domain.Job)
	switch strings.ToUpper(textOf(n["employmentType"])) {
	case "INTERN":
		c["kind"] = string(domain.Internship)
	}
	c["work_mode"] = string(domain.OnsiteWork)
	if strings.EqualFold(textOf(n["jobLocationType"]), "TELECOMMUTE") {
		c["work_mode"] = string(domain.RemoteWork)
	}
	if regions := regionsOf(n["jobLocation"]); len(regions) > 0 {
		c["region"] = regions[0]
	}
	put(c, "occupation", codeOf(n["occupationalCategory"]))
	put(c, "sector", codeOf(n["industry"]))
	put(c, "openings", textOf(n["totalJobOpenings"]))
	if through := textOf(n["validThrough"]); through != "" {
		put(c, "valid_through", through[:min(len(through), len(time.DateOnly))])
	}
	putSalary(c, n["baseSalary"])
	var lines []string
	for _, s := range competencesIn(n["skills"]) {
		lines = append(lines, joined([]string{s, "4", string(domain.Must), string(domain.Assumed)}))
	}
	put(c, "requirements", strings.Join(lines, betweenItems))
}

// putSalary reads a salary by the month; one by the year is divided, any other cannot be taken and is a fault of its cell.
func putSalary(c domain.Cells, v any) {
	salary, ok := v.(node)
	if !ok {
		put(c, "salary_min", textOf(v))
		return
	}
	put(c, "salary_currency", textOf(salary["currency"]))
	value, ok := salary["value"].(node)
	if !ok {
		value = node{"value": salary["value"], "unitText": salary["unitText"]}
	}
	for column, names := range map[string][2]string{"salary_min": {"minValue", "value"}, "salary_max": {"maxValue", "value"}} {
		amount := textOf(value[names[0]])
		if amount == "" && value["minValue"] == nil && value["maxValue"] == nil {
			amount = textOf(value[names[1]])
		}
		put(c, column, monthly(amount, textOf(value["unitText"])))
	}
}

func monthly(amount, unit string) string {
	n, err := strconv.ParseFloat(amount, 64)
	switch {
	case amount == "", err == nil && (unit == "MONTH" || unit == "") && n == float64(int64(n)):
		return amount
	case err == nil && unit == "YEAR":
		return strconv.FormatInt(int64(n/12), 10)
	default:
		return amount + " " + unit
	}
}

// Kinds of programme by the words with which others name what it ends with.
var credentials = map[string]domain.ProgrammeKind{
	"bachelor": domain.Bachelor, "master": domain.Master, "diploma": domain.CollegeProgramme, "micro-credential": domain.MicroCredential,
}

func cellsOfCourse(c domain.Cells, n node) {
	put(c, domain.ExternalID, identifierOf(n))
	putText(c, "title", n, "name")
	putText(c, "description", n, "description")
	c["kind"] = string(domain.ShortCourse)
	for _, property := range []string{"programType", "educationalCredentialAwarded", "occupationalCredentialAwarded"} {
		for word, kind := range credentials {
			if strings.Contains(strings.ToLower(categoryOf(n[property])), word) {
				c["kind"] = string(kind)
			}
		}
	}
	put(c, "url", textOf(n["url"]))
	put(c, "ects", textOf(n["numberOfCredits"]))
	taught := n
	if course, ok := first1(n["hasCourse"]).(node); ok {
		taught = course
	}
	put(c, "nqf_level", codeOf(either(n, taught, "educationalLevel")))
	put(c, "languages", strings.Join(textsOf(taught["inLanguage"]), betweenWords))
	put(c, "hours", durationIn(textOf(taught["timeRequired"]), hoursForm))
	put(c, "weeks", durationIn(textOf(n["timeToComplete"]), weeksForm))
	put(c, "outcomes", outcomesIn(taught["teaches"]))
	put(c, "prerequisites", outcomesIn(taught["competencyRequired"]))
	put(c, "mode", modeOf(n["educationalProgramMode"]))
	var segments []string
	for _, a := range listOf(either(n, taught, "audience")) {
		if audience, ok := a.(node); ok {
			segments = append(segments, textOf(audience["audienceType"]))
		}
	}
	put(c, "segments", strings.Join(segments, betweenWords))
	putOffer(c, n, either(n, taught, "isAccessibleForFree") == true)
	putInstances(c, n)
}

// either is a property of a thing, or else that of its course.
func either(n, course node, name string) any {
	if v := n[name]; v != nil {
		return v
	}
	return course[name]
}

func putOffer(c domain.Cells, n node, free bool) {
	if free {
		c["funding"] = string(domain.Free)
		return
	}
	offer, _ := first1(n["offers"]).(node)
	put(c, "price_amount", textOf(offer["price"]))
	put(c, "price_currency", textOf(offer["priceCurrency"]))
	if offer["price"] != nil {
		c["funding"] = string(domain.Paid)
	}
}

// putInstances reads the starts of a course, or the one of a programme.
func putInstances(c domain.Cells, n node) {
	var regions, intakes []string
	for _, each := range listOf(n["hasCourseInstance"]) {
		i, ok := each.(node)
		if !ok {
			continue
		}
		put(c, "mode", modeOf(i["courseMode"]))
		put(c, "hours", durationIn(textOf(i["courseWorkload"]), hoursForm))
		if schedule, ok := i["courseSchedule"].(node); ok && strings.EqualFold(textOf(schedule["repeatFrequency"]), "Weekly") {
			put(c, "weeks", textOf(schedule["repeatCount"]))
		}
		here := regionsOf(i["location"])
		for _, r := range here {
			if !slices.Contains(regions, r) {
				regions = append(regions, r)
			}
		}
		if starts := textOf(i["startDate"]); starts != "" {
			intakes = append(intakes, joined([]string{date(starts), date(textOf(i["endDate"])), "", textOf(i["maximumAttendeeCapacity"])}))
		}
	}
	if starts := textOf(n["startDate"]); starts != "" && n["hasCourseInstance"] == nil {
		intakes = append(intakes, joined([]string{date(starts), date(textOf(n["endDate"])), date(textOf(n["applicationDeadline"])), textOf(n["maximumEnrollment"])}))
	}
	put(c, "regions", strings.Join(regions, betweenWords))
	put(c, "intakes", strings.Join(intakes, betweenItems))
}

// date is the day of a date or a time.
func date(s string) string { return s[:min(len(s), len(time.DateOnly))] }

// Durations of ISO 8601 in one unit; of any other nothing is taken.
var (
	hoursForm = regexp.MustCompile(`^PT([0-9]{1,6})H$`)
	weeksForm = regexp.MustCompile(`^P([0-9]{1,6})W$`)
)

func durationIn(s string, form *regexp.Regexp) string {
	if m := form.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

func modeOf(v any) string {
	switch strings.ToLower(textOf(first1(v))) {
	case "online":
		return string(domain.Online)
	case "onsite", "offline", "full-time", "part-time":
		return string(domain.Onsite)
	case "blended":
		return string(domain.Blended)
	}
	return ""
}

func categoryOf(v any) string {
	if n, ok := first1(v).(node); ok {
		return textOf(n["credentialCategory"]) + " " + textOf(n["name"])
	}
	return textOf(v)
}

func first1(v any) any {
	if list := listOf(v); len(list) > 0 {
		return list[0]
	}
	return nil
}

// identifierOf is the sender's own id of a thing.
func identifierOf(n node) string {
	switch id := first1(n["identifier"]).(type) {
	case node:
		return textOf(id["value"])
	case nil:
		return textOf(n["@id"])
	default:
		return textOf(id)
	}
}

// codeOf is a code, or the text that stands in its place.
func codeOf(v any) string {
	n, ok := first1(v).(node)
	if !ok {
		return textOf(first1(v))
	}
	for _, name := range []string{"codeValue", "termCode", "name"} {
		if code := textOf(n[name]); code != "" {
			return code
		}
	}
	return ""
}

// competencesIn are the terms of a list: by code where it is one of ours, by the id that their framework gave them, or by name.
func competencesIn(v any) []string {
	var out []string
	for _, each := range listOf(v) {
		term, ok := each.(node)
		if !ok {
			out = append(out, cut(textOf(each), ",;\n")...)
			continue
		}
		name := textOf(term["name"])
		for _, id := range []string{textOf(term["termCode"]), strings.Replace(textOf(term["@id"]), "http://data.europa.eu/esco/skill/", "esco:", 1)} {
			if _, err := domain.ParseCompetenceID(id); err == nil {
				name = id
			}
		}
		out = append(out, name)
	}
	return out
}

func outcomesIn(v any) string {
	var lines []string
	for _, s := range competencesIn(v) {
		lines = append(lines, joined([]string{s, "3", string(domain.Assumed)}))
	}
	return strings.Join(lines, betweenItems)
}

// regionsOf are the codes of the places of a list that are regions here.
func regionsOf(v any) []string {
	var out []string
	for _, each := range listOf(v) {
		place, _ := each.(node)
		address, _ := place["address"].(node)
		name := textOf(address["addressRegion"])
		if r, ok := regionNamed(name); ok {
			name = string(r)
		}
		if name != "" && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// putText reads a text that may be given in several languages; of one that does not say in which it is the language is
// guessed.
func putText(c domain.Cells, column string, n node, names ...string) {
	for _, name := range names {
		for _, each := range listOf(n[name]) {
			text, lang := textOf(each), domain.Language("")
			if tagged, ok := each.(node); ok {
				text, lang = textOf(tagged["@value"]), domain.Language(textOf(tagged["@language"])).Base()
			}
			if column == "description" {
				text = withoutHTML(text)
			}
			if !slices.Contains(domain.Spoken(), lang) {
				lang = languageOf(text)
			}
			if at := column + "_" + string(lang); c[at] == "" {
				put(c, at, text)
			}
		}
	}
}

var (
	lineEnds = regexp.MustCompile(`(?i)<br\s*/?>|</(p|li|div|h[1-6]|tr)\s*>`)
	tags     = regexp.MustCompile(`<[^<>]*>`)
)

// withoutHTML is the text of HTML, in lines.
func withoutHTML(s string) string {
	return strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(lineEnds.ReplaceAllString(s, "\n"), "")))
}

func textsOf(v any) []string {
	var out []string
	for _, each := range listOf(v) {
		if s := textOf(each); s != "" {
			out = append(out, s)
		}
	}
	return slices.Compact(out)
}

// textOf is a text, a number or a reference, as a cell has it.
func textOf(v any) string {
	switch v := v.(type) {
	case node:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if s, ok := v[name].(string); ok && (name == "@value" || name == "@id" || name == "name" || name == "value") {
				return s
			}
		}
		return ""
	case []any:
		return textOf(first1(v))
	default:
		return plain(v)
	}
}
