package embedded

import (
	"context"
	"slices"
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// An index that has been changed a hundred times is the index of what is there now.
func TestChangedIndexEqualsNewOne(t *testing.T) {
	market := generated()
	rapid.Check(t, func(rt *rapid.T) {
		changed := openInternal(t)
		defer func() { require.NoError(rt, changed.Close()) }()
		now := make(map[uuid.UUID]search.Programme)
		for range rapid.IntRange(1, 6).Draw(rt, "batches") {
			var b search.Batch
			for range rapid.IntRange(0, 6).Draw(rt, "changes") {
				p := market[rapid.IntRange(0, len(market)-1).Draw(rt, "what")]
				p.ID = uuid.UUID{15: byte(rapid.IntRange(1, 8).Draw(rt, "id"))}
				if rapid.IntRange(0, 2).Draw(rt, "how") == 0 && !slices.ContainsFunc(b.Programmes, func(o search.Programme) bool { return o.ID == p.ID }) {
					b.Gone = append(b.Gone, p.ID)
					delete(now, p.ID)
				} else if !slices.Contains(b.Gone, p.ID) {
					b.Programmes = append(b.Programmes, p)
					now[p.ID] = p
				}
			}
			require.NoError(rt, changed.Apply(t.Context(), b))
		}
		fresh := openInternal(t)
		defer func() { require.NoError(rt, fresh.Close()) }()
		var b search.Batch
		for _, p := range now {
			b.Programmes = append(b.Programmes, p)
		}
		require.NoError(rt, fresh.Apply(t.Context(), b))
		requireSameIndex(t.Context(), rt, changed, fresh)
	})
}

func requireSameIndex(ctx context.Context, t *rapid.T, a, b *Engine) {
	t.Helper()
	x, y := a.current.Load().programmes, b.current.Load().programmes
	require.Equal(t, y.vocabulary, x.vocabulary)
	require.Equal(t, len(y.at), len(x.at))
	require.Equal(t, len(x.entries), len(x.at)+len(x.free), "every ordinal is in use or free")
	for attribute, values := range y.values {
		require.Len(t, x.values[attribute], len(values), attribute)
	}
	texts := []string{""}
	folds := y.vocabulary.Folds()
	for i := 0; i < len(folds); i += 1 + len(folds)/10 {
		texts = append(texts, folds[i])
	}
	for _, text := range texts {
		for _, by := range []search.Sort{search.ByRelevance, search.ByPrice, search.ByStart} {
			q := search.Query{Side: domain.ProgrammeSide, Words: text, Sort: by, Limit: 100, Facets: search.Attributes(domain.ProgrammeSide)}
			got, err := a.Search(ctx, q)
			require.NoError(t, err)
			want, err := b.Search(ctx, q)
			require.NoError(t, err)
			require.Equal(t, highlighted(want), highlighted(got), "%q by %s", text, by)
			require.Equal(t, want, got, "%q by %s", text, by)
		}
	}
}

func openInternal(t *testing.T) *Engine {
	t.Helper()
	e, err := Open(Options{Dir: t.TempDir()})
	require.NoError(t, err)
	return e
}

// generated returns programmes that share words, organisations and values.
func generated() []search.Programme {
	titles := []string{"Основы программирования", "Программирование на Java", "Сети и серверы", "Базы данных", "Дерекқор негіздері", "C++ с нуля"}
	var out []search.Programme
	for i, title := range titles {
		for j, text := range []string{"", "Практика, практика и ещё раз практика.", titles[(i+1)%len(titles)]} {
			p := search.Programme{Programme: domain.Programme{Status: domain.ProgrammePublished, OrganisationID: uuid.UUID{0: byte(j + 1)}}}
			p.Title, p.Description = domain.Text{RU: title}, domain.Text{RU: text}
			p.Mode, p.Kind = []domain.Mode{domain.Online, domain.Onsite}[i%2], domain.ShortCourse
			p.Regions = []domain.Region{"KZ-75", "KZ-71"}[:j%3]
			p.Weeks = i
			p.Outcomes = []domain.Outcome{{Competence: domain.CompetenceID("esco:" + string(rune('a'+j)))}}
			out = append(out, p)
		}
	}
	return out
}

func TestEncodingKeepsWordsWholeAndApart(t *testing.T) {
	seen := make(map[string]string)
	for _, fold := range []string{"c++", "c#", "c", "dotnet", "802.11", "r&d", "f#", "j++", "бд", "a", "a_b"} {
		e := encode(fold)
		require.NotContains(t, seen, e)
		seen[e] = fold
		for _, r := range e {
			require.True(t, r >= 0x80 || r >= '0' && r <= '9' || r >= 'a' && r <= 'z', "%q of %q would split the word", r, fold)
		}
	}
}

func TestOrderOfScores(t *testing.T) {
	scores := []float64{-3e6, -1048577.5, -1048576.000001, -1048576, -12.5, -1e-6, 0, 1e-6, 7}
	for i := range scores[1:] {
		require.Less(t, sortable(scores[i]), sortable(scores[i+1]))
	}
}

// highlighted takes what shows where the words are out of a result, and returns what it shows in a text.
func highlighted(r search.Result) (all [][]search.Highlight) {
	said := search.Body{Title: domain.Text{RU: "Основы программирования на Java и C++ с нуля: сети и серверы, базы данных, практика"}}
	for i := range r.Hits {
		all = append(all, r.Hits[i].Highlights(said))
		r.Hits[i].Show = nil
	}
	return all
}
