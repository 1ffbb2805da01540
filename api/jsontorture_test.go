package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The grammar of RFC 8259 from both sides: what is not JSON, what is, and what it leaves to those who implement it.

var notJSON = map[string][]string{
	"arrays": {
		`[`, `[[`, `[1`, `[1,`, `[1, `, `[]]`, `[1]]`, `[[]`, `[[1]`, `[,]`, `[,1]`, `[,,1]`, `[1,]`, `[1,,]`, `[1,,2]`, `["",]`, `["a",,]`, `[1 2]`, `[1 true]`, `["a" "b"]`, `[[] []]`, `[1;2]`, `[1:2]`, `["a":1]`,
		`["": 1]`, `[1}`, `[}`, `[1)`, `(1)`, `[{}`, `[{]`, `[{},`, `[null,`, `[3[4]]`, `[*]`, `[...]`, `[1...3]`, `[1-3]`, `[a]`, `[a, 1]`, `[1,a]`, "[\"a\",\n4\n,1,", "[1,\n1\n,1", `[ , ""]`, `[[[[[[`, `[1]  ,`, `],[`, `,`, `[1],`,
	},
	"objects": {
		`{`, `{{`, `}`, `{}}`, `{"a"`, `{"a":`, `{"a":1`, `{"a":1,`, `{"a":1,}`, `{"a":1,,"b":2}`, `{,}`, `{,"a":1}`, `{"a"}`, `{"a",1}`, `{"a" 1}`, `{"a"::1}`, `{"a"=1}`, `{"a"=>1}`, `{"a":1;"b":2}`, `{"a":1 "b":2}`, `{"a":}`,
		`{:1}`, `{"":}`, `{a:1}`, `{'a':1}`, "{`a`:1}", `{1:1}`, `{1.5:1}`, `{null:1}`, `{true:1}`, `{[]:1}`, `{{}:1}`, `{{"a":1}}`, `{"a":1 true}`, `{"a":b}`, `{"a":"b"]`, `{"a":"b")`, `{"a":{"b":1}`, `{"a":[}`, `{"a":1]`, `{"a":'b'}`,
		`{"a": "b"}#`, `{"a":"b",#`, `{"a":1,"a"`, `{"a":/*b*/}`, `{"a":undefined}`, `{"a":function(){}}`, `{"a":1}{"b":2}`, `{...}`, `{"a":1,...}`, `{9999E9999:1}`, `{"x", null}`, "{\"a\"\x00:1}", `{"a":1,"b"}`,
	},
	"numbers": {
		`+1`, `[+1]`, `-`, `[-]`, `[--1]`, `[+-1]`, `[- 1]`, `[-a]`, `[-foo]`, `01`, `[01]`, `[00]`, `[-01]`, `[-00]`, `[012]`, `[-012]`, `[0123e1]`, `.5`, `[.5]`, `[-.5]`, `[5.]`, `[-5.]`, `[1.]`, `[1.e1]`, `[1.2.3]`, `[1..2]`, `[1.a]`, `[1e]`, `[1E]`,
		`[1e+]`, `[1e-]`, `[1E+]`, `[1.0e]`, `[1.0e+]`, `[1e1.5]`, `[1e1e1]`, `[1ee1]`, `[1e++1]`, `[1eE2]`, `[e1]`, `[.e1]`, `[0e]`, `[0e+]`, `[0.e1]`, `[0.3e]`, `[0.3e+]`, `[2.e+3]`, `[9.e+]`, `[1 000]`, `[1,000.5.]`, `[1_000]`, `[1'000]`, `[0x1]`, `[0x]`, `[0X1F]`,
		`[0b1]`, `[0o7]`, `[1a]`, `[1e1a]`, `[1f]`, `[1L]`, `[1n]`, `[1/2]`, `[1*2]`, `[1+2]`, `[1-]`, `[NaN]`, `[nan]`, `[-NaN]`, `[Infinity]`, `[-Infinity]`, `[+Infinity]`, `[Inf]`, `[inf]`, `[∞]`, `[１]`, `[١]`, `[½]`, `[1,5€]`, `[$1]`, `[1%]`, `[#1]`, "[1\x00]", "[\xe5]", "[1\xe5]", "[1e1\xe5]", "[0\xe5]", `[-2.]`, `[0.1.2]`, `[-1.0.]`,
	},
	"strings": {
		`"`, `["`, `["a`, `["a]`, `["\"]`, `["\\"`, `['a']`, `["a']`, `['a"]`, "[`a`]", `[“a”]`, `[«a»]`, `[a"b"]`, `["a"b]`, `["a" + "b"]`, `["\`, `["\u`, `["\u0`, `["\u00`, `["\u000`, `["\u"]`, `["\u0"]`, `["\u00"]`, `["\u00A"]`, `["\u00G0"]`, `["\uqqqq"]`, `["\U0041"]`, `["\u{41}"]`, `["\x41"]`, `["\x"]`,
		`["\a"]`, `["\v"]`, `["\e"]`, `["\0"]`, `["\1"]`, `["\'"]`, "[\"\\`\"]", `["\ "]`, `["\é"]`, `["\😀"]`, `["\N{DASH}"]`, "[\"\\\x00\"]", "[\"\\\n\"]", "[\"\\\t\"]", "[\"a\nb\"]", "[\"a\rb\"]", "[\"a\tb\"]", "[\"a\x00b\"]", "[\"\x01\"]", "[\"\x1f\"]", "[\"\x0b\"]", `[\"a\"]`, `[\u0022a\u0022]`, `["a\u0020"`, `[\n]`, `abc`, `["a", "b]`, `"""a"""`,
	},
	"surrogates that stand alone": {
		`["\ud800"]`, `["\udbff"]`, `["\udc00"]`, `["\udfff"]`, `["\ud800a"]`, `["\ud800\n"]`, `["\ud800\u0061"]`, `["\ud800\ud800"]`, `["\udc00\ud800"]`, `["\ud83d\u"]`, `["\ud83d\ude0"]`, `["\uD83D\\uDE00"]`, `["\uD800\uD800\uDC00"]`, `{"\ud800":1}`,
	},
	"bytes that are no UTF-8": {
		"[\"\x80\"]", "[\"\xbf\"]", "[\"\xc0\x80\"]", "[\"\xc0\xaf\"]", "[\"\xc1\xbf\"]", "[\"\xc3\"]", "[\"\xc3(\"]", "[\"\xe0\x80\x80\"]", "[\"\xe0\x9f\xbf\"]", "[\"\xe2\x82\"]", "[\"\xe2(\xa1\"]", "[\"\xed\xa0\x80\"]", "[\"\xed\xbf\xbf\"]", "[\"\xf0\x80\x80\x80\"]",
		"[\"\xf0\x9f\x98\"]", "[\"\xf4\x90\x80\x80\"]", "[\"\xf5\x80\x80\x80\"]", "[\"\xf8\x88\x80\x80\x80\"]", "[\"\xfc\x84\x80\x80\x80\x80\"]", "[\"\xfe\"]", "[\"\xff\"]", "{\"\xff\":1}", "[\"\xd4\xeb\xff\"]", "[\"\xe9\"]", "\xff\xfe[\x00]\x00", "\xfe\xff\x00[\x00]", "[\x00]\x00", "\x00[\x00]", "\x00\x00\x00[\x00\x00\x00]",
	},
	"words": {
		`nul`, `[nul]`, `[nulll]`, `[NULL]`, `[Null]`, `[tru]`, `[truee]`, `[True]`, `[TRUE]`, `[fals]`, `[False]`, `[FALSE]`, `[yes]`, `[no]`, `[on]`, `[None]`, `[nil]`, `[undefined]`, `[void]`, `[n]`, `[t]`, `[f]`, `[truefalse]`, `[null1]`, `[true"a"]`, `[tr ue]`, "[tr\x00ue]", `[ｔrue]`, `[nuⅼl]`,
	},
	"white space and marks": {
		``, ` `, "\n", "\t\r\n ", "\x00", "\ufeff", "\ufeff{}", "{}\ufeff", "[\ufeff]", "[\u00a0]", "\u00a0[]", "[\u2028]", "[\u2060]", "[\u3000]", "[\f]", "[\v]", "\f[]", "[]\f", "[\x85]", "[\x1f1]", "[1\x0c]", "[]\x00", "\x00{}", "\x1a", "[]\x1a", "\u200b[]",
	},
	"more than one text, or another one": {
		`{}{}`, `[][]`, `1 2`, `1,2`, `"a""b"`, `null null`, `{} x`, `[] //`, `[] /* */`, `// a` + "\n[]", `/* a */ []`, `# a` + "\n[]", `[1/**/]`, `[1] --`, `<a/>`, `<?xml version="1.0"?><a/>`, `a=1&b=2`, `a: 1`, "- 1\n- 2", "---\na: 1", "a = 1", "[a]\nb = 1", `"a": 1`, `callback([1])`, `)]}',` + "\n[]", `var a = []`, `[1];`,
		`data: {}`, "{}\n{}\n", "\x1e{}\n", "\x81\xa1a\x01", "\xa1aa\x01", "\x1f\x8b\x08", "%PDF-1.7", "PK\x03\x04", `d1:ai1ee`, `(define a)`, `{% a %}`, `${a}`, `{{a}}`, `%7B%7D`, `&#123;&#125;`, `eyJhIjoxfQ==`, `\{\}`, `\u007b\u007d`,
	},
}

var isJSON = []string{
	// values of every kind at the top, and white space about them
	`null`, `true`, `false`, `0`, `-0`, `1`, `""`, `"a"`, `[]`, `{}`, ` []`, `[] `, "\t[]\n", "\r\n{}\r\n", `[ ]`, `{ }`, "[\n]", "[ 1 ]", "[1\n,\t2\r]", `{"a":1}`, "{ \"a\" : 1 , \"b\" : 2 }",
	`[null]`, `[true,false,null]`, `[[]]`, `[{}]`, `{"a":[]}`, `{"a":{}}`, `[[],{},[[]]]`, `[1,"a",null,true,{},[]]`, `[null, 1, "1", {}]`, `[1,null,null,null,2]`,
	// numbers
	`[0]`, `[-0]`, `[0.0]`, `[-0.0]`, `[0e0]`, `[0E+1]`, `[0e-1]`, `[10]`, `[-1]`, `[123]`, `[1.5]`, `[-1.5]`, `[0.1]`, `[1e1]`, `[1E1]`, `[1e+1]`, `[1E-1]`, `[1.5e3]`, `[123.456e78]`, `[1E22]`, `[20e1]`, `[9007199254740993]`, `[18446744073709551616]`, `[-9223372036854775809]`, `[0.000000000000000000000000000000001]`,
	`[1.7976931348623157e308]`, `[2.2250738585072014E-308]`, `[` + strings.Repeat("9", 400) + `]`, `[0.` + strings.Repeat("1", 400) + `]`, `[1e0000001]`,
	// strings
	`["\""]`, `["\\"]`, `["\/"]`, `["/"]`, `["\u0020"]`, `["\u0041"]`, `["\u00e9"]`, `["\u0421"]`, `["\u20ac"]`, `["\uABCD"]`, `["\uabcd"]`, `["\ud83d\ude00"]`, `["\uD834\uDd1e"]`, `["\udbff\udfff"]`, `["\ufffe"]`, `["\uffff"]`, `["\ufdd0"]`, `["\u2028\u2029"]`, `["\ufeff"]`, `["\u200d"]`, `["\u005C"]`, `["\u0022"]`,
	`["é"]`, `["Қазақстан"]`, `["日本語"]`, `["😀"]`, `["👩‍💻"]`, "[\"\u2028\"]", "[\"\ufffd\"]", "[\"\U0010ffff\"]", "[\"\ue000\"]", `["a/*b*/c"]`, `["//"]`, `["\\u0000"]`, `["\\n"]`, `["a'b"]`, `["{}"]`, `[" "]`, `["` + strings.Repeat("a", 5000) + `"]`,
	// keys
	`{"":1}`, `{" ":1}`, `{"a":1,"A":2}`, `{"a":1,"b":{"a":2}}`, `{"a.b":1}`, `{"a/b":1,"a~b":2}`, `{"\u0061":1}`, `{"Қ":1}`, `{"__proto__":1}`, `{"$ref":"#"}`, `{"😀":{"😀":[]}}`, `{"min":-1.0e+28,"max":1.0e+28}`, `{"null":null}`,
	// as deep and as long as it may be
	strings.Repeat("[", 32) + strings.Repeat("]", 32), strings.Repeat(`{"a":`, 31) + `{}` + strings.Repeat("}", 31), `[` + strings.Repeat(`0,`, 999) + `0]`,
}

// leftOpen is what the standard allows one to refuse, as this rule does, or to take.
var leftOpen = []string{
	`[1e400]`, `[-1e400]`, `[1e-400]`, `[123456789012345678901234567890]`, `[0.4e00669999999999999999999999999999999999999]`, `[1e+99999999999999999999]`, `[-1e-99999999999999999999]`, `["\uDADA"]`, `["\uD888\u1234"]`, "[\"\xed\xa0\x80\"]", "\ufeff{}", "\xff\xfe",
	`{"a":1,"a":1}`, `{"a":1,"a":2}`, `["\u0000"]`, `["\u001f"]`, "[\"\x7f\"]", `["\u202e"]`, strings.Repeat("[", 500) + strings.Repeat("]", 500), strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 50_000), "[" + strings.Repeat("1,", 100_000) + "1]",
}

func TestWhatIsNotJSONIsNeverTaken(t *testing.T) {
	seen := map[string]bool{}
	for category, texts := range notJSON {
		for _, text := range texts {
			require.False(t, seen[text], "%q stands twice", text)
			seen[text] = true
			_, err := strict.clean([]byte(text))
			var r *refusal
			require.ErrorAs(t, err, &r, "%s: %q", category, text)
			require.Equal(t, unreadable, r.kind, "%s: %q", category, text)
		}
	}
	require.GreaterOrEqual(t, len(seen), 180)
	d := openDoor(t, patiently)
	for text := range seen {
		if text != "" { // where there must be a body, none is against the contract
			d.post("/v1/match/programmes", text).is(unreadable)
		}
	}
}

func TestWhatIsJSONIsAlwaysTaken(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range isJSON {
		require.False(t, seen[text], "%q stands twice", text)
		seen[text] = true
		got, err := strict.clean([]byte(text))
		require.NoError(t, err, "%q", text)
		require.Equal(t, text, string(got))
	}
	require.GreaterOrEqual(t, len(seen), 90)
	d := openDoor(t, patiently)
	for text := range seen {
		d.post("/v1/match/programmes", text).is(invalid) // readable, and no question
	}
}

func TestWhatTheStandardLeavesOpenIsAnsweredCalmly(t *testing.T) {
	d := openDoor(t, patiently)
	for _, text := range leftOpen {
		require.Contains(t, []int{400, 422}, d.post("/v1/match/programmes", text).status, "%q", clip(text, 80))
	}
}

// patiently lets a visitor ask as often as a test needs.
func patiently(c *Config) { c.VisitorReads, c.VisitorWrites = 1_000_000, 1_000_000 }
