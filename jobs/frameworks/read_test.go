package frameworks_test

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/jobs/frameworks"

	"github.com/stretchr/testify/require"
)

// known is what is there already.
func known(t testing.TB) *domain.Catalogue {
	t.Helper()
	c, err := data.Catalogue()
	require.NoError(t, err)
	return c
}

// read reads files of testdata.
func read(t testing.TB, o frameworks.Options, names ...string) (domain.Revision, error) {
	t.Helper()
	var files []frameworks.File
	for _, name := range names {
		content, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		files = append(files, frameworks.File{Name: name, Reader: bytes.NewReader(content)})
	}
	o.Known = known(t)
	if o.Version == "" {
		o.Version = "2"
	}
	return frameworks.Read(files, o)
}

// faults returns where a reading finds fault, and why.
func faults(t testing.TB, err error) map[string]domain.Code {
	t.Helper()
	var e *domain.Error
	require.True(t, errors.As(err, &e), err)
	out := map[string]domain.Code{}
	for _, f := range e.Faults {
		out[f.Pointer] = f.Reason.Code
	}
	return out
}

const (
	programming = "esco:21d2f96d-35f7-4e3f-9745-c533d2dd6e97"
	typescript  = "esco:867137fb-ff1b-4ca3-99f3-cb6969aa2c68"
)

func TestESCOIsReadWithItsLanguagesAndRelations(t *testing.T) {
	rows := 0
	r, err := read(t, frameworks.Options{Version: "1.2.1", Step: func(n int) { rows += n }}, "skills_en.csv", "broaderRelationsSkillPillar_en.csv", "skills_ru.csv")
	require.NoError(t, err)
	require.Equal(t, 10, rows)
	require.Len(t, r.Competences, 4, "groups are no competences")
	require.Equal(t, domain.Competence{
		ID: programming, Framework: "esco", Code: "21d2f96d-35f7-4e3f-9745-c533d2dd6e97", Kind: domain.Knowledge,
		URI:      "http://data.europa.eu/esco/skill/21d2f96d-35f7-4e3f-9745-c533d2dd6e97",
		Label:    domain.Text{EN: "computer programming", RU: "программирование"},
		Synonyms: domain.Synonyms{EN: []string{"coding", "programming of computers"}, RU: []string{"кодирование"}},
	}, r.Competences[0])
	require.Equal(t, []domain.CompetenceID{programming}, r.Competences[1].Broader)
	require.Equal(t, []string{"TS"}, r.Competences[1].Synonyms.EN)
	require.Equal(t, domain.Skill, r.Competences[2].Kind)
	require.True(t, r.Competences[3].Deprecated)
	require.Equal(t, []domain.Language{"en", "ru"}, r.Languages)
	require.Equal(t, []domain.Language{"en", "ru"}, r.Framework.Imported)
	require.Equal(t, "1.2.1", r.Framework.Version)
	require.NotEmpty(t, r.Framework.Attribution.KK, "what is known of the framework stays")
	require.True(t, r.Relations && r.Lasting)

	alone, err := read(t, frameworks.Options{}, "skills_en.csv")
	require.NoError(t, err)
	require.False(t, alone.Relations, "the file says nothing of relations")
}

func TestDigCompIsReadWithItsAreas(t *testing.T) {
	r, err := read(t, frameworks.Options{}, "digcomp.jsonld")
	require.NoError(t, err)
	require.Equal(t, []domain.Competence{{
		ID: "digcomp:1.1", Framework: "digcomp", Code: "1.1", Kind: domain.Skill, URI: "https://kopir.kz/competences/digcomp:1.1",
		Label: domain.Text{EN: "Browsing, searching and filtering information"}, Area: domain.Text{EN: "Information search, evaluation and management"},
	}}, r.Competences)
	require.False(t, r.Relations)
}

func TestAHouseFrameworkIsReadFromItsTable(t *testing.T) {
	r, err := read(t, frameworks.Options{Framework: "kz"}, "house.csv")
	require.NoError(t, err)
	require.Equal(t, domain.Competence{
		ID: "kz:robots", Framework: "kz", Code: "robots", Kind: domain.Skill, Label: domain.Text{KK: "роботтарды баптау", RU: "наладка роботов"},
		Synonyms: domain.Synonyms{RU: []string{"робототехник", "наладчик"}}, Area: domain.Text{KK: "Өндіріс", RU: "Өндіріс", EN: "Өндіріс"},
		Close: []domain.CompetenceID{"ecf:B.6"},
	}, r.Competences[0])
	require.Equal(t, []domain.CompetenceID{"kz:robots"}, r.Competences[1].Broader)
	require.Equal(t, domain.CompetenceID("kz:robots"), r.Competences[2].ReplacedBy)
	require.Equal(t, []domain.Language{"ru", "kk", "en"}, r.Languages)

	other, err := read(t, frameworks.Options{Framework: "own", Name: domain.Text{RU: "Свой"}}, "house.csv")
	require.NoError(t, err)
	require.Equal(t, domain.Text{RU: "Свой"}, other.Framework.Name)
}

func TestFaultsAreNamedByFileLineAndColumn(t *testing.T) {
	_, err := read(t, frameworks.Options{}, "faulty_en.csv")
	require.Equal(t, map[string]domain.Code{
		"faulty_en.csv, line 4, conceptUri": domain.CodeDuplicate, "faulty_en.csv, line 5, conceptUri": domain.CodeMalformed,
		"faulty_en.csv, line 6, skillType": domain.CodeUnknownValue, "faulty_en.csv, line 6, preferredLabel": domain.CodeRequired,
	}, faults(t, err))
	_, err = read(t, frameworks.Options{Framework: "kz"}, "house_faulty.csv")
	require.Equal(t, map[string]domain.Code{
		"house_faulty.csv, line 2, kind": domain.CodeUnknownValue, "house_faulty.csv, line 3, code": domain.CodeMalformed,
		"house_faulty.csv, line 4, code": domain.CodeRequired, "house_faulty.csv, line 4, broader": domain.CodeUnknownCompetence,
	}, faults(t, err))
	_, err = read(t, frameworks.Options{}, "broaderRelationsSkillPillar_en.csv", "skills_ru.csv")
	require.NoError(t, err, "files come in any order")
}

func TestWhatIsNoFrameworkIsRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		options       frameworks.Options
		says          string
	}{
		"another table":         {"x.csv", "colour,shape\nred,round\n", frameworks.Options{Version: "1"}, "neither ESCO"},
		"nothing":               {"x.csv", "", frameworks.Options{Version: "1"}, "empty"},
		"broken JSON":           {"x.jsonld", "{", frameworks.Options{Version: "1"}, "unexpected EOF"},
		"a language of nobody":  {"skills_de.csv", "conceptUri,preferredLabel\n", frameworks.Options{Version: "1"}, `"de"`},
		"no version":            {"skills_en.csv", "conceptUri,preferredLabel\n", frameworks.Options{}, "which version"},
		"no competences":        {"skills_en.csv", "conceptUri,preferredLabel\n", frameworks.Options{Version: "1"}, "no competences"},
		"an official framework": {"x.csv", "code,kind\n", frameworks.Options{Version: "1", Framework: "ecf"}, "not an official one"},
		"a framework's bad id":  {"x.csv", "code,kind\n", frameworks.Options{Version: "1", Framework: "a-b"}, "16 small letters"},
		"a nameless framework":  {"x.csv", "code,kind\n", frameworks.Options{Version: "1", Framework: "own"}, "what the framework is called"},
		"a row too short":       {"x.csv", "code,kind,label_ru\na,skill,x\nb,skill\n", frameworks.Options{Version: "1", Framework: "kz"}, "line 3"},
	} {
		t.Run(name, func(t *testing.T) {
			c.options.Known = known(t)
			_, err := frameworks.Read([]frameworks.File{{Name: c.file, Reader: strings.NewReader(c.content)}}, c.options)
			require.ErrorContains(t, err, c.says)
		})
	}
	_, err := read(t, frameworks.Options{}, "skills_en.csv", "digcomp.jsonld")
	require.ErrorContains(t, err, "one framework at a time")
}

// edition is ESCO's digital skills as an edition in some language has them.
func edition(t testing.TB, language string, label func(k *domain.Competence) string) string {
	var b strings.Builder
	b.WriteString("conceptType,conceptUri,skillType,preferredLabel,altLabels,status\n")
	n := 0
	for _, k := range known(t).Competences() {
		if k.Framework == "esco" {
			n++
			fmt.Fprintf(&b, "KnowledgeSkillCompetence,%s,knowledge,%q,,released\n", k.URI, label(&k))
		}
	}
	require.Equal(t, 1284, n, language)
	return b.String()
}

// An edition in a language in which no names are kept is refused, whatever it is called: its names are never taken for those
// of another language.
func TestAnEditionInAnotherLanguageGivesNoWrongLabels(t *testing.T) {
	english := func(k *domain.Competence) string { return k.Label.EN }
	german := func(k *domain.Competence) string { return "Fertigkeit " + k.Label.EN }
	ukrainian := func(k *domain.Competence) string { return "навичка " + k.Label.RU }
	newer := func(k *domain.Competence) string { // a version that calls a third otherwise
		if k.Label.EN < "d" {
			return k.Label.EN + " (new)"
		}
		return k.Label.EN
	}
	for name, c := range map[string]struct {
		file     string
		label    func(*domain.Competence) string
		language domain.Language
		says     string
	}{
		"English by its name":              {"skills_en.csv", english, "", ""},
		"English by default":               {"skills.csv", english, "", ""},
		"English as it was said":           {"skills.csv", english, "en", ""},
		"a newer version in English":       {"skills_en.csv", newer, "", ""},
		"German by its name":               {"skills_de.csv", german, "", "take the edition in English"},
		"Ukrainian by its name":            {"skills_uk.csv", ukrainian, "", "kept in kk, ru and en only"},
		"German, said to be English":       {"skills_de.csv", german, "en", `says that it is in "de"`},
		"German under a name that is mute": {"skills.csv", german, "", "only 0 of 1284 competences"},
		"German under an English name":     {"skills_en.csv", german, "", "it is in another language"},
		"Ukrainian, said to be Russian":    {"skills.csv", ukrainian, "ru", "it is in another language"},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := frameworks.Read([]frameworks.File{{Name: filepath.Join("ESCO_de", c.file), Reader: strings.NewReader(edition(t, name, c.label))}},
				frameworks.Options{Known: known(t), Version: "1.2.1", Language: c.language})
			if c.says != "" {
				require.ErrorContains(t, err, c.says)
				require.Empty(t, r.Competences)
				return
			}
			require.NoError(t, err)
			require.Len(t, r.Competences, 1284)
		})
	}
}

// wholeESCO is as many skills as ESCO 1.2 has, in broader relations six deep.
func wholeESCO(count int) (skills, broader string) {
	var a, b strings.Builder
	a.WriteString("conceptType,conceptUri,skillType,preferredLabel,altLabels,status,description\n")
	b.WriteString("conceptType,conceptUri,broaderType,broaderUri\n")
	uri := func(i int) string {
		return fmt.Sprintf("http://data.europa.eu/esco/skill/%08d-0000-4000-8000-000000000000", i)
	}
	for i := range count {
		fmt.Fprintf(&a, "KnowledgeSkillCompetence,%s,knowledge,skill number %d,\"other name %d\nanother name %d\",released,%s\n", uri(i), i, i, i, strings.Repeat("word ", 60))
		if i >= 8 {
			fmt.Fprintf(&b, "KnowledgeSkillCompetence,%s,KnowledgeSkillCompetence,%s\n", uri(i), uri(i/8))
		}
	}
	return a.String(), b.String()
}

func TestTheWholeOfESCOIsReadAndHolds(t *testing.T) {
	const count = 13_900
	skills, relations := wholeESCO(count)
	r, err := frameworks.Read([]frameworks.File{
		{Name: "skills_en.csv", Reader: strings.NewReader(skills)}, {Name: "broader.csv", Reader: strings.NewReader(relations)},
	}, frameworks.Options{Known: known(t), Version: "1.2.0"})
	require.NoError(t, err)
	require.Len(t, r.Competences, count)
	c, err := domain.CatalogueContent{Frameworks: []domain.Framework{{ID: "esco"}}, Competences: r.Competences}.Catalogue("whole")
	require.NoError(t, err)
	require.Len(t, c.Relations().Serving(r.Competences[1].ID), 1+8+64+512+4096, "everything below it")
	for _, k := range c.Competences() {
		require.NotEmpty(t, c.Relations().Serving(k.ID))
	}
}

// TestTheFilesAsTheyAreHandedOut reads the real files where they are at hand.
func TestTheFilesAsTheyAreHandedOut(t *testing.T) {
	dir := cmp.Or(os.Getenv("KOPIR_SHARED_DATA"), filepath.Join("..", "..", "..", "shared", "data"))
	open := func(name string) frameworks.File {
		file, err := os.Open(filepath.Join(dir, name))
		if errors.Is(err, os.ErrNotExist) {
			t.Skipf("this test needs %s; KOPIR_SHARED_DATA may say where the shared data is", name)
		}
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, file.Close()) })
		return frameworks.File{Name: name, Reader: io.Reader(file)}
	}
	r, err := frameworks.Read([]frameworks.File{open("esco/digital_skills_v1.2.0_en.csv"), open("esco/broader_relations_digital_v1.2.0.csv")},
		frameworks.Options{Known: known(t), Version: "1.2.0"})
	require.NoError(t, err)
	require.Len(t, r.Competences, 1284)
	r, err = frameworks.Read([]frameworks.File{open("digcomp/digcomp_3.0.jsonld")}, frameworks.Options{Known: known(t), Version: "3.0"})
	require.NoError(t, err)
	require.Len(t, r.Competences, 21)
}
