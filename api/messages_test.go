package api

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// codesOf lists the codes that a file of the source declares.
func codesOf(t *testing.T, file string) []domain.Code {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	require.NoError(t, err)
	var out []domain.Code
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 || !strings.HasPrefix(strings.ToLower(spec.Names[0].Name), "code") {
			return true
		}
		if literal, ok := spec.Values[0].(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			out = append(out, domain.Code(text))
		}
		return true
	})
	return out
}

func TestEveryCodeHasASentenceInThreeLanguages(t *testing.T) {
	ours := codesOf(t, "messages.go")
	require.Greater(t, len(ours), 25)
	require.Len(t, sentences, len(ours))
	for _, code := range ours {
		s, ok := sentences[code]
		require.True(t, ok, code)
		require.NotEmpty(t, s.kk, code)
		require.NotEmpty(t, s.ru, code)
		require.NotEmpty(t, s.en, code)
		require.Equal(t, verbs(s.kk), verbs(s.ru), code)
		require.Equal(t, verbs(s.kk), verbs(s.en), code)
		require.Regexp(t, `^[a-z][a-z0-9_]*$`, string(code))
	}
	theirs := codesOf(t, "../domain/reason.go")
	require.Greater(t, len(theirs), 30)
	for _, code := range theirs {
		require.False(t, slices.Contains(ours, code), "%s is said twice", code)
		for _, lang := range domain.Spoken() {
			require.NotEqual(t, string(code), strings.SplitN(say(domain.Reason{Code: code}, lang), "%!", 2)[0], code)
		}
	}
}

func verbs(s string) (out []string) {
	for i := range len(s) - 1 {
		if s[i] == '%' {
			out = append(out, s[i:i+2])
		}
	}
	return out
}

func TestEveryKindHasATitleInThreeLanguages(t *testing.T) {
	require.Len(t, titles, 18)
	for k, s := range titles {
		require.NotEmpty(t, s.kk, k.name)
		require.NotEmpty(t, s.ru, k.name)
		require.NotEmpty(t, s.en, k.name)
		require.NotEqual(t, s.ru, s.kk, k.name)
	}
	for _, k := range kinds {
		require.Contains(t, titles, k)
	}
}
