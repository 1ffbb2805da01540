package api

import (
	"kopir/domain"
	"kopir/search"
)

// label says what a facet's value is called, in the reader's language. What has no name of its own (occupations, rare
// languages) goes by its code; organisations' names are in the database, not here.
func (v view) label(a search.Attribute, value string) string {
	switch a {
	case search.Region:
		if name := domain.Region(value).Name(); !name.Empty() {
			return name.In(v.lang)
		}
	case search.Competence:
		return v.competenceLabel(value)
	}
	if t, ok := labels[a][value]; ok {
		return t.In(v.lang)
	}
	return value
}

// labels names the values of the closed sets, by attribute. Kinds of demands and of programmes have no word in common.
var labels = map[search.Attribute]map[string]domain.Text{
	search.Kind: {
		"job":            {KK: "Жұмыс", RU: "Работа", EN: "Job"},
		"internship":     {KK: "Тағылымдама", RU: "Стажировка", EN: "Internship"},
		"apprenticeship": {KK: "Өндірістік оқыту", RU: "Ученичество", EN: "Apprenticeship"},
		"upskilling":     {KK: "Біліктілікті арттыру", RU: "Повышение квалификации", EN: "Upskilling"},

		"bachelor":         {KK: "Бакалавриат", RU: "Бакалавриат", EN: "Bachelor's degree"},
		"master":           {KK: "Магистратура", RU: "Магистратура", EN: "Master's degree"},
		"college":          {KK: "Колледж бағдарламасы", RU: "Программа колледжа", EN: "College programme"},
		"short_course":     {KK: "Қысқа курс", RU: "Краткосрочный курс", EN: "Short course"},
		"micro_credential": {KK: "Микробіліктілік", RU: "Микроквалификация", EN: "Micro-credential"},
		"bootcamp":         {KK: "Буткемп", RU: "Буткемп", EN: "Bootcamp"},
	},
	search.WorkMode: {
		"onsite": {KK: "Жұмыс орнында", RU: "На месте", EN: "On site"},
		"hybrid": {KK: "Аралас", RU: "Гибридный формат", EN: "Hybrid"},
		"remote": {KK: "Қашықтан", RU: "Удалённо", EN: "Remote"},
	},
	search.Mode: {
		"onsite":  {KK: "Күндізгі", RU: "Очно", EN: "On site"},
		"blended": {KK: "Аралас", RU: "Смешанный формат", EN: "Blended"},
		"online":  {KK: "Онлайн", RU: "Онлайн", EN: "Online"},
	},
	search.Funding: {
		"paid":    {KK: "Ақылы", RU: "Платно", EN: "Paid"},
		"grant":   {KK: "Грант", RU: "Грант", EN: "Grant"},
		"voucher": {KK: "Ваучер", RU: "Ваучер", EN: "Voucher"},
		"free":    {KK: "Тегін", RU: "Бесплатно", EN: "Free"},
	},
	search.Segment: {
		"youth":                    {KK: "Жастар", RU: "Молодёжь", EN: "Young people"},
		"schoolchildren":           {KK: "Оқушылар", RU: "Школьники", EN: "Schoolchildren"},
		"students":                 {KK: "Студенттер", RU: "Студенты", EN: "Students"},
		"teachers":                 {KK: "Педагогтер", RU: "Педагоги", EN: "Teachers"},
		"medics":                   {KK: "Медицина қызметкерлері", RU: "Медицинские работники", EN: "Medical staff"},
		"manufacturing":            {KK: "Өндіріс қызметкерлері", RU: "Работники производства", EN: "Manufacturing workers"},
		"civil_servants":           {KK: "Мемлекеттік қызметшілер", RU: "Государственные служащие", EN: "Civil servants"},
		"small_business":           {KK: "Шағын бизнес", RU: "Малый бизнес", EN: "Small business"},
		"workers":                  {KK: "Жұмысшылар", RU: "Рабочие", EN: "Workers"},
		"women":                    {KK: "Әйелдер", RU: "Женщины", EN: "Women"},
		"unemployed":               {KK: "Жұмыссыздар", RU: "Безработные", EN: "Unemployed people"},
		"seniors":                  {KK: "Егде жастағы адамдар", RU: "Люди старшего возраста", EN: "Seniors"},
		"people_with_disabilities": {KK: "Мүгедектігі бар адамдар", RU: "Люди с инвалидностью", EN: "People with disabilities"},
		"rural":                    {KK: "Ауыл тұрғындары", RU: "Сельские жители", EN: "Rural residents"},
		"veterans":                 {KK: "Ардагерлер", RU: "Ветераны", EN: "Veterans"},
	},
	search.Language: {
		"kk": {KK: "Қазақ тілі", RU: "Казахский", EN: "Kazakh"},
		"ru": {KK: "Орыс тілі", RU: "Русский", EN: "Russian"},
		"en": {KK: "Ағылшын тілі", RU: "Английский", EN: "English"},
		"ar": {KK: "Араб тілі", RU: "Арабский", EN: "Arabic"},
		"az": {KK: "Әзербайжан тілі", RU: "Азербайджанский", EN: "Azerbaijani"},
		"de": {KK: "Неміс тілі", RU: "Немецкий", EN: "German"},
		"es": {KK: "Испан тілі", RU: "Испанский", EN: "Spanish"},
		"fr": {KK: "Француз тілі", RU: "Французский", EN: "French"},
		"ja": {KK: "Жапон тілі", RU: "Японский", EN: "Japanese"},
		"ko": {KK: "Корей тілі", RU: "Корейский", EN: "Korean"},
		"ky": {KK: "Қырғыз тілі", RU: "Киргизский", EN: "Kyrgyz"},
		"tg": {KK: "Тәжік тілі", RU: "Таджикский", EN: "Tajik"},
		"tr": {KK: "Түрік тілі", RU: "Турецкий", EN: "Turkish"},
		"ug": {KK: "Ұйғыр тілі", RU: "Уйгурский", EN: "Uyghur"},
		"uk": {KK: "Украин тілі", RU: "Украинский", EN: "Ukrainian"},
		"uz": {KK: "Өзбек тілі", RU: "Узбекский", EN: "Uzbek"},
		"zh": {KK: "Қытай тілі", RU: "Китайский", EN: "Chinese"},
	},
	search.Sector: sectors,
}

// sectors names the sections of ISIC Rev. 4; in Kazakh and Russian as Kazakhstan's own classifier of activities does.
var sectors = map[string]domain.Text{
	"A": {KK: "Ауыл, орман және балық шаруашылығы", RU: "Сельское, лесное и рыбное хозяйство", EN: "Agriculture, forestry and fishing"},
	"B": {KK: "Тау-кен өндіру өнеркәсібі және карьерлерді қазу", RU: "Горнодобывающая промышленность и разработка карьеров", EN: "Mining and quarrying"},
	"C": {KK: "Өңдеу өнеркәсібі", RU: "Обрабатывающая промышленность", EN: "Manufacturing"},
	"D": {
		KK: "Электрмен, газбен, бумен, ыстық сумен және ауаны кондициялаумен жабдықтау",
		RU: "Снабжение электроэнергией, газом, паром, горячей водой и кондиционированным воздухом",
		EN: "Electricity, gas, steam and air conditioning supply",
	},
	"E": {
		KK: "Сумен жабдықтау; қалдықтарды жинау, өңдеу және жою, ластануды жою бойынша қызмет",
		RU: "Водоснабжение; сбор, обработка и удаление отходов, деятельность по ликвидации загрязнений",
		EN: "Water supply; sewerage, waste management and remediation activities",
	},
	"F": {KK: "Құрылыс", RU: "Строительство", EN: "Construction"},
	"G": {
		KK: "Көтерме және бөлшек сауда; автомобильдер мен мотоциклдерді жөндеу",
		RU: "Оптовая и розничная торговля; ремонт автомобилей и мотоциклов",
		EN: "Wholesale and retail trade; repair of motor vehicles and motorcycles",
	},
	"H": {KK: "Көлік және жинақтау", RU: "Транспорт и складирование", EN: "Transportation and storage"},
	"I": {KK: "Тұру және тамақтану бойынша қызмет көрсету", RU: "Предоставление услуг по проживанию и питанию", EN: "Accommodation and food service activities"},
	"J": {KK: "Ақпарат және байланыс", RU: "Информация и связь", EN: "Information and communication"},
	"K": {KK: "Қаржы және сақтандыру қызметі", RU: "Финансовая и страховая деятельность", EN: "Financial and insurance activities"},
	"L": {KK: "Жылжымайтын мүлікпен операциялар", RU: "Операции с недвижимым имуществом", EN: "Real estate activities"},
	"M": {KK: "Кәсіби, ғылыми және техникалық қызмет", RU: "Профессиональная, научная и техническая деятельность", EN: "Professional, scientific and technical activities"},
	"N": {
		KK: "Әкімшілік және қосалқы қызмет көрсету саласындағы қызмет",
		RU: "Деятельность в области административного и вспомогательного обслуживания",
		EN: "Administrative and support service activities",
	},
	"O": {
		KK: "Мемлекеттік басқару және қорғаныс; міндетті әлеуметтік қамсыздандыру",
		RU: "Государственное управление и оборона; обязательное социальное обеспечение",
		EN: "Public administration and defence; compulsory social security",
	},
	"P": {KK: "Білім беру", RU: "Образование", EN: "Education"},
	"Q": {
		KK: "Денсаулық сақтау және халыққа әлеуметтік қызмет көрсету",
		RU: "Здравоохранение и социальное обслуживание населения",
		EN: "Human health and social work activities",
	},
	"R": {KK: "Өнер, ойын-сауық және демалыс", RU: "Искусство, развлечения и отдых", EN: "Arts, entertainment and recreation"},
	"S": {KK: "Өзге де қызмет түрлерін көрсету", RU: "Предоставление прочих видов услуг", EN: "Other service activities"},
	"T": {
		KK: "Үй қызметшілерін жалдайтын үй шаруашылықтарының қызметі",
		RU: "Деятельность домашних хозяйств, нанимающих домашнюю прислугу",
		EN: "Activities of households as employers",
	},
	"U": {KK: "Экстерриториялық ұйымдар мен органдардың қызметі", RU: "Деятельность экстерриториальных организаций и органов", EN: "Activities of extraterritorial organizations and bodies"},
}
