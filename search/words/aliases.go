package words

// aliases lead from stems to the one that they always mean: from names of technologies as they are written in Cyrillic
// letters, cut short, or without their signs. Words that also mean something else are left to the catalogue's synonyms.
var aliases = byAlias(map[string]string{
	"c++": "cpp cplusplus", "c#": "csharp сишарп", "javascript": "js джаваскрипт яваскрипт", "typescript": "тайпскрипт",
	"python": "питон пайтон", "java": "джава", "kotlin": "котлин", "go": "golang голанг", "php": "пхп", "perl": "перл",
	"docker": "докер", "kubernetes": "k8s кубернетес", "linux": "линукс", "ubuntu": "убунту", "windows": "виндовс", "android": "андроид",
	"git": "гит", "github": "гитхаб", "gitlab": "гитлаб", "jenkins": "дженкинс", "jira": "джира", "bitrix": "битрикс",
	"postgresql": "postgres postgre постгрес", "mongodb": "mongo монго", "mysql": "майскл", "redis": "редис", "oracle": "оракл",
	"kafka": "кафка", "hadoop": "хадуп", "django": "джанго", "laravel": "ларавел", "angular": "ангуляр", "wordpress": "вордпресс",
	"excel": "эксель ексель", "powerpoint": "пауерпоинт", "photoshop": "фотошоп", "figma": "фигма", "autocad": "автокад", "blender": "блендер",
	"arduino": "ардуино", "scrum": "скрам", "kanban": "канбан", "agile": "аджайл эджайл", "devops": "девопс", "blockchain": "блокчейн",
	"backend": "бекенд", "frontend": "фронтенд", "fullstack": "фулстек фуллстек", "telegram": "телеграм", "instagram": "инстаграм",
	"facebook": "фейсбук", "google": "гугл", "youtube": "ютуб", "ethernet": "езернет", "wifi": "вайфай",
})

// Alias says that a folded word always means a name that it is not a form of: докер, golang, k8s.
func Alias(fold string) bool {
	_, is := aliases[withoutEndings(fold)]
	return is
}

func byAlias(of map[string]string) map[string]string {
	out := make(map[string]string)
	for name, others := range of {
		for other := range set(others) {
			out[withoutEndings(other)] = withoutEndings(name)
		}
	}
	return out
}
