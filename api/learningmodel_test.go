package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const learningModelMedia = `application/ld+json; profile="http://data.europa.eu/snb/model/ap/loq-constraints"`

// inLearningModel is a programme in the European Learning Model. Everything that its application profile requires is there.
func inLearningModel(p *person, lang string, body m) *answer {
	t := p.w.t
	t.Helper()
	draft := p.post("/v1/programmes", body).expect(201)
	p.ifMatch(draft.etag()).post("/v1/programmes/"+draft.id()+"/publish", nil).expect(200)
	got := p.w.visitor().in(lang).with("Accept", learningModelMedia).get("/v1/programmes/" + draft.id()).expect(200)
	require.Equal(t, learningModelMedia, got.header.Get("Content-Type"))
	got.is("@type", "elm:LearningOpportunity").is("foaf:homepage.@type", "elm:WebResource").is("elm:providedBy.@type", "elm:Organisation")
	require.Len(t, got.at("elm:providedBy.elm:legalName"), 3)
	require.NotEmpty(t, got.at("dc:title"))
	of := "elm:learningAchievementSpecification."
	for _, list := range []string{"dc:title", "elm:ISCEDFCode", "dc:language", "elm:learningOutcome"} {
		require.NotEmpty(t, got.at(of+list), list)
	}
	for _, outcome := range got.at(of + "elm:learningOutcome").([]any) {
		require.Equal(t, "elm:LearningOutcome", outcome.(m)["@type"])
		require.NotEmpty(t, outcome.(m)["dc:title"])
	}
	return got
}

func TestACourseInTheEuropeanLearningModel(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	body := merged(fullProgramme(qadam, "short_course"), m{"title": m{"kk": "Веб-әзірлеу", "ru": "Веб-разработка", "en": "Web development"}})
	for lang, code := range map[string]string{"kk": "KAZ", "ru": "RUS", "en": "ENG"} {
		got := inLearningModel(qadam, lang, body)
		got.is("elm:defaultLanguage", m{"@id": "http://publications.europa.eu/resource/authority/language/" + code, "@type": "skos:Concept"})
		got.is("dc:title", []m{{"@language": "ru", "@value": "Веб-разработка"}, {"@language": "kk", "@value": "Веб-әзірлеу"}, {"@language": "en", "@value": "Web development"}})
		got.is("dc:description", []m{{"@language": "ru", "@value": "С нуля."}})
		got.is("foaf:homepage.elm:contentURL", m{"@type": "xsd:anyURI", "@value": "https://example.kz/x?a=1&b=2"})
		got.is("elm:duration", m{"@type": "xsd:duration", "@value": "P84D"}).is("elm:applicationDeadline", m{"@type": "xsd:date", "@value": "2027-01-08"})
		got.is("dc:temporal.elm:startDate", m{"@type": "xsd:date", "@value": "2027-01-15"}).is("dc:temporal.elm:endDate.@value", "2027-04-10")
		got.is("elm:priceDetail.elm:amount.elm:value", m{"@type": "xsd:decimal", "@value": "0"})
		require.Len(t, got.at("elm:location"), 2)
		of := "elm:learningAchievementSpecification."
		got.is(of+"@type", "elm:LearningAchievementSpecification").is(of+"elm:volumeOfLearning", m{"@type": "xsd:duration", "@value": "PT120H"})
		got.is(of+"elm:ISCEDFCode", []m{{"@id": "http://data.europa.eu/snb/isced-f/061", "@type": "skos:Concept"}})
		got.is(of+"elm:creditPoint.elm:point", m{"@type": "xsd:decimal", "@value": "4"})
		got.is(of+"dc:language.0.@id", "http://publications.europa.eu/resource/authority/language/RUS")
		require.Len(t, got.at(of+"elm:learningOutcome"), 2)
		require.Regexp(t, "^http://data.europa.eu/esco/skill/", got.at(of+"elm:learningOutcome.0.elm:relatedESCOSkill.0.@id"))
		require.False(t, got.has(of+"elm:EQFLevel"), "a course is no qualification")
	}
}

func TestADegreeInTheEuropeanLearningModel(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	of := "elm:learningAchievementSpecification."
	level := func(kind string, nqf any) *answer {
		return inLearningModel(qadam, "en", merged(fullProgramme(qadam, kind), m{"nqf_level": nqf}))
	}
	for _, want := range []struct {
		kind  string
		nqf   any
		level string
	}{{"bachelor", 6, "6"}, {"bachelor", nil, "6"}, {"master", nil, "7"}, {"college", 5, "5"}} {
		got := level(want.kind, want.nqf).is(of+"@type", "elm:Qualification")
		got.is(of+"elm:EQFLevel", m{"@id": "http://data.europa.eu/snb/eqf/" + want.level, "@type": "skos:Concept"})
		got.is(of+"elm:NQFLevel.0.skos:notation", want.level)
	}
	level("college", nil).is(of+"@type", "elm:LearningAchievementSpecification")
}

func TestWhichWordsAProgrammeIsGivenIn(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	draft := qadam.post("/v1/programmes", m{"organisation_id": qadam.org, "title": m{"ru": "Кратко"}}).expect(201)
	for accept, want := range map[string]string{
		learningModelMedia: learningModelMedia, learningModelMedia + ";q=0.5, application/ld+json": "application/ld+json",
		"application/ld+json;q=0.5, " + learningModelMedia: learningModelMedia, "application/json, " + learningModelMedia: "application/json",
		learningModelMedia + ";q=0, application/json;q=0.1":                                                          "application/json",
		`application/ld+json; profile="https://example.kz/other"`:                                                    "application/ld+json",
		`application/ld+json; profile="https://example.kz/other http://data.europa.eu/snb/model/ap/loq-constraints"`: learningModelMedia,
	} {
		got := qadam.with("Accept", accept).get("/v1/programmes/" + draft.id()).expect(200)
		require.Equal(t, want, got.header.Get("Content-Type"), accept)
		require.Contains(t, got.header.Values("Vary"), "Accept")
	}
}
