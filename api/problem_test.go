package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"kopir/domain"
)

// fails adds an address that returns an error.
func (d *door) fails(path string, err error) {
	d.e.GET(path, func(echo.Context) error { return err })
}

func TestEveryErrorIsAProblemOfItsKind(t *testing.T) {
	fail := domain.Fail
	d, n := openDoor(t), 0
	for name, c := range map[string]struct {
		err  error
		want kind
	}{
		"domain invalid":         {fail(domain.Invalid, domain.CodeInvalid, 1), invalid},
		"domain not found":       {fail(domain.NotFound, domain.CodeNotFound), notFound},
		"domain forbidden":       {fail(domain.Forbidden, domain.CodeNotYours), forbidden},
		"domain conflict":        {fail(domain.Conflict, domain.CodeNotDraft), conflict},
		"domain stale":           {fail(domain.Stale, domain.CodeStale), stale},
		"domain unauthenticated": {fail(domain.Unauthenticated, domain.CodeBadCredentials), unauthenticated},
		"domain unavailable":     {fail(domain.Unavailable, domain.CodeIndexLoading), unavailable},
		"domain throttled":       {fail(domain.Throttled, domain.CodeBusy), rateLimited},
		"domain, wrapped":        {fmt.Errorf("while: %w", fail(domain.Stale, domain.CodeStale)), stale},
		"domain, of no kind":     {fail(0, domain.CodeStale), internal},
		"a bare reason":          {domain.Because(domain.CodeMalformed), invalid},
		"the deadline":           {fmt.Errorf("query: %w", context.DeadlineExceeded), unavailable},
		"given up":               {context.Canceled, unavailable},
		"unforeseen":             {errors.New("pq: relation \"users\" does not exist (SQLSTATE 42P01)"), internal},
		"the router's 404":       {echo.ErrNotFound, notFound},
		"the router's, wrapped":  {fmt.Errorf("while: %w", echo.ErrNotFound), notFound},
		"the router's 405":       {echo.ErrMethodNotAllowed, methodNotAllowed},
		"the router's 413":       {echo.ErrStatusRequestEntityTooLarge, tooLarge},
		"the router's 415":       {echo.ErrUnsupportedMediaType, unsupportedMediaType},
		"the router's 400":       {echo.ErrBadRequest, unreadable},
		"the router's teapot":    {echo.NewHTTPError(http.StatusTeapot, "secret"), internal},
		"precondition required":  {refuse(preconditionRequired, codeIfMatchRequired), preconditionRequired},
		"uri too long":           {refuse(uriTooLong, codeURITooLong, 1), uriTooLong},
		"headers too large":      {refuse(headersTooLarge, codeHeadersTooLarge, 1), headersTooLarge},
	} {
		n++
		d.fails("/test/"+strconv.Itoa(n), c.err)
		r := d.get("/test/" + strconv.Itoa(n)).is(c.want)
		require.NotContains(t, r.body, "SQLSTATE", name)
		require.NotContains(t, r.body, "secret", name)
		require.NotEmpty(t, r.problem.Title, name)
		require.NotEmpty(t, r.problem.Detail, name)
		require.Equal(t, "no-store", r.header.Get("Cache-Control"), name)
		require.Equal(t, c.want == unauthenticated, r.header.Get("WWW-Authenticate") != "", name)
		require.Equal(t, c.want == unavailable || c.want == rateLimited, r.header.Get("Retry-After") != "", name)
	}
}

func TestWhatNobodyForesawIsLoggedAndWithheld(t *testing.T) {
	d := openDoor(t)
	d.fails("/test", errors.New("pq: password authentication failed for user kopir"))
	r := d.get("/test").is(internal)
	require.NotContains(t, r.body, "kopir failed")
	require.NotContains(t, r.body, "pq")
	require.Contains(t, d.log.String(), "password authentication failed")
	require.Contains(t, d.log.String(), r.header.Get("X-Request-Id"), "the log and the answer name the same request")
}

func TestAPanicIsAnErrorLikeAnyOther(t *testing.T) {
	d := openDoor(t)
	d.e.GET("/test", func(echo.Context) error { panic("index out of range") })
	r := d.get("/test").is(internal)
	require.NotContains(t, r.body, "index out of range")
	require.Contains(t, d.log.String(), "index out of range")
	require.Contains(t, d.log.String(), "problem_test.go", "with the stack")
	require.Contains(t, d.log.String(), `"status":500`, "and the access log knows of it")
	require.Equal(t, 200, d.get("/healthz").status)

	d.e.GET("/abort", func(echo.Context) error { panic(http.ErrAbortHandler) })
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { d.get("/abort") })
}

func TestTheReaderIsToldInTheirLanguage(t *testing.T) {
	d := openDoor(t)
	for language, title := range map[string]string{
		"kk": "Табылмады", "ru": "Не найдено", "en": "Not found", "": "Не найдено", "de": "Не найдено", "de, kk;q=0.5": "Табылмады",
	} {
		r := d.knock(knock{method: "GET", target: "/nowhere", header: map[string]string{"Accept-Language": language}}).is(notFound)
		require.Equal(t, title, r.problem.Title, language)
	}
}

func TestAPlaceIsNamedOnceForTheBodyAndOnceForAParameter(t *testing.T) {
	r := refuse(invalid, domain.CodeInvalid, 3).at(
		place{pointer: "/a~1b/0", reason: domain.Reason{Code: domain.CodeOutOfRange, Args: []any{1, 8}}},
		place{pointer: "", reason: domain.Reason{Code: domain.CodeRequired}},
		place{parameter: "limit", reason: domain.Reason{Code: domain.CodeMalformed}},
	)
	text, err := json.Marshal(r.body(withExchange(t.Context(), &exchange{language: domain.English})).Errors)
	require.NoError(t, err)
	require.JSONEq(t, `[
		{"pointer": "/a~1b/0", "code": "out_of_range", "message": "must be from 1 to 8"},
		{"pointer": "", "code": "required", "message": "is required"},
		{"parameter": "limit", "code": "malformed", "message": "is not in the right form"}
	]`, string(text))
}

func TestAProblemIsBounded(t *testing.T) {
	r := refuse(invalid, domain.CodeInvalid, 5000)
	for range 5000 {
		r = r.at(place{pointer: strings.Repeat("/ұ", 5000), reason: domain.Reason{Code: domain.CodeUnknownValue, Args: []any{strings.Repeat("ы", 5000)}}})
	}
	body := r.body(t.Context())
	require.Len(t, body.Errors, 1000)
	require.Len(t, []rune(*body.Errors[0].Pointer), 500)
	require.Len(t, []rune(body.Errors[0].Message), 1000)
}

func TestAddressesThatLeadNowhere(t *testing.T) {
	d := openDoor(t)
	for _, target := range []string{"/", "/v1", "/v1/", "/v1/nothing", "/v1/demands/", "/v1/demands/x/y/z", "/docs/other.js", "/docs/../api", "/.env", "/%2e%2e/etc", "/healthz/"} {
		d.get(target).is(notFound)
	}
}

func TestAMethodThatAnAddressDoesNotHaveNamesThoseItHas(t *testing.T) {
	d := openDoor(t)
	for _, c := range []struct{ method, target, allow string }{
		{"PUT", "/v1/demands", "OPTIONS, GET, HEAD, POST"}, {"DELETE", "/v1/demands", "OPTIONS, GET, HEAD, POST"}, {"POST", "/healthz", "OPTIONS, GET, HEAD"},
		{"PUT", "/v1/demands/" + somebody, "OPTIONS, DELETE, GET, HEAD, PATCH"}, {"GET", "/v1/auth/login", "OPTIONS, POST"},
		{"TRACE", "/v1/me", "OPTIONS, DELETE, GET, HEAD"}, {"HEAD", "/v1/auth/login", "OPTIONS, POST"}, {"BREW", "/healthz", "OPTIONS, GET, HEAD"},
	} {
		r := d.knock(knock{method: c.method, target: c.target}).is(methodNotAllowed)
		require.ElementsMatch(t, strings.Split(c.allow, ", "), strings.Split(r.header.Get("Allow"), ", "), c)
	}
	r := d.knock(knock{method: "POST", target: "/healthz", header: map[string]string{"X-HTTP-Method-Override": "GET", "X-Method-Override": "GET"}})
	r.is(methodNotAllowed)
}

func TestWhatAnswersGetAnswersHeadWithoutABody(t *testing.T) {
	d := openDoor(t)
	live := httptest.NewServer(headAsGet(d.e))
	defer live.Close()
	ask := func(method, target string) (*http.Response, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, live.URL+target, nil)
		require.NoError(t, err)
		w, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer w.Body.Close()
		body, err := io.ReadAll(w.Body)
		require.NoError(t, err)
		return w, string(body)
	}
	for _, target := range []string{"/healthz", "/openapi.yaml", "/v1/nothing"} {
		got, body := ask(http.MethodGet, target)
		require.NotEmpty(t, body, target)
		head, nothing := ask(http.MethodHead, target)
		require.Empty(t, nothing, target)
		require.Equal(t, got.StatusCode, head.StatusCode, target)
		require.Equal(t, got.Header.Get("Content-Type"), head.Header.Get("Content-Type"), target)
	}
	w, _ := ask(http.MethodHead, "/v1/auth/login")
	require.Equal(t, http.StatusMethodNotAllowed, w.StatusCode, "the control: where there is no GET there is no HEAD")
}

func TestAnAnswerThatHasBegunIsNotChanged(t *testing.T) {
	d := openDoor(t)
	d.e.GET("/test", func(c echo.Context) error {
		_ = c.String(http.StatusOK, "half")
		return errors.New("the other half failed")
	})
	r := d.get("/test")
	require.Equal(t, 200, r.status)
	require.Equal(t, "half", r.body)
	require.Contains(t, d.log.String(), "the other half failed")
}
