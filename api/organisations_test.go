package api

import (
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestAnOrganisationFromEnteringToBeingVerified(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("aigerim", domain.Powers{})
	made := p.post("/v1/organisations", m{
		"kind": "employer", "name": m{"ru": "ТОО «Дала»"}, "registration": m{"scheme": "bin", "number": "220540001239", "country": "KZ"},
	}).expect(201)
	path := "/v1/organisations/" + made.id()
	require.Equal(t, path, made.header.Get("Location"))
	made.is("verification", "pending").is("region", nil).is("rejection_reason", nil).is("registration.number", "220540001239")

	w.visitor().get(path).refused(404, "not-found")
	w.signIn("other", domain.Powers{}).get(path).refused(404, "not-found")
	p.get(path).expect(200)
	p.ifMatch(made.etag()).post(path+"/verify", nil).refused(403, "forbidden")
	w.visitor().ifMatch(made.etag()).post(path+"/verify", nil).refused(401, "unauthenticated")
	w.admin.post(path+"/verify", nil).refused(428, "precondition-required")

	w.admin.ifMatch(made.etag()).post(path+"/reject", m{"reason": "  "}).refused(422, "invalid")
	rejected := w.admin.ifMatch(made.etag()).post(path+"/reject", m{"reason": "Не тот БИН."}).expect(200)
	rejected.is("verification", "rejected").is("rejection_reason", "Не тот БИН.").is("version", 2)
	w.admin.ifMatch(rejected.etag()).post(path+"/reject", m{"reason": "Опять."}).refused(409, "conflict")
	w.admin.ifMatch(made.etag()).post(path+"/verify", nil).refused(412, "stale")
	p.get(path).expect(200).is("rejection_reason", "Не тот БИН.")

	verified := w.admin.ifMatch(rejected.etag()).post(path+"/verify", nil).expect(200).is("verification", "verified").is("rejection_reason", nil)
	w.admin.ifMatch(verified.etag()).post(path+"/verify", nil).refused(409, "conflict")
	w.admin.ifMatch(verified.etag()).post(path+"/reject", m{"reason": "Поздно."}).refused(409, "conflict")
	w.visitor().in("kk").get(path).expect(200).is("name.display", "ТОО «Дала»")
}

func TestOneNumberOneVerifiedOrganisation(t *testing.T) {
	w := openMarketplace(t)
	enter := func(name string) *answer {
		return w.signIn(name, domain.Powers{}).post("/v1/organisations", m{
			"kind": "employer", "name": m{"ru": name}, "registration": m{"scheme": "bin", "number": "220540001239", "country": "KZ"},
		}).expect(201)
	}
	first, second := enter("first"), enter("second")
	w.admin.ifMatch(first.etag()).post("/v1/organisations/"+first.id()+"/verify", nil).expect(200)
	w.admin.ifMatch(second.etag()).post("/v1/organisations/"+second.id()+"/verify", nil).refused(409, "conflict")
}

func TestAContestedNumberIsDecidedByAnAdministrator(t *testing.T) {
	w := openMarketplace(t)
	enter := func(p *person, name string) *answer {
		made := p.post("/v1/organisations", m{
			"kind": "employer", "name": m{"ru": name}, "registration": m{"scheme": "bin", "number": "220540001239", "country": "KZ"},
		}).expect(201).is("verification", "pending").is("held_by", nil)
		p.org = made.id()
		return made
	}
	squatter, heir := w.signIn("squatter", domain.Powers{}), w.signIn("heir", domain.Powers{})
	first := enter(squatter, "Захватчик").is("contested", false)
	w.admin.ifMatch(first.etag()).post("/v1/organisations/"+first.id()+"/verify", nil).expect(200).is("contested", nil).is("held_by", nil)
	claim := enter(heir, "Наследник").is("contested", true)
	path := "/v1/organisations/" + claim.id()
	draft := heir.post("/v1/demands", heir.developer()).expect(201)

	heir.get(path).expect(200).is("contested", true).is("held_by", nil)
	editor := w.signIn("editor", domain.Powers{})
	w.join(editor, claim.id(), domain.Editor)
	editor.get(path).expect(200).is("contested", nil).is("held_by", nil)
	waiting := w.admin.get("/v1/organisations?verification=pending").expect(200).is("total", 1).is("items.0.contested", true)
	waiting.is("items.0.held_by.id", first.id()).is("items.0.held_by.name.ru", "Захватчик")
	w.admin.ifMatch(claim.etag()).post(path+"/verify", nil).refused(409, "conflict").is("code", "registration_taken")

	reason := m{"reason": "Так записано в реестре."}
	w.admin.post(path+"/grant-claim", reason).refused(428, "precondition-required")
	w.admin.ifMatch(`"7"`).post(path+"/grant-claim", reason).refused(412, "stale")
	w.admin.ifMatch(claim.etag()).post(path+"/grant-claim", m{"reason": " "}).refused(422, "invalid").fault("/reason", "required")
	granted := w.admin.ifMatch(claim.etag()).post(path+"/grant-claim", reason).expect(200).is("id", first.id()).is("version", 3)
	w.admin.ifMatch(granted.etag()).post("/v1/organisations/"+first.id()+"/grant-claim", reason).refused(409, "conflict").is("code", "not_pending")

	heir.get(path).refused(404, "not-found")
	heir.get("/v1/organisations/"+first.id()+"/members").expect(200).is("total", 2)
	squatter.get("/v1/organisations/"+first.id()+"/members").refused(403, "forbidden")
	heir.ifMatch(draft.etag()).post("/v1/demands/"+draft.id()+"/publish", nil).expect(200).is("organisation.id", first.id())
}

func TestAnIINIsNeverShown(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("trader", domain.Powers{})
	const iin = "900101300017"
	made := p.post("/v1/organisations", m{
		"kind": "employer", "name": m{"ru": "ИП"}, "region": "KZ-75", "registration": m{"scheme": "iin", "number": iin, "country": "KZ"},
	}).expect(201)
	path := "/v1/organisations/" + made.id()
	verified := w.admin.ifMatch(made.etag()).post(path+"/verify", nil).expect(200)
	demand := p.post("/v1/demands", m{"organisation_id": made.id(), "title": m{"ru": "Продавец"}}).expect(201)
	for _, a := range []*answer{made, verified, demand, p.get(path), w.visitor().get(path), w.admin.get("/v1/organisations"), p.get("/v1/me")} {
		require.NotContains(t, string(a.body), iin, a.asked)
	}
	require.True(t, made.has("registration.number"))
	made.is("registration", m{"scheme": "iin", "country": "KZ", "number": nil})
}

func TestAnOrganisationIsRefusedWithEveryFault(t *testing.T) {
	w := openMarketplace(t)
	p := w.signIn("aigerim", domain.Powers{})
	good := m{"kind": "employer", "name": m{"ru": "Дала"}, "registration": m{"scheme": "bin", "number": "220540001239", "country": "KZ"}}
	with := func(field string, value any) *answer {
		return p.post("/v1/organisations", merged(good, m{field: value}))
	}
	with("registration", m{"scheme": "bin", "number": "220540001237", "country": "KZ"}).refused(422, "invalid").fault("/registration/number", "checksum")
	with("registration", m{"scheme": "foreign", "number": "HRB 1", "country": "KZ"}).refused(422, "invalid").fault("/registration/country", "unknown_value")
	with("kind", "guild").refused(422, "invalid").fault("/kind", "unknown_value")
	with("region", "KZ-00").refused(422, "invalid").fault("/region", "unknown_value")
	w.visitor().post("/v1/organisations", good).refused(401, "unauthenticated")
	w.visitor().get("/v1/organisations/no-id").refused(404, "not-found")
	w.visitor().get("/v1/organisations/"+uuid.NewString()).refused(404, "not-found")
}

func TestTheListOfOrganisations(t *testing.T) {
	w := openMarketplace(t)
	var verified []any
	for i := range 5 {
		kind := []string{"employer", "college"}[i%2]
		verified = append([]any{w.owner(kind, "member"+strconv.Itoa(i)).org}, verified...) // newest first
	}
	hidden := w.signIn("hidden", domain.Powers{})
	hidden.enter("employer", "hidden")

	require.Equal(t, verified, w.visitor().pages("/v1/organisations?limit=2", "id"))
	w.visitor().get("/v1/organisations?limit=2").expect(200).is("total", 5)
	w.visitor().get("/v1/organisations?kind=college").expect(200).is("total", 2)
	w.visitor().get("/v1/organisations?q=MEMBER3").expect(200).is("total", 1).is("items.0.id", verified[1])
	w.visitor().get("/v1/organisations?region=KZ-71").expect(200).is("items", []any{}).is("next_cursor", nil)
	w.visitor().get("/v1/organisations?verification=pending").refused(401, "unauthenticated")
	hidden.get("/v1/organisations?verification=pending").refused(403, "forbidden")
	w.admin.get("/v1/organisations?verification=pending").expect(200).is("total", 1).is("items.0.id", hidden.org)
}

func TestAnOrganisationsOwnListsHaveEverything(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	path := "/v1/organisations/" + dala.org + "/demands"
	dala.get(path).expect(200).is("items", []any{}).is("total", 0)
	draft := dala.post("/v1/demands", dala.developer()).expect(201).id()
	public := dala.publishes("demands", dala.developer())
	closed := dala.publishes("demands", dala.developer())
	dala.ifMatch(`"2"`).post("/v1/demands/"+closed+"/close", nil).expect(200)

	require.Equal(t, []any{closed, public, draft}, dala.pages(path+"?limit=1", "id"))
	dala.get(path+"?status=draft").expect(200).is("total", 1).is("items.0.id", draft)
	dala.get(path+"?status=closed").expect(200).is("items.0.id", closed)
	dala.get(strings.Replace(path, "demands", "programmes", 1)).expect(200).is("items", []any{})
	dala.get("/v1/organisations/"+uuid.NewString()+"/demands").refused(404, "not-found")
}
