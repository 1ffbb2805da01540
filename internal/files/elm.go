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

// Lists of values of the European Union.
const (
	euECTS       = "http://data.europa.eu/snb/education-credit/6fcec5c5af"
	euLanguages  = "http://publications.europa.eu/resource/authority/language/"
	euCountries  = "http://publications.europa.eu/resource/authority/country/"
	euCurrencies = "http://publications.europa.eu/resource/authority/currency/"
	euFields     = "http://data.europa.eu/snb/isced-f/"
	euLevels     = "http://data.europa.eu/snb/eqf/"
)

const (
	escoSkills  = "http://data.europa.eu/esco/skill/"
	nationalNQF = "https://kopir.kz/ns/nqf#" // the levels of Kazakhstan's framework are in no list of the Union
	ictStudies  = "061"                      // ISCED-F 2013: information and communication technologies
)

var learningModelPrefixes = node{
	"adms": "http://www.w3.org/ns/adms#", "dc": "http://purl.org/dc/terms/", "elm": "http://data.europa.eu/snb/model/elm/",
	"foaf": "http://xmlns.com/foaf/0.1/", "skos": "http://www.w3.org/2004/02/skos/core#", "xsd": "http://www.w3.org/2001/XMLSchema#",
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
		"adms:identifier": node{"@type": "adms:Identifier", "skos:notation": p.ID.String()},
		"foaf:homepage":   node{"@type": "elm:WebResource", "elm:contentURL": typed("xsd:anyURI", page)},
		"elm:providedBy": node{
			"@id": v.URL + "/v1/organisations/" + owner.ID.String(), "@type": "elm:Organisation", "elm:legalName": tagged(owner.Name),
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
	v.intake(n, p)
	if p.Price != nil {
		n["elm:priceDetail"] = node{"@type": "elm:PriceDetail", "elm:amount": node{
			"@type": "elm:Amount", "elm:value": typed("xsd:decimal", strconv.FormatInt(p.Price.Amount, 10)), "elm:unit": concept(euCurrencies + string(p.Price.Currency)),
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
	period := node{"@type": "dc:PeriodOfTime", "elm:startDate": typed("xsd:date", next.StartsOn.String())}
	if next.EndsOn != 0 {
		period["elm:endDate"] = typed("xsd:date", next.EndsOn.String())
	}
	n["dc:temporal"] = period
	if next.ApplyBy != 0 {
		n["elm:applicationDeadline"] = typed("xsd:date", next.ApplyBy.String())
	}
}

// achievement is what is learnt: a qualification where there is a degree or a diploma at the end whose level is known.
func (v View) achievement(p *domain.Programme, url string) node {
	n := node{
		"@id": url + "#learning", "@type": "elm:LearningAchievementSpecification", "dc:title": tagged(p.Title),
		"elm:ISCEDFCode": []any{concept(euFields + ictStudies)},
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
		n["elm:creditPoint"] = node{"@type": "elm:CreditPoint", "elm:framework": concept(euECTS), "elm:point": typed("xsd:decimal", number(p.ECTS))}
	}
	if p.Hours != 0 {
		n["elm:volumeOfLearning"] = typed("xsd:duration", "PT"+number(p.Hours)+"H")
	}
	if p.Weeks != 0 {
		n["elm:maximumDuration"] = weeks(p)
	}
	if level := qualified(p); level != 0 {
		n["@type"], n["elm:EQFLevel"] = "elm:Qualification", concept(euLevels+number(level))
		n["elm:NQFLevel"] = []any{node{"@id": nationalNQF + number(level), "@type": "skos:Concept", "skos:notation": number(level)}}
	}
	return n
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
		n["elm:relatedESCOSkill"] = []any{concept(k.URI)}
	case k.URI != "":
		n["elm:relatedSkill"] = []any{concept(k.URI)}
	}
	return n
}

// weeks is how long a programme is, as a duration of XML Schema, which has no weeks.
func weeks(p *domain.Programme) node { return typed("xsd:duration", "P"+number(p.Weeks*7)+"D") }

func languageConcept(l domain.Language) node {
	base, _ := language.Make(string(l)).Base()
	return concept(euLanguages + strings.ToUpper(base.ISO3()))
}

func location(name []any) node {
	n := node{"@type": "dc:Location", "elm:address": []any{node{"@type": "elm:Address", "elm:countryCode": concept(euCountries + "KAZ")}}}
	if name != nil {
		n["elm:geographicName"] = name
	}
	return n
}

func concept(id string) node { return node{"@id": id, "@type": "skos:Concept"} }

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
