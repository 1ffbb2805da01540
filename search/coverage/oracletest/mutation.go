package oracletest

import (
	"math/big"

	"kopir/domain"
)

// Mutation is one rule to get wrong.
type Mutation int

// The mutations. Right is none.
const (
	Right Mutation = iota
	StepsMultiply
	UpAndDown
	CloseIsExact
	TiesIgnoreR       // shows in explanations only
	OfferedBeforeOwn  // shows in explanations only
	SumOfOutcomes     // credits add up instead of the best one counting
	OwnLevelsReplaced // the better of own levels and programme as a whole, not requirement by requirement
	EveryLearnerMatch // a learner is shown programmes that add nothing
	NoMustsInOrder
	UnknownWeeksFirst
	IDsFall
	AskedMoreIgnored
	FewerOpeningsFirst
	FloatCoverage // two decimals decide
	LastDayClosed
	RegionAndStartApart
	OnlineNowhere
	RemoteNowhere
	ForeignPriceCounts
	UnknownWeeksFit
	AllMustsIgnored
	AmongIgnored
	WithoutIgnored
	mutations
)

// Mutations lists everything that can be made wrong.
func Mutations() []Mutation {
	var list []Mutation
	for m := Right + 1; m < mutations; m++ {
		list = append(list, m)
	}
	return list
}

// OnlyExplained says that a mutation changes explanations and no ranks.
func (m Mutation) OnlyExplained() bool { return m == TiesIgnoreR || m == OfferedBeforeOwn }

func (m Mutation) String() string {
	return [...]string{"right", "steps multiply", "up and down", "close is exact", "ties ignore r", "offered before own",
		"sum of outcomes", "own levels replaced", "every learner match", "no musts in order", "unknown weeks first",
		"ids fall", "asked more ignored", "fewer openings first", "float coverage", "last day closed",
		"region and start apart", "online nowhere", "remote nowhere", "foreign price counts", "unknown weeks fit",
		"all musts ignored", "among ignored", "without ignored"}[m]
}

// multiplied is what relations would be if steps were multiplied.
func (o *Oracle) multiplied(steps map[domain.CompetenceID][]step, asked domain.CompetenceID) map[domain.CompetenceID]Kin {
	type place struct {
		at   domain.CompetenceID
		used int
	}
	best := map[place]*big.Rat{{asked, 0}: big.NewRat(1, 1)}
	for todo := []place{{asked, 0}}; len(todo) > 0; todo = todo[1:] {
		p := todo[0]
		for _, s := range steps[p.at] {
			next := place{s.to, p.used | s.kind}
			r := new(big.Rat).Mul(best[p], o.kinOf(s.kind).R)
			if was, ok := best[next]; o.allowed(next.used) && (!ok || r.Cmp(was) > 0) {
				best[next] = r
				todo = append(todo, next)
			}
		}
	}
	out := make(map[domain.CompetenceID]Kin)
	for p, r := range best {
		kin := Kin{o.kinOf(p.used).Label, r}
		if was, ok := out[p.at]; !ok || precedes(kin, was) {
			out[p.at] = kin
		}
	}
	return out
}
