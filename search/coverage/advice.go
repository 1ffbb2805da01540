package coverage

import (
	"context"
	"math/big"
	"math/bits"
	"slices"

	"kopir/domain"
)

// Advice ranks the catalogue's competences by what each would gain, added to the outcomes at the level where it gains most;
// domain.AdviceQuery says of what. It returns Unavailable until the index is loaded, Invalid for more outcomes than a
// programme may have, and the error of a context that ends first.
//
// Credits are largest over outcomes, so what one more outcome adds to a requirement does not depend on the rest of the
// demand: a gain is a sum over requirements, and those for one competence at one level add alike, but for openings,
// weight and the whole that the demand asks. One walk over the demands therefore sums openings·weight/W for each
// competence and level (mass), and what a competence gains is read off these sums, however many demands there are. The
// sums are whole numbers of 1/scale, where scale is a multiple of every W: no rounding decides an order. A second walk
// finds the demands behind what is on the page.
func (x *Index) Advice(ctx context.Context, q domain.AdviceQuery) ([]domain.Advised, int, error) {
	now := x.now.Load()
	if !now.loaded {
		return nil, 0, domain.Fail(domain.Unavailable, domain.CodeIndexLoading)
	}
	if len(q.Outcomes) > domain.MaxOutcomes {
		return nil, 0, domain.Fail(domain.Invalid, domain.CodeTooMany, domain.MaxOutcomes)
	}
	a := adviser{now: now, q: q, mass: make([]*mass, now.names.len())}
	a.search.begin(now.world, domain.DemandQuery{Outcomes: q.Outcomes, Constraints: q.Constraints, Today: q.Today})
	if err := a.weigh(ctx); err != nil {
		return nil, 0, err
	}
	ranked := a.rank()
	page := ranked[min(q.Skip, len(ranked)):min(q.Skip+q.Limit, len(ranked))]
	if err := a.finish(ctx, page); err != nil {
		return nil, 0, err
	}
	return page, len(ranked), nil
}

// adviser is one query for advice.
type adviser struct {
	now    *snapshot
	q      domain.AdviceQuery
	search demandSearch // which demands count, and what the outcomes reach
	scale  *big.Int     // a multiple of every W
	mass   []*mass      // by competence; nil where nothing more is asked
}

// mass is what the demands ask of one competence beyond what the outcomes earn there.
type mass struct {
	asked [domain.MaxLevel + 1]*big.Int      // openings·weight/W by level, in units of 1/scale; nil where it is not asked, or met
	base  [domain.MaxLevel + 1]domain.Credit // that the outcomes earn, by level
	// gains are sums of asked · credit above base, by quarters (from 2) and level; made when first wanted.
	gains [3]*[domain.MaxLevel + 1]big.Int
}

// each visits the demands that count, by segment and ordinal: so in a segment those that ask equally much come in a row.
func (a *adviser) each(ctx context.Context, visit func(s *demands, i int)) error {
	for i := range a.now.demands.views {
		v := &a.now.demands.views[i]
		a.search.constrain(v)
		a.search.filter.turnOn()
		for w, word := range a.search.filter.bits {
			if w%64 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			for ; word != 0; word &= word - 1 {
				visit(v.segment, w*64+bits.TrailingZeros64(word))
			}
		}
	}
	return ctx.Err()
}

// touch is a level that is asked of a competence.
type touch struct {
	competence uint32
	level      code
}

// weigh makes the masses.
func (a *adviser) weigh(ctx context.Context) error {
	a.scale = a.now.commonWeight()
	counts := make([][domain.MaxLevel + 1]int64, len(a.mass)) // openings·weight of demands that ask equally much
	var touched []touch
	var of uint32
	flush := func() {
		if len(touched) == 0 {
			return
		}
		unit := new(big.Int).Quo(a.scale, big.NewInt(int64(of)/int64(domain.Whole)))
		var part big.Int
		for _, t := range touched {
			count := &counts[t.competence][t.level]
			sum := a.mass[t.competence].asked[t.level]
			sum.Add(sum, part.Mul(unit, part.SetInt64(*count)))
			*count = 0
		}
		touched = touched[:0]
	}
	err := a.each(ctx, func(s *demands, i int) {
		if s.of[i] != of {
			flush()
			of = s.of[i]
		}
		for _, r := range s.required.of(i) {
			at := touch{r.competence(), r.load() & 15}
			if !a.lacks(at) {
				continue
			}
			count := &counts[at.competence][at.level]
			if *count == 0 {
				touched = append(touched, at)
			}
			*count += int64(s.openings[i]) * importances[r.load()>>4].Weight()
		}
	})
	flush()
	return err
}

// lacks says whether the outcomes do not meet a level in full, and makes room for what is asked of it if so.
func (a *adviser) lacks(t touch) bool {
	m := a.mass[t.competence]
	if m == nil {
		m = new(mass)
		held := a.search.reach.of(t.competence)
		for l := range m.base {
			m.base[l] = held.credit(domain.Level(l))
		}
		a.mass[t.competence] = m
	}
	if m.base[t.level] == domain.Whole {
		return false
	}
	if m.asked[t.level] == nil {
		m.asked[t.level] = new(big.Int)
	}
	return true
}

// commonWeight returns the least common multiple of what all demands weigh.
func (s *snapshot) commonWeight() *big.Int {
	scale, seen := big.NewInt(1), make(map[uint32]bool)
	for i := range s.demands.views {
		for _, of := range s.demands.views[i].segment.of {
			if seen[of] {
				continue
			}
			seen[of] = true
			w := big.NewInt(int64(of) / int64(domain.Whole))
			scale.Mul(scale, w.Quo(w, new(big.Int).GCD(nil, nil, scale, w)))
		}
	}
	return scale
}

// gain returns what a competence that serves this one by so many quarters gains here, by level, in units of
// 1/(Whole·scale).
func (m *mass) gain(quarters int) *[domain.MaxLevel + 1]big.Int {
	known := &m.gains[quarters-2]
	if *known == nil {
		*known = new([domain.MaxLevel + 1]big.Int)
		var part big.Int
		for level := range *known {
			for asked, sum := range m.asked {
				more := domain.CreditOf(quarters, domain.Level(level), domain.Level(asked)) - m.base[asked]
				if sum != nil && more > 0 {
					(*known)[level].Add(&(*known)[level], part.Mul(sum, big.NewInt(int64(more))))
				}
			}
		}
	}
	return *known
}

// rank lists all that gains, in order, with gains in units of 1/(Whole·scale): whole numbers, which are quick to compare.
// What another competence has replaced cannot be added.
func (a *adviser) rank() []domain.Advised {
	if a.now.catalogue == nil {
		return nil
	}
	from := make(map[domain.CompetenceID]domain.Level, len(a.q.Outcomes))
	for _, o := range a.q.Outcomes {
		from[o.Competence] = max(from[o.Competence], o.Level)
	}
	var out []domain.Advised
	for _, k := range a.now.catalogue.Competences() {
		if !k.InUse() {
			continue
		}
		if levels := a.levels(k.ID); len(levels) > 0 {
			best := levels[len(levels)-1]
			out = append(out, domain.Advised{
				AdviceRank: domain.AdviceRank{Competence: k.ID, From: from[k.ID], Level: best.Level, Gain: best.Gain}, Levels: levels,
			})
		}
	}
	slices.SortFunc(out, func(a, b domain.Advised) int { return a.Compare(b.AdviceRank) })
	return out
}

// serves lists what a competence of the catalogue serves beyond the outcomes, and by how many quarters.
func (a *adviser) serves(id domain.CompetenceID, yield func(asked uint32, m *mass, quarters int)) {
	n, _ := a.now.names.find(id)
	for _, s := range a.now.kin.serves[n] {
		if m := a.mass[s.asked]; m != nil {
			yield(s.asked, m, int(s.place)/4+2)
		}
	}
}

// levels returns what a competence gains at each level that is asked of what it serves, as far as more level gains more.
func (a *adviser) levels(id domain.CompetenceID) []domain.LevelGain {
	var sums [domain.MaxLevel + 1]big.Int
	var asked [domain.MaxLevel + 1]bool
	a.serves(id, func(_ uint32, m *mass, quarters int) {
		gains := m.gain(quarters)
		for l := range sums {
			sums[l].Add(&sums[l], &gains[l])
			asked[l] = asked[l] || m.asked[l] != nil
		}
	})
	var out []domain.LevelGain
	most := new(big.Int)
	for l := range sums {
		if asked[l] && sums[l].Cmp(most) > 0 {
			most = &sums[l]
			out = append(out, domain.LevelGain{Level: domain.Level(l), Gain: new(big.Rat).SetInt(most)})
		}
	}
	return out
}

// share is what an item of the page adds to the credit of a requirement for one competence, by level.
type share struct {
	item int
	more [domain.MaxLevel + 1]domain.Credit
}

// shares returns what the items of a page add, by competence.
func (a *adviser) shares(page []domain.Advised) [][]share {
	shares := make([][]share, len(a.mass))
	for i := range page {
		a.serves(page[i].Competence, func(asked uint32, m *mass, quarters int) {
			s := share{item: i}
			for l, base := range m.base {
				s.more[l] = max(0, domain.CreditOf(quarters, page[i].Level, domain.Level(l))-base)
			}
			shares[asked] = append(shares[asked], s)
		})
	}
	return shares
}

// finish finds the demands behind each item of a page, and makes its gains fractions.
func (a *adviser) finish(ctx context.Context, page []domain.Advised) error {
	whole := new(big.Rat).SetInt(new(big.Int).Mul(a.scale, big.NewInt(int64(domain.Whole))))
	best := make([]top[domain.DemandGain], len(page))
	for i := range page {
		best[i].limit = a.q.Examples
		for _, l := range page[i].Levels {
			l.Gain.Quo(l.Gain, whole) // that of the item is the last of them
		}
	}
	shares := a.shares(page)
	points := make([]int64, len(page))
	err := a.each(ctx, func(seg *demands, o int) {
		for _, r := range seg.required.of(o) {
			for i := range shares[r.competence()] {
				s := &shares[r.competence()][i]
				points[s.item] += importances[r.load()>>4].Weight() * int64(s.more[r.load()&15])
			}
		}
		for i, p := range points {
			if p > 0 {
				page[i].Demands++
				page[i].Openings += int64(seg.openings[o])
				g := domain.DemandGain{ID: seg.ids[o], Openings: int(seg.openings[o]), Points: p, Of: int64(seg.of[o])}
				best[i].offer(g, 0, o)
				points[i] = 0
			}
		}
	})
	for i := range page {
		page[i].Examples = best[i].ranks()
	}
	return err
}
