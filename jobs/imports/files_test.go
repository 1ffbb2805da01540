package imports_test

import (
	"cmp"
	"os"
	"path/filepath"
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/jobs/imports"
	"kopir/search/extract"

	"github.com/stretchr/testify/require"
)

// sharedFile opens a file of the data to build and test with, which does not go into the project.
func sharedFile(t *testing.T, name string) *os.File {
	t.Helper()
	dir := cmp.Or(os.Getenv("KOPIR_SHARED_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("this test needs %s; KOPIR_SHARED_DATA may say where the shared data is: %v", name, err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestTheRealFilesAreReadWhole(t *testing.T) {
	c, err := data.Catalogue()
	require.NoError(t, err)
	occupations, err := data.Occupations()
	require.NoError(t, err)
	o := imports.Options{Catalogue: c, Namer: extract.New(c), Occupations: map[string]domain.Text{}, WorkMode: "onsite", Mode: "online", ValidThrough: "2199-12-31"}
	for _, k := range occupations {
		o.Occupations[k.URI] = k.Label
	}
	for _, file := range []struct {
		format imports.Format
		name   string
		items  int
		taken  int // at least
		notes  map[imports.Reason]int
	}{
		{imports.EscoOccupations, "esco/occupation_skill_relations_ict_v1.1.1.csv", 103, 103, map[imports.Reason]int{imports.NotInScope: 1575}},
		{imports.JobAds, "demands/skill2vec_ict_ads.csv", 7389, 6500, nil},
		{imports.FreeCourses, "programmes/free_courses_en_ru_kk_uk.csv", 1472, 900, map[imports.Reason]int{imports.NoTitle: 9}},
		{imports.Curriculum, "programmes/ossu_courses.csv", 63, 40, nil},
	} {
		t.Run(string(file.format), func(t *testing.T) {
			readAll := func() (items []imports.Item) {
				require.NoError(t, imports.Read(file.format, sharedFile(t, file.name), o, func(i imports.Item) error {
					items = append(items, i)
					return nil
				}))
				return items
			}
			items := readAll()
			require.Len(t, items, file.items)
			requireRead(t, items, c)
			taken, notes, references := 0, map[imports.Reason]int{}, map[string]bool{}
			for _, i := range items {
				if i.Demand != nil || i.Programme != nil {
					taken++
					require.False(t, references[i.Reference], i.Reference)
					references[i.Reference] = true
				}
				for _, n := range i.Notes {
					notes[n.Reason]++
				}
			}
			t.Logf("%d of %d taken; notes: %v", taken, len(items), notes)
			require.GreaterOrEqual(t, taken, file.taken)
			for reason, want := range file.notes {
				require.Equal(t, want, notes[reason], reason)
			}
			require.Zero(t, notes[imports.BrokenRow])
			require.Equal(t, items, readAll(), "read twice, the same")
		})
	}
}
