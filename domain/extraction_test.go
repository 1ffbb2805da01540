package domain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"kopir/domain"
	"kopir/search/extract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

func (w *world) extraction() *domain.Extraction {
	return domain.NewExtraction(w.store, w.market.Catalogue, extract.Follow(w.market.Catalogue), w.clock.now)
}

func TestEachCompetenceIsProposedOnceWithTheMostThatIsSaidOfIt(t *testing.T) {
	e := domain.Extract{Mentions: []domain.Mention{
		{Competence: "house:sql", Confidence: domain.HighFrom, Level: 2},
		{Competence: "house:go", Confidence: domain.MediumFrom},
		{Competence: "house:sql", Confidence: domain.HighFrom, Level: 5, Importance: domain.Nice},
		{Competence: "house:sql", Confidence: domain.HighFrom, Level: 4, Importance: domain.Must},
		{Competence: "house:egg", Confidence: domain.MediumFrom - 0.01, Level: 8},
	}}
	require.Equal(t, []domain.Requirement{
		{Competence: "house:sql", Level: 5, Source: domain.Inferred, Importance: domain.Must},
		{Competence: "house:go", Level: domain.AssumedOfDemand, Source: domain.Assumed, Importance: domain.Should},
	}, e.Requirements(), "what is low is not proposed")
	require.Equal(t, []domain.Outcome{
		{Competence: "house:sql", Level: 5, Source: domain.Inferred},
		{Competence: "house:go", Level: domain.AssumedOfProgramme, Source: domain.Assumed},
	}, e.Outcomes())
}

func TestATextBecomesATitleAndADescription(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("сөз ", 5_000))
	title, description := domain.Extract{Language: domain.Kazakh}.Draft("\n" + long + "\nend")
	require.Equal(t, domain.Text{KK: strings.TrimSpace(strings.Repeat("сөз ", 50))}, title)
	require.Equal(t, domain.MaxDescription-1, utf8.RuneCountInString(description.KK), "behind a word")
	title, description = domain.Extract{Language: domain.English}.Draft("A course\r\nof SQL ")
	require.Equal(t, []domain.Text{{EN: "A course"}, {EN: "A course\r\nof SQL"}}, []domain.Text{title, description})
	title, _ = domain.Extract{}.Draft(strings.Repeat("日", 300))
	require.Equal(t, domain.Text{RU: strings.Repeat("日", domain.MaxTitle)}, title)
}

func TestWhoMaySayWhatWordsName(t *testing.T) {
	w := newWorld(t)
	verdicts := []domain.VerdictForm{{Words: "SQL", Competence: "house:sql", Confirmed: true}}
	waiting := w.organisation(t, domain.Employer, uniqueBIN(900), domain.Pending)
	for name, c := range map[string]struct {
		by   domain.Actor
		of   uuid.UUID
		kind domain.Kind
	}{
		"visitor":                         {domain.Visitor, w.employer.ID, domain.Unauthenticated},
		"viewer":                          {w.people["viewer"], w.employer.ID, domain.Forbidden},
		"stranger":                        {w.people["stranger"], w.employer.ID, domain.Forbidden},
		"stranger, of what is not public": {w.people["stranger"], waiting.ID, domain.Invalid},
		"of what is not there":            {w.owner(), uuid.New(), domain.Invalid},
	} {
		require.Equal(t, c.kind, domain.KindOf(w.extraction().Judge(t.Context(), c.by, c.of, verdicts)), name)
	}
	require.NoError(t, w.extraction().Judge(t.Context(), w.people["editor"], w.employer.ID, verdicts))
}

func TestWhatIsSaidOfWordsMovesTheirConfidence(t *testing.T) {
	w := newWorld(t)
	confidence := func() float64 {
		e, err := w.extraction().Read(t.Context(), "Знание SQL")
		require.NoError(t, err)
		require.Len(t, e.Mentions, 1)
		return e.Mentions[0].Confidence
	}
	before := confidence()
	say := func(confirmed bool) {
		require.NoError(t, w.extraction().Judge(t.Context(), w.owner(), w.employer.ID, []domain.VerdictForm{{Words: "sql", Competence: "house:sql", Confirmed: confirmed}}))
	}
	say(true)
	require.InDelta(t, (2*before+1)/3, confidence(), 1e-9)
	say(false)
	require.InDelta(t, (2*before+0.5)/3, confidence(), 1e-9, "of two minds")
}

func TestEveryFaultOfVerdictsIsNamed(t *testing.T) {
	w := newWorld(t)
	err := w.extraction().Judge(t.Context(), w.owner(), w.employer.ID, []domain.VerdictForm{
		{Words: "SQL", Competence: "house:sql"}, {Words: "sql", Competence: "house:sql", Confirmed: true},
		{Words: " ", Competence: "house:sql"}, {Words: "—", Competence: "house:go"}, {Words: "Go", Competence: "house:nothing"},
		{Words: strings.Repeat("я", 201), Competence: "house:go"}, {Words: "Golang", Competence: "house:golang"},
	})
	require.Equal(t, map[string]domain.Code{
		"/verdicts/1": domain.CodeDuplicate, "/verdicts/2/text": domain.CodeRequired, "/verdicts/3/text": domain.CodeMalformed,
		"/verdicts/4/competence_id": domain.CodeUnknownCompetence, "/verdicts/5/text": domain.CodeTooLong,
	}, placesOf(err))
	require.Equal(t, domain.Invalid, domain.KindOf(w.extraction().Judge(t.Context(), w.owner(), w.employer.ID, make([]domain.VerdictForm, domain.MaxVerdicts+1))))
}
