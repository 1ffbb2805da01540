package shapes_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/internal/shapes"
)

func posting() shapes.Node {
	return shapes.Node{
		"@type": "JobPosting", "title": "Developer", "description": "Develops.", "datePosted": "2026-11-23",
		"hiringOrganization": shapes.Node{"@type": "Organization", "name": "Dala"},
		"jobLocation":        shapes.Node{"@type": "Place", "address": shapes.Node{"@type": "PostalAddress", "addressCountry": "KZ"}},
		"baseSalary": shapes.Node{"@type": "MonetaryAmount", "currency": "KZT", "value": shapes.Node{
			"@type": "QuantitativeValue", "unitText": "MONTH", "minValue": 1.0}},
		"https://kopir.kz/ns/columns#work_mode": "hybrid",
	}
}

func TestASoundDocumentHasNoFaults(t *testing.T) {
	require.Empty(t, shapes.Schema.Faults(posting()))
	require.Equal(t, []string{"JobPosting.employmentType", "JobPosting.identifier", "JobPosting.validThrough"}, shapes.Schema.Lacks(posting()))
}

func TestWhatIsMissingIsAFaultOfItsPlace(t *testing.T) {
	required := shapes.Schema.Required(posting())
	require.Equal(t, []string{
		"/title", "/description", "/datePosted", "/hiringOrganization", "/hiringOrganization/name", "/jobLocation/address",
		"/jobLocation/address/addressCountry", "/baseSalary/currency", "/baseSalary/value", "/baseSalary/value/unitText",
	}, required)
	for _, place := range required {
		require.Equal(t, []string{place + ": has 0 values, at least 1 must be"}, shapes.Schema.Faults(shapes.Without(posting(), place)))
	}
	for place, fault := range map[string]string{
		"/jobLocation": ": neither says where the work is nor that it is remote", "/baseSalary/value/minValue": "/baseSalary/value: has no value",
	} {
		require.Equal(t, []string{fault}, shapes.Schema.Faults(shapes.Without(posting(), place)))
	}
}

func TestWhatIsWrongIsAFaultOfItsPlace(t *testing.T) {
	for name, value := range map[string]any{
		"title": "", "datePosted": "23.11.2026", "hiringOrganization": "Dala", "dateModified": "2026-11-23", "employmentType": "GIG",
		"totalJobOpenings": "3", "skills": shapes.Node{"@type": "Place"}, "jobLocationType": []any{"TELECOMMUTE", "TELECOMMUTE"},
	} {
		n := posting()
		n[name] = value
		faults := shapes.Schema.Faults(n)
		require.Len(t, faults, 1, name)
		require.Contains(t, faults[0], "/"+name)
	}
	require.NotEmpty(t, shapes.Schema.Faults(shapes.Node{"@type": "Thing"}), "a type without a shape")
	require.NotEmpty(t, shapes.Schema.Faults(shapes.Node{"name": "x"}), "no type")
}

func opportunity() shapes.Node {
	title := []any{shapes.Node{"@language": "ru", "@value": "Курс"}, shapes.Node{"@language": "kk", "@value": "Курс"}}
	place := shapes.Node{"@type": "dc:Location", "elm:address": shapes.Node{
		"@type": "elm:Address", "elm:countryCode": concept("http://publications.europa.eu/resource/authority/country", "/KAZ")}}
	return shapes.Node{
		"@type": "elm:LearningOpportunity", "dc:title": title,
		"foaf:homepage": shapes.Node{"@type": "elm:WebResource", "elm:contentUrl": shapes.Node{"@type": "xsd:anyURI", "@value": "https://example.kz"}},
		"elm:mode":      concept("http://data.europa.eu/snb/learning-assessment/25831c2", "/../920fbb3cbe"), "elm:defaultLanguage": language("RUS"),
		"elm:providedBy": shapes.Node{"@type": "elm:Organisation", "rov:legalName": title, "elm:location": place},
		"elm:learningAchievementSpecification": shapes.Node{
			"@type": "elm:LearningAchievementSpecification", "dc:title": title, "dc:language": []any{language("KAZ")},
			"elm:ISCEDFCode":      concept("http://data.europa.eu/snb/isced-f/25831c2", "/../061"),
			"elm:learningOutcome": []any{shapes.Node{"@type": "elm:LearningOutcome", "dc:title": title}},
		},
	}
}

func language(code string) shapes.Node {
	return concept("http://publications.europa.eu/resource/authority/language", "/"+code)
}

// concept is one of a scheme; its IRI is the scheme's with an ending, in which /.. takes the last part away.
func concept(scheme, ending string) shapes.Node {
	id := scheme + ending
	if base, code, up := strings.Cut(ending, "/../"); up {
		id = scheme[:strings.LastIndex(scheme, "/")] + base + "/" + code
	}
	return shapes.Node{"@id": id, "@type": "skos:Concept", "skos:inScheme": shapes.Node{"@id": scheme, "@type": "skos:ConceptScheme"}}
}

func TestTheProfileOfTheLearningModelTellsWhatIsWrong(t *testing.T) {
	require.Empty(t, shapes.LearningModel.Faults(opportunity()))
	require.Equal(t, []string{"elm:LearningOpportunity.dc:type"}, shapes.LearningModel.Lacks(opportunity()))
	for _, place := range shapes.LearningModel.Required(opportunity()) {
		require.NotEmpty(t, shapes.LearningModel.Faults(shapes.Without(opportunity(), place)), place)
	}
	for name, value := range map[string]any{
		"elm:mode":                concept("http://data.europa.eu/snb/learning-assessment/25831c2", "/../0000000000"), // in no list
		"elm:defaultLanguage":     shapes.Node{"@id": "http://publications.europa.eu/resource/authority/language/RUS", "@type": "skos:Concept"},
		"dc:title":                []any{shapes.Node{"@language": "ru", "@value": "Курс"}, shapes.Node{"@language": "ru", "@value": "Другой"}},
		"elm:applicationDeadline": shapes.Node{"@type": "xsd:date", "@value": "2027-01-08"},
		"dc:modified":             shapes.Node{"@type": "xsd:dateTime", "@value": "2027-01-08"},
		"elm:legalName":           "nobody's property", "elm:duration": shapes.Node{"@type": "xsd:duration", "@value": "P12W"},
	} {
		n := opportunity()
		n[name] = value
		faults := shapes.LearningModel.Faults(n)
		require.Len(t, faults, 1, name)
		require.Contains(t, faults[0], "/"+name)
	}
}
