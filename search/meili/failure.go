package meili

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"kopir/domain"
	"kopir/search"

	"github.com/meilisearch/meilisearch-go"
	"github.com/sony/gobreaker/v2"
)

// This file is the one place that reads Meilisearch's errors. To the domain they mean:
//
//   - no connection, a time-out, 408, 429 and 5xx, an open breaker, a full disk or queue: Unavailable, with a time to try
//     again where one is known;
//   - 401 and 403: Forbidden, because a key is wrong or was taken away;
//   - an index that is not there, or has other settings than it should: Unavailable, because a rebuild is due;
//   - documents that it will not take: a search.Refusal.

// outage is an Unavailable error that remembers why, for the log, and when to try again.
type outage struct {
	public *domain.Error
	cause  error
	after  time.Duration
}

func (o *outage) Error() string { return o.public.Error() + ": meilisearch: " + o.cause.Error() }

// Unwrap returns the domain's error, then the cause.
func (o *outage) Unwrap() []error { return []error{o.public, o.cause} }

// RetryAfter returns how long to wait before trying again; 0 when that is not known.
func (o *outage) RetryAfter() time.Duration { return o.after }

func unavailable(cause error, after time.Duration) error {
	return &outage{domain.Fail(domain.Unavailable, domain.CodeEngineDown), cause, after}
}

// refused is an answer of 408, 429 or 5xx, with the time it asks to wait: the client does not show headers.
type refused struct {
	status int
	body   string
	after  time.Duration
}

func (r *refused) Error() string { return fmt.Sprintf("status %d: %s", r.status, r.body) }

// longestWait bounds what Meilisearch, or a proxy before it, may ask us to wait.
const longestWait = 5 * time.Minute

// overload turns answers that mean "not now" into errors that carry how long to wait.
type overload struct{ http.RoundTripper }

// RoundTrip sends a request.
func (o overload) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := o.RoundTripper.RoundTrip(r)
	if err != nil || answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusRequestTimeout {
		return answer, err
	}
	body, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<10)) // only for the log
	_ = answer.Body.Close()
	failed := &refused{status: answer.StatusCode, body: strings.TrimSpace(string(body))}
	if seconds, err := strconv.Atoi(answer.Header.Get("Retry-After")); err == nil && seconds > 0 {
		failed.after = min(time.Duration(seconds)*time.Second, longestWait)
	}
	return nil, failed
}

// translate turns what the client returned under ctx into what callers of the engine may see.
func translate(ctx context.Context, err error) error {
	if err == nil || domain.KindOf(err) != 0 {
		return err
	}
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("meilisearch: %w", context.Canceled)
	}
	var failed *meilisearch.Error
	if !errors.As(err, &failed) {
		return unavailable(err, 0)
	}
	cause := err
	if failed.OriginError != nil {
		cause = failed.OriginError
	}
	var busy *refused
	if errors.As(cause, &busy) {
		return unavailable(busy, busy.after)
	}
	code := failed.MeilisearchApiError.Code
	reason := errors.New(failed.MeilisearchApiError.Message)
	switch failed.StatusCode {
	case 0: // there was no answer
		return unavailable(cause, 0)
	case http.StatusUnauthorized, http.StatusForbidden:
		return errors.Join(domain.Fail(domain.Forbidden, domain.CodeNotYours), reason)
	case http.StatusRequestEntityTooLarge:
		return &search.Refusal{Reason: reason.Error()}
	}
	if rebuildHelps(code) {
		return unavailable(reason, 0)
	}
	return fmt.Errorf("meilisearch: %s %s: %s: %w", failed.Method, failed.Endpoint, code, reason)
}

// rebuildHelps says whether an error means that an index is not there, or not as it should be.
func rebuildHelps(code string) bool {
	switch code {
	case "index_not_found", "invalid_search_filter", "invalid_search_sort", "invalid_search_facets",
		"invalid_search_attributes_to_search_on", "invalid_document_filter":
		return true
	}
	return false
}

// ofTask returns what a task that failed means.
func ofTask(t *meilisearch.Task) error {
	reason := t.Error.Code + ": " + t.Error.Message
	full := strings.Contains(t.Error.Message, "No space left") || strings.Contains(t.Error.Code, "no_space_left")
	switch {
	case t.Status == meilisearch.TaskStatusCanceled:
		return unavailable(errors.New("the task was cancelled"), 0)
	case full || t.Error.Type == "system" || rebuildHelps(t.Error.Code):
		return unavailable(errors.New(reason), 0)
	}
	return &search.Refusal{Reason: reason}
}

// newTransport returns one that asks for no compression: Meilisearch writes compressed answers in pieces, and waits, for
// the last of them, until the kernel has acknowledged the one before, which takes it 40 ms.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		DialContext: dialer.DialContext, MaxIdleConns: 64, MaxIdleConnsPerHost: 64, MaxConnsPerHost: 128,
		IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 5 * time.Second, DisableCompression: true,
	}
}

// After so many searches in a row that failed the breaker answers by itself for a while; then one search is let through.
const (
	failuresToOpen = 5
	openFor        = 5 * time.Second
)

func newBreaker(log *slog.Logger) *gobreaker.CircuitBreaker[any] {
	return gobreaker.NewCircuitBreaker[any](gobreaker.Settings{
		Name: "meilisearch", MaxRequests: 1, Timeout: openFor,
		ReadyToTrip:  func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= failuresToOpen },
		IsSuccessful: func(err error) bool { return domain.KindOf(err) != domain.Unavailable },
		IsExcluded:   func(err error) bool { return errors.Is(err, context.Canceled) },
		OnStateChange: func(_ string, from, to gobreaker.State) {
			log.Warn("search engine: the breaker moved", "from", from.String(), "to", to.String())
		},
	})
}

// within returns how long a search may take: long while the engine answers, if late; short once it has failed to.
func (e *Engine) within() time.Duration {
	if e.breaker.Counts().ConsecutiveFailures > 0 || e.breaker.State() != gobreaker.StateClosed {
		return e.options.Timeout
	}
	return e.options.Patience
}

// guarded runs a search with a deadline and behind the breaker.
func guarded[T any](ctx context.Context, e *Engine, ask func(context.Context) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, e.within())
	defer cancel()
	var none T
	answer, err := e.breaker.Execute(func() (any, error) {
		got, err := ask(ctx)
		if err = translate(ctx, err); domain.KindOf(err) == domain.Forbidden { // our key is at fault, not who searches
			err = unavailable(err, 0)
		}
		return got, err
	})
	switch {
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		return none, unavailable(err, openFor)
	case err != nil:
		return none, err
	}
	return answer.(T), nil
}
