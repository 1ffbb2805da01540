package coverage

import (
	"sync"

	"kopir/domain"
)

// levels packs the best level held at each r: bits 8 to 11 at 4/4, bits 4 to 7 at 3/4, bits 0 to 3 at 2/4. Level 0
// means that nothing is held there.
type levels uint16

// packed is how many values levels can take.
const packed = 1 << 12

// place returns where in levels a relation of r quarters stands.
func place(quarters int) uint8 { return uint8(quarters-2) * 4 } //nolint:gosec // r is 2, 3 or 4 quarters

// credit returns the largest credit that the levels earn where a level is asked.
func (l levels) credit(asked domain.Level) domain.Credit {
	return max(
		domain.CreditOf(4, domain.Level(l>>8&15), asked),
		domain.CreditOf(3, domain.Level(l>>4&15), asked),
		domain.CreditOf(2, domain.Level(l&15), asked),
	)
}

// code is what a posting carries: of a programme the number of its levels in the codebook, of a demand its load.
type code uint8

// codes is how many values a code can take, on either side.
const codes = 1 << 7

// earned is a credit at every asked level.
type earned [domain.MaxLevel + 1]domain.Credit

// codebook numbers levels by what they earn: those that earn the same wherever they are asked have one code. There are
// 98 of them, for most of what is held at a smaller r is overtaken by what is held at a larger one.
type codebook struct {
	of    [packed]code
	earns []earned // by code
}

var book = sync.OnceValue(func() *codebook {
	b := new(codebook)
	known := make(map[earned]code)
	for l := range levels(packed) {
		var e earned
		for asked := range e {
			e[asked] = l.credit(domain.Level(asked))
		}
		c, ok := known[e]
		if !ok {
			c = code(len(b.earns)) // 98 at most
			known[e] = c
			b.earns = append(b.earns, e)
		}
		b.of[l] = c
	}
	return b
})

// A score is points<<8 | musts met, so that scores compare as matches do: at most 200 requirements of weight 4 make
// 2,688,000 points, below 1<<22, and at most 200 musts.
type score = uint32

const mustBits = 8

// importances are the ranks that a load has room for.
var importances = [...]domain.Importance{domain.Must, domain.Should, domain.Nice}

// rank returns the rank of an importance; as in domain.Importance.Weight, what is unknown is nice.
func rank(i domain.Importance) uint8 {
	switch i {
	case domain.Must:
		return 0
	case domain.Should:
		return 1
	default:
		return 2
	}
}

// gain returns what a credit adds to a score above the credit that is there already.
func gain(i domain.Importance, c, base domain.Credit) score {
	if c <= base {
		return 0
	}
	s := score(i.Weight()*int64(c-base)) << mustBits //nolint:gosec // at most 4·3360
	if i == domain.Must && c == domain.Whole {
		s++
	}
	return s
}

// heldTo bounds a level to the ladder: above the top it earns nothing more.
func heldTo(l domain.Level) domain.Level { return min(l, domain.MaxLevel) }
