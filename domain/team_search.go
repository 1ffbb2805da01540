package domain

import (
	"cmp"
	"context"
	"slices"
)

// How many steps a search may take before it gives up being exact.
const (
	stepsAlone    = 1_000_000 // for everybody, each as if the others were not there
	stepsAgain    = 400_000   // for what is decided anew
	stepsOnce     = 5_000     // for one or two people of these
	stepsTogether = 200_000   // for all at once
	mostPairs     = 500
	mostPasses    = 4
)

// pupil is somebody who is short of something, and what could be of use to them. Credits are held in rows of the few
// askings that matter: first those of the requirements that are not met, then prerequisites.
type pupil struct {
	employee int
	weights  []int64    // of the unmet requirements
	start    []Credit   // what is held
	useful   []int      // offers, the most helpful first
	rows     [][]Credit // what they teach
	entry    [][]int    // and take, of what is not held
	seats    []TeamCost // and cost
	most     int64      // what can be gained at most
	least    TeamCost   // and at what cost at least
}

// pupil returns somebody of the staff as a pupil; nil if they meet everything.
func (p *teamPlanner) pupil(employee int) *pupil {
	held, role := p.held[employee], p.roles[employee]
	s := &pupil{employee: employee}
	var askings []int
	at := make(map[int]int)
	column := func(asking int) {
		if _, ok := at[asking]; !ok {
			at[asking] = len(askings)
			askings = append(askings, asking)
		}
	}
	for i, n := range p.numbers[role] {
		if held[n] < Whole {
			column(n)
			s.weights = append(s.weights, p.team.Roles[role].Requirements[i].Importance.Weight())
		}
	}
	if len(askings) == 0 {
		return nil
	}
	for _, o := range p.helpful(held, askings) {
		s.useful = append(s.useful, o)
		for _, n := range p.offers[o].entry {
			if held[n] < Whole {
				column(n)
			}
		}
	}
	pick := func(credits []Credit) []Credit {
		row := make([]Credit, len(askings))
		for i, n := range askings {
			row[i] = max(credits[n], held[n])
		}
		return row
	}
	s.start = pick(held)
	rows := make(map[int][]Credit, len(s.useful))
	gains := make(map[int]int64, len(s.useful))
	for _, o := range s.useful {
		rows[o] = pick(p.offers[o].credits)
		gains[o] = s.gain(rows[o])
	}
	slices.SortStableFunc(s.useful, func(a, b int) int {
		return cmp.Or(cmp.Compare(gains[b], gains[a]), p.compare(p.offers[a].seat, p.offers[b].seat))
	})
	for _, o := range s.useful {
		var entry []int
		for _, n := range p.offers[o].entry {
			if held[n] < Whole {
				entry = append(entry, at[n])
			}
		}
		s.rows, s.entry, s.seats = append(s.rows, rows[o]), append(s.entry, entry), append(s.seats, p.offers[o].seat)
	}
	return s
}

// helpful lists the offers that somebody can come to enter and that teach what they lack: of some askings, or of the
// prerequisites of such an offer.
func (p *teamPlanner) helpful(held []Credit, lacks []int) []int {
	reach := slices.Clone(held)
	reached := make([]bool, len(p.offers))
	for more := true; more; {
		more = false
		for i, o := range p.offers {
			if !reached[i] && o.allowed && meetsAll(o.entry, reach) {
				reached[i], more = true, true
				raise(reach, o.credits)
			}
		}
	}
	wanted := make([]bool, len(p.asked))
	for _, n := range lacks {
		wanted[n] = true
	}
	helps := make([]bool, len(p.offers))
	for more := true; more; {
		more = false
		for i, o := range p.offers {
			if !reached[i] || helps[i] || !lifts(o.credits, held, wanted) {
				continue
			}
			helps[i], more = true, true
			for _, n := range o.entry {
				wanted[n] = wanted[n] || held[n] < Whole
			}
		}
	}
	var list []int
	for i, h := range helps {
		if h {
			list = append(list, i)
		}
	}
	return list
}

func lifts(credits, held []Credit, wanted []bool) bool {
	for n, w := range wanted {
		if w && credits[n] > held[n] {
			return true
		}
	}
	return false
}

// gain is what a row of credits earns more than what is held.
func (s *pupil) gain(row []Credit) int64 {
	var sum int64
	for i, w := range s.weights {
		sum += w * int64(row[i]-s.start[i])
	}
	return sum
}

// costOf is what some offers cost somebody.
func (s *pupil) costOf(offers []int) TeamCost {
	var c TeamCost
	for _, o := range offers {
		c = c.then(s.seats[slices.Index(s.useful, o)])
	}
	return c
}

// inOrder returns a set of useful offers, given by their places in the list, as offers in an order in which each can be
// entered, and whether there is one.
func (s *pupil) inOrder(set []int) ([]int, bool) {
	row, rest := slices.Clone(s.start), slices.Clone(set)
	var order []int
	for len(rest) > 0 {
		i := slices.IndexFunc(rest, func(u int) bool { return meetsAll(s.entry[u], row) })
		if i < 0 {
			return nil, false
		}
		raise(row, s.rows[rest[i]])
		order = append(order, s.useful[rest[i]])
		rest = slices.Delete(rest, i, i+1)
	}
	return order, true
}

// undominated leaves out of some places of useful offers those that another of them makes needless: it teaches all that
// they teach, takes no more to enter, and costs no more by a rule. Of two that are alike the first stays.
func (s *pupil) undominated(places []int, costsNoMore func(a, b TeamCost) bool) []int {
	covers := func(a, b int) bool {
		return costsNoMore(s.seats[a], s.seats[b]) && noMore(s.rows[b], s.rows[a]) && subset(s.entry[a], s.entry[b])
	}
	var list []int
	for _, b := range places {
		if !slices.ContainsFunc(places, func(a int) bool { return a != b && covers(a, b) && (a < b || !covers(b, a)) }) {
			list = append(list, b)
		}
	}
	return list
}

// noMore says whether no credit of a row is above that of another.
func noMore(row, other []Credit) bool {
	for i, c := range row {
		if c > other[i] {
			return false
		}
	}
	return true
}

func subset(a, b []int) bool {
	return !slices.ContainsFunc(a, func(n int) bool { return !slices.Contains(b, n) })
}

// worth is what is gained and what it costs.
type worth struct {
	gain int64
	cost TeamCost
}

// chosen is what every pupil takes, in an order in which it can be entered.
type chosen struct {
	takes [][]int // offers, by pupil
	worth
	exact bool
	bound worth // what no choice surpasses
}

// choose decides what pupils take.
func (p *teamPlanner) choose(ctx context.Context) (chosen, error) {
	alone, complete, err := p.alone(ctx)
	if err != nil {
		return chosen{}, err
	}
	bound := worth{}
	for _, s := range p.pupils {
		bound.gain += s.most
		bound.cost = bound.cost.beside(s.least)
	}
	c := chosen{takes: alone, worth: p.worthOf(alone), bound: bound, exact: complete}
	if p.fits(alone) {
		return c, nil
	}
	c.exact = false
	if err := p.approach(ctx, &c); err != nil {
		return c, err
	}
	if complete {
		err = p.together(ctx, &c)
	}
	return c, err
}

// alone decides for every pupil as if there were no others, which is what all of them together can at best have, and says
// whether each of the answers is exact.
func (p *teamPlanner) alone(ctx context.Context) (takes [][]int, complete bool, err error) {
	complete = true
	var weeks int
	takes = make([][]int, len(p.pupils))
	for i, s := range p.pupils {
		found, exact, err := p.solve(ctx, s, p.compare, p.limits.MaxWeeks)
		if err != nil {
			return nil, false, err
		}
		takes[i], s.most, s.least = found.takes[0], found.gain, found.cost
		weeks = max(weeks, found.cost.Weeks)
		if p.limits.Shortest && exact {
			cheap, sure, err := p.solve(ctx, s, compareCosts(false), p.limits.MaxWeeks)
			if err != nil {
				return nil, false, err
			}
			exact = sure
			s.least = TeamCost{cheap.cost.Price, cheap.cost.Unpriced, cheap.cost.Seats, found.cost.Weeks, found.cost.Untimed}
		}
		if !exact {
			complete = false
			s.most, s.least = s.ceiling(), TeamCost{}
		}
	}
	if p.limits.Shortest && complete && weeks > 0 { // nobody needs to be done before the last one is
		for i, s := range p.pupils {
			found, exact, err := p.solve(ctx, s, cheapestWithin, weeks)
			if err != nil {
				return nil, false, err
			}
			takes[i], complete = found.takes[0], complete && exact
		}
	}
	return takes, complete, nil
}

// cheapestWithin orders the costs of one person who has some weeks.
func cheapestWithin(a, b TeamCost) int {
	return cmp.Or(cmp.Compare(a.Untimed, b.Untimed), compareCosts(false)(a, b))
}

// ceiling is what somebody gains who takes everything that is of use.
func (s *pupil) ceiling() int64 {
	row := slices.Clone(s.start)
	for _, r := range s.rows {
		raise(row, r)
	}
	return s.gain(row)
}

// solve finds the best that one pupil can take with the whole of the price and some weeks, and says whether it is certain.
func (p *teamPlanner) solve(ctx context.Context, s *pupil, compare func(a, b TeamCost) int, weeks int) (chosen, bool, error) {
	steps := min(20_000, stepsAlone/len(p.pupils))
	if takes, ok := p.covered(s, compare, weeks, steps); ok {
		return chosen{takes: [][]int{takes}, worth: s.worthOf(takes)}, true, ctx.Err()
	}
	x := &teamSearch{teamPlanner: p, compare: compare, left: p.seats(), weeks: weeks, most: steps, single: true}
	x.parts = []*teamPart{newPart(s, x.choices(s), compare)}
	err := x.run(ctx)
	return chosen{takes: x.best, worth: x.found}, !x.cut, err
}

// choices returns the places of the useful offers that somebody alone need look at.
func (x *teamSearch) choices(s *pupil) []int {
	places := x.seated(s)
	if len(places) > 100 {
		return places // to compare each with each would take longer than it saves
	}
	return s.undominated(places, func(a, b TeamCost) bool {
		return x.compare(a, b) <= 0 && (x.weeks == 0 || a.Weeks <= b.Weeks) && (x.limits.MaxPrice == nil || a.Price <= b.Price)
	})
}

// seated returns the places of the useful offers that have seats.
func (x *teamSearch) seated(s *pupil) []int {
	var places []int
	for u, o := range s.useful {
		if x.left[o] > 0 {
			places = append(places, u)
		}
	}
	return places
}

// worthOf adds up what pupils take.
func (p *teamPlanner) worthOf(takes [][]int) worth {
	var w worth
	for i, s := range p.pupils {
		w = w.beside(s.worthOf(takes[i]))
	}
	return w
}

func (w worth) beside(v worth) worth { return worth{w.gain + v.gain, w.cost.beside(v.cost)} }

func (s *pupil) worthOf(offers []int) worth {
	row := slices.Clone(s.start)
	for _, o := range offers {
		raise(row, s.rows[slices.Index(s.useful, o)])
	}
	return worth{s.gain(row), s.costOf(offers)}
}

// fits says whether there are the seats for a choice, and the money.
func (p *teamPlanner) fits(takes [][]int) bool {
	left := p.seats()
	for _, offers := range takes {
		for _, o := range offers {
			if left[o]--; left[o] < 0 {
				return false
			}
		}
	}
	return p.affords(p.worthOf(takes).cost.Price)
}

// teamPart is one pupil within a search: what they may choose from, and bounds on what the choice still brings.
type teamPart struct {
	*pupil
	from    []int        // places in useful
	beyond  [][]Credit   // by place in from: the most that what comes from there on teaches
	dearest [][]TeamCost // and what the cheapest of those costs that teach so much
	stack   [][]Credit   // credits by how much is taken
	taken   []int        // places in useful
	rest    worth        // what the pupils after this one can at best have
}

func newPart(s *pupil, from []int, compare func(a, b TeamCost) int) *teamPart {
	n := len(from)
	t := &teamPart{pupil: s, from: from, beyond: make([][]Credit, n+1), dearest: make([][]TeamCost, n+1)}
	t.beyond[n], t.dearest[n] = s.start, make([]TeamCost, len(s.start))
	for j := n - 1; j >= 0; j-- {
		row, seat := s.rows[from[j]], s.seats[from[j]]
		t.beyond[j], t.dearest[j] = slices.Clone(t.beyond[j+1]), slices.Clone(t.dearest[j+1])
		for c := range row {
			switch {
			case row[c] > t.beyond[j][c]:
				t.beyond[j][c], t.dearest[j][c] = row[c], seat
			case row[c] == t.beyond[j][c] && row[c] > s.start[c] && compare(seat, t.dearest[j][c]) < 0:
				t.dearest[j][c] = seat
			}
		}
	}
	for range MaxCoursesEach + 1 {
		t.stack = append(t.stack, slices.Clone(s.start))
	}
	return t
}

// enterable says whether what is taken can be entered in some order.
func (t *teamPart) enterable() bool {
	if !slices.ContainsFunc(t.taken, func(u int) bool { return len(t.entry[u]) > 0 }) {
		return true
	}
	_, ok := t.inOrder(t.taken)
	return ok
}

// teamSearch goes through everything that some pupils can take together, depth first, and leaves out whatever cannot be
// better than the best so far.
type teamSearch struct {
	*teamPlanner
	compare func(a, b TeamCost) int
	parts   []*teamPart
	left    []int // seats, by offer
	weeks   int   // of each; 0 means any
	others  worth // of the pupils that are not in it
	best    [][]int
	found   worth
	has     bool
	steps   int
	most    int
	single  bool // there is nobody else
	cut     bool // there was more to look at
}

// run searches. What is the best so far may be set before, with has.
func (x *teamSearch) run(ctx context.Context) error {
	rest := worth{}
	for i := len(x.parts) - 1; i >= 0; i-- {
		x.parts[i].rest = rest
		rest = rest.beside(worth{x.parts[i].most, x.parts[i].least})
	}
	x.enter(ctx, 0, x.others)
	return ctx.Err()
}

// enter comes to a pupil, with what those before have.
func (x *teamSearch) enter(ctx context.Context, i int, before worth) {
	if i < len(x.parts) {
		x.extend(ctx, i, 0, before, TeamCost{})
		return
	}
	if x.has && cmp.Or(cmp.Compare(x.found.gain, before.gain), x.compare(before.cost, x.found.cost)) >= 0 {
		return
	}
	x.has, x.found, x.best = true, before, nil
	for _, t := range x.parts {
		order, _ := t.inOrder(t.taken)
		x.best = append(x.best, order)
	}
}

// extend gives a pupil each of the offers from a place on, then none of them.
func (x *teamSearch) extend(ctx context.Context, i, from int, before worth, own TeamCost) {
	t := x.parts[i]
	depth, complete := len(t.taken), t.enterable() // else even what teaches nothing new may open the way
	row, next := t.stack[depth], t.stack[min(depth+1, MaxCoursesEach)]
	for j := from; j < len(t.from) && depth < MaxCoursesEach; j++ {
		if x.steps++; x.steps > x.most || x.steps%1024 == 0 && ctx.Err() != nil {
			x.cut = true
		}
		if x.cut || x.hopeless(t, j, before, own) {
			return
		}
		u := t.from[j]
		o, seat := t.useful[u], own.then(t.seats[u])
		if x.left[o] == 0 || complete && noMore(t.rows[u], row) || x.weeks != 0 && seat.Weeks > x.weeks ||
			!x.affords(before.cost.Price+seat.Price) {
			continue
		}
		copy(next, row)
		raise(next, t.rows[u])
		x.left[o]--
		t.taken = append(t.taken, u)
		x.extend(ctx, i, j+1, before, seat)
		t.taken = t.taken[:depth]
		x.left[o]++
	}
	if complete && !x.cut && !x.hopeless(t, len(t.from), before, own) {
		x.enter(ctx, i+1, before.beside(worth{t.gain(row), own}))
	}
}

// hopeless says whether nothing that a pupil takes from a place on can lead to a better choice than the best so far.
func (x *teamSearch) hopeless(t *teamPart, from int, before worth, own TeamCost) bool {
	if !x.has {
		return false
	}
	row := t.stack[len(t.taken)]
	var gain int64
	var dearest TeamCost
	for c, w := range t.weights {
		top := max(row[c], t.beyond[from][c])
		gain += w * int64(top-t.start[c])
		if top > row[c] && x.compare(t.dearest[from][c], dearest) > 0 {
			dearest = t.dearest[from][c]
		}
	}
	if order := cmp.Compare(before.gain+gain+t.rest.gain, x.found.gain); order != 0 {
		return order < 0
	}
	// No less than the best can be gained: whoever gains it takes what teaches the most of each, wherever that is missing.
	if !x.single && x.limits.Shortest {
		dearest.Price, dearest.Unpriced, dearest.Seats = 0, 0, 0 // the longest of all decides, and not each one's weeks
	}
	return x.compare(before.cost.beside(own.then(dearest)).beside(t.rest.cost), x.found.cost) >= 0
}

// together looks for the best choice of all pupils. What it finds is exact, unless it takes too many steps.
func (p *teamPlanner) together(ctx context.Context, c *chosen) error {
	x := &teamSearch{
		teamPlanner: p, compare: p.compare, left: p.seats(), weeks: p.limits.MaxWeeks, most: p.steps, has: true, found: c.worth,
	}
	for _, s := range p.pupils {
		x.parts = append(x.parts, newPart(s, x.seated(s), p.compare))
	}
	if err := x.run(ctx); err != nil {
		return err
	}
	if x.best != nil {
		c.takes, c.worth = x.best, x.found
	}
	c.exact = !x.cut
	return nil
}
