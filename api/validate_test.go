package api

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// demandWith is a body that is in order, with one member changed.
func demandWith(member, value string) string {
	members := map[string]string{
		"organisation_id": `"` + somebody + `"`, "title": `{"ru":"Веб-разработчик"}`,
		"requirements": `[{"competence_id":"digcomp:1.1","level":5,"importance":"must"}]`,
	}
	if members[member] = value; value == "" {
		delete(members, member)
	}
	var out []string
	for name, v := range members {
		out = append(out, `"`+name+`":`+v)
	}
	return "{" + strings.Join(out, ",") + "}"
}

func TestEveryFaultOfABodyHasItsPlaceAndItsCode(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.AccountWrites = 1000 })
	for _, c := range []struct {
		member, value, pointer string
		code                   domain.Code
	}{
		{"title", ``, "/title", domain.CodeRequired}, {"title", `null`, "/title", domain.CodeRequired}, {"title", `{}`, "/title", codeTooFew},
		{"title", `"text"`, "/title", codeWrongType}, {"title", `{"ru":""}`, "/title/ru", domain.CodeRequired}, {"title", `{"ru":"  "}`, "/title/ru", domain.CodeRequired},
		{"title", `{"ru":"` + strings.Repeat("ұ", 201) + `"}`, "/title/ru", domain.CodeTooLong}, {"title", `{"de":"x"}`, "/title/de", codeUnknownField},
		{"organisation_id", `"x"`, "/organisation_id", domain.CodeMalformed}, {"organisation_id", `5`, "/organisation_id", codeWrongType},
		{"requirements", `[{"competence_id":"digcomp:1.1","level":9,"importance":"must"}]`, "/requirements/0/level", domain.CodeOutOfRange},
		{"requirements", `[{"competence_id":"digcomp:1.1","level":"5","importance":"must"}]`, "/requirements/0/level", codeWrongType},
		{"requirements", `[{"competence_id":"digcomp:1.1","level":5.5,"importance":"must"}]`, "/requirements/0/level", codeWrongType},
		{"requirements", `[{"competence_id":"digcomp:1.1","level":1e400,"importance":"must"}]`, "/requirements/0/level", codeWrongType},
		{"requirements", `[{"competence_id":"x","level":5,"importance":"must"}]`, "/requirements/0/competence_id", domain.CodeMalformed},
		{"requirements", `[{"competence_id":"digcomp:1.1","level":5,"importance":"perhaps"}]`, "/requirements/0/importance", domain.CodeUnknownValue},
		{"requirements", `[` + strings.Repeat(`{"competence_id":"digcomp:1.1","level":5,"importance":"must"},`, 200) + `{}]`, "/requirements", domain.CodeTooMany},
		{"openings", `0`, "/openings", domain.CodeOutOfRange}, {"region", `"KZ-99"`, "/region", domain.CodeUnknownValue},
		{"languages", `["kk","kk"]`, "/languages", codeNotUnique}, {"valid_through", `"2026-02-30"`, "/valid_through", domain.CodeMalformed},
		{"role", `"admin"`, "/role", codeUnknownField}, {"owner_id", `"x"`, "/owner_id", codeUnknownField}, {"id", `"x"`, "/id", codeUnknownField},
		{"status", `"published"`, "/status", codeUnknownField}, {"created_at", `"x"`, "/created_at", codeUnknownField}, {"version", `7`, "/version", codeUnknownField},
		{"Title", `{"ru":"x"}`, "/Title", codeUnknownField}, {`a/b~c`, `1`, "/a~1b~0c", codeUnknownField},
	} {
		header := bearerOf(somebody)
		header["Content-Type"] = "application/json"
		r := d.knock(knock{method: "POST", target: "/v1/demands", body: strings.NewReader(demandWith(c.member, c.value)), header: header})
		r.is(invalid).names(c.pointer, c.code)
		for _, inside := range []string{"schema", "Schema", "openapi", "$ref", "maxLength", "\\n", "%!", "property"} {
			require.NotContains(t, r.body, inside, "%s: the validator's own text stays inside", c.value)
		}
	}
	for _, body := range []string{`null`, `[]`, `"x"`, `5`} {
		header := bearerOf(somebody)
		header["Content-Type"] = "application/json"
		d.knock(knock{method: "POST", target: "/v1/demands", body: strings.NewReader(body), header: header}).is(invalid).names("", map[bool]domain.Code{true: domain.CodeRequired, false: codeWrongType}[body == "null"])
	}
}

func TestAllFaultsComeBackAtOnce(t *testing.T) {
	d := openDoor(t)
	r := d.post("/v1/auth/register", `{"email":"x","password":"short","nickname":"y"}`).is(invalid)
	r.names("/email", domain.CodeMalformed).names("/password", domain.CodeTooShort).names("/name", domain.CodeRequired).names("/nickname", codeUnknownField)
	require.Contains(t, r.problem.Detail, "faults")
	for _, e := range r.problem.Errors {
		if *e.Pointer == "/password" {
			require.Equal(t, "must have at least 15 characters", e.Message)
		}
	}
}

func TestEveryFaultOfAQueryNamesItsParameter(t *testing.T) {
	d := openDoor(t)
	for query, want := range map[string]struct {
		name string
		code domain.Code
	}{
		"limit=0": {"limit", domain.CodeOutOfRange}, "limit=101": {"limit", domain.CodeOutOfRange}, "limit=x": {"limit", domain.CodeMalformed},
		"limit=1e3": {"limit", domain.CodeMalformed}, "limit=99999999999999999999": {"limit", domain.CodeMalformed}, "limit=": {"limit", domain.CodeRequired},
		"limit=5&limit=6": {"limit", codeRepeated}, "offset=5": {"offset", codeUnknownParameter}, "Limit=5": {"Limit", codeUnknownParameter},
		"region=KZ-99": {"region", domain.CodeUnknownValue}, "region=KZ-75&region=x": {"region", domain.CodeUnknownValue}, "sort=random": {"sort", domain.CodeUnknownValue},
		"organisation=1%3D1": {"organisation", domain.CodeMalformed}, "competence=xxx": {"competence", domain.CodeMalformed},
		"q=" + url.QueryEscape(strings.Repeat("ұ", 257)): {"q", codeTooManyBytes}, "q=a&q=b": {"q", codeRepeated}, "=x": {"?", codeUnknownParameter},
		"cursor=" + strings.Repeat("A", 1025): {"cursor", domain.CodeTooLong}, "region%5B%5D=KZ-75": {"region[]", codeUnknownParameter},
		"language=" + strings.Repeat("x", 129): {"language", domain.CodeTooLong},
	} {
		d.get("/v1/demands?"+query).is(invalid).names(want.name, want.code)
	}
	for query, want := range map[string]domain.Code{
		"q=%00": domain.CodeControlCharacter, "q=a%0Ab": domain.CodeControlCharacter, "q=%E2%80%AE": codeBidiControl, "q=%FF": codeUTF8,
	} {
		d.get("/v1/demands?"+query).is(unreadable).names("q", want)
	}
	for _, query := range []string{"q=%zz", "q=1;limit=5", "%"} {
		d.get("/v1/demands?" + query).is(unreadable)
	}
}

func TestWordsInABodyAreBoundedInBytesToo(t *testing.T) {
	d := openDoor(t)
	body := func(words string) string {
		return `{"outcomes":[{"competence_id":"digcomp:1.1","level":5}],"limit":0,"q":"` + words + `"}`
	}
	d.post("/v1/match/demands", body(strings.Repeat("ұ", 257))).is(invalid).names("/q", codeTooManyBytes)
	r := d.post("/v1/match/demands", body(strings.Repeat("ұ", 256))).is(invalid)
	require.Len(t, r.problem.Errors, 1, "positive control: 512 bytes are no fault, only the limit is")
}

func TestABadIdLeadsNowhereLikeOneThatNamesNothing(t *testing.T) {
	d := openDoor(t, func(c *Config) { c.VisitorReads = 1000 })
	for _, id := range []string{
		"1", "0", "-1", "1e3", "1=1", "id=5", "18446744073709551616", "..%2f", "..%2f..%2fetc%2fpasswd", "%00", "null", "undefined", "'", "%27%20OR%201=1--", "x%0a",
		"01980000", somebody + "x", "%7B" + somebody + "%7D", "urn:uuid:" + somebody, strings.ReplaceAll(somebody, "-", ""), "%25", "*", "{id}", ":id",
	} {
		for _, path := range []string{"/v1/demands/", "/v1/programmes/", "/v1/organisations/"} {
			r := d.get(path + id)
			require.Equal(t, 404, r.status, id)
			require.Empty(t, r.problem.Errors, id)
			require.Equal(t, "Not found", r.problem.Detail)
		}
	}
	for _, id := range []string{"1", "x:", ":1", "ESCO:1", "esco%2F1", "esco:..%2f", "esco%253A1", "esco:%00", "esco:" + strings.Repeat("x", 100)} {
		d.get("/v1/competences/" + id).is(notFound)
	}
}

func TestHeadersAreHeldToTheContract(t *testing.T) {
	d := openDoor(t)
	send := func(key string) *reply {
		return d.knock(knock{method: "POST", target: "/v1/auth/register", body: strings.NewReader(`{}`), header: map[string]string{
			"Content-Type": "application/json", "Idempotency-Key": key,
		}})
	}
	send(strings.Repeat("x", 129)).is(invalid).names("Idempotency-Key", domain.CodeTooLong)
	send("with space").is(invalid).names("Idempotency-Key", domain.CodeMalformed)
}

func TestAQueryIsComposed(t *testing.T) {
	u := &url.URL{RawQuery: "q=" + url.QueryEscape("и\u0306од") + "&limit=5"}
	got, err := cleanQuery(u)
	require.NoError(t, err)
	require.Equal(t, "йод", got.Get("q"))
	require.Equal(t, "йод", u.Query().Get("q"), "the handler reads the same")
	require.Equal(t, "5", u.Query().Get("limit"))

	u = &url.URL{RawQuery: "limit=5&q=go+lang"}
	_, err = cleanQuery(u)
	require.NoError(t, err)
	require.Equal(t, "limit=5&q=go+lang", u.RawQuery, "what is composed stays as it was written")
}
