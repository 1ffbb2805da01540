package domain

import (
	"cmp"
	"context"
	"slices"
)

// approach makes a good choice where seats or money do not suffice for what everybody would take alone: course by course
// what gains the most (for its price, if the price is limited), then again and again one or two people anew, given what
// the others take, while that makes it better and steps are left.
func (p *teamPlanner) approach(ctx context.Context, c *chosen) error {
	c.takes = make([][]int, len(p.pupils))
	p.fill(c.takes)
	groups, steps := p.groups(), stepsAgain
	for range mostPasses {
		better := false
		for _, group := range groups {
			if steps <= 0 {
				break
			}
			taken, improved, err := p.again(ctx, c.takes, group)
			if err != nil {
				return err
			}
			steps -= taken
			better = better || improved
		}
		if !better {
			break
		}
	}
	p.fill(c.takes)
	c.worth = p.worthOf(c.takes)
	return nil
}

// groups lists everybody, and pairs of those who could take from each other.
func (p *teamPlanner) groups() [][]int {
	var list [][]int
	for i := range p.pupils {
		list = append(list, []int{i})
	}
	for i, s := range p.pupils {
		for j, t := range p.pupils[:i] {
			if len(list) == len(p.pupils)+mostPairs {
				return list
			}
			if slices.ContainsFunc(s.useful, func(o int) bool {
				return p.offers[o].Seats < len(p.pupils) && slices.Contains(t.useful, o)
			}) || p.limits.MaxPrice != nil {
				list = append(list, []int{j, i})
			}
		}
	}
	return list
}

// again decides anew what some pupils take, and says how many steps that took and whether it is better.
func (p *teamPlanner) again(ctx context.Context, takes [][]int, group []int) (steps int, better bool, err error) {
	x := &teamSearch{teamPlanner: p, compare: p.compare, left: p.seats(), weeks: p.limits.MaxWeeks, most: stepsOnce, has: true}
	for i, s := range p.pupils {
		w := s.worthOf(takes[i])
		x.found = x.found.beside(w)
		if slices.Contains(group, i) {
			continue
		}
		x.others = x.others.beside(w)
		for _, o := range takes[i] {
			x.left[o]--
		}
	}
	for _, i := range group {
		x.parts = append(x.parts, newPart(p.pupils[i], x.seated(p.pupils[i]), p.compare))
	}
	if err := x.run(ctx); err != nil || x.best == nil {
		return x.steps + len(p.pupils), false, err
	}
	for n, i := range group {
		takes[i] = x.best[n]
	}
	return x.steps + len(p.pupils), true, nil
}

// fill adds course after course to what pupils take, while that gains anything.
func (p *teamPlanner) fill(takes [][]int) {
	left := p.seats()
	var spent int64
	rows := make([][]Credit, len(p.pupils))
	weeks := make([]int, len(p.pupils))
	for i, s := range p.pupils {
		rows[i] = slices.Clone(s.start)
		for _, o := range takes[i] {
			u := slices.Index(s.useful, o)
			raise(rows[i], s.rows[u])
			left[o]--
			spent += s.seats[u].Price
			weeks[i] += s.seats[u].Weeks
		}
	}
	next := make([]addition, len(p.pupils))
	for i, s := range p.pupils {
		next[i] = p.addition(s, rows[i], left, spent, weeks[i], len(takes[i]))
	}
	for {
		best := -1
		for i, s := range p.pupils {
			if a := next[i]; a.gain > 0 && (left[s.useful[a.place]] == 0 || !p.affords(spent+s.seats[a.place].Price)) {
				next[i] = p.addition(s, rows[i], left, spent, weeks[i], len(takes[i]))
			}
			if next[i].gain > 0 && (best < 0 || p.prefers(next[i], next[best])) {
				best = i
			}
		}
		if best < 0 {
			return
		}
		s, u := p.pupils[best], next[best].place
		raise(rows[best], s.rows[u])
		takes[best] = append(takes[best], s.useful[u])
		left[s.useful[u]]--
		spent += s.seats[u].Price
		weeks[best] += s.seats[u].Weeks
		next[best] = p.addition(s, rows[best], left, spent, weeks[best], len(takes[best]))
	}
}

// addition is one more course for somebody: its place in useful, what it gains and costs.
type addition struct {
	place int
	worth
}

// addition returns the best course that a pupil can still take; without gain if there is none.
func (p *teamPlanner) addition(s *pupil, row []Credit, left []int, spent int64, weeks, courses int) addition {
	var best addition
	if courses == MaxCoursesEach {
		return best
	}
	had := s.gain(row)
	for u, o := range s.useful {
		seat := s.seats[u]
		if left[o] == 0 || !meetsAll(s.entry[u], row) || !p.affords(spent+seat.Price) || p.limits.MaxWeeks != 0 && weeks+seat.Weeks > p.limits.MaxWeeks {
			continue
		}
		more := slices.Clone(row)
		raise(more, s.rows[u])
		a := addition{u, worth{s.gain(more) - had, seat}}
		if a.gain > 0 && (best.gain == 0 || p.prefers(a, best)) {
			best = a
		}
	}
	return best
}

// affords says whether a price is within the limit.
func (p *teamPlanner) affords(price int64) bool {
	return p.limits.MaxPrice == nil || price <= *p.limits.MaxPrice
}

// prefers says whether an addition comes before another one: it gains more, for its price if the price is limited; or it
// gains as much for less.
func (p *teamPlanner) prefers(a, b addition) bool {
	order := cmp.Compare(b.gain, a.gain)
	if p.limits.MaxPrice != nil {
		order = cmp.Compare(b.gain*(a.cost.Price+1), a.gain*(b.cost.Price+1))
	}
	return cmp.Or(order, p.compare(a.cost, b.cost)) < 0
}
