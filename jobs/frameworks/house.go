package frameworks

import (
	"cmp"
	"errors"
	"strings"

	"kopir/domain"
)

// house reads a house framework, a row a competence. The columns code and kind are needed, and a label in one language at
// least. Lists are cut by bars; a reference without a colon is a code of the same framework.
//
//	code, kind, label_kk, label_ru, label_en, synonyms_kk, synonyms_ru, synonyms_en, area_kk, area_ru, area_en,
//	broader, exact, close, replaced_by, uri
//
// area alone is the heading in every language.
func (r *reader) house(t *table) error {
	if r.Framework == "" || r.Framework.Official() {
		return errors.New("say which house framework it is: kz or one of your own, not an official one")
	}
	if _, err := domain.ParseFrameworkID(string(r.Framework)); err != nil {
		return errors.New("the id of a framework is at most 16 small letters and digits")
	}
	if err := r.begin(r.Framework); err != nil {
		return err
	}
	if r.revision.Framework.Name.Empty() {
		return errors.New("say what the framework is called")
	}
	r.revision.Relations = true
	r.speaks(languagesOf(t)...)
	for {
		ok, err := t.next()
		if err != nil || !ok {
			return err
		}
		r.Step(1)
		r.houseRow(t)
	}
}

func languagesOf(t *table) []domain.Language {
	var out []domain.Language
	for _, l := range domain.Spoken() {
		if t.has("label_"+string(l)) || t.has("synonyms_"+string(l)) {
			out = append(out, l)
		}
	}
	return out
}

func (r *reader) houseRow(t *table) {
	code := t.cell("code")
	k := domain.Competence{ID: domain.CompetenceID(string(r.Framework) + ":" + code), Framework: r.Framework, Code: code, URI: t.cell("uri")}
	var err error
	if k.Kind, err = domain.ParseCompetenceKind(t.cell("kind")); err != nil {
		r.fault(t.place("kind"), err)
	}
	text := func(column string) domain.Text {
		return domain.Text{
			KK: r.label(t.place(column+"_kk"), t.cell(column+"_kk"), false), RU: r.label(t.place(column+"_ru"), t.cell(column+"_ru"), false),
			EN: r.label(t.place(column+"_en"), t.cell(column+"_en"), false),
		}
	}
	if k.Label = text("label"); k.Label.Empty() {
		r.fault(t.place("code"), domain.Because(domain.CodeRequired))
	}
	area := r.label(t.place("area"), t.cell("area"), false)
	k.Area = text("area")
	k.Area = domain.Text{KK: cmp.Or(k.Area.KK, area), RU: cmp.Or(k.Area.RU, area), EN: cmp.Or(k.Area.EN, area)}
	k.Synonyms = domain.Synonyms{
		KK: r.names(t.place("synonyms_kk"), t.cell("synonyms_kk"), k.Label.KK), RU: r.names(t.place("synonyms_ru"), t.cell("synonyms_ru"), k.Label.RU),
		EN: r.names(t.place("synonyms_en"), t.cell("synonyms_en"), k.Label.EN),
	}
	r.add(t.place("code"), k, false)
	for _, column := range []struct {
		name string
		as   func(*domain.Competence, domain.CompetenceID)
	}{
		{"broader", broader},
		{"exact", func(k *domain.Competence, to domain.CompetenceID) { k.Exact = append(k.Exact, to) }},
		{"close", func(k *domain.Competence, to domain.CompetenceID) { k.Close = append(k.Close, to) }},
		{"replaced_by", func(k *domain.Competence, to domain.CompetenceID) { k.ReplacedBy = to }},
	} {
		for _, to := range cells(t.cell(column.name)) {
			if !strings.Contains(to, ":") {
				to = string(r.Framework) + ":" + to
			}
			r.links = append(r.links, link{t.place(column.name), k.ID, domain.CompetenceID(to), column.as})
		}
	}
}
