package words

import (
	"strings"
	"unicode/utf8"
)

// gap is what stands between two words.
type gap int

const (
	apart   gap = iota // a sentence's punctuation, or anything else
	nothing            // C++ and 11 in C++11
	space              // also an underscore
	dot
	hyphen
	slash
	spaced // a hyphen or a slash between spaces
	ampersand
)

func gapOf(between string) gap {
	switch between {
	case "":
		return nothing
	case " ", "_", "\u00a0", "\n", "  ":
		return space
	case ".":
		return dot
	case "-", "‐", "‑", "–", "−":
		return hyphen
	case "/":
		return slash
	case " - ", "- ", " -", " / ", "/ ", " /", "_-_", "_/_":
		return spaced
	case "&", "&amp;", "&AMP;":
		return ampersand
	}
	return apart
}

// list is a few words.
type list []string

func (l list) has(word string) bool {
	for _, w := range l {
		if w == word {
			return true
		}
	}
	return false
}

// pairs are two words that make one name, by the first: written together, with a space, a hyphen, a slash or a dot,
// it is the same name.
var pairs = map[string]list{
	"ado": {"net"}, "asp": {"net"}, "vb": {"net"}, "dot": {"net"},
	"ci": {"cd"}, "tcp": {"ip"}, "pl": {"sql"}, "t": {"sql"}, "my": {"sql"}, "no": {"sql"},
	"objective": {"c"}, "obj": {"c"}, "hyper": {"v"}, "control": {"m"}, "wi": {"fi"}, "dev": {"ops"}, "git": {"hub", "lab"},
	"java": {"script"}, "type": {"script"}, "action": {"script"}, "power": {"shell", "point"}, "word": {"press"},
	"postgre": {"sql"}, "mongo": {"db"}, "maria": {"db"}, "j": {"query", "unit"}, "i": {"o", "os", "phone"},
	"c": {"sharp"}, "си": {"шарп"}, "x": {"code", "path", "query"}, "a": {"b"}, "b": {"tech"}, "m": {"tech"}, "ph": {"d"}, "r": {"3"},
	"front": {"end", "ends"}, "back": {"end", "ends"}, "full": {"stack"}, "life": {"cycle", "cycles"},
	"web": {"site", "sites", "page", "pages", "logic", "sphere"}, "data": {"base", "bases", "set", "sets"}, "meta": {"data", "model", "models"},
	"micro": {"service", "services"}, "e": {"mail", "commerce", "learning", "business", "government", "governance", "book", "books"},
	"photo": {"shop"}, "work": {"flow", "flows"}, "block": {"chain"}, "wire": {"frame", "frames", "framing"},
	"trouble": {"shooting", "shoot"}, "check": {"list", "lists"}, "frame": {"work", "works"}, "open": {"cv", "gl", "stack"},
	"map": {"reduce"}, "help": {"desk"}, "biz": {"talk"}, "cold": {"fusion"}, "tensor": {"flow"}, "salt": {"stack"}, "vm": {"ware"}, "sales": {"force"},
	"веб": {"сайт", "сайта", "сайты", "сайтов", "сайттар", "сайтты", "сайттын", "страница", "страницы", "страниц"},
	"бек": {"енд", "енда", "энд", "энда"}, "фронт": {"енд", "енда", "энд", "энда"}, "фул": {"стек", "стека"}, "фулл": {"стек", "стека"},
	"вай": {"фай"}, "блок": {"чейн"},
}

// run are two words written as one so often that both spellings have to meet, with the length of the first. They are
// cut, not joined: who looks for "web" or "data" means them too.
var run = map[string]int{"webservice": 3, "webservices": 3, "webapi": 3, "webdesign": 3, "webdevelopment": 3, "bigdata": 3,
	"datawarehouse": 4, "datawarehousing": 4, "opensource": 4, "sqlserver": 3, "mssql": 2, "restapi": 4, "powerbi": 5,
	"teamlead": 4, "unity3d": 5, "3dsmax": 3, "aftereffects": 5, "softwaredevelopment": 8, "machinelearning": 7}

// half are beginnings that are no words: what they begin is one word, however it is written.
var half = map[string]struct{}{
	"multi": {}, "non": {}, "cyber": {},
	"мульти": {}, "кросс": {}, "микро": {}, "кибер": {}, "крипто": {}, "гео": {}, "нейро": {},
}

// scripts are the names that "js" behind a space belongs to; behind a dot or a hyphen it belongs to any.
var scripts = list{"angular", "backbone", "d3", "ember", "express", "ext", "handlebars", "knockout", "nest", "next", "node", "nuxt",
	"react", "require", "socket", "three", "underscore", "vue"}

// versioned are the names that a number behind them counts versions of. The version is an ending: C++17 is C++.
var versioned = map[string]struct{}{"html": {}, "xhtml": {}, "css": {}, "php": {}, "python": {}, "java": {}, "vue": {}, "perl": {},
	"laravel": {}, "django": {}, "c++": {}, "c#": {}}

// longestName bounds what a name can grow to: without it "a.a.a.…" costs the square of its length.
const longestName = 24

// joins reports whether p, the word just read, and last are one name. Their folds lie next to each other in the
// buffer; where the name keeps a sign between them, joins puts it there.
func (s *scanner) joins(last, p piece) bool {
	g := gapOf(s.text[last.end:p.start])
	if g == apart || last.to-last.from > longestName {
		return false
	}
	a, b := s.buf[last.from:last.to], s.buf[p.from:p.to]
	switch {
	case g == ampersand:
		if len(a) != 1 || len(b) != 1 {
			return false
		}
		s.buf = append(s.buf[:p.from], '&', b[0])
		return true
	case pairs[string(a)].has(string(b)):
		return g != nothing && (g != space || string(a) != "no") // "no SQL needed"
	case isVersion(b) && g != slash && g != spaced:
		_, ok := versioned[string(a)]
		return ok || g == dot && len(a) == 1 || g == slash && len(a) == 1
	case g == nothing:
		return false
	case string(b) == "js":
		return g == dot || g == hyphen || scripts.has(string(a))
	case string(b) == "io" && g == dot:
		return true
	}
	return joinsLetter(a, b, g) || joinsHalf(string(a), b, g)
}

// isVersion reports whether b counts versions: up to two digits, and what follows a dot. A year is no version.
func isVersion(b []byte) bool {
	whole, _, _ := strings.Cut(string(b), ".")
	if len(whole) == 0 || len(whole) > 2 {
		return false
	}
	for _, c := range b {
		if !isDigit(c) && c != '.' {
			return false
		}
	}
	return true
}

// joinsLetter finds names with a single letter: H.264, Ph.D, k-means, S/4HANA. C and R are languages, and stay.
func joinsLetter(a, b []byte, g gap) bool {
	if !ascii(a) || !ascii(b) {
		return false
	}
	switch g {
	case dot:
		return (len(a) == 1 || len(b) == 1) && !isDigit(a[0]) && a[0] != 'c'
	case hyphen:
		return len(a) == 1 && !isDigit(a[0]) && a[0] != 'c' && a[0] != 'r'
	case slash:
		return len(a) == 1 && isDigit(b[0]) && !isDigit(a[0])
	}
	return false
}

func ascii(word []byte) bool {
	for _, c := range word {
		if c >= utf8.RuneSelf || c == '+' || c == '#' {
			return false
		}
	}
	return true
}

func joinsHalf(a string, b []byte, g gap) bool {
	if g != hyphen && g != space || len(b) < 3 || isDigit(b[0]) {
		return false
	}
	_, ok := half[a]
	return ok && (a[0] < utf8.RuneSelf) == (b[0] < utf8.RuneSelf)
}
