package domain

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Teller tells in one language what matching finds, in sentences for people. Names stand in quotation marks, so that they
// need no endings in any language, and never more than three of them in a row.
type Teller struct {
	Catalogue *Catalogue
	Language  Language
	// Label tells what a competence is called; nil is by its label in the catalogue, or its id.
	Label func(CompetenceID) string
}

// mostNamed is how many names stand in a row before the rest is only counted.
const mostNamed = 3

// Programme tells a match in one or two sentences: how much is met; which musts are, and what the others lack, or, if none
// lacks anything, what the rest does; what a related competence counts for; and what a learner needs to enter.
func (t Teller) Programme(m ProgrammeMatch) string { return string(t.AppendProgramme(nil, m)) }

// AppendProgramme adds to a text what Programme tells.
func (t Teller) AppendProgramme(to []byte, m ProgrammeMatch) []byte {
	w := askedFor
	if m.Alike {
		w = taughtAlike
	}
	x := tale{t, to}
	x.match(w, &m.Explanation, m.Entry)
	return x.out
}

// Demand tells a match as Programme does.
func (t Teller) Demand(m DemandMatch) string { return string(t.AppendDemand(nil, m)) }

// AppendDemand adds to a text what Demand tells.
func (t Teller) AppendDemand(to []byte, m DemandMatch) []byte {
	x := tale{t, to}
	x.match(askedFor, &m.Explanation, nil)
	return x.out
}

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

func (t Teller) name(id CompetenceID) string {
	x := tale{Teller: t}
	x.name(id)
	return string(x.out)
}

func (t Teller) say(w words, args ...any) string { return fmt.Sprintf(w.exactly(t.Language), args...) }

// tale is what a Teller has told so far. Matches are told by the page, so that it is put together in one piece.
type tale struct {
	Teller
	out []byte
}

func (x *tale) match(w shareWords, e *Explanation, entry *Entry) {
	x.share(w, e)
	x.text(".")
	begin := len(x.out)
	if kin := kinOf(e.Lines); kin.count > 0 {
		x.text(" ")
		x.about(relatedCounts, &kin, inPlaceOf, e.Lines)
	}
	if entry != nil && !entry.Open {
		separator := " "
		if len(x.out) > begin {
			separator = "; "
		}
		x.text(separator)
		needed, lines := naming{}, make([]Line, len(entry.Missing))
		for i, p := range entry.Missing {
			lines[i].Requirement = &Requirement{Competence: p.Competence, Level: p.Level}
			needed.add(i)
		}
		x.about(stillNeeded, &needed, withLevel, lines)
	}
	if len(x.out) > begin {
		x.capitalise(begin + len(" "))
		x.text(".")
	}
}

// share tells how much is met, and what lacks.
func (x *tale) share(w shareWords, e *Explanation) {
	if e.Points == e.Of {
		x.say(w.all)
		return
	}
	if percent := e.Points * 100 / e.Of; percent > 0 {
		x.say(w.part, percent)
	} else {
		x.say(w.little)
	}
	if e.MustsMet < e.Musts {
		x.say(ofTheMusts)
		x.clauses(e.Lines, true)
		return
	}
	if e.Musts > 0 {
		x.say(everyMust.of(e.Musts))
	}
	x.text("; ")
	x.clauses(e.Lines, false)
}

// clauses tells what lines lack; of the musts alone, which first lack nothing, or of all.
func (x *tale) clauses(lines []Line, musts bool) {
	var met, missing, low, partly naming
	for i := range lines {
		l := &lines[i]
		switch {
		case musts && l.Requirement.Importance != Must:
		case l.Credit == Whole:
			met.add(i)
		case l.Credit == 0:
			missing.add(i)
		case l.By.Competence == l.Requirement.Competence:
			low.add(i)
		default:
			partly.add(i)
		}
	}
	if !musts {
		met.count = 0
	}
	all := [...]clause{{isMet, &met, alone}, {isMissing, &missing, alone}, {isLow, &low, withLevels}, {isPartly, &partly, alone}}
	said := slices.DeleteFunc(all[:], func(c clause) bool { return c.names.count == 0 })
	for i := range said {
		x.separate(i, len(said), clauseAnd)
		x.about(said[i].words, said[i].names, said[i].manner, lines)
	}
}

// clause is words about the names of lines.
type clause struct {
	words agreed
	names *naming
	manner
}

// manner is how a line is named.
type manner int

const (
	alone      manner = iota // what is asked for
	withLevel                // and at which level
	withLevels               // and which level there is in place of which
	inPlaceOf                // and what serves it
)

func (x *tale) line(l *Line, as manner) {
	x.name(l.Requirement.Competence)
	switch as {
	case alone:
	case withLevel:
		x.text(" ")
		x.say(atLevel, l.Requirement.Level)
	case withLevels:
		x.text(" ")
		x.say(levelOf, l.By.Level, l.Requirement.Level)
	case inPlaceOf:
		x.text(" (")
		x.name(l.By.Competence)
		x.text(")")
	}
}

// kinOf is what is served by another competence than the one that is asked for.
func kinOf(lines []Line) (kin naming) {
	for i := range lines {
		if l := &lines[i]; l.Credit > 0 && l.By.Competence != l.Requirement.Competence {
			kin.add(i)
		}
	}
	return kin
}

// naming is what is named in a row, by its places: the first few, and how many there are.
type naming struct {
	first [mostNamed]int
	count int
}

func (n *naming) add(i int) {
	if n.count < mostNamed {
		n.first[n.count] = i
	}
	n.count++
}

// about says something of lines, whose names stand where %s is.
func (x *tale) about(w agreed, names *naming, as manner, lines []Line) {
	before, after, _ := strings.Cut(w.of(names.count).exactly(x.Language), "%s")
	x.text(before)
	more := names.count - mostNamed
	for i := range min(names.count, mostNamed) {
		if more > 0 && i > 0 {
			x.text(", ")
		} else {
			x.separate(i, names.count, nameAnd)
		}
		x.line(&lines[names.first[i]], as)
	}
	if more > 0 {
		x.say(andMore, more)
	}
	x.text(after)
}

// separate tells what stands before one of several in a row: commas, but before the last one and.
func (x *tale) separate(i, of int, and words) {
	switch i {
	case 0:
	case of - 1:
		x.say(and)
	default:
		x.text(", ")
	}
}

// name tells what a competence is called, in quotation marks.
func (x *tale) name(id CompetenceID) {
	before, after, _ := strings.Cut(quoted.exactly(x.Language), "%s")
	x.text(before)
	if x.Label != nil {
		x.text(x.Label(id))
	} else {
		x.text(x.Catalogue.Label(id, x.Language))
	}
	x.text(after)
}

func (x *tale) text(s string) { x.out = append(x.out, s...) }

func (x *tale) say(w words, args ...any) {
	if s := w.exactly(x.Language); strings.Contains(s, "%") {
		x.out = fmt.Appendf(x.out, s, args...)
	} else {
		x.text(s)
	}
}

// capitalise makes a capital of the letter that begins at a place.
func (x *tale) capitalise(at int) {
	letter, size := utf8.DecodeRune(x.out[at:])
	x.out = slices.Replace(x.out, at, at+size, utf8.AppendRune(nil, unicode.ToUpper(letter))...)
}
