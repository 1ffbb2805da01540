package domain

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// openCodes are codes that anybody can read.
type openCodes struct{}

func (openCodes) Code(kind LetterKind, id uuid.UUID) string      { return string(kind) + "/" + id.String() }
func (openCodes) ParseCode(LetterKind, string) (uuid.UUID, bool) { return uuid.Nil, false }

func TestEveryKindOfLetterSpeaksThreeLanguages(t *testing.T) {
	for kind, w := range letters {
		for name, part := range map[string]words{"subject": w.subject, "body": w.body} {
			texts := map[string]bool{part.kk: true, part.ru: true, part.en: true}
			require.Len(t, texts, 3, "%s %s", kind, name)
			require.NotContains(t, texts, "", "%s %s", kind, name)
			facts := strings.Count(part.en, "%s")
			require.Equal(t, []int{facts, facts}, []int{strings.Count(part.kk, "%s"), strings.Count(part.ru, "%s")}, "%s %s", kind, name)
		}
		require.NotContains(t, w.subject.en, "%", "nothing that somebody wrote stands in a subject")
	}
	for _, role := range memberRoles {
		w := roleWords[role]
		require.NotContains(t, []string{w.kk, w.ru, w.en}, "", role)
	}
}

func TestALetterIsWrittenInItsReadersLanguageElseInRussian(t *testing.T) {
	post := NewPost(openCodes{}, "https://api.example.kz", "")
	l := Letter{ID: uuid.New(), Kind: LetterPasswordChanged, To: "a@example.kz"}
	for language, subject := range map[Language]string{
		"kk": "Құпиясөзіңіз өзгертілді", "ru": "Ваш пароль изменён", "en": "Your password was changed", "": "Ваш пароль изменён",
		"zh-Hans": "Ваш пароль изменён", "en-GB": "Your password was changed", "kk-Latn": "Құпиясөзіңіз өзгертілді",
	} {
		l.Language = language
		m := post.Message(l)
		require.Equal(t, subject, m.Subject, language)
		require.Equal(t, l.ID, m.ID)
		require.Contains(t, m.Body, "https://api.example.kz")
		require.NotContains(t, m.Body, "%!")
		require.NotContains(t, m.Body, "code", "it has none")
	}
}

func TestALetterLinksToWherePeopleAreElseTellsItsCode(t *testing.T) {
	id := uuid.MustParse("0192f0c1-7b1e-7c3a-9d52-4f1f6a0b8e11")
	l := Letter{Kind: LetterPasswordChanged, Language: English, Code: id, ValidTo: time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC)}
	told := NewPost(openCodes{}, "https://api.example.kz", "").Message(l).Body
	require.Contains(t, told, "Code: password_changed/"+id.String()+"\n")
	require.Contains(t, told, "2026-11-24 01:00 (UTC+05:00)", "in Kazakhstan")
	linked := NewPost(openCodes{}, "https://api.example.kz", "https://example.kz/app/").Message(l).Body
	require.Contains(t, linked, "https://example.kz/app/password-changed#code=password_changed%2F"+id.String()+"\n")
	require.NotContains(t, linked, "Code:")
}
