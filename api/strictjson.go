package api

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/text/unicode/norm"

	"kopir/domain"
)

// strictness is how JSON is read at the door: what two readers could understand differently is refused, with its place.
type strictness struct {
	depth, items int
}

// clean returns one JSON value with its texts in NFC. It refuses as unreadable: what is not JSON or has more after it,
// keys that stand twice, text that is not UTF-8, control and bidirectional characters (but line ends and tabs in texts
// of several lines), and what is nested too deep or has too many items.
func (s strictness) clean(raw []byte) ([]byte, error) {
	in := jsontext.NewDecoder(bytes.NewReader(raw))
	normal := true
	for {
		token, err := in.ReadToken()
		if err != nil {
			return nil, syntaxFault(err, raw)
		}
		tokenNormal, err := s.check(in, token)
		if err != nil {
			return nil, err
		}
		normal = normal && tokenNormal
		if in.StackDepth() == 0 {
			break
		}
	}
	if _, err := in.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, unreadableAt("", codeTrailingData)
	}
	if normal {
		return raw, nil
	}
	return normalised(raw)
}

// check refuses a token that the decoder has just read; normal says that it is in NFC.
func (s strictness) check(in *jsontext.Decoder, token jsontext.Token) (normal bool, err error) {
	if in.StackDepth() > s.depth {
		return false, unreadableAt(string(in.StackPointer()), codeTooDeep, s.depth)
	}
	if kind, length := in.StackIndex(in.StackDepth()); kind == '[' && length > int64(s.items) {
		return false, unreadableAt(string(in.StackPointer().Parent()), domain.CodeTooMany, s.items)
	}
	if token.Kind() != '"' {
		return true, nil
	}
	text, at := token.String(), string(in.StackPointer())
	if code := offence(text, severalLines(at)); code != "" {
		return false, unreadableAt(at, code)
	}
	return norm.NFC.IsNormalString(text), nil
}

// normalised returns checked JSON with its texts in NFC; keys that are one after that stand twice.
func normalised(raw []byte) ([]byte, error) {
	in := jsontext.NewDecoder(bytes.NewReader(raw))
	var text bytes.Buffer
	out := jsontext.NewEncoder(&text)
	for {
		token, err := in.ReadToken()
		if errors.Is(err, io.EOF) {
			return text.Bytes(), nil
		}
		if err != nil {
			return nil, syntaxFault(err, raw)
		}
		if token.Kind() == '"' {
			token = jsontext.String(norm.NFC.String(token.String()))
		}
		if err := out.WriteToken(token); err != nil {
			return nil, syntaxFault(err, raw)
		}
	}
}

// severalLines says whether the text at a place is one that people write in lines.
func severalLines(pointer string) bool {
	return strings.Contains(pointer+"/", "/description/") || pointer == "/reason" || pointer == "/text"
}

// offence returns why a text is refused, or "".
func offence(text string, lines bool) domain.Code {
	for _, r := range text {
		switch {
		case lines && (r == '\n' || r == '\r' || r == '\t'):
		case unicode.IsControl(r):
			return domain.CodeControlCharacter
		case r >= 0x61c && unicode.Is(unicode.Bidi_Control, r):
			return codeBidiControl
		}
	}
	return ""
}

// syntaxFault translates what the decoder says.
func syntaxFault(err error, raw []byte) error {
	var s *jsontext.SyntacticError
	if !errors.As(err, &s) { // it ends too early
		return unreadableAt("", codeSyntax, len(raw))
	}
	at := string(s.JSONPointer)
	switch {
	case errors.Is(err, jsontext.ErrDuplicateName):
		return unreadableAt(at, codeDuplicateKey)
	case !utf8.Valid(raw):
		return unreadableAt(at, codeUTF8)
	default:
		return unreadableAt(at, codeSyntax, s.ByteOffset)
	}
}

func unreadableAt(pointer string, code domain.Code, args ...any) error {
	p := place{pointer: pointer, reason: domain.Reason{Code: code, Args: args}}
	return refuse(unreadable, domain.CodeInvalid, 1).at(p)
}
