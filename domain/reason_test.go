package domain

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var verb = regexp.MustCompile(`%[a-zA-Z]`)

func TestEveryReasonIsASentenceInThreeLanguagesOfTheSameArguments(t *testing.T) {
	for code, w := range reasons {
		for lang, s := range map[Language]string{Kazakh: w.kk, Russian: w.ru, English: w.en} {
			require.NotEmpty(t, s, "%s in %s", code, lang)
			require.Equal(t, strings.Count(s, "%"), len(verb.FindAllString(s, -1)), "%s in %s: a percent sign that is no verb", code, lang)
			require.Equal(t, verb.FindAllString(w.en, -1), verb.FindAllString(s, -1), "%s in %s", code, lang)
		}
		require.NotEqual(t, w.kk, w.ru, code)
		require.NotEqual(t, w.ru, w.en, code)
		require.NotEqual(t, w.kk, w.en, code)
		require.Regexp(t, `\p{Cyrillic}`, w.kk, code)
		require.Regexp(t, `\p{Cyrillic}`, w.ru, code)
		require.NotRegexp(t, `\p{Cyrillic}`, w.en, code)
		require.NotRegexp(t, `[ӘәҒғҚқҢңӨөҰұҮүҺһІі]`, w.ru, "%s: Kazakh letters in Russian", code)
		require.NotRegexp(t, `[ёЁщЩъЪ]`, w.kk, "%s: letters that hardly any Kazakh sentence has", code)
	}
}

// source parses the package's own files, tests apart.
func source(t *testing.T) []*ast.File {
	t.Helper()
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	var files []*ast.File
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
			require.NoError(t, err)
			files = append(files, f)
		}
	}
	require.NotEmpty(t, files)
	return files
}

// codes lists the constants of type Code, by name.
func codes(t *testing.T) map[string]Code {
	t.Helper()
	found := map[string]Code{}
	for _, f := range source(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			if kind, ok := spec.Type.(*ast.Ident); ok && kind.Name == "Code" {
				for i, name := range spec.Names {
					literal, ok := spec.Values[i].(*ast.BasicLit)
					require.True(t, ok, name.Name)
					value, err := strconv.Unquote(literal.Value)
					require.NoError(t, err)
					found[name.Name] = Code(value)
				}
			}
			return true
		})
	}
	return found
}

func TestEveryCodeHasItsSentenceAndNoTwoAreOne(t *testing.T) {
	named := map[Code]string{}
	for name, code := range codes(t) {
		require.Contains(t, reasons, code, name)
		require.NotContains(t, named, code, "%s and %s", name, named[code])
		require.Regexp(t, `^[a-z]+(_[a-z]+)*$`, string(code))
		named[code] = name
	}
	require.Len(t, reasons, len(named), "a sentence without a code")
	require.Greater(t, len(named), 30, "the source was read")
}

// Where a rule gives a reason, it gives as many arguments as the sentence speaks of.
func TestEveryReasonIsGivenWithTheArgumentsOfItsSentence(t *testing.T) {
	all := codes(t)
	before := map[string]int{"Because": 0, "Fail": 1, "Add": 1} // arguments before the code
	calls := 0
	for _, f := range source(t) {
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			var name string
			switch fun := call.Fun.(type) {
			case *ast.Ident:
				name = fun.Name
			case *ast.SelectorExpr:
				name = fun.Sel.Name
			}
			skip, ok := before[name]
			if !ok || len(call.Args) <= skip || call.Ellipsis.IsValid() {
				return true
			}
			if id, ok := call.Args[skip].(*ast.Ident); ok && all[id.Name] != "" {
				calls++
				want := len(verb.FindAllString(reasons[all[id.Name]].en, -1))
				require.Len(t, call.Args[skip+1:], want, "%s with %s", name, id.Name)
			}
			return true
		})
	}
	require.Greater(t, calls, 60, "the calls were found")
}

func TestAReasonSpeaksTheReadersLanguage(t *testing.T) {
	r := Reason{Code: CodeOutOfRange, Args: []any{1, 8}}
	require.Equal(t, "1 мен 8 аралығында болуы керек", r.In("kk"))
	require.Equal(t, "должно быть от 1 до 8", r.In("ru-KZ"))
	require.Equal(t, "must be from 1 to 8", r.In("de"))
	require.Equal(t, "must be from 1 to 8", r.Error())
	require.Equal(t, "no_such_code", Reason{Code: "no_such_code"}.In("kk"))
}

func TestAnErrorNamesEveryFault(t *testing.T) {
	var f Faults
	require.NoError(t, f.Err())
	require.True(t, f.Check("/a", nil))
	require.False(t, f.Check("/b", Because(CodeRequired)))
	require.False(t, f.Check("/c", os.ErrClosed), "what is no reason is malformed")
	f.Add("/d", CodeTooLong, 5)
	err := f.Err()
	require.Equal(t, Invalid, KindOf(err))
	require.EqualError(t, err, "The input has faults: 3; /b: is required; /c: is not in the right form; /d: must have at most 5 characters")
	require.Zero(t, KindOf(os.ErrClosed))
	require.Zero(t, KindOf(nil))
}
