package files

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"

	"kopir/domain"
)

// LearningModelProfile names the application profile of the European Learning Model v3 for learning opportunities and
// qualifications (github.com/european-commission-empl/European-Learning-Model).
const LearningModelProfile = "http://data.europa.eu/snb/model/ap/loq-constraints"

// euList is a list of values of the European Union: what its concepts begin with, and the scheme that they are in.
type euList struct{ concepts, scheme string }

// Lists of values. Those of Europass have a scheme of one name each.
var (
	euLanguages  = euList{"http://publications.europa.eu/resource/authority/language/", "http://publications.europa.eu/resource/authority/language"}
	euCountries  = euList{"http://publications.europa.eu/resource/authority/country/", "http://publications.europa.eu/resource/authority/country"}
	euCurrencies = euList{"http://publications.europa.eu/resource/authority/currency/", "http://publications.europa.eu/resource/authority/currency"}
	euFields     = europass("isced-f")
	euLevels     = europass("eqf")
	euCredits    = europass("education-credit")
	euModes      = europass("learning-assessment")
	euKinds      = europass("learning-opportunity")
	euSettings   = europass("learning-setting")
	euGroups     = europass("target-group")
)

func europass(name string) euList {
	at := "http://data.europa.eu/snb/" + name + "/"
	return euList{at, at + "25831c2"}
}

const (
	escoSkills = "http://data.europa.eu/esco/skill/"
	ects       = "6fcec5c5af"
	ictStudies = "061" // ISCED-F 2013: information and communication technologies
)

// Lists of ours, for what is in none of the Union's: the levels of Kazakhstan's framework, and groups of people.
var (
	nationalNQF = euList{"https://kopir.kz/ns/nqf#", "https://kopir.kz/ns/nqf"}
	ownGroups   = euList{"https://kopir.kz/ns/segment#", "https://kopir.kz/ns/segment"}
)

var learningModes = map[domain.Mode]string{domain.Online: "920fbb3cbe", domain.Onsite: "9191af2ed9", domain.Blended: "e92d221e4d"}

// Kinds of opportunities to learn: an educational programme, a short learning programme and a course.
var learningKinds = map[domain.ProgrammeKind]string{
	domain.Bachelor: "79343569f3", domain.Master: "79343569f3", domain.CollegeProgramme: "79343569f3",
	domain.MicroCredential: "74a4a268e8", domain.Bootcamp: "74a4a268e8", domain.ShortCourse: "05053c1cbe",
}

// What ends with a degree or a diploma is formal learning, a course is not; a micro-credential may be either.
var learningSettings = map[domain.ProgrammeKind]string{
	domain.Bachelor: "6fd4685715", domain.Master: "6fd4685715", domain.CollegeProgramme: "6fd4685715",
	domain.Bootcamp: "e207a81fc7", domain.ShortCourse: "e207a81fc7",
}

// learningGroups are the groups of people that the Union's list has as well: persons in secondary education, in tertiary
// education (EQF 6, 7 and 8) and requiring retraining.
var learningGroups = map[domain.Segment][]string{
	"schoolchildren": {"46806e0244"}, "students": {"1599531db0", "acb7f20f25", "b0bf4f9fe9"}, "unemployed": {"05f11c859b"},
}

var learningModelPrefixes = node{
	"adms": "http://www.w3.org/ns/adms#", "dc": "http://purl.org/dc/terms/", "elm": "http://data.europa.eu/snb/model/elm/",
	"foaf": "http://xmlns.com/foaf/0.1/", "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rov": "http://www.w3.org/ns/regorg#",
	"skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}

// LearningOpportunity returns a programme in the words of the European Learning Model. Texts are in all their languages.
func (v View) LearningOpportunity(p *domain.Programme, owner *domain.Organisation) map[string]any {
	url := v.URL + "/v1/programmes/" + p.ID.String()
	page := url
	if p.URL != "" {
		page = p.URL
	}
	n := node{
		"@context": learningModelPrefixes, "@id": url, "@type": "elm:LearningOpportunity", "dc:title": tagged(p.Title),
		"adms:identifier": node{"@type": "elm:Identifier", "skos:notation": p.ID.String()},
		"foaf:homepage":   node{"@type": "elm:WebResource", "elm:contentUrl": typed("xsd:anyURI", page)},
		"elm:providedBy": node{
			"@id": v.URL + "/v1/organisations/" + owner.ID.String(), "@type": "elm:Organisation", "rov:legalName": tagged(owner.Name),
			"elm:location": []any{location(nil)},
		},
		"elm:learningAchievementSpecification": v.achievement(p, url), "elm:defaultLanguage": languageConcept(v.Language),
		"dc:modified": typed("xsd:dateTime", p.UpdatedAt.UTC().Format(time.RFC3339)),
	}
	if !p.Description.Empty() {
		n["dc:description"] = tagged(p.Description)
	}
	if p.Weeks != 0 {
		n["elm:duration"] = weeks(p)
	}
	putConcept(n, "dc:type", euKinds, learningKinds[p.Kind])
	putConcept(n, "elm:mode", euModes, learningModes[p.Mode])
	v.intake(n, p)
	if p.Price != nil {
		n["elm:priceDetail"] = node{"@type": "elm:PriceDetail", "elm:amount": node{
			"@type": "elm:Amount", "rdf:value": typed("xsd:decimal", strconv.FormatInt(p.Price.Amount, 10)), "elm:unit": euCurrencies.concept(string(p.Price.Currency)),
		}}
	}
	var places []any
	for _, r := range p.Regions {
		places = append(places, location(tagged(r.Name())))
	}
	if len(places) > 0 {
		n["elm:location"] = places
	}
	return n
}

// intake adds when the next intake is taught, and until when one applies.
func (v View) intake(n node, p *domain.Programme) {
	if len(p.Intakes) == 0 {
		return
	}
	next := p.Intakes[0]
	period := node{"@type": "dc:PeriodOfTime", "elm:startDate": morningOf(next.StartsOn)}
	if next.EndsOn != 0 {
		period["elm:endDate"] = eveningOf(next.EndsOn)
	}
	n["dc:temporal"] = period
	if next.ApplyBy != 0 {
		n["elm:applicationDeadline"] = eveningOf(next.ApplyBy)
	}
}

// The profile has moments where there are days: a day begins and ends as it does in Kazakhstan.
func morningOf(d domain.Date) node { return typed("xsd:dateTime", d.String()+"T00:00:00+05:00") }
func eveningOf(d domain.Date) node { return typed("xsd:dateTime", d.String()+"T23:59:59+05:00") }

// achievement is what is learnt: a qualification where there is a degree or a diploma at the end whose level is known.
func (v View) achievement(p *domain.Programme, url string) node {
	n := node{
		"@id": url + "#learning", "@type": "elm:LearningAchievementSpecification", "dc:title": tagged(p.Title),
		"elm:ISCEDFCode": []any{euFields.concept(ictStudies)},
	}
	languages, outcomes := []any{}, []any{}
	for _, l := range p.Languages {
		if c := languageConcept(l); !slices.ContainsFunc(languages, func(had any) bool { return had.(node)["@id"] == c["@id"] }) {
			languages = append(languages, c)
		}
	}
	for _, o := range p.Outcomes {
		outcomes = append(outcomes, v.learnt(o.Competence))
	}
	n["dc:language"], n["elm:learningOutcome"] = languages, outcomes
	if p.ECTS != 0 {
		n["elm:creditPoint"] = node{"@type": "elm:CreditPoint", "elm:framework": euCredits.concept(ects), "elm:point": number(p.ECTS)}
	}
	if p.Hours != 0 {
		n["elm:volumeOfLearning"] = typed("xsd:duration", "PT"+number(p.Hours)+"H")
	}
	if p.Weeks != 0 {
		n["elm:maximumDuration"] = weeks(p)
	}
	putConcept(n, "elm:mode", euModes, learningModes[p.Mode])
	putConcept(n, "elm:learningSetting", euSettings, learningSettings[p.Kind])
	if groups := targets(p.Segments); len(groups) > 0 {
		n["elm:targetGroup"] = groups
	}
	if len(p.Prerequisites) > 0 {
		n["elm:entryRequirement"] = v.entry(p.Prerequisites)
	}
	if level := qualified(p); level != 0 {
		n["@type"], n["elm:EQFLevel"] = "elm:Qualification", euLevels.concept(number(level))
		n["elm:NQFLevel"] = []any{nationalNQF.noted(number(level))}
	}
	return n
}

// targets are the groups of people that a programme is for.
func targets(segments []domain.Segment) []any {
	var out []any
	for _, s := range segments {
		if len(learningGroups[s]) == 0 {
			out = append(out, ownGroups.noted(string(s)))
		}
		for _, code := range learningGroups[s] {
			out = append(out, euGroups.concept(code))
		}
	}
	return out
}

// entry says in three languages what one has to be able to do before.
func (v View) entry(prerequisites []domain.Outcome) node {
	var out domain.Text
	for i, need := range prerequisites {
		label := domain.Text{EN: string(need.Competence)}
		if k, ok := v.Catalogue.Competence(need.Competence); ok {
			label = k.Label
		}
		level := number(need.Level)
		if i > 0 {
			out.KK, out.RU, out.EN = out.KK+"; ", out.RU+"; ", out.EN+"; "
		}
		out.KK += label.In(domain.Kazakh) + " (" + level + "-деңгей, барлығы 8)"
		out.RU += label.In(domain.Russian) + " (уровень " + level + " из 8)"
		out.EN += label.In(domain.English) + " (level " + level + " of 8)"
	}
	return node{"@type": "elm:Note", "elm:noteLiteral": tagged(out)}
}

// qualified is the level of the degree or diploma that a programme ends with, 0 if it ends with none or nobody knows. The
// eight levels of the national framework are those of the EQF; those of the degrees are the Bologna Process's.
func qualified(p *domain.Programme) domain.Level {
	if _, ok := degrees[p.Kind]; ok && p.NQFLevel != 0 {
		return p.NQFLevel
	}
	return map[domain.ProgrammeKind]domain.Level{domain.Bachelor: 6, domain.Master: 7}[p.Kind]
}

// learnt is a competence as an outcome of learning.
func (v View) learnt(id domain.CompetenceID) node {
	n := node{"@type": "elm:LearningOutcome", "dc:title": []any{node{"@language": "en", "@value": string(id)}}}
	k, ok := v.Catalogue.Competence(id)
	if !ok {
		return n
	}
	n["dc:title"] = tagged(k.Label)
	switch {
	case strings.HasPrefix(k.URI, escoSkills):
		n["elm:relatedESCOSkill"] = []any{node{"@id": k.URI, "@type": "skos:Concept"}}
	case k.URI != "":
		n["elm:relatedSkill"] = []any{node{"@id": k.URI, "@type": "skos:Concept"}}
	}
	return n
}

// weeks is how long a programme is, as a duration of XML Schema, which has no weeks.
func weeks(p *domain.Programme) node { return typed("xsd:duration", "P"+number(p.Weeks*7)+"D") }

func languageConcept(l domain.Language) node {
	base, _ := language.Make(string(l)).Base()
	return euLanguages.concept(strings.ToUpper(base.ISO3()))
}

func location(name []any) node {
	n := node{"@type": "dc:Location", "elm:address": []any{node{"@type": "elm:Address", "elm:countryCode": euCountries.concept("KAZ")}}}
	if name != nil {
		n["elm:geographicName"] = name
	}
	return n
}

// concept is a value of a list.
func (l euList) concept(code string) node {
	return node{"@id": l.concepts + code, "@type": "skos:Concept", "skos:inScheme": node{"@id": l.scheme, "@type": "skos:ConceptScheme"}}
}

// noted is a value of a list of ours, with its code for whoever does not know the list.
func (l euList) noted(code string) node {
	n := l.concept(code)
	n["skos:notation"] = code
	return n
}

// putConcept adds a value of a list unless there is none.
func putConcept(n node, property string, l euList, code string) {
	if code != "" {
		n[property] = []any{l.concept(code)}
	}
}

func typed(as, value string) node { return node{"@type": as, "@value": value} }

// tagged is a text in each language that it is written in.
func tagged(t domain.Text) []any {
	var out []any
	for _, l := range domain.Spoken() {
		if s := t.Exactly(l); s != "" {
			out = append(out, node{"@language": string(l), "@value": s})
		}
	}
	return out
}
