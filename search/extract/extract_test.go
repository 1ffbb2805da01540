package extract_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/data"
	"kopir/domain"
	"kopir/search/extract"
)

// shipped is the catalogue that ships, with its engine.
var shipped = sync.OnceValues(func() (*domain.Catalogue, *extract.Engine) {
	c, err := data.Catalogue()
	if err != nil {
		panic(err)
	}
	return c, extract.New(c)
})

// finds returns the labels of what is proposed of a text, with level and importance where they are said: "SQL 5 must".
func finds(text string) []string {
	c, e := shipped()
	out := []string{}
	for _, m := range e.Find(text) {
		if m.Certainty() == domain.Low {
			continue
		}
		k, _ := c.Competence(m.Competence)
		said := k.Label.EN
		if m.Level > 0 {
			said += fmt.Sprintf(" %d", m.Level)
		}
		if m.Importance != "" {
			said += " " + string(m.Importance)
		}
		out = append(out, said)
	}
	return out
}

func TestNamesAreFoundInEveryLanguageAndAnyForm(t *testing.T) {
	for text, want := range map[string][]string{
		"We use PostgreSQL and MySQL":                     {"PostgreSQL", "MySQL"},
		"Разработка на языке Java":                        {"Java (computer programming)"},
		"опыт администрирования баз данных PostgreSQL":    {"PostgreSQL"},
		"JavaScript тілінде жазу":                         {"JavaScript"},
		"постгрес и джава":                                {"PostgreSQL", "Java (computer programming)"},
		"Знание С++ и С# (с русской буквой)":              {"C++", "C#"},
		"машинным обучением занимается":                   {"machine learning"},
		"киберқауіпсіздікпен":                             {"cyber security"},
		"Node.js, ASP.NET, C++":                           {"ASP.NET", "C++"},
		"blockchain-технологии, SQL Server 2019":          {"blockchain", "SQL Server"},
		"Database & SQL for everybody":                    {"database", "SQL"},
		"blockchain and SQL":                              {"blockchain", "SQL"}, // called блокчейн in two languages
		"Управлять базой данных: управление базой данных": {"manage database", "manage database"},
	} {
		got := finds(text)
		for _, w := range want {
			require.Contains(t, got, w, text)
		}
	}
}

func TestOrdinaryWordsAreNoNames(t *testing.T) {
	for _, text := range []string{
		"You will go to customers", "swift help from the team", "We scratch our heads", "access to the building",
		"unity of the team is our salt", "He is less busy", "the source of our success", "Нужен доступ к складу",
		"Go for it", "Absorb new ideas", "РАБОТА В C КОМАНДЕ",
	} {
		require.Empty(t, finds(text), text)
	}
}

func TestNeighboursTellNamesFromOrdinaryWords(t *testing.T) {
	for text, want := range map[string]string{
		"Python, Ruby, Scala":      "Ruby (computer programming)",
		"знание языка R":           "R",
		"R, SAS and MATLAB":        "R",
		"the Swift language":       "Swift (computer programming)",
		"iOS, Swift":               "Swift (computer programming)",
		"R тілінде жазу":           "R",
		"experience with Scratch":  "Scratch (computer programming)",
		"Ruby":                     "Ruby (computer programming)",
		"MySQL, MS Access, Oracle": "Microsoft Access",
	} {
		require.Contains(t, finds(text), want, text)
	}
}

func TestGoIsALanguageWhereItIsMeant(t *testing.T) {
	const language = "Go (computer programming)"
	for _, text := range []string{
		"Go", "разработчик на Go", "Go-разработчик", "backend на Go", "опыт на go", "go білу", "Go мен Python", "Go тілінде жазу", "Go developer",
		"Senior Go engineer", "Services in Go and Rust", "python, go, java", "Golang", "голанг",
	} {
		require.Contains(t, finds(text), language, text)
	}
	for _, text := range []string{
		"ready to Go", "Let's Go there", "How To Go To Market", "we go live soon", "стратегия go-to-market", "запуск и go live", "learn Java and go home", "go, team!",
		"Go/No-Go решение", "the teams go and come", "GO TO MARKET",
	} {
		require.NotContains(t, finds(text), language, text)
	}
}

func TestPlainNamesAreUnderstood(t *testing.T) {
	for text, want := range map[string]string{
		"Oracle": "Oracle Relational Database", "Unix": "operating systems", "ОС": "operating systems", "version control": "tools for software configuration management",
		"technical support": "provide ICT support", "база данных": "database", "C": "C (computer programming)", "j2ee": "Jakarta EE", ".net": ".NET",
		"компьютерлік желілер": "network engineering", "бэкендер": "back-end development", "спринг": "", "networking": "network engineering", "networking events": "",
		"нагрузочное тестирование": "software performance testing", "MongoDB": "MongoDB", "jquery": "JavaScript Framework", "қолмен тестілеу": "execute software tests",
	} {
		if want == "" {
			require.Empty(t, finds(text), text)
			continue
		}
		require.Equal(t, []string{want}, finds(text), text)
	}
}

func TestLevelsAreHeard(t *testing.T) {
	for text, want := range map[string][]string{
		"Уверенное знание Java, основы SQL":               {"Java (computer programming) 5", "SQL 2"},
		"Advanced Java and basic SQL":                     {"Java (computer programming) 6", "SQL 2"},
		"Java (advanced), SQL (basic)":                    {"Java (computer programming) 6", "SQL 2"},
		"Хорошее знание Java, опыт работы с PostgreSQL":   {"Java (computer programming) 5", "PostgreSQL"},
		"Java тілін жақсы, SQL тілін орташа білу":         {"Java (computer programming) 5", "SQL 4"},
		"JavaScript және CSS тілдерін терең білу":         {"JavaScript 6", "CSS 6"},
		"Java. Advanced users wait for you":               {"Java (computer programming)"},
		"Good team where everybody every day writes Java": {"Java (computer programming)"},
	} {
		require.Equal(t, want, finds(text), text)
	}
}

func TestImportanceIsHeard(t *testing.T) {
	for text, want := range map[string][]string{
		"Обязательно знание SQL; желательно Java":           {"SQL must", "Java (computer programming) should"},
		"Knowledge of SQL is a must, Java is a plus":        {"SQL must", "Java (computer programming) nice"},
		"SQL білу міндетті, Java білу артықшылық болады":    {"SQL must", "Java (computer programming) nice"},
		"Requirements:\nSQL\nNice to have:\nJava":           {"SQL must", "Java (computer programming) nice"},
		"Требования\n- SQL\nБудет плюсом:\n- Java\n- MySQL": {"SQL must", "Java (computer programming) nice", "MySQL nice"},
		"Талаптар:\nSQL\nАртықшылық болады:\nJava":          {"SQL must", "Java (computer programming) nice"},
		"Требования:\nSQL\nОбязанности:\nJava":              {"SQL must", "Java (computer programming)"},
		"Требования:\nSQL, желательно Java":                 {"SQL must", "Java (computer programming) should"},
	} {
		require.Equal(t, want, finds(text), text)
	}
}

func TestWhatIsNotAskedForIsLeftOut(t *testing.T) {
	for text, want := range map[string][]string{
		"Опыт с Angular не требуется":                    {},
		"No experience with PHP is needed":               {},
		"PHP білу қажет емес":                            {},
		"Java обязательна, PHP не нужен":                 {"Java (computer programming) must"},
		"You do not need SQL. Java is required.":         {"Java (computer programming) must"},
		"Мы предлагаем:\n- курсы SQL\nТребования:\nJava": {"Java (computer programming) must"},
		"We offer: SQL courses\nYou know Java":           {"Java (computer programming)"},
	} {
		require.Equal(t, want, finds(text), text)
	}
}

func TestPlacesAreCharacters(t *testing.T) {
	_, e := shipped()
	text := "Ғылым 👍: «MySQL» және С++"
	for _, m := range e.Find(text) {
		require.Equal(t, m.Words, string([]rune(text)[m.Start:m.End]))
	}
	require.Len(t, e.Find(text), 2)
}

func TestTheLongestNameIsFoundAndNoneWithin(t *testing.T) {
	require.Equal(t, []string{"SQL Server Integration Services"}, finds("SQL Server Integration Services"))
	end := 0
	_, e := shipped()
	for _, m := range e.Find(strings.Repeat("Java SQL Server Adobe Photoshop Lightroom, ", 20)) {
		require.GreaterOrEqual(t, m.Start, end)
		end = m.End
	}
}

func TestATextWithoutWordsNamesNothing(t *testing.T) {
	for _, text := range []string{"", " \n", "!!! 👍 \x00\xff", "日本語", strings.Repeat("a.", 1000)} {
		require.Empty(t, finds(text))
	}
}

func TestTheLanguageOfAText(t *testing.T) {
	for text, want := range map[string]domain.Language{
		"Java developer": domain.English, "Разработчик Java и SQL": domain.Russian, "Java тілін білу керек, өте жақсы": domain.Kazakh,
		"": "", "123": "", "Требуется Senior Java Developer": domain.Russian,
	} {
		require.Equal(t, want, extract.Language(text), text)
	}
}

// "Плюсы" are what programmers call C++; a plus is none, whatever stands beside it.
func TestAPlusIsNoLanguage(t *testing.T) {
	_, e := shipped()
	for text, want := range map[string]bool{
		"Английский будет плюсом, Python — уверенное знание": false, "MySQL будет плюсом, Java": false, "Нужны плюсы, Python": true,
	} {
		found := false
		for _, m := range e.Find(text) {
			found = found || m.Words == "плюсом" || m.Words == "плюсы"
		}
		require.Equal(t, want, found, text)
	}
}

func TestTheEngineFollowsTheCatalogue(t *testing.T) {
	small := func(label string) *domain.Catalogue {
		c, err := domain.NewCatalogue(label, []domain.Framework{{ID: "kz"}}, []domain.Competence{
			{ID: "kz:1", Framework: "kz", Kind: domain.Knowledge, Label: domain.Text{EN: label, RU: label, KK: label}},
			{ID: "kz:0", Framework: "kz", Kind: domain.Knowledge, Label: domain.Text{EN: "Kotlin", RU: "Kotlin", KK: "Kotlin"}, ReplacedBy: "kz:1"},
		})
		require.NoError(t, err)
		return c
	}
	now := small("Golang")
	f := extract.Follow(func() *domain.Catalogue { return now })
	require.Len(t, f.Find("Golang, Kotlin"), 1, "what was replaced has no names")
	now = small("Kotlin")
	require.Equal(t, "Kotlin", f.Find("Golang, Kotlin")[0].Words)
}

// What an operator imports may have names in one language only.
func TestACompetenceMayLackLabels(t *testing.T) {
	c, err := domain.NewCatalogue("one", []domain.Framework{{ID: "kz"}}, []domain.Competence{
		{ID: "kz:1", Framework: "kz", Kind: domain.Knowledge, Label: domain.Text{EN: "Welding of pipes"}, Synonyms: domain.Synonyms{EN: []string{"()", ""}}},
		{ID: "kz:2", Framework: "kz", Kind: domain.Knowledge, Label: domain.Text{KK: "дәнекерлеу"}},
	})
	require.NoError(t, err)
	e := extract.New(c)
	require.Len(t, e.Find("Welding of pipes, дәнекерлеу"), 2)
	require.Empty(t, e.Find("() of the"))
}

func TestAWholeTextIsAName(t *testing.T) {
	c, e := shipped()
	for text, want := range map[string]string{
		"manage data, information and digital content": "manage data, information and digital content", "CA Datacom/DB": "CA Datacom/DB",
		"go": "Go (computer programming)", "R": "R", "Java (version 8)": "Java (computer programming)", "blockchain": "blockchain", "testing": "Testing",
		"системы «умный дом»": "", "баз данных": "database",
	} {
		m, ok := e.Named(text)
		require.True(t, ok, text)
		k, _ := c.Competence(m.Competence)
		if want != "" {
			require.Equal(t, want, k.Label.EN, text)
		}
	}
	for _, text := range []string{"", "()", "SQL and Go", "team", "\xff", "of the", "SQL for beginners"} {
		_, ok := e.Named(text)
		require.False(t, ok, text)
	}
}

// A text of fifty thousand letters that is nothing but cues, or ordinary words, costs no more than its length.
func TestLongTextsTakeLinearTime(t *testing.T) {
	_, e := shipped()
	for _, unit := range []string{"plus ", "R ", "R, ", "Java plus ", "advanced Java ", "не нужен Java ", "Ruby Scala ", "\n", "SQL:\n"} {
		require.NotPanics(t, func() { e.Find(strings.Repeat(unit, 50_000/len(unit))) }, unit)
	}
}

func BenchmarkFind(b *testing.B) {
	_, e := shipped()
	text := strings.Repeat("Требования:\n- уверенное знание Java и PostgreSQL, опыт разработки веб-сервисов\n- machine learning, REST API\n"+
		"Талаптар: деректер базасымен жұмыс істей білу міндетті, SQL тілін жақсы меңгеру артықшылық болады.\n", 30)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		e.Find(text)
	}
}

func BenchmarkNew(b *testing.B) {
	c, _ := shipped()
	for b.Loop() {
		extract.New(c)
	}
}
