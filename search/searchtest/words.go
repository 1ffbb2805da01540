package searchtest

import (
	"strings"
	"testing"

	"kopir/domain"
	"kopir/search"

	"github.com/stretchr/testify/require"
)

func testWords(t *testing.T, m *market) {
	for _, c := range []struct {
		name, words string
		side        domain.Side
		want        []string
	}{
		{"none find everything that has not run out", "", domain.DemandSide, open},
		{"none find every programme", "", domain.ProgrammeSide, all},
		{"signs are no words", " !? — … ", domain.ProgrammeSide, all},
		{"of a title", "разработчик", domain.DemandSide, []string{"java"}},
		{"in capitals", "РАЗРАБОТЧИК", domain.DemandSide, []string{"java"}},
		{"in another language of the same text", "developer", domain.DemandSide, []string{"java"}},
		{"in Kazakh", "бағдарламалау", domain.ProgrammeSide, []string{"basics"}},
		{"in Kazakh without Kazakh letters", "багдарламалау", domain.ProgrammeSide, []string{"basics"}},
		{"in a grammatical form, Russian", "разработчики", domain.DemandSide, []string{"java"}},
		{"in a grammatical form, Kazakh", "бағдарламалауды", domain.ProgrammeSide, []string{"basics"}},
		{"in a grammatical form, English", "developers", domain.DemandSide, []string{"java"}},
		{"with ё for е", "платежного", domain.DemandSide, []string{"java"}},
		{"of a description", "phishing", domain.DemandSide, []string{"security"}},
		{"of an organisation", "Сатпаева", domain.ProgrammeSide, []string{"java-course", "security-master"}},
		{"of a competence", "machine learning", domain.ProgrammeSide, []string{"python-bootcamp"}},
		{"that is a synonym of a competence", "СУБД", domain.DemandSide, []string{"databases", "java"}},
		{"of a synonym of several words", "деректер қоры", domain.ProgrammeSide, []string{"java-course", "basics"}},
		{"of a synonym and of another field", "СУБД Сатпаева", domain.ProgrammeSide, []string{"java-course"}},
		{"of a synonym, and one that nobody has", "СУБД гидропоника", domain.ProgrammeSide, nil},
		{"in any order", "learning machine", domain.ProgrammeSide, []string{"python-bootcamp"}},
		{"in different fields", "java Сатпаева", domain.ProgrammeSide, []string{"java-course"}},
		{"all of them, or nothing", "java phishing", domain.DemandSide, nil},
		{"all of them, though the other side has them", "python laptop", domain.DemandSide, nil},
		{"C++ is not C#", "C++", domain.DemandSide, []string{"cpp"}},
		{"C# is not C++", "c#", domain.ProgrammeSide, []string{"dotnet"}},
		{".NET", ".net", domain.ProgrammeSide, []string{"dotnet"}},
		{"that nobody has", "гидропоника", domain.ProgrammeSide, nil},
		{"that nobody has, beside one that somebody has", "java гидропоника", domain.ProgrammeSide, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.ElementsMatch(t, c.want, m.found(t, search.Query{Side: c.side, Words: c.words}))
		})
	}
	t.Run("as they are typed", func(t *testing.T) { testTyping(t, m) })
	t.Run("mistyped", func(t *testing.T) { testTypos(t, m) })
	t.Run("in the other alphabet", func(t *testing.T) {
		require.Contains(t, m.programmes(t, "bagdarlamalau"), "basics")
		require.Contains(t, m.programmes(t, "magistratura"), "security-master")
	})
	t.Run("in the other alphabet, as the Kazakh one of 2021 has it", func(t *testing.T) {
		require.Contains(t, m.programmes(t, "bağdarlamalau"), "basics")
	})
	t.Run("under another name of the same technology", func(t *testing.T) {
		require.Equal(t, []string{"cpp"}, m.demands(t, "cpp"))
		require.Equal(t, []string{"dotnet"}, m.programmes(t, "c sharp"))
		require.ElementsMatch(t, m.demands(t, "java"), m.demands(t, "джава"))
		require.NotContains(t, m.demands(t, "javascript"), "java")
	})
	t.Run("in another layout of the keyboard", func(t *testing.T) { testLayouts(t, m) })
	t.Run("in quotes stand side by side", func(t *testing.T) {
		require.Contains(t, m.demands(t, "инциденты разбирать"), "java")
		require.Equal(t, []string{"java"}, m.demands(t, `"разбирать инциденты"`))
		require.Empty(t, m.demands(t, `"инциденты разбирать"`))
		require.ElementsMatch(t, []string{"java"}, m.demands(t, `"чистый код" java`))
		require.ElementsMatch(t, m.demands(t, "java"), m.demands(t, `java "`), "a lone quotation mark means nothing")
	})
	t.Run("many of them do no harm", func(t *testing.T) {
		m.search(t, search.Query{Side: domain.DemandSide, Words: strings.Repeat("java разработчик ", 200)})
	})
	t.Run("the best comes first", func(t *testing.T) {
		require.Equal(t, "databases", m.demands(t, "баз данных")[0], "a title before a description")
		require.Equal(t, "java-course", m.programmes(t, "java")[0])
	})
	t.Run("what has run out is not found", func(t *testing.T) {
		require.Equal(t, []string{"java"}, m.demands(t, "java разработчик"))
		earlier := search.Query{Side: domain.DemandSide, Words: "java разработчик", Today: today.AddDays(-1)}
		require.ElementsMatch(t, []string{"java", "ran-out"}, m.found(t, earlier), "though it is in the index")
	})
}

func testTyping(t *testing.T, m *market) {
	for typed, want := range map[string]string{
		"разраб": "java", "раз": "java", "informa": "security", "баз дан": "databases", "тағылым": "python-intern",
	} {
		require.Contains(t, m.demands(t, typed), want, typed)
	}
	require.NotContains(t, m.demands(t, "разраб java"), "security")
	require.Empty(t, m.demands(t, "ботчик"), "the end of a word is no beginning")
}

func testTypos(t *testing.T, m *market) {
	for typed, want := range map[string]string{
		"разрабочик": "java", "develoepr": "java", "pyton": "python-intern", "securty analyst": "security",
		"инфармационной": "security",
	} {
		require.Contains(t, m.demands(t, typed), want, typed)
	}
	require.Contains(t, m.programmes(t, "бағдарламлау"), "basics")
	require.Empty(t, m.demands(t, "jxvq"), "a short word is not bent until it fits")
	require.Empty(t, m.demands(t, "рыбоводство"))
}

func testLayouts(t *testing.T, m *market) {
	for typed, want := range map[string]string{
		"hfphf,jnxbr": "java", "вумудщзук": "java", "java hfphf,jnxbr": "java", ",fp lfyys[": "databases",
		"nf5sksv": "python-intern", "та5ылым": "python-intern",
	} {
		require.Contains(t, m.demands(t, typed), want, typed)
	}
	require.Equal(t, m.demands(t, "java"), m.demands(t, "офмф"))
	require.Empty(t, m.demands(t, "dfp lfyys["), "nobody has all of it in any layout")
	require.Equal(t, []string{"cpp"}, m.demands(t, "C++"), "what is found as it stands is not turned")
	r := m.search(t, search.Query{Side: domain.DemandSide, Words: "вумудщзук", Language: domain.English, Limit: 1})
	require.Equal(t, "developer", matches(m.highlights(r.Hits[0])[0])[0])
}

func testHighlights(t *testing.T, m *market) {
	one := func(side domain.Side, text string, lang domain.Language) map[string]search.Highlight {
		r := m.search(t, search.Query{Side: side, Words: text, Language: lang, Limit: 1})
		require.Len(t, r.Hits, 1, text)
		out := make(map[string]search.Highlight)
		for _, h := range m.highlights(r.Hits[0]) {
			out[h.Field] = h
		}
		return out
	}
	t.Run("show the title as it was written", func(t *testing.T) {
		h := one(domain.DemandSide, "developer", domain.English)["title"]
		require.Equal(t, domain.English, h.Language)
		require.Equal(t, "Java developer", whole(h))
		require.Equal(t, []string{"developer"}, matches(h))
	})
	t.Run("come in the language that matched", func(t *testing.T) {
		require.Equal(t, domain.English, one(domain.DemandSide, "developer", domain.Russian)["title"].Language)
	})
	t.Run("come in the reader's language if that matched too", func(t *testing.T) {
		for _, lang := range domain.Spoken() {
			require.Equal(t, lang, one(domain.DemandSide, "java", lang)["title"].Language)
		}
	})
	t.Run("keep the letters that a search folds away", func(t *testing.T) {
		require.Equal(t, []string{"платёжного"}, matches(one(domain.DemandSide, "платежного", domain.Russian)["description"]))
		require.Equal(t, []string{"Бағдарламалау"}, matches(one(domain.ProgrammeSide, "багдарламалау", domain.Kazakh)["title"]))
	})
	t.Run("show a part of a long description", func(t *testing.T) {
		h := one(domain.DemandSide, "страховка", domain.Russian)["description"]
		require.Equal(t, []string{"страховка"}, matches(h))
		text := demands()[0].Description.RU
		require.Contains(t, text, whole(h))
		require.Less(t, len([]rune(whole(h))), len([]rune(text)))
		require.LessOrEqual(t, len([]rune(whole(h))), 300)
	})
	t.Run("show where else it was found", func(t *testing.T) {
		require.Contains(t, one(domain.ProgrammeSide, "Сатпаева", domain.Russian), "organisation")
		require.Contains(t, one(domain.ProgrammeSide, "обучение", domain.Russian), "competences")
	})
	t.Run("are cut from what the thing says now", func(t *testing.T) {
		r := m.search(t, search.Query{Side: domain.DemandSide, Words: "developer", Language: domain.English, Limit: 1})
		shown := r.Hits[0].Highlights(search.Body{Title: domain.Text{EN: "Senior developer"}})
		require.Len(t, shown, 1)
		require.Equal(t, "Senior developer", whole(shown[0]))
		require.Empty(t, r.Hits[0].Highlights(search.Body{Title: domain.Text{EN: "Architect"}}))
	})
	t.Run("are not there without words", func(t *testing.T) {
		require.Empty(t, m.highlights(m.search(t, search.Query{Side: domain.DemandSide}).Hits[0]))
	})
}

func whole(h search.Highlight) string {
	var b strings.Builder
	for _, f := range h.Fragments {
		b.WriteString(f.Text)
	}
	return b.String()
}

func matches(h search.Highlight) []string {
	var out []string
	for _, f := range h.Fragments {
		if f.Match {
			out = append(out, f.Text)
		}
	}
	return out
}
