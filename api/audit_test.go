package api

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestTheAuditTellsWhoDidWhat(t *testing.T) {
	w := openMarketplace(t)
	owner, other := w.owner("employer", "dala"), w.owner("employer", "qala")
	id := owner.publishes("demands", owner.developer())
	other.publishes("demands", other.developer())
	w.wait(time.Hour)
	w.admin.hides("demands", id, "Просит денег.")

	path := "/v1/organisations/" + owner.org + "/audit"
	seen := owner.get(path).expect(200).is("total", 5)
	require.Equal(t, []any{"demand.hidden", "demand.published", "demand.created", "organisation.verified", "organisation.created"}, seen.every("kind"))
	require.Equal(t, plain(t, m{
		"id": seen.at("items.0.id"), "at": "2026-11-23T07:00:00Z", "kind": "demand.hidden", "account": m{"id": w.admin.account, "name": "admin"}, "operator": false, "key": nil,
		"subject": m{"kind": "demand", "id": id}, "organisation_id": owner.org, "note": "Просит денег.",
	}), seen.at("items.0"))
	seen.is("items.1.note", nil).is("items.1.account.name", "dala")

	all := w.admin.get("/v1/admin/audit?limit=100").expect(200)
	require.Contains(t, all.every("kind"), "catalogue.installed")
	require.Contains(t, all.every("operator"), true)
	require.Contains(t, all.every("account"), nil, "the operator has none")
	for query, want := range map[string]int{
		"organisation=" + owner.org: 5, "organisation=" + owner.org + "&kind=demand.hidden": 1, "subject=" + id: 3, "account=" + owner.account.String(): 3,
		"kind=demand.created": 2, "from=2026-11-23T07:00:00Z": 1, "to=2026-11-23T07:00:00Z&subject=" + id: 2, "subject=" + uuid.NewString(): 0,
		"from=2026-11-23T12:00:00%2B05:00": 1,
	} {
		w.admin.get("/v1/admin/audit?"+query).expect(200).is("total", want)
	}
	owner.get(path+"?kind=demand.created").expect(200).is("total", 1)
	require.Equal(t, seen.every("id"), owner.pages(path+"?limit=2", "id"))
	for _, name := range []string{"account", "organisation", "subject", "kind", "from", "to"} {
		w.admin.get("/v1/admin/audit?"+name+"=x").refused(422, "invalid").parameterFault(name, "malformed")
	}
}

func TestAnOrganisationsAuditIsItsOwnersAlone(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "owner")
	people := w.cast(owner.org)
	people["owner"] = owner
	for who, status := range map[string]int{"owner": 200, "admin": 200, "editor": 403, "viewer": 403, "other": 403, "analyst": 403, "visitor": 401} {
		people[who].get("/v1/organisations/" + owner.org + "/audit").expect(status)
	}
	pending := w.signIn("new", domain.Powers{})
	pending.enter("employer", "new")
	pending.get("/v1/organisations/"+pending.org+"/audit").expect(200).is("items.0.kind", "organisation.created")
	people["other"].get("/v1/organisations/" + pending.org + "/audit").expect(404)
}
