package api

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func (p *person) accept(code string) *answer {
	return p.post("/v1/invitations/accept", m{"code": code})
}

func TestSomebodyIsInvitedJoinsAndLeaves(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	w.letters()
	dauren := w.signIn("dauren", domain.Powers{})
	path := "/v1/organisations/" + dala.org
	made := dala.post(path+"/invitations", m{"email": "Dauren@example.kz", "role": "editor"}).expect(201)
	made.is("email", "dauren@example.kz").is("role", "editor").is("created_at", opening).is("expires_at", opening.Add(14*24*time.Hour))
	require.Equal(t, path+"/invitations/"+made.id(), made.header.Get("Location"))
	require.NotContains(t, string(made.body), "code")
	dala.get(path+"/invitations").expect(200).is("total", 1).is("items.0.id", made.id())

	code := w.code(domain.LetterInvitation)
	w.visitor().accept(code).refused(401, "unauthenticated")
	w.signIn("other", domain.Powers{}).in("en").accept(code).refused(403, "forbidden").is("code", "other_address").
		is("detail", "The invitation was sent to d…@example.kz: sign in with the account of that address")
	dauren.accept(code+"x").refused(422, "invalid").fault("/code", "bad_invitation")
	joined := dauren.in("kk").accept(code).expect(200).is("role", "editor").is("verification", "verified").is("organisation.name.display", "dala ЖШС")
	require.Equal(t, joined.object(), dauren.in("kk").accept(code).expect(200).object(), "twice is harmless")
	dala.get(path+"/invitations").expect(200).is("items", []any{})

	dauren.org = dala.org
	dauren.post("/v1/demands", dauren.developer()).expect(201)
	members := dauren.get(path+"/members").expect(200).is("total", 2)
	require.ElementsMatch(t, []any{"dala@example.kz", "dauren@example.kz"}, members.every("email"))
	require.ElementsMatch(t, []any{"owner", "editor"}, members.every("role"))

	dala.patch(path+"/members/"+dauren.account.String(), m{"role": "viewer"}).expect(200).is("role", "viewer").is("name", "dauren")
	dauren.post("/v1/demands", dauren.developer()).refused(403, "forbidden")
	dauren.delete(path + "/members/" + dauren.account.String()).expect(204)
	dauren.get(path+"/members").refused(403, "forbidden")
	dauren.accept(code).refused(422, "invalid").fault("/code", "bad_invitation")
	dala.delete(path+"/members/"+dala.account.String()).refused(409, "conflict").is("code", "last_owner")
}

func TestAnOrganisationIsHandedOver(t *testing.T) {
	w := openMarketplace(t)
	dala, dauren := w.owner("employer", "dala"), w.signIn("dauren", domain.Powers{})
	path := "/v1/organisations/" + dala.org + "/transfer"
	dala.post(path, m{"account_id": dauren.account}).refused(422, "invalid").fault("/account_id", "not_another_member")
	w.join(dauren, dala.org, domain.Viewer)
	dala.post(path, m{"account_id": dauren.account}).expect(204)
	dala.post(path, m{"account_id": dauren.account}).refused(403, "forbidden")
	dauren.post(path, m{"account_id": dala.account}).expect(204)
}

func TestInvitingOnceWithAKeySendsOneLetter(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	w.letters()
	invite := func() *answer {
		return dala.with("Idempotency-Key", "k1").post("/v1/organisations/"+dala.org+"/invitations", m{"email": "dauren@example.kz", "role": "viewer"}).expect(201)
	}
	first := invite()
	require.Equal(t, first.id(), invite().id())
	require.Len(t, w.letters(), 1)
}

func TestWhoInvitesTooManyIsToldWhenToGoOn(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	path := "/v1/organisations/" + dala.org + "/invitations"
	for range domain.MaxInvitationsToOneADay {
		dala.post(path, m{"email": "dauren@example.kz", "role": "viewer"}).expect(201)
		w.wait(time.Hour)
	}
	refused := dala.post(path, m{"email": "dauren@example.kz", "role": "viewer"}).refused(429, "rate-limited").is("code", "too_many_letters_to_one")
	require.Equal(t, "75600", refused.header.Get("Retry-After"), "21 hours")
}

func TestALetterToSomebodyUnknownIsInTheInvitersLanguage(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	w.letters()
	dala.in("kk").post("/v1/organisations/"+dala.org+"/invitations", m{"email": "nobody@example.kz", "role": "owner"}).expect(201)
	letters := w.letters()
	require.Equal(t, domain.Kazakh, letters[0].Language)
	require.Equal(t, []string{"dala ЖШС", "иесі"}, letters[0].Facts)
}
