package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"

	"kopir"
	"kopir/domain"
	"kopir/internal/naughty"
)

// writable are the texts of a body that people write as they like: strings without a form.
func writable(s *openapi3.Schema, pointer string, yield func(pointer string, s *openapi3.Schema)) {
	if s.Type.Is(openapi3.TypeString) && len(s.Enum) == 0 && s.Format == "" && (s.Pattern == "" || s.Pattern == `\S`) {
		yield(pointer, s)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		writable(s.Properties[name].Value, pointer+"/"+name, yield)
	}
}

// put sets what stands at a pointer of nested objects, and makes those that are not there.
func put(body map[string]any, pointer string, value any) {
	steps := strings.Split(pointer, "/")[1:]
	for _, step := range steps[:len(steps)-1] {
		inner, ok := body[step].(map[string]any)
		if !ok {
			inner = map[string]any{}
			body[step] = inner
		}
		body = inner
	}
	body[steps[len(steps)-1]] = value
}

// asKept is a text as it is kept: in NFC, without what surrounds it. A blank one is none.
func asKept(text string) string { return strings.TrimSpace(norm.NFC.String(text)) }

// mayBeWritten says whether a text may stand where the contract has s: it is neither too long nor blank, and holds nothing
// that nobody sees and that moves what stands around.
func mayBeWritten(text string, s *openapi3.Schema, lines bool) bool {
	for _, r := range text {
		switch {
		case lines && (r == '\n' || r == '\r' || r == '\t'):
		case r == utf8.RuneError, r < ' ', r >= 0x7f && r < 0xa0, r == 0x61c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return false
		}
	}
	return uint64(utf8.RuneCountInString(norm.NFC.String(text))) <= *s.MaxLength && (s.Pattern == "" || asKept(text) != "")
}

// keptAs is where a text comes back that has another name in the answer.
var keptAs = map[string]string{
	"POST /v1/organisations/:id/reject /reason": "rejection_reason",
	"POST /v1/auth/register /name":              "name",
}

// notKept are the routes whose bodies are looked at, compared with something, and forgotten.
var notKept = []string{
	"POST /v1/auth/login", "POST /v1/auth/refresh", "POST /v1/auth/logout", "POST /v1/auth/external/begin", "POST /v1/auth/external/finish",
	"POST /v1/me/identities", "PUT /v1/me/consents/:document", "POST /v1/match/programmes", "POST /v1/match/demands",
	"POST /v1/match/team",
	"POST /v1/match/gap", "POST /v1/match/path",
	"POST /v1/competences/extract", "POST /v1/competences/extract/feedback", "POST /v1/demands/draft-from-text", "POST /v1/programmes/draft-from-text",
	"POST /v1/auth/confirm-email", "POST /v1/auth/reset-password", "POST /v1/auth/reset-password/confirm", "POST /v1/invitations/accept",
}

// seldom are the routes that take few bodies a day, or one of a thing: their texts are read back where they are tested.
var seldom = []string{
	"POST /v1/demands/:id/reports", "POST /v1/programmes/:id/reports", "POST /v1/admin/reports/:id/close", "POST /v1/organisations/:id/keys",
	"POST /v1/organisations/:id/grant-claim", "POST /v1/admin/demands/:id/hide", "POST /v1/admin/demands/:id/restore",
	"POST /v1/admin/programmes/:id/hide", "POST /v1/admin/programmes/:id/restore", "POST /v1/me/totp/confirm", "DELETE /v1/me/totp",
	"POST /v1/organisations/:id/proposals", "POST /v1/admin/proposals/:id/approve", "POST /v1/admin/proposals/:id/reject", "POST /v1/admin/relations",
	"DELETE /v1/admin/relations/:id", "POST /v1/admin/competences", "PATCH /v1/admin/competences/:id", "POST /v1/admin/competences/:id/synonyms",
	"PATCH /v1/imports/:id/rows/:row",
}

// Whatever people write comes back as they wrote it, in NFC, or is refused with its place.
func TestWhatPeopleWriteComesBackOrIsRefusedWithItsPlace(t *testing.T) {
	unraced(t)
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	onBoth(t, func(t *testing.T, on func(*setting)) {
		w := openWhole(t, on)
		for route, r := range byRoute() {
			o := contract.operations[route]
			if o.media == nil || o.file || slices.Contains(seldom, route) {
				continue
			}
			fields := map[string]*openapi3.Schema{}
			writable(o.media.Get("application/json").Schema.Value, "", func(pointer string, s *openapi3.Schema) { fields[pointer] = s })
			if len(fields) == 0 {
				continue
			}
			var s scene
			var thing target
			for i, text := range half(strings.HasSuffix(t.Name(), "Postgres")) {
				if i%200 == 0 { // who has entered hundreds of organisations is read slowly
					mine := w.circle()
					s = scene{mine, mine.actorOf(r).loosely(), true}
					thing = r.thing(s)
					if slices.Contains(notKept, r.route) { // nothing comes of it, so it can be sent again
						body := r.with(s)
						r.body = func(scene) any { return body }
					}
				}
				thing.tag = w.roundTrip(s, r, thing, fields, text)
				if thing.tag == "" {
					thing = r.thing(s)
				}
			}
		}
	})
}

// half is every other of the strings, hundreds of them: each database gets its own.
func half(odd bool) (out []string) {
	for i, text := range naughty.Strings() {
		if i%2 == 1 == odd {
			out = append(out, text)
		}
	}
	return out
}

// roundTrip writes a text into all fields of a body at once, takes it out of those where it is refused, and reads the
// others again. It returns the tag under which the same thing can be written once more; "" if it cannot.
func (w *marketplace) roundTrip(s scene, r access, thing target, fields map[string]*openapi3.Schema, text string) string {
	t := w.t
	t.Helper()
	fits := map[string]bool{}
	for pointer, field := range fields {
		fits[pointer] = mayBeWritten(text, field, severalLines(pointer))
	}
	left := maps.Clone(fields)
	for {
		body := plain(t, r.with(s)).(map[string]any)
		for pointer := range left {
			put(body, pointer, text)
		}
		a := r.askWith(s, thing, body)
		if a.status < 300 {
			w.comesBack(s, r, thing, body, a, left, fits, text)
			if strings.HasPrefix(r.route, http.MethodPatch) {
				return a.etag()
			}
			return ""
		}
		if slices.Contains(notKept, r.route) {
			a.isCalm(400, 401, 422)
			return thing.tag
		}
		a.isCalm(400, 422)
		places := a.places("pointer")
		require.NotEmpty(t, places, "%s: %q: %s", r.route, clip(text, 80), a.body)
		for _, place := range places {
			pointer := place[0]
			for field := range left { // a blank language of a text is at fault as a whole
				if field == pointer || strings.HasPrefix(field, pointer+"/") {
					require.False(t, fits[field], "%s refused %q at %s: %s", r.route, clip(text, 80), field, a.body)
					delete(left, field)
				}
			}
		}
	}
}

// comesBack reads once more what was written into fields, from the database.
func (w *marketplace) comesBack(s scene, r access, thing target, body map[string]any, a *answer, fields map[string]*openapi3.Schema, fits map[string]bool, text string) {
	t := w.t
	t.Helper()
	if slices.Contains(notKept, r.route) || asKept(text) == "" {
		return
	}
	method, path, _ := strings.Cut(r.routed(), " ")
	owner := s.people["owner"]
	var again *answer
	switch {
	case strings.HasSuffix(path, "/auth/register"):
		again = w.login(body["email"].(string), body["password"].(string)).get("/v1/me")
	case a.header.Get("Location") != "":
		again = owner.get(a.header.Get("Location"))
	case method == http.MethodPatch:
		again = owner.get(fill(path, thing.ids...))
	default:
		again = owner.get(fill(path[:strings.LastIndex(path, "/")], thing.ids...))
	}
	again.expect(200)
	for pointer := range fields {
		require.True(t, fits[pointer], "%s took %q at %s", r.route, clip(text, 80), pointer)
		place, ok := keptAs[r.route+" "+pointer]
		if !ok {
			place = strings.ReplaceAll(pointer[1:], "/", ".")
		}
		require.True(t, again.has(place), "%s: where does %s come back? Say it in keptAs or notKept", r.route, pointer)
		require.Equal(t, asKept(text), again.at(place), "%s %s", r.route, pointer)
	}
}

// A store that did not compose would give back what nobody finds again.
func TestComposingIsSeen(t *testing.T) { // negative control: two spellings of one word are two texts
	require.NotEqual(t, "\u0439", "\u0438\u0306")
	cleaned, err := strict.clean([]byte("\"\u0438\u0306\""))
	require.NoError(t, err)
	var text string
	require.NoError(t, json.Unmarshal(cleaned, &text))
	require.Equal(t, "\u0439", text)
}

// Whatever is asked for, by whatever filter, a draft of others is not in the answer.
func TestNoQuestionFindsWhatIsNotPublished(t *testing.T) {
	unraced(t)
	contract, err := readContract(kopir.Contract)
	require.NoError(t, err)
	w := openMarketplace(t)
	theirs := w.circle()
	secret := scene{circle: theirs}
	drafts := []string{draft("demands")(secret).ids[0], draft("programmes")(secret).ids[0], pending(secret).ids[0]}
	shown := published("demands")(secret).ids[0]
	w.index()
	stranger := w.signIn("stranger", domain.Powers{}).loosely()
	for _, route := range []string{"/v1/demands", "/v1/programmes", "/v1/search", "/v1/organisations", "/v1/competences", "/v1/occupations"} {
		parameters := parametersOf(contract.operations["GET "+route], openapi3.ParameterInQuery)
		for i, text := range append(naughty.Strings(), drafts...) {
			texts := []*openapi3.Parameter{parameters[i%len(parameters)]}
			for _, p := range parameters {
				if p.Name == "q" {
					texts = append(texts, p)
				}
			}
			for _, p := range texts {
				a := stranger.get(route + "?limit=100&" + p.Name + "=" + url.QueryEscape(text))
				if p.Name == "limit" || a.status != 200 {
					a.isCalm(400, 403, 414, 422)
				}
				for _, id := range drafts {
					if id != text {
						require.NotContains(t, string(a.body), id, "%s %s %q", route, p.Name, text)
					}
				}
			}
		}
	}
	require.Contains(t, string(stranger.get("/v1/demands?limit=100").body), shown, "positive control")
	require.Contains(t, string(theirs.people["owner"].get("/v1/organisations/"+theirs.employer.org+"/demands").body), drafts[0], "and it is there")
}
