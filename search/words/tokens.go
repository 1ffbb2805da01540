package words

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Token is one word of a text.
type Token struct {
	Start, End int    // bytes of the original text
	Fold       string // comparable spelling: letters and digits, with + # & . where they carry the meaning
	Stem       string // Fold without its endings: equal for forms of one word
}

// Tokens cuts a text into its words. Spans are in order and do not overlap. Bytes that are not UTF-8, punctuation,
// underscores and HTML's named signs separate words; "C++", "C#", ".NET" and the names of technologies that are
// written with or without punctuation ("node.js", "CI/CD", "e-mail", "front end", "HTML 5") are one.
func Tokens(text string) []Token {
	s := scanner{text: text, buf: make([]byte, 0, len(text)+8), pieces: make([]piece, 0, len(text)/8+1)}
	for s.next() {
	}
	folds := string(s.buf)
	tokens := make([]Token, 0, len(s.pieces))
	for _, p := range s.pieces {
		if p.from == p.to {
			continue // nothing but signs without width
		}
		fold := folds[p.from:p.to]
		tokens = append(tokens, Token{Start: p.start, End: p.end, Fold: fold, Stem: Stem(fold)})
	}
	return tokens
}

// piece is a token whose fold still lies in the scanner's buffer. Folds follow each other without a gap, so that
// joining two words is moving one end.
type piece struct{ start, end, from, to int }

type scanner struct {
	text   string
	at     int
	buf    []byte
	pieces []piece
}

// next adds the next word. It reports whether there was one.
func (s *scanner) next() bool {
	for s.at < len(s.text) {
		if s.text[s.at] == '.' && s.dotNet() {
			return true
		}
		r, size := utf8.DecodeRuneInString(s.text[s.at:])
		if isLetter(r) {
			s.word()
			return true
		}
		if _, n := entity(s.text[s.at:]); n > 0 {
			size = n
		}
		s.at += size
	}
	return false
}

// word reads the word at s.at with the signs that belong to it, folds it and joins it to the one before where the
// two are one name.
func (s *scanner) word() {
	start, end := s.at, s.spelling(s.at)
	signs, after := s.signs(start, end)
	from := len(s.buf)
	s.buf = appendWord(s.buf, s.text[start:end], signs != "")
	s.buf = append(s.buf, signs...)
	p := piece{start: start, end: after, from: from, to: len(s.buf)}
	s.at = after
	if n := len(s.pieces); n > 0 && s.joins(s.pieces[n-1], p) {
		s.pieces[n-1].end, s.pieces[n-1].to = p.end, len(s.buf)
		if bytes.HasPrefix(s.buf[from:], []byte("э")) {
			copy(s.buf[from:], "е") // бэк-энд, now behind a consonant
		}
		return
	}
	if at := run[string(s.buf[from:])]; at > 0 && end-start == p.to-from {
		s.pieces = append(s.pieces, piece{start: start, end: start + at, from: from, to: from + at})
		p.start, p.from = start+at, from+at
	}
	s.pieces = append(s.pieces, p)
}

// spelling is the end of the word at i; a dot between two digits is inside: 802.11, 3.5.
func (s *scanner) spelling(i int) int {
	for {
		end := wordEnd(s.text, i)
		if end+1 < len(s.text) && s.text[end] == '.' && isDigit(s.text[end-1]) && isDigit(s.text[end+1]) {
			i = end + 1
			continue
		}
		return end
	}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// signs reads ++ or # behind a word: C++, Notepad++, C#, F#, with one space for "C #" and "C ++" if no word follows.
func (s *scanner) signs(start, end int) (signs string, after int) {
	word, rest := s.text[start:end], s.text[end:]
	one := len(word) == 1 && strings.Contains("cCfFjJ", word) || word == "с" || word == "С"
	spaced := one && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, "_"))
	at := 0
	if spaced {
		at = 1
	}
	switch {
	case strings.HasPrefix(rest[at:], "++") && !isDigit(word[len(word)-1]):
		signs = "++"
	case one && strings.HasPrefix(rest[at:], "#"):
		signs = "#"
	default:
		return "", end
	}
	after = end + at + len(signs)
	if next, _ := utf8.DecodeRuneInString(s.text[after:]); spaced && (isLetter(next) || next == '+') {
		return "", end
	}
	return signs, after
}

// dotNet reads ".NET" at s.at. Behind a word the dot is only that word's end ("php.net"), unless the word is one
// that .NET follows ("C#.NET"); "ASP.NET", "VB .NET" and "ADO.NET" are one name.
func (s *scanner) dotNet() bool {
	end := s.at + len(".net")
	if !hasFold(s.text[s.at:], ".net") {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(s.text[end:]); isInner(r) {
		return false
	}
	n := len(s.pieces)
	if n > 0 {
		last := &s.pieces[n-1]
		gap := s.text[last.end:s.at]
		fold := string(s.buf[last.from:last.to])
		if (gap == "" || gap == " ") && pairs[fold].has("net") {
			s.buf = append(s.buf, "net"...)
			last.end, last.to, s.at = end, len(s.buf), end
			return true
		}
		if r, _ := utf8.DecodeLastRuneInString(gap); gap == "" && !strings.ContainsAny(fold, "#+") || isInner(r) {
			return false
		}
	}
	from := len(s.buf)
	s.buf = append(s.buf, "dotnet"...)
	s.pieces = append(s.pieces, piece{start: s.at, end: end, from: from, to: len(s.buf)})
	s.at = end
	return true
}
