package domain

import (
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Limits of a team.
const (
	MaxTeamRoles        = 20
	MaxStaff            = 500
	MaxRoleRequirements = 50
	MaxRoleName         = 100
)

// TeamRole is what an employer needs of some people: Headcount positions, each with the same requirements.
type TeamRole struct {
	Name         string
	Headcount    int
	Demand       uuid.UUID // whose requirements these are; Nil where they were given
	Requirements []Requirement
}

// of is what full coverage of one position would earn.
func (r TeamRole) of() int64 {
	var of int64
	for _, q := range r.Requirements {
		of += q.Importance.Weight() * int64(Whole)
	}
	return of
}

// Employee is one of the staff, known by a key that means something to the sender alone.
type Employee struct {
	Key    string
	Role   int // in Team.Roles; Unplaced where none was given
	Levels []Outcome
}

// Unplaced is the role of an employee who has none.
const Unplaced = -1

// Team is the roles of an employer and the staff to fill them. Nothing of it is kept.
type Team struct {
	Roles []TeamRole
	Staff []Employee
}

// TeamRoleForm is a role as written: it names a demand or has requirements.
type TeamRoleForm struct {
	Name         string
	Headcount    int
	Demand       uuid.UUID
	Requirements []RequirementForm
}

// EmployeeForm is one of the staff as written; Role is the name of a role, or "".
type EmployeeForm struct {
	Key, Role string
	Levels    []OutcomeForm
}

// TeamForm is a team as written.
type TeamForm struct {
	Roles []TeamRoleForm
	Staff []EmployeeForm
}

// Parse reads the form against the catalogue and notes every fault. Requirements that a demand has are not there yet.
func (form TeamForm) Parse(f *Faults, c *Catalogue) Team {
	var t Team
	switch {
	case len(form.Roles) > MaxTeamRoles:
		f.Add("/roles", CodeTooMany, MaxTeamRoles)
		return t
	case len(form.Staff) > MaxStaff:
		f.Add("/staff", CodeTooMany, MaxStaff)
		return t
	}
	roles := make(map[string]int, len(form.Roles))
	for i, r := range form.Roles {
		at := pointer("/roles", i)
		name := requiredText(f, at+"/name", r.Name, MaxRoleName, false)
		if _, twice := roles[name]; !twice {
			roles[name] = i
		} else if name != "" {
			f.Add(at+"/name", CodeDuplicate, name)
		}
		if r.Headcount < 1 || r.Headcount > MaxStaff {
			f.Add(at+"/headcount", CodeOutOfRange, 1, MaxStaff)
		}
		t.Roles = append(t.Roles, TeamRole{name, r.Headcount, r.Demand, r.requirements(f, at, c)})
	}
	keys := make(map[string]bool, len(form.Staff))
	for i, s := range form.Staff {
		at := pointer("/staff", i)
		if f.Check(at+"/key", checkStaffKey(s.Key)) && keys[s.Key] {
			f.Add(at+"/key", CodeDuplicate, s.Key)
		}
		keys[s.Key] = true
		e := Employee{s.Key, Unplaced, ParseOutcomes(f, at+"/levels", s.Levels, MaxOutcomes, c)}
		if role, ok := roles[strings.TrimSpace(s.Role)]; ok && s.Role != "" {
			e.Role = role
		} else if s.Role != "" {
			f.Add(at+"/role", CodeUnknownValue, s.Role)
		}
		t.Staff = append(t.Staff, e)
	}
	t.checkPositions(f)
	return t
}

func (form TeamRoleForm) requirements(f *Faults, at string, c *Catalogue) []Requirement {
	switch {
	case len(form.Requirements) > MaxRoleRequirements:
		f.Add(at+"/requirements", CodeTooMany, MaxRoleRequirements)
		return nil
	case form.Demand != uuid.Nil && form.Requirements != nil:
		f.Add(at+"/demand_id", CodeDemandOrRequirements)
	case form.Demand == uuid.Nil && len(form.Requirements) == 0:
		f.Add(at+"/requirements", CodeRequired)
	}
	return ParseRequirements(f, at+"/requirements", form.Requirements, c)
}

// checkPositions notes everybody who was given a role beyond its headcount.
func (t Team) checkPositions(f *Faults) {
	placed := make([]int, len(t.Roles))
	for i, e := range t.Staff {
		if e.Role == Unplaced {
			continue
		}
		if placed[e.Role]++; placed[e.Role] > t.Roles[e.Role].Headcount {
			f.Add(pointer("/staff", i)+"/role", CodeRoleFull, t.Roles[e.Role].Headcount)
		}
	}
}

var staffKeyForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// checkStaffKey returns why s is no key of one of the staff: malformed, which names and addresses are, or
// looks_personal for what may be an IIN or a telephone number.
func checkStaffKey(s string) error {
	if !staffKeyForm.MatchString(s) {
		return Because(CodeMalformed)
	}
	if number := strings.NewReplacer("-", "", "_", "").Replace(s); len(number) >= 10 && strings.Trim(number, "0123456789") == "" {
		return Because(CodeLooksPersonal)
	}
	return nil
}

// TeamGap is how the people in a role stand to one of its requirements. Whoever does not meet it is short of it.
type TeamGap struct {
	Requirement Requirement
	Met         int
	Shortfalls  []Shortfall // by levels
	Open        []StillOpen // what the plan leaves of it, by reason; empty when it is closed
}

// Shortfall is how many people lack how many levels of a requirement. What a related competence earns counts: the levels
// short are the required level less r·min(held, required), rounded up.
type Shortfall struct{ Levels, People int }

// Short returns how many people are short.
func (g TeamGap) Short() int {
	n := 0
	for _, s := range g.Shortfalls {
		n += s.People
	}
	return n
}

// add counts somebody with a credit.
func (g *TeamGap) add(c Credit) {
	if c == Whole {
		g.Met++
		return
	}
	levels := levelsShort(g.Requirement.Level, c)
	i, ok := slices.BinarySearchFunc(g.Shortfalls, levels, func(s Shortfall, l int) int { return s.Levels - l })
	if !ok {
		g.Shortfalls = slices.Insert(g.Shortfalls, i, Shortfall{Levels: levels})
	}
	g.Shortfalls[i].People++
}

func levelsShort(asked Level, c Credit) int {
	return (int(Whole-c)*int(asked) + int(Whole) - 1) / int(Whole)
}

// asking is a competence and a level that a requirement or a prerequisite asks for.
type asking struct {
	competence CompetenceID
	level      Level
}

// yardstick measures levels against everything that is asked for in one plan, each asking by its number.
type yardstick struct {
	rel    *Relations
	asked  []asking
	number map[asking]int
	serves map[CompetenceID][]serving
}

// serving says that a competence serves an asking, with r in quarters.
type serving struct{ asking, quarters int }

func newYardstick(rel *Relations) *yardstick {
	return &yardstick{rel: rel, number: make(map[asking]int), serves: make(map[CompetenceID][]serving)}
}

// add returns the number of an asking.
func (y *yardstick) add(a asking) int {
	if n, ok := y.number[a]; ok {
		return n
	}
	n := len(y.asked)
	y.asked, y.number[a] = append(y.asked, a), n
	for _, k := range y.rel.Serving(a.competence) {
		y.serves[k.ID] = append(y.serves[k.ID], serving{n, k.Relation.Quarters()})
	}
	return n
}

// measure returns the credit that levels earn of every asking, as Explain gives it.
func (y *yardstick) measure(levels []Outcome) []Credit {
	credits := make([]Credit, len(y.asked))
	for _, o := range levels {
		for _, s := range y.serves[o.Competence] {
			credits[s.asking] = max(credits[s.asking], CreditOf(s.quarters, o.Level, y.asked[s.asking].level))
		}
	}
	return credits
}

// Place gives everybody a role who has none, as far as there are positions, so that the staff together earn the most
// points: exactly, by shortest augmenting paths. Of the ways to earn as many it takes the one that gives the first of
// the staff the earliest role, then the second, and so on. It returns everybody's role, or Unplaced.
func Place(rel *Relations, t Team) []int {
	y := newYardstick(rel)
	numbers := make([][]int, len(t.Roles))
	for r, role := range t.Roles {
		for _, q := range role.Requirements {
			numbers[r] = append(numbers[r], y.add(asking{q.Competence, q.Level}))
		}
	}
	p := newPlacing(t)
	for _, e := range p.movable {
		credits := y.measure(t.Staff[e].Levels)
		p.points[e] = make([]int64, len(t.Roles)+1)
		for r, role := range t.Roles {
			for i, q := range role.Requirements {
				p.points[e][r] += q.Importance.Weight() * int64(credits[numbers[r][i]])
			}
		}
	}
	for _, e := range p.movable {
		p.enter(e)
	}
	for i, e := range p.movable {
		p.settle(e, p.movable[i+1:])
	}
	for e, r := range p.role {
		if r == len(t.Roles) {
			p.role[e] = Unplaced
		}
	}
	return p.role
}

// placing is an assignment on its way. The last role is that of whoever finds no position; it has exactly as many
// places as there are people too many, so that positions are filled first.
type placing struct {
	points  [][]int64 // by employee and role
	role    []int     // by employee
	free    []int     // places left, by role
	movable []int     // who was given no role
	roads   [][]road  // by role and role
}

// road is the best way to make a role's place free by moving somebody to another role, who moves somebody on, and so on.
type road struct {
	gain int64 // of the moves, 0 or less where nothing is to be won
	open bool
	who  int // moves first
	via  int // to this role
}

func newPlacing(t Team) *placing {
	p := &placing{
		points: make([][]int64, len(t.Staff)), role: make([]int, len(t.Staff)), free: make([]int, len(t.Roles)+1),
		roads: make([][]road, len(t.Roles)+1),
	}
	positions := 0
	for r, role := range t.Roles {
		p.free[r] = role.Headcount
		positions += role.Headcount
	}
	for i := range p.roads {
		p.roads[i] = make([]road, len(p.roads))
	}
	for e, s := range t.Staff {
		p.role[e] = s.Role
		if s.Role == Unplaced {
			p.movable = append(p.movable, e)
			continue
		}
		p.free[s.Role]--
	}
	p.free[len(t.Roles)] = max(0, len(t.Staff)-positions)
	return p
}

// survey finds the best road from every role to every other, by the moves of some people. As no circle of moves wins
// anything, Floyd's and Warshall's way finds them.
func (p *placing) survey(people []int) {
	for a := range p.roads {
		for b := range p.roads[a] {
			p.roads[a][b] = road{open: a == b, who: -1, via: b}
		}
	}
	for _, e := range people {
		a := p.role[e]
		if a == Unplaced {
			continue
		}
		for b := range p.roads[a] {
			gain := p.points[e][b] - p.points[e][a]
			if r := &p.roads[a][b]; a != b && (!r.open || gain > r.gain) {
				*r = road{gain, true, e, b}
			}
		}
	}
	for k := range p.roads {
		for a := range p.roads {
			for b := range p.roads {
				first, then := p.roads[a][k], p.roads[k][b]
				if a == k || k == b || !first.open || !then.open {
					continue
				}
				if r := &p.roads[a][b]; !r.open || first.gain+then.gain > r.gain {
					*r = road{first.gain + then.gain, true, first.who, first.via}
				}
			}
		}
	}
}

// enter gives somebody a role, moving others where that earns the most.
func (p *placing) enter(e int) {
	p.survey(p.movable)
	best, to, end := int64(0), -1, -1
	for a := range p.roads {
		for b, r := range p.roads[a] {
			if gain := p.points[e][a] + r.gain; r.open && p.free[b] > 0 && (to < 0 || gain > best) {
				best, to, end = gain, a, b
			}
		}
	}
	p.shift(to, end)
	p.role[e] = to
	p.free[end]--
}

// shift makes one place free in a role, by the moves of the road to another one.
func (p *placing) shift(from, to int) {
	for from != to {
		r := p.roads[from][to]
		from, p.role[r.who] = r.via, r.via
	}
}

// settle moves somebody to the earliest role that leaves the sum as it is, with the moves of people after them.
func (p *placing) settle(e int, after []int) {
	from := p.role[e]
	p.survey(after)
	p.free[from]++
	for a := range from {
		for b, r := range p.roads[a] {
			if r.open && p.free[b] > 0 && p.points[e][a]+r.gain == p.points[e][from] {
				p.shift(a, b)
				p.role[e] = a
				p.free[b]--
				return
			}
		}
	}
	p.free[from]--
}
