package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func judged(text, competence, verdict string) m {
	return m{"text": text, "competence_id": competence, "verdict": verdict}
}

func TestCompetencesAreFoundInATextWithTheirPlaces(t *testing.T) {
	w := openMarketplace(t)
	text := "Требования:\n- уверенное знание SQL\nБудет плюсом: TypeScript"
	found := w.visitor().in("en").post("/v1/competences/extract", m{"text": text}).expect(200)
	found.is("language", "ru").is("mentions.0.start", 31).is("mentions.0.end", 34).is("mentions.0.text", "SQL")
	found.is("mentions.0.competence", m{"id": sqlLanguage, "label": "SQL"}).is("mentions.0.certainty", "high")
	found.is("mentions.0.level", 5).is("mentions.0.importance", "must").is("mentions.1.level", nil).is("mentions.1.importance", "nice")
	found.is("requirements", []m{
		{"competence_id": sqlLanguage, "level": 5, "importance": "must", "level_source": "inferred"},
		{"competence_id": typescript, "level": 4, "importance": "nice", "level_source": "assumed"},
	}).is("outcomes", []any{})
	found = w.visitor().post("/v1/competences/extract", m{"text": text, "kind": "programme"}).expect(200).is("requirements", []any{})
	found.is("outcomes", []m{
		{"competence_id": sqlLanguage, "level": 5, "level_source": "inferred"},
		{"competence_id": typescript, "level": 3, "level_source": "assumed"},
	})
	w.visitor().post("/v1/competences/extract", m{"text": "日本"}).expect(200).is("language", nil).is("mentions", []any{})
}

func TestATextToReadIsBounded(t *testing.T) {
	w := openMarketplace(t)
	for _, path := range []string{"/v1/competences/extract", "/v1/demands/draft-from-text", "/v1/programmes/draft-from-text"} {
		w.visitor().post(path, m{"text": strings.Repeat("ә", 50_000)}).expect(200)
		w.visitor().post(path, m{"text": strings.Repeat("ә", 50_001)}).refused(422, "invalid").fault("/text", "too_long")
		w.visitor().post(path, m{"text": " \n"}).refused(422, "invalid")
		w.visitor().post(path, m{}).refused(422, "invalid").fault("/text", "required")
		w.visitor().post(path, m{"text": "\u0007"}).refused(400, "unreadable").fault("/text", "control_character")
	}
}

func TestWhatIsProposedCanBeWritten(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	ad := "SQL әзірлеушісі керек\n" + strings.Repeat("Деректер базасымен жұмыс істейміз. ", 400) + "\nTypeScript білу міндетті."
	proposal := w.visitor().post("/v1/demands/draft-from-text", m{"text": ad}).expect(200).is("language", "kk")
	proposal.is("body.title", m{"kk": "SQL әзірлеушісі керек"})
	made := dala.post("/v1/demands", merged(proposal.at("body").(map[string]any), m{"organisation_id": dala.org})).expect(201)
	made.is("requirements.0.competence.id", sqlLanguage).is("requirements.0.level_source", "assumed")
	made.is("requirements.1.competence.id", typescript).is("requirements.1.importance", "must")
	proposal = w.visitor().post("/v1/programmes/draft-from-text", m{"text": "Course on SQL\nAdvanced TypeScript"}).expect(200)
	proposal.is("body.title", m{"en": "Course on SQL"}).is("body.description", m{"en": "Course on SQL\nAdvanced TypeScript"})
	taught := qadam.post("/v1/programmes", merged(proposal.at("body").(map[string]any), m{"organisation_id": qadam.org})).expect(201)
	taught.is("outcomes.1.level", 6).is("outcomes.1.level_source", "inferred")
	w.visitor().get("/v1/demands").expect(200).is("total", 0)
}

func TestWhatPeopleSayOfAMentionCounts(t *testing.T) {
	w := openMarketplace(t)
	confidence := func() any {
		found := w.visitor().post("/v1/competences/extract", m{"text": "Знание SQL"}).expect(200)
		if len(found.at("mentions").([]any)) == 0 {
			return 0
		}
		return found.at("mentions.0.certainty")
	}
	require.Equal(t, "high", confidence())
	verdicts := func(p *person, verdict string) m {
		return m{"organisation_id": p.org, "verdicts": []m{judged("SQL", sqlLanguage, verdict)}}
	}
	dala := w.owner("employer", "dala")
	for range 20 {
		dala.post("/v1/competences/extract/feedback", verdicts(dala, "rejected")).expect(204)
	}
	require.Equal(t, "medium", confidence(), "one organisation has one voice")
	for _, name := range []string{"b", "c"} {
		p := w.owner("employer", name)
		p.post("/v1/competences/extract/feedback", verdicts(p, "rejected")).expect(204)
	}
	require.Equal(t, "low", confidence())
	for _, name := range []string{"d", "e", "f", "g"} {
		p := w.owner("employer", name)
		p.post("/v1/competences/extract/feedback", verdicts(p, "rejected")).expect(204)
	}
	require.Equal(t, 0, confidence())
}

func TestVerdictsAreCheckedAndCountOnce(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	send := func(p *person, verdicts ...m) *answer {
		return p.post("/v1/competences/extract/feedback", m{"organisation_id": dala.org, "verdicts": verdicts})
	}
	send(dala, judged("SQL", "esco:nothing", "confirmed")).refused(422, "invalid").fault("/verdicts/0/competence_id", "unknown_competence")
	send(dala, judged("SQL", sqlLanguage, "confirmed"), judged("sql", sqlLanguage, "rejected")).refused(422, "invalid").fault("/verdicts/1", "duplicate")
	send(dala, judged("—", sqlLanguage, "confirmed")).refused(422, "invalid").fault("/verdicts/0/text", "malformed")
	send(dala).refused(422, "invalid")
	stranger := w.owner("employer", "stranger")
	send(stranger, judged("SQL", sqlLanguage, "confirmed")).refused(403, "forbidden")
	send(w.visitor(), judged("SQL", sqlLanguage, "confirmed")).refused(401, "unauthenticated")
	once := dala.keyed("verdicts-once")
	for range 2 {
		send(once, judged("SQL", sqlLanguage, "rejected")).expect(204)
	}
	reputes, err := w.store.Reputes(t.Context(), []string{"sql"})
	require.NoError(t, err)
	require.Equal(t, map[domain.Naming]domain.Repute{{Key: "sql", Competence: sqlLanguage}: {Organisations: 1}}, reputes)
}
