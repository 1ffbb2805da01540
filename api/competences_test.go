package api

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFrameworksComeWithTheirStepsAndWhoseTheyAre(t *testing.T) {
	w := openMarketplace(t)
	list := w.visitor().in("kk").get("/v1/frameworks").expect(200)
	require.Equal(t, []any{"digcomp", "ecf", "esco", "kopir", "kz"}, list.every("id"))
	list.is("next_cursor", nil).is("total", 5)
	list.is("items.0.name", "DigComp: азаматтардың цифрлық құзыреттері")
	list.is("items.0.levels.1", m{"code": "2", "label": "Базалық", "level": 2})
	list.is("items.1.levels.1", m{"code": "e-2", "label": "e-2", "level": 5}).is("items.1.competences", 41)
	list.is("items.2.levels", []any{})
	for _, attribution := range list.every("attribution") {
		require.NotEmpty(t, attribution)
	}
}

func TestACompetenceAndWhatIsAroundIt(t *testing.T) {
	w := openMarketplace(t)
	c := w.visitor().in("kk").get("/v1/competences/" + typescript).expect(200)
	c.is("label", "TypeScript").is("framework", "esco").is("kind", "knowledge").is("replaced_by", nil).is("area", nil)
	c.is("broader", []m{{"id": programming, "label": "бағдарламалау"}}).is("narrower", []any{}).is("equivalents", []any{})
	c.is("synonyms", []string{"тайпскрипт", "TS"})
	above := w.visitor().in("en").get("/v1/competences/" + programming).expect(200)
	above.is("labels", m{"kk": "бағдарламалау", "ru": "программирование", "en": "computer programming", "display": "computer programming"})
	require.Contains(t, above.at("narrower"), plain(t, m{"id": typescript, "label": "TypeScript"}))
	w.visitor().in("ru").get("/v1/competences/ecf:B.1").expect(200).is("area", m{"code": "B", "label": "Создание"}).is("code", "B.1")
	w.visitor().get("/v1/competences/" + typescript).expect(200).etag()
	w.visitor().get("/v1/competences/esco:nothing").refused(404, "not-found")
	w.visitor().get("/v1/competences/nothing").refused(404, "not-found")
}

func TestCompetencesAreFoundAsSomebodyTypes(t *testing.T) {
	w := openMarketplace(t)
	for _, typed := range []string{"typesc", "%D1%82%D0%B0%D0%B9%D0%BF%D1%81"} { // typesc, тайпс
		found := w.visitor().in("en").get("/v1/competences?q=" + typed).expect(200)
		found.is("items.0.id", typescript).is("items.0.label", "TypeScript")
	}
	w.visitor().get("/v1/competences?q=qqqqqqqqqqqq").expect(200).is("items", []any{}).is("total", 0).is("next_cursor", nil)
	for _, id := range w.visitor().pages("/v1/competences?framework=digcomp&limit=10", "id") {
		require.True(t, strings.HasPrefix(id.(string), "digcomp:"))
	}
	all := w.visitor().pages("/v1/competences?framework=digcomp&limit=10", "id")
	require.Len(t, all, 21)
	require.Len(t, distinct(all), 21, "pages do not overlap")
	w.visitor().get("/v1/competences?kind=tool&framework=digcomp").expect(200).is("total", 0)
}

func TestOccupationsAreFoundAsSomebodyTypes(t *testing.T) {
	w := openMarketplace(t)
	for _, typed := range []string{"software deve", "разработчик программного об", "бағдарламашы", "ghjuhfvvbcn"} { // программист
		found := w.visitor().in("en").get("/v1/occupations?q=" + url.QueryEscape(typed)).expect(200)
		found.is("items.0.code", "2512").is("items.0.label", "software developer")
	}
	first := w.visitor().in("kk").get("/v1/occupations?limit=1").expect(200).is("total", 103)
	first.is("items.0.label", first.at("items.0.labels.kk"))
	require.Len(t, distinct(w.visitor().pages("/v1/occupations?limit=40", "uri")), 103)
	w.visitor().get("/v1/occupations?q=qqqqqqqqqqqq").expect(200).is("items", []any{}).is("total", 0).is("next_cursor", nil)
	w.visitor().get("/v1/occupations?cursor=x").refused(400, "unreadable")
}

func distinct(list []any) map[any]bool {
	out := make(map[any]bool, len(list))
	for _, v := range list {
		out[v] = true
	}
	return out
}
