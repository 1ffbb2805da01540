package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"kopir/domain"
)

// kind is a sort of problem: the last part of its type URI, and its status.
type kind struct {
	name   string
	status int
}

// The kinds of problems. Their titles stand in messages.go.
var (
	unreadable           = kind{"unreadable", http.StatusBadRequest}
	unauthenticated      = kind{"unauthenticated", http.StatusUnauthorized}
	forbidden            = kind{"forbidden", http.StatusForbidden}
	notFound             = kind{"not-found", http.StatusNotFound}
	methodNotAllowed     = kind{"method-not-allowed", http.StatusMethodNotAllowed}
	conflict             = kind{"conflict", http.StatusConflict}
	stale                = kind{"stale", http.StatusPreconditionFailed}
	tooLarge             = kind{"too-large", http.StatusRequestEntityTooLarge}
	uriTooLong           = kind{"uri-too-long", http.StatusRequestURITooLong}
	gone                 = kind{"gone", http.StatusGone}
	notAcceptable        = kind{"not-acceptable", http.StatusNotAcceptable}
	unsupportedMediaType = kind{"unsupported-media-type", http.StatusUnsupportedMediaType}
	invalid              = kind{"invalid", http.StatusUnprocessableEntity}
	preconditionRequired = kind{"precondition-required", http.StatusPreconditionRequired}
	rateLimited          = kind{"rate-limited", http.StatusTooManyRequests}
	headersTooLarge      = kind{"headers-too-large", http.StatusRequestHeaderFieldsTooLarge}
	internal             = kind{"internal", http.StatusInternalServerError}
	unavailable          = kind{"unavailable", http.StatusServiceUnavailable}
)

// problemTypes is where the kinds of problems are described.
const problemTypes = "https://kopir.kz/problems/"

// place is one thing wrong with a request: a field of the body, or a parameter.
type place struct {
	pointer   string // JSON pointer into the body; "" with no parameter is the body as a whole
	parameter string
	reason    domain.Reason
}

// refusal is an error that only the edge knows: the request did not get as far as a verb.
type refusal struct {
	kind   kind
	reason domain.Reason
	places []place
	header map[string]string // what the answer carries besides
	cause  error             // for the log only
}

// refuse returns a refusal of a kind, for a reason.
func refuse(k kind, code domain.Code, args ...any) *refusal {
	return &refusal{kind: k, reason: domain.Reason{Code: code, Args: args}}
}

// at adds places to a refusal.
func (r *refusal) at(places ...place) *refusal {
	r.places = append(r.places, places...)
	return r
}

// with adds a header to a refusal's answer.
func (r *refusal) with(name, value string) *refusal {
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header[name] = value
	return r
}

// because keeps what is behind a refusal, for the log.
func (r *refusal) because(err error) *refusal {
	r.cause = err
	return r
}

func (r *refusal) Error() string {
	text := r.kind.name + ": " + say(r.reason, domain.English)
	if r.cause != nil {
		text += ": " + r.cause.Error()
	}
	return text
}

func (r *refusal) Unwrap() error { return r.cause }

// etag returns the strong entity tag of a version, quoted. The edge adds what tells representations apart.
func etag(version int) string { return `"` + strconv.Itoa(version) + `"` }

// needVersion returns the version that If-Match names. It refuses with 428 where there is none, and with 412 what is not
// one of our tags: "*" too, for who has seen no version must not change one.
func needVersion(ifMatch *string) (int, error) {
	if ifMatch == nil || strings.TrimSpace(*ifMatch) == "" {
		return 0, refuse(preconditionRequired, codeIfMatchRequired)
	}
	tag := strings.TrimSpace(*ifMatch)
	if tag == "*" {
		return 0, refuse(stale, codeIfMatchAny)
	}
	inner, opened := strings.CutPrefix(tag, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !opened || !closed {
		return 0, refuse(stale, codeIfMatchForm)
	}
	number, _, _ := strings.Cut(inner, "-")
	version, err := strconv.Atoi(number)
	if err != nil || version < 1 || strconv.Itoa(version) != number {
		return 0, refuse(stale, codeIfMatchForm)
	}
	return version, nil
}

// kinds translates the domain's kinds of failure.
var kinds = map[domain.Kind]kind{
	domain.Invalid: invalid, domain.NotFound: notFound, domain.Forbidden: forbidden, domain.Conflict: conflict,
	domain.Stale: stale, domain.Unauthenticated: unauthenticated, domain.Unavailable: unavailable,
	domain.Throttled: rateLimited,
}

// How long clients are asked to wait, in seconds, where nothing better is known.
const retryAfter = "2"

// refusalOf translates any error into a refusal; what nobody foresaw becomes internal, with the error as its cause.
func refusalOf(err error) *refusal {
	var own *refusal
	var failed *domain.Error
	var reason domain.Reason
	var routed *echo.HTTPError
	switch {
	case errors.As(err, &own):
		return own
	case errors.As(err, &failed):
		return refusalOfDomain(failed).after(err)
	case errors.As(err, &reason):
		return &refusal{kind: invalid, reason: reason}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return refuse(unavailable, codeTimeout).because(err)
	case errors.As(err, &routed):
		return refusalOfRouter(routed)
	default:
		return refuse(internal, codeInternal).because(err)
	}
}

// after asks clients to wait as long as an error knows that it takes, in whole seconds.
func (r *refusal) after(err error) *refusal {
	var told interface{ RetryAfter() time.Duration }
	if r.kind != unavailable && r.kind != rateLimited || !errors.As(err, &told) || told.RetryAfter() <= 0 {
		return r
	}
	wait := min(told.RetryAfter(), 24*time.Hour)
	return r.with("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
}

func refusalOfDomain(e *domain.Error) *refusal {
	k, ok := kinds[e.Kind]
	if !ok {
		return refuse(internal, codeInternal).because(e)
	}
	r := &refusal{kind: k, reason: e.Reason}
	for _, f := range e.Faults {
		r.places = append(r.places, place{pointer: f.Pointer, reason: f.Reason})
	}
	return r
}

// refusalOfRouter translates what Echo itself answers.
func refusalOfRouter(e *echo.HTTPError) *refusal {
	switch e.Code {
	case http.StatusNotFound:
		return refuse(notFound, domain.CodeNotFound)
	case http.StatusMethodNotAllowed:
		return refuse(methodNotAllowed, codeMethodNotAllowed)
	case http.StatusUnsupportedMediaType:
		return refuse(unsupportedMediaType, codeMediaType)
	case http.StatusRequestEntityTooLarge:
		return refuse(tooLarge, codeBodyTooLarge)
	case http.StatusBadRequest:
		return refuse(unreadable, domain.CodeMalformed).because(e)
	default:
		return refuse(internal, codeInternal).because(e)
	}
}

// problemBody is a problem on the wire (RFC 9457).
type problemBody struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Code     string         `json:"code"`
	Instance string         `json:"instance"`
	Errors   []problemPlace `json:"errors,omitempty"`
}

type problemPlace struct {
	Pointer   *string `json:"pointer,omitempty"`
	Parameter string  `json:"parameter,omitempty"`
	Code      string  `json:"code"`
	Message   string  `json:"message"`
}

// maxPlaces bounds how many places one problem names.
const maxPlaces = 1000

// body returns a refusal as a reader gets it.
func (r *refusal) body(ctx context.Context) problemBody { return r.bodyFor(exchangeOf(ctx)) }

func (r *refusal) bodyFor(x *exchange) problemBody {
	lang := x.language
	out := problemBody{
		Type: problemTypes + r.kind.name, Title: titles[r.kind].in(lang), Status: r.kind.status,
		Detail: clip(say(r.reason, lang), 2000), Code: string(r.reason.Code), Instance: x.id.URN(),
	}
	for _, p := range r.places[:min(len(r.places), maxPlaces)] {
		w := problemPlace{Code: string(p.reason.Code), Message: clip(say(p.reason, lang), 1000)}
		if p.parameter != "" {
			w.Parameter = clip(p.parameter, 100)
		} else {
			pointer := clip(p.pointer, 500)
			w.Pointer = &pointer
		}
		out.Errors = append(out.Errors, w)
	}
	return out
}

// clip shortens a text to so many characters.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	n := 0
	for i := range s {
		if n == most {
			return s[:i]
		}
		n++
	}
	return s
}

// answerError is the one place where an error becomes an answer. What is unforeseen is logged under the request's id,
// and its text stays in the log.
func answerError(log *slog.Logger) echo.HTTPErrorHandler {
	return func(err error, c echo.Context) {
		ctx := c.Request().Context()
		r := refusalOf(err)
		switch {
		case r.kind == internal:
			log.ErrorContext(ctx, "request failed", "request_id", requestID(ctx), "route", routeOf(c), "error", err)
		case r.kind == unavailable && !errors.Is(err, context.Canceled):
			log.WarnContext(ctx, "request cannot be answered now", "request_id", requestID(ctx), "route", routeOf(c), "error", err)
		}
		if c.Response().Committed {
			return
		}
		if err := writeProblem(c.Response(), ctx, r); err != nil {
			log.DebugContext(ctx, "answer not written", "request_id", requestID(ctx), "error", err)
		}
	}
}

// writeProblem writes a refusal.
func writeProblem(w http.ResponseWriter, ctx context.Context, r *refusal) error { //nolint:revive // the writer comes first, as in net/http
	body, err := json.Marshal(r.body(ctx))
	if err != nil {
		return err
	}
	h := w.Header()
	for _, name := range []string{"ETag", "Location", "Content-Encoding", "Content-Disposition"} {
		h.Del(name)
	}
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	switch r.kind {
	case methodNotAllowed:
		h.Set("Allow", strings.Replace(h.Get("Allow"), http.MethodGet, "GET, HEAD", 1))
	case unauthenticated:
		h.Set("WWW-Authenticate", `Bearer realm="kopir"`)
	case unavailable, rateLimited:
		h.Set("Retry-After", retryAfter)
	}
	for name, value := range r.header {
		h.Set(name, value)
	}
	w.WriteHeader(r.kind.status)
	_, err = w.Write(body)
	return err
}
