package searchtest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
)

// Generate returns n demands and n programmes with all sorts of terms, the same for the same seed: what they say is
// made of a few hundred words, common and rare, the way words are in a language.
func Generate(seed uint64, n int) search.Batch {
	g := &generator{rand.New(rand.NewPCG(seed, 1)), rand.NewZipf(rand.New(rand.NewPCG(seed, 2)), 1.2, 8, 20_000)}
	var b search.Batch
	for i := range n {
		b.Demands = append(b.Demands, g.demand(fmt.Sprintf("demand %d %d", seed, i)))
		b.Programmes = append(b.Programmes, g.programme(fmt.Sprintf("programme %d %d", seed, i)))
	}
	return b
}

type generator struct {
	*rand.Rand
	zipf *rand.Zipf
}

var syllables = strings.Fields("ба да га за ка ла ма на ра са та ша бе ле ме не ре се те ви ди ки ли ми ни ри си ти бо до ко ло мо но ро со то ту лу ру")

// Word is the k-th most common word of what Generate writes.
func Word(k uint64) string {
	var b strings.Builder
	for n := k*2654435761 + 12345; b.Len() < 12 || n > 1<<28; n /= uint64(len(syllables)) {
		b.WriteString(syllables[n%uint64(len(syllables))])
	}
	return b.String()
}

// CommonWord is in most of the things that Generate returns.
var CommonWord = Word(3)

// RareWord is in few of them.
var RareWord = Word(2_000)

func (g *generator) text(n int) domain.Text {
	say := func() string {
		out := make([]string, n)
		for i := range out {
			out[i] = Word(g.zipf.Uint64())
		}
		return strings.Join(out, " ")
	}
	return domain.Text{KK: say(), RU: say()}
}

func pick[T any](g *generator, from ...T) T { return from[g.IntN(len(from))] }

func some[T comparable](g *generator, most int, from ...T) []T {
	var out []T
	for _, i := range g.Perm(len(from))[:g.IntN(min(most, len(from))+1)] {
		out = append(out, from[i])
	}
	return out
}

var sectors = []domain.Sector{"", "C", "J", "K", "Q"}

func (g *generator) competences() []domain.CompetenceID {
	var out []domain.CompetenceID
	for _, i := range g.Perm(len(competences))[:1+g.IntN(5)] {
		out = append(out, competences[i].ID)
	}
	return out
}

func (g *generator) organisation() (uuid.UUID, domain.Text) {
	k := g.zipf.Uint64() % 300
	return id(fmt.Sprint("organisation ", k)), domain.Text{RU: Word(k) + " " + Word(k+1)}
}

func (g *generator) publishedAt() time.Time { return published(g.IntN(300)) }

func (g *generator) demand(name string) search.Demand {
	ids := g.competences()
	terms := domain.DemandTerms{
		Title: g.text(4), Description: g.text(40),
		Kind: pick(g, domain.Job, domain.Internship, domain.Apprenticeship), Sector: pick(g, sectors...),
		Occupation: pick[domain.Occupation](g, "", "2512", "2514", "2521"),
		Region:     pick(g, append(domain.Regions()[:5:5], "")...), WorkMode: pick(g, domain.OnsiteWork, domain.HybridWork, domain.OnsiteWork, domain.RemoteWork),
		Openings: 1 + g.IntN(6), Languages: some(g, 3, domain.Kazakh, domain.Russian, domain.English),
		ValidThrough: today.AddDays(g.IntN(60) - 5), Requirements: musts(ids...),
	}
	if g.IntN(3) > 0 {
		terms.Salary = &domain.Salary{Min: int64(g.IntN(4)) * 100_000, Max: int64(g.IntN(2)) * 500_000, Currency: pick[domain.Currency](g, domain.KZT, domain.KZT, "USD")}
	}
	d := demand(name, domain.Text{}, 0, terms)
	d.OrganisationID, d.Organisation = g.organisation()
	d.PublishedAt = g.publishedAt()
	return d
}

func (g *generator) programme(name string) search.Programme {
	regions := domain.Regions()[:5:5]
	terms := domain.ProgrammeTerms{
		Title: g.text(4), Description: g.text(40),
		Kind: pick(g, domain.Bachelor, domain.ShortCourse, domain.Bootcamp), Mode: pick(g, domain.Onsite, domain.Onsite, domain.Blended, domain.Online),
		Languages: some(g, 3, domain.Kazakh, domain.Russian, domain.English), Regions: some(g, 3, regions...),
		Weeks: g.IntN(5) * 10, Funding: some(g, 2, domain.Paid, domain.Grant, domain.Voucher, domain.Free),
		Segments: some[domain.Segment](g, 2, "youth", "women", "rural"), Sectors: some(g, 2, sectors[1:]...), Outcomes: outcomes(g.competences()...),
	}
	if g.IntN(3) > 0 {
		terms.Price = &domain.Money{Amount: int64(g.IntN(4)) * 100_000, Currency: pick[domain.Currency](g, domain.KZT, domain.KZT, "USD")}
	}
	for range g.IntN(4) {
		terms.Intakes = append(terms.Intakes, domain.Intake{StartsOn: today.AddDays(g.IntN(120) - 30), Region: pick(g, append(regions, "", "")...)})
	}
	p := programme(name, domain.Text{}, 0, terms)
	p.OrganisationID, p.Organisation = g.organisation()
	p.PublishedAt = g.publishedAt()
	return p
}
