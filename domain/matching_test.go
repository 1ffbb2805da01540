package domain_test

import (
	"math/big"
	"testing"

	"kopir/domain"
	"kopir/search/coverage/oracletest"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCreditIsWholeForEveryRelationAndLevel(t *testing.T) {
	require.Equal(t, domain.Credit(3360), domain.Whole)
	for _, quarters := range []int{2, 3, 4} {
		for asked := domain.Level(1); asked <= domain.MaxLevel; asked++ {
			for held := domain.Level(0); held <= domain.MaxLevel; held++ {
				top := quarters * int(domain.Whole) * int(min(held, asked))
				require.Zero(t, top%(4*int(asked)), "r=%d/4 P=%d L=%d", quarters, held, asked)
				require.Equal(t, domain.Credit(top/(4*int(asked))), domain.CreditOf(quarters, held, asked))
			}
		}
	}
}

// The example of the product's description: three musts, two of them met, and the third at level 4 of 5.
func TestExplainGivesTheExample(t *testing.T) {
	rel := frameworks(t).Relations()
	asked := []domain.Requirement{
		{Competence: "esco:a", Level: 5, Source: domain.Declared, Importance: domain.Must},
		{Competence: "esco:b", Level: 3, Importance: domain.Must},
		{Competence: "esco:c", Level: 6, Importance: domain.Must},
	}
	offered := []domain.Outcome{
		{Competence: "esco:a", Level: 4, Source: domain.Inferred}, {Competence: "esco:b", Level: 3}, {Competence: "esco:c", Level: 8},
	}
	e := domain.Explain(rel, asked, offered, nil)
	require.Equal(t, domain.Score{Points: 37632, Of: 40320, MustsMet: 2, Musts: 3}, e.Score)
	require.InDelta(t, 0.9333, e.Coverage(), 0)
	require.Equal(t, domain.Line{
		Requirement: &asked[0], Relation: domain.Same, By: offered[0], Credit: 2688, Points: 10752,
	}, e.Lines[0])
}

func TestCoverageIsRoundedDownSoThatOneMeansEverything(t *testing.T) {
	for _, c := range []struct {
		points, of int64
		want       float64
	}{
		{0, 13440, 0}, {0, 0, 0}, {13439, 13440, 0.9999}, {13440, 13440, 1}, {4480, 13440, 0.3333}, {8960, 13440, 0.6666},
		{2687999, 2688000, 0.9999},
	} {
		require.InDelta(t, c.want, domain.Score{Points: c.points, Of: c.of}.Coverage(), 0, "%d/%d", c.points, c.of)
	}
}

func TestCoveragesAreComparedExactly(t *testing.T) {
	third := domain.Score{Points: 1120, Of: 3360}
	require.Zero(t, third.Compare(domain.Score{Points: 4480, Of: 13440}))
	require.Equal(t, 1, third.Compare(domain.Score{Points: 895_999, Of: 2_688_000}), "a float of four decimals sees no difference")
	require.Equal(t, -1, third.Compare(domain.Score{Points: 896_001, Of: 2_688_000}))
}

func TestWhatExplainsARequirement(t *testing.T) {
	rel := frameworks(t).Relations()
	for _, c := range []struct {
		name         string
		level        domain.Level
		offered, own []domain.Outcome
		want         domain.Line
	}{
		{"nothing that serves it", 4, outcomes("esco:c", 8), nil, domain.Line{}},
		{"the larger credit", 4, outcomes("esco:a", 3, "esco:narrow", 4), nil, line(domain.Same, "esco:a", 3, 2520)},
		{"the larger credit, though of a smaller r", 8, outcomes("esco:a", 4, "esco:narrow", 8), nil, line(domain.Narrower, "esco:narrow", 8, 2520)},
		{"of equal credits the larger r", 4, outcomes("esco:narrow", 4, "esco:a", 3), nil, line(domain.Same, "esco:a", 3, 2520)},
		{"of equal r the smaller id", 4, outcomes("esco:near", 4, "esco:narrow", 4), nil, line(domain.Narrower, "esco:narrow", 4, 2520)},
		{"of equal competences what is own", 4, outcomes("esco:a", 4), outcomes("esco:a", 4), line(domain.Own, "esco:a", 4, 3360)},
		{"a smaller id before what is own", 4, outcomes("ecf:a", 4), outcomes("esco:a", 4), line(domain.Exact, "ecf:a", 4, 3360)},
		{"own levels through relations", 4, nil, outcomes("esco:broad", 8), line(domain.Own, "esco:broad", 8, 1680)},
		{"no more than is asked", 2, outcomes("esco:a", 8), nil, line(domain.Same, "esco:a", 8, 3360)},
		{"never less for having more", 4, outcomes("esco:a", 4, "esco:broad", 8, "esco:near", 1), nil, line(domain.Same, "esco:a", 4, 3360)},
	} {
		t.Run(c.name, func(t *testing.T) {
			req := domain.Requirement{Competence: "esco:a", Level: c.level, Importance: domain.Should}
			c.want.Requirement, c.want.Points = &req, 2*int64(c.want.Credit)
			e := domain.Explain(rel, []domain.Requirement{req}, c.offered, c.own)
			require.Equal(t, c.want, e.Lines[0])
		})
	}
}

func TestAPrerequisiteIsMetByFullCreditOnly(t *testing.T) {
	rel := frameworks(t).Relations()
	asked := outcomes("esco:a", 4, "esco:c", 2)
	require.Equal(t, domain.Entry{Open: true}, domain.EntryFor(rel, nil, nil))
	require.Equal(t, domain.Entry{Open: true}, domain.EntryFor(rel, asked, outcomes("ecf:a", 4, "esco:c", 3)))
	require.Equal(t, domain.Entry{Missing: asked[:1]}, domain.EntryFor(rel, asked, outcomes("esco:narrow", 8, "esco:c", 2)))
	require.Equal(t, domain.Entry{Missing: asked}, domain.EntryFor(rel, asked, nil))
}

func TestProgrammesAreOrderedByCoverageMustsWeeksAndID(t *testing.T) {
	inOrder := []domain.ProgrammeRank{
		{ID: uuid.UUID{9}, Points: 10, MustsMet: 0, Weeks: 0},
		{ID: uuid.UUID{8}, Points: 9, MustsMet: 2, Weeks: 0},
		{ID: uuid.UUID{7}, Points: 9, MustsMet: 1, Weeks: 2},
		{ID: uuid.UUID{1}, Points: 9, MustsMet: 1, Weeks: 520},
		{ID: uuid.UUID{0, 1}, Points: 9, MustsMet: 1, Weeks: 0},
		{ID: uuid.UUID{0, 2}, Points: 9, MustsMet: 1, Weeks: 0},
	}
	totallyOrdered(t, inOrder, domain.ProgrammeRank.Compare)
}

func TestDemandsAreOrderedByCoverageWhatWasAskedOpeningsAndID(t *testing.T) {
	inOrder := []domain.DemandRank{
		{ID: uuid.UUID{9}, Points: 3360, Of: 3360},
		{ID: uuid.UUID{8}, Points: 4480, Of: 13440, Openings: 1},
		{ID: uuid.UUID{7}, Points: 1120, Of: 3360, Openings: 5},
		{ID: uuid.UUID{3}, Points: 1120, Of: 3360, Openings: 1},
		{ID: uuid.UUID{4}, Points: 1120, Of: 3360, Openings: 1},
		{ID: uuid.UUID{1}, Points: 1119, Of: 3360, Openings: 9},
	}
	totallyOrdered(t, inOrder, domain.DemandRank.Compare)
}

func TestAdviceIsOrderedByGainLevelsToGoAndID(t *testing.T) {
	inOrder := []domain.AdviceRank{
		{Competence: "esco:z", Level: 8, Gain: big.NewRat(1, 2)},
		{Competence: "esco:y", From: 5, Level: 6, Gain: big.NewRat(1, 3)},
		{Competence: "esco:w", Level: 2, Gain: big.NewRat(1, 3)},
		{Competence: "esco:x", From: 1, Level: 3, Gain: big.NewRat(1, 3)},
		{Competence: "esco:a", Level: 1, Gain: big.NewRat(333_333_333, 1_000_000_000)},
	}
	totallyOrdered(t, inOrder, domain.AdviceRank.Compare)
}

func TestTheLargestPartsOfAGainCompareExactly(t *testing.T) {
	most := int64(domain.MaxRequirements) * 4 * int64(domain.Whole)
	inOrder := []domain.DemandGain{
		{ID: uuid.UUID{9}, Openings: domain.MaxOpenings, Points: most, Of: most},
		{ID: uuid.UUID{1}, Openings: domain.MaxOpenings, Points: most - 1, Of: most},
		{ID: uuid.UUID{2}, Openings: domain.MaxOpenings, Points: most - 2, Of: most},
		{ID: uuid.UUID{3}, Openings: 2, Points: 3360, Of: 6720},
		{ID: uuid.UUID{4}, Openings: 1, Points: 3360, Of: 3360},
	}
	totallyOrdered(t, inOrder, domain.DemandGain.Compare)
	require.Zero(t, inOrder[3].Gain().Cmp(inOrder[4].Gain()))
	require.InDelta(t, 0.3333, domain.RoundedGain(big.NewRat(1, 3)), 0)
	require.InDelta(t, 99999.9627, domain.RoundedGain(inOrder[1].Gain()), 0)
}

func totallyOrdered[R any](t *testing.T, inOrder []R, compare func(R, R) int) {
	for i, a := range inOrder {
		for j, b := range inOrder {
			switch c := compare(a, b); {
			case i < j:
				require.Negative(t, c, "%d before %d", i, j)
			case i > j:
				require.Positive(t, c, "%d after %d", i, j)
			default:
				require.Zero(t, c)
			}
		}
	}
}

func TestExplainAgreesWithTheDescriptionLineByLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := oracletest.Catalogue("any").Draw(t, "catalogue")
		oracle := oracletest.New(c.Competences(), oracletest.Right)
		for range 10 {
			reqs := oracletest.Requirements().Draw(t, "requirements")
			offered, own := oracletest.Outcomes(0, 6).Draw(t, "offered"), oracletest.Outcomes(0, 4).Draw(t, "own")
			e := domain.Explain(c.Relations(), reqs, offered, own)
			require.Len(t, e.Lines, len(reqs))
			require.Empty(t, difference(oracle, e, reqs, offered, own))
		}
	})
}

func TestAnExplainerAgreesWithExplainForOneOfferAfterTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rel := oracletest.Catalogue("any").Draw(t, "catalogue").Relations()
		reqs, own := oracletest.Requirements().Draw(t, "requirements"), oracletest.Outcomes(0, 4).Draw(t, "own")
		x := domain.NewExplainer(rel, reqs, own)
		for range 5 {
			offered := oracletest.Outcomes(0, 6).Draw(t, "offered")
			require.Equal(t, domain.Explain(rel, reqs, offered, own), x.Explain(offered))
		}
	})
}

func TestEveryWrongRuleOfExplainingWouldBeNoticed(t *testing.T) {
	for _, wrong := range []oracletest.Mutation{
		oracletest.StepsMultiply, oracletest.UpAndDown, oracletest.CloseIsExact, oracletest.TiesIgnoreR, oracletest.OfferedBeforeOwn,
	} {
		t.Run(wrong.String(), func(t *testing.T) {
			for seed := range 100 {
				c := oracletest.Catalogue("any").Example(seed)
				oracle := oracletest.New(c.Competences(), wrong)
				reqs := oracletest.Requirements().Example(seed)
				offered, own := oracletest.Outcomes(0, 6).Example(seed), oracletest.Outcomes(0, 4).Example(seed+100)
				if difference(oracle, domain.Explain(c.Relations(), reqs, offered, own), reqs, offered, own) != "" {
					return
				}
			}
			require.Fail(t, "what is drawn does not tell this from what is right")
		})
	}
}

// difference says where an explanation differs from the oracle's, or nothing.
func difference(o *oracletest.Oracle, e domain.Explanation, reqs []domain.Requirement, offered, own []domain.Outcome) string {
	var points, of int64
	musts, met := 0, 0
	for i, req := range reqs {
		want := o.Line(req, offered, own)
		got := e.Lines[i]
		credit, whole := oracletest.Units(want.Credit)
		points, of = points+got.Points, of+req.Importance.Weight()*3360
		if req.Importance == domain.Must {
			musts++
			if credit == 3360 {
				met++
			}
		}
		switch {
		case !whole:
			return "the credit is not whole"
		case *got.Requirement != req:
			return "another requirement"
		case int64(got.Credit) != credit:
			return "credit"
		case got.Points != credit*req.Importance.Weight():
			return "points of a line"
		case got.Relation != want.Label:
			return "relation"
		case got.By != want.By:
			return "by"
		}
	}
	if (e.Score != domain.Score{Points: points, Of: of, MustsMet: met, Musts: musts}) {
		return "score"
	}
	return ""
}

// outcomes returns outcomes from pairs of a competence and a level.
func outcomes(pairs ...any) []domain.Outcome {
	var list []domain.Outcome
	for _, v := range pairs {
		switch v := v.(type) {
		case string:
			list = append(list, domain.Outcome{Competence: domain.CompetenceID(v)})
		case int:
			list[len(list)-1].Level = domain.Level(v)
		}
	}
	return list
}

func line(r domain.Relation, by string, l domain.Level, c domain.Credit) domain.Line {
	return domain.Line{Relation: r, By: domain.Outcome{Competence: domain.CompetenceID(by), Level: l}, Credit: c}
}
