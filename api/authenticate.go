package api

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"kopir/domain"
)

// identify finds out who asks. A token that is no good is remembered and refused by admit, after it has been counted
// against the address that it came from.
func (e *edge) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.op != nil && x.op.takesToken {
			x.actor, x.refusal = e.bearer(c.Request())
		}
		return next(c)
	}
}

// admit refuses a token that is no good, on routes that are open to everybody too, and visitors where somebody must be
// signed in.
func (e *edge) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.refusal != nil {
			return x.refusal
		}
		if x.op != nil && x.op.needsToken && x.actor == domain.Visitor {
			return refuse(unauthenticated, domain.CodeSignIn)
		}
		return next(c)
	}
}

// bearer returns whom the token in a request stands for (RFC 6750, 2.1); a visitor where there is none.
func (e *edge) bearer(r *http.Request) (domain.Actor, error) {
	lines := r.Header.Values("Authorization")
	if len(lines) == 0 {
		return domain.Visitor, nil
	}
	refused := refuse(unauthenticated, codeTokenInvalid).with("WWW-Authenticate", `Bearer realm="kopir", error="invalid_token"`)
	scheme, token, ok := strings.Cut(lines[0], " ")
	if len(lines) != 1 || !ok || !strings.EqualFold(scheme, "Bearer") {
		return domain.Visitor, refused
	}
	actor, err := e.deps.Verifier.Verify(r.Context(), token, e.deps.Clock())
	if err != nil {
		return domain.Visitor, refused.because(err)
	}
	return actor, nil
}
