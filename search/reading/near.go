package reading

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// near yields the words of a sorted list that are within so many typing errors (those of words.Distance) of what was
// typed, and those that begin so, as runs of the list with the errors. Words that begin alike are looked at together:
// what their beginning costs is worked out once, and where it costs too much none of them is looked at.
func near(sorted []string, typed string, most int, yield func(from, to, errors int, whole bool)) {
	w := walk{typed: []rune(typed), most: most}
	w.rows = append(w.rows, w.first())
	w.begins, w.ends = append(w.begins, most+1), append(w.ends, 0)
	for i := 0; i < len(sorted); {
		alive := w.to(sorted[i])
		last := len(w.rows) - 1
		begins := w.begins[last]
		if !alive { // nor is any other word that begins as far as this one was read
			end := i + beyond(sorted[i:], sorted[i][:w.ends[last]])
			if begins <= most {
				yield(i, end, begins, false)
			}
			i = end
			continue
		}
		if errors := w.rows[last][len(w.typed)]; errors <= most {
			yield(i, i+1, errors, true)
		}
		if begins <= most {
			yield(i, i+1, begins, false)
		}
		i++
	}
}

// beyond returns how many words at the head of a sorted list begin with a prefix. They are few, mostly.
func beyond(sorted []string, prefix string) int {
	end := 1
	for end < len(sorted) && strings.HasPrefix(sorted[end], prefix) {
		end *= 2
	}
	start := end / 2
	return start + sort.Search(min(end, len(sorted))-start, func(i int) bool { return !strings.HasPrefix(sorted[start+i], prefix) })
}

// walk holds, for each beginning of the word at hand, a row of the table of distances: to each beginning of what was
// typed.
type walk struct {
	typed  []rune
	most   int
	word   string
	rows   [][]int
	ends   []int // of the beginnings, in bytes
	begins []int // the least distance of what was typed to a beginning so far
}

func (w *walk) first() []int {
	row := make([]int, len(w.typed)+1)
	for j := range row {
		row[j] = j
	}
	return row
}

// to goes on to a word, so far as it can be near. It reports whether that is to its end.
func (w *walk) to(word string) bool {
	depth := 0
	for common := commonBytes(w.word, word); depth+1 < len(w.ends) && w.ends[depth+1] <= common; {
		depth++
	}
	before := w.rune(depth)
	w.rows, w.ends, w.begins, w.word = w.rows[:depth+1], w.ends[:depth+1], w.begins[:depth+1], word
	for at := w.ends[depth]; ; {
		if w.hopeless() {
			return false
		}
		if at == len(word) {
			return true
		}
		r, size := utf8.DecodeRuneInString(word[at:])
		at += size
		w.push(r, before, at)
		before = r
	}
}

// rune returns the last letter of the beginning of so many letters, 0 of none.
func (w *walk) rune(depth int) rune {
	if depth == 0 {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(w.word[w.ends[depth-1]:])
	return r
}

// hopeless says that no longer word is near: a swap reaches back two rows.
func (w *walk) hopeless() bool {
	for d := len(w.rows) - 1; d >= 0 && d >= len(w.rows)-2; d-- {
		for _, distance := range w.rows[d] {
			if distance <= w.most {
				return false
			}
		}
	}
	return true
}

// push adds the row of one letter more.
func (w *walk) push(r, before rune, end int) {
	n := len(w.rows)
	last := w.rows[n-1]
	var row []int
	if n < cap(w.rows) {
		row = w.rows[:n+1][n] // of a word before
	}
	if row == nil {
		row = make([]int, len(w.typed)+1)
	}
	row[0] = n
	for j, q := range w.typed {
		d := last[j]
		if q != r {
			d = 1 + min(d, last[j+1], row[j])
		}
		if n > 1 && j > 0 && q == before && w.typed[j-1] == r {
			d = min(d, w.rows[n-2][j-1]+1)
		}
		row[j+1] = d
	}
	w.rows, w.ends = append(w.rows, row), append(w.ends, end)
	w.begins = append(w.begins, min(w.begins[n-1], row[len(w.typed)]))
}

func commonBytes(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
