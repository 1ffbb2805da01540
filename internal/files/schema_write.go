package files

import (
	"encoding/json"
	"html"
	"io"
	"slices"
	"strings"
	"time"

	"kopir/domain"
)

// Things are written in the words of https://schema.org, release 30, each type with the properties that it has there, and with
// those that search engines ask for. What it has no property for, or says less exactly than we do, stands beside them under
// names of ours, cell by cell: so a thing that comes back is equal. Texts are in one language there, that of the reader.

// node is an object of JSON-LD.
type node = map[string]any

// ownProperties is where the columns that schema.org has no property for are named. The names are whole, so that no context need
// know of them.
const ownProperties = "https://kopir.kz/ns/columns#"

// modified is when a thing changed last, where its type has no property of schema.org for that: jobs and programmes are no
// works there.
const modified = "http://purl.org/dc/terms/modified"

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
		"hiringOrganization": v.organisation(owner), "totalJobOpenings": d.Openings, modified: d.UpdatedAt.UTC().Format(time.RFC3339),
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
		"provider":    v.organisation(owner), "offers": offers(p),
	}
	if p.URL != "" {
		n["url"] = p.URL
	}
	if p.ECTS != 0 {
		n["numberOfCredits"] = p.ECTS
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

// degree adds what a programme has that ends with one. It has no property for what is taught and to whom: that stands at its
// course.
func (v View) degree(n node, p *domain.Programme, degree [2]string) {
	n["@type"], n["programType"], n[modified] = "EducationalOccupationalProgram", degree[1], p.UpdatedAt.UTC().Format(time.RFC3339)
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
	n["@type"], n["dateModified"] = "Course", p.UpdatedAt.UTC().Format(time.RFC3339)
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
	n["inLanguage"], n["isAccessibleForFree"] = p.Languages, slices.Contains(p.Funding, domain.Free)
	if p.Hours != 0 {
		n["timeRequired"] = "PT" + number(p.Hours) + "H"
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
	for _, column := range Columns(side) {
		if column != domain.ExternalID && said[column] != is[column] {
			n[ownProperties+column] = is[column]
		}
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
