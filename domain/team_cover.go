package domain

import (
	"cmp"
	"math/bits"
	"slices"
)

// cover looks, for one person, for what costs the least of all that brings everything that can be brought. What matters
// of an offer then is a set of bits: which requirements it brings as far as any offer does, and which prerequisites it meets.
type cover struct {
	*pupil
	compare func(a, b TeamCost) int
	within  func(all TeamCost) bool
	goal    uint64   // the requirements that can be brought nearer
	gives   []uint64 // by place in useful
	takes   []uint64
	by      [64][]int // who gives a bit, the cheapest first
	shares  [64]share // what a bit costs at least
	taken   []int
	best    []int
	cost    TeamCost
	steps   int
	unsure  bool // not everything was looked at
}

// share is the part of a cost that falls on one of the bits that an offer gives, times 5040.
type share struct{ price, unpriced, seats, weeks, untimed int64 }

const wholeShare = 5040

func shareOf(c TeamCost, among int) share {
	of := func(n int64) int64 { return n * wholeShare / int64(among) }
	return share{of(c.Price), of(int64(c.Unpriced)), of(int64(c.Seats)), of(int64(c.Weeks)), of(int64(c.Untimed))}
}

func (s share) min(t share) share {
	return share{min(s.price, t.price), min(s.unpriced, t.unpriced), min(s.seats, t.seats), min(s.weeks, t.weeks), min(s.untimed, t.untimed)}
}

func (s share) plus(t share) share {
	return share{s.price + t.price, s.unpriced + t.unpriced, s.seats + t.seats, s.weeks + t.weeks, s.untimed + t.untimed}
}

func (s share) cost() TeamCost {
	return TeamCost{
		Price: s.price / wholeShare, Unpriced: int(s.unpriced / wholeShare), Seats: int(s.seats / wholeShare),
		Weeks: int(s.weeks / wholeShare), Untimed: int(s.untimed / wholeShare),
	}
}

// covered returns the best that somebody can take alone if it brings everything that can be brought, in an order in which
// it can be entered, and whether that is certain; it is not if nothing within the limits brings everything.
func (p *teamPlanner) covered(s *pupil, compare func(a, b TeamCost) int, weeks, steps int) ([]int, bool) {
	if len(s.start) > 64 {
		return nil, false
	}
	x := &cover{pupil: s, compare: compare, steps: steps, within: func(all TeamCost) bool {
		return p.affords(all.Price) && (weeks == 0 || all.Weeks <= weeks)
	}}
	x.weigh()
	x.list(func(a, b TeamCost) bool {
		return (weeks == 0 || a.Weeks <= b.Weeks) && (p.limits.MaxPrice == nil || a.Price <= b.Price)
	})
	x.extend(0, x.goal, TeamCost{})
	if x.unsure || x.best == nil {
		return nil, false
	}
	order, ok := s.inOrder(x.best)
	return order, ok
}

// weigh turns credits into bits.
func (x *cover) weigh() {
	tops := slices.Clone(x.start)
	for _, row := range x.rows {
		raise(tops, row)
	}
	for c := range tops {
		if c < len(x.weights) && tops[c] > x.start[c] {
			x.goal |= 1 << c
		}
	}
	for u, row := range x.rows {
		var gives, takes uint64
		for c := range row {
			if row[c] > x.start[c] && row[c] == tops[c] && (c < len(x.weights) || row[c] == Whole) {
				gives |= 1 << c
			}
		}
		for _, c := range x.entry[u] {
			takes |= 1 << c
		}
		x.gives, x.takes = append(x.gives, gives), append(x.takes, takes)
	}
}

// list notes for every bit who gives it, without those that another one makes needless.
func (x *cover) list(fitsNoWorse func(a, b TeamCost) bool) {
	places := make([]int, len(x.useful))
	for u := range places {
		places[u] = u
	}
	slices.SortStableFunc(places, func(a, b int) int {
		return cmp.Or(x.compare(x.seats[a], x.seats[b]), cmp.Compare(bits.OnesCount64(x.gives[b]), bits.OnesCount64(x.gives[a])))
	})
	var kept []int
	for _, b := range places {
		needless := slices.ContainsFunc(kept, func(a int) bool {
			return x.gives[b]&^x.gives[a] == 0 && x.takes[a]&^x.takes[b] == 0 && fitsNoWorse(x.seats[a], x.seats[b])
		})
		if needless {
			continue
		}
		kept = append(kept, b)
		for rest := x.gives[b]; rest != 0; rest &= rest - 1 {
			bit := bits.TrailingZeros64(rest)
			if x.goal&(1<<bit) != 0 {
				part := shareOf(x.seats[b], bits.OnesCount64(x.gives[b]&x.goal))
				if len(x.by[bit]) > 0 {
					part = part.min(x.shares[bit])
				}
				x.shares[bit] = part
			}
			x.by[bit] = append(x.by[bit], b)
		}
	}
}

// extend takes each of the offers that give one of the missing bits, the one that the fewest give.
func (x *cover) extend(have, wanted uint64, own TeamCost) {
	missing := wanted &^ have
	if missing == 0 {
		x.offer(own)
		return
	}
	var least share
	rarest := -1
	for rest := missing; rest != 0; rest &= rest - 1 {
		bit := bits.TrailingZeros64(rest)
		least = least.plus(x.shares[bit])
		if rarest < 0 || len(x.by[bit]) < len(x.by[rarest]) {
			rarest = bit
		}
	}
	if x.best != nil && x.compare(own.then(least.cost()), x.cost) >= 0 || len(x.taken) == MaxCoursesEach {
		return
	}
	for _, u := range x.by[rarest] {
		if x.steps--; x.steps < 0 {
			x.unsure = true
			return
		}
		if all := own.then(x.seats[u]); x.within(all) && (x.best == nil || x.compare(all, x.cost) < 0) {
			x.taken = append(x.taken, u)
			x.extend(have|x.gives[u], wanted|x.takes[u], all)
			x.taken = x.taken[:len(x.taken)-1]
		}
	}
}

// offer keeps what is taken if it is the best so far. Where each of some programmes takes what another one of them
// teaches, there may be a way around that is not looked for here.
func (x *cover) offer(own TeamCost) {
	if x.best != nil && x.compare(own, x.cost) >= 0 {
		return
	}
	if _, ok := x.inOrder(x.taken); !ok {
		x.unsure = true
		return
	}
	x.best, x.cost = append([]int{}, x.taken...), own
}
