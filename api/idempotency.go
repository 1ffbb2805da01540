package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"kopir/domain"
)

// replayable are the headers that belong to an answer and not to the request that got it.
var replayable = []string{"Content-Type", "ETag", "Location"}

// once gives a creation that names an Idempotency-Key one effect and one answer, however often it is sent. The answer is
// kept in the transaction of the effect; a refusal is not kept.
func (e *edge) once(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		x := exchangeOf(r.Context())
		name := r.Header.Get("Idempotency-Key")
		if x.op == nil || !x.op.once || name == "" {
			return next(c)
		}
		key := domain.OnceKey{Account: x.actor.ID(), Operation: x.op.id, Key: name, Fingerprint: e.fingerprint(r, x.body)}
		answer, replayed, err := e.deps.Once.Once(r.Context(), key, e.deps.Clock(), func(ctx context.Context) (domain.Answer, error) {
			c.SetRequest(r.WithContext(ctx)) // so that the handler writes in the transaction of the key
			defer c.SetRequest(r)
			held, err := hold(c, next)
			if err != nil {
				return domain.Answer{}, err
			}
			return held.answer(), nil
		})
		if err != nil {
			return err
		}
		if replayed {
			c.Response().Header().Set("Idempotency-Replayed", "true")
		}
		return heldOf(answer).give(c)
	}
}

// fingerprint identifies a request. It is keyed: a body may hold a password, and a bare hash of it, kept for a day,
// would be one that can be guessed at.
func (e *edge) fingerprint(r *http.Request, body []byte) (out [32]byte) {
	mac := hmac.New(sha256.New, e.fingerprints)
	mac.Write([]byte(r.Method + " " + r.URL.RequestURI() + "\n"))
	mac.Write(body)
	mac.Sum(out[:0])
	return out
}

// answer returns what is kept of an answer.
func (b *buffered) answer() domain.Answer {
	kept := domain.Answer{Status: b.status, Header: map[string]string{}, Body: slices.Clone(b.body.Bytes())}
	for _, name := range replayable {
		if value := b.header.Get(name); value != "" {
			kept.Header[name] = value
		}
	}
	return kept
}

// heldOf returns an answer that was kept, to be given.
func heldOf(a domain.Answer) *buffered {
	held := &buffered{header: http.Header{}, status: a.Status}
	for name, value := range a.Header {
		held.header.Set(name, value)
	}
	held.body.Write(a.Body)
	return held
}
