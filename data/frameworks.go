package data

import (
	"strconv"

	"kopir/domain"
)

// frameworks describes the frameworks that ship, and where their steps stand on Kopir's ladder by convention.
func frameworks() []domain.Framework {
	return []domain.Framework{
		{
			ID: "digcomp", Version: "3.0", URL: "https://joint-research-centre.ec.europa.eu/digcomp_en",
			Name: domain.Text{KK: "DigComp: азаматтардың цифрлық құзыреттері", RU: "DigComp: цифровые компетенции граждан", EN: "DigComp: digital competences of citizens"},
			Attribution: domain.Text{
				KK: "DigComp 3.0, Еуропалық одақ, CC BY 4.0. Атаулары қазақ және орыс тілдеріне Kopir үшін аударылған.",
				RU: "DigComp 3.0, Европейский союз, CC BY 4.0. Названия переведены на казахский и русский для Kopir.",
				EN: "DigComp 3.0, European Union, CC BY 4.0. Names translated into Kazakh and Russian for Kopir.",
			},
			Levels: digcompLevels(),
		},
		{
			ID: "ecf", Version: "4.0", URL: "https://itprofessionalism.org",
			Name: domain.Text{KK: "e-CF: АКТ мамандарының құзыреттері", RU: "e-CF: компетенции ИКТ-специалистов", EN: "e-CF: competences of ICT professionals"},
			Attribution: domain.Text{
				KK: "Кодтары мен ағылшынша атаулары e-CF (EN 16234-1) бойынша; қазақша және орысша атаулары Kopir үшін жазылған.",
				RU: "Коды и английские названия по e-CF (EN 16234-1); казахские и русские названия написаны для Kopir.",
				EN: "Codes and English names as in e-CF (EN 16234-1); Kazakh and Russian names written for Kopir.",
			},
			Levels: ecfLevels(),
		},
		{
			ID: "esco", Version: "1.2.0", URL: "https://esco.ec.europa.eu",
			Name: domain.Text{KK: "ESCO: цифрлық дағдылар мен білім", RU: "ESCO: цифровые навыки и знания", EN: "ESCO: digital skills and knowledge"},
			Attribution: domain.Text{
				KK: "Бұл қызмет Еуропалық комиссияның ESCO жіктеуішін пайдаланады. Қазақша және орысша атаулары мен синонимдері Kopir үшін жазылған.",
				RU: "Сервис использует классификацию ESCO Европейской комиссии. Казахские и русские названия и синонимы написаны для Kopir.",
				EN: "This service uses the ESCO classification of the European Commission. Kazakh and Russian names and synonyms were written for Kopir.",
			},
		},
		{
			ID: "kopir", Version: "1", URL: "https://kopir.kz",
			Name: domain.Text{
				KK: "Kopir: басқа негіздемелерде жоқ АКТ құзыреттері", RU: "Kopir: компетенции ИКТ, которых нет в других рамках",
				EN: "Kopir: ICT competences that other frameworks lack",
			},
			Attribution: domain.Text{
				KK: "Атаулары мен байланыстары Kopir үшін жазылған.", RU: "Названия и связи написаны для Kopir.", EN: "Names and relations were written for Kopir.",
			},
		},
		{
			ID: "kz", Version: "1", // what the others lack; administrators add to it
			Name: domain.Text{KK: "Ұйымдар ұсынған құзыреттер", RU: "Дополнения по предложениям организаций", EN: "Additions that organisations proposed"},
			Attribution: domain.Text{
				KK: "Ұйымдардың ұсыныстары бойынша Kopir әкімшілері қосқан.",
				RU: "Добавлено администраторами Kopir по предложениям организаций.",
				EN: "Added by Kopir's administrators, as organisations proposed.",
			},
		},
	}
}

// digcompLevels: DigComp's eight steps are 1 to 8; its four names span two steps each and stand at the upper one.
func digcompLevels() []domain.FrameworkLevel {
	names := []domain.Text{
		{KK: "Базалық", RU: "Базовый", EN: "Basic"}, {KK: "Орта", RU: "Средний", EN: "Intermediate"},
		{KK: "Жоғары", RU: "Продвинутый", EN: "Advanced"}, {KK: "Аса жоғары", RU: "Высший", EN: "Highly advanced"},
	}
	var out []domain.FrameworkLevel
	for i := range 8 {
		out = append(out, domain.FrameworkLevel{Code: strconv.Itoa(i + 1), Name: names[i/2], Level: domain.Level(i + 1)})
	}
	return out
}

// ecfLevels: e-1 to e-5 stand at 3, 5 (the standard says 4 to 5), 6, 7 and 8.
func ecfLevels() []domain.FrameworkLevel {
	var out []domain.FrameworkLevel
	for i, level := range []domain.Level{3, 5, 6, 7, 8} {
		code := "e-" + strconv.Itoa(i+1)
		out = append(out, domain.FrameworkLevel{Code: code, Name: domain.Text{KK: code, RU: code, EN: code}, Level: level})
	}
	return out
}
