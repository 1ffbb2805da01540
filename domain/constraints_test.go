package domain_test

import (
	"testing"

	"kopir/domain"

	"github.com/stretchr/testify/require"
)

func tenge(n int64) *int64 { return &n }

func TestWhatAProgrammeMustSatisfy(t *testing.T) {
	offered := func(change func(*domain.ProgrammeTerms)) domain.ProgrammeTerms {
		p := domain.ProgrammeTerms{
			Mode: domain.Onsite, Kind: domain.ShortCourse, Languages: []domain.Language{"kk", "ru"}, Regions: []domain.Region{"KZ-75", "KZ-71"},
			Weeks: 12, Price: &domain.Money{Amount: 250_000, Currency: "KZT"}, Funding: []domain.Funding{domain.Paid, domain.Voucher},
			Segments: []domain.Segment{"youth"}, Intakes: []domain.Intake{
				{StartsOn: day("2027-01-15"), Region: "KZ-75"}, {StartsOn: day("2027-09-01"), Region: "KZ-71"},
			},
		}
		if change != nil {
			change(&p)
		}
		return p
	}
	online := offered(func(p *domain.ProgrammeTerms) { p.Mode, p.Regions = domain.Online, nil })
	everywhereOfItsOwn := offered(func(p *domain.ProgrammeTerms) { p.Intakes = []domain.Intake{{StartsOn: day("2027-09-01")}} })
	type asked = domain.ProgrammeConstraints
	for _, c := range []struct {
		name string
		c    asked
		p    domain.ProgrammeTerms
		want bool
	}{
		{"nothing asked", asked{}, offered(nil), true},
		{"nothing asked of what says nothing", asked{}, domain.ProgrammeTerms{}, true},
		{"all musts is about the match", asked{AllMusts: true}, offered(nil), true},

		{"a region it serves", asked{Regions: []domain.Region{"KZ-79", "KZ-71"}}, offered(nil), true},
		{"a region it does not serve", asked{Regions: []domain.Region{"KZ-79"}}, offered(nil), false},
		{"no region known", asked{Regions: []domain.Region{"KZ-79"}}, offered(func(p *domain.ProgrammeTerms) { p.Regions = nil }), false},
		{"online is everywhere", asked{Regions: []domain.Region{"KZ-79"}}, online, true},
		{"online is everywhere, asked for among others", asked{Regions: []domain.Region{"KZ-79"}, Modes: []domain.Mode{"blended", "online"}}, online, true},
		{"online excluded", asked{Regions: []domain.Region{"KZ-79"}, Modes: []domain.Mode{"onsite", "blended"}}, online, false},
		{"online excluded, in a region it names", asked{Regions: []domain.Region{"KZ-75"}, Modes: []domain.Mode{"onsite"}},
			offered(func(p *domain.ProgrammeTerms) { p.Mode = domain.Online }), false},
		{"blended is not everywhere", asked{Regions: []domain.Region{"KZ-79"}}, offered(func(p *domain.ProgrammeTerms) { p.Mode = domain.Blended }), false},

		{"starts in time", asked{StartsFrom: day("2027-09-01")}, offered(nil), true},
		{"started before", asked{StartsFrom: day("2027-09-02")}, offered(nil), false},
		{"no intake known", asked{StartsFrom: day("2027-01-01")}, offered(func(p *domain.ProgrammeTerms) { p.Intakes = nil }), false},
		{"no start known", asked{StartsFrom: day("2027-01-01")}, offered(func(p *domain.ProgrammeTerms) { p.Intakes = []domain.Intake{{}} }), false},

		{"region and start by one intake", asked{Regions: []domain.Region{"KZ-71"}, StartsFrom: day("2027-02-01")}, offered(nil), true},
		{"region by one intake and start by another", asked{Regions: []domain.Region{"KZ-75"}, StartsFrom: day("2027-02-01")}, offered(nil), false},
		{"an intake of all the programme's regions", asked{Regions: []domain.Region{"KZ-75"}, StartsFrom: day("2027-02-01")}, everywhereOfItsOwn, true},
		{"but of no other region", asked{Regions: []domain.Region{"KZ-79"}, StartsFrom: day("2027-02-01")}, everywhereOfItsOwn, false},
		{"an online intake anywhere", asked{Regions: []domain.Region{"KZ-79"}, StartsFrom: day("2027-02-01")}, online, true},
		{"an online intake in time", asked{Regions: []domain.Region{"KZ-79"}, StartsFrom: day("2027-10-01")}, online, false},

		{"kind", asked{Kinds: []domain.ProgrammeKind{"bootcamp", "short_course"}}, offered(nil), true},
		{"another kind", asked{Kinds: []domain.ProgrammeKind{"bachelor"}}, offered(nil), false},
		{"any of the languages", asked{Languages: []domain.Language{"en", "ru"}}, offered(nil), true},
		{"none of the languages", asked{Languages: []domain.Language{"en"}}, offered(nil), false},
		{"any of the fundings", asked{Funding: []domain.Funding{"grant", "voucher"}}, offered(nil), true},
		{"none of the fundings", asked{Funding: []domain.Funding{"grant"}}, offered(nil), false},
		{"segment", asked{Segments: []domain.Segment{"youth"}}, offered(nil), true},
		{"another segment", asked{Segments: []domain.Segment{"medics"}}, offered(nil), false},
		{"no segment said", asked{Segments: []domain.Segment{"youth"}}, offered(func(p *domain.ProgrammeTerms) { p.Segments = nil }), false},
		{"one constraint met, another not", asked{Kinds: []domain.ProgrammeKind{"short_course"}, Languages: []domain.Language{"en"}}, offered(nil), false},

		{"as many weeks", asked{MaxWeeks: 12}, offered(nil), true},
		{"a week too many", asked{MaxWeeks: 11}, offered(nil), false},
		{"weeks unknown", asked{MaxWeeks: 520}, offered(func(p *domain.ProgrammeTerms) { p.Weeks = 0 }), false},
		{"weeks unknown and not asked", asked{}, offered(func(p *domain.ProgrammeTerms) { p.Weeks = 0 }), true},

		{"as dear", asked{MaxPrice: tenge(250_000)}, offered(nil), true},
		{"a tenge too dear", asked{MaxPrice: tenge(249_999)}, offered(nil), false},
		{"price unknown", asked{MaxPrice: tenge(1 << 40)}, offered(func(p *domain.ProgrammeTerms) { p.Price = nil }), false},
		{"price in dollars", asked{MaxPrice: tenge(1 << 40)}, offered(func(p *domain.ProgrammeTerms) { p.Price.Currency = "USD" }), false},
		{"free for nothing", asked{MaxPrice: tenge(0)}, offered(func(p *domain.ProgrammeTerms) { p.Price, p.Funding = nil, []domain.Funding{"free"} }), true},
		{"paid is not for nothing", asked{MaxPrice: tenge(0)}, offered(nil), false},
	} {
		require.Equal(t, c.want, c.c.Admits(&c.p), c.name)
	}
}

func TestThePriceInTenge(t *testing.T) {
	for _, c := range []struct {
		p     domain.ProgrammeTerms
		price int64
		known bool
	}{
		{domain.ProgrammeTerms{}, 0, false},
		{domain.ProgrammeTerms{Price: &domain.Money{Amount: 5, Currency: "KZT"}}, 5, true},
		{domain.ProgrammeTerms{Price: &domain.Money{Currency: "KZT"}}, 0, true},
		{domain.ProgrammeTerms{Price: &domain.Money{Amount: 5, Currency: "USD"}}, 0, false},
		{domain.ProgrammeTerms{Price: &domain.Money{Currency: "USD"}}, 0, true}, // nothing is nothing in any currency
		{domain.ProgrammeTerms{Funding: []domain.Funding{"grant", "free"}}, 0, true},
		{domain.ProgrammeTerms{Funding: []domain.Funding{"grant"}}, 0, false},
	} {
		price, known := c.p.Tenge()
		require.Equal(t, c.price, price, c.p)
		require.Equal(t, c.known, known, c.p)
	}
}

func TestWhatADemandMustSatisfy(t *testing.T) {
	offered := func(change func(*domain.DemandTerms)) domain.DemandTerms {
		d := domain.DemandTerms{Kind: domain.Job, WorkMode: domain.HybridWork, Region: "KZ-75", Sector: "J", Openings: 2, Languages: []domain.Language{"kk", "ru"}}
		if change != nil {
			change(&d)
		}
		return d
	}
	type asked = domain.DemandConstraints
	for _, c := range []struct {
		name string
		c    asked
		d    domain.DemandTerms
		want bool
	}{
		{"nothing asked", asked{}, offered(nil), true},
		{"its region", asked{Regions: []domain.Region{"KZ-71", "KZ-75"}}, offered(nil), true},
		{"another region", asked{Regions: []domain.Region{"KZ-71"}}, offered(nil), false},
		{"the whole country", asked{Regions: []domain.Region{"KZ-71"}}, offered(func(d *domain.DemandTerms) { d.Region = "" }), true},
		{"remote work is everywhere", asked{Regions: []domain.Region{"KZ-71"}}, offered(func(d *domain.DemandTerms) { d.WorkMode = domain.RemoteWork }), true},
		{"on-site work is not", asked{Regions: []domain.Region{"KZ-71"}}, offered(func(d *domain.DemandTerms) { d.WorkMode = domain.OnsiteWork }), false},
		{"kind", asked{Kinds: []domain.DemandKind{"internship", "job"}}, offered(nil), true},
		{"another kind", asked{Kinds: []domain.DemandKind{"internship"}}, offered(nil), false},
		{"work mode", asked{WorkModes: []domain.WorkMode{"hybrid"}}, offered(nil), true},
		{"another work mode", asked{WorkModes: []domain.WorkMode{"remote"}}, offered(nil), false},
		{"any of the languages", asked{Languages: []domain.Language{"ru", "en"}}, offered(nil), true},
		{"none of the languages", asked{Languages: []domain.Language{"en"}}, offered(nil), false},
		{"no language said", asked{Languages: []domain.Language{"en"}}, offered(func(d *domain.DemandTerms) { d.Languages = nil }), false},
		{"sector", asked{Sectors: []domain.Sector{"K", "J"}}, offered(nil), true},
		{"no sector said", asked{Sectors: []domain.Sector{"J"}}, offered(func(d *domain.DemandTerms) { d.Sector = "" }), false},
		{"enough openings", asked{MinOpenings: 2}, offered(nil), true},
		{"too few openings", asked{MinOpenings: 3}, offered(nil), false},
		{"one constraint met, another not", asked{Sectors: []domain.Sector{"J"}, MinOpenings: 3}, offered(nil), false},
	} {
		require.Equal(t, c.want, c.c.Admits(&c.d), c.name)
	}
}
