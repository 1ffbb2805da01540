package main

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"kopir/domain"
)

// dimensions of a vector that stands for what a programme teaches, or a demand asks. There is one more, see offered.
const dimensions = 256

// projection turns coverage into a product of vectors. A programme is the sum of the competences that it serves, each as long
// as the credit is that it earns there, on average over the levels that may be asked; a demand is the sum of those that it asks,
// each as long as its weight. Each competence is a random direction: in few dimensions they are nearly, and not quite, at right
// angles, so a product is nearly the points.
type projection struct {
	directions map[domain.CompetenceID]*[dimensions]float32
	serves     map[domain.CompetenceID][]domain.Kin // what each is good for, and how well
}

func newProjection(c *domain.Catalogue, seed uint64) projection {
	p := projection{make(map[domain.CompetenceID]*[dimensions]float32), make(map[domain.CompetenceID][]domain.Kin)}
	rng := rand.New(rand.NewPCG(seed, 0x766563)) //nolint:gosec // not a secret: it has to repeat
	for _, asked := range c.Competences() {
		d := new([dimensions]float32)
		for i := range d {
			d[i] = float32(rng.NormFloat64() / math.Sqrt(dimensions))
		}
		p.directions[asked.ID] = d
		for _, k := range c.Relations().Serving(asked.ID) {
			p.serves[k.ID] = append(p.serves[k.ID], domain.Kin{ID: asked.ID, Relation: k.Relation})
		}
	}
	return p
}

// offered returns the vectors of programmes. What is nearest is judged by the angle, which would favour those who teach
// little else; so all are made equally long by a dimension of their own, in which a demand has nothing.
func (p *projection) offered(programmes []*domain.Programme) [][]float32 {
	list := make([][]float32, len(programmes))
	longest := 0.0
	for i := range programmes {
		list[i] = p.taught(programmes[i].Outcomes)
		longest = max(longest, product(list[i], list[i]))
	}
	for _, v := range list {
		v[dimensions] = float32(math.Sqrt(max(0, longest-product(v, v))))
	}
	return list
}

// taught returns the vector of outcomes.
func (p *projection) taught(outcomes []domain.Outcome) []float32 {
	best := make(map[domain.CompetenceID]domain.Credit)
	for _, o := range outcomes {
		for _, k := range p.serves[o.Competence] {
			var sum domain.Credit
			for asked := range domain.Level(domain.MaxLevel) {
				sum += domain.CreditOf(k.Relation.Quarters(), o.Level, asked+1)
			}
			best[k.ID] = max(best[k.ID], sum)
		}
	}
	v := make([]float32, dimensions+1)
	for _, c := range slices.Sorted(maps.Keys(best)) { // in order, so that it repeats
		p.add(v, c, float32(best[c])/(float32(domain.Whole)*float32(domain.MaxLevel)))
	}
	return v
}

// asked returns the vector of requirements.
func (p *projection) asked(requirements []domain.Requirement) []float32 {
	v := make([]float32, dimensions+1)
	for _, r := range requirements {
		p.add(v, r.Competence, float32(r.Importance.Weight()))
	}
	return v
}

func (p *projection) add(v []float32, c domain.CompetenceID, length float32) {
	if d := p.directions[c]; d != nil {
		for i, x := range d {
			v[i] += length * x
		}
	}
}

func product(a, b []float32) float64 {
	sum := 0.0
	for i := range a {
		sum += float64(a[i]) * float64(b[i])
	}
	return sum
}
