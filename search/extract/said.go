package extract

import (
	"strings"

	"kopir/domain"
)

// said is what a text says about one name.
type said struct {
	level      domain.Level
	importance domain.Importance
	refused    bool
}

// event is a name or a cue of a clause, in the order of the text.
type event struct {
	from, to int // tokens
	name     int // in found; -1 for a cue
	cue      cue
}

// listen makes out what is said about each name: by its clause, else by the heading above its line.
func (r *reading) listen() {
	r.hear()
	r.said = make([]said, len(r.found))
	section := cue{}
	names, cues := 0, 0
	for from := 0; from < len(r.tokens); {
		to := from + 1
		for to < len(r.tokens) && !r.ends(to) {
			to++
		}
		var events []event
		for names < len(r.found) && r.found[names].from < to || cues < len(r.cues) && r.cues[cues].from < to {
			if cues == len(r.cues) || names < len(r.found) && r.found[names].from < r.cues[cues].from {
				events = append(events, event{from: r.found[names].from, to: r.found[names].to, name: names})
				names++
			} else {
				c := r.cues[cues]
				events = append(events, event{from: c.from, to: c.to, name: -1, cue: c.cue})
				cues++
			}
		}
		if heading, ok := r.heading(from, to, events); ok {
			section = heading
		}
		for _, v := range events {
			if v.name >= 0 {
				r.said[v.name] = said{importance: section.importance, refused: section.aside || section.refused}
			}
		}
		c := clause{r, events, Language(r.text[r.tokens[from].Start:r.tokens[to-1].End]) == domain.Kazakh}
		c.weigh()
		c.grade()
		from = to
	}
}

// ends says that a clause ends before a word: a sentence, a line or a semicolon does.
func (r *reading) ends(at int) bool {
	return r.tokens[at].line || r.tokens[at].apart && strings.ContainsAny(r.text[r.tokens[at-1].End:r.tokens[at].Start], ".!?;•·")
}

// longestHeading is how many words a heading may have.
const longestHeading = 8

// heading returns what a line says of those below, if it is a heading: a few words with a colon behind them, or such as
// head a list, and no more on the line.
func (r *reading) heading(from, to int, events []event) (cue, bool) {
	if !r.tokens[from].line || to < len(r.tokens) && !r.tokens[to].line || to-from > longestHeading {
		return cue{}, false
	}
	colon := r.colon(to)
	for _, v := range events {
		if v.name >= 0 {
			return cue{}, colon
		}
	}
	for _, v := range events {
		if v.cue.heading || v.cue.weighs() && (colon || to-from == v.to-v.from) {
			return v.cue, true
		}
	}
	return cue{}, colon
}

// colon says that a colon stands behind the words before a word.
func (r *reading) colon(at int) bool {
	return strings.HasPrefix(strings.TrimLeft(r.text[r.tokens[at-1].End:], " \t*_"), ":")
}

// clause is what stands between two full stops.
type clause struct {
	*reading
	events []event
	kazakh bool // what is said of a name stands behind it
}

// weigh tells the names of a clause how much they matter. What says so of names before it ("… is a plus") reaches back
// to where something was asked for anew; it goes before what is said of all that follows.
func (c *clause) weigh() {
	backward := make([]bool, len(c.events))
	for i, v := range c.events {
		if v.name >= 0 || !v.cue.weighs() {
			continue
		}
		if backward[i] = c.backward(i, cue.weighs); backward[i] {
			continue
		}
		for j := i + 1; j < len(c.events); j++ {
			if c.events[j].name >= 0 {
				c.said[c.events[j].name].weigh(v.cue)
			} else if c.events[j].cue.weighs() && !c.backward(j, cue.weighs) {
				break
			}
		}
	}
	for i, v := range c.events {
		if !backward[i] {
			continue
		}
		met := false
		for j := i - 1; j >= 0; j-- {
			w := c.events[j]
			if w.name < 0 && (w.cue.weighs() || w.cue.head && met) {
				break
			}
			if w.name >= 0 {
				met = true
				c.said[w.name].weigh(v.cue)
			}
		}
	}
}

func (s *said) weigh(c cue) {
	s.refused = s.refused || c.refused || c.aside
	if c.importance != "" {
		s.importance = c.importance
	}
}

// backward says that a cue is about the names before it: there are some, and none behind it, or a comma or bracket
// parts it from those.
func (c *clause) backward(i int, like func(cue) bool) bool {
	before, after := -1, -1
	for j := i - 1; j >= 0 && (c.events[j].name >= 0 || !like(c.events[j].cue)); j-- {
		if c.events[j].name >= 0 {
			before = j
			break
		}
	}
	for j := i + 1; j < len(c.events) && (c.events[j].name >= 0 || !like(c.events[j].cue)); j++ {
		if c.events[j].name >= 0 {
			after = j
			break
		}
	}
	v := c.events[i]
	switch {
	case before < 0 || after < 0:
		return before >= 0
	case c.kazakh:
		return true
	}
	lead := c.text[c.tokens[v.from-1].End:c.tokens[v.from].Start]
	if c.events[before].to == v.from && strings.ContainsAny(lead, "(-–—:") {
		return true
	}
	return c.parted(v.to, c.events[after].from) && !c.parted(c.events[before].to, v.from)
}

// parted says that one of some words begins another item, the last of them included.
func (c *clause) parted(from, to int) bool {
	for at := from; at <= to; at++ {
		if c.tokens[at].apart {
			return true
		}
	}
	return false
}

// farthest is how many other words may stand between what says a level and a name, or between two names that it is said of.
const farthest = 4

// grade tells the names of a clause how well they are to be known: "good knowledge of X and Y", "X (basic)".
func (c *clause) grade() {
	for i, v := range c.events {
		if v.name >= 0 || v.cue.level == 0 {
			continue
		}
		step, at := 1, v.to
		if c.backward(i, func(o cue) bool { return o.level > 0 }) {
			step, at = -1, v.from
		}
		met := false
		for j := i + step; j >= 0 && j < len(c.events); j += step {
			w := c.events[j]
			gap := w.from - at
			if step < 0 {
				gap = at - w.to
			}
			if gap > farthest || w.name < 0 && (w.cue.level > 0 || w.cue.head && met) {
				break
			}
			if w.name >= 0 {
				met = true
				c.said[w.name].level = v.cue.level
			}
			if at = w.to; step < 0 {
				at = w.from
			}
		}
	}
}
