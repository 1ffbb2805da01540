package files

import (
	"encoding/json"
	"html"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"kopir/domain"
)

// Things are written in the words of https://schema.org, release 30, with the properties that search engines ask for. What it
// has no property for, or says less exactly than we do, travels in additionalProperty under names of ours, cell by cell: so a
// thing that comes back is equal. Texts are in one language there, that of the reader.

// node is an object of JSON-LD.
type node = map[string]any

// ownProperties is where the columns that schema.org has no property for are named.
const ownProperties = "https://kopir.kz/ns/columns#"

const context = "https://schema.org"

// Demand returns a demand as a JobPosting.
func (v View) Demand(d *domain.Demand, owner *domain.Organisation) map[string]any {
	address := node{"@type": "PostalAddress", "addressCountry": "KZ"}
	if d.Region != "" {
		address["addressRegion"] = d.Region.Name().In(v.Language)
	}
	n := node{
		"@context": context, "@type": "JobPosting", "@id": v.URL + "/v1/demands/" + d.ID.String(), "url": v.URL + "/v1/demands/" + d.ID.String(),
		"identifier": node{"@type": "PropertyValue", "name": owner.Name.In(v.Language), "value": d.ID.String()},
		"title":      d.Title.In(v.Language), "description": v.description(d.Description, competencesOf(d.Requirements, func(r domain.Requirement) domain.CompetenceID { return r.Competence })),
		"hiringOrganization": v.organisation(owner), "totalJobOpenings": d.Openings, "dateModified": d.UpdatedAt.UTC().Format(time.RFC3339),
		"skills": v.terms(competencesOf(d.Requirements, func(r domain.Requirement) domain.CompetenceID { return r.Competence })),
	}
	posted := d.PublishedAt
	if posted.IsZero() {
		posted = d.CreatedAt
	}
	n["datePosted"] = domain.DateOf(posted).String()
	if d.WorkMode == domain.RemoteWork {
		n["jobLocationType"] = "TELECOMMUTE"
		n["applicantLocationRequirements"] = node{"@type": "Country", "name": "KZ"}
	}
	if d.WorkMode != domain.RemoteWork || d.Region != "" {
		n["jobLocation"] = node{"@type": "Place", "address": address}
	}
	if d.Kind == domain.Internship {
		n["employmentType"] = "INTERN"
	} else if d.Kind != domain.Job {
		n["employmentType"] = "OTHER"
	}
	if d.ValidThrough != 0 {
		n["validThrough"] = d.ValidThrough.String()
	}
	if d.Occupation != "" {
		n["occupationalCategory"] = node{"@type": "CategoryCode", "codeValue": string(d.Occupation), "inCodeSet": "ISCO-08"}
	}
	if d.Sector != "" {
		n["industry"] = node{"@type": "DefinedTerm", "termCode": string(d.Sector), "inDefinedTermSet": "ISIC Rev. 4"}
	}
	if s := d.Salary; s != nil {
		value := node{"@type": "QuantitativeValue", "unitText": "MONTH"}
		if s.Min != 0 {
			value["minValue"] = s.Min
		}
		if s.Max != 0 {
			value["maxValue"] = s.Max
		}
		n["baseSalary"] = node{"@type": "MonetaryAmount", "currency": string(s.Currency), "value": value}
	}
	return exactly(n, domain.DemandSide, DemandCells(d))
}

// Programme returns a programme as an EducationalOccupationalProgram where it ends with a degree or a diploma, else as a Course.
func (v View) Programme(p *domain.Programme, owner *domain.Organisation) map[string]any {
	url := v.URL + "/v1/programmes/" + p.ID.String()
	n := node{
		"@context": context, "@id": url, "url": url, "identifier": p.ID.String(), "name": p.Title.In(v.Language),
		"description": v.description(p.Description, competencesOf(p.Outcomes, func(o domain.Outcome) domain.CompetenceID { return o.Competence })),
		"provider":    v.organisation(owner), "dateModified": p.UpdatedAt.UTC().Format(time.RFC3339),
		"offers": offers(p), "isAccessibleForFree": slices.Contains(p.Funding, domain.Free),
	}
	if p.URL != "" {
		n["url"] = p.URL
	}
	if p.ECTS != 0 {
		n["numberOfCredits"] = p.ECTS
	}
	if p.NQFLevel != 0 {
		n["educationalLevel"] = node{"@type": "DefinedTerm", "termCode": number(p.NQFLevel), "inDefinedTermSet": "NQF Kazakhstan"}
	}
	if len(p.Segments) > 0 {
		var audience []any
		for _, s := range p.Segments {
			audience = append(audience, node{"@type": "EducationalAudience", "audienceType": string(s)})
		}
		n["audience"] = audience
	}
	if degree, ok := degrees[p.Kind]; ok {
		v.degree(n, p, degree)
	} else {
		v.course(n, p)
	}
	return exactly(n, domain.ProgrammeSide, ProgrammeCells(p))
}

// degrees are the kinds of programme that end with one: the property that says so, and the word.
var degrees = map[domain.ProgrammeKind][2]string{
	domain.Bachelor: {"educationalCredentialAwarded", "Bachelor"}, domain.Master: {"educationalCredentialAwarded", "Master"},
	domain.CollegeProgramme: {"occupationalCredentialAwarded", "Diploma"},
}

// degree adds what a programme has that ends with one. It has no property for what is taught: that stands at its course.
func (v View) degree(n node, p *domain.Programme, degree [2]string) {
	n["@type"], n["programType"] = "EducationalOccupationalProgram", degree[1]
	n[degree[0]] = node{"@type": "EducationalOccupationalCredential", "credentialCategory": degree[1]}
	n["educationalProgramMode"] = courseModes[p.Mode]
	course := node{"@type": "Course", "name": n["name"], "description": n["description"], "provider": n["provider"]}
	v.teaching(course, p)
	n["hasCourse"] = []any{course}
	if p.Weeks != 0 {
		n["timeToComplete"] = "P" + number(p.Weeks) + "W"
	}
	if len(p.Intakes) > 0 {
		next := p.Intakes[0]
		n["startDate"] = next.StartsOn.String()
		if next.EndsOn != 0 {
			n["endDate"] = next.EndsOn.String()
		}
		if next.ApplyBy != 0 {
			n["applicationDeadline"] = next.ApplyBy.String()
		}
		if next.Seats != 0 {
			n["maximumEnrollment"] = next.Seats
		}
	}
}

// course adds what a course has: an instance for each intake, or one without dates.
func (v View) course(n node, p *domain.Programme) {
	n["@type"] = "Course"
	v.teaching(n, p)
	if p.Kind == domain.MicroCredential {
		n["educationalCredentialAwarded"] = node{"@type": "EducationalOccupationalCredential", "credentialCategory": "Micro-credential"} //nolint:gosec // a credential of learning, no secret
	}
	intakes := p.Intakes
	if len(intakes) == 0 {
		intakes = []domain.Intake{{}}
	}
	var instances []any
	for _, in := range intakes {
		instances = append(instances, v.instance(p, in))
	}
	n["hasCourseInstance"] = instances
}

func (v View) instance(p *domain.Programme, in domain.Intake) node {
	i := node{"@type": "CourseInstance", "courseMode": courseModes[p.Mode]}
	if p.Hours != 0 {
		i["courseWorkload"] = "PT" + number(p.Hours) + "H"
	}
	if p.Weeks != 0 {
		i["courseSchedule"] = node{"@type": "Schedule", "repeatCount": p.Weeks, "repeatFrequency": "Weekly"}
	}
	if in.StartsOn != 0 {
		i["startDate"] = in.StartsOn.String()
	}
	if in.EndsOn != 0 {
		i["endDate"] = in.EndsOn.String()
	}
	if in.Seats != 0 {
		i["maximumAttendeeCapacity"] = in.Seats
	}
	regions := p.Regions
	if in.Region != "" {
		regions = []domain.Region{in.Region}
	}
	var places []any
	for _, r := range regions {
		places = append(places, node{"@type": "Place", "address": node{
			"@type": "PostalAddress", "addressCountry": "KZ", "addressRegion": r.Name().In(v.Language)}})
	}
	if len(places) > 0 {
		i["location"] = places
	}
	return i
}

// teaching adds what both kinds of things that are taught have.
func (v View) teaching(n node, p *domain.Programme) {
	of := func(o domain.Outcome) domain.CompetenceID { return o.Competence }
	n["teaches"] = v.terms(competencesOf(p.Outcomes, of))
	if len(p.Prerequisites) > 0 {
		n["competencyRequired"] = v.terms(competencesOf(p.Prerequisites, of))
	}
	n["inLanguage"] = p.Languages
	if p.Hours != 0 {
		n["timeRequired"] = "PT" + number(p.Hours) + "H"
	}
}

var courseModes = map[domain.Mode]string{domain.Online: "Online", domain.Onsite: "Onsite", domain.Blended: "Blended"}

// offers are what it costs, in the categories that search engines know.
func offers(p *domain.Programme) []any {
	offer := node{"@type": "Offer", "category": "Paid"}
	if slices.Contains(p.Funding, domain.Free) {
		offer["category"], offer["price"], offer["priceCurrency"] = "Free", int64(0), string(domain.KZT)
	}
	if p.Price != nil {
		offer["price"], offer["priceCurrency"] = p.Price.Amount, string(p.Price.Currency)
	}
	return []any{offer}
}

func competencesOf[T any](lines []T, of func(T) domain.CompetenceID) []domain.CompetenceID {
	var out []domain.CompetenceID
	for _, l := range lines {
		out = append(out, of(l))
	}
	return out
}

// terms are competences as terms of their frameworks.
func (v View) terms(ids []domain.CompetenceID) []any {
	out := []any{}
	for _, id := range ids {
		term := node{"@type": "DefinedTerm", "termCode": string(id), "name": string(id)}
		if k, ok := v.Catalogue.Competence(id); ok {
			term["name"] = k.Label.In(v.Language)
			if k.URI != "" {
				term["@id"] = k.URI
			}
			for _, f := range v.Catalogue.Frameworks() {
				if f.ID == k.Framework {
					term["inDefinedTermSet"] = f.Name.In(v.Language)
				}
			}
		}
		out = append(out, term)
	}
	return out
}

func (v View) organisation(o *domain.Organisation) node {
	return node{"@type": "Organization", "@id": v.URL + "/v1/organisations/" + o.ID.String(), "name": o.Name.In(v.Language)}
}

// description is a text as HTML, for which search engines ask; where there is none, what it is about.
func (v View) description(t domain.Text, about []domain.CompetenceID) string {
	text := t.In(v.Language)
	if text == "" {
		var labels []string
		for _, term := range v.terms(about) {
			labels = append(labels, term.(node)["name"].(string))
		}
		text = strings.Join(labels, betweenWords)
	}
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
}

// exactly adds to a node every cell that would come back otherwise than it is.
func exactly(n node, side domain.Side, is domain.Cells) node {
	said := cellsOfNode(plainNode(n))
	var own []any
	for _, column := range Columns(side) {
		if column != domain.ExternalID && said[column] != is[column] {
			own = append(own, node{"@type": "PropertyValue", "propertyID": ownProperties + column, "value": is[column]})
		}
	}
	if len(own) > 0 {
		n["additionalProperty"] = own
	}
	return n
}

// plainNode is a node as it is read again.
func plainNode(n node) node {
	var out node
	text, _ := json.Marshal(n)     // of words, numbers and lists of them: it does not fail
	_ = json.Unmarshal(text, &out) // what was just written
	return out
}

// graphWriter writes things as one graph.
type graphWriter struct {
	view View
	to   io.Writer
	n    int
}

// Demand writes a demand.
func (w *graphWriter) Demand(d *domain.Demand, owner *domain.Organisation) error {
	return w.write(w.view.Demand(d, owner))
}

// Programme writes a programme.
func (w *graphWriter) Programme(p *domain.Programme, owner *domain.Organisation) error {
	return w.write(w.view.Programme(p, owner))
}

func (w *graphWriter) write(n node) error {
	delete(n, "@context")
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	before := ",\n"
	if w.n == 0 {
		before = graphBegins
	}
	w.n++
	_, err = w.to.Write(append([]byte(before), text...))
	return err
}

const graphBegins = `{"@context":"` + context + `","@graph":[` + "\n"

// Close ends the graph.
func (w *graphWriter) Close() error {
	end := "\n]}\n"
	if w.n == 0 {
		end = graphBegins + end
	}
	_, err := io.WriteString(w.to, end)
	return err
}

// linked reads things of schema.org: one, a list of them or a graph; of what else there is in a graph nothing is taken.
func (r *rows) linked(file []byte) error {
	var whole any
	if err := json.Unmarshal(withoutMark(file), &whole); err != nil {
		return refuse(domain.CodeRowUnreadable)
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
	for _, own := range listOf(n["additionalProperty"]) {
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
	put(c, "nqf_level", codeOf(n["educationalLevel"]))
	taught := n
	if course, ok := first1(n["hasCourse"]).(node); ok {
		taught = course
	}
	put(c, "languages", strings.Join(textsOf(taught["inLanguage"]), betweenWords))
	put(c, "hours", durationIn(textOf(taught["timeRequired"]), hoursForm))
	put(c, "weeks", durationIn(textOf(n["timeToComplete"]), weeksForm))
	put(c, "outcomes", outcomesIn(taught["teaches"]))
	put(c, "prerequisites", outcomesIn(taught["competencyRequired"]))
	put(c, "mode", modeOf(n["educationalProgramMode"]))
	var segments []string
	for _, a := range listOf(n["audience"]) {
		if audience, ok := a.(node); ok {
			segments = append(segments, textOf(audience["audienceType"]))
		}
	}
	put(c, "segments", strings.Join(segments, betweenWords))
	putOffer(c, n)
	putInstances(c, n)
}

func putOffer(c domain.Cells, n node) {
	if n["isAccessibleForFree"] == true {
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
