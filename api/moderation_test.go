package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/domain"
)

// canary is a word that nothing else has.
const canary = "зырянтау"

// hides hides a demand or a programme as it is now.
func (p *person) hides(side, id, reason string) *answer {
	p.w.t.Helper()
	seen := p.get("/v1/" + side + "/" + id).expect(200)
	return p.ifMatch(seen.etag()).post("/v1/admin/"+side+"/"+id+"/hide", m{"reason": reason}).expect(200)
}

// restores undoes hides.
func (p *person) restores(side, id string) *answer {
	p.w.t.Helper()
	seen := p.get("/v1/" + side + "/" + id).expect(200)
	return p.ifMatch(seen.etag()).post("/v1/admin/"+side+"/"+id+"/restore", m{"reason": "Разобрались."}).expect(200)
}

// mayShow says whether a schema of the contract may hold a demand or a programme.
func mayShow(s *openapi3.SchemaRef, seen map[*openapi3.Schema]bool) bool {
	if s == nil || seen[s.Value] {
		return false
	}
	seen[s.Value] = true
	for _, name := range []string{"Demand", "DemandSummary", "Programme", "ProgrammeSummary", "Facets"} {
		if s.Ref == "#/components/schemas/"+name {
			return true
		}
	}
	if mayShow(s.Value.Items, seen) || mayShow(s.Value.AdditionalProperties.Schema, seen) {
		return true
	}
	for _, p := range s.Value.Properties {
		if mayShow(p, seen) {
			return true
		}
	}
	return false
}

// publicRoutes lists, from the contract, the routes by which visitors may come to see a demand or a programme.
func publicRoutes(t *testing.T) map[string]bool {
	t.Helper()
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	out := map[string]bool{}
	for route, op := range contract.operations {
		ok := op.route.Operation.Responses.Status(http.StatusOK)
		if op.needsToken || ok == nil {
			continue
		}
		for _, media := range ok.Value.Content {
			if mayShow(media.Schema, map[*openapi3.Schema]bool{}) {
				out[route] = true
			}
		}
	}
	return out
}

// TestWhatIsHiddenIsFoundByNoPublicRoute asks every route of the contract that may show a demand or a programme.
func TestWhatIsHiddenIsFoundByNoPublicRoute(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("college", "qadam")
	title := m{"title": m{"ru": canary}, "description": nil}
	demand, programme := dala.publishes("demands", merged(dala.developer(), title)), qadam.publishes("programmes", merged(qadam.course(), title))
	otherDemand, otherProgramme := dala.publishes("demands", dala.developer()), qadam.publishes("programmes", qadam.course())
	w.index()

	// Of each route what it is asked, so that the canary shows while it is not hidden.
	requirements, outcomes := m{"requirements": []m{asks("must", typescript, 5)}}, m{"outcomes": []m{teaches(typescript, 5)}}
	asked := map[string][]struct {
		path string
		body m
	}{
		"GET /v1/demands/:id":            {{"/v1/demands/" + demand, nil}},
		"GET /v1/programmes/:id":         {{"/v1/programmes/" + programme, nil}},
		"GET /v1/demands":                {{"/v1/demands?q=" + canary, nil}, {"/v1/demands?facets=region", nil}, {"/v1/demands?organisation=" + dala.org, nil}},
		"GET /v1/programmes":             {{"/v1/programmes?q=" + canary, nil}, {"/v1/programmes?facets=mode", nil}, {"/v1/programmes?organisation=" + qadam.org, nil}},
		"GET /v1/search":                 {{"/v1/search?q=" + canary, nil}},
		"GET /v1/demands/:id/matches":    {{"/v1/demands/" + otherDemand + "/matches", nil}, {"/v1/demands/" + demand + "/matches", nil}},
		"GET /v1/programmes/:id/matches": {{"/v1/programmes/" + otherProgramme + "/matches", nil}, {"/v1/programmes/" + programme + "/matches", nil}},
		"GET /v1/programmes/:id/similar": {{"/v1/programmes/" + otherProgramme + "/similar", nil}, {"/v1/programmes/" + programme + "/similar", nil}},
		"GET /v1/programmes/:id/advice":  {{"/v1/programmes/" + otherProgramme + "/advice", nil}, {"/v1/programmes/" + programme + "/advice", nil}},
		"POST /v1/match/programmes":      {{"/v1/match/programmes", requirements}, {"/v1/match/programmes", merged(requirements, m{"q": canary})}},
		"POST /v1/match/demands":         {{"/v1/match/demands", outcomes}, {"/v1/match/demands", merged(outcomes, m{"q": canary})}},
		"POST /v1/match/team":            {{"/v1/match/team", team(scene{}).(m)}},
		"POST /v1/match/gap":             {{"/v1/match/gap", m{"goal": requirements}}, {"/v1/match/gap", m{"goal": m{"demand_id": demand}}}},
		"POST /v1/match/path":            {{"/v1/match/path", m{"goal": requirements}}, {"/v1/match/path", m{"goal": m{"demand_id": demand}}}},
	}
	for route := range publicRoutes(t) {
		require.Contains(t, asked, route, "would a canary that is hidden be found here?")
	}
	sees := func(by *person) map[string]string {
		out := map[string]string{}
		for route, requests := range asked {
			method, _, _ := strings.Cut(route, " ")
			for i, r := range requests {
				got := by.send(method, r.path, any(r.body), "application/json")
				if r.body == nil {
					got = by.send(method, r.path, nil, "")
				}
				what := "nothing"
				switch {
				case strings.Contains(string(got.body), canary):
					what = "the canary"
				case got.status == 404:
					what = "404"
				case got.has("items") && !strings.Contains(r.path, canary) && !strings.Contains(fmt.Sprint(r.body), canary):
					what = fmt.Sprintf("%v others, counted %v", len(got.every("x")), got.at("facets"))
				}
				out[fmt.Sprintf("%s %d", route, i)] = what
			}
		}
		return out
	}
	before := sees(w.visitor())
	for _, mine := range []string{"GET /v1/demands/:id 0", "GET /v1/programmes/:id 0", "GET /v1/demands 0", "GET /v1/search 0", "POST /v1/match/demands 1", "POST /v1/match/team 0"} {
		require.Equal(t, "the canary", before[mine], "the control: %s", mine)
	}
	w.admin.hides("demands", demand, "Просит денег.")
	w.admin.hides("programmes", programme, "Такого диплома нет.")
	for _, moment := range []string{"before the indexes know", "after"} {
		for _, who := range []*person{w.visitor(), w.signIn("stranger", domain.Powers{})} {
			for what, seen := range sees(who) {
				require.NotEqual(t, "the canary", seen, "%s, %s", what, moment)
			}
		}
		w.index()
	}
	one := map[string]any{"region": []any{m{"value": "KZ-75", "label": "Алматы", "count": float64(1)}}}
	counted := w.visitor().in("ru").get("/v1/demands?facets=region").expect(200).is("total", 1)
	require.Equal(t, plain(t, one), counted.at("facets"), "nor is it counted")
	w.visitor().get("/v1/search?q="+canary).expect(200).is("total", 0)
	w.visitor().get("/v1/demands/"+otherDemand+"/matches").expect(200).is("total", 1)

	w.admin.restores("demands", demand)
	w.admin.restores("programmes", programme)
	w.index()
	require.Equal(t, before, sees(w.visitor()), "as it was")
}

func TestARouteThatShowsDemandsWouldBeAsked(t *testing.T) { // negative control of the test above
	routes := publicRoutes(t)
	require.Subset(t, routes, map[string]bool{"GET /v1/demands/:id": true, "POST /v1/match/demands": true, "GET /v1/search": true})
	require.NotContains(t, routes, "GET /v1/organisations")
}

func TestWhatIsHiddenItsMembersSeeWithTheReason(t *testing.T) {
	for side, kind := range map[string]string{"demands": "employer", "programmes": "college"} {
		t.Run(side, func(t *testing.T) {
			w := openMarketplace(t)
			owner := w.owner(kind, "owner")
			body, end := owner.developer(), "close"
			if side == "programmes" {
				body, end = owner.course(), "archive"
			}
			id := owner.publishes(side, body)
			path := "/v1/" + side + "/" + id
			people := w.cast(owner.org)
			people["owner"] = owner
			public := owner.get(path).expect(200).is("hidden", nil)
			seen := w.admin.hides(side, id, "Просит денег.").is("hidden.reason", "Просит денег.").is("status", "published").is("version", 3)
			require.Equal(t, merged(public.object(), m{"hidden": nil, "version": nil}), merged(seen.object(), m{"hidden": nil, "version": nil}))
			for who, status := range map[string]int{"owner": 200, "editor": 200, "viewer": 200, "admin": 200, "other": 404, "analyst": 404, "visitor": 404} {
				got := people[who].get(path).expect(status)
				if status == 200 {
					got.is("hidden", m{"reason": "Просит денег.", "at": "2026-11-23T06:00:00Z"})
				} else {
					nothing := people[who].get("/v1/"+side+"/0198c1d5-02b4-7f6a-8d11-64c7b0a9e399").refused(404, "not-found")
					require.Equal(t, merged(nothing.object(), m{"instance": nil}), merged(got.object(), m{"instance": nil}), "as what is not there")
				}
			}
			owner.get("/v1/organisations/"+owner.org+"/"+side).expect(200).is("items.0.hidden.reason", "Просит денег.")
			w.admin.ifMatch(`"3"`).post("/v1/admin/"+side+"/"+id+"/hide", m{"reason": "x"}).refused(409, "conflict").is("code", "hidden")
			w.admin.post("/v1/admin/"+side+"/"+id+"/restore", m{"reason": "x"}).refused(428, "precondition-required")
			w.admin.ifMatch(`"2"`).post("/v1/admin/"+side+"/"+id+"/restore", m{"reason": "x"}).refused(412, "stale")
			w.admin.ifMatch(`"3"`).post("/v1/admin/"+side+"/"+id+"/restore", m{}).refused(422, "invalid").fault("/reason", "required")
			owner.ifMatch(`"3"`).delete(path).refused(409, "conflict").is("code", "hidden")
			owner.ifMatch(`"3"`).patch(path, m{"title": m{"ru": "Другое"}}).expect(200).is("hidden.reason", "Просит денег.")
			owner.ifMatch(`"4"`).post(path+"/"+end, nil).expect(200).is("hidden.reason", "Просит денег.")
			w.visitor().get(path).expect(404)
			w.admin.restores(side, id).is("hidden", nil)
			w.visitor().get(path).expect(200)
		})
	}
}
