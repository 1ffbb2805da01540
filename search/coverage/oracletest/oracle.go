package oracletest

import (
	"math/big"
	"sort"

	"kopir/domain"
)

// Oracle knows how competences stand to each other.
type Oracle struct {
	wrong Mutation
	kin   map[domain.CompetenceID]map[domain.CompetenceID]Kin // asked → offered
}

// Kin is how an offered competence stands to an asked one: the label, and the share of credit that passes.
type Kin struct {
	Label domain.Relation
	R     *big.Rat
}

// The kinds of steps, as bits of what a path has used.
const (
	exactStep = 1 << iota
	closeStep
	narrowerStep
	broaderStep
	allSteps = 1<<iota - 1
)

// New works out all relations, by the set of kinds of steps that each path has used.
func New(competences []domain.Competence, wrong Mutation) *Oracle {
	o := &Oracle{wrong, make(map[domain.CompetenceID]map[domain.CompetenceID]Kin)}
	steps := stepsOf(competences)
	for _, c := range competences {
		if wrong == StepsMultiply {
			o.kin[c.ID] = o.multiplied(steps, c.ID)
		} else {
			o.kin[c.ID] = o.leastStep(steps, c.ID)
		}
	}
	return o
}

// step leads from one competence to another.
type step struct {
	to   domain.CompetenceID
	kind int
}

func stepsOf(competences []domain.Competence) map[domain.CompetenceID][]step {
	steps := make(map[domain.CompetenceID][]step)
	add := func(a, b domain.CompetenceID, there, back int) {
		steps[a] = append(steps[a], step{b, there})
		steps[b] = append(steps[b], step{a, back})
	}
	for _, c := range competences {
		for _, b := range c.Broader {
			add(c.ID, b, broaderStep, narrowerStep)
		}
		for _, e := range c.Exact {
			add(c.ID, e, exactStep, exactStep)
		}
		for _, e := range c.Close {
			add(c.ID, e, closeStep, closeStep)
		}
	}
	return steps
}

// allowed says whether a path may have used these steps: never both up and down.
func (o *Oracle) allowed(used int) bool {
	return o.wrong == UpAndDown || used&(narrowerStep|broaderStep) != narrowerStep|broaderStep
}

func (o *Oracle) leastStep(steps map[domain.CompetenceID][]step, asked domain.CompetenceID) map[domain.CompetenceID]Kin {
	type place struct {
		at   domain.CompetenceID
		used int
	}
	seen := map[place]bool{{asked, 0}: true}
	todo := []place{{asked, 0}}
	best := make(map[domain.CompetenceID]Kin)
	for len(todo) > 0 {
		p := todo[0]
		todo = todo[1:]
		kin := o.kinOf(p.used)
		if was, ok := best[p.at]; !ok || precedes(kin, was) {
			best[p.at] = kin
		}
		for _, s := range steps[p.at] {
			next := place{s.to, p.used | s.kind}
			if o.allowed(next.used) && !seen[next] {
				seen[next] = true
				todo = append(todo, next)
			}
		}
	}
	return best
}

// precedes orders relations of the same pair: larger r, and at three quarters equivalence before narrowness.
func precedes(a, b Kin) bool {
	if c := a.R.Cmp(b.R); c != 0 {
		return c > 0
	}
	order := map[domain.Relation]int{domain.Same: 0, domain.Exact: 1, domain.Close: 2, domain.Narrower: 3, domain.Broader: 4}
	return order[a.Label] < order[b.Label]
}

// kinOf labels a path by the steps it has used.
func (o *Oracle) kinOf(used int) Kin {
	switch {
	case used == 0:
		return Kin{domain.Same, big.NewRat(1, 1)}
	case used&broaderStep != 0:
		return Kin{domain.Broader, big.NewRat(1, 2)}
	case used&narrowerStep != 0:
		return Kin{domain.Narrower, big.NewRat(3, 4)}
	case used&closeStep != 0:
		if o.wrong == CloseIsExact {
			return Kin{domain.Exact, big.NewRat(1, 1)}
		}
		return Kin{domain.Close, big.NewRat(3, 4)}
	default:
		return Kin{domain.Exact, big.NewRat(1, 1)}
	}
}

// Between returns how offered stands to asked. A competence that nobody knows serves itself.
func (o *Oracle) Between(asked, offered domain.CompetenceID) (Kin, bool) {
	if asked == offered {
		return o.kinOf(0), true
	}
	k, ok := o.kin[asked][offered]
	return k, ok
}

// Line is why a requirement has its credit.
type Line struct {
	Credit *big.Rat // 0 to 1
	Label  domain.Relation
	By     domain.Outcome
}

type offer struct {
	domain.Outcome
	kin    Kin
	own    bool
	credit *big.Rat
}

// Line lists everything that serves a requirement and takes the first in order: credit, r, competence id, own.
func (o *Oracle) Line(req domain.Requirement, offered, own []domain.Outcome) Line {
	var offers []offer
	add := func(outcomes []domain.Outcome, own bool) {
		for _, out := range outcomes {
			if kin, ok := o.Between(req.Competence, out.Competence); ok {
				share := big.NewRat(int64(min(out.Level, req.Level)), int64(req.Level))
				offers = append(offers, offer{out, kin, own, share.Mul(share, kin.R)})
			}
		}
	}
	add(own, true)
	add(offered, false)
	if len(offers) == 0 {
		return Line{Credit: new(big.Rat)}
	}
	sort.SliceStable(offers, func(i, j int) bool { return o.explainsBefore(offers[i], offers[j]) })
	first := offers[0]
	if first.own {
		return Line{first.credit, domain.Own, first.Outcome}
	}
	return Line{first.credit, first.kin.Label, first.Outcome}
}

func (o *Oracle) explainsBefore(a, b offer) bool {
	if c := a.credit.Cmp(b.credit); c != 0 {
		return c > 0
	}
	if c := a.kin.R.Cmp(b.kin.R); c != 0 && o.wrong != TiesIgnoreR {
		return c > 0
	}
	if a.Competence != b.Competence {
		return a.Competence < b.Competence
	}
	if o.wrong == OfferedBeforeOwn {
		return !a.own && b.own
	}
	return a.own && !b.own
}

// Units returns a fraction in units of 1/3360, and whether it is a whole number of them.
func Units(r *big.Rat) (int64, bool) {
	u := new(big.Rat).Mul(r, big.NewRat(3360, 1))
	return new(big.Int).Quo(u.Num(), u.Denom()).Int64(), u.IsInt()
}
