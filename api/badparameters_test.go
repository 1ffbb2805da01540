package api

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"kopir"
)

// insides is what no answer may show: texts of drivers, stacks, names of files.
var insides = regexp.MustCompile(`(?i)sqlstate|sqlite|\bpgx\b|\bpq:|gorm|syntax error|violates|constraint failed|goroutine|runtime error|\.go:\d|SELECT .* FROM`)

// isCalm asserts a status of 4xx that is one of some, as a problem that tells nothing of the inside.
func (a *answer) isCalm(statuses ...int) {
	a.t.Helper()
	require.Contains(a.t, statuses, a.status, "%s: %s", clip(a.asked, 300), a.body)
	require.Equal(a.t, "application/problem+json", a.header.Get("Content-Type"), clip(a.asked, 300))
	require.NotRegexp(a.t, insides, string(a.body), clip(a.asked, 300))
}

// misspellings is a real id in every form that is not its own.
func misspellings(id string) []string {
	bare := strings.ReplaceAll(id, "-", "")
	if bare == id { // no UUID
		return []string{" " + id, id + " ", id + "'", id + "\x00", id + "/", strings.ToUpper(id), "{" + id + "}", strings.Replace(id, "o", "о", 1)}
	}
	return []string{
		bare, strings.ToUpper(id), "{" + id + "}", "urn:uuid:" + id, "(" + id + ")", `"` + id + `"`, "'" + id + "'", "<" + id + ">", " " + id, id + " ", id + "\n",
		id + "\x00", "\x00" + id, id + ".", id + ";", id + "'", id + "--", id + "' OR '1'='1", id + ",", id + "," + id, id + "?", id + "#", id + "%", id + "*", id + "/", "/" + id,
		id + "/..", id + ".json", id + "0", id[1:], id[:35], "id=" + id, "eq." + id, strings.Replace(id, "-", "‐", 1), strings.Replace(id, "-", "--", 1),
		strings.ReplaceAll(strings.ReplaceAll(id, "c", "с"), "a", "а"), strings.ReplaceAll(id, "0", "０"), strings.ReplaceAll(id, "0", "٠"), "\ufeff" + id, id + "\u200b", "\u202e" + id,
		bare[:8] + "-" + bare[8:],
	}
}

// nonsense is what is no id of anything.
var nonsense = []string{
	"1=1", "id=5", "1e3", "-1", "0", "1", "00", "0x10", "0b1", "1.5", "+1", "1_000", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "NaN", "Infinity", "null", "nil",
	"undefined", "true", "false", "none", "None", "[]", "{}", "[object Object]", `{"id":1}`, `["a"]`, `{"$ne":null}`, `{"$gt":""}`, "*", "%", "_", "?", ".", "..", "...", "~", "-", "--", "#", "@", "$", "$1", "${7*7}",
	"{{7*7}}", "<%= 7*7 %>", "#{7*7}", "' OR 1=1--", `" OR "1"="1`, "1 OR 1=1", "1) OR (1=1", "1; DROP TABLE demands", "1 UNION SELECT 1", "'; SELECT pg_sleep(9)--", "' AND 1=(SELECT 1)--", "\\' OR 1=1", "admin'--", "1/**/OR/**/1=1",
	"%27%20OR%201=1", "../../etc/passwd", "..\\..\\x", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1/", "|id", "`id`", "$(id)", ";id", "&id", "\r\nX: y", "\t", "\n", "\x00", "\x1b[31m", "\x7f", "\u0085", "\u2028", "\u202e", "\ufeff", "\ufffd",
	"<script>alert(1)</script>", "*)(uid=*", "=1+1", "@SUM(1)", "%s%s%n", "%00", "%2e%2e", "Қазақстан", "ид", "日本", "😀", "1", "١", "e\u0301", "esco:", ":", "esco:'", "ESCO:x", "digcomp:1.1'", "digcomp:1.1 ", "digcomp:1.1/..", "dіgcomp:1.1",
	"publish", "sessions", "me", "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00000000-0000-0000-0000-00000000000g", "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
	strings.Repeat("a", 36), strings.Repeat("0", 32), strings.Repeat("9", 400), strings.Repeat("Қ", 1000), strings.Repeat("../", 200),
}

// sentRaw is put into a path as it is, escapes and all.
var sentRaw = []string{"%00", "%2e%2e", "..%2f", "..%2f..%2fv1%2fme", "%2f", "%5c", "%252e%252e%252f", "%25", "%ff", "%c0%af", "%ed%a0%80", "%0d%0aX:%20y", "%20", ";", "a;b=c", "%3f", "%23", "''", "(1)", "!", ","}

// Every id that a path takes is tried in forms that name nothing: nobody gets anything but "not found", and nothing changes.
func TestBadIdsNameNothing(t *testing.T) {
	unraced(t)
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openWhole(t, on)
		mine := w.circle()
		foreign := map[string]string{"/organisations/": mine.employer.org, "/demands/": draft("demands")(scene{circle: mine}).ids[0]}
		tried := 0
		for _, r := range rows {
			method, path, _ := strings.Cut(r.route, " ")
			places := strings.Count(path, ":")
			if places == 0 {
				continue
			}
			s := scene{mine, mine.actorOf(r), true}
			on, body := r.thing(s), r.with(s)
			ids := append(slices.Clone(nonsense), uuid.NewString())
			if !strings.Contains(path, ":account") {
				ids = append(ids, mine.employer.account.String())
			}
			for sort, id := range foreign { // of another sort of thing
				if !strings.Contains(path, sort) {
					ids = append(ids, id)
				}
			}
			before := w.rows()
			for place := range places {
				spellings := slices.Clone(sentRaw)
				for _, id := range slices.Concat(ids, misspellings(on.ids[place])) {
					if id != on.ids[place] {
						spellings = append(spellings, url.PathEscape(id))
					}
				}
				for _, id := range spellings {
					given := target{slices.Clone(on.ids), on.tag}
					given.ids[place] = id
					r.loosely(s, given, body).isCalm(400, 404)
					tried++
					visitor := []int{400, 404}
					if contract.operations[r.routed()].needsToken {
						visitor = []int{401}
					}
					r.loosely(scene{mine, w.visitor(), false}, given, body).isCalm(append(visitor, 404)...)
				}
				given := target{slices.Clone(on.ids), on.tag}
				given.ids[place] = strings.Repeat("1", 10_000)
				r.loosely(s, given, body).isCalm(414)
			}
			require.Equal(t, before, w.rows(), r.route)
			if method == http.MethodGet && r.may != adminsOnly { // positive control: the id itself leads there
				r.loosely(s, on, body).expect(r.ok)
			}
		}
		require.Greater(t, tried, 2000)
	})
}

// actorOf is somebody in a circle who may do what a row asks.
func (c circle) actorOf(r access) *person {
	if strings.Fields(r.may.own)[slices.Index(roles, "owner")] == "ok" {
		return c.people["owner"]
	}
	return c.people["admin"]
}

// routed is the route without its query.
func (r access) routed() string {
	route, _, _ := strings.Cut(r.route, "?")
	return route
}

// loosely asks what the contract does not foresee.
func (r access) loosely(s scene, on target, body any) *answer {
	s.actor = s.actor.loosely()
	return r.askWith(s, on, body)
}

// asBadValues are tried as query parameters and headers.
var asBadValues = slices.Concat(nonsense, misspellings("0198c1d5-02b4-7f6a-8d11-64c7b0a9e302"))

// fits says whether the contract has a value for a parameter.
func fits(s *openapi3.Schema, value string) bool {
	var v any = value
	switch {
	case s.Type.Is(openapi3.TypeArray):
		return fits(s.Items.Value, value)
	case s.Type.Is(openapi3.TypeInteger):
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return false
		}
		v = float64(n)
	case s.Type.Is(openapi3.TypeBoolean):
		_, err := strconv.ParseBool(value)
		return err == nil
	}
	return s.VisitJSON(v) == nil && offence(value, false) == ""
}

// parametersOf lists an operation's parameters in a place.
func parametersOf(o *operation, in string) (out []*openapi3.Parameter) {
	for _, p := range o.route.Operation.Parameters {
		if p.Value.In == in {
			out = append(out, p.Value)
		}
	}
	return out
}

func TestBadQueriesAreRefused(t *testing.T) {
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openWhole(t, on)
		mine := w.circle()
		refused := 0
		for route, r := range byRoute() {
			s := scene{mine, mine.actorOf(r), true}
			thing, body := r.thing(s), r.with(s)
			ask := func(query string) *answer {
				q := r
				q.route = route + "?" + query
				return q.loosely(s, thing, body)
			}
			before := w.rows()
			for _, p := range parametersOf(contract.operations[route], openapi3.ParameterInQuery) {
				for _, value := range asBadValues {
					a := ask(p.Name + "=" + url.QueryEscape(value))
					if fits(p.Schema.Value, value) && p.Name != "cursor" {
						require.Less(t, a.status, 500, "%s: %s", a.asked, a.body)
						continue
					}
					a.isCalm(400, 422)
					refused++
				}
				for _, query := range []string{"=%zz", "=%ff", "=%00", "=a;b", "[]=1", "[$ne]=1"} {
					ask(p.Name+query).isCalm(400, 422)
				}
				ask(p.Name + "=" + strings.Repeat("a", 9000)).isCalm(414)
			}
			for _, query := range []string{"unheard=1", "ID=1", "%00=1", "id=1&id=2", "%ff", "order=id;DROP"} {
				ask(query).isCalm(400, 422)
			}
			require.Equal(t, before, w.rows(), route)
		}
		require.Greater(t, refused, 5000)
	})
}

// byRoute is one row of the matrix for each route: the one whose thing is there for most.
func byRoute() map[string]access {
	out := map[string]access{}
	for _, r := range rows {
		if strings.HasPrefix(r.route, "GET /v1/") || strings.HasPrefix(r.route, "GET /.") || !strings.HasPrefix(r.route, "GET ") {
			out[r.routed()] = r
		}
	}
	return out
}

func TestBadHeadersAreRefused(t *testing.T) {
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openWhole(t, on)
		seen := map[string]bool{}
		for route, r := range byRoute() {
			mine := w.circle()
			s := scene{mine, mine.actorOf(r), true}
			thing := r.thing(s)
			for _, p := range parametersOf(contract.operations[route], openapi3.ParameterInHeader) {
				seen[p.Name] = true
				before := w.rows()
				for _, value := range slices.Concat(asBadValues, []string{"", `W/"1"`, `"1`, "1", `"01"`, `"1","2"`, `"-1"`, `"1e0"`, `" 1"`, `"99999999999999999999"`, "kk;q=2", "kk;;", strings.Repeat("kk,", 300)}) {
					value = strings.TrimSpace(value)
					if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
						continue // no client can send it, and net/http answers for us
					}
					q := scene{mine, s.actor.with(p.Name, value), true}
					bare := target{ids: thing.ids}
					switch p.Name {
					case "If-Match":
						r.loosely(q, bare, r.with(q)).isCalm(400, 412, 422, 428)
					case "Idempotency-Key":
						if value != "" && !fits(p.Schema.Value, value) {
							r.loosely(q, thing, r.with(q)).isCalm(400, 422)
						}
					case "If-None-Match":
						a := r.loosely(q, bare, r.with(q))
						require.True(t, a.status == 200 || value == "*" && a.status == 304, "%s: %s: %d %s", route, value, a.status, a.body)
					case "Accept-Language":
						if route == "GET /v1/demands" { // elsewhere it is the same code
							r.loosely(q, thing, r.with(q)).expect(200)
						}
					default:
						require.Fail(t, "what is bad as "+p.Name+"?")
					}
				}
				if p.Name == "If-Match" {
					require.Equal(t, before, w.rows(), route)
				}
			}
		}
		require.Equal(t, []string{"Accept-Language", "Idempotency-Key", "If-Match", "If-None-Match"}, slices.Sorted(maps.Keys(seen)))
	})
}

// A cursor is its reader's own: a thousand of them with a bit flipped, and everybody else's, open nothing.
func TestForgedAndForeignCursorsOpenNothing(t *testing.T) {
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	w := openWhole(t)
	mine, theirs := w.circle(), w.circle()
	for range 3 {
		for _, side := range []string{"demands", "programmes"} {
			published(side)(scene{circle: mine})
		}
	}
	things := map[string]target{}
	for _, r := range rows {
		things[r.route] = r.thing(scene{mine, mine.people["owner"], true})
	}
	w.index()
	random := rand.New(rand.NewPCG(1, 2)) // the same bits each time
	paged := 0
	for route, r := range byRoute() {
		if !contract.operations[route].paged {
			continue
		}
		s := scene{mine, mine.actorOf(r), true}
		ask := func(p *person, cursor string) *answer {
			q, body := r, r.with(s)
			if body != nil {
				body = merged(body.(m), m{"limit": 1})
				if cursor != "" {
					body = merged(body.(m), m{"cursor": cursor})
				}
			} else {
				join := "?"
				if strings.Contains(r.route, "?") {
					join = "&"
				}
				q.route += join + "limit=1&cursor=" + url.QueryEscape(cursor)
			}
			return q.loosely(scene{mine, p, true}, things[r.route], body)
		}
		cursor, ok := ask(s.actor, "").expect(200).at("next_cursor").(string)
		if !ok {
			continue // one page has it all
		}
		paged++
		ask(s.actor, cursor).expect(200) // positive control
		for _, other := range []*person{w.visitor(), mine.people["editor"], theirs.people["owner"], mine.people["jobseeker"]} {
			if !contract.operations[route].takesToken {
				break // everybody is the same reader
			}
			ask(other, cursor).isCalm(400, 401, 403, 404)
		}
		flips := 20
		if strings.HasSuffix(route, "/:id/demands") {
			flips = 1000
		}
		for range flips {
			b := []byte(cursor)
			b[random.IntN(len(b))] ^= 1 << random.IntN(8)
			if json.Valid([]byte(fmt.Sprintf("%q", b))) {
				ask(s.actor, string(b)).isCalm(400, 422)
			} else {
				ask(s.actor, strings.ToValidUTF8(string(b), "\\")).isCalm(400, 422)
			}
		}
	}
	require.GreaterOrEqual(t, paged, 10)
}
