//go:build faults

package faults

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"kopir/internal/naughty"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// shot is a request that must be answered with one of some statuses.
type shot struct {
	method, path, token string
	body                string
	want                []int
}

// volley sends shots, notes how many there were and how each kind of answer was given, and returns those that were answered
// otherwise.
func volley(x *trial, y target, shots []shot) error {
	x.Helper()
	client := &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	counts, wrong := map[int]int{}, 0
	var faults []error
	var took []time.Duration
	for _, s := range shots {
		request, err := http.NewRequestWithContext(x.Context(), s.method, "http://"+y.address+s.path, strings.NewReader(s.body))
		if err != nil {
			continue // no client could send it
		}
		if s.body != "" {
			request.Header.Set("Content-Type", "application/json")
		}
		if s.token != "" {
			request.Header["Authorization"] = []string{"Bearer " + s.token}
		}
		began := time.Now()
		response, err := client.Do(request)
		if err != nil {
			continue // likewise
		}
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		took = append(took, time.Since(began))
		counts[response.StatusCode]++
		if !slices.Contains(s.want, response.StatusCode) {
			if wrong++; wrong <= 5 {
				faults = append(faults, err, fmt.Errorf("%s %.120q is answered %d: %.200s", s.method, s.path, response.StatusCode, body))
			}
		}
	}
	sent := 0
	for status, n := range counts {
		x.note(fmt.Sprintf("answered_%d", status), n)
		sent += n
	}
	x.note("sent", sent)
	x.note("p99", percentile(took, 0.99))
	if wrong > 0 {
		faults = append(faults, fmt.Errorf("%d of %d were answered otherwise", wrong, sent))
	}
	return errors.Join(append(faults, that(sent*10 > len(shots)*9, "only %d of %d could be sent", sent, len(shots)))...)
}

// besieged tries shots on a replica, and as the control on an Echo that takes everything.
func besieged(t *testing.T, number int, name string, shots func(x *trial, w *world, r *replica) []shot) {
	t.Parallel()
	var same []shot
	fault(t, number, name, func(x *trial) {
		w, r := aloneWith(x)
		same = shots(x, w, r)
		require.NoError(x, volley(x, r.target(), same))
	}, func(x *trial) error { return volley(x, bare(x), same) })
}

// Documents that are not JSON, or two things at once, are refused as unreadable; so is what is nested too deep.
func TestF31DocumentsThatAreNoJSON(t *testing.T) {
	besieged(t, 31, "documents that are no JSON", func(*trial, *world, *replica) (shots []shot) {
		good := `{"requirements":[{"competence_id":"digcomp:1.1","level":3,"importance":"must"}]}`
		for _, bad := range []string{
			good + "x", good + good, good[:len(good)-1], "\ufeff" + good, "{" + good, `{"requirements":NaN}`, `{"requirements":+1}`, `{"requirements":01}`, `{"requirements":.5}`,
			`{"requirements":1.}`, `{"requirements":1e}`, `{"requirements":0x10}`, `{"requirements":Infinity}`, `{'requirements':[]}`, `{requirements:[]}`, `{"requirements":[],}`,
			`{"requirements":[1,]}`, `{"requirements":[] // no` + "\n}", `{"requirements":[],"requirements":[]}`, `{"q":"a` + "\x00" + `"}`, `{"q":"a` + "\n" + `"}`, `{"q":"\ud800"}`,
			`{"q":"\x41"}`, `{"q":"\u00"}`, "{\"q\":\"\xff\"}", "{\"q\":\"\xc0\xaf\"}", "{\"q\":\"\xed\xa0\x80\"}", `{"q":"\u202e"}`, `{"q":"\u0007"}`, `{"q":tru}`, `{"q":True}`, `{"q" "a"}`, `{"q":"a" "b"}`,
			"[", "{", "\"", "nul", " ", strings.Repeat("[", 100_000), strings.Repeat(`{"a":`, 1000) + "1" + strings.Repeat("}", 1000), strings.Repeat("[", 33) + strings.Repeat("]", 33),
		} {
			shots = append(shots, shot{http.MethodPost, "/v1/match/programmes", "", bad, []int{400}})
		}
		for _, good := range []string{good, " \n\t" + good + " ", strings.Replace(good, "3", "3", 1), strings.Replace(good, `"must"`, `"\u006dust"`, 1)} {
			shots = append(shots, shot{http.MethodPost, "/v1/match/programmes", "", good, []int{200}})
		}
		return shots
	})
}

// A million of something is refused before it costs anything.
func TestF32AMillionOfSomething(t *testing.T) {
	besieged(t, 32, "a million of something", func(*trial, *world, *replica) (shots []shot) {
		line := `{"competence_id":"digcomp:1.1","level":3,"importance":"must"}`
		many := func(n int) string { return `{"requirements":[` + strings.Repeat(line+",", n-1) + line + `]}` }
		for _, s := range []shot{
			{http.MethodPost, "/v1/match/programmes", "", many(1_000_000), []int{413}}, {http.MethodPost, "/v1/match/programmes", "", many(1_001), []int{400}},
			{http.MethodPost, "/v1/match/programmes", "", many(201), []int{422}}, {http.MethodPost, "/v1/match/demands", "", strings.ReplaceAll(many(1_001), "requirements", "outcomes"), []int{400}},
			{http.MethodGet, "/v1/programmes?limit=1000000000", "", "", []int{422}}, {http.MethodGet, "/v1/programmes?limit=-1", "", "", []int{422}},
			{http.MethodGet, "/v1/programmes?q=" + strings.Repeat("a", 600), "", "", []int{422}}, {http.MethodGet, "/v1/programmes?offset=1000000000", "", "", []int{422}},
			{http.MethodGet, "/v1/demands?" + strings.Repeat("competence=digcomp:1.1&", 300), "", "", []int{422}},
		} {
			shots = append(shots, s, s, s)
		}
		return shots
	})
}

// What is no id of anything names nothing, in whatever form.
func TestF34AndF38IdsThatNameNothing(t *testing.T) {
	besieged(t, 34, "ids that name nothing, queries in ids", func(_ *trial, w *world, r *replica) (shots []shot) {
		token := r.employer()
		for _, id := range append(naughty.Strings(), "1=1", "id=5", "1e3", "-1", "0", "18446744073709551616", "' OR 1=1--", "1; DROP TABLE demands", "1 UNION SELECT 1", "'; SELECT pg_sleep(9)--", `{"$ne":null}`) {
			if id == "" || strings.Trim(id, "./") == "" {
				continue // another address
			}
			for _, path := range []string{"/v1/demands/", "/v1/programmes/", "/v1/organisations/"} {
				shots = append(shots, shot{http.MethodGet, path + url.PathEscape(id), token, "", []int{400, 404, 414}})
			}
		}
		return shots
	})
}

// Of a cursor only the whole and untouched one is taken.
func TestF40CursorsThatWereTouched(t *testing.T) {
	besieged(t, 40, "cursors that were touched", func(x *trial, _ *world, r *replica) (shots []shot) {
		var page struct {
			Next string `json:"next_cursor"`
		}
		status, _, err := r.ask(http.MethodGet, "/v1/programmes?limit=1", "", nil, &page)
		require.NoError(x, err)
		require.Equal(x, http.StatusOK, status)
		raw, err := base64.RawURLEncoding.DecodeString(page.Next)
		require.NoError(x, err)
		for n := range 1000 {
			touched := bytes.Clone(raw)
			touched[n/8%len(raw)] ^= 1 << (n % 8)
			shots = append(shots, shot{http.MethodGet, "/v1/programmes?limit=1&cursor=" + base64.RawURLEncoding.EncodeToString(touched), "", "", []int{400}})
		}
		for _, path := range []string{"/v1/demands?limit=1&cursor=", "/v1/programmes?limit=1&q=sql&cursor=", "/v1/organisations?limit=1&cursor="} {
			shots = append(shots, shot{http.MethodGet, path + page.Next, "", "", []int{400}})
		}
		return shots
	})
}

// Tokens that somebody has made or changed are refused.
func TestF41ForgedTokens(t *testing.T) {
	besieged(t, 41, "forged tokens", func(x *trial, _ *world, r *replica) (shots []shot) {
		parts := strings.Split(r.employer(), ".")
		require.Len(x, parts, 3)
		decoded := func(part string) map[string]any {
			text, err := base64.RawURLEncoding.DecodeString(part)
			require.NoError(x, err)
			var out map[string]any
			require.NoError(x, json.Unmarshal(text, &out))
			return out
		}
		encoded := func(part map[string]any) string {
			text, err := json.Marshal(part)
			require.NoError(x, err)
			return base64.RawURLEncoding.EncodeToString(text)
		}
		tokens := []string{"", "a.b.c", "..", strings.Repeat(".", 4000), parts[0] + "." + parts[1], parts[0] + "." + parts[1] + ".", parts[0] + "." + parts[1] + "." + parts[2] + "A",
			strings.ToUpper(parts[0]) + "." + parts[1] + "." + parts[2], parts[1] + "." + parts[0] + "." + parts[2]}
		for name, values := range map[string][]any{
			"alg": {"none", "None", "HS256", "RS256", "ES256", ""}, "kid": {"../../dev/null", "' OR 1=1--", "0", "999", ""}, "typ": {"JWT", "rt+jwt", ""},
			"jku": {"https://evil.example/keys"}, "x5u": {"https://evil.example/keys"}, "jwk": {map[string]any{"kty": "OKP"}}, "crit": {[]string{"x"}},
		} {
			for _, value := range values {
				header := decoded(parts[0])
				header[name] = value
				tokens = append(tokens, encoded(header)+"."+parts[1]+"."+parts[2], encoded(header)+"."+parts[1]+".")
			}
		}
		for name, values := range map[string][]any{
			"sub": {uuid.NewString(), "admin", nil}, "exp": {9999999999, "never", nil}, "iss": {"https://evil.example", nil}, "aud": {"other", nil}, "nbf": {9999999999}, "sid": {uuid.NewString()},
		} {
			for _, value := range values {
				claims := decoded(parts[1])
				claims[name] = value
				tokens = append(tokens, parts[0]+"."+encoded(claims)+"."+parts[2])
			}
		}
		for _, token := range tokens {
			shots = append(shots, shot{http.MethodGet, "/v1/me", token + " ", "", []int{401}}, shot{http.MethodGet, "/v1/programmes", token + " ", "", []int{401}})
		}
		return append(shots, shot{http.MethodGet, "/v1/me", r.employer(), "", []int{200}})
	})
}

// What people write in any script comes back as it was written, in NFC, or is refused; nothing of it is a fault of the
// server's, and none of it finds a draft, as a word, a filter or an order.
//
// The control is the draft published, which the same questions find.
func TestF33AndF37WhateverPeopleWrite(t *testing.T) {
	t.Parallel()
	const canary = "Xylotheque"
	attempt := func(x *trial) error {
		w := newWorld(x, setting{})
		r := w.start()
		token := r.employer()
		var made struct {
			ID      uuid.UUID
			Title   map[string]string
			Version int
		}
		status, _, err := r.ask(http.MethodPost, "/v1/demands", token, w.body(canary), &made)
		require.NoError(x, err)
		require.Equal(x, http.StatusCreated, status)
		if x.control {
			w.publish(canary)
			require.NoError(x, eventually(20*time.Second, func() error { return r.finds(canary, 1) }))
		}
		require.NoError(x, eventually(time.Minute, func() error { // until the indexes are there
			for _, word := range []string{"sql", "日本語のテキスト"} { // for which the engine reads a dictionary at first
				status, _, err := r.ask(http.MethodGet, "/v1/demands?q="+url.QueryEscape(word), "", nil, nil)
				if err := errors.Join(err, that(status == http.StatusOK, "a search is answered %d", status)); err != nil {
					return err
				}
			}
			return nil
		}))
		counts := map[string]int{}
		var faults []error
		for i, text := range naughty.Strings() {
			body := w.body("x")
			body["title"] = map[string]string{"ru": text}
			var answer []byte
			status, _, err := r.ask(http.MethodPost, "/v1/demands", token, body, &answer)
			if err != nil || status != http.StatusCreated && status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
				faults = append(faults, errors.Join(err, fmt.Errorf("%.80q is answered %d", text, status)))
				continue
			}
			counts[fmt.Sprint("written_", status)]++
			if status != http.StatusCreated {
				continue
			}
			require.NoError(x, json.Unmarshal(answer, &made))
			if made.Title["ru"] != strings.TrimSpace(norm.NFC.String(text)) {
				faults = append(faults, fmt.Errorf("%.80q comes back as %.80q", text, made.Title["ru"]))
			}
			names := []string{"q", "region", "kind", "language", "competence", "organisation", "work_mode", "sort", "cursor"}
			for _, name := range []string{"q", names[i%len(names)]} {
				for _, value := range []string{text, canary + " " + text, `x" OR status = "draft`, `x\" OR organisation EXISTS OR "`} {
					var found []byte
					status, _, err := r.ask(http.MethodGet, "/v1/demands?limit=100&"+name+"="+url.QueryEscape(value), "", nil, &found)
					if err != nil || status >= 500 {
						faults = append(faults, errors.Join(err, fmt.Errorf("%s=%.80q is answered %d", name, value, status)))
					}
					counts["asked"]++
					if status == http.StatusOK && bytes.Contains(found, []byte(canary)) {
						faults = append(faults, fmt.Errorf("%s=%.80q finds a draft", name, value))
					}
				}
			}
			if len(faults) > 5 {
				break
			}
		}
		for name, n := range counts {
			x.note(name, n)
		}
		return errors.Join(faults...)
	}
	fault(t, 33, "whatever people write, as texts, words and filters", func(x *trial) { require.NoError(x, attempt(x)) }, attempt)
}
