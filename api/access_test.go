package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/auth/providertest"
	"kopir/domain"
)

// The access matrix: who is answered what, for every route, on what is their own and on another's. A new route takes one
// line in the table of rows, and a class of its own only if none of these is right.

// roles are the columns of the matrix.
var roles = strings.Fields("visitor jobseeker viewer editor owner analyst admin")

// class is what each role is answered on a thing of its own organisation (or account), and on another's; "ok" is the
// row's own status. Where the second is empty the route is about nobody's thing.
type class struct{ own, others string }

var (
	//                    visitor jobseeker viewer editor owner analyst admin
	everybody    = class{"ok      ok        ok     ok     ok    ok      ok ", ""}
	signedInOnly = class{"401     ok        ok     ok     ok    ok      ok ", ""}
	leaving      = class{"401     ok        ok     ok     409   ok      ok ", ""} // who alone owns what others are in stays
	adminsOnly   = class{"401     403       403    403    403   403     ok ", ""}
	analysts     = class{"401     403       403    403    403   ok      ok ", ""}
	public       = class{
		"                 ok      ok        ok     ok     ok    ok      ok ",
		"                 ok      ok        ok     ok     ok    ok      ok ",
	}
	private = class{ // an account's
		"                 401     ok        ok     ok     ok    ok      ok ",
		"                 401     404       404    404    404   404     404",
	}
	hidden = class{ // not there for those who may not read it
		"                 404     404       ok     ok     ok    404     ok ",
		"                 404     404       404    404    404   404     ok ",
	}
	members = class{
		"                 401     403       ok     ok     ok    403     ok ",
		"                 401     403       403    403    403   403     ok ",
	}
	hiddenMembers = class{ // of what is not there for those who may not read it
		"                 401     404       ok     ok     ok    404     ok ",
		"                 401     404       404    404    404   404     ok ",
	}
	ownersOnly = class{
		"                 401     403       403    403    ok    403     403",
		"                 401     403       403    403    403   403     403",
	}
	ownersAndAdmins = class{
		"                 401     403       403    403    ok    403     ok ",
		"                 401     403       403    403    403   403     ok ",
	}
	reporters = class{ // whoever is signed in, on what is public
		"                 401     ok        ok     ok     ok    ok      ok ",
		"                 401     ok        ok     ok     ok    ok      ok ",
	}
	writers = class{
		"                 401     403       403    ok     ok    403     403",
		"                 401     403       403    403    403   403     403",
	}
	importers = class{ // of what is not there for those who may not read it, and visitors are asked to sign in first
		"                 401     404       ok     ok     ok    404     ok ",
		"                 401     404       404    404    404   404     ok ",
	}
	importWriters = class{
		"                 401     404       403    ok     ok    404     403",
		"                 401     404       404    404    404   404     403",
	}
	hiddenWriters = class{ // of what is not there for those who may not read it
		"                 401     404       403    ok     ok    404     403",
		"                 401     404       404    404    404   404     403",
	}
)

// access is one row: the route as the router has it, with a query if it needs one, who may, what they are answered, what
// it is done to, and with which body.
type access struct {
	route string
	may   class
	ok    int
	on    func(scene) target
	body  func(scene) any
}

var rows = []access{
	{"GET /healthz", everybody, 200, nil, nil},
	{"GET /readyz", everybody, 200, nil, nil},
	{"GET /metrics", everybody, 200, nil, nil},
	{"GET /openapi.yaml", everybody, 200, nil, nil},
	{"GET /docs", everybody, 200, nil, nil},
	{"GET /.well-known/jwks.json", everybody, 200, nil, nil},

	{"POST /v1/auth/register", everybody, 202, nil, newcomer},
	{"POST /v1/auth/login", everybody, 200, nil, credentials},
	{"POST /v1/auth/refresh", everybody, 200, nil, refreshToken},
	{"POST /v1/auth/logout", everybody, 204, nil, refreshToken},
	{"POST /v1/auth/confirm-email", everybody, 204, nil, emailCode},
	{"POST /v1/auth/reset-password", everybody, 202, nil, forgotten},
	{"POST /v1/auth/reset-password/confirm", everybody, 204, nil, resetCode},
	{"GET /v1/auth/external", everybody, 200, nil, nil},
	{"POST /v1/auth/external/begin", everybody, 200, nil, journey},
	{"POST /v1/auth/external/finish", everybody, 200, nil, arrival},
	{"GET /v1/me/identities", signedInOnly, 200, nil, nil},
	{"POST /v1/me/identities", signedInOnly, 200, nil, proof},
	{"DELETE /v1/me/identities/:id", private, 204, identity, nil},
	{"GET /v1/me", signedInOnly, 200, nil, nil},
	{"DELETE /v1/me", leaving, 204, nil, farewell},
	{"GET /v1/me/export", signedInOnly, 200, nil, nil},
	{"GET /v1/me/consents", signedInOnly, 200, nil, nil},
	{"PUT /v1/me/consents/:document", signedInOnly, 204, document, consent},
	{"DELETE /v1/me/consents/:document", signedInOnly, 204, consented, nil},
	{"GET /v1/consents", everybody, 200, nil, nil},
	{"POST /v1/me/password", signedInOnly, 204, nil, newPassword},
	{"POST /v1/me/confirm-email", signedInOnly, 409, nil, nil}, // it is proven
	{"POST /v1/me/totp", signedInOnly, 200, nil, ownPassword},
	{"POST /v1/me/totp/confirm", signedInOnly, 409, nil, oneTimeCode}, // nobody has begun
	{"DELETE /v1/me/totp", signedInOnly, 409, nil, passwordAndCode},   // nobody has one
	{"GET /v1/me/reports", signedInOnly, 200, nil, nil},
	{"GET /v1/me/sessions", signedInOnly, 200, nil, nil},
	{"DELETE /v1/me/sessions", signedInOnly, 204, nil, nil},
	{"DELETE /v1/me/sessions/:id", private, 204, session, nil},

	{"GET /v1/organisations", everybody, 200, nil, nil},
	{"GET /v1/organisations?verification=pending", adminsOnly, 200, nil, nil},
	{"POST /v1/organisations", signedInOnly, 201, nil, newOrganisation},
	{"GET /v1/organisations/:id", public, 200, employer, nil},
	{"GET /v1/organisations/:id", hidden, 200, pending, nil},
	{"POST /v1/organisations/:id/verify", adminsOnly, 200, pending, nil},
	{"POST /v1/organisations/:id/reject", adminsOnly, 200, pending, verdict},
	{"POST /v1/organisations/:id/grant-claim", adminsOnly, 200, oneClaim, verdict},
	{"GET /v1/organisations/:id/members", members, 200, employer, nil},
	{"GET /v1/organisations/:id/members", hiddenMembers, 200, pending, nil},
	{"PATCH /v1/organisations/:id/members/:account", ownersOnly, 200, oneMember, newRole},
	{"DELETE /v1/organisations/:id/members/:account", ownersOnly, 204, oneMember, nil},
	{"POST /v1/organisations/:id/transfer", ownersOnly, 204, employer, heir},
	{"GET /v1/organisations/:id/invitations", ownersOnly, 200, employer, nil},
	{"POST /v1/organisations/:id/invitations", ownersOnly, 201, employer, guest},
	{"DELETE /v1/organisations/:id/invitations/:invitation", ownersOnly, 204, oneInvitation, nil},
	{"POST /v1/invitations/accept", signedInOnly, 422, nil, nobodysCode}, // whose it is, the code tells
	{"GET /v1/organisations/:id/keys", ownersAndAdmins, 200, employer, nil},
	{"POST /v1/organisations/:id/keys", ownersOnly, 200, employer, newKey},
	{"DELETE /v1/organisations/:id/keys/:key", ownersAndAdmins, 204, apiKeyOf, nil},
	{"GET /v1/organisations/:id/audit", ownersAndAdmins, 200, employer, nil},
	{"GET /v1/organisations/:id/proposals", members, 200, employer, nil},
	{"GET /v1/organisations/:id/proposals", hiddenMembers, 200, pending, nil},
	{"POST /v1/organisations/:id/proposals", writers, 201, employer, newProposal},
	{"GET /v1/organisations/:id/demands", members, 200, employer, nil},
	{"GET /v1/organisations/:id/programmes", members, 200, college, nil},

	{"GET /v1/frameworks", everybody, 200, nil, nil},
	{"GET /v1/competences", everybody, 200, nil, nil},
	{"GET /v1/competences/:id", everybody, 200, competence, nil},
	{"GET /v1/occupations", everybody, 200, nil, nil},

	{"GET /v1/demands", everybody, 200, nil, nil},
	{"POST /v1/demands", writers, 201, nil, newDemand},
	{"GET /v1/demands/:id", hidden, 200, draft("demands"), nil},
	{"GET /v1/demands/:id", public, 200, published("demands"), nil},
	{"PATCH /v1/demands/:id", hiddenWriters, 200, draft("demands"), newTitle},
	{"PATCH /v1/demands/:id", writers, 200, published("demands"), newTitle},
	{"DELETE /v1/demands/:id", hiddenWriters, 204, draft("demands"), nil},
	{"DELETE /v1/demands/:id", writers, 204, published("demands"), nil},
	{"POST /v1/demands/:id/publish", hiddenWriters, 200, draft("demands"), nil},
	{"POST /v1/demands/:id/close", writers, 200, published("demands"), nil},
	{"POST /v1/demands/:id/reports", reporters, 202, published("demands"), oneReport},
	{"GET /v1/demands/:id/matches", hidden, 200, draft("demands"), nil},
	{"GET /v1/demands/:id/matches", public, 200, published("demands"), nil},

	{"GET /v1/programmes", everybody, 200, nil, nil},
	{"POST /v1/programmes", writers, 201, nil, newProgramme},
	{"GET /v1/programmes/:id", hidden, 200, draft("programmes"), nil},
	{"GET /v1/programmes/:id", public, 200, published("programmes"), nil},
	{"PATCH /v1/programmes/:id", hiddenWriters, 200, draft("programmes"), newTitle},
	{"PATCH /v1/programmes/:id", writers, 200, published("programmes"), newTitle},
	{"DELETE /v1/programmes/:id", hiddenWriters, 204, draft("programmes"), nil},
	{"DELETE /v1/programmes/:id", writers, 204, published("programmes"), nil},
	{"POST /v1/programmes/:id/publish", hiddenWriters, 200, draft("programmes"), nil},
	{"POST /v1/programmes/:id/archive", writers, 200, published("programmes"), nil},
	{"POST /v1/programmes/:id/reports", reporters, 202, published("programmes"), oneReport},
	{"GET /v1/programmes/:id/matches", hidden, 200, draft("programmes"), nil},
	{"GET /v1/programmes/:id/matches", public, 200, published("programmes"), nil},
	{"GET /v1/programmes/:id/similar", hidden, 200, draft("programmes"), nil},
	{"GET /v1/programmes/:id/similar", public, 200, published("programmes"), nil},
	{"GET /v1/programmes/:id/advice", hidden, 200, draft("programmes"), nil},
	{"GET /v1/programmes/:id/advice", public, 200, published("programmes"), nil},
	{"GET /v1/match/best", analysts, 200, nil, nil},

	{"POST /v1/competences/extract", everybody, 200, nil, someText},
	{"POST /v1/competences/extract/feedback", writers, 204, nil, someVerdicts},
	{"POST /v1/demands/draft-from-text", everybody, 200, nil, someText},
	{"POST /v1/programmes/draft-from-text", everybody, 200, nil, someText},

	{"POST /v1/match/programmes", everybody, 200, nil, requirements},
	{"POST /v1/match/demands", everybody, 200, nil, outcomes},
	{"POST /v1/match/team", everybody, 200, nil, team},
	{"POST /v1/match/gap", everybody, 200, nil, goal},
	{"POST /v1/match/path", everybody, 200, nil, goal},
	{"GET /v1/search?q=web", everybody, 200, nil, nil},
	{"POST /v1/search/token", everybody, 200, nil, nil},

	{"GET /v1/imports/template?side=demands", everybody, 200, nil, nil},
	{"POST /v1/imports", writers, 202, nil, oneFile},
	{"GET /v1/imports/:id", importers, 200, oneImport, nil},
	{"GET /v1/imports/:id/rows", importers, 200, oneImport, nil},
	{"GET /v1/imports/:id/faulty-rows", importers, 200, oneImport, nil},
	{"PATCH /v1/imports/:id/rows/:row", importWriters, 200, oneFaultyRow, newCells},
	{"GET /v1/export/demands", everybody, 200, nil, nil},
	{"GET /v1/export/programmes", everybody, 200, nil, nil},
	{"GET /v1/export/changes", everybody, 200, nil, nil},

	{"POST /v1/admin/demands/:id/hide", adminsOnly, 200, published("demands"), verdict},
	{"POST /v1/admin/demands/:id/restore", adminsOnly, 200, concealedThing("demands"), verdict},
	{"POST /v1/admin/programmes/:id/hide", adminsOnly, 200, published("programmes"), verdict},
	{"POST /v1/admin/programmes/:id/restore", adminsOnly, 200, concealedThing("programmes"), verdict},
	{"GET /v1/admin/reports", adminsOnly, 200, nil, nil},
	{"POST /v1/admin/reports/:id/close", adminsOnly, 200, openReport, closing},
	{"GET /v1/admin/relations", adminsOnly, 200, nil, nil},
	{"POST /v1/admin/relations", adminsOnly, 201, nil, newRelation},
	{"DELETE /v1/admin/relations/:id", adminsOnly, 204, oneRelation, verdict},
	{"POST /v1/admin/competences", adminsOnly, 201, nil, newCompetence},
	{"PATCH /v1/admin/competences/:id", adminsOnly, 200, nobodysCompetence, newLabel},
	{"POST /v1/admin/competences/:id/synonyms", adminsOnly, 201, nobodysCompetence, newSynonym},
	{"GET /v1/admin/proposals", adminsOnly, 200, nil, nil},
	{"POST /v1/admin/proposals/:id/approve", adminsOnly, 200, openProposal, approval},
	{"POST /v1/admin/proposals/:id/reject", adminsOnly, 200, openProposal, verdict},
	{"GET /v1/admin/audit", adminsOnly, 200, nil, nil},
	{"GET /v1/admin/search-index", adminsOnly, 200, nil, nil},
	{"POST /v1/admin/search-index/retry", adminsOnly, 200, nil, nil},
	{"POST /v1/admin/search-index/rebuild", adminsOnly, 202, nil, nil},
}

// scene is who acts, and whose things are acted on.
type scene struct {
	circle
	actor *person
	own   bool // the things are those of the actor's own circle
}

// target is a thing: the parameters of its path, and its ETag.
type target struct {
	ids []string
	tag string
}

func employer(s scene) target { return target{ids: []string{s.employer.org}} }
func college(s scene) target  { return target{ids: []string{s.college.org}} }
func competence(scene) target { return target{ids: []string{programming}} }

func document(scene) target { return target{ids: []string{consentDocuments[0].Name}} }

func consented(s scene) target {
	if s.actor.account != uuid.Nil {
		s.actor.send("PUT", "/v1/me/consents/"+consentDocuments[0].Name, consent(s), "application/json").expect(204)
	}
	return document(s)
}

func pending(s scene) target {
	p := *s.employer
	made := p.enter("employer", "waiting")
	s.enlist(p.org)
	return target{[]string{made.id()}, made.etag()}
}

func session(s scene) target {
	whose := s.employer
	if s.own && s.actor.account != uuid.Nil {
		whose = s.actor
	}
	d := whose.w.login(whose.credentials())
	return target{ids: []string{d.get("/v1/me/sessions").expect(200).at("items.0.id").(string)}}
}

func identity(s scene) target {
	whose := s.actor
	if !s.own || whose.account == uuid.Nil {
		whose = s.employer.w.signIn(uuid.NewString(), domain.Powers{})
	}
	return target{ids: []string{whose.post("/v1/me/identities", whose.comesFromAbroad()).expect(200).id()}}
}

// comesFromAbroad returns with what a provider says of a person whom nobody knows yet.
func (p *person) comesFromAbroad() any {
	p.w.abroad.Person = providertest.Claims{"sub": uuid.NewString(), "email": uuid.NewString() + "@example.kz", "email_verified": true}
	return p.visits(p.w.abroad)
}

func draft(side string) func(scene) target {
	return func(s scene) target {
		made := s.writes(side)
		return target{[]string{made.id()}, made.etag()}
	}
}

func published(side string) func(scene) target {
	return func(s scene) target {
		made := s.writes(side)
		shown := s.owner(side).ifMatch(made.etag()).post("/v1/"+side+"/"+made.id()+"/publish", nil).expect(200)
		return target{[]string{made.id()}, shown.etag()}
	}
}

// concealedThing is a thing that an administrator has hidden.
func concealedThing(side string) func(scene) target {
	return func(s scene) target {
		on := published(side)(s)
		gone := s.people["admin"].ifMatch(on.tag).post("/v1/admin/"+side+"/"+on.ids[0]+"/hide", verdict(s)).expect(200)
		return target{on.ids, gone.etag()}
	}
}

// claim is an organisation that waits, with the number of the employer.
func oneClaim(s scene) target {
	claimant := s.employer.w.signIn(uuid.NewString(), domain.Powers{})
	body := newOrganisation(s).(m)
	body["registration"] = s.employer.get("/v1/organisations/" + s.employer.org).expect(200).at("registration")
	made := claimant.post("/v1/organisations", body).expect(201)
	return target{[]string{made.id()}, made.etag()}
}

// joins makes somebody new a viewer of the employer.
func (s scene) joins() *person {
	p := s.employer.w.signIn(uuid.NewString(), domain.Powers{})
	s.employer.w.join(p, s.employer.org, domain.Viewer)
	return p
}

func oneMember(s scene) target {
	return target{ids: []string{s.employer.org, s.joins().account.String()}}
}

func oneInvitation(s scene) target {
	return target{ids: []string{s.employer.org, s.employer.post("/v1/organisations/"+s.employer.org+"/invitations", guest(s)).expect(201).id()}}
}

func apiKeyOf(s scene) target {
	made := s.employer.post("/v1/organisations/"+s.employer.org+"/keys", newKey(s)).expect(200)
	return target{ids: []string{s.employer.org, made.at("api_key.id").(string)}}
}

func openReport(s scene) target {
	on := published("demands")(s)
	reporter := s.employer.w.signIn(uuid.NewString(), domain.Powers{})
	return target{ids: []string{reporter.post("/v1/demands/"+on.ids[0]+"/reports", oneReport(s)).expect(202).id()}}
}

func openProposal(s scene) target {
	return target{ids: []string{s.employer.post("/v1/organisations/"+s.employer.org+"/proposals", newProposal(s)).expect(201).id()}}
}

// nobodysCompetence is one that no other test speaks of.
func nobodysCompetence(scene) target { return target{ids: []string{"ecf:A.3"}} }

func oneRelation(s scene) target {
	return target{ids: []string{s.people["admin"].post("/v1/admin/relations", newRelation(s)).expect(201).id()}}
}

func (s scene) owner(side string) *person {
	if side == "demands" {
		return s.employer
	}
	return s.college
}

func (s scene) writes(side string) *answer {
	body := newDemand(s)
	if side == "programmes" {
		body = newProgramme(s)
	}
	return s.owner(side).post("/v1/"+side, body).expect(201)
}

// file is a body that is a file of somebody's demands.
type file struct{ organisation, text string }

func oneFile(s scene) any {
	s.employer.w.takeImports() // one of an organisation's at a time
	return file{s.employer.org, demandTable + "a,Веб-разработчик,job,remote,,3,2027-03-01,,,ru,\nb,Тестировщик,gig,remote,,3,2027-03-01,,,ru,\n"}
}

func oneImport(s scene) target {
	sent := s.employer.sendFile("demands", "text/csv", "", []byte(oneFile(s).(file).text)).expect(202)
	s.employer.w.takeImports()
	return target{ids: []string{sent.id()}}
}

func oneFaultyRow(s scene) target { return target{ids: append(oneImport(s).ids, "3")} }

// The bodies.

func newCells(scene) any { return m{"cells": m{"title_ru": "Другое"}} }

func newDemand(s scene) any    { return s.employer.developer() }
func newProgramme(s scene) any { return s.college.course() }
func newTitle(scene) any       { return m{"title": m{"ru": "Другое"}} }
func verdict(scene) any        { return m{"reason": "Такой организации нет."} }
func newPassword(s scene) any {
	return m{"current": passwordOf(s.actor.name), "new": "жаңа көпір арқылы өтеміз"}
}
func journey(scene) any      { return m{"redirect_url": page} }
func arrival(s scene) any    { return s.employer.w.visitor().comesFromAbroad() }
func proof(s scene) any      { return s.actor.comesFromAbroad() }
func farewell(s scene) any   { return m{"password": passwordOf(s.actor.name)} }
func consent(scene) any      { return m{"version": consentDocuments[0].Version} }
func requirements(scene) any { return m{"requirements": []m{asks("must", typescript, 5)}} }
func goal(scene) any         { return m{"goal": m{"requirements": []m{asks("must", typescript, 5)}}} }
func outcomes(scene) any     { return m{"outcomes": []m{teaches(typescript, 5)}} }
func team(scene) any {
	return m{
		"roles": []m{{"name": "Web", "headcount": 1, "requirements": []m{asks("must", typescript, 5)}}},
		"staff": []m{{"key": "a1", "levels": []m{teaches(typescript, 2), teaches(browsing, 2)}}},
	}
}

func someText(scene) any { return m{"text": "Обязательно знание SQL"} }
func someVerdicts(s scene) any {
	return m{"organisation_id": s.employer.org, "verdicts": []m{judged("SQL "+strings.ReplaceAll(uuid.NewString(), "-", "x"), sqlLanguage, "confirmed")}}
}
func newOrganisation(s scene) any {
	return m{
		"kind": "employer", "name": m{"ru": "ТОО «Дала»"}, "region": "KZ-75",
		"registration": m{"scheme": "foreign", "number": uuid.NewString(), "country": "DE"},
	}
}

func newRole(scene) any   { return m{"role": "editor"} }
func heir(s scene) any    { return m{"account_id": s.joins().account} }
func guest(scene) any     { return m{"email": uuid.NewString() + "@example.kz", "role": "viewer"} }
func newKey(s scene) any  { return s.employer.keyForm("demands:read") }
func oneReport(scene) any { return m{"kind": "spam"} }
func closing(scene) any   { return m{"outcome": "no_action", "reason": "Всё в порядке."} }

func newProposal(scene) any {
	return m{"label": m{"ru": "наладка роботов"}, "kind": "skill", "comment": "Просят всё чаще."}
}
func newRelation(scene) any {
	return m{"from": "ecf:A.3", "relation": "close", "to": "digcomp:5.3", "reason": "Похоже."}
}
func newCompetence(scene) any {
	return m{"code": uuid.NewString(), "kind": "skill", "label": m{"ru": "наладка роботов"}, "reason": "Просят."}
}
func newLabel(scene) any   { return m{"label": m{"ru": uuid.NewString()}, "reason": "Точнее."} }
func newSynonym(scene) any { return m{"language": "ru", "synonym": uuid.NewString()} }
func approval(scene) any   { return m{"code": uuid.NewString(), "reason": "Верно."} }

func forgotten(scene) any   { return m{"email": uuid.NewString() + "@example.kz"} }
func nobodysCode(scene) any { return m{"code": strings.Repeat("A", 43)} }
func oneTimeCode(scene) any { return m{"code": "123456"} }
func ownPassword(s scene) any {
	return m{"password": passwordOf(s.actor.name)}
}

func passwordAndCode(s scene) any {
	return m{"password": passwordOf(s.actor.name), "code": "123456"}
}

func emailCode(s scene) any {
	w := s.employer.w
	w.visitor().post("/v1/auth/register", newcomer(s)).expect(202)
	return m{"code": w.code(domain.LetterConfirmEmail)}
}

func resetCode(s scene) any {
	w := s.employer.w
	who := w.signIn(uuid.NewString(), domain.Powers{})
	email, _ := who.credentials()
	w.visitor().post("/v1/auth/reset-password", m{"email": email}).expect(202)
	return m{"code": w.code(domain.LetterResetPassword), "new": "жаңа көпір арқылы өтеміз"}
}

func newcomer(scene) any {
	return m{"email": uuid.NewString() + "@example.kz", "password": password, "name": "Әйгерім"}
}

func credentials(s scene) any {
	email, password := s.employer.credentials()
	return m{"email": email, "password": password}
}

func refreshToken(s scene) any {
	return m{"refresh_token": s.employer.w.login(s.employer.credentials()).session.at("refresh_token")}
}

// circle is two organisations with their owners, and everybody who may stand before their things.
type circle struct {
	employer, college *person
	people            map[string]*person
}

func (w *marketplace) circle() circle {
	name := "c" + strconv.Itoa(w.numbers)
	c := circle{employer: w.owner("employer", name+"owner"), people: map[string]*person{
		"visitor": w.visitor(), "jobseeker": w.signIn(name+"jobseeker", domain.Powers{}),
		"viewer": w.signIn(name+"viewer", domain.Powers{}), "editor": w.signIn(name+"editor", domain.Powers{}),
		"analyst": w.signIn(name+"analyst", domain.Powers{Analyst: true}), "admin": w.signIn(name+"admin", domain.Powers{Admin: true}),
	}}
	founder := *c.employer
	made := founder.enter("college", name+"college")
	w.admin.ifMatch(made.etag()).post("/v1/organisations/"+founder.org+"/verify", nil).expect(200)
	c.college, c.people["owner"] = &founder, c.employer
	c.enlist(c.employer.org)
	c.enlist(c.college.org)
	return c
}

// enlist makes members of those who are to be members.
func (c circle) enlist(organisation string) {
	w := c.employer.w
	w.join(c.people["viewer"], organisation, domain.Viewer)
	w.join(c.people["editor"], organisation, domain.Editor)
}

// ask puts a row's question.
func (r access) ask(s scene, on target) *answer {
	return r.askWith(s, on, r.with(s))
}

func (r access) with(s scene) any {
	if r.body == nil {
		return nil
	}
	return r.body(s)
}

func (r access) askWith(s scene, on target, body any) *answer {
	method, path, _ := strings.Cut(r.route, " ")
	p := s.actor
	if on.tag != "" && method != http.MethodGet {
		p = p.ifMatch(on.tag)
	}
	media := "application/json"
	if method == http.MethodPatch {
		media = "application/merge-patch+json"
	}
	if f, ok := body.(file); ok {
		return p.send(method, path+"?side=demands&organisation_id="+f.organisation, f.text, "text/csv")
	}
	return p.send(method, fill(path, on.ids...), body, media)
}

// fill puts ids in the place of a path's parameters.
func fill(path string, ids ...string) string {
	path, query, asks := strings.Cut(path, "?")
	steps := strings.Split(path, "/")
	for i, step := range steps {
		if strings.HasPrefix(step, ":") {
			steps[i], ids = ids[0], ids[1:]
		}
	}
	path = strings.Join(steps, "/")
	if asks {
		path += "?" + query
	}
	return path
}

func (r access) thing(s scene) target {
	if r.on == nil {
		return target{}
	}
	return r.on(s)
}

// deviations puts a row's question for everybody in a circle, about its own things and another circle's, and returns
// where the answer is not the one of the matrix. What is refused must leave the database as it was.
func (r access) deviations(w *marketplace, mine, theirs circle) (out []string) {
	w.t.Helper()
	for _, side := range []struct {
		name, statuses string
		of             circle
	}{{"own", r.may.own, mine}, {"another's", r.may.others, theirs}} {
		statuses := strings.Fields(side.statuses)
		if len(statuses) == 0 {
			continue
		}
		require.Len(w.t, statuses, len(roles), r.route)
		scene := func(role string) scene {
			return scene{side.of, mine.people[role], side.name == "own"}
		}
		told := func(role string, got, want int) {
			if got != want {
				out = append(out, fmt.Sprintf("%s: %s is answered %d on %s, and not %d", r.route, role, got, side.name, want))
			}
		}
		still := r.thing(scene("visitor"))
		bodies := map[string]any{}
		for _, role := range roles {
			bodies[role] = r.with(scene(role))
		}
		before := w.rows()
		for i, status := range statuses {
			if status != "ok" {
				want, err := strconv.Atoi(status)
				require.NoError(w.t, err, r.route)
				told(roles[i], r.askWith(scene(roles[i]), still, bodies[roles[i]]).status, want)
			}
		}
		if !slices.Equal(before, w.rows()) {
			out = append(out, r.route+": what was refused on "+side.name+" left something in the database")
		}
		for i, status := range statuses {
			if status == "ok" {
				s := scene(roles[i])
				told(roles[i], r.ask(s, r.thing(s)).status, r.ok)
			}
		}
	}
	return out
}

// openWhole opens a marketplace that has everything that one may have behind it.
func openWhole(t *testing.T, changes ...func(*setting)) *marketplace {
	t.Helper()
	var abroad *providertest.Provider
	w := openMarketplace(t, append(changes, wellFed().behind, func(s *setting) {
		s.provider = func(clock func() time.Time, secret []byte) domain.IdentityProvider {
			abroad = providertest.New(t, clock)
			return providerAt(t, abroad, secret)
		}
	})...)
	w.abroad = abroad
	return w
}

// unasked lists the routes that no row is about, and how to mend that.
func unasked(routes map[string]bool) []string {
	left := maps.Clone(routes)
	for _, r := range rows {
		route, _, _ := strings.Cut(r.route, "?")
		delete(left, route)
	}
	out := []string{}
	for route := range left {
		out = append(out, route+": who may? Add its line to the rows of access_test.go")
	}
	return out
}

func TestEveryRouteSaysWhoMay(t *testing.T) {
	d := openDoor(t)
	routes := routesOf(d)
	require.Empty(t, unasked(routes))
	for _, r := range rows {
		route, _, _ := strings.Cut(r.route, "?")
		require.True(t, routes[route], "%s has a line in the matrix and is no route", route)
	}

	d.e.GET("/v1/secrets", nil) // negative control
	require.Equal(t, []string{"GET /v1/secrets: who may? Add its line to the rows of access_test.go"}, unasked(routesOf(d)))
}

func TestTheAccessMatrix(t *testing.T) {
	unraced(t)
	w := openWhole(t)
	for _, r := range rows {
		require.Empty(t, r.deviations(w, w.circle(), w.circle()))
	}
}

func TestTheMatrixFindsWhoMayTooMuch(t *testing.T) { // negative control of the test above
	unraced(t)
	w := openWhole(t)
	for _, r := range rows {
		if r.may != writers && r.may != hiddenWriters {
			continue
		}
		mine := w.circle()
		w.join(mine.people["viewer"], mine.employer.org, domain.Editor)
		w.join(mine.people["viewer"], mine.college.org, domain.Editor)
		found := r.deviations(w, mine, w.circle())
		require.Contains(t, found, fmt.Sprintf("%s: viewer is answered %d on own, and not %s", r.route, r.ok, strings.Fields(r.may.own)[2]))
		require.Contains(t, found, r.route+": what was refused on own left something in the database")
	}
}
