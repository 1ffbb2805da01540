package meili

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/search"
	"kopir/search/searchtest"

	"github.com/google/uuid"
	"github.com/meilisearch/meilisearch-go"
	"github.com/stretchr/testify/require"
)

// Turning a page of twenty documents, in two languages with descriptions of forty words, into hits that show where the
// words are.
func BenchmarkHits(b *testing.B) {
	e, list := someProgrammes(b, 20)
	var found meilisearch.Hits
	for _, p := range list {
		found = append(found, meilisearch.Hit{"id": json.RawMessage(`"` + p.ID.String() + `"`)})
	}
	bodies := searchtest.Bodies(search.Batch{Programmes: list})
	for _, text := range []string{"программирование", "деректерді басқару", "develop"} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				hits, err := e.hits(found, text, domain.Russian, strictly(e.catalogue.Load().reading.Units(text, nil)))
				require.NoError(b, err)
				for _, h := range hits {
					h.Highlights(bodies[h.ID])
				}
			}
		})
	}
}

// Making the documents of a hundred programmes such as those, as they are sent.
func BenchmarkDocuments(b *testing.B) {
	e, list := someProgrammes(b, 100)
	for b.Loop() {
		_, put := e.documents(search.Batch{Programmes: list})
		_, err := json.Marshal(put.put)
		require.NoError(b, err)
	}
}

func someProgrammes(b *testing.B, n int) (*Engine, []search.Programme) {
	b.Helper()
	c, err := data.Catalogue()
	require.NoError(b, err)
	e, err := Open(Options{URL: "http://127.0.0.1:1", Key: "k"})
	require.NoError(b, err)
	require.NoError(b, e.UseCatalogue(b.Context(), c))
	rng := rand.New(rand.NewPCG(1, 2))
	some := func(l domain.Language, n int) string {
		var parts []string
		for range n {
			parts = append(parts, c.Competences()[rng.IntN(len(c.Competences()))].Label.Exactly(l))
		}
		return strings.Join(parts, " ")
	}
	var list []search.Programme
	for i := range n {
		p := search.Programme{Organisation: domain.Text{RU: fmt.Sprint("Университет ", i)}}
		p.ID = uuid.New()
		p.Title = domain.Text{KK: some(domain.Kazakh, 1), RU: some(domain.Russian, 1)}
		p.Description = domain.Text{KK: some(domain.Kazakh, 15), RU: some(domain.Russian, 15)}
		for range 8 {
			k := c.Competences()[rng.IntN(len(c.Competences()))]
			p.Competences = append(p.Competences, search.Label{ID: k.ID, Label: k.Label})
			p.Outcomes = append(p.Outcomes, domain.Outcome{Competence: k.ID})
		}
		p.Status = domain.ProgrammePublished
		list = append(list, p)
	}
	return e, list
}
