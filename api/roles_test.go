package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/domain"
)

// cast is everybody who may stand before one organisation's things, by what they are to it.
func (w *marketplace) cast(organisation string) map[string]*person {
	editor, viewer := w.signIn("editor", domain.Powers{}), w.signIn("viewer", domain.Powers{})
	w.join(editor, organisation, domain.Editor)
	w.join(viewer, organisation, domain.Viewer)
	return map[string]*person{
		"editor": editor, "viewer": viewer, "admin": w.admin, "visitor": w.visitor(),
		"other": w.signIn("other", domain.Powers{}), "analyst": w.signIn("analyst", domain.Powers{Analyst: true}),
	}
}

// statuses is what each of the cast is answered, as "read draft, change draft, read published, change published, list".
func TestWhoMayDoWhatWithDemandsAndProgrammes(t *testing.T) {
	want := map[string][5]int{
		"owner":   {200, 200, 200, 200, 200},
		"editor":  {200, 200, 200, 200, 200},
		"viewer":  {200, 403, 200, 403, 200},
		"admin":   {200, 403, 200, 403, 200},
		"other":   {404, 404, 200, 403, 403},
		"analyst": {404, 404, 200, 403, 403},
		"visitor": {404, 401, 200, 401, 401},
	}
	for side, kind := range map[string]string{"demands": "employer", "programmes": "college"} {
		t.Run(side, func(t *testing.T) {
			w := openMarketplace(t)
			owner := w.owner(kind, "owner")
			body := owner.developer()
			if side == "programmes" {
				body = owner.course()
			}
			people := w.cast(owner.org)
			people["owner"] = owner
			require.Len(t, want, len(people))
			for who, statuses := range want {
				draft := "/v1/" + side + "/" + owner.post("/v1/"+side, body).expect(201).id()
				public := "/v1/" + side + "/" + owner.publishes(side, body)
				p := people[who]
				change := m{"title": m{"ru": "Другое"}}
				t.Run(who, func(t *testing.T) {
					require.Equal(t, statuses, [5]int{
						p.get(draft).status, p.ifMatch(`"1"`).patch(draft, change).status,
						p.get(public).status, p.ifMatch(`"2"`).patch(public, change).status,
						p.get("/v1/organisations/" + owner.org + "/" + side).status,
					})
				})
			}
		})
	}
}

func TestOnlyWritersMoveAThingThroughItsLife(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "owner")
	public := "/v1/demands/" + owner.publishes("demands", owner.developer())
	draft := owner.post("/v1/demands", owner.developer()).expect(201)
	for who, p := range w.cast(owner.org) {
		if who == "editor" {
			continue
		}
		t.Run(who, func(*testing.T) {
			refusal, hidden := 403, 404
			switch who {
			case "visitor":
				refusal, hidden = 401, 401
			case "viewer", "admin":
				hidden = 403
			}
			p.ifMatch(`"2"`).post(public+"/close", nil).expect(refusal)
			p.ifMatch(`"2"`).delete(public).expect(refusal)
			p.ifMatch(`"1"`).post("/v1/demands/"+draft.id()+"/publish", nil).expect(hidden)
			p.ifMatch(`"1"`).delete("/v1/demands/" + draft.id()).expect(hidden)
			p.post("/v1/demands", owner.developer()).expect(refusal)
		})
	}
	editor := w.signIn("editor", domain.Powers{})
	editor.ifMatch(`"1"`).post("/v1/demands/"+draft.id()+"/publish", nil).expect(200)
	editor.ifMatch(`"2"`).post(public+"/close", nil).expect(200)
	editor.post("/v1/demands", owner.developer()).expect(201)
}

// TestWhoMayDoWhatWithMembers has every verb on members and invitations, of a verified organisation and of one that is not.
func TestWhoMayDoWhatWithMembers(t *testing.T) {
	w := openMarketplace(t)
	type roles = map[string][2]int // of the verified one, of the other
	owners := func(ok int) roles {
		return roles{"owner": {ok, ok}, "editor": {403, 403}, "viewer": {403, 403}, "admin": {403, 403},
			"other": {403, 404}, "rival": {403, 404}, "analyst": {403, 404}, "visitor": {401, 401}}
	}
	members := owners(200)
	members["editor"], members["viewer"], members["admin"] = [2]int{200, 200}, [2]int{200, 200}, [2]int{200, 200}
	n := 0
	for _, c := range []struct {
		route string
		body  m
		want  roles
	}{
		{"GET /members", nil, members},
		{"PATCH /members/:member", m{"role": "editor"}, owners(200)},
		{"DELETE /members/:member", nil, owners(204)},
		{"POST /transfer", m{"account_id": ":member"}, owners(204)},
		{"GET /invitations", nil, owners(200)},
		{"POST /invitations", m{"email": ":email", "role": "viewer"}, owners(201)},
		{"DELETE /invitations/:invitation", nil, owners(204)},
	} {
		for who, statuses := range c.want {
			for at, status := range statuses {
				n++
				name := "owner-" + uuid.NewString()
				owner := w.signIn(name, domain.Powers{})
				made := owner.enter("employer", name)
				if at == 0 {
					w.admin.ifMatch(made.etag()).post("/v1/organisations/"+owner.org+"/verify", nil).expect(200)
				}
				people := w.cast(owner.org)
				people["owner"], people["rival"] = owner, w.owner("employer", "rival")
				require.Len(t, c.want, len(people))
				member := w.signIn("member-"+uuid.NewString(), domain.Powers{})
				w.join(member, owner.org, domain.Viewer)
				invited := owner.post("/v1/organisations/"+owner.org+"/invitations", m{"email": "x@example.kz", "role": "viewer"}).expect(201)
				fill := strings.NewReplacer(":member", member.account.String(), ":invitation", invited.id(), ":email", uuid.NewString()+"@example.kz")
				body := m{}
				for field, value := range c.body {
					body[field] = fill.Replace(value.(string))
				}
				method, path, _ := strings.Cut(c.route, " ")
				path = "/v1/organisations/" + owner.org + fill.Replace(path)
				p := people[who]
				switch method {
				case http.MethodGet:
					p.get(path).expect(status)
				case http.MethodPost:
					p.post(path, body).expect(status)
				case http.MethodPatch:
					p.patch(path, body).expect(status)
				case http.MethodDelete:
					p.delete(path).expect(status)
				}
			}
		}
	}
	require.Equal(t, 7*8*2, n)
}

func TestRolesFollowFromMemberships(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("aigerim", domain.Powers{})
	p.get("/v1/me").expect(200).is("roles", []string{"jobseeker"}).is("organisations", []any{}).is("email", "aigerim@example.kz")
	p.enter("employer", "dala")
	p.get("/v1/me").expect(200).is("roles", []string{"jobseeker", "employer"})
	p.enter("university", "qadam")
	me := p.in("kk").get("/v1/me").expect(200).is("roles", []string{"jobseeker", "employer", "institution"})
	require.Len(t, me.at("organisations"), 2)
	me.is("organisations.0.role", "owner").is("organisations.0.verification", "pending").is("organisations.0.organisation.name.display", "dala ЖШС")
	w.admin.get("/v1/me").expect(200).is("roles", []string{"jobseeker", "admin"})
	w.visitor().get("/v1/me").refused(401, "unauthenticated")
}

func TestOnlyAdministratorsDecideWhoAnOrganisationIs(t *testing.T) {
	w := openMarketplace(t)
	holder := w.owner("employer", "holder")
	for verb, body := range map[string]any{"verify": nil, "reject": m{"reason": "Почему."}, "grant-claim": m{"reason": "Почему."}} {
		owner := w.signIn("owner", domain.Powers{})
		made := owner.enter("employer", "owner")
		people := w.cast(owner.org)
		people["owner"], people["holder"] = owner, holder
		for who, p := range people {
			path := "/v1/organisations/" + made.id() + "/" + verb
			switch who {
			case "admin":
			case "visitor":
				p.ifMatch(made.etag()).post(path, body).refused(401, "unauthenticated")
			default:
				p.ifMatch(made.etag()).post(path, body).refused(403, "forbidden").is("code", "admins_only")
			}
		}
		want := 200
		if verb == "grant-claim" {
			want = 409 // nobody holds the number
		}
		w.admin.ifMatch(made.etag()).post("/v1/organisations/"+made.id()+"/"+verb, body).expect(want)
	}
}

// TestOnlyAdministratorsAdminister takes the routes from the contract, so that none is forgotten.
func TestOnlyAdministratorsAdminister(t *testing.T) {
	engine := wellFed()
	w := openMarketplace(t, engine.behind)
	owner := w.owner("employer", "owner")
	people := w.cast(owner.org)
	people["owner"] = owner
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	allowed := map[string]int{
		"GET /v1/admin/search-index": 200, "POST /v1/admin/search-index/retry": 200, "POST /v1/admin/search-index/rebuild": 202,
		"POST /v1/admin/demands/:id/hide": 404, "POST /v1/admin/demands/:id/restore": 404,
		"POST /v1/admin/programmes/:id/hide": 404, "POST /v1/admin/programmes/:id/restore": 404,
		"GET /v1/admin/audit": 200, "GET /v1/admin/reports": 200, "POST /v1/admin/reports/:id/close": 404,
	}
	ask := func(p *person, route string) *answer { // for what is not there, where something is named
		method, path, _ := strings.Cut(route, " ")
		path = strings.Replace(path, ":id", uuid.NewString(), 1)
		if contract.operations[route].media == nil || contract.operations[route].bodyless {
			return p.send(method, path, nil, "")
		}
		body := m{"reason": "why"}
		if strings.HasSuffix(path, "/close") {
			body["outcome"] = "hidden"
		}
		return p.ifMatch(`"1"`).post(path, body)
	}
	at, err := w.store.Head(t.Context())
	require.NoError(t, err)
	for route, op := range contract.operations {
		if _, path, _ := strings.Cut(route, " "); !strings.HasPrefix(path, "/v1/admin/") {
			continue
		}
		require.True(t, op.needsToken, route)
		require.Contains(t, allowed, route, "who may do this?")
		for who, p := range people {
			switch who {
			case "admin":
			case "visitor":
				ask(p, route).refused(401, "unauthenticated")
			default:
				ask(p.in("en"), route).refused(403, "forbidden").is("detail", "Only an administrator can do this")
			}
		}
	}
	require.Empty(t, engine.retried)
	changes, _, err := w.store.Changes(t.Context(), at, 10)
	require.NoError(t, err)
	require.Empty(t, changes)
	for route, status := range allowed {
		ask(w.admin, route).expect(status)
	}
}
