package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/internal/shapes"
)

// mediaOf is as what a format is sent.
var mediaOf = map[string]string{
	"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "jsonl": "application/x-ndjson",
	"jsonld": "application/ld+json",
}

// fullDemand has everything that a demand can have; fullProgramme likewise.
func fullDemand(p *person) m {
	return merged(p.developer(), m{
		"title":       m{"kk": "Веб-әзірлеуші", "ru": "Веб-разработчик <ведущий> & «прочее»", "en": "Web developer"},
		"description": m{"kk": "Бірінші жол\nекінші жол", "ru": "Первая строка\n\nвторая; с | знаками, \"кавычками\" & <тегами>", "en": "=SUM(A1)\t-1"},
		"kind":        "apprenticeship", "occupation": "2513", "sector": "K", "region": "KZ-10", "work_mode": "hybrid", "openings": 7,
		"languages": []string{"kk", "zh-Hans"}, "salary": m{"min": nil, "max": 900000, "currency": "USD"},
		"requirements": []m{
			merged(asks("must", typescript, 5), m{"level_source": "inferred"}), merged(asks("should", sqlLanguage, 8), m{"level_source": "assumed"}), asks("nice", browsing, 1),
		},
	})
}

func fullProgramme(p *person, kind string) m {
	return m{
		"organisation_id": p.org, "title": m{"kk": "Веб-әзірлеу", "en": "Web development"}, "description": m{"ru": "С нуля."}, "kind": kind, "mode": "blended",
		"languages": []string{"ru", "kk"}, "regions": []string{"KZ-75", "KZ-19"}, "weeks": 12, "hours": 120, "ects": 4, "price": m{"amount": 0, "currency": "KZT"},
		"funding": []string{"free", "grant"}, "nqf_level": 5, "segments": []string{"unemployed", "youth"}, "sectors": []string{"J", "C"}, "url": "https://example.kz/x?a=1&b=2",
		"outcomes":      []m{merged(teaches(typescript, 5), m{"level_source": "assumed"}), teaches(python, 2)},
		"prerequisites": []m{teaches(browsing, 2)},
		"intakes": []m{
			{"starts_on": "2027-01-15", "ends_on": "2027-04-10", "apply_by": "2027-01-08", "seats": 25, "region": "KZ-75"},
			{"starts_on": "2027-09-01", "ends_on": nil, "apply_by": nil, "seats": nil, "region": nil},
		},
	}
}

// says is what the things of an organisation say, in an order that does not depend on their ids.
func (p *person) says(side string) []string {
	p.w.t.Helper()
	var out []string
	path := "/v1/organisations/" + p.org + "/" + side + "?limit=100"
	for cursor := ""; ; {
		page := p.get(path + cursor).expect(200)
		for _, item := range page.at("items").([]any) {
			thing := maps.Clone(item.(m))
			for _, own := range []string{"id", "organisation", "source", "status", "version", "published_at", "created_at", "updated_at"} {
				delete(thing, own)
			}
			text, err := json.Marshal(thing)
			require.NoError(p.w.t, err)
			out = append(out, string(text))
		}
		next, more := page.at("next_cursor").(string)
		if !more {
			slices.Sort(out)
			return out
		}
		cursor = "&cursor=" + next
	}
}

func TestWhatIsExportedComesBackEqual(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	dala.publishes("demands", fullDemand(dala))
	dala.publishes("demands", dala.developer())
	dala.publishes("demands", merged(dala.developer(), m{"kind": "internship", "work_mode": "remote", "region": nil, "description": nil, "salary": nil}))
	dala.publishes("demands", merged(dala.developer(), m{"kind": "upskilling", "work_mode": "remote", "title": m{"en": "Қазақ тілінде"}}))
	for _, kind := range enumOf(t, "ProgrammeKind") {
		qadam.publishes("programmes", fullProgramme(qadam, kind))
	}
	qadam.publishes("programmes", m{"organisation_id": qadam.org, "title": m{"ru": "Кратко"}, "kind": "short_course", "mode": "online", "languages": []string{"en"}, "outcomes": []m{teaches(python, 3)}})
	for format, media := range mediaOf {
		for _, lang := range []string{"kk", "ru", "en"} {
			t.Run(format+" "+lang, func(t *testing.T) {
				name := format + lang
				for side, from := range map[string]*person{"demands": dala, "programmes": qadam} {
					to := w.owner(map[string]string{"demands": "employer", "programmes": "university"}[side], name+side)
					want := from.says(side)
					others := w.visitor().in(lang).get("/v1/export/" + side + "?format=" + format).expect(200)
					require.Equal(t, mediaOf[format], others.header.Get("Content-Type"))
					done := to.imports(side, media, "", others.body)
					require.Equal(t, 0.0, done.at("counts.faulty"), "%s", to.get(done.asked[len("GET "):]+"/rows?state=faulty").body)
					require.Equal(t, want, to.says(side))
				}
			})
		}
	}
}

// A thing of schema.org as others write it.
func TestThingsOfSchemaOrgAreReadAsOthersWriteThem(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	posting := `{"@context":"https://schema.org/","@type":"JobPosting","identifier":{"@type":"PropertyValue","name":"hh","value":"77"},"title":"Программист","description":"<p>Писать &amp; читать</p><ul><li>код</li></ul>",
		"datePosted":"2026-11-20","validThrough":"2027-03-18T00:00","employmentType":"FULL_TIME","hiringOrganization":{"@type":"Organization","name":"X"},
		"jobLocation":{"@type":"Place","address":{"@type":"PostalAddress","addressRegion":"Алматы","addressCountry":"KZ"}},
		"baseSalary":{"@type":"MonetaryAmount","currency":"KZT","value":{"@type":"QuantitativeValue","value":600000,"unitText":"MONTH"}},"skills":"Python, TypeScript"}`
	dala.imports("demands", "application/ld+json", "&publish=true", []byte("["+posting+"]")).counts(1, 0, 0, 0)
	list := dala.get("/v1/organisations/"+dala.org+"/demands").expect(200).is("items.0.source.reference", "77")
	list.is("items.0.title.ru", "Программист").is("items.0.description.ru", "Писать & читать\nкод").is("items.0.region", "KZ-75").is("items.0.kind", "job").is("items.0.valid_through", "2027-03-18")
	list.is("items.0.salary", m{"min": 600000, "max": 600000, "currency": "KZT"}).is("items.0.requirements.0.competence.id", python).is("items.0.requirements.0.level_source", "assumed")
	hourly := strings.Replace(posting, `"MONTH"`, `"HOUR"`, 1)
	dala.imports("demands", "application/ld+json", "", []byte(strings.Replace(hourly, `"77"`, `"78"`, 1))).counts(0, 0, 0, 1)

	course := `{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"site"},{"@type":"Course","@id":"https://x.example/1","name":{"@language":"kk","@value":"Python"},"url":"https://x.example/1","inLanguage":"kk",
		"teaches":[{"@type":"DefinedTerm","name":"Python"}],"offers":{"@type":"Offer","price":100,"priceCurrency":"KZT"},
		"hasCourseInstance":[{"@type":"CourseInstance","courseMode":"Online","courseWorkload":"PT22H","startDate":"2027-02-01","endDate":"2027-03-01"}]}]}`
	qadam.imports("programmes", "application/ld+json", "&publish=true", []byte(course)).counts(1, 0, 0, 0)
	got := qadam.get("/v1/organisations/" + qadam.org + "/programmes").expect(200)
	got.is("items.0.title.kk", "Python").is("items.0.hours", 22).is("items.0.mode", "online").is("items.0.price.amount", 100).is("items.0.intakes.0.ends_on", "2027-03-01").is("items.0.funding", []string{"paid"})
	require.Equal(t, domain.SenderSource, got.at("items.0.source.name"))
}

// shaped holds a document against shapes. That they can tell, it shows on the document itself: without anything that must be
// there, and with anything that nobody knows, it has faults.
func shaped(t *testing.T, set shapes.Set, document []byte) {
	t.Helper()
	var n shapes.Node
	require.NoError(t, json.Unmarshal(document, &n))
	require.Empty(t, set.Faults(n), "%s", document)
	required := set.Required(n)
	require.NotEmpty(t, required)
	for _, place := range required {
		require.NotEmpty(t, set.Faults(shapes.Without(n, place)), "the control: without %s", place)
	}
	n["wish"] = 1
	require.NotEmpty(t, set.Faults(n), "the control: what is no property")
}

// What search engines ask of a job and a course (developers.google.com/search/docs/appearance/structured-data, job-posting and
// course-info), and the types that schema.org gives the values.
func TestWhatSearchEnginesAskForIsThere(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	linked := func(p *person, side string, body m) *answer {
		draft := p.post("/v1/"+side, body).expect(201)
		p.ifMatch(draft.etag()).post("/v1/"+side+"/"+draft.id()+"/publish", nil).expect(200)
		got := w.visitor().in("en").with("Accept", "application/ld+json").get("/v1/"+side+"/"+draft.id()).expect(200).is("@context", "https://schema.org")
		shaped(t, shapes.Schema, got.body)
		return got
	}
	job := linked(dala, "demands", fullDemand(dala)).is("@type", "JobPosting").is("title", "Web developer").is("datePosted", "2026-11-23")
	job.is("hiringOrganization.@type", "Organization").is("hiringOrganization.name", "dala LLP").is("jobLocation.@type", "Place")
	job.is("jobLocation.address", m{"@type": "PostalAddress", "addressCountry": "KZ", "addressRegion": "Abai Region"})
	job.is("baseSalary", m{"@type": "MonetaryAmount", "currency": "USD", "value": m{"@type": "QuantitativeValue", "unitText": "MONTH", "maxValue": 900000}})
	job.is("identifier.@type", "PropertyValue").is("skills.0.@type", "DefinedTerm").is("skills.0.name", "TypeScript").is("totalJobOpenings", 7)
	job.is("occupationalCategory.codeValue", "2513").is("employmentType", "OTHER")
	require.Regexp(t, `^\d{4}-\d\d-\d\d$`, job.at("validThrough"))
	require.NotEmpty(t, job.at("description"))
	remote := linked(dala, "demands", merged(dala.developer(), m{"work_mode": "remote", "description": nil, "region": nil}))
	remote.is("jobLocationType", "TELECOMMUTE").is("applicantLocationRequirements", m{"@type": "Country", "name": "KZ"})
	require.NotEmpty(t, remote.at("description"), "asked for, whatever there is to say")

	course := linked(qadam, "programmes", fullProgramme(qadam, "short_course")).is("@type", "Course").is("name", "Web development")
	course.is("provider.@type", "Organization").is("offers.0.category", "Free").is("offers.0.price", 0).is("offers.0.priceCurrency", "KZT")
	course.is("hasCourseInstance.0.courseMode", "Blended").is("hasCourseInstance.0.courseWorkload", "PT120H")
	course.is("hasCourseInstance.0.courseSchedule", m{"@type": "Schedule", "repeatCount": 12, "repeatFrequency": "Weekly"})
	course.is("inLanguage", []string{"ru", "kk"}).is("teaches.0.@type", "DefinedTerm")

	degree := linked(qadam, "programmes", fullProgramme(qadam, "bachelor")).is("@type", "EducationalOccupationalProgram").is("programType", "Bachelor")
	degree.is("educationalCredentialAwarded.@type", "EducationalOccupationalCredential").is("timeToComplete", "P12W").is("hasCourse.0.teaches.0.@type", "DefinedTerm")
	require.False(t, degree.has("teaches"), "it has no such property")
}
