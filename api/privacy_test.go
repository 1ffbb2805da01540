package api

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// passwordOf is what signIn gives somebody.
func passwordOf(name string) string { return "a long enough " + name + " phrase 58" }

func TestAPersonSeesAllThatIsKeptOfThem(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	export := p.get("/v1/me/export").expect(200)
	require.Equal(t, "no-store", export.header.Get("Cache-Control"))
	rows := map[string][]any{}
	for _, r := range export.at("records").([]any) {
		table := r.(m)
		rows[table["table"].(string)] = table["rows"].([]any)
	}
	require.Equal(t, "dala@example.kz", rows["accounts"][0].(m)["email"])
	require.Equal(t, p.org, rows["memberships"][0].(m)["organisation_id"])
	require.Equal(t, "organisation.created", rows["audit"][0].(m)["deed"])
	require.NotContains(t, string(export.body), "argon2id")
	require.NotContains(t, string(export.body), w.admin.account.String(), "nobody else is in it")
	w.visitor().get("/v1/me/export").refused(401, "unauthenticated")
}

func TestSomebodyWhoIsErasedIsGoneEverywhere(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	id := p.publishes("demands", p.developer())
	draft := p.post("/v1/demands", p.developer()).expect(201).id()
	w.index()
	w.visitor().get("/v1/demands?q=веб").expect(200).is("total", 1)
	device := w.login("dala@example.kz", passwordOf("dala"))

	device.send("DELETE", "/v1/me", m{"password": "not the one that it is"}, "application/json").refused(422, "invalid").faults([2]string{"/password", "wrong_password"})
	device.send("DELETE", "/v1/me", m{"password": passwordOf("dala")}, "application/json").refused(422, "invalid").faults([2]string{"/organisations", "goes_too"})
	device.get("/v1/me").expect(200)
	erase := m{"password": passwordOf("dala"), "organisations": []string{p.org}}
	device.send("DELETE", "/v1/me", erase, "application/json").expect(204)

	device.get("/v1/me").refused(401, "unauthenticated")
	device.refresh().refused(401, "unauthenticated")
	w.visitor().post("/v1/auth/login", m{"email": "dala@example.kz", "password": passwordOf("dala")}).refused(401, "unauthenticated")
	w.index()
	w.visitor().get("/v1/demands?q=веб").expect(200).is("total", 0)
	for _, path := range []string{"/v1/demands/" + id, "/v1/demands/" + draft, "/v1/organisations/" + p.org} {
		w.visitor().get(path).refused(404, "not-found")
		w.admin.get(path).refused(404, "not-found")
	}
	w.registers("dala@example.kz")().get("/v1/me").expect(200).is("organisations", []any{})
}

func TestNobodyIsErasedFromUnderTheOthers(t *testing.T) {
	w := openMarketplace(t)
	owner, editor := w.owner("employer", "dala"), w.signIn("editor", domain.Powers{})
	w.join(editor, owner.org, domain.Editor)
	erase := func(p *person, name string, with ...string) *answer {
		return p.send("DELETE", "/v1/me", m{"password": passwordOf(name), "organisations": append([]string{}, with...)}, "application/json")
	}
	erase(owner, "dala").refused(409, "conflict").is("code", "last_owner")
	erase(editor, "editor", owner.org).refused(422, "invalid").faults([2]string{"/organisations/0", "unknown_value"})
	erase(editor, "editor").expect(204)
	w.visitor().get("/v1/organisations/" + owner.org).expect(200)
	second := w.signIn("second", domain.Powers{})
	w.join(second, owner.org, domain.Owner)
	erase(owner, "dala").expect(204)
	second.get("/v1/organisations/" + second.org + "/demands").expect(200)
	w.visitor().send("DELETE", "/v1/me", m{"password": "x"}, "application/json").refused(401, "unauthenticated")
}

func TestConsentIsToTheVersionInForceAndIsKept(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("aigerim", domain.Powers{})
	w.visitor().get("/v1/consents").expect(200).is("items.0.document", "privacy").is("items.0.version", "2026-11-01").is("total", 1)
	give := func(p *person, document, version string) *answer {
		return p.send("PUT", "/v1/me/consents/"+document, m{"version": version}, "application/json")
	}
	p.get("/v1/me/consents").expect(200).is("total", 0).is("missing.0.document", "privacy")
	give(p, "privacy", "2025-01-01").refused(422, "invalid").faults([2]string{"/version", "not_in_force"})
	give(p, "other", "1").refused(404, "not-found")
	give(w.visitor(), "privacy", "2026-11-01").refused(401, "unauthenticated")
	p.delete("/v1/me/consents/privacy").refused(404, "not-found")

	var both sync.WaitGroup
	for range 10 {
		both.Go(func() { give(p, "privacy", "2026-11-01").expect(204) })
	}
	both.Wait()
	p.get("/v1/me/consents").expect(200).is("total", 1).is("missing", []any{}).is("items.0.withdrawn_at", nil)
	p.delete("/v1/me/consents/privacy").expect(204)
	p.delete("/v1/me/consents/privacy").refused(404, "not-found")
	list := p.get("/v1/me/consents").expect(200).is("total", 1).is("missing.0.document", "privacy")
	require.NotNil(t, list.at("items.0.withdrawn_at"))
	give(p, "privacy", "2026-11-01").expect(204)
	p.get("/v1/me/consents").expect(200).is("total", 2).is("missing", []any{})
}

func TestSomebodyWhoSignsInElsewhereIsErasedWithoutAPassword(t *testing.T) {
	w, idp := openAbroad(t)
	d := w.comesIn(w.visitor().visits(idp))
	d.send("DELETE", "/v1/me", m{}, "application/json").expect(204)
	d.get("/v1/me").refused(401, "unauthenticated")
	d.refresh().refused(401, "unauthenticated")
}
