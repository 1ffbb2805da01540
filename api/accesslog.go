package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/labstack/echo/v4"
)

// methods are those that the log and the metrics call by their name; anybody can invent others.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// accessLog writes one record per request, and turns the error that comes back from within into the answer. A record
// holds the pattern of the route and never the address itself: people write their data into addresses.
func (e *edge) accessLog(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := e.deps.Clock()
		err := next(c)
		x := exchangeOf(c.Request().Context())
		broken := err != nil && c.Response().Committed && x.op != nil && x.op.streams > 0 && !errors.As(err, new(told))
		if err != nil {
			c.Error(err)
		}
		ctx, answer := c.Request().Context(), c.Response()
		method := c.Request().Method
		if !slices.Contains(methods, method) {
			method = "other"
		}
		e.deps.Logger.LogAttrs(ctx, slog.LevelInfo, "request",
			slog.String("method", method), slog.String("route", routeOf(c)), slog.Int("status", answer.Status),
			slog.Int64("bytes", answer.Size), slog.Duration("duration", e.deps.Clock().Sub(start)),
			slog.String("request_id", requestID(ctx).String()))
		if broken {
			panic(http.ErrAbortHandler) // nobody shall take half an answer for the whole: the connection ends without its end
		}
		return nil
	}
}

// routeOf returns the pattern of the route that was found, or "none".
func routeOf(c echo.Context) string {
	if exchangeOf(c.Request().Context()).op == nil && !isDocs(c.Path()) {
		return "none"
	}
	return c.Path()
}

// recovered turns a panic into an error, which is logged with its stack like any other that nobody foresaw.
func (e *edge) recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch r := recover(); r {
			case nil:
			case http.ErrAbortHandler:
				panic(r)
			default:
				err = refuse(internal, codeInternal).because(fmt.Errorf("panic: %v\n%s", r, debug.Stack()))
			}
		}()
		return next(c)
	}
}
