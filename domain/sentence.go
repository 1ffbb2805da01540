package domain

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Teller tells in one language what matching finds, in sentences for people. Names stand in quotation marks, so that they
// need no endings in any language, and never more than three of them in a row.
type Teller struct {
	Catalogue *Catalogue
	Language  Language
}

// mostNamed is how many names stand in a row before the rest is only counted.
const mostNamed = 3

// Programme tells a match in one or two sentences: how much is met; which musts are, and what the others lack, or, if none
// lacks anything, what the rest does; what a related competence counts for; and what a learner needs to enter.
func (t Teller) Programme(m ProgrammeMatch) string {
	if m.Alike {
		return t.match(taughtAlike, m.Explanation, m.Entry)
	}
	return t.match(askedFor, m.Explanation, m.Entry)
}

// Demand tells a match as Programme does.
func (t Teller) Demand(m DemandMatch) string { return t.match(askedFor, m.Explanation, nil) }

// Advice tells in one sentence what an advice would gain: the demands and openings whose coverage grows, and by how much on
// the average of the openings, rounded down.
func (t Teller) Advice(a Advised) string {
	what := t.say(ifAdded, t.name(a.Competence), a.Level)
	if a.From > 0 {
		what = t.say(ifRaised, t.name(a.Competence), a.From, a.Level)
	}
	grows := t.say(lessThanPoint)
	average := new(big.Rat).Quo(a.Gain, big.NewRat(a.Openings, 100))
	if points := new(big.Int).Quo(average.Num(), average.Denom()).Int64(); points > 0 {
		grows = percentPoints.of(t.Language, points)
	}
	return t.say(wouldRaise.of(a.Demands), what, openDemands.of(t.Language, int64(a.Demands)), openPlaces.of(t.Language, a.Openings), grows)
}

func (t Teller) match(w shareWords, e Explanation, entry *Entry) string {
	out := t.share(w, e) + "."
	var more []string
	if kin := t.kin(e.Lines); kin.count > 0 {
		more = append(more, t.about(relatedCounts, &kin))
	}
	if entry != nil && !entry.Open {
		var needed naming
		for _, p := range entry.Missing {
			needed.add(func() string { return t.name(p.Competence) + " " + t.say(atLevel, p.Level) })
		}
		more = append(more, t.about(stillNeeded, &needed))
	}
	if len(more) > 0 {
		out += " " + capitalised(strings.Join(more, "; ")) + "."
	}
	return out
}

// share tells how much is met, and what lacks.
func (t Teller) share(w shareWords, e Explanation) string {
	if e.Points == e.Of {
		return t.say(w.all)
	}
	out := t.say(w.little)
	if percent := e.Points * 100 / e.Of; percent > 0 {
		out = t.say(w.part, percent)
	}
	if e.MustsMet < e.Musts {
		return out + t.say(ofTheMusts) + t.clauses(e.Lines, true)
	}
	if e.Musts > 0 {
		out += t.say(everyMust.of(e.Musts))
	}
	return out + "; " + t.clauses(e.Lines, false)
}

// clauses tells what lines lack; of the musts alone, which first lack nothing, or of all.
func (t Teller) clauses(lines []Line, musts bool) string {
	var met, missing, low, partly naming
	for i := range lines {
		l := &lines[i]
		asked := func() string { return t.name(l.Requirement.Competence) }
		switch {
		case musts && l.Requirement.Importance != Must:
		case l.Credit == Whole:
			met.add(asked)
		case l.Credit == 0:
			missing.add(asked)
		case l.By.Competence == l.Requirement.Competence:
			low.add(func() string { return asked() + " " + t.say(levelOf, l.By.Level, l.Requirement.Level) })
		default:
			partly.add(asked)
		}
	}
	if !musts {
		met.count = 0
	}
	var out []string
	for _, c := range []struct {
		words agreed
		names *naming
	}{{isMet, &met}, {isMissing, &missing}, {isLow, &low}, {isPartly, &partly}} {
		if c.names.count > 0 {
			out = append(out, t.about(c.words, c.names))
		}
	}
	return t.row(out, clauseAnd)
}

// kin names what is served by another competence than the one that is asked for, with that one.
func (t Teller) kin(lines []Line) (kin naming) {
	for i := range lines {
		l := &lines[i]
		if l.Credit > 0 && l.By.Competence != l.Requirement.Competence {
			kin.add(func() string { return t.name(l.Requirement.Competence) + " (" + t.name(l.By.Competence) + ")" })
		}
	}
	return kin
}

// naming is the names that stand in a row: the first few, and how many there are.
type naming struct {
	first [mostNamed]string
	count int
}

// add adds one, whose name is asked for only if it is shown.
func (n *naming) add(name func() string) {
	if n.count < mostNamed {
		n.first[n.count] = name()
	}
	n.count++
}

// name is the label of a competence in quotation marks; one that the catalogue does not have goes by its id.
func (t Teller) name(id CompetenceID) string {
	label := string(id)
	if k, ok := t.Catalogue.Competence(id); ok {
		label = k.Label.In(t.Language)
	}
	before, after, _ := strings.Cut(quoted.exactly(t.Language), "%s")
	return before + label + after
}

// about says something of names.
func (t Teller) about(w agreed, names *naming) string {
	row := ""
	if more := names.count - mostNamed; more > 0 {
		row = strings.Join(names.first[:], ", ") + t.say(andMore, more)
	} else {
		row = t.row(names.first[:names.count], nameAnd)
	}
	return t.say(w.of(names.count), row)
}

func (t Teller) say(w words, args ...any) string { return fmt.Sprintf(w.exactly(t.Language), args...) }

// row joins parts with commas, the last one with and.
func (t Teller) row(parts []string, and words) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + t.say(and) + parts[last]
}

func capitalised(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}
