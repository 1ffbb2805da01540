package domain

import (
	"cmp"
	"math/big"
	"slices"

	"github.com/google/uuid"
)

// Advice on outcomes says which competence would serve open demands better, added to the outcomes at a level, or raised
// there to it. Its gain is the sum over those demands of openings × (coverage with it − coverage without it): one opening
// that nothing served and that is met in full now is a gain of 1.

// AdviceQuery asks the coverage index what to add to outcomes, for the demands that are open today and satisfy the
// constraints.
type AdviceQuery struct {
	Outcomes    []Outcome
	Constraints DemandConstraints
	Today       Date
	Skip        int // of the best
	Limit       int
	Examples    int // how many demands to name with each
}

// AdviceRank is a competence at the level at which it gains most; of equal levels the lowest.
type AdviceRank struct {
	Competence CompetenceID
	From       Level // that the outcomes have it at; 0 if they do not have it
	Level      Level
	Gain       *big.Rat // above 0
}

// Compare returns a negative number if r comes before s in advice on the same outcomes. The order is total: gain, fewer
// levels to go, id.
func (r AdviceRank) Compare(s AdviceRank) int {
	return cmp.Or(
		s.Gain.Cmp(r.Gain),
		cmp.Compare(r.Level-r.From, s.Level-s.From),
		cmp.Compare(r.Competence, s.Competence),
	)
}

// Advised is one piece of advice.
type Advised struct {
	AdviceRank
	Levels   []LevelGain  // at each level that some demand asks for, up to Level, rising
	Demands  int          // whose coverage grows
	Openings int64        // of those
	Examples []DemandGain // those of them that gain most
}

// LevelGain is what a competence would gain at a level.
type LevelGain struct {
	Level Level
	Gain  *big.Rat
}

// DemandGain is the part that one demand has in a gain: openings · Points / Of.
type DemandGain struct {
	ID       uuid.UUID
	Openings int
	Points   int64 // more than before
	Of       int64 // Whole·W: the demand's own
}

// Gain returns the part.
func (g DemandGain) Gain() *big.Rat {
	return new(big.Rat).SetFrac64(int64(g.Openings)*g.Points, g.Of)
}

// Compare returns a negative number if g comes before h. The order is total: gain, id. Of at most 100,000 openings and 200
// requirements neither product comes near the end of int64.
func (g DemandGain) Compare(h DemandGain) int {
	return cmp.Or(
		cmp.Compare(int64(h.Openings)*h.Points*g.Of, int64(g.Openings)*g.Points*h.Of),
		compareIDs(g.ID, h.ID),
	)
}

// RoundedGain returns a gain for display: rounded down to four decimals.
func RoundedGain(gain *big.Rat) float64 {
	n := new(big.Int).Mul(gain.Num(), big.NewInt(10_000))
	rounded, _ := new(big.Float).SetInt(n.Quo(n, gain.Denom())).Float64()
	return rounded / 10_000
}

// WithOutcome returns outcomes with a competence at a level, added or raised.
func WithOutcome(outcomes []Outcome, c CompetenceID, l Level) []Outcome {
	out := slices.Clone(outcomes)
	for i := range out {
		if out[i].Competence == c {
			out[i].Level = max(out[i].Level, l)
			return out
		}
	}
	return append(out, Outcome{Competence: c, Level: l, Source: Assumed})
}
