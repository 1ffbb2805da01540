package domain

import (
	"cmp"
	"context"
	"slices"
)

// Limits of a plan.
const (
	MaxCoursesEach = 8  // programmes that one person takes
	GroupSeats     = 25 // of a programme that does not say: one group, the usual size of one in Kazakhstan
)

// TeamLimits are what a plan keeps to and what it prefers. What is not known satisfies no limit on it.
type TeamLimits struct {
	MaxPrice *int64 // of all seats together, in tenge
	MaxWeeks int    // of each person; 0 means any
	Shortest bool   // else the cheapest
}

// TeamCost is what courses take of one person or of all. A programme costs its price for each seat.
type TeamCost struct {
	Price    int64 // in tenge, of the seats whose price is known
	Unpriced int   // seats whose price is not known in tenge
	Seats    int
	Weeks    int // of who takes longest, one programme after the other, as far as weeks are known
	Untimed  int // seats of programmes whose weeks are not known
}

// then is the cost of somebody who takes more.
func (c TeamCost) then(d TeamCost) TeamCost {
	return TeamCost{c.Price + d.Price, c.Unpriced + d.Unpriced, c.Seats + d.Seats, c.Weeks + d.Weeks, c.Untimed + d.Untimed}
}

// beside is the cost of different people.
func (c TeamCost) beside(d TeamCost) TeamCost {
	e := c.then(d)
	e.Weeks = max(c.Weeks, d.Weeks)
	return e
}

// compareCosts orders costs: the cheaper first, of equal ones the one with fewer seats, then the shorter; or the shorter
// first, then the cheaper. What is not known comes last.
func compareCosts(shortest bool) func(a, b TeamCost) int {
	if shortest {
		return func(a, b TeamCost) int {
			return cmp.Or(cmp.Compare(a.Untimed, b.Untimed), cmp.Compare(a.Weeks, b.Weeks), cmp.Compare(a.Unpriced, b.Unpriced),
				cmp.Compare(a.Price, b.Price), cmp.Compare(a.Seats, b.Seats))
		}
	}
	return func(a, b TeamCost) int {
		return cmp.Or(cmp.Compare(a.Unpriced, b.Unpriced), cmp.Compare(a.Price, b.Price), cmp.Compare(a.Seats, b.Seats),
			cmp.Compare(a.Untimed, b.Untimed), cmp.Compare(a.Weeks, b.Weeks))
	}
}

// Offer is a programme that a plan may use, and for how many people. Assumed says that the programme does not tell.
type Offer struct {
	Programme *Programme
	Seats     int
	Assumed   bool
}

// OfferOf counts the seats of a programme: those of the intakes within the constraints that have not started on a day, and
// still take applications. All intakes that do not tell their seats, and a programme that names no such intake, count
// together as one group of GroupSeats.
func OfferOf(p *Programme, c ProgrammeConstraints, today Date) Offer {
	o := Offer{Programme: p}
	told := false
	for _, in := range p.Intakes {
		here := p.Mode == Online || in.Region == "" || anyOf(c.Regions, in.Region)
		if !here || in.StartsOn < max(c.StartsFrom, today) || in.ApplyBy != 0 && in.ApplyBy < today {
			continue
		}
		told = true
		o.Seats += in.Seats
		o.Assumed = o.Assumed || in.Seats == 0
	}
	if o.Assumed = o.Assumed || !told; o.Assumed {
		o.Seats += GroupSeats
	}
	return o
}

func (o Offer) cost() TeamCost {
	c := TeamCost{Seats: 1, Weeks: o.Programme.Weeks}
	price, known := o.Programme.Tenge()
	if c.Price = price; !known {
		c.Unpriced = 1
	}
	if c.Weeks == 0 {
		c.Untimed = 1
	}
	return c
}

// allow says whether one seat at a cost is within the limits, which what is not known is not.
func (l TeamLimits) allow(seat TeamCost) bool {
	return (l.MaxPrice == nil || seat.Unpriced == 0 && seat.Price <= *l.MaxPrice) &&
		(l.MaxWeeks == 0 || seat.Untimed == 0 && seat.Weeks <= l.MaxWeeks)
}

// OpenReason says why something stays open.
type OpenReason string

// The reasons, in the order in which they are looked for.
const (
	OpenNotTaught   OpenReason = "not_taught"       // no programme that was considered lifts it further
	OpenTooLong     OpenReason = "too_long"         // those that do are beyond the weeks
	OpenTooDear     OpenReason = "too_dear"         // or beyond the price
	OpenEntry       OpenReason = "entry"            // or take more than the person brings
	OpenNoSeats     OpenReason = "no_seats"         // or are full
	OpenTooManyEach OpenReason = "too_many_courses" // or would be one programme too many for the person
)

// StillOpen is how many people stay short for a reason.
type StillOpen struct {
	Reason OpenReason
	People int
}

// TeamCourse is a programme of a plan and who of the staff take it.
type TeamCourse struct {
	Offer
	Organisation *Organisation
	Staff        []int
	Lifts        []Lift // in the order of competences and levels
}

// Lift is how many people a programme brings nearer to a level in a competence, and how many of them meet it then.
type Lift struct {
	Competence  CompetenceID
	Level       Level
	People, Met int
}

// TeamPlan is who takes what, and what comes of it.
type TeamPlan struct {
	Placed     []int                // everybody's role, or Unplaced
	Gaps       [][]TeamGap          // by role and requirement
	Before     []Score              // by employee: as they are; zero for whoever has no role
	After      []Score              // by employee: with what they take
	Courses    []TeamCourse         // most seats first, then by id
	Takes      map[int][]*Programme // by employee, in an order in which each can be entered
	Costs      map[int]TeamCost     // by employee
	Cost       TeamCost             // of all
	Exact      bool                 // nothing that was considered closes more, or as much for less
	Bound      *TeamBound           // nil when it is exact
	Considered int                  // programmes
}

// TeamBound is what no plan from the same programmes surpasses: the points of the staff after it, and the cost of a plan
// that brings as many.
type TeamBound struct {
	Points int64
	Cost   TeamCost
}

// teamPlanner makes a plan from offers.
type teamPlanner struct {
	*yardstick
	limits  TeamLimits
	compare func(a, b TeamCost) int
	team    Team
	roles   []int
	numbers [][]int // the askings of requirements, by role
	held    [][]Credit
	offers  []offer // by id
	pupils  []*pupil
	steps   int // that the search over all pupils may take
}

// offer is an Offer as the planner sees it.
type offer struct {
	Offer
	seat    TeamCost
	allowed bool
	credits []Credit
	entry   []int // the askings that are prerequisites
}

// PlanTeam chooses programmes for a team whose roles are given. It closes as much of the gap as it can, in points; of the ways
// to do so it takes the cheapest or the shortest. Nobody takes what they cannot enter with what they hold and have taken
// before, no programme takes more people than it has seats, and the limits hold. It is exact where that can be proven in
// a bounded number of steps, and says so; ties go by the ids of programmes and the order of the staff. It returns the
// error of a context that ends first.
func PlanTeam(ctx context.Context, rel *Relations, team Team, roles []int, offers []Offer, limits TeamLimits) (*TeamPlan, error) {
	p := newPlanner(rel, team, roles, offers, limits)
	chosen, err := p.choose(ctx)
	if err != nil {
		return nil, err
	}
	return p.plan(chosen), nil
}

func newPlanner(rel *Relations, team Team, roles []int, offers []Offer, limits TeamLimits) *teamPlanner {
	p := &teamPlanner{
		yardstick: newYardstick(rel), limits: limits, compare: compareCosts(limits.Shortest), team: team, roles: roles, steps: stepsTogether,
		numbers: make([][]int, len(team.Roles)), held: make([][]Credit, len(team.Staff)),
	}
	for r, role := range team.Roles {
		for _, q := range role.Requirements {
			p.numbers[r] = append(p.numbers[r], p.add(asking{q.Competence, q.Level}))
		}
	}
	for _, o := range offers {
		seat := o.cost()
		n := offer{Offer: o, seat: seat, allowed: limits.allow(seat)}
		for _, q := range o.Programme.Prerequisites {
			n.entry = append(n.entry, p.add(asking{q.Competence, q.Level}))
		}
		p.offers = append(p.offers, n)
	}
	slices.SortFunc(p.offers, func(a, b offer) int { return compareIDs(a.Programme.ID, b.Programme.ID) })
	for i := range p.offers {
		p.offers[i].credits = p.measure(p.offers[i].Programme.Outcomes)
	}
	for e, role := range roles {
		if role == Unplaced {
			continue
		}
		p.held[e] = p.measure(team.Staff[e].Levels)
		if s := p.pupil(e); s != nil {
			p.pupils = append(p.pupils, s)
		}
	}
	return p
}

// plan says what comes of a choice.
func (p *teamPlanner) plan(c chosen) *TeamPlan {
	out := &TeamPlan{
		Placed: p.roles, Before: make([]Score, len(p.roles)), After: make([]Score, len(p.roles)),
		Takes: make(map[int][]*Programme), Costs: make(map[int]TeamCost), Cost: c.cost, Exact: c.exact, Considered: len(p.offers),
	}
	after, left := p.follow(out, c.takes)
	for _, role := range p.team.Roles {
		out.Gaps = append(out.Gaps, make([]TeamGap, len(role.Requirements)))
	}
	for r, role := range p.team.Roles {
		for i, q := range role.Requirements {
			out.Gaps[r][i].Requirement = q
		}
	}
	for e, role := range p.roles {
		if role == Unplaced {
			continue
		}
		out.Before[e], out.After[e] = p.score(role, p.held[e]), p.score(role, after[e])
		for i, n := range p.numbers[role] {
			out.Gaps[role][i].add(p.held[e][n])
			if after[e][n] < Whole {
				out.Gaps[role][i].leave(p.why(n, after[e], left, out.Costs[e], out.Cost))
			}
		}
	}
	if !c.exact {
		out.Bound = &TeamBound{c.bound.gain, c.bound.cost}
		for _, s := range out.Before {
			out.Bound.Points += s.Points
		}
	}
	return out
}

// follow has everybody take what was chosen. It returns what they hold then, and the seats that are left.
func (p *teamPlanner) follow(out *TeamPlan, takes [][]int) (after [][]Credit, left []int) {
	after, left = make([][]Credit, len(p.roles)), p.seats()
	for e, held := range p.held {
		after[e] = slices.Clone(held)
	}
	courses := make([]TeamCourse, len(p.offers))
	for i, s := range p.pupils {
		for _, o := range takes[i] {
			left[o]--
			out.Takes[s.employee] = append(out.Takes[s.employee], p.offers[o].Programme)
			courses[o].Staff = append(courses[o].Staff, s.employee)
			p.lift(&courses[o], s.employee, after[s.employee], p.offers[o].credits)
		}
		if len(takes[i]) > 0 {
			out.Costs[s.employee] = s.costOf(takes[i])
		}
	}
	for o, course := range courses {
		if len(course.Staff) > 0 {
			course.Offer = p.offers[o].Offer
			out.Courses = append(out.Courses, course)
		}
	}
	slices.SortStableFunc(out.Courses, func(a, b TeamCourse) int { return cmp.Compare(len(b.Staff), len(a.Staff)) })
	return after, left
}

// lift adds to what somebody holds what a programme teaches, and notes which requirements of their role it brings nearer.
func (p *teamPlanner) lift(course *TeamCourse, employee int, held, taught []Credit) {
	role := p.roles[employee]
	for i, n := range p.numbers[role] {
		if taught[n] <= held[n] {
			continue
		}
		q := p.team.Roles[role].Requirements[i]
		at, ok := slices.BinarySearchFunc(course.Lifts, q, func(l Lift, q Requirement) int {
			return cmp.Or(cmp.Compare(l.Competence, q.Competence), cmp.Compare(l.Level, q.Level))
		})
		if !ok {
			course.Lifts = slices.Insert(course.Lifts, at, Lift{Competence: q.Competence, Level: q.Level})
		}
		course.Lifts[at].People++
		if taught[n] == Whole {
			course.Lifts[at].Met++
		}
	}
	raise(held, taught)
}

// score is what somebody earns in a role.
func (p *teamPlanner) score(role int, credits []Credit) Score {
	s := Score{Of: p.team.Roles[role].of()}
	for i, q := range p.team.Roles[role].Requirements {
		c := credits[p.numbers[role][i]]
		s.Points += q.Importance.Weight() * int64(c)
		if q.Importance == Must {
			s.Musts++
			if c == Whole {
				s.MustsMet++
			}
		}
	}
	return s
}

// leave counts somebody who stays short.
func (g *TeamGap) leave(why OpenReason) {
	i := slices.IndexFunc(g.Open, func(o StillOpen) bool { return o.Reason == why })
	if i < 0 {
		i = len(g.Open)
		g.Open = append(g.Open, StillOpen{Reason: why})
	}
	g.Open[i].People++
}

// why says what keeps an asking open for somebody with what they hold at the end, the seats that are left, and what they
// and all together spend.
func (p *teamPlanner) why(asking int, holds []Credit, left []int, own, all TeamCost) OpenReason {
	var taught, short, cheap, enter, seat bool
	for i, o := range p.offers {
		if o.credits[asking] <= holds[asking] {
			continue
		}
		taught = true
		if l := p.limits.MaxWeeks; l != 0 && (o.seat.Untimed > 0 || own.Weeks+o.seat.Weeks > l) {
			continue
		}
		short = true
		if l := p.limits.MaxPrice; l != nil && (o.seat.Unpriced > 0 || all.Price+o.seat.Price > *l) {
			continue
		}
		cheap = true
		if !meetsAll(o.entry, holds) {
			continue
		}
		enter = true
		seat = seat || left[i] > 0
	}
	switch {
	case !taught:
		return OpenNotTaught
	case !short:
		return OpenTooLong
	case !cheap:
		return OpenTooDear
	case !enter:
		return OpenEntry
	case !seat:
		return OpenNoSeats
	default:
		return OpenTooManyEach
	}
}

// seats returns how many seats every offer has.
func (p *teamPlanner) seats() []int {
	left := make([]int, len(p.offers))
	for i, o := range p.offers {
		left[i] = o.Seats
	}
	return left
}

// raise raises credits to those of another row.
func raise(credits, more []Credit) {
	for i, c := range more {
		credits[i] = max(credits[i], c)
	}
}

// meetsAll says whether every asking of a list has full credit.
func meetsAll(entry []int, credits []Credit) bool {
	return !slices.ContainsFunc(entry, func(n int) bool { return credits[n] < Whole })
}
