package api

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

var strict = strictness{depth: 32, items: 1000}

func TestJSONThatIsTaken(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `[[]]`, `null`, `true`, `"a"`, `1`, ` {} `, "\n[1,2]\r\n\t", `[1e0, -0, 0e1, 1E+2, 1.5e-3, -1, 123456789012345678901234567890]`,
		`{"":0}`, `{"a":{"a":1},"b":{"a":1}}`, `["\"\\\/"]`, `["\u0061\u30af\u30EA\u30b9"]`, `["\ud83d\ude00"]`, `["😀"]`, `["asd "]`, `["` + "\u2028" + `"]`,
		`["` + "\u200d" + `"]`, `["\uFFFF"]`, `[` + strings.Repeat(`0,`, 999) + `0]`, strings.Repeat("[", 32) + strings.Repeat("]", 32),
		`{"description":{"ru":"первая строка\nвторая\r\n\tс отступом"}}`, `{"description":{"kk":"a\u000ab"}}`, `{"reason":"a\nb"}`,
		`{"name":"Қазақстан — ҚР, «Дала» ЖШС"}`,
	} {
		got, err := strict.clean([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, text, string(got), "what is in order is passed on as it is")
	}
}

func TestJSONThatIsRefusedWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		text, pointer string
		code          domain.Code
	}{
		// not JSON (what else is not stands in jsontorture_test.go)
		{`[NaN]`, "/0", codeSyntax}, {`[Infinity]`, "/0", codeSyntax}, {`[-Infinity]`, "/0", codeSyntax},
		{`[+1]`, "/0", codeSyntax}, {`[-]`, "/0", codeSyntax}, {`[.5]`, "/0", codeSyntax}, {`[1.]`, "/0", codeSyntax}, {`[1e]`, "/0", codeSyntax},
		{`[nul]`, "/0", codeSyntax}, {`[True]`, "/0", codeSyntax}, {`["a]`, "/0", codeSyntax},
		{`["\x61"]`, "/0", codeSyntax}, {`["\u00g0"]`, "/0", codeSyntax}, {`["\"]`, "/0", codeSyntax}, {`[1]//c`, "", codeTrailingData},
		{`{"a":[1,{"b":tru}]}`, "/a/1/b", codeSyntax},
		// more than one value
		{`{}{}`, "", codeTrailingData}, {`[] x`, "", codeTrailingData}, {`1 2`, "", codeTrailingData}, {`{}]`, "", codeTrailingData}, {"[]\x00", "", codeTrailingData},
		// text that is not UTF-8
		{"[\"\xff\"]", "/0", codeUTF8}, {"[\"\xc0\xaf\"]", "/0", codeUTF8}, {"[\"\xed\xa0\x80\"]", "/0", codeUTF8}, {"{\"a\":{\"\xe2\x82\":1}}", "/a", codeUTF8},
		{`["\ud800"]`, "/0", codeSyntax}, {`["\udc00\ud800"]`, "/0", codeSyntax}, {"\xff\xfe[\x00]\x00", "", codeUTF8},
		// keys that stand twice
		{`{"role":1,"role":2}`, "/role", codeDuplicateKey}, {`{"a":[{"b":1,"b":1}]}`, "/a/0/b", codeDuplicateKey}, {`{"a":1,"\u0061":2}`, "/a", codeDuplicateKey},
		{"{\"\u0439\":1,\"\u0438\u0306\":2}", "/й", codeDuplicateKey},
		// characters that nobody sees
		{`{"name":"a\u0000b"}`, "/name", domain.CodeControlCharacter}, {`["\u0001"]`, "/0", domain.CodeControlCharacter}, {"[\"\x7f\"]", "/0", domain.CodeControlCharacter},
		{`["\u0085"]`, "/0", domain.CodeControlCharacter}, {`{"title":{"ru":"a\nb"}}`, "/title/ru", domain.CodeControlCharacter}, {`{"a\tb":1}`, "/a\tb", domain.CodeControlCharacter},
		{`{"description":{"ru":"a\u0008"}}`, "/description/ru", domain.CodeControlCharacter}, {`{"descriptions":"a\nb"}`, "/descriptions", domain.CodeControlCharacter},
		{"[\"a\nb\"]", "/0", codeSyntax}, {"[\"\t\"]", "/0", codeSyntax},
		{"[\"\u202e\"]", "/0", codeBidiControl}, {`["\u202E"]`, "/0", codeBidiControl}, {`["\u2066"]`, "/0", codeBidiControl}, {`["\u200f"]`, "/0", codeBidiControl},
		{`["\u061c"]`, "/0", codeBidiControl}, {`{"description":{"en":"\u2069"}}`, "/description/en", codeBidiControl},
		// too much
		{strings.Repeat("[", 33) + strings.Repeat("]", 33), strings.Repeat("/0", 32), codeTooDeep}, {strings.Repeat(`{"a":`, 100_000), strings.Repeat("/a", 32), codeTooDeep},
		{`{"a":[` + strings.Repeat(`0,`, 1000) + `0]}`, "/a", domain.CodeTooMany}, {`[` + strings.Repeat(`{},`, 1000) + `{}]`, "", domain.CodeTooMany},
	} {
		_, err := strict.clean([]byte(c.text))
		name := clip(c.text, 80)
		var r *refusal
		require.ErrorAs(t, err, &r, name)
		require.Equal(t, unreadable, r.kind, name)
		require.Len(t, r.places, 1, name)
		require.Equal(t, c.code, r.places[0].reason.Code, name)
		if c.code != codeSyntax || c.pointer != "" { // where bad syntax begins is a matter of opinion
			require.Equal(t, c.pointer, r.places[0].pointer, name)
		}
	}
}

func TestTheUsualDecoderTakesWhatWeRefuse(t *testing.T) { // negative control: without the guard these pass
	for _, text := range []string{`{"role":1,"role":2}`, `{"name":"a\u0000b"}`, `["\u202e"]`, "[\"\xff\"]", `["\ud800"]`} {
		var v any
		require.NoError(t, json.Unmarshal([]byte(text), &v), text)
		_, err := strict.clean([]byte(text))
		require.Error(t, err, text)
	}
}

func TestTextsAreComposed(t *testing.T) {
	decomposed := "{\"name\":\"\u0438\u0306од\",\"list\":[1.50,true,null,\"e\u0301\"],\"n\":1e400}"
	got, err := strict.clean([]byte(decomposed))
	require.NoError(t, err)
	require.JSONEq(t, strings.ReplaceAll("{\"name\":\"\u0439од\",\"list\":[1.5,true,null,\"\u00e9\"],\"n\":0}", `"n":0`, `"n":0`),
		strings.ReplaceAll(string(got), "1e400", "0"))
	require.Contains(t, string(got), "1e400", "numbers stay as they were written")
	require.NotContains(t, string(got), "\u0306")
}

func FuzzWhatIsTakenIsJSONAndStaysTheSame(f *testing.F) {
	f.Add([]byte(`{"a":[1,"\u0438\u0306"]}`))
	f.Add([]byte("[\"\xff\"]"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := strict.clean(raw)
		if err != nil {
			var r *refusal
			require.True(t, errors.As(err, &r) && r.kind == unreadable)
			return
		}
		require.True(t, json.Valid(got))
		again, err := strict.clean(got)
		require.NoError(t, err)
		require.Equal(t, string(got), string(again))
	})
}
