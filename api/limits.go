package api

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"kopir/internal/files"
)

// bounds refuses addresses and headers that are too long.
func (e *edge) bounds(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if len(r.RequestURI) > e.cfg.MaxURI {
			return refuse(uriTooLong, codeURITooLong, e.cfg.MaxURI)
		}
		size := len("Host: \r\n") + len(r.Host)
		for name, values := range r.Header {
			for _, v := range values {
				size += len(name) + len(": \r\n") + len(v)
			}
		}
		if size > e.cfg.MaxHeader {
			return refuse(headersTooLarge, codeHeadersTooLarge, e.cfg.MaxHeader)
		}
		return next(c)
	}
}

// readBody reads a body once, within bounds, and leaves in its place the same JSON, checked and in NFC. Where the
// contract has no body, there must be none; where it does not insist on one, there may be none.
func (e *edge) readBody(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		x := exchangeOf(r.Context())
		if x.op == nil {
			return next(c)
		}
		if (x.op.media == nil || x.op.bodyless) && empty(r) {
			return next(c)
		}
		if x.op.media == nil {
			return refuse(unreadable, codeBodyUnexpected)
		}
		var err error
		if x.media, x.charset, err = contentType(r, x.op); err != nil {
			return err
		}
		if x.body, err = e.unpacked(c.Response(), r, x.op); err != nil {
			return err
		}
		if x.op.file {
			r.Header.Set("Content-Type", "application/octet-stream") // what it is, the handler knows
		} else {
			if x.body, err = (strictness{e.cfg.MaxDepth, e.cfg.MaxArray}).clean(x.body); err != nil {
				return err
			}
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(x.body)), int64(len(x.body))
		r.TransferEncoding = nil
		r.Header.Del("Content-Encoding")
		return next(c)
	}
}

// empty says whether a request has no body. One of unknown length is looked into; what it has stays to be read.
func empty(r *http.Request) bool {
	if r.ContentLength >= 0 || r.Body == nil {
		return r.ContentLength == 0 || r.Body == nil
	}
	first := make([]byte, 1)
	n, err := io.ReadFull(r.Body, first)
	if n == 0 && errors.Is(err, io.EOF) {
		r.Body, r.ContentLength, r.TransferEncoding = http.NoBody, 0, nil
		return true
	}
	rest := r.Body
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(first[:n]), rest), rest}
	return false
}

// contentType refuses what the contract does not take here, and writes the header as the generated code expects it. It returns
// both; characters that are not told of are UTF-8.
func contentType(r *http.Request, op *operation) (media, charset string, err error) {
	refused := refuse(unsupportedMediaType, codeMediaType)
	lines := r.Header.Values("Content-Type")
	if len(lines) != 1 {
		return "", "", refused
	}
	media, parameters, err := mime.ParseMediaType(lines[0]) // in lower case
	_, isFile := files.FormatOf(media)
	if err != nil || op.media[media] == nil && (!op.file || !isFile) {
		return "", "", refused
	}
	for name, value := range parameters {
		known := strings.EqualFold(value, "utf-8") || op.file && strings.EqualFold(value, "windows-1251")
		if name != "charset" || !known {
			return "", "", refused
		}
		charset = strings.ToLower(value)
	}
	r.Header.Set("Content-Type", media)
	return media, charset, nil
}

// unpacked returns a body without its compression; neither form may be over the bound.
func (e *edge) unpacked(w http.ResponseWriter, r *http.Request, op *operation) ([]byte, error) {
	most := e.cfg.MaxBody
	if op.file {
		most = e.cfg.MaxFile
	}
	tooMuch := refuse(tooLarge, codeBodyTooLarge, most)
	if r.ContentLength > most {
		return nil, tooMuch
	}
	body := io.Reader(http.MaxBytesReader(w, r.Body, most))
	switch encodings := r.Header.Values("Content-Encoding"); {
	case len(encodings) == 0, len(encodings) == 1 && strings.EqualFold(encodings[0], "identity"):
	case len(encodings) == 1 && strings.EqualFold(encodings[0], "gzip"):
		packed, err := gzip.NewReader(body)
		if err != nil {
			return nil, bodyFault(err, tooMuch)
		}
		body = packed
	default:
		return nil, refuse(unsupportedMediaType, codeContentEncoding).with("Accept-Encoding", "gzip, identity")
	}
	raw, err := io.ReadAll(io.LimitReader(body, most+1))
	if err != nil {
		return nil, bodyFault(err, tooMuch)
	}
	if int64(len(raw)) > most {
		return nil, tooMuch
	}
	return raw, nil
}

func bodyFault(err error, tooMuch *refusal) error {
	if over := (*http.MaxBytesError)(nil); errors.As(err, &over) {
		return tooMuch
	}
	return refuse(unreadable, codeBodyUnreadable)
}
