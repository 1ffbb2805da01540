package imports_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"kopir/domain"
	"kopir/jobs/imports"
	"kopir/search/extract"

	"github.com/stretchr/testify/require"
)

const esco = "http://data.europa.eu/esco/skill/"

// own is a catalogue of what the small files below speak of.
func own(t testing.TB) *domain.Catalogue {
	t.Helper()
	k := func(id, en, ru, kk string, kind domain.CompetenceKind, synonyms ...string) domain.Competence {
		return domain.Competence{ID: domain.CompetenceID(id), Framework: "esco", Kind: kind, Label: domain.Text{EN: en, RU: ru, KK: kk}, Synonyms: domain.Synonyms{EN: synonyms}}
	}
	old := k("esco:golang", "Golang language", "язык Голанг", "Голанг тілі", domain.Knowledge, "old Go")
	old.ReplacedBy = "esco:go"
	c, err := domain.NewCatalogue("own", []domain.Framework{{ID: "esco"}}, []domain.Competence{
		k("esco:go", "Go", "Go", "Go", domain.Knowledge),
		k("esco:c", "C", "C", "C", domain.Knowledge),
		k("esco:csharp", "C#", "C#", "C#", domain.Knowledge, "C Sharp"),
		k("esco:r", "R", "R", "R", domain.Knowledge),
		k("esco:java", "Java (computer programming)", "Java (программирование)", "Java (бағдарламалау)", domain.Knowledge, "JavaScripting"),
		k("esco:javascript", "JavaScript", "JavaScript", "JavaScript", domain.Knowledge, "JS"),
		k("esco:sql", "SQL", "SQL", "SQL", domain.Knowledge),
		k("esco:sql-server", "SQL Server", "SQL Server", "SQL Server", domain.Tool),
		k("esco:databases", "databases", "базы данных", "дерекқорлар", domain.Knowledge, "data storage"),
		k("esco:use-databases", "use databases", "работать с базами данных", "дерекқорлармен жұмыс істеу", domain.Skill, "data storage"),
		k("esco:machine-learning", "machine learning", "машинное обучение", "машиналық оқыту", domain.Knowledge, "ML"),
		k("esco:learning", "learning", "обучение", "оқыту", domain.Knowledge),
		k("esco:testing-1", "testing", "тестирование", "тестілеу", domain.Knowledge),
		k("esco:testing-2", "testing", "испытания", "сынақ", domain.Skill),
		k("esco:angular", "AngularJS", "AngularJS", "AngularJS", domain.Knowledge),
		old,
	})
	require.NoError(t, err)
	return c
}

func options(t testing.TB) imports.Options {
	c := own(t)
	return imports.Options{Catalogue: c, Namer: extract.New(c), WorkMode: "onsite", Mode: "online", ValidThrough: "2027-06-01"}
}

// read returns all the items of a file that is of the format.
func read(t testing.TB, format imports.Format, file string, o imports.Options) []imports.Item {
	t.Helper()
	var items []imports.Item
	require.NoError(t, imports.Read(format, strings.NewReader(file), o, func(i imports.Item) error {
		items = append(items, i)
		return nil
	}))
	return items
}

// requireRead holds every item to what an item is: a form without a fault, or notes that say why there is none.
func requireRead(t testing.TB, items []imports.Item, c *domain.Catalogue) {
	t.Helper()
	for _, i := range items {
		require.False(t, i.Demand != nil && i.Programme != nil)
		switch {
		case i.Demand != nil:
			_, err := i.Demand.Form.Parse(c, 0)
			require.NoError(t, err, "row %d", i.Row)
		case i.Programme != nil:
			_, err := i.Programme.Form.Parse(c)
			require.NoError(t, err, "row %d", i.Row)
		default:
			require.NotEmpty(t, i.Notes, "row %d is dropped in silence", i.Row)
		}
	}
}

func requirements(i imports.Item) []string {
	var out []string
	for _, r := range i.Demand.Form.Requirements {
		out = append(out, strings.TrimPrefix(r.Competence, "esco:"))
	}
	return out
}

func outcomes(i imports.Item) []string {
	var out []string
	for _, o := range i.Programme.Form.Outcomes {
		out = append(out, strings.TrimPrefix(o.Competence, "esco:"))
	}
	return out
}

func reasons(i imports.Item) []imports.Reason {
	var out []imports.Reason
	for _, n := range i.Notes {
		out = append(out, n.Reason)
	}
	return out
}

const occupations = `occupationUri,relationType,skillType,skillUri,occupationLabel,iscoGroup,skillLabel
http://x/o/1,essential,knowledge,` + esco + `go,"developer, web",2512,Go
http://x/o/1,optional,knowledge,` + esco + `sql,"developer, web",2512,SQL
http://x/o/1,essential,skill,` + esco + `knit,"developer, web",2512,knit socks
http://x/o/2,optional,knowledge,` + esco + `java,technician,3513,Java
http://x/o/3,essential,skill,` + esco + `knit,knitter,7318,knit socks
http://x/o/4,essential,knowledge,` + esco + `c,assembler,8212,C
`

func TestOccupationsBecomeDemandsForWhatTheyNeed(t *testing.T) {
	o := options(t)
	o.Region = "KZ-75"
	o.Occupations = map[string]domain.Text{"http://x/o/1": {KK: "веб-әзірлеуші", RU: "веб-разработчик", EN: "web developer"}}
	items := read(t, imports.EscoOccupations, occupations, o)
	require.Len(t, items, 4)
	requireRead(t, items, o.Catalogue)

	first := items[0].Demand
	require.Equal(t, 2, items[0].Row)
	require.Equal(t, "http://x/o/1", items[0].Reference)
	require.Equal(t, domain.Source{Name: "esco-occupations", Reference: "http://x/o/1", URL: "http://x/o/1"}, first.Source)
	require.True(t, first.KeepDeadline)
	require.Equal(t, o.Occupations["http://x/o/1"], first.Form.Title)
	require.Equal(t, []domain.RequirementForm{
		{Competence: "esco:go", Level: 6, LevelSource: "assumed", Importance: "must"},
		{Competence: "esco:sql", Level: 5, LevelSource: "assumed", Importance: "nice"},
	}, first.Form.Requirements)
	require.Equal(t, []string{"job", "2512", "J", "KZ-75", "onsite", "2027-06-01"},
		[]string{first.Form.Kind, first.Form.Occupation, first.Form.Sector, first.Form.Region, first.Form.WorkMode, first.Form.ValidThrough})
	require.Equal(t, []imports.Note{{Row: 4, Words: "knit socks", Reason: imports.NotInScope}}, items[0].Notes)

	require.Equal(t, domain.Text{EN: "technician"}, items[1].Demand.Form.Title, "where no other name is known")
	require.Equal(t, 3, items[1].Demand.Form.Requirements[0].Level, "a technician's 4, one less because optional")
	require.Nil(t, items[2].Demand)
	require.Equal(t, []imports.Reason{imports.NotInScope, imports.NothingFound}, reasons(items[2]))
	require.Equal(t, 3, items[3].Demand.Form.Requirements[0].Level)
}

func TestJobAdsBecomeDemandsForTheSkillsTheyList(t *testing.T) {
	o := options(t)
	items := read(t, imports.JobAds, "\ufeff\"ad_id\",skills\r\n"+
		`1,Go|SQL| javascript |Go|Knitting|`+"\r\n"+
		`2,Senior Java Developer|Java`+"\r\n"+
		`3,Knitting|Sewing`+"\r\n"+
		`4,"testing|C&#35;|data storage"`+"\r\n"+
		`5,old Go|Golang language`+"\r\n"+
		`6,`+"\r\n", o)
	require.Len(t, items, 6)
	requireRead(t, items, o.Catalogue)
	require.Equal(t, []string{"go", "sql", "javascript"}, requirements(items[0]))
	require.Equal(t, []imports.Note{{2, "Go", imports.SaidTwice}, {2, "Knitting", imports.NotUnderstood}}, items[0].Notes)
	require.Equal(t, domain.Text{KK: "АКТ маманы: Go, SQL, JavaScript", RU: "ИКТ-специалист: Go, SQL, JavaScript", EN: "ICT specialist: Go, SQL, JavaScript"},
		items[0].Demand.Form.Title)
	require.Equal(t, domain.RequirementForm{Competence: "esco:go", Level: 4, LevelSource: "assumed", Importance: "must"}, items[0].Demand.Form.Requirements[0])
	require.Equal(t, domain.RequirementForm{Competence: "esco:java", Level: 6, LevelSource: "inferred", Importance: "must"}, items[1].Demand.Form.Requirements[0])
	require.Nil(t, items[2].Demand)
	require.Equal(t, []imports.Reason{imports.NotUnderstood, imports.NotUnderstood, imports.NothingFound}, reasons(items[2]))
	require.Equal(t, []string{"testing-1", "csharp", "databases"}, requirements(items[3]), "knowledge before a skill of the same name")
	require.Equal(t, []imports.Reason{imports.Ambiguous, imports.Ambiguous}, reasons(items[3]))
	require.Nil(t, items[4].Demand, "what was replaced has no names any more")
	require.Equal(t, []imports.Reason{imports.NothingFound}, reasons(items[5]))
	require.Equal(t, "1", items[0].Demand.Source.Reference)
}

const courses = `language,topic,subtopic,title,url,host,levels,format_note
en,JavaScript,,Databases &amp; SQL for everybody,https://example.org/1,example.org,,
en,C\#,,Try it,https://example.org/2,example.org,advanced,
en,JavaScript,# AngularJS,Forms,https://example.org/3,example.org,beginner|intermediate,
ru,Разное,,Машинное обучение с нуля,https://example.org/4,example.org,,
kk,Дерекқорлар,,Кіріспе,https://example.org/5,example.org,,
uk,SQL,,Основи,https://example.org/6,example.org,,
en,Knitting,,Socks,https://example.org/7,example.org,,
en,SQL,,,https://example.org/8,example.org,,
en,SQL,,Same,https://example.org/9,example.org,,
en,Java,,Same,https://example.org/9,example.org,,
en,SQL,,"A ""quoted"", title",https://example.org/10,example.org,,
en,SQL,,broken "quote,https://example.org/11,example.org,,
en,SQL,too few cells
en,SQL,,After what was broken,https://example.org/12,example.org,,
en,testing,,Ambiguous,https://example.org/13,example.org,,
en,SQL,,Bad address,example.org,example.org,,
en,SQL,,Turned` + "\u202e" + `,https://example.org/14,example.org,,
`

func TestFreeCoursesBecomeProgrammes(t *testing.T) {
	o := options(t)
	items := read(t, imports.FreeCourses, courses, o)
	require.Len(t, items, 17, "a row, an item")
	byRow := map[int]imports.Item{}
	for i, item := range items {
		require.Equal(t, i+2, item.Row)
		byRow[item.Row] = item
	}
	first := byRow[2].Programme.Form
	require.Equal(t, "Databases & SQL for everybody", first.Title.EN)
	require.Equal(t, []string{"javascript", "databases", "sql"}, outcomes(byRow[2]))
	require.Equal(t, domain.OutcomeForm{Competence: "esco:sql", Level: 3, LevelSource: "assumed"}, first.Outcomes[2])
	require.Equal(t, []string{"short_course", "online", "https://example.org/1"}, []string{first.Kind, first.Mode, first.URL})
	require.Equal(t, []string{"free"}, first.Funding)
	require.Equal(t, domain.Source{Name: "free-courses", Reference: "https://example.org/1 Databases & SQL for everybody", URL: "https://example.org/1"}, byRow[2].Programme.Source)

	require.Equal(t, []string{"csharp"}, outcomes(byRow[3]), "C# is not C")
	require.Equal(t, 6, byRow[3].Programme.Form.Outcomes[0].Level)
	require.Equal(t, []string{"javascript", "angular"}, outcomes(byRow[4]))
	require.Equal(t, 2, byRow[4].Programme.Form.Outcomes[0].Level, "the lower of two")
	require.Equal(t, domain.Text{RU: "Машинное обучение с нуля"}, byRow[5].Programme.Form.Title)
	require.Equal(t, []string{"machine-learning"}, outcomes(byRow[5]), "not learning: the longest name counts")
	require.Equal(t, domain.OutcomeForm{Competence: "esco:machine-learning", Level: 2, LevelSource: "inferred"}, byRow[5].Programme.Form.Outcomes[0])
	require.Equal(t, []imports.Reason{imports.NotUnderstood}, reasons(byRow[5]), "of the topic")
	require.Equal(t, domain.Text{KK: "Кіріспе"}, byRow[6].Programme.Form.Title)
	require.Equal(t, []string{"kk"}, byRow[6].Programme.Form.Languages)

	for row, want := range map[int][]imports.Reason{
		7: {imports.NoTitle}, 8: {imports.NotUnderstood, imports.NothingFound}, 9: {imports.NoTitle}, 11: {imports.SameReference},
		13: {imports.BrokenRow}, 14: {imports.BrokenRow},
	} {
		require.Nil(t, byRow[row].Programme, row)
		require.Equal(t, want, reasons(byRow[row]), row)
	}
	require.Equal(t, []string{"sql"}, outcomes(byRow[10]))
	require.Equal(t, `A "quoted", title`, byRow[12].Programme.Form.Title.EN)
	require.Equal(t, "After what was broken", byRow[15].Programme.Form.Title.EN)
	require.Equal(t, []imports.Reason{imports.Ambiguous}, reasons(byRow[16]))

	_, err := byRow[17].Programme.Form.Parse(o.Catalogue)
	require.Equal(t, domain.Invalid, domain.KindOf(err), "the market refuses it, and only it")
	_, err = byRow[18].Programme.Form.Parse(o.Catalogue)
	require.ErrorContains(t, err, "/title/en")
	requireRead(t, items[:15], o.Catalogue)
}

const curriculum = `section,subject,title,url,duration,effort,prerequisites,subject_topics
Intro CS,,Introduction to SQL,coursepages/sql/README.md,10-12 weeks,6–10 hours/week,none,machine learning|knitting
Advanced CS,Data,Deeper,https://example.org/d,6 months,-,"SQL, Go",databases|data storage|knitting
Core CS,Crafts,Socks,https://example.org/s,-,-,none,knitting
`

func TestACurriculumBecomesProgrammes(t *testing.T) {
	o := options(t)
	o.Mode, o.Region, o.Source = "onsite", "KZ-71", "our-school"
	items := read(t, imports.Curriculum, curriculum, o)
	require.Len(t, items, 3)
	requireRead(t, items, o.Catalogue)
	first := items[0].Programme
	require.Equal(t, domain.Source{Name: "our-school", Reference: "Intro CS/Introduction to SQL"}, first.Source, "a path within the sender's own pages is no address")
	require.Equal(t, 12, first.Form.Weeks)
	require.Equal(t, 120, first.Form.Hours)
	require.Equal(t, []string{"KZ-71"}, first.Form.Regions)
	require.Equal(t, []domain.OutcomeForm{{Competence: "esco:sql", Level: 2, LevelSource: "inferred"}}, first.Form.Outcomes, "its own title before its subject's topics")
	require.Empty(t, items[0].Notes)

	second := items[1].Programme
	require.Equal(t, 26, second.Form.Weeks)
	require.Zero(t, second.Form.Hours)
	require.Equal(t, "https://example.org/d", second.Form.URL)
	require.Equal(t, []string{"databases"}, outcomes(items[1]))
	require.Equal(t, 6, second.Form.Outcomes[0].Level)
	require.Contains(t, reasons(items[1]), imports.NotUnderstood)
	require.Nil(t, items[2].Programme)
	require.Equal(t, []imports.Reason{imports.NotUnderstood, imports.NothingFound}, reasons(items[2]))
}

func TestTitlesThatAreTooLongAreCut(t *testing.T) {
	o := options(t)
	for n, cut := range map[int]bool{200: false, 201: true, 5000: true} {
		title := "SQL " + strings.Repeat("ң", n-4)
		items := read(t, imports.FreeCourses, "language,topic,subtopic,title,url,levels\nkk,SQL,,"+title+",https://example.org,\n", o)
		requireRead(t, items, o.Catalogue)
		got := []rune(items[0].Programme.Form.Title.KK)
		require.Len(t, got, 200)
		require.Equal(t, cut, got[199] == '…')
		require.Equal(t, cut, slices.Contains(reasons(items[0]), imports.TitleCut))
	}
}

func TestAnAdAsksForNoMoreThanADemandMay(t *testing.T) {
	var competences []domain.Competence
	var skills []string
	for i := range domain.MaxRequirements + 5 {
		name := "x" + strings.Repeat("q", i+3)
		competences = append(competences, domain.Competence{ID: domain.CompetenceID("house:" + name[:min(80, len(name))] + strings.Repeat("z", i/70)), Framework: "house", Label: domain.Text{EN: name}})
		skills = append(skills, name)
	}
	slices.SortFunc(competences, func(a, b domain.Competence) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for i := range competences {
		competences[i].ID = domain.CompetenceID("house:" + string(rune('a'+i/26)) + string(rune('a'+i%26)))
	}
	c, err := domain.NewCatalogue("many", []domain.Framework{{ID: "house"}}, competences)
	require.NoError(t, err)
	o := imports.Options{Catalogue: c, Namer: extract.New(c), WorkMode: "remote", ValidThrough: "2027-06-01"}
	items := read(t, imports.JobAds, "ad_id,skills\n1,"+strings.Join(skills, "|")+"\n", o)
	requireRead(t, items, c)
	require.Len(t, items[0].Demand.Form.Requirements, domain.MaxRequirements)
	require.Equal(t, []imports.Reason{imports.TooMany}, reasons(items[0]))
}

func TestCellsComeComposedAndWithoutEntities(t *testing.T) {
	o := options(t)
	items := read(t, imports.FreeCourses, "language,topic,subtopic,title,url,levels\nru,SQL,,&nbsp;Базовы\u0438\u0306 SQL&#13; ,https://example.org,\n", o)
	requireRead(t, items, o.Catalogue)
	require.Equal(t, "Базовы\u0439 SQL", items[0].Programme.Form.Title.RU)
}

func TestAFileOfAnotherFormatIsRefusedBeforeItsRows(t *testing.T) {
	o := options(t)
	nothing := func(imports.Item) error { t.Fatal("a row was read"); return nil }
	for format, file := range map[imports.Format]string{
		imports.JobAds: courses, imports.FreeCourses: "ad_id,skills\n1,SQL\n", imports.Curriculum: "", imports.EscoOccupations: "\"\n", "xml": "ad_id,skills\n",
	} {
		require.Error(t, imports.Read(format, strings.NewReader(file), o, nothing), format)
	}
}

func TestAFormatIsKnownByItsColumns(t *testing.T) {
	for _, c := range []struct {
		file string
		want imports.Format
	}{{occupations, imports.EscoOccupations}, {"skills,more,ad_id\n", imports.JobAds}, {courses, imports.FreeCourses}, {curriculum, imports.Curriculum}} {
		heading, _, _ := strings.Cut(c.file, "\n")
		got, err := imports.Detect(strings.Split(heading, ","))
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
	_, err := imports.Detect([]string{"name", "skills"})
	require.Error(t, err)
	require.Equal(t, domain.DemandSide, imports.JobAds.Side())
	require.Equal(t, domain.DemandSide, imports.EscoOccupations.Side())
	require.Equal(t, domain.ProgrammeSide, imports.FreeCourses.Side())
	require.Equal(t, domain.ProgrammeSide, imports.Curriculum.Side())
}

func TestReadingEndsWithTheFirstErrorOfWhoTakesTheItems(t *testing.T) {
	for format, file := range map[imports.Format]string{
		imports.EscoOccupations: occupations, imports.JobAds: "ad_id,skills\n1,SQL\n2,SQL\n", imports.FreeCourses: courses, imports.Curriculum: curriculum,
	} {
		n, full := 0, errors.New("full")
		err := imports.Read(format, strings.NewReader(file), options(t), func(imports.Item) error { n++; return full })
		require.ErrorIs(t, err, full)
		require.Equal(t, 1, n, format)
	}
}

func TestReadingTwiceGivesTheSame(t *testing.T) {
	o := options(t)
	for format, file := range map[imports.Format]string{
		imports.EscoOccupations: occupations, imports.JobAds: "ad_id,skills\n1,Go|testing\n", imports.FreeCourses: courses, imports.Curriculum: curriculum,
	} {
		require.Equal(t, read(t, format, file, o), read(t, format, file, o))
	}
}
