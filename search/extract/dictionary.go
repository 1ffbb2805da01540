package extract

import (
	"kopir/search/words"
)

// dictionary finds runs of words: what each stands for, by what its words have in common with other forms of them, joined by
// a space.
type dictionary[T any] struct {
	of   func(token) string // what counts of a word
	runs map[string]*entry[T]
}

type entry[T any] struct {
	values []T
	longer bool // a longer run begins so
}

func newDictionary[T any](of func(token) string) dictionary[T] {
	return dictionary[T]{of, make(map[string]*entry[T])}
}

func (d *dictionary[T]) at(run string) *entry[T] {
	e := d.runs[run]
	if e == nil {
		e = new(entry[T])
		d.runs[run] = e
	}
	return e
}

// learn adds a value for a run of words.
func (d *dictionary[T]) learn(list []string, value T) {
	run := ""
	for i, w := range list {
		if i > 0 {
			d.at(run).longer = true
			run += " "
		}
		run += w
	}
	if run != "" {
		e := d.at(run)
		e.values = append(e.values, value)
	}
}

// longest returns what the longest run at the beginning of some words stands for, and where it ends; nil if there is none.
// Words that hang between others ("of", "для") may stand in a run without being in the dictionary; a run does not pass
// the end of a clause.
func (d *dictionary[T]) longest(tokens []token, buf []byte) (values []T, length int) {
	buf = buf[:0]
	for i, t := range tokens {
		if i > 0 {
			if t.apart {
				break
			}
			if t.hangs {
				continue
			}
			buf = append(buf, ' ')
		}
		buf = append(buf, d.of(t)...)
		e := d.runs[string(buf)]
		if e == nil {
			break
		}
		if len(e.values) > 0 {
			values, length = e.values, i+1
		}
		if !e.longer {
			break
		}
	}
	return values, length
}

// token is a word of a text as the dictionaries read it.
type token struct {
	words.Token
	root  string
	hangs bool // it only joins other words
	apart bool // a new clause or a new item of a list begins with it
	line  bool // a new line begins with it
}
