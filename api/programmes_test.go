package api

import (
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestAProgrammesLife(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")

	draft := qadam.post("/v1/programmes", m{"organisation_id": qadam.org, "title": m{"kk": "Веб-әзірлеу"}}).expect(201)
	path := "/v1/programmes/" + draft.id()
	require.Equal(t, path, draft.header.Get("Location"))
	for _, list := range []string{"languages", "regions", "funding", "segments", "sectors", "outcomes", "prerequisites", "intakes"} {
		draft.is(list, []any{})
	}
	for _, unknown := range []string{"description", "kind", "mode", "weeks", "hours", "ects", "price", "nqf_level", "url", "published_at", "archived_at", "source"} {
		require.True(t, draft.has(unknown), unknown)
		draft.is(unknown, nil)
	}
	w.visitor().get(path).refused(404, "not-found")

	qadam.ifMatch(draft.etag()).post(path+"/publish", nil).refused(422, "invalid").faults(
		[2]string{"/kind", "required"}, [2]string{"/mode", "required"}, [2]string{"/languages", "required"}, [2]string{"/outcomes", "no_outcome"})
	onsite := qadam.ifMatch(draft.etag()).patch(path, m{"mode": "onsite"}).expect(200)
	qadam.ifMatch(onsite.etag()).post(path+"/publish", nil).refused(422, "invalid").fault("/regions", "required")
	qadam.ifMatch(onsite.etag()).post(path+"/archive", nil).refused(409, "conflict")

	full := qadam.course()
	delete(full, "organisation_id")
	whole := qadam.ifMatch(onsite.etag()).patch(path, full).expect(200)
	published := qadam.ifMatch(whole.etag()).post(path+"/publish", nil).expect(200).is("status", "published").is("published_at", opening)
	w.visitor().get(path).expect(200)
	qadam.ifMatch(published.etag()).patch(path, m{"outcomes": nil}).refused(422, "invalid").faults([2]string{"/outcomes", "no_outcome"})

	archived := qadam.ifMatch(published.etag()).post(path+"/archive", nil).expect(200).is("status", "archived").is("archived_at", opening)
	qadam.ifMatch(archived.etag()).patch(path, m{"weeks": 3}).refused(409, "conflict")
	qadam.ifMatch(archived.etag()).post(path+"/publish", nil).refused(409, "conflict")
	w.visitor().get(path).expect(200).is("status", "archived")
	qadam.ifMatch(archived.etag()).delete(path).expect(204)
	qadam.get(path).refused(404, "not-found")
}

func TestAProgrammeIsKeptAsItIsWritten(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("college", "qadam")
	body := qadam.course()
	made := qadam.in("en").post("/v1/programmes", body).expect(201)
	for _, same := range []string{"kind", "mode", "languages", "regions", "weeks", "hours", "ects", "price", "funding", "nqf_level", "segments", "sectors", "url", "intakes"} {
		made.is(same, body[same])
	}
	made.is("title", merged(body["title"].(m), m{"display": "Основы веб-разработки"})) // no English: Russian stands in
	made.is("outcomes.0", m{"competence": m{"id": typescript, "label": "TypeScript"}, "level": 5, "level_source": "declared"})
	made.is("prerequisites.0.competence.label", "Browsing, searching and filtering information")
	bare := qadam.post("/v1/programmes", merged(body, m{"intakes": []m{{"starts_on": "2027-01-15"}}, "funding": []string{"free"}, "price": m{"amount": 0, "currency": "KZT"}})).expect(201)
	bare.is("intakes.0", m{"starts_on": "2027-01-15", "ends_on": nil, "apply_by": nil, "seats": nil, "region": nil})
	bare.is("price", m{"amount": 0, "currency": "KZT"})
}

func TestAProgrammeIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("university", "qadam")
	with := func(field string, value any) *answer {
		return qadam.post("/v1/programmes", merged(qadam.course(), m{field: value}))
	}
	t.Run("an outcome twice", func(*testing.T) {
		with("outcomes", []m{teaches(typescript, 5), teaches(typescript, 6)}).refused(422, "invalid").
			faults([2]string{"/outcomes/1/competence_id", "duplicate"})
	})
	t.Run("an unknown competence", func(*testing.T) {
		with("prerequisites", []m{teaches("ecf:Z.9", 5)}).refused(422, "invalid").
			faults([2]string{"/prerequisites/0/competence_id", "unknown_competence"})
	})
	t.Run("level 0", func(*testing.T) {
		with("outcomes", []m{teaches(typescript, 0)}).refused(422, "invalid").fault("/outcomes/0/level", "out_of_range")
	})
	t.Run("an intake against the order of days", func(*testing.T) {
		with("intakes", []m{{"starts_on": "2027-01-15", "ends_on": "2027-01-14"}}).refused(422, "invalid").fault("/intakes/0/ends_on", "order")
	})
	t.Run("an intake where it is not taught", func(*testing.T) {
		with("intakes", []m{{"starts_on": "2027-01-15", "region": "KZ-10"}}).refused(422, "invalid").fault("/intakes/0/region", "region_not_served")
	})
	t.Run("free, for a price", func(*testing.T) {
		with("funding", []string{"free"}).refused(422, "invalid").fault("/price", "free_with_price")
	})
	t.Run("a value twice", func(*testing.T) {
		require.Len(t, with("regions", []string{"KZ-75", "KZ-75"}).refused(422, "invalid").places("pointer"), 1)
	})
	t.Run("an id that is none", func(*testing.T) {
		w.visitor().get("/v1/programmes/12").refused(404, "not-found")
		w.visitor().get("/v1/programmes/"+uuid.NewString()).refused(404, "not-found")
	})
}

func TestChangingAProgrammeTakesItsTag(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	draft := qadam.post("/v1/programmes", qadam.course()).expect(201)
	path := "/v1/programmes/" + draft.id()
	send := func(p *person) []*answer {
		return []*answer{p.patch(path, m{"weeks": 9}), p.delete(path), p.post(path+"/publish", nil), p.post(path+"/archive", nil)}
	}
	for _, a := range send(qadam) {
		a.refused(428, "precondition-required")
	}
	qadam.ifMatch(draft.etag()).patch(path, m{"weeks": 8}).expect(200)
	for _, a := range send(qadam.ifMatch(draft.etag())) {
		a.refused(412, "stale")
	}
	qadam.get(path).expect(200).is("weeks", 8).is("version", 2)
}

// programmePatches has, for each field of a programme that can be patched, a new value and what is shown of it.
func programmePatches() map[string][2]any {
	same := func(v any) [2]any { return [2]any{v, v} }
	level := func(id, label string, level int) []m {
		return []m{{"competence": m{"id": id, "label": label}, "level": level, "level_source": "declared"}}
	}
	return map[string][2]any{
		"title":       {m{"kk": nil}, m{"ru": "Основы веб-разработки", "display": "Основы веб-разработки"}},
		"description": {m{"ru": "Коротко."}, m{"ru": "Коротко.", "kk": "Алғашқы беттен серверге дейін.", "display": "Коротко."}},
		"kind":        same("bootcamp"), "mode": same("onsite"), "languages": same([]string{"kk", "en"}),
		"regions": same([]string{"KZ-75"}), "weeks": same(13), "hours": same(121), "ects": same(5),
		"price":   {m{"amount": 1}, m{"amount": 1, "currency": "KZT"}},
		"funding": same([]string{"grant", "paid"}), "nqf_level": same(6), "segments": same([]string{"youth"}),
		"sectors": same([]string{"K", "J"}), "url": same("https://example.kz/new"),
		"outcomes":      {[]m{teaches(python, 3)}, level(python, "Python", 3)},
		"prerequisites": {[]m{teaches(sqlLanguage, 1)}, level(sqlLanguage, "SQL", 1)},
		"intakes": {[]m{{"starts_on": "2027-09-01"}},
			[]m{{"starts_on": "2027-09-01", "ends_on": nil, "apply_by": nil, "seats": nil, "region": nil}}},
	}
}

func TestAPatchOfAProgrammeChangesWhatItNamesAndNothingElse(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	body := qadam.course()
	body["outcomes"] = []m{merged(teaches(typescript, 5), m{"level_source": "assumed"})}
	patches := programmePatches()
	require.Len(t, patches, len(body)-1, "every field of the body but the organisation")
	for field, change := range patches {
		t.Run(field, func(t *testing.T) {
			before := qadam.post("/v1/programmes", body).expect(201)
			after := qadam.ifMatch(before.etag()).patch("/v1/programmes/"+before.id(), m{field: change[0]}).expect(200)
			require.Equal(t, merged(before.object(), m{field: plain(t, change[1]), "version": 2.0}), after.object())
		})
	}
}

func TestNullInAPatchOfAProgrammeClears(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	cleared := map[string]any{
		"description": nil, "kind": nil, "mode": nil, "weeks": nil, "hours": nil, "ects": nil, "price": nil, "nqf_level": nil, "url": nil,
		"languages": []any{}, "funding": []any{}, "segments": []any{}, "sectors": []any{}, "outcomes": []any{}, "prerequisites": []any{}, "intakes": []any{},
	}
	for field, left := range cleared {
		t.Run(field, func(t *testing.T) {
			before := qadam.post("/v1/programmes", qadam.course()).expect(201)
			after := qadam.ifMatch(before.etag()).patch("/v1/programmes/"+before.id(), m{field: nil}).expect(200)
			want := merged(before.object(), m{"version": 2.0})
			want[field] = left
			require.Equal(t, want, after.object())
		})
	}
}

func TestAPatchOfAProgrammeIsJudgedAsAWhole(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	draft := qadam.post("/v1/programmes", qadam.course()).expect(201)
	path := "/v1/programmes/" + draft.id()
	patch := func(body m) *answer { return qadam.ifMatch(draft.etag()).patch(path, body) }
	patch(m{"price": m{"amount": nil}}).refused(422, "invalid").fault("/price/amount", "required")
	patch(m{"price": m{"currency": nil}}).refused(422, "invalid").fault("/price/currency", "required")
	patch(m{"regions": nil}).refused(422, "invalid").fault("/intakes/0/region", "region_not_served")
	patch(m{"title": nil}).refused(422, "invalid").fault("/title", "required")
	patch(m{"organisation_id": uuid.NewString()}).expect(422)
	qadam.get(path).expect(200).is("version", 1)
}

func TestProgrammesAreForInstitutions(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	dala.post("/v1/programmes", dala.course()).refused(422, "invalid").faults([2]string{"/organisation_id", "wrong_organisation_kind"})
	for _, kind := range []string{"university", "college", "competence_centre", "training_provider"} {
		p := w.signIn(kind[:7], domain.Powers{})
		p.enter(kind, kind)
		draft := p.post("/v1/programmes", p.course()).expect(201)
		p.ifMatch(draft.etag()).post("/v1/programmes/"+draft.id()+"/publish", nil).refused(409, "conflict") // not verified
	}
}
