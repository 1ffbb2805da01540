package words

import "unicode/utf8"

// Distance counts the typing errors that lead from a to b: letters added, lost, changed, and neighbours swapped
// (optimal string alignment: no letter is touched twice). It gives up above most and then returns most+1.
// Letters are runes; bytes that are not UTF-8 are all the same letter.
func Distance(a, b string, most int) int {
	if most < 0 {
		return most + 1
	}
	for len(a) > 0 && len(b) > 0 { // what they begin with alike costs nothing
		r, n := utf8.DecodeRuneInString(a)
		if other, m := utf8.DecodeRuneInString(b); r != other || n != m {
			break
		}
		a, b = a[n:], b[n:]
	}
	var bufA, bufB [48]rune
	short, long := appendRunes(bufA[:0], a), appendRunes(bufB[:0], b)
	if len(short) > len(long) {
		short, long = long, short
	}
	if len(long)-len(short) > most {
		return most + 1
	}
	return min(align(short, long, most), most+1)
}

func appendRunes(buf []rune, s string) []rune {
	for _, r := range s {
		buf = append(buf, r)
	}
	return buf
}

// align fills the table of distances between beginnings, row by row, three rows kept.
func align(a, b []rune, most int) int {
	var store [3 * 49]int
	width := len(a) + 1
	rows := store[:]
	if 3*width > len(rows) {
		rows = make([]int, 3*width)
	}
	before, last, row := rows[:width], rows[width:2*width], rows[2*width:3*width]
	for i := range last {
		last[i] = i
	}
	leastLast := 0
	for j, r := range b {
		row[0] = j + 1
		least := row[0]
		for i, q := range a {
			d := last[i]
			if q != r {
				d = 1 + min(d, last[i+1], row[i])
			}
			if i > 0 && j > 0 && q == b[j-1] && a[i-1] == r {
				d = min(d, before[i-1]+1)
			}
			row[i+1] = d
			least = min(least, d)
		}
		// A swap reaches back two rows: only two hopeless rows end it.
		if least > most && leastLast > most {
			return most + 1
		}
		leastLast = least
		before, last, row = last, row, before
	}
	return last[len(a)]
}
