package api

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/data"
	"kopir/domain"
)

// publishesDemo publishes what is published in the demo, in the name of one organisation for each side.
func publishesDemo(t *testing.T, w *marketplace, dala, qadam *person) {
	t.Helper()
	demo, err := data.Demo()
	require.NoError(t, err)
	today, catalogue := w.deps.Market.Today(), w.deps.Market.Catalogue()
	var demands, programmes bytes.Buffer
	for _, d := range demo.Demands {
		if d.Status != string(domain.DemandPublished) {
			continue
		}
		terms, err := d.Form(today).Parse(catalogue, today)
		require.NoError(t, err)
		keepLine(t, &demands, demandInput(&domain.Demand{ID: uuid.New(), DemandTerms: terms}))
	}
	for _, p := range demo.Programmes {
		if p.Status != string(domain.ProgrammePublished) {
			continue
		}
		terms, err := p.Form(today).Parse(catalogue)
		require.NoError(t, err)
		keepLine(t, &programmes, programmeInput(&domain.Programme{ID: uuid.New(), ProgrammeTerms: terms}))
	}
	require.Equal(t, 0.0, dala.imports("demands", "application/x-ndjson", "&publish=true", demands.Bytes()).at("counts.faulty"))
	require.Equal(t, 0.0, qadam.imports("programmes", "application/x-ndjson", "&publish=true", programmes.Bytes()).at("counts.faulty"))
}

func keepLine(t *testing.T, to *bytes.Buffer, body any) {
	t.Helper()
	require.NoError(t, json.NewEncoder(to).Encode(body))
}

// dumped is what an instance gives away of a side, in an order that does not depend on ids, without what must differ elsewhere:
// ids, the organisation, and when things were published and changed.
func dumped(t *testing.T, w *marketplace, side string) ([]byte, []string) {
	t.Helper()
	file := w.visitor().in("ru").get("/v1/export/" + side + "?format=jsonld").expect(200)
	var out []string
	for _, each := range file.at("@graph").([]any) {
		thing := each.(m)
		url := thing["@id"]
		for _, own := range []string{"@id", "identifier", "hiringOrganization", "provider", "datePosted", "dateModified"} {
			delete(thing, own)
		}
		if thing["url"] == url {
			delete(thing, "url")
		}
		if courses, ok := thing["hasCourse"].([]any); ok {
			delete(courses[0].(m), "provider")
		}
		text, err := json.Marshal(thing)
		require.NoError(t, err)
		out = append(out, string(text))
	}
	slices.Sort(out)
	return file.body, out
}

func TestAllOfAnInstanceGoesIntoAnEmptyOne(t *testing.T) {
	whole := func(now *setting) { now.shelf = data.Shipped }
	w := openMarketplace(t, whole)
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	dala.publishes("demands", fullDemand(dala))
	for _, kind := range enumOf(t, "ProgrammeKind") {
		qadam.publishes("programmes", fullProgramme(qadam, kind))
	}
	publishesDemo(t, w, dala, qadam)
	t.Run("empty", func(t *testing.T) {
		empty := openMarketplace(t, whole)
		for side, kind := range map[string]string{"demands": "employer", "programmes": "university"} {
			_, nothing := dumped(t, empty, side)
			require.Empty(t, nothing)
			file, want := dumped(t, w, side)
			require.Greater(t, len(want), 50)
			done := empty.owner(kind, "new"+side).imports(side, "application/ld+json", "&publish=true", file)
			done.counts(len(want), 0, 0, 0)
			_, got := dumped(t, empty, side)
			require.Equal(t, want, got)
		}
	})
}
