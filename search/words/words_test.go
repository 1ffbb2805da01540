package words_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/search/words"
)

func folds(text string) []string {
	var out []string
	for _, t := range words.Tokens(text) {
		out = append(out, t.Fold)
	}
	return out
}

func TestFold(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"letter case":                         {"Жүйе СЕРВЕР Java", "жуйе сервер java"},
		"Kazakh letters":                      {"ә ғ қ ң ө ұ ү һ і Ә Ғ Қ Ң Ө Ұ Ү Һ І", "а г к н о у у х и а г к н о у у х и"},
		"ё":                                   {"Ёлка счёт", "елка счет"},
		"э behind a consonant":                {"кэш бэкенд эксперт поэт", "кеш бекенд эксперт поэт"},
		"й is a letter, not an и with a mark": {"и\u0306од йод", "йод йод"},
		"stress marks":                        {"за\u0301мок", "замок"},
		"diacritics of Latin":                 {"Café Zürich Łódź Straße ñ", "cafe zurich lodz strasse n"},
		"letters of Kazakh in Latin":          {"bağdarlamaşy jüie ñ ū ı", "bagdarlamashy juie n u i"},
		"letters of scholars":                 {"razrabotčik priloženij škola", "razrabotchik prilozhenij shkola"},
		"full-width and ligatures":            {"Ｊａｖａ oﬃce", "java office"},
		"dashes":                              {"a – b — c ‑ d − e", "a - b - c - d - e"},
		"quotes":                              {"«a» “b” ‘c’ d’e", `"a" "b" 'c' d'e`},
		"white space":                         {" \ta\u00a0\r\n b\u3000", "a b"},
		"soft hyphen and zero width":          {"под\u00adход\u200b", "подход"},
		"HTML entities":                       {"R&amp;D &lt;b&gt; &amp;amp;", "r&d <b> &"},
		"trade marks":                         {"Java™ Oracle®", "java oracle"},
		"bytes that are not UTF-8":            {"a\xffb", "a b"},
		"camel case stays one word":           {"JavaScript PowerPoint", "javascript powerpoint"},
		"Cyrillic letters in a Latin word":    {"Рython Јava", "python јava"},
		"Latin letters in a Cyrillic word":    {"Python тiлiнде базaлық", "python тилинде базалык"},
		"Cyrillic С in names of languages":    {"С++ С# 1С 24х7", "c++ c# 1c 24x7"},
		"the preposition с stays":             {"работа с данными", "работа с данными"},
	} {
		t.Run(name, func(t *testing.T) { require.Equal(t, c.want, words.Fold(c.text)) })
	}
}

func TestNamesOfTechnologiesAreOneWord(t *testing.T) {
	for want, spellings := range map[string][]string{
		"c++":        {"C++", "с++", "С++", "C ++"},
		"c#":         {"C#", "с#", "C #", "С#"},
		"f#":         {"F#"},
		"dotnet":     {".NET", ".Net", "dotnet", "dot net", "DotNet"},
		"aspnet":     {"ASP.NET", "Asp .Net", "asp net", "ASPNET", "asp-net"},
		"nodejs":     {"Node.js", "NodeJS", "node js", "node-js"},
		"reactjs":    {"React.JS", "ReactJS", "react js"},
		"d3js":       {"D3.js", "d3 js"},
		"cicd":       {"CI/CD", "CI CD", "ci-cd", "CICD", "CI / CD"},
		"tcpip":      {"TCP/IP", "tcp ip", "TCP-IP"},
		"plsql":      {"PL/SQL", "PL / SQL", "pl_sql", "PL-SQL"},
		"tsql":       {"T-SQL", "T - SQL"},
		"objectivec": {"Objective-C", "Objective - C", "objective c"},
		"1c":         {"1C", "1С", "1с"},
		"h264":       {"H.264", "h264"},
		"email":      {"e-mail", "E-Mail", "email", "E - mail"},
		"ecommerce":  {"E-Commerce", "E - Commerce", "ecommerce"},
		"javascript": {"JavaScript", "Java Script", "java-script"},
		"frontend":   {"front-end", "Front End", "frontend"},
		"html5":      {"HTML5", "HTML 5", "html_5", "html-5"},
		"python3.12": {"Python 3.12", "python3.12"},
		"r&d":        {"R&D", "R&amp;D"},
		"phd":        {"Ph.D", "PhD", "P.h.D"},
		"kmeans":     {"k-means", "kmeans"},
		"multiagent": {"multi-agent", "multi agent", "multiagent"},
		"802.1x":     {"802.1x"},
		"s4hana":     {"S/4HANA", "S4HANA", "s/4hana"},
		"вебсайт":    {"веб-сайт", "веб сайт", "вебсайт"},
		"бекенд":     {"бэкенд", "бекенд", "бэк-энд", "бек енд"},
		"notepad++":  {"Notepad++"},
	} {
		for _, spelling := range spellings {
			require.Equal(t, []string{want}, folds(spelling), spelling)
		}
	}
}

func TestWordsThatStayApart(t *testing.T) {
	for text, want := range map[string]string{
		"design_patterns":             "design patterns",
		"ibm_rad":                     "ibm rad",
		"Design &amp; Development":    "design development",
		"C/C++":                       "c c++",
		"C, C++, C#":                  "c c++ c#",
		"C#.Net":                      "c# dotnet",
		"html5/css3/javascript":       "html5 css3 javascript",
		"client/server":               "client server",
		"HTML CSS JS":                 "html css js",
		"object-oriented":             "object oriented",
		"DevOps-инженер":              "devops инженер",
		"3D-моделирование":            "3d моделирование",
		"net income":                  "net income",
		"php.net":                     "php net",
		"internet":                    "internet",
		"Java. Script":                "java script",
		"no SQL needed":               "no sql needed",
		"SQL Server 2008":             "sql server 2008",
		"PHP 2015":                    "php 2015",
		"WebServices":                 "web services",
		"язык С и C":                  "язык с и c",
		"issue #5, C is":              "issue 5 c is",
		"know C # and D":              "know c# and d",
		"version 3.5. Next":           "version 3.5 next",
		"e.g.":                        "eg",
		"(Scala), «Go»!":              "scala go",
		"Деректер қоры":               "деректер коры",
		"microsoft visual studio.net": "microsoft visual studio net",
	} {
		require.Equal(t, want, strings.Join(folds(text), " "), text)
	}
	require.Empty(t, words.Tokens(" \xff .,;&amp; \u200b — ++ #"))
}

// A page of one endless word, or of nothing but joints, costs no more than its length.
func TestLongTextsTakeLinearTime(t *testing.T) {
	for _, unit := range []string{"a.", "e-", "multi ", ".net", "&amp;", "1.", "қа", "и\u0306", "c++"} {
		require.NotPanics(t, func() { words.Key(strings.Repeat(unit, 100_000)) }, unit)
	}
}

func TestTokensTellWhereTheyStand(t *testing.T) {
	text := "Знать С++, Node.js и PL / SQL; WebServices"
	var spans []string
	for _, token := range words.Tokens(text) {
		spans = append(spans, text[token.Start:token.End])
	}
	require.Equal(t, []string{"Знать", "С++", "Node.js", "и", "PL / SQL", "Web", "Services"}, spans)
}

func TestFormsOfOneWordShareAStem(t *testing.T) {
	for language, groups := range map[string][]string{
		"Kazakh": {
			"дерек деректер деректі деректің деректерді деректердің деректері деректерін деректерінің деректермен деректерімен деректерге",
			"дерекқор дерекқоры дерекқорын дерекқорды дерекқордың дерекқорлар дерекқорларды дерекқорларының дерекқорға дерекқорда дерекқордан",
			"бағдарлама бағдарламалар бағдарламасы бағдарламасын бағдарламаны бағдарламаның бағдарламаға бағдарламада бағдарламаларымен",
			"бағдарламалау бағдарламалауды бағдарламалаудың бағдарламалауға бағдарламалауда бағдарламалаумен",
			"бағдарламашы бағдарламашылар бағдарламашының бағдарламашыларға",
			"жүйе жүйелер жүйесі жүйесін жүйені жүйенің жүйеге жүйеде жүйедегі жүйеден жүйелерін жүйелерінің жүйелермен",
			"желі желілер желісі желіні желінің желіде желідегі желілерінде",
			"қауіпсіздік қауіпсіздігі қауіпсіздігін қауіпсіздігінің қауіпсіздікті қауіпсіздікке қауіпсіздікпен",
			"жабдық жабдығы жабдықты жабдығының жабдықтар", "білім білімі білімді білімнің білімге",
			"тіл тілі тілінде тілдер тілдері тілдерін", "әдіс әдісі әдістер әдістерін әдісімен", "пән пәндер пәні пәндердің",
			"сайт сайты сайттар сайттың сайтты сайттан сайттағы", "интернет интернеттің интернетте интернетті интернеттегі",
			"технология технологиялар технологиясы технологияны технологияға технологиялармен",
			"компьютер компьютерлер компьютердің компьютерге", "модуль модульдер модульдің", "сервер серверлер серверге сервердің",
			"инженер инженері инженерлер инженердің", "талдау талдауды талдаудың талдауы", "қызмет қызметі қызметтер қызметтерді қызметін",
			"құрылғы құрылғылар құрылғысы құрылғыларды",
		},
		"Russian": {
			"разработчик разработчика разработчики разработчиков разработчикам",
			"приложение приложения приложений приложению приложением приложениях",
			"система системы систем системе систему системой системам системами системах",
			"база базы баз базе базу базой базами", "данные данных данным данными", "сеть сети сетей сетью сетям сетями",
			"план планы планов плана", "сигнал сигналы сигналов", "аудит аудита аудитом", "массив массивы массивов",
			"технология технологии технологий технологию технологиями", "сценарий сценария сценарии сценариев",
			"разработка разработки разработок разработку разработкой", "настройка настройки настроек",
			"программный программная программного программное программные программных программным программными",
			"технический техническая технического технические технических", "рабочий рабочая рабочего рабочие рабочих",
			"анализировать анализирует анализируют", "управлять управляет управляют",
			"компьютер компьютеры компьютеров компьютера", "мастер мастера мастеров", "тендер тендеры тендеров",
			"команда команды командой", "услуга услуги услугу", "сетка сетки сетку", "проект проекты проектов проекта проекте",
			"запись записи записей", "безопасность безопасности безопасностью", "дисплей дисплея дисплеи дисплеев",
		},
		"English": {
			"service services", "database databases", "technology technologies", "process processes processing",
			"switch switches switching", "class classes", "code codes coding coded", "manage manages managed managing",
			"model models modelling modeling", "organise organize organising organizing", "optimisation optimization",
			"behaviour behavior", "analysis analyses", "plan plans planning planned", "note notes", "cookie cookies",
			"install installing installed", "api apis", "index indices",
		},
	} {
		for _, group := range groups {
			forms := strings.Fields(group)
			t.Run(language+" "+forms[0], func(t *testing.T) {
				for _, form := range forms[1:] {
					require.Equal(t, stem(forms[0]), stem(form), form)
				}
			})
		}
	}
}

func stem(word string) string { return words.Stem(words.Fold(word)) }

func TestDifferentWordsKeepDifferentStems(t *testing.T) {
	for _, group := range []string{
		"java javascript", "c c++ c# f#", "net .net", "node nodejs", "html xhtml", "sql plsql nosql mysql",
		"базы базис", "сети сетка сетевой", "аудит аудио", "актив акт", "архив арка", "инженерия инженер", "план плата",
		"программа программист программирование", "проект проектор", "приложение прилагать", "курс курсор", "порт портал",
		"компьютер компания", "мастер масса", "тендер тень", "контроллер контроль", "кластер класс", "доллар дол",
		"бағдарлама бағдарламалау бағдарламашы бағдарламалық", "жүйе жүйелік", "желі желілік", "әдіс әдіснама",
		"білім білу", "дерек дерекқор", "талдау талда", "әзірлеу әзірлеуші", "мәлімет мәлім",
		"market marketing", "university universe", "organisation organ", "animation animal", "develop developer development",
		"engineer engine engineering", "international internal", "windows window", "news new", "program programming",
		"ios io", "aws aw", "css cs", "policy police",
	} {
		seen := map[string]string{}
		for form := range strings.FieldsSeq(group) {
			token := words.Tokens(form)[0]
			require.NotContains(t, seen, token.Stem, "%s and %s", form, seen[token.Stem])
			seen[token.Stem] = form
		}
	}
}

func TestAStemDoesNotDependOnKazakhLetters(t *testing.T) {
	for typed, written := range map[string]string{
		"багдарламалау": "бағдарламалауды", "кауипсиздик": "қауіпсіздігі", "дереккор": "Дерекқорлардың",
		"жуйелер": "ЖҮЙЕСІ", "окыту": "оқытуға", "кызмет": "қызметтері",
	} {
		a, b := words.Tokens(typed)[0], words.Tokens(written)[0]
		require.Equal(t, a.Stem, b.Stem, typed)
		require.Equal(t, words.Fold(typed), a.Fold)
	}
	require.Equal(t, words.Tokens("бағдарламалау")[0].Fold, words.Tokens("багдарламалау")[0].Fold)
}

func TestAVersionIsAnEnding(t *testing.T) {
	for name, spellings := range map[string][]string{
		"html": {"HTML5", "HTML 5", "HTML 5.0"}, "css": {"CSS3", "css 3"}, "python": {"Python3", "Python 3.12"},
		"c++": {"C++17", "c++ 11"}, "php": {"PHP7"}, "react": {"React.js", "ReactJS"},
	} {
		for _, s := range spellings {
			require.Equal(t, name, words.Key(s), s)
		}
	}
	for _, other := range []string{"d3", "s3", "ec2", "db2", "h264", "j2ee", "mp3"} {
		require.Equal(t, other, words.Key(other), "its number is its name")
	}
	require.Equal(t, words.Key("Web 2"), words.Key("Web 2.0"))
}

func TestKey(t *testing.T) {
	same := [][2]string{
		{"разработчик приложений", "разработчики приложения"}, {"Базы данных", "база данных"},
		{"Безопасность информационных систем", "безопасность информационной системы"},
		{"дерекқорларды басқару", "Дерекқорды басқарудың"}, {"бағдарламалау тілдері", "багдарламалау тили"},
		{"ақпараттық қауіпсіздік", "ақпараттық қауіпсіздігі"}, {"жүйелерді талдау", "жүйені талдау"},
		{"design_patterns", "Design Pattern"}, {"3D modelling", "3D-modeling"}, {"Sales of software", "software sales"},
		{"internet of things", "Internet Things"}, {"WebServices", "web service"}, {"основы программирования на Python", "основа программирования Python"},
	}
	for _, pair := range same {
		if pair[0] == "Sales of software" { // the order of words is part of a name
			require.NotEqual(t, words.Key(pair[0]), words.Key(pair[1]))
			continue
		}
		require.Equal(t, words.Key(pair[0]), words.Key(pair[1]), pair)
	}
	for _, pair := range [][2]string{
		{"Java", "JavaScript"}, {"C", "C++"}, {"C++", "C#"}, {"программная инженерия", "программный инженер"},
		{"разработчик", "разработка"}, {"бағдарлама", "бағдарламалау"}, {"software engineer", "software engineering"},
		{"ASP.NET", "ASP"}, {"Objective-C", "C"}, {"network security", "network"},
	} {
		require.NotEqual(t, words.Key(pair[0]), words.Key(pair[1]), pair)
	}
	require.Equal(t, "of the", words.Key("Of the"), "nothing else remains")
	require.Empty(t, words.Key(" — "))
}

func TestATechnologyHasOneStemUnderAllItsNames(t *testing.T) {
	for name, others := range map[string]string{
		"C++": "cpp CPP", "C#": "csharp сишарп", "JavaScript": "js джаваскрипт", "Python": "питон питона Питоном", "Java": "джава джаве",
		"Docker": "докер докера", "Kubernetes": "k8s K8S кубернетес", "PostgreSQL": "postgres Postgres постгрес", "Oracle": "оракл",
		"Go": "golang", "Excel": "эксель Экселя", "Agile": "аджайл", "YouTube": "ютуб", "Node.js": "nodejs", "backend": "бэкенд back-end",
		"Linux": "линукс", "frontend": "фронтенд фронтенда",
	} {
		for other := range strings.FieldsSeq(others) {
			require.Equal(t, words.Key(name), words.Key(other), other)
		}
	}
	for text, want := range map[string]string{"C Sharp": "c#", "си шарп": "c#", "c-sharp": "c#"} {
		require.Equal(t, want, words.Key(text), text)
	}
	for _, pair := range [][2]string{
		{"Java", "JavaScript"}, {"java", "ява"}, {"C", "cpp"}, {"node", "nodejs"}, {"go", "goal"}, {"докер", "документ"}, {"питон", "питомник"},
		{"гит", "гид"}, {"редис", "редактор"}, {"k8s", "k8"}, {"скрам", "скрап"}, {"слово", "word"}, {"весна", "spring"}, {"си", "c"},
	} {
		require.NotEqual(t, words.Key(pair[0]), words.Key(pair[1]), pair)
	}
}

func TestWhatTransliterationsWriteSoundsAlike(t *testing.T) {
	for word, others := range map[string]string{
		"бағдарламалау":    "bagdarlamalau bağdarlamalau baghdarlamalau",
		"жүйе":             "juie jüie zhuye zhuie",
		"қауіпсіздік":      "qauıpsızdık qauipsizdik kauipsizdik",
		"шешім":            "sheshim şeşım",
		"таңдау":           "tañdau tangdau tandau",
		"деректер":         "derekter",
		"разработчик":      "razrabotchik razrabotčik",
		"приложений":       "prilozhenij prilozheniy prilozhenii priloženij",
		"обеспечение":      "obespechenie obespecheniye obespečenie",
		"защита":           "zashchita zashhita zaščita",
		"технология":       "tekhnologiya tehnologiya tehnologia tekhnologiia",
		"тестирования":     "testirovaniya testirovania",
		"программный":      "programmnyy programmnyi programmnyj",
		"объект":           "obekt",
		"кластер":          "klaster claster",
		"machine":          "мачине",
		"architecture":     "арчитектуре",
		"javascript":       "джаваскрипт javaskript",
		"информационных":   "informacionnyh informatsionnykh",
		"пользовательский": "polzovatelskiy polzovatelskij",
	} {
		for other := range strings.FieldsSeq(others) {
			require.Equal(t, words.Sound(words.Fold(word)), words.Sound(words.Fold(other)), other)
		}
	}
	require.NotEqual(t, words.Sound("java"), words.Sound("javascript"))
	require.NotEqual(t, words.Sound("сеть"), words.Sound("сетка"))
	require.Empty(t, words.Sound(""))
}

func TestLayouts(t *testing.T) {
	none := func(string) bool { return false }
	for typed, want := range map[string]string{
		"ghjuhfvvbhjdfybt": "программирование", ",fps lfyys[": "базы данных", "зкщпкфььштп": "programming", "СЫЫ": "CSS",
		",f5lfhkfvfkfe": "бағдарламалау", "ба5дарламалау": "бағдарламалау", "Ytqhjyyst ctnb": "Нейронные сети",
		"офмф ghjtrn": "java проект", "сыы, реьд": "css? html",
	} {
		require.Contains(t, words.Layouts(typed, none), want, typed)
	}
	keep := func(word string) bool { return word == "java" }
	require.Contains(t, words.Layouts("java ghjtrn", keep), "java проект")
	require.Empty(t, words.Layouts("java", keep))
	require.Empty(t, words.Layouts("", none))
	for _, text := range words.Layouts("кнопка", none) {
		require.Contains(t, words.Layouts(text, none), "кнопка", "there and back")
	}
}

func TestTransliterate(t *testing.T) {
	for word, want := range map[string]string{
		"bagdarlamalau": "багдарламалау", "derekkor": "дереккор", "zhuye": "жуйе", "juie": "жуйе", "shymkent": "шымкент", "razrabotka": "разработка",
		"tsifra": "цифра", "obuchenie": "обучение", "matematika": "математика", "yazyk": "язык",
		"линукс": "linux", "джава": "java", "докер": "doker", "скрам": "scram", "хадуп": "hadup", "алматы": "almaty",
	} {
		require.Contains(t, words.Transliterate(word), want, word)
		require.LessOrEqual(t, len(words.Transliterate(word)), 4)
	}
	require.Nil(t, words.Transliterate("java разработчик"))
	require.Nil(t, words.Transliterate("2024"))
	require.Nil(t, words.Transliterate("日本"))
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b       string
		most, want int
	}{
		{"питон", "питон", 2, 0}, {"питон", "птион", 2, 1}, {"питон", "питона", 2, 1}, {"javascript", "javscript", 2, 1},
		{"kubernetes", "kubernets", 1, 1}, {"ca", "abc", 5, 3}, {"java", "javascript", 2, 3}, {"", "аб", 2, 2}, {"", "", 0, 0},
		{"abc", "xyz", 1, 2}, {"abc", "abc", -1, 0}, {strings.Repeat("а", 60), strings.Repeat("а", 59) + "бв", 3, 2},
	} {
		require.Equal(t, c.want, words.Distance(c.a, c.b, c.most), "%s %s", c.a, c.b)
	}
}
