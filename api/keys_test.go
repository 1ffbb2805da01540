package api

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/auth"
	"kopir/domain"
)

var everyScope = []string{"demands:read", "demands:write", "programmes:read", "programmes:write"}

// keyForm asks for a key that lives a month.
func (p *person) keyForm(scopes ...string) m {
	return m{"name": "1C:ЗУП", "scopes": scopes, "expires_at": p.w.clock.Load().Add(30 * 24 * time.Hour)}
}

func (p *person) keysPath() string { return "/v1/organisations/" + p.org + "/keys" }

// machine is what acts with a key of its own of somebody's organisation.
type machine struct {
	*person
	key, id string
}

func (p *person) machine(scopes ...string) machine {
	p.w.t.Helper()
	made := p.post(p.keysPath(), p.keyForm(scopes...)).expect(200)
	return p.w.sends(made.at("key").(string), p.org, made.at("api_key.id").(string))
}

func (w *marketplace) sends(key, org, id string) machine {
	sender := w.visitor().with("Authorization", "Bearer "+key)
	sender.org = org
	return machine{sender, key, id}
}

func TestAnOwnerMakesAKeyThatIsShownOnce(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "dala")
	made := owner.keyed("k").post(owner.keysPath(), owner.keyForm("demands:read")).expect(200)
	require.Equal(t, "no-store", made.header.Get("Cache-Control"))
	key := made.at("key").(string)
	require.True(t, strings.HasPrefix(key, made.at("api_key.prefix").(string)+"_"))
	again := owner.keyed("k").post(owner.keysPath(), owner.keyForm("demands:read")).expect(200)
	require.NotEqual(t, key, again.at("key"), "no answer is kept, whatever name it was asked for by")

	list := owner.get(owner.keysPath()).expect(200).is("total", 2).is("next_cursor", nil)
	require.Equal(t, "no-store", list.header.Get("Cache-Control"))
	list.is("items.1", made.at("api_key")).is("items.1.created_by.name", "dala").is("items.1.last_used_at", nil).is("items.1.revoked_at", nil)
	require.Equal(t, owner.pages(owner.keysPath()+"?limit=1", "id"), []any{again.at("api_key.id"), made.at("api_key.id")})

	files, err := filepath.Glob(filepath.Dir(w.file) + "/*")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	found := map[string]bool{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for name, what := range map[string]string{"secret": key[39:], "id": made.at("api_key.id").(string)} {
			found[name] = found[name] || strings.Contains(string(text), what)
		}
	}
	require.Equal(t, map[string]bool{"secret": false, "id": true}, found, "what the database keeps")
}

func TestWhatIsWrongWithAKeyIsToldAtOnce(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "dala")
	form := owner.keyForm("demands:read")
	ask := func(changes m) *answer {
		return owner.post(owner.keysPath(), merged(form, changes)).refused(422, "invalid")
	}
	ask(m{"name": " "}).fault("/name", "required")
	ask(m{"scopes": []string{}})
	ask(m{"scopes": []string{"admin"}})
	ask(m{"scopes": []string{"demands:read", "demands:read"}})
	ask(m{"expires_at": nil}).fault("/expires_at", "required")
	ask(m{"expires_at": opening}).fault("/expires_at", "out_of_range")
	ask(m{"expires_at": opening.Add(367 * 24 * time.Hour)}).fault("/expires_at", "out_of_range")
	owner.get(owner.keysPath()).expect(200).is("total", 0)
	for range domain.MaxKeys {
		owner.machine("demands:read")
	}
	owner.post(owner.keysPath(), form).refused(409, "conflict").is("code", "too_many_keys")
	w.wait(30 * 24 * time.Hour)
	owner.machine("demands:read")
}

func TestWhoMayDoWhatWithKeys(t *testing.T) {
	w := openMarketplace(t)
	verified, hidden := w.owner("employer", "owner"), w.signIn("newcomer", domain.Powers{})
	hidden.enter("employer", "newcomer")
	want := map[string][2][3]int{ // make, list, revoke; of an organisation that is public, and of one that is not
		"owner":   {{200, 200, 204}, {200, 200, 204}},
		"admin":   {{403, 200, 204}, {403, 200, 204}},
		"editor":  {{403, 403, 403}, {403, 403, 403}},
		"viewer":  {{403, 403, 403}, {403, 403, 403}},
		"other":   {{403, 403, 403}, {404, 404, 404}},
		"analyst": {{403, 403, 403}, {404, 404, 404}},
		"visitor": {{401, 401, 401}, {401, 401, 401}},
		"machine": {{401, 401, 401}, {401, 401, 401}},
	}
	for at, owner := range []*person{verified, hidden} {
		people := w.cast(owner.org)
		people["owner"], people["machine"] = owner, owner.machine(everyScope...).person
		require.Len(t, want, len(people))
		for who, p := range people {
			key := owner.machine("demands:read").id
			path := owner.keysPath()
			got := [3]int{p.post(path, owner.keyForm("demands:read")).status, p.get(path).status, p.delete(path + "/" + key).status}
			require.Equal(t, want[who][at], got, "%s, %d", who, at)
		}
		other := []*person{hidden, verified}[at].machine("demands:read")
		owner.delete(owner.keysPath()+"/"+other.id).refused(404, "not-found")
		owner.delete(owner.keysPath()+"/"+uuid.NewString()).refused(404, "not-found")
		w.admin.get("/v1/organisations/"+uuid.NewString()+"/keys").refused(404, "not-found")
		require.NotEqual(t, 401, other.get("/v1/demands/"+uuid.NewString()).status, "it lives")
	}
}

func TestARevokedKeyIsRefusedAtOnce(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "dala")
	mine, twin := owner.machine("demands:read"), owner.machine("demands:read")
	mine.get("/v1/organisations/" + owner.org + "/demands").expect(200)
	owner.delete(owner.keysPath() + "/" + mine.id).expect(204)
	mine.get("/v1/organisations/"+owner.org+"/demands").refused(401, "unauthenticated").is("code", "invalid_token")
	owner.delete(owner.keysPath() + "/" + mine.id).expect(204)
	owner.get(owner.keysPath()).expect(200).is("items.1.revoked_at", opening).is("items.0.revoked_at", nil)
	twin.get("/v1/organisations/" + owner.org + "/demands").expect(200)

	w.wait(30*24*time.Hour - time.Microsecond)
	twin.get("/v1/organisations/" + owner.org + "/demands").expect(200)
	w.wait(time.Microsecond)
	twin.get("/v1/organisations/"+owner.org+"/demands").refused(401, "unauthenticated").is("code", "invalid_token")
}

// resealed is a key with the checksum of what it says now.
func resealed(body string) string {
	return body + hex.EncodeToString(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(body))))
}

func TestForgedKeysAreRefusedAlike(t *testing.T) {
	w := openMarketplace(t)
	owner, other := w.owner("employer", "dala"), w.owner("employer", "kaspi")
	mine, theirs := owner.machine(everyScope...), other.machine(everyScope...)
	gone, expired := owner.machine(everyScope...), owner.machine(everyScope...)
	owner.delete(owner.keysPath() + "/" + gone.id).expect(204)
	require.NoError(t, w.store.InTx(t.Context(), func(ctx context.Context, tx domain.Tx) error {
		id := uuid.Must(uuid.NewV7())
		key, hash, err := auth.APIKeys{}.NewKey(id)
		require.NoError(t, err)
		expired.key = key
		return tx.CreateAPIKey(ctx, &domain.APIKey{ID: id, Organisation: uuid.MustParse(owner.org), Name: "old", Scopes: []domain.Scope{domain.DemandsRead}, Hash: hash, CreatedAt: opening.Add(-time.Hour), ExpiresAt: opening})
	}))
	key := mine.key
	id, body := key[6:38], key[:len(key)-8]
	forged := map[string]string{
		"revoked": gone.key, "expired": expired.key,
		"nothing but the prefix":  "kopir_",
		"no secret":               key[:38],
		"an empty secret":         key[:39],
		"one sign short":          key[:len(key)-1],
		"no checksum":             body,
		"half":                    key[:len(key)/2],
		"one sign more":           key + "0",
		"padded":                  key + "==",
		"a word after it":         key + " x",
		"two of it":               key + key,
		"two, with a comma":       key + "," + key,
		"upper case":              "kopir_" + strings.ToUpper(key[6:]),
		"upper case, resealed":    resealed("kopir_" + strings.ToUpper(body[6:])),
		"the id in upper case":    resealed("kopir_" + strings.ToUpper(id) + body[38:]),
		"its first sign upper":    "Kopir" + key[5:],
		"another's secret":        resealed(key[:38] + theirs.key[38:len(key)-8]),
		"another's id":            resealed(theirs.key[:38] + key[38:len(key)-8]),
		"another's checksum":      body + theirs.key[len(key)-8:],
		"a revoked key's secret":  resealed(key[:38] + gone.key[38:len(key)-8]),
		"an id that is not there": resealed("kopir_" + strings.ReplaceAll(uuid.NewString(), "-", "") + body[38:]),
		"the nil id":              resealed("kopir_" + strings.Repeat("0", 32) + body[38:]),
		"a secret of zeros":       resealed(key[:39] + strings.Repeat("0", 64)),
		"an id that is SQL":       resealed("kopir_' OR '1'='1" + strings.Repeat("x", 21) + body[38:]),
		"an id with hyphens":      resealed("kopir_" + uuid.MustParse(id).String() + body[38:]),
		"no id":                   resealed("kopir__" + body[39:]),
		"no underscore":           resealed(key[:38] + body[39:]),
		"another separator":       resealed(key[:38] + "." + body[39:]),
		"Cyrillic о in kopir":     "kоpir" + key[5:],
		"a Cyrillic letter":       key[:50] + "а" + key[51:],
		"a full-width digit":      key[:50] + "０" + key[51:],
		"a zero width space":      key[:20] + "\u200b" + key[20:],
		"bytes that are no UTF-8": key[:20] + "\xff\xfe" + key[22:],
		"very long":               "kopir_" + strings.Repeat("a", 8<<10),
		"very long and it":        key + strings.Repeat("0", 4<<10),
		"in base64":               "kopir_" + strings.Repeat("QUJD", 26) + "x",
		"another prefix":          "sk" + key[5:],
	}
	for at := range 16 { // one bit anywhere in id, secret and checksum; resealed where that can be
		flipped := []byte(key)
		place := 6 + at*(len(key)-6)/16
		if flipped[place] == '_' {
			place++
		}
		flipped[place] ^= 1
		forged["bit "+string(rune('a'+at))] = string(flipped)
		if place < len(body) {
			forged["bit, resealed "+string(rune('a'+at))] = resealed(string(flipped[:len(body)]))
		}
	}
	require.GreaterOrEqual(t, len(forged), 60)
	require.False(t, slices.Contains(slices.Collect(maps.Values(forged)), key))
	const alike = `Bearer realm="kopir", error="invalid_token"`
	var first string
	for name, text := range forged {
		for _, path := range []string{"/v1/organisations/" + owner.org + "/demands", "/v1/demands", "/v1/me"} {
			a := w.sends(text, owner.org, "").in("en").get(path).expect(401)
			require.Equal(t, alike, a.header.Get("WWW-Authenticate"), name)
			said := strings.Replace(string(a.body), a.at("instance").(string), "", 1)
			if first == "" {
				first = said
			}
			require.Equal(t, first, said, name)
		}
	}
	mine.get("/v1/organisations/" + owner.org + "/demands").expect(200) // positive control
	theirs.get("/v1/organisations/" + other.org + "/demands").expect(200)
}

// keyedOperation is what the contract must mark, and how each is asked for something of the key's organisation that is
// there for it alone.
type keyedOperation struct {
	scope  string
	status int
	ask    func(key *person) *answer
}

// reachable is every operation that a key reaches. dala is an employer, qadam a college.
func reachable(dala, qadam *person) map[string]keyedOperation {
	things := func(side string, owner *person, body m) (draft, public func(key *person, then string) (path string, asks *person)) {
		draft = func(key *person, then string) (string, *person) {
			made := owner.post("/v1/"+side, body).expect(201)
			return "/v1/" + side + "/" + made.id() + then, key.ifMatch(made.etag())
		}
		public = func(key *person, then string) (string, *person) {
			return "/v1/" + side + "/" + owner.publishes(side, body) + then, key.ifMatch(`"2"`)
		}
		return draft, public
	}
	demand, openDemand := things("demands", dala, dala.developer())
	programme, openProgramme := things("programmes", qadam, qadam.course())
	getting := func(thing func(*person, string) (string, *person), then string) func(*person) *answer {
		return func(key *person) *answer { path, p := thing(key, then); return p.get(path) }
	}
	posting := func(thing func(*person, string) (string, *person), then string) func(*person) *answer {
		return func(key *person) *answer { path, p := thing(key, then); return p.post(path, nil) }
	}
	deleting := func(thing func(*person, string) (string, *person)) func(*person) *answer {
		return func(key *person) *answer { path, p := thing(key, ""); return p.delete(path) }
	}
	patching := func(thing func(*person, string) (string, *person)) func(*person) *answer {
		return func(key *person) *answer {
			path, p := thing(key, "")
			return p.patch(path, m{"title": m{"ru": "Другое"}})
		}
	}
	return map[string]keyedOperation{
		"getDemand":               {"demands:read", 200, getting(demand, "")},
		"listDemandMatches":       {"demands:read", 200, getting(demand, "/matches")},
		"listOrganisationDemands": {"demands:read", 200, func(key *person) *answer { return key.get("/v1/organisations/" + dala.org + "/demands") }},
		"judgeMentions": {"demands:write", 204, func(key *person) *answer {
			return key.post("/v1/competences/extract/feedback", m{"organisation_id": dala.org, "verdicts": []m{judged("SQL", sqlLanguage, "confirmed")}})
		}},
		"createDemand":  {"demands:write", 201, func(key *person) *answer { return key.post("/v1/demands", dala.developer()) }},
		"updateDemand":  {"demands:write", 200, patching(demand)},
		"deleteDemand":  {"demands:write", 204, deleting(demand)},
		"publishDemand": {"demands:write", 200, posting(demand, "/publish")},
		"closeDemand":   {"demands:write", 200, posting(openDemand, "/close")},

		"createImport": {"demands:write", 202, func(key *person) *answer {
			dala.w.takeImports()
			return key.send("POST", "/v1/imports?side=demands&organisation_id="+dala.org, "title_ru,kind\nТ,gig\n", "text/csv")
		}},
		"getImport":          {"demands:write", 200, func(key *person) *answer { return key.get("/v1/imports/" + dala.faultyImport()) }},
		"listImportRows":     {"demands:write", 200, func(key *person) *answer { return key.get("/v1/imports/" + dala.faultyImport() + "/rows") }},
		"downloadFaultyRows": {"demands:write", 200, func(key *person) *answer { return key.get("/v1/imports/" + dala.faultyImport() + "/faulty-rows") }},
		"repairImportRow": {"demands:write", 200, func(key *person) *answer {
			return key.patch("/v1/imports/"+dala.faultyImport()+"/rows/2", m{"cells": m{"title_ru": "Т"}})
		}},

		"getProgramme":               {"programmes:read", 200, getting(programme, "")},
		"listProgrammeMatches":       {"programmes:read", 200, getting(programme, "/matches")},
		"listSimilarProgrammes":      {"programmes:read", 200, getting(programme, "/similar")},
		"adviseProgramme":            {"programmes:read", 200, getting(programme, "/advice")},
		"listOrganisationProgrammes": {"programmes:read", 200, func(key *person) *answer { return key.get("/v1/organisations/" + qadam.org + "/programmes") }},
		"createProgramme":            {"programmes:write", 201, func(key *person) *answer { return key.post("/v1/programmes", qadam.course()) }},
		"updateProgramme":            {"programmes:write", 200, patching(programme)},
		"deleteProgramme":            {"programmes:write", 204, deleting(programme)},
		"publishProgramme":           {"programmes:write", 200, posting(programme, "/publish")},
		"archiveProgramme":           {"programmes:write", 200, posting(openProgramme, "/archive")},
	}
}

// faultyImport is an import of an organisation's with one faulty row.
func (p *person) faultyImport() string {
	p.w.t.Helper()
	p.w.takeImports()
	sent := p.sendFile("demands", "text/csv", "", []byte("title_ru,kind\nТ,gig\n")).expect(202)
	p.w.takeImports()
	return sent.id()
}

// Every other operation of the contract: those that no key reaches, and those that look at no token.
var (
	closed = []string{
		"getMe", "changePassword", "sendConfirmation", "beginSecondFactor", "confirmSecondFactor", "endSecondFactor", "listSessions", "endSessions", "endSession",
		"eraseAccount", "exportAccount", "listConsents", "giveConsent", "withdrawConsent",
		"listOrganisations", "createOrganisation", "getOrganisation", "verifyOrganisation", "rejectOrganisation",
		"beginExternalLogin", "listIdentities", "linkIdentity", "unlinkIdentity", "listKeys", "createKey", "revokeKey",
		"searchDemands", "searchProgrammes", "searchMarket", "matchProgrammes", "matchDemands", "matchTeam", "createSearchToken", "listBestMatches", "measureGap", "planPath", "extractCompetences", "draftDemandFromText", "draftProgrammeFromText",
		"listMembers", "changeMember", "removeMember", "transferOrganisation", "listInvitations", "inviteMember", "withdrawInvitation", "acceptInvitation", "grantClaim",
		"listRelations", "relateCompetences", "unrelateCompetences", "addCompetence", "amendCompetence", "addSynonym", "listProposals", "approveProposal",
		"rejectProposal", "listOrganisationProposals", "proposeCompetence",
		"reportDemand", "reportProgramme", "listMyReports", "listReports", "closeReport", "hideDemand", "restoreDemand", "hideProgramme", "restoreProgramme",
		"listAudit", "listOrganisationAudit", "getSearchIndex", "retryQuarantined", "rebuildSearchIndex",
	}
	blind = []string{
		"confirmEmail", "requestPasswordReset", "resetPassword", "getExternalProvider", "finishExternalLogin", "registerAccount", "loginAccount", "refreshTokens", "logoutAccount", "listSigningKeys", "listFrameworks",
		"searchCompetences", "getCompetence", "searchOccupations", "listConsentDocuments", "checkHealth", "checkReadiness", "readMetrics", "readContract", "showDocs", "getImportTemplate", "exportDemands", "exportProgrammes", "listChanges",
	}
)

// status is what an operation without a body answers, whatever the form of it.
func (p *person) status(method, path string) int {
	p.w.t.Helper()
	r, err := http.NewRequestWithContext(p.w.t.Context(), method, p.w.url+path, http.NoBody)
	require.NoError(p.w.t, err)
	maps.Copy(r.Header, p.headers)
	a, err := http.DefaultClient.Do(r)
	require.NoError(p.w.t, err)
	require.NoError(p.w.t, a.Body.Close())
	return a.StatusCode
}

// TestWhatAKeyReaches has each scope ask for each operation of the contract: a cell each.
func TestWhatAKeyReaches(t *testing.T) {
	w := openMarketplace(t)
	dala, qadam := w.owner("employer", "dala"), w.owner("college", "qadam")
	open := reachable(dala, qadam)
	machines := map[string][2]machine{}
	for _, scope := range everyScope {
		machines[scope] = [2]machine{dala.machine(scope), qadam.machine(scope)}
	}
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	cells := 0
	for route, op := range contract.operations {
		method, path, _ := strings.Cut(route, " ")
		path = strings.NewReplacer(":id", uuid.NewString(), ":key", uuid.NewString(), ":row", "2").Replace(path)
		reached, isOpen := open[op.id]
		isClosed, isBlind := slices.Contains(closed, op.id), slices.Contains(blind, op.id)
		require.Len(t, slices.DeleteFunc([]bool{isOpen, isClosed, isBlind}, func(named bool) bool { return !named }), 1, "%s (%s): may keys do this?", op.id, route)
		require.Equal(t, reached.scope != "", len(op.scopes) > 0, route)
		require.True(t, !isOpen || slices.Contains(op.scopes, domain.Scope(reached.scope)), route)
		for scope, ours := range machines {
			own := ours[0]
			if strings.HasPrefix(reached.scope, "programmes") {
				own = ours[1]
			}
			cells++
			switch {
			case isBlind:
				require.False(t, op.takesToken, route)
				require.Equal(t, w.visitor().status(method, path), own.status(method, path), "%s with %s", route, scope)
			case isClosed:
				own.send(method, path, nil, "").refused(401, "unauthenticated").is("code", "key_scope")
			case scope == reached.scope || slices.Contains(op.scopes, domain.Scope(scope)) && len(op.scopes) > 1:
				if scope != reached.scope { // the edge lets it in; that it is another side's the domain tells
					require.Contains(t, []int{403, 404}, reached.ask(own.person).status, route)
					continue
				}
				reached.ask(own.person).expect(reached.status)
			default:
				a := reached.ask(own.person).refused(403, "forbidden").is("code", "key_scope")
				require.Equal(t, `Bearer realm="kopir", error="insufficient_scope", scope="`+reached.scope+`"`, a.header.Get("WWW-Authenticate"))
			}
		}
	}
	require.Len(t, contract.operations, len(open)+len(closed)+len(blind), "a table names what the contract does not have")
	require.Equal(t, len(contract.operations)*len(everyScope), cells)
}

func TestAKeyIsNobodyElsewhere(t *testing.T) {
	w := openMarketplace(t)
	dala, kaspi := w.owner("employer", "dala"), w.owner("employer", "kaspi")
	key := dala.machine(everyScope...)
	draft, public := kaspi.post("/v1/demands", kaspi.developer()).expect(201), kaspi.publishes("demands", kaspi.developer())
	nothing := key.get("/v1/demands/"+uuid.NewString()).refused(404, "not-found")
	said := func(a *answer) string { return strings.Replace(string(a.body), a.at("instance").(string), "", 1) }
	theirs := "/v1/demands/" + draft.id()
	for _, a := range []*answer{
		key.get(theirs), key.get(theirs + "/matches"), key.ifMatch(`"1"`).patch(theirs, m{"title": m{"ru": "x"}}),
		key.ifMatch(`"1"`).delete(theirs), key.ifMatch(`"1"`).post(theirs+"/publish", nil),
	} {
		require.Equal(t, said(nothing), said(a.refused(404, "not-found")), a.asked)
	}
	key.get("/v1/demands/" + public).expect(200)
	key.get("/v1/demands/" + public + "/matches").expect(200)
	key.ifMatch(`"2"`).patch("/v1/demands/"+public, m{"title": m{"ru": "x"}}).refused(403, "forbidden").is("code", "not_yours")
	key.ifMatch(`"2"`).post("/v1/demands/"+public+"/close", nil).refused(403, "forbidden")
	key.get("/v1/organisations/"+kaspi.org+"/demands").refused(403, "forbidden")
	key.post("/v1/demands", kaspi.developer()).refused(403, "forbidden")
	kaspi.get(theirs).expect(200).is("version", 1)
	require.EqualValues(t, 2, kaspi.demands())
}

func TestAKeyOfAnOrganisationThatIsNotVerifiedDraftsAndDoesNotPublish(t *testing.T) {
	w := openMarketplace(t)
	owner := w.signIn("dala", domain.Powers{})
	made := owner.enter("employer", "dala")
	key := owner.machine(everyScope...)
	w.admin.ifMatch(made.etag()).post("/v1/organisations/"+owner.org+"/reject", m{"reason": "нет такой"}).expect(200)
	draft := key.post("/v1/demands", owner.developer()).expect(201)
	key.ifMatch(draft.etag()).post("/v1/demands/"+draft.id()+"/publish", nil).refused(409, "conflict").is("code", "not_verified")
	owner.ifMatch(draft.etag()).post("/v1/demands/"+draft.id()+"/publish", nil).refused(409, "conflict").is("code", "not_verified")
	key.get("/v1/organisations/"+owner.org+"/demands").expect(200).is("total", 1)
}

func TestAKeyHasIdempotencyKeysCursorsAndUsesOfItsOwn(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "dala")
	one, two := owner.machine("demands:read", "demands:write"), owner.machine("demands:read", "demands:write")
	first := one.keyed("k").post("/v1/demands", owner.developer()).expect(201)
	again := one.keyed("k").post("/v1/demands", owner.developer()).expect(201)
	require.Equal(t, "true", again.header.Get("Idempotency-Replayed"))
	require.Equal(t, first.id(), again.id())
	require.NotEqual(t, first.id(), two.keyed("k").post("/v1/demands", owner.developer()).expect(201).id())
	w.visitor().keyed("k").post("/v1/demands", owner.developer()).refused(401, "unauthenticated")

	path := "/v1/organisations/" + owner.org + "/demands?limit=1"
	cursor := "&cursor=" + one.get(path).expect(200).at("next_cursor").(string)
	one.get(path + cursor).expect(200)
	two.get(path+cursor).refused(400, "unreadable")
	owner.get(path+cursor).refused(400, "unreadable")

	w.wait(90 * time.Second)
	one.get(path).expect(200)
	require.NoError(t, w.keys.SaveUses(t.Context()))
	owner.get(owner.keysPath()).expect(200).is("items.1.last_used_at", opening.Add(time.Minute)).is("items.0.last_used_at", opening)
}

func TestARequestWithAKeyCostsOneStatementMoreThanAVisitorsAndWritesNothing(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "dala")
	key := owner.machine(everyScope...)
	draft := "/v1/demands/" + owner.post("/v1/demands", owner.developer()).expect(201).id()
	public := "/v1/demands/" + owner.publishes("demands", owner.developer())
	count := func(ask func()) int64 {
		before := w.statements.Load()
		ask()
		return w.statements.Load() - before
	}
	visitor, person := w.visitor(), owner
	require.Equal(t, int64(2), count(func() { visitor.get(public).expect(200) }))
	require.Equal(t, int64(3), count(func() { key.get(public).expect(200) }))
	require.Equal(t, int64(4), count(func() { person.get(draft).expect(200) }), "thing, account, memberships, organisation")
	require.Equal(t, int64(4), count(func() { key.get(draft).expect(200) }), "key, thing, key, organisation")
	require.Equal(t, int64(1), count(func() { key.get("/v1/me").expect(401) }))
	require.Equal(t, int64(1), count(func() { w.sends(resealed(key.key[:len(key.key)-9]+"0"), "", "").get(draft).expect(401) }))
	require.Equal(t, int64(0), count(func() { w.sends(key.key[:len(key.key)-1], "", "").get(draft).expect(401) }), "what is no key is not looked up")

	other := owner.machine("demands:read")
	for range 5 {
		key.get(public).expect(200)
		other.get(public).expect(200)
	}
	require.Equal(t, int64(2), count(func() { require.NoError(t, w.keys.SaveUses(t.Context())) }), "one for each key")
	require.Equal(t, int64(0), count(func() { require.NoError(t, w.keys.SaveUses(t.Context())) }))
	key.get(public).expect(200)
	require.Equal(t, int64(0), count(func() { require.NoError(t, w.keys.SaveUses(t.Context())) }), "and for each minute")
	w.wait(time.Minute)
	key.get(public).expect(200)
	require.Equal(t, int64(1), count(func() { require.NoError(t, w.keys.SaveUses(t.Context())) }))
}

// keyDoor is a door that knows three keys of one organisation.
func keyDoor(t *testing.T, change func(*Config)) (*door, *keyShelf) {
	shelf := &keyShelf{keys: map[uuid.UUID]*domain.APIKey{}}
	d := openDoorWith(t, func(deps *Deps) {
		deps.Keys = domain.NewKeys(shelf, auth.APIKeys{}, func() time.Time { return doorTime })
	}, change)
	return d, shelf
}

// keyShelf keeps keys, and counts how often it is asked.
type keyShelf struct {
	emptyStore
	keys  map[uuid.UUID]*domain.APIKey
	asked int
}

func (s *keyShelf) APIKey(_ context.Context, id uuid.UUID) (*domain.APIKey, error) {
	s.asked++
	if k, ok := s.keys[id]; ok {
		return k, nil
	}
	return nil, domain.Fail(domain.NotFound, domain.CodeNotFound)
}

// put makes a key that lives, and returns what sends it.
func (s *keyShelf) put(t *testing.T) map[string]string {
	id := uuid.New()
	key, hash, err := auth.APIKeys{}.NewKey(id)
	require.NoError(t, err)
	s.keys[id] = &domain.APIKey{ID: id, Hash: hash, Scopes: []domain.Scope{domain.DemandsRead}, ExpiresAt: doorTime.Add(time.Hour)}
	return map[string]string{"Authorization": "Bearer " + key}
}

func TestAKeyHasABudgetOfItsOwnAndBadOnesSpendTheAddresss(t *testing.T) {
	d, shelf := keyDoor(t, func(c *Config) { c.VisitorReads, c.AccountReads = 5, 9 })
	one, two := shelf.put(t), shelf.put(t)
	read := func(from string, header map[string]string) func() *reply {
		return func() *reply {
			return d.knock(knock{method: "GET", target: "/v1/me", from: from, header: header})
		}
	}
	forged := map[string]string{"Authorization": "Bearer " + resealed(one["Authorization"][7:108]+"00")}
	require.Equal(t, 9, spend(t, 20, read("192.0.2.1:1", one)))
	require.Equal(t, 0, spend(t, 20, read("192.0.2.2:1", one)), "wherever it is")
	require.Equal(t, 9, spend(t, 20, read("192.0.2.1:1", two)), "another key has its own")
	require.Equal(t, 5, spend(t, 20, read("192.0.2.1:1", nil)), "and so have visitors")

	shelf.asked = 0
	require.Equal(t, 5, spend(t, 20, read("192.0.2.3:1", forged)))
	require.Equal(t, 0, spend(t, 20, read("192.0.2.3:1", nil)), "bad keys spend what the address has")
	require.Equal(t, 5, shelf.asked)
	for range 20 {
		read("192.0.2.3:1", forged)().is(rateLimited)
	}
	require.Equal(t, 5, shelf.asked, "an address that sends bad keys makes no more look-ups than it may read")
	three := shelf.put(t)
	read("192.0.2.3:1", three)().is(rateLimited)
	require.Equal(t, 9, spend(t, 20, read("192.0.2.4:1", three)), "a good key elsewhere is not hindered")
	d.now = d.now.Add(time.Minute)
	require.Equal(t, 401, read("192.0.2.3:1", three)().status)
}

func TestADatabaseThatIsDownRefusesNoKey(t *testing.T) {
	d, shelf := keyDoor(t, func(*Config) {})
	sent := shelf.put(t)
	shelf.keys = nil
	d.knock(knock{method: http.MethodGet, target: "/v1/demands", header: sent}).is(unauthenticated)
	down := openDoorWith(t, func(deps *Deps) { deps.Keys = domain.NewKeys(downStore{}, auth.APIKeys{}, time.Now) }, func(*Config) {})
	r := down.knock(knock{method: http.MethodGet, target: "/v1/demands", header: sent}).is(unavailable)
	require.NotEmpty(t, r.header.Get("Retry-After"))
}

// downStore cannot be asked.
type downStore struct{ emptyStore }

func (downStore) APIKey(context.Context, uuid.UUID) (*domain.APIKey, error) {
	return nil, domain.Fail(domain.Unavailable, domain.CodeUnavailable)
}
