package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// What pages may do. The answers of the API are no pages; the docs load their own two files and this contract.
const (
	policyOfAnswers = "default-src 'none'; frame-ancestors 'none'"
	policyOfDocs    = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
		"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// headers sets what every answer carries. What is read may be kept by its reader alone, and is asked for again each
// time; handlers say where it may be otherwise.
func (e *edge) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Content-Security-Policy", policyOfAnswers)
		if isDocs(c.Path()) {
			h.Set("Content-Security-Policy", policyOfDocs)
		}
		h.Set("Vary", "Accept-Language, Authorization")
		if x := exchangeOf(c.Request().Context()); x.op != nil && x.op.linked {
			h.Add("Vary", "Accept")
		}
		h.Set("Cache-Control", "no-store")
		if c.Request().Method == http.MethodGet {
			h.Set("Cache-Control", "private, no-cache")
		}
		return next(c)
	}
}

// What pages of other origins may send, and see.
var (
	corsMethods = strings.Join([]string{http.MethodGet, http.MethodPost, http.MethodPatch, http.MethodDelete}, ", ")
	corsSent    = "Accept-Language, Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match"
	corsSeen    = "Content-Disposition, ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
)

// cors lets pages of the origins on the list read answers (Fetch standard). Others get the same answers without the
// permission to read them; there are no cookies to protect.
func (e *edge) cors(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, h := c.Request(), c.Response().Header()
		h.Add("Vary", "Origin")
		origin := r.Header.Get("Origin")
		if origin == "" || !slices.Contains(e.cfg.CORSOrigins, origin) {
			return next(c)
		}
		h.Set("Access-Control-Allow-Origin", origin)
		if r.Method != http.MethodOptions || r.Header.Get("Access-Control-Request-Method") == "" {
			h.Set("Access-Control-Expose-Headers", corsSeen)
			return next(c)
		}
		h.Set("Access-Control-Allow-Methods", corsMethods)
		h.Set("Access-Control-Allow-Headers", corsSent)
		h.Set("Access-Control-Max-Age", "600")
		return c.NoContent(http.StatusNoContent)
	}
}
