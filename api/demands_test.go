package api

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestADemandsLife(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")

	draft := dala.post("/v1/demands", m{"organisation_id": dala.org, "title": m{"ru": "Веб-разработчик"}}).expect(201)
	path := "/v1/demands/" + draft.id()
	require.Equal(t, path, draft.header.Get("Location"))
	draft.is("status", "draft").is("version", 1).is("openings", 1).is("requirements", []any{}).is("languages", []any{})
	for _, unknown := range []string{"description", "kind", "occupation", "sector", "region", "work_mode", "salary", "valid_through", "closed_because", "published_at", "closed_at", "source"} {
		require.True(t, draft.has(unknown), unknown)
		draft.is(unknown, nil)
	}
	w.visitor().get(path).refused(404, "not-found")

	dala.ifMatch(draft.etag()).post(path+"/publish", nil).refused(422, "invalid").faults(
		[2]string{"/kind", "required"}, [2]string{"/work_mode", "required"}, [2]string{"/valid_through", "required"}, [2]string{"/requirements", "no_must"})
	dala.ifMatch(draft.etag()).post(path+"/close", nil).refused(409, "conflict")

	full := dala.developer()
	delete(full, "organisation_id")
	whole := dala.ifMatch(draft.etag()).patch(path, full).expect(200).is("version", 2)
	published := dala.ifMatch(whole.etag()).post(path+"/publish", nil).expect(200).is("status", "published").is("version", 3)
	published.is("published_at", opening)
	w.visitor().get(path).expect(200).is("title.display", "Веб-разработчик")
	dala.ifMatch(published.etag()).post(path+"/publish", nil).refused(409, "conflict")
	dala.ifMatch(published.etag()).patch(path, m{"kind": nil}).refused(422, "invalid").faults([2]string{"/kind", "required"})

	w.wait(time.Hour)
	closed := dala.ifMatch(published.etag()).post(path+"/close", nil).expect(200)
	closed.is("status", "closed").is("closed_because", "owner").is("closed_at", opening.Add(time.Hour)).is("published_at", opening)
	dala.ifMatch(closed.etag()).patch(path, m{"openings": 4}).refused(409, "conflict")
	w.visitor().get(path).expect(200).is("status", "closed")

	dala.ifMatch(closed.etag()).delete(path).expect(204)
	dala.get(path).refused(404, "not-found")
}

func TestADemandIsKeptAsItIsWritten(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	body := dala.developer()
	body["requirements"] = []m{
		merged(asks("must", typescript, 5), m{"level_source": "inferred"}), asks("should", sqlLanguage, 4),
	}
	made := dala.in("kk").post("/v1/demands", body).expect(201)
	for _, same := range []string{"kind", "occupation", "sector", "region", "work_mode", "openings", "languages", "salary", "valid_through"} {
		made.is(same, body[same])
	}
	made.is("title", merged(body["title"].(m), m{"display": "Веб-әзірлеуші"}))
	made.is("description", m{"ru": "Платёжная система на TypeScript.", "display": "Платёжная система на TypeScript."})
	made.is("requirements.0", m{
		"competence": m{"id": typescript, "label": "TypeScript"}, "level": 5, "level_source": "inferred", "importance": "must",
	})
	made.is("requirements.1.level_source", "declared")
	made.is("organisation.id", dala.org).is("organisation.name.display", "dala ЖШС")
	half := dala.post("/v1/demands", merged(body, m{"salary": m{"min": nil, "max": 500000, "currency": "KZT"}})).expect(201)
	half.is("salary", m{"min": nil, "max": 500000, "currency": "KZT"})
}

func TestADemandIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	with := func(field string, value any) *answer {
		return dala.post("/v1/demands", merged(dala.developer(), m{field: value}))
	}
	t.Run("an unknown competence", func(*testing.T) {
		with("requirements", []m{asks("must", "esco:nothing", 5)}).refused(422, "invalid").
			faults([2]string{"/requirements/0/competence_id", "unknown_competence"})
	})
	t.Run("level 9", func(*testing.T) {
		with("requirements", []m{asks("must", typescript, 9)}).refused(422, "invalid").fault("/requirements/0/level", "out_of_range")
	})
	t.Run("a competence twice", func(*testing.T) {
		with("requirements", []m{asks("must", typescript, 5), asks("nice", typescript, 2)}).refused(422, "invalid").
			faults([2]string{"/requirements/1/competence_id", "duplicate"})
	})
	t.Run("a day that has passed", func(*testing.T) {
		with("valid_through", "2026-11-22").refused(422, "invalid").faults([2]string{"/valid_through", "past"})
		with("valid_through", "2026-11-23").expect(201) // today still counts
	})
	t.Run("a day that no calendar has", func(*testing.T) {
		with("valid_through", "2027-02-30").refused(422, "invalid").fault("/valid_through", "malformed")
	})
	t.Run("an unknown word", func(*testing.T) {
		with("kind", "gig").refused(422, "invalid").fault("/kind", "unknown_value")
		with("region", "KZ-99").refused(422, "invalid").fault("/region", "unknown_value")
	})
	t.Run("a salary upside down or without ends", func(*testing.T) {
		with("salary", m{"min": 9, "max": 8, "currency": "KZT"}).refused(422, "invalid").fault("/salary/max", "out_of_range")
		with("salary", m{"currency": "KZT"}).refused(422, "invalid").fault("/salary", "required")
	})
	t.Run("a wrong shape", func(*testing.T) {
		with("title", "Веб-разработчик").refused(422, "invalid").fault("/title", "wrong_type")
		with("openings", "three").refused(422, "invalid").fault("/openings", "wrong_type")
		with("wishes", "many").refused(422, "invalid").fault("/wishes", "unknown_field")
		dala.post("/v1/demands", `{"organisation_id":`).refused(400, "unreadable")
	})
	t.Run("no title", func(*testing.T) {
		with("title", nil).refused(422, "invalid").fault("/title", "required")
	})
	t.Run("several at once", func(*testing.T) {
		dala.post("/v1/demands", merged(dala.developer(), m{
			"valid_through": "2020-01-01", "requirements": []m{asks("must", "esco:nothing", 5), asks("nice", "esco:never", 1)},
		})).refused(422, "invalid").faults([2]string{"/valid_through", "past"},
			[2]string{"/requirements/0/competence_id", "unknown_competence"}, [2]string{"/requirements/1/competence_id", "unknown_competence"})
	})
	t.Run("an id that is none", func(*testing.T) {
		w.visitor().get("/v1/demands/not-an-id").refused(404, "not-found")
		w.visitor().get("/v1/demands/"+uuid.NewString()).refused(404, "not-found")
	})
	t.Run("faults are told in the reader's language", func(*testing.T) {
		wrong := merged(dala.developer(), m{"valid_through": "2020-01-01"})
		dala.in("kk").post("/v1/demands", wrong).expect(422).is("errors.0.message", "бұл күн өтіп кеткен: 2020-01-01")
		dala.in("en").post("/v1/demands", wrong).expect(422).is("errors.0.message", "this date has passed: 2020-01-01")
	})
}

func TestChangingADemandTakesItsTag(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	draft := dala.post("/v1/demands", dala.developer()).expect(201)
	path := "/v1/demands/" + draft.id()

	dala.patch(path, m{"openings": 4}).refused(428, "precondition-required")
	dala.delete(path).refused(428, "precondition-required")
	dala.post(path+"/publish", nil).refused(428, "precondition-required")
	dala.post(path+"/close", nil).refused(428, "precondition-required")

	dala.ifMatch(draft.etag()).patch(path, m{"openings": 4}).expect(200)
	for _, late := range []*answer{
		dala.ifMatch(draft.etag()).patch(path, m{"openings": 5}),
		dala.ifMatch(draft.etag()).delete(path),
		dala.ifMatch(draft.etag()).post(path+"/publish", nil),
		dala.ifMatch(draft.etag()).post(path+"/close", nil),
	} {
		late.refused(412, "stale")
	}
	now := dala.get(path).expect(200).is("openings", 4).is("version", 2)
	dala.ifMatch(now.etag()).delete(path).expect(204)
}

func TestADemandsDeadlineMayPassWhileItIsADraft(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	draft := dala.post("/v1/demands", merged(dala.developer(), m{"valid_through": "2026-11-23"})).expect(201)
	path := "/v1/demands/" + draft.id()
	w.wait(48 * time.Hour)
	changed := dala.ifMatch(draft.etag()).patch(path, m{"openings": 4}).expect(200).is("valid_through", "2026-11-23")
	dala.ifMatch(changed.etag()).post(path+"/publish", nil).refused(422, "invalid").faults([2]string{"/valid_through", "past"})
}

// demandPatches has, for each field of a demand that can be patched, a new value and what is shown of it.
func demandPatches() map[string][2]any {
	same := func(v any) [2]any { return [2]any{v, v} }
	return map[string][2]any{
		"title":         {m{"ru": nil, "en": "Engineer"}, m{"kk": "Веб-әзірлеуші", "en": "Engineer", "display": "Веб-әзірлеуші"}},
		"description":   {m{"kk": "Төлем жүйесі."}, m{"kk": "Төлем жүйесі.", "ru": "Платёжная система на TypeScript.", "display": "Платёжная система на TypeScript."}},
		"kind":          same("internship"),
		"occupation":    same("2513"),
		"sector":        same("K"),
		"region":        same("KZ-71"),
		"work_mode":     same("remote"),
		"openings":      same(7),
		"languages":     same([]string{"en"}),
		"salary":        {m{"max": 950000}, m{"min": 600000, "max": 950000, "currency": "KZT"}},
		"valid_through": same("2027-06-30"),
		"requirements": {[]m{asks("must", python, 3)}, []m{{
			"competence": m{"id": python, "label": "Python"}, "level": 3, "level_source": "declared", "importance": "must",
		}}},
	}
}

func TestAPatchOfADemandChangesWhatItNamesAndNothingElse(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	body := dala.developer()
	body["requirements"] = []m{merged(asks("must", typescript, 5), m{"level_source": "inferred"}), asks("nice", browsing, 3)}
	path, patches := "/v1/demands/", demandPatches()
	require.Len(t, patches, len(body)-1, "every field of the body but the organisation")
	for field, change := range patches {
		t.Run(field, func(t *testing.T) {
			before := dala.post("/v1/demands", body).expect(201)
			after := dala.ifMatch(before.etag()).patch(path+before.id(), m{field: change[0]}).expect(200)
			require.Equal(t, merged(before.object(), m{field: plain(t, change[1]), "version": 2.0}), after.object())
		})
	}
	t.Run("nothing", func(t *testing.T) {
		before := dala.post("/v1/demands", body).expect(201)
		after := dala.ifMatch(before.etag()).patch(path+before.id(), m{}).expect(200)
		require.Equal(t, merged(before.object(), m{"version": 2.0}), after.object())
	})
}

func TestNullInAPatchOfADemandClears(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	cleared := map[string]any{
		"description": nil, "kind": nil, "occupation": nil, "sector": nil, "region": nil, "work_mode": nil, "openings": 1.0,
		"languages": []any{}, "salary": nil, "valid_through": nil, "requirements": []any{},
	}
	for field, left := range cleared {
		t.Run(field, func(t *testing.T) {
			before := dala.post("/v1/demands", dala.developer()).expect(201)
			after := dala.ifMatch(before.etag()).patch("/v1/demands/"+before.id(), m{field: nil}).expect(200)
			want := merged(before.object(), m{"version": 2.0})
			want[field] = left
			require.Equal(t, want, after.object())
		})
	}
}

func TestAPatchOfADemandIsJudgedAsAWhole(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	draft := dala.post("/v1/demands", dala.developer()).expect(201)
	path := "/v1/demands/" + draft.id()
	patch := func(body any) *answer { return dala.ifMatch(draft.etag()).patch(path, body) }

	patch(m{"title": nil}).refused(422, "invalid").fault("/title", "required")
	patch(m{"title": m{"kk": nil, "ru": nil, "en": nil}}).refused(422, "invalid").fault("/title", "required")
	patch(m{"salary": m{"currency": nil}}).refused(422, "invalid").fault("/salary/currency", "required")
	patch(m{"salary": m{"max": 500000}}).refused(422, "invalid").fault("/salary/max", "out_of_range")
	patch(m{"organisation_id": uuid.NewString()}).expect(422)
	patch(m{"wishes": "many"}).expect(422)
	patch(`[]`).expect(422)
	dala.get(path).expect(200).is("version", 1)

	dala.ifMatch(draft.etag()).send("PATCH", path, m{"openings": 2}, "application/json").expect(200).is("openings", 2)
}

func TestWhatIsPublishedNeedsAVerifiedOrganisation(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("newcomer", domain.Powers{})
	p.enter("employer", "newcomer")
	draft := p.post("/v1/demands", p.developer()).expect(201)
	p.ifMatch(draft.etag()).post("/v1/demands/"+draft.id()+"/publish", nil).refused(409, "conflict")
}

func TestDemandsAreForEmployers(t *testing.T) {
	w := openMarketplace(t)
	qadam := w.owner("training_provider", "qadam")
	qadam.post("/v1/demands", qadam.developer()).refused(422, "invalid").faults([2]string{"/organisation_id", "wrong_organisation_kind"})
	nowhere := merged(qadam.developer(), m{"organisation_id": uuid.NewString()})
	qadam.post("/v1/demands", nowhere).refused(422, "invalid").fault("/organisation_id", "unknown_value")
}
