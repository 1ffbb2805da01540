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

// A score is points<<8 | musts met, so that scores compare as matches do: at most 200 requirements of weight 4 make
// 2,688,000 points, below 1<<22, and at most 200 musts.
type score = uint32

const mustBits = 8

// importances are the rows of gains.
var importances = [...]domain.Importance{domain.Must, domain.Should, domain.Nice}

// rank returns the row of an importance; as in domain.Importance.Weight, what is unknown is nice.
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

// credits returns the credit of every packed value at each asked level.
var credits = sync.OnceValue(func() *[packed][domain.MaxLevel + 1]uint16 {
	var t [packed][domain.MaxLevel + 1]uint16
	for l := range t {
		for asked := range t[l] {
			t[l][asked] = uint16(levels(l).credit(domain.Level(asked)))
		}
	}
	return &t
})

// gains returns, for each asked level and importance, what every packed value adds to a score.
var gains = sync.OnceValue(func() *[domain.MaxLevel + 1][len(importances)][packed]score {
	var t [domain.MaxLevel + 1][len(importances)][packed]score
	for asked := range t {
		for i := range importances {
			for l := range t[asked][i] {
				t[asked][i][l] = gain(importances[i], domain.Credit(credits()[l][asked]), 0)
			}
		}
	}
	return &t
})

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
