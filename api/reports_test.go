package api

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestAReportFromItsMakingToItsEnd(t *testing.T) {
	for side, kind := range map[string]string{"demands": "employer", "programmes": "college"} {
		t.Run(side, func(t *testing.T) {
			w := openMarketplace(t)
			owner, reporter := w.owner(kind, "owner"), w.signIn("reporter", domain.Powers{})
			body, one := owner.developer(), "demand"
			if side == "programmes" {
				body, one = owner.course(), "programme"
			}
			id := owner.publishes(side, body)
			path := "/v1/" + side + "/" + id + "/reports"
			w.visitor().post(path, m{"kind": "fraud"}).refused(401, "unauthenticated")
			reporter.post(path, m{"kind": "ugly"}).refused(422, "invalid").fault("/kind", "unknown_value")
			reporter.post(path, m{"kind": "other"}).refused(422, "invalid").fault("/text", "required")
			reporter.post("/v1/"+side+"/0198c1d5-02b4-7f6a-8d11-64c7b0a9e399/reports", m{"kind": "fraud"}).refused(404, "not-found")
			made := reporter.keyed("k").post(path, m{"kind": "fraud", "text": "Просят денег."}).expect(202).
				is("status", "open").is("subject", m{"side": side, "id": id}).is("outcome", nil).is("closed_at", nil)
			require.Equal(t, made.body, reporter.keyed("k").post(path, m{"kind": "fraud", "text": "Просят денег."}).expect(202).body)
			reporter.post(path, m{"kind": "spam"}).refused(409, "conflict").is("code", "already_reported")

			listed := w.admin.get("/v1/admin/reports?status=open").expect(200).is("total", 1).is("items.0.reports", 1).
				is("items.0.reporter", m{"id": reporter.account.String(), "name": "reporter"}).is("items.0.report.text", "Просят денег.").
				is("items.0."+one+".id", id).is("items.0."+one+".organisation.id", owner.org)
			require.Equal(t, made.object(), listed.at("items.0.report"))
			for _, seen := range []string{"/v1/" + side + "/" + id, "/v1/organisations/" + owner.org + "/" + side, "/v1/me/reports"} {
				require.NotContains(t, string(owner.get(seen).expect(200).body), reporter.account.String(), "who reported is told to nobody")
				require.NotContains(t, string(owner.get(seen).expect(200).body), "Просят денег.")
			}

			closing := "/v1/admin/reports/" + made.id() + "/close"
			w.admin.post(closing, m{"outcome": "deleted", "reason": "x"}).refused(422, "invalid").fault("/outcome", "unknown_value")
			w.admin.post(closing, m{"outcome": "no_action"}).refused(422, "invalid").fault("/reason", "required")
			w.wait(time.Minute)
			w.admin.post(closing, m{"outcome": "hidden", "reason": "Так и есть."}).expect(200).is("status", "closed").is("outcome", "hidden")
			w.admin.post(closing, m{"outcome": "hidden", "reason": "Так и есть."}).refused(409, "conflict").is("code", "report_closed")
			w.visitor().get("/v1/" + side + "/" + id).expect(404)
			reporter.get("/v1/me/reports").expect(200).is("total", 1).is("items.0.outcome", "hidden").is("items.0.reason", "Так и есть.").
				is("items.0.closed_at", "2026-11-23T06:01:00Z")
			reporter.get("/v1/me/reports?status=open").expect(200).is("total", 0)
			w.admin.get("/v1/admin/reports?status=closed").expect(200).is("items.0."+one+".hidden.reason", "Так и есть.")
			w.visitor().get("/v1/me/reports").refused(401, "unauthenticated")
		})
	}
}

func TestReportsComeInPages(t *testing.T) {
	w := openMarketplace(t)
	owner := w.owner("employer", "owner")
	var made []any
	reporter := w.signIn("reporter", domain.Powers{})
	for range 5 {
		path := "/v1/demands/" + owner.publishes("demands", owner.developer()) + "/reports"
		made = append(made, reporter.post(path, m{"kind": "spam"}).expect(202).id())
	}
	require.Equal(t, made, w.admin.pages("/v1/admin/reports?limit=2", "report.id"), "the oldest first")
	own := reporter.pages("/v1/me/reports?limit=2", "id")
	require.Len(t, own, 5)
	require.Equal(t, made[4], own[0], "the newest first")
	cursor := w.admin.get("/v1/admin/reports?limit=2").at("next_cursor").(string)
	w.admin.get("/v1/admin/reports?status=open&limit=2&cursor="+cursor).refused(400, "unreadable").is("code", "bad_cursor")
	require.False(t, strings.Contains(string(w.admin.get("/v1/admin/reports").body), "@example.kz"), "an address is nobody's business")
}
