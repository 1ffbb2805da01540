package api

import (
	"bytes"
	"maps"
	"net/http"

	"github.com/labstack/echo/v4"
)

// buffered is an answer that is held back until it is known whether it is given.
type buffered struct {
	header http.Header
	status int
	body   bytes.Buffer
}

var _ http.ResponseWriter = (*buffered)(nil)

// Header returns the headers held back.
func (b *buffered) Header() http.Header { return b.header }

// WriteHeader notes the status; the first one counts.
func (b *buffered) WriteHeader(status int) {
	if b.status == 0 {
		b.status = status
	}
}

// Write holds a part of the body back.
func (b *buffered) Write(part []byte) (int, error) {
	b.WriteHeader(http.StatusOK)
	return b.body.Write(part)
}

// hold runs next and holds its answer back.
func hold(c echo.Context, next echo.HandlerFunc) (*buffered, error) {
	before := c.Response()
	held := &buffered{header: http.Header{}}
	c.SetResponse(echo.NewResponse(held, c.Echo()))
	defer c.SetResponse(before)
	err := next(c)
	if held.status == 0 {
		held.status = http.StatusOK
	}
	return held, err
}

// give gives an answer that was held back.
func (b *buffered) give(c echo.Context) error {
	w := c.Response()
	maps.Copy(w.Header(), b.header)
	w.WriteHeader(b.status)
	if b.body.Len() == 0 {
		return nil
	}
	_, err := w.Write(b.body.Bytes())
	return err
}
