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
	if kin := byKin(e.Lines); len(kin) > 0 {
		more = append(more, listing(t, relatedCounts, kin, t.kin))
	}
	if entry != nil && !entry.Open {
		more = append(more, listing(t, stillNeeded, entry.Missing, t.needed))
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
	lines, before := e.Lines, "; "
	switch {
	case e.MustsMet < e.Musts:
		lines, before = nil, t.say(ofTheMusts)
		for _, l := range e.Lines {
			if l.Requirement.Importance == Must {
				lines = append(lines, l)
			}
		}
	case e.Musts > 0:
		out += t.say(everyMust.of(e.Musts))
	}
	return out + before + t.clauses(lines, e.MustsMet < e.Musts)
}

// clauses tells what lines lack, and first, withMet, which lack nothing.
func (t Teller) clauses(lines []Line, withMet bool) string {
	var met, missing, low, partly []Line
	for _, l := range lines {
		switch {
		case l.Credit == Whole:
			if withMet {
				met = append(met, l)
			}
		case l.Credit == 0:
			missing = append(missing, l)
		case l.By.Competence == l.Requirement.Competence:
			low = append(low, l)
		default:
			partly = append(partly, l)
		}
	}
	var out []string
	for _, c := range []struct {
		words agreed
		lines []Line
		name  func(Line) string
	}{{isMet, met, t.asked}, {isMissing, missing, t.asked}, {isLow, low, t.low}, {isPartly, partly, t.asked}} {
		if len(c.lines) > 0 {
			out = append(out, listing(t, c.words, c.lines, c.name))
		}
	}
	return t.row(out, clauseAnd)
}

// byKin returns the lines that are served by another competence than the one that is asked for.
func byKin(lines []Line) []Line {
	var out []Line
	for _, l := range lines {
		if l.Credit > 0 && l.By.Competence != l.Requirement.Competence {
			out = append(out, l)
		}
	}
	return out
}

// How a line, or a prerequisite, is called in a row of such.

func (t Teller) asked(l Line) string { return t.name(l.Requirement.Competence) }

func (t Teller) low(l Line) string {
	return t.asked(l) + " " + t.say(levelOf, l.By.Level, l.Requirement.Level)
}

func (t Teller) kin(l Line) string { return t.asked(l) + " (" + t.name(l.By.Competence) + ")" }

func (t Teller) needed(o Outcome) string { return t.name(o.Competence) + " " + t.say(atLevel, o.Level) }

// name is the label of a competence in quotation marks; one that the catalogue does not have goes by its id.
func (t Teller) name(id CompetenceID) string {
	label := string(id)
	if k, ok := t.Catalogue.Competence(id); ok {
		label = k.Label.In(t.Language)
	}
	before, after, _ := strings.Cut(quoted.exactly(t.Language), "%s")
	return before + label + after
}

// listing says something of a list by the names of what is in it.
func listing[T any](t Teller, w agreed, list []T, name func(T) string) string {
	var names [mostNamed]string
	named := names[:min(len(list), mostNamed)]
	for i := range named {
		named[i] = name(list[i])
	}
	var row string
	if n := len(list); n > mostNamed {
		row = strings.Join(named, ", ") + t.say(andMore, n-mostNamed)
	} else {
		row = t.row(named, nameAnd)
	}
	return t.say(w.of(len(list)), row)
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
