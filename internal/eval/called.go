package main

import (
	"context"
	"fmt"
	"slices"

	"kopir/domain"
)

// called are names that people give to competences, and the English label of one that they may mean.
var called = map[domain.Language]map[string]string{
	domain.Kazakh: {
		"ЖИ": "principles of artificial intelligence", "ДҚ": "database", "деректер қоры": "database", "ОЖ": "operating systems", "АҚ": "cyber security",
		"КҚ": "cyber security", "ГАЖ": "geographic information systems", "ОББ": "use object-oriented programming", "АЖЖ": "CAD software", "VR": "virtual reality",
		"питон": "Python (computer programming)", "джава": "Java (computer programming)", "си шарп": "C#", "постгрес": "PostgreSQL", "блокчейн": "blockchain",
		"скрам": "Agile project management", "девопс": "DevOps", "тайпскрипт": "TypeScript",
	},
	domain.Russian: {
		"ИИ": "principles of artificial intelligence", "БД": "database", "СУБД": "database management systems", "ОС": "operating systems", "ИБ": "cyber security",
		"ГИС": "geographic information systems", "ООП": "use object-oriented programming", "САПР": "CAD software", "ЛВС": "design computer network",
		"питон": "Python (computer programming)", "джава": "Java (computer programming)", "джаваскрипт": "JavaScript", "яваскрипт": "JavaScript", "си шарп": "C#",
		"постгрес": "PostgreSQL", "оракл": "Oracle Relational Database", "хадуп": "Hadoop", "перл": "Perl", "пхп": "PHP", "ангуляр": "Angular",
		"дженкинс": "Jenkins (tools for software configuration management)", "девопс": "DevOps", "аджайл": "Agile development", "эксель": "use spreadsheets software",
		"тайпскрипт": "TypeScript",
	},
	domain.English: {
		"AI": "principles of artificial intelligence", "ML": "machine learning", "DB": "database", "OS": "operating systems", "NLP": "natural language processing",
		"IoT": "Internet of Things", "OOP": "use object-oriented programming", "GIS": "geographic information systems", "CAD": "CAD software",
		"BI": "business intelligence", "SEO": "search engine optimisation", "AR": "augmented reality", "VR": "virtual reality", "cpp": "C++", "CPP": "C++", "csharp": "C#", "c sharp": "C#",
		"js": "JavaScript", "java script": "JavaScript", "type script": "TypeScript", "postgres": "PostgreSQL", "Postgre SQL": "PostgreSQL", "SQL-server": "SQL Server",
		"mssql": "SQL Server", "block chain": "blockchain", "dev ops": "DevOps", "python3": "Python (computer programming)", "PHP 8": "PHP", "elearning": "e-learning",
		"e learning": "e-learning",
	},
}

// strange are words and phrases of other trades, which are to find nothing: what is mended must not be bent until it fits.
var strange = []string{
	"гидропоника", "рыбоводство", "парикмахер", "сантехник", "шашлык", "повар горячего цеха", "хлебопекарня", "стоматология", "кройка и шитье юбок",
	"верховая езда", "укладка плитки", "йога", "балетмейстер", "виноградарство", "hairdressing", "plumbing", "beekeeping", "pastry chef", "dentistry", "horse riding",
	"welder", "midwifery", "gardening", "шаштараз", "аспаз", "мал шаруашылығы", "тіс дәрігері", "қой бағу", "наубайхана", "балташы", "shashtaraz", "parikmaher",
}

// naming asks for competences by abbreviations and by other spellings of technologies, and for what is none.
func naming(_ context.Context, r *report) error {
	list, err := finders()
	if err != nil {
		return err
	}
	f := list[0]
	for _, lang := range domain.Spoken() {
		right := 0
		for typed, want := range called[lang] {
			if slices.ContainsFunc(f.find(typed, lang, firstFew), func(at int) bool { return f.labels[at].EN == want }) {
				right++
			} else if verbose {
				fmt.Printf("%s, called, %s: %q for %q\n", f.name, lang, typed, want)
			}
		}
		r.atLeast(0.95, fmt.Sprintf("%s, abbreviations and other names, %s", f.name, lang), share(right, len(called[lang])), "share", len(called[lang]))
	}
	nothing := 0
	for _, typed := range strange {
		found := f.find(typed, domain.Russian, firstFew)
		if len(found) == 0 {
			nothing++
		} else if verbose {
			fmt.Printf("%s, strange: %q finds %q\n", f.name, typed, f.labels[found[0]].EN)
		}
	}
	r.atLeast(0.9, f.name+", words of other trades that find nothing", share(nothing, len(strange)), "share", len(strange))
	return nil
}
