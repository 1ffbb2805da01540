package api

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

func TestTheLanguageOfTheReader(t *testing.T) {
	for accepted, want := range map[string]domain.Language{
		"": domain.Russian, "kk": domain.Kazakh, "ru": domain.Russian, "en": domain.English, "KK": domain.Kazakh, "kk-KZ": domain.Kazakh,
		"en-GB": domain.English, "en-US,en;q=0.9": domain.English, "ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7": domain.Russian,
		"kk, ru;q=0.8": domain.Kazakh, "ru;q=0.5, kk;q=0.9": domain.Kazakh, "de": domain.Russian, "de, en;q=0.1": domain.English,
		"zh, kk;q=0.2, en;q=0.1": domain.Kazakh, "*": domain.Russian, "fr-CH, fr;q=0.9, *;q=0.5": domain.Russian,
		"kk-Cyrl": domain.Kazakh, "kk-Latn": domain.Kazakh, "not a language!": domain.Russian, "kk;q=0": domain.Russian, ";;;": domain.Russian,
		"tr": domain.Russian, "uk": domain.Russian, "en;q=0.5,en;q=0.4": domain.English,
	} {
		require.Equal(t, want, acceptedLanguage(http.Header{"Accept-Language": {accepted}}), accepted)
	}
	require.Equal(t, domain.Russian, acceptedLanguage(http.Header{}))
	require.Equal(t, domain.Kazakh, acceptedLanguage(http.Header{"Accept-Language": {"en;q=0.3", "kk"}}), "two lines are one list")
}

func TestTheIdOfARequestIsOurs(t *testing.T) {
	d := openDoor(t)
	theirs := uuid.NewString()
	first := d.knock(knock{method: "GET", target: "/healthz", header: map[string]string{"X-Request-Id": theirs}}).header.Get("X-Request-Id")
	second := d.get("/healthz").header.Get("X-Request-Id")
	require.NotEqual(t, theirs, first)
	require.NotEqual(t, first, second)
	id, err := uuid.Parse(first)
	require.NoError(t, err)
	require.EqualValues(t, 7, id.Version())
}

func TestAContextThatNeverMetTheEdgeIsAVisitors(t *testing.T) {
	require.Equal(t, domain.Visitor, actorOf(t.Context()))
	require.Equal(t, domain.Russian, languageOf(t.Context()))
	require.Equal(t, uuid.Nil, requestID(t.Context()))
}
