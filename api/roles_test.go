package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

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

// TestWhoMayDoWhatWithMembers has every verb on members and invitations, of a verified organisation and of one that is not.
func TestWhoMayDoWhatWithMembers(t *testing.T) {
	unraced(t)
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
