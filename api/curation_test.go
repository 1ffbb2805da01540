package api

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// each collects what stands at a path of each thing of a list.
func each(a *answer, list, path string) []any {
	a.t.Helper()
	out := []any{}
	for i := range a.at(list).([]any) {
		out = append(out, a.at(fmt.Sprintf("%s.%d.%s", list, i, path)))
	}
	return out
}

func TestARelationFromItsMakingToItsEnd(t *testing.T) {
	w := openMarketplace(t)
	form := m{"from": typescript, "relation": "close", "to": "ecf:A.6", "reason": "Из одного круга."}
	w.visitor().post("/v1/admin/relations", form).refused(401, "unauthenticated")
	w.admin.post("/v1/admin/relations", merged(form, m{"relation": "none"})).refused(422, "invalid").fault("/relation", "unknown_value")
	w.admin.post("/v1/admin/relations", merged(form, m{"to": "ecf:Z.9"})).refused(422, "invalid").fault("/to", "unknown_competence")
	made := w.admin.keyed("k").post("/v1/admin/relations", form).expect(201).is("origin", "admin").is("relation", "close").is("to.id", "ecf:A.6")
	require.Equal(t, made.body, w.admin.keyed("k").post("/v1/admin/relations", form).expect(201).body)
	w.index()
	for one, other := range map[string]string{typescript: "ecf:A.6", "ecf:A.6": typescript} {
		require.Contains(t, each(w.visitor().get("/v1/competences/"+one).expect(200), "equivalents", "competence.id"), other, "both say so")
	}
	listed := w.admin.get("/v1/admin/relations?origin=admin").expect(200).is("total", 1)
	require.Equal(t, made.object(), listed.at("items.0"))
	w.admin.get("/v1/admin/relations?competence=ecf:A.6&relation=exact&origin=shipped").expect(200).is("total", 0)
	w.admin.get("/v1/admin/relations?competence=ecf:A.6&relation=close&origin=shipped").expect(200).is("total", 1)
	w.admin.get("/v1/admin/relations?origin=nobody").refused(422, "invalid")
	require.Equal(t, 324+1, len(distinct(w.admin.pages("/v1/admin/relations?limit=100", "id"))), "what ships, and what was made") //nolint:testifylint // Len would print them all

	path := "/v1/admin/relations/" + made.id()
	end := func(reason string) *answer {
		return w.admin.send("DELETE", path, m{"reason": reason}, "application/json")
	}
	end(" ").refused(422, "invalid").fault("/reason", "required")
	end("Разное.").expect(204)
	end("Разное.").refused(404, "not-found")
	w.index()
	require.NotContains(t, each(w.visitor().get("/v1/competences/"+typescript).expect(200), "equivalents", "competence.id"), "ecf:A.6")
	w.admin.get("/v1/admin/relations?relation=none").expect(200).is("total", 1).is("items.0.reason", "Разное.")
	w.admin.get("/v1/admin/audit?kind=catalogue.unrelated").expect(200).is("total", 1).is("items.0.note", typescript+" close ecf:A.6: Разное.")
}

func TestWhoAsksForABroaderCompetenceFindsWhatIsRelatedAcrossFrameworks(t *testing.T) {
	w := openMarketplace(t)
	college := w.owner("college", "qadam")
	id := college.publishes("programmes", merged(college.course(), m{"outcomes": []m{teaches(typescript, 6)}}))
	w.index()
	found := w.visitor().post("/v1/match/programmes", m{"requirements": []m{asks("must", "ecf:B.1", 6)}}).expect(200)
	found.is("items.0.programme.id", id).is("items.0.lines.0.via.relation", "narrower").is("items.0.lines.0.via.competence.id", typescript)
}

func TestACompetenceIsAddedNamedAndReplaced(t *testing.T) {
	w := openMarketplace(t)
	form := m{
		"code": "robot-setup", "kind": "skill", "label": m{"ru": "наладка роботов", "kk": "роботтарды баптау"},
		"synonyms": m{"ru": []string{"робототехник"}}, "broader": []string{programming}, "reason": "Просят.",
	}
	w.admin.post("/v1/admin/competences", merged(form, m{"framework": "esco"})).refused(422, "invalid").fault("/framework", "official_framework")
	w.admin.post("/v1/admin/competences", merged(form, m{"label": m{}})).refused(422, "invalid").fault("/label", "required")
	made := w.admin.in("kk").post("/v1/admin/competences", form).expect(201).is("id", "kz:robot-setup").is("label", "роботтарды баптау").is("deprecated", false)
	require.Equal(t, "/v1/competences/kz:robot-setup", made.header.Get("Location"))
	w.admin.post("/v1/admin/competences", form).refused(409, "conflict").is("code", "already_exists")
	w.visitor().get("/v1/competences/kz:robot-setup").refused(404, "not-found") // until this replica follows
	w.index()
	require.Equal(t, made.object(), w.visitor().in("kk").get("/v1/competences/kz:robot-setup").expect(200).object())
	w.visitor().get("/v1/competences?q=робототехник").expect(200).is("items.0.id", "kz:robot-setup")

	named := w.admin.in("ru").post("/v1/admin/competences/kz:robot-setup/synonyms", m{"language": "ru", "synonym": "роботоналадчик"}).expect(201)
	named.is("synonyms", []string{"робототехник", "роботоналадчик"})
	w.admin.post("/v1/admin/competences/kz:robot-setup/synonyms", m{"language": "ru", "synonym": "РобоТехник"}).expect(201)
	w.admin.post("/v1/admin/competences/kz:robot-setup/synonyms", m{"language": "ru", "synonym": "РОБОТОТЕХНИК"}).refused(409, "conflict")
	w.admin.post("/v1/admin/competences/kz:nothing/synonyms", m{"language": "ru", "synonym": "x"}).refused(404, "not-found")

	path := "/v1/admin/competences/kz:robot-setup"
	w.admin.patch(path, m{"deprecated": true}).refused(422, "invalid").fault("/reason", "required")
	w.admin.patch(path, m{"replaced_by": "kz:robot-setup", "reason": "x"}).refused(422, "invalid").fault("/replaced_by", "no_successor")
	w.admin.in("ru").patch(path, m{"replaced_by": programming, "label": m{"en": "robot set-up"}, "reason": "Одно и то же."}).expect(200).
		is("deprecated", true).is("replaced_by.id", programming).is("labels.en", "robot set-up").is("label", "наладка роботов")
	w.index()
	w.visitor().get("/v1/competences/kz:robot-setup").expect(200).is("deprecated", true).is("replaced_by.id", programming)
	w.visitor().get("/v1/competences?q=робототехник").expect(200).is("total", 0)
	dala := w.owner("employer", "dala")
	demand := dala.post("/v1/demands", merged(dala.developer(), m{"requirements": []m{asks("must", "kz:robot-setup", 5)}})).expect(201)
	demand.is("requirements.0.competence.id", programming)
	w.admin.patch(path, m{"deprecated": false, "reason": "Нужна."}).expect(200).is("deprecated", false).is("replaced_by", nil)
}

func TestAProposalFromItsMakingToItsEnd(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	path := "/v1/organisations/" + dala.org + "/proposals"
	form := m{"label": m{"ru": "программирование на TypeScript"}, "kind": "skill", "synonyms": m{"en": []string{"TS"}}, "comment": "Просят всё чаще."}
	dala.post(path, m{"kind": "skill"}).refused(422, "invalid").fault("/label", "required")
	dala.post(path, m{"competence_id": typescript}).refused(422, "invalid").fault("/synonyms", "required")
	made := dala.keyed("k").post(path, form).expect(201).is("status", "open").is("competence", nil).is("reason", nil)
	require.Contains(t, each(made, "similar", "id"), typescript, "what looks alike is there already")
	require.LessOrEqual(t, len(made.at("similar").([]any)), 5)
	require.Equal(t, made.body, dala.keyed("k").post(path, form).expect(201).body)
	names := dala.post(path, m{"competence_id": typescript, "synonyms": m{"kk": []string{"тайпскріпт"}}}).expect(201).is("competence.id", typescript).is("kind", nil)
	dala.get(path).expect(200).is("total", 2).is("items.0.id", names.id())
	waiting := w.admin.get("/v1/admin/proposals?status=open").expect(200).is("total", 2).is("items.0.id", made.id())
	require.Equal(t, made.object(), waiting.at("items.0"))

	decide := func(what, id string, body m) *answer { return w.admin.post("/v1/admin/proposals/"+id+"/"+what, body) }
	decide("approve", made.id(), m{"reason": "Верно."}).refused(422, "invalid").fault("/code", "malformed")
	w.letters()
	decide("reject", made.id(), m{"reason": "Это TypeScript."}).expect(200).is("status", "rejected").is("similar", []any{})
	decide("approve", made.id(), m{"reason": "Верно.", "code": "ts"}).refused(409, "conflict").is("code", "proposal_decided")
	decide("approve", names.id(), m{"reason": "Верно."}).expect(200).is("status", "approved").is("reason", "Верно.")
	decide("approve", "0198c1d5-02b4-7f6a-8d11-64c7b0a9e399", m{"reason": "Верно."}).refused(404, "not-found")
	var kinds []domain.LetterKind
	for _, l := range w.letters() {
		kinds = append(kinds, l.Kind)
	}
	require.Equal(t, []domain.LetterKind{domain.LetterProposalRejected, domain.LetterProposalApproved}, kinds)
	w.index()
	w.visitor().get("/v1/competences?q=тайпскріпт").expect(200).is("items.0.id", typescript)
	require.Contains(t, w.visitor().in("kk").get("/v1/competences/"+typescript).expect(200).at("synonyms"), "тайпскріпт")
	dala.get(path+"?status=approved").expect(200).is("total", 1)
}
