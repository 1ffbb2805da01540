package domain

import (
	"cmp"
	"context"
	"slices"

	"github.com/google/uuid"
)

// Bounds of what a goal, a gap and a path look at.
const (
	occupationDemands = 1_000 // the newest demands that tell of an occupation
	gapPage           = 100   // programmes of a gap that are looked at together
	gapPages          = 3
	pathShelf         = 8  // programmes that bring most
	pathSpecialists   = 12 // requirements that programmes are looked for one by one
	pathOpeners       = 4  // programmes that open one way
	pathLocks         = 24 // prerequisites that programmes are looked for in one round
	pathRounds        = 4
	maxObstacles      = 50
)

// Gap is how far own levels are from a goal, and what brings nearest.
type Gap struct {
	Aim
	Explanation                  // of own levels alone
	Programmes  []ProgrammeMatch // best first
	Total       int              // how many bring nearer
	Enterable   []ProgrammeMatch // those that can be entered now, best first
}

// GapAsk asks for a gap; at most Limit programmes of either list.
type GapAsk struct {
	Goal        Goal
	Own         []Outcome
	Constraints ProgrammeConstraints
	Limit       int
}

// Gap says what own levels hold of a goal, and which programmes add most. It returns NotFound for a demand that the actor
// cannot see, Invalid if nothing is known of what the goal asks, Unavailable while the index is loading.
func (m *Matching) Gap(ctx context.Context, a Actor, ask GapAsk) (Gap, error) {
	aim, err := m.aim(ctx, a, ask.Goal)
	if err != nil {
		return Gap{}, err
	}
	out := Gap{Aim: aim, Explanation: Explain(m.catalogue().Relations(), aim.Requirements, nil, ask.Own)}
	q := ProgrammeAsk{Requirements: aim.Requirements, Learner: true, Own: ask.Own, Constraints: ask.Constraints, Limit: gapPage}
	for range gapPages {
		page, err := m.Programmes(ctx, q)
		if err != nil {
			return Gap{}, err
		}
		if q.After == nil {
			out.Programmes, out.Total = page.Items[:min(len(page.Items), ask.Limit)], page.Total
		}
		for _, match := range page.Items {
			if match.Entry.Open && len(out.Enterable) < ask.Limit {
				out.Enterable = append(out.Enterable, match)
			}
		}
		if page.Next == nil || len(out.Enterable) == ask.Limit {
			break
		}
		q.After = page.Next
	}
	return out, nil
}

// aim returns what a goal asks.
func (m *Matching) aim(ctx context.Context, a Actor, g Goal) (Aim, error) {
	aim := Aim{Goal: g, Basis: GoalOfRequirements}
	at := ""
	switch {
	case g.Demand != uuid.Nil:
		d, err := visibleDemand(ctx, m.store, a, g.Demand)
		if err != nil {
			return aim, err
		}
		at, aim.Basis, aim.Requirements = "/goal/demand_id", GoalOfDemand, d.Requirements
	case g.Occupation != nil:
		demands, err := m.ofGroup(ctx, g.Occupation.Code)
		if err != nil {
			return aim, err
		}
		demands, aim.Basis = ofOccupation(g.Occupation, demands)
		at, aim.Demands, aim.Requirements = "/goal/occupation", len(demands), AskedByMany(demands)
	}
	if len(aim.Requirements) == 0 {
		var f Faults
		f.Add(at, CodeAsksNothing)
		return aim, f.Err()
	}
	return aim, nil
}

// ofGroup returns the newest open demands with a unit group.
func (m *Matching) ofGroup(ctx context.Context, group Occupation) ([]*Demand, error) {
	today := m.today()
	found, err := m.words.Candidates(ctx, CandidateQuery{Side: DemandSide, Occupations: []Occupation{group}, Today: today})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found.IDs, func(a, b uuid.UUID) int { return compareIDs(b, a) })
	newest := found.IDs[:min(len(found.IDs), occupationDemands)]
	demands, err := m.store.Demands(ctx, newest)
	if err != nil {
		return nil, err
	}
	var out []*Demand
	for _, id := range newest {
		if d := demands[id]; d != nil && d.Open(today) && d.Occupation == group {
			out = append(out, d)
		}
	}
	return out, nil
}

// Path is a way to a goal.
type Path struct {
	Aim
	Before, After Score
	Steps         []PathStep
	Weeks         *int   // of all steps; nil when those of any are not known
	Price         *int64 // of all steps, in tenge; nil when not known
	Exact         bool   // no path over the programmes that were looked at is better
	Obstacles     []Obstacle
}

// Reached says whether every requirement is met.
func (p *Path) Reached() bool { return p.After.Points == p.After.Of }

// PathStep is one step of a path, and what it brings.
type PathStep struct {
	PlannedStep
	Organisation *Organisation
	Before       Score
	After        Score
	Lines        []Line       // the requirements that it brings further, as they are served after it
	Opens        []*Programme // later steps with a prerequisite that this one is the first to meet
}

// ObstacleReason says what keeps a requirement back.
type ObstacleReason string

// What keeps a requirement back.
const (
	NoProgramme        ObstacleReason = "no_programme"
	AgainstConstraints ObstacleReason = "constraints"
	TooLate            ObstacleReason = "starts_from"
	TooLong            ObstacleReason = "max_weeks"
	TooDear            ObstacleReason = "max_price"
	TooManySteps       ObstacleReason = "max_steps"
	NoWayIn            ObstacleReason = "entry"
	NotPreferred       ObstacleReason = "prefer"
	NotLookedAt        ObstacleReason = "bound"
)

// Obstacle is a requirement that a path does not meet, and why.
type Obstacle struct {
	Line         Line
	Reason       ObstacleReason
	Nearest      *Programme // what would bring it furthest if nothing forbade it; nil if nothing would
	Organisation *Organisation
}

// PathAsk asks for a way from own levels to a goal. MaxWeeks and MaxPrice bound the sums over all steps.
type PathAsk struct {
	Goal        Goal
	Own         []Outcome
	Constraints ProgrammeConstraints
	Prefer      Preference
	MaxSteps    int // 1 to MaxPathSteps
}

// Path plans which programmes to take, one after the other, to come as near to a goal as can be (PlanPath says which way is
// the best), and says what keeps back the rest. It returns what Gap returns.
func (m *Matching) Path(ctx context.Context, a Actor, ask PathAsk) (Path, error) {
	aim, err := m.aim(ctx, a, ask.Goal)
	if err != nil {
		return Path{}, err
	}
	f := &pathFinder{m: m, rel: m.catalogue().Relations(), looked: make(map[uuid.UUID]*Programme), terms: PathTerms{
		Requirements: aim.Requirements, Own: ask.Own, Constraints: ask.Constraints, Prefer: ask.Prefer, MaxSteps: ask.MaxSteps,
		Today: m.today(), From: max(m.today(), ask.Constraints.StartsFrom),
	}}
	f.terms.Constraints.AllMusts = false
	if ask.Constraints.StartsFrom != 0 {
		f.terms.Constraints.StartsFrom = f.terms.From
	}
	if err := f.plan(ctx); err != nil {
		return Path{}, err
	}
	out := Path{Aim: aim, Exact: f.found.Exact}
	f.explain(&out)
	if err := f.obstacles(ctx, &out); err != nil {
		return Path{}, err
	}
	return out, f.name(ctx, &out)
}

// pathFinder gathers what a path can be made of, and plans it.
type pathFinder struct {
	m          *Matching
	rel        *Relations
	terms      PathTerms
	looked     map[uuid.UUID]*Programme // all that was read; nil for what is not listed
	candidates []*Programme
	found      PathPlan
	held       []Outcome // own levels, and what the path found teaches
}

// pathRoom is how many candidates there may be after the first questions, and with what opens the way to them; the rest
// of MaxPathCandidates is for what would add to a plan.
var pathRoom = struct{ first, opened int }{40, 54}

// plan gathers candidates and plans, and again with what would add most to the plan, until that changes nothing.
func (f *pathFinder) plan(ctx context.Context) error {
	f.held = f.terms.Own
	ids, err := f.first(ctx)
	if err != nil {
		return err
	}
	first, opened := pathRoom.first, pathRoom.opened
	for round := range pathRounds {
		fresh, err := f.add(ctx, ids, first)
		if err != nil {
			return err
		}
		if round > 0 && len(fresh) == 0 {
			break
		}
		for len(fresh) > 0 {
			if ids, err = f.openers(ctx, fresh); err != nil {
				return err
			}
			if fresh, err = f.add(ctx, ids, opened); err != nil {
				return err
			}
		}
		if err := f.planOver(ctx, pathWidths[:1]); err != nil {
			return err
		}
		if ids, err = f.rank(ctx, f.terms.Requirements, f.held, f.terms.Constraints, pathShelf); err != nil {
			return err
		}
		first, opened = MaxPathCandidates, MaxPathCandidates
	}
	if f.found.Exact {
		return nil
	}
	return f.planOver(ctx, pathWidths)
}

// planOver plans over the candidates.
func (f *pathFinder) planOver(ctx context.Context, widths []int) (err error) {
	if f.found, err = planPath(ctx, f.rel, f.terms, f.candidates, widths); err != nil {
		return err
	}
	f.held = slices.Clone(f.terms.Own)
	for _, s := range f.found.Steps {
		f.held = append(f.held, s.Programme.Outcomes...)
	}
	return nil
}

// first returns the programmes that bring most by themselves, short and cheap ones too where that counts, and those that
// bring one requirement furthest.
func (f *pathFinder) first(ctx context.Context) (ids []uuid.UUID, err error) {
	for _, c := range f.shelves() {
		some, err := f.rank(ctx, f.terms.Requirements, f.terms.Own, c, pathShelf)
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	for _, l := range heaviest(Explain(f.rel, f.terms.Requirements, nil, f.terms.Own), pathSpecialists) {
		some, err := f.rank(ctx, []Requirement{*l.Requirement}, f.terms.Own, f.terms.Constraints, 2)
		if err != nil {
			return nil, err
		}
		ids = append(ids, some...)
	}
	return ids, nil
}

// shelves returns the constraints to look under: those that hold, and such as leave room in the budgets for more steps.
func (f *pathFinder) shelves() []ProgrammeConstraints {
	c := f.terms.Constraints
	list := []ProgrammeConstraints{c}
	weeks, price := c.MaxWeeks, c.MaxPrice
	if weeks == 0 && f.terms.Prefer == PreferShortest {
		weeks = 52
	}
	if price == nil && f.terms.Prefer == PreferCheapest {
		price = new(int64)
		*price = 400_000
	}
	if weeks == 0 && price == nil {
		return list
	}
	for _, share := range []int{2, 4} {
		if weeks != 0 {
			c.MaxWeeks = max(weeks/share, 1)
		}
		if price != nil {
			part := *price / int64(share)
			c.MaxPrice = &part
		}
		list = append(list, c)
	}
	return list
}

// heaviest returns the lines that lack most, at most so many.
func heaviest(e Explanation, most int) []Line {
	var lines []Line
	for _, l := range e.Lines {
		if l.Credit < Whole {
			lines = append(lines, l)
		}
	}
	slices.SortStableFunc(lines, func(a, b Line) int { return cmp.Compare(b.lack(), a.lack()) })
	return lines[:min(len(lines), most)]
}

// lack is what a line would earn more if it were met.
func (l Line) lack() int64 { return l.Requirement.Importance.Weight()*int64(Whole) - l.Points }

// openers returns programmes that teach what some programmes need to enter and neither own levels nor candidates give.
func (f *pathFinder) openers(ctx context.Context, of []*Programme) (ids []uuid.UUID, err error) {
	sought := 0
	for _, p := range of {
		for _, need := range EntryFor(f.rel, p.Prerequisites, f.terms.Own).Missing {
			if sought++; sought > pathLocks {
				return ids, nil
			}
			c := f.terms.Constraints
			c.AllMusts = true
			some, err := f.rank(ctx, []Requirement{{need.Competence, need.Level, need.Source, Must}}, f.terms.Own, c, pathOpeners)
			if err != nil {
				return nil, err
			}
			ids = append(ids, some...)
		}
	}
	return ids, nil
}

// rank asks the matcher.
func (f *pathFinder) rank(ctx context.Context, asked []Requirement, own []Outcome, c ProgrammeConstraints, limit int) ([]uuid.UUID, error) {
	ranks, _, err := f.m.matcher.Programmes(ctx, ProgrammeQuery{Requirements: asked, Own: own, Constraints: c, Limit: limit})
	return ids(ranks, func(r ProgrammeRank) uuid.UUID { return r.ID }), err
}

// add makes candidates of what was not looked at before, until there are so many, and returns them.
func (f *pathFinder) add(ctx context.Context, ids []uuid.UUID, room int) ([]*Programme, error) {
	var fresh []*Programme
	found, err := f.read(ctx, ids, room-len(f.candidates))
	for _, p := range found {
		if p != nil && f.terms.Constraints.Admits(&p.ProgrammeTerms) {
			fresh = append(fresh, p)
		}
	}
	f.candidates = append(f.candidates, fresh...)
	return fresh, err
}

// read reads those of some programmes that were not looked at before, at most so many; nil stands for what is not listed.
func (f *pathFinder) read(ctx context.Context, ids []uuid.UUID, most int) ([]*Programme, error) {
	var missing []uuid.UUID
	for _, id := range ids {
		if _, done := f.looked[id]; !done && !slices.Contains(missing, id) && len(missing) < most {
			missing = append(missing, id)
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	found, err := f.m.store.Programmes(ctx, missing)
	if err != nil {
		return nil, err
	}
	var out []*Programme
	for _, id := range missing {
		p := found[id]
		if p != nil && !p.Listed() {
			p = nil
		}
		f.looked[id] = p
		out = append(out, p)
	}
	return out, nil
}

// explain says what each step of the path brings.
func (f *pathFinder) explain(out *Path) {
	weeks, price, held := int64(0), int64(0), slices.Clone(f.terms.Own)
	at := Explain(f.rel, f.terms.Requirements, nil, held)
	out.Before = at.Score
	for i, s := range f.found.Steps {
		next := Explain(f.rel, f.terms.Requirements, s.Programme.Outcomes, held)
		step := PathStep{PlannedStep: s, Before: at.Score, After: next.Score}
		for j, l := range next.Lines {
			if l.Credit > at.Lines[j].Credit {
				step.Lines = append(step.Lines, l)
			}
		}
		with := slices.Concat(held, s.Programme.Outcomes)
		for _, later := range f.found.Steps[i+1:] {
			needs := later.Programme.Prerequisites
			if len(EntryFor(f.rel, needs, with).Missing) < len(EntryFor(f.rel, needs, held).Missing) {
				step.Opens = append(step.Opens, later.Programme)
			}
		}
		out.Steps = append(out.Steps, step)
		at, held = Explain(f.rel, f.terms.Requirements, nil, with), with
		weeks, price = plus(weeks, weeksOf(s.Programme)), plus(price, priceOf(s.Programme))
	}
	out.After = at.Score
	if weeks != unknown {
		known := int(weeks)
		out.Weeks = &known
	}
	if price != unknown {
		out.Price = &price
	}
}

// obstacles says what keeps back what the path does not meet, the heaviest first.
func (f *pathFinder) obstacles(ctx context.Context, out *Path) error {
	lines := heaviest(Explain(f.rel, f.terms.Requirements, nil, f.held), maxObstacles)
	whys := make([]why, len(lines))
	var read []uuid.UUID
	for i, l := range lines {
		w, err := f.why(ctx, *l.Requirement, out)
		if err != nil {
			return err
		}
		whys[i] = w
		read = append(append(read, w.nearest...), w.within...)
	}
	if _, err := f.read(ctx, read, len(read)); err != nil {
		return err
	}
	for i, w := range whys {
		o := Obstacle{Line: lines[i], Reason: w.reason}
		for _, id := range w.nearest {
			o.Nearest = f.looked[id]
		}
		if o.Reason == "" {
			var err error
			if o.Reason, err = f.left(ctx, w.within, out); err != nil {
				return err
			}
		}
		out.Obstacles = append(out.Obstacles, o)
	}
	return nil
}

// why is what keeps a requirement back; with no reason, programmes that would bring it further and are within all bounds.
type why struct {
	reason          ObstacleReason
	nearest, within []uuid.UUID
}

// why asks of programmes one thing after the other, until none is left that would bring a requirement further.
func (f *pathFinder) why(ctx context.Context, r Requirement, path *Path) (w why, err error) {
	type try struct {
		reason ObstacleReason
		c      ProgrammeConstraints
	}
	c := f.terms.Constraints
	anywhere := c
	anywhere.StartsFrom, anywhere.MaxWeeks, anywhere.MaxPrice = 0, 0, nil
	inTime := anywhere
	inTime.StartsFrom = c.StartsFrom
	short := inTime
	short.MaxWeeks = c.MaxWeeks
	tries := []try{{NoProgramme, ProgrammeConstraints{}}, {AgainstConstraints, anywhere}, {TooLate, inTime}, {TooLong, short}, {TooDear, c}}
	if len(path.Steps) < f.terms.MaxSteps {
		if c.MaxWeeks != 0 {
			if c.MaxWeeks -= *path.Weeks; c.MaxWeeks == 0 {
				c.MaxWeeks = -1 // no week, and not no bound
			}
		}
		short.MaxWeeks = c.MaxWeeks
		if c.MaxPrice != nil {
			left := *c.MaxPrice - *path.Price
			c.MaxPrice = &left
		}
		tries = append(tries, try{TooLong, short}, try{TooDear, c})
	}
	for i, t := range tries {
		w.reason = t.reason
		if w.within, err = f.rank(ctx, []Requirement{r}, f.held, t.c, pathOpeners); err != nil || len(w.within) == 0 {
			return w, err
		}
		if i == 0 {
			w.nearest = w.within[:1]
		}
	}
	w.reason = ""
	if len(path.Steps) == f.terms.MaxSteps {
		w.reason = TooManySteps
	}
	return w, nil
}

// left says why programmes are no step of a path though they would add to it, within all bounds.
func (f *pathFinder) left(ctx context.Context, ids []uuid.UUID, path *Path) (ObstacleReason, error) {
	var list []*Programme
	enterable := false
	for _, id := range ids {
		if p := f.looked[id]; p != nil {
			list = append(list, p)
			enterable = enterable || EntryFor(f.rel, p.Prerequisites, f.held).Open
		}
	}
	if !enterable {
		return NoWayIn, nil
	}
	more := f.terms
	more.Own, more.Prefer, more.MaxSteps = f.held, PreferCoverage, 1
	if n := len(path.Steps); n > 0 {
		if more.From = path.Steps[n-1].Ends; more.From == 0 {
			more.From = never
		}
	}
	plan, err := PlanPath(ctx, f.rel, more, list)
	switch {
	case err != nil:
		return "", err
	case len(plan.Steps) == 0:
		return TooLate, nil
	case f.terms.Prefer == PreferShortest || f.terms.Prefer == PreferCheapest:
		return NotPreferred, nil
	default:
		return NotLookedAt, nil
	}
}

// name reads the organisations behind a path.
func (f *pathFinder) name(ctx context.Context, out *Path) error {
	shown := make(map[uuid.UUID]*Programme)
	for _, s := range out.Steps {
		shown[s.Programme.ID] = s.Programme
	}
	for _, o := range out.Obstacles {
		if o.Nearest != nil {
			shown[o.Nearest.ID] = o.Nearest
		}
	}
	if len(shown) == 0 {
		return nil
	}
	found, err := f.m.store.Organisations(ctx, owners(shown, func(p *Programme) uuid.UUID { return p.OrganisationID }))
	if err != nil {
		return err
	}
	for i := range out.Steps {
		out.Steps[i].Organisation = found[out.Steps[i].Programme.OrganisationID]
	}
	for i := range out.Obstacles {
		if p := out.Obstacles[i].Nearest; p != nil {
			out.Obstacles[i].Organisation = found[p.OrganisationID]
		}
	}
	return nil
}
