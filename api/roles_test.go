package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

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
