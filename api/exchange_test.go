package api

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"

	"kopir/domain"
)

// sendFile imports a file.
func (p *person) sendFile(side, media, more string, file []byte) *answer {
	p.w.t.Helper()
	return p.send("POST", "/v1/imports?organisation_id="+p.org+"&side="+side+more, string(file), media)
}

// imports sends a file, lets the background take it, and returns how far the import is.
func (p *person) imports(side, media, more string, file []byte) *answer {
	p.w.t.Helper()
	sent := p.sendFile(side, media, more, file).expect(202)
	p.w.takeImports()
	return p.get(sent.header.Get("Location")).expect(200)
}

// takeImports does what the background does.
func (w *marketplace) takeImports() {
	w.t.Helper()
	for more := true; more; {
		var err error
		more, err = w.deps.Imports.Step(w.t.Context())
		require.NoError(w.t, err)
	}
}

// counts is how many rows were created, revised, unchanged and faulty.
func (a *answer) counts(created, revised, unchanged, faulty int) *answer {
	a.t.Helper()
	a.is("status", "finished")
	return a.is("counts", m{"waiting": 0, "created": created, "revised": revised, "unchanged": unchanged, "faulty": faulty})
}

const demandTable = "external_id,title_ru,kind,work_mode,region,openings,valid_through,salary_min,salary_currency,languages,requirements\n"

func TestAFileIsImportedRowByRowAndRepaired(t *testing.T) {
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openMarketplace(t, on)
		dala := w.owner("employer", "dala")
		table := demandTable +
			"a,Веб-разработчик,job,hybrid,Алматы,3,01.03.2027,600 000,KZT,\"kk, ru\",TypeScript | 5; sql | e-3 | nice\n" +
			"b,Тестировщик,gig,onsite,KZ-99,много,2027-03-01,,,ru,Pyton | 5\n" +
			"c,Аналитик,job,remote,,1,2027-03-01,,,ru,Python | высший\n" +
			"a,Дважды,job,remote,,1,2027-03-01,,,ru,Python | 5\n"
		done := dala.imports("demands", "text/csv", "", []byte(table)).counts(1, 0, 0, 3)
		rows := done.asked[len("GET "):] + "/rows"

		good := dala.get(rows+"?state=created").expect(200).is("total", 1).is("items.0.row", 2)
		made := dala.get("/v1/demands/" + good.at("items.0.thing_id").(string)).expect(200)
		made.is("status", "draft").is("region", "KZ-75").is("openings", 3).is("valid_through", "2027-03-01").is("languages", []string{"kk", "ru"})
		made.is("salary", m{"min": 600000, "max": nil, "currency": "KZT"}).is("source", m{"name": "import", "reference": "a", "url": nil})
		made.is("requirements.0.competence.id", typescript).is("requirements.0.importance", "must")
		made.is("requirements.1.competence.id", sqlLanguage).is("requirements.1.level", 6).is("requirements.1.importance", "nice")

		faulty := dala.in("en").get(rows+"?state=faulty").expect(200).is("total", 3)
		var found [][2]any
		for i := range faulty.at("items.0.faults").([]any) {
			at := "items.0.faults." + strconv.Itoa(i)
			found = append(found, [2]any{faulty.at(at + ".column"), faulty.at(at + ".code")})
		}
		require.ElementsMatch(t, [][2]any{
			{"kind", "unknown_value"}, {"region", "unknown_value"}, {"openings", "not_a_number"}, {"requirements", "near_names"},
		}, found)
		require.Contains(t, string(faulty.body), "("+python+")", "what is near is named")
		faulty.is("items.1.faults.0.code", "unknown_level").is("items.1.faults.0.item", 1).is("items.2.faults.0.code", "duplicate")
		faulty.is("items.0.cells.openings", "много")

		repair := func(row int, cells m) *answer { return dala.patch(rows+"/"+strconv.Itoa(row), m{"cells": cells}) }
		repair(3, m{"kind": "job", "region": nil, "openings": "2"}).expect(200).is("state", "faulty").is("faults.0.column", "requirements")
		repair(3, m{"requirements": "Python | 5"}).expect(200).is("state", "created").is("faults", []any{})
		repair(3, m{"openings": "4"}).refused(409, "conflict").is("code", "row_not_faulty")
		repair(5, m{"openings": "4"}).expect(200).is("faults.0.code", "duplicate")
		repair(9, m{"openings": "4"}).refused(404, "not-found")

		sheet := dala.in("en").get(done.asked[len("GET "):] + "/faulty-rows").expect(200)
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(sheet.body, []byte("\ufeff")))).ReadAll()
		require.NoError(t, err)
		require.Len(t, lines, 3)
		require.Equal(t, "ERRORS", lines[0][len(lines[0])-1])
		require.Contains(t, lines[1][len(lines[1])-1], "requirements 1: there is no level")
		mended := strings.Replace(string(sheet.body), "высший", "6", 1)
		dala.imports("demands", "text/csv", "", []byte(mended)).counts(1, 1, 0, 0)
	})
}

func TestTheSameFileAgainChangesNothing(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	table := demandTable + "a,Веб-разработчик,job,remote,,3,2027-03-01,,,ru,Python | 5\n,Без номера,job,remote,,,2027-03-01,,,ru,Python | 5\n"
	dala.imports("demands", "text/csv", "", []byte(table)).counts(2, 0, 0, 0)
	dala.imports("demands", "text/csv", "", []byte(table)).counts(0, 0, 2, 0)
	dala.imports("demands", "text/csv", "", []byte(strings.Replace(table, ",3,", ",4,", 1))).counts(0, 1, 1, 0)
	dala.imports("demands", "text/csv", "&publish=true", []byte(strings.Replace(table, ",3,", ",4,", 1))).counts(0, 2, 0, 0)
	list := dala.get("/v1/organisations/"+dala.org+"/demands").expect(200).is("total", 2)
	require.Equal(t, []any{"published", "published"}, list.every("status"))

	other := w.owner("employer", "other")
	other.imports("demands", "text/csv", "", []byte(table)).counts(2, 0, 0, 0)
}

func TestADryRunKeepsNothing(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	table := demandTable + "a,Веб-разработчик,job,remote,,3,2027-03-01,,,ru,Python | 5\nb,Нет,job,remote,,3,2027-03-01,,,ru,\n"
	dala.imports("demands", "text/csv", "&dry_run=true&publish=true", []byte(table)).counts(1, 0, 0, 1)
	dala.get("/v1/organisations/"+dala.org+"/demands").expect(200).is("total", 0)
}

func TestImportsRunOneByOneAndStopWithTheirStarter(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	editor := w.signIn("editor", domain.Powers{})
	w.join(editor, dala.org, domain.Editor)
	table := []byte(demandTable + "a,Веб-разработчик,job,remote,,3,2027-03-01,,,ru,Python | 5\n")
	sent := editor.sendFile("demands", "text/csv", "", table).expect(202).is("status", "running").is("rows", 1)
	dala.sendFile("demands", "text/csv", "", table).refused(409, "conflict").is("code", "import_running")
	w.join(editor, dala.org, domain.Viewer)
	w.takeImports()
	dala.get("/v1/imports/"+sent.id()).expect(200).is("status", "stopped").is("counts.waiting", 1)
	dala.get("/v1/organisations/"+dala.org+"/demands").expect(200).is("total", 0)

	newcomer := w.signIn("newcomer", domain.Powers{})
	newcomer.enter("employer", "newcomer")
	newcomer.sendFile("demands", "text/csv", "&publish=true", table).refused(409, "conflict").is("code", "not_verified")
	newcomer.imports("demands", "text/csv", "", table).counts(1, 0, 0, 0)
	newcomer.sendFile("programmes", "text/csv", "", []byte("external_id,title_ru\na,Курс\n")).refused(422, "invalid")
	dala.get("/v1/imports/" + sent.id()).expect(200)
	newcomer.get("/v1/imports/"+sent.id()).refused(404, "not-found")
}

func TestFilesComeInEveryCoatAndHostileOnesAreRefused(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	row := demandTable + "a,Веб-разработчик,job,remote,,3,2027-03-01,,,ru,Python | 5\n"
	cyrillic, err := charmap.Windows1251.NewEncoder().String(row)
	require.NoError(t, err)
	dala.imports("demands", "text/csv", "", []byte("\ufeff"+row)).counts(1, 0, 0, 0)
	dala.imports("demands", "text/csv", "", []byte(cyrillic)).counts(0, 0, 1, 0)
	dala.imports("demands", "text/csv; charset=windows-1251", "", []byte(cyrillic)).counts(0, 0, 1, 0)
	dala.imports("demands", "text/csv", "", []byte(strings.ReplaceAll(row, ",", ";"))).counts(0, 0, 1, 0)
	dala.imports("demands", "text/tab-separated-values", "", []byte(strings.ReplaceAll(row, ",", "\t"))).counts(0, 0, 1, 0)
	line := `{"external_id":"a","title":{"ru":"Веб-разработчик"},"kind":"job","work_mode":"remote","openings":3,"valid_through":"2027-03-01","languages":["ru"],"requirements":[{"competence_id":"` + python + `","level":5,"importance":"must"}]}`
	dala.imports("demands", "application/x-ndjson", "", []byte(line+"\n\n")).counts(0, 0, 1, 0)
	dala.imports("demands", "application/x-ndjson", "", []byte("[]\n{\n"+`{"external_id":"x","title":{"ru":"Т","fr":"T"},"wish":1}`)).counts(0, 0, 0, 3)
	dala.imports("demands", "text/csv", "", []byte("external_id,title_ru\nq,\"О\nоборванная")).counts(0, 0, 0, 1)

	refused := func(media, file, code string) {
		dala.sendFile("demands", media, "", []byte(file)).refused(422, "invalid").fault("", code)
	}
	refused("text/csv", "", "no_rows")
	refused("text/csv", "external_id,title_ru\n", "no_rows")
	refused("text/csv", "external_id,titel\nа,б\n", "unknown_column")
	refused("text/csv", "title_ru,title_ru\nа,б\n", "duplicate")
	refused("text/csv", strings.Repeat("a,", 100_000)+"title_ru\n", "too_many")
	refused("text/csv", "title_ru\n"+strings.Repeat("а\n", domain.MaxImportRows+1), "too_many_rows")
	refused("application/ld+json", `{"@type":`, "file_unreadable")
	refused("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK\x03\x04 and no more", "file_unreadable")
	dala.loosely().sendFile("demands", "text/csv", "", bytes.Repeat([]byte("a"), 10<<20+1)).refused(413, "too-large")
	dala.loosely().sendFile("demands", "application/xml", "", []byte("<a/>")).refused(415, "unsupported-media-type")
	dala.loosely().sendFile("demands", "text/csv; charset=koi8-r", "", []byte(row)).refused(415, "unsupported-media-type")
}

// A table as somebody's spreadsheet saves it who has never seen a template: each answer says what to do.
func TestANewcomersTableIsToldWhatIsWrongWithIt(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	table, err := charmap.Windows1251.NewEncoder().String("external_id;title_ru;kind;work_mode;valid_through;requirements\n" +
		"1;Разработчик;job;remote;1.3.2027;Python | 5\n" +
		"2;Разработчик;job;remote;1 марта 2027;Python | 5\n" +
		"3;Разработчик;job;remote;31.02.2027;Python | 5, SQL | 4\n" +
		"4;=HYPERLINK(\"http://x\";\"y\");job;remote;01.03.2027;Python | 5\n" +
		"5;Разработчик;job;remote;01.03.2027;Python | 5; Python | 4\n")
	require.NoError(t, err)
	done := dala.imports("demands", "text/csv", "", []byte(table)).counts(1, 0, 0, 4)
	rows := done.asked[len("GET "):] + "/rows?state="
	made := dala.get(rows + "created").expect(200).at("items.0.thing_id").(string)
	dala.get("/v1/demands/"+made).expect(200).is("valid_through", "2027-03-01")
	for lang, want := range map[string][]string{
		"ru": {"«1 марта 2027» — не дата: пишите 2027-03-01 или 01.03.2027", "«31.02.2027» — не дата: пишите 2027-03-01 или 01.03.2027",
			"«5, SQL»: между записями ставьте не запятую, а точку с запятой или новую строку",
			"кавычка в строке не закрыта или стоит посреди текста: возьмите текст в кавычки, а кавычки внутри него удвойте",
			"в строке ячеек больше, чем столбцов: текст, в котором есть разделитель столбцов, возьмите в кавычки"},
		"kk": {"«1 марта 2027» күні оқылмайды: 2027-03-01 немесе 01.03.2027 түрінде жазыңыз"},
		"en": {"“1 марта 2027” is not a date: write 2027-03-01 or 01.03.2027"},
	} {
		var told []any
		faulty := dala.in(lang).get(rows + "faulty").expect(200)
		for _, row := range faulty.at("items").([]any) {
			for _, f := range row.(m)["faults"].([]any) {
				told = append(told, f.(m)["message"])
			}
		}
		require.Len(t, told, 5, "%s", faulty.body)
		for _, each := range want {
			require.Contains(t, told, any(each))
		}
	}
	headings, err := charmap.Windows1251.NewEncoder().String("Название;Вид;Навыки\nРазработчик;job;Python\n")
	require.NoError(t, err)
	refused := dala.in("ru").sendFile("demands", "text/csv", "", []byte(headings)).refused(422, "invalid")
	refused.is("errors.0.message", "нет такого столбца: «Название»; столбцы есть в файле-образце (GET /v1/imports/template)")
}

func TestWhatLooksLikeAFormulaIsHarmlessInATableAndComesBack(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	for _, title := range []string{"=cmd|' /C calc'!A0", "+7 701", "-1", "@SUM(A1)", "'=1", "''=1", "＝1", "'просто"} {
		line := fmt.Sprintf(`{"title":{"ru":%q},"kind":"job","work_mode":"remote","valid_through":"2027-03-01","languages":["ru"],"requirements":[{"competence_id":"%s","level":5,"importance":"must"}]}`, title, python)
		dala.imports("demands", "application/x-ndjson", "&publish=true", []byte(line)).counts(1, 0, 0, 0)
	}
	dump := w.visitor().get("/v1/export/demands?format=csv").expect(200)
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(dump.body, []byte("\ufeff")))).ReadAll()
	require.NoError(t, err)
	for _, cells := range lines {
		for _, cell := range cells {
			require.False(t, cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r"), cell)
		}
	}
	again := w.owner("employer", "again")
	again.imports("demands", "text/csv", "&publish=true", dump.body).counts(8, 0, 0, 0)
	require.Equal(t, titlesOf(dala), titlesOf(again))
}

// titlesOf counts the titles of an organisation's demands.
func titlesOf(p *person) map[any]int {
	out := map[any]int{}
	for _, title := range p.get("/v1/organisations/" + p.org + "/demands?limit=100").expect(200).every("title.ru") {
		out[title]++
	}
	return out
}

func TestATemplateCanBeSentAsItIs(t *testing.T) {
	w := openMarketplace(t)
	people := map[string]*person{"demands": w.owner("employer", "dala"), "programmes": w.owner("college", "qadam")}
	for side, p := range people {
		for format, media := range map[string]string{
			"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "jsonl": "application/x-ndjson",
		} {
			file := w.visitor().in("kk").get("/v1/imports/template?side=" + side + "&format=" + format).expect(200)
			done := p.imports(side, media, "&publish=true", file.body)
			require.Equal(t, 0.0, done.at("counts.faulty"), "%s %s: %s", side, format, p.get(done.asked[len("GET "):]+"/rows").body)
		}
	}
}

func TestAChangeFeedTellsWhatIsPublic(t *testing.T) {
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openMarketplace(t, on)
		dala := w.owner("employer", "dala")
		begin := w.visitor().get("/v1/export/changes").expect(200).is("items", []any{}).is("more", false)
		draft := dala.post("/v1/demands", dala.developer()).expect(201)
		next := func(after *answer) *answer {
			return w.visitor().get("/v1/export/changes?since=" + after.at("next").(string)).expect(200)
		}
		for _, id := range next(begin).every("id") {
			require.NotEqual(t, draft.id(), id, "a draft is nobody's to know of")
		}
		path := "/v1/demands/" + draft.id()
		published := dala.ifMatch(draft.etag()).post(path+"/publish", nil).expect(200)
		seen := next(begin)
		require.Contains(t, seen.every("id"), draft.id())
		require.Contains(t, seen.every("state"), "published")
		dala.ifMatch(published.etag()).post(path+"/close", nil).expect(200)
		last := next(seen)
		require.Equal(t, []any{"removed"}, last.every("state"))
		w.visitor().get("/v1/export/changes?since=nonsense").refused(400, "unreadable").parameterFault("since", "bad_cursor")
		require.NoError(t, w.store.RestartChanges(t.Context()))
		w.visitor().get("/v1/export/changes?since="+last.at("next").(string)).refused(410, "gone").is("code", "changes_forgotten")
	})
}

// Accept is read as RFC 9110, 12.5.1, has it. "" in the place of a form is 406.
func TestWhichFormOfAThingIsGiven(t *testing.T) {
	const mine, linked = "application/json", "application/ld+json"
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	draft := dala.post("/v1/demands", dala.developer()).expect(201)
	for accept, want := range map[string]string{
		// nothing is asked for, or nothing that can be read
		"": mine, "nonsense;;": mine, "json": mine, linked + ";q=2": mine, linked + ";q=NaN": mine, linked + ";q=-1": mine,
		// wide ranges leave it open, and it is JSON
		"*/*": mine, "application/*": mine, "*/*;q=0.1": mine, "text/html, */*;q=0.8": mine,
		// of two with one weight the first
		mine: mine, linked: linked, mine + ", " + linked: mine, linked + ", " + mine: linked, mine + ";q=0.5, " + linked + ";q=0.5": mine, linked + ";q=0.5, " + mine + ";q=0.5": linked,
		// the weights
		mine + ";q=0.5, " + linked: linked, linked + ";q=0.9, " + mine + ";q=0.8": linked, linked + ";q=0.8, " + mine + ";q=0.9": mine,
		"APPLICATION/LD+JSON;Q=1, " + mine + ";q=0.1": linked, linked + "; charset=utf-8": linked,
		// what is said more closely counts, wherever it stands
		linked + ";q=0.1, */*": mine, mine + ";q=0.1, */*": linked, "*/*;q=0.5, " + linked + ";q=0.6": linked, mine + ";q=0, */*": linked, "application/*;q=0.2, */*": mine,
		// all that there is is ruled out
		"text/html": "", "text/turtle, application/rdf+xml": "", linked + ";q=0": "", "*/*;q=0": "", mine + ";q=0, text/*": "", learningModelMedia: "",
	} {
		asked := dala.with("Accept", accept)
		if want == "" {
			refused := asked.in("en").get("/v1/demands/"+draft.id()).refused(406, "not-acceptable").is("code", "not_acceptable")
			require.Contains(t, refused.at("detail"), mine+", "+linked, accept)
			require.Contains(t, refused.header.Values("Vary"), "Accept")
			continue
		}
		got := asked.get("/v1/demands/" + draft.id()).expect(200)
		require.Equal(t, want, got.header.Get("Content-Type"), accept)
		require.Contains(t, got.header.Values("Vary"), "Accept")
		asked.with("If-None-Match", got.etag()).get("/v1/demands/" + draft.id()).expect(http.StatusNotModified)
	}
}

// Each form in each language is a representation of its own: its texts, its tag, and what it depends on.
func TestEachFormIsGivenInEachLanguage(t *testing.T) {
	w := openMarketplace(t)
	dala := w.owner("employer", "dala")
	draft := dala.post("/v1/demands", fullDemand(dala)).expect(201)
	titles := map[string]string{"kk": "Веб-әзірлеуші", "ru": "Веб-разработчик <ведущий> & «прочее»", "en": "Web developer"}
	tags := map[string]string{}
	for accept, title := range map[string]string{"application/json": "title.display", "application/ld+json": "title"} {
		for lang, want := range titles {
			got := dala.with("Accept", accept).in(lang).get("/v1/demands/"+draft.id()).expect(200).is(title, want)
			vary := strings.Join(got.header.Values("Vary"), ", ")
			require.Subset(t, strings.Split(vary, ", "), []string{"Accept", "Accept-Language"})
			require.Empty(t, tags[got.etag()], "%s in %s has the tag of another: %s", accept, lang, got.etag())
			tags[got.etag()] = accept + " " + lang
		}
	}
	require.Len(t, tags, 6)
	for asked, want := range map[string]string{"kk;q=0.3, en;q=0.7": "en", "de, kk;q=0.2": "kk", "ru-KZ": "ru", "kk-Cyrl-KZ, ru": "kk", "en;q=0, kk": "kk", "de": "ru"} {
		dala.with("Accept", "application/ld+json").in(asked).get("/v1/demands/"+draft.id()).expect(200).is("title", titles[want])
	}
}
