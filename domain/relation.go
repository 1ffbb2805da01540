package domain

import (
	"cmp"
	"slices"
	"sync"
)

// Relation says by what kin a competence serves a requirement for another.
type Relation string

// The relations of an offered competence to the one that is asked for. Own stands for a learner's own level.
const (
	Same     Relation = "same"
	Exact    Relation = "exact"
	Close    Relation = "close"
	Narrower Relation = "narrower"
	Broader  Relation = "broader"
	Own      Relation = "own"
)

// Quarters returns r, the share of credit that a relation passes on, in quarters: same and exact 4, close and narrower
// 3, broader 2.
func (r Relation) Quarters() int {
	switch r {
	case Same, Exact:
		return 4
	case Close, Narrower:
		return 3
	case Broader:
		return 2
	default:
		return 0
	}
}

// Kin is a competence and how it stands to another one.
type Kin struct {
	ID       CompetenceID
	Relation Relation
}

// Relations answers how competences stand to each other, from broader relations at any depth and from equivalents; what
// replaced a competence is an exact one. A path between two competences may use equivalents freely, and either only steps
// to narrower or only steps to broader ones, never both. Its r is that of its least step; of several paths the one with the
// largest r counts, and at three quarters equivalence before narrowness. Safe for concurrent use.
type Relations struct {
	broader, narrower, exact, close map[CompetenceID][]CompetenceID
	cache                           sync.Map // CompetenceID → []Kin
}

func newRelations(competences []Competence) *Relations {
	r := &Relations{
		broader:  make(map[CompetenceID][]CompetenceID),
		narrower: make(map[CompetenceID][]CompetenceID),
		exact:    make(map[CompetenceID][]CompetenceID),
		close:    make(map[CompetenceID][]CompetenceID),
	}
	link := func(m map[CompetenceID][]CompetenceID, a, b CompetenceID) {
		if a != b && !slices.Contains(m[a], b) {
			m[a] = append(m[a], b)
		}
	}
	for _, c := range competences {
		for _, b := range c.Broader {
			link(r.broader, c.ID, b)
			link(r.narrower, b, c.ID)
		}
		for _, e := range c.Exact {
			link(r.exact, c.ID, e)
			link(r.exact, e, c.ID)
		}
		if c.ReplacedBy != "" {
			link(r.exact, c.ID, c.ReplacedBy)
			link(r.exact, c.ReplacedBy, c.ID)
		}
		for _, e := range c.Close {
			link(r.close, c.ID, e)
			link(r.close, e, c.ID)
		}
	}
	return r
}

// Serving returns every competence that serves a requirement for asked, itself first, then by id. The slice is shared:
// not to be changed. An unknown competence serves itself.
func (r *Relations) Serving(asked CompetenceID) []Kin {
	if kin, ok := r.cache.Load(asked); ok {
		return kin.([]Kin)
	}
	kin, _ := r.cache.LoadOrStore(asked, r.serving(asked))
	return kin.([]Kin)
}

// Between returns how offered serves a requirement for asked, and whether it does.
func (r *Relations) Between(asked, offered CompetenceID) (Relation, bool) {
	return relationIn(r.Serving(asked), offered)
}

// relationIn finds a competence in a list that Serving gave.
func relationIn(serving []Kin, offered CompetenceID) (Relation, bool) {
	if serving[0].ID == offered {
		return serving[0].Relation, true
	}
	others := serving[1:]
	i, ok := slices.BinarySearchFunc(others, offered, func(k Kin, id CompetenceID) int { return cmp.Compare(k.ID, id) })
	if !ok {
		return "", false
	}
	return others[i].Relation, true
}

// serving spreads from asked in the order of falling r: what an earlier, better path has reached stays as it is.
func (r *Relations) serving(asked CompetenceID) []Kin {
	best := map[CompetenceID]Relation{asked: Same}
	for _, spread := range []struct {
		as    Relation
		steps []map[CompetenceID][]CompetenceID
	}{
		{Exact, []map[CompetenceID][]CompetenceID{r.exact}},
		{Close, []map[CompetenceID][]CompetenceID{r.exact, r.close}},
		{Narrower, []map[CompetenceID][]CompetenceID{r.exact, r.close, r.narrower}},
		{Broader, []map[CompetenceID][]CompetenceID{r.exact, r.close, r.broader}},
	} {
		for id := range reach(asked, spread.steps) {
			if _, better := best[id]; !better {
				best[id] = spread.as
			}
		}
	}
	kin := make([]Kin, 0, len(best))
	for id, rel := range best {
		if id != asked {
			kin = append(kin, Kin{id, rel})
		}
	}
	slices.SortFunc(kin, func(a, b Kin) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Insert(kin, 0, Kin{asked, Same})
}

// reach returns everything that the given kinds of steps lead to.
func reach(from CompetenceID, steps []map[CompetenceID][]CompetenceID) map[CompetenceID]bool {
	seen := map[CompetenceID]bool{from: true}
	for todo := []CompetenceID{from}; len(todo) > 0; {
		at := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, step := range steps {
			for _, next := range step[at] {
				if !seen[next] {
					seen[next] = true
					todo = append(todo, next)
				}
			}
		}
	}
	return seen
}
