package api

import (
	"strings"

	"github.com/stretchr/testify/require"
)

// developer is a demand with all its fields.
func (p *person) developer() m {
	return m{
		"organisation_id": p.org,
		"title":           m{"kk": "Веб-әзірлеуші", "ru": "Веб-разработчик", "en": "Web developer"},
		"description":     m{"ru": "Платёжная система на TypeScript."},
		"kind":            "job", "occupation": "2512", "sector": "J", "region": "KZ-75", "work_mode": "hybrid", "openings": 3,
		"languages": []string{"kk", "ru"}, "salary": m{"min": 600000, "max": 900000, "currency": "KZT"},
		"valid_through": "2027-03-01",
		"requirements":  []m{asks("must", typescript, 5), asks("should", sqlLanguage, 4), asks("nice", browsing, 3)},
	}
}

// course is a programme with all its fields.
func (p *person) course() m {
	return m{
		"organisation_id": p.org,
		"title":           m{"kk": "Веб-әзірлеу негіздері", "ru": "Основы веб-разработки"},
		"description":     m{"ru": "От первой страницы до сервера.", "kk": "Алғашқы беттен серверге дейін."},
		"kind":            "short_course", "mode": "blended", "languages": []string{"ru"}, "regions": []string{"KZ-75", "KZ-71"},
		"weeks": 12, "hours": 120, "ects": 4, "price": m{"amount": 250000, "currency": "KZT"}, "funding": []string{"voucher"},
		"nqf_level": 5, "segments": []string{"unemployed"}, "sectors": []string{"J"}, "url": "https://example.kz/courses/web",
		"outcomes":      []m{teaches(typescript, 5), teaches(sqlLanguage, 2)},
		"prerequisites": []m{teaches(browsing, 2)},
		"intakes":       []m{{"starts_on": "2027-01-15", "ends_on": "2027-04-10", "apply_by": "2027-01-08", "seats": 25, "region": "KZ-75"}},
	}
}

// publishes writes and publishes a demand or a programme, and gives its id. The indexes do not know of it yet.
func (p *person) publishes(side string, body m) string {
	p.w.t.Helper()
	draft := p.post("/v1/"+side, body).expect(201)
	p.ifMatch(draft.etag()).post("/v1/"+side+"/"+draft.id()+"/publish", nil).expect(200)
	return draft.id()
}

// pages reads a list to its end and collects what stands at a path of each item. No page is empty but a lone one.
func (p *person) pages(path, what string) []any {
	p.w.t.Helper()
	all := []any{}
	for cursor := ""; ; {
		page := p.get(path + cursor).expect(200)
		items := page.every(what)
		require.False(p.w.t, cursor != "" && len(items) == 0, "an empty page of %s", path)
		all = append(all, items...)
		next, ok := page.at("next_cursor").(string)
		if !ok {
			return all
		}
		require.LessOrEqual(p.w.t, len(all), 1000, "%s does not end", path)
		cursor = "&cursor=" + next
		if !strings.Contains(path, "?") {
			cursor = "?cursor=" + next
		}
	}
}
