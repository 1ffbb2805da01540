package api

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"kopir/api/gen"
	"kopir/domain"
	"kopir/search/coverage/oracletest"
)

// What is written by hand is, to the byte, what encoding/json makes of the contract's own types.

func TestProgrammeMatchesAreWrittenAsTheContractSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := oracletest.Catalogue("any").Draw(t, "catalogue")
		s, ctx := writing(&c)
		exchangeOf(ctx).language = rapid.SampledFrom(domain.Spoken()).Draw(t, "language")
		v := s.viewFor(ctx)
		m := drawnPage[domain.ProgrammeMatch](t, domain.ProgrammeRank{ID: oracletest.ID(1), Points: 5})
		own := oracletest.Outcomes(0, 3).Draw(t, "own")
		requirements := oracletest.Requirements().Draw(t, "requirements")
		for i := range rapid.IntRange(0, 3).Draw(t, "items") {
			p := oracletest.Programme(oracletest.ID(i)).Draw(t, "programme")
			p.Title.RU = drawnText(t)
			one := domain.ProgrammeMatch{Programme: p, Organisation: drawnOrganisation(t), Alike: rapid.Bool().Draw(t, "alike")}
			one.Explanation = domain.Explain(c.Relations(), requirements, sourced(t, p.Outcomes), own)
			if rapid.Bool().Draw(t, "learner") {
				entry := domain.EntryFor(c.Relations(), p.Prerequisites, own)
				one.Entry = &entry
			}
			m.Items = append(m.Items, one)
		}
		want := gen.ProgrammeMatchList{Total: m.Total, Exact: m.Exact, Fallback: known(m.Fallback)}
		want.Items = mapped(m.Items, func(m domain.ProgrammeMatch) gen.ProgrammeMatch { return v.programmeMatch(m, own) })
		if m.Next != nil {
			want.NextCursor = s.cursors.encode(ctx, m.Next)
		}
		for range 2 { // what was kept of the first time is written the second time
			got, err := s.programmeMatches(ctx, m, own)
			require.NoError(t, err)
			require.Equal(t, encoded(t, want), string(got.room.body))
		}
	})
}

func TestDemandMatchesAreWrittenAsTheContractSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := oracletest.Catalogue("any").Draw(t, "catalogue")
		s, ctx := writing(&c)
		exchangeOf(ctx).language = rapid.SampledFrom(domain.Spoken()).Draw(t, "language")
		v := s.viewFor(ctx)
		m := drawnPage[domain.DemandMatch](t, domain.DemandRank{ID: oracletest.ID(1), Points: 5, Of: 10})
		outcomes := sourced(t, oracletest.Outcomes(0, 5).Draw(t, "outcomes"))
		for i := range rapid.IntRange(0, 3).Draw(t, "items") {
			d := oracletest.Demand(oracletest.ID(i)).Draw(t, "demand")
			d.Title.KK = drawnText(t)
			m.Items = append(m.Items, domain.DemandMatch{
				Demand: d, Organisation: drawnOrganisation(t), Explanation: domain.Explain(c.Relations(), d.Requirements, outcomes, nil),
			})
		}
		want := gen.DemandMatchList{Total: m.Total, Exact: m.Exact, Fallback: known(m.Fallback)}
		want.Items = mapped(m.Items, func(m domain.DemandMatch) gen.DemandMatch {
			return gen.DemandMatch{
				Demand: v.demandSummary(m.Demand, m.Organisation), Sentence: v.teller().Demand(m),
				Coverage: m.Coverage(), Points: m.Points, PointsOf: m.Of, MustsMet: m.MustsMet, Musts: m.Musts, Lines: mapped(m.Lines, v.line),
			}
		})
		if m.Next != nil {
			want.NextCursor = s.cursors.encode(ctx, m.Next)
		}
		for range 2 {
			got, err := s.demandMatches(ctx, m)
			require.NoError(t, err)
			require.Equal(t, encoded(t, want), string(got.room.body))
		}
	})
}

func TestACompetenceIsWrittenAsTheCatalogueInForceCallsIt(t *testing.T) {
	called := func(label string) *domain.Catalogue {
		c, err := domain.NewCatalogue(label, []domain.Framework{{ID: "house"}}, []domain.Competence{{ID: "house:a", Framework: "house", Label: domain.Text{EN: label}}})
		require.NoError(t, err)
		return c
	}
	c := called("")
	s, ctx := writing(&c)
	for _, label := range []string{"First <b>", "Second & last"} {
		c = called(label)
		page := domain.ProgrammeMatches{Items: []domain.ProgrammeMatch{{
			Programme: &domain.Programme{}, Organisation: &domain.Organisation{},
			Explanation: domain.Explanation{Score: domain.Score{Of: 1}, Lines: []domain.Line{{Requirement: &domain.Requirement{Competence: "house:a"}}}},
		}}}
		got, err := s.programmeMatches(ctx, page, nil)
		require.NoError(t, err)
		var read gen.ProgrammeMatchList
		require.NoError(t, json.Unmarshal(got.room.body, &read))
		require.Equal(t, label, read.Items[0].Lines[0].Competence.Label)
	}
}

// writing returns a server over a catalogue that may be another one later, and a reader.
func writing(c **domain.Catalogue) (*server, context.Context) {
	market := domain.NewMarket(nil, func() *domain.Catalogue { return *c }, nil)
	return &server{Deps: Deps{Market: market}, cursors: cursors{[]byte("secret")}},
		withExchange(context.Background(), &exchange{language: domain.English})
}

func drawnPage[M, R any](t *rapid.T, next R) (m domain.Matches[M, R]) {
	m.Total = rapid.IntRange(0, 1_000_000).Draw(t, "total")
	m.Exact, m.Fallback = rapid.Bool().Draw(t, "exact"), rapid.Bool().Draw(t, "fallback")
	if rapid.Bool().Draw(t, "more") {
		m.Next = &next
	}
	return m
}

func drawnText(t *rapid.T) string {
	return rapid.SampledFrom([]string{"", "Негіздер", `"<b>&\u2028`, "a\x00\xff\t"}).Draw(t, "text")
}

func drawnOrganisation(t *rapid.T) *domain.Organisation {
	return &domain.Organisation{ID: oracletest.ID(9), Kind: domain.College, Name: domain.Text{KK: drawnText(t), EN: "Qadam"}}
}

// sourced gives levels any source, which may be unknown.
func sourced(t *rapid.T, list []domain.Outcome) []domain.Outcome {
	for i := range list {
		list[i].Source = rapid.SampledFrom([]domain.LevelSource{"", domain.Declared, domain.Inferred, domain.Assumed}).Draw(t, "source")
	}
	return list
}

func encoded(t *rapid.T, v any) string {
	var out bytes.Buffer
	require.NoError(t, json.NewEncoder(&out).Encode(v))
	return out.String()
}
