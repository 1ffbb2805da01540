package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir/domain"
	"kopir/internal/shapes"
	"kopir/jobs/imports"
	"kopir/search/extract"
)

// Real programmes and demands go in as bodies of the API, out as schema.org, each in its shape, and in again for somebody else:
// equal. These are some of them; `make exchange` takes the files whole, through running servers.
func TestRealThingsComeBackEqual(t *testing.T) {
	unraced(t)
	w := openMarketplace(t)
	shipped, err := shelf()
	require.NoError(t, err)
	catalogue, err := shipped.Catalogue()
	require.NoError(t, err)
	o := imports.Options{Catalogue: catalogue, Namer: extract.New(catalogue), Occupations: map[string]domain.Text{}, WorkMode: "onsite", Mode: "online", ValidThrough: "2199-12-31"}
	dala, qadam := w.owner("employer", "dala"), w.owner("university", "qadam")
	for name, format := range map[string]imports.Format{
		"esco/occupation_skill_relations_ict_v1.1.1.csv": imports.EscoOccupations, "demands/skill2vec_ict_ads.csv": imports.JobAds,
		"programmes/free_courses_en_ru_kk_uk.csv": imports.FreeCourses, "programmes/ossu_courses.csv": imports.Curriculum,
	} {
		dir := cmp.Or(os.Getenv("KOPIR_SHARED_DATA"), filepath.Join("..", "..", "shared", "data"))
		file, err := os.Open(filepath.Join(dir, name))
		if err != nil {
			t.Skipf("this test needs %s; KOPIR_SHARED_DATA may say where the shared data is: %v", name, err)
		}
		var lines bytes.Buffer
		n := 0
		require.NoError(t, imports.Read(format, file, o, func(i imports.Item) error {
			var body any
			switch {
			case i.Demand != nil && strings.Contains(fmt.Sprint(i.Demand.Form.Requirements), " must}"):
				form, err := i.Demand.Form.Parse(catalogue, 0)
				require.NoError(t, err)
				body = demandInput(&domain.Demand{ID: uuid.New(), DemandTerms: form})
			case i.Programme != nil && len(i.Programme.Form.Outcomes) > 0:
				form, err := i.Programme.Form.Parse(catalogue)
				require.NoError(t, err)
				body = programmeInput(&domain.Programme{ID: uuid.New(), ProgrammeTerms: form})
			}
			if body == nil || n == 1000 {
				return nil
			}
			n++
			return json.NewEncoder(&lines).Encode(body)
		}))
		require.NoError(t, file.Close())
		owner := map[domain.Side]*person{domain.DemandSide: dala, domain.ProgrammeSide: qadam}[format.Side()]
		done := owner.imports(string(format.Side()), "application/x-ndjson", "&publish=true", lines.Bytes())
		require.Equal(t, 0.0, done.at("counts.faulty"))
		require.Greater(t, done.at("counts.created"), 10.0, name)
	}
	again, other := w.owner("employer", "again"), w.owner("university", "other")
	for side, p := range map[string][2]*person{"demands": {dala, again}, "programmes": {qadam, other}} {
		file := w.visitor().in("kk").get("/v1/export/" + side + "?format=jsonld").expect(200)
		graph := file.at("@graph").([]any)
		require.NotEmpty(t, graph)
		for _, n := range graph {
			require.Empty(t, shapes.Schema.Faults(n.(m)), "%v", n)
		}
		p[1].imports(side, "application/ld+json", "", file.body)
		require.Equal(t, p[0].says(side), p[1].says(side))
	}
}
