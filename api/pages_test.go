package api

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestAThousandTamperedCursorsNeverGivePages(t *testing.T) {
	w := openMarketplace(t)
	visitor := w.visitor()
	cursor, ok := visitor.get("/v1/competences?kind=skill&limit=1").expect(200).at("next_cursor").(string)
	require.True(t, ok)
	page := func(cursor string) *answer {
		return visitor.get("/v1/competences?kind=skill&limit=1&cursor=" + url.QueryEscape(cursor))
	}
	page(cursor).expect(200) // positive control

	given := 0
	for i := range 1000 {
		b := []byte(cursor)
		b[i%len(b)] ^= 1 << (i / len(b) % 7)
		if page(string(b)).status == 200 && string(b) != cursor {
			given++
		}
	}
	require.Zero(t, given)
	page("AAAA"+cursor).refused(400, "unreadable").parameterFault("cursor", "bad_cursor")
}

func TestACursorIsOfItsQueryAndItsReader(t *testing.T) {
	w := openMarketplace(t)
	p, q := w.signIn("aigerim", domain.Powers{}), w.signIn("marat", domain.Powers{})
	w.owner("employer", "dala")
	w.owner("employer", "kaspi")
	list := "/v1/organisations?kind=employer"
	cursor, ok := p.get(list + "&limit=1").expect(200).at("next_cursor").(string)
	require.True(t, ok)
	p.get(list + "&limit=1&cursor=" + cursor).expect(200)
	p.get("/v1/organisations?limit=2&cursor=" + cursor + "&kind=employer").expect(200) // another size and order

	q.get(list+"&limit=1&cursor="+cursor).refused(400, "unreadable")
	w.visitor().get(list+"&limit=1&cursor="+cursor).refused(400, "unreadable")
	p.get("/v1/organisations?limit=1&cursor="+cursor).refused(400, "unreadable")
	p.get("/v1/competences?limit=1&cursor="+cursor).refused(400, "unreadable")
}

func TestAHundredChangesWithOneTagOneWins(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	made := p.post("/v1/demands", p.developer()).expect(201)
	path := "/v1/demands/" + made.id()
	statuses := make(chan int, 100)
	for i := range 100 {
		go func() { statuses <- p.ifMatch(made.etag()).patch(path, m{"openings": i + 1}).status }()
	}
	count := map[int]int{}
	for range 100 {
		count[<-statuses]++
	}
	require.Equal(t, map[int]int{200: 1, 412: 99}, count)
	p.patch(path, m{"openings": 5}).refused(428, "precondition-required")
	p.ifMatch("*").patch(path, m{"openings": 5}).refused(412, "stale")
}

func TestAnotherLanguageIsAnotherRepresentationOfTheSameVersion(t *testing.T) {
	w := openMarketplace(t)
	p := w.owner("employer", "dala")
	made := p.post("/v1/demands", p.developer()).expect(201)
	path := "/v1/demands/" + made.id()
	kk, en := p.in("kk").get(path).expect(200), p.in("en").get(path).expect(200)
	require.NotEqual(t, kk.etag(), en.etag())
	p.in("kk").with("If-None-Match", kk.etag()).get(path).expect(304)
	p.in("en").with("If-None-Match", kk.etag()).get(path).expect(200)
	p.in("en").ifMatch(kk.etag()).patch(path, m{"openings": 9}).expect(200)
	p.in("kk").with("If-None-Match", kk.etag()).get(path).expect(200)
}
