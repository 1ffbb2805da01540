package api

import (
	"strings"

	"github.com/labstack/echo/v4"

	"kopir/auth"
	"kopir/domain"
)

// identify finds out who asks. A token that is no good is remembered and refused by admit, after it has been counted
// against the address that it came from.
func (e *edge) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.op != nil && x.op.takesToken {
			x.actor, x.key, x.refusal = e.bearer(c)
		}
		return next(c)
	}
}

// admit refuses a token that is no good, on routes that are open to everybody too, visitors where somebody must be signed
// in, and API keys wherever the contract does not let them in.
func (e *edge) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		x := exchangeOf(c.Request().Context())
		if x.refusal != nil {
			return x.refusal
		}
		if x.op != nil && x.op.needsToken && x.actor == domain.Visitor {
			return refuse(unauthenticated, domain.CodeSignIn)
		}
		if x.op != nil && x.key != nil {
			if err := x.op.admits(x.key); err != nil {
				return err
			}
		}
		return next(c)
	}
}

// admits returns why an API key does not reach an operation, or nil.
func (o *operation) admits(k *domain.APIKey) error {
	switch {
	case len(o.scopes) == 0:
		return refuse(unauthenticated, domain.CodeKeyScope)
	case !k.Has(o.scopes...):
		return refuse(forbidden, domain.CodeKeyScope).
			with("WWW-Authenticate", `Bearer realm="kopir", error="insufficient_scope", scope="`+string(o.scopes[0])+`"`)
	}
	return nil
}

// bearer returns whom the token in a request stands for (RFC 6750, 2.1), and the API key if it is one; a visitor where
// there is none.
func (e *edge) bearer(c echo.Context) (domain.Actor, *domain.APIKey, error) {
	lines := c.Request().Header.Values("Authorization")
	if len(lines) == 0 {
		return domain.Visitor, nil, nil
	}
	refused := refuse(unauthenticated, codeTokenInvalid).with("WWW-Authenticate", `Bearer realm="kopir", error="invalid_token"`)
	scheme, token, ok := strings.Cut(lines[0], " ")
	if len(lines) != 1 || !ok || !strings.EqualFold(scheme, "Bearer") {
		return domain.Visitor, nil, refused
	}
	if auth.IsAPIKey(token) {
		key, err := e.apiKey(c, token)
		if domain.KindOf(err) == domain.Unauthenticated {
			err = refused
		}
		if err != nil {
			return domain.Visitor, nil, err
		}
		return domain.Actor{Key: key.ID}, key, nil
	}
	actor, err := e.deps.Verifier.Verify(c.Request().Context(), token, e.deps.Clock())
	if err != nil {
		return domain.Visitor, nil, refused.because(err)
	}
	return actor, nil, nil
}

// apiKey looks an API key up. That costs a statement, so an address from which many came that are no good waits before
// any more are looked up.
func (e *edge) apiKey(c echo.Context, text string) (*domain.APIKey, error) {
	of := budget{"reads", "address keys", e.cfg.VisitorReads}
	if left := e.budgets.look(of, addressKey(c), e.deps.Clock()); !left.ok {
		return nil, left.tell(c)
	}
	key, err := e.deps.Keys.Authenticate(c.Request().Context(), text)
	if domain.KindOf(err) == domain.Unauthenticated {
		e.budgets.take(c.Request().Context(), of, addressKey(c), e.deps.Clock())
	}
	return key, err
}
