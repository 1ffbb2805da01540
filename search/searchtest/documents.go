package searchtest

import (
	"kopir/domain"
	"kopir/search"
)

// demands returns the demand side of the market.
func demands() []search.Demand {
	return []search.Demand{
		demand("java", beles, 3, domain.DemandTerms{
			Title: domain.Text{RU: "Java-разработчик", EN: "Java developer", KK: "Java әзірлеушісі"},
			Description: domain.Text{RU: "Ищем разработчика в команду платёжного шлюза. Вы будете писать микросервисы, " +
				"отвечать за базы данных и разбирать инциденты вместе с эксплуатацией. Мы ценим аккуратность, чистый код и " +
				"умение объяснять свои решения коллегам. Офис находится в центре города, есть обеды и медицинская страховка, " +
				"обучение за счёт компании."},
			Kind: domain.Job, Occupation: "2512", Sector: "J", Region: "KZ-75", WorkMode: domain.HybridWork, Openings: 3,
			Languages: list[domain.Language]("ru", "kk"), Salary: &domain.Salary{Min: 600_000, Max: 900_000, Currency: domain.KZT},
			ValidThrough: day("2027-03-01"), Requirements: musts("esco:java", "esco:sql")}),
		demand("python-intern", samruk, 1, domain.DemandTerms{
			Title:       domain.Text{KK: "Python бағдарламашысы, тағылымдама", RU: "Стажёр-программист Python"},
			Description: domain.Text{KK: "Студенттерге арналған ақылы тағылымдама. Бағдарламалауды білу қажет."},
			Kind:        domain.Internship, Occupation: "2514", Sector: "K", Region: "KZ-71", WorkMode: domain.OnsiteWork, Openings: 10,
			Languages: list[domain.Language]("kk"), Salary: &domain.Salary{Min: 150_000, Currency: domain.KZT},
			ValidThrough: day("2026-12-15"), Requirements: musts("esco:python")}),
		demand("security", beles, 10, domain.DemandTerms{
			Title:       domain.Text{EN: "Information security analyst", RU: "Аналитик информационной безопасности"},
			Description: domain.Text{EN: "Watch our networks, answer incidents, teach colleagues what phishing looks like. Fully remote."},
			Kind:        domain.Job, Occupation: "2529", Sector: "J", Region: "KZ-75", WorkMode: domain.RemoteWork, Openings: 1,
			Languages: list[domain.Language]("en"), Salary: &domain.Salary{Min: 2_000, Max: 3_000, Currency: "USD"},
			ValidThrough: day("2027-01-10"), Requirements: musts("esco:security")}),
		demand("cpp", samruk, 5, domain.DemandTerms{
			Title:       domain.Text{RU: "Программист C++ для встраиваемых систем"},
			Description: domain.Text{RU: "Контроллеры, датчики, промышленная автоматика на заводе в Караганде."},
			Kind:        domain.Job, Occupation: "2514", Sector: "C", Region: "KZ-35", WorkMode: domain.OnsiteWork, Openings: 2,
			Languages: list[domain.Language]("ru"), Salary: &domain.Salary{Min: 700_000, Currency: domain.KZT},
			ValidThrough: day("2027-03-01"), Requirements: musts("esco:cpp")}),
		demand("databases", samruk, 7, domain.DemandTerms{
			Title:       domain.Text{RU: "Администратор баз данных", KK: "Дерекқор әкімшісі"},
			Description: domain.Text{RU: "Резервные копии, репликация, тонкая настройка запросов. Филиалы по всей стране."},
			Kind:        domain.Job, Occupation: "2521", Sector: "K", WorkMode: domain.OnsiteWork, Openings: 5,
			Languages: list[domain.Language]("ru", "kk"), ValidThrough: day("2026-11-23"),
			Requirements: musts("esco:databases", "esco:sql")}),
		demand("ran-out", beles, 60, domain.DemandTerms{
			Title: domain.Text{RU: "Java-разработчик, срок вышел"}, Kind: domain.Job, Sector: "J", Region: "KZ-75",
			WorkMode: domain.OnsiteWork, Openings: 50, Languages: list[domain.Language]("ru"),
			ValidThrough: day("2026-11-22"), Requirements: musts("esco:java")}),
	}
}

// open names the demands that have not run out.
var open = []string{"java", "python-intern", "security", "cpp", "databases"}

// programmes returns the programme side of the market.
func programmes() []search.Programme {
	return []search.Programme{
		programme("java-course", satpaev, 2, domain.ProgrammeTerms{
			Title:       domain.Text{RU: "Курс Java с нуля", KK: "Java нөлден бастап", EN: "Java from scratch"},
			Description: domain.Text{RU: "Двенадцать недель практики: от переменных до собственного веб-сервиса. Программирование, тесты, базы данных."},
			Kind:        domain.ShortCourse, Mode: domain.Online, Languages: list[domain.Language]("ru"), Weeks: 12,
			Price: tenge(250_000), Funding: list(domain.Paid, domain.Voucher), Segments: list[domain.Segment]("unemployed"),
			Sectors: list[domain.Sector]("J"), Outcomes: outcomes("esco:java", "esco:databases"),
			Intakes: list(domain.Intake{StartsOn: day("2026-10-01")}, domain.Intake{StartsOn: day("2027-01-15")})}),
		programme("basics", college, 20, domain.ProgrammeTerms{
			Title: domain.Text{KK: "Бағдарламалау негіздері", RU: "Основы программирования"},
			Description: domain.Text{KK: "Мектеп бітірушілерге арналған үш жылдық бағдарлама. Алгоритмдер, деректер құрылымы, " +
				"дерекқорлар мен веб-әзірлеу."},
			Kind: domain.CollegeProgramme, Mode: domain.Onsite, Languages: list[domain.Language]("kk", "ru"),
			Regions: list[domain.Region]("KZ-75", "KZ-71"), Weeks: 120, Funding: list(domain.Grant, domain.Free),
			Segments: list[domain.Segment]("youth", "schoolchildren"), Outcomes: outcomes("esco:programming"),
			Intakes: list(domain.Intake{StartsOn: day("2026-12-01"), Region: "KZ-75"}, domain.Intake{StartsOn: day("2027-09-01"), Region: "KZ-71"})}),
		programme("security-master", satpaev, 30, domain.ProgrammeTerms{
			Title:       domain.Text{EN: "Cybersecurity, master's degree", RU: "Магистратура по кибербезопасности", KK: "Киберқауіпсіздік магистратурасы"},
			Description: domain.Text{EN: "Cryptography, networks and law; a thesis with an industrial partner."},
			Kind:        domain.Master, Mode: domain.Onsite, Languages: list[domain.Language]("en"), Regions: list[domain.Region]("KZ-75"),
			Weeks: 80, Price: tenge(2_400_000), Funding: list(domain.Paid, domain.Grant), Outcomes: outcomes("esco:security"),
			Intakes: list(domain.Intake{StartsOn: day("2027-09-01")})}),
		programme("python-bootcamp", beles, 4, domain.ProgrammeTerms{
			Title:       domain.Text{EN: "Python bootcamp", RU: "Буткемп Python"},
			Description: domain.Text{EN: "Machine learning from the first day; bring a laptop."},
			Kind:        domain.Bootcamp, Mode: domain.Blended, Languages: list[domain.Language]("en", "ru"), Regions: list[domain.Region]("KZ-71"),
			Price: &domain.Money{Amount: 900, Currency: "USD"}, Funding: list(domain.Paid), Segments: list[domain.Segment]("women", "unemployed"),
			Outcomes: outcomes("esco:python", "esco:learning"),
			Intakes:  list(domain.Intake{StartsOn: day("2027-02-01")})}),
		programme("seniors", college, 1, domain.ProgrammeTerms{
			Title:       domain.Text{RU: "Цифровая грамотность для старшего поколения", KK: "Аға буынға арналған цифрлық сауаттылық"},
			Description: domain.Text{RU: "Поиск информации, портал госуслуг и защита от мошенников."},
			Kind:        domain.ShortCourse, Mode: domain.Onsite, Languages: list[domain.Language]("kk", "ru"), Regions: list[domain.Region]("KZ-35"),
			Weeks: 2, Funding: list(domain.Free), Segments: list[domain.Segment]("seniors", "rural"), Outcomes: outcomes("digcomp:1.1")}),
		programme("dotnet", beles, 8, domain.ProgrammeTerms{
			Title:       domain.Text{EN: "C# and .NET in practice"},
			Description: domain.Text{EN: "Build and test a web service with ASP.NET and SQL."},
			Kind:        domain.MicroCredential, Mode: domain.Online, Languages: list[domain.Language]("en"), Weeks: 6,
			Price: tenge(90_000), Funding: list(domain.Paid), Sectors: list[domain.Sector]("J", "K"), Outcomes: outcomes("esco:csharp", "esco:sql")}),
	}
}

// all names the programmes.
var all = []string{"java-course", "basics", "security-master", "python-bootcamp", "seniors", "dotnet"}
