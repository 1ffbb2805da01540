package api

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir"
	"kopir/domain"
)

// crowd fills a marketplace: sixty demands and programmes of as many organisations, whose numbers are claimed, sixty more of
// each of two, one of which has sixty members and open invitations, and reports on all of these by as many accounts and by dala.
func crowd(t *testing.T) (w *marketplace, dala, qadam *person, demand, programme string) {
	t.Helper()
	w = openMarketplace(t)
	ctx := t.Context()
	dala, qadam = w.owner("employer", "dala"), w.owner("college", "qadam")
	demand, programme = dala.publishes("demands", dala.developer()), qadam.publishes("programmes", qadam.course())
	d, err := w.store.Demand(ctx, uuid.MustParse(demand))
	require.NoError(t, err)
	p, err := w.store.Programme(ctx, uuid.MustParse(programme))
	require.NoError(t, err)
	o, err := w.store.Organisation(ctx, d.OrganisationID)
	require.NoError(t, err)
	require.NoError(t, w.store.InTx(ctx, func(ctx context.Context, tx domain.Tx) error {
		var things [2]uuid.UUID // the newest demand and programme
		for i := range 60 {
			other := *o
			other.ID, other.Registration.Number = uuid.Must(uuid.NewV7()), fmt.Sprintf("CROWD-%d", i)
			require.NoError(t, tx.CreateOrganisation(ctx, &other))
			key := domain.APIKey{ID: uuid.Must(uuid.NewV7()), Organisation: d.OrganisationID, Name: "k", Hash: make([]byte, 32), CreatedBy: dala.account, CreatedAt: opening, ExpiresAt: opening}
			require.NoError(t, tx.CreateAPIKey(ctx, &key))
			claim := other
			claim.ID, claim.Verification = uuid.Must(uuid.NewV7()), domain.Pending
			require.NoError(t, tx.CreateOrganisation(ctx, &claim))
			for _, owner := range []uuid.UUID{other.ID, d.OrganisationID} {
				another := *d
				another.ID, another.OrganisationID, another.Version = uuid.Must(uuid.NewV7()), owner, 1
				things[0] = another.ID
				require.NoError(t, tx.CreateDemand(ctx, &another))
			}
			for _, owner := range []uuid.UUID{other.ID, p.OrganisationID} {
				another := *p
				another.ID, another.OrganisationID, another.Version = uuid.Must(uuid.NewV7()), owner, 1
				things[1] = another.ID
				require.NoError(t, tx.CreateProgramme(ctx, &another))
			}
			reporter := &domain.Account{ID: uuid.Must(uuid.NewV7()), Email: fmt.Sprintf("crowd-%d@example.kz", i), PasswordHash: "-", CreatedAt: opening}
			require.NoError(t, tx.CreateAccount(ctx, reporter))
			for _, by := range []uuid.UUID{reporter.ID, dala.account} {
				side, of := []domain.Side{domain.DemandSide, domain.ProgrammeSide}[i%2], things[i%2]
				require.NoError(t, tx.Record(ctx, domain.Deed{ID: uuid.Must(uuid.NewV7()), At: opening, Account: by, Kind: domain.DeedDemandRevised, SubjectKind: domain.SubjectDemand, Subject: of, Organisation: d.OrganisationID}))
				require.NoError(t, tx.CreateReport(ctx, &domain.Report{ID: uuid.Must(uuid.NewV7()), Subject: domain.Subject{Side: side, ID: of}, Reporter: by, Kind: domain.ReportSpam, CreatedAt: opening}))
			}
			require.NoError(t, tx.CreateProposal(ctx, &domain.Proposal{
				ID: uuid.Must(uuid.NewV7()), Organisation: d.OrganisationID, Proposer: dala.account, Label: domain.Text{RU: "наладка роботов"},
				Kind: domain.Skill, CreatedAt: opening, Status: domain.ProposalOpen,
			}))
			require.NoError(t, tx.SaveMembership(ctx, domain.Membership{OrganisationID: d.OrganisationID, AccountID: reporter.ID, Role: domain.Viewer}))
			require.NoError(t, tx.CreateInvitation(ctx, domain.Invitation{
				ID: uuid.Must(uuid.NewV7()), OrganisationID: d.OrganisationID, Email: reporter.Email, Role: domain.Viewer,
				CreatedAt: opening, ExpiresAt: opening.Add(time.Hour),
			}))
		}
		return nil
	}))
	w.index()
	return w, dala, qadam, demand, programme
}

// statementsOf counts what a request sends to the database, with pages of five and of fifty, of which all has been shown
// before.
func (w *marketplace) statementsOf(ask func(limit int)) (five, fifty int64) {
	w.t.Helper()
	count := func(limit int) int64 {
		before := w.statements.Load()
		ask(limit)
		return w.statements.Load() - before
	}
	count(50)
	return count(5), count(50)
}

// TestALongPageAsksTheDatabaseNoMoreOftenThanAShortOne has every list of the contract and how many statements it takes.
func TestALongPageAsksTheDatabaseNoMoreOftenThanAShortOne(t *testing.T) {
	w, dala, qadam, demand, programme := crowd(t)
	visitor := w.visitor()
	routes := []struct {
		route      string
		by         *person
		path       string
		body       m
		statements int64
	}{
		{"GET /v1/organisations", visitor, "?kind=employer", nil, 2},
		{"GET /v1/organisations", w.admin, "?verification=verified", nil, 2},
		{"GET /v1/organisations", w.admin, "?verification=pending", nil, 5},
		{"GET /v1/organisations/:id/demands", dala, "?", nil, 6},
		{"GET /v1/organisations/:id/programmes", qadam, "?", nil, 6},
		{"GET /v1/organisations/:id/keys", dala, "?", nil, 5},
		{"GET /v1/organisations/:id/members", dala, "?", nil, 5},
		{"GET /v1/organisations/:id/invitations", dala, "?", nil, 5},
		{"GET /v1/competences", visitor, "?", nil, 0},
		{"GET /v1/occupations", visitor, "?", nil, 0},
		{"GET /v1/demands", visitor, "?q=веб", nil, 1},
		{"GET /v1/demands", visitor, "?facets=region&facets=organisation&facets=competence", nil, 1},
		{"GET /v1/demands/:id/matches", visitor, "?", nil, 1},
		{"GET /v1/imports/:id/rows", dala, "?", nil, 6},
		{"GET /v1/programmes", visitor, "?q=веб", nil, 1},
		{"GET /v1/programmes", visitor, "?facets=mode&facets=organisation", nil, 1},
		{"GET /v1/programmes/:id/matches", visitor, "?", nil, 1},
		{"GET /v1/programmes/:id/similar", visitor, "?", nil, 1},
		{"GET /v1/search", visitor, "?q=веб", nil, 1},
		{"GET /v1/me/reports", dala, "?", nil, 4},
		{"GET /v1/admin/reports", w.admin, "?", nil, 9},
		{"GET /v1/organisations/:id/proposals", dala, "?", nil, 5},
		{"GET /v1/admin/proposals", w.admin, "?", nil, 4},
		{"GET /v1/admin/relations", w.admin, "?", nil, 4},
		{"GET /v1/admin/audit", w.admin, "?", nil, 5},
		{"GET /v1/organisations/:id/audit", dala, "?", nil, 6},
		{"POST /v1/match/programmes", visitor, "", m{"requirements": []m{asks("must", typescript, 5)}, "q": "веб"}, 1},
		{"POST /v1/match/programmes", visitor, "", m{"requirements": []m{asks("must", typescript, 5)}, "levels": []m{teaches(sqlLanguage, 1)}}, 1},
		{"POST /v1/match/demands", visitor, "", m{"outcomes": []m{teaches(typescript, 5)}, "q": "веб"}, 1},
	}
	rows := "external_id,title_ru\n"
	for i := range 50 {
		rows += fmt.Sprintf("row-%d,Инженер\n", i)
	}
	ids := map[string]string{
		"/v1/imports/:id/rows":        dala.imports("demands", "text/csv", "", []byte(rows)).id(),
		"/v1/organisations/:id/audit": dala.org, "/v1/organisations/:id/demands": dala.org, "/v1/organisations/:id/members": dala.org,
		"/v1/organisations/:id/invitations": dala.org, "/v1/organisations/:id/keys": dala.org, "/v1/organisations/:id/proposals": dala.org,
		"/v1/organisations/:id/programmes": qadam.org, "/v1/demands/:id/matches": demand,
	}
	asked := map[string]bool{}
	for _, r := range routes {
		asked[r.route] = true
		method, path, _ := strings.Cut(r.route, " ")
		id := programme
		if other, ok := ids[path]; ok {
			id = other
		}
		path = strings.Replace(path, ":id", id, 1) + r.path
		five, fifty := w.statementsOf(func(limit int) {
			page := (*answer)(nil)
			if method == http.MethodGet {
				page = r.by.get(fmt.Sprintf("%s&limit=%d", path, limit))
			} else {
				page = r.by.post(path, merged(r.body, m{"limit": limit}))
			}
			require.Len(t, page.expect(200).at("items"), limit, r.route)
		})
		require.Equal(t, five, fifty, r.route+r.path)
		require.Equal(t, r.statements, five, r.route+r.path)
	}
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	for route, op := range contract.operations {
		if _, ok := op.query["limit"]; ok || op.paged {
			require.True(t, asked[route] || slices.Contains(computed, route), "%s is a list: how often does it ask?", route)
		}
	}
}

// computed are lists of what is no thing of the database, so that there are as many as come out, and the changes, which have a
// test of their own.
var computed = []string{"GET /v1/programmes/:id/advice", "GET /v1/match/best", "GET /v1/export/changes"}

func TestALongPageOfChangesAsksTheDatabaseNoMoreOftenThanAShortOne(t *testing.T) {
	w := openMarketplace(t)
	dala, visitor := w.owner("employer", "dala"), w.visitor()
	since := visitor.get("/v1/export/changes").expect(200).at("next").(string)
	for range 30 {
		dala.publishes("demands", dala.developer())
	}
	five, fifty := w.statementsOf(func(limit int) {
		page := visitor.get(fmt.Sprintf("/v1/export/changes?since=%s&limit=%d", url.QueryEscape(since), limit)).expect(200)
		require.NotEmpty(t, page.at("items"))
	})
	require.Equal(t, five, fifty)
	require.Equal(t, int64(2), five)
}

func TestWhatIsComputedAsksTheDatabaseAsOftenHoweverMuchItGives(t *testing.T) {
	w, _, _, _, programme := crowd(t)
	for path, statements := range map[string]int64{"/v1/programmes/" + programme + "/advice": 3, "/v1/match/best": 3} {
		five, fifty := w.statementsOf(func(limit int) { w.admin.get(fmt.Sprintf("%s?limit=%d", path, limit)).expect(200) })
		require.Equal(t, five, fifty, path)
		require.Equal(t, statements, five, path)
	}
}

// TestAWriteSendsSoManyStatements holds what writing costs: of each number one is the audit's, and of deleting one more the
// reports'.
func TestAWriteSendsSoManyStatements(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	count := func(do func() *answer) (*answer, int64) {
		before := w.statements.Load()
		a := do()
		return a, w.statements.Load() - before
	}
	dala.post("/v1/demands", dala.developer()).expect(201) // so that its owner is kept
	draft, created := count(func() *answer { return dala.post("/v1/demands", dala.developer()).expect(201) })
	path := "/v1/demands/" + draft.id()
	seen, revised := count(func() *answer { return dala.ifMatch(draft.etag()).patch(path, m{"openings": 5}).expect(200) })
	seen, published := count(func() *answer { return dala.ifMatch(seen.etag()).post(path+"/publish", nil).expect(200) })
	_, deleted := count(func() *answer { return dala.ifMatch(seen.etag()).delete(path).expect(204) })
	require.Equal(t, []int64{8, 9, 10, 7}, []int64{created, revised, published, deleted})
}

func TestTheStateOfTheSearchIndexAsksAsOftenWhateverIsInQuarantine(t *testing.T) {
	w := openMarketplace(t, func(s *setting) { s.ownFeeds = true })
	lease, _, err := w.store.TakeLease(t.Context(), domain.SearchFeed, "holder", time.Minute)
	require.NoError(t, err)
	for _, count := range []int{0, 5, 45} {
		var p domain.FeedProgress
		for range count {
			p.Failed = append(p.Failed, domain.Failure{Subject: domain.Subject{Side: domain.DemandSide, ID: uuid.Must(uuid.NewV7())}, Since: opening, NextTry: opening, Quarantined: opening})
		}
		require.NoError(t, w.store.SaveProgress(t.Context(), lease, p))
		before := w.statements.Load()
		w.admin.get("/v1/admin/search-index").expect(200)
		require.Equal(t, int64(7), w.statements.Load()-before, count)
	}
}

func TestAListThatReadsItsItemsOneByOneWouldBeFound(t *testing.T) { // negative control of the test above
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	five, fifty := w.statementsOf(func(limit int) {
		for range limit {
			_, err := w.store.Organisation(t.Context(), uuid.MustParse(dala.org))
			require.NoError(t, err)
		}
	})
	require.Equal(t, int64(45), fifty-five)
}
