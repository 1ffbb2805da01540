package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/internal/shapes"
)

const learningModelMedia = `application/ld+json; profile="http://data.europa.eu/snb/model/ap/loq-constraints"`

// inLearningModel is a programme in the European Learning Model, as its application profile has it.
func inLearningModel(p *person, lang string, body m) *answer {
	t := p.w.t
	t.Helper()
	draft := p.post("/v1/programmes", body).expect(201)
	p.ifMatch(draft.etag()).post("/v1/programmes/"+draft.id()+"/publish", nil).expect(200)
	got := p.w.visitor().in(lang).with("Accept", learningModelMedia).get("/v1/programmes/" + draft.id()).expect(200)
	require.Equal(t, learningModelMedia, got.header.Get("Content-Type"))
	got.is("@type", "elm:LearningOpportunity")
	require.Len(t, got.at("elm:providedBy.rov:legalName"), 3)
	shaped(t, shapes.LearningModel, got.body)
	return got
}

// listed is a value of a list; europass is one of a list of Europass.
func listed(id, scheme string) m {
	return m{"@id": id, "@type": "skos:Concept", "skos:inScheme": m{"@id": scheme, "@type": "skos:ConceptScheme"}}
}

func europass(list, code string) m {
	at := "http://data.europa.eu/snb/" + list + "/"
	return listed(at+code, at+"25831c2")
}

func TestACourseInTheEuropeanLearningModel(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	body := merged(fullProgramme(qadam, "short_course"), m{"title": m{"kk": "Веб-әзірлеу", "ru": "Веб-разработка", "en": "Web development"}})
	for lang, code := range map[string]string{"kk": "KAZ", "ru": "RUS", "en": "ENG"} {
		got := inLearningModel(qadam, lang, body)
		got.is("elm:defaultLanguage", listed("http://publications.europa.eu/resource/authority/language/"+code, "http://publications.europa.eu/resource/authority/language"))
		got.is("dc:title", []m{{"@language": "ru", "@value": "Веб-разработка"}, {"@language": "kk", "@value": "Веб-әзірлеу"}, {"@language": "en", "@value": "Web development"}})
		got.is("dc:description", []m{{"@language": "ru", "@value": "С нуля."}})
		got.is("foaf:homepage.elm:contentUrl", m{"@type": "xsd:anyURI", "@value": "https://example.kz/x?a=1&b=2"})
		got.is("elm:duration", m{"@type": "xsd:duration", "@value": "P84D"}).is("elm:applicationDeadline", m{"@type": "xsd:dateTime", "@value": "2027-01-08T23:59:59+05:00"})
		got.is("dc:temporal.elm:startDate", m{"@type": "xsd:dateTime", "@value": "2027-01-15T00:00:00+05:00"}).is("dc:temporal.elm:endDate.@value", "2027-04-10T23:59:59+05:00")
		got.is("elm:priceDetail.elm:amount.rdf:value", m{"@type": "xsd:decimal", "@value": "0"})
		require.Len(t, got.at("elm:location"), 2)
		of := "elm:learningAchievementSpecification."
		got.is(of+"@type", "elm:LearningAchievementSpecification").is(of+"elm:volumeOfLearning", m{"@type": "xsd:duration", "@value": "PT120H"})
		got.is(of+"elm:ISCEDFCode", []m{europass("isced-f", "061")})
		got.is("dc:type", []m{europass("learning-opportunity", "05053c1cbe")}).is("elm:mode", []m{europass("learning-assessment", "e92d221e4d")})
		got.is(of+"elm:learningSetting", []m{europass("learning-setting", "e207a81fc7")})
		youth := listed("https://kopir.kz/ns/segment#youth", "https://kopir.kz/ns/segment")
		youth["skos:notation"] = "youth"
		got.is(of+"elm:targetGroup", []m{europass("target-group", "05f11c859b"), youth})
		require.Len(t, got.at(of+"elm:entryRequirement.elm:noteLiteral"), 3)
		got.is(of+"elm:entryRequirement.elm:noteLiteral.0.@language", "ru")
		require.Regexp(t, `^\S.+ \(уровень 2 из 8\)$`, got.at(of+"elm:entryRequirement.elm:noteLiteral.0.@value"))
		got.is(of+"elm:creditPoint.elm:point", "4")
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
		got.is(of+"elm:EQFLevel", europass("eqf", want.level)).is("dc:type.0", europass("learning-opportunity", "79343569f3"))
		got.is(of+"elm:NQFLevel.0.skos:notation", want.level)
	}
	level("college", nil).is(of+"@type", "elm:LearningAchievementSpecification")
}

// What little a course may say is in the shape of the profile, too, in every kind and mode.
func TestEveryKindAndModeInTheEuropeanLearningModel(t *testing.T) {
	unraced(t)
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	for _, kind := range enumOf(t, "ProgrammeKind") {
		for _, mode := range enumOf(t, "ProgrammeMode") {
			got := inLearningModel(qadam, "kk", m{
				"organisation_id": qadam.org, "title": m{"kk": "Қысқаша"}, "kind": kind, "mode": mode, "languages": []string{"kk", "en"},
				"outcomes": []m{teaches(python, 3)}, "segments": enumOf(t, "Segment"), "regions": []string{"KZ-75"},
			})
			require.True(t, got.has("dc:type") && got.has("elm:mode"), "%v %v", kind, mode)
			require.Len(t, got.at("elm:learningAchievementSpecification.elm:targetGroup"), len(enumOf(t, "Segment"))+2)
		}
	}
}

func TestWhichWordsAProgrammeIsGivenIn(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	draft := qadam.post("/v1/programmes", m{"organisation_id": qadam.org, "title": m{"ru": "Кратко"}}).expect(201)
	for accept, want := range map[string]string{
		learningModelMedia: learningModelMedia, learningModelMedia + ";q=0.5, application/ld+json": "application/ld+json",
		"application/ld+json;q=0.5, " + learningModelMedia: learningModelMedia, "application/json, " + learningModelMedia: "application/json",
		learningModelMedia + ";q=0, application/json;q=0.1":       "application/json",
		learningModelMedia + ";q=0, application/ld+json":          "application/ld+json",
		learningModelMedia + ", */*":                              learningModelMedia,
		learningModelMedia + ";q=0.9, */*":                        "application/json",
		"application/ld+json, " + learningModelMedia:              "application/ld+json",
		`application/ld+json; profile="https://example.kz/other"`: "application/ld+json",
		`application/ld+json; profile="https://example.kz/other http://data.europa.eu/snb/model/ap/loq-constraints"`: learningModelMedia,
	} {
		got := qadam.with("Accept", accept).get("/v1/programmes/" + draft.id()).expect(200)
		require.Equal(t, want, got.header.Get("Content-Type"), accept)
		require.Contains(t, got.header.Values("Vary"), "Accept")
	}
	qadam.with("Accept", learningModelMedia+";q=0").get("/v1/programmes/"+draft.id()).refused(406, "not-acceptable")
}
