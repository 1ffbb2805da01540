package reading

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"kopir/data"
	"kopir/domain"
	"kopir/internal/marketgen"
	"kopir/search"

	"github.com/stretchr/testify/require"
)

// shipped is the catalogue that ships.
var shipped = sync.OnceValues(func() (*Catalogue, error) {
	c, err := data.Catalogue()
	if err != nil {
		return nil, err
	}
	return NewCatalogue(c), nil
})

// competences finds in the catalogue that ships, and names what it finds by the labels in the reader's language.
func competences(t *testing.T, typed string, lang domain.Language) []string {
	c, err := shipped()
	require.NoError(t, err)
	hits, _ := c.Find(search.CompetenceQuery{Words: typed, Language: lang, Limit: 5})
	var out []string
	for _, h := range hits {
		for _, k := range c.competences {
			if k.ID == h.ID {
				out = append(out, k.Label.In(lang))
			}
		}
	}
	return out
}

func some(t *testing.T) *names {
	t.Helper()
	return newNames([]thing{
		{label: domain.Text{EN: "programming", RU: "программирование", KK: "бағдарламалау"}, above: 9, synonyms: domain.Synonyms{EN: []string{"coding"}}},
		{label: domain.Text{EN: "program firmware", RU: "программировать прошивки", KK: "микробағдарламаны бағдарламалау"}},
		{label: domain.Text{EN: "Java (computer programming)", RU: "Java", KK: "Java"}},
		{label: domain.Text{EN: "JavaScript", RU: "JavaScript", KK: "JavaScript"}, synonyms: domain.Synonyms{EN: []string{"JS", "java of the web"}}},
		{label: domain.Text{EN: "data", RU: "данные", KK: "деректер"}},
		{label: domain.Text{EN: "data analysis for a firm", RU: "анализ данных", KK: "деректерді талдау"}},
		{label: domain.Text{EN: "date formats", RU: "форматы дат", KK: "күн пішімдері"}},
		{label: domain.Text{EN: "C++", RU: "C++", KK: "C++"}}, {label: domain.Text{EN: "C#", RU: "C#", KK: "C#"}},
		{label: domain.Text{EN: "use word processors", RU: "использовать текстовые редакторы", KK: "мәтіндік редакторларды пайдалану"}},
		{label: domain.Text{EN: "code", RU: "код", KK: "код"}},
	})
}

// labels returns the English labels of what is found.
func (x *names) labels(t *testing.T, typed string) []string {
	t.Helper()
	page, total := x.find(question{words: typed, language: domain.English, admits: func(int) bool { return true }, limit: 20})
	require.Equal(t, total, len(page))
	var out []string
	for _, f := range page {
		out = append(out, x.things[f.of].label.EN)
		text, match := "", false
		for _, part := range f.fragment {
			text, match = text+part.Text, match || part.Match
		}
		require.Equal(t, f.name, text)
	}
	return out
}

func TestTheRightAnswerComesFirst(t *testing.T) {
	x := some(t)
	for typed, want := range map[string][]string{
		"java":         {"Java (computer programming)", "JavaScript"}, // the label, then what begins so
		"programming":  {"programming", "Java (computer programming)"},
		"js":           {"JavaScript"},
		"prog":         {"programming", "program firmware", "Java (computer programming)"}, // the general before the shorter
		"data":         {"data", "data analysis for a firm"},
		"data anal":    {"data analysis for a firm"},
		"analysis":     {"data analysis for a firm"},
		"codi":         {"programming"},
		"cod":          {"code", "programming"}, // a label before a synonym
		"c++":          {"C++"},
		"firm":         {"program firmware", "data analysis for a firm"},
		"бағдарлама":   {"programming", "program firmware"},
		"багдарламала": {"programming", "program firmware"},
		"гидропоника":  nil,
	} {
		require.Equal(t, want, x.labels(t, typed), typed)
	}
}

func TestWhatIsNotFoundIsMended(t *testing.T) {
	x := some(t)
	for typed, want := range map[string]string{
		"programmirovanie": "programming", "programmirovan": "programming", "bağdarlamalaw": "programming", "baghdarlamalau": "programming",
		"програмирование": "programming", "porgramming": "programming", "progrmaming": "programming", "progamm": "programming",
		"ghjuhfvvbhjdfybt": "programming", "ghjuhfvvbh": "programming", "ба5дарламалау": "programming", "зкщпкфььштп": "programming",
		"bcgjkmpjdfnm ntrcnjdst htlfrnjhs": "use word processors", "use wrd processors": "use word processors",
		"use words procesors": "use word processors", "analiz dannyx": "data analysis for a firm", "derekterdi taldau": "data analysis for a firm",
		"cpp": "C++", "си шарп": "C#", "джаваскрипт": "JavaScript", "форматы важных дат": "date formats", "дерекетрді талдау": "data analysis for a firm",
	} {
		found := x.labels(t, typed)
		require.NotEmpty(t, found, typed)
		require.Equal(t, want, found[0], typed)
	}
}

func TestARightWordIsNeverMended(t *testing.T) {
	x := some(t)
	require.Equal(t, []string{"date formats"}, x.labels(t, "date"), "not data")
	require.Equal(t, []string{"data", "data analysis for a firm"}, x.labels(t, "data"), "not date")
	require.Equal(t, []string{"C#"}, x.labels(t, "c#"), "not C++")
	require.Empty(t, x.labels(t, "date analysis"), "both are words, and nothing is both")
	require.Equal(t, []string{"code", "programming"}, x.labels(t, "cod"), "not the keys of сщв")
	require.Empty(t, x.labels(t, "гидро поника"))
	require.Empty(t, x.labels(t, "jxvq"))
	require.Empty(t, x.labels(t, "qqqqqqqqqqqq"), "one sound is like everything")
	require.Empty(t, competences(t, "qqqqqqqqqqqq", domain.Russian), "nor is it the preposition к")
}

// alike are two things whose names are one letter apart, and long enough to be mended.
func alike() *names {
	return newNames([]thing{
		{label: domain.Text{EN: "formal methods", RU: "формальные методы", KK: "формалды әдістер"}},
		{label: domain.Text{EN: "format conversion", RU: "преобразование форматов", KK: "пішімдерді түрлендіру"}},
	})
}

func TestALongWordThatIsRightIsNotMendedEither(t *testing.T) {
	x := alike()
	require.Equal(t, []string{"format conversion"}, x.labels(t, "formzt conversion"), "what is no word is mended")
	require.Empty(t, x.labels(t, "formal conversion"), "both are words, and nothing is both")
	require.Empty(t, x.labels(t, "formal metody"), "nor is a word the beginning of one in another alphabet")
	require.Empty(t, x.labels(t, "формал преобразование"), "nor is a word of another alphabet mended, that sounds like one")
	require.Equal(t, []string{"data analysis for a firm"}, some(t).labels(t, "дата анализис"), "but a word may be one of another alphabet")
}

func TestWhatIsFoundAndNotAdmittedIsNotMended(t *testing.T) {
	x := newNames([]thing{
		{label: domain.Text{EN: "printer set-up", RU: "наладка печати", KK: "баспаны баптау"}},
		{label: domain.Text{EN: "pointer devices", RU: "указывающие устройства", KK: "меңзер құрылғылары"}},
	})
	only := func(thing int) func(int) bool { return func(of int) bool { return of == thing } }
	ask := func(typed string, admits func(int) bool) (of []int) {
		page, total := x.find(question{words: typed, language: domain.English, admits: admits, limit: 5})
		require.Len(t, page, total)
		for _, f := range page {
			of = append(of, f.of)
		}
		return of
	}
	require.Equal(t, []int{0}, ask("printe", only(0)))
	require.Equal(t, []int{1}, ask("pzinte", only(1)))
	require.Empty(t, ask("printe", only(1)), "somebody who asks for a printer does not mean a pointer")
}

func TestTheMoreComprisingIsTheShorter(t *testing.T) {
	x := newNames([]thing{
		{label: domain.Text{EN: "networks of devices", RU: "сети устройств", KK: "құрылғылар желілері"}, above: 30},
		{label: domain.Text{EN: "network cable", RU: "сетевой кабель", KK: "желі кабелі"}},
		{label: domain.Text{EN: "networks of a very large and long name", RU: "сети с длинным названием", KK: "ұзын атты желілер"}, above: 30},
	})
	require.Equal(t, []string{"networks of devices", "network cable", "networks of a very large and long name"}, x.labels(t, "netw"))
}

func TestKeysOfAnotherLayoutNameTheSame(t *testing.T) {
	for typed, want := range map[string]string{
		"gbnjy": "Python (computer programming)", "знерщт": "Python (computer programming)", // питон, python
		",fps lfyys[": "database", "lthtr0jh": "database", "lthtrnth 0jhs": "database", // базы данных, дерекқор, деректер қоры
	} {
		require.Contains(t, competences(t, typed, domain.English), want, typed)
	}
	require.Equal(t, []string{"data analysis for a firm"}, some(t).labels(t, "анализ lfyys["), "a word that is known stays")
	require.Equal(t, []string{"code", "programming"}, some(t).labels(t, "cod"), "what is found as it stands is not turned")
}

func TestWhatPeopleTypeFindsWhatTheyMean(t *testing.T) {
	for typed, want := range map[string]string{
		"питон": "Python (computer programming)", "python": "Python (computer programming)", "pyhton": "Python (computer programming)", "java": "Java (computer programming)", "js": "JavaScript", "c sharp": "C#", "cpp": "C++",
		"базы данных": "database", "бд": "database", "деректер коры": "database", "машинное обучение": "machine learning", "ии": "principles of artificial intelligence",
		"ML": "machine learning", "операционные системы": "operating systems", "ОС": "operating systems",
	} {
		require.Contains(t, competences(t, typed, domain.English), want, typed)
	}
}

// largeNames are those of a catalogue ten times as large as the one that ships.
func largeNames(b *testing.B) *names {
	b.Helper()
	return &large(b).names
}

func large(b *testing.B) *Catalogue {
	b.Helper()
	c, err := data.Catalogue()
	require.NoError(b, err)
	c, err = marketgen.Enlarged(c, 10)
	require.NoError(b, err)
	return NewCatalogue(c)
}

func BenchmarkFind(b *testing.B) {
	c, err := shipped()
	require.NoError(b, err)
	for _, c := range []*Catalogue{c, large(b)} {
		for _, typed := range []string{"п", "пр", "програм", "управление да", "програмирование", "ghjuhfvvbhjdfybt", "upravlenie dannymi", "ипсользовать инструменты"} {
			b.Run(fmt.Sprintf("%d/%s", len(c.competences), strings.ReplaceAll(typed, " ", "_")), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.Find(search.CompetenceQuery{Words: typed, Language: domain.Russian, Limit: 20})
				}
			})
		}
	}
}
