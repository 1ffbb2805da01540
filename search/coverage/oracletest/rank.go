package oracletest

import (
	"bytes"
	"math/big"
	"slices"
	"sort"

	"kopir/domain"

	"github.com/google/uuid"
)

var weights = map[domain.Importance]int64{domain.Must: 4, domain.Should: 2, domain.Nice: 1}

// sum is the arithmetic of one pair.
type sum struct {
	n, w        *big.Rat // Σ weight·credit and Σ weight
	musts, must int      // met, and asked for
	raises      bool     // something is above what own levels give
}

func (s sum) coverage() *big.Rat { return new(big.Rat).Quo(s.n, s.w) }

func (s sum) points() int64 {
	u, _ := Units(s.n)
	return u
}

// sum scores offered outcomes together with own levels.
func (o *Oracle) sum(reqs []domain.Requirement, offered, own []domain.Outcome) sum {
	s := sum{n: new(big.Rat), w: new(big.Rat)}
	before, after := new(big.Rat), new(big.Rat)
	for _, req := range reqs {
		weight := big.NewRat(weights[req.Importance], 1)
		alone := o.Line(req, nil, own).Credit
		both := o.credit(req, offered, own)
		before.Add(before, new(big.Rat).Mul(weight, alone))
		after.Add(after, new(big.Rat).Mul(weight, o.credit(req, offered, nil)))
		s.n.Add(s.n, new(big.Rat).Mul(weight, both))
		s.w.Add(s.w, weight)
		s.raises = s.raises || both.Cmp(alone) > 0
		if req.Importance == domain.Must {
			s.must++
			if both.Cmp(big.NewRat(1, 1)) == 0 {
				s.musts++
			}
		}
	}
	if o.wrong == OwnLevelsReplaced {
		s.n = before
		if after.Cmp(before) > 0 {
			s.n = after
		}
	}
	return s
}

func (o *Oracle) credit(req domain.Requirement, offered, own []domain.Outcome) *big.Rat {
	if o.wrong != SumOfOutcomes {
		return o.Line(req, offered, own).Credit
	}
	total := new(big.Rat).Set(o.Line(req, nil, own).Credit)
	for i := range offered {
		total.Add(total, o.Line(req, offered[i:i+1], nil).Credit)
	}
	if one := big.NewRat(1, 1); total.Cmp(one) > 0 {
		return one
	}
	return total
}

// Programmes answers a query by looking at every programme. It leaves After and Limit to Page.
func (o *Oracle) Programmes(all []*domain.Programme, q domain.ProgrammeQuery) []domain.ProgrammeRank {
	type match struct {
		domain.ProgrammeRank
		coverage *big.Rat
	}
	var found []match
	for _, p := range all {
		if p.Status != domain.ProgrammePublished || p.Hidden != nil || o.outside(q.Narrowed, q.Among, p.ID) || !o.admitsProgramme(q.Constraints, p) {
			continue
		}
		if p.ID == q.Without && q.Without != uuid.Nil && o.wrong != WithoutIgnored {
			continue
		}
		s := o.sum(q.Requirements, p.Outcomes, q.Own)
		if s.n.Sign() == 0 || !s.raises && o.wrong != EveryLearnerMatch {
			continue
		}
		if q.Constraints.AllMusts && s.musts < s.must && o.wrong != AllMustsIgnored {
			continue
		}
		found = append(found, match{domain.ProgrammeRank{ID: p.ID, Points: s.points(), MustsMet: s.musts, Weeks: p.Weeks}, s.coverage()})
	}
	sort.Slice(found, func(i, j int) bool {
		a, b := found[i], found[j]
		if c := o.compareCoverage(a.coverage, b.coverage); c != 0 {
			return c > 0
		}
		if a.MustsMet != b.MustsMet && o.wrong != NoMustsInOrder {
			return a.MustsMet > b.MustsMet
		}
		if a.Weeks != b.Weeks {
			if (a.Weeks == 0 || b.Weeks == 0) && o.wrong != UnknownWeeksFirst {
				return b.Weeks == 0
			}
			return a.Weeks < b.Weeks
		}
		return o.idBefore(a.ID, b.ID)
	})
	ranks := make([]domain.ProgrammeRank, len(found))
	for i, m := range found {
		ranks[i] = m.ProgrammeRank
	}
	return ranks
}

// Demands answers a query by looking at every demand. It leaves After and Limit to Page.
func (o *Oracle) Demands(all []*domain.Demand, q domain.DemandQuery) []domain.DemandRank {
	type match struct {
		domain.DemandRank
		coverage *big.Rat
	}
	var found []match
	for _, d := range all {
		if d.Status != domain.DemandPublished || d.Hidden != nil || o.outside(q.Narrowed, q.Among, d.ID) || !o.admitsDemand(q.Constraints, d) {
			continue
		}
		if d.ValidThrough < q.Today || o.wrong == LastDayClosed && d.ValidThrough == q.Today {
			continue
		}
		s := o.sum(d.Requirements, q.Outcomes, nil)
		if s.n.Sign() == 0 {
			continue
		}
		of, _ := Units(s.w)
		found = append(found, match{domain.DemandRank{ID: d.ID, Points: s.points(), Of: of, Openings: d.Openings}, s.coverage()})
	}
	sort.Slice(found, func(i, j int) bool {
		a, b := found[i], found[j]
		if c := o.compareCoverage(a.coverage, b.coverage); c != 0 {
			return c > 0
		}
		if a.Of != b.Of && o.wrong != AskedMoreIgnored {
			return a.Of > b.Of
		}
		if a.Openings != b.Openings {
			return (a.Openings > b.Openings) != (o.wrong == FewerOpeningsFirst)
		}
		return o.idBefore(a.ID, b.ID)
	})
	ranks := make([]domain.DemandRank, len(found))
	for i, m := range found {
		ranks[i] = m.DemandRank
	}
	return ranks
}

func (o *Oracle) compareCoverage(a, b *big.Rat) int {
	if o.wrong != FloatCoverage {
		return a.Cmp(b)
	}
	x, _ := a.Float64()
	y, _ := b.Float64()
	return int(x*100) - int(y*100)
}

func (o *Oracle) idBefore(a, b uuid.UUID) bool {
	return (bytes.Compare(a[:], b[:]) < 0) != (o.wrong == IDsFall)
}

func (o *Oracle) outside(narrowed bool, among []uuid.UUID, id uuid.UUID) bool {
	return narrowed && !slices.Contains(among, id) && o.wrong != AmongIgnored
}

// Page cuts a page out of a whole answer: at most limit after a rank.
func Page[R comparable](all []R, after *R, limit int) []R {
	if after != nil {
		all = all[slices.Index(all, *after)+1:]
	}
	return all[:min(limit, len(all))]
}

// admitsProgramme reads the constraints from the description of the product.
func (o *Oracle) admitsProgramme(c domain.ProgrammeConstraints, p *domain.Programme) bool {
	switch {
	case !any1(c.Modes, p.Mode), !any1(c.Kinds, p.Kind), !any1(c.Languages, p.Languages...),
		!any1(c.Funding, p.Funding...), !any1(c.Segments, p.Segments...):
		return false
	case c.MaxWeeks != 0 && p.Weeks == 0 && o.wrong != UnknownWeeksFit, c.MaxWeeks != 0 && p.Weeks > c.MaxWeeks:
		return false
	case c.MaxPrice != nil && !o.affordable(*c.MaxPrice, p):
		return false
	}
	here := func(in ...domain.Region) bool {
		return any1(c.Regions, in...) || p.Mode == domain.Online && o.wrong != OnlineNowhere
	}
	if c.StartsFrom == 0 {
		return here(p.Regions...)
	}
	apart := here(p.Regions...)
	for _, in := range p.Intakes {
		apart = apart || in.Region != "" && here(in.Region)
	}
	for _, in := range p.Intakes {
		places := p.Regions
		if in.Region != "" {
			places = []domain.Region{in.Region}
		}
		if in.StartsOn >= c.StartsFrom && (here(places...) || o.wrong == RegionAndStartApart && apart) {
			return true
		}
	}
	return false
}

func (o *Oracle) affordable(most int64, p *domain.Programme) bool {
	if slices.Contains(p.Funding, domain.Free) {
		return most >= 0
	}
	if p.Price == nil || p.Price.Currency != "KZT" && p.Price.Amount > 0 && o.wrong != ForeignPriceCounts {
		return false
	}
	return p.Price.Amount <= most
}

func (o *Oracle) admitsDemand(c domain.DemandConstraints, d *domain.Demand) bool {
	everywhere := d.Region == "" || d.WorkMode == domain.RemoteWork && o.wrong != RemoteNowhere
	return (everywhere || any1(c.Regions, d.Region)) && any1(c.Kinds, d.Kind) && any1(c.WorkModes, d.WorkMode) &&
		any1(c.Languages, d.Languages...) && any1(c.Sectors, d.Sector) && d.Openings >= c.MinOpenings
}

// any1 says whether any of what a thing has is asked; asking for nothing is no constraint.
func any1[T comparable](asked []T, has ...T) bool {
	for _, a := range asked {
		for _, h := range has {
			if a == h {
				return true
			}
		}
	}
	return len(asked) == 0
}
