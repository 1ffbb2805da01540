package domain

import (
	"cmp"
	"context"
	"math"
	"math/bits"
	"slices"
)

// Limits of a path.
const (
	MaxPathSteps      = 6
	MaxPathCandidates = 64 // a set of them is one word
)

// Preference says which of several paths is the best.
type Preference string

// The preferences.
const (
	PreferCoverage Preference = "coverage"
	PreferShortest Preference = "shortest"
	PreferCheapest Preference = "cheapest"
)

// PathTerms is where a path leads from, where to, and what it may be. Of the constraints MaxWeeks and MaxPrice bound the
// sums over all steps; AllMusts means nothing here.
type PathTerms struct {
	Requirements []Requirement
	Own          []Outcome
	Constraints  ProgrammeConstraints
	Prefer       Preference
	MaxSteps     int  // 1 to MaxPathSteps
	Today        Date // what must be applied for before has passed
	From         Date // nothing starts before; not before Today
}

// PlannedStep is a programme and when it is taken.
type PlannedStep struct {
	Programme *Programme
	Intake    Intake // zero when none is to come: then it starts when the step before ends
	Ends      Date   // 0 when not known
}

// PathPlan is programmes to take one after the other. Exact says that no other path over the same candidates is better.
type PathPlan struct {
	Steps []PlannedStep
	Exact bool
}

// PlanPath returns the best path over the first MaxPathCandidates of some programmes, or the error of a context that ends
// first.
//
// Each step can be entered with own levels and what the steps before it teach (EntryFor), and starts no earlier than the
// step before ends. A programme with intakes to come, that can be applied for, is taken at the one that ends first of those
// that start in time; one without starts at once, but satisfies no StartsFrom. Nothing with intakes to come stands after a
// step whose end is not known.
//
// The best path has by its preference
//   - coverage: most points; fewer weeks; a lower price;
//   - shortest: most points of musts (of all requirements, without musts); fewer weeks; more points; a lower price;
//   - cheapest: most points of musts; a lower price; more points; fewer weeks;
//
// then always fewer steps, an earlier end, smaller ids. Weeks and prices that are not known come last.
//
// Paths grow by one step at a time. Those over the same programmes are one, the one that ends first, and those that cannot
// become better than the best so far go no further: what the steps left can add is at most the sum of the largest gains
// (credit is the maximum over all that is held, so gains only shrink), and at most what all candidates give together. Where
// more paths remain than the width allows, the most promising go on, and the answer is no longer exact.
func PlanPath(ctx context.Context, rel *Relations, t PathTerms, candidates []*Programme) (PathPlan, error) {
	return planPath(ctx, rel, t, candidates, pathWidths)
}

// pathWidths are how many paths of one length go on: first few, to have something to compare with, then many.
var pathWidths = []int{32, 512}

func planPath(ctx context.Context, rel *Relations, t PathTerms, candidates []*Programme, widths []int) (PathPlan, error) {
	s := newPathSearch(rel, t, candidates)
	exact := false
	for _, width := range widths {
		var err error
		if exact, err = s.run(ctx, width); err != nil {
			return PathPlan{}, err
		}
		if exact {
			break
		}
	}
	plan := PathPlan{Exact: exact}
	at := t.From
	for _, i := range s.best.order() {
		n := &s.nodes[i]
		in, ends, _ := n.take(at)
		step := PlannedStep{Programme: n.programme, Intake: in}
		if ends != never {
			step.Ends = ends
		}
		plan.Steps = append(plan.Steps, step)
		at = ends
	}
	return plan, nil
}

const (
	never   Date  = math.MaxInt32
	unknown int64 = 1 << 50 // weeks or tenge; more than any sum that is known
)

// pathNode is a candidate as the search sees it.
type pathNode struct {
	programme    *Programme
	credits      []Credit // that it earns by requirement
	locks        []uint64 // for each prerequisite that own levels do not meet: the candidates that teach it
	opens        []uint64 // the locks of others that it is among
	weeks, price int64
	dated        bool          // some intake is to come
	intakes      []datedIntake // those that can be taken, the one that ends first before the others
}

type datedIntake struct {
	Intake
	ends Date
}

// take returns the intake to take from a day on, when the programme ends then, and whether it can be taken at all.
func (n *pathNode) take(from Date) (in Intake, ends Date, ok bool) {
	if !n.dated {
		return Intake{}, n.after(from), true
	}
	for _, d := range n.intakes {
		if d.StartsOn >= from {
			return d.Intake, d.ends, true
		}
	}
	return Intake{}, 0, false
}

// after returns the day that lies the programme's weeks after another one.
func (n *pathNode) after(d Date) Date {
	if d == never || n.weeks == unknown {
		return never
	}
	return d + Date(7*n.weeks) //nolint:gosec // at most MaxWeeks
}

// enterable says whether the steps taken open the way to a candidate.
func (n *pathNode) enterable(taken uint64) bool {
	for _, teach := range n.locks {
		if teach&taken == 0 {
			return false
		}
	}
	return true
}

// opensFrom says whether it would be the first of the steps taken to meet some prerequisite.
func (n *pathNode) opensFrom(taken uint64) bool {
	return slices.ContainsFunc(n.opens, func(teach uint64) bool { return teach&taken == 0 })
}

// pathValue is what paths are compared by.
type pathValue struct {
	points, core int64 // core are the points of musts
	weeks, price int64
	steps        int
}

func (v pathValue) compare(w pathValue, by Preference) int {
	core, points := cmp.Compare(w.core, v.core), cmp.Compare(w.points, v.points)
	weeks, price, steps := cmp.Compare(v.weeks, w.weeks), cmp.Compare(v.price, w.price), cmp.Compare(v.steps, w.steps)
	switch by {
	case PreferShortest:
		return cmp.Or(core, weeks, points, price, steps)
	case PreferCheapest:
		return cmp.Or(core, price, points, weeks, steps)
	default:
		return cmp.Or(points, weeks, price, steps)
	}
}

// pathState is a path as far as it has come.
type pathState struct {
	pathValue
	path    [MaxPathSteps]uint8 // candidates in their order
	taken   uint64
	ends    Date
	before  *pathState // without the last step; nil at the start
	credits []Credit   // by requirement; filled in when it goes on
	promise int64      // points that it may come to, for the ranking only
}

func (s *pathState) order() []uint8 { return s.path[:s.steps] }

// compare returns a negative number if s is the better path of the two.
func (s *pathState) compare(t *pathState, by Preference) int {
	ids := 0
	if differ := s.taken ^ t.taken; differ != 0 {
		ids = 1
		if s.taken&differ&-differ != 0 {
			ids = -1
		}
	}
	order := cmp.Or(s.pathValue.compare(t.pathValue, by), cmp.Compare(s.ends, t.ends), ids)
	if order == 0 && s.before != nil {
		return cmp.Or(cmp.Compare(t.before.points, s.before.points), slices.Compare(s.order(), t.order()))
	}
	return order
}

// pathSearch looks for a path.
type pathSearch struct {
	PathTerms
	weights []int64
	core    []bool // by requirement
	nodes   []pathNode
	start   pathState
	best    *pathState
}

func newPathSearch(rel *Relations, t PathTerms, candidates []*Programme) *pathSearch {
	s := &pathSearch{PathTerms: t}
	s.start.ends = t.From
	own := Explain(rel, t.Requirements, nil, t.Own)
	for _, l := range own.Lines {
		s.weights = append(s.weights, l.Requirement.Importance.Weight())
		s.core = append(s.core, own.Musts == 0 || l.Requirement.Importance == Must)
		s.start.credits = append(s.start.credits, l.Credit)
	}
	s.start.points, s.start.core = s.sums(s.start.credits)
	s.best = &s.start
	s.addNodes(rel, candidates)
	s.addLocks(rel)
	return s
}

// addNodes adds the candidates that can be a step, by id.
func (s *pathSearch) addNodes(rel *Relations, candidates []*Programme) {
	earns := make(map[CompetenceID][]earning)
	for i, r := range s.Requirements {
		for _, k := range rel.Serving(r.Competence) {
			earns[k.ID] = append(earns[k.ID], earning{i, k.Relation.Quarters()})
		}
	}
	for _, p := range candidates[:min(len(candidates), MaxPathCandidates)] {
		n := pathNode{programme: p, credits: make([]Credit, len(s.Requirements)), weeks: weeksOf(p), price: priceOf(p)}
		for _, o := range p.Outcomes {
			for _, e := range earns[o.Competence] {
				n.credits[e.requirement] = max(n.credits[e.requirement], CreditOf(e.quarters, o.Level, s.Requirements[e.requirement].Level))
			}
		}
		s.date(&n)
		if s.Constraints.Admits(&p.ProgrammeTerms) && (len(n.intakes) > 0 || !n.dated && s.Constraints.StartsFrom == 0) {
			s.nodes = append(s.nodes, n)
		}
	}
	slices.SortFunc(s.nodes, func(a, b pathNode) int { return compareIDs(a.programme.ID, b.programme.ID) })
}

func weeksOf(p *Programme) int64 {
	if p.Weeks == 0 {
		return unknown
	}
	return int64(p.Weeks)
}

func priceOf(p *Programme) int64 {
	if price, known := p.Tenge(); known {
		return price
	}
	return unknown
}

// earning says that a competence serves a requirement.
type earning struct{ requirement, quarters int }

// date finds the intakes that are to come, and those of them that can be taken.
func (s *pathSearch) date(n *pathNode) {
	for _, in := range n.programme.Intakes {
		if in.StartsOn < s.Today || in.ApplyBy != 0 && in.ApplyBy < s.Today {
			continue
		}
		n.dated = true
		if in.StartsOn < s.From || !s.Constraints.admitsPlace(&n.programme.ProgrammeTerms, in) {
			continue
		}
		d := datedIntake{in, in.EndsOn}
		if in.EndsOn == 0 {
			d.ends = n.after(in.StartsOn)
		}
		n.intakes = append(n.intakes, d)
	}
	slices.SortStableFunc(n.intakes, func(a, b datedIntake) int {
		return cmp.Or(cmp.Compare(a.ends, b.ends), cmp.Compare(a.StartsOn, b.StartsOn))
	})
}

// addLocks notes which candidates teach what others need to enter. One that needs what nobody teaches has a lock that no
// step opens.
func (s *pathSearch) addLocks(rel *Relations) {
	teach := make(map[CompetenceID][]int)
	for i, n := range s.nodes {
		for _, o := range n.programme.Outcomes {
			teach[o.Competence] = append(teach[o.Competence], i)
		}
	}
	for i := range s.nodes {
		for _, p := range EntryFor(rel, s.nodes[i].programme.Prerequisites, s.Own).Missing {
			var lock uint64
			for _, k := range rel.Serving(p.Competence) {
				for _, j := range teach[k.ID] {
					if j != i && EntryFor(rel, []Outcome{p}, s.nodes[j].programme.Outcomes).Open {
						lock |= 1 << j
					}
				}
			}
			s.nodes[i].locks = append(s.nodes[i].locks, lock)
			for rest := lock; rest != 0; rest &= rest - 1 {
				j := bits.TrailingZeros64(rest)
				s.nodes[j].opens = append(s.nodes[j].opens, lock)
			}
		}
	}
}

// sums returns the points of credits, and those of musts.
func (s *pathSearch) sums(credits []Credit) (points, core int64) {
	for i, c := range credits {
		p := s.weights[i] * int64(c)
		points += p
		if s.core[i] {
			core += p
		}
	}
	return points, core
}

// run looks for the best path with at most width paths of one length going on, and says whether all did that had to.
func (s *pathSearch) run(ctx context.Context, width int) (exact bool, err error) {
	exact = true
	paths := []*pathState{&s.start}
	for left := s.MaxSteps; left > 0 && len(paths) > 0; left-- {
		longer := make(map[uint64]*pathState)
		for _, p := range paths {
			if err := ctx.Err(); err != nil {
				return false, err
			}
			for _, next := range s.extend(p, left) {
				if other := longer[next.taken]; other == nil || next.compare(other, s.Prefer) < 0 {
					longer[next.taken] = next
				}
			}
		}
		paths = paths[:0:0]
		for _, p := range longer {
			paths = append(paths, p)
			if p.compare(s.best, s.Prefer) < 0 {
				s.best = p
			}
		}
		if len(paths) > width {
			exact = false
			slices.SortFunc(paths, s.rank)
			paths = s.going(paths, width)
		}
	}
	return exact, nil
}

// going returns the paths that go on: the most promising, and beside them the most promising one that ends with each
// candidate, so that what a step opens is not lost because others earn more before it.
func (s *pathSearch) going(paths []*pathState, width int) []*pathState {
	on := paths[:width:width]
	var ends uint64
	for _, p := range paths {
		last := uint64(1) << p.path[p.steps-1]
		if ends&last == 0 && !slices.Contains(on, p) {
			on = append(on, p)
		}
		ends |= last
	}
	return on
}

// rank orders paths by how promising they are.
func (s *pathSearch) rank(p, q *pathState) int {
	if s.ofMusts() {
		return cmp.Or(cmp.Compare(q.core, p.core), cmp.Compare(q.promise, p.promise), p.compare(q, s.Prefer))
	}
	return cmp.Or(cmp.Compare(q.promise, p.promise), p.compare(q, s.Prefer))
}

// ofMusts says whether musts count first.
func (s *pathSearch) ofMusts() bool { return s.Prefer == PreferShortest || s.Prefer == PreferCheapest }

// pathGain is what a candidate adds to a path.
type pathGain struct {
	node         int
	points, core int64
}

// extend returns the paths that are one step longer, or none if no path that begins so can be better than the best. left
// is how many steps there may still be.
func (s *pathSearch) extend(p *pathState, left int) []*pathState {
	if p.credits == nil {
		p.credits = slices.Clone(p.before.credits)
		raiseTo(p.credits, s.nodes[p.path[p.steps-1]].credits)
	}
	gains := s.gains(p)
	most, after := s.bound(p, gains, left)
	if len(gains) == 0 || most.compare(s.best.pathValue, s.Prefer) > 0 {
		return nil
	}
	slices.SortFunc(gains, func(a, b pathGain) int { return cmp.Or(cmp.Compare(b.points, a.points), cmp.Compare(a.node, b.node)) })
	var next []*pathState
	for _, g := range gains {
		n := &s.nodes[g.node]
		_, ends, inTime := n.take(p.ends)
		if !inTime || !n.enterable(p.taken) || g.points == 0 && !n.opensFrom(p.taken) ||
			s.falls(p.points+g.points+after.points, p.core+g.core+after.core) {
			continue
		}
		q := &pathState{
			pathValue: pathValue{p.points + g.points, p.core + g.core, plus(p.weeks, n.weeks), plus(p.price, n.price), p.steps + 1},
			path:      p.path, taken: p.taken | 1<<g.node, ends: ends, before: p,
		}
		q.path[p.steps] = uint8(g.node) //nolint:gosec // below MaxPathCandidates
		q.promise = q.points + s.promised(q.taken, gains, left-1)
		next = append(next, q)
	}
	return next
}

// gains returns what each candidate adds that is not yet a step and within the budgets.
func (s *pathSearch) gains(p *pathState) []pathGain {
	gains := make([]pathGain, 0, len(s.nodes))
	for i := range s.nodes {
		n := &s.nodes[i]
		c := &s.Constraints
		if p.taken>>i&1 != 0 || c.MaxWeeks != 0 && p.weeks+n.weeks > int64(c.MaxWeeks) || c.MaxPrice != nil && p.price+n.price > *c.MaxPrice {
			continue
		}
		g := pathGain{node: i}
		for j, credit := range n.credits {
			if more := int64(credit - p.credits[j]); more > 0 {
				g.points += s.weights[j] * more
				if s.core[j] {
					g.core += s.weights[j] * more
				}
			}
		}
		gains = append(gains, g)
	}
	return gains
}

// falls says whether points that a path can come to at most are fewer than those of the best.
func (s *pathSearch) falls(points, core int64) bool {
	if s.ofMusts() {
		return core < s.best.core
	}
	return points < s.best.points
}

// bound returns a value that no longer path can be better than, and the most that the steps after the next can add to it.
func (s *pathSearch) bound(p *pathState, gains []pathGain, left int) (most, after pathValue) {
	var points, core [MaxPathSteps]int64
	weeks, price := unknown, unknown
	all := slices.Clone(p.credits)
	for _, g := range gains {
		n := &s.nodes[g.node]
		insert(points[:left], g.points)
		insert(core[:left], g.core)
		weeks, price = min(weeks, n.weeks), min(price, n.price)
		raiseTo(all, n.credits)
	}
	for i := range left - 1 {
		after.points, after.core = after.points+points[i], after.core+core[i]
	}
	together, ofMusts := s.sums(all)
	return pathValue{
		min(p.points+after.points+points[left-1], together), min(p.core+after.core+core[left-1], ofMusts),
		plus(p.weeks, weeks), plus(p.price, price), p.steps + 1,
	}, after
}

// promised returns the points of the best candidates, from the most on, that can be entered after some steps.
func (s *pathSearch) promised(taken uint64, gains []pathGain, left int) (points int64) {
	for _, g := range gains {
		if left == 0 || g.points == 0 {
			break
		}
		if taken>>g.node&1 == 0 && s.nodes[g.node].enterable(taken) {
			points += g.points
			left--
		}
	}
	return points
}

// insert puts a number into the largest ones, in falling order.
func insert(largest []int64, n int64) {
	for i, m := range largest {
		if n > m {
			largest[i], n = n, m
		}
	}
}

func raiseTo(credits, by []Credit) {
	for i, c := range by {
		credits[i] = max(credits[i], c)
	}
}

// plus adds what may be unknown.
func plus(a, b int64) int64 { return min(a+b, unknown) }
