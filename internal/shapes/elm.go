package shapes

import (
	"fmt"
	"regexp"
	"slices"
)

const (
	dateTime  = `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$`
	xDuration = `^P(\d+Y)?(\d+M)?(\d+D)?(T(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$`
	authority = "http://publications.europa.eu/resource/authority/"
	europass  = "http://data.europa.eu/snb/" //nolint:gosec // begins names of values
)

// LearningModel is the part of the European Learning Model, version 3, that a programme is written in, with every property
// that its classes have in the application profile for learning opportunities and qualifications, version 1.1.0, and with what
// the profile's lists of values demand (LOQ-constraints and LOQ-constraints-mdr of
// github.com/european-commission-empl/European-Learning-Model, European Union, CC BY 4.0; turned into Go by hand). The lists
// are as Europass publishes them. One rule is left out: levels of a national framework must be of the Union's list, which
// has none of Kazakhstan's.
//
// Asked is what Europass shows of a course and the profile does not require.
var LearningModel = Set{
	"elm:LearningOpportunity": {Properties: []Property{
		{Name: "adms:identifier", Is: identifiers}, texts("dc:title", 1), texts("dc:description", 0),
		{Name: "dc:type", Asked: true, Is: []Kind{Listed(europass+"learning-opportunity/25831c2", europass+"learning-opportunity/",
			"05053c1cbe", "0f7dac46ca", "11252a5207", "17744a2647", "63f9f6180c", "65a4cf5de2", "74a4a268e8", "77b99de990", "79343569f3", "7e1ac538db",
			"8b965da2d4", "b2434ca358")}},
		{Name: "elm:additionalNote", Is: []Kind{A("elm:Note")}},
		{Name: "foaf:homepage", Least: 1, Is: []Kind{A("elm:WebResource")}}, {Name: "elm:supplementaryDocument", Is: []Kind{A("elm:WebResource")}},
		{Name: "dc:temporal", Most: 1, Is: []Kind{A("dc:PeriodOfTime")}},
		{Name: "elm:duration", Most: 1, Is: []Kind{Typed("xsd:duration", xDuration)}},
		{Name: "elm:mode", Asked: true, Is: learningModes},
		{Name: "elm:learningSchedule", Most: 1, Is: []Kind{A("skos:Concept")}}, {Name: "elm:scheduleInformation", Most: 1, Is: []Kind{A("elm:Note")}},
		{Name: "elm:admissionProcedure", Most: 1, Is: []Kind{A("elm:Note")}},
		{Name: "elm:applicationDeadline", Is: []Kind{Typed("xsd:dateTime", dateTime)}},
		{Name: "elm:priceDetail", Is: []Kind{A("elm:PriceDetail")}},
		{Name: "elm:providedBy", Least: 1, Is: []Kind{A("elm:Organisation")}},
		{Name: "elm:location", Is: []Kind{A("dc:Location")}},
		{Name: "elm:learningAchievementSpecification", Least: 1, Most: 1, Is: []Kind{A("elm:LearningAchievementSpecification"), A("elm:Qualification")}},
		{Name: "elm:hasPart", Is: []Kind{A("elm:LearningOpportunity")}}, {Name: "elm:isPartOf", Is: []Kind{A("elm:LearningOpportunity")}},
		{Name: "elm:defaultLanguage", Least: 1, Most: 1, Is: languages},
		{Name: "dc:modified", Most: 1, Is: []Kind{Typed("xsd:dateTime", dateTime)}},
		{Name: "dc:publisher", Most: 1, Is: []Kind{A("elm:Organisation")}}, {Name: "elm:status", Most: 1, Is: []Kind{Text(`\S`)}},
	}},
	"elm:LearningAchievementSpecification": {Properties: append([]Property{{Name: "dc:language", Least: 1, Is: languages}}, achieved...)},
	"elm:Qualification": {Properties: append([]Property{
		{Name: "dc:language", Is: languages},
		{Name: "elm:EQFLevel", Least: 1, Most: 1, Is: []Kind{Listed(europass+"eqf/25831c2", europass+"eqf/", "1", "2", "3", "4", "5", "6", "7", "8")}},
		{Name: "elm:NQFLevel", Least: 1, Is: []Kind{A("skos:Concept")}},
		{Name: "elm:isPartialQualification", Most: 1, Is: []Kind{Truth}}, {Name: "elm:qualificationCode", Is: []Kind{A("skos:Concept")}},
	}, achieved...)},
	"elm:LearningOutcome": {Properties: []Property{
		{Name: "adms:identifier", Is: identifiers}, texts("dc:title", 1), {Name: "dc:type", Most: 1, Is: []Kind{A("skos:Concept")}},
		{Name: "elm:additionalNote", Is: []Kind{A("elm:Note")}}, {Name: "elm:reusabilityLevel", Most: 1, Is: []Kind{A("skos:Concept")}},
		{Name: "elm:relatedSkill", Is: []Kind{A("skos:Concept")}}, {Name: "elm:relatedESCOSkill", Is: []Kind{A("skos:Concept")}},
	}},
	"elm:Organisation": {Properties: []Property{
		{Name: "skos:altLabel", Is: []Kind{Tagged}}, texts("rov:legalName", 1), {Name: "adms:identifier", Is: identifiers},
		{Name: "dc:type", Is: []Kind{A("skos:Concept")}}, {Name: "foaf:homepage", Is: []Kind{A("elm:WebResource")}},
		{Name: "elm:additionalNote", Is: []Kind{A("elm:Note")}}, {Name: "elm:location", Least: 1, Is: []Kind{A("dc:Location")}},
		{Name: "dc:modified", Most: 1, Is: []Kind{Typed("xsd:dateTime", dateTime)}}, {Name: "elm:status", Most: 1, Is: []Kind{Text(`\S`)}},
	}},
	"elm:WebResource": {Properties: []Property{
		texts("dc:title", 0), {Name: "dc:language", Most: 1, Is: languages}, {Name: "elm:contentUrl", Least: 1, Most: 1, Is: []Kind{Typed("xsd:anyURI", address)}},
	}},
	"dc:PeriodOfTime": {Properties: []Property{
		texts("skos:prefLabel", 0), {Name: "elm:startDate", Most: 1, Is: []Kind{Typed("xsd:dateTime", dateTime)}},
		{Name: "elm:endDate", Most: 1, Is: []Kind{Typed("xsd:dateTime", dateTime)}},
	}},
	"dc:Location": {Properties: []Property{
		{Name: "adms:identifier", Is: identifiers}, texts("elm:geographicName", 0), {Name: "elm:spatialCode", Is: []Kind{A("skos:Concept")}},
		texts("dc:description", 0), {Name: "elm:address", Least: 1, Is: []Kind{A("elm:Address")}},
	}},
	"elm:Address": {Properties: []Property{
		{Name: "adms:identifier", Is: identifiers}, {Name: "elm:fullAddress", Most: 1, Is: []Kind{A("elm:Note")}},
		{Name: "elm:countryCode", Least: 1, Most: 1, Is: []Kind{Concept(authority+"country", `^`+authority+`country/[A-Z]{3}$`)}},
	}},
	"elm:PriceDetail": {Properties: []Property{
		{Name: "adms:identifier", Is: identifiers}, {Name: "elm:amount", Most: 1, Is: []Kind{A("elm:Amount")}}, texts("skos:prefLabel", 0),
		texts("dc:description", 0), {Name: "elm:additionalNote", Is: []Kind{A("elm:Note")}},
	}},
	"elm:Amount": {Properties: []Property{
		{Name: "elm:unit", Least: 1, Most: 1, Is: []Kind{Concept(authority+"currency", `^`+authority+`currency/[A-Z]{3}$`)}},
		{Name: "rdf:value", Least: 1, Most: 1, Is: []Kind{Typed("xsd:decimal", `^-?\d+(\.\d+)?$`)}},
	}},
	"elm:CreditPoint": {Properties: []Property{
		{Name: "elm:framework", Least: 1, Most: 1, Is: []Kind{Listed(europass+"education-credit/25831c2", europass+"education-credit/", "60b314e826", "6fcec5c5af")}},
		{Name: "elm:point", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}, // xsd:string, which JSON-LD need not say
	}},
	"elm:Identifier": {Properties: []Property{
		{Name: "skos:notation", Least: 1, Most: 1, Is: []Kind{Text(`\S`)}}, {Name: "adms:schemeAgency", Most: 1, Is: []Kind{Tagged}},
		{Name: "elm:schemeName", Most: 1, Is: []Kind{Text(`\S`)}}, {Name: "elm:schemeVersion", Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "elm:schemeId", Most: 1, Is: []Kind{Typed("xsd:anyURI", address)}}, {Name: "dc:type", Is: []Kind{A("skos:Concept")}},
	}},
	"elm:Note": {Properties: []Property{
		{Name: "elm:noteLiteral", Least: 1, Is: []Kind{Tagged}}, {Name: "dc:subject", Most: 1, Is: []Kind{A("skos:Concept")}},
		{Name: "elm:noteFormat", Most: 1, Is: []Kind{A("skos:Concept")}},
	}},
	"skos:Concept": {Properties: []Property{
		texts("skos:prefLabel", 0), {Name: "skos:altLabel", Is: []Kind{Tagged}}, {Name: "skos:notation", Most: 1, Is: []Kind{Text(`\S`)}},
		{Name: "skos:inScheme", Is: []Kind{A("skos:ConceptScheme")}},
	}, Whole: named},
	"skos:ConceptScheme": {Whole: named},
}

// achieved is what the achievements of learning and qualifications have alike.
var achieved = []Property{
	{Name: "adms:identifier", Is: identifiers}, texts("dc:title", 1), {Name: "skos:altLabel", Is: []Kind{Tagged}}, texts("dc:description", 0),
	{Name: "elm:additionalNote", Is: []Kind{A("elm:Note")}}, {Name: "foaf:homepage", Is: []Kind{A("elm:WebResource")}},
	{Name: "elm:supplementaryDocument", Is: []Kind{A("elm:WebResource")}}, {Name: "elm:category", Is: []Kind{Tagged}},
	{Name: "dc:modified", Most: 1, Is: []Kind{Typed("xsd:dateTime", dateTime)}}, {Name: "dc:type", Is: []Kind{A("skos:Concept")}},
	{Name: "elm:ISCEDFCode", Least: 1, Is: []Kind{Concept(europass+"isced-f/25831c2", `^`+europass+`isced-f/\d{2,4}$`)}},
	{Name: "elm:learningOutcomeSummary", Most: 1, Is: []Kind{A("elm:Note")}}, {Name: "elm:educationSubject", Is: []Kind{A("skos:Concept")}},
	{Name: "elm:volumeOfLearning", Most: 1, Is: []Kind{Typed("xsd:duration", xDuration)}}, {Name: "elm:creditPoint", Is: []Kind{A("elm:CreditPoint")}},
	{Name: "elm:educationLevel", Is: []Kind{A("skos:Concept")}}, {Name: "elm:mode", Is: learningModes},
	{Name: "elm:learningSetting", Most: 1, Is: []Kind{Listed(europass+"learning-setting/25831c2", europass+"learning-setting/", "6fd4685715", "e207a81fc7")}},
	{Name: "elm:maximumDuration", Most: 1, Is: []Kind{Typed("xsd:duration", xDuration)}},
	{Name: "elm:targetGroup", Is: []Kind{Listed(europass+"target-group/25831c2", europass+"target-group/",
		"022beab85a", "0247b300b0", "05f11c859b", "1599531db0", "1cfca7f767", "46806e0244", "527a6f97eb", "5b1417fd15", "5e56931138", "808b99d38f",
		"919082b88b", "acb7f20f25", "b0bf4f9fe9", "c900d8ecb1", "cbedf28444", "d45b47b458", "de9cd193ce", "e3782a33ab", "e7627913ad", "fd1279fd9f"),
		// The profile does not demand that list: a group that it lacks may be named elsewhere, with a word for it.
		Concept("https://kopir.kz/ns/segment", `^https://kopir\.kz/ns/segment#[a-z_]+$`)}},
	{Name: "elm:entryRequirement", Most: 1, Is: []Kind{A("elm:Note")}}, {Name: "elm:learningOutcome", Least: 1, Is: []Kind{A("elm:LearningOutcome")}},
	{Name: "dc:publisher", Most: 1, Is: []Kind{A("elm:Organisation")}}, {Name: "elm:status", Most: 1, Is: []Kind{Text(`\S`)}},
}

var (
	identifiers   = []Kind{A("elm:Identifier")}
	languages     = []Kind{Concept(authority+"language", `^`+authority+`language/[A-Z]{3}$`)}
	learningModes = []Kind{Listed(europass+"learning-assessment/25831c2", europass+"learning-assessment/",
		"729f3bed4b", "7813801c77", "9191af2ed9", "920fbb3cbe", "e92d221e4d", "ed4c557045")}
)

// texts is a text, at most one in a language.
func texts(name string, least int) Property {
	return Property{Name: name, Least: least, Is: []Kind{Tagged}, OneEach: true}
}

// Concept is a concept of a scheme, whose IRI has a form.
func Concept(scheme, form string) Kind {
	pattern := regexp.MustCompile(form)
	return func(s Set, v any) []string {
		n, _ := v.(Node)
		id, _ := n["@id"].(string)
		within := slices.ContainsFunc(list(n["skos:inScheme"]), func(in any) bool { n, _ := in.(Node); return n["@id"] == scheme })
		if !within || !pattern.MatchString(id) {
			return []string{fmt.Sprintf(": %q is no concept of %s", id, scheme)}
		}
		return A("skos:Concept")(s, v)
	}
}

// Listed is a concept of a scheme that is one of some; their IRIs begin alike.
func Listed(scheme, begin string, codes ...string) Kind {
	is := Concept(scheme, `^`+regexp.QuoteMeta(begin))
	return func(s Set, v any) []string {
		n, _ := v.(Node)
		if id, _ := n["@id"].(string); !slices.ContainsFunc(codes, func(code string) bool { return begin+code == id }) {
			return []string{fmt.Sprintf(": %q is none of the list %s", n["@id"], scheme)}
		}
		return is(s, v)
	}
}

// named says that a thing must have an IRI of its own.
func named(n Node) string {
	if id, _ := n["@id"].(string); !regexp.MustCompile(address).MatchString(id) {
		return "has no IRI"
	}
	return ""
}
