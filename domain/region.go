package domain

// Region is one of the twenty regions of Kazakhstan, by its ISO 3166-2 code; "" where none is named.
type Region string

// ParseRegion returns s as a region, or unknown_value.
func ParseRegion(s string) (Region, error) {
	if _, ok := regionNames[Region(s)]; !ok {
		return "", Because(CodeUnknownValue, s)
	}
	return Region(s), nil
}

// Name returns what the region is called.
func (r Region) Name() Text { return regionNames[r] }

// Regions lists the seventeen regions and three cities of republican rank, in the order of their codes.
func Regions() []Region {
	return []Region{"KZ-10", "KZ-11", "KZ-15", "KZ-19", "KZ-23", "KZ-27", "KZ-31", "KZ-33", "KZ-35", "KZ-39",
		"KZ-43", "KZ-47", "KZ-55", "KZ-59", "KZ-61", "KZ-62", "KZ-63", "KZ-71", "KZ-75", "KZ-79"}
}

var regionNames = map[Region]Text{
	"KZ-10": {"Абай облысы", "область Абай", "Abai Region"},
	"KZ-11": {"Ақмола облысы", "Акмолинская область", "Akmola Region"},
	"KZ-15": {"Ақтөбе облысы", "Актюбинская область", "Aktobe Region"},
	"KZ-19": {"Алматы облысы", "Алматинская область", "Almaty Region"},
	"KZ-23": {"Атырау облысы", "Атырауская область", "Atyrau Region"},
	"KZ-27": {"Батыс Қазақстан облысы", "Западно-Казахстанская область", "West Kazakhstan Region"},
	"KZ-31": {"Жамбыл облысы", "Жамбылская область", "Zhambyl Region"},
	"KZ-33": {"Жетісу облысы", "область Жетісу", "Zhetisu Region"},
	"KZ-35": {"Қарағанды облысы", "Карагандинская область", "Karaganda Region"},
	"KZ-39": {"Қостанай облысы", "Костанайская область", "Kostanay Region"},
	"KZ-43": {"Қызылорда облысы", "Кызылординская область", "Kyzylorda Region"},
	"KZ-47": {"Маңғыстау облысы", "Мангистауская область", "Mangystau Region"},
	"KZ-55": {"Павлодар облысы", "Павлодарская область", "Pavlodar Region"},
	"KZ-59": {"Солтүстік Қазақстан облысы", "Северо-Казахстанская область", "North Kazakhstan Region"},
	"KZ-61": {"Түркістан облысы", "Туркестанская область", "Turkistan Region"},
	"KZ-62": {"Ұлытау облысы", "область Ұлытау", "Ulytau Region"},
	"KZ-63": {"Шығыс Қазақстан облысы", "Восточно-Казахстанская область", "East Kazakhstan Region"},
	"KZ-71": {"Астана", "Астана", "Astana"},
	"KZ-75": {"Алматы", "Алматы", "Almaty"},
	"KZ-79": {"Шымкент", "Шымкент", "Shymkent"},
}
